"""The API: its document describes every answer, errors are problem details, pages of rows never overlap."""

import datetime as dt
import json
import os

import pytest
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import fast_first
from tests.factories import BodyFactory, PassageFactory, SourceFactory, stated, update
from tracker.core.keyset import InvalidCursorError, Key, after, cursor, key_values, ordered, read_cursor
from tracker.opendata.api.endpoints import openapi
from tracker.pledges.choices import Status
from tracker.pledges.models import Pledge
from tracker.pledges.read.filters import ORDERS
from tracker.sources.choices import Licence
from tracker.sources.models import Passage

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("DRILL_API", "8"))


@pytest.mark.usefixtures("casey", "requests_in_transaction")
@pytest.mark.slow
def test_no_generated_request_meets_an_error_or_an_answer_that_is_not_described():
    import schemathesis  # here, because each worker collects this module and one runs this test
    from schemathesis.specs.openapi import checks as openapi_checks

    document = openapi()
    assert document["openapi"].startswith("3.1")
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    checks = [
        schemathesis.checks.not_a_server_error,
        openapi_checks.status_code_conformance,
        openapi_checks.content_type_conformance,
        openapi_checks.response_schema_conformance,
        openapi_checks.response_headers_conformance,
    ]
    asked = []

    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @hypothesis_settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        def ask(case):
            asked.append(case.path)
            # The client of programs within this process announces more codings than it reads.
            case.call_and_validate(checks=checks, headers={"Accept-Encoding": "identity"})

        ask()
    assert len(set(asked)) == len(document["paths"])
    print(f"{len(asked)} requests")


def test_every_operation_says_what_it_is_and_what_may_go_wrong():
    document = openapi()
    for path, methods in document["paths"].items():
        assert set(methods) == {"get"}, path
        assert methods["get"]["summary"]
        for parameter in methods["get"].get("parameters", []):
            told = parameter.get("description") or parameter["schema"].get("description")
            assert told or parameter["in"] == "path", (path, parameter["name"])
        assert "application/problem+json" in methods["get"]["responses"]["404"]["content"]
    pledge = document["components"]["schemas"]["Pledge"]["properties"]
    assert all(field.get("description") for field in pledge.values())


@pytest.mark.usefixtures("casey")
def test_the_manual_is_a_page_of_the_site_with_every_operation(client):
    page = client.get("/api/v1/").content.decode()
    for path in openapi()["paths"]:
        assert path in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/none", 404),
        ("/api/v1/pledges/No slug", 404),
        ("/api/v1/pledges/%0A", 404),
        ("/api/v1/pledges/none", 404),
        ("/api/v1/updates/9", 404),
        ("/api/v1/updates/999999999999999999999999", 404),
        ("/api/v1/passages/9", 404),
        ("/api/v1/passages/9/annotation", 404),
        ("/api/v1/sources/none", 404),
        ("/api/v1/passages?source=none", 404),
        ("/api/v1/pledges?limit=0", 422),
        ("/api/v1/pledges?limit=201", 422),
        ("/api/v1/pledges?limit=x", 422),
        ("/api/v1/pledges?cursor=x", 422),
        ("/api/v1/updates?cursor=WyJ4Il0", 422),
        ("/api/v1/pledges?stauts=delivered", 422),
        ("/api/v1/changes?since=-1", 422),
        ("/api/v1/changes?since=99999999999999999999", 422),
        ("/api/v1/bodies?as_of=yesterday", 422),
    ],
)
def test_an_error_is_problem_details(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["detail"]
    assert told["title"]


@pytest.mark.usefixtures("casey")
def test_one_pledge_has_its_record_and_its_words(client):
    told = client.get("/api/v1/pledges/national-inquiry").json()
    assert told["pledge"]["slug"] == "national-inquiry"
    positions = [entry["position"] for entry in told["updates"]]
    assert positions == sorted(positions)
    for row in told["evidence"]:
        assert row["entry"] in positions
        assert Passage.objects.get(pk=row["passage"]).exact == row["words"]["exact"]
    assert told["record"]["size"] == client.get("/api/v1/record").json()["size"]


def test_changes_since_a_position_are_the_record_as_it_is_verified(client):
    about = stated()
    for _ in range(4):
        update(about)
    record = [json.loads(line) for line in b"".join(client.get("/record/record.ndjson")).splitlines()]
    got, address = [], "/api/v1/changes?limit=2"
    while address:
        answer = client.get(address).json()
        got += answer["items"]
        address = answer["next"]
    assert got == record
    assert client.get("/api/v1/changes?since=5").json()["items"] == []


def test_the_text_of_a_source_is_given_only_under_an_open_licence(client):
    stated(PassageFactory(source=SourceFactory(slug="free")))
    stated(PassageFactory(source=SourceFactory(slug="kept", licence=Licence.RESERVED)))
    assert "she added" in client.get("/api/v1/sources/free").json()["text"]
    kept = client.get("/api/v1/sources/kept")
    assert kept.json()["text"] is None
    assert "she added" not in kept.content.decode()


def test_a_passage_is_a_web_annotation(client):
    stated(passage := PassageFactory())
    answer = client.get(f"/api/v1/passages/{passage.pk}/annotation")
    assert answer["Content-Type"] == 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
    told = answer.json()
    assert told["target"]["state"]["schema:sha256"] == passage.source.sha256
    quote, position = told["target"]["selector"]
    assert told["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert (quote["type"], quote["exact"]) == ("TextQuoteSelector", passage.exact)
    assert passage.source.text[position["start"] : position["end"]] == passage.exact
    assert told["id"].endswith(passage.get_absolute_url())


@pytest.mark.parametrize("sort", fast_first(ORDERS, 1))
@pytest.mark.slow
def test_pages_by_cursor_are_the_whole_list_once_in_each_order(client, sort):
    promiser = BodyFactory()
    for number in range(7):
        about = stated(title=f"Same title {number % 2}", promised_by=promiser)
        if number % 3:
            update(about, Status.ANNOUNCED if number % 2 else Status.UNDER_WAY)
    got, address = [], f"/api/v1/pledges?sort={sort}&limit=2"
    while address:
        answer = client.get(address).json()
        got += [row["slug"] for row in answer["items"]]
        address = answer["next"]
    whole = client.get(f"/api/v1/pledges?sort={sort}&limit=200").json()
    assert got == [row["slug"] for row in whole["items"]]
    assert len(set(got)) == 7


@pytest.mark.slow
@given(st.lists(st.one_of(st.text(max_size=50), st.dates(), st.integers(-(2**52), 2**52)), max_size=4))
def test_a_cursor_gives_back_what_was_put_into_it(values):
    keys = [Key(f"k{number}", holds=type(value)) for number, value in enumerate(values)]
    try:
        assert read_cursor(cursor(values), keys) == values
    except InvalidCursorError:
        assert any(isinstance(value, str) and "\x00" in value for value in values)


@pytest.mark.slow
@given(st.text(max_size=60))
def test_what_is_no_cursor_is_refused(word):
    try:
        values = read_cursor(
            word, [Key("status_on", holds=dt.date, nullable=True), Key("title"), Key("pk", holds=int)]
        )
    except InvalidCursorError:
        return
    list(
        after(
            Pledge.objects.all(),
            [Key("made_on", holds=dt.date, nullable=True), Key("title"), Key("pk", holds=int)],
            values,
        )[:1]
    )


def test_places_sort_as_the_database_does():
    for title in ("b", "A", "a", "é", "Z"):
        stated(title=title)
    keys = [Key("title", descending=True), Key("pk", holds=int)]
    rows = list(ordered(Pledge.objects.all(), keys))
    for number, row in enumerate(rows):
        assert list(ordered(after(Pledge.objects.all(), keys, key_values(row, keys)), keys)) == rows[number + 1 :]
