"""Links that land on the quoted words: what the directives name, for each structure that browsers tell apart."""

from urllib.parse import unquote

import pytest

from tracker.text.text_directives import text_directives, whole_words
from tracker.text.text_fragments import fragment_directive, text_fragment_url, with_fragment

FILLER = "The audit looked at how forces and councils have dealt with these crimes over many years."


def directives(text: str, quoted: str, *, nth: int = 0, pages: list[int] | None = None) -> list[str]:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quoted, start + 1)
    made = text_directives(text, start, start + len(quoted), pages=pages or [])
    assert all(one.startswith("text=") for one in made)
    return [unquote(one.removeprefix("text=")) for one in made]


def test_a_sentence_is_named_by_its_first_and_last_words():
    quoted = "We will make it mandatory to report abuse in every school."
    assert directives(f"{FILLER}\n\n{quoted}\n\n{FILLER}", quoted)[0] == "We will make it,abuse in every school."


def test_several_blocks_by_the_first_words_of_the_first_and_the_last_of_the_last():
    quoted = "Recommendation 2\n\nThe government should begin an operation."
    assert directives(f"{FILLER}\n\n{quoted}", quoted)[0] == "Recommendation 2,should begin an operation."


def test_a_few_words_are_named_whole_where_they_stand_once():
    assert directives(f"{FILLER} We will act now.", "We will act now.") == ["We will act now.", "We will,act now."]


def test_words_that_stand_elsewhere_too_are_told_apart_by_what_is_around():
    text = f"Duty to report abuse\n\n{FILLER}\n\nThe Bill brings a duty to report abuse for the first time."
    first, second = directives(text, "duty to report abuse")[:2]
    assert (first, second) == ("a-,duty to report abuse", "duty to report abuse,-for")


def test_words_that_begin_alike_are_named_with_more_words_or_a_prefix():
    lines = [f"We will make it mandatory to report abuse in {place}." for place in ("schools", "prisons", "homes")]
    text = "\n\n".join([FILLER, *lines])
    made = directives(text, lines[1])
    assert made[0].startswith("We will make it mandatory to report abuse in prisons") or made[0].startswith(
        "schools.-,"
    )
    assert all("homes" not in one for one in made)


def test_the_end_is_the_first_place_of_its_words_after_the_beginning():
    quoted = "Then we set up the inquiry in May, and all who set up the inquiry in May see it at last"
    made = directives(f"{quoted}, said the inquiry in May.", quoted)
    assert made[0].endswith("see it at last")


def test_another_directive_leaves_out_what_a_page_may_draw_or_part_from_the_words():
    made = directives(
        "1. The Treasury should pay for all of the boats.", "1. The Treasury should pay for all of the boats."
    )
    assert made[0].startswith("1. The Treasury")
    assert made[1].startswith("The Treasury should pay,")
    dropped = directives(
        "The government will review every closed case there is.",
        "The government will review every closed case there is.",
    )
    assert dropped[1].startswith("government will review")


def test_a_raised_number_is_named_as_the_page_has_it_and_left_out_in_another_directive():
    made = directives("They will fund a whole new inquiry¹² into it.", "They will fund a whole new inquiry")
    assert made[0].endswith("whole new inquiry12")
    assert made[2].endswith(",a whole new")


def test_words_that_a_pdf_breaks_at_a_line_are_in_no_term():
    text = "Front.\n\nWe accept this recom-\nmendation in full and will publish a cross-\ngovernment plan each year."
    made = directives(text, text[8:], pages=[0, 8])
    assert all("recom" not in one and "mendation" not in one and "cross" not in one for one in made)
    assert made[0].startswith("We accept this,")


def test_each_page_of_a_pdf_has_directives_of_its_own():
    first, second = "The plan begins here and we will see it", "go on over to the next page of this."
    text = f"{first}\n\n{second}"
    made = directives(text, text, pages=[0, len(first) + 2])
    assert any(one.startswith("The plan begins here,") for one in made)
    assert any(one.endswith("next page of this.") and one.startswith("go on") for one in made)
    assert fragment_directive(text, len(first) + 2, len(text), pages=[0, len(first) + 2]).startswith("page=2:~:text=")


def test_parts_of_words_become_whole_words():
    text = "The inquiries began at once."
    assert text[slice(*whole_words(text, 6, 12))] == "inquiries"
    assert directives(text, "quiri") == ["inquiries"]


def test_signs_that_nobody_sees_are_not_in_the_link_and_those_of_its_syntax_are_escaped():
    (made,) = text_directives("Self-made, they\u200b s\u00aday", 0, 21)
    assert made == "text=Self%2Dmade%2C%20they%20say"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/page", "https://example.org/page#:~:text=we%20act"),
        ("https://example.org/page#part", "https://example.org/page#part:~:text=we%20act"),
        ("https://example.org/page#part:~:text=old", "https://example.org/page#part:~:text=we%20act"),
        ("", ""),
    ],
)
def test_an_address_keeps_the_fragment_that_it_has(url, link):
    assert text_fragment_url(url, "we act") == link


def test_the_page_of_a_pdf_takes_the_place_of_its_fragment():
    assert (
        with_fragment("https://example.org/a.pdf#page=3", "page=7:~:text=a")
        == "https://example.org/a.pdf#page=7:~:text=a"
    )
    assert with_fragment("https://example.org/a.pdf", "") == "https://example.org/a.pdf"
