"""Load a data set from a folder of JSON files: review, sources, pledges, updates.

docs/data-set.md describes the format. What is there already is kept as it is, so that a second load
changes nothing and never undoes an admin's work; what is missing is added. One transaction: a data set
is loaded whole or not at all.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from tracker.pledges.choices import EntryKind, EvidenceRole, Status
from tracker.pledges.data.changes import Item, Replay, read_text
from tracker.pledges.data.values import (
    DataSetError,
    M,
    date_from,
    error_lines,
    get_by_slug,
    instant_from,
    recommendation_of,
)
from tracker.pledges.facts.entries import Signers, record_facts
from tracker.pledges.models import Body, Conflict, ConflictSide, Pledge, Recommendation, RecordEntry, Review, Theme
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.publish import Evidence, publish_entry
from tracker.pledges.record.statements import publish_statement
from tracker.pledges.search.index import rebuild_index
from tracker.sources.models import Passage, Source, WantedSource


def load_dataset(folder: Path) -> Counter[str]:
    """Load the data set in a folder and return how many rows of each kind were added.

    Raises DataSetError, with nothing loaded, where a file is missing or no JSON, a key or a reference is
    unknown, a passage is not in the held text, or any rule of the models is broken.
    """
    files = {name: _read(folder / f"{name}.json") for name in ("review", "sources", "pledges", "updates")}
    if (folder / "changes.json").exists():
        files["changes"] = _read(folder / "changes.json")
    loader = _Loader(folder)
    with record_lock():
        for name, content in files.items():
            loader.load(name, content)
        if loader.problems:
            raise DataSetError("\n".join(loader.problems))
        record_facts([*loader.rows, *loader.replay.rows], signers=Signers("Data set"))
        rebuild_index()
    return loader.added


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataSetError(f"{path} is missing.") from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataSetError(f"{path} cannot be read as JSON: {error}") from error


class _Loader:
    """One load: the passages by their key in the files, what was added, its rows, and every problem met."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.added: Counter[str] = Counter()
        self.problems: list[str] = []
        self.passages: dict[str, Passage] = {}
        self.rows: list[models.Model] = []
        self.replay = Replay(folder, self._evidence, self.added)

    def load(self, name: str, content: Any) -> None:
        """Load one file, collecting its problems."""
        steps: dict[str, list[tuple[str, Callable[[Item], None]]]] = {
            "review": [
                ("review", self._review),
                ("bodies", self._body),
                ("themes", self._theme),
            ],
            "sources": [("sources", self._source), ("wanted", self._wanted)],
            "pledges": [("recommendations", self._recommendation), ("pledges", self._pledge)],
            "updates": [("updates", self._update)],
            "changes": [("changes", self._change)],
        }
        if not isinstance(content, dict):
            self.problems.append(f"{name}.json: an object is expected.")
            return
        known = {key for key, _ in steps[name]}
        for key in content.keys() - known:
            self.problems.append(f"{name}.json: “{key}” is not known; known are {', '.join(sorted(known))}.")
        for key, step in steps[name]:
            items = content.get(key, [])
            for number, item in enumerate(items if isinstance(items, list) else [items]):
                self._one(f"{name}.json, {key}[{number}]", step, item)

    def _one(self, where: str, step: Callable[[Item], None], item: Any) -> None:
        if not isinstance(item, dict):
            self.problems.append(f"{where}: an object is expected.")
            return
        name = item.get("slug") or item.get("key") or item.get("headline") or item.get("exact") or ""
        where = f"{where} “{name}”" if name else where
        try:
            with transaction.atomic():
                step(dict(item))
        except ValidationError as error:
            self.problems.extend(f"{where}: {line}" for line in error_lines(error))
        except KeyError as error:
            self.problems.append(f"{where}: “{error.args[0]}” is missing.")
        except (DataSetError, AttributeError, TypeError, ValueError) as error:
            self.problems.append(f"{where}: {error}")

    # One method a kind; each takes what it knows out of the item and refuses the rest.

    def _review(self, item: Item) -> None:
        self._add(Review, {"slug": item.pop("slug")}, {**item, "published_on": date_from(item["published_on"])})

    def _body(self, item: Item) -> None:
        self._add(Body, {"slug": item.pop("slug")}, item)

    def _theme(self, item: Item) -> None:
        if item.get("review"):
            item["review"] = get_by_slug(Review, item["review"])
        self._add(Theme, {"slug": item.pop("slug")}, item)

    def _source(self, item: Item) -> None:
        passages = item.pop("passages")
        if name := item.pop("text_file", None):
            item["text"] = read_text(self.folder, name)
        fields = {**item, "published_on": date_from(item.get("published_on"))}
        source = self._add(Source, {"slug": fields.pop("slug")}, fields)
        stated = item.get("sha256")
        if stated and stated != source.sha256:
            raise DataSetError(f"the tracker has another snapshot of it, with SHA-256 {source.sha256}.")
        for passage in passages:
            self._one(f"sources.json, “{source.slug}”", lambda fields: self._passage(source, fields), passage)

    def _passage(self, source: Source, item: Item) -> None:
        key = item.pop("key")
        if key in self.passages:
            raise DataSetError("this key is used twice.")
        item["checked_on"] = date_from(item.get("checked_on"))
        existing = source.passages.filter(exact=item["exact"])
        if item.get("start") is not None:
            existing = existing.filter(models.Q(start=item["start"]) | models.Q(start__isnull=True))
        passage = existing.first()
        if passage is None:
            passage = Passage(source=source, **item)
            passage.save()
            self.rows.append(passage)
            self.added["passages"] += 1
        else:
            passage.full_clean()
        self.passages[key] = passage

    def _wanted(self, item: Item) -> None:
        self._add(WantedSource, {"slug": item.pop("slug")}, {**item, "looked_on": date_from(item["looked_on"])})

    def _recommendation(self, item: Item) -> None:
        review = get_by_slug(Review, item.pop("review"))
        item["passage"] = self._cited(item["passage"]) if item.get("passage") else None
        self._add(Recommendation, {"review": review, "number": item.pop("number")}, item)

    def _pledge(self, item: Item) -> None:
        citations, conflicts = item.pop("citations"), item.pop("conflicts", [])
        bodies = [get_by_slug(Body, slug) for slug in item.pop("bodies", [])]
        replaces = [get_by_slug(Pledge, slug) for slug in item.pop("replaces", [])]
        review = get_by_slug(Review, item.pop("review"))
        number = item.pop("recommendation", None)
        fields = {
            **item,
            "review": review,
            "theme": get_by_slug(Theme, item["theme"]),
            "promised_by": get_by_slug(Body, item["promised_by"]) if item.get("promised_by") else None,
            "recommendation": recommendation_of(review, number) if number else None,
            "made_on": date_from(item["made_on"]),
            "deadline_on": date_from(item.get("deadline_on")),
            "deadline_edtf": item.get("deadline_edtf", ""),
            "later_deadlines": item.get("later_deadlines", []),
        }
        by, published_at = fields.pop("by", "Data set"), fields.pop("published_at", None)
        evidence = self._evidence(citations)
        pledge = Pledge.objects.filter(slug=fields["slug"]).first()
        if pledge is None:
            pledge = Pledge(**fields)
            self.added["pledges"] += 1
        elif not pledge.updates.filter(kind=EntryKind.PLEDGE).exists():
            # It was made before statements were part of the record: it is stated as it is.
            bodies, replaces = list(pledge.bodies.all()), list(pledge.replaces.all())
            evidence = [
                Evidence(citation.passage, EvidenceRole(citation.role), citation.note)
                for citation in pledge.citations.all()
            ]
        if pledge.pk is None or not pledge.updates.filter(kind=EntryKind.PLEDGE).exists():
            when = instant_from(published_at) if published_at else None
            publish_statement(pledge, evidence=evidence, bodies=bodies, replaces=replaces, by=by, published_at=when)
        for conflict in conflicts:
            self._conflict({**conflict, "pledge": pledge.slug})

    def _conflict(self, item: Item) -> None:
        sides, pledge = item.pop("sides"), get_by_slug(Pledge, item.pop("pledge"))
        row = self._add(Conflict, {"pledge": pledge, "question": item.pop("question")}, item)
        for side in sides:
            fields = dict(side)
            passage = self._cited(fields.pop("passage"))
            self._add(ConflictSide, {"conflict": row, "passage": passage}, fields)

    def _update(self, item: Item) -> None:
        pledge = get_by_slug(Pledge, item.pop("pledge"))
        status, effective_on = Status(item.pop("status")), date_from(item.pop("effective_on"))
        evidence = self._evidence(item.pop("evidence"))
        if effective_on is None:
            raise KeyError("effective_on")
        same = RecordEntry.objects.filter(
            # Withdrawn words are still the entry's: a second load must not bring them back.
            models.Q(text__headline=item["headline"]) | models.Q(text__headline=""),
            pledge=pledge,
            status=status,
            effective_on=effective_on,
        )
        if same.exists():
            return
        if "corrects" in item:
            item["corrects"] = self.replay.corrected({**item, "pledge": pledge.slug})
            if item["corrects"] is None:
                return
        publish_entry(
            pledge,
            status=status,
            effective_on=effective_on,
            looked_until=date_from(item.pop("looked_until")) or effective_on,
            published_at=instant_from(item.pop("published_at")),
            evidence=evidence,
            **item,
        )
        self.added["updates"] += 1

    def _change(self, item: Item) -> None:
        steps: dict[str, Callable[[Item], None]] = {
            "text": self.replay.text,
            "recommendation": self._recommendation,
            "pledge": self._pledge,
            "restatement": self.replay.restatement,
            "conflict": self._conflict,
            "conflict-note": self.replay.conflict_note,
            "update": self._update,
            "correction": self._update,
        }
        kind = item.pop("change")
        if kind not in steps:
            raise DataSetError(f"“{kind}” is no step; steps are {', '.join(steps)}.")
        steps[kind](item)

    def _evidence(self, items: Iterable[Item]) -> list[Evidence]:
        """Return citations of the files as evidence. Raises DataSetError for an unknown passage."""
        return [
            Evidence(self._cited(item["passage"]), EvidenceRole(item["role"]), item.get("note", "")) for item in items
        ]

    def _add(self, model: type[M], key: Item, fields: Item) -> M:
        """Return the row with this key; make it from the fields if there is none yet."""
        existing = model._default_manager.filter(**key).first()
        if existing is not None:
            return existing
        row = model(**key, **fields)
        row.full_clean()
        row.save()
        self.rows.append(row.conflict if isinstance(row, ConflictSide) else row)
        self.added[str(model._meta.verbose_name_plural)] += 1
        return row

    def _cited(self, key: str) -> Passage:
        try:
            return self.passages[key]
        except KeyError:
            raise DataSetError(f"there is no passage “{key}” in sources.json.") from None
