"""Derive what the record said of each pledge, from one entry to the next, for entries that were there before."""

import datetime as dt

from django.db import migrations
from django.utils.dateparse import parse_date

COLUMNS = ("update_id", "status", "status_on", "moved_on", "looked_until", "stated_at", "title", "theme", "basis",
           "deadline_on")  # fmt: skip


def derive(apps, schema_editor):
    Pledge, Entry, Standing = (apps.get_model("pledges", name) for name in ("Pledge", "StatusUpdate", "Standing"))
    apps.get_model("pledges", "DayTally").objects.all().delete()
    Standing.objects.all().delete()
    for pledge in Pledge.objects.select_related("theme").iterator(chunk_size=500):
        entries = Entry.objects.filter(pledge=pledge).order_by("position").select_related("text")
        Standing.objects.bulk_create(
            Standing(pledge=pledge, since=since, until=until, **dict(zip(COLUMNS, state, strict=True)))
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
        state = (
            *((last.pk, last.status, last.effective_on, last.effective_on, last.looked_until) if last
              else (None, None, None, dt.date.min, None)),
            stated_at, facts["title"], facts["theme"], facts["basis"],
            parse_date(deadline) if isinstance(deadline, str) and deadline else deadline or None,
        )  # fmt: skip
        if rows and rows[-1][2] == state:
            continue
        if rows:
            since, _, before = rows.pop()
            if since < entry.published_at:
                rows.append((since, entry.published_at, before))
        rows.append((entry.published_at, None, state))
    return rows


class Migration(migrations.Migration):
    dependencies = [("pledges", "0011_standing")]
    operations = [migrations.RunPython(derive, migrations.RunPython.noop, elidable=True)]
