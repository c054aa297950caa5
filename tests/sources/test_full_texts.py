"""Bringing full texts in: hold_text and manage.py load_texts."""

import hashlib
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from tests.factories import TEXT, SourceFactory, stated
from tracker.pledges.models import SearchDocument
from tracker.pledges.record.verify import verify_search
from tracker.sources.choices import CheckState
from tracker.sources.full_texts import attach_full_text
from tracker.sources.models import Passage, Source, sha256_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot() -> Source:
    """A source of which only the digest is kept, with one passage at a place and one without."""
    source = SourceFactory(text="", sha256=sha256_of(TEXT), characters=len(TEXT))
    Passage.objects.create(source=source, start=0, end=12, exact="The minister")
    Passage.objects.create(source=source, exact="Nobody asked when.")
    return source


def load(folder: Path) -> str:
    out = StringIO()
    call_command("load_texts", str(folder), stdout=out)
    return out.getvalue()


def test_its_words_are_found(snapshot, tmp_path):
    stated(snapshot.passages.get(exact="The minister"))
    (tmp_path / "statement.txt").write_bytes(TEXT.encode())
    load(tmp_path)
    assert "minist" in SearchDocument.objects.get(kind="source").rest_terms
    assert list(verify_search()) == []


def test_all_passages_become_checked(snapshot, tmp_path):
    (tmp_path / "statement.txt").write_bytes(TEXT.encode())
    assert "2 of 2 passages hold." in load(tmp_path)
    assert {passage.check_state for passage in snapshot.passages.select_related("source")} == {CheckState.CHECKED}
    found = snapshot.passages.get(exact="Nobody asked when.")
    assert TEXT[found.start : found.end] == found.exact
    assert (found.prefix, found.suffix) == ("minister said: “We will do it.” ", " The work starts in May, she")
    # A second run checks again and changes nothing.
    assert "2 of 2 passages hold." in load(tmp_path)


def test_a_passage_that_does_not_hold_keeps_the_text_out_and_is_named(snapshot, tmp_path):
    Passage.objects.create(source=snapshot, start=13, end=18, exact="wrote")
    (tmp_path / "statement.txt").write_bytes(TEXT.encode())
    out = StringIO()
    with pytest.raises(CommandError, match="1 do not hold"):
        call_command("load_texts", str(tmp_path), stdout=out)
    assert "13–18" in out.getvalue()
    assert "At character 1 the passage has “w”" in out.getvalue()
    assert "the text was not stored" in out.getvalue()
    assert not Source.objects.get().has_text


def test_words_that_stand_twice_or_nowhere_are_left_to_a_person(tmp_path):
    source = SourceFactory(text="", sha256=sha256_of("twice twice"), characters=11)
    Passage.objects.create(source=source, exact="twice")
    Passage.objects.create(source=source, exact="never")
    findings = attach_full_text(source, text="twice twice")
    assert [finding.problem.split(":")[0] for finding in findings] == [
        "These words are in 2 places in the text. A person must say where.",
        "These words are nowhere in the text. A person must say where.",
    ]
    assert Source.objects.get().has_text
    assert Passage.objects.counts_by_state() == {"unchecked": 2}


def test_a_text_of_another_snapshot_is_refused(snapshot):
    snapshot.passages.all().delete()
    with pytest.raises(ValidationError, match="SHA-256"):
        attach_full_text(snapshot, text="Something else")
    assert not Source.objects.get().has_text


def test_files_that_fit_nothing_are_said_so(snapshot, tmp_path):
    (tmp_path / "other.bin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="No file fits"):
        load(tmp_path)
    with pytest.raises(CommandError, match="is not a folder"):
        load(tmp_path / "missing")


def test_a_file_that_is_no_utf8_is_refused_not_guessed(tmp_path):
    data = "café".encode("latin-1")
    SourceFactory(text="", sha256=hashlib.sha256(data).hexdigest(), characters=4)
    (tmp_path / "latin.txt").write_bytes(data)
    with pytest.raises(CommandError, match="1 do not hold"):
        load(tmp_path)


@pytest.mark.usefixtures("casey")
@pytest.mark.skipif("CASEY_TEXTS" not in os.environ, reason="The two full texts are not part of the repository")
def test_all_seventeen_passages_of_the_casey_texts_hold():
    output = load(Path(os.environ["CASEY_TEXTS"]))
    assert "17 of 17 passages hold." in output
    assert Passage.objects.counts_by_state() == {"checked": 115, "unchecked": 36}
