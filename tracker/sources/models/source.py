"""Sources and passages: what was said, in which document, at which characters."""

import hashlib
from bisect import bisect_right
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from tracker.core.fields import VisibleCharField, VisibleTextField
from tracker.core.validators import CombinedChecks
from tracker.sources.choices import CheckState, Licence, SourceKind
from tracker.sources.querysets import PassageQuerySet, SourceQuerySet
from tracker.text.characters import hidden_character_problem, refused_character_problem
from tracker.text.matching import context, mismatch
from tracker.text.text_fragments import fragment_directive, text_fragment_url, with_fragment

sha256_validator = RegexValidator(r"\A[0-9a-f]{64}\Z", "A SHA-256 is 64 hexadecimal digits in lower case.")


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class Source(CombinedChecks, models.Model):
    """One immutable snapshot of a document. A changed document is a new source that supersedes the old.

    Once a passage is taken from it the database refuses any change of its text or digest (sources/triggers.py).
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = VisibleCharField(
        max_length=300,
        blank=True,
        help_text="As the document has it. Empty if the copy has no title.",
    )
    publisher = VisibleCharField(max_length=200, blank=True, help_text="Empty if it is not known.")
    kind = models.CharField(max_length=24, choices=SourceKind)
    url = models.URLField(max_length=1000, blank=True, help_text="Where it was published, if known.")
    published_on = models.DateField(null=True, blank=True, help_text="Empty if the document does not say.")
    licence = models.CharField(max_length=24, choices=Licence)
    note = VisibleTextField(
        blank=True,
        help_text="What a reader must know of this copy: damage, origin.",
    )
    text = models.TextField(
        blank=True,
        help_text="The text as extracted, or empty: then only the digest of the snapshot is kept.",
    )
    held = models.GeneratedField(
        expression=models.Case(models.When(text="", then=False), default=True),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    sha256 = models.CharField(
        "SHA-256",
        max_length=64,
        blank=True,
        validators=[sha256_validator],
        help_text="Of the text's UTF-8 bytes. Empty if no snapshot was ever held.",
    )
    characters = models.PositiveIntegerField(
        null=True, blank=True, help_text="Length of the text in characters (Unicode code points)."
    )
    pages = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="Where each page of the document starts in the text, in characters; empty for what has no pages.",
    )
    page_labels = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="What the document itself calls each page, such as iv; empty where it does not say.",
    )
    archived_url = models.URLField(
        "archived at",
        max_length=1000,
        blank=True,
        help_text="A copy in a web archive: readers get it where the address is dead.",
    )
    supersedes = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
        help_text="The earlier snapshot of the same document.",
    )
    contributors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Everybody who brought it in or wrote its facts: none signs off what makes it public.",
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["published_on", "slug"]
        constraints = [
            models.CheckConstraint(name="sources_source_licence_known", condition=Q(licence__in=Licence.values)),
            models.CheckConstraint(name="sources_source_kind_known", condition=Q(kind__in=SourceKind.values)),
            models.CheckConstraint(
                name="sources_source_digest_form", condition=Q(sha256="") | Q(Exact(Length("sha256"), 64))
            ),
            models.CheckConstraint(
                name="sources_source_text_has_digest",
                condition=Q(text="") | (~Q(sha256="") & Q(characters__isnull=False, characters=Length("text"))),
                violation_error_message="A held text needs its digest and its length in characters.",
            ),
            models.CheckConstraint(
                name="sources_source_not_its_own_successor",
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.display_title

    def get_absolute_url(self) -> str:
        return reverse("public:source", args=[self.slug])

    @property
    def display_title(self) -> str:
        """The title, or for a copy without one what it is and who published it."""
        if self.title:
            return self.title
        return gettext("Untitled %(kind)s") % {"kind": self.get_kind_display().lower()}

    @property
    def has_text(self) -> bool:
        """Whether the text itself is stored here; known without reading a deferred text."""
        return self.held if "text" in self.get_deferred_fields() else bool(self.text)

    @property
    def is_open(self) -> bool:
        """Whether the whole text may be shown to everybody."""
        return Licence(self.licence).is_open

    def page_at(self, position: int | None) -> int | None:
        """Return the number of the page, from 1, on which a character is; None where there are no pages."""
        if position is None or not self.pages:
            return None
        return max(1, bisect_right(self.pages, position))

    def page_label_at(self, position: int | None) -> str:
        """Return what the document calls the page on which a character is; an empty string without pages."""
        number = self.page_at(position)
        if number is None:
            return ""
        label = str(self.page_labels[number - 1]) if number <= len(self.page_labels) else ""
        return label or str(number)

    def clean(self) -> None:
        """Fill the digest and the length from a held text; refuse a digest that is not the text's.

        Raises ValidationError, and on a source that has passages for any change of its text.
        """
        super().clean()
        if not self.text:
            return
        if "\x00" in self.text:
            raise ValidationError({"text": "The text has a NULL character, which no database can keep."})
        try:
            digest = sha256_of(self.text)
        except UnicodeEncodeError as error:
            raise ValidationError(
                {"text": f"The character at {error.start + 1} is half of a pair and no character."}
            ) from error
        if self.sha256 and self.sha256 != digest:
            raise ValidationError({"sha256": f"The text's SHA-256 is {digest}."})
        self.sha256 = digest
        self.characters = len(self.text)


def passage_anchor(key: int) -> str:
    """Return the fragment of a passage’s place on the page of its source."""
    return f"passage-{key}"


class Passage(CombinedChecks, models.Model):
    """Exact words in a source, with the two selectors of the W3C Web Annotation Data Model.

    ``start`` and ``end`` are the TextPositionSelector (characters, 0-based, end exclusive); ``exact``,
    ``prefix`` and ``suffix`` the TextQuoteSelector. Passages may nest and overlap.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="passages")
    start = models.PositiveIntegerField(null=True, blank=True, help_text="First character, counted from 0.")
    end = models.PositiveIntegerField(null=True, blank=True, help_text="The character after the last.")
    exact = models.TextField("exact words", help_text="As they are in the snapshot, damage included.")
    prefix = models.CharField(max_length=32, blank=True, help_text="Up to 32 characters before.")
    suffix = models.CharField(max_length=32, blank=True, help_text="Up to 32 characters after.")
    fragment = models.TextField(blank=True, editable=False, help_text="What follows the # of a link to these words.")
    snapshot_sha256 = models.CharField(
        "checked against",
        max_length=64,
        blank=True,
        validators=[sha256_validator],
        help_text="SHA-256 of the snapshot that the words were checked against.",
    )
    checked_on = models.DateField(null=True, blank=True, help_text="When they were checked against it.")
    again = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="later",
        help_text="The passage of an earlier snapshot that a person found again in this one.",
    )
    contributors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Everybody who chose these words: none signs off what makes them public.",
    )

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["source", "start", "-end", "id"]
        constraints = [
            models.CheckConstraint(name="sources_passage_has_words", condition=~Q(exact="")),
            models.CheckConstraint(
                name="sources_passage_span_is_words",
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__isnull=False, end=F("start") + Length("exact")),
                violation_error_message="The position must be as long as the words: end - start characters.",
            ),
            models.CheckConstraint(
                name="sources_passage_snapshot_pair",
                condition=Q(snapshot_sha256="", checked_on__isnull=True)
                | (Q(Exact(Length("snapshot_sha256"), 64), checked_on__isnull=False, start__isnull=False)),
                violation_error_message="A check has a digest, a date and a position, or none of the three.",
            ),
            models.UniqueConstraint(
                name="sources_passage_position_once",
                fields=["source", "start", "end"],
                violation_error_message="This source already has a passage at this position.",
            ),
            models.UniqueConstraint(
                name="sources_passage_unplaced_words_once",
                fields=["source", "exact"],
                condition=Q(start__isnull=True),
                violation_error_message="This source already has this passage.",
            ),
        ]

    def __str__(self) -> str:
        return self.exact if len(self.exact) <= 80 else f"{self.exact[:79]}…"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save after every check: no code path writes words that were not looked at.

        Raises ValidationError. Bulk writes pass by here and meet the database's own guard instead.
        """
        self.full_clean()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{self.source.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """The fragment of its place on the page of the source."""
        return passage_anchor(self.pk)

    @property
    def span(self) -> tuple[int, int]:
        """Start and end in characters. Raises ValueError for a passage without a position."""
        if self.start is None or self.end is None:
            raise ValueError("This passage has no position.")
        return self.start, self.end

    @property
    def page(self) -> int | None:
        """The page of the document on which it starts, from 1; None where the document has no pages."""
        return self.source.page_at(self.start)

    @property
    def page_label(self) -> str:
        """What the document calls that page; an empty string where the document has no pages."""
        return self.source.page_label_at(self.start)

    @property
    def check_state(self) -> CheckState:
        """How far the program has checked the words; PassageQuerySet.with_check_state says the same."""
        if self.start is None:
            return CheckState.UNCHECKED
        if self.source.has_text:
            return CheckState.CHECKED
        return CheckState.SNAPSHOT if self.snapshot_sha256 else CheckState.UNCHECKED

    @property
    def original_url(self) -> str:
        """The address of the original, at these words where a browser can; empty if it is not known."""
        if self.fragment:
            return with_fragment(self.source.url, self.fragment)
        return text_fragment_url(self.source.url, self.exact, prefix=self.prefix, suffix=self.suffix)

    def _character_problem(self, words: str) -> str:
        """A held text shows what it has: soft hyphens and their like are quoted with it, and with nothing else."""
        is_held = self.source_id is not None and self.start is not None and self.source.has_text
        return refused_character_problem(words) if is_held else hidden_character_problem(words)

    def _has_context(self) -> bool:
        """Whether the context that was kept with the passage, by whatever rule, is that of the text."""
        text, (start, end) = self.source.text, self.span
        if self.pk is None or not (self.prefix or self.suffix):
            return False
        return text[start - len(self.prefix) : start] == self.prefix and text.startswith(self.suffix, end)

    def is_relied_on(self) -> bool:
        """Whether anything cites it: then the database keeps its words and its place."""
        return any(
            relation.related_model._base_manager.filter(**{relation.field.name: self}).exists()
            for relation in self._meta.related_objects
        )

    def clean(self) -> None:
        """Check the words, character for character, and take their context from the held text.

        Raises ValidationError that names a refused character and its position, or what differs.
        """
        super().clean()
        for name in ("exact", "prefix", "suffix"):
            if problem := self._character_problem(getattr(self, name)):
                raise ValidationError({name: problem})
        if self.source_id is None or self.start is None or self.end is None:
            return
        if self.source.has_text:
            if difference := mismatch(self.source.text, self.start, self.end, self.exact):
                raise ValidationError({"exact": f"These words are not there. {difference}"})
            if not self._has_context():
                self.prefix, self.suffix = context(self.source.text, self.start, self.end)
            if not self.fragment:
                self.fragment = fragment_directive(self.source.text, *self.span, pages=self.source.pages)
            if self.snapshot_sha256 != self.source.sha256:
                self.snapshot_sha256, self.checked_on = self.source.sha256, timezone.localdate()
        elif self.source.characters is not None and self.end > self.source.characters:
            raise ValidationError({"end": f"The source has {self.source.characters} characters."})
        if self.snapshot_sha256 and self.snapshot_sha256 != self.source.sha256:
            raise ValidationError({"snapshot_sha256": "This is not the digest of the source's snapshot."})


class SourceFingerprint(models.Model):
    """What the words of a source's text are like, so that the same document is noticed (written by duplicates.py)."""

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="fingerprint")
    words_sha256 = models.CharField(max_length=64, db_index=True, help_text="Of its letters and digits in order.")
    sketch = models.JSONField(default=list, help_text="The smallest digests of its runs of words.")

    def __str__(self) -> str:
        return f"Fingerprint of {self.source_id}"


class SourceFile(models.Model):
    """The bytes that a source's text was read from, as they came. Kept for the desk; readers get the text."""

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.PROTECT, related_name="original")
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64, validators=[sha256_validator])
    name = models.CharField(max_length=200, blank=True)
    form = models.CharField(max_length=8, help_text="Its format, such as text, html, pdf or docx.")
    layout = models.JSONField(
        default=dict,
        blank=True,
        help_text="Positions of its headings (start, end, level) and of what is not its text (furniture: start, end).",
    )
    url = models.URLField(max_length=1000, blank=True, help_text="The address that it came from in the end.")
    came_at = models.DateTimeField()

    class Meta:
        db_table = "sources_original"

    def __str__(self) -> str:
        return self.name or self.url or f"Original of {self.source_id}"


class SourceWithdrawal(models.Model):
    """When, why and by whom a source was withdrawn by law: its text and bytes are gone, its digest stays."""

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=500, help_text="Public.")
    withdrawn_by = models.CharField(max_length=150)
    withdrawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        permissions = [("withdraw_source", "Can withdraw a source for legal reasons")]
        constraints = [models.CheckConstraint(name="sources_withdrawal_has_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"Withdrawn: {self.source_id}"
