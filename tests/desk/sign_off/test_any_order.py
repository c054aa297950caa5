"""R7: whatever people do, in whichever order, nobody signs off their own words, or words that they did not see.

Two layers refuse who wrote: the rule of the second person (require_publisher_of), and that the legal check of somebody
who contributed does not count. Where the first is gone, the second refuses still, until another has done the check:
``sign_off_by_the_check_of_another`` goes that way, and the control at the end shows both.
"""

import datetime as dt
import os
from contextlib import ExitStack, nullcontext
from functools import partial

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.desk.conftest import signed_in
from tests.desk.sign_off.actors import ACTORS, NAMES, REACHED, REFUSED, WHICH, mark
from tests.desk.sign_off.import_rules import ImportRules
from tests.factories import FULL, PassageFactory, person, stated, update
from tracker.desk.accounts.permissions import Ability, DeskRole, may
from tracker.desk.actions import batch, drafts, holds, imports, people, questions, reports, review
from tracker.desk.catalogue.changes import accept, add_facts, change_facts
from tracker.desk.catalogue.facts import facts_of
from tracker.desk.models import (
    AuditLogEntry,
    Comment,
    Draft,
    DraftType,
    Hold,
    ImportedRow,
    LegalCheck,
    PendingChange,
    SpreadsheetImport,
)
from tracker.desk.sign_off.batch import new_sources, pledges_to_sign_off
from tracker.desk.sign_off.public_rows import (
    digest_of_draft,
    rows_of_answer,
    rows_of_change,
    rows_of_draft,
    rows_of_hold,
    rows_with_source,
)
from tracker.desk.sign_off.shown import Row, digest_of
from tracker.pledges.choices import EvidenceRole, QuestionType, ReportOutcome
from tracker.pledges.facts.entries import Signers, begin_facts
from tracker.pledges.facts.verify import facts_problems
from tracker.pledges.models import Body, Conflict, Question, RecordEntry, Report, Theme
from tracker.pledges.reports import receive_report
from tracker.pledges.visibility import visible_sources
from tracker.sources.models import LinkCheck, Source
from tracker.sources.passages import passage_at

TEXT = "The minister said so. We will do it by May, she added. Nobody asked when it starts."


class AnyOrder(ImportRules, RuleBasedStateMachine):
    """Five people, a pledge, a report, sources, spreadsheets; every action of the desk that leads to readers."""

    @initialize()
    def begin(self):
        self.writes, self.looked_at, self.known = 0, -1, (-1, ())
        self.open = ExitStack()
        self.open.enter_context(transaction.atomic())
        self.open.enter_context(connection.execute_wrapper(self.note))
        self.people = {name: person(f"{name.capitalize()} Desk", role) for name, role in NAMES.items()}
        self.about = stated(PassageFactory(source__url="https://example.org/known"), slug="about")
        self.entry = update(self.about)
        self.report = receive_report(page="/", what="Wrong.", source="")
        self.entries = set(RecordEntry.objects.values_list("pk", flat=True))
        self.sources = set(visible_sources().values_list("pk", flat=True))
        self.seen: dict[tuple[str, int], tuple[int, list[tuple[str, str]]]] = {}
        self.scheduled: dict[int, list[tuple[str, str]]] = {}
        self.published: dict[int, list[tuple[str, str]]] = {}
        self.seen_answer: dict[str, list[tuple[str, str]]] = {}
        self.seen_changes: dict[str, dict[int, list[tuple[str, str]]]] = {}
        self.accepted: dict[int, list[tuple[str, str]]] = {}
        self.seen_list: dict[str, tuple[list[batch.ShownPledge], dict[str, list[Row]], dict[int, set[str]]]] = {}
        self.names = {model: set(model.objects.values_list("pk", flat=True)) for model in (Theme, Body)}
        self.begin_imports()
        begin_facts(signers=Signers("Operator"))

    def teardown(self):
        if not hasattr(self, "open"):
            return
        # At the end alone: what was forgotten after any step is missing then too.
        problems = list(facts_problems()) if hasattr(self, "published") else []
        transaction.set_rollback(True)
        self.open.close()
        assert problems == [], "all that readers see is on the record"

    # --- Helpers ----------------------------------------------------------------------------------

    def note(self, execute, sql, values, many, context):
        """Count the statements that may write."""
        self.writes += not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE"))
        return execute(sql, values, many, context)

    def state(self):
        """Return what an action leaves behind; it is read again where something was written since."""
        if self.known[0] != self.writes:
            self.known = (self.writes, self._state())
        return self.known[1]

    def _state(self):
        return (
            [model.objects.count() for model in (AuditLogEntry, Comment, Hold, LegalCheck, RecordEntry, Question)],
            Conflict.objects.count(),
            list(PendingChange.objects.order_by("pk").values_list("pk", "version", "state")),
            list(SpreadsheetImport.objects.order_by("pk").values_list("pk", "state")), ImportedRow.objects.count(),
            Draft.objects.aggregate(Sum("version")), Question.objects.aggregate(Sum("public_version")),
            Report.objects.aggregate(Sum("version")), Report.objects.filter(published_at__isnull=False).count(),
            list(Draft.objects.order_by("pk").values_list("stage", flat=True)),
        )  # fmt: skip

    def attempt(self, action):
        """Do something. What is refused leaves nothing behind."""
        before = self.state()
        try:
            return action()
        except REFUSED:
            assert self.state() == before
            return None

    def draft(self, which):
        made = list(Draft.objects.order_by("-pk")[:4])
        return made[which % len(made)] if made else None

    # --- Drafts -----------------------------------------------------------------------------------

    @rule(
        name=ACTORS,
        sort=st.sampled_from([DraftType.UPDATE, DraftType.PLEDGE, DraftType.CORRECTION, DraftType.WITHDRAWAL]),
    )
    def start(self, name, sort):
        entry = self.entry if sort in (DraftType.CORRECTION, DraftType.WITHDRAWAL) else None
        self.attempt(lambda: drafts.start(sort, by=self.people[name], pledge=self.about, corrects=entry))

    @rule(name=ACTORS, which=WHICH)
    def write(self, name, which):
        """Write words of one's own into a draft, with evidence, whatever it is about."""
        if not (made := self.draft(which)):
            return
        by, word = self.people[name], mark(name)
        fields = FULL | {"headline": word, "explanation": f"{made.explanation} {word}"}
        if made.sort in (DraftType.CORRECTION, DraftType.WITHDRAWAL):
            fields["reason"] = word
        if made.sort == DraftType.PLEDGE:
            fields = {"facts": made.facts | {"note": [word]}, "reason": word}
        elif made.sort == DraftType.QUESTION:
            typed = {"text": [f"{word} {''.join(made.facts.get('text', []))}"], "addressee": ["Home Office"],
                     "asked_on": ["2026-11-01"]}  # fmt: skip
            fields = {"facts": made.facts | typed, "reason": word}
        self.attempt(lambda: drafts.save(made, version=made.version, by=by, fields=fields))
        if made.sort in (DraftType.UPDATE, DraftType.CORRECTION):
            passage = self.about.citations.first().passage
            self.attempt(lambda: drafts.add_evidence(made, passage, by=by, note=word))

    @rule(name=ACTORS, which=WHICH)
    def submit(self, name, which):
        if made := self.draft(which):
            self.submit_draft(made, name)

    def submit_draft(self, made, name):
        self.attempt(lambda: drafts.submit(made, version=made.version, by=self.people[name]))

    @rule(
        name=ACTORS,
        which=WHICH,
        action=st.sampled_from([drafts.recall_submission, drafts.discard, drafts.acknowledge_newer_entries]),
    )
    def move(self, name, which, action):
        if made := self.draft(which):
            self.attempt(lambda: action(made, by=self.people[name]))

    @rule(name=ACTORS)
    def look_again(self, name):
        """Submit that one looked again, in a place that one names, and found nothing new."""
        by, today = self.people[name], timezone.localdate()
        self.attempt(lambda: drafts.look_again(self.about, places=[mark(name)], until=today, by=by))

    # --- Facts of the catalogue --------------------------------------------------------------------

    @rule(name=ACTORS)
    def propose_a_fact(self, name):
        """Propose another name of the theme. Once it is public, anybody may sign off a pledge that has it."""
        by, theme = self.people[name], Theme.objects.get(pk=self.about.theme_id)
        facts = facts_of(theme)
        self.attempt(lambda: change_facts(theme, facts | {"name": f"{name}themeof"}, seen=facts, by=by))

    @rule(name=ACTORS, number=st.integers(0, 2))
    def propose_a_conflict(self, name, number):
        """Name a point on which sources differ, with words of an own source as one side of it."""
        source = Source.objects.filter(title=f"source-of-{name}-{number}").first()
        sides = [{"passage": self.about.citations.first().passage_id, "says": "We will do it"}]
        if source is not None and (passage := source.passages.first()):
            sides.append({"passage": passage.pk, "says": "by May"})
        facts = {"pledge": self.about.pk, "question": f"When, says {mark(name)}", "note": "", "sides": sides}
        self.attempt(lambda: add_facts(Conflict, facts, by=self.people[name]))

    @rule(name=ACTORS)
    def open_the_changes(self, name):
        waiting = PendingChange.objects.filter(state="waiting")
        self.seen_changes[name] = {change.pk: rows_of_change(change) for change in waiting}

    @rule(name=ACTORS)
    def accept_changes(self, name):
        """Accept the changes with the page as it was when this person opened it."""
        for key, rows in self.seen_changes.get(name, {}).items():
            change = PendingChange.objects.get(pk=key)
            if self.attempt(partial(accept, change, shown=digest_of(rows), by=self.people[name])):
                self.accepted[key] = rows
                REACHED["change accepted"] += 1

    @rule(name=ACTORS, names=st.lists(ACTORS, min_size=1, max_size=2))
    def propose_and_accept(self, name, names):
        self.propose_a_fact(name=name)
        for other in names:
            self.open_the_changes(name=other)
            self.accept_changes(name=other)

    # --- Sources ----------------------------------------------------------------------------------

    @rule(name=ACTORS, which=WHICH, number=st.integers(0, 2))
    def take_words_of_an_own_source(self, name, which, number):
        """Bring a source in at the desk, and rest a draft on words of it, or name it as an answer."""
        made, slug = self.draft(which), f"source-of-{name}-{number}"
        if not made or name == "vera":
            return
        client = signed_in(self.people[name])
        if not (source := Source.objects.filter(title=slug).first()):
            facts = {"title": slug, "publisher": mark(name), "kind": "other", "licence": "ogl-3.0", "text": TEXT}
            client.post("/desk/sources/add/", facts)
            source = Source.objects.filter(title=slug).first()
        if source is None:  # whoever has no access brings nothing in
            return
        by = self.people[name]
        if made.sort == DraftType.QUESTION:
            typed = {"answer": [str(source.pk)], "outcome": ["answered"], "answered_on": ["2026-11-02"]}
            fields = {"facts": made.facts | typed}
            self.attempt(lambda: drafts.save(made, version=made.version, by=by, fields=fields))
            return
        self.attempt(lambda: drafts.add_evidence(made, passage_at(source, 22, "We will do it by May", by=by), by=by))

    @rule(name=ACTORS, owner=ACTORS, number=st.integers(0, 2))
    def give_an_archived_address(self, name, owner, number):
        """Change a fact of a source that may be part of a draft that waits."""
        source = Source.objects.filter(title=f"source-of-{owner}-{number}").first()
        if source is None or name == "vera" or source.pk in self.sources:
            return
        now = timezone.now()
        LinkCheck.objects.get_or_create(
            source=source, defaults={"url": "https://example.org/", "state": "gone", "checked_at": now, "next_at": now}
        )
        address = f"/desk/sources/{source.slug}/link/"
        signed_in(self.people[name]).post(address, {"archived_url": f"https://example.org/{mark(name)}"})

    # --- Questions --------------------------------------------------------------------------------

    @rule(name=ACTORS)
    def ask(self, name):
        by = self.people[name]
        self.attempt(
            lambda: questions.ask(self.about, kind=QuestionType.LETTER, by=by, address="https://example.org/")
        )

    @rule(name=ACTORS, number=st.integers(0, 2))
    def submit_an_answer(self, name, number):
        """Name a source as the answer to a public question, and submit it in one step."""
        question = Question.objects.filter(public_version__gt=0).first()
        source = Source.objects.filter(title=f"source-of-{name}-{number}").first()
        if question and source:
            self.attempt(lambda: questions.submit_answer(question, answer=source, by=self.people[name]))

    @rule(names=st.lists(ACTORS, min_size=1, max_size=2))
    def ask_publish_and_answer(self, names):
        self.ask_and_submit(name="ada", own_answer=False)
        self.open_and_sign_off(names=names, later=False)
        self.take_words_of_an_own_source(name="ada", which=0, number=0)
        self.submit_an_answer(name="ada", number=0)
        self.open_and_sign_off(names=names, later=False)

    @rule(name=ACTORS, withdraw=st.booleans())
    def change_a_question(self, name, withdraw):
        if question := Question.objects.filter(public_version__gt=0).first():
            arguments = {"by": self.people[name], "pledge": self.about, "question": question, "withdraw": withdraw}
            self.attempt(lambda: drafts.start(DraftType.QUESTION, **arguments))

    # --- Whole ways: at random, few sequences come to their end ---------------------------------------

    @rule(name=ACTORS, sort=st.sampled_from([DraftType.UPDATE, DraftType.UPDATE, DraftType.CORRECTION]))
    def propose(self, name, sort):
        """Write an update or a correction and submit it."""
        self.start(name=name, sort=sort)
        self.write(name=name, which=0)
        self.submit(name=name, which=0)

    @rule(name=ACTORS, own_answer=st.booleans())
    def ask_and_submit(self, name, own_answer):
        """Ask, say when it was sent, perhaps name a source of one's own as the answer, and submit it."""
        self.ask(name=name)
        self.write(name=name, which=0)
        if own_answer:
            self.take_words_of_an_own_source(name=name, which=0, number=0)
        self.submit(name=name, which=0)

    @rule(name=ACTORS, own_source=st.booleans(), new_names=st.booleans())
    def propose_a_new_pledge(self, name, own_source, new_names):
        """Propose a pledge, perhaps with a theme and a body that the tracker does not have, and submit it."""
        made = self.attempt(lambda: drafts.start(DraftType.PLEDGE, by=self.people[name]))
        if made is None:
            return
        facts = {"title": "A register", "slug": f"register-{made.pk}", "kind": "service", "basis": "announced-action",
                 "review": self.about.review_id, "theme": self.about.theme_id, "made_on": "2026-01-01",
                 "note": mark(name)}  # fmt: skip
        if new_names:
            facts |= {"theme": "", "new_theme": f"{mark(name)} theme {made.pk}"}
            facts["new_promised_by"] = f"{mark(name)} body {made.pk}"
        typed = {field: [str(value)] for field, value in facts.items()}
        self.attempt(lambda: drafts.save(made, version=made.version, by=self.people[name], fields={"facts": typed}))
        passage, by = self.about.citations.first().passage, self.people[name]
        self.attempt(lambda: drafts.add_evidence(made, passage, by=by, role=EvidenceRole.PLEDGE))
        if own_source:
            self.take_words_of_an_own_source(name=name, which=0, number=1)
        self.submit(name=name, which=0)

    @rule(name=ACTORS)
    def open_the_list(self, name):
        """Open the list of new pledges, and choose to publish all of them."""
        by = self.people[name]
        waiting = Draft.objects.filter(sort=DraftType.PLEDGE, pledge__isnull=True, stage="submitted").with_people()
        items = pledges_to_sign_off(list(waiting), by=by)  # also those that the list would not let this person choose
        shown = [batch.ShownPledge(item.draft, item.draft.version, item.rows) for item in items]
        own = {item.draft.pk: {source.slug for source in item.sources} for item in items}
        self.seen_list[name] = shown, {source.slug: rows for source, rows in new_sources(items)}, own

    @rule(name=ACTORS)
    def sign_off_the_list(self, name):
        """Publish the list, with the page as it was when this person opened it."""
        if name not in self.seen_list:
            return
        shown, sources, own = self.seen_list[name]
        public = set(visible_sources().values_list("slug", flat=True))
        checks = LegalCheck.objects.count()
        outcomes = batch.sign_off_each(shown, sources=sources, by=self.people[name])
        published = {one.draft.pk for one in outcomes if one.result == batch.PUBLISHED}
        assert LegalCheck.objects.count() == checks + len(published)
        for one in shown:
            if one.draft.pk in published:
                self.published[one.draft.pk] = [
                    *one.rows,
                    *(row for slug in own[one.draft.pk] - public for row in rows_with_source(slug, sources[slug])),
                ]
                REACHED["published in a list"] += 1

    @rule(names=st.lists(ACTORS, min_size=1, max_size=3))
    def propose_and_sign_off_a_list(self, names):
        self.propose_a_new_pledge(name="ada", own_source=True, new_names=True)
        for name in names:
            self.propose_a_new_pledge(name=name, own_source=False, new_names=False)
            self.open_the_list(name=name)
            self.sign_off_the_list(name=name)

    @rule(name=ACTORS)
    def open_and_publish_the_answer(self, name):
        self.open_the_answer(name=name)
        self.publish_answer(name=name)

    # --- The second person ------------------------------------------------------------------------

    @rule(name=ACTORS, which=WHICH)
    def open_the_review(self, name, which):
        if made := self.draft(which):
            self.seen[name, made.pk] = made.version, rows_of_draft(made)

    @rule(name=ACTORS, which=WHICH, later=st.booleans())
    def sign_off(self, name, which, later):
        """Publish or schedule, with the page as it was when this person opened it."""
        if made := self.draft(which):
            self.sign_off_draft(name, made, later)

    def sign_off_draft(self, name, made, later):
        if (name, made.pk) not in self.seen:
            return
        version, rows = self.seen[name, made.pk]
        at = timezone.now() + dt.timedelta(hours=1) if later else None
        done = self.attempt(
            lambda: review.sign_off(made, version=version, shown=digest_of(rows), by=self.people[name], at=at)
        )
        assert done is None or may(self.people[name], Ability.PUBLISH)
        if isinstance(done, Draft):
            self.scheduled[made.pk] = rows
            REACHED["scheduled"] += 1
        elif done is not None:
            self.published[made.pk] = rows
            REACHED[f"{made.sort} published"] += 1

    @rule(names=st.lists(ACTORS, min_size=1, max_size=3), later=st.booleans())
    def open_and_sign_off(self, names, later):
        """One after another opens what waits for sign-off, and publishes it."""
        for name in names:
            for made in Draft.objects.filter(stage__in=["submitted", "scheduled"]).order_by("-pk")[:2]:
                self.seen[name, made.pk] = made.version, rows_of_draft(made)
                self.sign_off_draft(name, made, later)

    @rule(name=ACTORS, other=ACTORS, later=st.booleans())
    def sign_off_by_the_check_of_another(self, name, other, later):
        """Propose something, have another do the legal check, and sign it off oneself."""
        self.propose(name=name, sort=DraftType.UPDATE)
        self.check_alone(name=other, which=0)
        self.open_and_sign_off(names=[name], later=later)
        self.the_timer_runs()

    @rule(names=st.lists(ACTORS, min_size=1, max_size=3))
    def schedule_and_wait(self, names):
        self.open_and_sign_off(names=names, later=True)
        self.the_timer_runs()

    @rule(name=ACTORS, which=WHICH, text=st.booleans())
    def disagree(self, name, which, text):
        if made := self.draft(which):
            words = mark(name) if text else ""
            self.attempt(lambda: review.disagree(made, by=self.people[name], text=words))

    @rule(name=ACTORS, which=WHICH)
    def check_alone(self, name, which):
        if made := self.draft(which):
            self.attempt(lambda: review.record_check(made, version=made.version, by=self.people[name]))

    @rule(name=ACTORS, which=WHICH)
    def send_back(self, name, which):
        if made := self.draft(which):
            self.attempt(lambda: review.return_to_author(made, by=self.people[name], reason="Why?"))

    @rule(name=ACTORS, which=WHICH)
    def unschedule(self, name, which):
        if made := self.draft(which):
            self.attempt(lambda: review.unschedule(made, by=self.people[name]))

    @rule()
    def the_timer_runs(self):
        with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
            for draft, result in review.publish_due():
                if not isinstance(result, str):
                    assert may(draft.signed_off_by, Ability.PUBLISH)
                    self.published[draft.pk] = self.scheduled[draft.pk]
                    REACHED["published by the timer"] += 1
                elif "changed since" in result:
                    REACHED["taken off the schedule"] += 1

    @rule(name=ACTORS, which=st.integers(0, 12))
    def hold(self, name, which):
        if which < 2 and (made := self.draft(which)):
            self.attempt(lambda: holds.place_hold(made, by=self.people[name]))

    @rule(name=ACTORS)
    def release(self, name):
        if hold := Hold.objects.active().first():
            shown = digest_of(rows_of_hold(hold))
            self.attempt(lambda: holds.release_hold(hold, shown=shown, by=self.people[name]))

    @rule(
        name=st.sampled_from(["ada", "mary", "grace"]),
        role=st.sampled_from([None, DeskRole.EDITOR, DeskRole.PUBLISHER, DeskRole.PUBLISHER]),
    )
    def change_role(self, name, role):
        people.change_role(self.people[name], role=role, by=self.people["edith"])
        self.people[name] = type(self.people[name]).objects.get(pk=self.people[name].pk)

    # --- Reports ----------------------------------------------------------------------------------

    @rule(name=ACTORS)
    def answer(self, name):
        self.report.refresh_from_db()
        text = f"{self.report.answer} {mark(name)}"
        arguments = {"version": self.report.version, "verdict": ReportOutcome.STANDS, "text": text, "correction": None}
        self.attempt(lambda: reports.answer(self.report, by=self.people[name], **arguments))

    @rule(name=ACTORS)
    def open_the_answer(self, name):
        self.report.refresh_from_db()
        self.seen_answer[name] = rows_of_answer(self.report)

    @rule(name=ACTORS)
    def publish_answer(self, name):
        if name in self.seen_answer:
            shown = digest_of(self.seen_answer[name])
            if self.attempt(lambda: reports.publish_answer(self.report, shown=shown, by=self.people[name])):
                REACHED["answer published"] += 1

    # --- What holds -------------------------------------------------------------------------------

    @invariant()
    def all_of_it_holds(self):
        """After a step that wrote nothing, such as one that has no draft to do it to, it holds as before."""
        if hasattr(self, "published") and self.looked_at != self.writes:
            self.nobody_signed_off_words_of_their_own()
            self.nobody_signed_off_a_file_of_their_own()
            self.nobody_accepted_a_change_of_their_own()
            self.what_readers_see_is_what_was_shown()
            self.themes_and_bodies_are_added_by_sign_off_alone()
            self.questions_are_public_by_sign_off_alone()
            self.what_is_scheduled_is_what_was_signed_off()
            self.looked_at = self.writes

    def nobody_signed_off_words_of_their_own(self):
        by_name = {person.get_full_name(): name for name, person in self.people.items()}
        for entry in RecordEntry.objects.exclude(pk__in=self.entries).select_related("text"):
            assert entry.second_review
            words = f"{entry.headline} {entry.explanation} {entry.reason} {entry.text.statement}"
            words += " ".join(entry.citations.values_list("note", flat=True))
            assert mark(by_name[entry.published_by]) not in words
        for draft in Draft.objects.filter(stage="published").select_related("signed_off_by", "question"):
            assert draft.pk in self.published, "it went by no sign-off"
            signer = by_name[draft.signed_off_by.get_full_name()]
            for label, words in self.published[draft.pk]:
                assert mark(signer) not in words, (label, words)
        self.report.refresh_from_db()
        if self.report.published_at:
            assert mark(by_name[self.report.published_by]) not in self.report.answer

    def nobody_accepted_a_change_of_their_own(self):
        names = {person.pk: name for name, person in self.people.items()}
        for change in PendingChange.objects.filter(state="accepted"):
            assert change.decided_by_id != change.by_id
            for label, words in self.accepted[change.pk]:
                if label.endswith(", now"):  # somebody else agreed to that before
                    continue
                name = names[change.decided_by_id]
                assert not {mark(name), f"{name}themeof"} & set(words.split()), (label, words)
        theme = Theme.objects.get(pk=self.about.theme_id)
        shown = [words for rows in self.accepted.values() for _, words in rows]
        assert theme.name == self.about.theme.name or theme.name in shown

    def what_readers_see_is_what_was_shown(self):
        for draft in Draft.objects.filter(stage="published").select_related("published_as__text", "question"):
            shown = dict(self.published[draft.pk])
            if draft.question is None and draft.sort in (DraftType.UPDATE, DraftType.CORRECTION):
                assert draft.published_as.headline == shown["Headline"]
                assert draft.published_as.explanation == shown["Explanation"]
            elif draft.question and draft.question_version == draft.question.public_version:
                assert (draft.question.text, draft.question.addressee) == (shown["Words"], shown["Asked of"])
                assert draft.question.withdrawal_reason == shown["Withdrawn"]
        for source in visible_sources().exclude(pk__in=self.sources):
            reviews = [*self.published.values(), *self.accepted.values()]
            rows = [rows for rows in reviews if (f"Publisher of “{source.slug}”", source.publisher) in rows]
            assert rows, "a source became public that no review showed"
            agreed = {("archived at, then", source.archived_url)}
            agreed.add((f"Archived copy of “{source.slug}”", source.archived_url))
            assert any(agreed & set(one) for one in reviews)

    def themes_and_bodies_are_added_by_sign_off_alone(self):
        words = {words for rows in self.published.values() for _, words in rows}
        for model, names in self.names.items():
            added = set(model.objects.exclude(pk__in=names).values_list("name", flat=True))
            assert added <= words
            REACHED[f"{model.__name__.lower()} added"] += len(added)

    def questions_are_public_by_sign_off_alone(self):
        for question in Question.objects.filter(published_at__isnull=False):
            assert question.second_review
            assert question.drafts.filter(stage="published").count() == question.public_version

    def what_is_scheduled_is_what_was_signed_off(self):
        for draft in Draft.objects.filter(stage="scheduled"):
            assert digest_of(self.scheduled[draft.pk]) == draft.signed_off_digest
            assert draft.legal_checks.filter(digest=draft.signed_off_digest).exists()
            assert digest_of_draft(draft)


@pytest.mark.parametrize(
    ("writer", "checked_by_another"), [("mary", False), ("mary", True), ("ada", False), ("ada", True)]
)
def test_the_control_without_the_second_person_the_machine_sees_it(db, monkeypatch, writer, checked_by_another):
    monkeypatch.setattr(review, "require_publisher_of", lambda draft, *, by: None)
    machine = AnyOrder()
    machine.begin()
    try:
        if not checked_by_another:
            machine.propose(name=writer, sort=DraftType.UPDATE)
            machine.open_and_sign_off(names=[writer], later=False)
            machine.all_of_it_holds()
            assert not machine.published, "the check of who wrote does not count"
            return

        def sign_off_own_words() -> None:
            machine.sign_off_by_the_check_of_another(name=writer, other="grace", later=False)
            machine.all_of_it_holds()

        with pytest.raises(AssertionError):
            sign_off_own_words()
    finally:
        machine.teardown()


@pytest.mark.parametrize("names", [["mary", "grace", "ada"], ["grace", "mary", "ada"]], ids=["brings", "matches"])
@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.slow
def test_the_control_where_a_file_has_no_contributors_the_machine_sees_it(db, monkeypatch, names, guarded):
    make = imports._make
    if not guarded:
        monkeypatch.setattr(imports, "_make", lambda pk, by, writers: make(pk, by, [by]))
    machine = AnyOrder()
    machine.begin()
    try:
        machine.bring_in_and_sign_off(names=names, signers=["mary"])
        assert (Draft.objects.filter(stage="submitted").count(), len(machine.published)) == (
            (2, 0) if guarded else (0, 2)
        )
        with nullcontext() if guarded else pytest.raises(AssertionError):
            machine.nobody_signed_off_a_file_of_their_own()
    finally:
        machine.teardown()


@pytest.mark.slow
def test_in_any_order_two_people_stand_behind_every_published_word(db):
    examples = int(os.environ.get("DRILL_SEQUENCES", "15" if connection.vendor == "sqlite" else "3"))
    run_state_machine_as_test(
        AnyOrder, settings=hypothesis_settings(max_examples=examples, stateful_step_count=50, deadline=None)
    )
    if examples >= 20:
        for kind in (
            "update published",
            "question published",
            "scheduled",
            "published by the timer",
            "answer published",
            "change accepted",
            "published in a list",
            "published of a file",
            "words of a later file taken",
            "theme added",
            "body added",
        ):
            assert REACHED[kind], f"no sequence got so far: {kind}"
