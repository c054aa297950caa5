"""Bring documents in: a person brings one, the worker reads it, a person confirms what it is. Each verb is one
transaction; the only writer of Intake, Original and the sources made from them."""

import datetime as dt
import hashlib
import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from tracker.core.job_progress import WorkStoppedError, report_progress
from tracker.sources.choices import IntakeState
from tracker.sources.documents.fetch import FetchedDocument, FetchRefusedError, fetch
from tracker.sources.documents.result import MAX_FILE_BYTES, DocumentError, Extract
from tracker.sources.documents.sandbox import extract_in_sandbox
from tracker.sources.models import Intake, Source, SourceFile

LEASE_TIME = dt.timedelta(minutes=5)
"""After this long a worker that said nothing is taken to be dead."""
TRIES = 3
KEEP_UNSTORED = dt.timedelta(days=30)
"""How long a document that nobody confirmed is kept."""
SOURCE_FIELDS = ["title", "publisher", "kind", "url", "archived_url", "published_on", "licence", "note"]
"""The fields of Source that a person confirms."""
_MAX_LAYOUT = 10_000
"""Headings, and pieces of furniture, that are kept of one document."""
_FORGOTTEN: dict[str, Any] = {"content": None, "text": "", "pages": [], "page_labels": [], "layout": {}}
_DROPPED = _FORGOTTEN | {"state": IntakeState.DROPPED, "claimed_at": None}


def upload_file(
    content: bytes,
    *,
    name: str,
    by: Any,
    content_type: str = "",
    facts: Mapping[str, str] | None = None,
    supersedes: Source | None = None,
) -> Intake:
    """Keep a document until the worker reads it, and return it. ``facts`` is what the person already knows of it.

    Raises ValidationError for one that is empty or too large.
    """
    if not content:
        raise ValidationError({"file": "The file is empty."})
    if len(content) > MAX_FILE_BYTES:
        raise ValidationError({"file": f"Choose a file of {MAX_FILE_BYTES // 1024 // 1024} MB or less."})
    return Intake.objects.create(
        name=_clean(name)[:200],
        content=content,
        content_type=_clean(content_type)[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        brought_by=by,
        facts=dict(facts or {}),
        supersedes=supersedes,
    )


def request_address(
    url: str, *, by: Any, facts: Mapping[str, str] | None = None, supersedes: Source | None = None
) -> Intake:
    """Keep an address until the worker fetches it, and return it.

    Raises ValidationError where this installation does not fetch addresses, or it is none of the web.
    """
    if not settings.FETCH_ADDRESSES:
        raise ValidationError({"url": "This site cannot download from addresses. Upload the document as a file."})
    intake = Intake(url=url, brought_by=by, facts=dict(facts or {}), supersedes=supersedes)
    intake.full_clean()
    if not url.startswith(("http://", "https://")):
        raise ValidationError({"url": "Enter an address that starts with http:// or https://."})
    intake.save()
    return intake


def bring(
    file: Any, url: str, *, by: Any, facts: Mapping[str, str] | None = None, supersedes: Source | None = None
) -> Intake:
    """Keep an uploaded file, or without one an address, until the worker reads it, and return it.

    ``file`` is one of Django's uploaded files, or None. Raises as ``upload_file`` and ``request_address``.
    """
    if file is None:
        return request_address(url, by=by, facts=facts, supersedes=supersedes)
    return upload_file(
        file.read(), name=file.name, content_type=file.content_type or "", by=by, facts=facts, supersedes=supersedes
    )


def read_next() -> Intake | None:
    """Read the document that has waited longest, and return it; None where nothing waits. For the worker.

    Any number of workers may call it: one document is read by one of them. One whose worker died is taken up again,
    three times at most.
    """
    intake = _claim()
    if intake is None:
        return None
    try:
        if intake.content is None:
            _keep(intake, fetch(intake.url))
        extract = extract_in_sandbox(
            bytes(intake.content or b""),
            name=intake.name,
            content_type=intake.content_type,
            on_progress=_telling(intake),
        )
    except _DroppedError:
        pass  # its child process is ended already, and there is nothing to keep
    except (DocumentError, FetchRefusedError) as error:
        _finish(intake, state=IntakeState.FAILED, problem=str(error)[:500])
    except WorkStoppedError:  # the next worker takes it up at once, and this was no try
        _finish(intake, state=IntakeState.WAITING, tries=F("tries") - 1)
        raise
    else:
        _finish(intake, state=IntakeState.READY, **_results(extract))
    intake.refresh_from_db()
    return intake


@transaction.atomic
def store(intake: Intake, *, facts: Mapping[str, Any], slug: str, by: Any = None) -> Source:
    """Make a source of a document that was read, with the facts that a person (``by``) confirmed, and return it.

    Raises ValidationError where it was not read, was stored already, where a fact breaks a rule of Source, or where
    the snapshot that it follows has been followed already.
    """
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    if locked.state != IntakeState.READY:
        raise ValidationError("This document is already stored or deleted.")
    source = Source(slug=slug, text=locked.text, pages=locked.pages, supersedes=locked.supersedes)
    source.page_labels = locked.page_labels
    for name in SOURCE_FIELDS:
        setattr(source, name, facts.get(name) or (None if name == "published_on" else ""))
    source.full_clean()
    source.save()
    source.contributors.add(*(person for person in (locked.brought_by, by) if person is not None))
    if locked.content is not None:
        SourceFile.objects.create(
            source=source,
            content=locked.content,
            sha256=locked.sha256,
            name=locked.name,
            form=locked.form,
            layout=locked.layout,
            url=locked.url,
            came_at=locked.brought_at,
        )
    # The bytes and the text are in one place alone, so that a withdrawal reaches them.
    Intake.objects.filter(pk=locked.pk).update(state=IntakeState.STORED, source=source, **_FORGOTTEN)
    intake.refresh_from_db()
    return source


@transaction.atomic
def drop(intake: Intake) -> None:
    """Forget a document that is not to become a source: its bytes and its text go. Nothing, once it is stored."""
    left = Intake.objects.filter(pk=intake.pk).exclude(state=IntakeState.STORED)
    left.update(**_DROPPED)
    intake.refresh_from_db()


def drop_old() -> int:
    """Forget documents that nobody confirmed for thirty days; return how many. For the worker."""
    old = Intake.objects.filter(brought_at__lt=timezone.now() - KEEP_UNSTORED).exclude(
        state__in=[IntakeState.STORED, IntakeState.DROPPED]
    )
    return old.update(**_DROPPED)


# --- The worker's own ----------------------------------------------------------------------------


@transaction.atomic
def _claim() -> Intake | None:
    now = timezone.now()
    free = Q(state=IntakeState.WAITING) | Q(state=IntakeState.WORKING, claimed_at__lt=now - LEASE_TIME)
    for key, tries in Intake.objects.filter(free).order_by("id").values_list("pk", "tries")[:20]:
        if tries >= TRIES:
            Intake.objects.filter(free, pk=key).update(
                state=IntakeState.FAILED,
                problem="Reading this document failed three times, so it will not be tried again.",
            )
            continue
        # The condition is asked again by the UPDATE: of two workers, one changes the row.
        if Intake.objects.filter(free, pk=key).update(
            state=IntakeState.WORKING, claimed_at=now, tries=tries + 1, done=0, of=0
        ):
            return Intake.objects.get(pk=key)
    return None


def _keep(intake: Intake, fetched: FetchedDocument) -> None:
    if fetched.status != 200:
        raise FetchRefusedError(f"The server answered {fetched.status}: there is no document at this address.")
    intake.content, intake.content_type = fetched.content, _clean(fetched.content_type)[:200]
    intake.url, intake.sha256 = fetched.url[:1000], hashlib.sha256(fetched.content).hexdigest()
    intake.save(update_fields=["content", "content_type", "url", "sha256"])


class _DroppedError(Exception):
    """The person who brought the document in has dropped it while it was read."""


def _telling(intake: Intake) -> Any:
    last = [0.0]

    def tell(done: int, of: int) -> None:
        report_progress(done, of)
        if (now := time.monotonic()) - last[0] >= 1:  # a person looks every second or two
            last[0] = now
            reading = Intake.objects.filter(pk=intake.pk, state=IntakeState.WORKING)
            if not reading.update(done=done, of=of, claimed_at=timezone.now()):
                raise _DroppedError

    return tell


def _layout(extract: Extract) -> dict[str, Any]:
    """Where headings and furniture are: what the desk shows, no more of a long document than it needs."""
    headings = [[block.start, block.end, block.level] for block in extract.blocks if block.kind == "heading"]
    furniture = [[block.start, block.end] for block in extract.blocks if block.kind == "furniture"]
    return {"headings": headings[:_MAX_LAYOUT], "furniture": furniture[:_MAX_LAYOUT]}


def _results(extract: Extract) -> dict[str, Any]:
    return {
        "form": extract.file_format,
        "text": extract.text,
        "pages": extract.pages,
        "page_labels": extract.page_labels,
        "layout": _layout(extract),
        "notes": extract.notes,
        "proposals": {name: [proposal.value, proposal.origin] for name, proposal in extract.proposals.items()},
        "problem": "",
    }


def _finish(intake: Intake, **changes: Any) -> None:
    # Who dropped it meanwhile is obeyed.
    Intake.objects.filter(pk=intake.pk, state=IntakeState.WORKING).update(claimed_at=None, **changes)


def _clean(words: str) -> str:
    return "".join(letter for letter in words if letter.isprintable())
