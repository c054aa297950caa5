"""The sentences of a text, with the place of each in it: cut by rules for the prose of governments and parliaments.

Not every full stop ends a sentence: "paras. 4 to 6", "Cm. 9876", "HC Deb. 12 May", "the Rt. Hon. A. Marsh". Plain
Python, no database.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from tracker.text.detection.outline import Paragraph, paragraphs

MAX_SENTENCE_CHARS = 1_000
"""Characters; what is longer is no sentence, and is read as far as this."""

_NEVER_ENDS = frozenset(
    "para paras vol vols ch chs sch schs cm cmd cmnd cd cp hc hl deb col cols art arts fn fns n nn no nos s ss "
    "sec secs r rr reg regs p pp pt pts cl cls fig figs tab ref refs ed eds approx incl excl est max min ca c cf viz "
    "vs v e.g i.e eg ie mr mrs ms mx dr prof rt hon rev fr st sir lt col gen maj sgt capt cllr supt insp "
    "const gov sen rep pres jr sr jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri "
    "app ann annex ibid op cit et seq".split()
)
"""Short forms after which a sentence goes on, whatever comes."""
_MAY_END = frozenset(
    "govt dept bn m mn k etc al ltd plc inc co corp uk u.k u.s u.n a.m p.m am pm gvt min approx".split()
)
"""Short forms that may end a sentence: they do where the next word begins one."""
_BEGINS_SENTENCE = frozenset(
    "The A An It This These Those That We I He She They There In On At By For From To As If When While Since "
    "After Before Our Its Their His Her My Ministers Government Parliament However Therefore Further Such All Some "
    "Each Any".split()
)
_LETTERED = frozenset(
    "annex part table appendix schedule group option figure phase section stage band class tier".split()
)
_STOP = re.compile(r"(?P<sign>[.!?…]+)(?P<closed>[\"”’')\]]*)(?P<note>\d{0,3})(?=\s+(?P<next>\S))")


class Sentence(NamedTuple):
    """A sentence of a text: its span in characters, end exclusive, without the blanks around it.

    ``text`` is what is there, line ends and all. ``words`` is the same in one line, as it is read; ``paragraph``
    is where it is, ``is_first`` whether it begins there.
    """

    start: int
    end: int
    text: str
    words: str = ""
    paragraph: Paragraph | None = None
    is_first: bool = True


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text in order: headings, items and what paragraphs are made of. Spans never overlap."""
    for paragraph in paragraphs(text):
        joined, places = paragraph.joined()
        is_first, is_one_line = True, len(places) == 1
        for start, end in cut(joined):
            if is_one_line:
                first, last = paragraph.lines[0].start + start, paragraph.lines[0].start + end
            else:
                first, last = _place(places, start), _place(places, end - 1) + 1
            yield Sentence(first, last, text[first:last], joined[start:end], paragraph, is_first)
            is_first = False


def _place(places: list[tuple[int, int]], at: int) -> int:
    joined, start = places[bisect_right(places, (at, 1 << 62)) - 1]
    return start + at - joined


def cut(words: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a paragraph that is in one line."""
    begin = 0
    for stop in _STOP.finditer(words):
        if not _ends_here(words, begin, stop):
            continue
        end = stop.end("closed")
        if begin < end:
            yield begin, end
        begin = stop.start("next")
    end = len(words.rstrip())
    if begin < end:
        yield begin, end


def _ends_here(words: str, begin: int, stop: re.Match[str]) -> bool:
    """Say whether a full stop, question mark or exclamation mark ends its sentence."""
    following = stop["next"]
    if following.islower() or (stop["note"] and not words[stop.start() - 1 : stop.start()].isalpha()):
        return False
    if stop["sign"] != "." or stop["closed"]:
        return True
    before = words[begin : stop.start()]
    token = before[before.rfind(" ") + 1 :].lstrip("(“\"‘'[")
    plain = token.casefold()
    sentence = before.lstrip("(“\"‘'[")
    if token == sentence and (token.isdigit() or len(token) == 1):
        return False  # the number of a list, not yet a sentence
    if sentence == "No":
        return not following.isdigit()  # the whole answer, unless the number of something follows
    if plain in _MAY_END and _is_short(token):
        return words[stop.start("next") :].split(None, 1)[0].strip("“\"‘',;:") in _BEGINS_SENTENCE
    if plain in _NEVER_ENDS:
        return not _is_short(token)
    if len(token) == 1 and token.isupper():
        previous = before[: -len(token)].split()
        return bool(previous) and previous[-1].strip("(").casefold() in _LETTERED
    return True


def _is_short(token: str) -> bool:
    """Say whether a token is a short form here: "No." is one, "no." ends a sentence."""
    return token[:1].isupper() or token.casefold() not in {"no", "am", "may", "min", "ref"}
