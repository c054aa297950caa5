"""The verifier in Python on the vectors: what holds, and each thing that it has to refuse."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.pledges.record.specification_verifier import first_broken
from tests.pledges.record.test_hash_chain import lines, offline
from tests.pledges.record.verifier_cases import CASES, ENTRIES, LOG, Case
from tracker.pledges.facts.entries import Signers, begin_facts
from tracker.pledges.facts.subjects import SUBJECT_TYPES
from tracker.pledges.record import merkle

pytestmark = pytest.mark.once  # at most one row of a database is in it
RECORDS = [case for case in CASES if not case.head and '"proof"' not in case.file and '"hashes"' not in case.file]
SPECIFICATION = (Path(__file__).parents[3] / "docs" / "record-format.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_program_tells_what_holds(case: Case, tmp_path, capsys):
    (tmp_path / "file").write_text(case.file, encoding="utf-8")
    (tmp_path / "head").write_text(case.head, encoding="utf-8")
    arguments = [str(tmp_path / "file"), *([str(tmp_path / "head")] if case.head else []), *filter(None, [case.key])]
    if case.key and not case.head:
        arguments[1:1] = [str(tmp_path / "head")]
        (tmp_path / "head").write_text(LOG["log_head"], encoding="utf-8")
    arguments += ["--witness", case.witness] if case.witness else []
    if case.signatures is not None:
        (tmp_path / "signatures").write_text(case.signatures, encoding="utf-8")
        arguments += ["--signatures", str(tmp_path / "signatures")]
    assert offline.main(arguments) == case.exit_code, capsys.readouterr().out


def test_the_program_says_for_whom_entries_are_signed(tmp_path, capsys):
    [case] = [case for case in CASES if case.name == "signatures"]
    for name, text in (("file", case.file), ("head", case.head), ("signatures", case.signatures)):
        (tmp_path / name).write_text(text or "", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("file", "head")]
    assert offline.main([*files, case.key, "--signatures", str(tmp_path / "signatures")]) == 0
    said = capsys.readouterr().out
    assert "Entries 2 to 8 are signed with the key of the installation:" in said
    assert "5 for 5 accounts, 2 for commands of the operator." in said


@pytest.mark.parametrize("case", RECORDS, ids=lambda case: case.name)
def test_who_has_the_specification_alone_finds_the_same(case: Case):
    problem = offline.problems(filter(str.strip, case.file.split("\n")))
    assert first_broken(case.file) == (problem[0] if problem else None)


def test_who_has_the_specification_alone_finds_that_the_record_holds(casey):
    begin_facts(signers=Signers("Ada"))
    download = lines()
    assert len(download) > 300
    assert first_broken("\n".join(download)) is None
    spoiled = [*download[:200], download[200].replace('"published_by": "', '"published_by": "x'), *download[201:]]
    assert first_broken("\n".join(spoiled)) == 201


@pytest.mark.parametrize("name", SUBJECT_TYPES)
def test_the_specification_names_each_fact(name):
    [row] = [line for line in SPECIFICATION.splitlines() if re.match(rf"\| (`\w+`; )?`{name}`", line)]
    named = set(re.findall(r"\w+", row))
    described = SUBJECT_TYPES[name]
    assert {*described.facts.split(), *(word for rows in described.rows for word in " ".join(rows).split())} <= named


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["file", "--witness"], "Verify a record offline"),
        (["file", "--witness", "A", "B"], "Verify a record offline"),
        (["file", "--witness", "A", "--witness"], "Verify a record offline"),
        (["file", "--signatures"], "Verify a record offline"),
        (["file", "--signatures", "A", "--signatures", "B"], "Verify a record offline"),
        ([], "Verify a record offline"),
        (["--help"], "--help cannot be read"),
        (["gone"], "gone cannot be read"),
        (["file", "gone"], "gone cannot be read"),
        (["."], ". cannot be read"),
    ],
)
def test_called_in_another_way_nothing_is_said_to_hold_or_not_to(arguments, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text(CASES[0].file, encoding="utf-8")
    assert offline.main(arguments) == 2
    assert says in capsys.readouterr().out


@pytest.mark.parametrize("largest", [offline.LARGEST_PROOF, 1000, 10])
def test_a_record_that_is_packed_is_to_be_unpacked_first(largest, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(offline, "LARGEST_PROOF", largest)
    packed = tmp_path / "record.ndjson.gz"
    packed.write_bytes(gzip.compress(CASES[0].file.encode()))
    assert offline.main([str(packed)]) == 2
    assert capsys.readouterr().out == f"{packed} cannot be read: only proofs are read as gzip. Unpack it first.\n"


def test_the_roots_of_the_vectors_are_ours_and_the_program_s():
    digests = [entry["digest"] for entry in ENTRIES]
    for size, root in enumerate(LOG["roots"]):
        hashes = [merkle.leaf_hash(bytes.fromhex(digest)) for digest in digests[:size]]
        ours = merkle.fold_right([
            merkle.complete_hash(hashes[index << height : (index + 1) << height])
            for height, index in merkle.complete_subtrees((0, size))
        ])  # fmt: skip
        assert root == ours.hex() == offline.root_over(digests[:size]).hex()
    assert LOG["roots"][0] == hashlib.sha256(b"").hexdigest()


@examples(max_examples=15)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=99), st.integers(0, 511))
def test_the_program_s_signatures_are_those_of_the_library(seed, message, bit):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert offline.verify_ed25519(public, message, signature)
    forged = bytearray(signature)
    forged[bit // 8] ^= 1 << bit % 8
    assert not offline.verify_ed25519(public, message, bytes(forged))
    assert not offline.verify_ed25519(public, message + b"x", signature)
