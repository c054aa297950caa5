"""Witnesses: this installation asks others to cosign its head, and is one for others (C2SP tlog-witness)."""

import base64
import datetime as dt
import hashlib
import io

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from tamperlog import merkle as reference

from tests.factories import stated, update
from tests.pledges.record.test_hash_chain import offline
from tests.pledges.record.test_tree import opened
from tracker.core import triggers
from tracker.ops import health
from tracker.pledges.checks import check_witness_settings
from tracker.pledges.models import Cosignature, FollowedLog, RecordEntry, RecordTile, Witness
from tracker.pledges.record import checkpoints, tree
from tracker.pledges.record.verify import verify_cosignatures
from tracker.pledges.witness import cosignatures, followed_logs, signed_notes
from tracker.pledges.witness.signed_notes import COSIGNATURE, SIGNATURE, NoteError, VerifierKey
from tracker.sources.documents.fetch import FetchedDocument, FetchRefusedError

pytestmark = pytest.mark.django_db

ORIGIN = "log.example.org/record/log"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LEAVES = [bytes([number]) for number in range(9)]
FORKED = [*LEAVES[:3], b"another", *LEAVES[4:]]


def log_key(name: str = ORIGIN, key: Ed25519PrivateKey = KEY) -> str:
    return str(VerifierKey(name, SIGNATURE, key.public_key().public_bytes_raw()))


def signed(text: str, key: Ed25519PrivateKey = KEY, origin: str = ORIGIN) -> str:
    public = VerifierKey(origin, SIGNATURE, key.public_key().public_bytes_raw())
    return f"{text}\n— {origin} {base64.b64encode(public.id + key.sign(text.encode())).decode()}\n"


def head(leaves: list[bytes], key: Ed25519PrivateKey = KEY, origin: str = ORIGIN) -> str:
    """A signed head of a log of others, by another implementation of the tree."""
    root = reference.merkle_root(reference.leaf_hashes_for(leaves))
    return signed(f"{origin}\n{len(leaves)}\n{base64.b64encode(root).decode()}\n", key, origin)


def request_body(old: int, leaves: list[bytes], note: str = "", proof: list[bytes] | None = None) -> bytes:
    if proof is None:
        proof = reference.consistency_proof(old, reference.leaf_hashes_for(leaves)) if 0 < old < len(leaves) else []
    lines = [f"old {old}", *(base64.b64encode(hashed).decode() for hashed in proof)]
    return ("\n".join(lines) + "\n\n" + (note or head(leaves))).encode()


@pytest.fixture
def log(settings):
    settings.WITNESS_NAME = "tracker.example.org/witness"
    return followed_logs.follow(log_key())


@pytest.fixture
def send(client, log):
    def post(body: bytes):
        answer = client.post("/witness/add-checkpoint", body, content_type="text/plain")
        return answer.status_code, answer.content.decode()

    return post


class TestBeingOne:
    def test_a_log_that_grows_is_cosigned_and_the_cosignature_holds(self, send, client, log):
        key = followed_logs.witness_key()
        assert key.kind == COSIGNATURE
        for old, new in ((0, 3), (3, 3), (3, 4), (4, 9)):
            status, line = send(request_body(old, LEAVES[:new]))
            assert status == 200, line
            note = head(LEAVES[:new]) + line
            name, at = offline.check_signature(note, str(key), 4)
            assert name == "tracker.example.org/witness"
            assert abs(at - timezone.now().timestamp()) < 100
        log.refresh_from_db()
        assert log.size == 9
        served = client.get(f"/witness/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint")
        assert served.content.decode() == note
        assert served["Cache-Control"].startswith("max-age=0") or "no-store" in served["Cache-Control"]

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (404, request_body(0, LEAVES, head(LEAVES, origin="other.example.org/log"))),
            (403, request_body(0, LEAVES, head(LEAVES, Ed25519PrivateKey.from_private_bytes(bytes(32))))),
            (403, request_body(0, LEAVES, head(LEAVES).replace("\n9\n", "\n8\n"))),
            (400, request_body(10, LEAVES)),
            (422, request_body(0, LEAVES, proof=[bytes(32)])),
            (422, request_body(0, [], signed(f"{ORIGIN}\n0\n{base64.b64encode(bytes(32)).decode()}\n"))),
            (400, b""),
            (400, b"old 0\n\n"),
            (400, b"old 00\n\n" + head(LEAVES).encode()),
            (400, b"old -1\n\n" + head(LEAVES).encode()),
            (400, b"old 0\n" + head(LEAVES).encode()),
            (400, b"old 0\nAAAA\n\n" + head(LEAVES).encode()),
            (400, b"old 0\n!\n\n" + head(LEAVES).encode()),
            (400, b"old 0\n\n" + head(LEAVES).encode() + b"\xff"),
            (400, b"old 0\n\n" + head(LEAVES).encode().rstrip()),
            (400, b"old 0\n\n" + head(LEAVES).rpartition("\n\n")[0].encode()),
            (400, b"old 0\n\n" + head(LEAVES).replace("\n9\n", "\n09\n").encode()),
            (400, request_body(0, LEAVES, proof=[bytes(32)] * 64)),
            (413, b"old 0\n" + b"x" * 40_000),
        ],
    )
    def test_what_is_wrong_is_answered_as_the_specification_has_it(self, send, log, status, body):
        answer, words = send(body)
        assert answer == status, words
        log.refresh_from_db()
        assert (log.size, log.note, log.refused_at) == (0, "", None)

    def test_another_old_size_is_answered_with_the_known_one(self, send, client):
        assert send(request_body(0, LEAVES[:5]))[0] == 200
        answer = client.post("/witness/add-checkpoint", request_body(0, LEAVES), content_type="text/plain")
        assert (answer.status_code, answer.content, answer["Content-Type"]) == (409, b"5\n", "text/x.tlog.size")
        assert send(request_body(3, LEAVES))[0] == 409
        assert send(request_body(5, LEAVES))[0] == 200

    def test_a_rewritten_log_gets_no_cosignature_and_is_told(self, send, log):
        assert send(request_body(0, LEAVES[:5]))[0] == 200
        assert health.witnesses().ok
        status, words = send(request_body(5, FORKED))
        assert (status, words) == (
            422,
            "The head does not go on from the one of 5 entries that was cosigned before.\n",
        )
        log.refresh_from_db()
        assert (log.size, log.is_fork) == (5, False), "anybody could have sent a head of the log with another proof"
        assert "sent a head that was refused" in health.witnesses().detail
        assert send(request_body(5, FORKED[:5]))[0] == 422
        log.refresh_from_db()
        assert log.is_fork, "two heads of one size"
        assert (log.refused_note, log.refused_beside) == (head(FORKED[:5]), log.note)
        assert "signed two records of one size" in health.witnesses().detail
        assert send(request_body(5, FORKED))[0] == 422
        log.refresh_from_db()
        assert log.refused_note == head(FORKED[:5]), "the proof of the fork stays"
        assert send(request_body(5, LEAVES))[0] == 200, "the log that only grew is followed on"

    def test_an_installation_that_is_no_witness_has_no_such_address(self, client, settings, log):
        settings.WITNESS_NAME = ""
        address = f"/witness/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
        sent = client.post("/witness/add-checkpoint", request_body(0, LEAVES), content_type="text/plain")
        for answer in (sent, client.get(address)):
            assert answer.status_code == 404
            assert answer.content.decode().startswith("This site is not a witness")
            assert answer["Content-Type"].startswith("text/plain")
        with pytest.raises(CommandError, match="set WITNESS_NAME"):
            call_command("witness")

    def test_how_often_it_is_asked_is_bounded(self, send, settings):
        settings.READ_LIMITS = {"witness": 2}
        cache.clear()
        assert [send(request_body(0, LEAVES[:2]))[0] for _ in range(3)] == [200, 409, 429]

    def test_who_is_followed_is_said_by_a_command(self, settings, send):
        def run(*arguments: str) -> str:
            out = io.StringIO()
            call_command("witness", *arguments, stdout=out)
            return out.getvalue()

        assert f"{ORIGIN} · nothing cosigned yet" in run()
        assert str(followed_logs.witness_key()) in run()
        assert send(request_body(0, LEAVES[:5]))[0] == 200
        run("--stop", ORIGIN)
        assert send(request_body(5, LEAVES))[0] == 404
        assert "5 entries cosigned · not followed any more" in run()
        run("--add", log_key())
        assert send(request_body(5, FORKED))[0] == 422, "what it cosigned before is not forgotten"
        assert "a head was refused" in run()
        assert "a head was refused" not in run("--settle", ORIGIN)
        other = log_key("other.example.org/log")
        assert "shown.example.org/log · nothing" in run("--add", other, "--origin", "shown.example.org/log")
        for wrong in (("--add", "x"), ("--add", str(followed_logs.witness_key())), ("--stop", "x"), ("--settle", "x")):
            with pytest.raises(CommandError):
                run(*wrong)


class TestAskingThem:
    @pytest.fixture
    def peer(self, settings, client, monkeypatch):
        """Another tracker that is a witness, here the same one, asked as over the network. Returns what was sent."""
        settings.WITNESS_NAME = "peer.example.org/witness"
        settings.RECORD_ORIGIN = "tracker.example.org/record"
        followed_logs.follow(checkpoints.log_verifier_key())
        settings.WITNESSES = [f"https://peer.example.org/witness|{followed_logs.witness_key()}"]
        sent: list[bytes] = []

        def answer(url, *, content, **kwargs):
            assert (url, kwargs["method"]) == ("https://peer.example.org/witness/add-checkpoint", "POST")
            sent.append(content)
            response = client.post("/witness/add-checkpoint", content, content_type="text/plain")
            return FetchedDocument(response.content, response["Content-Type"], url, response.status_code)

        monkeypatch.setattr(cosignatures, "fetch", answer)
        return sent

    def test_nobody_is_asked_unless_the_settings_name_a_witness(self, monkeypatch, django_assert_num_queries):
        stated()
        monkeypatch.setattr(cosignatures, "fetch", lambda *args, **kwargs: pytest.fail("asked"))
        with django_assert_num_queries(1):
            call_command("request_cosignatures")

    def test_the_head_and_the_proofs_have_the_cosignature(self, peer, client, tmp_path, capsys):
        about = stated()
        update(about)
        assert client.get("/record/log/cosigned").status_code == 404
        call_command("request_cosignatures")
        call_command("request_cosignatures")
        assert len(peer) == 1, "asked once for each size"
        key = str(followed_logs.witness_key())
        note = client.get("/record/log/checkpoint").content.decode()
        assert offline.check_signature(note, key, 4)[0] == "peer.example.org/witness"
        assert client.get("/record/log/cosigned").content.decode() == note
        update(about)
        assert "peer" not in client.get("/record/log/checkpoint").content.decode(), "not of today's head yet"
        assert client.get("/record/log/cosigned").content.decode() == note
        for position, size in ((1, 2), (2, 2), (3, 3)):
            proof = client.get(f"/record/proofs/{position}.json")
            (tmp_path / "proof.json").write_bytes(proof.content)
            cosigned = ["--witness", key] if size == 2 else []
            assert offline.main([str(tmp_path / "proof.json"), *cosigned]) == 0, capsys.readouterr().out
            assert f"of {size} entries" in capsys.readouterr().out
        call_command("request_cosignatures")
        assert len(peer) == 2
        growth = client.get("/record/log/growth/2/3.json")
        (tmp_path / "growth.json").write_bytes(growth.content)
        (tmp_path / "head").write_text(note, encoding="utf-8")
        arguments = [str(tmp_path / "growth.json"), str(tmp_path / "head"), checkpoints.log_verifier_key()]
        assert offline.main([*arguments, "--witness", key]) == 0
        origin, size, _ = opened(note.rsplit("— peer", 1)[0], checkpoints.log_verifier_key())
        assert (origin, size) == ("tracker.example.org/record/log", "2")

    def test_a_witness_that_knows_another_size_is_asked_again_with_it(self, peer):
        about = stated()
        call_command("request_cosignatures")
        Witness.objects.update(known_size=0)
        update(about)
        call_command("request_cosignatures")
        assert [body.split(b"\n")[0] for body in peer] == [b"old 0", b"old 0", b"old 1"]
        assert Cosignature.objects.count() == 2

    def test_a_cosignature_that_was_changed_is_found(self, peer):
        stated()
        call_command("request_cosignatures")
        assert list(verify_cosignatures()) == []
        row = Cosignature.objects.get()
        another = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
        note = checkpoints.log_checkpoint(row.size, bytes.fromhex(row.root)).partition("\n\n")[0] + "\n"
        other = signed_notes.cosign(note, row.witness.name, another, int(row.signed_at.timestamp()))
        for change in (
            {"line": other}, {"line": "— nobody"}, {"root": "1" * 64}, {"size": 10**6},
            {"signed_at": row.signed_at - dt.timedelta(days=1)},
        ):  # fmt: skip
            Cosignature.objects.update(**change)
            assert "does not hold for this record" in str(next(verify_cosignatures())), change
            row.save()
        Witness.objects.update(verifier_key=str(VerifierKey.read(row.witness.verifier_key)).replace("+", "x+", 1))
        assert list(verify_cosignatures()) != []
        Witness.objects.update(verifier_key=row.witness.verifier_key)
        assert list(verify_cosignatures()) == []

    def test_a_rewritten_record_gets_no_cosignature_and_both_admins_are_told(self, peer, monkeypatch):
        about = stated()
        update(about)
        call_command("request_cosignatures")
        real = tree.tree_root(2)
        triggers.remove(connection)
        RecordEntry.objects.filter(position=2).update(digest="1" * 64)
        tree.rebuild_tree()
        assert tree.tree_root(2) != real
        Cosignature.objects.all().delete()
        out = io.StringIO()
        call_command("request_cosignatures", stdout=out)
        assert "It cosigned another record before, and refuses this one." in out.getvalue()
        assert not Cosignature.objects.exists()
        assert "peer.example.org/witness does not cosign: It cosigned another record" in health.witnesses().detail
        assert "tracker.example.org/record/log signed two records of one size" in health.witnesses().detail

    def test_nobody_is_asked_to_cosign_a_tree_that_is_longer_than_the_record(self, peer):
        stated()
        leaves = RecordTile.objects.get()
        RecordTile.objects.update(hashes=bytes(leaves.hashes) + b"1" * 32)
        with pytest.raises(CommandError, match=r"No witness was asked\. .* entry 2"):
            call_command("request_cosignatures", stdout=io.StringIO())
        assert peer == []

    def test_a_record_that_lost_entries_does_not_ask_and_says_so(self, peer):
        stated()
        key = str(followed_logs.witness_key())
        Witness.objects.create(verifier_key=key, known_size=0)
        FollowedLog.objects.update(size=5, root="00" * 32, note="x")
        call_command("request_cosignatures", stdout=io.StringIO())
        assert len(peer) == 1
        assert "cosigned 5 entries, and the record has 1: entries are missing here" in health.witnesses().detail

    def test_a_witness_that_once_named_too_large_a_size_is_asked_again(self, peer):
        stated()
        Witness.objects.create(verifier_key=str(followed_logs.witness_key()), known_size=10**17)
        call_command("request_cosignatures", stdout=io.StringIO())
        assert [body.split(b"\n")[0] for body in peer] == [b"old 0"]
        assert Witness.objects.get().known_size == Cosignature.objects.get().size == 1

    def test_a_witness_that_does_not_answer_is_asked_after_growing_pauses(self, peer, monkeypatch):
        stated()
        asked = []

        def refuse(*args, **kwargs):
            asked.append(timezone.now())
            raise FetchRefusedError("The server did not respond in 10 seconds.")

        monkeypatch.setattr(cosignatures, "fetch", refuse)
        pauses = []
        for number in range(12):
            out = io.StringIO()
            call_command("request_cosignatures", stdout=out)
            assert bool(out.getvalue()) == (number == 0), "told once"
            witness = Witness.objects.get()
            assert health.witnesses().ok == (number < 4)
            pauses.append((witness.next_try_at - asked[-1]).total_seconds())
            call_command("request_cosignatures", stdout=out)
            assert len(asked) == number + 1, "not before its time"
            Witness.objects.update(next_try_at=timezone.now())
        assert [round(pause) for pause in pauses] == [30 * 2**number for number in range(10)] + [21_600] * 2

    @pytest.mark.parametrize(
        ("status", "kind", "content", "words"),
        [
            (200, "text/plain", b"", "no signed note|without a cosignature|does not hold"),
            (200, "text/plain", b"\xff", "does not hold"),
            (200, "text/plain", "— peer.example.org/witness AAAA\n".encode(), "without a cosignature"),
            (403, "text/plain", b"", "another key of this log"),
            (404, "text/plain", b"", "does not follow this log"),
            (409, "text/plain", b"1\n", "does not say which"),
            (409, "text/x.tlog.size", b"01\n", "does not say which"),
            (500, "text/plain", b"", "status 500"),
        ],
    )
    def test_an_answer_that_is_no_cosignature_is_none(self, peer, monkeypatch, status, kind, content, words):
        stated()
        monkeypatch.setattr(cosignatures, "fetch", lambda url, **kwargs: FetchedDocument(content, kind, url, status))
        out = io.StringIO()
        call_command("request_cosignatures", stdout=out)
        assert not Cosignature.objects.exists()
        assert any(part in out.getvalue() for part in words.split("|")), out.getvalue()

    def test_a_cosignature_of_a_rewritten_record_is_not_shown(self, peer, client):
        stated()
        call_command("request_cosignatures")
        RecordTile.objects.filter(level=0).update(hashes=b"\1" * 32)
        assert "peer" not in client.get("/record/log/checkpoint").content.decode()


def test_settings_that_cannot_work_are_refused(settings):
    assert check_witness_settings() == []
    for name in ("my witness", "a+b", "a\nb"):
        settings.WITNESS_NAME = name
        assert [message.id for message in check_witness_settings()] == ["tracker.E006"], name
    settings.WITNESS_NAME = "tracker.example.org/witness"
    witness = str(followed_logs.witness_key())
    for text in (
        "x",
        f"ftp://example.org|{witness}",
        f"https://example.org|{log_key()}",
        "https://example.org|",
        witness,
    ):
        settings.WITNESSES = [text]
        assert [message.id for message in check_witness_settings()] == ["tracker.E007"], text
    settings.WITNESSES = [f"https://example.org/witness/|{witness}"]
    assert check_witness_settings() == []


def test_the_key_of_the_witness_is_its_own_and_private(settings, log):
    assert followed_logs.witness_key().public != VerifierKey.read(checkpoints.log_verifier_key()).public
    assert (settings.DATA_DIR / "witness_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "key", ["", "a+b", "a+00000000+AAAA", log_key()[:-2] + "==", log_key().replace("log.", "lag.")]
)
def test_a_key_that_is_not_whole_is_refused(key):
    with pytest.raises(NoteError):
        VerifierKey.read(key)


def test_the_vectors_hold_for_the_witness_too():
    from tests.pledges.record.verifier_cases import LOG

    seed = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(LOG["witness"]["signing_key"]))
    note = signed_notes.read_checkpoint(LOG["log_head"])
    line = signed_notes.cosign(note.text, "witness.example.org/w1", seed, LOG["witness"]["time"])
    assert line == LOG["witness"]["line"]
