"""What would become public, row by row: of a draft, of an answer, of a withdrawal, of what a hold keeps back.

A form of publishing shows these rows and sends them back (shown.py). The digest of a draft's rows is what a legal
check and a scheduled time belong to: a change of any of them, wherever it is made, is seen.
"""

from tracker.desk.accounts.permissions import public_name
from tracker.desk.models import Draft, Hold
from tracker.desk.preview import changes_of
from tracker.desk.sign_off.contributors import sources_made_public_by
from tracker.desk.sign_off.shown import Row, digest_of
from tracker.pledges.models import RecordEntry, Report
from tracker.sources.models import Source


def rows_of_draft(draft: Draft) -> list[Row]:
    """Return everything that a draft would publish: words, evidence, and the sources that become public with it."""
    rows = [(change.label, change.after) for change in changes_of(draft)]
    for evidence in draft.evidence.select_related("passage__source").defer("passage__source__text"):
        passage = evidence.passage
        where = f"{passage.source.slug}, characters {passage.start} to {passage.end}"
        rows.append(
            (f"Evidence: {evidence.get_role_display()}", f"“{passage.exact}” ({where}) {evidence.note}".strip())
        )
    for source in sources_made_public_by(draft).order_by("slug"):
        rows.extend((f"{label} of “{source.slug}”", words) for label, words in rows_of_source(source))
    return rows


def digest_of_draft(draft: Draft) -> str:
    """Return the SHA-256 of everything that a draft would publish."""
    return digest_of(rows_of_draft(draft))


def rows_of_source(source: Source) -> list[Row]:
    """Return what readers see of a source once something published rests on it. Its text is told by its digest."""
    whole = f"{source.characters or 0:,} characters, SHA-256 {source.sha256 or 'not known'}"
    return [
        ("Title", source.display_title),
        ("Publisher", source.publisher),
        ("Kind", source.get_kind_display()),
        ("Published on", f"{source.published_on:%-d %B %Y}" if source.published_on else ""),
        ("Address", source.url),
        ("Archived copy", source.archived_url),
        ("Licence", source.get_licence_display()),
        ("Note", source.note),
        ("Whole text" if source.is_open else "Text, of which readers see the passages", whole),
    ]


def rows_of_answer(report: Report) -> list[Row]:
    """Return what readers would see of the answer to a report."""
    correction = f"Entry {report.correction.position}" if report.correction else ""
    return [
        ("Page", report.page),
        ("What came of it", report.get_verdict_display()),
        ("Answer", report.answer),
        ("Entry that puts it right", correction),
        ("Answered by", report.answered_by),
    ]


def rows_of_entry(entry: RecordEntry) -> list[Row]:
    """Return the words of an entry that a legal withdrawal would delete."""
    return [("Entry", str(entry.position)), ("Headline", entry.headline), ("Explanation", entry.explanation)]


def rows_of_hold(hold: Hold) -> list[Row]:
    """Return what a hold keeps back, and why."""
    return [("Hold on", str(hold.target)), ("Placed by", public_name(hold.placed_by)), ("Why", hold.reason)]
