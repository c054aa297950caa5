"""What of a source's text is shown, with its passages marked: plain Python, no Django, no database.

A text may be shown whole, or only where passages are (the licence decides; see sources/choices.py, Licence).
Either way the result is a list of runs: stretches of text without a gap, each with its marks.
Passages may nest and overlap, as W3C Web Annotation allows; HTML elements may only nest. A passage
that crosses another's end is therefore drawn in several pieces, of which the first carries the anchor.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Span(Protocol):
    """A passage with a position: what this module needs to know of it."""

    prefix: str
    exact: str
    suffix: str

    @property
    def span(self) -> tuple[int, int]:
        """First character, from 0, and the one after the last."""


S = TypeVar("S", bound=Span)


@dataclass(frozen=True)
class ExcerptToken(Generic[S]):
    """A piece of a run in order: text, or where a passage's mark opens or closes."""

    kind: str
    text: str = ""
    passage: S | None = None
    whole: bool = True
    """For an opening: this piece begins the passage. For a closing: this piece ends it."""


@dataclass
class ExcerptRun(Generic[S]):
    """A stretch of text without a gap: where it starts, its words, and the passages in it."""

    start: int
    text: str
    passages: list[S] = field(default_factory=list)
    gap_before: int | None = None
    """Characters left out since the run before, or since the start of the text."""

    @property
    def end(self) -> int:
        """The position after its last character."""
        return self.start + len(self.text)

    def tokens(self) -> list[ExcerptToken[S]]:
        """Return the run as text and marks that nest properly."""
        return _nest(self)

    def paragraphs(self) -> "list[ExcerptParagraph[S]]":
        """Return the run cut at its line ends, except within a passage; blank lines are left out."""
        paragraphs: list[ExcerptParagraph[S]] = [ExcerptParagraph([])]
        depth = 0
        for token in self.tokens():
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
            lines = token.text.splitlines(keepends=True) if token.kind == "text" and not depth else []
            for line in lines:
                paragraphs[-1].tokens.append(ExcerptToken("text", line))
                if line != line.rstrip("\r\n"):
                    paragraphs.append(ExcerptParagraph([]))
            if not lines:
                paragraphs[-1].tokens.append(token)
        return [paragraph for paragraph in paragraphs if not paragraph.is_blank]


@dataclass
class ExcerptParagraph(Generic[S]):
    """A paragraph of a run, or several where a passage crosses a line end."""

    tokens: list[ExcerptToken[S]]

    @property
    def is_blank(self) -> bool:
        """Whether it has no word."""
        return not any(token.text.strip() for token in self.tokens)

    @property
    def passages(self) -> list[S]:
        """The passages that begin in it, in order."""
        return [token.passage for token in self.tokens if token.kind == "open" and token.whole and token.passage]


@dataclass
class Excerpt(Generic[S]):
    """The shown part of a text."""

    runs: list[ExcerptRun[S]]
    gap_after: int | None
    """Characters left out after the last run; None where the length of the text is not known."""


def excerpt(passages: Sequence[S], *, text: str = "", length: int | None = None) -> Excerpt[S]:
    """Return the shown part of a source.

    With ``text`` the whole of it is one run. Without, the runs are made of the passages' own words and
    their prefixes and suffixes alone, joined where they touch; ``length`` is that of the whole text in
    characters, if known.
    """
    ordered = sorted(passages, key=lambda passage: (passage.span[0], -passage.span[1]))
    if text:
        return Excerpt([ExcerptRun(0, text, ordered, gap_before=0)], gap_after=0)
    runs = _joined(ordered)
    end = 0
    for run in runs:
        run.gap_before = run.start - end
        end = run.end
    return Excerpt(runs, gap_after=None if length is None else max(0, length - end))


def _joined(ordered: Iterable[S]) -> list[ExcerptRun[S]]:
    pieces = []
    for passage in ordered:
        start, _ = passage.span
        pieces.append((start - len(passage.prefix), passage.prefix + passage.exact + passage.suffix, passage))
    pieces.sort(key=lambda piece: piece[0])
    runs: list[ExcerptRun[S]] = []
    for start, words, passage in pieces:
        if runs and start <= runs[-1].end:
            run = runs[-1]
            run.text += words[run.end - start :] if start + len(words) > run.end else ""
            run.passages.append(passage)
        else:
            runs.append(ExcerptRun(start, words, [passage]))
    for run in runs:
        run.passages.sort(key=lambda passage: (passage.span[0], -passage.span[1]))
    return runs


def _nest(run: ExcerptRun[S]) -> list[ExcerptToken[S]]:
    tokens: list[ExcerptToken[S]] = []
    position = run.start
    open_marks: list[tuple[S, int]] = []  # innermost last; each with where this piece of it ends
    waiting = [(passage.span[0], passage.span[1], True, passage) for passage in run.passages]

    def write(until: int) -> None:
        nonlocal position
        if until > position:
            tokens.append(ExcerptToken("text", run.text[position - run.start : until - run.start]))
            position = until

    def close_until(limit: int) -> None:
        while open_marks and open_marks[-1][1] <= limit:
            passage, end = open_marks.pop()
            write(end)
            tokens.append(ExcerptToken("close", passage=passage, whole=end == passage.span[1]))

    while waiting:
        start, end, first, passage = waiting.pop(0)
        close_until(start)
        write(start)
        if open_marks and end > open_marks[-1][1]:
            # It crosses the end of the mark that it is in: the rest becomes a piece of its own.
            cut = open_marks[-1][1]
            waiting.append((cut, end, False, passage))
            waiting.sort(key=lambda piece: (piece[0], -piece[1]))
            end = cut
        tokens.append(ExcerptToken("open", passage=passage, whole=first))
        open_marks.append((passage, end))
    close_until(run.end)
    write(run.end)
    return tokens
