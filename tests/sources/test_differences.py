"""Differences between two texts, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.text.diff import Piece, differences

pytestmark = pytest.mark.once
texts = st.text(st.sampled_from("ab .\n“é𝒜"), max_size=60)


@given(texts, texts)
def test_both_texts_come_back_from_the_pieces(before, after):
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert all(piece.text for piece in pieces)


def test_words_that_were_replaced_read_as_one_run():
    assert differences("It will be done by May at last.", "It will be done in the autumn at last.") == [
        Piece("same", "It will be done "),
        Piece("gone", "by May"),
        Piece("new", "in the autumn"),
        Piece("same", " at last."),
    ]
