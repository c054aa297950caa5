"""A draft that is scheduled says what was signed off: those of an earlier release do not, and wait for sign-off again."""

from django.db import migrations
from django.db.models import F


def unschedule(apps, schema_editor):
    scheduled = apps.get_model("desk", "Draft").objects.filter(stage="scheduled")
    if scheduled.exists():
        scheduled.update(
            stage="submitted", publish_at=None, signed_off_by=None, version=F("version") + 1,
            unscheduled_because="The tracker was upgraded, and the earlier release did not keep what was signed off",
        )  # fmt: skip


def delete_drafts_of_questions(apps, schema_editor):
    """The release before has no such drafts. What was published stays with the question."""
    apps.get_model("desk", "Draft").objects.filter(sort="question").delete()


class Migration(migrations.Migration):

    dependencies = [("desk", "0011_drafts_of_questions")]

    operations = [migrations.RunPython(unschedule, delete_drafts_of_questions)]
