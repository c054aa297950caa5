"""What the filters of a list offer to choose from: themes, bodies and reviews, by name."""

import datetime as dt
from copy import copy
from typing import Any

import django_filters
from django.db.models import Q, Value

from tracker.pledges.models import Pledge, Review, StatusPeriod
from tracker.pledges.read.catalogue_as_of import names_as_of
from tracker.pledges.visibility import visible_bodies, visible_reviews, visible_themes
from tracker.text.sorting import sort_key

Choices = list[tuple[str, str]]
"""Slug and name of each value of a filter."""


def choice_names(review: Review | None = None, *, until: dt.datetime | None = None) -> dict[str, Choices]:
    """Return slug and name of each theme, body and review, by the filter that they are choices of. One query.

    Of one review: the themes and bodies of its pledges alone. Names are as before an instant: one more query.
    """
    themes, bodies = visible_themes(), visible_bodies()
    if review is not None:
        mine = Pledge.objects.filter(review=review)
        themes = themes.filter(slug__in=StatusPeriod.objects.filter(pledge__review=review).values("theme"))
        acting = Pledge.bodies.through.objects.filter(pledge__in=mine.values("pk")).values("body")
        bodies = bodies.filter(Q(pk__in=mine.values("promised_by")) | Q(pk__in=acting))
    columns = {
        "theme": themes.values_list(Value("theme"), "pk", "slug", "name"),
        "body": bodies.values_list(Value("body"), "pk", "slug", "name"),
        "review": visible_reviews().order_by("title").values_list(Value("review"), "pk", "slug", "title"),
    }
    choices: dict[str, Choices] = {name: [] for name in columns}
    first, *others = (rows.order_by() for rows in columns.values())
    then = names_as_of(until)
    for name, key, slug, label in first.union(*others, all=True):
        choices[name].append((slug, then.get((name, key), label)))
    return {name: sorted(rows, key=lambda row: (sort_key(row[1]), row[0])) for name, rows in choices.items()}


class SharedFilters(dict[str, django_filters.Filter]):
    """The filters of a class. django-filter copies them, with all that is in them, for each request.

    What a request decides is set on the filters themselves, and on a form of its own.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, django_filters.Filter]:
        filters = {name: copy(declared) for name, declared in self.items()}
        for copied in filters.values():
            copied.method = copied.method  # of this filter, not of the declared one
        return filters
