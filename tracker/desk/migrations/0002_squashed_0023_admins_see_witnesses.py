"""The roles, as groups, with what admins may do in Django admin; the letters that a desk starts from; and the names that
accounts and the record have, each of which belongs to one account from now on.

The forms of a name are those of tracker/text/names.py as of this migration.
"""

import re
import unicodedata

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ["Viewers of drafts", "Editors", "Publishers", "Admins"]
# What an admin may do in Django admin. The record, drafts and the log are read-only there whoever looks.
KEEPS = {
    "auth": ["user"],
    "desk": ["questiontemplate"],
    "pledges": [
        "body", "theme", "review", "recommendation", "pledge", "conflict", "conflictside", "searchsynonym",
    ],
    "sources": ["source", "passage", "wantedsource"],
}
READS = {
    "auth": ["group"],
    "desk": [
        "draft", "draftevidence", "comment", "legalcheck", "hold", "auditlogentry", "pendingchange", "nameclaim",
        "addresschange", "candidate",
    ],
    "mfa": ["authenticator"],
    "pledges": [
        "recordentry", "entrytext", "citation", "question", "report", "witness", "cosignature", "followedlog",
    ],
    "sources": ["sourcefile", "sourcewithdrawal", "intake", "linkcheck"],
}
MORE = {"mfa": ["delete_authenticator"], "pledges": ["withdraw_text"], "sources": ["withdraw_source"]}

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


def make_roles(apps, schema_editor):
    from django.apps import apps as real

    for label in {*KEEPS, *READS}:
        create_permissions(real.get_app_config(label), verbosity=0, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name in ROLES:
        Group.objects.get_or_create(name=name)
    admins = Group.objects.get(name="Admins")
    for label in {*KEEPS, *READS}:
        codes = [f"{action}_{model}" for action in ("add", "change", "delete", "view") for model in KEEPS.get(label, [])]
        codes += [f"view_{model}" for model in READS.get(label, [])] + MORE.get(label, [])
        admins.permissions.add(*Permission.objects.filter(content_type__app_label=label, codename__in=codes))
    views = Permission.objects.filter(content_type__app_label="sources", codename="view_source")
    for name in ROLES:
        Group.objects.get(name=name).permissions.add(*views)
    Template = apps.get_model("desk", "QuestionTemplate")
    for kind, text in LETTERS.items():
        Template.objects.get_or_create(kind=kind, defaults={"text": text})


LOOKALIKES = {
    "A": "АΑ", "B": "ВΒ", "C": "СϹ", "D": "Đ", "E": "ЕΕ", "G": "Ԍ", "H": "НΗ", "J": "ЈͿ", "K": "КΚ", "L": "ԼŁ",
    "M": "МΜ", "N": "Ν", "O": "ОΟՕØ0", "P": "РΡ", "Q": "Ԛ", "S": "ЅՏ", "T": "ТΤ", "U": "Ս", "W": "Ԝ", "X": "ХΧ",
    "Y": "ҮΥ", "Z": "Ζ", "a": "аαɑ", "b": "ьЬв", "c": "сϲ", "d": "ԁđ", "e": "е", "g": "ցɡ", "h": "һհн", "i": "іιı",
    "j": "јϳյ", "k": "кκ", "l": "I1ІΙӏł", "m": "м", "n": "ոηп", "o": "оοօσø", "p": "рρ", "q": "ԛզգ", "r": "г",
    "s": "ѕ", "t": "тτ", "u": "υսц", "v": "νѵ", "w": "ԝωш", "x": "хχ", "y": "уγү",
}
TO_LATIN = str.maketrans({alike: latin for latin, several in LOOKALIKES.items() for alike in several})


def normal(name):
    return " ".join(unicodedata.normalize("NFKC", name).split())


def key(name):
    return unicodedata.normalize("NFKC", normal(name).casefold())


def look(name):
    letters = unicodedata.normalize("NFKD", normal(name))
    bare = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    latin = bare.translate(TO_LATIN).casefold().replace("rn", "m").replace("vv", "w")
    return " ".join(re.sub(r"['’.·]", "", latin).replace("-", " ").split())


def looks(name):
    """Return both looks of a name: a capital I looks like l, a small one does not."""
    return {look(name)[:600], look(normal(name).casefold())[:600]}


def claim(NameClaim, name, user_id):
    """Claim a name for an account, or for none. False where another account has it, or one that looks like it."""
    forms = [("name", name), ("key", key(name)[:600]), ("look", look(name)[:600])]
    taken = {kind: NameClaim.objects.filter(kind=kind, text=text).first() for kind, text in forms}
    if any(row is not None and row.user_id != user_id for row in taken.values()):
        return False
    for kind, text in forms:
        if taken[kind] is None:
            NameClaim.objects.create(kind=kind, text=text, user_id=user_id)
    return True


def claim_names(apps, schema_editor):
    User, NameClaim = apps.get_model("auth", "User"), apps.get_model("desk", "NameClaim")
    for user in User.objects.order_by("pk"):
        shown = f"{user.first_name} {user.last_name}".strip()
        # Until now an account without a name was known by its user name.
        name = normal(shown or user.username)
        if "@" in name or not claim(NameClaim, name, user.pk):
            name = ""  # it is known as “Editor 12” until its owner gives it a name of its own
        if name != shown:
            first, _, last = name.partition(" ")
            User.objects.filter(pk=user.pk).update(first_name=first, last_name=last)
    entries = apps.get_model("pledges", "RecordEntry").objects.order_by()
    signed = entries.values_list("proposed_by", "published_by").distinct()
    for name in dict.fromkeys(name for row in signed for column in row for name in column.split(", ")):
        if name and not name.startswith("Editor "):
            claim(NameClaim, normal(name), None)
    # A look that another account has stays there: the older keeps it.
    for name, user_id in list(NameClaim.objects.filter(kind="name").order_by("id").values_list("text", "user_id")):
        for text in looks(name):
            if not NameClaim.objects.filter(kind="look", text=text).exists():
                NameClaim.objects.create(kind="look", text=text, user_id=user_id)


class Migration(migrations.Migration):
    replaces = [
        ("desk", "0002_roles_and_letters"),
        ("desk", "0003_admins_withdraw_text"),
        ("desk", "0004_admins_withdraw_sources"),
        ("desk", "0008_claim_names"),
        ("desk", "0009_encrypt_factors"),
        ("desk", "0012_sign_off_again"),
        ("desk", "0014_admins_list_wanted_sources"),
        ("desk", "0016_second_looks_and_reading"),
        ("desk", "0021_admins_keep_synonyms"),
        ("desk", "0023_admins_see_witnesses"),
    ]

    dependencies = [
        ("desk", "0001_squashed_0022_notices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.RunPython(make_roles, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(claim_names, migrations.RunPython.noop),
    ]
