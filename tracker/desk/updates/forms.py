"""The form that says that one looked again."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from tracker.core.day_field import DayField
from tracker.desk.updates.evidence import last_used_sources
from tracker.pledges.models import Pledge
from tracker.sources.models import Source
from tracker.text.characters import hidden_character_problem

_MAX_CITED = 20


class LookAgainForm(forms.Form):
    """Where somebody looked, and until which day. At least one place is named."""

    sources = forms.MultipleChoiceField(label="Where you looked", required=False, widget=forms.CheckboxSelectMultiple)
    elsewhere = forms.CharField(
        label="Somewhere else",
        max_length=500,
        required=False,
        help_text="Enter an address, or words such as: Hansard, all of November 2026. Readers see this.",
    )
    until = DayField(label="We looked until")

    def __init__(self, *args: Any, pledge: Pledge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cited = Q(passages__citations__pledge=pledge) | Q(passages__citations__update__pledge=pledge)
        rows = list(
            Source.objects.filter(cited).defer("text").distinct().order_by("-published_on", "slug")[:_MAX_CITED]
        )
        rows += [source for source in last_used_sources() if source not in rows]
        self._sources = {source.slug: source for source in rows}
        self.fields["sources"].choices = [  # type: ignore[attr-defined]
            (source.slug, _named(source)) for source in rows
        ]

    def clean_elsewhere(self) -> str:
        words: str = " ".join(self.cleaned_data["elsewhere"].split())
        if problem := hidden_character_problem(words):
            raise ValidationError(problem)
        return words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.places:
            self.add_error("sources", "Choose where you looked, or name the place below.")
        return cleaned

    @property
    def places(self) -> list[str]:
        """The places that were named, as readers see them. The form has to be valid so far."""
        chosen = [_named(self._sources[slug]) for slug in self.cleaned_data.get("sources", [])]
        return [*chosen, *filter(None, [self.cleaned_data.get("elsewhere", "")])]


def _named(source: Source) -> str:
    parts = [f"“{source.display_title}”", source.publisher]
    if source.published_on:
        parts.append(f"{source.published_on:%-d %B %Y}")
    return ", ".join(part for part in parts if part)
