"""The styles of an OpenDocument file, and the numbers that LibreOffice makes for its lists."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tracker.sources.documents import list_numbers
from tracker.sources.documents.symbol_fonts import is_symbol_font, meaning
from tracker.sources.documents.xml_elements import attribute, whole_number

_FORMATS: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": list_numbers.letters,
    "A": lambda number: list_numbers.letters(number).upper(),
    "i": list_numbers.roman,
    "I": lambda number: list_numbers.roman(number).upper(),
}


@dataclass
class _Style:
    parent: str | None
    hidden: bool | None
    struck: bool | None
    font: str | None


@dataclass
class _Level:
    number_format: str
    prefix: str
    suffix: str
    start: int
    shown: int
    pattern: str | None


class OdfStyles:
    """Named and automatic styles, of the content and of the file of styles."""

    def __init__(self, *roots: Any) -> None:
        self._styles: dict[str, _Style] = {}
        self.lists: dict[str, dict[int, _Level]] = {}
        self.outline: dict[int, _Level] = {}
        for root in reversed([root for root in roots if root is not None]):
            for element in root.iter("{*}style"):
                self._styles[attribute(element, "name") or ""] = self._read(element)
            for element in root.iter("{*}list-style"):
                self.lists[attribute(element, "name") or ""] = _levels(element)
            for element in root.iter("{*}outline-style"):
                self.outline = _levels(element)

    @staticmethod
    def _read(element: Any) -> _Style:
        text = element.find("{*}text-properties")
        hidden = struck = font = None
        if text is not None:
            display = attribute(text, "display")
            hidden = None if display is None else display == "none"
            line = attribute(text, "text-line-through-style") or attribute(text, "text-line-through-type")
            struck = None if line is None else line != "none"
            font = attribute(text, "font-name") or attribute(text, "font-family")
        return _Style(attribute(element, "parent-style-name"), hidden, struck, font)

    def _first(self, name: str, attribute_name: str) -> Any:
        passed: set[str] = set()
        while name and name not in passed and (style := self._styles.get(name)):
            if (value := getattr(style, attribute_name)) is not None:
                return value
            passed.add(name)
            name = style.parent or ""
        return None

    def is_hidden(self, name: str) -> bool:
        """Whether text of a style is not shown."""
        return bool(self._first(name, "hidden"))

    def is_struck(self, name: str) -> bool:
        """Whether text of a style is struck through."""
        return bool(self._first(name, "struck"))

    def symbol_font(self, name: str) -> str:
        """Return the name of the style’s symbol font, empty where it has an ordinary one."""
        font = str(self._first(name, "font") or "").strip("'\"")
        return font if is_symbol_font(font) else ""

    @staticmethod
    def signs(font: str, text: str) -> str:
        """Return text of a symbol font as the signs that are seen."""
        return "".join(meaning(font, ord(sign)) if ord(sign) > 0x20 else sign for sign in text)


def _levels(element: Any) -> dict[int, _Level]:
    levels = {}
    for level in element:
        number = whole_number(attribute(level, "level"), None)
        if number is None:
            continue
        is_number = str(level.tag).endswith(("list-level-style-number", "outline-level-style"))
        levels[number] = _Level(
            number_format=(attribute(level, "num-format") or "") if is_number else "",
            prefix=(attribute(level, "num-prefix") or "") if is_number else "",
            suffix=(attribute(level, "num-suffix") or "") if is_number else "",
            start=whole_number(attribute(level, "start-value"), 1),
            shown=whole_number(attribute(level, "display-levels"), 1),
            pattern=attribute(level, "num-list-format") if is_number else None,
        )
    return levels


@dataclass
class _List:
    style: str
    counters: dict[int, int] = field(default_factory=dict)


class ListNumbers:
    """Counts list items as LibreOffice does. ``open`` and ``close`` are around the items of each list."""

    def __init__(self, styles: OdfStyles) -> None:
        self._styles = styles
        self._open: list[_List] = []
        self._latest: dict[str, dict[int, int]] = {}
        self._known: dict[str, dict[int, int]] = {}
        self._outline: dict[int, int] = {}

    def open(self, element: Any) -> None:
        """Begin a list, which may go on with the numbers of an earlier one."""
        style = attribute(element, "style-name") or (self._open[-1].style if self._open else "")
        if self._open:
            counters = self._open[-1].counters
            level = len(self._open) + 1
            if attribute(element, "continue-numbering") != "true":
                for deeper in [counter for counter in counters if counter >= level]:
                    del counters[deeper]
        else:
            earlier = self._known.get(attribute(element, "continue-list") or "")
            goes_on = attribute(element, "continue-numbering") == "true"
            counters = earlier if earlier is not None else self._latest.get(style, {}) if goes_on else {}
            self._latest[style] = counters
        if key := attribute(element, "id"):
            self._known[key] = counters
        self._open.append(_List(style, counters))

    def close(self) -> None:
        """End the list that was begun last."""
        self._open.pop()

    def count(self, item: Any) -> str:
        """Count an item of the list that was begun last, and return its number as it is seen."""
        innermost = self._open[-1]
        levels = self._styles.lists.get(innermost.style, {})
        return _count(innermost.counters, len(self._open), levels, attribute(item, "start-value"))

    def numbered_paragraph(self, element: Any) -> str:
        """Count a paragraph that is numbered without a list."""
        style = attribute(element, "style-name") or ""
        counters = self._latest.setdefault(f"{style} {attribute(element, 'list-id')}", {})
        level = whole_number(attribute(element, "level"), 1)
        return _count(counters, level, self._styles.lists.get(style, {}), attribute(element, "start-value"))

    def heading(self, element: Any, level: int) -> str:
        """Count a heading, and return its number where the document numbers its headings."""
        if attribute(element, "is-list-header") == "true" or not self._styles.outline.get(level):
            return ""
        return _count(self._outline, level, self._styles.outline, attribute(element, "start-value"))


def _count(counters: dict[int, int], number: int, levels: dict[int, _Level], start: str | None) -> str:
    level = levels.get(number)
    first = level.start if level else 1
    counters[number] = whole_number(start, counters[number] + 1 if number in counters else first)
    for deeper in [counter for counter in counters if counter > number]:
        del counters[deeper]
    if level is None or not level.number_format:
        return ""

    def shown(index: int) -> str:
        other = levels.get(index)
        if other is None or other.number_format not in _FORMATS:
            return ""
        return _FORMATS[other.number_format](counters.get(index, other.start))

    if level.pattern:
        return re.sub(r"%(\d{1,2})%", lambda match: shown(int(match[1])), level.pattern).strip()
    numbers = [shown(index) for index in range(max(1, number - level.shown + 1), number + 1)]
    return (level.prefix + ".".join(shape for shape in numbers if shape) + level.suffix).strip()
