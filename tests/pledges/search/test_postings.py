"""What a process holds in memory of the index and of lists gives what the database does, after whatever happens."""

import random
from collections import OrderedDict

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_htmx.middleware import HtmxDetails

from tests.factories import BodyFactory, PassageFactory, ReviewFactory, SourceFactory, ThemeFactory, stated, update
from tracker.pledges.choices import SearchResultType, Status
from tracker.pledges.derived import current_periods, process_memory
from tracker.pledges.models import Pledge, RecordEntry, SearchDocument
from tracker.pledges.record.publish import withdraw_entry
from tracker.pledges.search import postings
from tracker.pledges.search import query as query_module
from tracker.pledges.search.index import rebuild_index
from tracker.pledges.search.language import read_query
from tracker.pledges.search.query import count_results, pledges_matching, rank_record, read_results, search_record
from tracker.public.pages.pledge_lists import Dashboard
from tracker.web.as_of import read_as_of

pytestmark = pytest.mark.django_db
WORDS = ["heron", "stork", "crane", "egret"]
FILTERS: list[dict[str, str]] = [
    {},
    {"status": "delivered"},
    {"status": "none-yet"},
    {"sort": "moved"},
    {"sort": "title", "schedule": "no-deadline"},
    {"theme": "ponds", "status": "under-way"},
]
QUERIES = [
    *WORDS,
    "heron stork",
    "heron OR crane",
    "crane -stork",
    "hero*",
    "heron -“stork crane”",
    "heron crane OR egret",
]


@pytest.fixture
def hold(monkeypatch):
    """Return a function that lets this process hold what it reads, or not, though each test is one transaction."""
    monkeypatch.setattr(postings, "_BY_DATABASE", {})
    monkeypatch.setattr(current_periods, "_BY_DATABASE", OrderedDict())

    def set_to(held: bool) -> None:
        monkeypatch.setattr(process_memory, "may_hold", lambda: held)

    return set_to


def answers(rf) -> list[object]:
    """Return what each query finds, as the program and as a page of pledges have it."""
    found: list[object] = []
    for typed in QUERIES:
        query = read_query(typed)
        groups = search_record(query, each=3)
        found.append((typed, [sorted(tier) for tier in pledges_matching(query).tiers], count_results(query)))
        found += [(group.kind, group.number, [hit.document.pk for hit in group.hits]) for group in groups]
    for asked in (
        *({"q": "heron OR stork"} | more for more in FILTERS),
        *({"q": "heron OR stork", "page": "2"} | more for more in FILTERS),
        *FILTERS,
        *({"page": "2"} | more for more in FILTERS),
        {"page": "3"},
    ):
        request = rf.get("/", asked)
        request.htmx = HtmxDetails(request)
        page = Dashboard(request, read_as_of(request))
        listing = page.list_context["listing"]
        facets = [(choice.label, choice.number) for facet in listing.facets for choice in facet.choices]
        answer = page.answer_context()["answer"].context["summary"]
        found.append((asked, list(listing.page), listing.page.paginator.count, facets, str(answer)))
    return found


@pytest.mark.parametrize("seed", [0])
@pytest.mark.slow
def test_what_is_held_in_memory_answers_as_the_database_does(rf, hold, seed, settings):
    settings.PLEDGES_PER_PAGE = 4
    chance = random.Random(seed)
    review, themes = ReviewFactory(), [ThemeFactory(slug=slug, name=slug.title()) for slug in ("ponds", "lakes")]
    body = BodyFactory(slug="office")

    def words() -> str:
        return " ".join(chance.choices(WORDS, k=2))

    def state() -> None:
        passage = PassageFactory(
            source=SourceFactory(text=(text := f"The {words()} came."), title=words()), exact=text
        )
        number = Pledge.objects.count()
        stated(
            passage, slug=f"pledge-{number}", title=words(), done_means=words(), review=review, promised_by=body,
            theme=chance.choice(themes),
        )  # fmt: skip

    def add() -> None:
        update(chance.choice(list(Pledge.objects.all())), chance.choice(list(Status)[1:4]), headline=words())

    def end() -> None:
        entry = RecordEntry.objects.current().filter(kind="update").order_by("?").first()
        if entry:
            withdraw_entry(entry, reason="It was a bittern.", by="Ada", approved_by="Grace")

    state()
    for step in range(14):
        chance.choices([state, add, end, rebuild_index], [4, 5, 2, 0.5])[0]()
        hold(True)
        held = answers(rf)
        hold(False)
        assert held == answers(rf), step


def test_only_what_was_added_to_the_index_is_read_again(hold):
    first = stated(title="A heron")
    hold(True)
    (term,) = (query := read_query("heron")).terms
    assert pledges_matching(query).number == 1
    (memory,) = postings._BY_DATABASE.values()
    before = memory.of([term])[term]
    update(first, headline="A heron came")
    after = memory.of([term])[term]
    assert len(after.documents) == len(before.documents) + 1
    assert after.upto == SearchDocument.objects.latest("pk").pk
    assert memory.of([term])[term] is after
    assert after.by_kind[SearchResultType.UPDATE]


def test_what_is_shown_first_is_sorted_again_only_where_more_was_found(hold):
    about, other = stated(title="A heron"), stated(title="A stork")
    for number in range(3):
        update(about, headline=f"Heron {number}")
    hold(True)
    before = rank_record(read_query("heron"))
    update(other, headline="A stork came")
    query = read_query("heron")
    with CaptureQueriesContext(connection) as asked:
        assert rank_record(query) == before
    assert not [sql for sql in asked.captured_queries if "ORDER BY published_at" in sql["sql"]]
    update(about, headline="A heron again")
    updates = {group.kind: group for group in rank_record(read_query("heron"))}[SearchResultType.UPDATE]
    assert updates.number == 4
    assert SearchDocument.objects.get(pk=updates.keys[0]).title == "A heron again"


@pytest.mark.slow
def test_what_was_found_may_be_gone_when_it_is_read(hold):
    about = stated(title="A heron")
    for number in range(30):
        update(about, headline=f"Heron {number}")
    hold(True)
    query = read_query("heron")
    groups = rank_record(query)
    documents = postings.find(query.wanted).by_kind[SearchResultType.UPDATE]
    rebuild_index()
    assert [group.hits for group in read_results(groups, query)] == [[] for _ in groups]
    newest = query_module._read_newest([documents])
    assert query_module._newest(documents, SearchResultType.UPDATE, 5, newest) == []
