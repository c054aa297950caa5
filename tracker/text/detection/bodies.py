"""Which body or person of government a sentence names. Plain Python, no database."""

import re

from tracker.text.detection.pledge_rules import MARK

_BODY = re.compile(rf"(?:the )?{MARK}+(?: {MARK}+)*")
_BODY_OF = re.compile(r" (?:for|of) [A-Z]\w+(?:,? (?:and )?[A-Z]\w+){0,5}")
_TO_COUNTRY = re.compile(
    r"(?:.* )?(?:Australia|New Zealand|Canada|Ireland|Scotland|Wales|(?:[Tt]he )?UK|United Kingdom|Britain)"
)
_NAME_BEFORE = re.compile(r"(?:\b[A-Z][\w&'’-]+ (?:of )?)+$")
_NAME_AFTER = re.compile(r"(?: (?:(?:of|for) )?[A-Z][\w&-]+)+")
_NO_NAME = frozenset(
    "about across after all although and as at because before both but by for from if in into now on only since so "
    "that the then this to today tomorrow under when where whether while with within yesterday monday tuesday "
    "wednesday thursday friday saturday sunday january february march april may june july august september october "
    "november december".split()
)
"""Words with a capital that are no part of the name after them: they begin a sentence, or name a day."""


def first_body(words: str, marked: str) -> str:
    """Return the first body or person of government that a sentence names; empty where it names none."""
    body = _BODY.search(marked) if MARK in marked else None
    if body is None:
        return ""
    if _TO_COUNTRY.fullmatch(words[body.start() : body.end()]) and (
        name := _longer_name(words, body.start(), body.end())
    ):
        return name
    rest = _BODY_OF.match(words, body.end())
    return words[body.start() : rest.end()] if rest else words[body.start() : body.end()].removeprefix("The ")


def _longer_name(words: str, start: int, end: int) -> str:
    """Return the name with capitals that a country is a part of, as Maritime New Zealand; empty where it is alone."""
    long_words = [word for word in words.split() if len(word) > 3]
    if 2 * sum(word[:1].isupper() for word in long_words) > len(long_words):
        return ""  # a headline: its capitals tell nothing
    before, after = _NAME_BEFORE.search(words, 0, start), _NAME_AFTER.match(words, end)
    first = before.start() if before else start
    while first < start and words[first:start].split(" ", 1)[0].lower() in _NO_NAME:
        first = words.index(" ", first) + 1
    last = after.end() if after else end
    return words[first:last].removeprefix("the ") if (first, last) != (start, end) else ""
