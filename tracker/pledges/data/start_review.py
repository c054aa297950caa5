"""Start a tracker for a review: the review, who is asked to act, its numbered recommendations with their words."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Model

from tracker.pledges.data.named import get_or_add
from tracker.pledges.facts.entries import OPERATOR, Signers, record_facts
from tracker.pledges.models import Body, Recommendation, Review, Theme
from tracker.pledges.models.review import initial_facts
from tracker.pledges.record.lock import record_lock
from tracker.sources.models import Passage, Source
from tracker.sources.passages import passage_at
from tracker.text.matching import find_all, near_misses

_NUMBERED = re.compile(r"^(?:recommendation )?(\d{1,4}) ?[.):\-–—] (.*)$", re.IGNORECASE)


@dataclass
class StartedReview:
    """What was made. ``unplaced`` are the numbers whose words are not in exactly one place of the source."""

    review: Review
    recommendations: int = 0
    unplaced: list[int] = field(default_factory=list)


def read_numbered(text: str) -> list[tuple[int, str]]:
    """Return the numbers and the words of a list: “1. Words”, “2) Words”, “Recommendation 3: Words”.

    A line without a number goes on with the one before. Raises ValidationError for a number that comes twice or is 0,
    a list that has none, or words before the first.
    """
    rows: list[tuple[int, list[str]]] = []
    for line in (" ".join(line.split()) for line in text.splitlines()):
        if match := _NUMBERED.match(line):
            rows.append((int(match[1]), [match[2]]))
        elif line:
            if not rows:
                raise ValidationError(f"“{line[:60]}” comes before the first number.")
            rows[-1][1].append(line)
    numbers = [number for number, _ in rows]
    if not rows:
        raise ValidationError("The list has no numbered line, such as “1. The Council should …”.")
    if 0 in numbers:
        raise ValidationError("Number 0 is too small. Begin with 1.")
    if twice := next((number for number in numbers if numbers.count(number) > 1), None):
        raise ValidationError(f"Number {twice} comes twice.")
    return [(number, " ".join(words)) for number, words in rows]


@record_lock()
def start_review(
    *,
    slug: str,
    title: str,
    author: str,
    government: str,
    published_on: dt.date,
    recommendations: Sequence[tuple[int, str]] = (),
    source: Source | None = None,
    bodies: Sequence[str] = (),
    themes: Sequence[str] = (),
    own: Mapping[str, str] | None = None,
) -> StartedReview:
    """Make a review with its recommendations, bodies and themes, all or nothing, and return what was made.

    The words of each recommendation are looked for in the source: character for character, or with other line ends,
    blanks, dashes and quotation marks, and then as they are there. Bodies and themes that are there are kept. ``own``
    is what its pages show, by the names of initial_facts; what it leaves out is as the settings have it.
    Raises ValidationError where a rule is broken, or the review is there already.
    """
    review = Review(slug=slug, title=title, author=author, government=government, published_on=published_on)
    for name, value in (initial_facts() | dict(own or {})).items():
        setattr(review, name, value)
    review.full_clean()
    review.save()
    added: list[Model] = [review]
    added += [row for row, is_new in (get_or_add(Body, name) for name in (government, *bodies)) if is_new]
    added += [row for row, is_new in (get_or_add(Theme, name) for name in themes) if is_new]
    started = StartedReview(review)
    for number, words in recommendations:
        passage = _passage(source, words) if source is not None and source.has_text else None
        if passage is None:
            started.unplaced.append(number)
        recommendation = Recommendation(review=review, number=number, passage=passage)
        recommendation.full_clean()
        recommendation.save()
        added.append(recommendation)
        started.recommendations += 1
    record_facts(added, signers=Signers(OPERATOR))
    return started


def places_of(text: str, words: str) -> list[tuple[int, str]]:
    """Return where a text has some words, and how they are there: exactly, else with other blanks, dashes or marks."""
    places = [(start, words) for start in find_all(text, words)]
    return places or [(near.start, near.exact) for near in near_misses(text, words)]


def _passage(source: Source, words: str) -> Passage | None:
    """Return the passage of the source with these words, made if there is none; None unless they are there once."""
    places = places_of(source.text, words)
    if len(places) != 1:
        return None
    start, exact = places[0]
    return passage_at(source, start, exact)
