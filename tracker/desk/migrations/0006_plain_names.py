"""Plainer names for models. Tables, columns and rows stay as they are; permissions get the new names."""

from django.db import migrations

NAMES = {"LetterTemplate": "QuestionTemplate", "Activity": "AuditLogEntry", "Submission": "IdempotencyKey"}


def rename(apps, names):
    """Rename the content types and the standard permissions of models."""
    ContentType, Permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    for old, new in names.items():
        for kind in ContentType.objects.filter(app_label="desk", model=old.lower()):
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
        ("desk", "0005_candidates"),
        ("pledges", "0014_plain_names"),
        ("sources", "0004_plain_names"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("LetterTemplate", "QuestionTemplate"),
                migrations.AlterModelTable("QuestionTemplate", "desk_lettertemplate"),
                migrations.RenameModel("Activity", "AuditLogEntry"),
                migrations.AlterModelTable("AuditLogEntry", "desk_activity"),
                migrations.RenameModel("Submission", "IdempotencyKey"),
                migrations.AlterModelTable("IdempotencyKey", "desk_submission"),
            ]
        ),
        migrations.RunPython(forwards, backwards),
    ]
