"""What would become public, row by row: of a draft, an answer, a change, a withdrawal, of what a hold keeps back.

A form of publishing shows these rows and sends them back (shown.py). The digest of a draft's rows is what a legal
check and a scheduled time belong to: a change of any of them, wherever it is made, is seen.
"""

import re
from collections.abc import Iterable

from tracker.desk.accounts.permissions import public_name
from tracker.desk.catalogue.facts import Facts, Known, describe, facts_of
from tracker.desk.models import Draft, DraftEvidence, Hold, PendingChange
from tracker.desk.preview import changes_of
from tracker.desk.sign_off.contributors import (
    passages_named_first_by,
    sources_made_public_by,
    sources_named_first_by,
)
from tracker.desk.sign_off.shown import Row, digest_of
from tracker.pledges.models import RecordEntry, Report
from tracker.sources.models import Passage, Source, sha256_of

MAX_READ_CHARS = 5000
"""A longer value of a change is told by its digest: nobody reads it on the page."""
_PAGE_NUMBER = re.compile(r"[0-9]+|[ivxlcdm]+", re.IGNORECASE)
"""What a document calls most of its pages. Anything else is words, which the person chose who made the file."""


def rows_of_draft(draft: Draft) -> list[Row]:
    """Return everything that a draft would publish: words, evidence, and the sources that become public with it."""
    rows = [(change.label, change.after) for change in changes_of(draft)]
    rows += rows_of_evidence(draft.evidence.select_related("passage__source").defer("passage__source__text"))
    rows += _rows_of_sources(sources_made_public_by(draft, "slug"))
    return rows


def rows_of_evidence(ties: Iterable[DraftEvidence]) -> list[Row]:
    """Return what each passage that a draft cites says, and where it is."""
    return [(f"Evidence: {tie.get_role_display()}", f"{_words_of(tie.passage)} {tie.note}".strip()) for tie in ties]


def rows_with_source(slug: str, rows: Iterable[Row]) -> list[Row]:
    """Return the rows of a source as they are among those of a draft that makes it public."""
    return [(f"{label} of “{slug}”", words) for label, words in rows]


def digest_of_draft(draft: Draft) -> str:
    """Return the SHA-256 of everything that a draft would publish."""
    return digest_of(rows_of_draft(draft))


def rows_of_change(change: PendingChange) -> list[Row]:
    """Return what a change of the catalogue would do, as its object is now, and everything that becomes public by it.

    A value that is too long to read is told by its digest.
    """
    target = change.target
    rows = rows_of_facts(change, facts_of(target) if target is not None else {})
    passages = passages_named_first_by(change).select_related("source").defer("source__text")
    rows.extend(("Words that become public", _words_of(passage)) for passage in passages.order_by("pk"))
    rows.extend(_rows_of_sources(sources_named_first_by(change).order_by("slug")))
    return rows


def rows_of_facts(change: PendingChange, present: Facts, known: Known | None = None) -> list[Row]:
    """Return what a change would do to its object, whose facts now are ``present``. See ``facts.describe``."""
    rows = [(change.get_action_display(), f"{change.model_name}: {change.title}")]
    now = {name: present.get(name) for name in {**change.before, **change.after}}
    for fact in describe(change.target_model, now, change.after, known):
        rows += [(f"{fact.label}, now", _readable(fact.before)), (f"{fact.label}, then", _readable(fact.after))]
    return rows


def _readable(words: str) -> str:
    if len(words) <= MAX_READ_CHARS:
        return words
    return f"{len(words):,} characters, SHA-256 {sha256_of(words)}"


def _words_of(passage: Passage) -> str:
    """Return the words of a passage and where they are; without a text that is held, also what was typed beside."""
    words = f"“{passage.exact}” ({passage.source.slug}, characters {passage.start} to {passage.end})"
    if passage.source.has_text:
        return words
    if passage.prefix or passage.suffix:
        words += f", between “{passage.prefix}” and “{passage.suffix}”"
    if passage.checked_on:
        words += f", checked on {passage.checked_on:%-d %B %Y} against {passage.snapshot_sha256}"
    return words


def _rows_of_sources(sources: Iterable[Source]) -> list[Row]:
    rows = []
    for source in sources:
        rows += rows_with_source(source.slug, rows_of_source(source))
    return rows


def rows_of_source(source: Source) -> list[Row]:
    """Return what readers see of a source once something published cites it. Its text is told by its digest."""
    whole = f"{source.characters or 0:,} characters, SHA-256 {source.sha256 or 'not known'}"
    named = [label for label in source.page_labels if label and not _PAGE_NUMBER.fullmatch(label)]
    return [
        ("Title", source.display_title),
        ("Publisher", source.publisher),
        ("Kind", source.get_kind_display()),
        ("Published on", f"{source.published_on:%-d %B %Y}" if source.published_on else ""),
        ("Address", source.url),
        ("Archived copy", source.archived_url),
        ("Licence", source.get_licence_display()),
        ("Note", source.note),
        ("Whole text" if source.is_open else "Text (readers see only the passages)", whole),
        *([("Names of pages", _readable(", ".join(named)))] if named else []),
    ]


def rows_of_answer(report: Report) -> list[Row]:
    """Return what readers would see of the answer to a report."""
    correction = f"Entry {report.correction.position}" if report.correction else ""
    return [
        ("Page", report.page),
        ("Outcome", report.get_verdict_display()),
        ("Answer", report.answer),
        ("Entry that corrects it", correction),
        ("Answered by", report.answered_by),
    ]


def rows_of_entry(entry: RecordEntry) -> list[Row]:
    """Return the words of an entry that a legal withdrawal would delete."""
    return [("Entry", str(entry.position)), ("Headline", entry.headline), ("Explanation", entry.explanation)]


def rows_of_hold(hold: Hold) -> list[Row]:
    """Return what a hold keeps back, and why."""
    return [("Hold on", str(hold.target)), ("Placed by", public_name(hold.placed_by)), ("Why", hold.reason)]
