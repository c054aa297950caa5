"""What people type beside words: filters, questions, slips, synonyms; and what is shown where nothing is found."""

import json

import pytest
from django.db import transaction
from django.utils import timezone

from tests.factories import (
    BodyFactory,
    PassageFactory,
    ReviewFactory,
    SourceFactory,
    ThemeFactory,
    stated,
    superuser,
    update,
)
from tests.pledges.search.queries import ANSWERED
from tracker.desk.catalogue.changes import change_facts
from tracker.desk.catalogue.facts import facts_of
from tracker.pledges.choices import SearchResultType, Status
from tracker.pledges.models import Pledge, SearchDocument, SearchIndexState, SearchSynonym, SearchWord
from tracker.pledges.record.publish import withdraw_entry, withdraw_text
from tracker.pledges.record.verify import verify_search
from tracker.pledges.search.index import rebuild_if_outdated, reindex_changed
from tracker.pledges.search.language import read_query
from tracker.pledges.search.query import search_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Three pledges of two bodies on two themes; the source of the first is that of a body."""
    office, council = BodyFactory(slug="office", name="Home Office"), BodyFactory(slug="council", name="Town Council")
    text = "Every minicab is licensed. The police check each private hire car."
    source = SourceFactory(text=text, publisher="Home Office", title="A plan")
    passage = PassageFactory(source=source, exact="Every minicab is licensed.")
    cars = stated(passage, title="License minicabs", promised_by=office, theme=ThemeFactory(slug="cars", name="Cars"))
    parks = stated(title="Open parks", promised_by=council, theme=ThemeFactory(slug="parks", name="Open spaces"))
    police = stated(title="Police the parks", promised_by=office, theme=ThemeFactory(slug="parks", name="Open spaces"))
    update(cars, Status.ANNOUNCED, headline="The plan was told")
    return {"cars": cars, "parks": parks, "police": police}


def titles(client, **asked) -> list[str]:
    found = client.get("/api/v1/pledges", asked)
    assert found.status_code == 200, found.content
    return [row["title"] for row in json.loads(found.content)["items"]]


def page(client, **asked) -> str:
    answer = client.get("/", asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


READ = [
    ("from:Home Office", ["License minicabs", "Police the parks"]),
    ("from:home office parks", ["Police the parks"]),
    ('parks from:"Town Council"', ["Open parks"]),
    ("status:announced", ["License minicabs"]),
    ("status:no action found", []),
    ("theme:Open spaces police", ["Police the parks"]),
    ("theme:parks", ["Open parks", "Police the parks"]),
    ("parks -police", ["Open parks"]),
    ("parks NOT police", ["Open parks"]),
    ("minicab OR police", ["License minicabs", "Police the parks"]),
    ("“open parks”", ["Open parks"]),
    ('"parks open"', []),
    ("polic*", ["Police the parks"]),
    ("polic", ["Police the parks"]),
    ("licence minicab", ["License minicabs"]),
    ("-police", []),
    ("the", []),
    ("plan told", ["License minicabs"]),
]


@pytest.mark.usefixtures("world")
@pytest.mark.slow
def test_the_page_the_tables_and_the_api_read_the_same_language(client):
    for typed, found in READ:
        assert sorted(titles(client, q=typed)) == found, typed
        table = client.get("/data/pledges.csv", {"q": typed}).getvalue().decode().splitlines()[1:]
        assert len(table) == len(found), typed
        assert f"{len(found)} pledge" in page(client, q=typed), typed


def test_title_before_text_before_entries_before_what_was_withdrawn(client):
    names = ["by a withdrawn entry", "by an entry", "by its words", "heron"]
    made = [stated(title=name, done_means="A heron is seen." if name == "by its words" else "Done.") for name in names]
    update(made[1], headline="A heron came")
    entry = update(made[0], headline="A heron went")
    withdraw_entry(entry, reason="It was a stork.", by="Ada", approved_by="Grace")
    assert titles(client, q="heron") == list(reversed(names))
    (group,) = search_record(read_query("heron"), kinds=["update"])
    assert [hit.ended for hit in group.hits] == ["", "withdrawal"]
    assert page(client, q="heron").count("Withdrawn</span>") == 1


@pytest.mark.usefixtures("world")
def test_a_filter_that_there_is_not_is_named_beside_the_box(client):
    body = page(client, q="parks status:lost")
    assert 'id="id_q_error">There is no status “lost”.' in body
    assert 'value="parks status:lost"' in body
    assert client.get("/api/v1/pledges", {"q": "theme:lost"}).status_code == 422
    assert "There is no body or publisher “nobody”." in page(client, q="from:nobody")


@pytest.mark.usefixtures("world")
def test_from_narrows_sources_to_their_publisher():
    assert [group.kind for group in search_record(read_query("police from:home office"))] == ["pledge", "source"]
    assert [group.kind for group in search_record(read_query("minicab from:town council"))] == []


@pytest.mark.usefixtures("world")
def test_a_question_leads_to_the_filter_that_answers_it(client):
    for typed, address in ANSWERED.items():
        assert f'href="?{address}"' in page(client, q=typed), typed


@pytest.mark.usefixtures("world")
def test_other_questions_lead_to_their_pages_and_names_to_theirs(client):
    assert 'href="/corrections/" rel="nofollow">Corrections</a>' in page(client, q="any mistakes")
    assert 'href="/" rel="nofollow">The answer in one sentence' in page(client, q="how many pledges")
    assert 'href="/bodies/council/" rel="nofollow">Town Council</a>' in page(client, q="town council")


@pytest.mark.usefixtures("world")
def test_what_finds_nothing_leads_on(client):
    body = page(client, q="minicab", theme="parks")
    assert '<a href="?q=minicab" rel="nofollow">Without filters, 1 pledge matches</a>' in body
    body = page(client, q="zzzyyx")
    for way in ('href="/themes/cars/"', 'href="/how-to-search/"', 'href="/report/"'):
        assert way in body
    body = page(client, q="minicap")
    assert 'Did you mean <a href="?q=minicab" rel="nofollow">minicab</a>? <span class="meta">3 results</span>' in body
    assert "Nearly every text has these words." in page(client, q="will be")
    assert "Add a word to search for" in page(client, q="-police")
    assert client.get("/how-to-search/").status_code == 200


@pytest.mark.usefixtures("world")
def test_synonyms_of_a_desk_are_found_for_each_other(client):
    assert titles(client, q="private hire licence") == []
    SearchSynonym.objects.create(words="private hire, PHV, minicab")
    for typed in ("PHV licence", "private hire licence", "minicab license"):
        assert titles(client, q=typed) == ["License minicabs"], typed
    assert "minicab</mark>" in page(client, q="phv")


@pytest.mark.usefixtures("world")
def test_between_quotation_marks_synonyms_do_not_count_and_the_page_leads_to_them(client):
    SearchSynonym.objects.create(words="private hire, PHV, minicab")
    assert titles(client, q="“private hire” licence") == []
    leads = '<a href="?q=private+hire+licence" rel="nofollow">Also count other words for the same</a>'
    assert leads in page(client, q="“private hire” licence")
    assert "Other words for the same" not in page(client, q="private hire licence")


@pytest.mark.parametrize("words", ["taxi", "taxi, Taxi", "taxi, “”"])
def test_a_synonym_has_two_words(admin_client, words):
    form = admin_client.post("/admin/pledges/searchsynonym/add/", {"words": words})
    assert SearchSynonym.objects.count() == 0
    assert form.status_code in (200, 302)


def test_words_that_were_withdrawn_are_not_suggested():
    entry = update(stated(), headline="A zymurgist spoke")
    assert SearchWord.objects.filter(word="zymurgist").exists()
    withdraw_text(entry, reason="A court order.", admin=superuser(), by="ada", headline=True)
    assert not SearchWord.objects.filter(word="zymurgist").exists()


def test_the_index_is_compared_with_the_record_and_made_anew_for_another_language():
    stated(title="A heron")
    assert list(verify_search()) == []
    SearchDocument.objects.filter(kind="pledge").update(lead_terms="stork")
    assert "otherwise than the record says" in str(next(verify_search()))
    SearchIndexState.objects.update(language="0")
    assert "another version" in str(next(verify_search()))
    rebuild_if_outdated()
    assert list(verify_search()) == []


@pytest.mark.parametrize("kind", SearchResultType.values)
def test_each_column_of_what_search_finds_and_shows_is_compared(kind):
    about = update(stated(title="A heron")).pledge
    forged = {
        "kind": "other", "key": 999, "pledge": None if kind in ("pledge", "update") else about, "title": "Forged",
        "body": "Forged", "url": "/forged/", "published_at": timezone.now(), "lead_terms": "stork",
        "rest_terms": "stork", "superseded_at": timezone.now(), "superseded_as": "correction",
    }  # fmt: skip
    assert {field.name for field in SearchDocument._meta.fields} == {"id", *forged}
    assert list(verify_search()) == []
    missed = []
    for name, value in forged.items():
        with transaction.atomic():
            assert SearchDocument.objects.filter(kind=kind).update(**{name: value})
            missed += [] if list(verify_search()) else [name]
            transaction.set_rollback(True)
    assert missed == []


def test_words_that_are_suggested_are_compared():
    stated(title="A well-known heron")
    assert list(verify_search()) == []
    for change in (
        lambda: SearchWord.objects.filter(word="heron").delete(),
        lambda: SearchWord.objects.filter(word="heron").update(term="stork"),
        lambda: SearchWord.objects.filter(word="well-known").update(parts="stork"),
        lambda: SearchWord.objects.create(word="stork", term="stork"),
    ):
        with transaction.atomic():
            change()
            assert "Search has / otherwise" in str(next(verify_search()))
            transaction.set_rollback(True)
    # What a text had is kept while another text has its term: nobody is led astray by it.
    SearchWord.objects.create(word="heronss", term="heron")
    assert list(verify_search()) == []


def test_a_review_is_read_in_its_language_and_a_query_in_every_language(client):
    english = stated(title="A national publication", done_means="The plans are published.")
    french = ReviewFactory(slug="rapport", language="fr")
    text = "L’enquête nationale sera publiée avant l’été."
    passage = PassageFactory(source=SourceFactory(text=text, title="Le rapport"), exact=text)
    enquiry = stated(passage, title="Les enquêtes nationales", review=french, done_means="Elles sont publiées.")
    for typed in ("enquête", "enquetes", "l’enquête nationale", "“enquête nationale”", "publiée enquête"):
        found = {group.kind: group.hits for group in search_record(read_query(typed))}
        assert [hit.document.pledge_id for hit in found["pledge"]] == [enquiry.pk], typed
        assert [hit.document.key for hit in found["passage"]] == [passage.pk], typed
    assert any(piece.hit for piece in found["passage"][0].excerpt)
    assert titles(client, q="national publications") == [english.title]
    assert "Did you mean" in page(client, q="enquêtt")
    assert list(verify_search()) == []


def test_a_passage_that_a_review_in_another_language_cites_later_is_found_in_both():
    text = "L’enquête nationale sera publiée avant l’été."
    passage = PassageFactory(source=SourceFactory(text=text, title="Le rapport"), exact=text)
    stated(passage, title="A national publication")
    stated(passage, title="Les enquêtes nationales", review=ReviewFactory(slug="rapport", language="fr"))
    found = {group.kind: group.hits for group in search_record(read_query("publier enquêtes"))}
    assert [hit.document.key for hit in found["passage"]] == [passage.pk]
    assert list(verify_search()) == []


def test_a_title_that_is_changed_is_found_at_once(settings):
    settings.FOUR_EYES = False
    source = SourceFactory(title="A plan")
    stated(PassageFactory(source=source))
    change_facts(source, {"title": "A zymurgy report"}, seen=facts_of(source), by=superuser())
    for typed, kinds in (("zymurgy", ["passage", "source"]), ("plan", [])):
        assert [group.kind for group in search_record(read_query(typed))] == kinds
    review = Pledge.objects.get().review
    review.language = "fr"
    review.save()
    reindex_changed(review)
    rebuild_if_outdated()
    assert list(verify_search()) == []


@pytest.mark.parametrize("typed", ['"', '""', "-", "*", "OR", '-"', '" "', "AND NOT"])
def test_signs_alone_ask_for_nothing_and_the_page_says_so(client, world, typed):
    answer = page(client, q=typed)
    assert "Add a word to search for." in answer
    assert "Nothing has these words" not in answer


@pytest.mark.parametrize("typed", ['police -"', 'police "', '"police', 'police ""'])
def test_a_lone_quotation_mark_is_no_word(client, world, typed):
    assert titles(client, q=typed) == ["Police the parks"]
    assert read_query(typed).wanted == read_query("police").wanted
    assert not read_query(typed).excluded
