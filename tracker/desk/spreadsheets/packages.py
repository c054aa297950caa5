"""Archives: the Data Package that a tracker publishes, with the words and addresses of each pledge beside it."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from tracker.desk.spreadsheets.tables import ImportTable, TableError, make_table
from tracker.desk.spreadsheets.text_tables import without_apostrophe
from tracker.sources.documents.archive import Archive

_SOURCE = ("url", "title", "publisher", "kind", "licence", "published_on", "slug")
MAX_MARKDOWN_PAGES = 2_000


def read_package(content: bytes) -> ImportTable:
    """Return the pledges of a package, each with ``evidence``: the passages that it is based on, as JSON.

    Raises TableError where a table is missing, DocumentError where it unpacks to too much.
    """
    archive = Archive(content)
    pledges = _table(archive, "pledges")
    sources = {row["slug"]: row for row in _table(archive, "sources")}
    passages = {row["id"]: row for row in _table(archive, "passages")}
    cited: dict[str, list[dict[str, str]]] = {}
    statements = {row["position"] for row in _table(archive, "updates") if row["kind"] == "pledge"}
    for row in _table(archive, "citations"):
        if row["entry"] in statements:
            cited.setdefault(row["pledge"], []).append(row)
    columns = [*pledges[0], "evidence"] if pledges else []
    rows = []
    for number, row in enumerate(pledges, start=1):
        now = set(row["passages"].split()) & set(passages)
        evidence = {
            (citation["passage"], citation["role"]): _evidence(citation, passages[citation["passage"]], sources)
            for citation in _latest(cited.get(row["slug"], []))
            if citation["passage"] in now
        }
        words = json.dumps(list(evidence.values()), ensure_ascii=False) if evidence else ""
        rows.append((number, [*row.values(), words]))
    return make_table("package", [(0, columns), *rows], notes=["The statuses and entries of the record stay with it."])


def _latest(citations: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return of each passage what the latest entry that cites it says: an earlier one may have had another role."""
    entries: dict[str, int] = {}
    for citation in citations:
        entries[citation["passage"]] = max(int(citation["entry"]), entries.get(citation["passage"], 0))
    return [citation for citation in citations if int(citation["entry"]) == entries[citation["passage"]]]


def _evidence(citation: dict[str, str], passage: dict[str, str], sources: dict[str, dict[str, str]]) -> dict[str, Any]:
    source = sources.get(passage["source"], {})
    about = {name: source.get(name, "") for name in _SOURCE}
    return {"words": passage["exact"], "role": citation["role"], "note": citation["note"], "source": about}


def _table(archive: Archive, name: str) -> list[dict[str, str]]:
    part = f"data/{name}.csv"
    if part not in archive:
        raise TableError(f"There is no {part} in the package.")
    lines = io.StringIO(archive.read(part).decode("utf-8-sig"), newline="")
    return [
        {key: without_apostrophe(value or "") for key, value in row.items() if key} for row in csv.DictReader(lines)
    ]


def pages_in(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the pages of Markdown in an archive, with their names, by name."""
    archive = Archive(content)
    names = sorted(name for name in archive.names if name.endswith(".md"))
    if len(names) > MAX_MARKDOWN_PAGES:
        raise TableError(f"There are more than {MAX_MARKDOWN_PAGES:,} pages in it. Split it and bring in each part.")
    for name in names:
        yield name.rpartition("/")[2], archive.read(name).decode("utf-8", "replace")


def pack_pages(pages: dict[str, bytes]) -> bytes:
    """Return pages of Markdown as one archive, the same for the same pages."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(pages.items()):
            archive.writestr(zipfile.ZipInfo(name), text)
    return held.getvalue()
