"""Keep the Merkle tree over the record."""

from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("pledges", "0028_deadline_edtf")]
    operations = [
        migrations.CreateModel(
            name="RecordTile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.PositiveBigIntegerField(help_text="Of the tile within its level, from 0.")),
                ("hashes", models.BinaryField(help_text="32 bytes each.")),
            ],
            options={
                "constraints": [models.UniqueConstraint(name="pledges_tile_once", fields=("level", "number"))],
            },
        ),
    ]
