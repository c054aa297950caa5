"""Names from before names had two looks get the second; admins may read what they could not in the admin.

The look of a name in small letters is that of tracker/text/names.py as of this migration: a capital I looks like l, a
small one does not. A look that another account has stays there: the older keeps it.
"""

import importlib

from django.contrib.auth.management import create_permissions
from django.db import migrations

READS = {
    "desk": ["pendingchange", "nameclaim", "addresschange", "hold", "candidate"],
    "pledges": ["report"],
    "sources": ["sourcefile", "sourcewithdrawal", "intake", "linkcheck"],
}


def claim_second_looks(apps, schema_editor):
    forms = importlib.import_module("tracker.desk.migrations.0008_claim_names")
    NameClaim = apps.get_model("desk", "NameClaim")
    for name, user_id in list(NameClaim.objects.filter(kind="name").order_by("id").values_list("text", "user_id")):
        for look in {forms.look(name)[:600], forms.look(forms.normal(name).casefold())[:600]}:
            if not NameClaim.objects.filter(kind="look", text=look).exists():
                NameClaim.objects.create(kind="look", text=look, user_id=user_id)


def permissions(apps):
    found = apps.get_model("auth", "Permission").objects.none()
    for label, models in READS.items():
        codes = [f"view_{model}" for model in models]
        found |= apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label=label, codename__in=codes
        )
    return found


def allow(apps, schema_editor):
    from django.apps import apps as real

    for label in READS:
        create_permissions(real.get_app_config(label), verbosity=0, apps=apps)
    apps.get_model("auth", "Group").objects.get(name="Admins").permissions.add(*permissions(apps))


def disallow(apps, schema_editor):
    admins = apps.get_model("auth", "Group").objects.filter(name="Admins").first()
    if admins is not None:
        admins.permissions.remove(*permissions(apps).exclude(codename="view_hold"))  # they read holds before


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0015_address_changes"),
        ("pledges", "0018_withdrawn_answers"),
        ("sources", "0009_wanted_source"),
    ]

    operations = [
        migrations.RunPython(claim_second_looks, migrations.RunPython.noop),
        migrations.RunPython(allow, disallow),
    ]
