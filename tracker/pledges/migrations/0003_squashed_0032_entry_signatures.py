"""Rows that follow from what a database of 0.1.0 has: what the record said of each pledge, the Merkle tree over it, and
the words that its reviews have shown."""

import datetime as dt
import hashlib
import re
import unicodedata

from django.conf import settings
from django.db import migrations
from django.utils.dateparse import parse_date

def derive_periods(apps, schema_editor):
    Pledge, Entry, Period = (apps.get_model("pledges", name) for name in ("Pledge", "RecordEntry", "StatusPeriod"))
    for pledge in Pledge.objects.select_related("theme").iterator(chunk_size=500):
        entries = Entry.objects.filter(pledge=pledge).order_by("position").select_related("text")
        Period.objects.bulk_create(
            Period(pledge=pledge, since=since, until=until, title_key=sort_key(state["title"]), **state)
            for since, until, state in spans(pledge, entries)
        )


def spans(pledge, entries):
    """Return (since, until, state) of each stretch in which the record said the same of a pledge."""
    facts = {"title": pledge.title, "theme": pledge.theme.slug, "basis": pledge.basis, "deadline_on": pledge.deadline_on}
    stated_at, standing, rows = 0, {}, []
    for entry in entries:
        if entry.kind == "pledge":
            facts, stated_at = entry.text.statement or facts, entry.position
        if entry.kind in ("update", "correction"):
            standing[entry.pk] = entry
        if entry.kind in ("correction", "withdrawal"):
            standing.pop(entry.corrects_id, None)
        last = max(standing.values(), key=lambda one: (one.effective_on, one.position), default=None)
        deadline = facts["deadline_on"]
        state = {
            "update_id": last and last.pk,
            "status": last and last.status,
            "status_on": last and last.effective_on,
            "moved_on": last.effective_on if last else dt.date.min,
            "looked_until": last and last.looked_until,
            "stated_at": stated_at,
            "title": facts["title"],
            "theme": facts["theme"],
            "basis": facts["basis"],
            "deadline_on": parse_date(deadline) if isinstance(deadline, str) and deadline else deadline or None,
        }
        if rows and rows[-1][2] == state:
            continue
        if rows:
            since, _, before = rows.pop()
            if since < entry.published_at:
                rows.append((since, entry.published_at, before))
        rows.append((entry.published_at, None, state))
    return rows


LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def sort_key(title):
    plain = unicodedata.normalize("NFKD", title.casefold().translate(LETTERS).replace("'", "").replace("’", ""))
    bare = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    words = re.findall(r"\d+|[^\W\d_]+", bare)
    return " ".join(word.zfill(8) if word.isdigit() else word for word in words)[:300]


WIDTH, BYTES = 256, 32


def node_over(hashes):
    """The hash over 256 hashes side by side (RFC 9162, section 2.1)."""
    row = [hashes[place : place + BYTES] for place in range(0, len(hashes), BYTES)]
    while len(row) > 1:
        row = [hashlib.sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]
    return row[0]


def fill_tiles(apps, schema_editor):
    Entry, Tile = apps.get_model("pledges", "RecordEntry"), apps.get_model("pledges", "RecordTile")
    numbers, levels, chunk = [0], [bytearray()], []
    digests = Entry.objects.order_by("position").values_list("digest", flat=True)
    for digest in digests.iterator(chunk_size=2000):
        node, level = hashlib.sha256(b"\x00" + bytes.fromhex(digest)).digest(), 0
        while True:
            levels[level] += node
            if len(levels[level]) < WIDTH * BYTES:
                break
            full = bytes(levels[level])
            chunk.append(Tile(level=level, number=numbers[level], hashes=full))
            numbers[level] += 1
            levels[level].clear()
            node, level = node_over(full), level + 1
            if level == len(levels):
                numbers.append(0)
                levels.append(bytearray())
        if len(chunk) >= 100:
            Tile.objects.bulk_create(chunk)
            chunk.clear()
    chunk += [Tile(level=at, number=numbers[at], hashes=bytes(row)) for at, row in enumerate(levels) if row]
    Tile.objects.bulk_create(chunk)


FIRST = "casey-audit-2025"
FIRST_WORDS = {
    "content_note": "This site is about child sexual abuse. It does not describe abuse in detail.",
    "help_lines": "NSPCC, if you are worried about a child | 0808 800 5000\n"
    "Childline, for anyone under 19 | 0800 1111\n"
    "Rape Crisis England & Wales | 0808 500 2222\n"
    "If someone is in danger now | 999",
    "leave_url": "https://www.bbc.co.uk/weather",
    "about": "It names no victim and no suspect.",
}


def keep_what_was_shown(apps, schema_editor):
    made = {
        "help_lines": "\n".join(f"{name} | {number}" for name, number in settings.HELPLINES),
        "leave_url": settings.LEAVE_URL,
    }
    for review in apps.get_model("pledges", "Review").objects.all():
        shown = (FIRST_WORDS if review.slug == FIRST else {}) | {name: words for name, words in made.items() if words}
        for name, words in shown.items():
            setattr(review, name, words)
        review.save()


OLD, NEW = ("statusupdate", "status update"), ("recordentry", "entry of the record")
"""The model of the entries of the record, in names of tables and in words: tables keep the old name."""


def rename_permissions(apps, old, new):
    """Give the content type and the permissions of a model another name."""
    ContentType, Permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    for kind in ContentType.objects.filter(app_label="pledges", model=old[0]):
        ContentType.objects.filter(pk=kind.pk).update(model=new[0])
        for action in ("add", "change", "delete", "view"):
            Permission.objects.filter(content_type=kind.pk, codename=f"{action}_{old[0]}").update(
                codename=f"{action}_{new[0]}", name=f"Can {action} {new[1]}"
            )


def rename_forwards(apps, schema_editor):
    rename_permissions(apps, OLD, NEW)


def rename_backwards(apps, schema_editor):
    rename_permissions(apps, NEW, OLD)


class Migration(migrations.Migration):
    replaces = [
        ("pledges", "0012_standing_rows"),
        ("pledges", "0013_rewritten_apart"),
        ("pledges", "0016_public_questions"),
        ("pledges", "0026_title_key_rows"),
        ("pledges", "0030_record_tile_rows"),
        ("pledges", "0032_entry_signatures"),
    ]

    dependencies = [
        ("pledges", "0002_squashed_0031_witnesses"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(rename_forwards, rename_backwards),
        migrations.RunPython(keep_what_was_shown, migrations.RunPython.noop),
        migrations.RunPython(derive_periods, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(fill_tiles, migrations.RunPython.noop, elidable=True),
    ]
