"""The record's only writer, and the rules that it keeps."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import clear_url_caches, get_resolver

from tests.factories import PassageFactory, SourceFactory, pledge, update
from tracker.pledges.choices import PledgeKind, Status
from tracker.pledges.models import Citation, RecordEntry
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.publish import Evidence, publish_entry
from tracker.sources.choices import SourceKind

pytestmark = pytest.mark.django_db


def test_an_entry_keeps_its_evidence_and_its_people():
    entry = update(pledge(), published_at=dt.datetime(2025, 7, 2, 9, tzinfo=dt.UTC))
    assert (entry.proposed_by, entry.published_by, entry.second_review) == ("Ada", "Grace", True)
    assert entry.citations.get().passage.exact == "We will do it."


def test_without_a_second_person_the_entry_says_so():
    entry = update(pledge(), approved_by="")
    assert (entry.proposed_by, entry.published_by, entry.second_review) == ("Ada", "Ada", False)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"step": ""}, "step", "Choose the delivery step"),
        ({"step": "hearings"}, "step", "Choose one of the steps of this pledge: announced, introduced"),
        ({"step": "announced"}, "step", "An announcement alone does not show progress"),
        ({"headline": "A\u202eB"}, "headline", "U\\+202E RIGHT-TO-LEFT OVERRIDE at position 2"),
        ({"explanation": "A\x00B"}, "explanation", "U\\+0000 NULL at position 2"),
        ({"headline": " "}, "headline", "Enter one line that says what happened"),
        ({"headline": "x" * 201}, "headline", "Use 200 characters or fewer"),
        (
            {"on": dt.date(2025, 6, 1), "looked_until": dt.date(2025, 7, 1)},
            "effective_on",
            "after the pledge was made, on 16 June",
        ),
        ({"looked_until": dt.date(2025, 6, 30)}, "looked_until", "on or after the date it happened"),
        ({"looked_until": dt.date(2030, 1, 1)}, "looked_until", "on or before the day of publication"),
        ({"by": ""}, "proposed_by", "Fill in this box"),
        ({"approved_by": "Ada"}, "__all__", "proposer of an entry cannot be the second person"),
    ],
)
def test_a_broken_rule_is_named_next_to_its_field_and_nothing_is_written(fields, field, message):
    about = pledge()
    with pytest.raises(ValidationError) as caught:
        update(about, **fields)
    assert field in caught.value.message_dict
    with pytest.raises(ValidationError, match=message):
        raise caught.value
    assert not RecordEntry.objects.exists()
    assert not Citation.objects.filter(update__isnull=False).exists()


def test_no_entry_without_evidence():
    with pytest.raises(ValidationError, match="at least one passage"):
        publish_entry(
            pledge(),
            status=Status.NONE_FOUND,
            effective_on=dt.date(2025, 7, 1),
            looked_until=dt.date(2025, 7, 1),
            headline="Nothing",
            evidence=[],
            by="Ada",
        )


def test_no_status_but_the_first_before_what_done_means_is_written():
    about = pledge(done_means="")
    update(about, Status.NONE_FOUND)
    with pytest.raises(ValidationError, match="what would count as delivered"):
        update(about, Status.ANNOUNCED)


def test_what_cannot_be_rated_says_which_words_are_the_problem():
    with pytest.raises(ValidationError, match="too unclear to judge"):
        update(pledge(), Status.UNRATED)
    assert update(pledge(unclear="“Soon” names no day."), Status.UNRATED)


def test_press_reports_alone_never_support_delivered():
    press = PassageFactory(source=SourceFactory(kind=SourceKind.PRESS))
    official = PassageFactory()
    about = pledge(press)
    with pytest.raises(ValidationError, match="other than press reports"):
        update(about, Status.DELIVERED, step="in-use", passage=press)
    assert update(about, Status.DELIVERED, step="in-use", passage=official)


def test_evidence_that_fails_takes_the_entry_with_it():
    about = pledge()
    passage = about.citations.get().passage
    with pytest.raises(ValidationError):
        publish_entry(
            about,
            status=Status.NONE_FOUND,
            effective_on=dt.date(2025, 7, 1),
            looked_until=dt.date(2025, 7, 1),
            headline="Nothing",
            evidence=[Evidence(passage), Evidence(passage)],
            by="Ada",
        )
    assert not RecordEntry.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "kept"},
        {"step": "done"},
        {"kind": "gossip"},
        {"kind": "correction"},
        {"reason": "No entry is pointed at"},
        {"proposed_by": ""},
        {"proposed_by": "Grace", "second_review": True},
        {"looked_until": dt.date(2025, 1, 1)},
    ],
)
def test_the_database_keeps_the_rules_against_bulk_writes(fields):
    values = {
        "pledge": pledge(),
        "status": Status.ANNOUNCED,
        "effective_on": dt.date(2025, 7, 1),
        "looked_until": dt.date(2025, 7, 1),
        "published_at": dt.datetime(2025, 7, 2, tzinfo=dt.UTC),
        "proposed_by": "Ada",
        "published_by": "Grace",
        "second_review": True,
    }
    first, second = values | place(1, "0", "a"), values | place(2, "a", "b")
    RecordEntry.objects.bulk_create([RecordEntry(**first)])
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordEntry.objects.bulk_create([RecordEntry(**(second | fields))])
    RecordEntry.objects.bulk_create([RecordEntry(**second)])  # it was the rule and not its place


@pytest.mark.parametrize(
    ("position", "previous"),
    [(1, "a"), (3, "a"), (0, "a"), (2, "0"), (2, "b")],
    ids=["taken", "gap", "zero", "not the last", "unknown"],
)
def test_the_database_refuses_an_entry_that_does_not_follow_the_last(position, previous):
    entry = update(pledge())
    values = {name: getattr(entry, name) for name in ("pledge", "status", "step", "effective_on", "looked_until")}
    values |= {"published_at": entry.published_at, "proposed_by": "A", "published_by": "A", "second_review": False}
    follows = place(position, previous, "c")
    if previous == "a":
        follows["previous"] = entry.digest
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordEntry.objects.bulk_create([RecordEntry(**values, **follows)])


def place(position: int, previous: str, digest: str) -> dict:
    """The columns that tie an entry into the chain, with digests of one letter each."""
    words = {"headline_digest": "d" * 64, "explanation_digest": "e" * 64}
    return {"position": position, "previous": previous * 64, "digest": digest * 64, **words}


def test_every_kind_has_a_ladder_that_starts_with_an_announcement():
    for kind in PledgeKind:
        assert kind.ladder[0].value == "announced"
        assert len({step.value for step in kind.ladder}) == len(kind.ladder) >= 4


def test_nobody_waits_for_a_process_that_reads_its_addresses():
    """A command that publishes its first entry reads the views of all addresses before it takes the turn."""
    clear_url_caches()
    assert not get_resolver()._populated, "the control: this process has to read them again"
    with record_lock():
        assert get_resolver()._populated
