"""What is not published is nowhere: a random word in every field of the desk, and a search of every answer."""

import secrets

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.conftest import signed_in
from tests.factories import FULL, SourceFactory, person, published, stated
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import drafts, holds, questions, review
from tracker.desk.models import DraftType
from tracker.desk.pledge_form import typed_facts
from tracker.opendata.tables import TABLES
from tracker.pledges.choices import QuestionType
from tracker.sources.passages import passage_at

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.usefixtures("casey")
@pytest.mark.slow
def test_nothing_of_the_desk_is_in_any_answer_to_a_reader(ada, grace, caplog):
    token = f"canary{secrets.token_hex(6)}"
    about = stated(slug="about")
    published(ada, grace, about)
    open_source = about.citations.get().passage.source
    secret_source = SourceFactory(slug=token, title=f"Title {token}", text=f"Words with {token} in them.")
    made = drafts.start(DraftType.UPDATE, by=ada, pledge=about)
    fields = FULL | {"headline": token, "explanation": f"About {token}."}
    made = drafts.save(made, version=made.version, by=ada, fields=fields)
    drafts.add_evidence(made, passage_at(secret_source, 11, token), by=ada, note=token)
    start = open_source.text.index("Nobody asked when")
    taken = passage_at(open_source, start, "Nobody asked when")
    drafts.add_evidence(made, taken, by=ada, note=token)
    made.refresh_from_db()
    made = drafts.submit(made, version=made.version, by=ada)
    review.comment(made, by=grace, text=token)
    review.disagree(made, by=person("Third"), text=token)
    holds.place_hold(about, by=ada, reason=token)
    new = drafts.start(DraftType.PLEDGE, by=ada)
    drafts.save(new, version=1, by=ada, fields={"facts": typed_facts(about) | {"title": [token], "slug": [token]}})
    questions.ask(about, kind=QuestionType.LETTER, by=ada, address=f"https://example.org/{token}")

    addresses = [
        reverse(f"public:{name}")
        for name in ("dashboard", "sources", "checks", "bodies", "methodology", "about", "changes", "record",
                     "record-download", "record-verifier", "record-checkpoint", "record-head")
    ]  # fmt: skip
    addresses += [f"/data/{name}.{extension}" for name in TABLES for extension in ("csv", "json", "ndjson")]
    addresses += [f"/api/v1/{name}" for name in ("", "pledges", "updates", "passages", "sources", "changes")]
    addresses += ["/changes/feed.atom", "/feed.atom", "/deadlines.ics", "/data/", "/data/datapackage.json",
                  "/api/v1/pledges/about", "/api/v1/openapi.json", "/pledges/about/feed.atom", "/embed/pledges/about/",
                  "/embed/pledges/about.svg", f"/api/v1/sources/{open_source.slug}"]  # fmt: skip
    # In each way: the page that the secret is near to, and another of its kind. The others as they are alone.
    as_they_are = set()
    for own in (about, about.promised_by, about.theme, open_source):
        others = [one for one in type(own).objects.exclude(pk=own.pk) if one != secret_source]
        first, *rest = [one.get_absolute_url() for one in others]
        addresses += [own.get_absolute_url(), first, *rest]
        as_they_are |= set(rest)
    hidden = [secret_source.get_absolute_url(), f"/pledges/{token}/", f"/sources/{token}/"]
    readers = [Client(), signed_in(person("A Stranger", None))]
    for client in readers:
        for address in [*addresses, *hidden, "/admin/", "/desk/", f"/desk/drafts/{made.pk}/"]:
            once = address.startswith(("/data/", "/api/")) or address in as_they_are
            for query in ("", "?as_of=2026-11-24", "?sort=title") if client is readers[0] and not once else ("",):
                for headers in ({},) if once else ({}, {"HX-Request": "true"}):
                    answer = client.get(address + query, headers=headers)
                    content = b"".join(answer) if answer.streaming else answer.content
                    where = f"{address}{query}"
                    assert answer.status_code < 500, where
                    if address not in hidden:  # a 404 may repeat the address that was asked for
                        assert token not in content.decode(), where
                    else:
                        assert answer.status_code == 404, where
                    assert f'id="passage-{taken.pk}"' not in content.decode(), where
                    assert token not in str(answer.headers) or address in hidden, where
    assert token not in caplog.text.replace(f"/{token}/", "")
    assert token in signed_in(person("A Viewer", DeskRole.VIEWER)).get(f"/desk/drafts/{made.pk}/").content.decode()
