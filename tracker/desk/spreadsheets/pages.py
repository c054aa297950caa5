"""What the pages of an import show: columns with their first values, values with their choices, and days."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.desk.spreadsheets.days import DAY_ORDERS, sort_by_order
from tracker.desk.spreadsheets.fields import CONSTANTS, DAY_FIELDS, FIELDS, MATCHED_FIELDS, plain_name
from tracker.desk.spreadsheets.forms import MAX_VALUES, day_columns
from tracker.desk.spreadsheets.mapping import AS_NEW, AS_NOTE, DROP, Mapping, MappingProblem
from tracker.desk.spreadsheets.plan import Catalogue, guess_value, values_of
from tracker.desk.spreadsheets.tables import ImportTable
from tracker.desk.spreadsheets.text_tables import DELIMITERS, ENCODINGS
from tracker.pledges.choices import Basis, PledgeKind, Status
from tracker.pledges.models import Body, Theme

_FIRST_VALUES, _SHOWN_CHARS = 3, 80
_READING = ("delimiter", "encoding", "sheet", "head")
OptionPair = tuple[str, str]


@dataclass(frozen=True)
class ColumnRow:
    """A column, its first values, how many of its cells are filled, and what it becomes."""

    at: int
    name: str
    first: list[str]
    filled: int
    all_different: bool
    chosen: str
    wrong: str


@dataclass(frozen=True)
class ValueRow:
    """A value of theirs, how often it comes, what it becomes, and whether a name of ours is the same."""

    at: int
    words: str
    times: int
    chosen: str
    matched: bool


@dataclass(frozen=True)
class DayRow:
    """A column with days: how they are written, and which cells fit which order."""

    at: int
    column: str
    order: str
    fitting: dict[str, list[str]]

    @property
    def needs_order(self) -> bool:
        """Whether a day in it is read by the order that is chosen."""
        return any(self.fitting[name] for name in ("day", "month", "both"))


def columns_page(table: ImportTable, mapping: Mapping, problems: Sequence[MappingProblem] = ()) -> dict[str, Any]:
    """Return the context of the first step: a ColumnRow for each column, and the fields that it can go to."""
    wrong = wrong_fields(problems)
    rows = []
    for at, column in enumerate(table.columns):
        filled = [" ".join(cell.split()) for cell in table.values(column) if cell.strip()]
        first = [cell if len(cell) <= _SHOWN_CHARS else f"{cell[:_SHOWN_CHARS]}…" for cell in filled[:_FIRST_VALUES]]
        different = len(filled) == len(table.rows) and len(set(filled)) == len(filled)
        chosen = mapping.columns.get(column, "desk-note")
        rows.append(ColumnRow(at, column, first, len(filled), different, chosen, wrong.get(f"column-{at}", "")))
    return {
        "table": table,
        "rows": rows,
        "fields": [(name, field.label) for name, field in FIELDS.items()],
        "constants": [
            (
                name,
                FIELDS[name].label,
                mapping.constants.get(name, ""),
                _choices_of_constant(name),
                wrong.get(f"constant-{name}", ""),
            )
            for name in CONSTANTS
            if name in ("source_url", "source_title", "theme", "kind", "basis")
        ],
        "base_url": mapping.base_url,
        "about": mapping.about,
        "wrong": wrong,
        "constants_wrong": any(field_id.startswith(("constant-", "base_url")) for field_id in wrong),
        "reading_wrong": any(field_id in _READING for field_id in wrong),
        **reading_choices(mapping, table),
    }


def wrong_fields(problems: Sequence[MappingProblem]) -> dict[str, str]:
    """Return what is said beside each field of the page of columns."""
    return {field_id: problem.words for problem in problems for field_id in problem.fields}


def reading_choices(mapping: Mapping, table: ImportTable | None = None) -> dict[str, Any]:
    """Return the ways in which a file can be read."""
    return {
        "reading": mapping.reading,
        "delimiters": list(DELIMITERS.items()),
        "encodings": list(ENCODINGS.items()),
        "sheets": table.sheets if table else [],
        "delimiter": DELIMITERS.get(table.delimiter, "") if table else "",
        "sheet": table.sheet if table else "",
    }


def _choices_of_constant(name: str) -> list[OptionPair]:
    if name == "theme":
        return [(slug, label) for slug, label in Theme.objects.order_by("name").values_list("slug", "name")]
    if name in ("kind", "basis"):
        return [(choice.value, str(choice.label)) for choice in (PledgeKind if name == "kind" else Basis)]
    return []


def asked_values(table: ImportTable, mapping: Mapping) -> dict[str, list[str]]:
    """Return the values that a person is asked about, by field, the most frequent first."""
    return {
        name: [value for value, _ in counted.most_common(MAX_VALUES)]
        for name in MATCHED_FIELDS
        if (counted := values_of(table, mapping, name))
    }


def unmatched_values(values: dict[str, list[str]], catalogue: Catalogue) -> dict[str, list[str]]:
    """Return, of the values that a person is asked about, those whose name nothing here has."""
    return {
        name: [value for value in theirs if guess_value(name, value, catalogue) == AS_NOTE]
        for name, theirs in values.items()
    }


def values_page(
    table: ImportTable, mapping: Mapping, catalogue: Catalogue, values: dict[str, list[str]]
) -> dict[str, Any]:
    """Return what the page of values shows."""
    themes = [(slug, name) for slug, name in Theme.objects.order_by("name").values_list("slug", "name")]
    bodies = [(slug, name) for slug, name in Body.objects.order_by("name").values_list("slug", "name")]
    ours: dict[str, list[OptionPair]] = {
        "status": [(status.value, str(status.label)) for status in Status],
        "theme": themes,
        "bodies": bodies,
        "promised_by": bodies,
    }
    groups = []
    for name, theirs in values.items():
        counted, rows = values_of(table, mapping, name), []
        for at, value in enumerate(theirs):
            chosen = mapping.values.get(name, {}).get(value)
            guessed = guess_value(name, value, catalogue)
            slug = _slug_of(name, guessed, catalogue, ours[name])
            if chosen == AS_NEW and slug != AS_NOTE:  # it was added in the meantime
                chosen = slug
            rows.append(ValueRow(at, value, counted[value], chosen or slug, slug != AS_NOTE))
        unmatched = 0 if name == "status" else sum(not row.matched for row in rows)
        groups.append((name, FIELDS[name].label, rows, ours[name], len(counted) - len(theirs), unmatched))
    return {"table": table, "groups": groups, "days": _day_rows(table, mapping), "orders": list(DAY_ORDERS.items()),
            "as_note": AS_NOTE, "drop": DROP, "as_new": AS_NEW}  # fmt: skip


def _slug_of(name: str, guessed: str, catalogue: Catalogue, ours: list[OptionPair]) -> str:
    """Return the choice of ours that a guess by name means."""
    if name == "status" or guessed == AS_NOTE:
        return guessed
    known = catalogue.themes if name == "theme" else catalogue.bodies
    key = known.get(plain_name(guessed), "")
    return next((slug for slug, _ in ours if known.get(slug) == key), AS_NOTE)


def _day_rows(table: ImportTable, mapping: Mapping) -> list[DayRow]:
    columns = [column for column in day_columns(mapping) if column in table.columns]
    return [
        DayRow(at, column, mapping.order_of(column), sort_by_order(table.values(column)))
        for at, column in enumerate(day_columns(mapping))
        if column in columns and mapping.columns[column] in DAY_FIELDS
    ]
