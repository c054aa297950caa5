"""A third verifier of the record, written from docs/record-format.md alone, before its author had seen the code."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], bool]
COMMON = ("version", "position", "previous", "kind", "published_at", "proposed_by", "published_by", "second_review")
FIELDS = {
    1: "pledge status step effective_on looked_until headline_digest explanation_digest evidence corrects reason",
    2: "subject facts_digest program reason",
}
KINDS = {
    1: ("update", "correction", "withdrawal", "legal-withdrawal", "pledge"),
    2: ("facts", "facts-withdrawal"),
}
EVIDENCE = ("role", "exact", "note", "source", "source_sha256")


class BrokenError(ValueError):
    """What does not hold."""


def require(holds: object, wrong: str) -> None:
    """Raise BrokenError where something does not hold."""
    if not holds:
        raise BrokenError(wrong)


def first_broken(download: str) -> int | None:
    """Return the position of the first entry that does not hold, None where all do."""
    entries, broken, before, instant = [], None, "0" * 64, ""
    missing: list[tuple[int, str]] = []
    withdrawals: dict[str, int] = {}
    for number, line in enumerate(filter(str.strip, download.split("\n")), start=1):
        try:
            entry = read(line)
        except ValueError:
            broken = broken or number
            continue
        name = about(entry, "corrects" if entry.get("kind") == "legal-withdrawal" else "subject")
        if str(entry.get("kind")).endswith("-withdrawal"):
            withdrawals[name] = number
        if broken:
            continue
        try:
            check(entry)
            require(entry["position"] == number, "position")
            require(entry["previous"] == before, "previous")
            require(entry["published_at"] >= instant, "published_at")
        except ValueError:
            broken = number
            continue
        if any(entry[text] is None for text in texts(entry)):
            missing.append((number, about(entry, "subject") if entry["version"] == 2 else str(number)))
        before, instant = entry["digest"], entry["published_at"]
        entries.append(entry)
    unexplained = [number for number, name in missing if withdrawals.get(name, 0) <= number]
    return min([*unexplained, *([broken] if broken else [])], default=None)


def check(entry: dict[str, Any]) -> None:
    """Raise BrokenError where an entry has not the fields, digest and words that it should have."""
    version, kind = entry.get("version"), entry.get("kind")
    require(is_whole(version) and version in FIELDS, "version")
    require(kind in KINDS[version], "kind")
    committed = {*COMMON, *FIELDS[version].split()} | ({"statement_digest"} if kind == "pledge" else set())
    words = {name for text in texts(entry) for name in (text, f"{text}_salt")}
    require(entry.keys() == committed | words | {"digest"}, "fields")
    types: dict[str, Check] = {
        **dict.fromkeys(("version", "position"), is_whole),
        **dict.fromkeys(words, lambda value: value is None or isinstance(value, str)),
        **dict.fromkeys(("statement", "facts"), lambda value: value is None or isinstance(value, dict)),
        "second_review": lambda value: isinstance(value, bool),
        "corrects": lambda value: value is None or is_whole(value),
        "subject": lambda value: has(value, type=is_text, id=is_whole),
        "evidence": lambda value: (
            isinstance(value, list) and all(has(cited, **dict.fromkeys(EVIDENCE, is_text)) for cited in value)
        ),
    }
    for name, value in entry.items():
        require(types.get(name, is_text)(value), name)
    require(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", entry["published_at"], re.ASCII), "published_at")
    require(sha256(canonical({name: entry[name] for name in committed})) == entry["digest"], "digest")
    for text in texts(entry):
        value, salt = entry[text], entry[f"{text}_salt"]
        require((value is None) == (salt is None), text)
        value = canonical(value) if isinstance(value, dict) else value
        require(
            value is None or sha256(canonical({"salt": salt, "text": value})) == entry[f"{text}_digest"],
            f"{text} other",
        )


def texts(entry: dict[str, Any]) -> list[str]:
    """Return the names of the words that an entry commits to by salted digests."""
    if entry["version"] == 2:
        return ["facts"]
    return ["headline", "explanation", *(["statement"] if entry["kind"] == "pledge" else [])]


def about(entry: dict[str, Any], field: str) -> str:
    """Return what a withdrawal names, as text."""
    return canonical(entry.get(field))


def read(line: str) -> dict[str, Any]:
    """Return the object of a line. Raises ValueError where two programs could read two."""
    value = json.loads(line, object_pairs_hook=once, parse_int=whole, parse_float=refuse, parse_constant=refuse)
    require(isinstance(value, dict), "object")
    canonical(value).encode()  # UnicodeEncodeError is a ValueError
    return dict(value)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object that has each name once."""
    require(len(dict(pairs)) == len(pairs), "a name twice")
    return dict(pairs)


def whole(digits: str) -> int:
    """Return a whole number that each program can hold."""
    require(abs(int(digits)) < 2**53, "too large")
    return int(digits)


def refuse(number: str) -> None:
    """Refuse a number that is not whole."""
    raise BrokenError(number)


def canonical(value: Any) -> str:
    """Return RFC 8785 canonical JSON."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def sha256(text: str) -> str:
    """Return a digest in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_text(value: Any) -> bool:
    """Whether a value is a string."""
    return isinstance(value, str)


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def has(value: Any, **checks: Check) -> bool:
    """Whether a value is an object of exactly these fields."""
    return (
        isinstance(value, dict) and value.keys() == checks.keys() and all(checks[name](value[name]) for name in value)
    )
