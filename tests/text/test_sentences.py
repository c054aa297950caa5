"""A sentence ends where its writer ended it: short forms, numbers, brackets and quotation marks among them."""

import pytest

from tracker.text.detection.sentences import cut, sentences


def words_of(text):
    return [text[start:end] for start, end in cut(text)]


@pytest.mark.parametrize(
    "short",
    "para. paras. Cm. vol. ch. Sch. fn. art. reg. No. p. pp. s. approx. incl. cf. e.g. i.e. Rt. Hon. Dr. Mr.".split(),
)
def test_a_short_form_ends_no_sentence(short):
    for following in ("4", "Marsh"):
        text = f"Ministers will, as set out in {short} {following} of the survey, close two piers. It is agreed."
        assert words_of(text) == [text.removesuffix(" It is agreed."), "It is agreed."]


def test_hansard_and_bills_in_their_short_forms():
    text = "As was said (HC Deb. 12 May, vol. 700, col. 3), the Bill will change s. 5 and Sch. 2. The Lords agreed."
    assert words_of(text) == [text.removesuffix(" The Lords agreed."), "The Lords agreed."]


@pytest.mark.parametrize("short", ["bn.", "Govt.", "etc.", "p.m."])
def test_a_short_form_that_may_end_a_sentence_does_so_before_one_that_begins(short):
    assert words_of(f"It was left to the {short} The piers fell.") == [
        f"It was left to the {short}",
        "The piers fell.",
    ]
    assert len(words_of(f"It was left to the {short} Marsh office.")) == 1


def test_a_small_letter_or_a_number_of_a_list_goes_on():
    assert words_of("1. The Government will open a register.") == ["1. The Government will open a register."]
    assert words_of("It costs £2.5 million. a year.") == ["It costs £2.5 million. a year."]
    assert words_of("See Part B. The charts follow.") == ["See Part B.", "The charts follow."]
    assert words_of("It was signed by A. Marsh in May.") == ["It was signed by A. Marsh in May."]
    assert words_of("The answer is no. The pier stays shut.") == ["The answer is no.", "The pier stays shut."]


def test_an_answer_of_no_is_a_sentence_and_the_number_of_something_is_not():
    assert words_of("Do you agree? No. We will not pay.") == ["Do you agree?", "No.", "We will not pay."]
    assert words_of("Recommendation 5. No. Recommendation 6. Yes.") == [
        "Recommendation 5.", "No.", "Recommendation 6.", "Yes."
    ]  # fmt: skip
    assert words_of("Do they agree? No. 10 will respond.") == ["Do they agree?", "No. 10 will respond."]
    assert len(words_of("Contract No. A12 ends in May.")) == 1


def test_brackets_quotation_marks_and_the_marks_of_notes():
    assert words_of("(See Annex A.) The Government will pay.") == ["(See Annex A.)", "The Government will pay."]
    assert words_of("“We will pay.” The minister left.") == ["“We will pay.”", "The minister left."]
    assert words_of("It was accepted.4 The work began.") == ["It was accepted.", "The work began."]
    assert words_of("“Why now?” he asked. Nobody knew.") == ["“Why now?” he asked.", "Nobody knew."]


def test_a_sentence_over_lines_and_pages_has_its_place_in_the_text_and_its_words_in_one_line():
    text = "Old.\n\nThe Government will light\nevery pier and pay the men who\nkeep it by May. It is late.\n"
    first, second, third = sentences(text)
    assert text[second.start : second.end] == second.text
    assert second.text == "The Government will light\nevery pier and pay the men who\nkeep it by May."
    assert second.words == "The Government will light every pier and pay the men who keep it by May."
    assert (first.text, third.text) == ("Old.", "It is late.")
    assert second.is_first
    assert not third.is_first
