"""The rules by which pledges are found, read from pledge_detection_rules.toml. Plain Python, no database."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

RULES_PATH = Path(__file__).parent / "pledge_detection_rules.toml"

MARK = "þ"
"""Replaces each letter of the names of those who govern, so that no pattern has to list them."""
CUE_CHARS = 5
"""By so many of its first letters a word is a cue."""
_IRREGULAR = {
    "bring": "brought", "build": "built", "buy": "bought", "come": "come", "cut": "cut", "draw": "drawn",
    "give": "given",
    "go": "gone", "hold": "held", "keep": "kept", "lay": "laid", "lead": "led", "make": "made", "meet": "met",
    "oversee": "overseen", "pay": "paid", "put": "put", "rebuild": "rebuilt", "repay": "repaid", "run": "run",
    "seek": "sought", "sell": "sold", "tell": "told", "find": "found", "get": "got", "speak": "spoken",
    "send": "sent", "set": "set", "shut": "shut", "spend": "spent", "take": "taken",
    "undertake": "undertaken", "uphold": "upheld", "withdraw": "withdrawn", "withhold": "withheld", "write": "written",
    "begin": "begun", "drive": "driven", "learn": "learnt", "bid": "bid", "speed": "sped",
}  # fmt: skip
_DOUBLED = frozenset(
    "ban bar cap commit equip map plan scrap step stop strip transfer compel control refer cancel".split()
)
_UNDOUBLED = {"transfer": "transferr", "refer": "referr", "cancel": "cancell", "compel": "compell"}


@dataclass(frozen=True)
class Rule:
    """A pattern, its weight and what is said of it; it is tried where one of its cues is in the sentence."""

    because: str
    weight: float
    pattern: re.Pattern[str]
    cues: tuple[str, ...]
    kind: str
    unless_promised: bool = False
    unless_later: bool = False
    unless_before: bool = False
    names_body: bool = False
    """Whether its pattern is to be tried on the sentence with who governs marked."""
    lead_in: bool = False
    item: bool = False
    headline: bool = False
    needs: tuple[str, ...] = ()
    """Letters of which some are in whatever the pattern matches: to look for them is quicker. Empty: not told."""


class RuleSet:
    """Rules in the order of the file. Which of them may speak is told by their cues, before any pattern is tried."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = list(rules)
        self._by_cue: dict[str, set[int]] = {}
        for at, rule in enumerate(self.rules):
            for form in {form for cue in rule.cues if not rule.lead_in for form in _cue_forms(cue)}:
                self._by_cue.setdefault(form, set()).add(at)
        self._cues = frozenset(self._by_cue)
        self._of_lists = {at for at, rule in enumerate(self.rules) if rule.lead_in or rule.item}

    def that_may_speak(self, cues: set[str], *, in_list: bool) -> list[Rule]:
        """Return the rules that have a cue in a sentence: the first letters of its words. Lists have more."""
        places = set(self._of_lists) if in_list else set()
        for cue in cues & self._cues:
            places |= self._by_cue[cue]
        return [self.rules[at] for at in sorted(places)]


def _cue_forms(cue: str) -> set[str]:
    """Return how a cue may begin a word of a sentence: a short one represents its plural, past and -ing form too."""
    forms = [cue] if len(cue) >= CUE_CHARS else [cue, cue + "s", cue + "d", cue + "ed", cue + "ing"]
    return {form[:CUE_CHARS] for form in forms}


@dataclass(frozen=True)
class Rules:
    """All rules, with the lists that they are made of."""

    propose_from: float
    body: re.Pattern[str]
    says: dict[tuple[str, str], tuple[float, str]]
    verbs: dict[str, str]
    participles: dict[str, str]
    now: frozenset[str]
    looking: frozenset[str]
    going: frozenset[str]
    effect: re.Pattern[str]
    speaking_for: "RuleSet"
    adding: "RuleSet"
    against: "RuleSet"


@cache
def load_rules() -> Rules:
    """Return the rules, read once."""
    data: dict[str, Any] = tomllib.loads(RULES_PATH.read_text(encoding="utf-8"))
    effect = re.compile(data["verbs"].pop("effect"))
    listed = {name: words.split() for name, words in data["verbs"].items()}
    places = {
        "{body}": f"(?<!{MARK}){MARK}++",
        "{act}": _any_of(sorted(set(listed["act"]))),
        "{acted}": _any_of(sorted(set(map(participle, listed["act"])))),
        "{acting}": _any_of(sorted(set(map(going, listed["act"])))),
        "{hope}": _any_of(sorted(set(listed["hope"]))),
    }
    verbs: dict[str, str] = {}
    participles: dict[str, str] = {}
    for kind in ("calendar", "state", "hope", "act"):  # if a verb is in two lists, the later one counts
        for verb in listed[kind]:
            verbs[verb] = kind
            participles[participle(verb)] = kind
    bodies = [name for names in data["who"]["body"] for name in _spelled_out(_small(names))]
    return Rules(
        propose_from=float(data["propose_from"]),
        body=re.compile(rf"\b{_any_of(bodies)}\b"),
        says=_says(data["says"]),
        verbs=verbs,
        participles=participles,
        now=frozenset(map(going, listed["now"])),
        looking=frozenset(map(going, listed["looking"])),
        going=frozenset(going(verb) for kind in ("act", "hope", "now") for verb in listed[kind]),
        effect=effect,
        speaking_for=RuleSet(_rule(rule, places) for rule in data["rule"] if not rule.get("adds_only")),
        adding=RuleSet(_rule(rule, places) for rule in data["rule"] if rule.get("adds_only")),
        against=RuleSet(_rule(rule, places) for rule in data["against"]),
    )


def participle(verb: str) -> str:
    """Return what follows “will be”: published, set, withdrawn."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb in _UNDOUBLED:
        return _UNDOUBLED[verb] + "ed"
    if verb in _DOUBLED:
        return verb + verb[-1] + "ed"
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + "ed"


def going(verb: str) -> str:
    """Return what follows “we are”: publishing, setting."""
    if verb in _UNDOUBLED:
        return _UNDOUBLED[verb] + "ing"
    if verb in _DOUBLED or verb in ("cut", "put", "set", "run"):
        return verb + verb[-1] + "ing"
    return verb[:-1] + "ing" if verb.endswith("e") and not verb.endswith("ee") else verb + "ing"


def _small(pattern: str) -> str:
    """Return a pattern in small letters; what is after a backslash stays."""
    return re.sub(r"(?<!\\)[A-Z]", lambda match: match[0].lower(), pattern)


def _any_of(patterns: Iterable[str]) -> str:
    """Return a pattern for any of some, in their order: by their first letter, so that few are tried at each place."""
    by_letter: dict[str, list[str]] = {}
    for pattern in patterns:
        by_letter.setdefault(pattern[0], []).append(pattern[1:])
    return "(?:" + "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items()) + ")"


def _spelled_out(pattern: str) -> list[str]:
    """Return a pattern that begins with a group as one for each word of the group: so each begins with a letter."""
    group = re.match(r"\(\?:([^()]*)\)(\??)", pattern)
    if group is None:
        return [pattern]
    rest = pattern[group.end() :]
    return [word + rest for word in group[1].split("|")] + ([rest] if group[2] else [])


def _rule(rule: dict[str, Any], places: dict[str, str]) -> Rule:
    pattern = rule["pattern"]
    for name, words in places.items():
        pattern = pattern.replace(name, words)
    return Rule(
        because=rule["because"],
        weight=float(rule["weight"]),
        pattern=re.compile(_small(pattern)),
        cues=tuple(rule["cues"]),
        kind=rule.get("kind", "commitment"),
        unless_promised=rule.get("unless_promised", False),
        unless_later=rule.get("unless_later", False),
        unless_before=rule.get("unless_before", False),
        names_body="{body}" in rule["pattern"],
        lead_in=rule.get("lead_in", False),
        item=rule.get("item", False),
        headline=rule.get("headline", False),
        needs=tuple(words.replace("{body}", MARK) for words in rule.get("needs", ())),
    )


def _says(rows: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[float, str]]:
    """Return weight and reason by who says it and the kind of verb; of two the heavier."""
    says: dict[tuple[str, str], tuple[float, str]] = {}
    for row in rows:
        for who in row["who"]:
            for verb, weight in row["verb"].items():
                says[who, verb] = max(says.get((who, verb), (0.0, "")), (float(weight), row["because"]))
    return says
