"""The calendar of the desk: what is published when, what falls due, which answers are expected, what is on hold."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from tracker.desk.accounts.permissions import public_name
from tracker.desk.models import Draft, Hold
from tracker.desk.workflow import DraftState
from tracker.pledges.choices import QuestionType, Status
from tracker.pledges.models import Pledge, Question

DAYS_BACK, DAYS_AHEAD = 30, 365
"""How far deadlines are shown before and after today."""

ANSWER_DAYS = {QuestionType.PARLIAMENTARY: 14, QuestionType.FOI: 28, QuestionType.LETTER: 28}
"""After how many days the desk looks for an answer. 28 days are 20 working days without bank holidays."""

MAX_SHOWN_OF_A_KIND = 200
"""Rows of each kind that are shown."""


@dataclass(frozen=True)
class CalendarRow:
    """One thing on one day."""

    day: dt.date
    kind: str
    title: str
    detail: str
    url: str


def calendar_rows(user: Any, *, today: dt.date) -> list[CalendarRow]:
    """Return what is on the calendar, by day; a fixed number of queries."""
    rows = [*_publications(user), *_deadlines(today), *_answers()]
    return sorted(rows, key=lambda row: (row.day, row.kind, row.title))


def holds_now() -> list[CalendarRow]:
    """Return what is on hold, the oldest first: a hold has no day on which it ends."""
    holds = Hold.objects.active().select_related("pledge", "draft", "source", "placed_by").defer("source__text")
    return [
        CalendarRow(
            timezone.localtime(hold.placed_at).date(), "On hold", str(hold.target),
            f"by {public_name(hold.placed_by)}" + (f": {hold.reason}" if hold.reason else ""),
            hold.target.get_absolute_url(),
        )
        for hold in holds.order_by("placed_at", "pk")[:MAX_SHOWN_OF_A_KIND]
    ]  # fmt: skip


def _publications(user: Any) -> Iterator[CalendarRow]:
    drafts = Draft.objects.visible_to(user).filter(stage=DraftState.SCHEDULED, publish_at__isnull=False).with_people()
    for draft in drafts.order_by("publish_at", "pk")[:MAX_SHOWN_OF_A_KIND]:
        if draft.publish_at is None or draft.signed_off_by is None:
            continue
        at = timezone.localtime(draft.publish_at)
        yield CalendarRow(
            at.date(), "Publication", str(draft), f"{at:%H:%M}, signed off by {public_name(draft.signed_off_by)}",
            reverse("desk:review", args=[draft.pk]),
        )  # fmt: skip


def _deadlines(today: dt.date) -> Iterator[CalendarRow]:
    pledges = Pledge.objects.due_between(today - dt.timedelta(days=DAYS_BACK), today + dt.timedelta(days=DAYS_AHEAD))
    for pledge in pledges.order_by("stated_deadline", "pk")[:MAX_SHOWN_OF_A_KIND]:  # type: ignore[misc]
        day: dt.date = pledge.stated_deadline  # type: ignore[attr-defined]
        yield CalendarRow(day, "Deadline", pledge.title, "", reverse("desk:pledge", args=[pledge.slug]))
    first, last = today - dt.timedelta(days=DAYS_BACK), today + dt.timedelta(days=DAYS_AHEAD)
    open_pledges = Pledge.objects.with_record().filter(~Q(status=Status.DELIVERED) | Q(status__isnull=True))
    for pledge in open_pledges.exclude(later_deadlines=[]).order_by("pk")[:MAX_SHOWN_OF_A_KIND]:
        later = pledge.deadlines_after_first[-1].last
        if later and first <= later <= last:
            yield CalendarRow(later, "Later deadline", pledge.title, "", reverse("desk:pledge", args=[pledge.slug]))


def _answers() -> Iterator[CalendarRow]:
    for question in Question.objects.waiting().select_related("pledge")[:MAX_SHOWN_OF_A_KIND]:
        if question.asked_on is None:
            continue
        expected = question.asked_on + dt.timedelta(days=ANSWER_DAYS[QuestionType(question.kind)])
        yield CalendarRow(
            expected, "Answer expected", str(question), f"{question.addressee}, asked {question.asked_on:%-d %B %Y}",
            reverse("desk:question", args=[question.pk]),
        )  # fmt: skip
