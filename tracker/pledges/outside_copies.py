"""Who may still hold the words of an entry once they are withdrawn by law: numbers for the admin, never names.

Packages above this one know of copies that this one does not, such as emails: they register what counts them.
"""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from tracker.pledges.choices import EntryKind
from tracker.pledges.models import RecordEntry

SHARED_CACHE_SECONDS = 5
STALE_SECONDS = 30
"""For how long a cache between us and a reader may show a page as it was, and how long more while it asks."""

CopyCounter = Callable[[RecordEntry], str]
_counters: list[CopyCounter] = []


def register_copy_counter(counter: CopyCounter) -> None:
    """Add what counts copies of one kind, and says so in a sentence. Called once, by a package’s AppConfig."""
    if counter not in _counters:
        _counters.append(counter)


def describe_copies(entry: RecordEntry) -> list[str]:
    """Return who may hold the words of an entry outside of this site, a sentence with a number each."""
    since = withdrawn_at(entry)
    return [_in_caches(since), _in_archives(entry, since), *(counter(entry) for counter in _counters)]


def withdrawn_at(entry: RecordEntry) -> dt.datetime | None:
    """Return when words of an entry were last withdrawn by law; None: they were not."""
    withdrawals = entry.corrections.filter(kind=EntryKind.LEGAL_WITHDRAWAL).order_by("-position")
    return withdrawals.values_list("published_at", flat=True).first()


def _in_caches(since: dt.datetime | None) -> str:
    passed = (timezone.now() - since).total_seconds() if since else 0.0
    left = max(0, round(SHARED_CACHE_SECONDS + STALE_SECONDS - passed))
    return ngettext(
        "A CDN or proxy that keeps to our headers may show them for %(n)d second more.",
        "A CDN or proxy that keeps to our headers may show them for %(n)d seconds more.",
        left,
    ) % {"n": left}


def _in_archives(entry: RecordEntry, since: dt.datetime | None) -> str:
    days = ((since or timezone.now()) - entry.published_at).days + 1
    public = ngettext("They were public on %(n)d day.", "They were public on %(n)d days.", days) % {"n": days}
    unknown = gettext("Web archives, feed readers and downloads of that time may have them: nobody counts those.")
    return f"{public} {unknown}"
