"""What a form of publishing showed. The form sends it back, so that nothing else is published than what was looked at.

A form carries the rows it showed, each a label and its words. If what would be published differs by then, nothing
happens, and the page says word by word what changed.
"""

import hashlib
import json
from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracker.desk.preview import ChangedField
from tracker.text.diff import compare_words

Row = tuple[str, str]
"""A label, and the words beside it."""

_FIELD = "shown"


class StaleFormError(Exception):
    """What a form had shown is not what is there now: nothing was written."""


def require_shown(rows: Sequence[Row], shown: str) -> None:
    """Raise StaleFormError unless ``shown``, the digest of what a form had shown, is that of these rows."""
    if digest_of(rows) != shown:
        raise StaleFormError("This changed after you opened the page. Nothing was saved. Check it and try again.")


def hidden_input(rows: Sequence[Row], of: str = "") -> SafeString:
    """Return the input with which a form sends back the rows that it showed; ``of`` tells apart what it shows."""
    return format_html('<input type="hidden" name="{}" value="{}">', f"{_FIELD}{of}", _encode(rows))


def posted_digest(request: HttpRequest) -> str:
    """Return the digest of the rows that a form had shown."""
    return digest_of(posted_rows(request))


def changes_since_shown(request: HttpRequest, rows: Sequence[Row]) -> list[ChangedField]:
    """Return what differs from what a form had shown; nothing where it did not say what it showed."""
    before = posted_rows(request)
    return changes_between(before, rows) if before else []


def posted_rows(request: HttpRequest, of: str = "") -> list[Row]:
    """Return the rows that a form had shown; none, which never are what is published, where they are malformed."""
    try:
        rows = [(label, words) for label, words in json.loads(request.POST.get(f"{_FIELD}{of}", ""))]
    except (ValueError, TypeError):
        return []
    return rows if all(isinstance(part, str) for row in rows for part in row) else []


def digest_of(rows: Sequence[Row]) -> str:
    """Return the SHA-256 of rows, as 64 hexadecimal digits: the version of what they show."""
    return hashlib.sha256(_encode(rows).encode("utf-8", "surrogatepass")).hexdigest()


def changes_between(before: Sequence[Row], after: Sequence[Row]) -> list[ChangedField]:
    """Return the rows that differ, in the order of ``after``; those that are gone come last.

    Rows of one label are told apart by their order.
    """
    old, new = _numbered(before), _numbered(after)
    keys = [*new, *(key for key in old if key not in new)]
    return [
        ChangedField(key[0], old.get(key, ""), new.get(key, ""), compare_words(old.get(key, ""), new.get(key, "")))
        for key in keys
        if old.get(key, "") != new.get(key, "")
    ]


def _encode(rows: Sequence[Row]) -> str:
    return json.dumps([list(row) for row in rows], ensure_ascii=True, separators=(",", ":"))


def _numbered(rows: Sequence[Row]) -> dict[tuple[str, int], str]:
    numbered: dict[tuple[str, int], str] = {}
    for label, words in rows:
        number = 0
        while (label, number) in numbered:
            number += 1
        numbered[label, number] = words
    return numbered
