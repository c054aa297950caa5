"""Sources and passages as they are saved, on a real database."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import TEXT, PassageFactory, SourceFactory
from tests.text.test_matching import TEXTS
from tracker.sources.choices import CheckState
from tracker.sources.models import Passage, Source, sha256_of

pytestmark = pytest.mark.django_db
DIGEST = "a" * 64


@settings(max_examples=40)
@given(text=TEXTS, data=st.data())
def test_what_is_saved_is_what_stands_in_the_text(text, data):
    """Non-BMP, combining, right-to-left, CR LF: Python, SQLite and PostgreSQL count the same characters."""
    with transaction.atomic():
        source = SourceFactory(text=text)
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        Passage.objects.create(source=source, start=start, end=end, exact=text[start:end])
        saved = Passage.objects.get(source=source)
        assert saved.exact == text[start:end]
        assert saved.check_state == CheckState.CHECKED
        assert saved.source.text == text
        # The database's own guard agrees: an update that changes nothing passes it.
        Passage.objects.filter(pk=saved.pk).update(exact=text[start:end])
        transaction.set_rollback(True)


def test_words_that_differ_are_refused_with_the_character_that_differs():
    source = SourceFactory()
    start = TEXT.index("We will")
    with pytest.raises(ValidationError, match=r"At character 4 the passage has “W” \(U\+0057"):
        Passage.objects.create(source=source, start=start, end=start + 7, exact="We Will")


def test_a_refused_character_is_named_next_to_the_field():
    with pytest.raises(ValidationError) as caught:
        Passage.objects.create(source=SourceFactory(text=""), exact="We\u202e will")
    assert caught.value.message_dict == {
        "exact": ["Remove the hidden character U+202E RIGHT-TO-LEFT OVERRIDE at position 3."]
    }


def test_overlapping_and_nested_passages_are_kept_but_never_twice():
    source = SourceFactory()
    outer, inner = PassageFactory(source=source), PassageFactory(source=source, exact="We will")
    crossing = PassageFactory(source=source, exact="said: “We will")
    assert outer.start == inner.start
    assert crossing.start < inner.start < crossing.end
    with pytest.raises(ValidationError, match="already has a passage at this position"):
        PassageFactory(source=source)


def test_context_is_taken_from_the_held_text_whatever_was_typed():
    passage = PassageFactory(prefix="invented", suffix="invented")
    assert passage.prefix == "The minister said: “"
    assert passage.suffix == "” Nobody asked when. The work", "whole words"


def test_the_three_states_of_a_check():
    held = PassageFactory()
    unheld = SourceFactory(text="", sha256=DIGEST, characters=500)
    snapshot = Passage.objects.create(
        source=unheld, start=3, end=8, exact="words", snapshot_sha256=DIGEST, checked_on=dt.date(2026, 11, 24)
    )
    quoted = Passage.objects.create(source=SourceFactory(text=""), exact="words")
    placed_only = Passage.objects.create(source=unheld, start=20, end=25, exact="words")
    states = dict(Passage.objects.with_check_state().values_list("pk", "state"))
    expected = {held: "checked", snapshot: "snapshot", quoted: "unchecked", placed_only: "unchecked"}
    assert states == {passage.pk: state for passage, state in expected.items()}
    assert all(passage.check_state == state for passage, state in expected.items())
    assert Passage.objects.counts_by_state() == {"checked": 1, "snapshot": 1, "unchecked": 2}
    assert set(Passage.objects.to_check()) == {quoted, placed_only}
    counts = {source.pk: (source.passage_count, source.unchecked_count) for source in Source.objects.with_counts()}
    assert counts == {held.source_id: (1, 0), unheld.pk: (2, 1), quoted.source_id: (1, 1)}


def test_a_check_against_another_snapshot_is_refused():
    source = SourceFactory(text="", sha256=DIGEST, characters=500)
    with pytest.raises(ValidationError, match="not the digest of the source"):
        Passage.objects.create(
            source=source, start=0, end=5, exact="words", snapshot_sha256="b" * 64, checked_on=dt.date(2026, 1, 1)
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"start": 3},
        {"end": 8},
        {"start": 3, "end": 99},
        {"start": 9, "end": 4},
        {"snapshot_sha256": DIGEST},
        {"snapshot_sha256": DIGEST, "checked_on": dt.date(2026, 1, 1)},
        {"start": 3, "end": 8, "checked_on": dt.date(2026, 1, 1)},
        {"start": 3, "end": 8, "snapshot_sha256": "short", "checked_on": dt.date(2026, 1, 1)},
        {"exact": "", "start": 0, "end": 0},
    ],
)
def test_the_database_refuses_half_selectors_and_half_checks(fields):
    source = SourceFactory(text="", sha256=DIGEST, characters=500)
    with pytest.raises(IntegrityError), transaction.atomic():
        Passage.objects.bulk_create([Passage(**({"source": source, "exact": "words"} | fields))])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"sha256": "b" * 64}, "SHA-256 is"),
        ({"text": "a\x00b", "sha256": ""}, "NULL"),
        ({"text": "a\ud800b", "sha256": ""}, "half of a pair"),
        ({"url": "javascript:alert(1)"}, "Enter a web address"),
        ({"licence": "mine"}, "“mine” is not one of the choices"),
    ],
)
def test_a_source_that_can_not_be_true_is_refused(fields, message):
    source = SourceFactory.build(**({"sha256": sha256_of(TEXT), "characters": len(TEXT)} | fields))
    with pytest.raises(ValidationError, match=message):
        source.full_clean()


def test_digest_and_length_are_those_of_the_text():
    source = SourceFactory.build(text="naïve 𝒜", sha256="", characters=None)
    source.full_clean()
    assert source.characters == 7
    assert source.sha256 == "b97752ee3dea165302968368441e170bbec1cf98931ab9e991ca7bd459735e05"


@pytest.mark.parametrize(
    "fields", [{"sha256": ""}, {"characters": None}, {"characters": 3}, {"licence": "mine"}, {"kind": "x"}]
)
def test_the_database_refuses_a_held_text_without_its_digest_and_length(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.bulk_create([SourceFactory.build(**fields)])
