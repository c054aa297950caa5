"""Questions that the desk asked, and mistakes that readers reported."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tracker.core.validators import CombinedChecks
from tracker.pledges.choices import QuestionOutcome, QuestionType, ReportOutcome
from tracker.pledges.models.catalogue import Body
from tracker.pledges.models.pledge import Pledge
from tracker.pledges.models.record import RecordEntry
from tracker.pledges.querysets import (
    QuestionQuerySet,
    ReportQuerySet,
)
from tracker.sources.models import Source


class Question(CombinedChecks, models.Model):
    """What the desk asked about a pledge, when, of whom, and the answer or its absence.

    It is public once a second person has signed off a draft about it, and each change after that takes the same way:
    ``public_version`` counts them. The database refuses any other (desk/triggers.py).
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=24, choices=QuestionType)
    addressee = models.CharField("asked of", max_length=200, blank=True, db_column="of_whom")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField(blank=True, help_text="Empty once it was withdrawn for legal reasons.")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    asked_on = models.DateField(null=True, blank=True, help_text="When it was sent; empty while it is a draft.")
    outcome = models.CharField(max_length=16, choices=QuestionOutcome, default=QuestionOutcome.WAITING)
    answered_on = models.DateField(null=True, blank=True)
    answer = models.ForeignKey(
        Source,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answers",
        help_text="The answer, as a source.",
    )
    public_version = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How often it was signed off; 0: not public."
    )
    published_at = models.DateTimeField(null=True, blank=True, help_text="When readers saw it first (UTC).")
    second_review = models.BooleanField(
        default=False, db_default=False, help_text="Whether a second person signed off what is public."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True, default="", db_default="", help_text="Public.")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.CheckConstraint(name="pledges_question_kind_known", condition=Q(kind__in=QuestionType.values)),
            models.CheckConstraint(
                name="pledges_question_outcome_known", condition=Q(outcome__in=QuestionOutcome.values)
            ),
            models.CheckConstraint(
                name="pledges_question_answered_after_asked",
                condition=Q(answered_on__isnull=True) | Q(asked_on__isnull=False, answered_on__gte=F("asked_on")),
                violation_error_message="An answer cannot come before the question was sent.",
            ),
            models.CheckConstraint(
                name="pledges_question_public_was_sent",
                condition=Q(public_version=0, published_at__isnull=True, withdrawn_at__isnull=True)
                | Q(public_version__gte=1, published_at__isnull=False, asked_on__isnull=False),
                violation_error_message="Only a question that was sent is public.",
            ),
            models.CheckConstraint(
                name="pledges_question_withdrawn_with_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason="") & (~Q(text="") | Q(public_version=0))
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason=""),
                violation_error_message="A withdrawn question has a reason, and a public one has words.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.pledge}"

    def get_absolute_url(self) -> str:
        return f"{self.pledge.get_absolute_url()}#question-{self.pk}"


class Report(CombinedChecks, models.Model):
    """What a reader says is wrong, and the desk's answer. The reader's words are never shown to readers.

    They are erased after 90 days (pledges/reports.py); the answer stays public, with the correction that came of it.
    """

    page = models.CharField(max_length=300, help_text="The address that it is about, from the root of the site.")
    what = models.TextField(blank=True, help_text="In the reader's words; erased after 90 days.")
    source = models.CharField("suggested source", max_length=500, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=16, choices=ReportOutcome, default=ReportOutcome.WAITING)
    answer = models.TextField(blank=True, max_length=2000, help_text="Public, once somebody else has published it.")
    correction = models.ForeignKey(
        RecordEntry,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
        help_text="The entry of the record that puts it right.",
    )
    answered_by = models.CharField(max_length=150, blank=True)
    published_by = models.CharField(max_length=150, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, help_text="Counts the saves of the answer.")
    contributors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Everybody who wrote in the answer: none publishes it.",
    )
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    second_review = models.BooleanField(
        default=False, db_default=False, help_text="Whether a second person published it."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When the words of a public answer went.")
    withdrawn_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    withdrawal_reason = models.CharField(max_length=500, blank=True, default="", db_default="", help_text="Public.")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="pledges_report_verdict_known", condition=Q(verdict__in=ReportOutcome.values)),
            models.CheckConstraint(
                name="pledges_report_corrected_by_an_entry",
                condition=Q(verdict=ReportOutcome.CORRECTED, correction__isnull=False)
                | ~Q(verdict=ReportOutcome.CORRECTED) & Q(correction__isnull=True),
                violation_error_message="A report that led to a correction names the entry, and no other report does.",
            ),
            models.CheckConstraint(
                name="pledges_report_published_is_answered",
                condition=Q(published_at__isnull=True, published_by="")
                | Q(verdict__in=[ReportOutcome.CORRECTED, ReportOutcome.STANDS], published_at__isnull=False)
                & (~Q(answer="") | Q(withdrawn_at__isnull=False))
                & ~Q(answered_by="")
                & ~Q(published_by=""),
                violation_error_message="What is published has a verdict, an answer, and two names.",
            ),
            models.CheckConstraint(
                name="pledges_report_withdrawn_with_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="", withdrawal_reason="")
                | Q(withdrawn_at__isnull=False, published_at__isnull=False, answer="")
                & ~Q(withdrawn_by="")
                & ~Q(withdrawal_reason=""),
                violation_error_message="A withdrawn answer was public, has no words left, a name, and a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"About {self.page}"
