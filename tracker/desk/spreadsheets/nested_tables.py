"""Tables in other shapes: JSON, and pages of Markdown whose head (front matter) has the facts."""

import json
import re
from collections.abc import Iterable
from typing import Any

from tracker.desk.spreadsheets.tables import ImportTable, Reading, TableError, make_table
from tracker.sources.documents.formats.plain_text import decode

LIST_SEPARATOR = " | "
"""Between the parts of a list that becomes one cell."""
_MAX_DEPTH = 2


def read_json(content: bytes, reading: Reading) -> ImportTable:
    """Return a list of objects as a table: a column for each name, in the order in which they come.

    Raises TableError where there is no such list.
    """
    notes: list[str] = []
    try:
        data = json.loads(decode(content, "", notes).removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise TableError(f"This is not JSON: {str(error)[:100]}.") from error
    records = _records(data, reading.records)
    return _as_table("json", [dict(_flat(record)) for record in records], reading, notes)


def _records(data: Any, name: str) -> list[dict[str, Any]]:
    if isinstance(data, dict):
        lists = {key: value for key, value in data.items() if _is_records(value)}
        if name and name not in lists:
            raise TableError(f"There is no list “{name}” in the JSON.")
        data = lists[name] if name else max(lists.values(), key=len, default=None)
    if not _is_records(data):
        raise TableError("There is no list of objects in the JSON: bring in a list in which each pledge is an object.")
    return list(data)


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _flat(record: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterable[tuple[str, str]]:
    for key, value in record.items():
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            yield from _flat(value, f"{prefix}{key}.", depth + 1)
        else:
            yield f"{prefix}{key}", _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return "\n".join("; ".join(f"{key}: {_cell(field)}" for key, field in item.items()) for item in value)
    if isinstance(value, list):
        return LIST_SEPARATOR.join(_cell(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


# --- Pages of Markdown ----------------------------------------------------------------------------


def read_pages(pages: Iterable[tuple[str, str]]) -> ImportTable:
    """Return pages of Markdown, each with its name, as a table: a column for each fact of their heads."""
    records = []
    for name, text in pages:
        match = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)(.*)", text, re.DOTALL)
        if match is not None:
            records.append({"file": name, **_facts(match[1]), "body": match[2].strip()})
    if not records:
        raise TableError("No page has a head between two lines of three hyphens.")
    return _as_table("md", records, Reading(), [])


def _facts(head: str) -> dict[str, str]:
    """Return the facts of a flat head in YAML: a name, a colon, words; in quotation marks also over several lines."""
    facts: dict[str, str] = {}
    name = ""
    for line in head.splitlines():
        match = re.match(r"([A-Za-z_][\w-]*):(?:[ \t]+(.*)|[ \t]*)$", line)
        if match is not None and not _is_open(facts.get(name, "")):
            name = match[1]
            facts[name] = (match[2] or "").strip()
        elif name:
            facts[name] = f"{facts[name]} {line.strip()}".strip()
    return {key: _unquoted(value) for key, value in facts.items()}


def _is_open(value: str) -> bool:
    return value[:1] == '"' and re.fullmatch(r'"(?:[^"\\]|\\.)*"', value) is None


def _unquoted(value: str) -> str:
    if re.fullmatch(r'"(?:[^"\\]|\\.)*"', value):
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value[1:-1].replace("''", "'") if re.fullmatch(r"'(?:[^']|'')*'", value) else value


def _as_table(form: str, records: list[dict[str, str]], reading: Reading, notes: list[str]) -> ImportTable:
    columns = list(dict.fromkeys(key for record in records for key in record))
    rows = [[record.get(column, "") for column in columns] for record in records]
    return make_table(form, [(0, columns), *enumerate(rows, start=1)], notes=notes)
