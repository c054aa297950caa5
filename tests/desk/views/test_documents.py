"""Documents on their way in, as an editor sees them: a stop, furniture folded away, pages by their labels."""

import time

import pytest

from tests.desk.conftest import signed_in
from tests.factories import PassageFactory, SourceFactory, draft
from tests.sources.documents import builders
from tracker.desk.actions import drafts
from tracker.desk.sign_off.public_rows import rows_of_source
from tracker.sources import intake
from tracker.sources.choices import IntakeState, Licence, SourceKind
from tracker.sources.documents import sandbox
from tracker.sources.models import Intake, Source

pytestmark = pytest.mark.django_db
PAGE = b"""<!doctype html><html><body><nav>Menu of the site</nav><main><h1>Plan</h1><p>We will dig a canal.</p></main>
<footer>Contact us</footer></body></html>"""
FACTS = {"title": "Plan", "kind": SourceKind.OFFICIAL_PUBLICATION, "licence": Licence.OGL}


def labelled_pdf() -> bytes:
    return builders.pdf(
        builders.at(72, 700, "A foreword of some words."),
        builders.at(72, 700, "We will dig a canal by May."),
        catalog="/PageLabels << /Nums [0 << /S /r /St 4 >> 1 << /S /D >>] >>",
    )


def brought(content: bytes, name: str, by=None) -> Intake:
    made = intake.upload_file(content, name=name, by=by)
    intake.read_next()
    made.refresh_from_db()
    return made


def test_furniture_of_a_page_is_folded_away_at_the_desk_and_not_lost(ada):
    made = brought(PAGE, "plan.html", ada)
    page = signed_in(ada).get(made.get_absolute_url()).content.decode()
    menu = page.index("Menu of the site")
    assert page.rfind('<details class="furniture">', 0, menu) > page.rfind("</details>", 0, menu)
    words = page.index("We will dig a canal.")
    assert page.rfind("</details>", 0, words) > page.rfind("<details", 0, words)
    assert "told apart from its text" in page
    source = intake.store(made, facts=FACTS, slug="plan")
    assert "Menu of the site" in source.text
    opened = draft(ada)
    taking = signed_in(ada).get(f"/desk/drafts/{opened.pk}/words/{source.slug}/").content.decode()
    assert taking.count('<details class="furniture"') == 2
    assert "Contact us" in taking


def test_pages_are_named_as_the_document_names_them(client):
    made = brought(labelled_pdf(), "plan.pdf")
    assert made.page_labels == ["iv", "1"]
    source = intake.store(made, facts=FACTS, slug="plan")
    assert [source.page_label_at(at) for at in (0, source.text.index("We will"), None)] == ["iv", "1", ""]
    assert source.page_at(source.text.index("We will")) == 2
    assert Source(pages=[0, 5]).page_label_at(6) == "2"


def test_whoever_signs_off_reads_what_pages_are_called_unless_they_are_numbers(ada):
    source = SourceFactory(pages=[0, 10, 20], page_labels=["iv", "12", "Annex A-1"])
    assert ("Names of pages", "Annex A-1") in rows_of_source(source)
    opened = draft(ada)
    drafts.add_evidence(opened, PassageFactory(source=source), by=ada)
    page = signed_in(ada).get(f"/desk/drafts/{opened.pk}/review/").content.decode()
    assert "Annex A-1" in page
    assert "Names of pages" not in dict(rows_of_source(SourceFactory(pages=[0, 10], page_labels=["iv", "12"])))


def test_a_document_that_is_dropped_while_it_is_read_is_stopped_at_once(monkeypatch, ada):
    monkeypatch.setattr(sandbox, "_CHILD", "import time; time.sleep(30)")
    made = intake.upload_file(b"words", name="long.txt", by=ada)
    real = intake.extract_in_sandbox

    def dropped_meanwhile(content, **about):
        page = signed_in(ada).get(made.get_absolute_url()).content.decode()
        assert "Stop and delete it" in page
        signed_in(ada).post(f"{made.get_absolute_url()}drop/")
        return real(content, **about)

    monkeypatch.setattr(intake, "extract_in_sandbox", dropped_meanwhile)
    begun = time.monotonic()
    assert intake.read_next().state == IntakeState.DROPPED
    assert time.monotonic() - begun < 15
    made.refresh_from_db()
    assert (made.content, made.text, made.layout) == (None, "", {})


def test_a_child_that_says_nothing_is_heard_of_every_second(monkeypatch):
    monkeypatch.setattr(sandbox, "_CHILD", 'import time; time.sleep(2.6); print(\'{"unreadable": "slow."}\')')
    heard = []
    with pytest.raises(sandbox.DocumentError, match="slow"):
        sandbox.extract_in_sandbox(b"x", on_progress=lambda done, of: heard.append((done, of)))
    assert heard[:2] == [(0, 0), (0, 0)]
