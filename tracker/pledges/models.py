"""Pledges, what they rest on, and the record of what has happened since."""

from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from tracker.pledges.querysets import (
    BodyQuerySet,
    CitationQuerySet,
    PledgeQuerySet,
    QuestionQuerySet,
    ReportQuerySet,
    StandingQuerySet,
    StatusUpdateQuerySet,
    ThemeQuerySet,
)
from tracker.pledges.statuses import (
    ENDING_KINDS,
    STEPS,
    Basis,
    EntryKind,
    Found,
    Kind,
    Letter,
    Outcome,
    Response,
    Role,
    Status,
    Step,
    Verdict,
)
from tracker.sources.models import Passage, Source, seen


class Review(models.Model):
    """The audit or inquiry that prompted pledges. An installation may track several."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=300, validators=[seen])
    author = models.CharField(max_length=200, validators=[seen])
    government = models.CharField(max_length=200, validators=[seen], help_text="Whose pledges are tracked.")
    published_on = models.DateField()

    class Meta:
        ordering = ["-published_on", "slug"]

    def __str__(self) -> str:
        return self.title


class Recommendation(models.Model):
    """A numbered recommendation of a review; a pledge may answer one."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    passage = models.ForeignKey(
        Passage,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recommendations",
        help_text="Its exact words, where a source with them is known.",
    )
    repeats = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="repeated_by",
        help_text="Recommendations of earlier reviews that asked for the same.",
    )

    class Meta:
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(name="pledges_recommendation_number_once", fields=["review", "number"]),
            models.CheckConstraint(name="pledges_recommendation_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"Recommendation {self.number}"


class Body(models.Model):
    """Who promised or has to act: a government, an office, a department, an agency."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200, unique=True, validators=[seen])

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:body", args=[self.slug])


class Theme(models.Model):
    """What a pledge is about."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200, unique=True, validators=[seen])

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:theme", args=[self.slug])


class Pledge(models.Model):
    """One testable thing that a government said it would do.

    Its status is no field: it is what the record says (PledgeQuerySet.with_record).
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=300)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="pledges")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="pledges")
    kind = models.CharField(max_length=16, choices=Kind, help_text="Decides the ladder of steps.")
    basis = models.CharField(max_length=32, choices=Basis)
    promised_by = models.ForeignKey(
        Body,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="promises",
        help_text="Who gave the word. Empty if the sources name nobody.",
    )
    bodies = models.ManyToManyField(
        Body,
        blank=True,
        related_name="duties",
        verbose_name="bodies that have to act",
        help_text="Only those that a source names.",
    )
    made_on = models.DateField(help_text="When it was made, or the first day on which it was reported.")
    made_note = models.CharField(max_length=300, blank=True, help_text="How that day is known.")
    recommendation = models.ForeignKey(
        Recommendation, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges"
    )
    response = models.CharField(
        max_length=16,
        choices=Response,
        blank=True,
        help_text="The government's answer, where the pledge answers a recommendation. It is not delivery.",
    )
    done_means = models.TextField(
        blank=True, help_text="What would count as delivered, from the words of the pledge alone."
    )
    unclear = models.TextField(
        blank=True, help_text="Which words are too unclear to judge, if any. Shown with what done means."
    )
    deadline_on = models.DateField(
        null=True,
        blank=True,
        help_text="The first deadline stated, if a date follows from the words. A later one never replaces it.",
    )
    deadline_note = models.CharField(
        max_length=300,
        blank=True,
        help_text="The words about time that give no date, or how the date follows.",
    )
    note = models.TextField(blank=True)
    replaces = models.ManyToManyField(
        "self",
        blank=True,
        symmetrical=False,
        related_name="replaced_by",
        help_text="The pledges that this one was split from, or merged from. They become “superseded”.",
    )

    objects = PledgeQuerySet.as_manager()
    bodies_then: "list[Body] | None" = None
    citations_then: "list[Citation] | None" = None
    differs: "Sequence[tuple[Conflict, list[ConflictSide]]]" = ()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(name="pledges_pledge_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="pledges_pledge_basis_known", condition=Q(basis__in=Basis.values)),
            models.CheckConstraint(
                name="pledges_pledge_response_known", condition=Q(response__in=["", *Response.values])
            ),
            models.CheckConstraint(
                name="pledges_pledge_recommendation_has_response",
                condition=Q(recommendation__isnull=True) | ~Q(response=""),
                violation_error_message="A pledge that answers a recommendation says what the answer was.",
            ),
            models.CheckConstraint(
                name="pledges_pledge_deadline_after_made",
                condition=Q(deadline_on__isnull=True) | Q(deadline_on__gte=F("made_on")),
                violation_error_message="A deadline can't lie before the day on which the pledge was made.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("public:pledge", args=[self.slug])

    def clean(self) -> None:
        """Refuse another review's recommendation, and a change of a deadline that was stated once."""
        super().clean()
        if self.recommendation and self.recommendation.review_id != self.review_id:
            raise ValidationError({"recommendation": "This recommendation is another review's."})
        if self.pk:
            stated = Pledge.objects.filter(pk=self.pk).values_list("deadline_on", flat=True).first()
            if stated and stated != self.deadline_on:
                raise ValidationError(
                    {"deadline_on": f"The first deadline was {stated:%-d %B %Y}; a later one never replaces it."}
                )

    @property
    def ladder(self) -> list[Step]:
        """The steps of its kind, in order."""
        return Kind(self.kind).ladder

    @property
    def who_acts(self) -> "list[Body]":
        """The bodies that have to act; where it was recalled as of a day (stating.recall), those of that day."""
        return list(self.bodies.all()) if self.bodies_then is None else self.bodies_then


class StatusUpdate(models.Model):
    """One entry of the record. Written by recording.append alone; never changed or deleted.

    The database refuses UPDATE, DELETE and a gap in the positions (guards.py). ``digest`` is that of the entry in
    the form that docs/record-format.md specifies, which holds the digest of the entry before. Names are kept as
    text: an entry outlives accounts. Its words stand in EntryText, which a legal withdrawal can blank.
    """

    position = models.PositiveBigIntegerField(unique=True, help_text="In the record, from 1, without a gap.")
    kind = models.CharField(max_length=24, choices=EntryKind, default=EntryKind.UPDATE)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="updates")
    status = models.CharField(max_length=24, choices=Status, blank=True, help_text="Empty where it states a pledge.")
    step = models.CharField(max_length=24, blank=True, help_text="The step of the ladder that its evidence shows.")
    effective_on = models.DateField(help_text="When it happened in the world.")
    looked_until = models.DateField(help_text="Until which day the desk has looked for evidence.")
    published_at = models.DateTimeField(
        help_text="When it was put on the record (UTC); never before the entry before."
    )
    corrects = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
        help_text="The earlier entry that this one corrects or withdraws.",
    )
    reason = models.CharField(max_length=500, blank=True, help_text="Why it corrects or withdraws. Public.")
    proposed_by = models.CharField(max_length=150)
    published_by = models.CharField(max_length=150)
    second_review = models.BooleanField(help_text="Whether a second person reviewed it before it was published.")
    headline_digest = models.CharField(max_length=64)
    explanation_digest = models.CharField(max_length=64)
    statement_digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField("digest of the entry before", max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    answers: "Sequence[StatusUpdate]" = ()
    """The entries that point at it, where they were read with it (whole.py)."""
    evidence: "Sequence[Citation]" = ()
    """Its citations, where they were read with it (whole.py)."""

    objects = StatusUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-position"]
        indexes = [
            models.Index(fields=["pledge", "-effective_on", "-position"], name="pledges_update_latest"),
            models.Index(fields=["published_at"], name="pledges_update_published"),
            models.Index(fields=["kind", "published_at"], name="pledges_update_kind"),
            # Hardly an entry corrects another: the foreign key's own index, nearly all of it empty values, makes a
            # planner think that each look-up finds the whole record.
            models.Index(fields=["corrects"], name="pledges_update_corrects", condition=Q(corrects__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="pledges_update_status_known", condition=Q(status__in=["", *Status.values])),
            models.CheckConstraint(
                name="pledges_update_states_pledge_or_status",
                condition=Q(kind=EntryKind.PLEDGE, status="", step="") & ~Q(statement_digest="")
                | ~Q(kind=EntryKind.PLEDGE) & ~Q(status="") & Q(statement_digest=""),
                violation_error_message="An entry states a pledge, or it gives it a status.",
            ),
            models.CheckConstraint(name="pledges_update_kind_known", condition=Q(kind__in=EntryKind.values)),
            models.CheckConstraint(name="pledges_update_step_known", condition=Q(step__in=["", *STEPS])),
            models.CheckConstraint(name="pledges_update_from_one", condition=Q(position__gte=1)),
            models.CheckConstraint(
                name="pledges_update_looked_after_effect", condition=Q(looked_until__gte=F("effective_on"))
            ),
            models.CheckConstraint(
                name="pledges_update_correction_has_reason",
                condition=Q(kind=EntryKind.UPDATE, corrects__isnull=True, reason="")
                | Q(kind=EntryKind.PLEDGE, corrects__isnull=True)
                | (~Q(kind__in=[EntryKind.UPDATE, EntryKind.PLEDGE]) & Q(corrects__isnull=False) & ~Q(reason="")),
                violation_error_message="A correction or withdrawal names the earlier entry and the reason.",
            ),
            models.CheckConstraint(
                name="pledges_update_has_names", condition=~Q(proposed_by="") & ~Q(published_by="")
            ),
            models.CheckConstraint(
                name="pledges_update_two_people",
                condition=Q(second_review=False) | ~Q(proposed_by=F("published_by")),
                violation_error_message="The proposer of an entry can't be the second person who reviews it.",
            ),
        ]

    def __str__(self) -> str:
        return self.headline or f"Entry {self.position}: text withdrawn"

    def get_absolute_url(self) -> str:
        return f"{self.pledge.get_absolute_url()}#{self.anchor}"

    @property
    def headline(self) -> str:
        """What happened, in one line; empty where it was withdrawn for legal reasons."""
        return self.text.headline

    @property
    def explanation(self) -> str:
        """What it changes and how we know; may be empty."""
        return self.text.explanation

    @property
    def anchor(self) -> str:
        """The fragment of its place on the page of the pledge."""
        return f"entry-{self.position}"

    @property
    def ending(self) -> "StatusUpdate | None":
        """The entry that corrects or withdraws this one, of ``answers``."""
        return next((answer for answer in self.answers if answer.kind in ENDING_KINDS), None)

    @property
    def tombstone(self) -> "StatusUpdate | None":
        """The legal withdrawal of its text, of ``answers``."""
        return next((answer for answer in self.answers if answer.kind == EntryKind.LEGAL_WITHDRAWAL), None)

    @property
    def step_label(self) -> str:
        """The step of the pledge's ladder that its evidence shows, as readers see it; or nothing."""
        return self.step.replace("-", " ").capitalize()


class EntryText(models.Model):
    """The words of an entry. The entry commits to them by salted digests, so that they can be withdrawn.

    The database refuses every change but blanking, and that only once a legal withdrawal is on the record.
    """

    update = models.OneToOneField(StatusUpdate, primary_key=True, on_delete=models.PROTECT, related_name="text")
    headline = models.CharField(max_length=200, blank=True)
    headline_salt = models.CharField(max_length=64, blank=True)
    explanation = models.TextField(blank=True)
    explanation_salt = models.CharField(max_length=64, blank=True)
    statement = models.JSONField(
        null=True, blank=True, help_text="The facts of the pledge, where the entry states it."
    )
    statement_salt = models.CharField(max_length=64, blank=True)

    class Meta:
        permissions = [("withdraw_text", "Can withdraw text for legal reasons")]

    def __str__(self) -> str:
        return self.headline


class Citation(models.Model):
    """The tie of a pledge or of a status update to a passage, with what the passage does for it."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="citations")
    pledge = models.ForeignKey(Pledge, null=True, blank=True, on_delete=models.PROTECT, related_name="citations")
    update = models.ForeignKey(StatusUpdate, null=True, blank=True, on_delete=models.PROTECT, related_name="citations")
    role = models.CharField(max_length=24, choices=Role)
    note = models.CharField(max_length=300, blank=True)
    source_sha256 = models.CharField(
        max_length=64,
        blank=True,
        help_text="The source's digest when the entry was published; empty if none was held.",
    )

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="pledges_citation_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="pledges_citation_one_claim",
                condition=Q(pledge__isnull=False, update__isnull=True) | Q(pledge__isnull=True, update__isnull=False),
                violation_error_message="A citation belongs to a pledge or to a status update, not to both.",
            ),
            models.UniqueConstraint(name="pledges_citation_once_for_pledge", fields=["pledge", "passage", "role"]),
            models.UniqueConstraint(name="pledges_citation_once_for_update", fields=["update", "passage", "role"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.passage}"

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """Return the words for its role. Django's own looks each choice up anew, and a page has hundreds."""
        return str(Role(self.role).label)

    @property
    def about(self) -> Pledge:
        """The pledge that the claim is about: the pledge itself, or that of the status update."""
        if self.update is not None:
            return self.update.pledge
        if self.pledge is None:
            raise ValueError("This citation has no claim.")
        return self.pledge


class Conflict(models.Model):
    """A point on which passages about one pledge differ. Shown side by side, never averaged."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="conflicts")
    question = models.CharField(max_length=200, validators=[seen], help_text="The point, such as “How many cases”.")
    note = models.TextField(blank=True, validators=[seen])
    published_at = models.DateTimeField(default=timezone.now, help_text="When it was made public (UTC).")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="pledges_conflict_question_once", fields=["pledge", "question"])]

    def __str__(self) -> str:
        return self.question


class ConflictSide(models.Model):
    """What one passage says on the point: some of its own words."""

    conflict = models.ForeignKey(Conflict, on_delete=models.CASCADE, related_name="sides")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="conflict_sides")
    says = models.CharField(max_length=200, validators=[seen], help_text="Words of the passage, exactly.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="pledges_conflict_side_once", fields=["conflict", "passage"]),
            models.CheckConstraint(name="pledges_conflict_side_says", condition=~Q(says="")),
        ]

    def __str__(self) -> str:
        return self.says

    def clean(self) -> None:
        """Refuse words that the passage does not have."""
        super().clean()
        if self.passage_id and self.says not in self.passage.exact:
            raise ValidationError({"says": "The passage does not have these words."})


class Question(models.Model):
    """What the desk asked about a pledge, when, of whom, and the answer or its absence. Public once it was sent."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=24, choices=Letter)
    of_whom = models.CharField("asked of", max_length=200, blank=True)
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    asked_on = models.DateField(null=True, blank=True, help_text="When it was sent; empty while it is a draft.")
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.WAITING)
    answered_on = models.DateField(null=True, blank=True)
    answer = models.ForeignKey(
        Source,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answers",
        help_text="The answer, as a source.",
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.CheckConstraint(name="pledges_question_kind_known", condition=Q(kind__in=Letter.values)),
            models.CheckConstraint(name="pledges_question_outcome_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(
                name="pledges_question_answered_after_asked",
                condition=Q(answered_on__isnull=True) | Q(asked_on__isnull=False, answered_on__gte=F("asked_on")),
                violation_error_message="An answer can't come before the question was sent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.pledge}"

    def get_absolute_url(self) -> str:
        return f"{self.pledge.get_absolute_url()}#question-{self.pk}"


class Report(models.Model):
    """What a reader says is wrong, and the desk's answer. The reader's words are never shown to readers.

    They are erased after 90 days (reporting.py); the answer stays public, with the correction that came of it.
    """

    page = models.CharField(max_length=300, help_text="The address that it is about, from the root of the site.")
    what = models.TextField(blank=True, help_text="In the reader's words; erased after 90 days.")
    source = models.CharField("suggested source", max_length=500, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=16, choices=Verdict, default=Verdict.WAITING)
    answer = models.TextField(blank=True, max_length=2000, help_text="Public, once somebody else has published it.")
    correction = models.ForeignKey(
        StatusUpdate,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
        help_text="The entry of the record that puts it right.",
    )
    answered_by = models.CharField(max_length=150, blank=True)
    published_by = models.CharField(max_length=150, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="pledges_report_verdict_known", condition=Q(verdict__in=Verdict.values)),
            models.CheckConstraint(
                name="pledges_report_corrected_by_an_entry",
                condition=Q(verdict=Verdict.CORRECTED, correction__isnull=False)
                | ~Q(verdict=Verdict.CORRECTED) & Q(correction__isnull=True),
                violation_error_message="A report that led to a correction names the entry, and no other report does.",
            ),
            models.CheckConstraint(
                name="pledges_report_published_is_answered",
                condition=Q(published_at__isnull=True, published_by="")
                | Q(verdict__in=[Verdict.CORRECTED, Verdict.STANDS], published_at__isnull=False)
                & ~Q(answer="")
                & ~Q(answered_by="")
                & ~Q(published_by=""),
                violation_error_message="What is published has a verdict, an answer, and two names.",
            ),
        ]

    def __str__(self) -> str:
        return f"About {self.page}"


class SearchDocument(models.Model):
    """One published thing that search finds; written by searching.py alone, and made anew by ``rebuild_search``.

    Beside it stand, made by a migration, an FTS5 table with triggers that follow it on SQLite, and a column ``vector``
    on PostgreSQL. A migration that alters this table on SQLite has to make the triggers again.
    """

    kind = models.CharField(max_length=16, choices=Found)
    key = models.PositiveBigIntegerField(help_text="The primary key of what is found.")
    pledge = models.ForeignKey(Pledge, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    published_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="pledges_search_once", fields=["kind", "key"])]

    def __str__(self) -> str:
        return self.title


class Standing(models.Model):
    """What the record said of one pledge from an instant until another. Derived from the record by standings.py.

    The row that holds still has no ``until``. Lists, counts and past days read these rows instead of going through
    the record; verify_record compares them with it.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="standings")
    since = models.DateTimeField(help_text="When the entry that began it was published (UTC).")
    until = models.DateTimeField(null=True, blank=True, help_text="When the entry that ended it was published (UTC).")
    update = models.ForeignKey(
        StatusUpdate,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The entry that gives the pledge its status: the latest standing one by effective date.",
    )
    status = models.CharField(max_length=24, choices=Status, null=True, blank=True)  # no entry yet
    status_on = models.DateField(null=True, blank=True)
    moved_on = models.DateField(help_text="The same day, or the first day of all where there is no entry: to sort by.")
    looked_until = models.DateField(null=True, blank=True)
    stated_at = models.PositiveBigIntegerField(help_text="The position of the entry that states the pledge.")
    title = models.CharField(max_length=300, help_text="As it was stated, as are theme, basis and deadline.")
    theme = models.SlugField(max_length=80, db_index=False)
    basis = models.CharField(max_length=32, choices=Basis)
    deadline_on = models.DateField(null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="pledges_standing_one_now", fields=["pledge"], condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                name="pledges_standing_in_order", condition=Q(until__isnull=True) | Q(until__gt=F("since"))
            ),
        ]
        indexes = [
            models.Index(
                F("moved_on").desc(), "title", "pledge", name="pledges_standing_now", condition=Q(until__isnull=True)
            ),
            models.Index(F("moved_on").desc(), "title", "pledge", name="pledges_standing_then"),
            models.Index(fields=["since"], name="pledges_standing_since"),
            models.Index(fields=["deadline_on"], name="pledges_standing_deadline"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.status or 'no entry'}"


class DayTally(models.Model):
    """How many pledges there were of each sort (querysets.Cell) at an instant, seen from a day. Kept by tallies.py.

    Derived: a count goes from the one before it, through what has changed since.
    """

    at = models.DateTimeField(help_text="What was published before it is counted (UTC).")
    day = models.DateField(help_text="The day as of which a pledge is overdue or quiet.")
    quiet_after = models.PositiveIntegerField(help_text="The setting that it was counted by, in days.")
    cells = models.JSONField(help_text="Status, theme, schedule, basis, quiet, and how many.")

    class Meta:
        constraints = [models.UniqueConstraint(name="pledges_tally_once", fields=["at", "day", "quiet_after"])]

    def __str__(self) -> str:
        return f"{self.day}"


class Edition(models.Model):
    """A number that each change of a table that readers see raises. The database does it itself (editions.py)."""

    name = models.CharField("table", max_length=63, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"
