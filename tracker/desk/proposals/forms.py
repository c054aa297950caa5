"""What an editor chooses once for all proposals of a source that are accepted."""

from typing import Any

from django import forms

from tracker.core.day_field import DayField
from tracker.desk.proposals.facts import AS_THE_ROW_SAYS, ForAll, known_review
from tracker.pledges.choices import Basis, PledgeKind, Response
from tracker.pledges.models import Body, Review, Theme
from tracker.sources.models import Source

_IN_EACH = "Decide in each draft"


class ForAllForm(forms.Form):
    """Facts that the pledges of one source share. All may be left open: each draft asks for what is missing."""

    review = forms.ModelChoiceField(Review.objects.all(), required=False, empty_label=_IN_EACH)
    theme = forms.ModelChoiceField(Theme.objects.all(), required=False, empty_label=_IN_EACH)
    kind = forms.ChoiceField(label="Kind of pledge", choices=[("", _IN_EACH), *PledgeKind.choices], required=False)
    basis = forms.ChoiceField(choices=[("", "From the answer, if the text gives one"), *Basis.choices], required=False)
    response = forms.ChoiceField(
        label="Answer to the recommendation",
        choices=[("", "As the text says"), *Response.choices],
        required=False,
    )
    promised_by = forms.ModelChoiceField(Body.objects.all(), label="Promised by", required=False, empty_label=_IN_EACH)
    body = forms.ChoiceField(label="Who has to act", required=False)
    made_on = DayField(label="Made on", required=False)

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(str(body.pk), body.name) for body in Body.objects.all()]
        self.fields["promised_by"].choices = [("", _IN_EACH), *bodies]  # type: ignore[attr-defined]
        self.fields["body"].choices = [  # type: ignore[attr-defined]
            (AS_THE_ROW_SAYS, "As each row says"), ("", _IN_EACH), *bodies,
        ]  # fmt: skip
        if source.published_on:
            self.fields["made_on"].help_text = "Filled in from the source."
        themes = [(str(theme.pk), theme.name) for theme in Theme.objects.all()]
        self.fields["theme"].choices = [("", _IN_EACH), *themes]  # type: ignore[attr-defined]

    @property
    def themes(self) -> list[tuple[str, str]]:
        """The key and the name of each theme, for the rows."""
        return list(self.fields["theme"].choices)[1:]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> ForAll:
        """What was chosen. The form has to be valid."""
        values = dict(self.cleaned_data)
        theme = values.pop("theme")
        return ForAll(theme=str(theme.pk) if theme else "", **values)


def filled_in(source: Source) -> dict[str, str]:
    """Return what is known of all pledges of a source, as the form shows it at first."""
    publisher = Body.objects.filter(name__iexact=source.publisher).values_list("pk", flat=True).first()
    review = known_review(source)
    return {
        "review": str(review.pk) if review else "",
        "promised_by": str(publisher or ""),
        "body": AS_THE_ROW_SAYS,
        "made_on": source.published_on.isoformat() if source.published_on else "",
    }
