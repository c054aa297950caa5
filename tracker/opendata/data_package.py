"""The Data Package: everything in one file, made once for each data version and kept on the disk.

Frictionless Data Package v1 (https://specs.frictionlessdata.io/data-package/): a zip with ``datapackage.json``, each
table as CSV with its schema, the record as it is verified, its signed head, the verifier, and a README.
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone

from tracker.opendata.formats import as_csv
from tracker.opendata.rows import table_rows
from tracker.opendata.tables import TABLES, TABLES_VERSION, Column, Table
from tracker.pledges.choices import EntryKind, FactsKind
from tracker.pledges.models import FactsEntry, RecordEntry
from tracker.pledges.record import checkpoints
from tracker.pledges.record.export import exported_lines
from tracker.pledges.record.hash_chain import format_timestamp
from tracker.pledges.record.signatures import signature_lines
from tracker.pledges.record.verify import TEXTS
from tracker.sources.models import SourceWithdrawal
from tracker.web.export_files import export_file

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0, for what the desk wrote; quotations stay their authors'",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

_TYPES = {"list": "string"}


def schema(table: Table) -> dict[str, Any]:
    """Return the Table Schema of a table, as it is in the package."""
    fields = []
    for column in table.columns:
        field: dict[str, Any] = {
            "name": column.name,
            "type": _TYPES.get(column.type, column.type),
            "description": described(column),
        }
        if column.type == "datetime":
            field["format"] = "%Y-%m-%dT%H:%M:%S.%fZ"
        constraints: dict[str, Any] = {}
        if column.required:
            constraints["required"] = True
        if words := [word for word in column.values if word]:
            constraints["enum"] = words
        if constraints:
            field["constraints"] = constraints
        fields.append(field)
    keys = [
        # A reference to the same table is written with an empty name.
        {
            "fields": [name],
            "reference": {"resource": other if other != table.name else "", "fields": [TABLES[other].key]},
        }
        for name, other in table.refers.items()
    ]
    return {"fields": fields, "primaryKey": table.primary_key, "missingValues": [""]} | (
        {"foreignKeys": keys} if keys else {}
    )


def described(column: Column) -> str:
    """Return what a column means, with its unit where the type does not say it."""
    added = {
        "list": " Numbers parted by blanks." if column.items == "integer" else " Words parted by blanks.",
        "date": " A day in Europe/London.",
        "datetime": " An instant in UTC, with microseconds.",
    }.get(column.type, "")
    return f"{column.description}{added}"


def descriptor(head: checkpoints.Head) -> dict[str, Any]:
    """Return ``datapackage.json``."""
    return {
        "profile": "data-package",
        "name": "pledge-record",
        "title": settings.SITE_NAME,
        "description": (
            "What a government promised, in the exact words of the sources, and what has happened since. The CSV is "
            "for people: where a cell starts with an apostrophe, leave that out (it keeps spreadsheets from taking "
            "the cell for a formula). record.ndjson is exact, and verify_record.py verifies it offline."
        ),
        "created": timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": str(head.position),
        "tablesVersion": TABLES_VERSION,
        "licenses": [LICENCE],
        "record": {"origin": settings.RECORD_ORIGIN, "size": head.position, "digest": head.digest},
        "resources": [
            {
                "name": table.name,
                "title": table.title,
                "description": table.description,
                "path": f"data/{table.name}.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"lineTerminator": "\r\n"},
                "schema": schema(table),
            }
            for table in TABLES.values()
        ],
    }


def package(*, timeout: float | None = None) -> Path:
    """Return the file of the package for this version of the data, made first where it is not there yet.

    However many ask at once, on one machine it is made once. Raises ExportInProgressError where another takes longer
    than ``timeout`` seconds (as long as readers wait, if not given), and OSError where the disk cannot be written.
    """
    return export_file("package.zip", _write_zip, timeout=timeout)


def _write_zip(file: BinaryIO) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive)


def _write(archive: zipfile.ZipFile) -> None:
    until, today, head = timezone.now(), timezone.localdate(), checkpoints.current_head()
    for table in TABLES.values():
        _add(
            archive,
            f"data/{table.name}.csv",
            as_csv(table.columns, table_rows(table, until=until, today=today), bom=False),
        )
    _add(archive, "record.ndjson", (line.encode() for line in exported_lines(up_to=head.position)))
    withdrawn = json.dumps(list_withdrawn(), ensure_ascii=False, indent=1)
    _add(archive, "signatures.ndjson", (line.encode() for line in signature_lines(up_to=head.position)))
    archive.writestr("withdrawn.json", withdrawn)
    archive.writestr("head.txt", checkpoints.checkpoint(head))
    archive.writestr("verify_record.py", Path(str(finders.find("public/verify_record.py"))).read_bytes())
    archive.writestr("datapackage.json", json.dumps(descriptor(head), ensure_ascii=False, indent=2))
    archive.writestr("README.txt", _README.format(name=settings.SITE_NAME, day=f"{today:%-d %B %Y}"))


def list_withdrawn() -> list[dict[str, Any]]:
    """Return what was withdrawn for legal reasons, without a word of it: texts of entries, and sources.

    Who keeps an earlier package finds by position or address what to delete there.
    """
    blanked = RecordEntry.objects.filter(kind=EntryKind.LEGAL_WITHDRAWAL).order_by("position")
    rows = blanked.values_list("position", "published_at", "reason", "corrects__position", "corrects__pledge__slug",
                               "corrects__kind", *(f"corrects__text__{name}_salt" for name in TEXTS))  # fmt: skip
    withdrawn: list[dict[str, Any]] = [
        {
            "entry": position,
            "pledge": pledge,
            "texts": [name for name, salt in zip(TEXTS, salts, strict=True)
                      if not salt and (name != "statement" or kind == EntryKind.PLEDGE)],
            "withdrawn_at": format_timestamp(at),
            "withdrawn_by_entry": by,
            "reason": reason,
        }
        for by, at, reason, position, pledge, kind, *salts in rows
    ]  # fmt: skip
    sources = SourceWithdrawal.objects.order_by("withdrawn_at", "pk")
    for slug, at, reason in sources.values_list("source__slug", "withdrawn_at", "reason"):
        withdrawn.append({"source": slug, "withdrawn_at": format_timestamp(at), "reason": reason})
    facts = FactsEntry.objects.filter(kind=FactsKind.WITHDRAWAL).order_by("position")
    for by, name, key, at, reason in facts.values_list(
        "position", "subject_type", "subject_id", "published_at", "reason"
    ):
        subject = {"type": name, "id": key}
        withdrawn.append(
            {"facts_of": subject, "withdrawn_at": format_timestamp(at), "withdrawn_by_entry": by, "reason": reason}
        )
    return withdrawn


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterator[bytes]) -> None:
    with archive.open(name, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece)


_README = """{name}: the whole record, {day}

datapackage.json   what each table and column means (Frictionless Data Package)
data/*.csv         the tables, for people (a leading apostrophe keeps a cell from being a formula)
record.ndjson      every entry as it was published, exact
withdrawn.json     whose words were withdrawn for legal reasons: delete your copies of them
signatures.ndjson  which account published each entry, signed with the key of the head
head.txt           the signed head of the record
verify_record.py   verifies it offline: python3 verify_record.py record.ndjson

What the desk wrote is under CC BY 4.0. Quotations stay their authors'.
"""
