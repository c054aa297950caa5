"""docs/asvs.csv: OWASP ASVS 5.0.0, levels 1 and 2. Each requirement is answered; a test that is named is there."""

import csv
import re
from collections import Counter
from functools import cache

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
ROWS = list(csv.DictReader((ROOT / "docs" / "asvs.csv").read_text(encoding="utf-8").splitlines()))
pytestmark = pytest.mark.once
# How many requirements of levels 1 and 2 each chapter has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}


@cache
def named_in(path: str) -> set[str]:
    return set(re.findall(r"^ *def (test_\w+)", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_requirement_of_levels_1_and_2_is_answered_once():
    names = [row["requirement"] for row in ROWS]
    assert len(set(names)) == len(names) == 253
    assert Counter(row["level"] for row in ROWS) == {"1": 70, "2": 183}
    assert Counter(int(name.split(".")[0]) for name in names) == CHAPTERS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["requirement"])
def test_an_answer_says_where_it_is_held(row):
    if row["answer"] == "test":
        path, name = row["test"].split("::")
        assert name in named_in(path), f"{path} has no {name}"
    else:
        assert row["answer"] in ("decision", "not applicable")
        assert row["note"], "why, or where it is written down"
        assert not row["test"]


def test_at_least_a_hundred_and_twenty_are_tested():
    assert sum(row["answer"] == "test" for row in ROWS) >= 120


def test_what_a_decision_points_at_is_there():
    for row in ROWS:
        for path in re.findall(r"(?:docs|tracker|tests|deploy)/[\w./-]+\.\w+", row["note"]):
            assert (ROOT / path).exists(), f"{row['requirement']}: {path}"
