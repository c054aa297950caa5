"""Files for the two verifiers, made from docs/record-vectors.json: what holds, and what each has to refuse."""

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "docs" / "record-vectors.json").read_text(encoding="utf-8")
)
ENTRIES: list[dict[str, Any]] = VECTORS["entries"]
LOG: dict[str, Any] = VECTORS["log"]
WITH_FACTS: list[dict[str, Any]] = ENTRIES + VECTORS["facts"]["entries"]
SIGNATURES: list[dict[str, Any]] = VECTORS["facts"]["signatures"]


@dataclass(frozen=True)
class Case:
    """A file, a head that was kept and its key; the exit code of the program and the code of the page."""

    name: str
    file: str
    exit_code: int
    code: str
    head: str = ""
    key: str = ""
    witness: str = ""
    signatures: str | None = None


def record(entries: list[dict[str, Any]] = ENTRIES) -> str:
    """Return the record as it is downloaded."""
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def changed(value: dict[str, Any], change: Callable[[Any], None]) -> str:
    """Return a JSON object with a change, as text."""
    value = copy.deepcopy(value)
    change(value)
    return json.dumps(value)


def second(change: Callable[[Any], None]) -> str:
    """Return the record with a change of its second entry."""
    entries = copy.deepcopy(ENTRIES)
    change(entries[1])
    return record(entries)


def of_facts(change: Callable[[Any], None], at: int = 4) -> str:
    """Return the record with entries of facts, with a change of one of them."""
    entries = copy.deepcopy(WITH_FACTS)
    change(entries[at])
    return record(entries)


def remade(at: int, change: Callable[[Any], None]) -> str:
    """Return the record with entries of facts, one changed and all digests from there on made again."""
    entries = copy.deepcopy(WITH_FACTS)
    change(entries[at])
    apart = ("digest", "headline", "explanation", "statement", "facts")
    for before, entry in zip([None, *entries], entries, strict=False):
        fields = {name: value for name, value in entry.items() if name not in apart and not name.endswith("_salt")}
        fields["previous"] = entry["previous"] = before["digest"] if before else entry["previous"]
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        entry["digest"] = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def with_text(old: str, new: str) -> str:
    """Return the record with other text in the second entry."""
    lines = record().splitlines(keepends=True)
    assert old in lines[1]
    return lines[0] + lines[1].replace(old, new, 1) + "".join(lines[2:])


def flipped(text: str, at: int) -> str:
    """Return base64 with another letter."""
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


HEAD, LOG_HEAD, KEY, LOG_KEY = (LOG[name] for name in ("head", "log_head", "key", "log_key"))
OTHER_ROOT = LOG_HEAD.split("\n")[0] + "\n4\n" + flipped(LOG_HEAD.split("\n")[2], 3) + "\n"
OTHER_DIGEST = HEAD.split("\n")[0] + "\n4\n" + flipped(HEAD.split("\n")[2], 3) + "\n"
PROOF, GROWTH = json.dumps(LOG["proof"]), json.dumps(LOG["growth"])

WITNESS, COSIGNED = LOG["witness"]["key"], LOG["witness"]["line"] + "\n"
FORGED = COSIGNED[:-20] + flipped(COSIGNED[-20:], 3)
_ENCODED = COSIGNED.rindex(" ") + 1
INSTANT = COSIGNED[:_ENCODED] + flipped(COSIGNED[_ENCODED:], 14)
"""A line in which the signature is another, and one in which the instant is (bytes 4 to 11)."""


def cosigned(value: dict[str, Any], name: str, line: str = COSIGNED) -> str:
    """Return a proof whose head a witness cosigned."""
    return changed(value, lambda proof: proof.update({name: proof[name] + line}))


CASES = [
    Case("a record", record(), 0, "holds"),
    Case("a record and its head", record(), 0, "extends", HEAD, KEY),
    Case("a record and the head of its log", record(), 0, "extends", LOG_HEAD, LOG_KEY),
    Case("a record that goes on", record(), 0, "goes-on", LOG["growth"]["old"], LOG_KEY),
    Case("a head that is newer than the file", record(ENTRIES[:3]), 3, "newer", HEAD, KEY),
    Case("a head of the log that is newer", record(ENTRIES[:3]), 3, "newer", LOG_HEAD, LOG_KEY),
    Case("another head of as many entries", record(), 1, "rewritten", OTHER_DIGEST),
    Case("another root of as many entries", record(), 1, "rewritten", OTHER_ROOT),
    Case("a head that was changed after it was signed", record(), 1, "signature", HEAD.replace("\n4\n", "\n3\n"), KEY),
    Case("the key of the log for a head of the chain", record(), 1, "other-key", HEAD, LOG_KEY),
    Case("a key that is not whole", record(), 1, "other-key", HEAD, KEY.replace("example", "exomple")),
    Case("no head", record(), 1, "no-head", "a\nb\nc\n"),
    Case("a name twice", with_text('"version": 1', '"version": 1, "version": 1'), 1, "entry"),
    Case("a name twice, once with an escape", with_text('"step"', '"st\\u0065p": "x", "step"'), 1, "entry"),
    Case("a name twice within the evidence", with_text('"role"', '"role": "x", "role"'), 1, "entry"),
    Case("a field that the format has not", second(lambda entry: entry.update(remark="")), 1, "entry"),
    Case("a field too few", second(lambda entry: entry.pop("headline")), 1, "entry"),
    Case("a statement where there is none", second(lambda entry: entry.update(statement=None)), 1, "entry"),
    Case("a field of the evidence too much", second(lambda entry: entry["evidence"][0].update(x="")), 1, "entry"),
    Case("a number that is not whole", with_text('"version": 1', '"version": 1.0'), 1, "entry"),
    Case("a number that is too large", with_text('"position": 2', '"position": 9007199254740993'), 1, "entry"),
    Case("true for a position", with_text('"version": 1', '"version": true'), 1, "entry"),
    Case("a number for a text", second(lambda entry: entry.update(headline=5)), 1, "entry"),
    Case("half a character", with_text('"reason": "', '"reason": "\\ud800'), 1, "entry"),
    Case("half a character for a question mark", remade(0, lambda entry: entry.update(reason="?")).replace(
        '"?"', '"\\ud800"'), 1, "entry"),
    Case("half a character in words", remade(0, lambda entry: entry.update(reason="\ud800")), 1, "entry"),
    Case("an entry of a kind that the format has not", remade(1, lambda entry: entry.update(kind="x")), 1, "entry"),
    Case("a day that is none", remade(3, lambda entry: entry.update(effective_on="")), 0, "holds"),
    Case("a subject of another type", remade(6, lambda entry: entry["subject"].update(type="x")), 0, "holds"),
    Case("blank lines", record().replace("\n", "\n\n \n"), 0, "holds"),
    Case("no JSON", with_text("{", "["), 1, "entry"),
    Case("an entry too few", record(ENTRIES[:1] + ENTRIES[2:]), 1, "entry"),
    Case("a proof", PROOF, 0, "in-log", LOG_HEAD, LOG_KEY),
    Case("a proof and another root", PROOF, 1, "rewritten", OTHER_ROOT),
    Case("a proof with another entry's index", PROOF.replace("index 2", "index 1"), 1, "format"),
    Case("a proof with other words", changed(LOG["proof"], lambda p: p["entry"].update(headline="X")), 1, "entry"),
    Case("a proof of another form", changed(LOG["proof"], lambda p: p.update(format="x")), 1, "format"),
    Case("a proof whose signature is changed", changed(LOG["proof"], lambda p: p.update(
        proof=p["proof"][:-20] + flipped(p["proof"][-20:], 3))), 1, "signature"),
    *(Case(f"a proof whose hash {at} is another", changed(LOG["proof"], lambda p, at=at: p.update(proof="\n".join(
        flipped(line, 5) if number == at + 2 else line for number, line in enumerate(p["proof"].split("\n"))
      ))), 1, "not-in-log") for at in (0, 1)),
    Case("a proof with a hash too many", changed(LOG["proof"], lambda p: p.update(
        proof=p["proof"].replace("\n\n", "\n" + LOG_HEAD.split("\n")[2] + "\n\n", 1))), 1, "not-in-log"),
    Case("growth", GROWTH, 0, "grows", LOG_HEAD, LOG_KEY),
    Case("growth and another root", GROWTH, 1, "rewritten", OTHER_ROOT),
    Case("growth without a hash", changed(LOG["growth"], lambda g: g.update(hashes=g["hashes"][1:])), 1,
         "does-not-grow"),
    Case("a proof that a witness cosigned", cosigned(LOG["proof"], "proof"), 0, "cosigned", key=LOG_KEY,
         witness=WITNESS),
    Case("growth that a witness cosigned", cosigned(LOG["growth"], "new"), 0, "cosigned", key="", witness=WITNESS),
    Case("a kept head that a witness cosigned", record(), 0, "cosigned", LOG_HEAD + COSIGNED, LOG_KEY, WITNESS),
    Case("a proof that no witness cosigned", PROOF, 1, "witness-unsigned-by-key", witness=WITNESS),
    Case("growth whose older head alone is cosigned", cosigned(LOG["growth"], "old"), 1, "witness-unsigned-by-key",
         witness=WITNESS),
    Case("a cosignature of another", cosigned(LOG["proof"], "proof", FORGED), 1, "witness-signature", witness=WITNESS),
    Case("a cosignature of another instant", cosigned(LOG["proof"], "proof", INSTANT), 1, "witness-signature",
         witness=WITNESS),
    Case("a cosignature of another head", record(), 1, "witness-signature", LOG["growth"]["old"] + COSIGNED,
         witness=WITNESS),
    Case("the key of a log for a witness", cosigned(LOG["proof"], "proof"), 1, "no-key", witness=LOG_KEY),
    Case("the key of a witness for a log", cosigned(LOG["proof"], "proof"), 1, "no-key", key=WITNESS),
    Case("a record without a head, and a witness", record(), 1, "no-head-cosigned", witness=WITNESS),
    Case("a record with entries of facts", record(WITH_FACTS), 0, "holds"),
    Case("a record with facts that goes on", record(WITH_FACTS), 0, "goes-on", HEAD, KEY),
    Case("other facts", of_facts(lambda entry: entry["facts"].update(title="X")), 1, "entry"),
    Case("a fact too many", of_facts(lambda entry: entry["facts"].update(more="")), 1, "entry"),
    Case("facts without their salt", of_facts(lambda entry: entry.update(facts_salt=None)), 1, "entry"),
    Case("facts that are gone without a withdrawal",
         of_facts(lambda entry: entry.update(facts=None, facts_salt=None)), 1, "entry"),
    Case("facts that were withdrawn of another", record(WITH_FACTS[:7]), 1, "entry"),
    Case("a withdrawal of facts without facts",
         of_facts(lambda entry: entry.update(facts=None, facts_salt=None), 7), 1, "entry"),
    Case("another subject", of_facts(lambda entry: entry["subject"].update(id=13)), 1, "entry"),
    Case("a subject with another field", of_facts(lambda entry: entry["subject"].update(more=1)), 1, "entry"),
    Case("a subject whose number is a text", of_facts(lambda entry: entry["subject"].update(id="12")), 1, "entry"),
    Case("facts in an entry about a pledge", second(lambda entry: entry.update(facts=None, facts_salt=None)), 1,
         "entry"),
    Case("a pledge in an entry of facts", of_facts(lambda entry: entry.update(pledge="x")), 1, "entry"),
    Case("an entry of facts as version 1", of_facts(lambda entry: entry.update(version=1)), 1, "entry"),
    Case("an entry of version 3", of_facts(lambda entry: entry.update(version=3)), 1, "entry"),
    Case("facts of another kind", of_facts(lambda entry: entry.update(kind="pledge")), 1, "entry"),
    Case("signatures", record(WITH_FACTS), 0, "signed", HEAD, KEY, signatures=record(SIGNATURES)),
    Case("signatures that go on", record(ENTRIES), 0, "signed", HEAD, KEY,
         signatures=record(SIGNATURES)),
    Case("a signature too few", record(WITH_FACTS), 1, "entry", HEAD, KEY,
         signatures=record(SIGNATURES[:2] + SIGNATURES[3:])),
    Case("a file without signatures", record(WITH_FACTS), 1, "entry", HEAD, KEY, signatures=""),
    Case("the last signature missing", record(WITH_FACTS), 1, "entry", HEAD, KEY, signatures=record(SIGNATURES[:-1])),
    Case("a signature of another account", record(WITH_FACTS), 1, "entry", HEAD, KEY,
         signatures=record([{**row, "account": 99} for row in SIGNATURES])),
    Case("a signature of another entry", record(WITH_FACTS), 1, "entry", HEAD, KEY,
         signatures=record([{**row, "signature": SIGNATURES[0]["signature"]} for row in SIGNATURES])),
    Case("signatures without a key", record(WITH_FACTS), 1, "signatures-need-key", HEAD,
         signatures=record(SIGNATURES)),
    Case("growth the other way", changed(LOG["growth"], lambda g: g.update(old=g["new"], new=g["old"])), 1,
         "does-not-grow"),
]  # fmt: skip
