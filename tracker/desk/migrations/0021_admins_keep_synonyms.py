"""Admins may say which words a search takes for the same."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ACTIONS = ("add", "change", "delete", "view")


def allow(apps, schema_editor):
    from django.apps import apps as real

    create_permissions(real.get_app_config("pledges"), verbosity=0, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="pledges", codename__in=[f"{action}_searchsynonym" for action in ACTIONS]
    )
    apps.get_model("auth", "Group").objects.get(name="Admins").permissions.add(*permissions)


def disallow(apps, schema_editor):
    admins = apps.get_model("auth", "Group").objects.filter(name="Admins").first()
    if admins is not None:
        admins.permissions.remove(*admins.permissions.filter(codename__endswith="_searchsynonym"))


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0020_names_in_admin"),
        ("pledges", "0026_title_key_rows"),
    ]

    operations = [migrations.RunPython(allow, disallow)]
