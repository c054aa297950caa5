"""The command that lists what costs most asks for every public page that there is."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import get_resolver, resolve

from tests.desk.accounts.test_access import patterns
from tests.factories import stated, update
from tracker.ops.management.commands.list_dearest_requests import addresses
from tracker.pledges.models import Recommendation
from tracker.web.query_parameters import QUERY_PARAMETERS

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def about():
    made = stated(slug="about")
    update(made)
    Recommendation.objects.get_or_create(review=made.review, number=1)
    return made


def test_every_public_page_of_the_urlconf_is_asked_for(about):
    asked = {resolve(address.partition("?")[0]).view_name for address in addresses()}
    public = {name for name, _ in patterns(get_resolver()) if name.startswith(("public:", "opendata:"))}
    # Tiles of the same size, and heads of other logs.
    assert public - asked == {f"public:{name}" for name in ("log-tile", "log-leaves", "witness-add", "witness-log")}
    assert len(asked) > 50


def test_a_page_is_asked_for_with_each_filter_alone_and_with_all(about):
    every = list(addresses())
    assert "/" in every
    assert "/?status=under-way" in every
    assert any(address.startswith("/?") and address.count("=") > 8 for address in every)
    assert len(set(every)) == len(every)


def test_a_page_is_asked_for_as_of_a_day_by_either_clock(about):
    """What readers ask of the past is read from the record, and no set of pledges is held for it."""
    asked = {(resolve(path).view_name, pair.partition("=")[0]) for path, _, query in
             (address.partition("?") for address in addresses()) for pair in query.split("&")}  # fmt: skip
    clocks = {"as_of", "happened_by"}
    read = {(name, key) for name, keys in QUERY_PARAMETERS.items() for key in clocks & set(keys or ())}
    assert {pair for pair in read if pair[0].startswith("public:")} <= asked


@pytest.mark.slow
def test_the_list_has_what_is_made_whole_and_what_is_streamed(about):
    out = StringIO()
    call_command("list_dearest_requests", most=10, stdout=out)
    whole, streamed = out.getvalue().split("Streamed or kept as files:")
    rows = re.findall(r"^ *(\d+) ms +[\d,]+ bytes +(\d+) +(\S+)$", whole, re.MULTILINE)
    assert len(rows) == 10
    took = [int(row[0]) for row in rows]
    assert took == sorted(took, reverse=True)
    assert "500" not in {row[1] for row in rows}
    assert "/data/" in streamed
