"""Forms of the import. Choices of columns and values are read from what was sent: a file has any number of them."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from tracker.desk.spreadsheets.days import DAY_ORDERS
from tracker.desk.spreadsheets.fields import CONSTANTS, DAY_FIELDS, FIELDS
from tracker.desk.spreadsheets.mapping import (
    AS_NOTE,
    Mapping,
    MappingError,
    MappingProblem,
    changed,
    parse_mapping,
)
from tracker.desk.spreadsheets.tables import MAX_LIST_BYTES, ImportTable, Reading
from tracker.desk.spreadsheets.text_tables import DELIMITERS, ENCODINGS
from tracker.pledges.models import Review
from tracker.text.characters import without_hidden

MAX_VALUES = 200
"""Different values of a field that a person is asked about."""


class UploadForm(forms.Form):
    """A file with a list of pledges, and the review that they belong to."""

    file = forms.FileField(
        label="The file",
        help_text="CSV, Excel (.xlsx), OpenDocument (.ods), JSON, or the package that a tracker publishes. "
        f"At most {MAX_LIST_BYTES // 1024 // 1024} MB and 5,000 rows. The first row has the names of the columns.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )
    review = forms.ModelChoiceField(
        Review.objects.order_by("title"),
        label="Review that the pledges belong to",
        empty_label="Choose",
        error_messages={"required": "Choose a review."},
    )
    mapping = forms.FileField(
        label="A mapping file",
        required=False,
        help_text="Only if you have one, from an earlier import or another desk.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = list(Review.objects.values_list("pk", flat=True)[:2])
        if len(only) == 1:
            self.fields["review"].initial = only[0]

    def clean_file(self) -> Any:
        """Return the file, of MAX_LIST_BYTES at most."""
        file = self.cleaned_data["file"]
        if file.size > MAX_LIST_BYTES:
            raise ValidationError(
                f"The file is larger than {MAX_LIST_BYTES // 1024 // 1024} MB. Split it and bring in each part."
            )
        return file

    def clean_mapping(self) -> Mapping | None:
        """Return the mapping in the file (``pledge-import-mapping/1``), None without a file."""
        file = self.cleaned_data["mapping"]
        if not file:
            return None
        if file.size > MAX_LIST_BYTES // 8:
            raise ValidationError("This mapping file is too large. Choose a different file.")
        try:
            return parse_mapping(file.read())
        except MappingError as error:
            raise ValidationError(str(error)) from error


def mapping_from_columns(mapping: Mapping, table: ImportTable | None, sent: QueryDict) -> Mapping:
    """Return a mapping with what a person chose for the columns: ``column-0`` and on, ``constant-…``, and base_url.

    ``table`` is None where the file could not be read: no columns were asked about then.
    """
    columns = dict(mapping.columns)
    for at, column in enumerate(table.columns if table else []):
        choice = sent.get(f"column-{at}", "")
        if choice in FIELDS:
            columns[column] = choice
    constants = dict(mapping.constants)
    for name in CONSTANTS:
        if f"constant-{name}" in sent:
            constants[name] = without_hidden(sent.get(f"constant-{name}", "")).strip()[:1000]
    base_url = without_hidden(sent.get("base_url", mapping.base_url)).strip()[:1000]
    filled = {name: words for name, words in constants.items() if words}
    return changed(mapping, columns=columns, constants=filled, base_url=base_url)


def reading_from(mapping: Mapping, sent: QueryDict) -> tuple[Reading, list[MappingProblem]]:
    """Return how a person wants the file to be read, and what is wrong with it: the row of names may be no number."""
    head = sent.get("head", str(mapping.reading.head)).strip() or "0"
    is_number = head.isascii() and head.isdigit() and len(head) < 6
    words = "Enter the number of the row with the column names, such as 3."
    reading = Reading(
        delimiter=sent.get("delimiter", "") if sent.get("delimiter") in DELIMITERS else "",
        encoding=sent.get("encoding", "") if sent.get("encoding") in ENCODINGS else "",
        sheet=sent.get("sheet", "")[:200],
        records=mapping.reading.records,
        head=int(head) if is_number else mapping.reading.head,
    )
    return reading, [] if is_number else [MappingProblem(words, ("head",))]


def changed_part(reading: Reading, before: Reading, table: ImportTable | None) -> str:
    """Return the first field by which a file would be read otherwise than it was; an empty string for none."""
    sheet = before.sheet or (table.sheet if table else "")
    before = replace(before, sheet=sheet if reading.sheet else "")
    return next(
        (
            name
            for name in ("encoding", "delimiter", "sheet", "head")
            if getattr(reading, name) != getattr(before, name)
        ),
        "",
    )


def mapping_from_values(
    mapping: Mapping, asked_values: dict[str, list[str]], unmatched: dict[str, list[str]], sent: QueryDict
) -> Mapping:
    """Return a mapping with what a person chose for the values: ``status-0`` and on, and ``days-…`` of columns.

    ``theme-unmatched`` is chosen for all ``unmatched`` values that are not chosen for one by one.
    """
    values = {name: dict(matched) for name, matched in mapping.values.items()}
    for name, theirs in asked_values.items():
        for at, value in enumerate(theirs):
            choice = sent.get(f"{name}-{at}", "")
            if choice in ("", AS_NOTE) and value in unmatched.get(name, []):
                choice = sent.get(f"{name}-unmatched", "") or choice
            if choice:
                values.setdefault(name, {})[value] = choice[:100]
    days = dict(mapping.days)
    for at, column in enumerate(day_columns(mapping)):
        if (order := sent.get(f"days-{at}", "")) in DAY_ORDERS:
            days[column] = order
    return changed(mapping, values=values, days=days)


def day_columns(mapping: Mapping) -> list[str]:
    """Return the names of the columns that go to a field of days, in the order of the mapping."""
    return [column for column, name in mapping.columns.items() if name in DAY_FIELDS]
