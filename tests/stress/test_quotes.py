"""I6: ten thousand true quotations are found, of twenty thousand that were tampered with not one is taken as it is."""

import os
import random
import re
from pathlib import Path

import pytest

from tests.text.test_pledge_detection import measure
from tracker.desk.passage_search import find_words
from tracker.text.characters import hidden_characters

pytestmark = pytest.mark.once
TRUE, MUTANTS = (
    int(os.environ.get(name, default)) for name, default in (("DRILL_QUOTES", "2000"), ("DRILL_MUTANTS", "2000"))
)
TEXT = (
    "\n".join(words for part in ("reported", "tuning") for *_, words in measure.labelled(part)).replace("'", "’")
    + "\nHe said: “We will do it – by May – for 37% of 1,200 people.” She had not agreed."
)
WORDS = list(re.finditer(r"\S+", TEXT))
_HOMOGLYPHS = dict(zip("aeopcxyi", "аеорсхуі", strict=True))


def quotation(rng: random.Random) -> str:
    """Five to thirty words of the text, at the boundaries of words."""
    first = rng.randrange(len(WORDS) - 30)
    last = first + rng.randrange(4, 30)
    return TEXT[WORDS[first].start() : WORDS[last].end()]


def test_true_quotations_are_found_and_retyped_ones_lead_to_the_words_of_the_text():
    rng = random.Random(1)
    for _ in range(TRUE):
        true = quotation(rng)
        found = find_words(TEXT, true)
        assert true in [one.exact for one in found.matches]
        retyped = rng.choice(
            [
                lambda t: t.replace("’", "'").replace("“", '"').replace("”", '"'),
                lambda t: t.replace(" ", "\u00a0", 3),
                lambda t: t.replace(" ", "\n", 2),
                lambda t: f"  {t} ",
                lambda t: t.replace("–", "-"),
            ]
        )(true)
        found = find_words(TEXT, retyped)
        words = {one.exact for one in found.matches} | {one.exact for one in found.near}
        assert true in words, "what the text has is offered, character for character"
        assert all(one in TEXT for one in words), "nothing that the text does not have ever is"


def one_letter(t, rng):
    at = rng.choice([m.start() for m in re.finditer(r"[a-z]", t)])
    return t[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz".replace(t[at], "")) + t[at + 1 :]


def inserted(sign):
    def mutate(t, rng):
        at = rng.randrange(1, len(t))
        return t[:at] + sign + t[at:]

    return mutate


MUTATIONS = {
    "one letter": one_letter,
    "a word less": lambda t, rng: " ".join(w for i, w in enumerate(t.split(" ")) if i != 2),
    "not": lambda t, rng: t.replace(" not ", " ", 1) if " not " in t else t.replace(" ", " not ", 1),
    "a figure": lambda t, rng: (
        re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), t, count=1) if re.search(r"\d", t) else "9" + t
    ),
    "spliced": lambda t, rng: f"{t[: len(t) // 3]}… {t[-len(t) // 3 :]}",
    "a homoglyph": lambda t, rng: next((t.replace(a, b, 1) for a, b in _HOMOGLYPHS.items() if a in t), t + "а"),
    "zero width": inserted("\u200b"),
    "bidi": inserted("\u202e"),
    "a soft hyphen": inserted("\u00ad"),
    "a tag": inserted("\U000e0061"),
    "full width": lambda t, rng: next((t.replace(c, chr(ord(c) + 0xFEE0), 1) for c in "aeionrst" if c in t), t + "ａ"),
    "mathematical": lambda t, rng: next(
        (t.replace(c, chr(0x1D41A + ord(c) - 97), 1) for c in "aeionrst" if c in t), t
    ),
    "combining": inserted("\u0301"),
    "another order": lambda t, rng: " ".join(reversed(t.split(" "))),
}


def test_no_quotation_that_was_tampered_with_is_taken_as_it_is():
    rng = random.Random(2)
    names = list(MUTATIONS)
    taken = []
    for number in range(MUTANTS):
        name = names[number % len(names)]
        true = quotation(rng)
        mutant = MUTATIONS[name](true, rng)
        if mutant == true or mutant in TEXT:
            continue
        found = find_words(TEXT, mutant)
        if found.matches or (found.at is not None):
            taken.append((name, mutant))
        for near in found.near:
            assert near.exact in TEXT
            assert near.exact != mutant
    assert taken == []
    assert next(hidden_characters("a\u200b")), "and what nobody sees is refused before it is looked for"


def test_the_control_a_lax_matcher_takes_some():
    """Folded as NFKC and by case, look-alikes pass: what this test would say of such a matcher."""
    import unicodedata

    def lax(text):
        return unicodedata.normalize("NFKC", text).casefold()

    rng = random.Random(2)
    folded = lax(TEXT)
    assert any(lax(MUTATIONS["full width"](quotation(rng), rng)) in folded for _ in range(20))


def test_the_whole_set_is_there():
    assert len(WORDS) > 3_000
    assert Path(measure.__file__).name == "measure.py"
