"""The form of a pledge: what is typed into it stays in the draft as it was sent, until it is published."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from tracker.core.day_field import EXAMPLE, DayField
from tracker.desk.catalogue.new_names import NewNames, read_new_names
from tracker.desk.form_fields.later_deadlines import LaterDeadlinesField, typed_rows
from tracker.desk.models import Draft
from tracker.pledges.data.named import MAX_NEW_NAME_CHARS, find_named
from tracker.pledges.models import Body, Pledge, Theme
from tracker.pledges.record.publish import Evidence
from tracker.pledges.record.statements import check_statement, is_stated
from tracker.text.characters import hidden_character_problem
from tracker.text.deadlines import read_deadline


class PledgeForm(forms.ModelForm):
    """Everything that a statement of a pledge holds, and the names that it would add (catalogue/new_names.py)."""

    new_theme = forms.CharField(
        label="Or a new theme",
        max_length=MAX_NEW_NAME_CHARS,
        required=False,
        help_text="Only if no theme in the list fits. The person who signs off this draft agrees to it too.",
    )
    new_promised_by = forms.CharField(
        label="Or a new body that promised",
        max_length=MAX_NEW_NAME_CHARS,
        required=False,
        help_text="Only if the list does not have it.",
    )
    new_bodies = forms.CharField(
        label="Or new bodies that have to act",
        max_length=1000,
        required=False,
        help_text="Only if the list does not have them. Put a semicolon between several.",
    )
    deadline_misread = forms.BooleanField(
        label="We misread the first deadline: correct it",
        required=False,
        help_text="For a mistake of ours alone. A later deadline of the government never replaces the first. "
        "Say below why the earlier reading was wrong: readers see it.",
    )
    later_deadlines = LaterDeadlinesField(
        label="Deadlines said later",
        required=False,
        help_text="A later date never replaces the first: readers see both. Enter the exact words and the day "
        "on which they were said. Leave “Read as” empty to have them read. If that is wrong, enter a date, EDTF, or "
        "“none” if no day can be told. To add another, save.",
    )
    field_order = [
        "title", "slug", "review", "theme", "new_theme", "kind", "basis", "promised_by", "new_promised_by", "bodies",
        "new_bodies",
    ]  # fmt: skip

    class Meta:
        model = Pledge
        fields = [
            "title", "slug", "review", "theme", "kind", "basis", "promised_by", "bodies", "made_on", "made_note",
            "recommendation", "response", "done_means", "unclear", "deadline_on", "deadline_note",
            "deadline_edtf", "later_deadlines", "note", "replaces",
        ]  # fmt: skip
        labels = {
            "title": "Title (one thing that can be tested)",
            "slug": "Address",
            "kind": "Kind of pledge",
            "promised_by": "Promised by",
            "bodies": "Who has to act",
            "made_on": "Made on",
            "made_note": "How we know the date it was made",
            "response": "The government’s answer to the recommendation",
            "done_means": "What would count as delivered",
            "unclear": "Words that are too unclear to judge",
            "deadline_on": "First stated deadline",
            "deadline_note": "Deadline in words",
            "deadline_edtf": "How these words are read",
            "replaces": "Earlier pledges that this one replaces",
        }
        widgets = {
            "done_means": forms.Textarea(attrs={"rows": 4}),
            "unclear": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        field_classes = dict.fromkeys(["made_on", "deadline_on"], DayField)
        help_texts = {
            "slug": "Part of the page’s address. Use lower-case letters, numbers and hyphens. You cannot change it "
            "after publishing.",
            "deadline_edtf": "Leave this empty. Words such as “by spring 2026” are read when you save, and the "
            "deadline is the last day of them. To read them yourself, write EDTF: ../2026-21 is by spring 2026, "
            "2026-03/2026-05 is from March to May. Write “none” if no day can be told.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("made_on", "deadline_on"):
            self.fields[name].help_text = f"{self.fields[name].help_text} For example, {EXAMPLE}."
        self.fields["theme"].required = False  # a new one may be named in its place: clean
        if is_stated(self.instance):
            self.fields["slug"].disabled = True
        if not (self.instance.pk and self.instance.deadline_on):
            del self.fields["deadline_misread"]
        if self.instance.pk:
            self.fields["replaces"].queryset = Pledge.objects.exclude(pk=self.instance.pk)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a theme, from the list or new; a new name that the tracker has by now means what has it."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("new_theme") and cleaned.get("theme"):
            self.add_error("new_theme", "Choose a theme or enter a new one, not both.")
        elif not cleaned.get("new_theme") and not cleaned.get("theme") and "theme" not in self.errors:
            self.add_error("theme", "Choose a theme, or enter a new one.")
        if cleaned.get("new_promised_by") and cleaned.get("promised_by"):
            self.add_error("new_promised_by", "Choose a body or enter a new one, not both.")
        for name in ("new_theme", "new_promised_by", "new_bodies"):
            if problem := hidden_character_problem(cleaned.get(name, "")):
                self.add_error(name, problem)
        if any(len(name) > MAX_NEW_NAME_CHARS for name in self.new_names.bodies):
            self.add_error("new_bodies", f"Use {MAX_NEW_NAME_CHARS} characters or fewer for each body.")
        self._read_deadline(cleaned)
        if "later_deadlines" not in self.data:  # a draft from before there was such a field
            cleaned["later_deadlines"] = self.instance.later_deadlines
        cleaned["theme"] = cleaned.get("theme") or find_named(
            Theme, self.new_names.theme, review=cleaned.get("review")
        )
        cleaned["promised_by"] = cleaned.get("promised_by") or find_named(Body, self.new_names.promised_by)
        return cleaned

    def _read_deadline(self, cleaned: dict[str, Any]) -> None:
        """Fill in what the words about time say, where nothing was typed."""
        self.instance.misread_deadline = bool(cleaned.get("deadline_misread"))
        cleaned |= read_words_about_time(cleaned, published=is_stated(self.instance))

    @property
    def new_names(self) -> NewNames:
        """The names that it would add, as they were sent."""
        names = ("new_theme", "new_promised_by", "new_bodies")
        return read_new_names({name: [str(self.data.get(name, ""))] for name in names})


@dataclass
class ProposedPledge:
    """A pledge as a draft would publish it; nothing of it is written."""

    form: PledgeForm
    reason: str

    def check(self, evidence: Sequence[Evidence]) -> None:
        """Raise ValidationError, with a message for each field, where it could not be published."""
        errors: dict[str, list[Any]] = {name: list(messages) for name, messages in self.form.errors.items()}
        try:
            check_statement(self.form.instance, evidence=evidence, reason=self.reason)
        except ValidationError as error:
            errors |= {name: messages for name, messages in error.message_dict.items() if name not in errors}
        if self.new_names.theme and not self.form.errors.get("theme"):
            errors.pop("theme", None)  # it is added when the pledge is published
        if errors:
            raise ValidationError(errors)

    @property
    def new_names(self) -> NewNames:
        """The bodies and the theme that are added to the catalogue when it is published."""
        return self.form.new_names

    @property
    def bodies(self) -> list[Body]:
        """The bodies that have to act and are in the catalogue; empty where the form is wrong."""
        return list(self.form.cleaned_data.get("bodies", []))

    @property
    def replaces(self) -> list[Pledge]:
        """The published pledges whose place it takes."""
        return list(self.form.cleaned_data.get("replaces", []))


def facts_from(data: QueryDict) -> dict[str, list[str]]:
    """Return the fields of the form as they were sent, to be kept in a draft."""
    return {name: data.getlist(name) for name in PledgeForm.base_fields if name in data}


def typed_facts(pledge: Pledge) -> dict[str, list[str]]:
    """Return a pledge as somebody would have typed it into the form."""
    facts: dict[str, list[str]] = {}
    for name, value in forms.model_to_dict(pledge, fields=PledgeForm.Meta.fields).items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        facts[name] = [str(getattr(chosen, "pk", chosen)) for chosen in values]
    return facts | {"later_deadlines": typed_rows(pledge.later_deadlines)}


def form_of(draft: Draft) -> PledgeForm:
    """Return the form with what the draft holds, bound once there is anything."""
    instance = Pledge.objects.get(pk=draft.pledge_id) if draft.pledge_id else Pledge()
    if not draft.facts:
        return PledgeForm(instance=instance)
    data = QueryDict(mutable=True)
    for name, values in draft.facts.items():
        data.setlist(name, values)
    return PledgeForm(data, instance=instance)


def unsent_form(draft: Draft) -> PledgeForm:
    """Return the form with what the draft holds, as nobody sent it yet: nothing in it is told to be wrong."""
    bound = form_of(draft)
    initial = {
        name: values if name in ("bodies", "replaces", "later_deadlines") else "".join(values[:1])
        for name, values in draft.facts.items()
        if name in bound.fields
    }
    return PledgeForm(instance=bound.instance, initial=initial)


def still_needed(draft: Draft) -> list[tuple[str, str]]:
    """Return what keeps a draft of a pledge from being submitted: the name of each field (empty for none), in words.

    A field that is empty is named; of one that is filled in, what is wrong with it is told.
    """
    proposed = pledge_of(draft)
    fields = proposed.form.fields
    needed = []
    for name, messages in proposed.form.errors.items():
        label = str(fields[name].label) if name in fields else ""
        empty = not "".join(draft.facts.get(name, [])).strip()
        needed.append((name if name in fields else "", label if label and empty else _labelled(label, messages)))
    return needed


def lacks_test(draft: Draft) -> bool:
    """Whether the draft of a pledge does not say what would count as delivered: most statuses need that later."""
    return not "".join(draft.facts.get("done_means", [])).strip()


def _labelled(label: str, messages: Sequence[Any]) -> str:
    text = " ".join(map(str, messages))
    return f"{label}: {text}" if label else text


def pledge_of(draft: Draft) -> ProposedPledge:
    """Return the pledge that a draft would publish."""
    form = form_of(draft)
    if not form.is_bound:
        form = PledgeForm({}, instance=form.instance)
    form.is_valid()
    return ProposedPledge(form, draft.reason)


def read_words_about_time(facts: Mapping[str, Any], *, published: bool) -> dict[str, Any]:
    """Return ``deadline_edtf``, and ``deadline_on`` where words give it, of facts of a pledge that were cleaned.

    Words are read (text/deadlines.py) where neither EDTF nor a day was typed and the pledge is not on the record yet.
    """
    typed = (facts.get("deadline_edtf") or "").strip()
    edtf = "" if typed.lower() == "none" else typed
    words, made_on, review = facts.get("deadline_note") or "", facts.get("made_on"), facts.get("review")
    if typed or not words or facts.get("deadline_on") or published:
        return {"deadline_edtf": edtf}
    counted_from = None if re.search(r"\b(of|from|after)\b", words) else made_on
    if review is not None and re.search(r"\b(of|from|after) the (report|review|audit|inquiry)\b", words):
        counted_from = review.published_on
    reading = read_deadline(words, counted_from=counted_from)
    if reading and reading.last and made_on and reading.last >= made_on:
        return {"deadline_edtf": reading.edtf, "deadline_on": reading.last}
    return {"deadline_edtf": edtf}
