"""Write down what happened: steps of drafts and of changed facts, comments, reports, what is due soon."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tracker.desk.catalogue.models import ChangeAction, ChangeState
from tracker.desk.models import Comment, Draft, Notice, NoticeType, PendingChange
from tracker.desk.workflow import Transition
from tracker.pledges.choices import ReportOutcome
from tracker.pledges.models import Pledge, Report

DUE_SOON_DAYS = 14
"""A deadline is told of this many days before."""

KEPT_DAYS = 90
"""Notices are deleted after so many days."""

TOGETHER = dt.timedelta(seconds=5)
"""Proposals of one person within so long of each other are told as one."""

_KINDS = {
    Transition.SUBMIT: NoticeType.SUBMITTED,
    Transition.RETURN: NoticeType.RETURNED,
    Transition.SCHEDULE: NoticeType.SCHEDULED,
    Transition.UNSCHEDULE: NoticeType.UNSCHEDULED,
    Transition.PUBLISH: NoticeType.PUBLISHED,
}


def note_step(draft: Draft, step: Transition, *, by: Any) -> None:
    """Write down a step of a draft that concerns others than the person who takes it."""
    kind = _KINDS.get(step)
    if kind is None:
        return
    if kind is NoticeType.PUBLISHED and draft.answer_id is not None:
        kind = NoticeType.ANSWERED
    comment = draft.comments.filter(returns=True).last() if kind is NoticeType.RETURNED else None
    _note_draft(kind, draft, by=by, comment=comment)


def note_comment(comment: Comment) -> None:
    """Write down that somebody commented on a draft."""
    _note_draft(NoticeType.COMMENTED, comment.draft, by=comment.by, comment=comment)


def note_kept_back(draft: Draft) -> None:
    """Write down, once for each version, that a draft was due and could not be published."""
    key = f"kept-back:{draft.pk}:{draft.version}"
    if not Notice.objects.filter(key=key).exists():
        _note_draft(NoticeType.KEPT_BACK, draft, by=None, key=key)


def note_reports() -> int:
    """Write down each report of a reader that nobody was told of yet; return how many."""
    since = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    reports = Report.objects.open().filter(received_at__gte=since, published_at__isnull=True)
    return _note_new(
        Notice(
            key=f"report:{report.pk}", kind=NoticeType.REPORTED, about=str(report)[:300],
            url=reverse("desk:report", args=[report.pk]),
        )
        for report in reports
    )  # fmt: skip


def note_due_soon(*, today: dt.date) -> int:
    """Write down each pledge whose first deadline comes within DUE_SOON_DAYS, once for each deadline."""
    pledges: Iterable[Any] = Pledge.objects.due_between(today, today + dt.timedelta(days=DUE_SOON_DAYS))
    return _note_new(
        Notice(
            key=f"due-soon:{pledge.pk}:{pledge.stated_deadline}", kind=NoticeType.DUE_SOON,
            about=f"{pledge.title}, {pledge.stated_deadline:%-d %B %Y}"[:300],
            url=reverse("desk:pledge", args=[pledge.slug]),
        )
        for pledge in pledges
    )  # fmt: skip


def note_change(kind: NoticeType, change: PendingChange, *, by: Any) -> None:
    """Write down that somebody proposed, accepted or rejected a changed fact of another person.

    Proposals that come together, as those of a table do, are one notice, which leads to the list. It is always a new
    one: who has seen the last is told that more came.
    """
    if kind is not NoticeType.PROPOSED and change.by_id == by.pk:
        return
    is_proposed_name = change.action == ChangeAction.ADD and change.state != ChangeState.ACCEPTED
    name = "" if is_proposed_name else f": {change.title}"  # a proposed name is not public yet
    notice = Notice(
        kind=kind, change=change, by=by, about=f"{change.get_action_display()} {change.model_name}{name}"[:300],
        url=change.get_absolute_url(),
    )  # fmt: skip
    if kind is NoticeType.PROPOSED:
        change.notices.filter(kind=kind).delete()
        together = Notice.objects.filter(kind=kind, by=by, at__gte=timezone.now() - TOGETHER)
        if together.delete()[0]:
            notice.change, notice.about, notice.url = None, "several changes", reverse("desk:changes")
    notice.save()


def note_answer(kind: NoticeType, report: Report, *, by: Any) -> None:
    """Write down that the answer to a report waits for another person, or is published.

    One that was written again is told anew, in the place of the last; one that was taken back is not told.
    """
    if kind is NoticeType.ANSWER_WRITTEN:
        report.notices.filter(kind=kind).delete()
        if not ReportOutcome(report.verdict).is_answer:
            return
    _note_new([
        Notice(
            key=f"{kind}:{report.pk}", kind=kind, report=report, by=by, about=str(report)[:300],
            url=reverse("desk:report", args=[report.pk]),
        )
    ])  # fmt: skip


def delete_old(*, now: dt.datetime) -> int:
    """Delete notices that are older than KEPT_DAYS; return how many."""
    return Notice.objects.filter(at__lt=now - dt.timedelta(days=KEPT_DAYS)).delete()[0]


def _note_draft(
    kind: NoticeType, draft: Draft, *, by: Any, comment: Comment | None = None, key: str | None = None
) -> None:
    url = draft.get_absolute_url() if kind is NoticeType.RETURNED else reverse("desk:review", args=[draft.pk])
    Notice.objects.create(
        kind=kind, draft=draft, by=by, comment=comment, about=draft.logged_as[:300], url=url, key=key
    )


def _note_new(notices: Iterable[Notice]) -> int:
    """Write down those whose key is not there yet, and return how many: one query where there is nothing new."""
    wanted = {notice.key: notice for notice in notices}
    known = set(Notice.objects.filter(key__in=wanted).values_list("key", flat=True))
    new = [notice for key, notice in wanted.items() if key not in known]
    Notice.objects.bulk_create(new, ignore_conflicts=True)  # another worker may have been quicker
    return len(new)
