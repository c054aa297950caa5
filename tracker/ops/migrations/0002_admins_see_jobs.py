"""Admins see what the background worker did, and may ask for a run."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

CODENAMES = ["view_jobrun", "add_jobrun"]


def allow(apps, schema_editor):
    from django.apps import apps as real

    create_permissions(real.get_app_config("ops"), verbosity=0, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="ops", codename__in=CODENAMES
    )
    apps.get_model("auth", "Group").objects.get(name="Admins").permissions.add(*permissions)


def disallow(apps, schema_editor):
    admins = apps.get_model("auth", "Group").objects.filter(name="Admins").first()
    if admins is not None:
        admins.permissions.remove(*admins.permissions.filter(codename__in=CODENAMES))


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_squashed_0023_admins_see_witnesses"),
        ("ops", "0001_job_runs"),
    ]

    operations = [migrations.RunPython(allow, disallow)]
