"""The styles of a Word document, and the numbers that Word makes for its paragraphs."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tracker.sources.documents import list_numbers
from tracker.sources.documents.symbol_fonts import is_symbol_font, meaning
from tracker.sources.documents.xml_elements import attribute, whole_number

_FORMATS: dict[str, Callable[[int], str]] = {
    "lowerLetter": list_numbers.repeated_letters,
    "upperLetter": lambda number: list_numbers.repeated_letters(number).upper(),
    "lowerRoman": list_numbers.roman,
    "upperRoman": lambda number: list_numbers.roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    "ordinal": list_numbers.ordinal,
    "cardinalText": list_numbers.cardinal_words,
    "ordinalText": list_numbers.ordinal_words,
    "none": lambda number: "",
    "bullet": lambda number: "",
}


def value(element: Any, path: str) -> str | None:
    """Return the ``val`` of the element at a path, without regard to which kind of Open XML it is."""
    for step in path.split("/"):
        element = None if element is None else element.find(f"{{*}}{step}")
    return None if element is None else attribute(element, "val")


def switched_on(properties: Any, name: str) -> bool | None:
    """Return whether a property such as ``vanish`` is on; None where nothing is said of it."""
    element = None if properties is None else properties.find(f"{{*}}{name}")
    if element is None:
        return None
    return attribute(element, "val") not in ("0", "false", "off", "none")


@dataclass
class Style:
    """What a style says of the text in it; None where it leaves that to the style it is based on."""

    based_on: str | None = None
    name: str = ""
    hidden: bool | None = None
    struck: bool | None = None
    outline: int | None = None
    numbering: str | None = None
    level: int | None = None
    font: str | None = None


class WordStyles:
    """The styles of a document, each filled up from those it is based on."""

    def __init__(self, root: Any) -> None:
        self._styles: dict[str, Style] = {}
        self.default = ""
        for element in () if root is None else root.iterfind("{*}style"):
            key = attribute(element, "styleId") or ""
            if attribute(element, "type") == "paragraph" and attribute(element, "default") in ("1", "true"):
                self.default = key
            self._styles[key] = self._read(element)
        for style in self._styles.values():
            self._fill(style)

    def get(self, key: str | None) -> Style:
        """Return a style by its id; an empty one where there is none."""
        return self._styles.get(key or "", _NO_STYLE)

    @staticmethod
    def _read(element: Any) -> Style:
        run, paragraph = element.find("{*}rPr"), element.find("{*}pPr")
        outline = value(paragraph, "outlineLvl") if paragraph is not None else None
        level = value(paragraph, "numPr/ilvl") if paragraph is not None else None
        return Style(
            based_on=value(element, "basedOn"),
            name=(value(element, "name") or "").lower(),
            hidden=switched_on(run, "vanish"),
            struck=either(switched_on(run, "strike"), switched_on(run, "dstrike")),
            outline=whole_number(outline, None),
            numbering=value(paragraph, "numPr/numId") if paragraph is not None else None,
            level=whole_number(level, None),
            font=font_of(run),
        )

    def _fill(self, style: Style) -> None:
        passed, below = {id(style)}, self._styles.get(style.based_on or "")
        while below is not None and id(below) not in passed:
            passed.add(id(below))
            for name in ("hidden", "struck", "outline", "numbering", "level", "font"):
                if getattr(style, name) is None:
                    setattr(style, name, getattr(below, name))
            below = self._styles.get(below.based_on or "")


_NO_STYLE = Style()


def either(first: bool | None, second: bool | None) -> bool | None:
    """Return whether one of two properties is on; None where nothing is said of both."""
    return (first or second) if first is not None and second is not None else first if second is None else second


def font_of(properties: Any) -> str | None:
    """Return the font that the properties of a run name."""
    fonts = None if properties is None else properties.find("{*}rFonts")
    return None if fonts is None else attribute(fonts, "ascii") or attribute(fonts, "hAnsi")


@dataclass
class _Level:
    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    follow: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass
class _List:
    """One ``num``: the levels that it shows, and the counters that it may share with other lists."""

    levels: dict[int, _Level]
    counters: dict[int, int] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the numbered paragraphs of a document as Word does."""

    def __init__(self, root: Any, styles: WordStyles) -> None:
        self._lists: dict[str, _List] = {}
        if root is None:
            return
        abstract = {attribute(element, "abstractNumId"): element for element in root.iterfind("{*}abstractNum")}
        chosen = {attribute(use, "numId"): value(use, "abstractNumId") for use in root.iterfind("{*}num")}
        shared: dict[str | None, dict[int, int]] = {}
        for element in root.iterfind("{*}num"):
            key = value(element, "abstractNumId")
            definition = abstract.get(key)
            linked = None if definition is None else value(definition, "numStyleLink")
            if linked and (target := chosen.get(styles.get(linked).numbering)) in abstract:
                key, definition = target, abstract[target]
            levels = self._levels(definition)
            numbering = _List(levels, shared.setdefault(key, {}))
            for override in element.iterfind("{*}lvlOverride"):
                level = whole_number(attribute(override, "ilvl"), 0)
                levels.update(self._levels(override))
                if (start := value(override, "startOverride")) is not None:
                    numbering.starts[level] = whole_number(start, 1)
            if numbering.starts:  # a list that begins again counts for itself
                numbering.counters = {}
            self._lists[attribute(element, "numId") or ""] = numbering

    @staticmethod
    def _levels(definition: Any) -> dict[int, _Level]:
        levels = {}
        for element in () if definition is None else definition.iterfind("{*}lvl"):
            restart = value(element, "lvlRestart")
            text = value(element, "lvlText") or ""
            font = font_of(element.find("{*}rPr"))
            if font and is_symbol_font(font):
                text = "".join(meaning(font, ord(sign)) for sign in text)
            levels[whole_number(attribute(element, "ilvl"), 0)] = _Level(
                start=whole_number(value(element, "start"), 0 if element.find("{*}start") is None else 1),
                number_format=value(element, "numFmt") or "decimal",
                text=text,
                follow=value(element, "suff") or "tab",
                restart=None if restart is None else whole_number(restart, 0),
                legal=bool(switched_on(element, "isLgl")),
                style=value(element, "pStyle"),
            )
        return levels

    def level_of_style(self, key: str, style: str) -> int | None:
        """Return the level of a list that belongs to a paragraph style."""
        levels = self._lists[key].levels if key in self._lists else {}
        return next((number for number, level in levels.items() if level.style == style), None)

    def count(self, key: str, number: int) -> tuple[str, str]:
        """Count a paragraph of a list at a level (from 0); return its number as Word shows it, and what follows.

        A bullet counts as no number: nothing is returned for it.
        """
        numbering = self._lists.get(key)
        level = numbering.levels.get(number) if numbering else None
        if numbering is None or level is None:
            return "", ""
        counters = numbering.counters
        start = numbering.starts.get(number, level.start)
        counters[number] = counters[number] + 1 if number in counters else start
        for deeper in [counter for counter in counters if counter > number]:
            restart = numbering.levels[deeper].restart if deeper in numbering.levels else None
            if restart is None or number < restart:
                del counters[deeper]
        if level.number_format == "bullet":
            return "", ""

        def shown(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = numbering.levels.get(index, _Level())
            number_format = "decimal" if level.legal and other.number_format != "none" else other.number_format
            current = counters.get(index, numbering.starts.get(index, other.start))
            return _FORMATS.get(number_format, str)(current)

        return re.sub(r"%([1-9])", shown, level.text).strip(), level.follow
