"""Append entries of facts: the only writer of FactsEntry.

Called by whatever changes what readers see, within its transaction. Nothing is appended before ``begin_facts`` put on
the record what was there: until then a record has entries about pledges alone.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, Max, Model, OuterRef, QuerySet

from tracker.pledges.choices import FactsKind, SubjectName
from tracker.pledges.compiled_query import compiled_rows, compiled_rows_among
from tracker.pledges.facts.subjects import (
    CHUNK,
    SUBJECT_TYPES,
    Subject,
    SubjectFacts,
    by_type,
    facts_subject,
    read_facts,
    with_named,
)
from tracker.pledges.models import CatalogueVersion, FactsEntry, RecordEntry
from tracker.pledges.record.hash_chain import (
    committed_facts_fields,
    entry_digest,
    new_salt,
    statement_text,
    text_digest,
)
from tracker.pledges.record.links import next_place
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.signatures import sign_facts
from tracker.pledges.record.tree import extend_tree

OPERATOR = "Operator"
"""The name of who changes facts by a command."""


class Signers(NamedTuple):
    """Who is behind an entry: who proposed it, the second person or nobody, the account that published it."""

    by: str
    approved_by: str = ""
    account: int | None = None


def are_facts_recorded() -> bool:
    """Whether the record has entries of facts. One query."""
    return bool(compiled_rows("first facts", lambda: FactsEntry.objects.order_by().values_list("pk")[:1]))


def record_facts(
    rows: Iterable[Model | Subject], *, signers: Signers, reason: str = "", published_at: dt.datetime | None = None
) -> list[FactsEntry]:
    """Append an entry for each row, or subject, that readers see otherwise than its last entry says; return them.

    So do passages and sources that readers see because of them, which come first. A row that is gone has an entry
    without facts. Nothing is appended before ``begin_facts``. ``published_at`` is the instant of what made readers see
    them, None: now. What it costs depends on the rows alone.
    """
    subjects = _subjects_of(rows)
    if not subjects or not are_facts_recorded():
        return []
    with record_lock():
        appended: list[FactsEntry] = []
        wanted = with_named(subjects)
        for name, keys in by_type([*_earlier_facts_of(wanted, recorded=False), *wanted]).items():
            appended += _append_changed(name, keys, signers, reason, published_at)
        if appended:
            extend_tree()
    return appended


@record_lock()
def withdraw_facts(rows: Iterable[Model | Subject], *, signers: Signers, reason: str) -> list[FactsEntry]:
    """Append what is left of rows after a withdrawal for legal reasons, and take the words out of earlier entries.

    So of what pages of past days show of them. Of what readers see today the caller takes the words first.
    """
    appended: list[FactsEntry] = []
    subjects = _subjects_of(rows)
    for name, keys in by_type([*_earlier_facts_of(subjects, recorded=True), *subjects]).items():
        on_record = last_facts(name, keys)
        now = read_facts(name, list(on_record))
        versions = CatalogueVersion.objects.in_bulk(list(on_record)) if name == SubjectName.EARLIER_FACTS else {}
        for key, version in versions.items():
            now[key]["facts"] = version.facts_without_words()
        left = [(Subject(name, key), now.get(key, {})) for key in on_record]
        for entry in _append(left, signers, reason, kind=FactsKind.WITHDRAWAL):
            earlier = FactsEntry.objects.filter(subject_type=name, subject_id=entry.subject_id)
            earlier.filter(position__lt=entry.position).update(facts=None, facts_salt="")
            if entry.subject_id in versions:
                CatalogueVersion.objects.filter(pk=entry.subject_id).update(facts=now[entry.subject_id]["facts"])
            appended.append(entry)
    extend_tree()
    return appended


@record_lock()
def begin_facts(*, signers: Signers) -> int:
    """Put on the record all that readers see and it does not have yet; return how many entries that took.

    Once, when a tracker is new or comes from a release without them. Raises ValidationError where it was done.
    """
    if are_facts_recorded():
        raise ValidationError("Facts are on the record already. Each change is recorded with it.")
    number = 0
    for name, described in SUBJECT_TYPES.items():
        keys = list(described.visible().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            number += len(_append_changed(name, keys[start : start + CHUNK], signers, ""))
            extend_tree()
    return number


def begin_facts_of_new_tracker(*, signers: Signers) -> int:
    """The same where a tracker has no entry at all; nothing where it has, or facts are on the record."""
    if are_facts_recorded() or RecordEntry.objects.exists():
        return 0
    return begin_facts(signers=signers)


def last_facts(name: str, keys: Collection[int]) -> dict[int, SubjectFacts]:
    """Return what the last entry about each of these subjects says; those without an entry are left out. One query."""

    def rows(among: list[Any]) -> QuerySet[FactsEntry, Any]:
        about = FactsEntry.objects.filter(subject_type=name, subject_id__in=among)
        last = about.order_by().values("subject_id").annotate(last=Max("position")).values("last")
        return FactsEntry.objects.filter(position__in=last).values_list("subject_id", "facts")

    return {key: facts or {} for key, facts in compiled_rows_among(("last facts", name), keys, rows)}


def changed_names(before: SubjectFacts, now: SubjectFacts) -> list[str]:
    """Return the names of facts that differ. One that an earlier release did not have may be empty."""
    return [name for name, value in now.items() if (before[name] != value if name in before else value)]


def _append_changed(
    name: str, keys: Collection[int], signers: Signers, reason: str, published_at: dt.datetime | None = None
) -> list[FactsEntry]:
    last, now = last_facts(name, keys), read_facts(name, keys)
    new = [key for key in keys if key not in last and key in now]
    visible = set(SUBJECT_TYPES[name].visible().filter(pk__in=new).values_list("pk", flat=True)) if new else set()
    changed = []
    for key in keys:
        facts = now.get(key, {})
        if key in last:
            differs = bool(changed_names(last[key], facts)) or bool(facts) != bool(last[key])
        else:
            differs = key in visible
        if differs:
            changed.append((Subject(name, key), facts))
    return _append(changed, signers, reason, published_at=published_at)


def _append(
    changed: Sequence[tuple[Subject, SubjectFacts]],
    signers: Signers,
    reason: str,
    *,
    kind: FactsKind = FactsKind.FACTS,
    published_at: dt.datetime | None = None,
) -> list[FactsEntry]:
    if not changed:
        return []
    position, previous, instant = next_place(published_at)
    entries: list[FactsEntry] = []
    others_before = position - 1 - (compiled_rows("number of facts", _number_of_facts) or [(0,)])[0][0]
    for subject, facts in changed:
        entry = FactsEntry(
            position=position,
            others_before=others_before,
            previous=previous,
            published_at=instant,
            kind=kind,
            subject_type=subject.type,
            subject_id=subject.id,
            facts=facts,
            facts_salt=new_salt(),
            program=settings.VERSION,
            proposed_by=signers.by,
            published_by=signers.approved_by or signers.by,
            second_review=bool(signers.approved_by),
            reason=reason,
            account=signers.account,
        )
        entry.facts_digest = text_digest(statement_text(facts), entry.facts_salt)
        entry.digest = entry_digest(committed_facts_fields(entry))
        sign_facts(entry)
        entry.clean_fields()
        entries.append(entry)
        position, previous = position + 1, entry.digest
    return FactsEntry.objects.bulk_create(entries)


def _number_of_facts() -> QuerySet[FactsEntry, Any]:
    last = FactsEntry.objects.order_by("-position").annotate(own=F("position") - F("others_before"))
    return last.values_list("own")[:1]


def _subjects_of(rows: Iterable[Model | Subject]) -> list[Subject]:
    subjects = (row if isinstance(row, Subject) else facts_subject(row) for row in rows)
    return [subject for subject in subjects if subject is not None]


def _earlier_facts_of(subjects: Iterable[Subject], *, recorded: bool) -> Iterator[Subject]:
    """Yield the earlier facts of subjects, with an entry or without: what a page of a past day shows of them."""
    for name, keys in by_type(subjects).items():
        model = SUBJECT_TYPES[name].model._meta.model_name
        if name not in (SubjectName.REVIEW, SubjectName.RECOMMENDATION, SubjectName.BODY, SubjectName.THEME):
            continue
        entries = FactsEntry.objects.filter(subject_type=SubjectName.EARLIER_FACTS, subject_id=OuterRef("pk"))
        has_entry = Exists(entries) if recorded else ~Exists(entries)
        versions = CatalogueVersion.objects.filter(has_entry, model=model, object_pk__in=keys).order_by("pk")
        for key in versions.values_list("pk", flat=True):
            yield Subject(SubjectName.EARLIER_FACTS, key)
