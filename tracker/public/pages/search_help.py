"""What helps somebody on who searches: the page that answers a question, what was perhaps meant, and other ways."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.pledges.read.filters import PledgeFilter
from tracker.pledges.search.language import Query, read_query
from tracker.pledges.search.named_filters import status_called
from tracker.pledges.search.query import RankedGroup, pledges_matching
from tracker.pledges.search.spellings import STOP_WORDS
from tracker.pledges.search.suggestions import suggest
from tracker.pledges.search.words import cut_pieces, normalise_signs

_FILLERS = (STOP_WORDS - {"not", "no", "done"}) | set(
    "pledge pledges promise promises promised commitment commitments government list show many much number which "
    "where get find see".split()
)
"""Words of a question that do not say what is asked for."""
_PAGES = [
    ("public:dashboard", _("The answer in one sentence, and every pledge by status"), "total summary overview score"),
    ("public:pictures", _("Charts"), "chart charts graph graphs picture pictures timeline"),
    ("public:changes", _("What has changed"), "changes changed news latest recent new"),
    ("public:corrections", _("Corrections"), "correction corrections mistake mistakes error errors"),
    ("public:methodology", _("What each status means, and how words are checked"),
     "method methodology definition definitions criteria status statuses rating ratings"),
    ("public:bodies", _("Bodies and themes"), "body bodies department departments minister ministers theme themes"),
    ("public:sources", _("Sources"), "source sources document documents evidence"),
    ("opendata:index", _("The data: downloads, API and feeds"),
     "data download downloads csv api json spreadsheet excel feed rss calendar"),
    ("alerts:follow", _("Get email updates"), "email alert alerts follow subscribe newsletter"),
    ("public:about", _("About this site, and where to find help"), "about contact helpline helplines"),
]  # fmt: skip
"""Pages that answer a question, and the words that ask for them."""
_COUNTING = {"how many", "how much", "number of"}


@dataclass(frozen=True)
class Lead:
    """A way on: an address, what it leads to, and how many pledges are there, where that is known."""

    url: str
    label: str
    number: int | None = None


def search_help(filterset: PledgeFilter, groups: Sequence[RankedGroup]) -> dict[str, Any]:
    """Return what the results of a search say beside what was found.

    ``leads`` answer a question or name a body or a theme. ``hint`` says why nothing could be looked for. Where nothing
    was found, ``meant`` is what finds something, and ``ways`` are other ways on.
    """
    query = filterset.query_typed
    leads = [*_answers(filterset, query), *_named(filterset, query), *_with_synonyms(filterset, query)]
    context: dict[str, Any] = {"leads": list(dict.fromkeys(leads)), "hint": _hint(query)}
    review = filterset.review.pk if filterset.review else None
    matching = filterset.matching.number if filterset.matching else 0
    others = {name for name in filterset.query() if name not in ("q", "sort")}
    if others and filterset.matching and matching:
        context["without_filters"] = Lead(f"?{urlencode({'q': query.typed})}", "", filterset.count_matching())
    if groups or matching or context["hint"]:
        return context
    return context | {"meant": suggest(query, until=filterset.until, review=review), "ways": _ways(filterset, query)}


def _hint(query: Query) -> str:
    if query.is_empty:
        return gettext("Add a word to search for. Quotation marks, “-”, “*” and “OR” are not words.")
    if query.only_stop_words:
        return gettext(
            "Nearly every text has these words. Add a less common word, put them in quotation marks, "
            "or use capitals for a name, such as WHO."
        )
    if query.excluded and not query.wanted:
        return gettext("Add a word to search for. You only entered words to leave out.")
    return ""


def _answers(filterset: PledgeFilter, query: Query) -> list[Lead]:
    """Return the filter or the page that answers what was asked, such as “overdue” or “how many kept”."""
    words = [word for piece in cut_pieces(query.typed.lower()) for word in piece.words]
    content_words = [word for word in words if word not in _FILLERS]
    leads = []
    if chosen := status_called(query.typed) or status_called(" ".join(content_words)):
        (name, value), *_rest = chosen.items()
        label = dict(filterset.form.fields[name].choices)[value]
        number = filterset.filters[name].filter(filterset.pledges, value).count()
        leads.append(Lead(f"?{urlencode(chosen)}", f"{filterset.filters[name].label}: {label}", number))
    pages = [
        (url, label) for url, label, names in _PAGES if content_words and set(content_words) <= set(names.split())
    ]
    if any(" ".join(pair) in _COUNTING for pair in pairwise(words)):
        pages.append(_PAGES[0][:2])
    return leads + [Lead(reverse(url), str(label)) for url, label in dict.fromkeys(pages)]


def _named(filterset: PledgeFilter, query: Query) -> list[Lead]:
    """Return the bodies and the themes whose names have all the words."""
    return _by_name(filterset, query, frozenset.intersection)


def _with_synonyms(filterset: PledgeFilter, query: Query) -> list[Lead]:
    """Return the same query without quotation marks, where a desk has other words for what they enclose."""
    if not query.has_exact_synonym:
        return []
    typed = " ".join(normalise_signs(query.typed).replace('"', " ").split())
    number = pledges_matching(read_query(typed), until=filterset.until, happened_by=filterset.happened_by).number
    return [Lead(f"?{urlencode({'q': typed})}", gettext("Also count other words for the same"), number)]


def _ways(filterset: PledgeFilter, query: Query) -> list[Lead]:
    """Return the bodies and themes whose names have one of the words; every theme where none has."""
    near = _by_name(filterset, query, frozenset.union)
    if near:
        return near
    return [Lead(reverse("public:theme", args=[slug]), name) for slug, name in filterset.choices["theme"]]


def _by_name(filterset: PledgeFilter, query: Query, join: Callable[..., frozenset[int]]) -> list[Lead]:
    """Return the bodies and themes whose names have the terms of a query; ``join``: all of these, or any."""
    terms = {term.term for term in query.terms}
    if not terms:
        return []
    leads = []
    for filter_name in ("theme", "body"):
        choices = filterset.choices[filter_name]
        places = _places_of_terms(tuple(choices))
        for place in sorted(join(*(places.get(term, frozenset()) for term in terms))):
            slug, name = choices[place]
            leads.append(Lead(reverse(f"public:{filter_name}", args=[slug]), name))
    return leads


@lru_cache(maxsize=64)
def _places_of_terms(choices: tuple[tuple[str, str], ...]) -> dict[str, frozenset[int]]:
    """Return the places of the choices, slug and name of each, of whose names have each term."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    for place, (_slug, name) in enumerate(choices):
        for term in _terms_of_name(name):
            places[term].add(place)
    return {term: frozenset(mine) for term, mine in places.items()}


@lru_cache(maxsize=5_000)
def _terms_of_name(name: str) -> frozenset[str]:
    return frozenset(term for piece in cut_pieces(name) for term in piece.terms)
