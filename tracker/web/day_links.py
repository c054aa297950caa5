"""Links of a page of a past day: each leads to that day, or says that it leads to today."""

import re
from functools import lru_cache

from django.urls import Resolver404, resolve
from django.utils.html import escape
from django.utils.translation import gettext

DATED_PAGES = frozenset(
    f"public:{name}"
    for name in (
        "dashboard", "reviews", "review", "review-about", "review-pictures", "review-changes", "review-month",
        "recommendations", "recommendation", "recommendation-report", "recommended-before", "pictures", "pledge",
        "body", "theme", "compare", "changes", "month",
    )
)  # fmt: skip
"""The pages that any day can be asked of, by the names of their views."""
_DATED_PATHS = ("/data/", "/api/v1/pledges")
_DATED_ENDINGS = (".csv", ".json", ".ndjson", "/", "pledges")
_LINK = re.compile(
    r'<a\b(?P<before>[^>]*?)\bhref="(?P<address>(?:/(?!/)|\?)[^"]*)"(?P<after>[^>]*)>(?P<words>.*?)</a>', re.S
)
_HAS_DAY = re.compile(r"[?&](?:amp;)?(?:as_of|until)=")


def keep_day(html: str, *, path: str, day: str) -> str:
    """Return a page of ``path`` with its links to pages of ours on the day, an ISO date, or marked as today's.

    A link that has a day stays as it is, and one with ``data-today``, of which the words say so.
    """
    # A space that does not break, as a link may be a flex container, which drops others at its edges.
    mark = f'<span class="on-today">&nbsp;{escape(gettext("(today)"))}</span></a>'

    def link(match: re.Match[str]) -> str:
        address = match["address"]
        if _HAS_DAY.search(address) or "data-today" in match["before"] + match["after"]:
            return match[0]
        target, hash_sign, fragment = address.partition("#")
        if _takes_day(target.partition("?")[0] or path):
            dated = f"{target}{'&amp;' if '?' in target else '?'}as_of={day}{hash_sign}{fragment}"
            return f'<a{match["before"]}href="{dated}"{match["after"]}>{match["words"]}</a>'
        return match[0].removesuffix("</a>") + mark

    return _LINK.sub(link, html)


@lru_cache(maxsize=4096)
def _takes_day(path: str) -> bool:
    if path.startswith(_DATED_PATHS):
        return path.endswith(_DATED_ENDINGS)
    try:
        return resolve(path).view_name in DATED_PAGES
    except Resolver404:
        return False
