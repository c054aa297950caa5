"""Exact words: positions, context, refused characters. No database."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.text.characters import hidden_characters, refused_characters
from tracker.text.matching import CONTEXT_CHARS, context, find_all, mismatch

# Non-BMP, combining, right-to-left and CR LF, besides plain letters.
PIECES = ["a", "b ", "é", "e\u0301", "𝒜", "👩", "\r\n", "\n", "שלום", "مرحبا", "“", "’", "ß", "ﬁ", "Z\u0335"]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join)


@given(TEXTS, st.data())
def test_any_span_of_any_text_matches_itself_and_nothing_else(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    exact = text[start:end]
    assert mismatch(text, start, end, exact) is None
    assert start in find_all(text, exact)
    prefix, suffix = context(text, start, end)
    assert text[start - len(prefix) : end + len(suffix)] == prefix + exact + suffix
    assert len(prefix) <= CONTEXT_CHARS
    assert len(suffix) <= CONTEXT_CHARS


@given(TEXTS, st.data())
def test_a_passage_with_one_character_changed_never_matches(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    at = data.draw(st.integers(0, end - start - 1))
    other = data.draw(st.characters(exclude_characters=text[start + at]))
    exact = text[start : start + at] + other + text[start + at + 1 : end]
    assert f"character {at + 1} " in (mismatch(text, start, end, exact) or "")


@pytest.mark.parametrize("form", ["NFD", "NFKC"])
def test_texts_that_only_look_alike_do_not_match(form):
    text = "a café ﬁre"
    assert mismatch(text, 0, len(text), unicodedata.normalize(form, text)) is not None


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [(3, 3, "no span"), (5, 2, "no span"), (-1, 2, "no span"), (0, 99, "has 5 characters")],
)
def test_impossible_positions_are_explained(start, end, message):
    assert message in (mismatch("words", start, end, "words") or "")


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000 NULL"),
        ("\x07", "U+0007 BELL"),
        ("\x85", "U+0085 CONTROL CHARACTER"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u200d", "U+200D ZERO WIDTH JOINER"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u00ad", "U+00AD SOFT HYPHEN"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("\ud800", "U+D800 UNNAMED CHARACTER"),
    ],
)
def test_a_refused_character_is_named_with_its_position(character, name):
    hidden = list(hidden_characters(f"abc{character}d"))
    assert [str(one) for one in hidden] == [f"{name} at character 4"]
    may_be_quoted = character in "\u00ad\u200b\u200c\u200d\u2060\ufeff"
    assert bool(list(refused_characters(f"abc{character}d"))) is not may_be_quoted


@given(TEXTS)
def test_honest_texts_have_no_refused_character(text):
    assert list(hidden_characters(text)) == []


def test_context_stops_before_a_refused_character():
    text = "ab\u202ecd WORDS ef\u202dgh"
    assert context(text, 6, 11) == ("cd ", " ef")


def test_overlapping_places_are_all_found():
    assert find_all("aaaa", "aa") == [0, 1, 2]
    assert find_all("aaaa", "") == []
