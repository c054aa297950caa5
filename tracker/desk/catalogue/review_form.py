"""The form of what is a review’s own, and how its pages would look."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tracker.core.appearance.colours import DARK, LIGHT, PRINT, weakest_contrast
from tracker.core.appearance.svg import MAX_LOGO_CHARS
from tracker.core.day_field import DayField
from tracker.pledges.models import Review
from tracker.pledges.models.review import installed_languages

OWN_FACTS = [
    *("title", "short_name", "author", "government", "published_on", "publisher"),
    *("content_note", "help_lines", "leave_url", "about", "methods"),
    *("accent", "accent_dark", "language", "time_zone"),
]


class ReviewForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it has none
    """What is a review’s own."""

    logo_file = forms.FileField(
        label="Logo",
        required=False,
        help_text="An SVG file. Only its shapes, words and gradients are kept. Choose none to keep the logo as it is.",
        widget=forms.FileInput(attrs={"accept": ".svg,image/svg+xml"}),
    )
    without_logo = forms.BooleanField(label="Remove the logo", required=False)

    class Meta:
        model = Review
        fields = OWN_FACTS
        widgets = {
            "content_note": forms.Textarea(attrs={"rows": 2}),
            "help_lines": forms.Textarea(attrs={"rows": 4}),
            "about": forms.Textarea(attrs={"rows": 4}),
            "methods": forms.Textarea(attrs={"rows": 4}),
        }
        field_classes = {
            "published_on": DayField,
            "leave_url": lambda **kwargs: forms.URLField(assume_scheme="https", **kwargs),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [("", "The language of the site"), *installed_languages().items()]
        self.fields["language"] = forms.ChoiceField(
            label="Language", choices=languages, required=False, help_text="Of the pages of this review."
        )

    def clean_logo_file(self) -> str:
        """Return the words of the file; the rules of the review make it safe."""
        file = self.cleaned_data.get("logo_file")
        if not file:
            return ""
        if file.size > 4 * MAX_LOGO_CHARS:
            raise ValidationError(f"The logo has more than {MAX_LOGO_CHARS:,} characters. Simplify the drawing.")
        try:
            return str(file.read().decode())
        except UnicodeDecodeError as error:
            raise ValidationError("This is not an SVG picture. Choose a file that ends in .svg.") from error

    def _post_clean(self) -> None:
        if self.cleaned_data.get("without_logo"):
            self.instance.logo = ""
        elif words := self.cleaned_data.get("logo_file"):
            self.instance.logo = words
        super()._post_clean()  # type: ignore[misc]

    def _update_errors(self, errors: ValidationError) -> None:
        # The logo is stored as text and typed as a file: what is wrong with it is said beside the file.
        if hasattr(errors, "error_dict") and "logo" in errors.error_dict:
            errors.error_dict["logo_file"] = errors.error_dict.pop("logo")
        super()._update_errors(errors)  # type: ignore[misc]


@dataclass(frozen=True)
class Swatch:
    """An accent as it would look: its contrast on the ground where it is read worst."""

    name: str
    colour: str
    ground: str
    contrast: float


def swatches(review: Review) -> list[Swatch]:
    """Return the accent of a review in light, in dark and on paper; nothing where it has none."""
    if not review.accent:
        return []
    shown = ((review.accent, LIGHT), (review.dark_accent, DARK), (review.accent, PRINT))
    return [
        Swatch(look.name, colour, look.grounds[0], round(weakest_contrast(colour, look), 1)) for colour, look in shown
    ]
