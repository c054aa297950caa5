"""Sources at the desk: brought in, read, confirmed; pledges found in them; later snapshots; addresses that die."""

import datetime as dt
import re

import lxml.html
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.conftest import signed_in
from tests.desk.pages import send
from tests.factories import PassageFactory, SourceFactory, draft, person, stated
from tests.sources.documents import hostile_documents
from tests.sources.documents.test_fetch import _Handler, site, web  # noqa: F401 fixtures
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import candidates
from tracker.desk.models import AuditLogEntry, Candidate, CandidateDecision, Draft
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Pledge
from tracker.sources import link_checks
from tracker.sources.choices import LinkState
from tracker.sources.documents import fetch as fetcher
from tracker.sources.models import Intake, LinkCheck, Source

pytestmark = pytest.mark.django_db

TEXT = """The Home Secretary has pledged to publish a register of taxi drivers by the end of May 2026.
The report found that data were incomplete.
The Government will fund more than 1,000 new places in refuges.
Campaigners called on ministers to resign."""


class TestBringingIn:
    def test_a_pdf_is_read_confirmed_and_its_words_say_their_page(self, ada):
        client = signed_in(ada)
        upload = SimpleUploadedFile(
            "plan.pdf", hostile_documents.pdf("Cover", "We will publish a register."), "application/pdf"
        )
        answer = client.post("/desk/sources/add/", {"publisher": "Home Office", "file": upload})
        address = answer["Location"]
        page = client.get(address).content.decode()
        assert "Waiting to be read" in page
        assert 'hx-trigger="load delay:2s"' in page
        part = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert part.lstrip().startswith("<section") or 'id="coming"' in part[:900]
        call_command("read_documents")
        page = client.get(address).content.decode()
        assert "2 pages, read as pdf" in page
        assert 'value="Home Office"' in page
        assert "We will publish a register." in page
        assert "Documents you added" in client.get("/desk/").content.decode()
        answer = client.post(address, {"title": "", "kind": "press", "licence": "ogl-3.0"})
        assert answer.status_code == 422
        assert "Enter a title." in answer.content.decode()
        client.post(address, {"title": "A plan", "publisher": "Home Office", "kind": "press", "licence": "ogl-3.0"})
        source = Source.objects.get()
        assert (source.title, source.pages) == ("A plan", [0, 7])
        assert [row.what for row in AuditLogEntry.objects.all()] == ["brought in a source", "brought in a document"]
        stated(PassageFactory(source=source, exact="We will publish a register."), slug="register")
        assert "page 2" in client.get("/pledges/register/").content.decode()

    def test_what_the_document_says_is_proposed_with_where_it_says_so_and_doubts_are_told(self, ada):
        client = signed_in(ada)
        content = b"<html><title>The plan</title><body>We will do it \xe2\x80\x93 for \xc3\x82\xc2\xa35.</body></html>"
        upload = SimpleUploadedFile("plan.html", content, "text/html")
        address = client.post("/desk/sources/add/", {"file": upload})["Location"]
        call_command("read_documents")
        page = client.get(address).content.decode()
        assert 'value="The plan"' in page
        assert "Taken from &lt;title&gt;." in page
        assert "Damaged characters such as “Â£” at character " in page

    def test_a_failure_says_why_and_can_be_dropped(self, ada):
        client = signed_in(ada)
        upload = SimpleUploadedFile("scan.pdf", hostile_documents.pdf(""), "application/pdf")
        address = client.post("/desk/sources/add/", {"file": upload})["Location"]
        call_command("read_documents")
        assert "it is scanned" in client.get(address).content.decode()
        assert "could not be read" in client.get("/desk/").content.decode()
        client.post(f"{address}drop/")
        assert Intake.objects.get().content is None
        assert "Deleted" in client.get(address).content.decode()
        assert client.post(address, {"title": "A", "kind": "press", "licence": "ogl-3.0"}).status_code == 422
        assert not Source.objects.exists()

    def test_one_way_at_a_time_and_none_is_told(self, ada, settings):
        client = signed_in(ada)
        upload = SimpleUploadedFile("a.txt", b"Words.", "text/plain")
        good = {"title": "A", "kind": "press", "licence": "ogl-3.0"}
        for data, message in (
            (good, "Paste the text or choose a file."),
            (good | {"text": "Words.", "file": upload}, "Choose one:"),
            ({"text": "Words."}, "Enter a title."),
            ({"text": "Words."}, "Choose a licence."),
            (good | {"text": "Words.", "published_on": "25 November 2026"}, "Enter a date up to today, 24 November"),
        ):
            answer = client.post("/desk/sources/add/", data)
            assert answer.status_code == 422
            assert message in answer.content.decode()
        assert client.get("/desk/sources/add/").content.decode().count("Needed if you paste the text.") == 3
        send(client, "/desk/sources/add/", **good, text="One\u202etwo", published_on="24 November 2026")
        assert "One character that nobody sees, U+202E" in client.get("/desk/sources/").content.decode()
        assert 'name="fetch"' not in client.get("/desk/sources/add/").content.decode()
        settings.FETCH_ADDRESSES = True
        assert 'name="fetch"' in client.get("/desk/sources/add/").content.decode()
        assert ("Enter the address to download from.") in client.post(
            "/desk/sources/add/", {"fetch": "on"}
        ).content.decode()
        answer = client.post("/desk/sources/add/", {"fetch": "on", "url": "https://example.org/a"})
        assert Intake.objects.get().url == "https://example.org/a"

    def test_for_a_draft_one_goes_on_to_its_words(self, ada):
        made = draft(ada)
        client = signed_in(ada)
        upload = SimpleUploadedFile("a.txt", b"We will do it.", "text/plain")
        address = client.post("/desk/sources/add/", {"file": upload, "draft": made.pk})["Location"]
        call_command("read_documents")
        facts = {"title": "A", "kind": "press", "licence": "ogl-3.0", "draft": made.pk}
        answer = client.post(address, facts)
        assert answer["Location"] == f"/desk/drafts/{made.pk}/words/a/"


class TestCandidates:
    @pytest.fixture
    def source(self):
        return SourceFactory(text=TEXT, slug="plan")

    def test_found_then_accepted_as_a_draft_with_its_words(self, ada, source):
        client = signed_in(ada)
        assert "has not been searched for pledges yet" in client.get("/desk/sources/plan/candidates/").content.decode()
        client.post("/desk/sources/plan/candidates/look/")
        page = client.get("/desk/sources/plan/candidates/").content.decode()
        assert "Proposed 2" in page
        assert "Ranked lower 2" in page
        cells = lxml.html.fromstring(page).xpath("//td[@data-label]")
        said = {(cell.get("data-label"), cell.text_content().strip()) for cell in cells}
        assert {("Who", "Home Secretary"), ("By when", "by the end of May 2026")} <= said
        assert "it promises in so many words" in page
        first = Candidate.objects.filter(proposed=True).first()
        made = client.post(f"/desk/candidates/{first.pk}/decide/", {"decision": "accept"})
        started = Draft.objects.get()
        assert made["Location"] == started.get_absolute_url()
        tie = started.evidence.get()
        assert (tie.passage.exact, tie.role) == (TEXT.split("\n")[0], EvidenceRole.PLEDGE)
        assert started.facts["title"][0].startswith("Pledged to publish a register")
        assert not Pledge.objects.exists(), "a proposal is no pledge"
        again = client.post(f"/desk/candidates/{first.pk}/decide/", {"decision": "reject"}, follow=True)
        assert "Someone has already decided" in again.content.decode()

    def test_rejected_and_taken_back(self, ada, source):
        client = signed_in(ada)
        candidates.search_source(source)
        first = Candidate.objects.first()
        client.post(f"/desk/candidates/{first.pk}/decide/", {"decision": "reject"})
        assert "No pledge" in client.get("/desk/sources/plan/candidates/?show=decided").content.decode()
        candidates.search_source(source)
        first.refresh_from_db()
        assert first.decision == CandidateDecision.REJECTED, "looked for again, what was decided stays decided"
        assert Candidate.objects.count() == 4
        client.post(f"/desk/candidates/{first.pk}/decide/", {"decision": "reopen"})
        first.refresh_from_db()
        assert first.decision == CandidateDecision.WAITING

    def test_a_pledge_that_is_there_is_pointed_out_with_figures_that_differ_and_merged_with(self, ada, source):
        words = "The Government is to fund more than 800 new places in refuges."
        stated(PassageFactory(source=SourceFactory(text=words), exact=words), slug="refuges", title="Refuges")
        candidates.search_source(source)
        client = signed_in(ada)
        page = client.get("/desk/sources/plan/candidates/").content.decode()
        assert "A similar pledge:" in page
        assert "The figures differ: more than 1,000 / more than 800" in page
        one = Candidate.objects.get(exact__contains="refuges")
        data = {"decision": "merge", "pledge": "refuges", "differs": "1"}
        client.post(f"/desk/candidates/{one.pk}/decide/", data)
        started = Draft.objects.get()
        assert started.pledge.slug == "refuges"
        assert {tie.role for tie in started.evidence.all()} == {EvidenceRole.PLEDGE, EvidenceRole.CONFLICT}
        other = Candidate.objects.filter(decision=CandidateDecision.WAITING).first()
        assert (
            client.post(f"/desk/candidates/{other.pk}/decide/", {"decision": "merge", "pledge": "x"}).status_code
            == 404
        )

    def test_a_proposal_says_where_it_stands_and_recommendations_have_a_list_of_their_own(self, ada):
        source = SourceFactory(
            slug="response",
            text="Chapter 2: Refuges\n\nRecommendation 7: Every refuge should have a worker for children.\n\n"
            "We accept this recommendation.\n\nBy the spring we will:\n\n• publish a plan for every refuge;\n",
        )
        candidates.search_source(source)
        client = signed_in(ada)
        page = " ".join(client.get("/desk/sources/response/candidates/").content.decode().split())
        assert page.count("<b>Recommendation 7</b> · under “Chapter 2: Refuges”") == 1, (
            "said once for the rows below it"
        )
        assert "Its list begins: “By the spring we will:”" in page
        assert "Every refuge should have a worker" not in page
        assert "Recommendations of the review 1" in page
        page = client.get("/desk/sources/response/candidates/?show=recommendations").content.decode()
        assert "Every refuge should have a worker" in page

    def test_the_worker_looks_through_what_nobody_looked_through(self, source, capsys):
        SourceFactory(text="", slug="not-held")
        call_command("find_pledges")
        assert capsys.readouterr().out == "plan: 2 proposed\n"
        call_command("find_pledges")
        assert capsys.readouterr().out == ""

    @pytest.mark.slow
    def test_queries_do_not_grow(self, ada, source, django_assert_max_num_queries):
        candidates.search_source(source)
        client = signed_in(ada)
        for number in range(30):
            stated(slug=f"pledge-{number}")
        with django_assert_max_num_queries(26):
            client.get("/desk/sources/plan/candidates/")


class TestSnapshots:
    def test_a_later_snapshot_is_held_against_the_one_before(self, ada):
        earlier = SourceFactory(text=TEXT, slug="before", title="The plan")
        PassageFactory(source=earlier, exact="The report found that data were incomplete.")
        PassageFactory(source=earlier, exact="The Government will fund more than 1,000 new places in refuges.")
        client = signed_in(ada)
        page = client.get("/desk/sources/add/?after=before").content.decode()
        assert "A later snapshot of The plan" in page
        assert 'value="The plan"' in page
        data = {"title": "The plan", "kind": "press", "licence": "ogl-3.0", "text": TEXT.replace("1,000", "900")}
        answer = client.post("/desk/sources/add/?after=before", data)
        assert answer["Location"] == "/desk/sources/the-plan/again/"
        page = client.get(answer["Location"]).content.decode()
        assert "The same words are at character" in page
        assert "Similar words (" in page
        assert "<ins>900</ins>" in page
        assert "<del>1</del>" in page or "<del>1,000</del>" in page
        form = re.search(
            r'name="passage" value="(\d+)">\s*<input type="hidden" name="start" value="(\d+)"><input.*?value="(\d+)"',
            page,
        )
        client.post(answer["Location"], {"passage": form[1], "start": form[2], "end": form[3]})
        assert "Confirmed." in client.get(answer["Location"]).content.decode()
        bad = client.post(answer["Location"], {"passage": form[1], "start": "5", "end": "2"})
        assert "no such characters" in bad.content.decode()


class TestLinks:
    @pytest.fixture
    def source(self, site):  # noqa: F811
        site.source = SourceFactory(url=f"{site.url}/words", slug="linked", text="The words. More.")
        PassageFactory(source=site.source, exact="The words.")
        return site.source

    def look(self, *, days=0):
        with time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False):
            return link_checks.check_due()

    def test_alive_changed_moved(self, source, site):  # noqa: F811
        assert [one.state for one in self.look()] == [LinkState.ALIVE]
        assert [line.split(" /")[1] for line in site.asked] == ["robots.txt", "words", "words"]
        assert self.look() == [], "once a week"
        PassageFactory(source=source, exact="More.")
        [check] = self.look(days=8)
        assert (check.state, check.says) == (LinkState.CHANGED, "1 of 2 passages are no longer there")
        Source.objects.filter(pk=source.pk).update(url=f"{site.url}/to?/words")
        [check] = self.look(days=8)
        assert (check.state, check.leads_to) == (LinkState.MOVED, f"{site.url}/words")

    def test_gone_only_after_asking_again(self, source, site):  # noqa: F811
        Source.objects.update(url=f"{site.url}/gone")
        assert self.look()[0].state == LinkState.UNCERTAIN
        assert self.look(days=1)[0].state == LinkState.GONE
        Source.objects.update(url="http://127.0.0.1:1/")
        states = [self.look(days=10 * n)[0].state for n in range(1, 6)]
        assert states == [LinkState.UNCERTAIN] * 4 + [LinkState.GONE]

    def test_one_of_each_host_in_a_round(self, source, site):  # noqa: F811
        SourceFactory(url=f"{site.url}/other", slug="other")
        assert len(self.look()) == 1
        assert len(self.look()) == 1
        assert len(self.look()) == 0

    def test_robots_are_obeyed(self, source, monkeypatch):
        class Closed(_Handler):
            def do_GET(self):
                self.server.asked.append(self.path)
                content = b"User-agent: *\nDisallow: /"
                self._head(Content_Length=str(len(content)))
                self.wfile.write(content)

        with web(Closed) as server:
            Source.objects.update(url=f"http://public.test:{server.server_port}/words")
            assert self.look()[0].state == LinkState.CLOSED
            assert server.asked == ["/robots.txt"]

    def test_off_by_default(self, source, site):  # noqa: F811
        call_command("check_links")
        assert not LinkCheck.objects.exists()
        assert site.asked == []

    @pytest.mark.slow
    def test_the_queue_shows_it_and_a_reader_gets_the_copy_and_the_words(self, ada, source, site, client):  # noqa: F811
        stated(source.passages.get(), slug="about")
        LinkCheck.objects.create(
            source=source, url=source.url, state="gone", says="404", checked_at=timezone.now(), next_at=timezone.now()
        )
        desk = signed_in(ada)
        assert "Gone: 404" in desk.get("/desk/?show=links").content.decode()
        address = "/desk/sources/linked/link/"
        assert desk.post(address, {"archived_url": "no address"}).status_code == 422
        change = desk.post(address, {"archived_url": "https://archive.example/1"})["Location"]
        publisher = signed_in(person("Grace Hopper", DeskRole.PUBLISHER))
        assert send(publisher, change, "/accept/").status_code == 302
        page = client.get("/sources/linked/").content.decode()
        assert "Did not answer on" in page
        assert 'href="https://archive.example/1"' in page
        assert "The words." in page
        desk.post(address, {"let_be": "1"})
        assert "Gone: 404" not in desk.get("/desk/?show=links").content.decode()
        LinkCheck.objects.update(state="changed")
        assert "Changed" in desk.get("/desk/?show=links").content.decode(), "another state is shown again"
        desk.post(address, {"again": "1"})
        assert LinkCheck.objects.get().next_at <= timezone.now()


def test_a_withdrawn_source_says_so_to_readers(edith, client):
    source = SourceFactory(slug="gone", text="We will do it. Secret.")
    stated(PassageFactory(source=source), slug="about")
    candidates.search_source(source)
    admin = signed_in(edith)
    assert "Secret" in client.get("/", {"q": "secret"}).content.decode()
    assert "/desk/sources/gone/withdraw/" in admin.get("/desk/sources/").content.decode()
    assert admin.post("/desk/sources/gone/withdraw/", {"reason": "", "sure": "on"}).status_code == 422
    send(admin, "/desk/sources/gone/withdraw/", reason="An order of the court.", sure="on")
    page = client.get("/sources/gone/").content.decode()
    assert "withdrawn for legal reasons" in page
    assert "An order of the court." in page
    assert "Secret" not in page
    assert source.sha256 in page
    assert "Secret" not in client.get("/", {"q": "secret"}).content.decode()
    assert not Candidate.objects.exists()
    assert "already withdrawn" in admin.get("/desk/sources/gone/withdraw/").content.decode()
    assert "/desk/sources/gone/withdraw/" not in admin.get("/desk/sources/").content.decode()


def test_a_source_without_stored_text_leads_to_its_withdrawal(edith):
    SourceFactory(slug="named", text="")
    admin = signed_in(edith)
    admin.get("/desk/sources/")
    with CaptureQueriesContext(connection) as one:
        assert "/desk/sources/named/withdraw/" in admin.get("/desk/sources/").content.decode()
    SourceFactory.create_batch(2, text="")
    with CaptureQueriesContext(connection) as three:
        admin.get("/desk/sources/")
    assert len(one) == len(three)
    send(admin, "/desk/sources/named/withdraw/", reason="An order of the court.", sure="on")
    assert "/desk/sources/named/withdraw/" not in admin.get("/desk/sources/").content.decode()


def test_no_module_of_the_web_process_fetches():
    """Only the worker's commands and verbs reach for the network."""
    assert fetcher.fetch.__module__ == "tracker.sources.documents.fetch"
    from pathlib import Path

    users = {
        path.name
        for path in Path(fetcher.__file__).parents[2].rglob("*.py")
        if re.search(r"documents\.fetch import|import fetch\b", path.read_text(encoding="utf-8"))
    }
    assert users == {"intake.py", "link_checks.py", "cosignatures.py"}
