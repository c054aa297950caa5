"""Sign-off in a list: what was shown is published, each by itself, and nothing else."""

import lxml.html
import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.desk.conftest import signed_in
from tests.desk.pages import CHECKED, open_form, send
from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    ReviewFactory,
    SourceFactory,
    ThemeFactory,
    person,
    stated,
    submitted,
)
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import drafts, holds, review
from tracker.desk.models import AuditLogEntry, Draft, DraftType, LegalCheck
from tracker.desk.sign_off.batch import new_sources, pledges_to_sign_off, waiting_for
from tracker.desk.sign_off.contributors import contributions_of, contributors_to
from tracker.desk.sign_off.public_rows import rows_of_draft, rows_with_source
from tracker.desk.workflow import DraftState
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Pledge, RecordEntry
from tracker.sources.models import Source
from tracker.sources.passages import passage_at

pytestmark = pytest.mark.django_db
LIST = "/desk/sign-off/"
WORDS = [f"We will publish register {number}." for number in range(1, 13)]


@pytest.fixture
def source():
    return SourceFactory(slug="plan", title="The plan", text=" ".join(WORDS))


def new_pledge(by, source, number: int, **typed: object) -> Draft:
    """A draft of a new pledge that waits for sign-off."""
    review_, theme = ReviewFactory(), ThemeFactory()
    made = drafts.start(DraftType.PLEDGE, by=by)
    facts = {
        "title": f"Publish register {number}", "slug": f"register-{number}", "review": review_.pk, "theme": theme.pk,
        "kind": "service", "basis": "announced-action", "made_on": "2025-06-16", "done_means": " It is published. ",
    } | typed  # fmt: skip
    facts = {name: value if isinstance(value, list) else [str(value)] for name, value in facts.items()}
    made = drafts.save(made, version=made.version, by=by, fields={"facts": facts})
    passage = passage_at(source, source.text.index(WORDS[number - 1]), WORDS[number - 1], by=by)
    drafts.add_evidence(made, passage, by=by, role=EvidenceRole.PLEDGE)
    made.refresh_from_db()
    return drafts.submit(made, version=made.version, by=by)


def publish(*made: Draft) -> dict[str, str]:
    return {f"choice-{draft.pk}": "publish" for draft in made} | CHECKED


@pytest.mark.slow
def test_a_list_is_published_with_one_check_for_what_was_chosen(ada, grace, source):
    made = [new_pledge(ada, source, number) for number in (1, 2, 3)]
    publisher = signed_in(grace)
    page = publisher.get(LIST).content.decode()
    assert "“The plan” becomes public with the first of them" in page
    assert page.count("<mark>We will publish register") == 3
    answer = send(publisher, LIST, "/publish/", **publish(made[0], made[1]), note="Court lists.")
    assert answer["Location"] == f"{LIST}result/"
    result = publisher.get(answer["Location"]).content.decode()
    assert "2 pledges published" in result
    assert "Sign off 1 more" in result
    assert list(Pledge.objects.order_by("slug").values_list("slug", flat=True)) == ["register-1", "register-2"]
    assert all(entry.second_review for entry in RecordEntry.objects.all())
    assert set(LegalCheck.objects.values_list("draft", "note")) == {
        (made[0].pk, "Court lists."), (made[1].pk, "Court lists.")
    }, "no check for what was not chosen"  # fmt: skip
    assert "Publish register 1" in Client().get("/pledges/register-1/").content.decode()
    assert AuditLogEntry.objects.filter(about="2 of 2 published").exists()


@pytest.mark.once
def test_without_the_check_or_a_choice_nothing_is_published_and_choices_stay(ada, grace, source):
    first, second = (new_pledge(ada, source, number) for number in (1, 2))
    publisher = signed_in(grace)
    answer = send(publisher, LIST, "/publish/", **{f"choice-{first.pk}": "publish", f"choice-{second.pk}": "return"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Confirm that you checked for active proceedings." in page
    assert "Publish register 2: Enter a reason, so that the author can correct it." in page
    checked = lxml.html.fromstring(page).xpath("//input[@type='radio'][@checked]/@value")
    assert checked == ["publish", "return"]
    answer = send(publisher, LIST, "/publish/", **CHECKED)
    assert "Choose “Publish” or “Send back” for at least one pledge." in answer.content.decode()
    assert not RecordEntry.objects.exists()
    assert not LegalCheck.objects.exists()


def test_sent_back_with_a_reason_and_no_check_is_asked_for_that(ada, grace, source):
    made = new_pledge(ada, source, 1)
    sent = {f"choice-{made.pk}": "return", f"reason-{made.pk}": "Whose register?"}
    page = signed_in(grace).get(send(signed_in(grace), LIST, "/publish/", **sent)["Location"])
    assert page.status_code == 200
    made.refresh_from_db()
    assert (made.stage, made.comments.get().text) == (DraftState.RETURNED, "Whose register?")


@pytest.mark.slow
def test_what_changed_after_it_was_shown_is_left_out_and_named_and_the_others_are_published(ada, grace, source):
    made = [new_pledge(ada, source, number) for number in (1, 2, 3)]
    publisher = signed_in(grace)
    address, held = open_form(publisher, LIST, "/publish/")
    drafts.recall_submission(made[1], by=ada)
    again = drafts.save(
        Draft.objects.get(pk=made[1].pk), version=Draft.objects.get(pk=made[1].pk).version, by=ada,
        fields={"facts": made[1].facts | {"note": ["Not shown"]}},
    )  # fmt: skip
    drafts.submit(again, version=again.version, by=ada)
    page = publisher.post(address, held | publish(*made), follow=True).content.decode()
    assert "2 pledges published" in page
    assert page.split("Not published")[1].count("Publish register 2") == 1
    assert "It changed after you opened the page" in page
    assert not Pledge.objects.filter(slug="register-2").exists()
    assert not LegalCheck.objects.filter(draft=made[1]).exists()


def test_a_source_that_changed_after_it_was_shown_publishes_nothing_that_rests_on_it(ada, grace, source):
    made = [new_pledge(ada, source, number) for number in (1, 2)]
    address, held = open_form(signed_in(grace), LIST, "/publish/")
    Source.objects.filter(pk=source.pk).update(publisher="Another office")
    page = signed_in(grace).post(address, held | publish(*made), follow=True).content.decode()
    assert "0 pledges published" in page
    assert not Pledge.objects.exists()


def test_an_error_never_keeps_a_choice_for_what_was_not_shown(ada, grace, source):
    made = new_pledge(ada, source, 1)
    address, held = open_form(signed_in(grace), LIST, "/publish/")
    Source.objects.filter(pk=source.pk).update(publisher="Another office")
    page = signed_in(grace).post(address, held | {f"choice-{made.pk}": "publish"}).content.decode()
    assert "This changed after you opened the page. Read it again, then choose." in page
    assert lxml.html.fromstring(page).xpath("//input[@type='radio'][@checked]/@value") == ["later"]


@pytest.mark.slow
def test_nobody_signs_off_their_own_in_a_list(ada, grace, source):
    """Words, a source or a passage of one's own: listed without a choice to publish, and refused if it is forged."""
    others = SourceFactory(slug="others", text=" ".join(WORDS))
    others.contributors.add(grace)
    passage_at(source, source.text.index(WORDS[2]), WORDS[2], by=grace)
    fine, of_source, of_words = new_pledge(ada, source, 1), new_pledge(ada, others, 2), new_pledge(ada, source, 3)
    own = new_pledge(grace, source, 4)
    publisher = signed_in(grace)
    page = publisher.get(LIST).content.decode()
    assert lxml.html.fromstring(page).xpath("//input[@value='publish']/@name") == [f"choice-{fine.pk}"]
    assert "1 more is not listed, because you wrote in it." in " ".join(page.split())
    address, held = open_form(publisher, LIST, "/publish/")
    forged = held | publish(fine, of_source, of_words, own) | {"draft": [fine.pk, of_source.pk, of_words.pk, own.pk]}
    page = publisher.post(address, forged, follow=True).content.decode()
    assert "1 pledge published" in page
    assert list(Pledge.objects.values_list("slug", flat=True)) == ["register-1"]
    assert set(LegalCheck.objects.values_list("draft", flat=True)) == {fine.pk}


@pytest.mark.slow
def test_a_hold_keeps_one_back_and_a_failing_database_harms_no_other(ada, grace, source, monkeypatch):
    made = [new_pledge(ada, source, number) for number in (1, 2, 3)]
    address, held = open_form(signed_in(grace), LIST, "/publish/")
    holds.place_hold(made[0], by=ada)
    assert "It is on hold." in signed_in(grace).get(LIST).content.decode()
    real = review.sign_off

    def failing(draft, **arguments):
        published = real(draft, **arguments)
        if draft.pk == made[1].pk:
            raise DatabaseError
        return published

    monkeypatch.setattr(review, "sign_off", failing)
    page = signed_in(grace).post(address, held | publish(*made), follow=True).content.decode()
    assert "1 pledge published" in page
    assert "The database did not accept it. Try again." in page
    assert "A hold is on" in page.split("Not published")[1]
    assert list(Pledge.objects.values_list("slug", flat=True)) == ["register-3"]
    assert set(LegalCheck.objects.values_list("draft", flat=True)) == {made[2].pk}
    made[1].refresh_from_db()
    assert made[1].stage == DraftState.SUBMITTED


@pytest.mark.once
def test_sent_twice_it_is_published_once(ada, grace, source):
    made, publisher = new_pledge(ada, source, 1), signed_in(grace)
    address, held = open_form(publisher, LIST, "/publish/")
    for _ in range(2):
        assert publisher.post(address, held | publish(made))["Location"] == f"{LIST}result/"
    assert "1 pledge published" in publisher.get(f"{LIST}result/").content.decode()
    page = publisher.post(address, held | publish(made) | {"key": ""}, follow=True).content.decode()
    assert "It is published already." in page
    assert RecordEntry.objects.count() == 1


def test_the_list_shows_what_the_review_of_each_shows(ada, grace, source):
    """The rows are made from what many drafts share; they are those that are asked again before it is published."""
    audit = ReviewFactory()
    bodies = [BodyFactory(), BodyFactory()]
    old = stated(slug="old-one")
    new_pledge(ada, source, 1)
    new_pledge(
        ada, source, 2, bodies=[str(bodies[1].pk), str(bodies[0].pk)], promised_by=bodies[0].pk, response="accepted",
        recommendation=RecommendationFactory(review=audit, number=7).pk, deadline_on="2026-03-31",
        deadline_note="“by 31 March 2026”", unclear="“register”", note="A\r\nnote", replaces=[str(old.pk)],
    )  # fmt: skip
    public = old.citations.get().passage.source
    third = new_pledge(ada, source, 3)
    drafts.recall_submission(third, by=ada)
    drafts.add_evidence(third, PassageFactory(source=public, exact="The work starts in May"), by=ada, note="Scope")
    third.refresh_from_db()
    drafts.submit(third, version=third.version, by=ada)
    words = new_pledge(ada, source, 4, deadline_note="by spring 2026")
    items = pledges_to_sign_off(list(waiting_for(grace)), by=grace)
    assert len(items) == 4
    assert "../2026-21" in {shown for item in items if item.draft == words for _, shown in item.rows}
    for item in items:
        rows = list(item.rows)
        for made_public, source_rows in new_sources([item]):
            rows += rows_with_source(made_public.slug, source_rows)
        assert rows == rows_of_draft(item.draft)
        assert item.problem == ""


def test_who_may_not_sign_off_is_one_rule(ada, grace, source):
    others = SourceFactory(slug="others", text=" ".join(WORDS))
    others.contributors.add(grace)
    passage_at(source, source.text.index(WORDS[2]), WORDS[2], by=grace)
    made = [new_pledge(ada, source, 1), new_pledge(ada, others, 2), new_pledge(ada, source, 3),
            new_pledge(grace, source, 4)]  # fmt: skip
    one_by_one = {draft.pk: told[grace.pk] for draft in made if grace.pk in (told := contributors_to(draft))}
    assert contributions_of(grace, made) == one_by_one
    assert len(one_by_one) == 3


@pytest.mark.slow
def test_the_list_costs_the_same_with_one_pledge_and_with_ten(ada, grace, source):
    publisher, costs = signed_in(grace), []
    new_pledge(ada, source, 1)
    submitted(ada)
    for number in (1, 10):
        for more in range(Draft.objects.filter(sort=DraftType.PLEDGE).count() + 1, number + 1):
            new_pledge(ada, source, more)
        publisher.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            page = publisher.get(LIST).content.decode()
        assert page.count('class="pledge-to-sign-off"') == number
        costs.append(len(captured))
    assert costs[0] == costs[1]
    chips = " ".join(page.split())
    assert 'Updates, corrections and questions <span class="count">1</span>' in chips


@pytest.mark.once
def test_a_desk_of_one_signs_off_its_own(settings, source):
    settings.FOUR_EYES = False
    alone = person("Alone Here", DeskRole.ADMIN)
    made = new_pledge(alone, source, 1)
    del made
    assert "No new pledge waits for you." in signed_in(alone).get(LIST).content.decode(), "as the queue has it"
