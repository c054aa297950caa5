"""Search: ranked, marked, by any words that somebody may type, and never what is not published."""

import datetime as dt
import re
import string

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import PassageFactory, SourceFactory, pledge, stated, superuser, update
from tracker.pledges.choices import SearchResultType, Status
from tracker.pledges.dates import end_of_day
from tracker.pledges.models import Pledge, RecordEntry, SearchDocument
from tracker.pledges.record.publish import withdraw_text
from tracker.pledges.search.index import rebuild_index
from tracker.pledges.search.language import read_query
from tracker.pledges.search.marks import excerpt_around, mark_words
from tracker.pledges.search.match import Term
from tracker.pledges.search.query import ResultGroup, search_record
from tracker.sources.choices import Licence

pytestmark = pytest.mark.django_db


def search(typed: str, **more) -> list[ResultGroup]:
    return search_record(read_query(typed), **more)


def titles(asked: str, kind: SearchResultType = SearchResultType.PLEDGE, **more) -> list[str]:
    return [hit.document.title for group in search(asked, **more) if group.kind == kind for hit in group.hits]


def rows(client, **query) -> list[str]:
    return [
        Pledge.objects.get(pk=pk).title for pk, _ in client.get("/", query).context["results"].context["listing"].page
    ]


@pytest.mark.usefixtures("casey")
class TestCasey:
    def test_a_pledge_is_found_by_its_title_its_words_and_its_record(self, client):
        assert "Close the loopholes in taxi licensing" in rows(client, q="taxi")
        assert "A nationwide NCA operation that follows up closed cases" in rows(client, q="Beaconport")
        assert "Close the loopholes in taxi licensing" in rows(client, q="inconsistent regulations")

    def test_stems_the_beginning_of_a_word_accents_and_capitals(self, client):
        for asked in ("LICENSING", "licens", "taxi lic", "táxi licénsing"):
            assert "Close the loopholes in taxi licensing" in rows(client, q=asked), asked

    def test_the_kinds_are_told_apart_and_what_was_found_is_marked(self, client):
        body = client.get("/", {"q": "taxi"}).content.decode()
        for heading in ("Exact words", "Sources"):
            assert f">{heading} <" in body
        assert "<mark>taxi</mark>" in body.lower()

    def test_words_and_filters_stand_in_one_address(self, client):
        assert len(rows(client, q="inquiry")) > len(rows(client, q="inquiry", theme="inquiry")) >= 1
        body = client.get("/", {"q": "inquiry", "theme": "inquiry"}).content.decode()
        assert "Words: “inquiry”" in body
        assert 'value="inquiry"' in body
        swap = client.get("/", {"q": "inquiry"}, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in swap
        assert 'id="found-passage"' in swap

    def test_a_slip_of_the_pen_is_helped(self, client):
        body = client.get("/", {"q": "nashional inqury"}).content.decode()
        assert 'Did you mean <a href="?q=national%20inquiry" rel="nofollow">national inquiry</a>?' in body
        assert re.search(r'<span class="meta">\s*\d+ results</span>', body)
        assert "Did you mean" not in client.get("/", {"q": "xyzzyqwert"}).content.decode()

    @pytest.mark.slow
    def test_the_index_made_anew_is_the_index(self):
        def content():
            fields = ("kind", "key", "title", "body", "url", "published_at", "pledge", "lead_terms", "superseded_at")
            return sorted(SearchDocument.objects.values_list(*fields), key=str)

        before = content()
        assert rebuild_index() == len(before)
        assert content() == before

    @pytest.mark.parametrize(
        "asked",
        ['"', '"taxi', "taxi*", "taxi AND", "NEAR(taxi", "title:taxi", "taxi & | !", "(", "'", "a\x00b", "\u202e", "%",
         "*", "-", "^taxi", "--", "x" * 5000, "taxi " * 500, "<script>", "🚕", "И"],
    )  # fmt: skip
    def test_whatever_is_typed_is_looked_for_and_no_more(self, client, asked):
        assert client.get("/", {"q": asked}).status_code == 200

    @given(st.text(st.sampled_from(string.printable + "“”é\u202e𝒜"), max_size=60))
    def test_whatever_is_typed(self, asked):
        search(asked)

    def test_every_query_costs_the_same(self, client, django_assert_max_num_queries):
        with django_assert_max_num_queries(22):
            client.get("/", {"q": "inquiry"})


def test_the_title_counts_more_than_the_text():
    stated(title="Something else", done_means="The quorum is met, the quorum, the quorum.")
    stated(title="A quorum for the board")
    assert titles("quorum") == ["A quorum for the board", "Something else"]


def test_only_what_is_published_is_found():
    pledge(title="Unstated quorum")
    source = SourceFactory(title="Quorum papers", text="The quorum was met by all.")
    lonely = PassageFactory(source=source, exact="The quorum was met")
    assert search("quorum") == []
    stated(lonely)
    assert [group.kind for group in search("quorum")] == [
        SearchResultType.PLEDGE,
        SearchResultType.PASSAGE,
        SearchResultType.SOURCE,
    ]


def test_of_a_closed_text_the_passages_alone_are_found():
    text = "The quorum was met by all. A zymurgist left."
    stated(PassageFactory(source=SourceFactory(text=text, licence=Licence.RESERVED), exact="The quorum was met"))
    assert search("zymurgist") == []
    assert titles("quorum", SearchResultType.PASSAGE)


def test_words_that_were_withdrawn_are_not_found():
    about = stated()
    entry = update(about, headline="A zymurgist spoke", explanation="Of quorums.")
    assert titles("zymurgist", SearchResultType.UPDATE) == ["A zymurgist spoke"]
    withdraw_text(entry, reason="A court order.", admin=superuser(), by="ada", headline=True)
    assert search("zymurgist") == []
    assert search("quorums") == []
    rebuild_index()
    assert search("zymurgist") == []


def test_as_of_a_day_only_what_was_published_by_then(client):
    with time_machine.travel("2026-11-18T12:00:00Z"):
        about = stated(title="A quorum")
    with time_machine.travel("2026-11-22T12:00:00Z"):
        update(about, Status.UNDER_WAY, headline="A zymurgist spoke")
    until = end_of_day(dt.date(2026, 11, 20))
    assert titles("quorum", until=until) == ["A quorum"]
    assert search("zymurgist", until=until) == []
    assert search("quorum", until=end_of_day(dt.date(2026, 11, 1))) == []
    assert rows(client, q="zymurgist", as_of="2026-11-20") == []
    assert rows(client, q="zymurgist") == ["A quorum"]
    assert RecordEntry.objects.count() == 2


def test_what_was_published_before_the_clock_went_back_is_found(client):
    with time_machine.travel("2026-11-30T12:00:00Z"):
        about = stated(title="A hovercraft is bought")
        update(about, headline="The hovercraft came")
    assert [(group.kind, group.number) for group in search("hovercraft")] == [
        (SearchResultType.PLEDGE, 1),
        (SearchResultType.UPDATE, 1),
    ]
    assert about.get_absolute_url() in client.get("/?q=hovercraft").content.decode()


def test_marks_and_cuts():
    pieces = mark_words("Licensing of taxis", read_query("licence taxi").terms)
    assert [piece.text for piece in pieces if piece.hit] == ["Licensing", "taxis"]
    assert "".join(piece.text for piece in pieces) == "Licensing of taxis"
    cut = excerpt_around(f"{'before ' * 60}needle {'after ' * 60}", {Term("needl")})
    shown = "".join(piece.text for piece in cut)
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert [piece.text for piece in cut if piece.hit] == ["needle"]
    assert len(shown) < 330
    assert excerpt_around("", {Term("x")}) == []


@given(st.text(max_size=300), st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=8), max_size=4))
def test_marking_never_changes_a_text(text, words):
    assert "".join(piece.text for piece in mark_words(text, {Term(word) for word in words})) == text


def test_words_are_found_as_they_are_read_whatever_soft_hyphens_a_text_or_a_query_has():
    text = "First. The con\u00adsul\u00adta\u00adtion be\u200bgan. Last."
    stated(PassageFactory(source=SourceFactory(text=text, title="The paper"), exact=text[7:-6]))
    for asked in ("consultation", "con\u00adsultation", "began"):
        assert titles(asked, SearchResultType.PASSAGE) == ["The paper"], asked
