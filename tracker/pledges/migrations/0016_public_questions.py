"""What readers saw of questions and answers before they were signed off stays public, and says that it was not."""

import datetime as dt

from django.conf import settings
from django.db import migrations
from django.db.models import F, Q


def keep_public(apps, schema_editor):
    """A question was public from the day that it was sent; nobody knows the time."""
    questions = apps.get_model("pledges", "Question").objects
    for question in questions.filter(asked_on__isnull=False).iterator():
        published_at = dt.datetime.combine(question.asked_on, dt.time.min, tzinfo=dt.UTC)
        questions.filter(pk=question.pk).update(public_version=1, published_at=published_at)
    reports = apps.get_model("pledges", "Report").objects
    published = Q(published_at__isnull=False) & ~Q(answered_by=F("published_by"))
    if reports.filter(published).exists():
        reports.filter(published).update(second_review=True)
    for report in reports.filter(published_at__isnull=True).exclude(answered_by=""):
        report.contributors.set(_people_named(apps, report.answered_by))


def hide_withdrawn(apps, schema_editor):
    """The release before knows no withdrawal: what was withdrawn must not come back there."""
    questions = apps.get_model("pledges", "Question").objects.filter(withdrawn_at__isnull=False)
    if questions.exists():
        questions.update(asked_on=None, answered_on=None, outcome="waiting", answer=None)


def _people_named(apps, name):
    user = apps.get_model(settings.AUTH_USER_MODEL)
    rows = user.objects.all()
    return [row for row in rows if name in (f"{row.first_name} {row.last_name}".strip(), row.username)]


class Migration(migrations.Migration):

    dependencies = [("pledges", "0015_sign_off_of_questions")]

    operations = [migrations.RunPython(keep_public, hide_withdrawn)]
