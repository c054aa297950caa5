"""Entries of the record about what readers see beside the entries of pledges: sources, passages, names, answers."""

from django.db import models
from django.db.models import F, Q

from tracker.core.validators import CombinedChecks
from tracker.pledges.choices import FactsKind, SubjectName


class FactsEntry(CombinedChecks, models.Model):
    """What readers see of one thing from an instant on. Written by facts/entries.py alone; never changed or deleted.

    It has its place in the one chain of the record, between the entries about pledges (RecordEntry). The database
    refuses every change but one: a withdrawal for legal reasons takes the words out of earlier entries of its subject.
    """

    position = models.PositiveBigIntegerField(unique=True, help_text="In the record, among all entries.")
    others_before = models.PositiveBigIntegerField(
        db_index=True, help_text="How many entries before it are about pledges."
    )
    kind = models.CharField(max_length=24, choices=FactsKind, default=FactsKind.FACTS)
    subject_type = models.CharField(max_length=24, choices=SubjectName)
    subject_id = models.PositiveBigIntegerField(help_text="The number of the row that it is about.")
    facts = models.JSONField(null=True, blank=True, help_text="By name; empty: readers no longer see it.")
    facts_salt = models.CharField(max_length=64, blank=True)
    facts_digest = models.CharField(max_length=64)
    program = models.CharField(max_length=40, help_text="The version of the program that looked at it.")
    published_at = models.DateTimeField(help_text="UTC; never before that of the entry before.")
    proposed_by = models.CharField(max_length=150)
    published_by = models.CharField(max_length=150)
    second_review = models.BooleanField(help_text="Whether a second person agreed to it.")
    reason = models.CharField(max_length=500, blank=True, help_text="Public.")
    previous = models.CharField("digest of the entry before", max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    account = models.PositiveBigIntegerField(null=True, blank=True, help_text="Empty: a command of the operator.")
    signature = models.CharField(max_length=88, help_text="Ed25519, in base64: docs/record-format.md.")

    class Meta:
        verbose_name = "entry of facts"
        verbose_name_plural = "entries of facts"
        ordering = ["-position"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-position"], name="pledges_facts_of_subject")]
        constraints = [
            models.CheckConstraint(name="pledges_facts_from_one", condition=Q(position__gte=1)),
            models.CheckConstraint(name="pledges_facts_kind_known", condition=Q(kind__in=FactsKind.values)),
            models.CheckConstraint(
                name="pledges_facts_subject_known", condition=Q(subject_type__in=SubjectName.values)
            ),
            models.CheckConstraint(name="pledges_facts_names", condition=~Q(proposed_by="") & ~Q(published_by="")),
            models.CheckConstraint(
                name="pledges_facts_two_people", condition=Q(second_review=False) | ~Q(proposed_by=F("published_by"))
            ),
            models.CheckConstraint(
                name="pledges_facts_withdrawn_with_a_reason",
                condition=~Q(kind=FactsKind.WITHDRAWAL) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_type_display()} {self.subject_id}, entry {self.position}"
