"""The Casey data set says no more than its passages, and tells how it learnt what it says."""

import csv
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from tests.conftest import CASEY, FIRST_CASEY
from tracker.pledges.choices import EntryKind, EvidenceRole, PledgeKind, Status
from tracker.pledges.data.load_dataset import load_dataset
from tracker.pledges.models import Conflict, Pledge, RecordEntry
from tracker.pledges.record.checkpoints import current_head
from tracker.pledges.record.verify import Problem, verify_chain, verify_passages, verify_pledges
from tracker.sources.choices import Licence, SourceKind
from tracker.sources.models import Passage, Source, WantedSource

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # what the files of the data set say

BASE = Path(settings.BASE_DIR)
FORCE = re.compile(r"\bin(to)? force\b")
NOT_CLAIMED = re.compile(r"\bnot\b|\bno\b|\bWhether\b|\bwhether\b|Not reached")


def read(name: str):
    return json.loads((CASEY / name).read_text(encoding="utf-8"))


def updates():
    rows = RecordEntry.objects.filter(kind__in=[EntryKind.UPDATE, EntryKind.CORRECTION])
    return rows.select_related("text", "pledge").prefetch_related("citations__passage__source")


def standing():
    """Return each pledge's slug with the entry that gives it its status."""
    last: dict[str, RecordEntry] = {}
    for entry in RecordEntry.objects.current().select_related("text", "pledge").order_by("effective_on", "position"):
        last[entry.pledge.slug] = entry
    return last


def story():
    """Return the record without its salts and digests, in its order."""
    return [
        (
            entry.position, entry.kind, entry.pledge.slug, entry.status, entry.step, entry.effective_on,
            entry.looked_until, entry.published_at, entry.reason, entry.corrects and entry.corrects.position,
            entry.text.headline, entry.text.explanation, entry.text.statement,
            sorted((one.role, one.passage.exact, one.note, one.source_sha256) for one in entry.citations.all()),
        )
        for entry in RecordEntry.objects.select_related("text", "pledge", "corrects").order_by("position")
    ]  # fmt: skip


def test_each_official_text_is_the_file_of_its_digest_and_has_its_words_where_they_are_said_to_be():
    changes = {step["source"]: step["file"] for step in read("changes.json")["changes"] if step["change"] == "text"}
    placed = 0
    for source in read("sources.json")["sources"]:
        name = source.get("text_file") or changes.get(source["slug"])
        if name is None:
            continue
        text = (CASEY / name).read_bytes().decode("utf-8")
        if "sha256" in source:
            assert hashlib.sha256(text.encode()).hexdigest() == source["sha256"]
            assert len(text) == source["characters"]
        for passage in source["passages"]:
            if "start" in passage:
                assert text[passage["start"] : passage["end"]] == passage["exact"], passage["key"]
                placed += 1
    assert placed == 75
    assert len(list((CASEY / "texts").iterdir())) == 39


@pytest.mark.usefixtures("casey")
class TestHeldTexts:
    def test_at_least_sixty_passages_are_checked_against_a_held_text(self):
        assert Passage.objects.counts_by_state() == {"checked": 98, "snapshot": 17, "unchecked": 36}
        for source in Source.objects.filter(held=True):
            assert hashlib.sha256(source.text.encode()).hexdigest() == source.sha256
            for passage in source.passages.exclude(start=None):
                assert source.text[passage.start : passage.end] == passage.exact

    def test_only_official_texts_under_an_open_licence_are_held_and_each_says_what_it_is(self):
        held = Source.objects.filter(held=True)
        assert held.count() == 39
        for source in held:
            assert source.is_open
            assert source.kind in (SourceKind.OFFICIAL_RECORD, SourceKind.OFFICIAL_PUBLICATION)
            assert source.url
            assert re.match(r"(Whole|Opening as stored|Sections only)\b", source.note), source.slug
            assert "Licence: " in source.note
            assert "No text is held" not in source.note
        assert not Source.objects.filter(licence=Licence.RESERVED, held=True).exists()

    def test_what_stays_unchecked_in_a_held_text_is_said_there(self):
        (left,) = Passage.objects.to_check().filter(source__held=True)
        assert left.source.slug == "asylum-act-2025"
        assert "stays marked as not yet checked" in left.source.note


@pytest.mark.usefixtures("casey")
class TestStatuses:
    def test_none_claims_more_than_its_step(self):
        for entry in updates():
            steps = [step.value for step in PledgeKind(entry.pledge.kind).ladder]
            if entry.status == Status.NONE_FOUND:
                assert entry.step == ""
            elif entry.status == Status.ANNOUNCED:
                assert entry.step == "announced"
            else:
                assert entry.status == Status.UNDER_WAY, "nothing that is held says that a pledge is done"
                assert 0 < steps.index(entry.step) < len(steps) - 1

    def test_what_is_called_passed_has_a_clause_of_the_act_and_what_is_in_force_a_passage_that_says_so(self):
        for entry in updates():
            cited = [one.passage for one in entry.citations.all()]
            if entry.step == "passed" and entry.kind == EntryKind.CORRECTION:
                clauses = [one.passage for one in entry.citations.all() if one.role == EvidenceRole.CLAUSE]
                assert clauses
                assert all(one.check_state == "checked" for one in clauses)
            says_so = any(FORCE.search(passage.exact) for passage in cited)
            assert entry.step not in ("in-force", "in-use") or says_so
            for sentence in re.split(r"(?<=[.;:])\s", f"{entry.headline}. {entry.explanation}"):
                if FORCE.search(sentence) and not NOT_CLAIMED.search(sentence):
                    assert says_so, (entry.position, sentence)

    def test_each_pledge_says_what_was_looked_at_until_when_and_what_was_not_reached(self):
        entries = standing()
        assert len(entries) == Pledge.objects.count() == 22
        for entry in entries.values():
            assert str(entry.looked_until) == "2026-11-27"
            assert "Looked at: " in entry.explanation
            assert "up to 27 November 2026" in entry.explanation
            assert "Not reached: " in entry.explanation

    def test_what_the_government_says_of_itself_is_quoted_and_dated(self):
        positions = [
            one
            for entry in standing().values()
            for one in entry.citations.select_related("passage__source")
            if one.role == EvidenceRole.OFFICIAL_POSITION and one.passage.check_state == "checked"
        ]
        assert len(positions) > 15
        for one in positions:
            assert one.passage.source.published_on or "date" in one.note or "date" in one.update.explanation

    def test_the_table_of_judgements_has_the_statuses_of_the_record(self):
        with (BASE / "docs" / "data-set-judgements.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["pledge"]: row["data_set"] for row in rows} == {
            slug: ", ".join(filter(None, (entry.status, entry.step))) for slug, entry in standing().items()
        }
        for row in rows:
            differs = {row[judge] for judge in "abcd"} != {row["data_set"]}
            assert bool(row["why"]) is differs, row["pledge"]


@pytest.mark.usefixtures("casey")
class TestWhatWasLearnt:
    def test_corrections_point_at_what_they_correct_and_say_why(self):
        corrections = RecordEntry.objects.filter(kind=EntryKind.CORRECTION)
        assert sorted(f"{one.pledge.slug} {one.corrects.effective_on}" for one in corrections) == [
            "asylum-exclusion 2025-11-25",
            "asylum-exclusion 2025-12-02",
            "information-sharing-duty 2026-04-29",
            "nca-cold-cases 2025-09-02",
            "police-information-systems 2025-09-02",
            "taxi-licensing 2026-05-13",
            "victims-convictions 2025-11-03",
        ]
        assert all(len(one.reason) > 60 for one in corrections)

    def test_each_of_the_first_sixteen_pledges_is_stated_anew_with_a_reason(self):
        again = RecordEntry.objects.filter(kind=EntryKind.PLEDGE).exclude(reason="")
        assert again.count() == 16
        assert not [one for one in Pledge.objects.all() if "not yet checked" in one.made_note + one.unclear]

    def test_official_words_carry_a_pledge_where_there_are_some(self):
        first = {one.slug: one.citations.order_by_evidence()[0].passage for one in Pledge.objects.all()}
        pressed = {slug for slug, passage in first.items() if passage.source.kind == SourceKind.PRESS}
        assert pressed == {"asylum-exclusion", "victims-counselling", "organised-crime-seriousness"}
        assert all(first[slug].check_state == "snapshot" for slug in pressed)

    def test_recommendations_have_their_number_where_an_official_text_names_it(self):
        numbers = dict(Pledge.objects.exclude(recommendation=None).values_list("slug", "recommendation__number"))
        assert {slug: number for slug, number in numbers.items() if number in (1, 2, 4)} == {
            "mandatory-rape-charge": 1,
            "national-inquiry": 2,
            "records-kept": 2,
            "ethnicity-data": 4,
        }
        assert "nca-cold-cases" not in numbers, "no official text that is held gives its number"
        assert numbers["taxi-licensing"] == 11

    def test_official_texts_that_differ_stand_side_by_side(self):
        questions = set(Conflict.objects.filter(pledge__slug="national-inquiry").values_list("question", flat=True))
        assert {"What money it has", "Whether it is set up"} <= questions
        conflict = Conflict.objects.get(question="What the government says was done with the cases")
        assert [side.says for side in conflict.sides.all()] == ["identified for formal review", "re-opened"]

    def test_what_is_wanted_and_not_held_is_published_with_the_reason(self, client):
        assert WantedSource.objects.count() == 15
        body = client.get("/methodology/").content.decode()
        table = client.get("/data/wanted.csv").getvalue().decode()
        for one in WantedSource.objects.all():
            assert f'id="wanted-{one.slug}"' in body
            assert one.slug in table
            assert one.reason


@pytest.mark.slow
def test_an_installation_that_has_the_old_set_gets_the_same_story_and_keeps_its_heads():
    with transaction.atomic():
        load_dataset(FIRST_CASEY)
        heads = list(RecordEntry.objects.order_by("position").values_list("position", "digest"))
        assert len(heads) == 46
        load_dataset(CASEY)
        now = RecordEntry.objects.filter(position__lte=46).order_by("position").values_list("position", "digest")
        assert list(now) == heads
        assert not [
            one for one in [*verify_chain(), *verify_passages(), *verify_pledges()] if isinstance(one, Problem)
        ]
        head = current_head()
        assert not load_dataset(CASEY), "a second load adds nothing"
        assert not load_dataset(FIRST_CASEY), "nor does the old set"
        assert current_head() == head
        upgraded = story()
        transaction.set_rollback(True)
    load_dataset(CASEY)
    assert story() == upgraded


@pytest.mark.slow
def test_what_an_admin_or_the_desk_changed_since_is_kept():
    load_dataset(FIRST_CASEY)
    Source.objects.filter(slug="gov-response").update(note="Compared with the live page by the desk.")
    Conflict.objects.filter(question="What the number 236 counts").update(note="The desk asked both papers.")
    Pledge.objects.filter(slug="ethnicity-data").update(title="Mended by the desk")
    load_dataset(CASEY)
    source = Source.objects.get(slug="gov-response")
    assert source.note == "Compared with the live page by the desk."
    assert source.has_text
    assert Conflict.objects.get(question="What the number 236 counts").note == "The desk asked both papers."
    changed = Pledge.objects.get(slug="ethnicity-data")
    assert changed.title == "Mended by the desk"
    assert changed.done_means.startswith("The police are required")
