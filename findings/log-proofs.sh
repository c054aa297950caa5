#!/usr/bin/env bash
# Two libraries agree on the head of a log and refuse each other's proofs.
#
# What surprises: pymerkle and tamperlog hash entries as RFC 9162 (Certificate Transparency 2.0) does, and have the same
# root for each number of entries. A proof that one head follows from another has the hashes of the RFC in tamperlog. In
# pymerkle the first two change places, and where the older head is a whole tree of two or four entries there are more
# hashes: four instead of one. A proof of inclusion has the hash of the entry itself in front. tamperlog, as any
# program that follows the RFC, refuses all of these.
# Why it matters: with such proofs a reader checks, without the whole record, that a public record only grew. A proof
# that is refused says "this record was rewritten" of one that was not.
# Versions: pymerkle 7.0.0 (its README names RFC 9162), tamperlog 0.1.0 (pip).
# What we do: proofs follow RFC 9162, and the tests hold them against a library that does too. Equal roots are not enough
# to choose a library by.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check pymerkle==7.0.0 tamperlog==0.1.0

cat > prove.py <<'PYTHON'
import tamperlog
from pymerkle import InmemoryTree

ENTRIES = [f"entry {number}".encode() for number in range(8)]
LEAVES = [tamperlog.hash_leaf(entry) for entry in ENTRIES]
NAMES = {
    tamperlog.merkle_root(LEAVES[first : first + size]): f"{first}-{first + size - 1}" if size > 1 else f"{first}"
    for size in (1, 2, 3, 4, 8)
    for first in range(0, 9 - size)
}
tree = InmemoryTree(algorithm="sha256")
for entry in ENTRIES:
    tree.append_entry(entry)


def root(size):
    return tamperlog.merkle_root(LEAVES[:size])


def names(hashes):
    return "[" + ", ".join(NAMES[value] for value in hashes) + "]"


def answer(check, *arguments):
    try:
        check(*arguments)
    except tamperlog.TamperlogError as error:
        return type(error).__name__
    return "accepted"


print("same root for 1 to 8 entries:", all(tree.get_root(size) == root(size) for size in range(1, 9)))
for old in (1, 2, 3, 4, 6):
    proofs = {
        "tamperlog": tamperlog.consistency_proof(old, LEAVES),
        "pymerkle": [bytes.fromhex(value) for value in tree.prove_consistency(old, 8).serialize()["path"]],
    }
    for library, proof in proofs.items():
        verdict = answer(tamperlog.verify_consistency, old, root(old), 8, root(8), proof)
        print(f"consistency of {old} and 8, {library}: {names(proof)} {verdict}")
proofs = {
    "tamperlog": tamperlog.inclusion_proof(2, LEAVES),
    "pymerkle": [bytes.fromhex(value) for value in tree.prove_inclusion(3, 8).serialize()["path"]],
}
for library, proof in proofs.items():
    verdict = answer(tamperlog.verify_inclusion, 2, 8, LEAVES[2], proof, root(8))
    print(f"inclusion of entry 2, {library}: {names(proof)} {verdict}")
PYTHON

cat > expected <<'SEEN'
same root for 1 to 8 entries: True
consistency of 1 and 8, tamperlog: [1, 2-3, 4-7] accepted
consistency of 1 and 8, pymerkle: [1, 0, 2-3, 4-7] ProofError
consistency of 2 and 8, tamperlog: [2-3, 4-7] accepted
consistency of 2 and 8, pymerkle: [2, 3, 0-1, 4-7] ProofError
consistency of 3 and 8, tamperlog: [2, 3, 0-1, 4-7] accepted
consistency of 3 and 8, pymerkle: [3, 2, 0-1, 4-7] ProofError
consistency of 4 and 8, tamperlog: [4-7] accepted
consistency of 4 and 8, pymerkle: [4, 5, 6-7, 0-3] ProofError
consistency of 6 and 8, tamperlog: [4-5, 6-7, 0-3] accepted
consistency of 6 and 8, pymerkle: [6, 7, 4-5, 0-3] ProofError
inclusion of entry 2, tamperlog: [3, 0-1, 4-7] accepted
inclusion of entry 2, pymerkle: [2, 3, 0-1, 4-7] ProofError
SEEN

echo "pymerkle 7.0.0, tamperlog 0.1.0; hashes are named by the entries that they cover"
venv/bin/python prove.py | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
