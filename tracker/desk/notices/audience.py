"""Whom a notice concerns: who can act on it, and who waits for it; never the person who did it."""

from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.catalogue.models import ChangeState, PendingChange
from tracker.desk.models import Comment, Draft, Notice, NoticeSettings, NoticeType
from tracker.desk.workflow import DraftState
from tracker.pledges.models import Report

_SALT = "tracker.desk.notices.feed"
_OF_OWN_DRAFTS = [
    NoticeType.RETURNED, NoticeType.SCHEDULED, NoticeType.UNSCHEDULED, NoticeType.PUBLISHED, NoticeType.KEPT_BACK,
    NoticeType.COMMENTED,
]  # fmt: skip
_OF_OWN_CHANGES = [NoticeType.ACCEPTED, NoticeType.REJECTED]
_OF_THE_SCHEDULE = [NoticeType.UNSCHEDULED, NoticeType.KEPT_BACK]


def notices_for(user: Any) -> QuerySet[Notice]:
    """Return the notices that concern a person, the latest first; none for who may not see drafts."""
    if not may(user, Ability.SEE):
        return Notice.objects.none()
    wrote = Exists(Draft.contributors.through.objects.filter(draft=OuterRef("draft"), user=user))
    questioned = Exists(Draft.objects.filter(question=OuterRef("draft__question"), contributors=user))
    commented = Exists(Comment.objects.filter(draft=OuterRef("draft"), by=user))
    concerns = Q(wrote, kind__in=_OF_OWN_DRAFTS) | Q(questioned, kind=NoticeType.ANSWERED)
    answered = Exists(Report.contributors.through.objects.filter(report=OuterRef("report"), user=user))
    concerns |= Q(commented, kind=NoticeType.COMMENTED) | Q(answered, kind=NoticeType.ANSWER_PUBLISHED)
    concerns |= Q(change__by=user, kind__in=_OF_OWN_CHANGES)
    if may(user, Ability.PROPOSE):
        concerns |= Q(kind__in=[NoticeType.REPORTED, NoticeType.DUE_SOON])
    if may(user, Ability.PUBLISH):
        concerns |= Q(~wrote, kind__in=[NoticeType.SUBMITTED, *_OF_THE_SCHEDULE]) | Q(kind=NoticeType.PROPOSED)
        concerns |= Q(~answered, kind=NoticeType.ANSWER_WRITTEN)
    rows = Notice.objects.filter(concerns).exclude(by=user)
    return rows.select_related("by", "draft", "comment", "change", "report").order_by("-pk")


def still_concerns(notice: Notice) -> bool:
    """Whether there is still something to do or to know: what was signed off meanwhile waits for nobody."""
    if notice.kind == NoticeType.SUBMITTED:
        return notice.draft is not None and notice.draft.stage == DraftState.SUBMITTED
    if notice.kind == NoticeType.PROPOSED:
        if notice.change is not None:
            return notice.change.state == ChangeState.WAITING
        return PendingChange.objects.filter(by=notice.by, state=ChangeState.WAITING).exists()
    if notice.kind == NoticeType.ANSWER_WRITTEN:
        return notice.report is not None and notice.report.published_at is None
    return True


def settings_of(user: Any) -> NoticeSettings:
    """Return how a person is told. Who comes new is told of what happened since their account was made."""
    before = Notice.objects.filter(at__lt=user.date_joined).aggregate(last=Max("pk"))["last"] or 0
    return NoticeSettings.objects.get_or_create(user=user, defaults={"seen_until": before, "sent_until": before})[0]


def unseen_number(user: Any) -> int:
    """Return how many notices concern a person that were on no page that they opened yet."""
    seen_until = Subquery(NoticeSettings.objects.filter(user=user).values("seen_until"))
    return notices_for(user).filter(pk__gt=Coalesce(seen_until, 0), at__gte=user.date_joined).count()


def feed_key(settings: NoticeSettings) -> str:
    """Return the part of the feed's address that lets its reader in; it ends with the next ``feed_number``."""
    return Signer(salt=_SALT).sign(f"{settings.user_id}-{settings.feed_number}")


def settings_of_key(key: str) -> NoticeSettings | None:
    """Return whose feed an address is; None where the key is wrong, was replaced, or the person has no access."""
    try:
        user, _, number = Signer(salt=_SALT).unsign(key).partition("-")
    except BadSignature:
        return None
    chosen = NoticeSettings.objects.select_related("user").filter(user=int(user), feed_number=int(number)).first()
    return chosen if chosen and may(chosen.user, Ability.SEE) else None
