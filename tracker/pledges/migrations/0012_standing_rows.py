from django.db import migrations

from tracker.pledges.derived.status_periods import rebuild


def derive(apps, schema_editor):
    rebuild(apps)


class Migration(migrations.Migration):
    dependencies = [("pledges", "0011_standing")]
    operations = [migrations.RunPython(derive, migrations.RunPython.noop, elidable=True)]
