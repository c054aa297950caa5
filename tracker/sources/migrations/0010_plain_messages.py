"""The states of a document that is being read are named in plain English. The database is not touched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0009_wanted_source")]

    operations = [
        migrations.AlterField(
            "intake",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "Waiting to be read"),
                    ("working", "Being read"),
                    ("ready", "Ready to check"),
                    ("failed", "Could not be read"),
                    ("stored", "Stored as a source"),
                    ("dropped", "Deleted"),
                ],
                default="waiting",
                max_length=8,
            ),
        ),
    ]
