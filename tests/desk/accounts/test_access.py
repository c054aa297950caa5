"""Every address of the site, for every role and for nobody: a new one without a decision here fails."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils.timezone import now

from tests.desk.conftest import signed_in
from tests.factories import SourceFactory, draft, person, published, stated, submitted
from tracker.desk.accounts.permissions import ABILITIES, Ability, DeskRole
from tracker.desk.actions import candidates, holds, imports, questions
from tracker.desk.catalogue.changes import propose
from tracker.pledges.choices import QuestionType
from tracker.pledges.models import Theme
from tracker.pledges.reports import receive_report
from tracker.sources import intake
from tracker.sources.models import LinkCheck

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# name: (the ability it asks for, the methods it takes). The whole table of decisions.
DESK = {
    "queue": (Ability.SEE, "GET"),
    "pledges": (Ability.SEE, "GET"),
    "pledge": (Ability.SEE, "GET"),
    "ask": (Ability.PROPOSE, "POST"),
    "propose_conflict": (Ability.PROPOSE, "GET POST"),
    "change_conflict": (Ability.PROPOSE, "GET POST"),
    "propose_change": (Ability.PROPOSE, "GET POST"),
    "question": (Ability.SEE, "GET"),
    "report": (Ability.SEE, "GET POST"),
    "publish_answer": (Ability.PUBLISH, "POST"),
    "start": (Ability.PROPOSE, "POST"),
    "draft": (Ability.SEE, "GET POST"),
    "autosave": (Ability.PROPOSE, "POST"),
    "remove_evidence": (Ability.PROPOSE, "POST"),
    "words": (Ability.PROPOSE, "GET POST"),
    "review": (Ability.SEE, "GET"),
    "comment": (Ability.SEE, "POST"),
    "publish": (Ability.PUBLISH, "POST"),
    "published": (Ability.SEE, "GET"),
    "take-back": (Ability.PROPOSE, "POST"),
    "discard": (Ability.PROPOSE, "POST"),
    "catch-up": (Ability.PROPOSE, "POST"),
    "hold_pledge": (Ability.PROPOSE, "POST"),
    "hold_draft": (Ability.PROPOSE, "POST"),
    "hold_source": (Ability.PROPOSE, "POST"),
    "release": (Ability.PUBLISH, "POST"),
    "withdraw_text": (Ability.MANAGE, "GET POST"),
    "withdraw_answer": (Ability.MANAGE, "GET POST"),
    "sources": (Ability.SEE, "GET"),
    "add_source": (Ability.PROPOSE, "GET POST"),
    "intake": (Ability.PROPOSE, "GET POST"),
    "drop_intake": (Ability.PROPOSE, "POST"),
    "again": (Ability.PROPOSE, "GET POST"),
    "withdraw_source": (Ability.MANAGE, "GET POST"),
    "candidates": (Ability.SEE, "GET"),
    "look_for_pledges": (Ability.PROPOSE, "POST"),
    "decide": (Ability.PROPOSE, "POST"),
    "decide_many": (Ability.PROPOSE, "POST"),
    "sign_off_list": (Ability.PUBLISH, "GET"),
    "sign_off_many": (Ability.PUBLISH, "POST"),
    "sign_off_result": (Ability.PUBLISH, "GET"),
    "imports": (Ability.PROPOSE, "GET POST"),
    "import": (Ability.PROPOSE, "GET"),
    "import_columns": (Ability.PROPOSE, "GET POST"),
    "import_values": (Ability.PROPOSE, "GET POST"),
    "import_preview": (Ability.PROPOSE, "GET POST"),
    "import_change": (Ability.PROPOSE, "POST"),
    "import_mapping": (Ability.PROPOSE, "GET"),
    "link": (Ability.PROPOSE, "GET POST"),
    "changes": (Ability.SEE, "GET"),
    "change": (Ability.SEE, "GET"),
    "accept_change": (Ability.PUBLISH, "POST"),
    "accept_changes": (Ability.PUBLISH, "POST"),
    "reject_change": (Ability.PROPOSE, "POST"),
    "find_evidence": (Ability.PROPOSE, "GET"),
    "look_again": (Ability.PROPOSE, "GET POST"),
    "reviews": (Ability.MANAGE, "GET"),
    "review_settings": (Ability.MANAGE, "GET POST"),
    "own_name": (Ability.SEE, "GET POST"),
    "notices": (Ability.SEE, "GET POST"),
    "calendar": (Ability.SEE, "GET"),
    "people": (Ability.MANAGE, "GET"),
    "invite": (Ability.MANAGE, "POST"),
    "renew_invitation": (Ability.MANAGE, "POST"),
    "change_role": (Ability.MANAGE, "POST"),
    "activity": (Ability.MANAGE, "GET"),
}
KEYED = {"notices_feed": Ability.SEE}
"""Addresses of the desk that are the key to themselves, for one person (tests/desk/test_notices.py)."""
PUBLIC = {
    "robots", "security", "sitemap", "sitemap-part", "card", "compare",
    "dashboard", "pictures", "pledge", "pledge-record",
    "report", "reported", "corrections",
    "sources", "source", "checks", "bodies", "body", "theme", "methodology", "about",
    "changes", "month", "record", "record-download", "record-verifier", "record-checkpoint", "record-head",
    "record-proof", "record-packed-proof", "record-verify", "log-checkpoint", "log-growth", "log-tile", "log-leaves",
    "log-cosigned", "record-signatures", "witness-add", "witness-log",
    "how-to-search", "recommendation", "recommendation-report", "recommendations", "recommended-before",
    *(f"review{part}" for part in ("", "s", "-about", "-changes", "-logo", "-month", "-pictures", "-style")),
}  # fmt: skip
OPEN = {
    "index", "package", "descriptor", "table", "api", "openapi", "operation", "feed", "feed-changes",
    "feed-pledge", "feed-body",
    "feed-theme", "calendar", "embed-pledge", "badge", "embed-review", "oembed",
    "calendar-review", "feed-recommendations", "feed-review", "timegate", "timemap",
    *(f"api:{name}" for name in (
        "list_pledges", "get_pledge", "list_updates", "get_update", "list_passages", "get_passage", "get_annotation",
        "list_sources", "get_source", "list_bodies", "list_themes", "list_reviews", "list_changes", "get_record",
        "get_body", "get_recommendation", "get_review", "get_theme", "list_counts", "list_recommendations",
    )),
}  # fmt: skip
ROLES = [None, "stranger", *DeskRole]


def patterns(resolver, namespace=""):
    """Every named address with its view."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{namespace}{one.namespace}:" if one.namespace else namespace)
        elif isinstance(one, URLPattern):
            yield f"{namespace}{one.name}", one.callback


VIEWS = dict(patterns(get_resolver())) | dict(patterns(get_resolver("tracker.opendata.api.urls"), "opendata:api:"))


def test_every_address_has_a_decision():
    ours = {name for name in VIEWS if name.startswith(("desk:", "public:", "opendata:"))}
    ours |= {name for name in VIEWS if name.startswith("alerts:")}
    assert ours == {f"alerts:{name}" for name in ("follow", "requested", "confirm", "end")} | {
        f"desk:{name}" for name in [*DESK, *KEYED]
    } | {f"public:{name}" for name in PUBLIC} | {f"opendata:{name}" for name in OPEN}
    setting_up = {f"setup:{name}" for name in ("start", "site", "test_email", "review")}  # tests/desk/test_setup.py
    others = {name.split(":")[0].split("_")[0] for name in VIEWS if name not in ours | setting_up}
    assert others <= {"admin", "live", "ready", "metrics", "account", "mfa", "usersessions", "None"}, (
        "an address outside of the table"
    )


def test_every_view_of_the_desk_has_the_policy_of_the_table():
    assert {name: VIEWS[f"desk:{name}"].policy for name in DESK} == {name: row[0] for name, row in DESK.items()}


@pytest.fixture
def world(ada, grace):
    return one_of_each(ada, grace)


def one_of_each(ada, grace, **facts):
    """Make one of each thing, and return the address of each page by its name. ``facts`` are of its pledges."""
    about = stated(slug="about", **facts)
    mine, waiting = draft(ada, about), submitted(ada, about)
    entry = published(ada, grace, about)
    question = questions.ask(about, kind=QuestionType.FOI, by=ada, address="https://example.org/").question
    hold = holds.place_hold(stated(slug="held", **facts), by=ada)
    source = mine.evidence.get().passage.source
    report = receive_report(page="/", what="It is wrong.", source="")
    coming = intake.upload_file(b"Words.", name="a.txt", by=ada)
    later = SourceFactory(supersedes=source)
    candidates.search_source(source)
    LinkCheck.objects.create(source=source, url="https://example.org/", state="gone", checked_at=now(), next_at=now())
    matching, brought_in = (
        imports.upload(b"Title\nA pledge\n", name="list.csv", review=about.review, by=ada) for _ in range(2)
    )
    imports.bring_in(brought_in, by=ada)
    change = propose(
        Theme, object_pk=about.theme.pk, title="A theme", before={"name": "A"}, after={"name": "B"}, by=ada
    )
    conflict = about.conflicts.create(question="When")
    arguments = {
        "propose_conflict": [about.slug], "change_conflict": [about.slug, conflict.pk],
        "propose_change": ["theme", about.theme.slug],
        "import": [brought_in.pk], "import_change": [matching.pk],
        **{f"import_{name}": [matching.pk] for name in ("columns", "values", "preview", "mapping")},
        "change": [change.pk], "accept_change": [change.pk], "reject_change": [change.pk],
        "intake": [coming.pk], "drop_intake": [coming.pk], "again": [later.slug], "withdraw_source": [source.slug],
        "candidates": [source.slug], "look_for_pledges": [source.slug], "link": [source.slug],
        "decide": [source.candidates.first().pk], "decide_many": [source.slug],
        "report": [report.pk], "publish_answer": [report.pk], "withdraw_answer": [report.pk],
        "find_evidence": [mine.pk], "look_again": [about.slug], "review_settings": [about.review.slug],
        "pledge": [about.slug], "ask": [about.slug], "question": [question.pk], "draft": [mine.pk],
        "autosave": [mine.pk], "remove_evidence": [mine.pk, mine.evidence.get().pk], "words": [mine.pk, source.slug],
        "review": [waiting.pk], "comment": [waiting.pk], "publish": [waiting.pk], "published": [entry.draft.pk],
        "take-back": [waiting.pk], "discard": [mine.pk], "catch-up": [mine.pk], "hold_pledge": [about.slug],
        "hold_draft": [mine.pk], "hold_source": [source.slug], "release": [hold.pk],
        "withdraw_text": [entry.position], "change_role": [ada.pk],
        "renew_invitation": [ada.pk],
    }  # fmt: skip
    return {name: reverse(f"desk:{name}", args=arguments.get(name, [])) for name in DESK}


@pytest.mark.parametrize("role", ROLES, ids=str)
@pytest.mark.slow
def test_who_gets_in(world, role):
    if role is None:
        client, held = Client(), frozenset()
    else:
        user = person("Somebody Else", None if role == "stranger" else role)
        client, held = signed_in(user), ABILITIES.get(role, frozenset())
    for name, (ability, methods) in DESK.items():
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
            for headers in ({}, {"HX-Request": "true"}):
                answer = client.generic(method, world[name], headers=headers)
                where = f"{method} {world[name]} as {role}"
                assert answer["Cache-Control"] == "no-store", where
                if role is None and headers:
                    assert (answer.status_code, answer.content) == (401, b""), where
                elif role is None:
                    assert answer.status_code == 302, where
                    assert answer["Location"].startswith("/accounts/login/"), where
                elif ability not in held:
                    assert answer.status_code == 403, where
                elif method not in methods and not (method == "HEAD" and "GET" in methods):
                    assert answer.status_code == 405, where
                else:
                    assert answer.status_code in (200, 302, 400, 403, 404, 409, 422), where
                    if answer.status_code == 302:
                        assert not answer["Location"].startswith("/accounts/"), where
                    if method in ("GET", "HEAD"):
                        part_alone = name == "find_evidence" and not headers  # it leads to the whole page
                        assert answer.status_code == (302 if part_alone else 200), where


@pytest.mark.slow
def test_nobody_gets_in_without_a_second_factor(world):
    client = signed_in(person("New Here", DeskRole.ADMIN, second_factor=False))
    for name in DESK:
        for method in ("GET", "POST"):
            answer = client.generic(method, world[name])
            assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/"), f"{method} {name}"


def test_the_admin_asks_for_a_second_factor_and_for_staff(client):
    client.force_login(person("New Here", DeskRole.ADMIN, second_factor=False))
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"
    assert client.get("/admin/pledges/pledge/")["Location"] == "/accounts/2fa/"
    client.force_login(person("With One", DeskRole.ADMIN))
    assert client.get("/admin/").status_code == 200
    client.force_login(person("Not Staff", DeskRole.PUBLISHER))
    assert client.get("/admin/").status_code == 302
    client.logout()
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/")["Location"].startswith("/accounts/login/")


@pytest.mark.slow
def test_publishing_and_inviting_ask_who_it_is_again(world, grace, edith):
    for user, name in (
        (grace, "publish"),
        (grace, "sign_off_many"),
        (grace, "publish_answer"),
        (grace, "release"),
        (edith, "withdraw_text"),
        (edith, "invite"),
        (edith, "change_role"),
        (edith, "renew_invitation"),
        (edith, "withdraw_source"),
    ):
        client = Client()
        client.force_login(user)
        user.set_password("correct horse battery staple")
        user.save()
        client.force_login(user)
        answer = client.post(world[name], {})
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]


@pytest.mark.slow
def test_a_session_ends_with_the_access(world, edith):
    from tracker.desk.actions import people

    user = person("Gone Soon", DeskRole.EDITOR)
    client = signed_in(user)
    assert client.get("/desk/").status_code == 200
    people.change_role(user, role=None, by=edith)
    assert client.get("/desk/").status_code == 302
    other = person("Another", DeskRole.EDITOR)
    client = signed_in(other)
    assert client.get("/desk/").status_code == 200
    other.set_password("another correct horse battery")
    other.save()
    assert client.get("/desk/").status_code == 302
