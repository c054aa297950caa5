"""Compare what readers see today with the last entry about each of it: what was changed past the desk is found."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from tracker.core.keyset import Key, in_chunks, in_short_reads
from tracker.pledges.facts.entries import are_facts_recorded, changed_names, last_facts
from tracker.pledges.facts.subjects import CHUNK, SUBJECT_TYPES, fact_columns, read_facts
from tracker.pledges.models import FactsEntry
from tracker.pledges.record.lock import record_lock
from tracker.sources.models import Source, sha256_of


def facts_problems() -> Iterator[tuple[int, str]]:
    """Yield each difference: the position of the last entry about it (0: there is none), and what differs, in words.

    Nothing while the record has no entries of facts.
    """
    if not are_facts_recorded():
        return
    for name, described in SUBJECT_TYPES.items():
        recorded = set(_keys(FactsEntry.objects.filter(subject_type=name).order_by(), "subject_id"))
        visible = set(_keys(described.visible().order_by(), "pk"))
        table = described.model._meta.db_table
        if missing := visible - recorded:
            # It may have been published between the two reads: under the lock nobody writes.
            with record_lock():
                missing -= set(_keys(FactsEntry.objects.filter(subject_type=name).order_by(), "subject_id"))
                missing &= set(_keys(described.visible().order_by(), "pk"))
        for key in sorted(missing):
            yield 0, f"Row {key} of {table} is shown to readers and was never put on the record."
        keys = sorted(recorded)
        for start in range(0, len(keys), CHUNK):
            chunk = keys[start : start + CHUNK]
            if any(_differences(name, chunk)):
                with record_lock():  # the same
                    differences = list(_differences(name, chunk))
                yield from differences
    yield from _misnumbered()
    yield from _other_texts()


def _misnumbered() -> Iterator[tuple[int, str]]:
    """Yield the first entry that does not know how many others come before it: pages of changes go by that."""
    rows = FactsEntry.objects.only("position", "others_before")
    chunks = in_chunks(rows, [Key("position", holds=int)], size=2_000)
    for number, entry in enumerate(chain.from_iterable(chunks), start=1):
        if entry.position - number != entry.others_before:
            yield entry.position, f"it says that {entry.others_before} entries about pledges come before it."
            return


def _differences(name: str, keys: list[int]) -> Iterator[tuple[int, str]]:
    last, now, columns = last_facts(name, keys), read_facts(name, keys), fact_columns(name)
    positions = _last_positions(name, keys)
    table = SUBJECT_TYPES[name].model._meta.db_table
    for key in keys:
        if key not in now:
            if last[key]:
                yield positions[key], f"row {key} of {table} was deleted past the desk."
            continue
        if not last[key]:
            yield positions[key], f"row {key} of {table} came back past the desk."
        elif differing := changed_names(last[key], now[key]):
            named = ", ".join(columns[fact] for fact in differing)
            yield positions[key], f"row {key} of {table} now differs from it in: {named}."


def _last_positions(name: str, keys: list[int]) -> dict[int, int]:
    rows = FactsEntry.objects.filter(subject_type=name, subject_id__in=keys).order_by("position")
    return dict(rows.values_list("subject_id", "position"))


def _other_texts() -> Iterator[tuple[int, str]]:
    """Yield the sources whose held text has another digest than the one that is on the record with them."""
    sources = Source.objects.filter(held=True).only("pk", "text", "sha256").order_by("pk")
    for source in in_short_reads(sources, size=50):
        if sha256_of(source.text) != source.sha256:
            yield 0, f"Row {source.pk} of sources_source: sources_source.text has another digest than sha256."


def _keys(rows: Any, name: str) -> Iterator[int]:
    return rows.values_list(name, flat=True).distinct().iterator(2_000)  # type: ignore[no-any-return]
