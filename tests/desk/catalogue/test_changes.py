"""What readers see of the catalogue is changed by two people, and never without a trace."""

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import fast_first
from tests.desk.conftest import signed_in
from tests.desk.pages import open_form, send
from tests.factories import BodyFactory, PassageFactory, ReviewFactory, SourceFactory, ThemeFactory, stated
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.catalogue.admin_mixin import SecondPersonMixin
from tracker.desk.catalogue.batch import MAX_TICKED, listed
from tracker.desk.catalogue.changes import accept, problem_with, propose
from tracker.desk.catalogue.facts import CATALOGUE
from tracker.desk.models import AuditLogEntry, PendingChange
from tracker.desk.sign_off.public_rows import rows_of_change
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.models import Body, Conflict, Recommendation, Review, Theme
from tracker.sources.models import Passage, Source, WantedSource

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(db):
    """Another admin."""
    from tests.factories import person

    return person("Mary Somerville", DeskRole.ADMIN)


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def log():
    return [
        (entry.user_id, entry.what, entry.changes) for entry in AuditLogEntry.objects.order_by("pk") if entry.changes
    ]


def accepted(client, change, **typed):
    """Open a change, press the button, and return the answer."""
    return send(client, change.get_absolute_url(), "/accept/", **typed)


NOT_PUBLIC = {"User", "Authenticator", "QuestionTemplate", "SearchSynonym", "Subscription"}
"""What may be written in the admin and is no fact of the record: accounts, templates,
what a search takes for the same, who follows what."""


def test_every_admin_class_that_writes_is_of_two_people(rf):
    request = rf.get("/")
    request.user = get_user_model()(is_superuser=True, is_active=True)
    for model, model_admin in admin.site._registry.items():
        permissions = model_admin.get_model_perms(request)
        if model._meta.app_label in ("sources", "pledges", "desk", "alerts", "auth", "mfa", "account", "usersessions"):
            writes = any(permissions[action] for action in ("add", "change", "delete"))
            if writes and model.__name__ not in NOT_PUBLIC:
                assert isinstance(model_admin, SecondPersonMixin), f"{model} is written without a second person"
                assert model in CATALOGUE
    assert all(isinstance(admin.site._registry[model], SecondPersonMixin) for model in CATALOGUE)


@pytest.fixture
def world(db):
    """A published pledge, and the objects around it, each with a form that changes one fact."""
    passage = PassageFactory()
    body, theme = BodyFactory(name="Home Office"), ThemeFactory(name="Policing")
    pledge = stated(passage, promised_by=body, theme=theme)
    recommendation = Recommendation.objects.create(review=pledge.review, number=1, passage=passage)
    other = PassageFactory(source=passage.source, exact="The work starts in May")
    conflict = Conflict.objects.create(pledge=pledge, question="When")
    conflict.sides.create(passage=passage, says="We will do it")
    conflict.sides.create(passage=other, says="May")
    source = passage.source
    facts = {
        "title": source.title, "publisher": "Another office", "kind": source.kind, "published_on": "2025-06-16",
        "url": "",
        "licence": source.licence, "note": "", "archived_url": "", "supersedes": "",
        "passages-TOTAL_FORMS": 0, "passages-INITIAL_FORMS": 0,
    }  # fmt: skip
    sides = [
        {"id": side.pk, "conflict": conflict.pk, "passage": side.passage_id, "says": says}
        for side, says in zip(conflict.sides.order_by("pk"), ["do it", "May"], strict=True)
    ]
    rows = {f"sides-{number}-{name}": value for number, side in enumerate(sides) for name, value in side.items()}
    review = pledge.review
    wanted = WantedSource.objects.create(
        slug="wanted", title="The minutes", would_show="When it was decided.", reason="Not published.",
        looked_on=dt.date(2026, 11, 1),
    )  # fmt: skip
    return {
        WantedSource: (wanted, {"title": "All minutes", "publisher": "", "url": "", "would_show": wanted.would_show,
                                "reason": wanted.reason, "looked_on": "2026-11-01"}, "title"),
        Source: (source, facts, "publisher"),
        Passage: (passage, {"prefix": "", "suffix": "", "snapshot_sha256": passage.snapshot_sha256,
                            "checked_on": "2025-01-01", "reanchored_from": "", "again": ""}, "checked_on"),
        Body: (body, {"name": "Ministry of the Interior"}, "name"),
        Theme: (theme, {"name": "Police"}, "name"),
        Review: (review, {"title": "Another title", "author": review.author, "government": review.government,
                          "published_on": "2025-06-16"}, "title"),
        Recommendation: (recommendation, {"review": review.pk, "number": 2, "passage": passage.pk}, "number"),
        Conflict: (conflict, {"pledge": pledge.pk, "question": "When", "note": "", "sides-TOTAL_FORMS": 2,
                              "sides-INITIAL_FORMS": 2, **rows}, "sides"),
    }  # fmt: skip


def facts(row):
    from tracker.desk.catalogue.facts import facts_of

    return facts_of(type(row)._base_manager.get(pk=row.pk))


@pytest.mark.parametrize("model", fast_first(CATALOGUE, 3), ids=lambda model: model.__name__)
def test_a_public_fact_changes_once_another_person_accepts_it(world, edith, second, model):
    row, form, name = world[model]
    before = facts(row)
    client = signed_in(edith)
    page = client.post(url(model, "change", row.pk), form, follow=True)
    assert "a second person must accept it" in page.content.decode()
    assert facts(row) == before, "nothing is changed yet"
    change = PendingChange.objects.get()
    assert list(change.after) == [name], "one fact, as it was typed"
    assert (change.by, change.before[name]) == (edith, before[name])

    accept = reverse("desk:accept_change", args=[change.pk])
    assert client.post(accept, {"version": change.version}).status_code == 403, "its author never accepts it"
    assert facts(row) == before
    shown = signed_in(second).get(change.get_absolute_url()).content.decode()
    assert "Accept the change" in shown
    accepted(signed_in(second), change)
    assert facts(row)[name] == change.after[name]
    assert facts(row) == before | change.after
    proposal, acceptance = log()
    assert proposal[0] == edith.pk
    assert acceptance[0] == second.pk
    assert acceptance[2] == proposal[2] != []


@pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model.__name__)
def test_one_person_changes_it_where_the_desk_is_of_one_and_the_log_has_both_values(world, edith, settings, model):
    settings.FOUR_EYES = False
    row, form, name = world[model]
    before = facts(row)
    signed_in(edith).post(url(model, "change", row.pk), form)
    assert facts(row)[name] != before[name]
    assert not PendingChange.objects.exists()
    [(user, what, changes)] = log()
    assert (user, what, len(changes)) == (edith.pk, "changed a fact of the catalogue", 1)
    assert changes[0][1] != changes[0][2]


def test_what_readers_do_not_see_changes_at_once_and_is_logged(edith):
    source, client = SourceFactory(title="Old"), signed_in(edith)
    form = {"title": "New", "publisher": source.publisher, "kind": source.kind, "published_on": "2025-06-16",
            "url": "", "licence": source.licence, "note": "", "archived_url": "", "supersedes": "",
            "text": source.text, "sha256": source.sha256, "characters": source.characters,
            "passages-TOTAL_FORMS": 0, "passages-INITIAL_FORMS": 0}  # fmt: skip
    client.post(url(Source, "change", source.pk), form)
    client.post(url(Passage, "add"), {"source": source.pk, "exact": "We will do it.", "prefix": "", "suffix": ""})
    client.post(url(Passage, "delete", Passage.objects.get().pk), {"post": "yes"})
    client.post(url(Source, "delete", source.pk), {"post": "yes"})
    assert not Source.objects.exists()
    assert not PendingChange.objects.exists()
    assert [what for _, what, _ in log()] == [
        f"{verb} a fact of the catalogue" for verb in ("changed", "added", "deleted", "deleted")
    ]
    assert log()[0][2] == [["title", "Old", "New"]]


@pytest.mark.slow
def test_an_admin_alone_adds_nothing_that_tables_and_lists_have(edith, second):
    """No pledge uses any of it, and yet readers would see it: in tables, the API, lists, and the passage's source."""
    passage = PassageFactory(source=SourceFactory(slug="own", title="A source of my own"))
    passage.source.contributors.add(edith)
    review = ReviewFactory()
    forms = {
        Review: {
            "slug": "mine",
            "title": "Mine alone",
            "author": "A",
            "government": "G",
            "published_on": "2025-06-16",
        },
        Body: {"slug": "mine", "name": "Mine alone"},
        Theme: {"slug": "mine", "name": "Mine alone"},
        Recommendation: {"review": review.pk, "number": 1, "passage": passage.pk},
    }
    client = signed_in(edith)
    for model, typed in forms.items():
        client.post(url(model, "add"), typed)
    assert PendingChange.objects.count() == len(forms)
    tables = ("reviews", "recommendations", "bodies", "themes", "passages", "sources")
    told = {name: b"".join(Client().get(f"/data/{name}.csv")).decode() for name in tables}
    assert "Mine alone" not in "".join(told.values()) + Client().get("/bodies/").content.decode()
    assert [len(told[name].splitlines()) for name in ("recommendations", "passages", "sources")] == [1, 1, 1]
    assert Client().get("/sources/own/").status_code == 404
    for change in PendingChange.objects.all():
        assert accepted(signed_in(second), change).status_code == 302
    assert Client().get("/sources/own/").status_code == 200
    assert "Mine alone" in Client().get("/bodies/").content.decode()


def test_who_brought_in_what_becomes_public_by_a_change_does_not_accept_it(edith, second, grace):
    passage = PassageFactory()
    passage.source.contributors.add(second)
    passage.contributors.add(grace)
    signed_in(edith).post(
        url(Recommendation, "add"), {"review": ReviewFactory().pk, "number": 1, "passage": passage.pk}
    )
    change = PendingChange.objects.get()
    address = reverse("desk:accept_change", args=[change.pk])
    for person, why in ((second, "You added"), (grace, "You chose the words")):
        assert why in signed_in(person).get(change.get_absolute_url()).content.decode()
        assert signed_in(person).post(address, {"version": 1}).status_code == 403
    assert not Recommendation.objects.exists()


def test_a_source_that_changes_after_it_was_looked_at_is_not_made_public(edith, grace):
    """The change itself stays as it was: what becomes public by it does not."""
    passage = PassageFactory(source=SourceFactory(slug="cited", title="What was looked at"))
    signed_in(edith).post(
        url(Recommendation, "add"), {"review": ReviewFactory().pk, "number": 1, "passage": passage.pk}
    )
    change, client = PendingChange.objects.get(), signed_in(grace)
    address, held = open_form(client, change.get_absolute_url(), "/accept/")
    assert "What was looked at" in held["shown"]
    Source.objects.filter(slug="cited").update(title="Something else", licence="all-rights-reserved")
    page = client.post(address, held)
    assert page.status_code == 409
    assert "This changed after you opened the page" in page.content.decode()
    assert "<ins>Something else</ins>" in page.content.decode()
    assert not Recommendation.objects.exists()
    assert accepted(client, change).status_code == 302
    assert Recommendation.objects.get().passage == passage


def test_a_public_conflict_is_added_and_deleted_by_two(edith, grace):
    passage = PassageFactory()
    pledge = stated(passage)
    other = PassageFactory(source=passage.source, exact="The work starts in May")
    form = {
        "pledge": pledge.pk, "question": "When", "note": "", "sides-TOTAL_FORMS": 2, "sides-INITIAL_FORMS": 0,
        "sides-0-passage": passage.pk, "sides-0-says": "do it", "sides-1-passage": other.pk, "sides-1-says": "May",
    }  # fmt: skip
    signed_in(edith).post(url(Conflict, "add"), form)
    assert not Conflict.objects.exists()
    change = PendingChange.objects.get()
    accepted(signed_in(grace), change)
    conflict = Conflict.objects.get()
    assert [side.says for side in conflict.sides.all()] == ["do it", "May"]
    signed_in(edith).post(url(Conflict, "delete", conflict.pk), {"post": "yes"})
    assert Conflict.objects.exists()
    change = PendingChange.objects.get(action="delete")
    accepted(signed_in(grace), change)
    assert not Conflict.objects.exists()


def test_an_import_goes_the_same_way(world, edith, second):
    body, _, _ = world[Body]
    table = f"slug,name\n{body.slug},Ministry of the Interior\nnew-body,A new body\n"
    client = signed_in(edith)
    upload = SimpleUploadedFile("table.csv", table.encode(), "text/csv")
    page = client.post(url(Body, "import"), {"format": "0", "import_file": upload})
    assert not PendingChange.objects.exists(), "a preview proposes nothing"
    page = client.post(url(Body, "process_import"), page.context["confirm_form"].initial, follow=True)
    assert "2 of these rows are not changed yet" in page.content.decode()
    body.refresh_from_db()
    assert body.name == "Home Office"
    assert not Body.objects.filter(name="A new body").exists()
    for change in PendingChange.objects.all():
        accepted(signed_in(second), change)
    body.refresh_from_db()
    assert body.name == "Ministry of the Interior"
    assert Body.objects.filter(name="A new body").exists()


def test_a_public_passage_is_found_again_by_two_and_another_by_one_who_then_contributed(ada, grace):
    earlier = SourceFactory(slug="before")
    words = ("We will do it.", "The work starts in May")
    old = [PassageFactory(source=earlier, exact=exact) for exact in words]
    later = SourceFactory(slug="after", supersedes=earlier)
    public, own = [PassageFactory(source=later, exact=exact) for exact in words]
    stated(public)
    client, address = signed_in(ada), reverse("desk:again", args=["after"])
    for passage, there in zip(old, (public, own), strict=True):
        client.post(address, {"passage": passage.pk, "start": there.start, "end": there.end})
    public.refresh_from_db()
    own.refresh_from_db()
    assert (public.again, own.again) == (None, old[1])
    assert list(own.contributors.all()) == [ada]
    change = PendingChange.objects.get()
    assert client.post(reverse("desk:accept_change", args=[change.pk])).status_code == 403
    assert accepted(signed_in(grace), change).status_code == 302
    public.refresh_from_db()
    assert public.again == old[0]


@pytest.fixture
def waiting(world, edith):
    """A change of a body's name that waits."""
    body, form, _ = world[Body]
    signed_in(edith).post(url(Body, "change", body.pk), form)
    return PendingChange.objects.get()


def test_what_changed_meanwhile_is_not_overwritten(waiting, grace):
    client = signed_in(grace)
    address, held = open_form(client, waiting.get_absolute_url(), "/accept/")
    Body.objects.filter(pk=waiting.object_pk).update(name="Changed meanwhile")
    page = client.post(address, held)
    assert page.status_code == 409
    assert "Changed meanwhile" in page.content.decode(), "the difference is shown"
    assert "The values have changed" in client.get(waiting.get_absolute_url()).content.decode()
    assert Body.objects.get(pk=waiting.object_pk).name == "Changed meanwhile"
    Body.objects.filter(pk=waiting.object_pk).update(name="Home Office")
    accepted(client, waiting)
    assert Body.objects.get(pk=waiting.object_pk).name == "Ministry of the Interior"


def test_who_accepts_names_the_version_that_they_saw(waiting, edith, grace):
    client = signed_in(grace)
    address, held = open_form(client, waiting.get_absolute_url(), "/accept/")
    signed_in(edith).post(url(Body, "change", waiting.object_pk), {"name": "A worse name"})
    waiting.refresh_from_db()
    assert (waiting.version, waiting.after) == (2, {"name": "A worse name"})
    page = client.post(address, held)
    assert page.status_code == 409
    assert "A worse name" in page.content.decode()
    assert Body.objects.get(pk=waiting.object_pk).name == "Home Office"


def test_a_second_change_of_the_same_object_waits_for_the_first(waiting, second):
    page = signed_in(second).post(url(Body, "change", waiting.object_pk), {"name": "Mine"}, follow=True)
    assert "is waiting for a second person. Accept or reject it first" in page.content.decode()
    assert PendingChange.objects.count() == 1


@pytest.mark.parametrize("whose", ["edith", "grace"])
def test_it_is_rejected_with_a_reason_or_taken_back(waiting, request, whose):
    client, address = signed_in(request.getfixturevalue(whose)), reverse("desk:reject_change", args=[waiting.pk])
    assert client.post(address, {"version": 1, "reason": " "}).status_code == 422
    assert client.post(address, {"version": 1, "reason": "The old name is right."}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "rejected"
    assert Body.objects.get(pk=waiting.object_pk).name == "Home Office"
    page = client.get(waiting.get_absolute_url()).content.decode()
    assert "The old name is right." in page
    for change in (lambda: waiting.delete(), lambda: PendingChange.objects.update(reason="Other")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_change_that_was_edited_meanwhile_is_not_rejected_unseen(waiting, edith, grace):
    client = signed_in(grace)
    address, held = open_form(client, waiting.get_absolute_url(), "/reject/")
    signed_in(edith).post(url(Body, "change", waiting.object_pk), {"name": "A better name"})
    page = client.post(address, held | {"reason": "The old name is right."})
    assert page.status_code == 409
    assert "The old name is right." in page.content.decode(), "what was typed stays"
    assert "<ins>A better name</ins>" in page.content.decode().replace(' class="new"', "")
    assert PendingChange.objects.get().state == "waiting"
    assert send(client, waiting.get_absolute_url(), "/reject/", reason="The old name is right.").status_code == 302
    page = client.post(address, held | {"reason": "Again."}, follow=True)
    assert "already decided: rejected" in page.content.decode()


def listed_form(client):
    """Where the list of changes is sent, and what it holds with nothing ticked."""
    return open_form(client, reverse("desk:changes"), "/changes/accept/?page=1")


@pytest.fixture
def many(edith, second):
    """Changes that wait: three bodies and a recommendation by one admin, a body by another, a conflict with words."""
    review = ReviewFactory(title="A review")
    for by, names in ((edith, ("Alpha", "Beta", "Gamma")), (second, ("Mine",))):
        for name in names:
            propose(Body, object_pk=None, title=name, before=None, after={"slug": name.lower(), "name": name}, by=by)
    after = {"review": review.pk, "number": 7, "passage": None, "repeats": []}
    propose(Recommendation, object_pk=None, title="Recommendation 7", before=None, after=after, by=edith)
    after = {"pledge": stated(slug="about").pk, "question": "When", "note": "",
             "sides": [{"passage": PassageFactory().pk, "says": says} for says in ("May", "June")]}  # fmt: skip
    propose(Conflict, object_pk=None, title="When", before=None, after=after, by=edith)
    return {change.title: change for change in PendingChange.objects.all()}


@pytest.mark.slow
def test_changes_that_were_ticked_are_accepted_each_as_it_was_shown(many, edith, second):
    client = signed_in(second)
    address, held = listed_form(client)
    assert client.post(address, held).status_code == 422, "nothing was ticked"
    assert "Tick at least one change" in client.post(address, held).content.decode()
    propose(Body, object_pk=None, title="Later", before=None, after={"slug": "later", "name": "Later"}, by=edith)
    later = PendingChange.objects.get(title="Later")
    PendingChange.objects.filter(title="Beta").update(after={"slug": "beta", "name": "Another name"})
    answer = client.post(address, held | {"change": [*(change.pk for change in many.values()), later.pk]})
    told = client.get(answer["Location"]).content.decode()
    assert "3 changes accepted" in told
    assert set(Body.objects.filter(name__in=["Alpha", "Beta", "Gamma", "Mine", "Later", "Another name"])
               .values_list("name", flat=True)) == {"Alpha", "Gamma"}  # fmt: skip
    assert Recommendation.objects.get(number=7).review.title == "A review"
    waiting = PendingChange.objects.filter(state="waiting").values_list("title", flat=True)
    assert set(waiting) == {"Beta", "Mine", "When", "Later"}, (
        "what changed, one's own, what shows more, what was not shown"
    )
    for refused in (
        "Add body: Beta</a> was not accepted. It changed",
        "Add body: Mine</a> was not accepted. You proposed",
    ):
        assert refused in told
    assert {(entry.user_id, entry.about) for entry in AuditLogEntry.objects.filter(what__startswith="accepted")} == {
        (second.pk, about) for about in ("body: Alpha", "body: Gamma", "recommendation: Recommendation 7")
    }
    again = client.post(address, held | {"change": [*(change.pk for change in many.values()), later.pk]})
    assert again.status_code == 302
    assert PendingChange.objects.filter(state="waiting").count() == 4, "sent twice it has one effect"


def test_the_list_shows_what_each_change_shows_and_boxes_for_who_may_tick(many, ada, second, grace):
    items = listed(list(PendingChange.objects.order_by("pk")), by=second)
    for item in items:
        alone = item.change.title != "When"
        assert item.rows == (rows_of_change(item.change) if alone else [])
        assert bool(item.problem) == (item.change.title in ("When", "Mine"))
        assert not alone or problem_with(item.change, by=second) == item.problem
    page = signed_in(grace).get(reverse("desk:changes")).content.decode()
    assert page.count('type="checkbox"') == 5
    page = signed_in(ada).get(reverse("desk:changes")).content.decode()
    assert "Alpha" in page
    assert 'type="checkbox"' not in page
    assert signed_in(ada).post(reverse("desk:accept_changes"), {"change": items[0].change.pk}).status_code == 403


def test_the_list_costs_the_same_with_one_change_and_with_a_page_of_them(
    world, edith, grace, django_assert_max_num_queries
):
    def propose_bodies(number):
        for name in (f"{number}-{one}" for one in range(number)):
            body = BodyFactory(name=name)
            propose(Body, object_pk=body.pk, title=name, before={"name": name}, after={"name": f"{name}!"}, by=edith)
            after = {"review": world[Review][0].pk, "number": 100 * number + body.pk, "passage": None, "repeats": []}
            propose(Recommendation, object_pk=None, title=name, before=None, after=after, by=edith)

    client = signed_in(grace)
    propose_bodies(1)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("desk:changes"))
    propose_bodies(13)
    with django_assert_max_num_queries(len(few)):
        page = client.get(reverse("desk:changes")).content.decode()
    assert page.count('type="checkbox"') == MAX_TICKED
    assert "Page 1 of 2" in page


def test_an_editor_decides_nothing(waiting, ada):
    client = signed_in(ada)
    assert client.post(reverse("desk:accept_change", args=[waiting.pk]), {"version": 1}).status_code == 403
    assert client.post(
        reverse("desk:reject_change", args=[waiting.pk]), {"version": 1, "reason": "No."}
    ).status_code == 403  # fmt: skip
    assert "Accept the change" not in client.get(waiting.get_absolute_url()).content.decode()


def test_it_stands_in_the_queue_and_in_the_list(waiting, grace, django_assert_max_num_queries):
    client = signed_in(grace)
    assert "Change body: Home Office" in client.get(reverse("desk:queue")).content.decode()
    with django_assert_max_num_queries(15):
        assert str(waiting) in client.get(reverse("desk:changes")).content.decode()


def test_a_rule_of_the_model_is_asked_when_it_is_accepted(world, edith, grace):
    body, other = world[Body][0], BodyFactory(name="Taken")
    change = propose(
        Body, object_pk=body.pk, title="x", before={"name": body.name}, after={"name": other.name}, by=edith
    )
    with pytest.raises(ValidationError, match="There is one with this already"):
        accept(change, shown=digest_of(rows_of_change(change)), by=grace)
    assert PendingChange.objects.get().state == "waiting"
