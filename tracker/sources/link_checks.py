"""Look whether the addresses of sources still lead where they led: politely, and only where the operator allows it.

HEAD first, then GET; one host at a time is asked at most once in a round of the worker; robots.txt is obeyed (RFC
9309); what does not answer is asked again, later and later, before it counts as gone. The only writer of LinkCheck.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.core.cache import cache
from django.db.models import F, Q
from django.utils import timezone

from tracker.sources.choices import LinkState
from tracker.sources.documents.fetch import USER_AGENT, FetchedDocument, FetchRefusedError, fetch
from tracker.sources.documents.result import DocumentError
from tracker.sources.documents.sandbox import extract_in_sandbox
from tracker.sources.models import LinkCheck, Source

AGAIN = dt.timedelta(days=7)
"""How long a settled answer holds."""
RETRIES = [dt.timedelta(hours=1), dt.timedelta(hours=6), dt.timedelta(days=1), dt.timedelta(days=3)]
"""When what did not answer is asked again; after the last it counts as gone."""
BATCH_SIZE = 10
"""Addresses looked at in one round."""


@dataclass(frozen=True)
class LinkResult:
    """What one look at an address showed."""

    state: LinkState
    says: str = ""
    leads_to: str = ""


def check_due(*, now: dt.datetime | None = None, limit: int = BATCH_SIZE) -> list[LinkCheck]:
    """Look at the addresses that are due, at most one of each host, and return what was found."""
    now = now or timezone.now()
    due = (
        Source.objects.exclude(url="")
        .filter(Q(link__isnull=True) | Q(link__next_at__lte=now) | ~Q(link__url=F("url")))
        .filter(withdrawal__isnull=True, superseded_by__isnull=True)
        .order_by(F("link__next_at").asc(nulls_first=True), "pk")
    )
    checked: list[LinkCheck] = []
    hosts: set[str] = set()
    for source in due[: limit * 10]:
        host = urlsplit(source.url).netloc
        if host in hosts or len(checked) >= limit:
            continue
        hosts.add(host)
        checked.append(_store(source, _request(source), now))
    return checked


def dismiss(check: LinkCheck, *, now: dt.datetime | None = None) -> None:
    """Take the state as it is: it is not shown to the desk again until it changes."""
    LinkCheck.objects.filter(pk=check.pk).update(settled_at=now or timezone.now(), settled_as=check.state)
    check.refresh_from_db()


def check_again_soon(check: LinkCheck) -> None:
    """Put an address at the head of what the worker looks at."""
    LinkCheck.objects.filter(pk=check.pk).update(next_at=timezone.now(), failures=0, settled_as="")
    check.refresh_from_db()


def _store(source: Source, seen: LinkResult, now: dt.datetime) -> LinkCheck:
    before = LinkCheck.objects.filter(source=source, url=source.url).first()
    failures = 0
    state, wait = seen.state, AGAIN
    if seen.state in (LinkState.GONE, LinkState.UNCERTAIN):
        failures = (before.failures if before else 0) + 1
        # A page that says that it is gone is asked once more; a server that does not answer, four times.
        patience = 1 if seen.state is LinkState.GONE else len(RETRIES)
        if failures <= patience:
            state, wait = LinkState.UNCERTAIN, RETRIES[failures - 1]
        else:
            state = LinkState.GONE
    check, _ = LinkCheck.objects.update_or_create(
        source=source,
        defaults={
            "url": source.url,
            "state": state,
            "says": seen.says[:200],
            "leads_to": seen.leads_to[:1000],
            "failures": failures,
            "checked_at": now,
            "next_at": now + wait,
        },
    )
    return check


def _request(source: Source) -> LinkResult:
    if not _allowed(source.url):
        return LinkResult(LinkState.CLOSED, "robots.txt does not allow automatic checks")
    try:
        answer = fetch(source.url, method="HEAD")
        if answer.status in (403, 404, 405, 406, 410, 429, 500, 501, 503) or answer.status == 200:
            answer = fetch(source.url)
    except FetchRefusedError as error:
        return LinkResult(LinkState.UNCERTAIN, str(error))
    if answer.status in (404, 410):
        return LinkResult(LinkState.GONE, f"The server says {answer.status}")
    if answer.status in (401, 403, 429, 451):
        return LinkResult(LinkState.CLOSED, f"The server says {answer.status}")
    if answer.status >= 400:
        return LinkResult(LinkState.UNCERTAIN, f"The server says {answer.status}")
    if _place(answer.url) != _place(source.url):
        return LinkResult(LinkState.MOVED, "It redirects to another address", answer.url)
    return _changed(source, answer)


def _changed(source: Source, answer: FetchedDocument) -> LinkResult:
    """Whether the words that we cite are still there."""
    passages = list(source.passages.values_list("exact", flat=True))
    try:
        text = _flat(extract_in_sandbox(answer.content, content_type=answer.content_type).text)
    except DocumentError as error:
        return LinkResult(LinkState.ALIVE, f"It works, but its text was not compared: {error}")
    gone = [words for words in passages if _flat(words) not in text]
    if gone:
        return LinkResult(LinkState.CHANGED, f"{len(gone)} of {len(passages)} passages are no longer there")
    return LinkResult(LinkState.ALIVE, f"It works and has all {len(passages)} passages" if passages else "It answers")


def _flat(words: str) -> str:
    """Words without what extraction may lay out differently: blanks and line ends are one blank."""
    return re.sub(r"\s+", " ", words).strip()


def _place(url: str) -> tuple[str, str, str]:
    split = urlsplit(url)
    host = split.netloc.lower().removeprefix("www.").removesuffix(":443").removesuffix(":80")
    return host, split.path.rstrip("/"), split.query


def _allowed(url: str) -> bool:
    """Whether robots.txt of the host lets this program in; kept for a day. One that does not answer lets it in."""
    split = urlsplit(url)
    home = f"{split.scheme}://{split.netloc}"
    key = f"robots:{hashlib.sha256(home.encode()).hexdigest()}"
    rules = cache.get(key)
    if rules is None:
        try:
            answer = fetch(f"{home}/robots.txt", max_bytes=500_000, seconds=10)
            rules = answer.content.decode("utf-8", "replace") if answer.status == 200 else ""
        except FetchRefusedError:
            rules = ""
        cache.set(key, rules, 24 * 60 * 60)
    robots = RobotFileParser()
    robots.parse(rules.splitlines())
    return robots.can_fetch(USER_AGENT, url)
