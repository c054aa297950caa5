"""The forms of setting up."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from tracker.core.day_field import EXAMPLE, DayField
from tracker.core.validators import EmailAddressField
from tracker.desk.accounts.account_forms import HELP_TEXTS
from tracker.desk.setup.code import check_setup_code
from tracker.pledges.data.named import MAX_NEW_NAME_CHARS
from tracker.pledges.data.start_review import read_numbered
from tracker.pledges.models.review import read_help_lines
from tracker.sources.choices import Licence


class FirstAdminForm(forms.Form):
    """The first account."""

    code = forms.CharField(
        label="Set-up code",
        max_length=40,
        help_text="It was printed where the program was started.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
    name = forms.CharField(
        label="Your public name",
        max_length=150,
        help_text="Readers see it beside what you publish. You can change it for later entries.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = EmailAddressField(label="Email address", max_length=150)
    password1 = forms.CharField(
        label="Password",
        help_text=HELP_TEXTS["password1"],
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a wrong code, two passwords that differ, and one that is easily guessed: all are told at once."""
        cleaned = super().clean() or self.cleaned_data
        code, password, again = cleaned.get("code"), cleaned.get("password1"), cleaned.get("password2")
        if code:
            try:
                check_setup_code(code)
            except ValidationError as error:
                self.add_error(None, error)
        if password and again and password != again:
            self.add_error("password2", "The passwords are not the same.")
        if password:
            email = cleaned.get("email", "")
            try:
                validate_password(password, get_user_model()(username=email, email=email))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class SiteForm(forms.Form):
    """The name of the site."""

    name = forms.CharField(label="Name of the site", max_length=80, help_text="Shown at the top of every page.")


def _names(text: str) -> list[str]:
    """Return the names of a box, one a line. Raises ValidationError for one that is too long."""
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    if any(len(line) > MAX_NEW_NAME_CHARS for line in lines):
        raise ValidationError(f"Use at most {MAX_NEW_NAME_CHARS} characters in a line.")
    return lines


class FirstReviewForm(forms.Form):
    """The first review: its facts, its numbered recommendations and its text."""

    title = forms.CharField(label="Title of the review", max_length=200)
    author = forms.CharField(label="Who wrote it", max_length=200)
    government = forms.CharField(label="Whose pledges are tracked", max_length=200, help_text="Such as UK Government.")
    published_on = DayField(label="Published on", is_past=True, help_text=f"For example, {EXAMPLE}.")
    content_note = forms.CharField(
        label="Content note", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Shown at the top of every page of this review. Leave it empty for none.",
    )  # fmt: skip
    help_lines = forms.CharField(
        label="Help lines", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line: the name, a | and the number. Leave it empty for none.",
    )  # fmt: skip
    leave_url = forms.URLField(
        label="Where “Leave this site” leads", required=False, assume_scheme="https",
        help_text="A page that looks ordinary on anybody’s screen. Without an address there is no such button.",
    )  # fmt: skip
    recommendations = forms.CharField(
        label="Recommendations",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One numbered recommendation a line, such as “1. The Council should …”. A line without a number "
        "continues the line before.",
    )
    recommendations_file = forms.FileField(
        label="Or a file with them", required=False, help_text="A text file (UTF-8), in place of the box above."
    )
    text = forms.CharField(
        label="Text of the review",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Paste it to link each recommendation to its words. You can also add documents later.",
    )
    licence = forms.ChoiceField(
        label="Licence of this text", choices=[("", "Choose"), *Licence.choices], required=False,
        help_text="Decides how much of it readers see. If you do not know, choose all rights reserved.",
    )  # fmt: skip
    bodies = forms.CharField(
        label="Bodies that have to act", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line.",
    )  # fmt: skip
    themes = forms.CharField(
        label="Themes", widget=forms.Textarea(attrs={"rows": 3}), help_text="What pledges are about. One a line."
    )

    def clean_help_lines(self) -> str:
        """Refuse a line without a number."""
        read_help_lines(self.cleaned_data["help_lines"])
        return str(self.cleaned_data["help_lines"])

    def clean_bodies(self) -> list[str]:
        """Return the names, one a line."""
        return _names(self.cleaned_data["bodies"])

    def clean_themes(self) -> list[str]:
        """Return the names, one a line."""
        return _names(self.cleaned_data["themes"])

    def clean(self) -> dict[str, Any]:
        """Read the list of recommendations, from the box or from the file."""
        cleaned = super().clean() or self.cleaned_data
        typed = cleaned.get("recommendations", "")
        if file := cleaned.get("recommendations_file"):
            try:
                typed = file.read(1_000_000).decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("recommendations_file", "Choose a text file in UTF-8.")
        self.recommendations_typed = typed
        try:
            cleaned["recommendations"] = read_numbered(typed) if typed.strip() else []
        except ValidationError as error:
            self.add_error("recommendations", error)
        if cleaned.get("text") and not cleaned.get("licence"):
            self.add_error("licence", "Choose the licence of the text.")
        cleaned["own"] = {name: cleaned.get(name, "") for name in ("content_note", "help_lines", "leave_url")}
        cleaned["slug"] = slugify(cleaned.get("title", ""))[:80].strip("-") or "review"
        return cleaned
