"""Sign off several new pledges that were shown in one list: one check, and for each a transaction of its own."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError

from tracker.desk.actions import review
from tracker.desk.actions.drafts import StaleDraftError
from tracker.desk.audit_log import record_action
from tracker.desk.models import Draft
from tracker.desk.sign_off.contributors import sources_made_public_by
from tracker.desk.sign_off.public_rows import rows_with_source
from tracker.desk.sign_off.shown import Row, digest_of
from tracker.pledges.models import RecordEntry
from tracker.pledges.record.lock import record_lock

logger = logging.getLogger(__name__)

PUBLISHED, RETURNED, REFUSED = "published", "returned", "refused"
CHANGED = "It changed after you opened the page, so it was left out. Open it to see it as it is now."


@dataclass(frozen=True)
class ShownPledge:
    """A draft as a list showed it: its version and its own rows (sign_off/batch.py)."""

    draft: Draft
    version: int
    rows: Sequence[Row]
    reason: str = ""
    """Why it is sent back; nothing where it is to be published."""


@dataclass(frozen=True)
class Outcome:
    """What became of one pledge of a list."""

    draft: Draft
    result: str
    why: str = ""
    entry: RecordEntry | None = None


def sign_off_each(
    chosen: Sequence[ShownPledge], *, sources: Mapping[str, Sequence[Row]], by: Any, note: str = ""
) -> list[Outcome]:
    """Publish each pledge that is unchanged since it was shown, send back those with a reason, and return the results.

    ``sources`` are the rows of the sources that the list showed, by their slugs. One check of proceedings and people
    is kept with each pledge that is published, never with another. What is refused leaves nothing behind and stops no
    other. All rules are those of review.sign_off.
    """
    outcomes = [_decide(shown, sources, by, note) for shown in chosen]
    published = sum(outcome.result == PUBLISHED for outcome in outcomes)
    record_action(by, "signed off a list of new pledges", f"{published} of {len(chosen)} published")
    return outcomes


def _decide(shown: ShownPledge, sources: Mapping[str, Sequence[Row]], by: Any, note: str) -> Outcome:
    draft = shown.draft
    try:
        if shown.reason:
            return Outcome(review.return_to_author(draft, by=by, reason=shown.reason), RETURNED, shown.reason)
        return Outcome(draft, PUBLISHED, entry=_publish(shown, sources, by, note))
    except StaleDraftError:
        draft.refresh_from_db()
        problems = [f"It is {draft.get_stage_display().lower()} already."] if not draft.is_open else []
        return Outcome(draft, REFUSED, " ".join(problems or review.problems_of(draft, by=by) or [CHANGED]))
    except PermissionDenied as error:
        return Outcome(draft, REFUSED, str(error))
    except ValidationError as error:
        return Outcome(draft, REFUSED, " ".join(error.messages))
    except DatabaseError:
        logger.exception("A pledge of a list could not be published: draft %s", draft.pk)
        return Outcome(draft, REFUSED, "The database did not accept it. Try again.")


def _publish(shown: ShownPledge, sources: Mapping[str, Sequence[Row]], by: Any, note: str) -> RecordEntry:
    """Publish what was shown. The first pledge of a source makes it public; it is no part of those after it."""
    with record_lock():
        rows = list(shown.rows)
        for source in sources_made_public_by(shown.draft, "slug"):
            rows += rows_with_source(source.slug, sources.get(source.slug, []))
        published = review.sign_off(shown.draft, version=shown.version, shown=digest_of(rows), by=by, note=note)
    if not isinstance(published, RecordEntry):
        raise ValidationError("Only pledges are signed off in a list.")
    return published
