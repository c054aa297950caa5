"""The loader, and the Casey data set itself."""

import json
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.conftest import CASEY, FIRST_CASEY
from tests.factories import ReviewFactory
from tracker.pledges.choices import EntryKind, EvidenceRole, Schedule, Status
from tracker.pledges.data.load_dataset import load_dataset
from tracker.pledges.data.values import DataSetError
from tracker.pledges.models import Citation, Conflict, Pledge, RecordEntry, Review
from tracker.sources.choices import SourceKind
from tracker.sources.models import Passage, Source, sha256_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(tmp_path):
    """The first pledge of the first Casey data set to spoil: ``change(file, function)`` rewrites one of its files."""
    folder = tmp_path / "data"
    shutil.copytree(FIRST_CASEY, folder)
    pledges, updates = (json.loads((folder / f"{name}.json").read_text()) for name in ("pledges", "updates"))
    pledges["pledges"] = pledges["pledges"][:1]
    slug = pledges["pledges"][0]["slug"]
    updates["updates"] = [entry for entry in updates["updates"] if entry["pledge"] == slug]
    (folder / "pledges.json").write_text(json.dumps(pledges), encoding="utf-8")
    (folder / "updates.json").write_text(json.dumps(updates), encoding="utf-8")

    def change(name, function):
        path = folder / f"{name}.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        function(content)
        path.write_text(json.dumps(content), encoding="utf-8")
        return folder

    return change


@pytest.mark.once  # what the files of the data set say
@pytest.mark.usefixtures("casey")
class TestCasey:
    def test_it_has_what_the_two_texts_and_the_later_pages_say(self):
        assert Pledge.objects.count() == 22
        assert Source.objects.count() == 69
        assert Passage.objects.counts_by_state() == {"checked": 98, "snapshot": 17, "unchecked": 36}
        assert not Source.objects.filter(held=True, kind=SourceKind.PRESS).exists(), (
            "no text of an article is in the repository"
        )
        assert RecordEntry.objects.count() == 94

    def test_what_the_two_texts_promise_begins_with_no_action_found_on_17_june_2025_by_its_own_words(self):
        snapshot = {"passage__snapshot_sha256__gt": "", "passage__source__held": False}
        begun = [made for made in Pledge.objects.all() if made.citations.filter(**snapshot)]
        assert len(begun) == 10
        for made in begun:
            first = made.updates.order_by("effective_on", "position").filter(kind=EntryKind.UPDATE).first()
            assert (first.status, str(first.effective_on), str(first.looked_until)) == (
                Status.NONE_FOUND,
                "2025-06-17",
                "2025-06-17",
            )
            (evidence,) = first.citations.all()
            assert evidence.role in (EvidenceRole.PLEDGE, EvidenceRole.RECOMMENDATION)
            assert evidence.passage.check_state == "snapshot"
            assert made.citations.filter(passage=evidence.passage).exists()

    def test_what_stands_now_says_which_of_its_words_are_not_yet_checked(self):
        now = RecordEntry.objects.current().filter(looked_until="2026-11-27").order_by("effective_on", "position")
        assert now.count() == 26
        last = {entry.pledge.slug: (entry.status, str(entry.effective_on)) for entry in now}
        assert {slug: on for slug, (status, on) in last.items() if status == Status.UNDER_WAY} == {
            "nca-cold-cases": "2025-12-10",
            "asylum-exclusion": "2025-12-02",
            "taxi-licensing": "2026-05-13",
            "taxi-compliance": "2025-06-16",
            "national-inquiry": "2026-01-09",
            "victims-convictions": "2026-06-29",
            "information-sharing-duty": "2026-04-29",
            "police-information-systems": "2025-10-27",
        }
        assert {slug for slug, (status, _) in last.items() if status == Status.ANNOUNCED} == {
            "ethnicity-data",
            "agencies-information",
            "taxi-consultation",
            "remaining-recommendations",
        }
        for entry in now:
            cited = list(entry.citations.all())
            unchecked = any(one.passage.check_state == "unchecked" for one in cited)
            said = "not yet checked" in " ".join([entry.explanation, *(one.note for one in cited)])
            assert unchecked == said, entry

    def test_no_status_is_higher_than_its_words_allow(self):
        """Nothing that was found says that a pledge, or a part of one, is done."""
        done = RecordEntry.objects.filter(status__in=[Status.DELIVERED, Status.PART, Status.DROPPED])
        assert not done.exists()

    def test_each_recommendation_that_is_held_leads_to_its_words(self):
        numbers = Review.objects.get().recommendations.order_by("number")
        assert [one.number for one in numbers] == list(range(1, 13))
        assert [one.number for one in numbers if not one.passage] == [2, 12], "their words were not seen"

    def test_no_entry_claims_a_second_review_that_did_not_take_place(self):
        assert not RecordEntry.objects.filter(second_review=True).exists()

    def test_every_pledge_says_what_done_means(self):
        assert not Pledge.objects.filter(done_means="").exists()
        assert Pledge.objects.exclude(unclear="").count() == 21

    def test_sources_that_differ_stand_side_by_side(self):
        sides = {
            conflict.question: [side.says for side in conflict.sides.all()]
            for conflict in Conflict.objects.filter(pledge__slug="nca-cold-cases")
        }
        assert sides["How many closed cases"] == [
            "more than 1,000",
            "more than 800",
            "More than 800 cases have now been identified for formal review, "
            "and I expect that figure to rise above 1,000",
        ]
        assert set(Conflict.objects.values_list("pledge__slug", flat=True)) == {
            "mandatory-rape-charge",
            "nca-cold-cases",
            "asylum-exclusion",
            "national-inquiry",
            "ethnicity-data",
            "taxi-licensing",
        }

    def test_no_date_is_invented_for_a_deadline(self):
        rows = Pledge.objects.with_schedule(today=timezone.localdate())
        assert {row.schedule for row in rows} == {Schedule.NO_DEADLINE}


@pytest.mark.slow
def test_a_second_load_adds_nothing_and_undoes_nothing(casey):
    Pledge.objects.filter(slug="taxi-licensing").update(title="Mended by an admin")
    counts = [model.objects.count() for model in (Source, Passage, Pledge, Citation, RecordEntry, Conflict)]
    assert not load_dataset(CASEY)
    assert counts == [model.objects.count() for model in (Source, Passage, Pledge, Citation, RecordEntry, Conflict)]
    assert Pledge.objects.get(slug="taxi-licensing").title == "Mended by an admin"


@pytest.mark.slow
def test_a_passage_that_does_not_match_the_held_text_is_refused_and_named(dataset):
    text = "Before. These are the words. After."

    def hold(content):
        content["sources"].append(
            {
                "slug": "held",
                "title": "Held",
                "publisher": "P",
                "kind": "press",
                "licence": "ogl-3.0",
                "published_on": "2025-06-17",
                "text": text,
                "sha256": sha256_of(text),
                "passages": [{"key": "held/one", "exact": "These were the words.", "start": 8, "end": 29}],
            }
        )

    folder = dataset("sources", hold)
    with pytest.raises(DataSetError, match="“held/one”: exact: These words are not there") as caught:
        load_dataset(folder)
    assert "At character 7 the passage has “w”" in str(caught.value)
    assert not Source.objects.exists(), "a data set is loaded whole or not at all"


def test_a_held_text_that_came_in_before_is_checked_too(dataset, casey):
    folder = dataset("sources", lambda content: content["sources"][0]["passages"][0].update(exact="Other words here"))
    with pytest.raises(DataSetError, match="ethnicity-data/warsaw-news"):
        load_dataset(folder)


@pytest.mark.once
@pytest.mark.parametrize(
    ("file", "spoil", "message"),
    [
        ("pledges", lambda c: c["pledges"][0].update(theme="astrology"), "there is no theme “astrology”"),
        ("pledges", lambda c: c["pledges"][0].update(promised_by="nobody"), "there is no body “nobody”"),
        (
            "pledges",
            lambda c: c["pledges"][0].update(basis="rumour"),
            "“mandatory-rape-charge”: basis: “rumour” is not one of the choices",
        ),
        ("pledges", lambda c: c["pledges"][0].pop("citations"), "“citations” is missing"),
        ("pledges", lambda c: c["pledges"][0].update(citations=[]), "at least one passage"),
        ("pledges", lambda c: c["pledges"][0].update(surprise=1), "surprise"),
        ("pledges", lambda c: c["pledges"][0].update(made_on="yesterday"), "“yesterday” is no date"),
        ("pledges", lambda c: c["pledges"][0].update(recommendation=99), "has no recommendation 99"),
        ("pledges", lambda c: c["pledges"][0]["citations"][0].update(passage="x/y"), "there is no passage “x/y”"),
        ("pledges", lambda c: c["pledges"][0]["citations"][0].update(role="gossip"), "gossip"),
        ("pledges", lambda c: c["pledges"][0]["conflicts"][0]["sides"][0].update(says="a lie"), "does not have these"),
        ("pledges", lambda c: c.update(extra=[]), "“extra” is not known"),
        ("pledges", lambda c: c["pledges"].append("words"), "an object is expected"),
        ("sources", lambda c: c["sources"][0].update(published_on="2025-13-45"), "2025-13-45"),
        ("sources", lambda c: c["sources"][0].update(sha256="abc"), "64 hexadecimal digits"),
        ("sources", lambda c: c["sources"][0]["passages"][0].update(exact="a\u200bb"), "U\\+200B ZERO WIDTH SPACE"),
        (
            "sources",
            lambda c: c["sources"][0]["passages"][0].update(key=c["sources"][0]["passages"][1]["key"]),
            "twice",
        ),
        ("updates", lambda c: c["updates"][0].update(status="kept"), "kept"),
        ("updates", lambda c: c["updates"][0].update(published_at="2026-11-24"), "no instant"),
        ("updates", lambda c: c["updates"][0].update(evidence=[]), "at least one passage"),
    ],
)
@pytest.mark.slow
def test_a_spoilt_data_set_is_refused_whole_with_its_reason(dataset, file, spoil, message):
    folder = dataset(file, spoil)
    with pytest.raises(DataSetError, match=message):
        load_dataset(folder)
    assert not Pledge.objects.exists()
    assert not Source.objects.exists()


def test_missing_and_broken_files_are_named(tmp_path, dataset):
    with pytest.raises(CommandError, match=r"review\.json is missing"):
        call_command("load_dataset", str(tmp_path / "nowhere"))
    folder = dataset("review", lambda content: None)
    (folder / "updates.json").write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match=r"updates\.json cannot be read as JSON"):
        call_command("load_dataset", str(folder))


def test_the_command_leaves_a_tracker_with_data_alone():
    ReviewFactory()
    out = StringIO()
    call_command("load_dataset", "--if-empty", stdout=out)
    assert "Nothing was changed" in out.getvalue()
    assert not Pledge.objects.exists()
