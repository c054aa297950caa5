"""What is known of a pledge from the proposal and its source, filled into the form of a draft. Nothing is guessed."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils.text import Truncator, slugify

from tracker.desk.models import Candidate, Draft, DraftType
from tracker.desk.proposals.responses import MAX_CHARS_BEFORE, read_response
from tracker.pledges.choices import Basis, Response
from tracker.pledges.models import Body, Pledge, Recommendation, Review
from tracker.sources.models import Source
from tracker.sources.slugs import first_free
from tracker.text.typed_days import parse_day

TypedFacts = dict[str, list[str]]
"""Fields of the form of a pledge, as a browser would send them."""

MAX_TITLE_CHARS = 120
MAX_SLUG_CHARS = 60
AS_THE_ROW_SAYS = "row"
"""The body that has to act is the one that each proposal names."""

_WILL = re.compile(r"^(?:will|shall)\s+(?:(?:also|now|then|therefore)\s+)?", re.IGNORECASE)
_NUMBER = re.compile(r"recommendation (\d{1,4})", re.IGNORECASE)
_BY_A_DAY = re.compile(r"\b(?:by|no later than)\s+(\d{1,2}\s+[A-Z][a-z]+\s+\d{4})\b")
_WITHIN = re.compile(r"within\b", re.IGNORECASE)
_OF_EACH = re.compile(r"\b(?:each|every|any)\b", re.IGNORECASE)


@dataclass(frozen=True)
class ForAll:
    """What an editor chose for every proposal that is accepted; empty where it is left open."""

    review: Review | None = None
    theme: str = ""
    kind: str = ""
    basis: str = ""
    response: str = ""
    promised_by: Body | None = None
    body: str = ""
    """The key of a body, ``AS_THE_ROW_SAYS``, or nothing."""
    made_on: dt.date | None = None


@dataclass
class FactFiller:
    """Fills in the facts of proposals of one source: a few queries, however many there are."""

    source: Source
    for_all: ForAll

    def facts_of(self, candidate: Candidate, *, theme: str = "") -> TypedFacts:
        """Return what is known of a proposal. ``theme`` is the key of the one chosen in its own row."""
        title = title_of(candidate)
        chosen, number = self.for_all, recommendation_number(candidate)
        recommendation = self._recommendations.get(number) if number else None
        response = chosen.response or self._response(candidate)
        facts = {
            "title": title,
            "slug": self._free_slug(title),
            "review": str(chosen.review.pk) if chosen.review else "",
            "theme": theme or chosen.theme,
            "kind": chosen.kind,
            "basis": chosen.basis or _basis_of(recommendation, response),
            "promised_by": str(chosen.promised_by.pk) if chosen.promised_by else "",
            "bodies": self._body(candidate),
            "made_on": chosen.made_on.isoformat() if chosen.made_on else "",
            "made_note": self._made_note,
            "recommendation": str(recommendation or ""),
            "response": response if recommendation or chosen.response else "",
            "deadline_on": self._deadline(candidate),
            "deadline_note": f"“{words}”" if (words := words_about_time(candidate)) else "",
        }
        return {name: [value] for name, value in facts.items() if value}

    @cached_property
    def _recommendations(self) -> dict[int, int]:
        rows = Recommendation.objects.filter(review=self.for_all.review).values_list("number", "pk")
        return dict(rows) if self.for_all.review else {}

    @cached_property
    def _bodies(self) -> dict[str, int]:
        return {_plain(name): pk for pk, name in Body.objects.values_list("pk", "name")}

    @cached_property
    def _taken(self) -> set[str]:
        slugs = set(Pledge.objects.values_list("slug", flat=True))
        for facts in Draft.objects.open().filter(sort=DraftType.PLEDGE).values_list("facts", flat=True):
            slugs.update(facts.get("slug", []))
        return slugs

    @property
    def _made_note(self) -> str:
        if self.for_all.made_on is None or self.for_all.made_on != self.source.published_on:
            return ""
        return f"The day on which “{Truncator(self.source.display_title).chars(200)}” was published."

    def _free_slug(self, title: str) -> str:
        slug = first_free(slugify(title)[:MAX_SLUG_CHARS].strip("-"), self._taken)
        self._taken.add(slug)
        return slug

    def _body(self, candidate: Candidate) -> str:
        if self.for_all.body != AS_THE_ROW_SAYS:
            return self.for_all.body
        return str(self._bodies.get(_plain(candidate.who), "")) if candidate.who else ""

    def _response(self, candidate: Candidate) -> str:
        before = self.source.text[max(0, candidate.start - MAX_CHARS_BEFORE) : candidate.end]
        return read_response(candidate.recommendation, before)

    def _deadline(self, candidate: Candidate) -> str:
        """Return the day of “by 31 March 2026”; no other words about time give a day here."""
        if not (match := _BY_A_DAY.search(words_about_time(candidate))):
            return ""
        try:
            day = parse_day(match[1])
        except ValueError:
            return ""
        if day is None or (self.for_all.made_on and day < self.for_all.made_on):
            return ""
        return day.isoformat()


def title_of(candidate: Candidate) -> str:
    """Return a title that an editor goes on from: what the proposal says is to be done, without “will”."""
    words = _WILL.sub("", " ".join((candidate.what or candidate.exact).split()))
    if len(words) > MAX_TITLE_CHARS:
        words = words[: MAX_TITLE_CHARS + 1].rsplit(" ", 1)[0][:MAX_TITLE_CHARS].rstrip(" ,;:")
    return words[:1].upper() + words[1:]


def words_about_time(candidate: Candidate) -> str:
    """Return the words of a proposal that say by when; empty where it does not say.

    “The outcome of each inspection within 30 days” counts from each inspection: it is no deadline of the pledge.
    """
    if _WITHIN.match(candidate.when) and _OF_EACH.search(candidate.exact):
        return ""
    day = _BY_A_DAY.search(candidate.exact)
    return candidate.when or (" ".join(day[0].split()) if day else "")


def recommendation_number(candidate: Candidate) -> int:
    """Return the number of the one recommendation that a proposal is under; 0 for none."""
    match = _NUMBER.fullmatch(candidate.recommendation.strip())
    return int(match[1]) if match else 0


def known_review(source: Source) -> Review | None:
    """Return the review that a source is about: of the pledges that cite it, or the only one that there is."""
    cited = list(Review.objects.filter(pledges__citations__passage__source=source).distinct()[:2])
    reviews: list[Review] | QuerySet[Review] = cited or list(Review.objects.all()[:2])
    return reviews[0] if len(reviews) == 1 else None


def _plain(name: str) -> str:
    return " ".join(name.casefold().split()).removeprefix("the ")


def _basis_of(recommendation: int | None, response: str) -> str:
    accepted = (Response.ACCEPTED, Response.IN_PRINCIPLE, Response.IN_PART)
    return str(Basis.ACCEPTED) if recommendation and response in accepted else ""
