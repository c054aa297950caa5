"""A row of a file may hand its draft on to the row of a later file."""

from typing import Any

from django.db import migrations, models

BEFORE = ["waiting", "made", "same", "changed", "failed", "undone"]


def as_undone(apps: Any, schema_editor: Any) -> None:
    """Going back: a row that handed its draft on has none, as one whose draft was discarded."""
    rows = apps.get_model("desk", "ImportedRow").objects.using(schema_editor.connection.alias)
    rows.filter(state="replaced").update(state="undone")


class Migration(migrations.Migration):
    dependencies = [("desk", "0017_imports")]

    operations = [
        migrations.RemoveConstraint(model_name="importedrow", name="desk_importedrow_state_known"),
        migrations.RunPython(migrations.RunPython.noop, as_undone, elidable=True),
        migrations.AlterField(
            model_name="importedrow",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waits"),
                    ("made", "A draft was made"),
                    ("same", "Brought in before"),
                    ("changed", "Changed in the file since it was brought in"),
                    ("failed", "Could not be brought in"),
                    ("undone", "Its draft was discarded again"),
                    ("replaced", "Its draft has the words of a later file"),
                ],
                default="waiting",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="importedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", [*BEFORE, "replaced"])), name="desk_importedrow_state_known"
            ),
        ),
    ]
