"""I2: what reads words from outside is fed mutations of honest input: nothing but its own errors, and soon.

DRILL_FUZZ is seconds for each reader: 600 in `make drill`.
"""

import contextlib
import json
import os
import random
import shutil
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from tests.sources.documents import builders, hostile_documents
from tracker.opendata.formats import safe
from tracker.pledges.data.start_review import read_numbered
from tracker.pledges.record.hash_chain import statement_text
from tracker.sources.documents.extract import extract
from tracker.sources.documents.result import DocumentError
from tracker.text.anchoring import reanchor
from tracker.text.detection.pledge_detection import detect_pledges
from tracker.text.matching import find_all, near_misses

pytestmark = pytest.mark.once
SECONDS = float(os.environ.get("DRILL_FUZZ", "1.5"))
CASEY = Path(settings.BASE_DIR) / "fixtures" / "casey"
_SIGNS = [
    "\u202e",
    "\u0301",
    "“",
    "’",
    "\x00",
    "<b>",
    "&#",
    "{{",
    "\n\n",
    "𝒜",
    "1,000",
    "£",
    "?",
    ".",
    "\r\n",
    "will ",
]
_BYTES = [
    b"\x00",
    b"<<",
    b">>",
    b"<div>",
    b"]]>",
    b"%PDF-",
    b"\xff\xfe",
    b"&lt;",
    b"stream\n",
    b"endobj",
    b"/Kids",
    b"\x80",
]
_TEXT = "He said: “We will publish 1,000 files by May – soon.” Nobody asked.\nRecommendation 1: Do it.\n2. Or not."


def words(rng: random.Random) -> str:
    text = _TEXT * rng.randrange(1, 4)
    for _ in range(rng.randrange(1, 12)):
        at = rng.randrange(len(text) + 1)
        cut = at + rng.choice([0, 0, 1, 5, 40])
        text = text[:at] + rng.choice([*_SIGNS, chr(rng.randrange(1, 0xD7FF)), text[: rng.randrange(30)]]) + text[cut:]
    return text


def document(rng: random.Random) -> bytes:
    content = bytearray(rng.choice(_SEEDS))
    for _ in range(rng.randrange(1, 16)):
        at = rng.randrange(len(content) + 1)
        piece = rng.choice([*_BYTES, bytes([rng.randrange(256)]), bytes(content[at : at + rng.randrange(60)])])
        content[at : at + rng.choice([0, 1, 1, len(piece)])] = piece
    return bytes(content)


_SEEDS = [
    hostile_documents.pdf("We will do it.", "Soon."),
    hostile_documents.docx("We will do it."),
    b"<!doctype html><html><head><title>T</title></head><body><p>We <b>will</b></p><ul><li>a</ul></body></html>",
    "Plain “words” – naïve.".encode(),
    "Plain “words”".encode("utf-16"),
    builders.odf("<text:p>We <text:span>will</text:span> do it.</text:p><text:list><text:list-item><text:p>a</text:p>"
                 "</text:list-item></text:list>"),
    builders.workbook({"A": '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>We will</t></is></c><c r="B1"><v>1'
                            "</v></c></row></sheetData>"}),
    rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard We will {\b do} it\u8217?s {\footnote Soon.}\par}",
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Plan\r\nMIME-Version: 1.0\r\nContent-Type: multipart/"
    b"alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nWe will.\r\n--x\r\nContent-Type: "
    b"text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>We =C2=A3</p>\r\n--x--\r\n",
    b'<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act><body><section><num>1</num><p>We will'
    b"</p></section></body></act></akomaNtoso>",
    builders.pdf(builders.lines(72, 700, "We will do it", "in two lines-", "or three."), builders.at(72, 700, "ok.")),
]  # fmt: skip


def read(rng: random.Random) -> None:
    with contextlib.suppress(DocumentError):
        found = extract(document(rng), name=rng.choice(["a.pdf", "a.txt", "a.html", "a.docx", "a.odt", "a.eml", ""]))
        assert found.text.strip()
        json.dumps(found.text).encode()


def match(rng: random.Random) -> None:
    text, quote = words(rng), words(rng)[:60]
    for start in find_all(text, quote):
        assert text[start : start + len(quote)] == quote
    for near in near_misses(text, quote):
        assert text[near.start : near.start + len(near.exact)] == near.exact


def anchor(rng: random.Random) -> None:
    before, after = words(rng), words(rng)
    start = rng.randrange(len(before))
    end = rng.randrange(start + 1, len(before) + 1)
    found = reanchor(before, start, end, after)
    if found.start is not None:
        assert after[found.start : found.start + len(found.exact)] == found.exact
    assert (found.state == "exact") <= (found.exact == before[start:end])


def find(rng: random.Random) -> None:
    text = words(rng)
    for one in detect_pledges(text):
        assert text[one.sentence.start : one.sentence.end] == one.sentence.text


def listed(rng: random.Random) -> None:
    with contextlib.suppress(ValidationError):
        read_numbered(words(rng))


def canonical(rng: random.Random) -> None:
    facts = {words(rng)[:20]: rng.choice([words(rng), rng.randrange(10**9), None, True, [words(rng)]])}
    assert json.loads(statement_text(facts)) == facts


def cell(rng: random.Random) -> None:
    made = safe(words(rng)[: rng.randrange(40)])
    assert not str(made).startswith(("=", "+", "-", "@", "\t", "\r"))


READERS = [read, match, anchor, find, listed, canonical, cell]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.slow
def test_nothing_but_its_own_errors_and_soon(reader):
    seed = int(os.environ.get("FUZZ_SEED", "20261124"))
    rng = random.Random(seed)
    end, slowest, number = time.monotonic() + SECONDS, 0.0, 0
    while time.monotonic() < end:
        begun = time.thread_time()
        reader(rng)
        slowest = max(slowest, time.thread_time() - begun)
        number += 1
    assert number > 20
    assert slowest < 1, f"of {number} inputs one took {slowest:.2f} s"


@pytest.mark.django_db
@pytest.mark.slow
def test_the_importer_refuses_in_its_own_words(tmp_path):
    from tracker.pledges.data.load_dataset import load_dataset
    from tracker.pledges.data.values import DataSetError
    from tracker.pledges.models import Review

    files = {
        name: (CASEY / f"{name}.json").read_text(encoding="utf-8")
        for name in ("review", "sources", "pledges", "updates", "changes")
    }
    shutil.copytree(CASEY / "texts", tmp_path / "texts")
    rng = random.Random(3)
    end, number = time.monotonic() + SECONDS * 2, 0
    while time.monotonic() < end or number < 5:
        broken = dict(files)
        name = rng.choice(list(files))
        text = broken[name]
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(text))
            text = (
                text[:at]
                + rng.choice(['"', "{", "}", "null", "1e999", "[]", "\\u0000", "\\ud800", "x", ","])
                + text[at + 1 :]
            )
        broken[name] = text
        for one, content in broken.items():
            (tmp_path / f"{one}.json").write_text(content, encoding="utf-8", errors="replace")
        number += 1
        with contextlib.suppress(DataSetError):
            load_dataset(tmp_path)
            break
        assert not Review.objects.exists(), "whole or not at all"
