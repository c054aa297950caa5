"""What setting up does: the first account, the name of the site, a test of the mail, the first review."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction

from tracker.desk.accounts.names import give_name
from tracker.desk.accounts.permissions import Ability, DeskRole, public_name
from tracker.desk.actions.drafts import check_ability
from tracker.desk.actions.sources import store_pasted
from tracker.desk.audit_log import record_action
from tracker.desk.setup.code import check_setup_code, end_setup_code, needs_setup
from tracker.pledges.data.start_review import StartedReview, places_of, start_review
from tracker.pledges.facts.entries import Signers, begin_facts_of_new_tracker
from tracker.pledges.models import Review
from tracker.pledges.record.lock import record_lock
from tracker.sources.choices import Licence, SourceKind
from tracker.sources.models import Source
from tracker.sources.slugs import free_slug


def create_first_admin(*, name: str, email: str, password: str, code: str) -> Any:
    """Make the account of the first admin, and return it. One at a time: of two strangers the second is too late.

    Raises ValidationError for a wrong code, a name that can deceive, and where somebody has an account already.
    """
    with record_lock():
        if not needs_setup():
            raise ValidationError("This tracker has an account already. Sign in.")
        check_setup_code(code)
        user = get_user_model().objects.create_superuser(username=email, email=email, password=password)
        give_name(user, name=name, by=None)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        user.groups.add(Group.objects.get(name=DeskRole.ADMIN))
        record_action(user, "set up the tracker", public_name(user))
        transaction.on_commit(end_setup_code)
    return user


def name_site(name: str, *, by: Any) -> None:
    """Give the site a name: this process shows it at once, others from their next start."""
    check_ability(by, Ability.MANAGE)
    path = Path(settings.DATA_DIR) / "site_name"
    path.write_text(name, encoding="utf-8")
    settings.SITE_NAME = name
    record_action(by, "named the site", name)


def send_test_email(*, by: Any) -> None:
    """Send an email to the person who asks. Raises what the mail server answers (OSError)."""
    check_ability(by, Ability.MANAGE)
    send_mail(f"A test from {settings.SITE_NAME}", "This tracker can send email.\n", None, [by.email])


@dataclass(frozen=True)
class ReadRecommendation:
    """One recommendation of a list, and how often the text of the review has its words."""

    number: int
    words: str
    places: int


def look_up(recommendations: Sequence[tuple[int, str]], text: str) -> list[ReadRecommendation]:
    """Return for each recommendation how often its words are in the text of the review."""
    return [ReadRecommendation(number, words, len(places_of(text, words))) for number, words in recommendations]


@record_lock()
def start_first_review(facts: dict[str, Any], *, by: Any) -> StartedReview:
    """Make the first review with its recommendations, and its text as the first source where it was given.

    ``facts`` are those of FirstReviewForm. Raises ValidationError where a rule is broken or there is a review already.
    """
    check_ability(by, Ability.MANAGE)
    if Review.objects.exists():
        raise ValidationError("There is a review already. Add others in the admin.")
    source = None
    if facts["text"]:
        source = Source(
            slug=free_slug(facts["title"]), title=facts["title"], publisher=facts["author"],
            published_on=facts["published_on"], kind=SourceKind.OFFICIAL_PUBLICATION,
            licence=facts["licence"] or Licence.RESERVED,
        )  # fmt: skip
        source = store_pasted(source, facts["text"], by=by)
    started = start_review(
        slug=facts["slug"], title=facts["title"], author=facts["author"], government=facts["government"],
        published_on=facts["published_on"], recommendations=facts["recommendations"], source=source,
        bodies=facts["bodies"], themes=facts["themes"], own=facts["own"],
    )  # fmt: skip
    begin_facts_of_new_tracker(signers=Signers(public_name(by), account=by.pk))
    record_action(by, "started a review", started.review)
    return started
