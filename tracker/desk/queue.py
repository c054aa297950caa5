"""The queue: what needs a person, in order, each row with why it is there and what to do next."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from tracker.desk.accounts.permissions import public_name
from tracker.desk.actions.review import reasons_kept_back
from tracker.desk.catalogue.models import ChangeState, PendingChange
from tracker.desk.models import Draft
from tracker.desk.sign_off.waiting import Kind, answers_to_sign_off, kinds_waiting
from tracker.desk.workflow import DraftState
from tracker.pledges.choices import STATUS_KINDS, ReportOutcome, Schedule, Status
from tracker.pledges.derived import counts
from tracker.pledges.derived.tally import CountKey
from tracker.pledges.models import Pledge, Question, RecordEntry, Report
from tracker.pledges.querysets import PledgeQuerySet, quiet_before
from tracker.sources.choices import IntakeState, LinkState
from tracker.sources.models import Intake, LinkCheck

_KEPT_BACK = "It is due. Open it to see why it was not published."

REST_DAYS = 30
"""A pledge that was looked at is not asked for again so soon."""

LIMIT = 50
"""Rows of each sort that are shown; the count is of all."""


@dataclass(frozen=True)
class Row:
    """One thing to do: what it is, why it is here, since when, and the next step."""

    title: str
    about: str
    why: str
    since: dt.date | None
    url: str
    action: str
    slug: str = ""
    held: bool = False


@dataclass(frozen=True)
class Section:
    """Rows of one sort, the most pressing first."""

    key: str
    label: str
    number: int
    rows: list[Row]


@dataclass
class _QueueContext:
    """For whom the queue is and on which day."""

    user: Any
    today: dt.date

    def number(self, waits: Callable[[CountKey], bool]) -> int:
        """Return how many pledges are of the sorts that wait for somebody."""
        return sum(number for cell, number in self._cells.items() if waits(cell))

    @cached_property
    def _cells(self) -> Mapping[CountKey, int]:
        return counts.count_pledges(today=self.today)


def sections(user: Any, *, today: dt.date) -> list[Section]:
    """Return what needs this person, in the order in which to do it.

    A fixed number of queries, whatever the number of drafts and pledges.
    """
    desk = _QueueContext(user, today)
    return [maker(desk) for maker in _SECTIONS]


def needs(user: Any, *, kinds: list[Kind] | None = None) -> dict[str, int]:
    """Return how much waits for this person: ``sign_off``, of every kind, and ``returned``, for the navigation.

    ``kinds`` is what kinds_waiting returned, where the page has it.
    """
    return {
        "sign_off": sum(kind.number for kind in kinds or kinds_waiting(user)),
        "returned": Draft.objects.returned_to(user).count(),
    }


def _drafts(key: str, label: str, rows: Any, why: Callable[[Any], str], action: str, review: bool = False) -> Section:
    def row(draft: Any) -> Row:
        url = reverse("desk:review", args=[draft.pk]) if review else draft.get_absolute_url()
        since = timezone.localtime(draft.edited_at).date()
        return Row(str(draft), draft.about, why(draft), since, url, action, held=draft.held)

    return Section(key, label, rows.count(), [row(draft) for draft in rows.with_schedule()[:LIMIT]])


def _to_sign_off(desk: _QueueContext) -> Section:
    def why(draft: Draft) -> str:
        submitted = f"Submitted by {public_name(draft.proposer)}"
        return (
            f"{submitted}. It was taken off the schedule: {because}"
            if (because := draft.unscheduled_because)
            else submitted
        )

    rows = Draft.objects.to_sign_off(desk.user).order_by("submitted_at", "pk")
    return _drafts("sign-off", "For you to sign off", rows, why, "Review", True)


def _returned(desk: _QueueContext) -> Section:
    def why(draft: Any) -> str:
        return f"Returned: {draft.returned_because}" if draft.returned_because else "A reviewer asked for a change"

    rows = Draft.objects.returned_to(desk.user).order_by("edited_at", "pk")
    return _drafts("returned", "Returned to you", rows, why, "Change it")


def _mine(desk: _QueueContext) -> Section:
    def why(draft: Any) -> str:
        if draft.stage != DraftState.SUBMITTED:
            return "You have not submitted it yet"
        because = f". It was taken off the schedule: {draft.unscheduled_because}" if draft.unscheduled_because else ""
        return f"Waits for another person{because}"

    rows = Draft.objects.of(desk.user).exclude(stage=DraftState.SCHEDULED).order_by("-edited_at", "pk")
    return _drafts("mine", "Your drafts", rows, why, "Open")


def _scheduled(desk: _QueueContext) -> Section:
    def why(draft: Any) -> str:
        at = f"{timezone.localtime(draft.publish_at):%-d %B %Y, %H:%M}"
        who = "you" if draft.signed_off_by == desk.user else public_name(draft.signed_off_by)
        reasons = " ".join(reasons_kept_back(draft))
        return f"For {at}, signed off by {who}" + (f". {reasons}" if reasons else "")

    rows = Draft.objects.visible_to(desk.user).filter(stage=DraftState.SCHEDULED, publish_at__gt=timezone.now())
    return _drafts("scheduled", "Scheduled", rows.order_by("publish_at", "pk"), why, "See the draft", True)


def _kept_back(desk: _QueueContext) -> Section:
    rows = Draft.objects.visible_to(desk.user).filter(stage=DraftState.SCHEDULED, publish_at__lte=timezone.now())
    return _drafts(
        "stuck", "Due, but not published", rows.order_by("publish_at", "pk"),
        lambda d: " ".join(reasons_kept_back(d)) or _KEPT_BACK, "See the draft", True,
    )  # fmt: skip


def _pledges(
    key: str, label: str, rows: PledgeQuerySet, why: Callable[[Any], str], action: str, number: int
) -> Section:
    """A section of pledges, without those that somebody is at work on or looked at in the last REST_DAYS.

    ``number`` is how many there are with these.
    """
    busy, since = Draft.objects.open().filter(pledge__isnull=False), timezone.now() - dt.timedelta(days=REST_DAYS)
    looked_at = RecordEntry.objects.filter(
        kind__in=STATUS_KINDS, published_at__gte=since, looked_until__gte=timezone.localdate(since)
    )
    resting = Q(pk__in=busy.values("pledge")) | Q(pk__in=looked_at.values("pledge"))
    number, rows = number - rows.filter(resting).count(), rows.exclude(resting)

    def row(pledge: Any) -> Row:
        url = reverse("desk:pledge", args=[pledge.slug])
        return Row(pledge.title, str(pledge.theme), why(pledge), None, url, action, slug=pledge.slug)

    return Section(key, label, number, [row(pledge) for pledge in rows.select_related("theme")[:LIMIT]])


# Of pledges, numbers come from the daily counts and rows in the order of an index: nothing goes through all of them.


def _overdue(desk: _QueueContext) -> Section:
    def waits(cell: CountKey) -> bool:
        return cell.schedule == Schedule.OVERDUE and cell.status != Status.DELIVERED

    rows = Pledge.objects.with_schedule(today=desk.today).filter(schedule=Schedule.OVERDUE)  # type: ignore[misc]
    return _pledges(
        "overdue", "Past their deadline",
        rows.filter(~Q(status=Status.DELIVERED) | Q(status__isnull=True)).order_by("stated_deadline", "pk"),  # type: ignore[misc]
        lambda p: f"Was due {p.stated_deadline:%-d %B %Y}", "Check again", desk.number(waits),
    )  # fmt: skip


def _quiet(desk: _QueueContext) -> Section:
    before = quiet_before(desk.today)
    rows = Pledge.objects.with_schedule(today=desk.today).filter(quiet=True, moved_on__lt=before)  # type: ignore[misc]
    return _pledges(
        "quiet", "Gone quiet", rows.order_by("moved_on", "pk"),  # type: ignore[misc]
        lambda p: f"Last movement {p.status_on:%-d %B %Y}; we looked until {p.looked_until:%-d %B %Y}",
        "Check again", desk.number(lambda cell: cell.quiet),
    )  # fmt: skip


def _no_status(desk: _QueueContext) -> Section:
    rows = Pledge.objects.with_record().filter(status__isnull=True, moved_on=dt.date.min)  # type: ignore[misc]
    return _pledges(
        "no-status", "Without a status", rows.order_by("made_on", "pk"),
        lambda p: "It is on the record, but has no status yet", "Record an update",
        desk.number(lambda cell: cell.status is None),
    )  # fmt: skip


def _questions(desk: _QueueContext) -> Section:
    rows = Question.objects.waiting().select_related("pledge")

    def row(question: Question) -> Row:
        days = (desk.today - question.asked_on).days if question.asked_on else 0
        return Row(
            str(question), question.addressee, f"Asked {days} days ago, no answer recorded yet", question.asked_on,
            reverse("desk:question", args=[question.pk]), "Record the answer",
        )  # fmt: skip

    return Section(
        "questions", "Questions without an answer", rows.count(), [row(question) for question in rows[:LIMIT]]
    )


def _report_row(report: Report, why: str, action: str) -> Row:
    answered = report.verdict != ReportOutcome.WAITING
    return Row(
        str(report), report.get_verdict_display() if answered else "", why,
        timezone.localtime(report.received_at).date(), reverse("desk:report", args=[report.pk]), action,
    )  # fmt: skip


def _answers(desk: _QueueContext) -> Section:
    rows = answers_to_sign_off(desk.user)
    items = [_report_row(row, f"Answered by {row.answered_by}", "Sign off the answer") for row in rows[:LIMIT]]
    return Section("answers", "Answers to readers to sign off", rows.count(), items)


def _reports(desk: _QueueContext) -> Section:
    rows = Report.objects.open().exclude(pk__in=answers_to_sign_off(desk.user).values("pk"))

    def why(report: Report) -> str:
        if report.verdict == ReportOutcome.WAITING:
            return "A reader reported an error"
        return f"Answered by {report.answered_by}: another person must publish it"

    items = [_report_row(row, why(row), "Read the report") for row in rows[:LIMIT]]
    return Section("reports", "Readers report an error", rows.count(), items)


def _changes(desk: _QueueContext) -> Section:
    rows = PendingChange.objects.filter(state=ChangeState.WAITING).select_related("by").order_by("at", "pk")

    def row(change: PendingChange) -> Row:
        mine = change.by_id == desk.user.pk
        return Row(
            str(change), "", "You proposed this. Another person decides" if mine
            else f"Proposed by {public_name(change.by)}: readers see it after another person accepts it",
            timezone.localtime(change.at).date(), change.get_absolute_url(), "See the change" if mine else "Decide",
        )  # fmt: skip

    return Section(
        "changes", "Changes to facts that readers see", rows.count(), [row(change) for change in rows[:LIMIT]]
    )


def _rejected(desk: _QueueContext) -> Section:
    """Changed facts that somebody else rejected in the last REST_DAYS and that were not proposed again since."""
    since = timezone.now() - dt.timedelta(days=REST_DAYS)
    own = PendingChange.objects.filter(by=desk.user)
    added = Q(object_pk=None, action=OuterRef("action"), title=OuterRef("title"))  # it has no object to compare
    same = Q(object_pk=OuterRef("object_pk")) | added
    again = own.filter(same, model=OuterRef("model"), pk__gt=OuterRef("pk"))
    rows = own.filter(state=ChangeState.REJECTED, decided_at__gte=since).exclude(decided_by=desk.user)
    rows = rows.exclude(Exists(again)).select_related("decided_by").order_by("decided_at", "pk")

    def row(change: PendingChange) -> Row:
        why = f"Rejected by {public_name(change.decided_by)}: {change.reason}"
        day = timezone.localtime(change.decided_at).date()
        return Row(str(change), "", why, day, change.get_absolute_url(), "See the change")

    return Section(
        "rejected", "Your changes that were rejected", rows.count(), [row(change) for change in rows[:LIMIT]]
    )


def _documents(desk: _QueueContext) -> Section:
    rows = Intake.objects.filter(state__in=[IntakeState.READY, IntakeState.FAILED]).defer("content", "text")

    def row(coming: Intake) -> Row:
        failed = coming.state == IntakeState.FAILED
        return Row(
            str(coming), coming.problem, "It could not be read" if failed else "The text is ready. Check it",
            timezone.localtime(coming.brought_at).date(), coming.get_absolute_url(), "Open" if failed else "Confirm",
        )  # fmt: skip

    return Section("documents", "Documents you added", rows.count(), [row(intake) for intake in rows[:LIMIT]])


def _links(desk: _QueueContext) -> Section:
    states = [LinkState.GONE, LinkState.MOVED, LinkState.CHANGED]
    rows = LinkCheck.objects.filter(state__in=states).exclude(settled_as=F("state"))
    rows = rows.select_related("source").defer("source__text").order_by("checked_at", "pk")

    def row(check: LinkCheck) -> Row:
        url = reverse("desk:link", args=[check.source.slug])
        since = timezone.localtime(check.checked_at).date()
        return Row(
            str(check.source),
            check.url,
            ": ".join(filter(None, (check.get_state_display(), check.says))),
            since,
            url,
            "Check the link",
        )

    return Section("links", "Broken or changed links", rows.count(), [row(check) for check in rows[:LIMIT]])


_SECTIONS: list[Callable[[_QueueContext], Section]] = [
    _to_sign_off, _answers, _returned, _rejected, _kept_back, _reports, _changes, _mine, _scheduled, _overdue, _quiet,
    _no_status, _documents, _links, _questions,
]  # fmt: skip
