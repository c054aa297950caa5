"""Whole numbers as they come in addresses and forms."""

MAX_NUMBER = 2**63 - 1
"""The largest key that both databases keep."""


def read_number(text: str, *, largest: int = MAX_NUMBER) -> int | None:
    """Return the whole number that a text is, from 0 to ``largest``; None for anything else.

    ASCII digits alone: int() would take "١٢", "1_000" and blanks too, and thousands of digits for a long time.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    number = int(text)
    return number if number <= largest else None
