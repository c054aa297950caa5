"""What the readers of XML formats ask of an element, whatever its namespace."""

from typing import Any, TypeVar

from tracker.core.numbers import read_number

MAX_WHOLE_NUMBER = 99_999_999
"""A larger count, level or row is no number: repeated letters of a list would take megabytes."""
Otherwise = TypeVar("Otherwise", bound=int | None)


def attribute(element: Any, name: str) -> str | None:
    """Return an attribute; None where the element does not have it."""
    for key, text in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(text)
    return None


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace; an empty string for what is no element."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def whole_number(text: str | None, otherwise: Otherwise) -> int | Otherwise:
    """Return the whole number, from 0 to MAX_WHOLE_NUMBER, that a text is; ``otherwise`` for anything else."""
    number = read_number(text or "", largest=MAX_WHOLE_NUMBER)
    return otherwise if number is None else number
