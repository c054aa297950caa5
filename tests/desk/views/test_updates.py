"""An update in one view: evidence found, brought in or pasted, its words taken, and submitted; and nothing new."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localdate

from tests.desk.conftest import signed_in
from tests.desk.pages import open_form, send, sign_off
from tests.factories import SourceFactory, person, published, stated
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import drafts
from tracker.desk.models import Draft, DraftType
from tracker.desk.workflow import DraftState
from tracker.pledges.models import RecordEntry
from tracker.pledges.record.publish import EVIDENCE_MISSING
from tracker.sources import intake
from tracker.sources.choices import Licence
from tracker.sources.models import Source

pytestmark = pytest.mark.django_db
TEXT = "The minister spoke.\n\nA clause was introduced on 3 March. It will apply everywhere.\n\nOthers spoke too."
NEW = {
    "new-title": "Statement", "new-kind": "official-record", "new-licence": Licence.RESERVED, "new-text": TEXT,
    "new-url": "https://example.org/statement", "new-published_on": "3 March 2026",
}  # fmt: skip
SHOWS = {
    "status": "under-way", "step": "introduced", "effective_on": "2026-03-03", "looked_until": "2026-03-04",
    "headline": "A clause was introduced",
}  # fmt: skip


@pytest.fixture
def made(ada):
    return drafts.start(DraftType.UPDATE, by=ada, pledge=stated(slug="about"))


@pytest.mark.slow
def test_a_source_that_is_held_is_found_and_its_words_are_taken_as_the_update_is_submitted(ada, grace, made):
    SourceFactory(slug="statement", title="Statement to the House", text=TEXT)
    client, page = signed_in(ada), made.get_absolute_url()
    opened = client.get(page).content.decode()
    for shown in ("Still needed before you can submit", "Status now", "What would count as delivered"):
        assert shown in opened
    assert 'role="alert"' not in opened
    answer = send(client, page, do="find", find="statement house", **SHOWS)
    found = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="statement"' in found
    assert "A clause was introduced" in found, "what was typed is given back"
    answer = send(client, page, do="show", source="statement", **SHOWS)
    assert "It will apply everywhere." in answer.content.decode()
    answer = send(client, page, do="submit", source="statement", words="It will apply nowhere at all.", **SHOWS)
    wrong = answer.content.decode()
    assert answer.status_code == 422
    assert "The text does not have exactly these words." in wrong or "similar words" in wrong
    assert "It will apply nowhere at all." in wrong
    paragraph = str(TEXT.index("A clause"))
    answer = send(client, page, do="submit", source="statement", paragraph=paragraph, **SHOWS)
    assert answer["Location"] == "/desk/"
    made.refresh_from_db()
    assert made.stage == DraftState.SUBMITTED
    assert [tie.passage.exact for tie in made.evidence.all()] == [TEXT.split("\n\n")[1]]
    assert sign_off(signed_in(grace), made).status_code == 302


def test_a_new_source_its_words_and_the_update_are_one_form(ada, made):
    client, page = signed_in(ada), made.get_absolute_url()
    answer = send(
        client, page, do="submit", words="A clause was introduced on 3 March.", **SHOWS | NEW | {"new-title": ""}
    )
    assert answer.status_code == 422
    assert "Enter a title." in answer.content.decode()
    assert not Source.objects.filter(title="Statement").exists()
    answer = send(client, page, do="submit", words="A clause that nobody introduced, ever.", **SHOWS | NEW)
    assert answer.status_code == 422
    assert not Source.objects.filter(title="Statement").exists(), "all of it or nothing"
    answer = send(client, page, do="submit", words="A clause was introduced on 3 March.", **SHOWS | NEW)
    assert answer["Location"] == "/desk/"
    source = Source.objects.get(title="Statement")
    assert (source.text, list(source.contributors.all())) == (TEXT, [ada])
    assert made.evidence.get().passage.exact == "A clause was introduced on 3 March."


def test_a_file_is_read_in_the_same_view(ada, made):
    client, page = signed_in(ada), made.get_absolute_url()
    file = SimpleUploadedFile("statement.txt", TEXT.encode())
    waiting = send(client, page, do="get", **{"new-file": file, "new-publisher": "A Department"}).content.decode()
    coming = ada.intakes.get()
    assert f'name="coming" value="{coming.pk}"' in waiting
    htmx = {"HTTP_HX_REQUEST": "true"}
    part = f"{page}find-evidence/?coming={coming.pk}"
    assert 'hx-trigger="load delay:2s"' in client.get(part, **htmx).content.decode()
    assert client.get(part)["Location"] == f"{page}?coming={coming.pk}", "without a script, the whole page"
    intake.read_next()
    ready = client.get(part, **htmx).content.decode()
    assert 'value="A Department"' in ready, "what was typed stays"
    assert "It will apply everywhere." in ready
    typed = {name: value for name, value in NEW.items() if name not in ("new-text", "new-url")}
    address, held = open_form(client, f"{page}?coming={coming.pk}", page)
    answer = client.post(
        address, held | SHOWS | typed | {"do": "submit", "words": "A clause was introduced on 3 March."}
    )
    assert answer["Location"] == "/desk/"
    assert Source.objects.get(title="Statement").intake == coming


@pytest.mark.once
@pytest.mark.slow
def test_a_key_in_a_box_never_submits_and_words_are_removed_in_place(ada, made):
    client, page = signed_in(ada), made.get_absolute_url()
    source = SourceFactory(slug="statement", title="Statement to the House", text=TEXT)
    assert send(client, page, do="enter", find="House").status_code == 200
    assert send(client, page, do="enter", headline="Typed").status_code == 302
    answer = send(client, page, do="save", words="A clause was introduced on 3 March.")
    assert "Choose a source, or add one." in answer.content.decode()
    send(client, page, do="save", source=source.slug, words="A clause was introduced on 3 March.")
    tie = made.evidence.get()
    answer = send(client, page, do=f"remove:{tie.pk}", headline="Typed on")
    assert (answer.status_code, made.evidence.count()) == (200, 0)
    made.refresh_from_db()
    assert (made.headline, made.stage) == ("Typed on", DraftState.DRAFT)
    htmx = {"HTTP_HX_REQUEST": "true"}
    assert "Others spoke too." in client.get(f"{page}find-evidence/?source=statement", **htmx).content.decode()
    assert "no source with these words" in client.get(f"{page}find-evidence/?find=zzz", **htmx).content.decode()


@pytest.mark.slow
def test_nothing_new_says_where_one_looked_and_readers_see_it(ada, grace):
    about = stated(slug="about")
    first = published(ada, grace, about)
    client, page = signed_in(ada), "/desk/pledges/about/look-again/"
    assert "Choose where you looked" in send(client, page).content.decode()
    source = about.citations.get().passage.source
    answer = send(client, page, sources=[source.slug], elsewhere="Hansard, all of *November*")
    assert answer["Location"] == "/desk/"
    made = Draft.objects.get(stage=DraftState.SUBMITTED)
    assert (made.status, made.looked_until) == (first.status, localdate())
    assert sign_off(signed_in(grace), made).status_code == 302
    public = Client().get(about.get_absolute_url()).content.decode()
    assert source.display_title in public.split("We looked in:")[1]
    assert "Hansard, all of *November*" in public
    assert RecordEntry.objects.count() == 3
    assert (
        "Nobody has recorded a status yet"
        in send(
            signed_in(ada), f"/desk/pledges/{stated(slug='other').slug}/look-again/", elsewhere="Hansard"
        ).content.decode()
    )


TYPED = {
    "new-url": "https://example.org/typed", "new-title": "A typed title", "new-publisher": "A typed publisher",
    "new-archived_url": "https://example.org/typed-copy", "new-note": "A typed note of the source",
    "new-published_on": "4 March 2026", "note": "A typed note of the words",
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize("do", ["save", "enter", "submit"])
def test_what_is_typed_of_a_source_or_in_a_note_is_given_back_until_it_is_stored(ada, made, name, do):
    client, page = signed_in(ada), made.get_absolute_url()
    SourceFactory(slug="statement", title="Statement to the House", text=TEXT)
    send(client, page, do="save", source="statement", paragraph=str(TEXT.index("A clause")), **SHOWS)
    answer = send(client, page, do=do, headline="A new headline", **{name: TYPED[name]})
    shown = answer.content.decode()
    assert answer.status_code == (200 if do == "enter" else 422)
    assert TYPED[name] in shown
    assert ('class="error-summary"' in shown) == (do != "enter")
    made.refresh_from_db()
    assert (made.headline, made.stage) == ("A new headline", DraftState.DRAFT), "the draft itself is saved"


def test_what_is_typed_of_a_new_source_is_given_back_where_words_of_another_are_taken(ada, made):
    client, page = signed_in(ada), made.get_absolute_url()
    SourceFactory(slug="statement", title="Statement to the House", text=TEXT)
    taken = {"source": "statement", "words": "A clause was introduced on 3 March.", "note": "Of the clause"}
    answer = send(client, page, do="submit", **SHOWS | taken | {"new-title": "Typed"})
    assert answer.status_code == 422
    assert 'value="Typed"' in answer.content.decode()
    assert made.evidence.get().note == "Of the clause"
    answer = send(client, page, do="save", find="House", source="statement")
    assert answer["Location"] == f"{page}?find=House&source=statement"
    assert "It will apply everywhere." in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("do", ["save", "enter", "submit", "find", "get"])
def test_a_file_that_is_chosen_is_kept_whatever_button_is_pressed(ada, made, do):
    client, page = signed_in(ada), made.get_absolute_url()
    file = SimpleUploadedFile("statement.txt", TEXT.encode())
    answer = send(client, page, do=do, **{"new-file": file, "new-publisher": "A Department"})
    coming = ada.intakes.get()
    assert f'name="coming" value="{coming.pk}"' in answer.content.decode()
    assert coming.facts["publisher"] == "A Department"
    intake.read_next()
    address, held = open_form(client, f"{page}?coming={coming.pk}", page)
    answer = client.post(address, held | {"do": "save", "headline": "Typed"})
    assert answer["Location"] == f"{page}?coming={coming.pk}", "the document stays on the page"


def test_the_text_of_a_document_that_cannot_be_read_is_pasted_in_the_same_view(ada, made):
    client, page = signed_in(ada), made.get_absolute_url()
    file = SimpleUploadedFile("scan.txt", b"\x00\x00")
    send(client, page, do="get", **{"new-file": file, "new-publisher": "A Department"})
    coming = ada.intakes.get()
    intake.read_next()
    part = client.get(f"{page}find-evidence/?coming={coming.pk}", HTTP_HX_REQUEST="true").content.decode()
    assert "Paste its text, or choose another file." in part
    for shown in ('name="new-text"', 'name="new-file"', 'value="A Department"'):
        assert shown in part
    address, held = open_form(client, f"{page}?coming={coming.pk}", page)
    words = {"do": "submit", "words": "A clause was introduced on 3 March."}
    assert client.post(address, held | SHOWS | NEW | words)["Location"] == "/desk/"


@pytest.mark.once
def test_what_is_wrong_with_a_field_and_that_evidence_is_missing_are_told_together(ada, made):
    client, page = signed_in(ada), made.get_absolute_url()
    wrong = SHOWS | {"do": "submit", "effective_on": "2 feb 26x"}
    shown = client.post(page, open_form(client, page, page)[1] | wrong)
    assert shown.status_code == 422
    assert EVIDENCE_MISSING in shown.content.decode()
    assert "2 feb 26x" in shown.content.decode()
    words = wrong | NEW | {"new-text": TEXT, "words": TEXT.split("\n\n")[1]}
    given = client.post(page, open_form(client, page, page)[1] | words)
    assert given.status_code == 422
    assert EVIDENCE_MISSING not in given.content.decode()


@pytest.mark.parametrize(
    ("fetches", "typed", "box", "words"),
    [
        (False, {"new-url": "https://example.org/a"}, "new-url", "This site cannot download from addresses."),
        (False, {"find": "https://example.org/a"}, "new-url", "This site cannot download from addresses."),
        (False, {}, "new-file", "Choose a file."),
        (True, {}, "new-url", "Enter the address to download from, or choose a file."),
    ],
)
@pytest.mark.once
def test_get_it_says_what_is_missing_next_to_the_box_that_it_is_about(ada, made, settings, fetches, typed, box, words):
    settings.FETCH_ADDRESSES = fetches
    answer = send(signed_in(ada), made.get_absolute_url(), do="get", **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    summary = page[page.index('class="error-summary"') :].split("</div>")[0]
    assert f'href="#id_{box}"' in summary
    assert words in summary
    assert words in page.split(f'id="id_{box}_error"')[1].split("</p>")[0]
    assert summary.count("<li>") == 1


@pytest.mark.slow
def test_what_is_typed_is_saved_where_a_button_beside_the_form_is_pressed(ada, grace, made):
    about = made.pledge
    changed = drafts.start(DraftType.PLEDGE, by=ada, pledge=about)
    client, page = signed_in(ada), changed.get_absolute_url()
    tie = changed.evidence.first()
    send(client, page, do=f"remove:{tie.pk}", title="A typed title")
    changed.refresh_from_db()
    assert changed.facts["title"] == ["A typed title"]
    assert not changed.evidence.filter(pk=tie.pk).exists()
    answer = send(client, page, do="find", find="House", title="Another title")
    assert answer["Location"] == f"/desk/sources/?draft={changed.pk}&q=House"
    answer = send(client, page, do="add", title="A third title")
    assert answer["Location"] == f"/desk/sources/add/?draft={changed.pk}"
    changed.refresh_from_db()
    assert changed.facts["title"] == ["A third title"]
    published(ada, grace, about)
    send(client, page, do="catch-up", title="A fourth title")
    changed.refresh_from_db()
    assert changed.facts["title"] == ["A fourth title"]
    assert "Published since this draft was started" not in client.get(page).content.decode()


@pytest.mark.once
def test_autosave_names_the_other_person_by_their_public_name(ada, made):
    other = person("Mary Somerville", DeskRole.EDITOR)
    _, held = open_form(signed_in(ada), made.get_absolute_url())
    drafts.save(made, version=made.version, by=other, fields={"headline": "Hers"})
    answer = signed_in(ada).post(f"{made.get_absolute_url()}autosave/", held)
    assert "Mary Somerville changed this draft." in answer.content.decode()


@pytest.mark.slow
def test_a_returned_draft_says_why_where_it_is_mended(ada, grace, made):
    send(signed_in(ada), made.get_absolute_url(), do="save", **SHOWS)
    SourceFactory(slug="statement", title="Statement to the House", text=TEXT)
    words = {"source": "statement", "words": "A clause was introduced on 3 March."}
    send(signed_in(ada), made.get_absolute_url(), do="submit", **words)
    send(signed_in(grace), f"{made.get_absolute_url()}review/", "/comment/", do="return", text="Say which clause.")
    page = signed_in(ada).get(made.get_absolute_url()).content.decode()
    assert "returned this draft" in page
    assert page.index("Say which clause.") < page.index('id="draft-form"')
    send(signed_in(ada), made.get_absolute_url(), do="submit")
    assert "returned this draft" not in signed_in(ada).get(made.get_absolute_url()).content.decode()


def test_a_pledge_that_lacks_facts_says_each_of_them_once(ada):
    drafted = drafts.start(DraftType.PLEDGE, by=ada)
    page = send(signed_in(ada), drafted.get_absolute_url(), do="submit").content.decode()
    problems = re.findall(r'<li><a href="#id_(\w+)">', page[page.index('class="error-summary"') :].split("</div>")[0])
    assert "made_on" in problems
    assert len(problems) == len(set(problems)), problems
