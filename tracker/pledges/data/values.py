"""Read the values of a data set's files, each with an error that says what is wrong."""

import contextlib
import datetime as dt
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.dateparse import parse_date, parse_datetime

from tracker.pledges.models import Recommendation, Review

M = TypeVar("M", bound=Model)


class DataSetError(Exception):
    """A data set that cannot be loaded: each line of the message says where and why."""


def get_by_slug(model: type[M], slug: str) -> M:
    """Return the row with this slug. Raises DataSetError where there is none."""
    row = model._default_manager.filter(slug=slug).first()
    if row is None:
        raise DataSetError(f"there is no {model._meta.verbose_name} “{slug}”.")
    return row


def recommendation_of(review: Review, number: int) -> Recommendation:
    """Return a recommendation of a review by its number. Raises DataSetError where there is none."""
    row = review.recommendations.filter(number=number).first()
    if row is None:
        raise DataSetError(f"the review has no recommendation {number}.")
    return row


def date_from(value: str | None) -> dt.date | None:
    """Return a day of the form 2025-06-16; None for none. Raises DataSetError for another form."""
    if value is None:
        return None
    with contextlib.suppress(ValueError):  # of a date that cannot be, such as the 31st of February
        if parsed := parse_date(value):
            return parsed
    raise DataSetError(f"“{value}” is no date of the form 2025-06-16.")


def instant_from(value: str) -> dt.datetime:
    """Return an instant of the form 2026-11-24T09:00:00Z. Raises DataSetError for another form."""
    with contextlib.suppress(ValueError):
        if (parsed := parse_datetime(value)) and parsed.tzinfo:
            return parsed
    raise DataSetError(f"“{value}” is no instant of the form 2026-11-24T09:00:00Z.")


def error_lines(error: ValidationError) -> list[str]:
    """Return what a ValidationError says, a line for each message, with its field."""
    if hasattr(error, "error_dict"):
        return [
            message if name == "__all__" else f"{name}: {message}"
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return list(error.messages)
