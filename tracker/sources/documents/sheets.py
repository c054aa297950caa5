"""The cells of a workbook (.xlsx, .ods), read in a child process (sandbox.py) and bounded before they are kept."""

import json
import sys
from dataclasses import dataclass
from typing import Any

from tracker.sources.documents.formats.spreadsheet import read_cells
from tracker.sources.documents.result import SAVE_AGAIN, DocumentError
from tracker.sources.documents.sandbox import run_in_sandbox

MAX_SHEETS = 50
MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_CELL_CHARS = 20_000
MAX_WORKBOOK_CHARS = 8_000_000
"""Characters of all the cells of a workbook."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: its rows with their numbers in the workbook, without empty ones."""

    name: str
    rows: list[tuple[int, list[str]]]


def read_sheets(content: bytes) -> tuple[list[Sheet], list[str]]:
    """Return the sheets of a workbook, and what a person must know of them. Raises DocumentError."""
    answer = run_in_sandbox("sheets", content, about={})
    sheets = [Sheet(name, [(number, cells) for number, cells in rows]) for name, rows in answer["sheets"]]
    return sheets, answer["notes"]


def bounded_sheets(content: bytes) -> dict[str, Any]:
    """Return the sheets as JSON has them. Raises DocumentError where they are too many or too large."""
    sheets, warnings = read_cells(content)
    if len(sheets) > MAX_SHEETS:
        raise DocumentError(f"It has more than {MAX_SHEETS} sheets: save the one you need as a file of its own.")
    bounded, characters = [], 0
    for name, rows in sheets:
        numbered: list[tuple[int, list[str]]] = []
        for number, cells in rows:
            characters += sum(map(len, cells))
            if len(numbered) > MAX_ROWS:
                raise DocumentError(f"Sheet {name} has more than {MAX_ROWS:,} rows: split it and bring in each part.")
            if characters > MAX_WORKBOOK_CHARS:
                raise DocumentError(
                    f"It has more than {MAX_WORKBOOK_CHARS:,} characters: split it and bring in each part."
                )
            numbered.append((number, cells))
        bounded.append((name, numbered))
    return {"sheets": bounded, "notes": list(warnings)}


def main() -> None:
    """Read a workbook on standard input, and write its sheets as JSON."""
    sys.stdin.buffer.readline()
    try:
        answer = bounded_sheets(sys.stdin.buffer.read())
    except DocumentError as error:
        answer = {"unreadable": str(error)}
    except MemoryError:
        answer = {"unreadable": "The workbook needs more memory than one may take: split it and bring in each part."}
    except Exception:  # a damaged workbook raises anything: whatever it is, it is damaged
        answer = {"unreadable": f"The workbook is damaged: it cannot be read. {SAVE_AGAIN}"}
    json.dump(answer, sys.stdout)
