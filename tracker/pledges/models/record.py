"""The append-only record: entries, their words, and the passages they cite."""

from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q

from tracker.core.validators import CombinedChecks
from tracker.pledges.choices import STEPS, SUPERSEDING_KINDS, EntryKind, EvidenceRole, Status
from tracker.pledges.models.pledge import Pledge
from tracker.pledges.querysets import CitationQuerySet, RecordEntryQuerySet
from tracker.sources.models import Passage


def entry_anchor(position: int) -> str:
    """Return the fragment of an entry’s place on the page of its pledge."""
    return f"entry-{position}"


class RecordEntry(CombinedChecks, models.Model):
    """One entry of the record. Written by publish_entry alone; never changed or deleted.

    The database refuses UPDATE, DELETE and a gap in the positions (record/triggers.py). ``digest`` is that of the
    entry in the form that docs/record-format.md specifies, which holds the digest of the entry before. Names are kept
    as text: an entry outlives accounts. Its words are in EntryText, which a legal withdrawal can blank.
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
    answers: "Sequence[RecordEntry]" = ()
    """The entries that point at it, if they were read with it (read/pledge_record.py)."""
    evidence: "Sequence[Citation]" = ()
    """Its citations, if they were read with it (read/pledge_record.py)."""

    objects = RecordEntryQuerySet.as_manager()

    class Meta:
        db_table = "pledges_statusupdate"
        verbose_name = "entry of the record"
        verbose_name_plural = "entries of the record"
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
                violation_error_message="The proposer of an entry cannot be the second person who reviews it.",
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
        return entry_anchor(self.position)

    @property
    def superseded_by(self) -> "RecordEntry | None":
        """The entry that corrects or withdraws this one, of ``answers``."""
        return next((answer for answer in self.answers if answer.kind in SUPERSEDING_KINDS), None)

    @property
    def text_withdrawal(self) -> "RecordEntry | None":
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

    update = models.OneToOneField(RecordEntry, primary_key=True, on_delete=models.PROTECT, related_name="text")
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


class EntrySignature(models.Model):
    """By which account an entry was published, signed with the key of this installation. Never changed or deleted.

    An entry that was put into the database past the desk has none. Entries of releases before have none either.
    """

    update = models.OneToOneField(RecordEntry, primary_key=True, on_delete=models.PROTECT, related_name="signature")
    account = models.PositiveBigIntegerField(null=True, blank=True, help_text="Empty: a command of the operator.")
    signature = models.CharField(max_length=88, help_text="Ed25519, in base64: docs/record-format.md.")

    def __str__(self) -> str:
        return f"Signature of entry {self.update_id}"


class Citation(CombinedChecks, models.Model):
    """The tie of a pledge or of a status update to a passage, with what the passage does for it."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="citations")
    pledge = models.ForeignKey(Pledge, null=True, blank=True, on_delete=models.PROTECT, related_name="citations")
    update = models.ForeignKey(RecordEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="citations")
    role = models.CharField(max_length=24, choices=EvidenceRole)
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
            models.CheckConstraint(name="pledges_citation_role_known", condition=Q(role__in=EvidenceRole.values)),
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
        """Return the words for its role. Django's own looks each choice up again, and a page has hundreds."""
        return str(EvidenceRole(self.role).label)

    @property
    def about(self) -> Pledge:
        """The pledge that the claim is about: the pledge itself, or that of the status update."""
        if self.update is not None:
            return self.update.pledge
        if self.pledge is None:
            raise ValueError("This citation has no claim.")
        return self.pledge
