"""Documents you added: read once, confirmed by a person, kept with their bytes; later snapshots; withdrawal."""

import datetime as dt
import hashlib
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.factories import PassageFactory, SourceFactory, person, stated, superuser
from tests.sources.documents import hostile_documents
from tests.sources.documents.test_fetch import site  # noqa: F401 a fixture
from tracker.sources import intake, snapshots
from tracker.sources.choices import IntakeState
from tracker.sources.documents.result import DocumentError
from tracker.sources.duplicates import find_similar
from tracker.sources.models import Intake, Passage, Source, SourceFile, SourceWithdrawal
from tracker.sources.withdrawals import withdraw_source

pytestmark = pytest.mark.django_db
FACTS = {"title": "A statement", "publisher": "Office", "kind": "press", "licence": "ogl-3.0"}


def brought(content: bytes = b"We will do it.\nSoon.", name: str = "a.txt", **more) -> Intake:
    return intake.upload_file(content, name=name, by=None, **more)


def ready(*args, **kwargs) -> Intake:
    made = brought(*args, **kwargs)
    intake.read_next()
    made.refresh_from_db()
    assert made.state == IntakeState.READY, made.problem
    return made


class TestReading:
    def test_a_document_becomes_a_source_with_its_bytes_and_pages(self):
        content = hostile_documents.pdf("We will publish the first part.", "We will publish the second part.")
        source = intake.store(ready(content, "a.pdf"), facts=FACTS, slug="a-statement")
        assert source.pages == [0, source.text.index("We will publish the second")]
        assert bytes(source.original.content) == content
        assert source.original.sha256 == hashlib.sha256(content).hexdigest()
        passage = PassageFactory(source=source, exact="the second part")
        assert (passage.page, passage.check_state) == (2, "checked")
        assert PassageFactory(source=source, exact="the first part").page == 1
        made = Intake.objects.get()
        assert (made.state, made.content, made.text) == (IntakeState.STORED, None, ""), "kept once"

    def test_what_cannot_be_read_says_why(self):
        made = brought(hostile_documents.pdf(""), "scan.pdf")
        intake.read_next()
        made.refresh_from_db()
        assert made.state == IntakeState.FAILED
        assert "it is scanned" in made.problem

    def test_empty_and_huge_files_are_refused_at_once(self):
        for content, message in ((b"", "empty"), (b"x" * (11 * 1024 * 1024), "Choose a file of 10 MB or less")):
            with pytest.raises(ValidationError, match=message):
                brought(content)
        assert not Intake.objects.exists()

    def test_a_worker_that_died_is_followed_by_another_and_three_times_is_enough(self, monkeypatch):
        made = brought()
        now = timezone.now()

        def died(*args, **kwargs):
            raise KeyboardInterrupt

        monkeypatch.setattr(intake, "extract_in_sandbox", died)
        for attempt in range(3):
            with (
                time_machine.travel(now + attempt * intake.LEASE_TIME * 2, tick=False),
                pytest.raises(KeyboardInterrupt),
            ):
                intake.read_next()
            with time_machine.travel(now + attempt * intake.LEASE_TIME * 2, tick=False):
                assert intake.read_next() is None, "it may still be at work"
        with time_machine.travel(now + 7 * intake.LEASE_TIME, tick=False):
            assert intake.read_next() is None
        made.refresh_from_db()
        assert made.state == IntakeState.FAILED
        assert "three times" in made.problem

    def test_what_is_dropped_while_it_is_read_stays_dropped(self, monkeypatch):
        made = brought()
        monkeypatch.setattr(intake, "extract_in_sandbox", lambda *a, **k: intake.drop(made) or _unreadable())
        intake.read_next()
        made.refresh_from_db()
        assert (made.state, made.content) == (IntakeState.DROPPED, None)

    def test_progress_is_told_page_by_page(self, monkeypatch):
        brought(hostile_documents.pdf(*["We will do it."] * 5), "a.pdf")
        heard, seen, clock = [], [], iter(range(0, 100, 2))
        # Only the clock of intake.py: the sandbox has limits by the same clock, which this one would soon reach.
        monkeypatch.setattr(intake, "time", SimpleNamespace(monotonic=lambda: next(clock) + 2.0))
        real = intake.extract_in_sandbox

        def listened(content, *, on_progress, **about):
            found = real(content, on_progress=lambda done, of: heard.append((done, of)), **about)
            for done in range(1, 6):
                on_progress(done, 5)
                seen.append(Intake.objects.values_list("done", "of").get())
            return found

        monkeypatch.setattr(intake, "extract_in_sandbox", listened)
        intake.read_next()
        assert heard[-1] == (5, 5), "the child says how far it is"
        assert seen == [(done, 5) for done in range(1, 6)]

    def test_it_is_stored_once(self):
        made = ready()
        intake.store(made, facts=FACTS, slug="one")
        with pytest.raises(ValidationError, match="already stored or deleted"):
            intake.store(made, facts=FACTS, slug="two")
        intake.drop(made)
        assert Intake.objects.get().state == IntakeState.STORED
        assert Source.objects.count() == 1

    def test_a_fact_that_breaks_a_rule_stores_nothing(self):
        made = ready()
        with pytest.raises(ValidationError):
            intake.store(made, facts=FACTS | {"kind": "gossip"}, slug="one")
        made.refresh_from_db()
        assert made.state == IntakeState.READY
        assert not Source.objects.exists()

    def test_what_nobody_confirms_is_forgotten_after_thirty_days(self):
        made = ready()
        assert intake.drop_old() == 0
        with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
            assert intake.drop_old() == 1
        made.refresh_from_db()
        assert (made.content, made.text) == (None, "")

    def test_the_very_same_text_is_pointed_out(self):
        first = intake.store(ready(), facts=FACTS, slug="one")
        (similar,) = find_similar(ready().text)
        assert (similar.source, similar.is_same_text) == (first, True)


def _unreadable():
    raise DocumentError("It was given up.")


class TestAddresses:
    def test_off_by_default(self):
        with pytest.raises(ValidationError, match="cannot download from addresses"):
            intake.request_address("https://example.org/", by=None)

    def test_the_worker_fetches_and_says_what_came(self, settings, site):  # noqa: F811
        settings.FETCH_ADDRESSES = True
        made = intake.request_address(f"{site.url}/to?/words", by=None)
        assert site.asked == [], "the web process asks nobody"
        intake.read_next()
        made.refresh_from_db()
        assert (made.state, made.text, made.url) == (IntakeState.READY, "The words.", f"{site.url}/words")
        for path, message in (("gone", "answered 404"), ("to?http://127.0.0.1/", "not on the public internet")):
            failed = intake.request_address(f"{site.url}/{path}", by=None)
            intake.read_next()
            failed.refresh_from_db()
            assert failed.state == IntakeState.FAILED
            assert message in failed.problem

    def test_only_the_web(self, settings):
        settings.FETCH_ADDRESSES = True
        for url in ("ftp://example.org/a", "file:///etc/passwd", "no address", "http://" + "a" * 1100):
            with pytest.raises(ValidationError):
                intake.request_address(url, by=None)


class TestSnapshots:
    BEFORE = "The register will be published in May. The council will meet. Nobody asked when it would end."
    AFTER = "Updated. The register will be published in June. The council will meet. Nobody asked when it would end."

    @pytest.fixture
    def later(self):
        earlier = SourceFactory(text=self.BEFORE, slug="before")
        for words in ("The register will be published in May.", "The council will meet.", "Nobody asked when"):
            PassageFactory(source=earlier, exact=words)
        return intake.store(ready(self.AFTER.encode(), supersedes=earlier), facts=FACTS, slug="after")

    def test_each_passage_is_found_again_or_shown_as_changed_and_the_old_ones_stay(self, later):
        rows = snapshots.carry_passages(later)
        assert [row.match.state for row in rows] == ["near", "exact", "exact"]
        assert rows[0].match.exact == "The register will be published in June."
        old = list(Passage.objects.filter(source__slug="before").values())
        start, end = rows[1].match.spans[0]
        made = snapshots.confirm_carried(later, rows[1].passage, start=start, end=end)
        assert (made.exact, made.again, made.source) == ("The council will meet.", rows[1].passage, later)
        assert snapshots.confirm_carried(later, rows[1].passage, start=start, end=end) == made, "once"
        assert list(Passage.objects.filter(source__slug="before").values()) == old
        assert [one.confirmed for one in snapshots.carry_passages(later)] == [None, made, None]

    def test_nothing_else_is_confirmed(self, later):
        stranger = PassageFactory()
        with pytest.raises(ValidationError, match="not of the snapshot before"):
            snapshots.confirm_carried(later, stranger, start=0, end=4)
        mine = snapshots.carry_passages(later)[0].passage
        for start, end in ((5, 5), (-1, 4), (0, 10_000)):
            with pytest.raises(ValidationError, match="no such characters"):
                snapshots.confirm_carried(later, mine, start=start, end=end)

    def test_a_snapshot_is_followed_once(self, later):
        again = ready(b"Other words.", supersedes=later.supersedes)
        with pytest.raises(ValidationError):
            intake.store(again, facts=FACTS, slug="third")


class TestWithdrawal:
    @pytest.fixture
    def source(self):
        made = intake.store(ready(b"We will do it. Secret words."), facts=FACTS, slug="it")
        PassageFactory(source=made)
        return made

    def test_text_and_bytes_go_and_the_digest_stays(self, source):
        digest, cited = source.sha256, source.passages.get()
        stated(cited)
        PassageFactory(source=source, exact="Secret words.")
        withdraw_source(source, reason="An order of the court.", admin=superuser("root"), by="Root")
        source.refresh_from_db()
        assert (source.text, source.sha256, source.has_text) == ("", digest, False)
        assert not SourceFile.objects.exists()
        passage = source.passages.get(pk=cited.pk)
        assert not source.passages.filter(exact="Secret words.").exists(), "nothing rests on it"
        assert (passage.exact, passage.suffix, passage.check_state) == ("We will do it.", "", "snapshot")
        for table in ("sources_source", "sources_original", "sources_intake", "sources_passage"):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {table}")
                assert "Secret" not in str(cursor.fetchall()), table

    def test_it_takes_an_admin_a_reason_and_happens_once(self, source):
        with pytest.raises(PermissionDenied):
            withdraw_source(source, reason="Because.", admin=person("Ada"), by="Ada")
        root = superuser("root")
        for reason in ("", " ", "hidden\u202e"):
            with pytest.raises(ValidationError):
                withdraw_source(source, reason=reason, admin=root, by="Root")
        withdraw_source(source, reason="An order.", admin=root, by="Root")
        with pytest.raises(ValidationError, match="already"):
            withdraw_source(source, reason="An order.", admin=root, by="Root")

    def test_the_database_lets_nothing_else_blank_it_and_nothing_bring_it_back(self, source):
        text = source.text
        for change in (lambda: Source.objects.filter(pk=source.pk).update(text=""),):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
        withdraw_source(source, reason="An order.", admin=superuser("root"), by="Root")
        for change in (
            lambda: Source.objects.filter(pk=source.pk).update(text=text),
            lambda: SourceWithdrawal.objects.update(reason="Another."),
            lambda: SourceWithdrawal.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


class TestCommands:
    def test_add_source_shows_and_stores(self, tmp_path, capsys):
        path = tmp_path / "page.html"
        path.write_bytes(b"<html><head><title>A page</title></head><body><p>We will do it.</p></body></html>")
        call_command("add_source", str(path))
        shown = capsys.readouterr().out
        assert "title: A page (<title>)" in shown
        assert "Nothing was stored" in shown
        assert not Source.objects.exists()
        call_command("add_source", str(path), "--store", "--publisher=Office", "--licence=ogl-3.0")
        assert "Stored: /sources/a-page/" in capsys.readouterr().out
        source = Source.objects.get()
        assert (source.text, source.publisher) == ("A page\n\nWe will do it."[8:], "Office")
        call_command("add_source", str(path), "--store", "--after=a-page")
        assert Source.objects.get(supersedes=source).slug == "a-page-2"

    def test_what_fails_says_why(self, tmp_path):
        path = tmp_path / "scan.pdf"
        path.write_bytes(hostile_documents.pdf(""))
        for document, message in (
            (str(path), "it is scanned"), (str(tmp_path / "none"), "cannot be read"),
            ("https://example.org/", "cannot download"),
        ):  # fmt: skip
            with pytest.raises(CommandError, match=message):
                call_command("add_source", document)
        with pytest.raises(CommandError, match="no source “other”"):
            call_command("add_source", str(path), "--after=other")
        with pytest.raises(CommandError):
            call_command("add_source", str(path), "--kind=gossip")
