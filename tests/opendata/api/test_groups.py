"""What pledges are filed under by API, each with what belongs to it, and counts by status over time."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import BodyFactory, PassageFactory, RecommendationFactory, ThemeFactory, stated, update
from tracker.pledges.choices import EvidenceRole, Response, Status
from tracker.pledges.models import Body, Pledge, Recommendation, Review, Theme
from tracker.pledges.record.publish import Evidence
from tracker.pledges.record.statements import publish_statement

pytestmark = pytest.mark.django_db


def on(day: str):
    return time_machine.travel(dt.datetime.fromisoformat(f"{day}T12:00+00:00"))


def restate(about: Pledge, **facts) -> None:
    for name, value in facts.items():
        setattr(about, name, value)
    evidence = [Evidence(PassageFactory(), EvidenceRole.PLEDGE)]
    publish_statement(about, evidence=evidence, bodies=[], reason="It was wrong.", by="Ada")


@pytest.fixture
def moved(client):
    """Three pledges over two months: one changes its body and its theme, one its status twice."""
    office, police = BodyFactory(slug="office"), BodyFactory(slug="police")
    law, data = ThemeFactory(slug="law", name="Law"), ThemeFactory(slug="data", name="Data")
    answered = RecommendationFactory(number=7, passage=PassageFactory(exact="Nobody asked when."))
    with on("2026-09-10"):
        one = stated(slug="one", promised_by=office, theme=law, recommendation=answered, response=Response.ACCEPTED)
        two = stated(slug="two", promised_by=police, theme=data)
    with on("2026-09-30"):
        update(one, Status.ANNOUNCED)
    with on("2026-10-05"):
        restate(one, promised_by=police, theme=data, recommendation=None, response="")
        update(two, Status.UNDER_WAY)
    with on("2026-10-20"):
        update(two, Status.DELIVERED, step="in-force", on=dt.date(2026, 10, 19))
        stated(slug="three", promised_by=office, theme=law)
    return client


@pytest.mark.parametrize("query", ["", "body=office", "body=police", "theme=law", "theme=data", "review=audit"])
@pytest.mark.slow
def test_counts_of_each_day_are_those_of_the_list_of_that_day(moved, query):
    rows = moved.get(f"/api/v1/counts?every=day&since=2026-09-08&{query}").json()["items"]
    assert len(rows) == 78
    assert [row["day"] for row in rows if row["before_record"]] == ["2026-09-08", "2026-09-09"]
    for row in rows[::9] + [one for one in rows if one["day"] in ("2026-10-04", "2026-10-05", "2026-10-20")]:
        listed = moved.get(f"/api/v1/pledges?as_of={row['day']}&{query}").json()["items"]
        told = {status: [one["status"] for one in listed].count(status) for status in Status.values}
        assert row["by_status"] == told, row["day"]
        assert row["total"] == len(listed)
        assert row["without_status"] == len(listed) - sum(told.values())


def test_weeks_and_months_are_counted_at_their_ends(moved, django_assert_max_num_queries):
    def days(query):
        return [row["day"] for row in moved.get(f"/api/v1/counts?{query}").json()["items"]]

    assert days("") == ["2026-09-30", "2026-10-31", "2026-11-24"]
    assert days("every=week&since=2026-10-01&until=2026-10-14") == ["2026-10-04", "2026-10-11", "2026-10-14"]
    assert days("every=month&since=2024-02-10&until=2024-03-01") == ["2024-02-29", "2024-03-01"]
    with django_assert_max_num_queries(12):
        days("every=day&since=2024-06-01&body=office")


@pytest.mark.parametrize(
    "query",
    ["every=year", "since=x", "since=2026-11-01&until=2026-10-01", "every=day&since=1990-01-01", "body=a&theme=b"],
)
def test_counts_that_cannot_be_had_are_an_error(client, query):
    answer = client.get(f"/api/v1/counts?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.slow
def test_one_of_each_with_what_belongs_to_it(moved):
    def told(address):
        answer = moved.get(f"/api/v1/{address}").json()
        return [one["slug"] for one in answer["pledges"]], answer

    slugs, body = told("bodies/police")
    assert (slugs, body["body"]["slug"]) == (["two", "one"], "police")
    assert (body["counts"]["total"], body["counts"]["by_status"]["delivered"]) == (2, 1)
    assert told("bodies/office?as_of=2026-10-01")[0] == ["one"]
    assert told("themes/law")[0] == ["three"]
    assert told("themes/law?as_of=2026-10-01")[0] == ["one"]
    slugs, review = told("reviews/audit")
    assert set(slugs) == {"one", "two", "three"}
    assert [one["id"] for one in review["recommendations"]] == ["audit-7"]
    slugs, asked = told("recommendations/audit-7?as_of=2026-10-01")
    assert (slugs, asked["passage"]["exact"]) == (["one"], "Nobody asked when.")
    assert told("recommendations/audit-7")[0] == []
    assert (asked["recommendation"]["answers"], asked["recommendation"]["answered_on"]) == (["accepted"], "2025-06-16")
    assert moved.get("/api/v1/recommendations?as_of=2026-10-01").json()["items"] == [asked["recommendation"]]
    assert moved.get("/api/v1/recommendations").json()["items"][0]["answers"] == []
    first, page = told("bodies/police?limit=1")
    assert first + [one["slug"] for one in moved.get(page["next"]).json()["pledges"]] == ["two", "one"]
    for kind in ("bodies", "themes", "reviews", "recommendations"):
        assert moved.get(f"/api/v1/{kind}/none").status_code == 404


def test_entries_of_all_pledges_of_a_body_with_their_words(moved, django_assert_max_num_queries):
    def pledges(query):
        return [one["pledge"] for one in moved.get(f"/api/v1/updates?{query}").json()["items"]]

    assert set(pledges("body=police")) == {"one", "two"}
    assert pledges("body=office&as_of=2026-10-01") == ["one", "one"]
    assert pledges("theme=law") == ["three"]
    assert moved.get("/api/v1/updates?body=none").status_code == 422
    with django_assert_max_num_queries(12):
        answer = moved.get("/api/v1/updates?body=police&include=evidence").json()
    for entry in answer["items"]:
        assert [one["entry"] for one in entry["included"]["evidence"]] == [entry["position"]]
        assert entry["included"]["evidence"][0]["words"]["exact"] == "We will do it."
    assert moved.get("/api/v1/updates?include=everything").status_code == 422


def test_pledges_with_their_latest_entry_on_a_day(moved):
    def latest(query):
        answer = moved.get(f"/api/v1/pledges?sort=title&include=latest,bodies,recommendation,passages&{query}").json()
        return {one["slug"]: one for one in answer["items"]}

    now, then = latest(""), latest("as_of=2026-10-01")
    assert now["two"]["included"]["latest"]["status"] == "delivered"
    assert now["three"]["included"]["latest"] is None
    assert then["two"]["included"]["latest"] is None
    one = then["one"]["included"]
    assert (one["latest"]["status"], one["recommendation"]["number"]) == ("announced", 7)
    assert [body["slug"] for body in one["bodies"]] == ["office"]
    assert [passage["id"] for passage in one["passages"]] == then["one"]["passages"]
    assert now["one"]["included"]["recommendation"] is None
    assert "included" not in moved.get("/api/v1/pledges").json()["items"][0]


def test_a_day_before_the_record_says_so(moved):
    answer = moved.get("/api/v1/pledges?as_of=2026-09-01").json()
    assert answer["notice"] == "The record began on 10 September 2026. We do not know what was published before."
    assert moved.get("/api/v1/pledges?as_of=2026-09-10").json()["notice"] is None
    assert "10 September 2026" in moved.get("/api/v1/pledges/one?as_of=2026-09-01").json()["detail"]
    assert "10 September 2026" in b"".join(moved.get("/data/updates.json?as_of=2026-09-01")).decode()
    for table in ("pledges.csv", "updates.csv", "updates.ndjson?limit=5", "pledge_bodies.ndjson"):
        address = f"/data/{table}{'&' if '?' in table else '?'}as_of="
        assert moved.get(f"{address}2026-09-01").headers["X-Notice"] == answer["notice"], table
        assert "X-Notice" not in moved.get(f"{address}2026-09-10").headers


def test_many_rows_come_so_many_at_a_time(moved):
    for table, query in (
        ("pledges", "sort=title&"),
        ("updates", "pledge=two&"),
        ("recommendations", ""),
        ("passages", ""),
    ):
        whole = b"".join(moved.get(f"/data/{table}.ndjson?{query}"))
        got, address = b"", f"/data/{table}.ndjson?{query}limit=2"
        while address:
            answer = moved.get(address)
            page = b"".join(answer)
            assert len(page.splitlines()) <= 2
            got += page
            address = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
        assert got == whole, table
    for wrong in ("pledges.csv?limit=2", "pledges.ndjson?limit=0", "pledges.ndjson?limit=9999999",
                  "pledges.ndjson?limit=2&cursor=x", "pledge_bodies.ndjson?limit=2"):  # fmt: skip
        assert moved.get(f"/data/{wrong}").status_code == 400, wrong


def rename_all(number: int) -> None:
    """Give bodies, themes, a review and recommendations another name, other words and another answer."""
    changes = [(Body, "name"), (Theme, "name"), (Review, "title")]
    for model, field in changes:
        for row in model.objects.all():
            setattr(row, field, f"Renamed {row.slug} {number}")
            row.save()
    for asked in Recommendation.objects.all():
        asked.passage = PassageFactory(exact="The work starts in May")
        asked.response, asked.answered_on = Response.REJECTED, dt.date(2026, 11, 1)
        asked.save()


@pytest.mark.slow
def test_tables_and_answers_of_a_past_day_have_its_names_words_and_answers(moved):
    day = "as_of=2026-10-25"
    addresses = [
        *(f"/data/{name}.{ending}?{day}" for name in ("bodies", "themes", "reviews", "recommendations")
          for ending in ("csv", "json", "ndjson")),
        *(f"/api/v1/{path}?{day}" for path in ("bodies", "themes", "reviews", "recommendations", "reviews/audit",
          "bodies/police", "themes/law", "recommendations/audit-7")),
        f"/data/bodies.ndjson?{day}&limit=1", f"/api/v1/pledges?{day}&include=recommendation,bodies",
    ]  # fmt: skip

    def told(address: str) -> tuple[str, int]:
        with CaptureQueriesContext(connection) as captured:
            answer = moved.get(address).getvalue().decode()
        return re.sub(r'"record": ?\{.*?\}', "", answer), len(captured)

    with on("2026-10-21"):  # that readers still see the words after the recommendation has others
        update(Pledge.objects.get(slug="two"), passage=Recommendation.objects.get().passage)
    with on("2026-11-10"):
        then = {address: told(address)[0] for address in addresses}
        assert "Law" in then[f"/data/themes.csv?{day}"]
        rename_all(1)
        now = moved.get("/api/v1/recommendations").json()["items"][0]
        assert (now["words"], now["answers"], now["answered_on"]) == (
            "The work starts in May", ["rejected"], "2026-11-01",
        )  # fmt: skip
        for address in addresses:
            assert told(address)[0] == then[address], address
            today = told(address.replace(day, "").replace("?&", "?"))[0]
            assert re.search(r"Renamed|The work starts in May|included", today), address
        cost = {address: told(address)[1] for address in addresses}
        for number in range(3):
            BodyFactory(slug=f"b-{number}"), ThemeFactory(slug=f"t-{number}", name=f"T {number}")
            RecommendationFactory(review=Review.objects.get(), number=number + 20, passage=PassageFactory())
    with on("2026-11-12"):
        rename_all(2)
        assert {address: told(address)[1] for address in addresses} == cost, "however many were changed"
