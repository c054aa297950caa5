"""Plainer names for models. Tables, columns and rows stay as they are; permissions get the new names."""

from django.db import migrations, models

NAMES = {"StatusUpdate": "RecordEntry", "Standing": "StatusPeriod", "DayTally": "DailyCounts", "Edition": "TableVersion"}


def rename(apps, names):
    """Rename the content types and the standard permissions of models."""
    ContentType, Permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    for old, new in names.items():
        for kind in ContentType.objects.filter(app_label="pledges", model=old.lower()):
            ContentType.objects.filter(pk=kind.pk).update(model=new.lower())
            for action in ("add", "change", "delete", "view"):
                Permission.objects.filter(content_type=kind.pk, codename=f"{action}_{old.lower()}").update(
                    codename=f"{action}_{new.lower()}", name=f"Can {action} {spaced(new)}"
                )


def spaced(name):
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def forwards(apps, schema_editor):
    rename(apps, NAMES)


def backwards(apps, schema_editor):
    rename(apps, {new: old for old, new in NAMES.items()})


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0013_rewritten_apart"),
        ("desk", "0005_candidates"),  # its earlier ones point to the models by their former names
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("StatusUpdate", "RecordEntry"),
                migrations.AlterModelTable("RecordEntry", "pledges_statusupdate"),
                migrations.RenameModel("Standing", "StatusPeriod"),
                migrations.AlterModelTable("StatusPeriod", "pledges_standing"),
                migrations.RenameModel("DayTally", "DailyCounts"),
                migrations.AlterModelTable("DailyCounts", "pledges_daytally"),
                migrations.RenameModel("Edition", "TableVersion"),
                migrations.AlterModelTable("TableVersion", "pledges_edition"),
                migrations.RenameField("question", "of_whom", "addressee"),
                migrations.AlterField("question", "addressee", models.CharField("asked of", max_length=200, blank=True, db_column="of_whom")),
            ]
        ),
        migrations.RunPython(forwards, backwards),
    ]
