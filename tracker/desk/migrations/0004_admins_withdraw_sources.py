"""Admins may withdraw a source for legal reasons."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def allow(apps, schema_editor):
    from django.apps import apps as real

    create_permissions(real.get_app_config("sources"), verbosity=0, apps=apps)
    permission = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="sources", codename="withdraw_source"
    )
    apps.get_model("auth", "Group").objects.get(name="Admins").permissions.add(*permission)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0003_admins_withdraw_text"),
        ("sources", "0002_intake"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
