"""Whoever wrote in a file that becomes drafts signs off none of them, whoever brings its rows in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.desk.conftest import signed_in
from tests.desk.pages import open_form, send, sign_off
from tests.factories import BodyFactory, ReviewFactory, SourceFactory, ThemeFactory
from tracker.desk.models import Draft, SpreadsheetImport

pytestmark = pytest.mark.django_db
HEAD = "ID,Title,Words,Source URL,Theme,Promised by,Kind,Basis,Date,Note\n"
ROW = "1,Build,We will build homes.,https://example.org/a,Housing,Homes Agency,service,announced action,1/2/2025,{}\n"


@pytest.fixture(autouse=True)
def catalogue(db):
    SourceFactory(url="https://example.org/a", text="The minister: We will build homes. We will fix homes.")
    ThemeFactory(slug="housing", name="Housing")
    BodyFactory(slug="homes-agency", name="Homes Agency")
    ReviewFactory()


def upload(client, text):
    send(client, "/desk/imports/", file=SimpleUploadedFile("list.csv", text.encode()))
    return f"/desk/imports/{SpreadsheetImport.objects.first().pk}"


def match(client, base, **columns):
    assert send(client, f"{base}/columns/", **columns)["Location"] == f"{base}/values/"
    assert send(client, f"{base}/values/")["Location"] == f"{base}/preview/"


def bring_in(client, base):
    assert send(client, f"{base}/preview/")["Location"] == f"{base}/"


def submitted(client):
    draft = Draft.objects.get()
    typed = {"do": "submit", "done_means": "Homes are built."}
    assert send(client, draft.get_absolute_url(), **typed).status_code == 302
    draft.refresh_from_db()
    assert draft.stage == "submitted"
    return draft


def refuses(client, draft):
    """Whether the page of a review gives this person no form, and what the form of another sends is refused."""
    page = client.get(f"/desk/drafts/{draft.pk}/review/").content.decode()
    return "You wrote in this draft: another person has to sign it off." in page


@pytest.mark.slow
def test_who_brought_the_file_in_signs_off_nothing_that_another_starts(ada, grace, edith):
    editor, publisher = signed_in(ada), signed_in(grace)
    base = upload(publisher, HEAD + ROW.format("Words of Grace."))
    match(editor, base, **{"column-2": "words"})
    bring_in(editor, base)
    draft = submitted(editor)
    assert refuses(publisher, draft)
    address, held = open_form(signed_in(edith), f"/desk/drafts/{draft.pk}/review/", "/publish/")
    assert publisher.post(address, held | {"proceedings": "on", "identification": "on"}).status_code == 403
    assert sign_off(signed_in(edith), draft).status_code == 302
    draft.refresh_from_db()
    assert draft.published_as.proposed_by == "Ada Lovelace, Grace Hopper"


@pytest.mark.slow
def test_who_changes_what_becomes_of_the_columns_has_contributed(ada, grace):
    editor, publisher = signed_in(ada), signed_in(grace)
    base = upload(editor, HEAD + ROW.format("A note."))
    match(editor, base, **{"column-2": "words", "column-9": "desk-note"})
    match(publisher, base, **{"column-9": "note"})
    bring_in(editor, base)
    assert refuses(publisher, submitted(editor))


@pytest.mark.slow
def test_who_only_looks_at_the_columns_has_not(ada, grace):
    editor, publisher = signed_in(ada), signed_in(grace)
    base = upload(editor, HEAD + ROW.format("A note."))
    match(editor, base, **{"column-2": "words"})
    match(publisher, base)
    bring_in(editor, base)
    draft = submitted(editor)
    assert not refuses(publisher, draft)
    assert sign_off(publisher, draft).status_code == 302


@pytest.mark.slow
def test_who_brought_in_the_file_that_new_words_are_taken_from_has_contributed(ada, grace):
    editor, publisher = signed_in(ada), signed_in(grace)
    base = upload(editor, HEAD + ROW.format("A note."))
    match(editor, base, **{"column-2": "words"})
    bring_in(editor, base)
    base = upload(publisher, HEAD + ROW.format("Words of Grace."))
    match(publisher, base)
    bring_in(publisher, base)
    row = SpreadsheetImport.objects.first().rows.get(state="changed")
    address, held = open_form(editor, f"{base}/", "/change/", button="do")
    assert editor.post(address, held | {"do": f"take:{row.pk}"}).status_code == 302
    draft = submitted(editor)
    assert "".join(draft.facts["note"]).strip() == "Words of Grace."
    assert refuses(publisher, draft)


def test_words_and_sources_that_are_new_are_of_all_who_wrote_in_the_file(ada, grace):
    editor, publisher = signed_in(ada), signed_in(grace)
    base = upload(publisher, HEAD + ROW.format("").replace("example.org/a", "example.org/new"))
    match(editor, base, **{"column-2": "words"})
    bring_in(editor, base)
    passage = Draft.objects.get().evidence.get().passage
    assert set(passage.contributors.all()) == set(passage.source.contributors.all()) == {ada, grace}


@pytest.mark.slow
def test_what_another_typed_for_all_rows_of_a_file_is_not_said_for_the_next_one(ada, grace):
    """She would sign off her own words: they would come by a file in which she has no part."""
    editor, publisher = signed_in(ada), signed_in(grace)
    columns = {"column-2": "words", "column-4": "leave-out", "constant-theme": "A theme that Grace names"}
    for brings, constants in ((publisher, {"theme": columns["constant-theme"]}),) * 2 + ((editor, {}),) * 2:
        number = SpreadsheetImport.objects.count()
        base = upload(brings, HEAD + ROW.format(f"File {number}."))
        if number == 0:
            match(brings, base, **columns)
        mapping = SpreadsheetImport.objects.first().mapping
        assert mapping["columns"]["Theme"] == "leave-out", "which columns are which is used again"
        assert mapping["constants"] == constants
        bring_in(brings, base)
