"""Make the key by which each title is sorted, for titles that were there before."""

import re
import unicodedata

from django.db import migrations

LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def sort_key(title):
    plain = unicodedata.normalize("NFKD", title.casefold().translate(LETTERS).replace("'", "").replace("’", ""))
    bare = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    words = re.findall(r"\d+|[^\W\d_]+", bare)
    return " ".join(word.zfill(8) if word.isdigit() else word for word in words)[:300]


def make_keys(apps, schema_editor):
    StatusPeriod = apps.get_model("pledges", "StatusPeriod")
    rows = StatusPeriod.objects.filter(title_key="").only("pk", "title")
    chunk = []
    for row in rows.iterator(chunk_size=1000):
        row.title_key = sort_key(row.title)
        chunk.append(row)
    StatusPeriod.objects.bulk_update(chunk, ["title_key"], batch_size=300)


class Migration(migrations.Migration):
    dependencies = [("pledges", "0025_title_keys")]
    operations = [migrations.RunPython(make_keys, migrations.RunPython.noop, elidable=True)]
