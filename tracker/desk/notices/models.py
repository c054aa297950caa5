"""What happened at the desk, once for everybody; whom it concerns is a rule (notices/audience.py)."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class NoticeType(models.TextChoices):
    """What happened."""

    SUBMITTED = "submitted", "Waits for sign-off"
    RETURNED = "returned", "Returned"
    SCHEDULED = "scheduled", "Scheduled"
    UNSCHEDULED = "unscheduled", "Taken off the schedule"
    PUBLISHED = "published", "Published"
    KEPT_BACK = "kept-back", "Due, but not published"
    COMMENTED = "commented", "New comment"
    ANSWERED = "answered", "Question answered"
    REPORTED = "reported", "A reader reported an error"
    ANSWER_WRITTEN = "answer-written", "Answer to sign off"
    ANSWER_PUBLISHED = "answer-published", "Answer published"
    DUE_SOON = "due-soon", "Due soon"
    PROPOSED = "proposed", "Change to sign off"
    ACCEPTED = "accepted", "Change accepted"
    REJECTED = "rejected", "Change rejected"


class EmailFrequency(models.TextChoices):
    """How often a person gets the notices by email."""

    AT_ONCE = "at-once", "At once"
    DAILY = "daily", "Once a day"
    NEVER = "never", "Not by email"


class Notice(models.Model):
    """One thing that happened. Written by notices/events.py alone, in the transaction of what it tells of.

    No words of a draft are in it: they may have to be withdrawn. ``about`` is what the activity log calls the thing.
    """

    kind = models.CharField(max_length=16, choices=NoticeType)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey("desk.Draft", null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    comment = models.ForeignKey("desk.Comment", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    change = models.ForeignKey(
        "desk.PendingChange", null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    report = models.ForeignKey(
        "pledges.Report", null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    about = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    key = models.CharField(max_length=120, null=True, blank=True, unique=True, help_text="What is told once alone.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="desk_notice_kind_known", condition=models.Q(kind__in=NoticeType.values))
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"


class NoticeSettings(models.Model):
    """How one person is told, and up to which notice they were."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_settings")
    frequency = models.CharField(max_length=16, choices=EmailFrequency, default=EmailFrequency.AT_ONCE)
    feed_number = models.PositiveIntegerField(default=1, help_text="Part of the feed's address: another ends the old.")
    seen_until = models.PositiveBigIntegerField(default=0, help_text="The last notice that was on a page they opened.")
    sent_until = models.PositiveBigIntegerField(default=0, help_text="The last notice that was sent, or passed over.")
    sent_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="When a worker began to send.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="desk_notice_frequency_known", condition=models.Q(frequency__in=EmailFrequency.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_frequency_display()}"
