"""Each name that an account has, or that the record or the log knows, belongs to one account from now on.

The forms of a name are those of tracker/text/names.py as of this migration.
"""

import re
import unicodedata

from django.db import migrations

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


def claim(NameClaim, name, user_id):
    """Claim a name for an account, or for none. False where another account has it, or one that looks like it."""
    forms = {"name": name, "key": key(name)[:600], "look": look(name)[:600]}
    taken = {kind: NameClaim.objects.filter(kind=kind, text=text).first() for kind, text in forms.items()}
    if any(row is not None and row.user_id != user_id for row in taken.values()):
        return False
    for kind, text in forms.items():
        if taken[kind] is None:
            NameClaim.objects.create(kind=kind, text=text, user_id=user_id)
    return True


def claim_all(apps, schema_editor):
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
    Entry, Report = apps.get_model("desk", "AuditLogEntry"), apps.get_model("pledges", "Report")
    for who, user_id in dict.fromkeys(Entry.objects.filter(user__isnull=False).order_by("id").values_list("who", "user_id")):
        if User.objects.filter(pk=user_id).exists() and not who.startswith("Editor "):
            claim(NameClaim, normal(who), user_id)
    named = [
        *apps.get_model("pledges", "RecordEntry").objects.order_by().values_list("proposed_by", "published_by").distinct(),
        *Report.objects.order_by().values_list("answered_by", "published_by").distinct(),
        *apps.get_model("sources", "SourceWithdrawal").objects.order_by().values_list("withdrawn_by").distinct(),
    ]
    for name in dict.fromkeys(one for row in named for column in row for one in column.split(", ")):
        if name and not name.startswith("Editor "):
            claim(NameClaim, normal(name), None)


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_pending_changes_and_names"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(claim_all, migrations.RunPython.noop)]
