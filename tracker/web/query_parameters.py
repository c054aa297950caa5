"""Which parameters each public page reads from its address.

What a page does not read is left out before anything else looks at the address, and what is left is put in one
order: so that the same page is made and kept once, however its address is written, and its links repeat nothing.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

_FILTERS = ("q", "status", "theme", "body", "review", "basis", "schedule", "quiet", "conflict", "check", "sort")
_DAY = ("as_of", "happened_by")
_PERIOD = ("kind", "page", "pledges_page", *_DAY)

QUERY_PARAMETERS: dict[str, tuple[str, ...] | None] = {
    "public:dashboard": (*_FILTERS, "page", *_DAY),
    "public:body": (*_FILTERS, "page", *_DAY),
    "public:theme": (*_FILTERS, "page", *_DAY),
    "public:pictures": (*_FILTERS, *_DAY),
    "public:reviews": _DAY,
    "public:review": (*_FILTERS, "page", *_DAY),
    "public:recommendations": ("answer", "pledges", "body", *_DAY),
    "public:recommendation": ("marks", *_DAY),
    "public:recommendation-report": ("since", "put", *_DAY),
    "public:recommended-before": _DAY,
    "public:how-to-search": _DAY,
    "public:review-about": _DAY,
    "public:review-pictures": (*_FILTERS, *_DAY),
    "public:review-changes": ("since", "until", *_PERIOD),
    "public:review-month": _PERIOD,
    "public:pledge": _DAY,
    "public:pledge-record": ("page", *_DAY),
    "public:compare": ("a", "b", *_DAY),
    "public:changes": ("since", "until", *_PERIOD),
    "public:month": _PERIOD,
    "public:sources": ("page",),
    "public:checks": ("page",),
    "public:report": ("page",),
    "public:sitemap-part": ("p",),
    "opendata:feed": (*_FILTERS, "before"),
    **dict.fromkeys(
        (
            *(
                "opendata:feed-changes",
                "opendata:feed-review",
                "opendata:feed-recommendations",
                "opendata:feed-pledge",
            ),
            *("opendata:feed-body", "opendata:feed-theme"),
        ),
        ("before",),
    ),
    "opendata:calendar": _FILTERS,
    "opendata:table": (*_FILTERS, *_DAY, "since", "until", "kind", "pledge", "limit", "cursor"),
    "opendata:oembed": ("url", "format", "maxwidth", "maxheight"),
    # A parameter that the API does not know is an error there: the answer has to see it.
    "opendata:operation": None,
    "alerts:follow": ("about",),
    **dict.fromkeys(
        (
            *("public:review-style", "public:review-logo", "opendata:calendar-review"),
            *("public:robots", "public:security", "public:sitemap", "public:card", "public:source", "public:bodies"),
            *("public:record", "public:record-download", "public:record-verifier", "public:record-checkpoint"),
            *(
                "public:record-proof",
                "public:record-packed-proof",
                "public:record-verify",
                "public:log-checkpoint",
                "public:log-cosigned",
                "public:record-signatures",
                "public:witness-add",
                "public:witness-log",
                "public:log-growth",
                "public:log-tile",
            ),
            "public:log-leaves",
            *("public:record-head", "public:reported", "public:corrections", "public:methodology", "public:about"),
            *("opendata:api", "opendata:openapi", "opendata:embed-pledge", "opendata:badge"),
            *("opendata:embed-review", "opendata:index", "opendata:package", "opendata:descriptor"),
            *("opendata:timegate", "opendata:timemap"),
            *("alerts:requested", "alerts:confirm", "alerts:end", "live", "ready"),
        ),
        (),
    ),
}
"""By the name of the page; None where every parameter is left as it is. What is not listed is the desk's or the
admin's, and is left alone."""


def normalise_query(request: HttpRequest) -> None:
    """Leave out of a request the parameters that its page does not read, empty ones and repetitions, and sort them.

    Call it before anything reads ``request.GET``. Raises SuspiciousOperation where there are too many parameters.
    """
    query = request.META.get("QUERY_STRING", "")
    if not query:
        return
    names = _parameters_at(request.path_info)
    if names is None:
        return
    sent = QueryDict(query, encoding=request.encoding)
    known = QueryDict(mutable=True)
    for name in sorted(names):
        if value := sent.get(name):  # the last one of several, as the pages read it
            known[name] = value
    request.META["QUERY_STRING"] = known.urlencode()
    request.__dict__.pop("GET", None)  # read already, by the parameters that there were


def normalise_host(request: HttpRequest) -> None:
    """Write the host of a request in one way: Example.org. is example.org. Raises DisallowedHost.

    A port is any number that a client likes to send. Where it is not that of SITE_URL, it is left out for good once
    more than a few others were seen.
    """
    host = request.get_host()
    name, colon, port = host.rpartition(":") if host[-1:] != "]" else (host, "", "")
    if not colon:
        name = host
    usual = name.lower().rstrip(".") + (f":{port}" if colon and _is_usual_port(port) else "")
    if usual != host:
        request.META["HTTP_HOST"] = usual
        request.META.pop("HTTP_X_FORWARDED_HOST", None)


_MAX_PORTS = 4
_ports_seen: set[str] = set()


def _is_usual_port(port: str) -> bool:
    if port == str(urlsplit(settings.SITE_URL).port) or port in _ports_seen:
        return True
    if len(_ports_seen) < _MAX_PORTS:
        _ports_seen.add(port)
        return True
    return False


@lru_cache(maxsize=1024)
def _parameters_at(path: str) -> tuple[str, ...] | None:
    """Return the names that the page at a path reads; None where they are left alone."""
    try:
        return QUERY_PARAMETERS.get(resolve(path).view_name)
    except Resolver404:
        return None
