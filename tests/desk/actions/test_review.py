"""From a draft to the record: two people, a dated check, no hold; once, also at a set time."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.conftest import FIRST_CASEY
from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    draft,
    person,
    published,
    stated,
    submitted,
    update,
)
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import drafts, holds, review
from tracker.desk.actions.drafts import StaleDraftError
from tracker.desk.models import AuditLogEntry, Draft, DraftType, Hold
from tracker.desk.pledge_form import facts_from, typed_facts
from tracker.desk.sign_off.public_rows import rows_of_hold
from tracker.desk.sign_off.shown import StaleFormError, digest_of
from tracker.desk.workflow import TRANSITIONS, DraftState, Transition
from tracker.pledges.choices import EntryKind, Status
from tracker.pledges.choices import EvidenceRole as CitationRole
from tracker.pledges.models import Pledge, RecordEntry

pytestmark = pytest.mark.django_db
SOON = dt.timedelta(hours=1)


def sign(made: Draft, by):
    review.record_check(made, version=made.version, by=by)
    return review.publish(made, version=made.version, by=by)


def test_one_writes_another_publishes(ada, grace):
    entry = published(ada, grace, headline="A clause was introduced")
    assert (entry.proposed_by, entry.published_by, entry.second_review) == ("Ada Lovelace", "Grace Hopper", True)
    assert (entry.headline, entry.status, entry.step) == ("A clause was introduced", Status.UNDER_WAY, "introduced")
    assert entry.draft.stage == DraftState.PUBLISHED
    assert entry.draft.signed_off_by == grace
    assert {one.what for one in AuditLogEntry.objects.all()} >= {
        "started a draft (update) on", "submitted a draft on", "published a draft on",
        "checked proceedings and identification of",
    }  # fmt: skip
    call_command("verify_record")


def test_who_wrote_in_a_draft_never_publishes_it(grace):
    other = person("Other Publisher", DeskRole.PUBLISHER)
    mine = submitted(grace)
    with pytest.raises(PermissionDenied, match="You wrote in this draft"):
        sign(mine, grace)
    shared = draft(other)
    shared = drafts.save(shared, version=shared.version, by=grace, fields={"headline": "By two"})
    shared = drafts.submit(shared, version=shared.version, by=other)
    for one in (grace, other):
        with pytest.raises(PermissionDenied, match="You wrote in this draft"):
            sign(shared, one)
    entry = sign(shared, person("Third", DeskRole.PUBLISHER))
    assert entry.proposed_by == "Other Publisher, Grace Hopper"


def test_a_desk_of_one_says_so(grace, settings):
    settings.FOUR_EYES = False
    entry = sign(submitted(grace), grace)
    assert (entry.proposed_by, entry.published_by, entry.second_review) == ("Grace Hopper", "Grace Hopper", False)


@pytest.mark.parametrize("role", [DeskRole.VIEWER, DeskRole.EDITOR, None])
def test_who_may_not_publish_does_not(ada, role):
    made = submitted(ada)
    with pytest.raises(PermissionDenied):
        sign(made, person("Jean Bartik", role))
    assert not RecordEntry.objects.filter(kind=EntryKind.UPDATE).exists()


def test_a_check_of_proceedings_is_needed_and_grows_old(ada, grace, settings):
    made = submitted(ada)
    with pytest.raises(ValidationError, match="no such check of the last 7 days"):
        review.publish(made, version=made.version, by=grace)
    review.record_check(made, version=made.version, by=grace)
    with (
        time_machine.travel(timezone.now() + dt.timedelta(days=8)),
        pytest.raises(ValidationError, match="no such check"),
    ):
        review.publish(made, version=made.version, by=grace)
    review.publish(made, version=made.version, by=grace)


def test_a_check_is_of_one_version(ada, grace):
    made = submitted(ada)
    review.record_check(made, version=made.version, by=grace)
    made = drafts.recall_submission(made, by=ada)
    made = drafts.save(made, version=made.version, by=ada, fields={"headline": "Other words"})
    made = drafts.submit(made, version=made.version, by=ada)
    with pytest.raises(ValidationError, match="no such check"):
        review.publish(made, version=made.version, by=grace)


def test_what_changed_since_it_was_reviewed_is_not_published(ada, grace):
    made = submitted(ada)
    with pytest.raises(StaleDraftError):
        review.publish(made, version=made.version - 1, by=grace)


@pytest.mark.parametrize("on", ["draft", "pledge", "source"])
@pytest.mark.slow
@pytest.mark.once
def test_a_hold_keeps_it_back_for_everybody_and_every_clock(ada, grace, on):
    made = submitted(ada)
    review.record_check(made, version=made.version, by=grace)
    made = review.schedule(made, version=made.version, by=grace, at=timezone.now() + SOON)
    target = {"draft": made, "pledge": made.pledge, "source": made.evidence.get().passage.source}[on]
    hold = holds.place_hold(target, by=ada, reason="A trial may be near.")
    assert holds.place_hold(target, by=grace) == hold, "once is enough"
    with time_machine.travel(timezone.now() + dt.timedelta(days=3653)):
        ((_, why),) = review.publish_due()
        assert "A hold is on" in why
        call_command("publish_due")
        call_command("load_dataset", str(FIRST_CASEY), verbosity=0)
        call_command("run_worker", every=0.01, rounds=2)
    hold.refresh_from_db()
    assert hold.released_at is None
    assert Draft.objects.get().stage == DraftState.SCHEDULED
    shown = digest_of(rows_of_hold(hold))
    with pytest.raises(PermissionDenied):
        holds.release_hold(hold, shown=shown, by=ada)
    with pytest.raises(StaleFormError):
        holds.release_hold(hold, shown="", by=grace)
    holds.release_hold(hold, shown=shown, by=grace)
    holds.release_hold(hold, shown=shown, by=grace)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        ((_, entry),) = review.publish_due()
    assert entry.published_by == "Grace Hopper"


def test_the_database_knows_that_a_person_releases(ada):
    hold = holds.place_hold(stated(), by=ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(released_at=timezone.now())


def test_a_time_that_has_come(ada, grace):
    made = submitted(ada)
    with pytest.raises(ValidationError, match="Enter a time in the future"):
        review.schedule(made, version=made.version, by=grace, at=timezone.now())
    with pytest.raises(ValidationError, match="no such check"):
        review.schedule(made, version=made.version, by=grace, at=timezone.now() + SOON)
    review.record_check(made, version=made.version, by=grace)
    made = review.schedule(made, version=made.version, by=grace, at=timezone.now() + SOON)
    assert review.publish_due() == []
    with time_machine.travel(timezone.now() + 2 * SOON):
        ((_, entry),) = review.publish_due()
        assert (entry.proposed_by, entry.published_by) == ("Ada Lovelace", "Grace Hopper")
        assert review.publish_due() == []


def test_a_lost_role_or_an_old_check_keeps_a_scheduled_draft_back(ada, grace):
    made = submitted(ada)
    review.record_check(made, version=made.version, by=grace)
    made = review.schedule(made, version=made.version, by=grace, at=timezone.now() + SOON)
    with time_machine.travel(timezone.now() + dt.timedelta(days=9)):
        ((_, why),) = review.publish_due()
        assert "no such check" in why
    grace.groups.clear()
    with time_machine.travel(timezone.now() + 2 * SOON):
        ((_, why),) = review.publish_due()
    assert "You may not publish" in why


def test_unscheduled_it_waits_for_sign_off_again(ada, grace):
    made = submitted(ada)
    review.record_check(made, version=made.version, by=grace)
    made = review.schedule(made, version=made.version, by=grace, at=timezone.now() + SOON)
    made = review.unschedule(made, by=grace)
    assert (made.stage, made.publish_at, made.signed_off_by) == (DraftState.SUBMITTED, None, None)


def test_returned_with_a_reason_changed_and_submitted_again(ada, grace):
    made = submitted(ada)
    with pytest.raises(ValidationError, match="Write something"):
        review.return_to_author(made, by=grace, reason=" ")
    made = review.return_to_author(made, by=grace, reason="Which clause?")
    assert list(Draft.objects.returned_to(ada)) == [made]
    assert made.comments.get().returns
    made = drafts.save(made, version=made.version, by=ada, fields={"headline": "Clause 45 was introduced"})
    sign(drafts.submit(made, version=made.version, by=ada), grace)


def test_a_disagreement_is_published_with_the_entry(ada, grace):
    made = submitted(ada)
    other = person("Mary Somerville", DeskRole.EDITOR)
    with pytest.raises(PermissionDenied):
        review.disagree(made, by=ada, text="No.")
    made = review.disagree(made, by=other, text="A clause is no step.")
    with pytest.raises(ValidationError, match="already has another editor"):
        review.disagree(made, by=grace, text="Nor I.")
    entry = sign(made, grace)
    assert entry.explanation == "It says *how*.\n\n**Mary Somerville disagrees:** A clause is no step."


def test_a_correction_and_a_withdrawal_take_the_same_path(ada, grace):
    about = stated()
    first = published(ada, grace, about)
    made = drafts.start(DraftType.CORRECTION, by=ada, corrects=first, pledge=about)
    assert (made.headline, made.evidence.count()) == (first.headline, 1)
    made = drafts.save(made, version=1, by=ada, fields={"headline": "Clause 45", "reason": "It was clause 45."})
    second = sign(drafts.submit(made, version=made.version, by=ada), grace)
    assert (second.kind, second.corrects, second.reason) == (EntryKind.CORRECTION, first, "It was clause 45.")
    with pytest.raises(ValidationError, match="already corrected or withdrawn"):
        drafts.start(DraftType.CORRECTION, by=ada, corrects=first, pledge=about)
    made = drafts.start(DraftType.WITHDRAWAL, by=ada, corrects=second, pledge=about)
    with pytest.raises(ValidationError, match="Enter a reason"):
        drafts.submit(made, version=made.version, by=ada)
    made = drafts.save(made, version=made.version, by=ada, fields={"reason": "It was another bill."})
    third = sign(drafts.submit(made, version=made.version, by=ada), grace)
    assert (third.kind, third.corrects) == (EntryKind.WITHDRAWAL, second)
    assert not RecordEntry.objects.current().exists()
    call_command("verify_record")


@pytest.mark.slow
def test_a_new_pledge_and_its_change_take_the_same_path(ada, grace):
    like = stated(slug="like")
    made = drafts.start(DraftType.PLEDGE, by=ada)
    with pytest.raises(ValidationError) as caught:
        drafts.submit(made, version=made.version, by=ada)
    assert {"title", "slug", "review", "theme", "kind", "basis", "made_on", "evidence"} <= set(
        caught.value.message_dict
    )
    facts = typed_facts(like) | {"title": ["A new one"], "slug": ["new-one"], "bodies": [str(BodyFactory().pk)]}
    made = drafts.save(made, version=made.version, by=ada, fields={"facts": facts})
    drafts.add_evidence(made, PassageFactory(), by=ada, role=CitationRole.PLEDGE)
    made.refresh_from_db()
    entry = sign(drafts.submit(made, version=made.version, by=ada), grace)
    pledge = Pledge.objects.get(slug="new-one")
    assert (entry.kind, entry.pledge, pledge.bodies.count()) == (EntryKind.PLEDGE, pledge, 1)
    assert Draft.objects.get(pk=made.pk).pledge == pledge

    assert (pledge.deadline_edtf, pledge.deadline_on) == ("", None), "no words, no reading"
    change = drafts.start(DraftType.PLEDGE, by=ada, pledge=pledge)
    rival = drafts.start(DraftType.PLEDGE, by=ada, pledge=pledge)
    for one, title in ((change, "A better title"), (rival, "Another title")):
        fields = {"facts": one.facts | {"title": [title]}, "reason": "Clearer."}
        drafts.save(one, version=one.version, by=ada, fields=fields)
    change.refresh_from_db()
    sign(drafts.submit(change, version=change.version, by=ada), grace)
    rival.refresh_from_db()
    with pytest.raises(ValidationError, match="was changed by entry"):
        drafts.submit(rival, version=rival.version, by=ada)
    rival = drafts.acknowledge_newer_entries(rival, by=ada)
    sign(drafts.submit(rival, version=rival.version, by=ada), grace)
    pledge.refresh_from_db()
    assert (pledge.title, pledge.slug) == ("Another title", "new-one")
    call_command("verify_record")


def test_a_stale_form_overwrites_nothing(ada, grace):
    made = draft(ada)
    drafts.save(made, version=made.version, by=grace, fields={"headline": "Grace’s words"})
    with pytest.raises(StaleDraftError) as caught:
        drafts.save(made, version=made.version, by=ada, fields={"headline": "Ada’s words"})
    assert caught.value.draft.headline == "Grace’s words"


def test_nothing_new_starts_from_the_last_entry(ada, grace):
    about = stated()
    first = published(ada, grace, about)
    made = drafts.start(DraftType.UPDATE, by=ada, pledge=about, nothing_new=True)
    assert (made.status, made.step, made.effective_on) == (first.status, first.step, first.effective_on)
    assert made.looked_until == timezone.localdate()
    entry = sign(drafts.submit(made, version=made.version, by=ada), grace)
    row = Pledge.objects.with_record().get(pk=about.pk)
    assert (row.status_on, row.looked_until) == (first.effective_on, entry.looked_until)


@pytest.mark.parametrize("stage", DraftState)
def test_the_table_of_stages_is_the_whole_of_the_way(ada, grace, stage):
    made = submitted(ada)
    if stage is DraftState.PUBLISHED:
        sign(made, grace)
    else:
        scheduled = (
            {"publish_at": timezone.now() + SOON, "signed_off_by": grace, "signed_off_digest": "0" * 64}
            if stage is DraftState.SCHEDULED
            else {}
        )
        Draft.objects.filter(pk=made.pk).update(stage=stage, **scheduled)
    made.refresh_from_db()
    review.record_check(made, version=made.version, by=grace)
    for step in Transition:
        with transaction.atomic():
            take(step, Draft.objects.get(pk=made.pk), ada, grace)
            transaction.set_rollback(True)  # the next step starts from the same draft


def take(step, made, ada, grace):
    """Take a step from the stage that a draft has; it ends where the table says, or is refused and changes nothing."""
    stage = made.stage
    verbs = {
        Transition.SUBMIT: lambda: drafts.submit(made, version=made.version, by=ada),
        Transition.TAKE_BACK: lambda: drafts.recall_submission(made, by=ada),
        Transition.RETURN: lambda: review.return_to_author(made, by=grace, reason="Why?"),
        Transition.SCHEDULE: lambda: review.schedule(made, version=made.version, by=grace, at=timezone.now() + SOON),
        Transition.UNSCHEDULE: lambda: review.unschedule(made, by=grace),
        Transition.PUBLISH: lambda: review.publish(made, version=made.version, by=grace),
        Transition.DISCARD: lambda: drafts.discard(made, by=ada),
    }
    allowed, target = TRANSITIONS[step]
    if stage in allowed:
        verbs[step]()
        assert Draft.objects.get(pk=made.pk).stage == target, step
    else:
        with pytest.raises(ValidationError):
            verbs[step]()
        assert Draft.objects.get(pk=made.pk).stage == stage, step


class OneAccount(RuleBasedStateMachine):
    """R7: no sequence of actions by one account, whatever its role, puts its own words on the record."""

    @initialize(role=st.sampled_from([*DeskRole, None]))
    def begin(self, role):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.me = person("Only One", role)
        self.colleague = person("A Colleague", DeskRole.PUBLISHER)
        self.about = stated()
        self.theirs = submitted(self.colleague, self.about, headline="Theirs")
        self.drafts = [self.theirs.pk]
        self.before = RecordEntry.objects.count()

    def attempt(self, verb):
        try:
            with transaction.atomic():
                return verb()
        except (PermissionDenied, ValidationError, StaleDraftError):
            return None

    def pick(self, which):
        return Draft.objects.get(pk=self.drafts[which % len(self.drafts)])

    @rule(sort=st.sampled_from([DraftType.UPDATE, DraftType.PLEDGE]))
    def start(self, sort):
        if made := self.attempt(lambda: drafts.start(sort, by=self.me, pledge=self.about)):
            self.drafts.append(made.pk)

    @rule(which=st.integers(0, 5), headline=st.sampled_from(["Mine", "Mine too"]))
    def save(self, which, headline):
        made = self.pick(which)
        fields = {
            "status": Status.UNDER_WAY, "step": "introduced", "effective_on": dt.date(2025, 7, 1),
            "looked_until": dt.date(2025, 7, 1), "headline": headline, "reason": "Mine.",
        }  # fmt: skip
        self.attempt(lambda: drafts.save(made, version=made.version, by=self.me, fields=fields))
        self.attempt(lambda: drafts.add_evidence(made, self.about.citations.get().passage, by=self.me))

    @rule(which=st.integers(0, 5))
    def submit(self, which):
        made = self.pick(which)
        self.attempt(lambda: drafts.submit(made, version=made.version, by=self.me))

    @rule(which=st.integers(0, 5))
    def take_back(self, which):
        self.attempt(lambda: drafts.recall_submission(self.pick(which), by=self.me))

    @rule(which=st.integers(0, 5))
    def send_back(self, which):
        self.attempt(lambda: review.return_to_author(self.pick(which), by=self.me, reason="Because."))

    @rule(which=st.integers(0, 5))
    def disagree(self, which):
        self.attempt(lambda: review.disagree(self.pick(which), by=self.me, text="I add my words."))

    @rule(which=st.integers(0, 5))
    def check(self, which):
        made = self.pick(which)
        self.attempt(lambda: review.record_check(made, version=made.version, by=self.me))

    @rule(which=st.integers(0, 5))
    def publish(self, which):
        made = self.pick(which)
        self.attempt(lambda: review.publish(made, version=made.version, by=self.me))

    @rule(which=st.integers(0, 5))
    def schedule(self, which):
        made = self.pick(which)
        at = timezone.now() + SOON
        self.attempt(lambda: review.schedule(made, version=made.version, by=self.me, at=at))
        with time_machine.travel(timezone.now() + 2 * SOON):
            self.attempt(review.publish_due)

    @invariant()
    def no_word_of_mine_is_on_the_record(self):
        if not hasattr(self, "before"):
            return
        for entry in RecordEntry.objects.all():
            assert "Mine" not in entry.headline
            assert entry.kind == EntryKind.PLEDGE or "Only One" not in entry.proposed_by
        assert RecordEntry.objects.filter(proposed_by__contains="Only One").count() == 0

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


@pytest.mark.slow
def test_no_sequence_of_actions_by_one_account_publishes_its_own_words(db):
    import os

    from hypothesis.stateful import run_state_machine_as_test

    examples = int(os.environ.get("DRILL_SEQUENCES", "20" if connection.vendor == "sqlite" else "5"))
    run_state_machine_as_test(
        OneAccount, settings=hypothesis_settings(max_examples=examples, stateful_step_count=30, deadline=None)
    )


@pytest.mark.parametrize(
    ("words", "typed", "read"),
    [
        ("by spring 2027", "", ("../2027-21", dt.date(2027, 5, 31))),
        ("“Within six months of the report.”", "", ("2025-06-16/2025-12-16", dt.date(2025, 12, 16))),
        ("within six months of the next budget", "", ("", None)),
        ("in due course", "", ("", None)),
        ("by spring 2027", "none", ("", None)),
        ("by the time the leaves fall in 2027", "../2027-23", ("../2027-23", dt.date(2027, 11, 30))),
    ],
)
def test_words_about_time_are_read_when_a_pledge_is_drafted(client, ada, grace, words, typed, read):
    made = drafts.start(DraftType.PLEDGE, by=ada)
    facts = typed_facts(stated(slug="like")) | {
        "title": ["A new one"], "slug": ["new-one"], "deadline_note": [words], "deadline_edtf": [typed],
    }  # fmt: skip
    made = drafts.save(made, version=made.version, by=ada, fields={"facts": facts})
    drafts.add_evidence(made, PassageFactory(), by=ada, role=CitationRole.PLEDGE)
    made.refresh_from_db()
    sign(drafts.submit(made, version=made.version, by=ada), grace)
    pledge = Pledge.objects.get(slug="new-one")
    assert (pledge.deadline_edtf, pledge.deadline_on) == read
    page = client.get("/pledges/new-one/").content.decode()
    assert words in page
    assert ("Deadline: no day can be told" in page) == (read[1] is None)


def test_that_the_answer_to_a_recommendation_is_missing_is_told_beside_its_field(ada):
    like = stated(slug="like")
    facts = typed_facts(like) | {"slug": ["new-one"], "recommendation": [RecommendationFactory(review=like.review).pk]}
    made = drafts.start(DraftType.PLEDGE, by=ada)
    made = drafts.save(made, version=made.version, by=ada, fields={"facts": facts})
    drafts.add_evidence(made, PassageFactory(), by=ada, role=CitationRole.PLEDGE)
    made.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        drafts.submit(made, version=made.version, by=ada)
    assert list(refused.value.message_dict) == ["response"]


def test_facts_are_kept_as_they_were_sent(rf):
    request = rf.post("/", {"title": "x", "bodies": ["1", "2"], "nonsense": "y"})
    assert facts_from(request.POST) == {"title": ["x"], "bodies": ["1", "2"]}


def test_the_log_of_the_desk_is_append_only(ada):
    stated()
    update(stated())
    drafts.start(DraftType.UPDATE, by=ada, pledge=stated())
    for attack in (
        lambda: AuditLogEntry.objects.update(who="Nobody"),
        lambda: AuditLogEntry.objects.all().delete(),
        lambda: AuditLogEntry.objects.first().delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            attack()
