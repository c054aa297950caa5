"""The roles, as groups, with what admins may do in Django admin; and the letters that a desk starts from."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ["Viewers of drafts", "Editors", "Publishers", "Admins"]
# What an admin may do in Django admin. The record, drafts and the log are read-only there whoever looks.
ADMINS = {
    "sources": ["source", "passage"],
    "pledges": ["body", "theme", "review", "recommendation", "pledge", "conflict", "conflictside"],
    "auth": ["user"],
    "desk": ["lettertemplate"],
}
READS = {
    "pledges": ["statusupdate", "entrytext", "citation", "question"],
    "desk": ["draft", "draftevidence", "comment", "legalcheck", "hold", "activity"],
    "auth": ["group"],
}

LETTERS = {
    "parliamentary-question": (
        "To ask the Secretary of State what progress has been made on the commitment “{title}”, "
        "made in these words: “{words}”; and by what date it will be met.\n\n"
        "Background, not part of the question: first stated deadline: {deadline}. On our record the commitment is "
        "“{status}”, by evidence published up to {looked_until}: {address}\n"
    ),
    "foi-request": (
        "To {body}\n\nFreedom of Information Act 2000: request\n\n"
        "The government said: “{words}”\n\nPlease send me\n"
        "1. any document of the last twelve months that states the progress made on this commitment;\n"
        "2. the date by which it is planned to be met, and any decision that changed that date;\n"
        "3. the name of the team that is responsible for it.\n\n"
        "Electronic copies are welcome. What we have found so far, up to {looked_until}, is at {address}\n"
    ),
    "letter": (
        "To {body}\n\nWe keep a public record of what was promised and what has happened since. About “{title}” our "
        "record says “{status}”, by evidence published up to {looked_until}: {address}\n\n"
        "The words of the promise, as we have them: “{words}”\nFirst stated deadline: {deadline}.\n\n"
        "What has been done since, and where is it published? If our record is wrong or incomplete, please tell us: "
        "your reply will stand beside it, in your words.\n"
    ),
}


def make(apps, schema_editor):
    from django.apps import apps as real

    for label in {*ADMINS, *READS}:
        create_permissions(real.get_app_config(label), verbosity=0, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name in ROLES:
        Group.objects.get_or_create(name=name)
    admins = Group.objects.get(name="Admins")
    for wanted, actions in ((ADMINS, ["add", "change", "delete", "view"]), (READS, ["view"])):
        for label, models in wanted.items():
            codes = [f"{action}_{model}" for action in actions for model in models]
            admins.permissions.add(*Permission.objects.filter(content_type__app_label=label, codename__in=codes))
    views = Permission.objects.filter(content_type__app_label="sources", codename="view_source")
    for name in ROLES:
        Group.objects.get(name=name).permissions.add(*views)
    Template = apps.get_model("desk", "LetterTemplate")
    for kind, text in LETTERS.items():
        Template.objects.get_or_create(kind=kind, defaults={"text": text})


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_initial"),
        ("pledges", "0003_question"),
        ("sources", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop, elidable=False)]
