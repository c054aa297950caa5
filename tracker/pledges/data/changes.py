"""What a data set learnt after it was first published: the steps of changes.json, replayed in their order.

Each step is one of the desk's own actions: a text attached, a pledge restated, an entry corrected. So the record of
a new installation, and of one that has the earlier data set, tells the same story. A step that was taken before is
left out; what an admin or the desk changed in between is kept as it is.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Model

from tracker.pledges.choices import STATUS_KINDS, SUPERSEDING_KINDS, EntryKind, EvidenceRole
from tracker.pledges.data.values import DataSetError, date_from, get_by_slug, instant_from, recommendation_of
from tracker.pledges.models import Body, Conflict, Pledge, RecordEntry, Theme
from tracker.pledges.record.publish import Evidence
from tracker.pledges.record.statements import FACTS, OPTIONAL_FACTS, facts_of, is_stated, publish_statement
from tracker.sources.full_texts import attach_full_text
from tracker.sources.models import Source

Item = dict[str, Any]


@dataclass
class Replay:
    """One replay of the steps: where the files are, how a passage is found by its key, and what was added."""

    folder: Path
    cited: Callable[[Iterable[Item]], list[Evidence]]
    added: Counter[str]
    rows: list[Model] = field(default_factory=list)
    """What was changed beside pledges and entries."""

    def text(self, item: Item) -> None:
        """Attach the text of a file to a source that had none, and move the words that said so.

        ``note``, ``published_on`` and ``url`` are pairs of ``was`` and ``is``: a value that is no longer the one
        that it was is somebody's correction, and stays. Raises DataSetError where the file is not the source's
        snapshot, or does not have the words of its passages.
        """
        source = get_by_slug(Source, item.pop("source"))
        text = read_text(self.folder, item.pop("file"))
        unmatched = set(item.pop("unmatched", []))
        _move_fields(source, item, ("note", "published_on", "url", "title", "publisher"))
        self.rows.append(source)
        if not source.has_text and not hasattr(source, "withdrawal"):
            missed = [result for result in attach_full_text(source, text=text) if not result.holds]
            if wrong := [result for result in missed if result.passage.exact not in unmatched]:
                raise DataSetError("; ".join(f"“{result.passage}”: {result.problem}" for result in wrong))
            self.rows += source.passages.all()
            self.added["texts"] += 1

    def restatement(self, item: Item) -> None:
        """State a pledge again with the facts in ``set`` (each a pair of ``was`` and ``is``) and other passages.

        ``drop`` takes citations away by passage and role, ``cite`` adds some. It is known by its reason.
        """
        pledge, reason = get_by_slug(Pledge, item.pop("pledge")), item.pop("reason")
        if pledge.updates.filter(kind=EntryKind.PLEDGE, reason=reason).exists():
            return
        if not is_stated(pledge):
            raise DataSetError(
                "a pledge that is not on the record yet cannot be restated: add it with the step “pledge”."
            )
        bodies, replaces = list(pledge.bodies.all()), list(pledge.replaces.all())
        facts, changed = facts_of(pledge), False
        for name, change in item.pop("set", {}).items():
            if name not in FACTS:
                raise DataSetError(f"“{name}” is not a fact of a pledge: use a name from docs/data-set.md.")
            if facts.get(name) != change["was"]:
                continue
            changed = True
            if name == "bodies":
                bodies = [get_by_slug(Body, slug) for slug in change["is"]]
            else:
                setattr(pledge, name, _value(pledge, name, change["is"]))
        pledge.misread_deadline = bool(item.pop("misread_deadline", False))
        dropped = {(cited.passage.pk, str(cited.role)) for cited in self.cited(item.pop("drop", []))}
        added = self.cited(item.pop("cite", []))
        added_keys = {(cited.passage.pk, str(cited.role)) for cited in added}
        evidence = [
            Evidence(citation.passage, EvidenceRole(citation.role), citation.note)
            for citation in pledge.citations.order_by("id").select_related("passage__source")
            if (citation.passage_id, citation.role) not in dropped | added_keys
        ]
        evidence += added
        cites_the_same = {
            (citation.passage_id, citation.role, citation.note) for citation in pledge.citations.all()
        } == {(cited.passage.pk, str(cited.role), cited.note) for cited in evidence}
        if cites_the_same and not changed:
            return
        publish_statement(
            pledge,
            evidence=evidence,
            bodies=bodies,
            replaces=replaces,
            by=item.pop("by"),
            reason=reason,
            published_at=instant_from(item.pop("published_at")),
        )
        _refuse_rest(item)
        self.added["restatements"] += 1

    def corrected(self, item: Item) -> RecordEntry | None:
        """Take ``corrects`` out of an item and return the entry that it names, by pledge, day and headline.

        None where that entry was corrected or withdrawn already, or its words were withdrawn. Raises DataSetError
        where the pledge has no such entry.
        """
        named = item.pop("corrects")
        pledge, day = get_by_slug(Pledge, item["pledge"]), date_from(named["effective_on"])
        if day is None:
            raise KeyError("effective_on")
        same_day = pledge.updates.filter(effective_on=day, kind__in=STATUS_KINDS)
        entry = same_day.filter(text__headline=named["headline"]).first()
        if entry is None:
            if same_day.filter(text__headline="").exists():  # its words were withdrawn
                return None
            raise DataSetError(f"the pledge has no entry “{named['headline']}” of {named['effective_on']}.")
        if entry.corrections.filter(kind__in=SUPERSEDING_KINDS).exists():
            return None
        return entry

    def conflict_note(self, item: Item) -> None:
        """Change what the desk adds to a point on which sources differ, where it still is what it ``was``."""
        pledge = get_by_slug(Pledge, item.pop("pledge"))
        conflict = Conflict.objects.filter(pledge=pledge, question=item.pop("question")).first()
        if conflict is None:
            raise DataSetError("the pledge has no such conflict.")
        _move_fields(conflict, item, ("note",))
        self.rows.append(conflict)


def read_text(folder: Path, name: str) -> str:
    """Return the text of a file inside the folder of a data set. Raises DataSetError where it cannot be read."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise DataSetError(f"“{name}” is not in the folder of the data set.")
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataSetError(f"{name} cannot be read: {error}") from error


def _move_fields(row: Model, item: Item, names: Iterable[str]) -> None:
    """Change fields of a row from what they ``was`` to what they ``is``; refuse what is no pair of these fields."""
    for name in names:
        change = item.pop(name, None)
        if change is None:
            continue
        was, new = (date_from(change[key]) if name == "published_on" else change[key] for key in ("was", "is"))
        if getattr(row, name) == was:
            setattr(row, name, new)
    _refuse_rest(item)
    row.full_clean()
    row.save()


def _refuse_rest(item: Item) -> None:
    if item:
        raise DataSetError(f"“{next(iter(item))}” is not a kind of change: use one from docs/data-set.md.")


def _value(pledge: Pledge, name: str, value: Any) -> Any:
    """Return a fact of a statement as the field of the pledge takes it."""
    if value is None:
        return OPTIONAL_FACTS[name]() if name in OPTIONAL_FACTS else None
    if name == "recommendation":
        return recommendation_of(pledge.review, value)
    if name == "promised_by":
        return get_by_slug(Body, value)
    if name == "theme":
        return get_by_slug(Theme, value)
    return date_from(value) if name in ("made_on", "deadline_on") else value
