"""Admins may keep the list of documents that are wanted; what readers see of it changes by a second person."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ACTIONS = ("add", "change", "delete", "view")


def allow(apps, schema_editor):
    from django.apps import apps as real

    create_permissions(real.get_app_config("sources"), verbosity=0, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="sources", codename__in=[f"{action}_wantedsource" for action in ACTIONS]
    )
    apps.get_model("auth", "Group").objects.get(name="Admins").permissions.add(*permissions)


def disallow(apps, schema_editor):
    admins = apps.get_model("auth", "Group").objects.filter(name="Admins").first()
    if admins is not None:
        admins.permissions.remove(*admins.permissions.filter(codename__endswith="_wantedsource"))


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0013_scheduled_as_signed_off"),
        ("sources", "0009_wanted_source"),
    ]

    operations = [migrations.RunPython(allow, disallow)]
