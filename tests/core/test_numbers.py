"""Numbers from addresses and forms."""

import pytest

from tracker.core.numbers import MAX_NUMBER, read_number

pytestmark = pytest.mark.once


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("007", 7), (str(MAX_NUMBER), MAX_NUMBER)])
def test_ascii_digits_are_a_number(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", " 1", "-1", "+1", "1_000", "1.0", "²", "١٢", str(MAX_NUMBER + 1), "9" * 5000])
def test_anything_else_is_none(text):
    assert read_number(text) is None


def test_a_form_may_take_fewer():
    assert read_number("100", largest=99) is None
