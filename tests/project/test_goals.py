"""docs/goals.csv: each goal of reliability is tested, and each such test has a control that would fail."""

from functools import cache

import pytest

from tests.drill import _tests, goals
from tests.project.test_asvs import named_in

pytestmark = pytest.mark.once
# How many goals there are of each sort: the record, faults, input, access, load, people, work, desk.
SORTS = {"R": 7, "F": 9, "I": 10, "A": 8, "L": 5, "P": 9, "W": 5, "D": 3}


@cache
def rows():
    return goals()


def test_every_goal_is_there_once():
    assert [row["id"] for row in rows()] == [
        f"{sort}{number + 1}" for sort, many in SORTS.items() for number in range(many)
    ]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_each_has_tests_and_a_control(row):
    assert row["goal"]
    assert row["tests"]
    assert row["control"], "what shows that the check would fail"
    for name in _tests(row):
        path, function = name.split("::")
        assert function in named_in(path), name
