"""Forms in which an editor proposes another name of a body or a theme, facts of a source, or where sources differ."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q

from tracker.desk.catalogue.facts import Facts
from tracker.desk.forms import SourceForm
from tracker.pledges.models import Body, Conflict, Pledge, Theme
from tracker.sources.models import Passage, Source

MAX_PASSAGES = 60
"""Passages of one pledge that are offered: more would be no form that a person reads."""
MIN_SIDES = 2


class BodyForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it has none
    """What a body is called."""

    class Meta:
        model = Body
        fields = ["name"]


class ThemeForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a theme is called."""

    class Meta:
        model = Theme
        fields = ["name"]


class SourceFactsForm(SourceForm):
    """The facts of a source that is here. Its address in the tracker stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False  # a copy may have none


class ConflictForm(forms.ModelForm):  # type: ignore[type-arg]
    """A point on which passages of a pledge differ: what each of two or more says, in its own words."""

    class Meta:
        model = Conflict
        fields = ["question", "note"]
        labels = {"question": "The point on which they differ", "note": "Note for readers"}
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, passages: Sequence[Passage], said: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passages, self.said = passages, said
        for passage in passages:
            self.fields[_name(passage)] = forms.CharField(
                label="Its words on this point", required=False, max_length=200, initial=said.get(passage.pk, "")
            )

    @property
    def facts_of_point(self) -> list[Any]:
        """The fields of the point itself."""
        return [self["question"], self["note"]]

    @property
    def rows(self) -> list[tuple[Passage, Any]]:
        """Each passage with the field for its words."""
        return [(passage, self[_name(passage)]) for passage in self.passages]

    @property
    def sides(self) -> list[Facts]:
        """What each passage says, of those for which words were given; those that had words before come first."""
        places = {key: place for place, key in enumerate(self.said)}
        in_order = sorted(self.passages, key=lambda passage: places.get(passage.pk, len(places)))
        given = ((passage, self.cleaned_data.get(_name(passage), "")) for passage in in_order)
        return [{"passage": passage.pk, "says": says} for passage, says in given if says]

    def clean(self) -> dict[str, Any]:
        """Refuse words that a passage does not have, and a point with one side."""
        cleaned = super().clean() or self.cleaned_data
        for passage in self.passages:
            if (says := cleaned.get(_name(passage), "")) and says not in passage.exact:
                self.add_error(_name(passage), "The passage does not have exactly these words.")
        if not self.errors and len(self.sides) < MIN_SIDES:
            raise ValidationError("Give the words of at least two passages that differ.")
        return cleaned


FACT_FORMS: dict[str, tuple[type[Model], type[forms.ModelForm]]] = {  # type: ignore[type-arg]
    "body": (Body, BodyForm),
    "theme": (Theme, ThemeForm),
    "source": (Source, SourceFactsForm),
}
"""The model and the form of what an address names."""


def passages_about(pledge: Pledge, *, also: Iterable[int] = ()) -> list[Passage]:
    """Return the passages that the pledge, an entry or a draft about it cites, by the day of their sources.

    Of many the latest; those of ``also``, by their keys, are never left out: a form without them would propose to
    drop what they say.
    """
    used = Q(citations__pledge=pledge) | Q(citations__update__pledge=pledge) | Q(draft_uses__draft__pledge=pledge)
    always = set(also)
    rows = Passage.objects.select_related("source").defer("source__text")
    others = rows.filter(pk__in=Passage.objects.filter(used).values("pk")).exclude(pk__in=always)
    latest = others.order_by(F("source__published_on").desc(nulls_last=True), "-pk")
    shown = [*rows.filter(pk__in=always), *latest[: max(0, MAX_PASSAGES - len(always))]]
    return sorted(shown, key=lambda passage: (passage.source.published_on or dt.date.min, passage.pk))


def _name(passage: Passage) -> str:
    return f"says-{passage.pk}"
