#!/usr/bin/env python3
"""Verify a downloaded record offline: python3 verify_record.py record.ndjson [saved-head.txt]

The record may also be the whole Data Package as it was downloaded (a zip that has record.ndjson).

Standard library only, Python 3.9 or newer. The format is specified in docs/record-format.md, version 1.
Exit code 0: every entry holds. 1: the first that does not is named. It proves that the file is one unbroken
record; that it is the record you saw before, only a head that you saved yourself can prove.
"""

import base64
import hashlib
import io
import json
import sys
import zipfile

TEXTS = ("headline", "explanation", "statement")
APART = {"digest", *TEXTS, *(f"{name}_salt" for name in TEXTS)}

# For the values of this format (strings, whole numbers, true, false, null) this is RFC 8785 canonical JSON.
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(value):
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def problems(lines, digests=None):
    """Return (position, what is wrong) of the first entry that does not hold, or None.

    The digests of those that hold are appended to the list, if there is one.
    """
    digests = [] if digests is None else digests
    wordless, blanked, instant, problem = [], set(), "", None
    for number, line in enumerate(lines, start=1):
        try:
            entry = dict(json.loads(line))
        except (ValueError, TypeError):
            problem = problem or (number, "its line is no JSON object")
            continue
        if entry.get("kind") == "legal-withdrawal":
            blanked.add(entry.get("corrects"))
        if problem:  # what comes after it proves nothing
            continue
        if found := broken(entry, number, digests[-1] if digests else "0" * 64, instant):
            problem = number, found
            continue
        wordless += [(number, f"its {name} is not the one that it was published with") for name in without(entry)]
        digests.append(entry["digest"])
        instant = entry["published_at"]
    # Words may be gone where a later entry says that they were withdrawn for legal reasons.
    return next((one for one in wordless if one[0] not in blanked), problem)


def broken(entry, number, previous, instant):
    """Return what is wrong with an entry, or nothing."""
    if entry.get("position") != number:
        return f"it is missing; the next entry is {entry.get('position')}"
    if entry.get("version") != 1:
        return "its version is not known to this verifier"
    if entry.get("previous") != previous:
        return "it does not follow the entry before"
    if digest({name: value for name, value in entry.items() if name not in APART}) != entry.get("digest"):
        return "its fields are not those that its digest was made from"
    if str(entry.get("published_at")) < instant:
        return "it was published before the entry before it"
    for name in TEXTS:
        words, salt = entry.get(name), entry.get(f"{name}_salt")
        if words is None and salt is None:
            continue  # whether they may be gone, the whole record says
        if name == "statement":  # an object, as canonical JSON
            words = canonical(words) if words is not None else None
        if digest({"salt": salt, "text": words}) != entry.get(f"{name}_digest"):
            return f"its {name} is not the one that it was published with"
    return ""


def without(entry):
    """Return the texts of an entry of which neither words nor salt are there: that have to have been withdrawn."""
    return [
        name
        for name in TEXTS
        if entry.get(name) is None
        and entry.get(f"{name}_salt") is None
        and (name != "statement" or entry.get("kind") == "pledge")
    ]


def lines_of(path):
    """Yield the lines of a record: only a line feed ends one."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package, package.open("record.ndjson") as packed:
            yield from filter(str.strip, io.TextIOWrapper(packed, encoding="utf-8", newline="\n"))
    else:
        with open(path, encoding="utf-8", newline="\n") as file:
            yield from filter(str.strip, file)


def main(arguments):
    if len(arguments) not in (1, 2):
        return print(__doc__) or 2
    digests = []
    if found := problems(lines_of(arguments[0]), digests):
        return print(f"Entry {found[0]}: {found[1]}.") or 1
    print(f"{len(digests)} entries hold. Head: {digests[-1] if digests else '0' * 64}")
    if len(arguments) == 2:
        with open(arguments[1], encoding="utf-8") as file:
            _, size, root = file.read().splitlines()[:3]
        known = digests[int(size) - 1] if 0 < int(size) <= len(digests) else ""
        if int(size) and known != base64.b64decode(root).hex():
            return print(f"It does not extend the saved head of {size} entries.") or 1
        print(f"It extends the saved head of {size} entries.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
