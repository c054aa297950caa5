"""Whatever happens to a tracker: a page from all that is kept is the page that is made with nothing.

What is kept: whole pages, their parts, and what a process holds in memory, so the transactions here really commit.
"""

import contextlib
import datetime as dt
import os
import random
import re
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from tests.desk.conftest import signed_in
from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    ReviewFactory,
    ThemeFactory,
    person,
    public_question,
    publish_answer,
    stated,
    superuser,
    update,
)
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import reports, withdrawals
from tracker.desk.catalogue.changes import add_facts, change_facts
from tracker.desk.catalogue.facts import facts_of
from tracker.desk.sign_off.public_rows import rows_of_answer, rows_of_source
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.choices import STATUS_KINDS, STATUS_ORDER, EntryKind, EvidenceRole, ReportOutcome
from tracker.pledges.derived import process_memory
from tracker.pledges.derived.count_checks import wrong_counts
from tracker.pledges.derived.counts import store_due_counts
from tracker.pledges.facts.entries import Signers, are_facts_recorded, begin_facts, record_facts
from tracker.pledges.facts.subjects import subjects_losing
from tracker.pledges.models import Body, Conflict, Pledge, Recommendation, RecordEntry, Report, Review, Theme
from tracker.pledges.models.derived import SearchDocument, SearchWord
from tracker.pledges.record.publish import Evidence, withdraw_entry, withdraw_text
from tracker.pledges.record.statements import publish_statement
from tracker.pledges.record.verify import verify_standings
from tracker.pledges.search.index import rebuild_index
from tracker.sources.models import Passage, Source, SourceWithdrawal

START = dt.datetime(2026, 1, 5, 22, 30, tzinfo=dt.UTC)
STEPS, PAGES_OF_A_STEP = 25, 8
SEEDS = range(int(os.environ.get("KEPT_SEEDS", "1")))
"""More than the first is for the drill and for who changes how pages are kept: each takes a while."""
PLACES = ("audit", "second", "third")


class NothingToDoError(Exception):
    """There is nothing yet to which this could happen."""


class Desk:
    """People at a desk who do one thing after another, each chosen at random."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.number = chance, 0
        self.boss = superuser("edith")
        self.ada, self.grace = person("Ida Editor"), person("Paul Publisher", DeskRole.PUBLISHER)
        self.actions = [action for name, action in vars(Desk).items() if name.startswith("do_")]

    def act(self) -> str:
        """Do one thing that is possible, and say what."""
        while True:
            self.number += 1
            action = self.chance.choice(self.actions)
            with contextlib.suppress(ValidationError, NothingToDoError), transaction.atomic():
                action(self)
                return action.__name__

    def of(self, rows: Any) -> Any:
        """Return any of some rows. Raises NothingToDoError where there is none."""
        listed = list(rows.order_by("pk"))
        if not listed:
            raise NothingToDoError
        return self.chance.choice(listed)

    def change(self, row: Any, **facts: Any) -> None:
        """Change facts of the catalogue, as at a desk of one."""
        change_facts(row, facts_of(row) | facts, seen=facts_of(row), by=self.boss)

    def do_publish(self) -> None:
        about = self.of(Pledge.objects.all())
        passage = self.chance.choice([None, PassageFactory])
        on = timezone.localdate() - dt.timedelta(days=self.chance.randrange(200))
        status = self.chance.choice(STATUS_ORDER)
        update(about, status, on=on, headline=f"Entry {self.number}", passage=passage and passage())

    do_publish_more = do_publish

    def do_correct(self) -> None:
        entry = self.of(RecordEntry.objects.current())
        on = timezone.localdate() - dt.timedelta(days=self.chance.randrange(100))
        update(entry.pledge, corrects=entry, on=on, headline=f"Correction {self.number}", reason="A slip.")

    do_correct_more = do_correct

    def do_withdraw(self) -> None:
        entry = self.of(RecordEntry.objects.current())
        withdraw_entry(entry, reason=f"Wrong {self.number}.", by="Ada", approved_by="Grace")

    def do_withdraw_words(self) -> None:
        entry = self.of(RecordEntry.objects.filter(kind__in=[*STATUS_KINDS, EntryKind.PLEDGE]))
        withdraw_text(entry, headline=self.chance.random() < 0.7, reason="A court.", admin=self.boss, by="Edith")

    def do_withdraw_source(self) -> None:
        source = self.of(Source.objects.exclude(pk__in=SourceWithdrawal.objects.values("source")))
        if Source.objects.count() < 4:
            raise NothingToDoError
        withdrawals.withdraw(source, shown=digest_of(rows_of_source(source)), reason="A court.", by=self.boss)

    def do_state(self) -> None:
        fields: dict[str, Any] = {
            "title": f"Pledge {self.number}", "review": self.of(Review.objects.all()),
            "promised_by": self.of(Body.objects.all()),
            "deadline_on": timezone.localdate() + dt.timedelta(days=self.chance.randrange(-30, 30)),
        }  # fmt: skip
        theme = self.of(Theme.objects.filter(review=None) | Theme.objects.filter(review=fields["review"]))
        stated(slug=f"pledge-{self.number}", theme=theme, **fields)

    def do_state_again(self) -> None:
        about = Pledge.objects.get(pk=self.of(Pledge.objects.all()).pk)
        what = self.chance.choice(["title", "theme", "promised_by", "review", "bodies", "done_means"])
        bodies = list(about.bodies.all())
        if what == "bodies":
            bodies = self.chance.sample(list(Body.objects.order_by("pk")), 1)
        elif what == "theme":
            about.theme = self.of(Theme.objects.filter(review=None) | Theme.objects.filter(review=about.review))
        elif what == "promised_by":
            about.promised_by = self.of(Body.objects.all())
        elif what == "review":
            about.review, about.recommendation = self.of(Review.objects.all()), None
        else:
            setattr(about, what, f"Said anew {self.number}")
        evidence = [Evidence(about.citations.first().passage, EvidenceRole.PLEDGE)]
        publish_statement(about, evidence=evidence, bodies=bodies, by="Ada", approved_by="Grace", reason="Read anew.")

    def do_rename_body(self) -> None:
        self.change(self.of(Body.objects.all()), name=f"Body called {self.number}")

    def do_rename_theme(self) -> None:
        self.change(self.of(Theme.objects.all()), name=f"Theme called {self.number}")

    def do_change_review(self) -> None:
        facts: Any = self.chance.choice(
            [
                {"title": f"Review called {self.number}"}, {"short_name": f"R {self.number}"},
                {"time_zone": self.chance.choice(["", "Pacific/Auckland", "America/Los_Angeles"])},
                {"content_note": f"Note {self.number}"}, {"help_lines": f"Line {self.number} | 0800"},
                {"leave_url": f"https://example.org/{self.number}"}, {"accent": self.chance.choice(["", "#0a5c36"])},
            ]
        )  # fmt: skip
        self.change(self.of(Review.objects.all()), **facts)

    def do_change_source(self) -> None:
        self.change(self.of(Source.objects.filter(pages=[])), title=f"Source called {self.number}")

    def do_add_body(self) -> None:
        add_facts(Body, {"slug": f"added-{self.number}", "name": f"Added {self.number}"}, by=self.boss)

    def do_add_theme(self) -> None:
        theme = ThemeFactory.build(
            slug=f"added-{self.number}", name=f"Of one {self.number}", review=self.of(Review.objects.all())
        )
        theme.save()
        record_facts([theme], signers=Signers("Ada"))

    def do_add_review(self) -> None:
        if Review.objects.count() == len(PLACES):
            raise NothingToDoError
        review = ReviewFactory(slug=PLACES[Review.objects.count()], title=f"Review {self.number}")
        record_facts([review], signers=Signers("Ada"))

    def do_recommend(self) -> None:
        row = RecommendationFactory(
            review=self.of(Review.objects.all()), number=self.number, passage=self.of(Passage.objects.all())
        )
        record_facts([row], signers=Signers("Ada"))

    def do_repeat(self) -> None:
        first, last = Recommendation.objects.order_by("pk").first(), Recommendation.objects.order_by("pk").last()
        if first == last:
            raise NothingToDoError
        self.change(last, repeats=[first.pk])

    def do_differ(self) -> None:
        about = self.of(Pledge.objects.all())
        conflict = Conflict.objects.create(pledge=about, question=f"How many {self.number}")
        for passage in (PassageFactory(), PassageFactory()):
            conflict.sides.create(passage=passage, says="We will")
        record_facts([conflict], signers=Signers("Ada"))

    def do_agree(self) -> None:
        conflict = self.of(Conflict.objects.all())
        gone = subjects_losing(conflict)
        conflict.delete()
        record_facts(gone, signers=Signers("Ada"))

    def do_ask(self) -> None:
        public_question(
            self.ada, self.grace, self.of(Pledge.objects.all()), text=f"What has come of it, {self.number}?"
        )

    def do_answer_report(self) -> None:
        report = Report.objects.create(page="/")
        report = reports.answer(
            report, version=report.version, verdict=ReportOutcome.STANDS, text=f"No, {self.number}.", correction=None,
            by=self.ada,
        )  # fmt: skip
        publish_answer(report, by=self.grace)

    def do_withdraw_answer(self) -> None:
        report = self.of(Report.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True))
        withdrawals.withdraw_answer(report, shown=digest_of(rows_of_answer(report)), reason="A court.", by=self.boss)

    def do_begin_facts(self) -> None:
        if are_facts_recorded():
            raise NothingToDoError
        begin_facts(signers=Signers("Ada"))

    def do_count(self) -> None:
        store_due_counts()

    def do_change_mind(self) -> None:
        """Publish, and take all of it back: the numbers that count changes come again."""
        with transaction.atomic():
            update(self.of(Pledge.objects.all()), headline="Never published")
            self.change(self.of(Body.objects.all()), name="Never called so")
            transaction.set_rollback(True)


def addresses(now: dt.datetime) -> list[str]:
    """Return the addresses of pages that may change with what a desk does."""
    reviews = [review.get_absolute_url() for review in Review.objects.all()]
    pledges = [pledge.get_absolute_url() for pledge in Pledge.objects.all()]
    lists = [
        "/", "/?status=under-way", "/?status=none-yet&sort=title", "/?q=pledge", "/?q=entry", "/?quiet=yes",
        "/?schedule=overdue", *reviews, *(f"{review}?q=pledge" for review in reviews),
        *(theme.get_absolute_url() for theme in Theme.objects.all()),
        *(body.get_absolute_url() for body in Body.objects.all()[:4]),
    ]  # fmt: skip
    dated = [*lists, "/reviews/", "/changes/", *pledges[:4]]
    days = now.date(), now.date() - dt.timedelta(days=20), START.date()
    return [
        *lists, *pledges, *(f"{pledge}record/" for pledge in pledges[:2]),
        "/reviews/", "/changes/", "/pictures/", "/sources/", "/bodies/", "/checks/", "/corrections/", "/methodology/",
        "/about/", "/record/", "/recommended-before/", "/data/pledges.csv", "/api/v1/pledges", "/feed.atom",
        *(f"{review}{page}" for review in reviews for page in ("recommendations/", "about/", "pictures/", "changes/")),
        *(source.get_absolute_url() for source in Source.objects.all()),
        *(f"{address}{'&' if '?' in address else '?'}{clock}={day}"
          for address in dated for day in days for clock in ("as_of", "happened_by")),
    ]  # fmt: skip


def shown(client: Any, url: str, **headers: str) -> tuple[int, str]:
    """Return the answer to a reader, but for what is another in each answer."""
    answer = client.get(url, headers=headers)
    return answer.status_code, CSRF.sub("", answer.getvalue().decode())


CSRF = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>')


def index() -> list[set[tuple[Any, ...]]]:
    """Return what search has: the rows of what can be found, and its words."""
    fields = [field.attname for field in SearchDocument._meta.concrete_fields if field.name != "id"]
    return [set(SearchDocument.objects.values_list(*fields)), set(SearchWord.objects.values_list("word", "term"))]


# On PostgreSQL in the drill alone: what is kept does not depend on the database, and each seed takes most of a minute.
@(pytest.mark.slow if "KEPT_SEEDS" in os.environ else pytest.mark.once)
@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_a_kept_page_is_the_page_that_is_made_anew(committed_db, client, settings, seed):
    nothing = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    pages = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "at random"}
    settings.CACHES = {**django_settings.CACHES, "pages": pages}
    anew = {**settings.CACHES, "parts": nothing, "fragments": nothing, "pages": nothing}
    settings.PAGE_GRACE, settings.FOUR_EYES = 0, False
    caches["pages"].clear()
    chance, now, history = random.Random(seed), START, []
    with time_machine.travel(now, tick=False):
        stated(slug="first", theme=ThemeFactory(), promised_by=BodyFactory())
        desk = Desk(chance)
        editor = signed_in(desk.ada)
    for _ in range(STEPS):
        now += dt.timedelta(minutes=chance.choice([0, 0, 0, 1, 60, 60, 200, 24 * 60, 24 * 60 * 17]))
        with time_machine.travel(now, tick=False):
            history.append(f"{now:%d %b %H:%M} {desk.act() if chance.random() < 0.85 else 'time passed'}")
            for url in chance.sample(addresses(now), PAGES_OF_A_STEP):
                part = {"HX-Request": "true"} if chance.random() < 0.2 else {}
                for reader in (client, editor) if chance.random() < 0.3 else (client,):
                    kept = shown(reader, url, **part)
                    never = mock.patch.object(process_memory, "may_hold", return_value=False)
                    with override_settings(CACHES=anew), never:
                        assert kept == shown(reader, url, **part), (url, part, history)
    with time_machine.travel(now, tick=False):
        assert list(verify_standings()) == list(wrong_counts()) == []
        before = index()
        rebuild_index()
        assert index() == before, history
