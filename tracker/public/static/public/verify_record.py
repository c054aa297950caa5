#!/usr/bin/env python3
"""Verify a record offline, or a proof of it.

    python3 verify_record.py record.ndjson|entry-7-proof.json.gz [kept-head.txt [key]] [--witness KEY]…
        [--signatures signatures.ndjson]

The first file is the record, the whole Data Package (a zip that has record.ndjson), the proof of one entry, or the
proof that the log grew. The second is a head that you kept, of the chain or of the log: its signature is checked with
the key, which the page of the record shows (a file that has it will do). With the key of a witness, that one has to
have cosigned the head of the proof; where the first file is a record, the head that you kept. With signatures, each
entry from the first that has one has to be signed with the key.
Standard library only, Python 3.9 or newer. The format is specified in docs/record-format.md.
Exit code 0: all holds. 1: it does not, and the first that is wrong is named. 2: called in another way than above, or a
file cannot be read. 3: the head that you kept is newer than the file, which proves nothing against it.
A file that holds is one unbroken record; that it is the record you saw before, only a head that you kept can prove.
"""

import base64
import gzip
import hashlib
import io
import json
import re
import sys
import time
import zipfile
import zlib
from json.encoder import encode_basestring
from pathlib import Path

TEXTS = ("headline", "explanation", "statement")
OBJECTS = ("statement", "facts")  # texts that are the canonical JSON of an object
APART = {"digest", *TEXTS, "facts", *(f"{name}_salt" for name in (*TEXTS, "facts"))}
TYPES = {
    **dict.fromkeys(("previous", "kind", "pledge", "status", "step", "effective_on", "looked_until"), str),
    **dict.fromkeys(("published_at", "headline_digest", "explanation_digest", "proposed_by", "published_by"), str),
    "reason": str,
    **dict.fromkeys(("version", "position"), int),
    "second_review": bool,
    "evidence": list,
}
SHAPE = [*TYPES.values()]
COMMITTED = {*TYPES, "corrects"}
CITED = {"role", "exact", "note", "source", "source_sha256"}
OF_EVERY_KIND = COMMITTED | {"digest", *(name + end for name in TEXTS[:2] for end in ("", "_salt"))}
STATED = OF_EVERY_KIND | {"statement", "statement_salt", "statement_digest"}
KINDS = {"update", "correction", "withdrawal", "legal-withdrawal", "pledge"}
FACTS_TYPES = {
    **dict.fromkeys(("previous", "kind", "facts_digest", "program", "published_at", "proposed_by"), str),
    **dict.fromkeys(("published_by", "reason", "digest"), str),
    "version": int,
    "position": int,
    "second_review": bool,
    "subject": dict,
}
OF_FACTS = {*FACTS_TYPES, "facts", "facts_salt"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)

# For the values of this format (strings, whole numbers, true, false, null) this is RFC 8785 canonical JSON.
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(value):
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def salted(text, salt):
    text, salt = ("null" if value is None else encode_basestring(value) for value in (text, salt))
    return hashlib.sha256(f'{{"salt":{salt},"text":{text}}}'.encode()).hexdigest()


def read_object(text):
    """Return a JSON object. Raises ValueError where it is none, or one that can be read in two ways."""
    value = json.loads(text, object_pairs_hook=once, parse_float=refuse, parse_constant=refuse)
    if "\\u" in text:
        canonical(value).encode()  # half of a surrogate pair has no bytes: UnicodeEncodeError is a ValueError
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")
    return value


def once(pairs):
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name is in it twice")
    return value


def refuse(number):
    raise ValueError(f"{number} is no whole number")


def too_large(value):
    """Tell whether a number is in a value that not every program reads as the same one."""
    if isinstance(value, (dict, list)):
        return any(map(too_large, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and abs(value) > 2**53 - 1


def problems(lines, digests=None):
    """Return (position, what is wrong) of the first entry that does not hold, or None.

    The digests of those that hold are appended to the list, if there is one.
    """
    digests = [] if digests is None else digests
    wordless, blanked, withdrawn, instant, problem = [], set(), {}, "", None
    for number, line in enumerate(lines, start=1):
        try:
            entry = read_object(line)
        except (ValueError, RecursionError) as error:
            problem = problem or (number, f"its line is no JSON object of the format ({error})")
            continue
        if entry.get("kind") == "legal-withdrawal" and isinstance(entry.get("corrects"), int):
            blanked.add(entry["corrects"])
        if entry.get("kind") == "facts-withdrawal":
            withdrawn[canonical(entry.get("subject"))] = number
        if problem:  # what comes after it proves nothing
            continue
        if wrong := broken(entry, number, digests[-1] if digests else "0" * 64, instant):
            problem = number, wrong
            continue
        wordless += [
            (number, f"its {name} is not the one that it was published with", canonical(entry.get("subject")))
            for name in without(entry)
        ]
        digests.append(entry["digest"])
        instant = entry["published_at"]
    # Words may be gone where a later entry says that they were withdrawn for legal reasons.
    for place, wrong, subject in wordless:
        if not (place in blanked if subject == "null" else withdrawn.get(subject, 0) > place):
            return place, wrong
    return problem


def broken(entry, number, previous, instant):
    """Return what is wrong with an entry, or nothing."""
    if entry.get("position") != number:
        return f"it is missing; the next entry is {entry.get('position')}"
    if entry.get("version") not in (1, 2):
        return "its version is not known to this verifier"
    if wrong := (misshapen if entry["version"] == 1 else misshapen_facts)(entry):
        return wrong
    if entry["previous"] != previous:
        return "it does not follow the entry before"
    if digest({name: value for name, value in entry.items() if name not in APART}) != entry["digest"]:
        return "its fields are not those that its digest was made from"
    if entry["published_at"] < instant:
        return "it was published before the entry before it"
    for name in texts_of(entry):
        words, salt = entry.get(name), entry.get(f"{name}_salt")
        if words is None and salt is None:
            continue  # whether they may be gone, the whole record says
        if name in OBJECTS:
            words = canonical(words) if words is not None else None
        if salted(words, salt) != entry[f"{name}_digest"]:
            return f"its {name} is not the one that it was published with"
    return ""


def misshapen(entry):
    """Return which fields an entry has that the format has not, or the other way round, or nothing."""
    expected = STATED if entry.get("kind") == "pledge" else OF_EVERY_KIND
    if entry.keys() != expected:
        return f"it has another set of fields than the format: {', '.join(sorted(entry.keys() ^ expected))}"
    if [type(entry[name]) for name in TYPES] != SHAPE or type(entry["corrects"]) not in (int, type(None)):
        return "a field of it is of another type than the format has"
    texts = [entry[name] for name in ("headline", "headline_salt", "explanation", "explanation_salt")]
    if type(entry["digest"]) is not str or not {*map(type, texts)} <= {str, type(None)}:
        return "a text of it is of another type than the format has"
    if expected is STATED:
        kinds = tuple(type(entry[name]) for name in ("statement", "statement_salt", "statement_digest"))
        if kinds not in ((dict, str, str), (type(None), type(None), str)) or too_large(entry["statement"]):
            return "its statement is of another type than the format has"
    if entry["kind"] not in KINDS:
        return "its kind is not one of the format"
    for cited in entry["evidence"]:
        if type(cited) is not dict or cited.keys() != CITED or set(map(type, cited.values())) != {str}:
            return "its evidence has other fields than the format"
    return "" if INSTANT.fullmatch(entry["published_at"]) else "its published_at is no instant"


def misshapen_facts(entry):
    """Return the same of an entry of facts."""
    if entry.keys() != OF_FACTS:
        return f"it has another set of fields than the format: {', '.join(sorted(entry.keys() ^ OF_FACTS))}"
    if any(type(entry[name]) is not kind for name, kind in FACTS_TYPES.items()):
        return "a field of it is of another type than the format has"
    subject, facts = entry["subject"], (type(entry["facts"]), type(entry["facts_salt"]))
    if subject.keys() != {"type", "id"} or (type(subject["type"]), type(subject["id"])) != (str, int):
        return "its subject has other fields than the format"
    if facts not in ((dict, str), (type(None), type(None))) or too_large(entry["facts"]) or too_large(subject):
        return "its facts are of another type than the format has"
    if entry["kind"] not in ("facts", "facts-withdrawal"):
        return "its kind is not one of the format"
    return "" if INSTANT.fullmatch(entry["published_at"]) else "its published_at is no instant"


def texts_of(entry):
    """Return the names of the texts that an entry commits to by salted digests."""
    if entry.get("version") == 2:
        return ("facts",)
    return TEXTS if entry.get("kind") == "pledge" else TEXTS[:2]


def without(entry):
    """Return the texts of an entry of which neither words nor salt are there: that have to have been withdrawn."""
    return [name for name in texts_of(entry) if entry.get(name) is None and entry.get(f"{name}_salt") is None]


def lines_of(path):
    """Yield the lines of a record: only a line feed ends one."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package, package.open("record.ndjson") as packed:
            yield from filter(str.strip, io.TextIOWrapper(packed, encoding="utf-8", newline="\n"))
    else:
        with open(path, encoding="utf-8", newline="\n") as file:
            yield from filter(str.strip, file)


def hash_leaf(entry_digest):
    return hashlib.sha256(b"\x00" + bytes.fromhex(entry_digest)).digest()


def hash_node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_over(digests):
    """Return the root over entries, of which the digests are given."""
    stack = []  # complete subtrees, each (height, hash), the largest first
    for entry_digest in digests:
        height, hashed = 0, hash_leaf(entry_digest)
        while stack and stack[-1][0] == height:
            height, hashed = height + 1, hash_node(stack.pop()[1], hashed)
        stack.append((height, hashed))
    root = stack.pop()[1] if stack else hashlib.sha256(b"").digest()
    while stack:
        root = hash_node(stack.pop()[1], root)
    return root


def climb(place, last, old, new, path):
    """Return what two hashes become on the way up to the roots, or None (RFC 9162, 2.1.3.2 and 2.1.4.2)."""
    for hashed in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = hash_node(hashed, old), hash_node(hashed, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = hash_node(new, hashed)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def root_of_inclusion(index, size, leaf, path):
    """Return the root that a proof of inclusion leads to, or None."""
    roots = climb(index, size - 1, leaf, leaf, path) if index < size else None
    return roots and roots[1]


def roots_of_growth(old, new, old_root, path):
    """Return the two roots that a proof of consistency leads to, or None."""
    if not 0 < old <= new:
        return None
    if old == new:
        return None if path else (old_root, old_root)
    path = list(path) if old & (old - 1) else [old_root, *path]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    return climb(place, last, path[0], path[0], path[1:]) if path else None


def read_head(note, key=""):
    """Return (name, size, hash) of a signed head; with a key its signature has to hold. Raises ValueError."""
    text, separator, _ = note.rpartition("\n\n")
    lines = (text if separator else note).split("\n")
    if len(lines) < 3 or not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1], re.ASCII):
        raise ValueError("it is no head: three lines are expected, the name, the size and the hash")
    hashed = unbase64(lines[2])
    if len(hashed) != 32:
        raise ValueError("its hash has not 32 bytes")
    if key and (name := check_signature(note, key, 1)[0]) != lines[0]:
        raise ValueError(f"the key is that of {name}, the head that of {lines[0]}")
    return lines[0], int(lines[1]), hashed


def check_signature(note, key, kind):
    """Return who signed a note (kind 1) or cosigned it (4), and when. Raises ValueError."""
    parts = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+(\S+)", key.strip())
    public = unbase64(parts[3]) if parts else b""
    if not parts or len(public) != 33 or public[0] != kind:
        raise ValueError(f"the key is no key of Ed25519 of kind {kind}: name+id+key is expected")
    if hashlib.sha256(parts[1].encode() + b"\n" + public).hexdigest()[:8] != parts[2]:
        raise ValueError("the key is not whole: its id is that of another")
    text, _, signatures = note.rpartition("\n\n")
    for line in signatures.split("\n"):
        signed = re.fullmatch(r"\u2014 (\S+) (\S+)", line)
        raw = unbase64(signed[2]) if signed and signed[1] == parts[1] else b""
        if raw[:4].hex() == parts[2]:
            at = int.from_bytes(raw[4:12], "big") if kind == 4 else 0
            message = f"cosignature/v1\ntime {at}\n{text}\n" if kind == 4 else f"{text}\n"
            if verify_ed25519(public[1:], message.encode(), raw[12 if kind == 4 else 4 :]):
                return parts[1], at
            raise ValueError("its signature does not hold")
    raise ValueError(f"it has no signature of {parts[1]}")


def check_witnesses(value, arguments, keys):
    """Say when witnesses cosigned the head of a proof, or the one that was kept. Raises ValueError."""
    if value is None and len(arguments) < 2:
        raise ValueError("a record has no head in it: give the one that you kept, which the witness cosigned")
    kept = value is None and Path(arguments[1]).read_text(encoding="utf-8")
    note = kept or (value["new"] if "hashes" in value else value["proof"].partition("\n\n")[2])
    for key in keys:
        name, at = check_signature(note, key, 4)
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)) if at < 2**35 else at
        print(f"The witness {name} cosigned the head of {read_head(note)[1]} entries: {when}.")


def unbase64(text):
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("it has base64 that can be written in another way")
    return raw


LARGEST_PROOF = 10_000_000
OPTIONS = ("--witness", "--signatures")
PRIME, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)


def verify_ed25519(public, message, signature):
    """Tell whether a signature holds (RFC 8032, 5.1.7)."""
    key, commitment = point(public), point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(scalar, BASE), add(commitment, times(challenge, key))
    return all((left[at] * right[2] - right[at] * left[2]) % PRIME == 0 for at in (0, 1))


def point(raw):
    """Return a point of the curve (x, y, 1, xy) from its 32 bytes, or None."""
    value = int.from_bytes(raw, "little")
    y, sign = value & (2**255 - 1), value >> 255
    if len(raw) != 32 or y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


def add(left, right):
    a = (left[1] - left[0]) * (right[1] - right[0]) % PRIME
    b = (left[1] + left[0]) * (right[1] + right[0]) % PRIME
    c = 2 * left[3] * right[3] * CURVE % PRIME
    d = 2 * left[2] * right[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(scalar, base):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, base)
        base, scalar = add(base, base), scalar >> 1
    return total


BASE = point((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little"))


def unsigned(lines, digests, key):
    """Return (position, what is wrong) of the first entry whose signature does not hold, or None; say who signed."""
    public = unbase64(key.strip().split("+", 2)[2])[1:]
    expected, accounts = None, []
    for line in lines:
        row = read_object(line)
        position, account = row.get("position"), row.get("account")
        if row.keys() != {"position", "account", "signature"} or type(position) is not int:
            raise ValueError("a line of the signatures has other fields than the format")
        if position > len(digests):
            break  # signed since the record was downloaded
        expected = position if expected is None else expected
        if position != expected:
            return min(position, expected), "it has no signature"
        if account is not None and (type(account) is not int or account < 1):
            return position, "its account is none"
        message = f"pledge-record-entry/1\nentry {position}\n{digests[position - 1]}\naccount {account or '-'}\n"
        if not verify_ed25519(public, message.encode(), unbase64(row["signature"])):
            return position, "its signature does not hold for this key and this account"
        accounts.append(account)
        expected += 1
    if expected is None or expected <= len(digests):
        return expected or 1, "it has no signature"
    people, commands = [*filter(None, accounts)], accounts.count(None)
    print(f"Entries {expected - len(accounts)} to {expected - 1} are signed with the key of the installation:")
    print(f"{len(people)} for {len({*people})} accounts, {commands} for commands of the operator.")
    return None


def verify_download(path, head, key, signatures=""):
    """Verify a whole record, against a head that was kept; return the exit code."""
    digests = []
    if wrong := problems(lines_of(path), digests):
        return print(f"Entry {wrong[0]}: {wrong[1]}.") or 1
    print(f"{len(digests)} entries hold. Head: {digests[-1] if digests else '0' * 64}")
    if signatures and (wrong := unsigned(lines_of(signatures), digests, key)):
        return print(f"Entry {wrong[0]}: {wrong[1]}.") or 1
    if head is None:
        return 0
    name, size, hashed = head
    if size > len(digests):
        print(f"The saved head is newer than this file: it has {size} entries, the file {len(digests)}.")
        print("Download the record again. If the record itself is shorter than the head, entries were removed.")
        return 3
    last = bytes.fromhex(digests[size - 1] if size else "0" * 64)
    known = root_over(digests[:size]) if name.endswith("/log") else last
    if known != hashed:
        return print(f"It does not extend the saved head of {size} entries: the record was rewritten.") or 1
    if size < len(digests):
        print(f"It goes on after the saved head, by {len(digests) - size} entries.")
    return print(f"It extends the saved head of {size} entries.") or 0


def verify_entry(proof, head, key):
    """Verify the proof of one entry; return the exit code. Raises ValueError, KeyError, TypeError."""
    entry = proof["entry"]
    if proof.keys() != {"format", "entry", "proof", "verifier_key"} or proof["format"] != "pledge-record-proof/1":
        raise ValueError("its format is not known to this verifier")
    number = entry.get("position")
    if not isinstance(number, int) or number < 1:
        raise ValueError("its entry has no position")
    if wrong := broken(entry, number, entry.get("previous"), ""):
        return print(f"Entry {number}: {wrong}.") or 1
    lines, _, note = proof["proof"].partition("\n\n")
    first, index, *path = lines.split("\n")
    if (first, index) != ("c2sp.org/tlog-proof@v1", f"index {number - 1}"):
        raise ValueError("its proof is of another form, or of another entry")
    name, size, root = read_head(note, key or proof["verifier_key"])
    if root_of_inclusion(number - 1, size, hash_leaf(entry["digest"]), [unbase64(hashed) for hashed in path]) != root:
        return print(f"Entry {number} is not in the log of {size} entries.") or 1
    print(f"Entry {number} is in the log {name} of {size} entries.")
    for text in without(entry):
        print(f"Its {text} is not in the file: only the whole record says whether it was withdrawn for legal reasons.")
    if not key:
        print(f"The key is that of the file. Compare it with the page of the record: {proof['verifier_key']}")
    if head is None or head == (name, size, root):
        return 0
    if head[0] != name and head[1] == number:
        same = entry["digest"] == head[2].hex()
        return print(f"It {'is' if same else 'is not'} the last entry of the saved head.") or (0 if same else 1)
    if head[:2] == (name, size):
        return print("The saved head of as many entries has another root: the record was rewritten.") or 1
    print("It says nothing of the saved head: verify the proof of growth from one to the other, or the whole record.")
    return 3


def verify_growth(growth, head, key):
    """Verify that one log begins with another; return the exit code. Raises ValueError, KeyError, TypeError."""
    if growth.keys() != {"old", "new", "hashes"}:
        raise ValueError("its format is not known to this verifier")
    (name, old, old_root), (other, new, new_root) = (read_head(growth[which], key) for which in ("old", "new"))
    path = [unbase64(hashed) for hashed in growth["hashes"]]
    if name != other or roots_of_growth(old, new, old_root, path) != (old_root, new_root):
        return print(f"The log of {new} entries does not begin with that of {old}.") or 1
    print(f"The log {name} of {new} entries begins with that of {old}.")
    if not key:
        print("Their signatures were not checked: give the key as the third argument.")
    if head and head not in ((name, old, old_root), (name, new, new_root)):
        if head[0] == name and head[1] in (old, new):
            return print("The saved head has another root: the record was rewritten.") or 1
        return print("The saved head is neither of them.") or 3
    return 0


def read_kept(arguments):
    """Return the head that was kept and the key, as far as they are given. Raises OSError, ValueError."""
    key = arguments[2] if len(arguments) > 2 else ""
    key = Path(key).read_text(encoding="utf-8").strip() if key and Path(key).exists() else key
    if len(arguments) < 2:
        return None, key
    head = read_head(Path(arguments[1]).read_text(encoding="utf-8"), key)
    if not key:
        print("The signature of the saved head was not checked: give the key as the third argument.")
    return head, key


def unpack(content):
    """Return what a file of gzip has in it, cut where it is longer than any proof. Raises ValueError if broken."""
    try:
        with gzip.open(io.BytesIO(content)) as file:
            return file.read(LARGEST_PROOF + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"it cannot be unpacked ({error})") from None


def read_proof(path):
    """Return the JSON object that a file is, or None where it is a record. Raises OSError, ValueError."""
    with open(path, "rb") as file:
        content = file.read(LARGEST_PROOF + 1)
    is_packed = content.startswith(b"\x1f\x8b")
    content = unpack(content) if is_packed and len(content) <= LARGEST_PROOF else content
    try:
        value = read_object(content.decode()) if len(content) <= LARGEST_PROOF else {}
    except (ValueError, RecursionError):
        value = {}
    proof = value if value.keys() & {"proof", "hashes"} else None
    if is_packed and proof is None:
        raise OSError(0, "only proofs are read as gzip. Unpack it first", path)
    return proof


def main(arguments):
    cut = min((arguments.index(name) for name in OPTIONS if name in arguments), default=len(arguments))
    arguments, names, values = arguments[:cut], arguments[cut::2], arguments[cut + 1 :: 2]
    options = list(zip(names, values))  # noqa: B905  # Python 3.9; the lengths are compared below
    witnesses, signatures = ([value for option, value in options if option == name] for name in OPTIONS)
    if len(arguments) not in (1, 2, 3) or len(names) != len(values) or not {*names} <= {*OPTIONS} or signatures[1:]:
        return print(__doc__) or 2
    try:
        head, key = read_kept(arguments)
        value = read_proof(arguments[0])
        if witnesses:
            check_witnesses(value, arguments, witnesses)
        if signatures and (value is not None or not key):
            raise ValueError("signatures are verified with a whole record, a head and its key")
        if value is None:
            return verify_download(arguments[0], head, key, *signatures)
        return (verify_growth if "hashes" in value else verify_entry)(value, head, key)
    except OSError as error:
        return print(f"{error.filename} cannot be read: {error.strerror}.") or 2
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return print(f"It does not hold: {error}.") or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
