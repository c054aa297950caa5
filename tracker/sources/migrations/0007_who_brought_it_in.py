"""Who brought in a document that was read here is known: they contributed the source."""

from django.db import migrations


def remember(apps, schema_editor):
    brought = apps.get_model("sources", "Intake").objects.filter(source__isnull=False, brought_by__isnull=False)
    through = apps.get_model("sources", "Source").contributors.through
    rows = brought.values_list("source_id", "brought_by_id")
    through.objects.bulk_create([through(source_id=source, user_id=person) for source, person in rows])


class Migration(migrations.Migration):

    dependencies = [("sources", "0006_contributors")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
