"""The Merkle tree over the record: held against another implementation, kept whole, and served as C2SP has it."""

import base64
import gzip
import hashlib
import json
import re
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tamperlog import merkle as reference

from tests.factories import PassageFactory, stated, update
from tests.pledges.record.test_hash_chain import lines, offline
from tracker.core import triggers
from tracker.pledges.checks import check_record_origin, check_record_origin_is_chosen
from tracker.pledges.facts.entries import Signers, begin_facts
from tracker.pledges.models import (
    Citation,
    EntrySignature,
    EntryText,
    Pledge,
    RecordEntry,
    RecordTile,
    StatusPeriod,
)
from tracker.pledges.record import checkpoints, merkle, proofs, tree
from tracker.pledges.record.export import exported

pytestmark = pytest.mark.django_db


def digests() -> list[bytes]:
    return [
        bytes.fromhex(digest) for digest in RecordEntry.objects.order_by("position").values_list("digest", flat=True)
    ]


@pytest.mark.once  # no row of a database is in it
@examples(max_examples=40)
@given(st.integers(1, 300), st.data())
def test_roots_and_proofs_are_those_of_another_implementation(size, data):
    """tamperlog; the hashes of ranges are put together as the kept tiles put them together."""
    hashes = [merkle.leaf_hash(bytes([number % 251, number // 251])) for number in range(size)]
    assert hashes == reference.leaf_hashes_for([bytes([number % 251, number // 251]) for number in range(size)])

    def hash_of(leaves):
        return merkle.fold_right([
            merkle.complete_hash(hashes[index << height : (index + 1) << height])
            for height, index in merkle.complete_subtrees(leaves)
        ])  # fmt: skip

    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert hash_of((0, size)) == reference.merkle_root(hashes)
    assert [hash_of(leaves) for leaves in merkle.inclusion_ranges(index, size)] == reference.inclusion_proof(
        index, hashes
    )
    assert [hash_of(leaves) for leaves in merkle.consistency_ranges(old, size)] == reference.consistency_proof(
        old, hashes
    )
    assert merkle.fold_right([]) == reference.merkle_root([])


class TestKeptTree:
    @pytest.fixture(autouse=True)
    def _record(self, monkeypatch):
        """Tiles of four hashes, so that a record of 23 entries has three levels of them."""
        monkeypatch.setattr(tree, "TILE_WIDTH", 4)
        monkeypatch.setattr(tree, "_TILE_BITS", 2)
        about = stated()
        for _ in range(22):
            update(about)

    @pytest.mark.slow
    def test_every_proof_of_every_size_is_the_other_implementation_s(self):
        hashes = reference.leaf_hashes_for(digests())
        assert len(hashes) == 23
        assert set(RecordTile.objects.values_list("level", flat=True)) == {0, 1, 2}
        for size in range(1, 24):
            leaves = hashes[:size]
            assert tree.tree_root(size) == reference.merkle_root(leaves)
            for index in range(size):
                root, path = tree.inclusion_proof(index + 1, size)
                assert (root, path) == (reference.merkle_root(leaves), reference.inclusion_proof(index, leaves))
            for old in range(1, size + 1):
                *_, path = tree.consistency_proof(old, size)
                assert path == reference.consistency_proof(old, leaves)
        assert tree.first_difference() == ""

    @pytest.mark.slow
    def test_a_tile_that_was_changed_is_found_and_made_anew(self):
        before = list(RecordTile.objects.order_by("level", "number").values_list("level", "number", "hashes"))
        damages = {
            "0/1": lambda: RecordTile.objects.filter(level=0, number=1).update(hashes=b"\0" * 128),
            "1/0": lambda: RecordTile.objects.filter(level=1, number=0).update(hashes=b"\0" * 128),
            "0/5": lambda: RecordTile.objects.filter(level=0, number=5).delete(),
            "2/0": lambda: RecordTile.objects.filter(level=2).delete(),
            "does not have": lambda: RecordTile.objects.create(level=3, number=0, hashes=b"\0" * 32),
        }
        for name, damage in damages.items():
            damage()
            with pytest.raises(CommandError, match=f"{name}.*rebuild_tree"):
                call_command("verify_record")
            call_command("rebuild_tree")
            call_command("verify_record")
        kept = RecordTile.objects.order_by("level", "number").values_list("level", "number", "hashes")
        assert [(level, number, bytes(hashes)) for level, number, hashes in kept] == [
            (level, number, bytes(hashes)) for level, number, hashes in before
        ]

    @pytest.mark.slow
    def test_an_entry_that_finds_the_tree_not_whole_is_not_published(self):
        RecordTile.objects.filter(level=1, number=1).delete()
        with pytest.raises(ValidationError, match="rebuild_tree"):
            update(Pledge.objects.get())  # entry 24 fills the tile 0/5, whose hash has its place in 1/1
        assert RecordEntry.objects.count() == 23
        call_command("rebuild_tree")
        update(Pledge.objects.get())
        call_command("verify_record")


def opened(note: str, key: str) -> list[str]:
    """The lines of a signed note whose signature holds, by the rules of C2SP signed-note."""
    name, key_id, public = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+(\S+)", key).groups()
    public = base64.b64decode(public)
    assert hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8] == key_id
    text, _, signatures = note.rpartition("\n\n")
    signed = re.fullmatch(rf"— {re.escape(name)} (\S+)\n", signatures)
    signature = base64.b64decode(signed[1])
    assert signature[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], f"{text}\n".encode())
    return text.split("\n")


def test_the_log_is_served_as_tlog_tiles(client):
    about = stated()
    for _ in range(6):
        update(about)
    answer = client.get("/record/log/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    origin, size, root = opened(answer.content.decode(), checkpoints.log_verifier_key())
    assert (origin, size) == ("localhost/record/log", "7")
    tile = client.get("/record/log/tile/0/000.p/7")
    assert tile["Content-Type"] == "application/octet-stream"
    hashes = [tile.content[place : place + 32] for place in range(0, len(tile.content), 32)]
    assert hashes == reference.leaf_hashes_for(digests())
    assert base64.b64decode(root) == reference.merkle_root(hashes)
    assert client.get("/record/log/tile/0/000.p/3").content == tile.content[:96]
    bundle = client.get("/record/log/tile/entries/000.p/7").content
    assert bundle == b"".join(b"\x00\x20" + digest for digest in digests())
    for address in (
        "tile/0/000", "tile/0/000.p/8", "tile/0/000.p/256", "tile/0/001.p/1", "tile/1/000.p/1", "tile/64/000",
        "tile/00/000", "tile/0/x000/000", "tile/0/0", "tile/entries/000", "tile/entries/000.p/8",
        "tile/0/x999/x999/999", "tile/entries/x999/x999/x999/999",
        "growth/0/3.json", "growth/4/3.json", "growth/3/8.json",
    ):  # fmt: skip
        assert client.get(f"/record/log/{address}").status_code == 404, address
    for position in ("0", "8", "9" * 30):
        assert client.get(f"/record/proofs/{position}.json").status_code == 404, position


def test_the_proof_of_the_longest_entry_is_short_in_a_record_of_a_million(casey, client, monkeypatch, tmp_path):
    begin_facts(signers=Signers("Ada"))
    position, size = max(enumerate(map(len, lines()), start=1), key=lambda entry: entry[1])[0], 2**20

    def prove_among_a_million(position, size):
        path = [secrets.token_bytes(32) for _ in range(20)]
        leaf = offline.hash_leaf(exported(after=position - 1, limit=1)[0]["digest"])
        return offline.root_of_inclusion(position - 1, size, leaf, path), path

    monkeypatch.setattr(proofs, "tree_size", lambda: size)
    monkeypatch.setattr(proofs, "inclusion_proof", prove_among_a_million)
    file = tmp_path / "proof.json.gz"
    file.write_bytes(client.get(f"/record/proofs/{position}.json.gz").content)
    assert file.stat().st_size <= 5120
    assert json.loads(gzip.decompress(file.read_bytes()))["entry"]["position"] == position
    assert offline.main([str(file)]) == 0
    file.write_bytes(file.read_bytes()[:-100])
    assert offline.main([str(file)]) == 1


def test_each_proof_is_of_its_own_entry_and_takes_the_same_few_queries(client):
    """An entry of facts, which is looked for among those about pledges first, takes one more."""
    about = stated()
    update(about, passage=PassageFactory())
    begin_facts(signers=Signers("Ada"))
    update(about)
    of_facts = {entry["position"] for entry in exported() if entry["version"] == 2}
    assert 0 < len(of_facts) < tree.tree_size()
    for entry in exported():
        position = entry["position"]
        with CaptureQueriesContext(connection) as queries:
            content = proofs.entry_proof(position)
        assert content["entry"] == entry
        assert len(queries) == (6 if position in of_facts else 5), position
        assert client.get(f"/record/proofs/{position}.json").json() == content
    for ask, number in ((lambda: proofs.growth_proof(2, 3), 5), (lambda: tree.read_tile(0, 0, 3), 1)):
        with CaptureQueriesContext(connection) as queries:
            ask()
        assert len(queries) == number


def test_a_proof_that_would_prove_nothing_is_refused(client, caplog):
    about = stated()
    for _ in range(3):
        update(about)
    addresses = ["proofs/2.json", "proofs/4.json.gz", "log/growth/2/4.json", "log/checkpoint"]
    assert {client.get(f"/record/{address}").status_code for address in addresses} == {200}
    triggers.remove(connection)

    def answers() -> list[int]:
        return [client.get(f"/record/{address}").status_code for address in addresses]

    with transaction.atomic():  # the tree has an entry that the record does not have
        EntryText.objects.filter(update__position=4).delete()
        EntrySignature.objects.filter(update__position=4).delete()
        Citation.objects.filter(update__position=4).delete()
        StatusPeriod.objects.filter(update__position=4).delete()
        RecordEntry.objects.filter(position=4).delete()
        assert answers() == [503, 503, 503, 503]
        assert "nothing of it can be proved" in client.get("/record/proofs/4.json").content.decode()
        transaction.set_rollback(True)
    with transaction.atomic():  # it has a leaf behind the last entry
        leaves = RecordTile.objects.get()
        RecordTile.objects.update(hashes=bytes(leaves.hashes) + b"1" * 32)
        assert answers() == [503, 503, 200, 503]
        assert "The tree does not have entry 5 as the record has it: run rebuild_tree." in caplog.messages
        transaction.set_rollback(True)
    with transaction.atomic():  # another entry in the place of one
        RecordEntry.objects.filter(position=2).update(digest="1" * 64)
        assert answers() == [503, 200, 503, 200]
        transaction.set_rollback(True)
    with transaction.atomic():  # no tile that the size says
        RecordTile.objects.update(number=1)
        assert answers() == [503, 503, 503, 503]
        transaction.set_rollback(True)
    assert answers() == [200, 200, 200, 200]


def test_no_proof_takes_the_place_of_a_page(client, settings):
    in_memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "proofs"}
    settings.CACHES = {**settings.CACHES, "pages": in_memory}
    update(stated())
    client.get("/")
    kept = set(caches["pages"]._cache)
    for address in ("proofs/1.json", "proofs/2.json.gz", "log/growth/1/2.json"):
        assert client.get(f"/record/{address}", headers={"Accept-Encoding": "gzip"}).status_code == 200
    assert set(caches["pages"]._cache) == kept
    client.get("/record/log/checkpoint")
    assert len(caches["pages"]._cache) > len(kept), "the control: what many ask for is kept"


def test_a_head_is_signed_with_the_key_that_is_there_now(client, settings):
    stated()
    before, old = client.get("/record/log/checkpoint").content.decode(), checkpoints.log_verifier_key()
    (settings.DATA_DIR / "record_key").unlink()
    new = checkpoints.log_verifier_key()
    assert new != old
    assert opened(checkpoints.log_checkpoint(1, tree.tree_root(1)), new) == opened(before, old)


def test_a_proof_of_growth_is_one_request(client):
    about = stated()
    for _ in range(8):
        update(about)
    key, hashes = checkpoints.log_verifier_key(), reference.leaf_hashes_for(digests())
    for old in range(1, 10):
        answer = client.get(f"/record/log/growth/{old}/9.json").json()
        (_, old_size, old_root), (_, new_size, new_root) = (opened(answer[name], key) for name in ("old", "new"))
        assert (old_size, new_size) == (str(old), "9")
        proof = [base64.b64decode(hashed) for hashed in answer["hashes"]]
        old_root, new_root = base64.b64decode(old_root), base64.b64decode(new_root)
        assert reference.merkle_root(hashes[:old]) == old_root
        reference.verify_consistency(old, old_root, 9, new_root, proof)


def test_a_name_that_makes_an_unreadable_key_is_refused(settings):
    for name in ("tracker.example.org/my+record", "my record", "my\u00a0record", "a\nb", ""):
        settings.RECORD_ORIGIN = name
        assert [message.id for message in check_record_origin()] == ["tracker.E004"], name
    settings.RECORD_ORIGIN = "tracker.example.org/record"
    assert check_record_origin() == check_record_origin_is_chosen() == []
    settings.RECORD_ORIGIN = "localhost/record"
    assert [message.id for message in check_record_origin_is_chosen()] == ["tracker.W005"]
