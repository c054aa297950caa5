#!/usr/bin/env python3
"""Verify a downloaded record offline: python3 verify_record.py record.ndjson [saved-head.txt]

The record may also be the whole Data Package as it was downloaded (a zip that has record.ndjson).

Standard library only, Python 3.9 or newer. The format is specified in docs/record-format.md, version 1.
Exit code 0: every entry holds. 1: the first that does not is named. It proves that the file is one unbroken
record; that it is the record you saw before, only a head that you saved yourself can prove.
"""

import base64
import hashlib
import json
import sys
import zipfile

TEXTS = ("headline", "explanation", "statement")
APART = {"digest", *TEXTS, *(f"{name}_salt" for name in TEXTS)}

# For the values of this format (strings, whole numbers, true, false, null) this is RFC 8785 canonical JSON.
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(value):
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def problems(lines):
    """Return (position, what is wrong) of the first entry that does not hold, or None."""
    entries = []
    for number, line in enumerate(lines, start=1):
        try:
            entries.append(dict(json.loads(line)))
        except (ValueError, TypeError):
            return number, "its line is no JSON object"
    blanked = {e.get("corrects") for e in entries if e.get("kind") == "legal-withdrawal"}
    previous, instant = "0" * 64, ""
    for number, entry in enumerate(entries, start=1):
        committed = {name: value for name, value in entry.items() if name not in APART}
        if entry.get("position") != number:
            return number, f"it is missing; the next entry is {entry.get('position')}"
        if entry.get("version") != 1:
            return number, "its version is not known to this verifier"
        if entry.get("previous") != previous:
            return number, "it does not follow the entry before"
        if digest(committed) != entry.get("digest"):
            return number, "its fields are not those that its digest was made from"
        if str(entry.get("published_at")) < instant:
            return number, "it was published before the entry before it"
        for name in TEXTS:
            words, salt = entry.get(name), entry.get(f"{name}_salt")
            if name == "statement":  # only an entry that states a pledge has one: an object, as canonical JSON
                if entry.get("kind") != "pledge" and words is None and salt is None:
                    continue
                words = canonical(words) if words is not None else None
            if words is None and salt is None and number in blanked:
                continue
            if digest({"salt": salt, "text": words}) != entry.get(f"{name}_digest"):
                return number, f"its {name} is not the one that it was published with"
        previous, instant = entry["digest"], entry["published_at"]
    return None


def read(path):
    if not zipfile.is_zipfile(path):
        with open(path, encoding="utf-8") as file:
            return file.read()
    with zipfile.ZipFile(path) as package:
        return package.read("record.ndjson").decode("utf-8")


def main(arguments):
    if len(arguments) not in (1, 2):
        return print(__doc__) or 2
    lines = [line for line in read(arguments[0]).split("\n") if line.strip()]
    if found := problems(lines):
        return print(f"Entry {found[0]}: {found[1]}.") or 1
    print(f"{len(lines)} entries hold. Head: {json.loads(lines[-1])['digest'] if lines else '0' * 64}")
    if len(arguments) == 2:
        with open(arguments[1], encoding="utf-8") as file:
            _, size, root = file.read().splitlines()[:3]
        known = json.loads(lines[int(size) - 1])["digest"] if 0 < int(size) <= len(lines) else ""
        if int(size) and known != base64.b64decode(root).hex():
            return print(f"It does not extend the saved head of {size} entries.") or 1
        print(f"It extends the saved head of {size} entries.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
