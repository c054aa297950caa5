"""Admins see who is asked to cosign the record, what was cosigned, and the logs of others."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

CODENAMES = ["view_witness", "view_cosignature", "view_followedlog"]


def allow(apps, schema_editor):
    from django.apps import apps as real

    create_permissions(real.get_app_config("pledges"), verbosity=0, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="pledges", codename__in=CODENAMES
    )
    apps.get_model("auth", "Group").objects.get(name="Admins").permissions.add(*permissions)


def disallow(apps, schema_editor):
    admins = apps.get_model("auth", "Group").objects.filter(name="Admins").first()
    if admins is not None:
        admins.permissions.remove(*admins.permissions.filter(codename__in=CODENAMES))


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0022_notices"),
        ("pledges", "0031_witnesses"),
    ]

    operations = [migrations.RunPython(allow, disallow)]
