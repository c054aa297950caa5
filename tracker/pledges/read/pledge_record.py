"""The entries about one pledge: all of them in a few words each, and whole those that a page shows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from tracker.pledges.choices import STATUS_KINDS, SUPERSEDING_KINDS, EntryKind, EvidenceRole
from tracker.pledges.compiled_query import Parameter, compiled_objects, compiled_objects_among, compiled_rows
from tracker.pledges.models import Citation, Pledge, RecordEntry
from tracker.pledges.querysets import RecordEntryQuerySet

MAX_ENTRIES = 25
"""Entries of a record that are shown together. Of a longer one the page of the pledge has the latest."""
LATEST_ENTRIES = 10
LATEST_POSITIONS = 10
_KEYS_OF_A_QUERY = 10
"""Keys are asked for in tens, the last of them more than once, so that few queries are kept."""


class EntryLine(NamedTuple):
    """What an entry is, without its words: a record may have thousands. Named as the fields of RecordEntry."""

    pk: int
    position: int
    kind: str
    effective_on: dt.date
    published_at: dt.datetime
    corrects_id: int | None
    step: str

    @property
    def anchor(self) -> str:
        """The fragment of its place on a page."""
        return f"entry-{self.position}"


EntryOrLine = RecordEntry | EntryLine


class PledgeRecord:
    """The record of one pledge, by what was published before an instant. One query; two where it is a long one.

    ``happened_by`` is a day: ``updates`` are about a time up to it, and what was said of them later holds.
    """

    def __init__(
        self, pledge: Pledge, *, until: dt.datetime | None = None, happened_by: dt.date | None = None
    ) -> None:
        self._happened_by = happened_by
        self._until = until
        self._pledge = pledge.pk
        self._few = self._first_entries()
        self.is_long = len(self._few) > MAX_ENTRIES
        self.lines: Sequence[EntryOrLine] = self._few
        """Each entry, in the order of the record."""
        if self.is_long:
            self.lines = [EntryLine(*row) for row in self._all_lines()]

    def _first_entries(self) -> list[RecordEntry]:
        def rows(about: Any) -> QuerySet[RecordEntry]:
            return self._entries_about(about).with_words().order_by("position")[: MAX_ENTRIES + 1]

        if self._until is not None:
            return list(rows(self._pledge))
        key = ("first entries of a pledge", MAX_ENTRIES)
        return compiled_objects(key, lambda: rows(Parameter("pledge")), pledge=self._pledge)

    def _all_lines(self) -> Iterable[tuple[Any, ...]]:
        def rows(about: Any) -> QuerySet[RecordEntry, Any]:
            return self._entries_about(about).order_by("position").values_list(*EntryLine._fields)

        if self._until is not None:
            return rows(self._pledge)
        return compiled_rows("lines of a pledge", lambda: rows(Parameter("pledge")), pledge=self._pledge)

    def _entries_about(self, about: Any) -> RecordEntryQuerySet:
        rows: RecordEntryQuerySet = RecordEntry.objects.published(until=self._until).filter(pledge=about)
        return rows

    @cached_property
    def updates(self) -> list[EntryOrLine]:
        """Updates and corrections, the newest first."""
        rows = [line for line in self.lines if line.kind in STATUS_KINDS]
        if self._happened_by is not None:
            rows = [line for line in rows if line.effective_on <= self._happened_by]
        return sorted(rows, key=lambda line: (line.effective_on, line.position), reverse=True)

    @cached_property
    def ended_by(self) -> dict[int | None, EntryOrLine]:
        """By the key of an entry, the one that corrects or withdraws it."""
        rows: dict[int | None, EntryOrLine] = {}
        for line in self.lines:
            if line.kind in SUPERSEDING_KINDS:
                rows.setdefault(line.corrects_id, line)
        return rows

    @cached_property
    def current(self) -> list[EntryOrLine]:
        """The updates that were neither corrected nor withdrawn, the newest first."""
        return [line for line in self.updates if line.pk not in self.ended_by]

    @cached_property
    def answers(self) -> dict[int | None, list[EntryOrLine]]:
        """By the key of an entry, what later entries say of it."""
        rows = defaultdict(list)
        for line in self.lines:
            rows[line.corrects_id].append(line)
        return rows

    def load(self, lines: Iterable[EntryOrLine]) -> dict[int, RecordEntry]:
        """Return entries by their keys, with their words, ``answers`` and ``evidence`` (``attach_evidence``).

        And what they are answered by, as far. One query, none where the record is a short one.
        """
        wanted = {line.pk for line in lines}
        wanted |= {answer.pk for pk in wanted for answer in self.answers[pk]}
        whole = read_entries(wanted) if self.is_long else self._few
        entries = {entry.pk: entry for entry in whole}
        for entry in whole:
            answers = (entries.get(answer.pk) for answer in self.answers[entry.pk])
            entry.answers = [answer for answer in answers if answer is not None]
        return entries

    def statements(self) -> list[EntryOrLine]:
        """Return the entries that state the pledge, in order."""
        return [line for line in self.lines if line.kind == EntryKind.PLEDGE]


def read_entries(keys: Iterable[int]) -> list[RecordEntry]:
    """Return entries with their words. One query, and none for none."""
    wanted = list(keys)
    wanted += wanted[-1:] * (-len(wanted) % _KEYS_OF_A_QUERY)
    return compiled_objects_among(
        "entries", wanted, lambda among: RecordEntry.objects.with_words().filter(pk__in=among)
    )


def attach_evidence(entries: Iterable[RecordEntry], cited: Iterable[Citation]) -> None:
    """Give entries their citations of some as ``evidence``, in the order in which they were made."""
    by_entry = defaultdict(list)
    for citation in cited:
        by_entry[citation.update_id].append(citation)
    for entry in entries:
        entry.evidence = sorted(by_entry[entry.pk], key=lambda citation: citation.pk)


def latest_positions(lines: Sequence[EntryOrLine]) -> tuple[list[Citation], int]:
    """Return the latest citations in which entries quote the government on itself, and how many there are."""
    rows = Citation.objects.filter(update__in=[line.pk for line in lines], role=EvidenceRole.OFFICIAL_POSITION)
    if not lines or not (number := rows.count()):
        return [], 0
    latest = rows.with_words().order_by(F("passage__source__published_on").desc(nulls_last=True), "pk")
    return list(latest[:LATEST_POSITIONS]), number
