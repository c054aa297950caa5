"""The sources as the desk finds them: by words, kind, day of publication, and who brought them in."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Count, F
from django.utils.http import urlencode

from tracker.core.day_field import DayField
from tracker.desk.accounts.permissions import public_name
from tracker.desk.lists.pledges import Chips
from tracker.desk.passage_search import has_words
from tracker.pledges.read.filters import Choice
from tracker.sources.choices import SourceKind
from tracker.sources.models import Source
from tracker.sources.querysets import SourceQuerySet


class SourceListForm(forms.Form):
    """The filters of the list, as they are in its address."""

    q = forms.CharField(label="Words in the title, publisher, address or text", max_length=200, required=False)
    kind = forms.ChoiceField(label="What it is", choices=[("", "Any"), *SourceKind.choices], required=False)
    who = forms.ChoiceField(label="Brought in by", required=False)
    since = DayField(label="Published from", required=False)
    until = DayField(label="Published until", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {
            str(person.pk): public_name(person)
            for person in get_user_model()
            .objects.filter(pk__in=Source.contributors.through.objects.values("user"))
            .order_by("pk")
        }
        self.fields["who"].choices = [("", "Any"), *self.people.items()]  # type: ignore[attr-defined]
        for name in ("kind", "who"):
            self.fields[name].error_messages["invalid_choice"] = "We ignored this filter: it has no such value."

    @cached_property
    def _with_words(self) -> list[int] | None:
        """The keys of the sources that have the words; None where none were typed. Texts are gone through once."""
        words = self.cleaned_data.get("q", "")
        return list(Source.objects.filter(has_words(words)).values_list("pk", flat=True)) if words else None

    def sources(self, *, apart_from: str = "") -> SourceQuerySet:
        """Return the sources that the filters leave, without one of them; those published last come first."""
        typed = {name: value for name, value in self.cleaned_data.items() if value and name != apart_from}
        rows: SourceQuerySet = Source.objects.all()
        rows = rows if self._with_words is None else rows.filter(pk__in=self._with_words)
        columns = {"kind": "kind", "since": "published_on__gte", "until": "published_on__lte"}
        rows = rows.filter(**{column: typed[name] for name, column in columns.items() if name in typed})
        if "who" in typed:
            through = Source.contributors.through.objects.filter(user=typed["who"])
            rows = rows.filter(pk__in=through.values("source"))
        return rows.order_by(F("published_on").desc(nulls_last=True), "slug")

    def chips(self) -> list[Chips]:
        """Return kinds and people, each with how many sources it leaves with the other filters as they are."""
        kinds = self.sources(apart_from="kind").order_by().values_list("kind").annotate(number=Count("pk"))
        mine = Source.contributors.through.objects.filter(source__in=self.sources(apart_from="who").values("pk"))
        people = mine.values_list("user").annotate(number=Count("pk"))
        names = {str(value): str(label) for value, label in SourceKind.choices}
        groups = [self._chips("kind", kinds, names), self._chips("who", people, self.people)]
        return [chips for chips in groups if chips.choices]

    def _chips(self, name: str, rows: Any, labels: dict[str, str]) -> Chips:
        chosen = self.cleaned_data.get(name)
        ordered = sorted(((str(value), number) for value, number in rows), key=lambda row: (-row[1], row[0]))
        return Chips(
            str(self.fields[name].label),
            [
                Choice(labels[value], number, urlencode(self.query() | {name: value}), chosen == value)
                for value, number in ordered
                if value in labels
            ],
        )

    def query(self) -> dict[str, str]:
        """Return the filters in force as they are in an address, with the draft for which a source is looked for."""
        query = {name: str(value) for name, value in self.cleaned_data.items() if value}
        return query | ({"draft": self.data["draft"]} if self.data.get("draft") else {})
