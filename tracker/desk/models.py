"""What the desk works on before, and beside, the record. None of it is public until it is published."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from tracker.core.numbers import read_number
from tracker.core.validators import CombinedChecks
from tracker.desk.accounts.models import AddressChange as AddressChange
from tracker.desk.accounts.models import NameClaim as NameClaim
from tracker.desk.catalogue.models import PendingChange as PendingChange
from tracker.desk.notices.models import EmailFrequency as EmailFrequency
from tracker.desk.notices.models import Notice as Notice
from tracker.desk.notices.models import NoticeSettings as NoticeSettings
from tracker.desk.notices.models import NoticeType as NoticeType
from tracker.desk.querysets import DraftQuerySet, HoldQuerySet, LegalCheckQuerySet
from tracker.desk.spreadsheets.models import ImportedRow as ImportedRow
from tracker.desk.spreadsheets.models import SpreadsheetImport as SpreadsheetImport
from tracker.desk.workflow import EDITABLE, OPEN, DraftState
from tracker.pledges.choices import EvidenceRole, QuestionType, Status
from tracker.pledges.models import Pledge, Question, RecordEntry
from tracker.sources.models import Passage, Source


class DraftType(models.TextChoices):
    """What a draft would publish."""

    UPDATE = "update", "Update"
    CORRECTION = "correction", "Correction"
    WITHDRAWAL = "withdrawal", "Withdrawal"
    PLEDGE = "pledge", "Pledge"
    QUESTION = "question", "Question"


class Draft(CombinedChecks, models.Model):
    """An unpublished proposal.

    The only thing that is edited in place. Written by actions/drafts.py and actions/review.py.

    ``version`` counts the saves: a form that was made from an older one never overwrites (StaleDraftError).
    ``facts`` holds what was typed into the form of a pledge, field by field, as the browser sent it.
    """

    sort = models.CharField(max_length=16, choices=DraftType)
    pledge = models.ForeignKey(
        Pledge,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="drafts",
        help_text="Empty for a new one.",
    )
    stage = models.CharField(max_length=16, choices=DraftState, default=DraftState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    base = models.PositiveBigIntegerField(
        default=0, help_text="The position of the pledge's last entry that the proposer had seen."
    )
    status = models.CharField("new status", max_length=24, choices=Status, blank=True)
    step = models.CharField("step that the evidence shows", max_length=24, blank=True)
    effective_on = models.DateField("happened on", null=True, blank=True)
    looked_until = models.DateField("we looked until", null=True, blank=True)
    headline = models.CharField("what happened, in one line", max_length=200, blank=True)
    explanation = models.TextField(blank=True)
    corrects = models.ForeignKey(
        RecordEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="drafts_about"
    )
    reason = models.CharField("why", max_length=500, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    question = models.ForeignKey(
        Question,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="drafts",
        help_text="What we asked, where the draft is about a question.",
    )
    question_version = models.PositiveIntegerField(
        null=True, blank=True, help_text="The public version of the question that it was published as."
    )
    disagreement = models.TextField(blank=True, help_text="What a second editor holds against it; published with it.")
    disagrees = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="disagreements"
    )
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts")
    contributors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="contributions",
        help_text="Everybody who wrote in it: none may sign off.",
    )
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(default=timezone.now)
    edited_in = models.UUIDField(
        null=True, blank=True, help_text="The open form that saved last: its own autosave is no stranger to it."
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="signed_off"
    )
    signed_off_digest = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="SHA-256 of everything that was signed off, where it is scheduled.",
    )
    unscheduled_because = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="Why it was taken off the schedule; empty once it is signed off again.",
    )
    published_as = models.OneToOneField(
        RecordEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="draft"
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-edited_at", "-id"]
        constraints = [
            models.CheckConstraint(name="desk_draft_stage_known", condition=Q(stage__in=DraftState.values)),
            models.CheckConstraint(name="desk_draft_sort_known", condition=Q(sort__in=DraftType.values)),
            models.CheckConstraint(
                name="desk_draft_about_a_pledge", condition=Q(sort=DraftType.PLEDGE) | Q(pledge__isnull=False)
            ),
            models.CheckConstraint(
                name="desk_draft_corrects_an_entry",
                condition=Q(sort__in=[DraftType.CORRECTION, DraftType.WITHDRAWAL], corrects__isnull=False)
                | Q(sort__in=[DraftType.UPDATE, DraftType.PLEDGE, DraftType.QUESTION], corrects__isnull=True),
            ),
            models.CheckConstraint(
                name="desk_draft_asks_a_question",
                condition=Q(sort=DraftType.QUESTION, question__isnull=False)
                | (~Q(sort=DraftType.QUESTION) & Q(question__isnull=True, question_version__isnull=True)),
            ),
            models.UniqueConstraint(
                name="desk_draft_one_open_of_a_question",
                fields=["question"],
                condition=Q(stage__in=OPEN),
                violation_error_message="Another draft about this question is open already.",
            ),
            models.UniqueConstraint(name="desk_draft_question_version_once", fields=["question", "question_version"]),
            models.CheckConstraint(
                name="desk_draft_published_as_an_entry",
                condition=(
                    Q(stage=DraftState.PUBLISHED, signed_off_by__isnull=False)
                    & (
                        Q(published_as__isnull=False, question__isnull=True)
                        | Q(published_as__isnull=True, question_version__isnull=False)
                    )
                )
                | (~Q(stage=DraftState.PUBLISHED) & Q(published_as__isnull=True, question_version__isnull=True)),
            ),
            models.CheckConstraint(
                name="desk_draft_scheduled_by_somebody",
                condition=~Q(stage=DraftState.SCHEDULED)
                | (Q(publish_at__isnull=False, signed_off_by__isnull=False) & ~Q(signed_off_digest="")),
            ),
        ]

    def __str__(self) -> str:
        if self.sort == DraftType.PLEDGE:
            title = "".join(self.facts.get("title", [])[:1]) or (self.pledge.title if self.pledge else "")
            return f"Pledge: {title or 'without a title yet'}"
        if self.sort == DraftType.QUESTION and self.question:
            addressee = "".join(self.facts.get("addressee", [])[:1]) or self.question.addressee
            return f"{self.question.get_kind_display()} to {addressee or 'nobody yet'}"
        if self.sort == DraftType.WITHDRAWAL and self.corrects:
            return f"Withdraw entry {self.corrects.position}"
        return self.headline or "Without a headline yet"

    def get_absolute_url(self) -> str:
        return reverse("desk:draft", args=[self.pk])

    @property
    def logged_as(self) -> str:
        """What the activity log calls it: never by its own words."""
        return f"Draft {self.pk}: {self.pledge.title if self.pledge else 'a new pledge'}"

    @property
    def is_editable(self) -> bool:
        """Whether its words can be changed."""
        return self.stage in EDITABLE

    @property
    def is_open(self) -> bool:
        """Whether it can still be published."""
        return self.stage in OPEN

    @property
    def answer_id(self) -> int | None:
        """The key of the source that it names as the answer to a question; None for none."""
        return read_number("".join(self.facts.get("answer", [])[:1])) if self.question_id else None

    @property
    def about(self) -> str:
        """What it is about, for people: the pledge's title, or that it is a new one."""
        return self.pledge.title if self.pledge else "A new pledge"


class DraftEvidence(models.Model):
    """A passage that a draft cites."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="evidence")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="draft_uses")
    role = models.CharField(max_length=24, choices=EvidenceRole, default=EvidenceRole.PROGRESS)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="desk_evidence_once", fields=["draft", "passage", "role"]),
            models.CheckConstraint(name="desk_evidence_role_known", condition=Q(role__in=EvidenceRole.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.passage}"


class Comment(models.Model):
    """What somebody at the desk says about a draft; a return's reason is one."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()
    returns = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]


class LegalCheck(models.Model):
    """A dated check of one version of a draft: no active proceedings at risk, nobody identifiable."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="legal_checks")
    version = models.PositiveIntegerField(help_text="The version of the draft that was looked at.")
    digest = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="SHA-256 of everything that the draft would have published then.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=300, blank=True)

    objects = LegalCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.draft}, {self.at:%-d %B %Y}"


class Hold(CombinedChecks, models.Model):
    """What is held is not published: no timer, job or import releases it, only a person (holds.py)."""

    pledge = models.ForeignKey(Pledge, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    draft = models.ForeignKey(Draft, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=500, blank=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="desk_hold_on_one_thing",
                condition=Q(pledge__isnull=False, draft__isnull=True, source__isnull=True)
                | Q(pledge__isnull=True, draft__isnull=False, source__isnull=True)
                | Q(pledge__isnull=True, draft__isnull=True, source__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    name=f"desk_hold_once_on_{name}", fields=[name], condition=Q(released_at__isnull=True)
                )
                for name in ("pledge", "draft", "source")
            ),
            models.CheckConstraint(
                name="desk_hold_released_by_a_person",
                condition=Q(released_by__isnull=True, released_at__isnull=True)
                | Q(released_by__isnull=False, released_at__isnull=False, released_at__gte=F("placed_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"Hold on {self.target}"

    @property
    def target(self) -> "Pledge | Draft | Source":
        """What it keeps back."""
        target = self.pledge or self.draft or self.source
        if target is None:
            raise ValueError("This hold is on nothing.")
        return target


class CandidateDecision(models.TextChoices):
    """What the desk decided about a sentence that may contain a pledge."""

    WAITING = "waiting", "Not decided yet"
    ACCEPTED = "accepted", "A draft was started"
    MERGED = "merged", "Belongs to a pledge that is there"
    REJECTED = "rejected", "No pledge"


class PledgeSearch(models.Model):
    """That pledges were looked for in a source, and by which rules. Written by candidates.py alone."""

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="pledge_search")
    rules = models.CharField(max_length=64, help_text="SHA-256 of the rules.")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Searched: {self.source_id}"


class Candidate(CombinedChecks, models.Model):
    """A sentence of a source as the rules (pledge_detection.py) read it, and what a person decided about it."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="candidates")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    exact = models.TextField()
    kind = models.CharField(max_length=24)
    score = models.FloatField()
    proposed = models.BooleanField()
    reasons = models.JSONField(default=list)
    who = models.CharField(max_length=200, blank=True)
    what = models.TextField(blank=True)
    when = models.CharField(max_length=100, blank=True)
    heading = models.CharField(max_length=400, blank=True, help_text="The headings above it in the text.")
    recommendation = models.CharField(
        max_length=60, blank=True, help_text="The recommendation it answers by its place."
    )
    lead_in = models.CharField(max_length=400, blank=True, help_text="The words before its list, as in “We will”.")
    decision = models.CharField(max_length=8, choices=CandidateDecision, default=CandidateDecision.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    draft = models.ForeignKey(Draft, null=True, blank=True, on_delete=models.SET_NULL, related_name="candidates")

    class Meta:
        ordering = ["-score", "start"]
        indexes = [models.Index(fields=["source", "-score", "start"], name="desk_candidate_ranked")]
        constraints = [
            models.UniqueConstraint(name="desk_candidate_once", fields=["source", "start", "end"]),
            models.CheckConstraint(
                name="desk_candidate_decision_known", condition=Q(decision__in=CandidateDecision.values)
            ),
            models.CheckConstraint(
                name="desk_candidate_decided_by_somebody",
                condition=Q(decision=CandidateDecision.WAITING, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision=CandidateDecision.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.exact if len(self.exact) <= 80 else f"{self.exact[:79]}…"


class QuestionTemplate(models.Model):
    """The words that a question starts from; a desk edits them in the admin."""

    kind = models.CharField(max_length=24, choices=QuestionType, unique=True)
    text = models.TextField(
        help_text="{title}, {words}, {deadline}, {status}, {looked_until}, {body} and {address} are filled in."
    )

    class Meta:
        db_table = "desk_lettertemplate"
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.get_kind_display()


class AuditLogEntry(models.Model):
    """Activity log at the desk. Append-only: the database refuses every change (desk/triggers.py)."""

    at = models.DateTimeField(default=timezone.now)
    who = models.CharField(max_length=150)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    what = models.CharField(max_length=60)
    about = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=300, blank=True)
    changes = models.JSONField(default=list, blank=True, help_text="Label, old value and new value of each fact.")

    class Meta:
        db_table = "desk_activity"
        ordering = ["-id"]
        verbose_name = "entry of the activity log"
        verbose_name_plural = "activity log"
        indexes = [models.Index(fields=["user", "-id"], name="desk_activity_of_user")]

    def __str__(self) -> str:
        return f"{self.who} {self.what} {self.about}"


class IdempotencyKey(models.Model):
    """A form that was sent once: sending it again has no second effect (desk/idempotency.py)."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the address and of what was sent.")
    location = models.CharField(max_length=2000)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "desk_submission"

    def __str__(self) -> str:
        return str(self.key)
