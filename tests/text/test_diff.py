"""Differences between two texts, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.text.diff import DiffPart, compare_words

pytestmark = pytest.mark.once
texts = st.text(st.sampled_from("ab .\n“é𝒜"), max_size=60)


@given(texts, texts)
def test_both_texts_come_back_from_the_pieces(before, after):
    pieces = compare_words(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert all(piece.text for piece in pieces)


def test_words_that_were_replaced_read_as_one_run():
    assert compare_words("It will be done by May at last.", "It will be done in the autumn at last.") == [
        DiffPart("same", "It will be done "),
        DiffPart("gone", "by May"),
        DiffPart("new", "in the autumn"),
        DiffPart("same", " at last."),
    ]
