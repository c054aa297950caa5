"""The record as it is downloaded and verified: each entry as one object, as docs/record-format.md has it.

Read in chunks by position, so that no read holds a writer up, and from values rather than model instances: the whole
record is read often (verified each night, offered as a file), and instances cost four times as much.
"""

import json
from collections import defaultdict, namedtuple
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import ExpressionWrapper, F, Func, QuerySet, TextField
from django.db.models.functions import Cast

from tracker.pledges.choices import EntryKind
from tracker.pledges.compiled_query import Parameter, compiled_rows
from tracker.pledges.models import Citation, FactsEntry, RecordEntry
from tracker.pledges.record.hash_chain import (
    ENTRY_FORM,
    EVIDENCE_FORM,
    FACTS_FORM,
    FACTS_VERSION,
    STATEMENT_FORM,
    committed_facts_fields,
    committed_fields,
    evidence_fields,
    sha256_hex,
    statement_text,
    text_digest,
)
from tracker.pledges.record.links import last_link

_CHUNK = 2_000
_AS_NAMED = (
    *("pk", "position", "previous", "kind", "status", "step", "headline_digest", "explanation_digest"),
    *("statement_digest", "proposed_by", "published_by", "second_review", "reason", "digest"),
)
_FIELDS = {name: name for name in _AS_NAMED} | {
    "pledge": "pledge__slug",
    "effective_on": "happened",
    "looked_until": "looked",
    "published_at": "published",
    "corrects": "corrects__position",
    "headline": "text__headline",
    "headline_salt": "text__headline_salt",
    "explanation": "text__explanation",
    "explanation_salt": "text__explanation_salt",
    "statement": "text__statement",
    "statement_salt": "text__statement_salt",
}
"""What is read of an entry, and from which column."""
_FACTS_FIELDS = {
    name: name
    for name in (
        *("position", "previous", "kind", "subject_type", "subject_id", "facts", "facts_salt", "facts_digest"),
        *("program", "proposed_by", "published_by", "second_review", "reason", "digest"),
    )
} | {"published_at": "published"}
"""The same of an entry of facts."""
_FactsRow = namedtuple("_FactsRow", _FACTS_FIELDS)  # type: ignore[misc]
_Row = namedtuple("_Row", _FIELDS)  # type: ignore[misc]  # the names are above, once
_EVIDENCE_PATHS = {
    "role": "role", "exact": "passage__exact", "note": "note", "source": "passage__source__slug",
    "source_sha256": "source_sha256",
}  # fmt: skip
_EVIDENCE = tuple(_EVIDENCE_PATHS.values())


class Instant(Func):
    """An instant as format_timestamp writes it: RFC 3339 in UTC with microseconds."""

    function = "to_char"
    template = """%(function)s(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite has instants in UTC as text, without microseconds where these are 0.

        Nothing of it is cut off: with a time zone that somebody wrote behind it, pages show another instant.
        """
        return self.as_sql(
            compiler,
            connection,
            function="replace",
            template="%(function)s(%(expressions)s, ' ', 'T') || "
            "CASE length(%(expressions)s) WHEN 19 THEN '.000000Z' ELSE 'Z' END",
            **context,
        )


def written() -> dict[str, Any]:
    """Return, as annotations of entries, their days and instants as the database can write them: as they are told."""
    return {
        "happened": Cast("effective_on", TextField()),
        "looked": Cast("looked_until", TextField()),
        "published": Instant("published_at"),
    }


def exported(*, after: int = 0, limit: int = _CHUNK) -> list[dict[str, Any]]:
    """Return up to ``limit`` entries after a position as the download has them, in order.

    Those are committed fields, digest, and words with their salts. Takes three queries for however many entries. Words
    that were withdrawn, and their salts, are None.
    """
    return [_exported(row, fields) for row, fields in _read(after + 1, after + limit)]


def _read(first: int, last: int) -> list[tuple[Any, dict[str, Any]]]:
    """Return the entries of a span of positions, in order, each as a row with the fields that it commits to."""
    of_entries = RecordEntry.objects.filter(position__range=(first, last)).order_by("position").annotate(**written())
    rows: list[Any] = list(map(_Row._make, of_entries.values_list(*_FIELDS.values())))
    of_facts = FactsEntry.objects.filter(position__range=(first, last)).annotate(published=Instant("published_at"))
    facts: list[Any] = list(map(_FactsRow._make, of_facts.order_by().values_list(*_FACTS_FIELDS.values())))
    rests_on = defaultdict(list)
    if rows:
        # By the span of positions: SQLite bounds how many keys a query may name.
        span = (rows[0].position, rows[-1].position)
        citations = Citation.objects.filter(update__position__range=span).order_by("pk")
        for key, *values in citations.values_list("update_id", *_EVIDENCE):
            rests_on[key].append(evidence_fields(*values))
    committed = [(row, _committed(row, rests_on[row.pk])) for row in rows]
    committed += [(row, committed_facts_fields(row)) for row in facts]
    return sorted(committed, key=lambda entry: entry[0].position) if facts else committed


def exported_entry(position: int) -> dict[str, Any] | None:
    """Return one entry as the download has it; None where there is none. One query; for an entry of facts two."""
    rows = compiled_rows("entry with evidence", _entry_with_evidence, position=position)
    if rows:
        row: Any = _Row._make(rows[0][: len(_FIELDS)])
        cited = [values[len(_FIELDS) :] for values in rows]
        rests_on = [evidence_fields(*values) for key, *values in cited if key is not None]
        return _exported(row, _committed(row, rests_on))
    for values in compiled_rows("entry of facts", _entry_of_facts, position=position):
        row = _FactsRow._make(values)
        return _exported(row, committed_facts_fields(row))
    return None


def _entry_with_evidence() -> QuerySet[RecordEntry, Any]:
    """Return an entry about a pledge: a row for each passage that it cites, or one without any."""
    rows = RecordEntry.objects.filter(position=Parameter("position")).annotate(**written())
    evidence = (f"citations__{name}" for name in ("pk", *_EVIDENCE))
    return rows.order_by("citations__pk").values_list(*_FIELDS.values(), *evidence)


def _entry_of_facts() -> QuerySet[FactsEntry, Any]:
    rows = FactsEntry.objects.filter(position=Parameter("position")).annotate(published=Instant("published_at"))
    return rows.order_by().values_list(*_FACTS_FIELDS.values())


def _committed(row: Any, rests_on: list[dict[str, str]]) -> dict[str, Any]:
    return committed_fields(row, rests_on, pledge=row.pledge, corrects=row.corrects)


def _exported(row: Any, fields: dict[str, Any]) -> dict[str, Any]:
    if fields["version"] == FACTS_VERSION:
        salt = row.facts_salt
        return {**fields, "digest": row.digest, "facts": row.facts, "facts_salt": salt or None}
    statement = {}
    if row.kind == EntryKind.PLEDGE:
        statement = {"statement": row.statement, "statement_salt": row.statement_salt or None}
    return {
        **statement,
        **fields,
        "digest": row.digest,
        "headline": row.headline if row.headline_salt else row.headline or None,
        "headline_salt": row.headline_salt or None,
        "explanation": row.explanation if row.explanation_salt else row.explanation or None,
        "explanation_salt": row.explanation_salt or None,
    }


def commitments(*, after: int = 0, up_to: int | None = None) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield the record in order, between two positions or all of it: what is kept of an entry, and what it commits to.

    The first has the columns of ``_FIELDS`` or ``_FACTS_FIELDS`` as attributes: words and salts that were withdrawn
    are empty.
    """
    last = last_link()
    end = min(last.position if last else 0, up_to or 2**63)
    while after < end:
        yield from _read(after + 1, min(after + _CHUNK, end))
        after += _CHUNK


def entries(*, up_to: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the record in order as the download has it, as far as a position or all of it."""
    for row, fields in commitments(up_to=up_to):
        yield _exported(row, fields)


def exported_lines(*, up_to: int | None = None) -> Iterator[str]:
    """Yield the record as record.ndjson has it, an entry a line, as far as a position or all of it."""
    for entry in entries(up_to=up_to):
        yield json.dumps(entry, ensure_ascii=False) + "\n"


# --- Digests made anew ----------------------------------------------------------------------------

_AS_STORED = {
    "second_review": "second_review_as_stored",
    "statement": "statement_as_stored",
    "facts": "facts_as_stored",
}
"""Columns that are read without Django's converters: these take as long as the database does."""
_BESIDE = ("pk", "position", "second_review", "corrects", "digest", "headline", "headline_salt",
           "explanation", "explanation_salt", "statement", "statement_salt")  # fmt: skip
_FACTS_BESIDE = ("position", "second_review", "subject_id", "digest", "facts", "facts_salt")
_STRINGS = len(STATEMENT_FORM.names)
_TRUTH = {0: "false", 1: "true"}
_HEADLINE_DIGEST, _EXPLANATION_DIGEST = map(ENTRY_FORM.names.index, ("headline_digest", "explanation_digest"))
_KIND, _PREVIOUS, _PUBLISHED_AT = map(ENTRY_FORM.names.index, ("kind", "previous", "published_at"))
_FACTS_DIGEST, _FACTS_PREVIOUS, _FACTS_AT = map(FACTS_FORM.names.index, ("facts_digest", "previous", "published_at"))

CheckedLink = tuple[int, str, str, str, bool]
"""Position, digest of the entry before, digest, instant of publication, and whether all of its digests are right."""


def checked_links(first: int, last: int) -> list[CheckedLink]:
    """Return the entries of a span of positions, in order, their digests made anew from what is stored.

    Of one without words that were withdrawn the digests are not right. Three queries.
    """
    parameters = {"first": first, "last": last}
    evidence: defaultdict[int, list[str]] = defaultdict(list)
    for key, *values in compiled_rows("evidence of links", _evidence_rows, **parameters):
        evidence[key].append(EVIDENCE_FORM.fill(values))
    links = [
        _checked_entry(row, evidence.get(row[_STRINGS], ()))
        for row in compiled_rows("links with words", _entry_rows, **parameters)
    ]
    if facts := [_checked_facts(row) for row in compiled_rows("links with facts", _facts_rows, **parameters)]:
        links = sorted(links + facts)
    return links


def _span() -> tuple[Parameter, Parameter]:
    return Parameter("first"), Parameter("last")


def _as_stored(name: str) -> Any:
    return ExpressionWrapper(F(name), output_field=TextField())


def _entry_rows() -> QuerySet[RecordEntry, Any]:
    rows = RecordEntry.objects.filter(position__range=_span()).order_by("position").annotate(**written())
    rows = rows.annotate(
        second_review_as_stored=_as_stored("second_review"), statement_as_stored=_as_stored("text__statement")
    )
    return rows.values_list(*(_AS_STORED.get(name, _FIELDS[name]) for name in (*STATEMENT_FORM.names, *_BESIDE)))


def _evidence_rows() -> QuerySet[Citation, Any]:
    rows = Citation.objects.filter(update__position__range=_span()).order_by("pk")
    return rows.values_list("update_id", *(_EVIDENCE_PATHS[name] for name in EVIDENCE_FORM.names))


def _facts_rows() -> QuerySet[FactsEntry, Any]:
    rows = FactsEntry.objects.filter(position__range=_span()).order_by()
    rows = rows.annotate(
        published=Instant("published_at"),
        second_review_as_stored=_as_stored("second_review"),
        facts_as_stored=_as_stored("facts"),
    )
    columns = (*FACTS_FORM.names, *_FACTS_BESIDE)
    return rows.values_list(*(_AS_STORED.get(name, _FACTS_FIELDS[name]) for name in columns))


def _checked_entry(row: tuple[Any, ...], evidence: Sequence[str]) -> CheckedLink:
    (_, position, second_review, corrects, digest, headline, headline_salt, explanation, explanation_salt, statement,
     statement_salt) = row[_STRINGS:]  # fmt: skip
    statement_digest = row[_STRINGS - 1]
    form = STATEMENT_FORM if statement_digest else ENTRY_FORM
    try:
        corrected = "null" if corrects is None else corrects
        cited = f"[{','.join(evidence)}]"
        text = form.fill(row[: len(form.names)], position, _TRUTH[second_review], corrected, cited)
        is_right = (
            sha256_hex(text) == digest
            and text_digest(headline, headline_salt) == row[_HEADLINE_DIGEST]
            and text_digest(explanation, explanation_salt) == row[_EXPLANATION_DIGEST]
            and (
                _has_digest(statement, statement_salt, statement_digest)
                if row[_KIND] == EntryKind.PLEDGE
                else statement is None and not statement_salt
            )
        )
    except (TypeError, ValueError, LookupError):  # a column has what no release writes
        is_right = False
    return position, row[_PREVIOUS], digest, row[_PUBLISHED_AT], is_right


def _checked_facts(row: tuple[Any, ...]) -> CheckedLink:
    number = len(FACTS_FORM.names)
    position, second_review, subject_id, digest, facts, facts_salt = row[number:]
    try:
        text = FACTS_FORM.fill(row[:number], position, _TRUTH[second_review], subject_id)
        is_right = sha256_hex(text) == digest and _has_digest(facts, facts_salt, row[_FACTS_DIGEST])
    except (TypeError, ValueError, LookupError):
        is_right = False
    return position, row[_FACTS_PREVIOUS], digest, row[_FACTS_AT], is_right


def _has_digest(stored: str, salt: str, digest: str) -> bool:
    """Whether facts, as the database has them in JSON, have a salted digest."""
    return text_digest(statement_text(json.loads(stored)), salt) == digest
