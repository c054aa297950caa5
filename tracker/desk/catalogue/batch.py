"""Changes that wait, as one list: what each would do, and acceptance of those that were ticked, each by itself.

A change that makes other words or sources public is not ticked in a list: it is opened and looked at whole.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.db.models import Model

from tracker.desk.catalogue.changes import accept, require_old_values
from tracker.desk.catalogue.facts import Facts, Known, facts_of, keys_in
from tracker.desk.catalogue.models import PendingChange
from tracker.desk.sign_off.contributors import require_second_person_for
from tracker.desk.sign_off.public_rows import rows_of_facts
from tracker.desk.sign_off.shown import Row, StaleFormError, digest_of
from tracker.pledges.models import Body, Recommendation, Review, Theme
from tracker.sources.models import Passage

logger = logging.getLogger(__name__)

MAX_TICKED = 25
"""Changes of one page: as many as somebody can read with care."""
_TABLES = (Body, Theme, Review, Recommendation)
"""What comes in by the hundred, as a table (catalogue/resources.py), and what its facts name."""


@dataclass
class ListedChange:
    """A change as a list shows it: its rows, as public_rows.rows_of_change has them, and why it cannot be ticked."""

    change: PendingChange
    rows: list[Row] = field(default_factory=list)
    problem: str = ""


@dataclass(frozen=True)
class RefusedChange:
    """A change of a list that was not made, and why, in words."""

    change: PendingChange
    why: str


def listed(changes: Sequence[PendingChange], *, by: Any) -> list[ListedChange]:
    """Return changes as a list shows them to a person who decides. A fixed number of queries, however many."""
    alone = [change for change in changes if _stands_alone(change)]
    present = _present_facts(alone)
    known = _known(alone, present)
    items = []
    for change in changes:
        if change not in alone:
            items.append(ListedChange(change, problem="Open it to read it whole, with what becomes public by it."))
            continue
        item = ListedChange(change, rows_of_facts(change, present.get(change.pk, {}), known))
        try:
            require_second_person_for(change, by=by)
            require_old_values(change, present.get(change.pk, {}))
        except PermissionDenied as error:
            item.problem = str(error)
        except ValidationError as error:
            item.problem = " ".join(error.messages)
        items.append(item)
    return items


def accept_ticked(ticked: Sequence[tuple[PendingChange, Sequence[Row]]], *, by: Any) -> list[RefusedChange]:
    """Make each change that is as its rows were shown, and return those that were refused. No other is stopped.

    All rules are those of changes.accept.
    """
    refused = []
    for change, rows in ticked:
        try:
            accept(change, shown=digest_of(rows), by=by)
        except StaleFormError:
            refused.append(RefusedChange(change, "It changed after you opened the page."))
        except PermissionDenied as error:
            refused.append(RefusedChange(change, str(error)))
        except ValidationError as error:
            refused.append(RefusedChange(change, " ".join(error.messages)))
        except DatabaseError:
            logger.exception("A change of a list could not be made: %s", change.pk)
            refused.append(RefusedChange(change, "The database did not accept it. Try again."))
    return refused


def _stands_alone(change: PendingChange) -> bool:
    """Whether nothing becomes public by a change but the facts that it changes."""
    return change.target_model in _TABLES and not keys_in(change.target_model, change.after, Passage)


def _present_facts(changes: Sequence[PendingChange]) -> dict[int, Facts]:
    """Return, by the key of each change whose object is there, the facts that the object has now."""
    wanted: defaultdict[type[Model], list[PendingChange]] = defaultdict(list)
    for change in changes:
        if change.object_pk is not None:
            wanted[change.target_model].append(change)
    present: dict[int, Facts] = {}
    for model, some in wanted.items():
        rows = model._base_manager.in_bulk([change.object_pk for change in some])
        present |= {change.pk: facts_of(rows[change.object_pk]) for change in some if change.object_pk in rows}
    return present


def _known(changes: Sequence[PendingChange], present: dict[int, Facts]) -> Known:
    """Return the objects that the facts of changes name, before and after."""
    known: dict[type[Model], Any] = {}
    for model in _TABLES:
        keys: set[int] = set()
        for change in changes:
            for facts in (present.get(change.pk, {}), change.before, change.after):
                keys |= keys_in(change.target_model, facts, model)
        known[model] = model._base_manager.in_bulk(keys) if keys else {}
    return known
