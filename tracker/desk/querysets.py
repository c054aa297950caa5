"""Reads of drafts, holds and questions that are used in more than one place."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability, may, public_name
from tracker.desk.workflow import EDITABLE, OPEN, WAITING, DraftState

if TYPE_CHECKING:
    from tracker.desk.models import Draft, Hold, LegalCheck  # noqa: F401


class DraftQuerySet(QuerySet["Draft"]):
    def visible_to(self, user: Any) -> "DraftQuerySet":
        """Keep what a person may see: all of them with the ability to see drafts, else none."""
        return self.all() if may(user, Ability.SEE) else self.none()

    def open(self) -> "DraftQuerySet":
        """Keep those that can still be published."""
        return self.filter(stage__in=OPEN)

    def with_people(self) -> "DraftQuerySet":
        """With pledge, proposer and editor at hand, and ``held``: whether a hold stops it."""
        return self.select_related(
            "pledge", "proposer", "edited_by", "corrects__text", "signed_off_by", "question"
        ).annotate(
            held=Exists(_active_holds(draft=OuterRef("pk")))
            | Exists(_active_holds(pledge=OuterRef("pledge")))
            | Exists(_active_holds(source__passages__draft_uses__draft=OuterRef("pk")))
        )

    def with_schedule(self) -> "DraftQuerySet":
        """With people, who signed off with their roles, ``checked_at``: its last legal check (None: none).

        ``returned_because``: the reason of the last return (None: it never was).
        """
        from tracker.desk.models import Comment

        reasons = Comment.objects.filter(draft=OuterRef("pk"), returns=True).order_by("-pk").values("text")
        rows = self.with_people().prefetch_related("signed_off_by__groups")
        return rows.annotate(checked_at=Max("legal_checks__at"), returned_because=Subquery(reasons[:1]))

    def to_sign_off(self, user: Any) -> "DraftQuerySet":
        """Keep what waits for sign-off and was not written by this person; nothing for who may not publish."""
        if not may(user, Ability.PUBLISH):
            return self.none()
        waiting = self.filter(stage=DraftState.SUBMITTED)
        return waiting.exclude(contributors=user).exclude(proposer=user).exclude(disagrees=user)

    def returned_to(self, user: Any) -> "DraftQuerySet":
        """Keep what a reviewer sent back to this person."""
        return self.filter(stage=DraftState.RETURNED, proposer=user)

    def of(self, user: Any) -> "DraftQuerySet":
        """Keep this person's own open drafts that were not returned."""
        return self.filter(stage__in=[*EDITABLE, *WAITING], proposer=user).exclude(stage=DraftState.RETURNED)

    def due(self, *, now: dt.datetime) -> "DraftQuerySet":
        """Keep what is scheduled for an instant that has come, earliest first."""
        return self.filter(stage=DraftState.SCHEDULED, publish_at__lte=now).order_by("publish_at", "pk")


def _active_holds(**conditions: Any) -> "QuerySet[Hold]":
    from tracker.desk.models import Hold

    return Hold.objects.filter(released_at__isnull=True, **conditions)


class LegalCheckQuerySet(QuerySet["LegalCheck"]):
    def recent(self) -> "LegalCheckQuerySet":
        """Keep those that are young enough to publish on (LEGAL_CHECK_DAYS)."""
        return self.filter(at__gte=oldest_legal_check())


def oldest_legal_check() -> dt.datetime:
    """Return the instant since which a legal check has to have been made (LEGAL_CHECK_DAYS)."""
    return timezone.now() - dt.timedelta(days=settings.LEGAL_CHECK_DAYS)


class HoldQuerySet(QuerySet["Hold"]):
    def active(self) -> "HoldQuerySet":
        """Keep those that nobody has released."""
        return self.filter(released_at__isnull=True)

    def on_draft(self, draft: "Draft") -> "HoldQuerySet":
        """Active holds that stop a draft: on itself, on its pledge, on a source of its evidence."""
        condition = Q(draft=draft) | Q(source__passages__draft_uses__draft=draft)
        if draft.pledge_id:
            condition |= Q(pledge=draft.pledge_id)
        if draft.answer_id:
            condition |= Q(source=draft.answer_id)
        return self.active().filter(condition).distinct()

    def described(self) -> list[str]:
        """Return, in a sentence each, what they are on and who has to act."""
        return [
            f"A hold is on {hold.target}, put by {public_name(hold.placed_by)} on "
            f"{timezone.localtime(hold.placed_at):%-d %B %Y}. A person has to release it first."
            for hold in self.select_related("pledge", "draft", "source", "placed_by").defer("source__text")
        ]
