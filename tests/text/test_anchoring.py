"""Passages found again in a later snapshot: the same words exactly, changed words never taken for the same."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.documents.hostile_documents import WORDS
from tracker.text.anchoring import reanchor

pytestmark = pytest.mark.once
_NOUNS = ["register", "council", "inquiry", "licence", "victim", "report", "force", "minister", "child", "record"]


def sentence(number: int) -> str:
    rng = random.Random(number)
    return (
        f"Sentence {number} says that the {rng.choice(_NOUNS)} will meet the {rng.choice(_NOUNS)} in {2000 + number}."
    )


@st.composite
def edited(draw):
    """A text of sentences, one of them the passage, and what became of the text: edits in the other sentences."""
    number = draw(st.integers(3, 25))
    passage = draw(st.integers(0, number - 1))
    before = [sentence(one) for one in range(number)]
    after = []
    for index, words in enumerate(before):
        edit = (
            draw(st.sampled_from(["keep", "keep", "drop", "change", "double", "new"])) if index != passage else "keep"
        )
        if edit == "change":
            at = draw(st.integers(0, len(words) - 1))
            words = words[:at] + draw(st.sampled_from(["x", "not ", "“", "\n"])) + words[at + 1 :]
        after.extend({"drop": [], "double": [words, words], "new": ["An added sentence.", words]}.get(edit, [words]))
    return before, passage, after


@pytest.mark.slow
@settings(max_examples=300)
@given(edited())
def test_an_untouched_passage_is_found_exactly_where_it_stands(case):
    before, passage, after = case
    text, exact = " ".join(before), before[passage]
    later = " ".join(after)
    start = text.index(exact)
    found = reanchor(text, start, start + len(exact), later)
    assert (found.state, found.exact) == ("exact", exact)
    assert later[found.start : found.start + len(exact)] == exact
    assert later.count(exact) == 1


@settings(max_examples=300)
@given(data=st.data())
@pytest.mark.slow
def test_an_edited_passage_is_never_reported_as_exact(data):
    number = data.draw(st.integers(2, 12))
    before = [sentence(one) for one in range(number)]
    passage = data.draw(st.integers(0, number - 1))
    exact = before[passage]
    at = data.draw(st.integers(0, len(exact) - 1))
    letter = data.draw(st.characters(codec="ascii", categories=["L", "N", "P"]).filter(lambda one: one != exact[at]))
    twin = data.draw(st.booleans())
    changed = exact[:at] + letter + exact[at + 1 :]
    # With a twin, the very words of the passage also stand elsewhere in both snapshots: that one is not this one.
    other = [f"In another place entirely: {exact} That was that."] if twin else []
    text = " ".join([*before, *other])
    later = " ".join([*before[:passage], changed, *before[passage + 1 :], *other])
    start = text.index(exact)
    found = reanchor(text, start, start + len(exact), later)
    assert found.state != "exact", found
    if not twin:
        assert found.state == "near"
        assert found.exact in later
        assert found.likeness < 1


def test_the_one_of_equal_words_is_told_by_its_surroundings():
    text = "First: the work began in May. Then rest. Second: the work began in May. Then more."
    later = "Preface. " + text
    start = text.rindex("the work began in May")
    found = reanchor(text, start, start + 21, later)
    assert (found.state, found.start) == ("exact", later.rindex("the work began in May"))
    alone = "the work began in May " * 3
    found = reanchor(alone, 22, 43, alone + alone)
    assert found.state == "several"
    assert len(found.places) == 6


def test_what_is_gone_is_lost():
    found = reanchor(f"Before. {sentence(3)} After.", 8, 8 + len(sentence(3)), "Nothing of it: 12 34 56.")
    assert found.state == "lost"


def test_a_large_text_does_not_take_long():
    """I3: ten times the text, at most fifteen times as long."""

    def seconds(times: int) -> float:
        text = "\n".join(sentence(one) + WORDS for one in range(times))
        start = text.index("Sentence 50 ")
        later = text.replace("Sentence 50 says", "Sentence 50 claims")
        best = 9.0
        for _ in range(3):
            begun = time.process_time()
            reanchor(text, start, start + 60, later)
            best = min(best, time.process_time() - begun)
        return best

    assert seconds(5_000) <= 15 * max(seconds(500), 0.001)
