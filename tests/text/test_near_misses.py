"""Words as a reader copies them lead to the words of the text, with what differs. No database."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.text.folding import fold, note_marks
from tracker.text.matching import cuts_a_word, near_misses

PLAN = "the Government will publish a plan for every harbour by June 2027."


@pytest.mark.parametrize(
    ("text", "words", "differs_in"),
    [
        ("The com\u00admit\u00adment is in force.", "The commitment is in force.", ["soft hyphens"]),
        ("Skippers\u200b/crews and har\u2060bours.", "Skippers/crews and harbours.", ["characters without width"]),
        ("We accept this recom-\nmendation.", "We accept this recommendation.", ["hyphens at line ends"]),
        ("A cross-\ngovernment plan.", "A cross-government plan.", ["hyphens at line ends"]),
        ("A self\u2010\r\nhelp group.", "A self-help group.", ["hyphens at line ends"]),
        ("It is o\ufb03cial and \ufb01nal.", "It is official and final.", ["ligatures and other joined signs"]),
        ("We will end the delay\u00b9\u00b2 at the ports.", "We will end the delay at the ports.", ["marks of notes"]),
        (
            "We will end the delay\u00b9\u00b2 at the ports.",
            "We will end the delay12 at the ports.",
            ["marks of notes"],
        ),
        ("We will end the delay12 at the ports.", "We will end the delay at the ports.", ["marks of notes"]),
        ("We will end it [footnote 3] at the ports.", "We will end it at the ports.", ["marks of notes"]),
        ("It costs £200\u00a0million a year.", "It costs £200 million a year.", ["no-break spaces"]),
        ("We will\r\npublish a plan.", "We will publish a plan.", ["spaces or line ends"]),
        ("He said: “We’ll do it.”", 'He said: "We\'ll do it."', ["quotation marks"]),
        ("We will – in May – act.", "We will - in May - act.", ["dashes"]),
        ("We Will Act now.", "we will act now.", ["capital letters"]),
        ("The cafe\u0301 stays open.", "The cafe stays open.", ["accents or forms of letters"]),
        ("We will, in May, act.", "We will in May act.", ["punctuation"]),
    ],
)
def test_what_nobody_reads_makes_a_near_miss_that_says_what_differs(text, words, differs_in):
    around = f"Before this. {text} After that."
    (near,) = near_misses(around, words)
    assert near.exact == text
    assert around[near.start : near.end] == text
    assert near.differs_in == differs_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It grew by 1.5 million.", "It grew by 15 million."),
        ("We will end the delay\u00b9\u00b2 at once.", "We will end the delay13 at once."),
        ("We will act on it.", "We will not act on it."),
        ("Harbourmasters will be heard.", "masters will be heard."),
        ("We will be heard.", "We will be hear"),
        ("We will act.", "Wе will act."),  # a Cyrillic letter
    ],
)
def test_what_says_something_else_is_no_near_miss(text, words):
    assert near_misses(text, words) == []


@pytest.mark.parametrize(
    ("between", "told"),
    [
        ("\n\n12 May 2025 : Column 614\n\n", "12 May 2025 : Column 614"),
        ("\n\nAnswer to the Survey of Ports\n\n12\n\n", "Answer to the Survey of Ports 12"),
        (" 614 ", "614"),
        (" [Column 614] ", "[Column 614]"),
        ("\n\nAdvertisement\n\n", "Advertisement"),
    ],
)
def test_words_with_something_between_come_in_parts_that_are_theirs(between, told):
    text = f"I am grateful, and the House will wish to know that{between}{PLAN} Then he sat down."
    (near,) = near_misses(text, f"the House will wish to know that {PLAN}")
    assert [text[start:end] for start, end in near.parts] == ["the House will wish to know that", PLAN]
    assert near.between == (told,)
    assert near.exact == f"the House will wish to know that{between}{PLAN}"
    assert "".join(piece for _, piece in near.pieces) == near.exact
    assert near.differs_in[0] == "words in between"


def test_a_word_that_a_page_breaks_is_told_with_its_hyphen():
    text = "We accept in full this recom-\n\nSurvey of Ports\n\n7\n\nmendation and will act on it in May."
    (near,) = near_misses(text, "We accept in full this recommendation and will act on it in May.")
    assert next(text[start:end] for start, end in near.parts).endswith("recom-")
    assert near.differs_in == ["words in between", "hyphens at line ends"]


def test_words_from_two_places_are_not_joined_over_a_sentence_of_the_same_line():
    text = (
        "The House will wish to know that we rest. Many things were said. The Government will publish a plan for it."
    )
    assert near_misses(text, "The House will wish to know that the Government will publish a plan for it.") == []


@given(st.text(st.sampled_from("ab é\u0301ﬁ\u00ad\u200b-\n12¹²ß.“ "), max_size=60))
def test_each_letter_leads_back_to_its_place(text):
    folded = fold(text)
    for index, letter in enumerate(folded.letters):
        assert letter in fold(text[folded.place_of(index)]).letters
    assert len(note_marks(text)) <= len(text)


@pytest.mark.parametrize(
    ("text", "words", "cuts"),
    [
        ("the inquiry\u00b9\u00b2 began", "the inquiry", False),
        ("the inquiry12 began", "the inquiry", False),
        ("the com\u00admitment", "the com", True),
        ("skippers\u200band crews", "skippers", False),
        ("the inquiries", "the inquir", True),
    ],
)
def test_where_a_word_ends(text, words, cuts):
    assert cuts_a_word(text, 0, len(words)) is cuts


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("a", "a" * 9_000 + "b"),
        ("a ", "a " * 4_000 + "b"),
        ("We will act.\n", "We will act. " * 500 + "now"),
        ("recom-\n12 ", "recom " * 2_000),
        ("[1] ", "We will act now."),
    ],
)
def test_a_text_that_repeats_itself_takes_no_longer_than_its_length(unit, words):
    """Ten times the text, at most thirty times as long: the square would be a hundred."""

    def seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        best = 9.0
        for _ in range(2):
            begun = time.process_time()
            near_misses(text, words)
            best = min(best, time.process_time() - begun)
        return best

    assert seconds(300_000) <= 30 * max(seconds(30_000), 0.002)
