"""The numbers that programs make for lists: Word, LibreOffice and browsers keep the kind, not the sign."""

_ROMAN = [
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
]  # fmt: skip
_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Figures that are raised, such as the mark of a note or a power: told apart from the word before, none lost."""


def roman(number: int) -> str:
    """Return a number from 1 to 3,999 in small Roman letters; others as figures."""
    if not 0 < number < 4000:
        return str(number)
    signs = ""
    for value, sign in _ROMAN:
        while number >= value:
            signs += sign
            number -= value
    return signs


def letters(number: int) -> str:
    """Return a, b … z, aa, ab … as browsers and LibreOffice count; others as figures."""
    if not 0 < number < 20_000:
        return str(number)
    signs = ""
    while number:
        number, rest = divmod(number - 1, 26)
        signs = chr(97 + rest) + signs
    return signs


def repeated_letters(number: int) -> str:
    """Return a, b … z, aa, bb … as Word counts; others as figures."""
    if not 0 < number < 1_000:
        return str(number)
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd …"""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def cardinal_words(number: int) -> str:
    """Return Zero, One … Ninety-nine; others as figures."""
    if not 0 <= number < 100:
        return str(number)
    if number < 20:
        return _CARDINALS[number].capitalize()
    tens, rest = divmod(number, 10)
    return (_TENS[tens] + (f"-{_CARDINALS[rest]}" if rest else "")).capitalize()


def ordinal_words(number: int) -> str:
    """Return First, Second … Ninety-ninth; others as 100th."""
    if not 0 < number < 100:
        return ordinal(number)
    *before, last = cardinal_words(number).lower().split("-")
    last = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return "-".join([*before, last]).capitalize()
