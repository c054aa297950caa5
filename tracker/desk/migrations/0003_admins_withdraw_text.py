"""Admins may withdraw text for legal reasons."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def allow(apps, schema_editor):
    from django.apps import apps as real

    create_permissions(real.get_app_config("pledges"), verbosity=0, apps=apps)
    permission = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="pledges", codename="withdraw_text"
    )
    apps.get_model("auth", "Group").objects.get(name="Admins").permissions.add(*permission)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_roles_and_letters"),
        ("pledges", "0004_withdraw_text_permission"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
