"""An update in one view: evidence found, brought in or pasted, its words taken, and submitted; and nothing new."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localdate

from tests.desk.conftest import signed_in
from tests.desk.pages import open_form, send, sign_off
from tests.factories import SourceFactory, published, stated
from tracker.desk.actions import drafts
from tracker.desk.models import Draft, DraftType
from tracker.desk.workflow import DraftState
from tracker.pledges.models import RecordEntry
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
