"""How the columns and values of a file become ours: kept as JSON, so that it can be used again and published."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from tracker.desk.spreadsheets.days import DAY_FIRST, DAY_ORDERS
from tracker.desk.spreadsheets.fields import CONSTANTS, DAY_FIELDS, DESK_NOTE, FIELDS, MATCHED_FIELDS, guess_fields
from tracker.desk.spreadsheets.tables import ImportTable, Reading

FORMAT = "pledge-import-mapping/1"
AS_NOTE, DROP, AS_NEW = "leave-as-note", "leave-out", "propose-as-new"
"""What may be chosen of a value instead of one of ours. A new theme or body is added with the first pledge that is
published with it, once a second person has agreed."""


_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


class MappingError(Exception):
    """Why a mapping cannot be used, in words."""


@dataclass(frozen=True)
class MappingProblem:
    """What is wrong with a mapping, in words. ``fields``: the fields of the page of columns that it is said of."""

    words: str
    fields: tuple[str, ...]

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Mapping:
    """What becomes of a table. ``columns``: of each column a field. ``constants``: of a field one value for all rows.

    ``days``: the order of day, month and year in a column. ``values``: of a field, what each of their values is with
    us (a slug, a word of ours, AS_NOTE or DROP). ``base_url`` is put before addresses that have no site. ``about``
    says where the file comes from and under which licence.
    """

    columns: dict[str, str]
    constants: dict[str, str] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    base_url: str = ""
    reading: Reading = field(default_factory=Reading)
    about: dict[str, str] = field(default_factory=dict)

    def column_of(self, name: str) -> str:
        """Return the column that becomes a field; an empty string for none."""
        return next((column for column, target in self.columns.items() if target == name), "")

    def columns_of(self, name: str) -> list[str]:
        """Return the columns that become a field."""
        return [column for column, target in self.columns.items() if target == name]

    def order_of(self, column: str) -> str:
        """Return how days are written in a column: day first, unless it is said otherwise."""
        return self.days.get(column, DAY_FIRST)

    def problems(self, table: ImportTable) -> list[MappingProblem]:
        """Return what is wrong with it for a table."""
        problems = []
        for name, target in FIELDS.items():
            same = [at for at, column in enumerate(table.columns) if self.columns.get(column) == name]
            if len(same) > 1 and not target.many:
                names = ", ".join(table.columns[at] for at in same)
                words = f"{len(same)} columns go to {target.label}: {names}. Choose one."
                problems.append(MappingProblem(words, tuple(f"column-{at}" for at in same)))
        if not any(self.columns.get(column) in ("title", "words", "evidence") for column in table.columns):
            words = "No column goes to Title or to Exact words. Choose at least one of them."
            problems.append(MappingProblem(words, ("column-0",)))
        for words, field_id in ((self.constants.get("source_url", ""), "constant-source_url"),
                                (self.base_url, "base_url")):  # fmt: skip
            if words and not _ADDRESS.fullmatch(words):
                problems.append(MappingProblem(f"“{words}” is not an address. Start it with https://.", (field_id,)))
        return problems


def mapping_as_json(mapping: Mapping) -> dict[str, Any]:
    """Return what a mapping file has: ``format``, then the fields. ``mapping_from_json`` reads it back."""
    return {"format": FORMAT, **asdict(mapping)}


def mapping_from_json(data: Any) -> Mapping:
    """Return the mapping that JSON has. Raises MappingError, with what is wrong."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise MappingError(f"This is not a mapping: its “format” must be “{FORMAT}”.")
    known = {part.name for part in fields(Mapping)}
    if extra := sorted(set(data) - known - {"format"}):
        raise MappingError(f"The mapping has names that are not known: {', '.join(extra)}.")
    mapping = Mapping(
        columns=_words(data, "columns"),
        constants=_words(data, "constants"),
        days=_words(data, "days"),
        values={name: _words(data.get("values", {}), name) for name in _object(data, "values")},
        base_url=str(data.get("base_url", "")),
        reading=_reading(_object(data, "reading")),
        about=_words(data, "about"),
    )
    _check(set(mapping.columns.values()), set(FIELDS), "columns")
    _check(set(mapping.constants), set(CONSTANTS), "constants")
    _check(set(mapping.days.values()), set(DAY_ORDERS), "days")
    _check(set(mapping.values), set(MATCHED_FIELDS), "values")
    return mapping


def parse_mapping(text: str | bytes) -> Mapping:
    """Return the mapping in a file. Raises MappingError."""
    try:
        return mapping_from_json(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise MappingError(f"The mapping is not JSON: {str(error)[:100]}.") from error


def guess_mapping(table: ImportTable, earlier: Iterable[Mapping] = ()) -> Mapping:
    """Return the mapping of a file with the same columns that came before, or what the names of the columns say."""
    columns = set(table.columns)
    for mapping in sorted(earlier, key=lambda saved: set(saved.columns) != columns):
        # What was said for all rows of one file is never said for another file that is only alike.
        same = columns == set(mapping.columns) or (columns <= set(mapping.columns) and not mapping.constants)
        if same and not mapping.problems(table):
            return mapping
    guessed = guess_fields(table.columns)
    days = {column: DAY_FIRST for column, name in guessed.items() if name in DAY_FIELDS}
    return Mapping(guessed, days=days)


def complete_for(mapping: Mapping, table: ImportTable) -> Mapping:
    """Return a mapping in which each column of a table has its place: what it does not name is kept for the desk."""
    missing = {column: DESK_NOTE for column in table.columns if column not in mapping.columns}
    return Mapping(**{**_shallow(mapping), "columns": mapping.columns | missing})


def changed(mapping: Mapping, **changes: Any) -> Mapping:
    """Return a mapping with some of it replaced."""
    return Mapping(**{**_shallow(mapping), **changes})


def _shallow(mapping: Mapping) -> dict[str, Any]:
    return {part.name: getattr(mapping, part.name) for part in fields(Mapping)}


def _object(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name, {})
    if not isinstance(value, dict):
        raise MappingError(f"“{name}” of the mapping must be an object.")
    return value


def _words(data: dict[str, Any], name: str) -> dict[str, str]:
    strings = _object(data, name)
    if not all(isinstance(value, str) for value in strings.values()):
        raise MappingError(f"The values of “{name}” in the mapping must be words.")
    return dict(strings)


def _reading(data: dict[str, Any]) -> Reading:
    try:
        words = {key: str(value) for key, value in data.items() if key != "head"}
        return Reading(**words, head=int(data.get("head", 0)))
    except (TypeError, ValueError) as error:
        raise MappingError(f"“reading” of the mapping is not understood: {error}.") from error


def _check(used: set[str], known: set[str], name: str) -> None:
    if wrong := sorted(used - known):
        raise MappingError(f"“{name}” of the mapping names {', '.join(wrong)}. Known: {', '.join(sorted(known))}.")
