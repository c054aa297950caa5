"""Bring in spreadsheets of pledges: a person matches columns and values, each row becomes a draft, one transaction a
row. Nothing is published, and a row that fails harms no other. The only writer of SpreadsheetImport and ImportedRow.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import drafts
from tracker.desk.actions.drafts import check_ability
from tracker.desk.audit_log import record_action
from tracker.desk.models import Draft
from tracker.desk.spreadsheets.fields import plain_name
from tracker.desk.spreadsheets.mapping import (
    Mapping,
    MappingError,
    changed,
    complete_for,
    guess_mapping,
    mapping_as_json,
    mapping_from_json,
    parse_mapping,
)
from tracker.desk.spreadsheets.models import ImportedRow, ImportState, RowState, SpreadsheetImport
from tracker.desk.spreadsheets.plan import Catalogue, PlannedRow, digest_of_plan, plan_rows
from tracker.desk.spreadsheets.tables import ImportTable, Reading, TableError, read_table
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Body, Pledge, Review, Theme
from tracker.pledges.record.publish import Evidence
from tracker.sources.choices import Licence, SourceKind
from tracker.sources.models import Passage, Source
from tracker.sources.passages import passage_at
from tracker.sources.slugs import free_slug
from tracker.text.characters import without_hidden

MAPPINGS = Path("fixtures") / "mappings"
"""Mappings of files that other trackers publish, from the root of the project."""
SECONDS_AT_ONCE = 6.0
"""How long a person waits; the rows that are left are the worker's."""
KEEP_UNUSED = dt.timedelta(days=30)
"""How long a file is kept whose rows nobody brought in."""


class StalePlanError(Exception):
    """What was shown is not what would be brought in any more: nothing was written."""


@transaction.atomic
def upload(content: bytes, *, name: str, review: Review, by: Any, mapping: Mapping | None = None) -> SpreadsheetImport:
    """Keep a file, with a first guess of what its columns are, and return it.

    Raises PermissionDenied for who may not propose, ValidationError for a file that cannot be read as a table.
    """
    check_ability(by, Ability.PROPOSE)
    name = without_hidden(name)[-200:] or "list"
    try:
        table = read_table(content, name, mapping.reading if mapping else None)
    except TableError as error:
        raise ValidationError({"file": str(error)}) from error
    batch = SpreadsheetImport.objects.create(
        name=name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        review=review,
        brought_by=by,
        mapping=mapping_as_json(
            complete_for(mapping, table)
            if mapping
            else guess_mapping(table, [*_earlier_mappings(review, by), *kept_mappings().values()])
        ),
    )
    batch.contributors.add(by)
    record_action(by, "brought in a spreadsheet", name)
    return batch


def kept_mappings() -> dict[str, Mapping]:
    """Return the mappings that come with the project, by the names of their files; none where there is no folder."""
    mappings = {}
    for path in sorted((Path(settings.BASE_DIR) / MAPPINGS).glob("*.json")):
        try:
            mappings[path.stem] = parse_mapping(path.read_bytes())
        except (MappingError, OSError):
            continue
    return mappings


def _earlier_mappings(review: Review, by: Any) -> list[Mapping]:
    """Return the mappings of earlier files, without what others typed: they have no part in a file that is new."""
    mappings = []
    earlier = SpreadsheetImport.objects.filter(review=review, started_at__isnull=False).only("mapping", "brought_by")
    for batch in earlier.prefetch_related("contributors")[:20]:
        try:
            mapping = mapping_of(batch)
        except MappingError:
            continue
        writers = {batch.brought_by_id, *(person.pk for person in batch.contributors.all())}
        mappings.append(mapping if writers == {by.pk} else changed(mapping, constants={}, base_url=""))
    return mappings


def table_of(batch: SpreadsheetImport, reading: Reading | None = None) -> ImportTable:
    """Return the table in a file that is kept, as it is read now or would be read. Raises TableError."""
    if batch.content is None:
        raise TableError("This file is no longer stored. Bring it in again.")
    return read_table(bytes(batch.content), batch.name, reading or mapping_of(batch).reading)


def mapping_of(batch: SpreadsheetImport) -> Mapping:
    """Return what becomes of the columns and values of a file."""
    return mapping_from_json(batch.mapping)


@transaction.atomic
def save_mapping(batch: SpreadsheetImport, mapping: Mapping, *, by: Any) -> None:
    """Keep what becomes of the columns and values. Raises ValidationError once the rows were brought in.

    Who changes it has contributed to each draft that is made of the file: a value for all rows becomes public.
    """
    check_ability(by, Ability.PROPOSE)
    locked = SpreadsheetImport.objects.select_for_update().defer("content").get(pk=batch.pk)
    if locked.state != ImportState.MATCHING:
        raise ValidationError("Someone has already brought in the rows of this file, or removed it.")
    batch.mapping = mapping_as_json(mapping)
    if locked.mapping != batch.mapping:
        SpreadsheetImport.objects.filter(pk=batch.pk).update(mapping=batch.mapping)
        locked.contributors.add(by)


def catalogue_of(review: Review) -> Catalogue:
    """Return what is here that a row may name, and which rows came before."""

    def named(rows: Iterable[tuple[int, str, str]]) -> dict[str, str]:
        keys: dict[str, str] = {}
        for pk, slug, name in rows:
            keys |= {slug: str(pk), plain_name(slug): str(pk), plain_name(name): str(pk)}
        return keys

    made_rows = ImportedRow.objects.filter(review=review, state=RowState.MADE).values_list(
        "digest", "reference", "draft"
    )
    drafted = {digest: (reference, f"/desk/drafts/{draft}/") for digest, reference, draft in made_rows}
    return Catalogue(
        review=str(review.pk),
        reviews={slug: str(pk) for pk, slug in Review.objects.values_list("pk", "slug")},
        themes=named(Theme.objects.values_list("pk", "slug", "name")),
        bodies=named(Body.objects.values_list("pk", "slug", "name")),
        recommendations={str(number): str(pk) for pk, number in review.recommendations.values_list("pk", "number")},
        pledges={slug: str(pk) for pk, slug in Pledge.objects.values_list("pk", "slug")},
        digests={digest: url for digest, (_, url) in drafted.items()},
        references={reference: url for reference, url in drafted.values() if reference},
    )


def plan_of(batch: SpreadsheetImport, table: ImportTable | None = None) -> list[PlannedRow]:
    """Return what would become of each row now; ``table`` where it was read before. Raises TableError."""
    return plan_rows(table or table_of(batch), mapping_of(batch), catalogue_of(batch.review))


@transaction.atomic
def bring_in(batch: SpreadsheetImport, *, by: Any, shown: str = "") -> None:
    """Store the plan of a file, to be carried out by ``carry_out``. Nothing, where it is stored already.

    Raises StalePlanError where ``shown`` (digest_of_plan) is given and is not what would be done now, TableError.
    """
    check_ability(by, Ability.PROPOSE)
    locked = SpreadsheetImport.objects.select_for_update().get(pk=batch.pk)
    if locked.state != ImportState.MATCHING:
        return
    plan = plan_of(locked)
    if shown and shown != digest_of_plan(plan):
        raise StalePlanError
    states = {"new": RowState.WAITING, "same": RowState.SAME, "changed": RowState.CHANGED, "failed": RowState.FAILED}
    ImportedRow.objects.bulk_create(
        (
            ImportedRow(
                batch=locked, review=locked.review, number=row.number, digest=row.digest, reference=row.reference,
                state=states[row.state], title=row.title, plan=asdict(row), problem=row.problem[:500],
                earlier=row.earlier,
            )
            for row in plan
        ),
        batch_size=200,
    )  # fmt: skip
    locked.contributors.add(locked.brought_by_id, by)
    # The file is not needed any more: what came of it is in the drafts and rows.
    SpreadsheetImport.objects.filter(pk=locked.pk).update(
        state=ImportState.RUNNING, started_at=timezone.now(), brought_by=by, content=None
    )
    batch.refresh_from_db()
    record_action(by, "started an import of", batch.name, url=batch.get_absolute_url())


def carry_out(
    batch: SpreadsheetImport, *, seconds: float | None = None, on_progress: Callable[[int], None] = lambda done: None
) -> bool:
    """Make drafts of the rows that wait, for so many seconds at most, and return whether none is left.

    May run in several processes at once: a row is made once.
    """
    until = None if seconds is None else time.monotonic() + seconds
    waiting = list(batch.rows.filter(state=RowState.WAITING).order_by("id").values_list("pk", flat=True))
    writers = [batch.brought_by, *batch.contributors.all()]
    for done, pk in enumerate(waiting, start=1):
        if until is not None and time.monotonic() > until:
            return False
        _make(pk, batch.brought_by, writers)
        on_progress(done)
    SpreadsheetImport.objects.filter(pk=batch.pk, state=ImportState.RUNNING).update(state=ImportState.DONE)
    batch.refresh_from_db()
    return True


def carry_out_waiting() -> int:
    """Make drafts of all rows that wait, and return of how many files. For the worker."""
    number = 0
    for batch in SpreadsheetImport.objects.filter(state=ImportState.RUNNING).order_by("id"):
        carry_out(batch)
        number += 1
    return number


def drop_unused() -> int:
    """Forget files whose rows nobody brought in for thirty days; return how many. For the worker."""
    old = SpreadsheetImport.objects.filter(state=ImportState.MATCHING, brought_at__lt=timezone.now() - KEEP_UNUSED)
    return old.update(state=ImportState.DROPPED, content=None)


@transaction.atomic
def drop_import(batch: SpreadsheetImport, *, by: Any) -> None:
    """Forget a file whose rows were not brought in. Nothing, once they were."""
    check_ability(by, Ability.PROPOSE)
    if SpreadsheetImport.objects.filter(pk=batch.pk, state=ImportState.MATCHING).update(
        state=ImportState.DROPPED, content=None
    ):
        record_action(by, "dropped a spreadsheet", batch.name)
    batch.refresh_from_db()


def undo(batch: SpreadsheetImport, *, by: Any) -> tuple[int, int]:
    """Discard the drafts of an import that nobody touched since; return how many, and how many stay.

    A draft that somebody else began stays: they discard it. Raises PermissionDenied for who may not propose.
    """
    check_ability(by, Ability.PROPOSE)
    discarded = left = 0
    for pk in list(batch.rows.filter(state=RowState.MADE).order_by("id").values_list("pk", flat=True)):
        with transaction.atomic():
            row = ImportedRow.objects.select_for_update(of=("self",)).select_related("draft").get(pk=pk)
            draft = row.draft
            if draft is None or draft.proposer_id != by.pk or not row.is_untouched:
                left += 1
                continue
            drafts.discard(draft, by=by)
            ImportedRow.objects.filter(pk=pk).update(state=RowState.UNDONE)
            discarded += 1
    return discarded, left


def earlier_rows(rows: Iterable[ImportedRow]) -> dict[int, ImportedRow]:
    """Return, by the key of each row that changed since, the row of an earlier file that it goes on from."""
    later_rows = [row for row in rows if row.state == RowState.CHANGED and row.reference]
    made_rows = ImportedRow.objects.filter(
        review__in={row.review_id for row in later_rows}, reference__in={row.reference for row in later_rows},
        state=RowState.MADE,
    ).select_related("draft__pledge")  # fmt: skip
    earlier = {(row.review_id, row.reference): row for row in made_rows.order_by("pk")}
    keys = {row.pk: (row.review_id, row.reference) for row in later_rows}
    return {pk: earlier[key] for pk, key in keys.items() if key in earlier}


@transaction.atomic
def take_new_words(row: ImportedRow, *, by: Any) -> Draft:
    """Give the draft of an earlier file's row the facts and words of the row that changed, and return the draft.

    Everybody who contributed to the file has contributed to the draft then, not only who takes the words.
    Raises ValidationError where the row has no such draft, or somebody worked on it: theirs is never overwritten.
    """
    check_ability(by, Ability.PROPOSE)
    row = ImportedRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    earlier = earlier_rows([row]).get(row.pk)
    draft = drafts.lock_draft(earlier.draft) if earlier and earlier.draft else None
    if earlier is None or draft is None:
        raise ValidationError("The draft of this row no longer exists, or already has its words.")
    earlier.draft = draft
    if not earlier.is_untouched:
        raise ValidationError("Someone has changed this draft since. Nothing was overwritten. Open it and compare.")
    facts = row.plan["facts"] | {"slug": draft.facts.get("slug") or row.plan["facts"].get("slug", [])}
    writers = [by, *row.batch.contributors.all()]
    draft = drafts.replace_facts(draft, facts, _evidence_of(row, writers), by=by, writers=writers)
    # The draft is the later row's from now on: the same file, brought in once more, finds it unchanged.
    ImportedRow.objects.filter(pk=earlier.pk).update(state=RowState.REPLACED, draft=None)
    ImportedRow.objects.filter(pk=row.pk).update(state=RowState.MADE, draft=draft, version=draft.version)
    return draft


def take_all_new_words(batch: SpreadsheetImport, *, by: Any) -> tuple[int, int]:
    """Take the new words of each row of a file that changed; return how many, and how many were left as they are."""
    taken = left = 0
    for row in batch.rows.filter(state=RowState.CHANGED).order_by("id"):
        try:
            take_new_words(row, by=by)
            taken += 1
        except ValidationError:
            left += 1
    return taken, left


# --- One row --------------------------------------------------------------------------------------


def _make(pk: int, by: Any, writers: Sequence[Any]) -> None:
    """Make a draft of one row, or say why there is none; whatever goes wrong, the other rows go on.

    ``by`` brings the rows in; ``writers`` are all who contributed to the file: none of them signs off the draft.
    """
    try:
        with transaction.atomic():
            row = ImportedRow.objects.select_for_update(of=("self",)).get(pk=pk)
            if row.state != RowState.WAITING:
                return
            row.draft = drafts.start_pledge(row.plan["facts"], _evidence_of(row, writers), by=by, writers=writers)
            row.state, row.version = RowState.MADE, row.draft.version
            row.save(update_fields=["draft", "state", "version"])
    except IntegrityError:  # another file had the same row in the meantime
        _say(pk, RowState.SAME, "It was brought in with another file at the same time.")
    except ValidationError as error:
        _say(pk, RowState.FAILED, " ".join(error.messages))
    except DatabaseError:
        raise  # the database is away, or full: the row waits, and is tried again
    except Exception as error:  # an error of ours in one row: it is told there, and the others come in
        _say(pk, RowState.FAILED, f"It could not be brought in ({type(error).__name__}).")


def _say(pk: int, state: RowState, problem: str) -> None:
    ImportedRow.objects.filter(pk=pk, state=RowState.WAITING).update(state=state, problem=problem[:500])


def _evidence_of(row: ImportedRow, writers: Sequence[Any]) -> list[Evidence]:
    evidence: dict[tuple[int, str], Evidence] = {}
    for cited in row.plan["evidence"]:
        passage = _passage_of(cited["words"], _source_of(cited["source"], writers), writers)
        evidence.setdefault((passage.pk, cited["role"]), Evidence(passage, EvidenceRole(cited["role"]), cited["note"]))
    return list(evidence.values())


def _source_of(about: dict[str, str], writers: Sequence[Any]) -> Source:
    """Return the source at an address, the newest snapshot of several; where there is none, one without a text."""
    url, title = about.get("url", ""), about.get("title", "")[:300]
    known = Source.objects.filter(url=url) if url else Source.objects.filter(url="", title=title)
    if not url and not title:
        known = known.filter(slug=about["slug"])
    newest = known.filter(superseded_by__isnull=True).order_by("-pk").first()
    if newest is not None:
        return newest
    kind, licence = about.get("kind", ""), about.get("licence", "")
    source = Source(
        slug=free_slug(title or url.partition("://")[2] or about["slug"]),
        title=title,
        publisher=about.get("publisher", "")[:200],
        kind=kind if kind in SourceKind.values else SourceKind.OTHER,
        licence=licence if licence in Licence.values else Licence.RESERVED,
        url=url,
        archived_url=about.get("archived_url", ""),
        published_on=dt.date.fromisoformat(about["published_on"]) if about.get("published_on") else None,
    )
    source.full_clean()
    source.save()
    source.contributors.add(*writers)
    return source


def _passage_of(words: str, source: Source, writers: Sequence[Any]) -> Passage:
    """Return the words as a passage: at their place where the source has them once, else quoted and not checked."""
    if source.has_text and source.text.count(words) == 1:
        return passage_at(source, source.text.index(words), words, by=writers)
    passage = source.passages.filter(start__isnull=True, exact=words).first()
    if passage is None:
        passage = Passage(source=source, exact=words)
        passage.save()
        passage.contributors.add(*writers)
    return passage
