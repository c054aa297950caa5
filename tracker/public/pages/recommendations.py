"""What the pages of recommendations show: the list with its filters, one of them, and the report to print."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from tracker.pledges.choices import NOT_LOOKED, Response, Schedule
from tracker.pledges.dates import end_of_day, read_day
from tracker.pledges.models import RecordEntry, Review
from tracker.pledges.read.recommendations import (
    DIFFERENT,
    FollowedRecommendation,
    answer_labels,
    count_answers,
    followed_recommendations,
)
from tracker.web.as_of import AsOf

REPORT_DAYS = 90
"""How many days a report goes back, where nobody says since when."""


@dataclass(frozen=True)
class Answer:
    """One answer in the sentence and the filter: its word, its label, and how many recommendations have it."""

    value: str
    label: str
    number: int


def answer_counts(rows: list[FollowedRecommendation]) -> list[Answer]:
    """Return every answer that there can be, with how many recommendations have it."""
    counts = count_answers(rows)
    labels = answer_labels().items()
    return [Answer(value, label, counts[value]) for value, label in labels if counts[value] or value != DIFFERENT]


def list_context(request: HttpRequest, when: AsOf, review: Review) -> dict[str, Any]:
    """Return what the list needs. A filter that is not known is left out and named."""
    every = followed_recommendations(review, today=when.today, **when.clock)
    answers, problems, rows = answer_counts(every), [], every
    bodies = {body.slug: str(body) for row in every for pledge in row.pledges for body in pledge.responsible_bodies}
    choices = {
        "answer": {answer.value: answer.label for answer in answers},
        "pledges": {"yes": gettext("Has pledges"), "no": gettext("No pledge yet")},
        "body": dict(sorted(bodies.items(), key=lambda pair: pair[1])),
    }
    labels = {"answer": gettext("Answer"), "pledges": gettext("Pledges"), "body": gettext("Has to act")}
    chosen = {}
    for name, known in choices.items():
        value = request.GET.get(name, "")
        if value in known:
            chosen[name] = value
            rows = [row for row in rows if _has(row, name, value)]
        elif value:
            message = gettext("We ignored the %(label)s filter because that value does not exist.")
            problems.append(message % {"label": labels[name]})
    return {
        "rows": rows,
        "every": every,
        "answers": answers,
        "without_pledge": sum(not row.pledges for row in every),
        "choices": choices,
        "chosen": chosen,
        "problems": problems,
        "review": review,
        "today": when.today,
        "as_of": when,
    }


def _has(row: FollowedRecommendation, name: str, value: str) -> bool:
    if name == "answer":
        return row.answer == value
    if name == "pledges":
        return bool(row.pledges) == (value == "yes")
    return any(body.slug == value for pledge in row.pledges for body in pledge.responsible_bodies)


@dataclass(frozen=True)
class Moved:
    """A recommendation about whose pledges something was published since a day, with these entries."""

    row: FollowedRecommendation
    entries: list[RecordEntry]


def report_context(request: HttpRequest, when: AsOf, review: Review) -> dict[str, Any]:
    """Return what the report to print needs: the same day asked twice gives the same report."""
    rows = followed_recommendations(review, today=when.today, **when.clock)
    since, problems = when.today - dt.timedelta(days=REPORT_DAYS), []
    if typed := request.GET.get("since", "").strip():
        day, problem = read_day(typed)
        if day is None or day > when.today:
            problems.append(problem or gettext("The start date is in the future. Enter an earlier date."))
        else:
            since = day
    entries = RecordEntry.objects.by_clock(**when.clock).filter(
        pledge__in=[pledge.pk for row in rows for pledge in row.pledges]
    )
    # By what had happened by a day, what moved is what happened since; else what was published since.
    if when.happened_by:
        entries = entries.happened_after(since, until=when.until)
    else:
        entries = entries.filter(published_at__gte=end_of_day(since))
    by_pledge: dict[int, list[RecordEntry]] = {}
    for entry in entries.select_related("text", "pledge", "corrects").order_by("position"):
        by_pledge.setdefault(entry.pledge_id, []).append(entry)
    moved = [Moved(row, [entry for pledge in row.pledges for entry in by_pledge.get(pledge.pk, [])]) for row in rows]
    only_moved = request.GET.get("put") == "moved"
    moved = [change for change in moved if change.entries]
    return {
        "review": review,
        "since": since,
        "problems": problems,
        "answers": answer_counts(rows),
        "moved": moved,
        "answered": [row for row in rows if row.answered_on and row.answered_on > since],
        "unanswered": [row for row in rows if row.answer == Response.NONE],
        "not_looked": [row for row in rows if row.answer == NOT_LOOKED],
        "late": [row for row in rows if any(pledge.schedule == Schedule.OVERDUE for pledge in row.pledges)],
        "rows": [change.row for change in moved] if only_moved else rows,
        "only_moved": only_moved,
        "today": when.today,
        "as_of": when,
    }
