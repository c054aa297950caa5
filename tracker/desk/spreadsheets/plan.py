"""What becomes of each row: the facts of a draft, its words, what is kept as a note, and what it lacks.

Plain functions: the same plan is shown in the preview, stored, and carried out. Nothing is made up: a day, a status or
a body is in it only where the file says so, or a person chose it for a value.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from django.utils.text import slugify

from tracker.desk.spreadsheets.days import ReadDay, read_cell_day
from tracker.desk.spreadsheets.fields import DESK_NOTE, FIELDS, LEAVE_OUT, plain_name
from tracker.desk.spreadsheets.mapping import AS_NEW, AS_NOTE, DROP, Mapping
from tracker.desk.spreadsheets.tables import ImportTable, TableRow
from tracker.pledges.choices import Basis, EvidenceRole, PledgeKind, Response, Status
from tracker.pledges.data.named import MAX_NEW_NAME_CHARS
from tracker.sources.slugs import first_free

MAX_TITLE, MAX_LINE = 300, 300
_ADDRESS = re.compile(r"https?://[^\s|<>\"]+")
_PARTS = re.compile(r"\s*(?:;|\||\n|<br\s*/?>)\s*", re.IGNORECASE)
_NEEDED = {
    "title": "a title", "theme": "a theme", "kind": "the kind of pledge", "basis": "a basis",
    "made_on": "the day on which it was promised", "done_means": "what would count as delivered",
}  # fmt: skip
"""What a pledge cannot be submitted without, or should not be."""


@dataclass(frozen=True)
class Catalogue:
    """What is here already, by the names under which a file may know it: plain names and slugs to primary keys."""

    review: str
    reviews: dict[str, str] = field(default_factory=dict)
    themes: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    recommendations: dict[str, str] = field(default_factory=dict)
    pledges: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    """Digests of rows that were brought in, with the address of their draft."""
    references: dict[str, str] = field(default_factory=dict)
    """What told rows apart when they were brought in, with the address of their draft."""


@dataclass
class PlannedRow:
    """What becomes of one row. ``state``: new, same (brought in before), changed (since it was), failed."""

    number: int
    digest: str = ""
    reference: str = ""
    state: str = "new"
    problem: str = ""
    earlier: str = ""
    title: str = ""
    facts: dict[str, list[str]] = field(default_factory=dict)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    status: str = ""
    status_on: str = ""
    notes: list[list[str]] = field(default_factory=list)
    days: list[list[str]] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    def keep(self, label: str, words: str) -> None:
        """Keep words as a note for the desk."""
        if words.strip():
            self.notes.append([label, words.strip()])


def plan_rows(table: ImportTable, mapping: Mapping, catalogue: Catalogue) -> list[PlannedRow]:
    """Return what becomes of each row of a table."""
    planner = _Planner(table, mapping, catalogue)
    return [planner.plan(row) for row in table.rows]


def count_states(plan: Iterable[PlannedRow]) -> Counter[str]:
    """Return how many rows are new, the same, changed, failed; and ``gaps``: new ones that lack something."""
    rows = list(plan)
    return Counter(row.state for row in rows) + Counter(gaps=sum(bool(row.gaps) for row in rows if row.state == "new"))


def digest_of_plan(plan: Iterable[PlannedRow]) -> str:
    """Return the SHA-256 of a plan: what is carried out is what was shown."""
    content = [[row.digest, row.state, row.facts, row.evidence, row.status, row.status_on, row.notes] for row in plan]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def parts_of(cell: str) -> list[str]:
    """Return the names in a cell: several are parted by semicolons, bars or line ends."""
    return [" ".join(part.split()) for part in _PARTS.split(cell) if part.strip()]


def values_of(table: ImportTable, mapping: Mapping, name: str) -> Counter[str]:
    """Return the different values of a field that is matched, with how often each comes."""
    counted: Counter[str] = Counter()
    for column in mapping.columns_of(name):
        if column in table.columns:
            for cell in table.values(column):
                counted.update(_names_in(name, cell))
    if constant := mapping.constants.get(name, "").strip():
        counted[constant] += len(table.rows)
    return counted


def _names_in(name: str, cell: str) -> list[str]:
    return parts_of(cell) if name == "bodies" else [" ".join(cell.split())] if cell.strip() else []


def guess_value(name: str, value: str, catalogue: Catalogue) -> str:
    """Return what a value of theirs is with us, by its name alone; AS_NOTE where nothing has that name."""
    if name == "status":
        return next(
            (
                status.value
                for status in Status
                if plain_name(value) in (plain_name(status.value), plain_name(str(status.label)))
            ),
            AS_NOTE,
        )
    known = catalogue.themes if name == "theme" else catalogue.bodies
    return value if plain_name(value) in known else AS_NOTE


class _Planner:
    """Plans row by row; remembers the digests and short names that this file has had already."""

    def __init__(self, table: ImportTable, mapping: Mapping, catalogue: Catalogue) -> None:
        self._mapping, self._catalogue = mapping, catalogue
        self._table = table
        self._places = {name: [at for at, column in enumerate(table.columns) if mapping.columns.get(column) == name]
                        for name in FIELDS}  # fmt: skip
        self._had: dict[str, int] = {}
        self._slugs: set[str] = set(catalogue.pledges)

    def plan(self, row: TableRow) -> PlannedRow:
        """Return what would become of a row. If it cannot be brought in: state ``failed``, and a problem in words."""
        planned = PlannedRow(row.number)
        cells = [[column, cell] for column, cell in zip(self._table.columns, row.cells, strict=True)
                if cell.strip() and self._mapping.columns.get(column) != LEAVE_OUT]  # fmt: skip
        planned.digest = hashlib.sha256(json.dumps(sorted(cells), ensure_ascii=False).encode()).hexdigest()
        planned.reference = (self._cell(row, "reference") or self._cell(row, "slug"))[:200]
        if row.problem:
            planned.state, planned.problem = "failed", row.problem
            return planned
        self._compare(planned)
        self._notes(planned, row)
        self._words(planned, row)
        self._titles(planned, row)
        if not planned.title:
            planned.state, planned.problem = "failed", "It has no title and no words."
            return planned
        self._days(planned, row)
        self._names(planned, row)
        self._rest(planned, row)
        known = planned.facts
        planned.gaps = [
            lack for name, lack in _NEEDED.items() if not any(known.get(name) or known.get(f"new_{name}", []))
        ]
        planned.gaps += _gaps_of_words(planned)
        for quoted in [quoted for quoted in planned.evidence if not _can_be_cited(quoted)]:
            planned.keep(FIELDS["words"].label, quoted["words"])
        planned.evidence = [quoted for quoted in planned.evidence if _can_be_cited(quoted)]
        return planned

    def _cell(self, row: TableRow, name: str) -> str:
        at = self._places.get(name)
        words = row.cells[at[0]].strip() if at else ""
        return words or self._mapping.constants.get(name, "").strip()

    def _label(self, name: str) -> str:
        at = self._places.get(name)
        return self._table.columns[at[0]] if at else FIELDS[name].label

    def _compare(self, planned: PlannedRow) -> None:
        """Say whether the row came before: in an earlier file, or in this one."""
        if planned.digest in self._catalogue.digests:
            planned.state, planned.earlier = "same", self._catalogue.digests[planned.digest]
        elif planned.digest in self._had:
            planned.state, planned.problem = "same", f"Row {self._had[planned.digest]} has the same words."
        elif planned.reference and planned.reference in self._catalogue.references:
            planned.state, planned.earlier = "changed", self._catalogue.references[planned.reference]
        self._had.setdefault(planned.digest, planned.number)

    def _notes(self, planned: PlannedRow, row: TableRow) -> None:
        for at in self._places[DESK_NOTE]:
            planned.keep(self._table.columns[at], row.cells[at])
        if planned.reference:
            planned.keep(self._label("reference" if self._places["reference"] else "slug"), planned.reference)
        notes = [row.cells[at].strip() for at in self._places["note"] if row.cells[at].strip()]
        if notes:
            planned.facts["note"] = ["\n\n".join(notes)]

    def _words(self, planned: PlannedRow, row: TableRow) -> None:
        if further := self._cell(row, "evidence"):
            planned.evidence = self._read_evidence(planned, further)
        words = self._cell(row, "words")
        if not words or planned.evidence:
            return
        address, others = self._addresses(self._cell(row, "source_url"))
        source = {"url": address, "title": self._cell(row, "source_title")[:300],
                  "publisher": self._cell(row, "source_publisher")[:200]}  # fmt: skip
        if day := self._cell(row, "source_date"):
            source["published_on"] = self._read(planned, "source_date", day)
        source["archived_url"] = self._addresses(self._cell(row, "archived_url"))[0]
        for other in others:
            planned.keep("Another address", other)
        if not address:
            planned.keep("Address of the words", self._cell(row, "source_url"))
        planned.evidence = [{"words": words, "role": EvidenceRole.PLEDGE.value, "note": "", "source": source}]

    def _addresses(self, cell: str) -> tuple[str, list[str]]:
        """Return the first address of a cell, made whole, and the others."""
        addresses = [address.rstrip(".,;)") for address in _ADDRESS.findall(cell)]
        if not addresses and cell and self._mapping.base_url and not re.search(r"\s", cell):
            addresses = [urljoin(self._mapping.base_url, cell)]
        usable = [address for address in addresses if len(address) <= 1000]
        return (usable[0], usable[1:]) if usable else ("", [])

    def _read_evidence(self, planned: PlannedRow, cell: str) -> list[dict[str, Any]]:
        try:
            listed = json.loads(cell)
            return [
                {
                    "words": str(quoted["words"]),
                    "role": str(quoted.get("role") or EvidenceRole.PLEDGE.value),
                    "note": str(quoted.get("note", ""))[:300],
                    "source": {key: str(value or "") for key, value in dict(quoted.get("source", {})).items()},
                }
                for quoted in listed
                if str(quoted["words"]).strip()
                and (quoted.get("role") or EvidenceRole.PLEDGE.value) in EvidenceRole.values
            ]
        except (ValueError, TypeError, KeyError, RecursionError):
            planned.keep(self._label("evidence"), cell)
            return []

    def _titles(self, planned: PlannedRow, row: TableRow) -> None:
        words = planned.evidence[0]["words"] if planned.evidence else ""
        own_title = " ".join(self._cell(row, "title").split())
        title = own_title or " ".join(words.split())
        planned.title = _shortened(title, MAX_TITLE if own_title else 120)
        if own_title and planned.title != own_title and " ".join(words.split()) != own_title:
            planned.keep(f"{self._label('title')} (whole)", own_title)
        if not planned.title:
            return
        slug = self._cell(row, "slug")
        stem = (
            slug if re.fullmatch(r"[-a-zA-Z0-9_]{1,80}", slug) else slugify(planned.title)[:60].strip("-") or "pledge"
        )
        free = first_free(stem, self._slugs)
        self._slugs.add(free)
        planned.facts |= {"title": [planned.title], "slug": [free], "review": [self._catalogue.review]}

    def _read(self, planned: PlannedRow, name: str, words: str) -> str:
        """Read a day, note how, and return it as 2025-06-05; what is none is kept in its words."""
        read: ReadDay = read_cell_day(words, self._mapping.order_of(self._label(name)))
        day = read.day.isoformat() if read.day else ""
        also = read.also.isoformat() if read.also else ""
        planned.days.append([self._label(name), read.words, day, also, read.problem])
        if not day and name not in ("made_on", "deadline"):
            planned.keep(self._label(name), read.words)
        return day

    def _days(self, planned: PlannedRow, row: TableRow) -> None:
        for name, day_fact, words_fact in (
            ("made_on", "made_on", "made_note"),
            ("deadline", "deadline_on", "deadline_note"),
        ):
            words, note = self._cell(row, name), self._cell(row, words_fact)
            if not words and not note:
                continue
            day = self._read(planned, name, words) if words else ""
            if day:
                planned.facts[day_fact] = [day]
            also = note if day or not words else f"{words}. {note}".removesuffix(". ")
            if also:
                planned.facts[words_fact] = [also[:MAX_LINE]]
                if len(also) > MAX_LINE:
                    planned.keep(f"{self._label(name)} (whole)", also)
        made_on, deadline = planned.facts.get("made_on", [""])[0], planned.facts.get("deadline_on", [""])[0]
        if made_on and deadline and deadline < made_on:
            planned.gaps.append("a deadline after the day on which it was promised")
        status, updated = self._cell(row, "status"), self._cell(row, "status_date")
        if updated:
            planned.status_on = self._read(planned, "status_date", updated)
        if status:
            status = " ".join(status.split())
            choice = self._choice("status", status)
            planned.status = choice if choice in Status.values else ""
            if choice != DROP:
                planned.keep(self._label("status"), status)
        if updated and planned.status_on:
            planned.keep(self._label("status_date"), updated)

    def _choice(self, name: str, value: str) -> str:
        chosen = self._mapping.values.get(name, {}).get(value)
        return guess_value(name, value, self._catalogue) if chosen is None else chosen

    def _names(self, planned: PlannedRow, row: TableRow) -> None:
        for name, known in (("theme", self._catalogue.themes), ("promised_by", self._catalogue.bodies),
                            ("bodies", self._catalogue.bodies)):  # fmt: skip
            cell = self._cell(row, name)
            values = _names_in(name, cell)
            if name == "bodies" and len(values) == 1 and " " in values[0] and plain_name(values[0]) not in known:
                slugs = values[0].split()  # our own tables part slugs by blanks
                values = slugs if all(slug in self._catalogue.bodies for slug in slugs) else values
            keys, new = [], []
            for value in values:
                choice = self._choice(name, value)
                wanted = value if choice == AS_NEW else choice
                key = known.get(wanted) or known.get(plain_name(wanted)) if choice not in (AS_NOTE, DROP) else None
                if key:
                    keys.append(key)
                elif choice == AS_NEW and len(value) <= MAX_NEW_NAME_CHARS:
                    new.append(value)
                elif choice != DROP:
                    planned.keep(self._label(name), value)
            if keys:
                planned.facts[name] = list(dict.fromkeys(keys))
            if new:
                planned.facts[f"new_{name}"] = ["; ".join(new)]

    def _rest(self, planned: PlannedRow, row: TableRow) -> None:
        for name, choices in (("kind", PledgeKind), ("basis", Basis), ("response", Response)):
            if cell := self._cell(row, name):
                values = [
                    choice.value
                    for choice in choices
                    if plain_name(cell) in (plain_name(choice.value), plain_name(str(choice.label)))
                ]
                planned.facts |= {name: values[:1]} if values else {}
                planned.keep(self._label(name), "" if values else cell)
        for name in ("done_means", "unclear"):
            if cell := self._cell(row, name):
                planned.facts[name] = [cell]
        review = self._cell(row, "review")
        if review in self._catalogue.reviews:
            planned.facts["review"] = [self._catalogue.reviews[review]]
        elif review:
            planned.keep(self._label("review"), review)
        self._recommendation(planned, row)
        if replaces := self._cell(row, "replaces").split():
            known = [self._catalogue.pledges[slug] for slug in replaces if slug in self._catalogue.pledges]
            planned.facts |= {"replaces": known} if known else {}
            planned.keep(self._label("replaces"), " ".join(s for s in replaces if s not in self._catalogue.pledges))

    def _recommendation(self, planned: PlannedRow, row: TableRow) -> None:
        cell = self._cell(row, "recommendation")
        match = re.fullmatch(r"\D*0*(\d{1,4})\.?", cell)
        if match and match[1] in self._catalogue.recommendations:
            planned.facts["recommendation"] = [self._catalogue.recommendations[match[1]]]
            if not planned.facts.get("response"):
                planned.gaps.append("the government’s answer to the recommendation")
        else:
            planned.keep(self._label("recommendation"), cell)


def _shortened(words: str, most: int) -> str:
    if len(words) <= most:
        return words
    return f"{words[: most - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def _gaps_of_words(planned: PlannedRow) -> list[str]:
    if not planned.evidence:
        return ["exact words"]
    if not all(map(_can_be_cited, planned.evidence)):
        return ["the address of its words: they are kept as a note"]
    return []


def _can_be_cited(evidence: dict[str, Any]) -> bool:
    """Words are cited with the address of their source, or at least its title; in a package its short name will do."""
    return any(evidence["source"].get(name) for name in ("url", "title", "slug"))
