"""Fill an empty tracker with made-up pledges whose record verifies, for measuring: seeded, ten entries each, fast.

    python benchmarks/generate.py --pledges 10000 --seed 1

The database is that of the environment (DATABASE_URL, or DATA_DIR); it has to be migrated and empty. The entries are
committed to as pledges/record/publish.py does, by the rules of docs/record-format.md, but written in bulk: the guards
step aside meanwhile and are back at the end. Everything says that it is made up.
"""

import argparse
import datetime as dt
import json
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402

from tracker.core import triggers  # noqa: E402
from tracker.pledges.choices import Basis, PledgeKind  # noqa: E402
from tracker.pledges.derived import counts, status_periods  # noqa: E402
from tracker.pledges.models import Body, Citation, EntryText, Pledge, RecordEntry, Review, Theme  # noqa: E402
from tracker.pledges.record.hash_chain import (  # noqa: E402
    GENESIS_DIGEST,
    entry_digest,
    format_timestamp,
    statement_text,
    text_digest,
)
from tracker.pledges.record.tree import rebuild_tree  # noqa: E402
from tracker.pledges.search.index import rebuild_index  # noqa: E402
from tracker.sources.models import Passage, Source, sha256_of  # noqa: E402

ENTRIES = 10
"""Entries of each pledge: one that states it, nine that say what happened."""
PER_SOURCE = 20
"""Pledges that rest on one source."""
_BATCH = 20_000
_FIRST_DAY = dt.datetime(2025, 6, 17, 9, tzinfo=dt.UTC)

_WHO = ["office", "department", "council", "inspectorate", "service", "agency", "court", "force"]
_DOES = ["publish", "fund", "train", "review", "extend", "open", "record", "inspect", "reform", "share"]
_WHAT = ["licences", "guidance", "files", "standards", "reports", "budgets", "registers", "hearings", "plans", "data"]
_WHEN = ["by spring", "this year", "within months", "in every region", "before the next session", "without delay"]


def _instant(told: str) -> str:
    """An instant as the record has it, as the database takes it from text."""
    return told[:-1].replace("T", " ") + ("" if connection.vendor == "sqlite" else "+00")


def _insert(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> int:
    """Write rows by column name, in batches, and return how many."""
    rows = iter(rows)
    number = 0
    with connection.cursor() as cursor:
        while batch := list(islice(rows, _BATCH)):
            columns = list(batch[0])
            cursor.executemany(
                f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
                f"VALUES ({', '.join(['%s'] * len(columns))})",
                [tuple(row.values()) for row in batch],
            )
            number += len(batch)
    return number


def _sentence(random_: random.Random) -> str:
    return (
        f"The {random_.choice(_WHO)} will {random_.choice(_DOES)} {random_.choice(_WHAT)} "
        f"{random_.choice(_WHEN)} (made up, {random_.randrange(10**6)})."
    )


class World:
    """What is written, table by table; the same for the same seed and size."""

    def __init__(self, pledges: int, seed: int) -> None:
        self.number = pledges
        self.random = random.Random(seed)
        self.bodies = [(n + 1, f"body-{n}", f"Made-up body {n}") for n in range(min(200, max(4, pledges // 50)))]
        self.themes = [(n + 1, f"theme-{n}", f"Made-up theme {n}") for n in range(8)]
        self.sentences: list[str] = []
        self.shas: list[str] = []

    def sources(self) -> Iterator[dict[str, Any]]:
        for n in range(-(-self.number // PER_SOURCE)):
            mine = [_sentence(self.random) for _ in range(PER_SOURCE)]
            self.sentences += mine
            text = " ".join(mine)
            self.shas.append(sha256_of(text))
            yield {
                "id": n + 1, "slug": f"source-{n}", "title": f"Made-up statement {n}", "publisher": "Nobody",
                "kind": "official-publication", "url": "", "published_on": "2025-06-17", "licence": "ogl-3.0",
                "note": "", "text": text, "sha256": self.shas[-1], "characters": len(text),
                "pages": "[]", "page_labels": "[]", "archived_url": "",
            }  # fmt: skip

    def passages(self) -> Iterator[dict[str, Any]]:
        for n in range(self.number):
            first = n // PER_SOURCE * PER_SOURCE
            start = sum(len(one) + 1 for one in self.sentences[first:n])
            yield {
                "id": n + 1, "source_id": n // PER_SOURCE + 1, "start": start, '"end"': start + len(self.sentences[n]),
                "exact": self.sentences[n], "prefix": "", "suffix": "", "fragment": "",
                "snapshot_sha256": self.shas[n // PER_SOURCE], "checked_on": "2025-06-17",
            }  # fmt: skip

    def facts(self, n: int) -> dict[str, Any]:
        deadline = dt.date(2026, 1, 1) + dt.timedelta(days=n * 37 % 900) if n % 3 == 0 else None
        return {
            "title": self.sentences[n][:200], "kind": list(PledgeKind.values)[n % 5],
            "basis": list(Basis.values)[n % 4],
            "response": "", "made_note": "", "done_means": "It is done, and public evidence shows it.", "unclear": "",
            "deadline_note": "", "note": "", "review": "made-up", "theme": self.themes[n % len(self.themes)][1],
            "promised_by": self.bodies[n % len(self.bodies)][1], "made_on": "2025-06-17",
            "deadline_on": deadline.isoformat() if deadline else None, "recommendation": None, "bodies": [],
            "replaces": [],
        }  # fmt: skip

    def pledges(self) -> Iterator[dict[str, Any]]:
        for n in range(self.number):
            facts = self.facts(n)
            yield {
                name: facts[name]
                for name in ("title", "kind", "basis", "response", "made_on", "made_note", "done_means", "unclear",
                             "deadline_on", "deadline_note", "note")
            } | {
                "id": n + 1, "slug": f"pledge-{n}", "review_id": 1, "theme_id": n % len(self.themes) + 1,
                "promised_by_id": n % len(self.bodies) + 1, "recommendation_id": None,
            }  # fmt: skip

    def entries(self) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
        """Yield each entry with its text and its citation: every pledge is stated, then they move, round by round."""
        ladders = {kind: [step.value for step in PledgeKind(kind).ladder] for kind in PledgeKind.values}
        kinds = list(PledgeKind.values)
        previous, position = GENESIS_DIGEST, 0
        salts = random.Random(self.random.random())
        for turn in range(ENTRIES):
            for n in range(self.number):
                position += 1
                at = _FIRST_DAY + dt.timedelta(days=turn * 50, seconds=n * 50 * 86400 // self.number)
                facts = self.facts(n) if turn == 0 else None
                ladder = ladders[kinds[n % 5]]
                reach = min(turn - 1, n % 5) if turn else -1
                step = "" if reach < 1 else ladder[min(reach - 1, len(ladder) - 1)]
                status = ["no-action-found", "announced", "under-way", "delivered-in-part", "delivered"][max(reach, 0)]
                if step == "announced" and status != "announced":
                    step = ladder[1]
                if turn == 0:
                    status = step = ""
                headline = (
                    "Pledge put on the record" if turn == 0 else f"Made-up step {turn}: {step or 'nothing found'}"
                )
                explanation = "" if turn == 0 else f"Nobody did this; it is made up ({n})."
                salted = {name: f"{salts.getrandbits(256):064x}" for name in ("headline", "explanation", "statement")}
                told = format_timestamp(at)
                day = told[:10]
                shared = {
                    "position": position, "previous": previous, "kind": "update" if turn else "pledge",
                    "status": status, "step": step, "headline_digest": text_digest(headline, salted["headline"]),
                    "explanation_digest": text_digest(explanation, salted["explanation"]),
                    "proposed_by": "Made-up editor",
                    "published_by": "Made-up publisher", "second_review": True, "reason": "",
                }  # fmt: skip
                statement = {}
                if facts is not None:
                    statement = {"statement_digest": text_digest(statement_text(facts), salted["statement"])}
                sha = self.shas[n // PER_SOURCE]
                role = "progress" if turn else "pledge"
                digest = entry_digest(
                    shared | statement | {
                        "version": 1, "pledge": f"pledge-{n}", "effective_on": day,
                        "looked_until": day,
                        "published_at": told, "corrects": None,
                        "evidence": [{
                            "role": role, "exact": self.sentences[n], "note": "",
                            "source": f"source-{n // PER_SOURCE}", "source_sha256": sha,
                        }],
                    }
                )  # fmt: skip
                yield (
                    shared | {
                        "id": position, "pledge_id": n + 1, "effective_on": day, "looked_until": day,
                        "published_at": _instant(told), "corrects_id": None, "digest": digest,
                        "statement_digest": statement.get("statement_digest", ""),
                    },
                    {
                        "update_id": position, "headline": headline, "headline_salt": salted["headline"],
                        "explanation": explanation, "explanation_salt": salted["explanation"],
                        "statement": json.dumps(facts) if facts is not None else None,
                        "statement_salt": salted["statement"] if facts is not None else "",
                    },
                    {
                        "passage_id": n + 1, "pledge_id": None, "update_id": position, "role": role, "note": "",
                        "source_sha256": sha,
                    },
                )  # fmt: skip
                previous = digest


def fill(pledges: int, seed: int) -> float:
    """Write the world and return how many entries were written in a second: with texts, citations, chain and indexes.

    Then each row is looked at, and what lists read is derived, as after an upgrade (rebuild_standings).
    """
    world = World(pledges, seed)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # digests fall anywhere in their indexes: these have to stay in memory
            cursor.execute("PRAGMA cache_size = -500000")
    with transaction.atomic():
        triggers.remove(connection)
        _insert(Review, [{"id": 1, "slug": "made-up", "title": "A made-up review", "author": "Nobody",
                          "government": "No government", "published_on": "2025-06-16"}])  # fmt: skip
        _insert(Body, [dict(zip(("id", "slug", "name"), row, strict=True)) for row in world.bodies])
        _insert(Theme, [dict(zip(("id", "slug", "name"), row, strict=True)) for row in world.themes])
        _insert(Source, world.sources())
        _insert(Passage, world.passages())
        _insert(Pledge, world.pledges())
        _insert(
            Citation,
            (
                {"passage_id": n + 1, "pledge_id": n + 1, "update_id": None, "role": "pledge", "note": "",
                 "source_sha256": ""}
                for n in range(pledges)
            ),
        )  # fmt: skip
        start = time.perf_counter()
        with _in_bulk(RecordEntry, EntryText, Citation):
            stream = world.entries()
            while batch := list(islice(stream, _BATCH)):
                _insert(RecordEntry, (entry for entry, _, _ in batch))
                _insert(EntryText, (text for _, text, _ in batch))
                _insert(Citation, (citation for _, _, citation in batch))
        rate = pledges * ENTRIES / (time.perf_counter() - start)
        _look()
        rebuild_index()
        triggers.install(connection)
        if connection.vendor == "postgresql":
            _follow_sequences()
    status_periods.rebuild_periods()
    counts.store_due_counts()
    rebuild_tree()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return rate


@contextmanager
def _in_bulk(*tables: type[models.Model]) -> Iterator[None]:
    """Fill tables without their indexes and without a look at each row's constraints (SQLite).

    The indexes are made anew at the end, sorted once. That every row holds is looked at by ``_look`` afterwards.
    """
    if connection.vendor != "sqlite":
        yield
        return
    names = [table._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            f"AND tbl_name IN ({', '.join(['%s'] * len(names))})",
            names,
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
        for _, sql in indexes:
            cursor.execute(sql)


def _look() -> None:
    """Stop where a row breaks a constraint of its table (SQLite: other databases looked when it was written)."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
            if (found := cursor.fetchone()[0]) != "ok":
                sys.exit(f"What was made up does not hold: {found}.")


def _follow_sequences() -> None:
    with connection.cursor() as cursor:
        for model in (Review, Body, Theme, Source, Passage, Pledge, RecordEntry):
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def main() -> None:
    """Read the command line and fill the tracker."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pledges", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    settings.DEBUG = False  # Django would keep each statement with its values as a text
    if Pledge.objects.exists():
        sys.exit("The tracker has data already: give an empty one (DATA_DIR or DATABASE_URL).")
    rate = fill(arguments.pledges, arguments.seed)
    print(f"{arguments.pledges * ENTRIES} entries, {rate:,.0f} a second")


if __name__ == "__main__":
    main()
