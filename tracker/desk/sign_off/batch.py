"""New pledges that wait for sign-off, as one list: each as readers would see it, with the rows that are sent back.

A fixed number of queries, however many pledges a page has. The rows are those of public_rows.rows_of_draft, which is
what is asked again when one is published: a page that showed anything else publishes nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from tracker.core.numbers import read_number
from tracker.desk.catalogue.new_names import NewNames, read_new_names
from tracker.desk.form_fields.later_deadlines import LaterDeadlinesField
from tracker.desk.models import Draft, DraftEvidence, DraftType
from tracker.desk.pledge_form import PledgeForm, read_words_about_time
from tracker.desk.preview import is_shown, words_of_pledge
from tracker.desk.querysets import DraftQuerySet
from tracker.desk.sign_off.contributors import contributions_of
from tracker.desk.sign_off.public_rows import rows_of_evidence, rows_of_source
from tracker.desk.sign_off.shown import Row
from tracker.pledges.models import Body, Pledge, Recommendation, Review, Theme
from tracker.pledges.visibility import visible_sources
from tracker.sources.models import Source

MAX_AT_ONCE = 10
"""Pledges of one page: as many as somebody can read with care before they answer for all of them."""
_RELATED: dict[str, Any] = {
    "review": Review, "theme": Theme, "promised_by": Body, "recommendation": Recommendation, "bodies": Body,
    "replaces": Pledge,
}  # fmt: skip


@dataclass
class PledgeToSignOff:
    """A new pledge as readers would see it, what its form sends back, and why this person cannot publish it, if so."""

    draft: Draft
    pledge: Pledge
    ties: list[DraftEvidence]
    rows: list[Row]
    """Its own rows: facts and evidence. Those of sources are shown once for the page."""
    sources: list[Source]
    problem: str = ""
    replaces: list[Pledge] = field(default_factory=list)
    new: NewNames = field(default_factory=NewNames)


def waiting_for(user: Any) -> DraftQuerySet:
    """Return the new pledges that wait for sign-off by this person, the oldest first."""
    rows = Draft.objects.to_sign_off(user).filter(sort=DraftType.PLEDGE, pledge__isnull=True)
    return rows.with_people().order_by("submitted_at", "pk")


def pledges_to_sign_off(drafts: Sequence[Draft], *, by: Any) -> list[PledgeToSignOff]:
    """Return drafts of new pledges (``waiting_for``) as they would be published."""
    ties: defaultdict[int, list[DraftEvidence]] = defaultdict(list)
    evidence = DraftEvidence.objects.filter(draft__in=drafts).select_related("passage__source")
    for tie in evidence.defer("passage__source__text"):
        ties[tie.draft_id].append(tie)
    cited = {tie.passage.source_id for own in ties.values() for tie in own}
    public = set(visible_sources().filter(pk__in=cited).values_list("pk", flat=True))
    own_work = contributions_of(by, drafts) if settings.FOUR_EYES else {}
    related = _related(drafts)
    items = []
    for draft in drafts:
        sources = {tie.passage.source.slug: tie.passage.source for tie in ties[draft.pk]}
        made_public = [source for _, source in sorted(sources.items()) if source.pk not in public]
        pledge, replaces, problem = _pledge(draft, related)
        new = read_new_names(draft.facts)
        bodies = pledge.bodies_as_of or []
        facts = [] if problem else words_of_pledge(pledge, bodies=bodies, replaces=replaces, new=new)
        rows = [*(fact for fact in facts if is_shown(*fact)), *new.rows(), *rows_of_evidence(ties[draft.pk])]
        if draft.held:  # type: ignore[attr-defined]  # annotated
            problem = "It is on hold. A publisher has to release the hold."
        if draft.pk in own_work:
            problem = f"{own_work[draft.pk]}: another person has to sign it off."
        items.append(PledgeToSignOff(draft, pledge, ties[draft.pk], rows, made_public, problem, replaces, new))
    return items


def new_sources(items: Sequence[PledgeToSignOff]) -> list[tuple[Source, list[Row]]]:
    """Return the sources that become public with any of these, each once, with their rows."""
    sources = {source.slug: source for item in items for source in item.sources}
    return [(source, rows_of_source(source)) for _, source in sorted(sources.items())]


def _related(drafts: Sequence[Draft]) -> dict[tuple[Any, str], Any]:
    """Return what the facts of drafts point to, by model and key."""
    wanted: defaultdict[Any, set[str]] = defaultdict(set)
    for draft in drafts:
        for name, model in _RELATED.items():
            wanted[model].update(key for key in draft.facts.get(name, []) if read_number(key) is not None)
    return {(model, str(row.pk)): row for model, keys in wanted.items() for row in model.objects.filter(pk__in=keys)}


def _pledge(draft: Draft, related: Mapping[tuple[Any, str], Any]) -> tuple[Pledge, list[Pledge], str]:
    """Return the pledge of a draft, not written anywhere, those that it replaces, and what is wrong with it, if so."""
    pledge, problem = Pledge(), ""
    for name, form_field in PledgeForm.base_fields.items():
        if name in _RELATED or name.startswith("new_"):
            continue
        try:
            typed = draft.facts.get(name, [])
            value = typed if isinstance(form_field, LaterDeadlinesField) else "".join(typed[-1:])
            setattr(pledge, name, form_field.clean(value))
        except ValidationError as error:
            problem = f"{form_field.label}: {' '.join(error.messages)}"
    many: dict[str, list[Any]] = {}
    for name, model in _RELATED.items():
        keys = [key for key in draft.facts.get(name, []) if key]
        rows = [related[model, key] for key in keys if (model, key) in related]
        if len(rows) < len(keys):
            problem = f"{PledgeForm.base_fields[name].label}: one of those chosen no longer exists."
        if name in ("bodies", "replaces"):
            many[name] = rows
        elif rows:
            setattr(pledge, name, rows[0])
    if pledge.review_id is None or not (pledge.theme_id or read_new_names(draft.facts).theme):
        problem = problem or "It has no review or no theme."
    stated = {name: getattr(pledge, name) for name in ("deadline_edtf", "deadline_note", "deadline_on", "made_on")}
    stated["review"] = pledge.review if pledge.review_id else None
    for name, value in read_words_about_time(stated, published=False).items():
        setattr(pledge, name, value)
    pledge.bodies_as_of = many["bodies"]
    return pledge, many["replaces"], problem
