"""make drill: `pytest -p tests.drill` runs the tests of docs/goals.csv, and prints each goal with what was measured.

A goal is held where each of its tests and controls passed; a control is a test that shows that the check would fail.
The table goes to build/drill-sqlite.md or build/drill-postgresql.md too.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.defaultfilters import pluralize

GOALS = Path(__file__).resolve().parent.parent / "docs" / "goals.csv"
LAST = "tests/stress/test_scale.py"
"""It fills a million entries: PostgreSQL keeps their dead rows in its tables for a while."""


def goals() -> list[dict[str, str]]:
    """Return the rows of docs/goals.csv: id, goal, tests, control, note. Names of tests are separated by spaces."""
    return list(csv.DictReader(GOALS.read_text(encoding="utf-8").splitlines()))


def _name(nodeid: str) -> str:
    """Return the file and the function of a test, without its class, its parameters and the group that it runs in."""
    path, *_, function = nodeid.split("[")[0].split("::")
    return f"{path}::{function.split('@')[0]}"


def _tests(row: dict[str, str]) -> list[str]:
    return [*row["tests"].split(), *(one for one in row["control"].split() if "::" in one)]


class Drill:
    """What came of each test, and what was measured."""

    def __init__(self) -> None:
        self.outcomes: dict[str, list[str]] = {}
        self.figures: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests of the goals, the largest last."""
        wanted = {name for row in goals() for name in _tests(row)}
        others = [item for item in items if _name(item.nodeid) not in wanted]
        config.hook.pytest_deselected(items=others)
        items[:] = sorted((item for item in items if item not in set(others)), key=lambda item: LAST in item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what came of a test."""
        if report.when == "call" or report.outcome != "passed":
            self.outcomes.setdefault(_name(report.nodeid), []).append(report.outcome)
            for name, words in report.user_properties if report.when == "call" else []:
                self.figures.setdefault(name.removeprefix("goal "), []).append(str(words))

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield each goal: its id, its words, what was measured, and whether it is held."""
        for row in goals():
            seen = [outcome for name in _tests(row) for outcome in self.outcomes.get(name, [])]
            ran = [outcome for outcome in seen if outcome != "skipped"]
            held = "failed" if "failed" in ran else "held" if ran else "not run"
            measured = "; ".join(dict.fromkeys(self.figures.get(row["id"], []))) or (
                f"{len(ran)} test{pluralize(len(ran))}"
                if ran
                else "tested once, on SQLite"
                if settings_are_postgresql()
                else row["note"]
            )
            yield row["id"], row["goal"], measured, held

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the table, and write it."""
        vendor = "postgresql" if settings_are_postgresql() else "sqlite"
        lines = [f"# What the drill found on {'PostgreSQL' if vendor == 'postgresql' else 'SQLite'}", "",
                 "| goal | what | measured | |", "|---|---|---|---|",
                 *("| " + " | ".join(row) + " |" for row in self.rows())]  # fmt: skip
        terminalreporter.write_line("\n".join(lines))
        folder = GOALS.parent.parent / "build"
        folder.mkdir(exist_ok=True)
        (folder / f"drill-{vendor}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def settings_are_postgresql() -> bool:
    """Whether this run is on PostgreSQL."""
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


def pytest_configure(config: pytest.Config) -> None:
    """Take part in the run; with workers, in the process that gathers what they say."""
    config.pluginmanager.register(Drill(), "drill")
