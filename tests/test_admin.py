"""Django admin: every model is there, the record is read-only, and no path bypasses the rules."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from tests.factories import TEXT, PassageFactory, SourceFactory, pledge, superuser, update
from tracker.pledges.models import Citation, Pledge, StatusUpdate
from tracker.sources.models import Licence, Passage, Source, SourceKind, sha256_of

pytestmark = pytest.mark.django_db
OUR_MODELS = [model for label in ("sources", "pledges") for model in apps.get_app_config(label).get_models()]


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
    assert missing == {"ConflictSide", "EntryText"}, "they stand on the pages of their conflict and their entry"


@pytest.mark.usefixtures("casey")
@pytest.mark.parametrize("model", [m for m in OUR_MODELS if m in admin.site._registry], ids=lambda m: m.__name__)
def test_lists_search_and_every_row_opens(ada, model):
    assert admin.site._registry[model].search_fields
    assert ada.get(url(model, "changelist"), {"q": "a “word” %_'\\"}).status_code == 200
    body = ada.get(url(model, "changelist")).content.decode()
    assert "0 selected" in body or "result" in body or model.__name__ == "StatusUpdate"
    assert ada.get(url(model, "change", model.objects.first().pk)).status_code == 200


@pytest.mark.usefixtures("casey")
def test_what_editors_should_check_is_one_filter_away(ada):
    body = ada.get(url(Passage, "changelist"), {"check": "unchecked"}).content.decode()
    assert "15 passages" in body
    assert ada.get(url(Passage, "changelist"), {"check": "nonsense"}).status_code == 200


@pytest.mark.usefixtures("casey")
@pytest.mark.parametrize("model", [StatusUpdate, Citation])
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
        ({"exact": "e", "start": ""}, "The words stand in"),
        ({"exact": "We will", "start": "0", "end": "7"}, "These words do not stand there"),
        ({"exact": "We\u202e will"}, "U+202E RIGHT-TO-LEFT OVERRIDE at character 3"),
        ({"exact": "x" * 100_000}, "does not have exactly these words"),
        ({"exact": "We will", "start": "-3", "end": "4"}, "greater than or equal to 0"),
        ({"exact": "We will", "start": "99999999999999999999", "end": "3"}, "less than or equal to"),
        ({"exact": "a\x00b"}, "Null characters are not allowed"),
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
def test_a_pledge_never_loses_its_last_passage_nor_its_first_deadline(ada):
    made = Pledge.objects.get(slug="taxi-licensing")
    page = ada.get(url(Pledge, "change", made.pk))
    form = {
        key: "" if value is None else value
        for key, value in page.context["adminform"].form.initial.items()
        if not hasattr(value, "__iter__") or isinstance(value, str)
    }
    citations = list(made.citations.all())
    formset = {
        "citations-TOTAL_FORMS": len(citations),
        "citations-INITIAL_FORMS": len(citations),
        "updates-TOTAL_FORMS": 0,
        "updates-INITIAL_FORMS": 0,
    }
    for number, citation in enumerate(citations):
        prefix = f"citations-{number}-"
        formset |= {
            f"{prefix}id": citation.pk,
            f"{prefix}pledge": made.pk,
            f"{prefix}passage": citation.passage_id,
            f"{prefix}role": citation.role,
            f"{prefix}note": "",
        }
    everything_deleted = formset | {f"citations-{number}-DELETE": "on" for number in range(len(citations))}
    response = ada.post(url(Pledge, "change", made.pk), form | everything_deleted)
    assert "A pledge needs at least one passage." in response.content.decode()
    assert made.citations.count() == len(citations)

    dated = form | formset | {"deadline_on": "2026-12-31", "title": "Close them"}
    assert ada.post(url(Pledge, "change", made.pk), dated).status_code == 302
    assert ada.post(url(Pledge, "change", made.pk), dated | {"deadline_on": "2027-12-31"}).status_code == 302
    made.refresh_from_db()
    assert (str(made.deadline_on), made.title) == ("2026-12-31", "Close them")


def test_a_pledge_with_a_record_can_not_be_deleted(ada):
    entry = update(pledge())
    response = ada.post(url(Pledge, "delete", entry.pledge_id), {"post": "yes"})
    assert Pledge.objects.filter(pk=entry.pledge_id).exists()
    assert response.status_code in (200, 403)


def test_strangers_are_sent_to_the_log_in(client):
    for model in OUR_MODELS[:3]:
        response = client.get(url(model, "changelist"))
        assert response.status_code == 302
        assert "/admin/login/" in response["Location"]
