"""Addresses that lead to a machine by its number, such as ada@[127.0.0.1], are no addresses of followers any more."""

from django.db import migrations


def delete(apps, schema_editor):
    apps.get_model("alerts", "Subscription").objects.filter(email__contains="@[").delete()


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_subscriptions")]

    operations = [migrations.RunPython(delete, migrations.RunPython.noop)]
