"""Django admin: every model is there, the record is read-only, and no path bypasses the rules."""

import datetime as dt
import re

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.conftest import fast_first
from tests.factories import TEXT, PassageFactory, ReviewFactory, SourceFactory, person, pledge, superuser, update
from tracker.core.day_field import DayField
from tracker.pledges.models import Body, Citation, Conflict, Pledge, Recommendation, RecordEntry, Theme
from tracker.sources.choices import Licence, SourceKind
from tracker.sources.models import Passage, Source, sha256_of
from tracker.urls import RENAMED_IN_ADMIN

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OUR_MODELS = [model for label in ("sources", "pledges", "desk") for model in apps.get_app_config(label).get_models()]


@pytest.fixture
def ada(client):
    client.force_login(superuser("ada"))
    return client


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def errors(response) -> str:
    assert response.status_code == 200, "the form comes back"
    return " ".join(re.findall(r'<ul class="errorlist[^"]*"[^>]*>(.*?)</ul>', response.content.decode(), re.S))


def test_every_model_is_in_the_admin_but_the_sides_of_a_conflict():
    missing = {model.__name__ for model in OUR_MODELS if model not in admin.site._registry}
    assert missing == {
        *(
            "ConflictSide",
            "EntryText",
            "RepeatTie",
            "DraftEvidence",
            "Comment",
            "LegalCheck",
        ),  # on the pages of what they belong to
        *(
            "SearchDocument",
            "SearchWord",
            "SearchIndexState",
            "StatusPeriod",
            "DailyCounts",
            "RecordTile",
            "EntrySignature",
            "FactsEntry",
        ),  # made
        "CatalogueVersion",  # beside the form of a review, at the desk
        "TableVersion",  # counted by the database
        "IdempotencyKey",  # a key of a form that was sent
        "SourceFingerprint",  # made from the texts of sources
        "PledgeSearch",  # when candidates were looked for, beside them
        *("SpreadsheetImport", "ImportedRow"),  # on the pages of the import
        *("Notice", "NoticeSettings"),  # on each person's own page
    }


@pytest.mark.usefixtures("casey")
@pytest.mark.parametrize(
    "model", fast_first([m for m in OUR_MODELS if m in admin.site._registry], 8), ids=lambda m: m.__name__
)
@pytest.mark.slow
def test_lists_search_and_every_row_opens(ada, model):
    assert admin.site._registry[model].search_fields
    assert ada.get(url(model, "changelist"), {"q": "a “word” %_'\\"}).status_code == 200
    body = ada.get(url(model, "changelist")).content.decode()
    assert "<h1>Select" in body
    if row := model.objects.first():
        assert ada.get(url(model, "change", row.pk)).status_code == 200


@pytest.mark.usefixtures("casey")
def test_what_editors_should_check_is_one_filter_away(ada):
    body = ada.get(url(Passage, "changelist"), {"check": "unchecked"}).content.decode()
    assert "36 passages" in body
    assert ada.get(url(Passage, "changelist"), {"check": "nonsense"}).status_code == 200


@pytest.mark.usefixtures("casey")
@pytest.mark.parametrize("model", [RecordEntry, Citation])
def test_the_record_is_there_to_read_and_no_more(ada, model):
    row = model.objects.filter(**({"update__isnull": False} if model is Citation else {})).first()
    before = model.objects.count()
    assert ada.get(url(model, "add")).status_code == 403
    assert ada.post(url(model, "add"), {"headline": "x"}).status_code == 403
    assert ada.post(url(model, "change", row.pk), {"headline": "x", "note": "x"}).status_code == 403
    assert ada.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    ada.post(url(model, "changelist"), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    assert model.objects.count() == before
    page = ada.get(url(model, "change", row.pk)).content.decode()
    assert 'name="_save"' not in page


def passage_form(source, **fields):
    return {"source": source.pk, "exact": "", "start": "", "end": "", "prefix": "", "suffix": ""} | {
        "snapshot_sha256": "", "checked_on": "",
    } | fields  # fmt: skip


def test_words_alone_are_enough_where_they_stand_once(ada):
    source = SourceFactory()
    ada.post(url(Passage, "add"), passage_form(source, exact="Nobody asked when."))
    passage = Passage.objects.get()
    assert TEXT[passage.start : passage.end] == "Nobody asked when."


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"exact": "Nobody asked why."}, "does not have exactly these words"),
        ({"exact": "“We will do it.\u201d "}, None),
        ({"exact": '"We will do it."'}, "Look at quotation marks"),
        ({"exact": "e", "start": ""}, "The words are in"),
        ({"exact": "We will", "start": "0", "end": "7"}, "These words are not there"),
        ({"exact": "We\u202e will"}, "U+202E RIGHT-TO-LEFT OVERRIDE at position 3"),
        ({"exact": "x" * 100_000}, "does not have exactly these words"),
        ({"exact": "We will", "start": "-3", "end": "4"}, "Enter 0 or more"),
        ({"exact": "We will", "start": "99999999999999999999", "end": "3"}, "or less."),
        ({"exact": "a\x00b"}, "Remove the hidden character U+0000"),
    ],
)
def test_what_is_wrong_with_a_passage_stands_next_to_the_field_and_nothing_is_saved(ada, fields, message):
    source = SourceFactory()
    response = ada.post(url(Passage, "add"), passage_form(source, **fields))
    if message is None:
        assert Passage.objects.get().exact == fields["exact"], "spaces at the ends are kept"
        return
    assert message in errors(response).replace("&#x27;", "'")
    assert not Passage.objects.exists()


def test_line_ends_of_a_browser_become_those_of_the_text(ada):
    source = SourceFactory(text="One line.\nAnother line.")
    ada.post(url(Passage, "add"), passage_form(source, exact="One line.\r\nAnother line."))
    assert Passage.objects.get().exact == "One line.\nAnother line."


def test_a_passage_that_something_rests_on_keeps_its_words(ada):
    passage = pledge().citations.get().passage
    form = passage_form(passage.source, exact="Nobody asked when.", checked_on="2026-01-01", snapshot_sha256="")
    ada.post(url(Passage, "change", passage.pk), form)
    passage.refresh_from_db()
    assert passage.exact == "We will do it."
    response = ada.post(url(Passage, "delete", passage.pk), {"post": "yes"})
    assert Passage.objects.filter(pk=passage.pk).exists()
    assert response.status_code in (200, 403)


def source_form(**fields):
    return {
        "slug": "new", "title": "New", "publisher": "", "kind": SourceKind.PRESS, "url": "", "published_on": "",
        "licence": Licence.OGL, "note": "", "text": "", "sha256": "", "characters": "", "supersedes": "",
        "passages-TOTAL_FORMS": "0", "passages-INITIAL_FORMS": "0",
    } | fields  # fmt: skip


def test_a_source_is_added_with_its_digest_and_never_changed_once_cited(ada):
    text = "  Words with spaces at both ends.\r\nAnd a line.  "
    ada.post(url(Source, "add"), source_form(text=text))
    source = Source.objects.get()
    assert source.text == text.replace("\r\n", "\n"), "a browser's line ends are no part of a text"
    assert source.sha256 == sha256_of(source.text)
    PassageFactory(source=source, exact="And a line.")
    digest = source.sha256
    ada.post(
        url(Source, "change", source.pk), source_form(text="Other", sha256="b" * 64, slug="moved", title="Better")
    )
    source.refresh_from_db()
    assert (source.text[:5], source.sha256, source.slug, source.title) == ("  Wor", digest, "new", "Better")


@pytest.mark.usefixtures("casey")
def test_pledges_are_to_read_here_and_to_change_at_the_desk(ada):
    made = Pledge.objects.get(slug="taxi-licensing")
    body = ada.get(url(Pledge, "change", made.pk)).content.decode()
    assert '<a href="/desk/pledges/taxi-licensing/">' in body
    assert 'name="_save"' not in body
    for page, args in (("add", []), ("change", [made.pk]), ("delete", [made.pk])):
        assert ada.post(url(Pledge, page, *args), {"title": "Other", "post": "yes"}).status_code == 403
    made.refresh_from_db()
    assert made.title == "Close the loopholes in taxi licensing"


TABLES = {
    Body: ("slug,name\na-body,A body\nhome-secretary,Another name\n", {"a-body": "A body"}),
    Theme: ("slug,name\na-theme,A theme\n", {"a-theme": "A theme"}),
}


@pytest.mark.usefixtures("casey")
@pytest.mark.parametrize("model", TABLES)
def test_a_table_is_shown_before_it_is_taken_in(ada, settings, model):
    settings.FOUR_EYES = False  # each row waits for a second person else: tests/desk/catalogue
    table, expected = TABLES[model]
    before = model.objects.count()
    upload = SimpleUploadedFile("table.csv", table.encode(), "text/csv")
    page = ada.post(url(model, "import"), {"format": "0", "import_file": upload})
    assert page.status_code == 200
    assert "a-" in page.content.decode()
    assert model.objects.count() == before, "a preview changes nothing"
    confirm = page.context["confirm_form"].initial
    ada.post(url(model, "process_import"), confirm)
    assert model.objects.count() == before + 1
    for slug, name in expected.items():
        assert model.objects.get(slug=slug).name == name


@pytest.mark.parametrize(
    "table", ["slug,name\nNot a slug!,Name\n", "slug,name\nok,\n", "nonsense", "slug,name\n" + "x" * 300 + ",n\n"]
)
def test_a_table_that_breaks_a_rule_is_refused_whole(ada, table):
    upload = SimpleUploadedFile("table.csv", table.encode(), "text/csv")
    page = ada.post(url(Body, "import"), {"format": "0", "import_file": upload})
    assert page.status_code == 200
    assert "confirm_form" not in page.context
    assert not Body.objects.exists()


def test_recommendations_are_found_by_review_and_number(ada, settings):
    settings.FOUR_EYES = False
    review = ReviewFactory(slug="audit")
    for _ in range(2):
        upload = SimpleUploadedFile("t.csv", b"review,number\naudit,1\naudit,2\n", "text/csv")
        page = ada.post(url(Recommendation, "import"), {"format": "0", "import_file": upload})
        ada.post(url(Recommendation, "process_import"), page.context["confirm_form"].initial)
    assert [one.number for one in review.recommendations.order_by("number")] == [1, 2]


def test_a_table_taken_out_has_no_formula(ada):
    Body.objects.create(slug="formula", name="=HYPERLINK(1)")
    data = {"format": "0", "resource": "0", "bodyresource_slug": "on", "bodyresource_name": "on"}
    body = ada.post(url(Body, "export"), data).content.decode()
    assert "HYPERLINK(1)" in body
    assert ",=" not in body


def test_a_pledge_with_a_record_can_not_be_deleted(ada):
    entry = update(pledge())
    response = ada.post(url(Pledge, "delete", entry.pledge_id), {"post": "yes"})
    assert Pledge.objects.filter(pk=entry.pledge_id).exists()
    assert response.status_code in (200, 403)


def test_strangers_are_sent_to_the_log_in(client):
    for model in [one for one in OUR_MODELS if one in admin.site._registry][:3]:
        response = client.get(url(model, "changelist"))
        assert response.status_code == 302
        assert "/admin/login/" in response["Location"]


@pytest.mark.parametrize("word", ["2026-11-24", "-1", "٣", "9" * 30, "\x00", "a" * 3000])
@pytest.mark.parametrize("model", [Conflict, Recommendation, Passage, Source], ids=lambda model: model.__name__)
def test_a_field_that_finds_rows_takes_no_word_for_a_key(ada, model, word):
    names = [*admin.site._registry[model].autocomplete_fields, "sides-0-passage"]
    chosen = dict.fromkeys(names, word)
    assert ada.get(url(model, "add"), chosen).status_code == 200
    form = {"sides-TOTAL_FORMS": 1, "sides-INITIAL_FORMS": 0, "passages-TOTAL_FORMS": 0, "passages-INITIAL_FORMS": 0}
    assert "errorlist" in ada.post(url(model, "add"), chosen | form).content.decode()
    assert not model.objects.exists()


@pytest.mark.parametrize("word", ["group", "-1", "9" * 30])
def test_nor_do_the_groups_of_an_account(ada, word):
    other = person("Grace Hopper")
    form = {"name": "Grace Hopper", "email": "grace@example.org", "groups": [word], "user_permissions": [word]}
    answer = ada.post(url(get_user_model(), "change", other.pk), form)
    assert errors(answer).count("Choose one of these.") == 1, "single permissions are given to nobody"


def test_dates_are_typed_as_people_write_them_and_shown_in_words(ada):
    response = ada.post(url(Source, "add"), source_form(published_on="30/2/2025"))
    assert "Enter a date that exists, for example 26 February 2025." in errors(response)
    assert 'value="30/2/2025"' in response.content.decode()
    ada.post(url(Source, "add"), source_form(published_on="3 March 2025"))
    source = Source.objects.get()
    assert source.published_on == dt.date(2025, 3, 3)
    assert 'value="3 March 2025"' in ada.get(url(Source, "change", source.pk)).content.decode()


def test_every_date_of_every_form_is_typed_so(rf):
    request = rf.get("/")
    request.user = superuser("ada")
    fields = [
        (model.__name__, name, field)
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_add_permission(request)
        for name, field in model_admin.get_form(request).base_fields.items()
        if isinstance(field, forms.DateField)
    ]
    assert len(fields) > 3
    assert [(model, name) for model, name, field in fields if not isinstance(field, DayField)] == []


def test_a_field_that_finds_rows_shows_the_one_of_the_address(ada):
    held = PassageFactory()
    assert str(held) in ada.get(url(Recommendation, "add"), {"passage": held.pk}).content.decode()


@pytest.mark.parametrize("old", RENAMED_IN_ADMIN)
def test_an_address_in_the_admin_from_before_a_model_was_renamed_still_leads_to_its_list(ada, old):
    answer = ada.get(f"/admin/{old}/?o=-1", follow=True)
    assert answer.redirect_chain == [(f"/admin/{RENAMED_IN_ADMIN[old]}/?o=-1", 301)]
    assert answer.status_code == 200
