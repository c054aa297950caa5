"""What waits for a second person, of every kind: where it is signed off, and how much of it this person may take."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from tracker.desk.accounts.permissions import Ability, may
from tracker.desk.catalogue.models import ChangeState, PendingChange
from tracker.desk.models import Draft, DraftType
from tracker.pledges.choices import ReportOutcome
from tracker.pledges.models import Report
from tracker.pledges.querysets import ReportQuerySet


@dataclass(frozen=True)
class Kind:
    """One kind of public word that waits: what it is called, how many, and the list of them."""

    key: str
    label: str
    number: int
    url: str


def answers_to_sign_off(user: Any) -> ReportQuerySet:
    """Return the answers to readers that wait and that this person did not write; none for who may not publish."""
    if not may(user, Ability.PUBLISH):
        return Report.objects.none()
    rows = Report.objects.open().exclude(verdict=ReportOutcome.WAITING)
    return rows.exclude(contributors=user)


def kinds_waiting(user: Any) -> list[Kind]:
    """Return each kind of what waits for this person. Three queries, whatever the number of rows."""
    new = Q(sort=DraftType.PLEDGE, pledge__isnull=True)
    drafts = Draft.objects.to_sign_off(user).aggregate(
        pledges=Count("pk", filter=new), others=Count("pk", filter=~new)
    )
    changes = PendingChange.objects.filter(state=ChangeState.WAITING).exclude(by=user)
    number = changes.count() if may(user, Ability.PUBLISH) else 0
    queue = reverse("desk:queue")
    return [
        Kind("pledges", "New pledges", drafts["pledges"], reverse("desk:sign_off_list")),
        Kind("drafts", "Updates, corrections and questions", drafts["others"], f"{queue}?show=sign-off"),
        Kind("answers", "Answers to readers", answers_to_sign_off(user).count(), f"{queue}?show=answers"),
        Kind("facts", "Names and facts", number, reverse("desk:changes")),
    ]
