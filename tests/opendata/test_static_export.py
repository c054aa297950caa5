"""The site as plain files: every link leads somewhere, nothing needs a program, and a stopped run goes on."""

import datetime as dt
import json
import re
import subprocess
import sys
from html import unescape
from urllib.parse import unquote, urlsplit

import feedparser
import pytest
from django.core.management import CommandError, call_command

from tests.databases import made_once
from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    ReviewFactory,
    ThemeFactory,
    stated,
    update,
)
from tests.public.test_reviews import _HEAD
from tracker.opendata import static_export
from tracker.opendata.static_export import ForeignFolderError, address_of, export, exported_link, file_of
from tracker.pledges.models import Conflict, Pledge, RecordEntry
from tracker.pledges.record.publish import withdraw_entry

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "http://testserver"


def served(folder, address):
    """The file that a static host serves at an address."""
    path = unquote(urlsplit(address).path).lstrip("/")
    return folder / path / "index.html" if not path or path.endswith("/") else folder / path


@pytest.fixture
def copy(casey, tmp_path_factory):
    """The folder of a copy of the Casey data, made once in a run: read it."""
    with made_once(tmp_path_factory, "static-copy") as (folder, first):
        if first:
            *_, last = export(folder / "site")
            assert not last.changed
    return folder / "site"


@pytest.mark.slow
def test_every_link_of_the_copy_leads_to_a_file_and_nothing_needs_a_program(copy):
    pages = list(copy.rglob("*.html"))
    assert len(pages) > 60
    for page in pages:
        text = page.read_text()
        ids = set(re.findall(r'id="([^"]+)"', text))
        where = page.relative_to(copy)
        assert "<form" not in text, where
        assert "This is a copy of" in text, where
        assert "hx-get" not in text, where
        for link in map(unescape, re.findall(r'(?:href|src)="([^"]*)"', text)):
            target, _, fragment = link.partition("#")
            if target.startswith("http"):
                assert not target.startswith("http://testserver/desk"), where
                continue
            assert "?" not in target, f"{where} links to {link}"
            if not target:
                assert fragment in ids, f"{where} links to {link}"
                continue
            assert target.startswith("/"), f"{where} links to {link}"
            file = served(copy, target)
            assert file.is_file(), f"{where} links to {link}"
            if fragment.startswith(("entry-", "passage-", "statuses")):
                assert f'id="{fragment}"' in file.read_text(), f"{where} links to {link}"
    for pledge in Pledge.objects.all():
        assert pledge.title in (copy / "pledges" / pledge.slug / "index.html").read_text()


@pytest.mark.slow
def test_the_copy_has_the_data_the_feeds_the_index_and_a_record_that_verifies(copy):
    told = subprocess.run(
        [
            sys.executable,
            copy / "record/verify_record.py",
            copy / "data/package.zip",
            copy / "record/head.txt",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{RecordEntry.objects.count()} entries hold" in told.stdout
    assert feedparser.parse((copy / "changes/feed.atom").read_bytes()).entries
    for name in ("pledges.csv", "pledges.json", "updates.ndjson", "passages.csv", "datapackage.json"):
        assert (copy / "data" / name).stat().st_size > 100
    rows = json.loads((copy / "search-index.json").read_text())
    assert {row["kind"] for row in rows} == {"pledge", "update", "passage", "source"}
    index = (copy / "index/index.html").read_text()
    assert all(pledge.get_absolute_url() in index for pledge in Pledge.objects.all())
    assert "Page not found" in (copy / "404.html").read_text()
    assert "http://testserver/pledges/" in (copy / "sitemap-pledges.xml").read_text()


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_and_writes_nothing_twice(tmp_path, monkeypatch):
    for _ in range(3):
        update(stated())
    monkeypatch.setattr(static_export, "_SAVE_EVERY", 5)
    write, written = static_export._write, []

    def counted(folder, url, site):
        if len(written) == 20:
            raise KeyboardInterrupt
        written.append(url)
        return write(folder, url, site)

    monkeypatch.setattr(static_export, "_write", counted)
    with pytest.raises(KeyboardInterrupt):
        list(export(tmp_path))
    assert not list(tmp_path.rglob("*.part"))
    first, written[:] = list(written), []
    monkeypatch.setattr(
        static_export, "_write", lambda folder, url, site: (written.append(url), write(folder, url, site))[1]
    )
    list(export(tmp_path))
    assert not set(first[:20]) & set(written), "what was saved is not written again"
    written.clear()
    list(export(tmp_path))
    assert written == []
    update(Pledge.objects.first(), headline="Something new")
    list(export(tmp_path))
    assert "/" in written
    assert "Something new" in (tmp_path / "changes/index.html").read_text()


@pytest.mark.slow
def test_files_that_are_no_longer_part_go_and_others_stay(tmp_path):
    stated()
    list(export(tmp_path))
    (tmp_path / "CNAME").write_text("tracker.example.org")
    state = json.loads((tmp_path / static_export.STATE).read_text())
    state["files"].append("old/index.html")
    (tmp_path / static_export.STATE).write_text(json.dumps(state))
    (tmp_path / "old").mkdir()
    (tmp_path / "old/index.html").write_text("old")
    update(Pledge.objects.get())
    list(export(tmp_path))
    assert not (tmp_path / "old/index.html").exists()
    assert (tmp_path / "CNAME").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ForeignFolderError):
        list(export(tmp_path))
    with pytest.raises(CommandError, match="other files"):
        call_command("export_site", str(tmp_path))
    assert list(tmp_path.iterdir()) == [tmp_path / "thesis.txt"]


@pytest.mark.slow
def test_an_empty_tracker_can_be_copied(tmp_path, capsys):
    call_command("export_site", str(tmp_path / "new"))
    assert "files written to" in capsys.readouterr().out
    assert "No pledge is on the record yet." in (tmp_path / "new/index.html").read_text()


@pytest.mark.slow
def test_the_worker_copies_once_a_night(tmp_path, settings, capsys):
    call_command("export_site", "--nightly")
    assert capsys.readouterr().out == ""
    with pytest.raises(CommandError, match="SITE_COPY"):
        call_command("export_site")
    settings.SITE_COPY = str(tmp_path / "copy")
    call_command("run_worker", rounds=1)
    assert "files written" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("url", "file", "address"),
    [
        ("/", "index.html", "/"),
        ("/pledges/a/", "pledges/a/index.html", "/pledges/a/"),
        ("/?page=2", "list/page-2/index.html", "/list/page-2/"),
        (
            "/bodies/x/?status=delivered",
            "bodies/x/list/status-delivered/index.html",
            "/bodies/x/list/status-delivered/",
        ),
        ("/data/pledges.csv", "data/pledges.csv", "/data/pledges.csv"),
    ],
)
def test_files_and_addresses(url, file, address):
    assert (file_of(url), address_of(url)) == (file, address)


@pytest.mark.parametrize(
    ("link", "page", "target"),
    [
        ("?page=2", "/", "/?page=2"),
        ("?page=2&status=delivered", "/", None),
        ("?as_of=2025-01-01", "/", None),
        ("?page=../../etc/passwd", "/", None),
        ("/data/pledges.csv?status=delivered", "/", None),
        ("/desk/", "/", None),
        ("/api/v1/pledges", "/", None),
        ("https://example.org/", "/", None),
        ("mailto:a@example.org", "/", None),
        ("../b/#x", "/pledges/a/", "/pledges/b/"),
    ],
)
def test_which_links_the_copy_keeps(link, page, target):
    assert exported_link(link, page) == target


def test_a_tracker_whose_editors_stopped_says_so_on_each_page(client, settings):
    import datetime as dt

    import time_machine
    from django.utils import timezone

    about = stated()
    words = 'Nothing has been added to this record since <time datetime="2026-11-24">24 November 2026</time>.'
    for days, shown in ((119, False), (121, True)):
        with time_machine.travel(timezone.now() + dt.timedelta(days=days)):
            for address in ("/", about.get_absolute_url(), "/sources/", "/data/", "/about/"):
                assert (words in client.get(address).content.decode()) == shown, (address, days)


@pytest.mark.slow
def test_a_copy_of_one_review_has_its_pages_and_no_other(tmp_path):
    fires, bridges = ReviewFactory(slug="fires", title="Fires"), ReviewFactory(slug="bridges", title="Bridges")
    mine, other = stated(review=fires, title="Fit alarms"), stated(review=bridges, title="Paint the bridge")
    update(mine, headline="Alarms were fitted")
    update(other, headline="Paint was bought")
    call_command("export_site", str(tmp_path), review="fires")
    pages = {page: page.read_text() for page in tmp_path.rglob("*.html")}
    assert "Fit alarms" in pages[tmp_path / "index.html"]
    assert "Alarms were fitted" in pages[tmp_path / "pledges" / mine.slug / "index.html"]
    assert "<h1>Fires</h1>" in pages[tmp_path / "index.html"]
    for page, text in pages.items():
        assert "Paint" not in text, page
        for link in map(unescape, re.findall(r'(?:href|src)="(/[^"#]*)', text)):
            assert served(tmp_path, link).is_file(), f"{page} links to {link}"
    assert "Paint" not in (tmp_path / "search-index.json").read_text()
    assert len((tmp_path / "record/record.ndjson").read_text().splitlines()) == 4, "the record is one chain"
    with pytest.raises(CommandError, match="no review"):
        call_command("export_site", str(tmp_path), review="tunnels")


@pytest.mark.slow
def test_the_copy_of_one_review_is_the_same_whatever_is_published_to_another(tmp_path):
    """But for the record, which is one chain, and how far it goes."""
    passage, body, theme = PassageFactory(), BodyFactory(slug="council"), ThemeFactory()
    fires, bridges = (ReviewFactory(slug=slug, title="Same", published_on=dt.date(2025, 1, 1)) for slug in ("f", "b"))

    def promise(review) -> Pledge:
        asked = RecommendationFactory(review=review, number=review.pledges.count() + 1)
        facts = {"review": review, "theme": theme, "promised_by": body, "recommendation": asked, "title": "A promise"}
        made = stated(passage, response="accepted", **facts)
        update(made, headline="It began")
        return made

    def copy(name: str, review) -> dict[str, str]:
        list(export(tmp_path / name, review=review))
        files = {str(path.relative_to(tmp_path / name)): path for path in (tmp_path / name).rglob("*")}
        return {
            name: _HEAD.sub("", path.read_text(errors="replace"))
            for name, path in files.items()
            if path.is_file() and not name.startswith(("record/", ".site-export"))
        }

    kept, other = promise(bridges), promise(fires)
    before, of_fires = copy("before", bridges), copy("fires", fires)
    withdraw_entry(other.updates.last(), reason="Wrong.", by="Ada", approved_by="Grace")
    new = promise(fires)
    after = copy("after", bridges)
    assert [name for name in before if after.get(name) != before[name]] == []
    assert set(after) == set(before)
    assert any(kept.slug in words for words in after.values())
    assert not any(new.slug in words or other.slug in words for words in after.values())
    assert copy("fires", fires) != of_fires, "the control: its own copy changes"


@pytest.mark.slow
def test_every_passage_that_a_copy_of_one_review_links_to_is_in_it(tmp_path):
    """Words that nothing but a conflict or a recommendation names are there, and none that only another review has."""
    fires, bridges = ReviewFactory(slug="fires"), ReviewFactory(slug="bridges")
    asked, answered, before, first, second, not_ours = (PassageFactory() for _ in range(6))
    earlier = RecommendationFactory(review=bridges, passage=before)
    recommended = RecommendationFactory(review=fires, passage=asked)
    recommended.repeats.add(earlier)
    RecommendationFactory(review=fires, response="rejected", response_passage=answered)
    pledges = [stated(review=review, recommendation=None) for review in (fires, bridges)]
    stated(review=fires, recommendation=recommended, response="accepted")
    beside = PassageFactory(source=first.source, exact="will do it")
    for pledge, passages in zip(pledges, ([first, second], [beside, not_ours]), strict=True):
        conflict = Conflict.objects.create(pledge=pledge, question="When?")
        for passage in passages:
            conflict.sides.create(passage=passage, says=passage.exact)
    list(export(tmp_path, review=fires))
    pages = {page: page.read_text() for page in tmp_path.rglob("*.html")}
    links = set(re.findall(r'href="(/sources/[^"#]*#passage-\d+)"', "".join(pages.values())))
    assert {passage.get_absolute_url() for passage in (asked, answered, before, first, second)} <= links
    for link in links:
        assert f'id="{link.partition("#")[2]}"' in pages[served(tmp_path, link)], link
    assert not served(tmp_path, not_ours.source.get_absolute_url()).exists()
    assert f'id="passage-{beside.pk}"' not in pages[served(tmp_path, first.source.get_absolute_url())]
