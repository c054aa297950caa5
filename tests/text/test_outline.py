"""Paragraphs, headings and lists are put together from the lines of a text, whatever the program that wrote them."""

from tracker.text.detection.outline import paragraphs


def parts(text):
    return [(one.kind, one.words) for one in paragraphs(text)]


def test_lines_that_are_full_go_on_and_a_short_one_ends_its_paragraph():
    text = (
        "The harbours of the north were last surveyed ten years ago, and the charts that\n"
        "pilots use are older still.\n"
        "Our answer\n"
        "The Government will have them drawn anew, from the first of the islands to the\n"
        "last, before the winter.\n"
    )
    assert parts(text) == [
        (
            "paragraph",
            "The harbours of the north were last surveyed ten years ago, "
            "and the charts that pilots use are older still.",
        ),
        ("heading", "Our answer"),
        (
            "paragraph",
            "The Government will have them drawn anew, from the first of the islands to the last, before the winter.",
        ),
    ]


def test_a_hyphen_at_a_line_end_is_taken_away_where_only_the_line_end_put_it_there():
    text = "We accept this recom-\nmendation and ask for a cross-\ngovernment plan."
    assert parts(text) == [("paragraph", "We accept this recommendation and ask for a cross-government plan.")]


def test_heads_and_numbers_of_pages_are_left_out_of_the_sentence_that_they_cut():
    page = "Answer to the Survey of Ports\n{}\n\n"
    text = (
        page.format(1)
        + "It began with a storm and ended in the courts.\n\n"
        + page.format(2)
        + "The Minister has agreed to pay every skipper whose boat was lost\n\n"
        + page.format(3)
        + "in that winter."
    )
    assert parts(text) == [
        ("paragraph", "It began with a storm and ended in the courts."),
        ("paragraph", "The Minister has agreed to pay every skipper whose boat was lost in that winter."),
    ]


def test_a_year_that_stands_alone_at_the_end_of_a_paragraph_is_no_page_number():
    assert parts("The Government will light every pier by the end of May\n2028.") == [
        ("paragraph", "The Government will light every pier by the end of May 2028.")
    ]


def test_items_know_the_words_that_they_share():
    text = "By the spring we will:\n\n• publish the tide tables;\n• pay the keepers\n  of the lights.\n\nThat is all."
    assert [(one.kind, one.words, one.lead_in) for one in paragraphs(text)] == [
        ("paragraph", "By the spring we will:", ""),
        ("item", "publish the tide tables;", "By the spring we will"),
        ("item", "pay the keepers of the lights.", "By the spring we will"),
        ("paragraph", "That is all.", ""),
    ]


def test_bullets_within_a_line_are_items_too():
    assert [one.words for one in paragraphs("We will: • publish the tables; • pay the keepers.")] == [
        "We will:",
        "publish the tables;",
        "pay the keepers.",
    ]


def test_items_of_items_have_the_words_of_both():
    text = "The Department will:\n1. for every port:\n• draw a chart;\n"
    assert [one.lead_in for one in paragraphs(text)] == [
        "",
        "The Department will",
        "The Department will for every port",
    ]


def test_each_paragraph_knows_its_headings_and_its_recommendation():
    text = (
        "Chapter 2: Lights\n\n2.1 Keepers\n\nRecommendation 4: Every light should have a keeper.\n\nWe agree.\n\n"
        "Annex A\n\nThe tables follow."
    )
    found = {one.words: (one.heading, one.recommendation) for one in paragraphs(text)}
    assert found["We agree."] == ("Chapter 2: Lights › 2.1 Keepers", "Recommendation 4")
    assert found["The tables follow."] == ("Annex A", "")


def test_the_spans_of_lines_are_those_of_the_text():
    text = "  • The first\r\n   line of it\r\n\r\nAnother.\r\n"
    for one in paragraphs(text):
        for line in one.lines:
            assert text[line.start : line.end] == line.words
