"""What a column can become. A field has its words for people, and the heads by which it is guessed."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class ImportField:
    """One thing that a column can become. ``heads`` are names of columns that say so."""

    name: str
    label: str
    heads: tuple[str, ...] = ()
    many: bool = False
    """Whether several columns may become it."""


LEAVE_OUT = "leave-out"
DESK_NOTE = "desk-note"
_FIELDS = [
    ImportField("title", "Title", ("title", "name", "pledge title", "short title", "titel", "title en")),
    ImportField(
        "words",
        "Exact words",
        ("words", "exact words", "quotation", "quote", "commitment", "promise", "pledge", "verbatim", "said", "text",
         "citat", "canonical commitment text", "commitment detail sub"),
    ),
    ImportField(
        "source_url",
        "Address of the source of the words",
        ("source url", "source", "url", "link", "source link", "address", "source address", "kalla url", "sources"),
    ),
    ImportField("source_title", "Title of that source", ("source title", "source doc", "source label", "document")),
    ImportField("source_publisher", "Publisher of that source", ("source publisher", "publisher")),
    ImportField("source_date", "Day of that source", ("source date", "source day")),
    ImportField("archived_url", "Address of an archived copy", ("archived url", "archive", "arkiv url")),
    ImportField(
        "bodies",
        "Department or body that has to act",
        ("bodies", "body", "department", "departments", "agency", "ministry", "owner", "lead", "lead department",
         "reporting lead", "commitment agency", "responsible"),
    ),
    ImportField("promised_by", "Promised by", ("promised by", "minister", "party", "who")),
    ImportField("status", "Status", ("status", "state", "progress", "rag", "rating", "commitment status")),
    ImportField(
        "status_date", "Last update", ("status date", "status on", "last update", "last updated", "updated", "as of")
    ),
    ImportField("made_on", "Date: when it was promised", ("made on", "date", "date made", "promised on", "datum")),
    ImportField("made_note", "How that day is known (readers see it)", ("made note",)),
    ImportField(
        "deadline",
        "Deadline",
        ("deadline on", "deadline", "due", "due date", "by when", "target date", "timeline promised", "timescale"),
    ),
    ImportField("deadline_note", "Deadline in words (readers see them)", ("deadline note",)),
    ImportField("theme", "Theme", ("theme", "topic", "category", "area", "area label", "kategori", "policy area",
                                   "commitment theme name")),
    ImportField("recommendation", "Recommendation", ("recommendation", "rec", "recommendation number")),
    ImportField("response", "The government’s answer", ("response", "government response")),
    ImportField("kind", "Kind of pledge", ("kind",)),
    ImportField("basis", "Basis", ("basis",)),
    ImportField("done_means", "What would count as delivered", ("done means", "success criteria")),
    ImportField("unclear", "Words that are too unclear to judge", ("unclear",)),
    ImportField("note", "Note (readers see it)", ("note",), many=True),
    ImportField(
        "reference",
        "What tells rows apart",
        ("reference", "ref", "id", "number", "no", "commitment id", "mlc id", "commitment detail sub id"),
    ),
    ImportField("slug", "Short name in addresses", ("slug",)),
    ImportField("review", "Review, by its short name", ("review",)),
    ImportField("replaces", "Pledges that it replaces, by their short names", ("replaces",)),
    ImportField("evidence", "Further words, as JSON", ("evidence",)),
    ImportField(DESK_NOTE, "Keep as a note for the desk", ("notes", "comments", "comment", "status info"), many=True),
    ImportField(LEAVE_OUT, "Leave out", (), many=True),
]  # fmt: skip
FIELDS = {field.name: field for field in _FIELDS}
DAY_FIELDS = ("made_on", "deadline", "status_date", "source_date")
MATCHED_FIELDS = ("status", "theme", "bodies", "promised_by")
"""Fields whose values are matched to ours."""
CONSTANTS = ("source_url", "source_title", "source_publisher", "source_date", "theme", "bodies", "promised_by", "kind",
             "basis", "made_on")  # fmt: skip
"""Fields that may have one value for all rows."""


def plain_name(words: str) -> str:
    """Return a name without case, hyphens and signs, to be compared."""
    return " ".join(re.sub(r"[^\w]+|_", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)).lower().split())


def guess_fields(columns: list[str]) -> dict[str, str]:
    """Return what each column seems to be, by its name; what nothing says is kept as a note for the desk."""
    guessed = dict.fromkeys(columns, DESK_NOTE)
    for field in _FIELDS:
        for head in field.heads:
            same_head = [column for column in columns if plain_name(column) == head and guessed[column] == DESK_NOTE]
            for column in same_head if field.many else same_head[:1]:
                guessed[column] = field.name
            if same_head and not field.many:
                break
    return guessed
