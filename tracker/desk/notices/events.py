"""Write down what happened: a step of a draft, a comment, a report that came in, what is due soon."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from tracker.desk.models import Comment, Draft, Notice, NoticeType
from tracker.desk.workflow import Transition
from tracker.pledges.choices import Status
from tracker.pledges.models import Pledge, Report

DUE_SOON_DAYS = 14
"""A deadline is told of this many days before."""

KEPT_DAYS = 90
"""Notices are deleted after so many days."""

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
    number = 0
    for report in Report.objects.open().filter(received_at__gte=since, published_at__isnull=True):
        number += _note_once(
            f"report:{report.pk}", NoticeType.REPORTED, str(report), reverse("desk:report", args=[report.pk])
        )
    return number


def note_due_soon(*, today: dt.date) -> int:
    """Write down each pledge whose first deadline comes within DUE_SOON_DAYS, once for each deadline."""
    until = today + dt.timedelta(days=DUE_SOON_DAYS)
    rows = Pledge.objects.with_record().filter(stated_deadline__range=(today, until))  # type: ignore[misc]
    rows = rows.filter(~Q(status=Status.DELIVERED) | Q(status__isnull=True))
    number = 0
    for pledge in rows:
        day: dt.date = pledge.stated_deadline  # type: ignore[attr-defined]
        number += _note_once(
            f"due-soon:{pledge.pk}:{day}", NoticeType.DUE_SOON, f"{pledge.title}, {day:%-d %B %Y}",
            reverse("desk:pledge", args=[pledge.slug]),
        )  # fmt: skip
    return number


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


def _note_once(key: str, kind: NoticeType, about: str, url: str) -> bool:
    return Notice.objects.get_or_create(key=key, defaults={"kind": kind, "about": about[:300], "url": url})[1]
