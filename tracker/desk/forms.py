"""Forms of the desk. Each keeps what was typed and says what is wrong next to the field."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from tracker.core.day_field import EXAMPLE, DayField
from tracker.core.validators import EmailAddressField
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.models import Draft
from tracker.pledges.choices import EvidenceRole, QuestionOutcome, Status
from tracker.pledges.models import Question
from tracker.sources.admin import VerbatimTextarea
from tracker.sources.documents.result import MAX_FILE_BYTES
from tracker.sources.models import Source
from tracker.sources.slugs import free_slug
from tracker.text.characters import hidden_character_problem, refused_character_problem
from tracker.text.typed_days import parse_moment

MAX_TEXT_CHARS = 2_000_000
"""Characters of a source's text."""
MIN_WORDS_CHARS = 5
"""Words of a new passage."""


class UpdateForm(forms.ModelForm):
    """What a draft says. Everything may be missing until it is submitted: the record's rules are asked then."""

    effective_on = DayField(label="Happened on", required=False, help_text=f"For example, {EXAMPLE}.")
    looked_until = DayField(
        label="We looked until", required=False,
        help_text="We tell readers that the entry does not cover anything after this date.",
    )  # fmt: skip

    class Meta:
        model = Draft
        fields = ["status", "step", "effective_on", "looked_until", "headline", "explanation", "reason"]
        widgets = {"explanation": VerbatimTextarea(attrs={"rows": 8}), "reason": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "headline": "Say what happened, not what it means. Use 200 characters or fewer.",
            "explanation": "Say what changes and how we know. You can use Markdown: *emphasis*, **strong**, lists "
            "and links.",
            "step": "Choose the furthest step that the evidence shows.",
            "reason": "Say why the earlier entry was wrong. This is public.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        draft = self.instance
        self.fields["explanation"].max_length = 20_000  # type: ignore[attr-defined]
        self.fields["explanation"].validators.append(_max_length_validator(20_000))
        if draft.corrects is None:
            del self.fields["reason"]
        if draft.sort == "withdrawal":
            for name in [name for name in self.fields if name != "reason"]:
                del self.fields[name]
            return
        ladder = draft.pledge.ladder if draft.pledge else []
        self.fields["step"] = forms.ChoiceField(
            label="Delivery step",
            choices=[("", "None")] + [(step.value, step.label) for step in ladder],
            required=False,
            help_text=self.Meta.help_texts["step"],
        )
        self.fields["status"] = forms.ChoiceField(
            label="New status", choices=[("", "Choose"), *Status.choices], required=False
        )

    def clean(self) -> dict[str, Any]:
        """Refuse hidden characters; fill in the step where the status allows one alone."""
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and (problem := hidden_character_problem(value)):
                self.add_error(name, problem)
        if cleaned.get("status") == Status.ANNOUNCED and not cleaned.get("step"):
            cleaned["step"] = "announced"  # the one step that fits
        return cleaned


def _max_length_validator(length: int) -> Any:
    def check(value: str) -> None:
        if len(value) > length:
            raise ValidationError(f"Use {length:,} characters or fewer. You entered {len(value):,}.")

    return check


class WordsForm(forms.Form):
    """Words of a source that are to become a passage, and what they do for the draft."""

    words = forms.CharField(
        label="The exact words",
        widget=VerbatimTextarea(attrs={"rows": 4}),
        strip=False,
        max_length=20_000,
        help_text="Select the words in the text or paste them. They must match the text exactly.",
    )
    start = forms.IntegerField(required=False, min_value=0, max_value=MAX_TEXT_CHARS, widget=forms.HiddenInput)
    role = forms.ChoiceField(label="What the words show", choices=EvidenceRole.choices, initial=EvidenceRole.PROGRESS)
    note = forms.CharField(label="Note for readers", max_length=300, required=False)

    def __init__(self, *args: Any, fewest: int = MIN_WORDS_CHARS, needs_words: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fewest = fewest
        self.fields["words"].required = needs_words

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if problem := refused_character_problem(words):
            raise ValidationError(problem)
        if words.strip() and len(words.split()) < self.fewest:
            raise ValidationError(f"Use at least {self.fewest} words, so that the meaning is clear.")
        return words


class SourceForm(forms.ModelForm):
    """What a source is: its address, publisher, day and licence as the editor knows them."""

    published_on = DayField(
        label="Published on", required=False, is_past=True, help_text="Leave empty if the document does not say."
    )

    class Meta:
        model = Source
        fields = ["title", "publisher", "kind", "url", "archived_url", "published_on", "licence", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
        labels = {
            "url": "Address",
            "archived_url": "Address of a copy in a web archive",
            "kind": "What it is",
            "note": "Note for readers about this copy",
        }
        help_texts = {
            "title": "As the document has it.",
            "publisher": "Leave empty if you do not know.",
            "archived_url": "Readers get it if the address no longer works.",
        }
        error_messages = {
            "title": {"required": "Enter a title."},
            "kind": {"required": "Choose what it is."},
            "licence": {"required": "Choose a licence."},
        }
        field_classes = dict.fromkeys(
            ["url", "archived_url"], lambda **kwargs: forms.URLField(assume_scheme="https", **kwargs)
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        self.fields["note"].validators.append(_max_length_validator(5_000))

    def clean(self) -> dict[str, Any]:
        """Give a new source a free short name, from its title; one that is here keeps its own."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk is None:
            self.instance.slug = free_slug(cleaned.get("title") or "source")
        return cleaned


class AddSourceForm(SourceForm):
    """A source from pasted text; or a document to be read first: a file, or what is at the address.

    ``brings`` says that a button asks for the document: the file, or without one what is at the address.
    """

    text = forms.CharField(
        label="Its text",
        widget=VerbatimTextarea(attrs={"rows": 12}),
        strip=False,
        required=False,
        help_text="Paste the whole text. We store it exactly as you paste it. Or choose a file.",
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        help_text="A PDF, Word, OpenDocument, RTF or text file, web page, email, spreadsheet or XML, up to 10 MB. We "
        "extract the text in the background. You then check and store it.",
    )
    fetch = forms.BooleanField(label="Or download it from the address above", required=False)

    class Meta(SourceForm.Meta):
        fields = [*SourceForm.Meta.fields, "text"]

    def __init__(self, *args: Any, brings: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brings = brings
        # What a file or a page says of itself is proposed, so nothing has to be typed before it is read.
        for name in ("title", "kind", "licence"):
            self.fields[name].required = False
            self.fields[name].help_text = f"{self.fields[name].help_text} Needed if you paste the text.".strip()
        if not settings.FETCH_ADDRESSES:
            del self.fields["fetch"]

    @property
    def has_to_be_read(self) -> bool:
        """Whether it is a file or an address, which the worker reads, rather than pasted text."""
        return bool(self.cleaned_data.get("file") or self.cleaned_data.get("fetch"))

    def clean_file(self) -> Any:
        """Return the file, of MAX_FILE_BYTES at most."""
        file = self.cleaned_data.get("file")
        if file is not None and file.size > MAX_FILE_BYTES:
            raise ValidationError(f"Choose a file of {MAX_FILE_BYTES // 1024 // 1024} MB or less.")
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of text, file and address to download; facts are needed only with a text."""
        cleaned = super().clean()
        file, text, fetch = cleaned.get("file"), cleaned.get("text") or "", cleaned.get("fetch")
        if "file" in self.errors or "text" in self.errors:
            return cleaned
        if self.brings:
            self._check_document(file, text)
            return cleaned
        if sum((file is not None, bool(text.strip()), bool(fetch))) > 1:
            self.add_error("file", "Choose one: paste the text, choose a file or download it from the address.")
        elif fetch and not cleaned.get("url"):
            self.add_error("url", "Enter the address to download from.")
        elif not (file or fetch or text.strip()):
            self.add_error("text", "Paste the text or choose a file.")
        elif text.strip():
            for name in ("title", "kind", "licence"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        if len(text) > MAX_TEXT_CHARS:
            self.add_error("text", f"Use {MAX_TEXT_CHARS:,} characters or fewer. You entered {len(text):,}.")
        return cleaned

    def _check_document(self, file: Any, text: str) -> None:
        """Say what is missing where a document is asked for: a file, or an address that this site may read."""
        if text.strip():
            self.add_error("text", "Empty this box to have the document read, or save to store this text.")
        if text.strip() or file is not None or "url" in self.errors:
            return
        has_address = bool(self.cleaned_data.get("url"))
        if has_address and not settings.FETCH_ADDRESSES:
            self.add_error("url", "This site cannot download from addresses. Choose a file, or paste the text.")
        elif not has_address:
            words = "Enter the address to download from, or choose a file." if settings.FETCH_ADDRESSES else ""
            self.add_error("url" if words else "file", words or "Choose a file.")

    def _post_clean(self) -> None:
        """The rules of a source are asked once there is a text."""
        if not self.brings and "text" in self.cleaned_data and not self.has_to_be_read:
            super()._post_clean()

    def facts(self) -> dict[str, str]:
        """What was typed about a document that has to be read first."""
        return {name: str(self.cleaned_data.get(name) or "") for name in SourceForm.Meta.fields}


class LegalCheckForm(forms.Form):
    """What a second person confirms."""

    proceedings = forms.BooleanField(
        label="I checked today. This does not put active proceedings at risk (contempt of court).",
        error_messages={"required": "Confirm that you checked for active proceedings."},
    )
    identification = forms.BooleanField(
        label="I checked today. This does not identify any protected person, even when read with other pages.",
        error_messages={"required": "Confirm that you checked that nobody can be identified."},
    )
    note = forms.CharField(label="What you checked", max_length=300, required=False)


class PublishForm(LegalCheckForm):
    """What a second person confirms, and when it is to be published."""

    publish_at = forms.CharField(
        label="Publish later, at",
        required=False,
        help_text="For example, 1 December 2026 9:30am (London time). Leave empty to publish now.",
    )

    def clean_publish_at(self) -> dt.datetime | None:
        """Return the instant that was typed, in the time of the site; None for now. Refuses times that clocks skip."""
        value = self.cleaned_data["publish_at"].strip()
        if not value:
            return None
        try:
            naive = parse_moment(value)
        except ValueError:
            naive = None
        if naive is None:
            raise ValidationError("Enter a date and time, for example 1 December 2026 9:30am.")
        zone = ZoneInfo(settings.TIME_ZONE)
        aware = naive.replace(tzinfo=zone)
        if aware.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != naive:
            raise ValidationError("That time does not exist because the clocks go forward. Enter another time.")
        return aware


class BatchForm(LegalCheckForm):
    """The one check of those pledges of a list that are to be published, and of no other."""

    def __init__(self, *args: Any, publishes: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        checked = "I checked today each pledge that I chose to publish"
        self.fields[
            "proceedings"
        ].label = f"{checked}: nothing in it puts active proceedings at risk (contempt of court)."
        self.fields[
            "identification"
        ].label = f"{checked}: nobody who is protected can be identified from it, also together with other pages."
        for name in ("proceedings", "identification"):
            self.fields[name].required = publishes


class TextForm(forms.Form):
    """A comment, a reason for a return, a disagreement."""

    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000, required=False)


class WithdrawalForm(forms.Form):
    """Why something public is withdrawn for good. Each kind says where the reason is shown and what is lost."""

    where_shown = what_is_lost = ""
    reason = forms.CharField(label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    sure = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = self.where_shown
        self.fields["sure"].label = self.what_is_lost


class WithdrawTextForm(WithdrawalForm):
    """Why the words of an entry are withdrawn, and whether its headline goes too."""

    where_shown = "This is public and stays on the record."
    what_is_lost = "I understand that these words cannot be restored."
    field_order = ("reason", "headline", "sure")

    headline = forms.BooleanField(label="Withdraw the headline as well as the explanation", required=False)


class ArchivedForm(forms.ModelForm):
    """Where a copy of a source is in a web archive."""

    archived_url = forms.URLField(
        label="Address of a copy in a web archive", max_length=1000, assume_scheme="https", required=False
    )

    class Meta:
        model = Source
        fields = ["archived_url"]


class WithdrawSourceForm(WithdrawalForm):
    """Why a source is withdrawn."""

    where_shown = "This is public, on the source’s page."
    what_is_lost = "I understand that the text and the file cannot be restored."


class WithdrawAnswerForm(WithdrawalForm):
    """Why the answer to a report is withdrawn."""

    where_shown = "Public, on the page of corrections."
    what_is_lost = "I understand that the words of the answer cannot be restored."


KEEP, MARK, BLANK = "", "mark", "blank"
"""What may be done with a public question: nothing, strike it through, delete its words."""


class QuestionForm(forms.ModelForm):
    """A question to a body, what became of it, and once it is public whether it is withdrawn."""

    asked_on = DayField(label="Sent on", required=False, help_text="The date you sent the question.")
    answered_on = DayField(label="Answered on", required=False)
    withdrawal = forms.ChoiceField(
        label="Withdraw it",
        choices=[
            (KEEP, "No, keep it public"),
            (MARK, "Yes, strike it through and show the reason"),
            (BLANK, "Yes, and delete its words for good for legal reasons"),
        ],
        required=False,
    )

    class Meta:
        model = Question
        fields = ["addressee", "text", "asked_on", "outcome", "answered_on", "answer"]
        widgets = {"text": VerbatimTextarea(attrs={"rows": 14})}
        labels = {"addressee": "Asked of", "text": "Its words", "answer": "The answer, as a source"}
        help_texts = {
            "text": "Copy this text and send it yourself. The tracker does not send it.",
            "answer": "Readers can open this source. They see its whole text if its licence is open. "
            "With a source the outcome becomes “Answered” on the day of the source, unless you choose otherwise.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators.append(_max_length_validator(20_000))
        self.fields["answer"].queryset = Source.objects.defer("text")  # type: ignore[attr-defined]
        if self.instance.published_at:
            for name in ("addressee", "text", "asked_on"):
                self.fields[name].disabled = True
                self.fields[name].help_text = "This is public, so you cannot change it."
        else:
            del self.fields["withdrawal"]

    def clean(self) -> dict[str, Any]:
        """Refuse hidden characters. An answer of a question that waits makes it answered, on the day of the answer."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("text", "addressee"):
            if problem := hidden_character_problem(str(cleaned.get(name) or "")):
                self.add_error(name, problem)
        answer = cleaned.get("answer")
        if answer and cleaned.get("outcome") == QuestionOutcome.WAITING and not self.errors:
            cleaned["outcome"] = QuestionOutcome.ANSWERED
            cleaned["answered_on"] = cleaned.get("answered_on") or answer.published_on or timezone.localdate()
        return cleaned

    def _post_clean(self) -> None:
        """The rules of what is public are asked when it is submitted (ProposedQuestion.check)."""


class InviteForm(forms.Form):
    """Somebody new at the desk."""

    name = forms.CharField(label="Public name", max_length=150)
    email = EmailAddressField(label="Email address", max_length=150)
    role = forms.ChoiceField(label="Role", choices=DeskRole.choices, initial=DeskRole.EDITOR)


class NameForm(forms.Form):
    """The name under which the record knows a person."""

    name = forms.CharField(
        label="Your public name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="Readers see this name on everything you publish from now on.",
    )


class RoleForm(forms.Form):
    """Another role for somebody, or none."""

    role = forms.ChoiceField(choices=[*DeskRole.choices, ("", "No access")], required=False)
