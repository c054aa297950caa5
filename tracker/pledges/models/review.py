"""A review: the audit or inquiry that prompted pledges, and what is its own on each of its pages."""

import hashlib
import zoneinfo
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language_info

from tracker.core.appearance.colours import DARK, LIGHT, PRINT, nearest_readable, require_readable, validate_hex_colour
from tracker.core.appearance.svg import make_svg_safe
from tracker.core.fields import VisibleCharField, VisibleTextField
from tracker.pledges.models.versions import VersionedModel

MAX_HELP_LINES = 12
_WORDS_CHARS = 10_000
"""Characters of the words about a review, or about its methods."""


def read_help_lines(text: str) -> list[tuple[str, str]]:
    """Return the name and the number of each help line. Raises ValidationError for a line that has not both."""
    rows = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, bar, number = (part.strip() for part in line.partition("|"))
        if not (name and bar and number):
            raise ValidationError(f"Enter a name, a | and a number: “{line[:60]}” does not have all three.")
        rows.append((name, number))
    if len(rows) > MAX_HELP_LINES:
        raise ValidationError(f"Give at most {MAX_HELP_LINES} help lines.")
    return rows


def installed_languages() -> dict[str, str]:
    """Return the languages that pages can be shown in, by their code: the program's own, and those brought in."""
    folders = [
        path.parent.parent.name for root in settings.LOCALE_PATHS for path in Path(root).glob("*/LC_MESSAGES/*.mo")
    ]
    codes = ["en-gb", settings.LANGUAGE_CODE, *(name.replace("_", "-").lower() for name in sorted(folders))]
    names = {}
    for code in dict.fromkeys(codes):
        try:
            names[code] = str(get_language_info(code)["name_local"])
        except KeyError:
            names[code] = code
    return names


def _require_language(code: str) -> None:
    if code not in installed_languages():
        known = ", ".join(installed_languages())
        raise ValidationError(f"Pages cannot be shown in “{code}” here. Languages that can: {known}.")


def _require_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Enter a time zone such as Europe/London.")


def _require_accent(colour: str) -> None:
    validate_hex_colour(colour)
    require_readable(colour, LIGHT, PRINT)


def _require_dark_accent(colour: str) -> None:
    validate_hex_colour(colour)
    require_readable(colour, DARK)


_RULES: dict[str, Callable[[str], object]] = {
    "help_lines": read_help_lines,
    "language": _require_language,
    "time_zone": _require_time_zone,
    "accent": _require_accent,
    "accent_dark": _require_dark_accent,
    "logo": make_svg_safe,
}
"""What a field of a review that is not empty has to be. Not on the fields: migrations would import it."""


class Review(VersionedModel):
    """The audit or inquiry that prompted pledges. An installation may track several.

    What is empty is not shown: nothing is inherited from another review. ``initial_facts`` has what a new one
    begins with.
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = VisibleCharField(max_length=300)
    author = VisibleCharField(max_length=200)
    government = VisibleCharField(max_length=200, help_text="Whose pledges are tracked.")
    published_on = models.DateField()
    short_name = VisibleCharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="What it is called where there is little room, such as “the audit”. Empty: the title.",
    )
    publisher = VisibleCharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Who publishes these pages. Empty: the name of the site.",
    )
    content_note = VisibleTextField(
        max_length=400,
        blank=True,
        default="",
        db_default="",
        help_text="Shown at the top of every page of this review. Leave it empty for none.",
    )
    help_lines = VisibleTextField(
        max_length=2000,
        blank=True,
        default="",
        db_default="",
        help_text="One a line: the name, a | and the number. None unless you add one. Call each before you save.",
    )
    leave_url = models.URLField(
        "where “Leave this site” leads",
        blank=True,
        default="",
        db_default="",
        help_text="A page that looks ordinary on anybody’s screen. Without an address there is no such button.",
    )
    about = VisibleTextField(
        "words about the review",
        max_length=_WORDS_CHARS,
        blank=True,
        default="",
        db_default="",
        help_text="What readers of the page “About” should know of this subject. Markdown.",
    )
    methods = VisibleTextField(
        "words about methods",
        max_length=_WORDS_CHARS,
        blank=True,
        default="",
        db_default="",
        help_text="What is decided otherwise, or in addition, for this subject. For the page of methods. Markdown.",
    )
    accent = models.CharField(
        "accent colour",
        max_length=7,
        blank=True,
        default="",
        db_default="",
        help_text="On light screens and on paper, such as #4a2545. Empty: the colour of the site.",
    )
    accent_dark = models.CharField(
        "accent colour on dark screens",
        max_length=7,
        blank=True,
        default="",
        db_default="",
        help_text="Empty: the nearest tone of the accent colour that can be read there.",
    )
    logo = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="An SVG picture. Only its shapes, words and gradients are kept.",
    )
    language = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="A code such as en-gb. Empty: the language of the site.",
    )
    time_zone = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="Where its days begin and end, such as Europe/London. Empty: the time zone of the site.",
    )

    digest = ""
    """What moves with all of its facts, where it was put together already (web/page_review.py). Not stored."""

    class Meta:
        ordering = ["-published_on", "slug"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("public:review", args=[self.slug])

    def clean(self) -> None:
        """Make the logo safe, and refuse what cannot be read: a help line without a number, a colour too pale."""
        super().clean()
        problems = {}
        for name, rule in _RULES.items():
            try:
                if value := getattr(self, name):
                    rule(value)
            except ValidationError as error:
                problems[name] = error.messages
        if self.accent_dark and not self.accent:
            problems.setdefault("accent", ["Enter the colour on light screens too."])
        if problems:
            raise ValidationError(problems)
        if self.logo:
            self.logo = make_svg_safe(self.logo)

    @property
    def name(self) -> str:
        """What it is called where there is little room."""
        return self.short_name or self.title

    @property
    def help_line_pairs(self) -> list[tuple[str, str]]:
        """Name and number of each help line."""
        return read_help_lines(self.help_lines)

    @property
    def look_version(self) -> str:
        """The part of the addresses of its colours and logo that changes with what they lead to."""
        return hashlib.sha256(f"{self.accent} {self.accent_dark} {self.logo}".encode()).hexdigest()[:12]

    @property
    def dark_accent(self) -> str:
        """The accent on dark screens: as chosen, or the nearest tone of the other that can be read; empty for none."""
        return self.accent_dark or (nearest_readable(self.accent, DARK) if self.accent else "")


def initial_facts() -> dict[str, str]:
    """Return what a new review begins with: the settings of the installation. Each may be changed or emptied."""
    return {
        "help_lines": "\n".join(f"{name} | {number}" for name, number in settings.HELPLINES),
        "leave_url": settings.LEAVE_URL,
    }
