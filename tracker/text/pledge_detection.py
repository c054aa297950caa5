"""Find the sentences of a text in which somebody who governs commits itself. Plain Python, no database.

Sentences are cut by sentencex (Wikimedia's); what makes one a candidate stands in a file of rules, as data that a
desk can read. Nothing is decided here: a candidate is a proposal, with the reasons why it was made, and a person
accepts, rejects or merges it.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MAX_SENTENCE_CHARS = 1_000
"""Characters; what is longer is no sentence, and is looked at as far as this."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text: its span in characters, end exclusive, without the blanks around it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class DetectedPledge:
    """A sentence as the rules read it.

    ``kind`` is commitment or recommendation where it is proposed, else why it ranks lower: demand, finding, opinion,
    done, fact. ``reasons`` are the rules that spoke, the weightiest first; ``who``, ``what`` and ``when`` are words of
    the sentence, empty where it does not say.
    """

    sentence: Sentence
    kind: str
    score: float
    reasons: tuple[str, ...]
    who: str = ""
    what: str = ""
    when: str = ""

    @property
    def is_proposed(self) -> bool:
        """Whether it is proposed as a pledge."""
        return self.score >= _rules().propose_from


@dataclass(frozen=True)
class _Rule:
    because: str
    weight: float
    pattern: re.Pattern[str]
    kind: str
    needs_actor: bool
    unless: str
    also: re.Pattern[str] | None


@dataclass(frozen=True)
class _Rules:
    propose_from: float
    actor: re.Pattern[str]
    rules: tuple[_Rule, ...]


@cache
def _rules() -> _Rules:
    data: dict[str, Any] = tomllib.loads(
        (Path(__file__).parent / "pledge_detection_rules.toml").read_text(encoding="utf-8")
    )
    rules = tuple(
        _Rule(
            because=one["because"],
            weight=float(one["weight"]),
            pattern=re.compile(one["pattern"], re.IGNORECASE),
            kind=one.get("kind", "commitment"),
            needs_actor=one.get("needs_actor", False),
            unless=one.get("unless", ""),
            also=re.compile(one["also"], re.IGNORECASE) if "also" in one else None,
        )
        for one in data["rule"]
    )
    actor = re.compile("|".join(one["pattern"] for one in data["actor"]), re.IGNORECASE)
    return _Rules(float(data["propose_from"]), actor, rules)


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text in order. A line end is an end too: a paragraph, a heading, an item of a list."""
    import sentencex  # a web worker finds nothing and is spared it

    at = 0
    for line in text.split("\n"):
        place = at
        for piece in sentencex.segment("en", line) if line.strip() else ():
            lead = len(piece) - len(piece.lstrip())
            if words := piece.strip():
                yield Sentence(place + lead, place + lead + len(words), words)
            place += len(piece)
        at += len(line) + 1


def detect_pledges(text: str) -> list[DetectedPledge]:
    """Return every sentence of a text as the rules read it, the likeliest pledge first, equals in the text's order."""
    found = [read(sentence) for sentence in sentences(text) if len(sentence.text.split()) >= 4]
    return sorted(found, key=lambda one: (-one.score, one.sentence.start))


def read(sentence: Sentence) -> DetectedPledge:
    """Return a sentence as the rules read it."""
    words = sentence.text[:MAX_SENTENCE_CHARS].replace("’", "'")
    rules = _rules()
    actor = rules.actor.search(words)
    spoke = [
        (rule, match)
        for rule in rules.rules
        if (actor or not rule.needs_actor)
        and (match := rule.pattern.search(words))
        and (rule.also is None or rule.also.search(words))
    ]
    kinds = {rule.kind for rule, _ in spoke}
    spoke = [(rule, match) for rule, match in spoke if not rule.unless or rule.unless not in kinds]
    score = sum(rule.weight for rule, _ in spoke)
    ordered = sorted(spoke, key=lambda pair: -abs(pair[0].weight))
    promising = score >= rules.propose_from
    ruling = next((rule.kind for rule, _ in ordered if (rule.weight > 0) == promising), "fact")
    promise = next((match for rule, match in ordered if rule.weight >= 1), None)
    return DetectedPledge(
        sentence=sentence,
        kind=ruling,
        score=round(score, 2),
        reasons=tuple(rule.because for rule, _ in ordered),
        who=actor[0] if actor else "",
        what=sentence.text[promise.start() : MAX_SENTENCE_CHARS].rstrip('.”;" ') if promise else "",
        when=_when(sentence.text),
    )


_WHEN = re.compile(
    r"\b(?:by|before|within|until|from|in|over|this|next)\s(?:the\s)?(?:(?:end|start|beginning)\sof\s)?(?:the\s)?"
    r"(?:next\s|coming\s|new\s)?(?:(?:two|three|four|five|six|twelve|\d{1,3})\s(?:days|weeks|months|years)|"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s20\d\d)?|"
    r"20\d\d(?:-\d\d)?|spring|summer|autumn|winter|Easter|Christmas|year|week|month|session|academic\syear|election)\b",
)


def _when(words: str) -> str:
    match = _WHEN.search(words)
    return match[0] if match else ""
