"""Words on their way into a draft, as a reader copies them: found, offered with what differs, taken in one press."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from tests.desk.conftest import signed_in
from tests.factories import SourceFactory, draft
from tracker.sources.models import Passage, Source

pytestmark = pytest.mark.django_db

SPOKEN = "I am grateful, and the House will wish to know that the"
PLAN = "Government will publish the plan for every harbour by June 2027."
HANSARD = f"{SPOKEN}\n\n12 May 2025 : Column 614\n\n{PLAN} He sat down."


@pytest.fixture
def at_desk(ada):
    """Return a function that posts words for a source with a text, and the draft that they are for."""
    made, client = draft(ada, evidence=False), signed_in(ada)

    def post(text: str, **fields):
        source = Source.objects.filter(text=text).first() or SourceFactory(text=text)
        return client.post(f"/desk/drafts/{made.pk}/words/{source.slug}/", {"role": "progress"} | fields)

    post.draft = made
    return post


def taken(text: str) -> list[Passage]:
    return list(Passage.objects.filter(source__text=text).order_by("start", "-end"))


def spans_offered(answer) -> list[str]:
    return re.findall(r'name="spans"\s+value="([^"]+)"', answer.content.decode())


@pytest.mark.parametrize(
    ("text", "words", "differs_in"),
    [
        ("The com\u00admit\u00adment to all is made.", "The commitment to all is made.", "soft hyphens"),
        ("Skippers\u200b/crews and all will be heard.", "Skippers/crews and all will be heard.", "without width"),
        ("We accept this recom-\nmendation in full.", "We accept this recommendation in full.", "hyphens at line"),
        ("The \ufb01rst o\ufb03cer will float it.", "The first officer will float it.", "ligatures"),
        ("We will end the delay¹² at once.", "We will end the delay at once.", "marks of notes"),
    ],
)
def test_what_a_reader_copies_is_offered_and_taken_in_one_press(at_desk, text, words, differs_in):
    whole = f"Before it. {text} After it."
    answer = at_desk(whole, words=words)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"Differences: {differs_in}" in page or differs_in in page
    assert "The text has similar words, but not exactly these." in page
    assert words in page, "nothing that was typed is lost"
    (span,) = spans_offered(answer)
    answer = at_desk(whole, words=words, spans=span)
    assert answer.status_code == 302
    (passage,) = taken(whole)
    assert (passage.exact, passage.source.text[passage.start : passage.end]) == (text, text)
    assert at_desk.draft.evidence.get().passage == passage


def test_a_turned_direction_stays_refused_wherever_it_comes_from(at_desk):
    text = "Before. We will \u202enot act\u202c on it now. After."
    answer = at_desk(text, words="We will \u202enot act\u202c on it now.")
    assert answer.status_code == 422
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in answer.content.decode()
    answer = at_desk(text, words="We will not act on it now.", spans="8-36")
    assert answer.status_code == 422
    assert not taken(text)


def test_a_sentence_over_a_column_head_is_two_passages_or_one_that_is_told(at_desk):
    words = f"the House will wish to know that the {PLAN}"
    answer = at_desk(HANSARD, words=words)
    page = answer.content.decode()
    assert "Between the highlighted words, the text has “12 May 2025 : Column 614”" in page
    parts, whole = spans_offered(answer)
    assert at_desk(HANSARD, words=words, spans=parts).status_code == 302
    passages = [one.exact for one in taken(HANSARD)]
    assert passages == ["the House will wish to know that the", PLAN]
    assert [tie.passage.exact for tie in at_desk.draft.evidence.order_by("pk")] == passages
    assert at_desk(HANSARD, words=words, spans=whole).status_code == 302
    tie = at_desk.draft.evidence.order_by("pk").last()
    assert "Column 614" in tie.passage.exact
    assert tie.note.startswith("“12 May 2025 : Column 614” is a page header, page footer or column number"), (
        "readers are told"
    )


def test_words_pasted_with_the_column_head_are_asked_about_too(at_desk):
    words = HANSARD[HANSARD.index("the House") : HANSARD.index(" He sat")]
    answer = at_desk(HANSARD, words=words)
    assert answer.status_code == 422
    assert len(spans_offered(answer)) == 2
    assert not taken(HANSARD)


def test_words_over_line_ends_of_windows_are_taken_as_they_are_sent(at_desk):
    text = "The Government will\r\npublish a plan\r\nby 2027.\r\n\r\nSoon."
    assert at_desk(text, words="The Government will\r\npublish a plan\r\nby 2027.").status_code == 302
    assert taken(text)[0].exact == "The Government will\r\npublish a plan\r\nby 2027."


@pytest.mark.parametrize(
    "spans", ["0-9999", "9-3", "4-99", "3-19", "x", "3-12", "1-2,", "-1-4", "٣-٤", "0-3,4-7,8-9,1-2,1-2,1-2"]
)
def test_spans_that_are_no_words_of_the_text_take_nothing(at_desk, spans):
    text = "We will act on it in May. So be it."
    assert at_desk(text, words="Nothing of all this stands there.", spans=spans).status_code == 422
    assert not taken(text)


def test_a_source_that_is_here_already_is_noticed_before_it_is_stored(ada):
    sentences = [f"Recommendation {n} says that harbour {n * 7} will get {n * 3} new berths." for n in range(60)]
    words = " ".join(sentences)
    SourceFactory(title="The plan", text=words)
    number = Source.objects.count()
    client = signed_in(ada)
    pasted = {"title": "Plan again", "kind": "press", "licence": "ogl-3.0", "text": "\n\n".join(["Menu", *sentences])}
    answer = client.post("/desk/sources/add/", pasted)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "We may already have this document" in page
    assert "The plan" in page
    assert "Plan again" in page, "nothing that was typed is lost"
    assert Source.objects.count() == number
    assert client.post("/desk/sources/add/", pasted | {"anyway": "yes"}).status_code == 302
    assert Source.objects.count() == number + 1


def test_no_licence_is_chosen_for_anybody(ada):
    content = b"We will do it.\nAll content is available under the Open Government Licence v3.0."
    client = signed_in(ada)
    upload = SimpleUploadedFile("a.txt", content, "text/plain")
    address = client.post("/desk/sources/add/", {"file": upload})["Location"]
    call_command("read_documents")
    page = client.get(address).content.decode()
    chosen = re.search(r'<select name="licence".*?</select>', page, re.DOTALL)[0]
    assert re.search(r'<option value="" selected', chosen)
    assert "The document names “Open Government Licence v3.0”" in page
