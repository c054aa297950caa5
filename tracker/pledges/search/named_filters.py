"""Filters among the words of a query: from:The Council, status:quiet, theme:inquiry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import get_language, gettext

from tracker.pledges.choices import NO_STATUS, NO_STATUS_LABEL, Schedule, Status
from tracker.pledges.search.words import cut_pieces
from tracker.pledges.visibility import visible_bodies, visible_sources, visible_themes

_FILTER = re.compile(r'(?<!\S)(?P<name>from|status|theme):\s*(?:"(?P<quoted>[^"]*)"?)?', re.IGNORECASE)
_MAX_VALUE_WORDS = 12
_OTHER_WORDS = {
    ("status", Status.DELIVERED): "kept done fulfilled completed achieved",
    ("status", Status.DROPPED): "broken abandoned scrapped u-turn",
    ("status", Status.NONE_FOUND): "none",
    ("schedule", Schedule.OVERDUE): "late delayed",
    ("quiet", "yes"): "quiet silent stalled stuck",
    ("conflict", "yes"): "conflicts differ disagree",
}
_OTHER_PHRASES = {
    ("status", Status.DROPPED): ["not kept", "not done"],
    ("status", NO_STATUS): ["not looked at", "not yet looked at"],
    ("status", Status.NONE_FOUND): ["not started", "no action", "nothing done"],
    ("status", Status.UNDER_WAY): ["in progress"],
    ("schedule", Schedule.OVERDUE): ["missed deadline", "deadline missed", "past deadline"],
    ("quiet", "yes"): ["no news", "no update"],
    ("conflict", "yes"): ["sources differ"],
}
"""What people call a status or a deadline, beside its own name."""


@dataclass
class NamedFilters:
    """What was typed as filters: ``values`` as the filters of a list of pledges take them; who published a source."""

    values: dict[str, str] = field(default_factory=dict)
    publishers: list[str] = field(default_factory=list)
    problem: str = ""
    """What to say of a value that there is not."""


def take_filters(text: str) -> tuple[NamedFilters, str]:
    """Return the filters that a text has, and the text without them. A value may have several words."""
    filters = NamedFilters()
    while match := _FILTER.search(text):
        name, quoted = match["name"].lower(), match["quoted"]
        before, after = text[: match.start()], text[match.end() :]
        typed = after if quoted is None else quoted
        known = _values_of(name)
        end = _end_of_longest(typed, known)
        if end == 0:
            end = len(typed) if quoted is not None else len(typed) - len(typed.lstrip(" ").partition(" ")[2])
            filters.problem = filters.problem or _problem(name, typed[:end].strip())
        else:
            value = known[_key(typed[:end])]
            filters.values |= {key: wanted for key, wanted in value.items() if key != "publisher"}
            filters.publishers += [value["publisher"]] if "publisher" in value else []
        text = f"{before} {after if quoted is not None else after[end:]}"
    return filters, text


def _values_of(name: str) -> Mapping[str, dict[str, str]]:
    """Return what each value of a filter means, by its folded name. Reads the catalogue where it is in there."""
    if name == "status":
        return _statuses(get_language())
    if name == "theme":
        themes = visible_themes().values_list("slug", "name")
        return {_key(word): {"theme": slug} for slug, label in themes for word in (slug, label)}
    values = {
        _key(publisher): {"publisher": publisher}
        for publisher in visible_sources().order_by().values_list("publisher", flat=True).distinct()
    }
    for slug, label in visible_bodies().values_list("slug", "name"):
        body = {"body": slug} | values.get(_key(label), {})
        values |= {_key(word): body for word in (slug, label)}
    return values


def status_called(words: str) -> dict[str, str]:
    """Return the filter, as a list of pledges takes it, that these words are the name of; none where they are not."""
    return _statuses(get_language()).get(_key(words), {})


@lru_cache(maxsize=8)
def _statuses(language: str | None) -> dict[str, dict[str, str]]:
    names = [
        *((("status", status), [status.value, str(status.label)]) for status in Status),
        (("status", NO_STATUS), [NO_STATUS, str(NO_STATUS_LABEL)]),
        *((("schedule", schedule), [schedule.value, str(schedule.label)]) for schedule in Schedule),
        *((call, words.split()) for call, words in _OTHER_WORDS.items()),
        *_OTHER_PHRASES.items(),
    ]
    return {_key(word): {name: str(value)} for (name, value), words in names for word in words}


def _key(words: str) -> str:
    return " ".join(term for piece in cut_pieces(words) for term in piece.stream)


def _end_of_longest(text: str, known: Mapping[str, dict[str, str]]) -> int:
    """Return where the longest known value at the beginning of a text ends; 0 where there is none."""
    ends = [piece.end for piece in cut_pieces(text[:300])][:_MAX_VALUE_WORDS]
    return next((end for end in reversed(ends) if _key(text[:end]) in known), 0)


def _problem(name: str, typed: str) -> str:
    return {
        "from": gettext("There is no body or publisher “{typed}”. Check the name after “from:”."),
        "status": gettext("There is no status “{typed}”. After “status:”, use a status, overdue, on time or quiet."),
        "theme": gettext("There is no theme “{typed}”. Check the name after “theme:”."),
    }[name].format(typed=typed[:60])
