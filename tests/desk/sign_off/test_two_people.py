"""Two people means two people: nothing becomes public that the second did not see, or wrote in."""

import datetime as dt

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.core.test_triggers import refused
from tests.desk.accounts.test_access import VIEWS
from tests.desk.conftest import signed_in
from tests.desk.pages import CHECKED, open_form, send, sign_off
from tests.factories import (
    PassageFactory,
    SourceFactory,
    draft,
    person,
    public_question,
    publish_answer,
    stated,
    submitted,
    update,
)
from tests.factories import asked as asked_by
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import holds
from tracker.desk.models import AuditLogEntry, Draft, Hold, LegalCheck
from tracker.desk.sign_off.publication_paths import PUBLICATION_PATHS, PublicationPath
from tracker.desk.workflow import DraftState
from tracker.pledges.choices import EntryKind
from tracker.pledges.models import Question, RecordEntry, Report
from tracker.pledges.reports import receive_report
from tracker.sources.models import LinkCheck, Source, SourceWithdrawal

pytestmark = pytest.mark.django_db
WORDS = "Has anything happened since? He is said to have lied."


@pytest.fixture
def mary(db):
    """Another publisher."""
    return person("Mary Somerville", DeskRole.PUBLISHER)


def asked(client: Client, **typed) -> Draft:
    """Ask about a pledge, and say when it was sent; return the draft."""
    about = stated(slug="about", title="A promise")
    client.post(f"/desk/pledges/{about.slug}/ask/", {"kind": "letter"})
    made = Draft.objects.get()
    data = {"text": WORDS, "addressee": "The Home Office", "asked_on": "2026-11-01", "outcome": "waiting"}
    answer = send(client, made.get_absolute_url(), do="submit", **data | typed)
    assert answer.status_code == 302, answer.content.decode()
    return Draft.objects.get()


def readers_see() -> str:
    return Client().get("/pledges/about/").content.decode()


class TestQuestions:
    def test_an_editor_alone_publishes_no_question_and_no_answer(self, ada, grace):
        own = SourceFactory(slug="own", title="A source of my own", text=WORDS)
        asked(signed_in(ada), outcome="answered", answered_on="2026-11-02", answer=own.pk)
        assert WORDS not in readers_see()
        assert Client().get("/sources/own/").status_code == 404
        assert b"own" not in b"".join(Client().get("/data/sources.csv"))
        assert Client().get("/api/v1/sources/own").status_code == 404

    @pytest.mark.slow
    def test_a_second_person_sees_what_readers_will_see_and_publishes_it(self, ada, grace):
        own = SourceFactory(slug="own", title="A source of our own", text=WORDS)
        made = asked(signed_in(ada), outcome="answered", answered_on="2026-11-02", answer=own.pk)
        page = signed_in(grace).get(f"/desk/drafts/{made.pk}/review/").content.decode()
        assert WORDS in page
        assert "A source of our own" in page
        assert "Letter to the body to The Home Office" in page
        assert "Readers will see these facts and the whole text" in page
        assert sign_off(signed_in(grace), made).status_code == 302
        assert WORDS in readers_see()
        assert Client().get("/sources/own/").status_code == 200
        question = Question.objects.get()
        assert question.second_review
        assert "without second review" not in readers_see()

    def test_who_wrote_it_does_not_publish_it_even_as_a_publisher(self, grace, mary):
        made = asked(signed_in(grace))
        answer = signed_in(grace).post(f"/desk/drafts/{made.pk}/publish/", CHECKED | {"version": made.version})
        assert answer.status_code == 403
        assert not LegalCheck.objects.exists()
        assert sign_off(signed_in(mary), made).status_code == 302

    @pytest.mark.slow
    def test_who_brought_the_answer_in_does_not_publish_it(self, ada, grace, mary):
        client = signed_in(grace)
        facts = {"title": "Brought in", "kind": "other", "licence": "ogl-3.0", "text": "Whole words of an answer."}
        assert send(client, "/desk/sources/add/", **facts).status_code == 302
        brought = Source.objects.get(title="Brought in")
        made = asked(signed_in(ada), outcome="answered", answered_on="2026-11-02", answer=brought.pk)
        page = client.get(f"/desk/drafts/{made.pk}/review/").content.decode()
        assert "You added “Brought in”" in page
        answer = client.post(f"/desk/drafts/{made.pk}/publish/", CHECKED | {"version": made.version})
        assert answer.status_code == 403
        assert sign_off(signed_in(mary), made).status_code == 302

    def test_a_desk_of_one_publishes_and_readers_are_told(self, grace, settings):
        settings.FOUR_EYES = False
        made = asked(signed_in(grace))
        assert sign_off(signed_in(grace), made).status_code == 302
        assert WORDS in readers_see()
        assert "without second review" in readers_see()

    @pytest.mark.parametrize("withdrawal", ["mark", "blank"])
    @pytest.mark.slow
    def test_two_people_withdraw_a_question(self, ada, grace, withdrawal):
        sign_off(signed_in(grace), asked(signed_in(ada)))
        question = Question.objects.get()
        client = signed_in(ada)
        address = send(client, f"/desk/questions/{question.pk}/", "/desk/start/", button="withdraw")["Location"]
        assert send(client, address, do="submit", withdrawal=withdrawal, reason="").status_code == 422
        reason = "It was unfair to him."
        assert send(client, address, do="submit", withdrawal=withdrawal, reason=reason).status_code == 302
        assert reason not in readers_see()
        made = Draft.objects.get(pk=address.split("/")[3])
        assert client.post(f"{address}publish/", CHECKED | {"version": made.version}).status_code == 403
        assert sign_off(signed_in(grace), made).status_code == 302
        assert reason in readers_see()
        if withdrawal == "blank":
            assert "said to have lied" not in readers_see()
            for kept in Draft.objects.all():
                assert "said to have lied" not in str(kept.facts)
            assert Question.objects.get().text == ""
        else:
            assert "Withdrawn" in readers_see()
        again = client.post("/desk/start/", {"sort": "question", "question": question.pk})
        assert again.status_code == 302
        assert "Reason for withdrawing it" in client.get(again["Location"]).content.decode()

    @pytest.mark.slow
    def test_the_outcome_needs_a_second_person_too(self, ada, grace):
        sign_off(signed_in(grace), asked(signed_in(ada)))
        question = Question.objects.get()
        client = signed_in(ada)
        address = send(client, f"/desk/questions/{question.pk}/", "/desk/start/", button="outcome")["Location"]
        typed = {"do": "submit", "text": "Other words", "outcome": "silence"}
        assert send(client, address, **typed).status_code == 302
        assert "No answer yet after 23 days" in readers_see()
        assert sign_off(signed_in(grace), Draft.objects.get(pk=address.split("/")[3])).status_code == 302
        assert "Never answered" in readers_see()
        assert WORDS in readers_see(), "its words stay as they were sent"


class TestContributors:
    @pytest.mark.slow
    def test_who_disagrees_in_an_entry_does_not_publish_it(self, ada, grace, mary):
        made = submitted(ada)
        client = signed_in(grace)
        review = f"/desk/drafts/{made.pk}/review/"
        assert send(client, review, "/comment/", do="disagree", text="It is no step.").status_code == 302
        made.refresh_from_db()
        answer = client.post(f"/desk/drafts/{made.pk}/publish/", CHECKED | {"version": made.version})
        assert answer.status_code == 403
        assert "Your disagreement is part of this draft" in client.get(review).content.decode()
        assert not RecordEntry.objects.filter(kind=EntryKind.UPDATE).exists()
        assert sign_off(signed_in(mary), made).status_code == 302
        entry = RecordEntry.objects.get(kind=EntryKind.UPDATE)
        assert (entry.published_by, entry.second_review) == ("Mary Somerville", True)

    @pytest.mark.slow
    def test_who_chose_the_words_does_not_publish_them(self, ada, grace, mary):
        source = SourceFactory(slug="taken", text="The minister said so. We will do it by May, she added.")
        own = draft(grace)
        words = {"words": "We will do it by May", "role": "progress"}
        assert send(signed_in(grace), f"{own.get_absolute_url()}words/taken/", **words).status_code == 302
        made = draft(ada, stated(slug="another"))
        page = f"{made.get_absolute_url()}words/taken/"
        answer = signed_in(ada).post(page, {"passage": source.passages.get().pk, "role": "progress"})
        assert answer.status_code == 302
        made.refresh_from_db()
        send(signed_in(ada), made.get_absolute_url(), do="submit")
        review = signed_in(grace).get(f"/desk/drafts/{made.pk}/review/").content.decode()
        assert "You chose the words" in review
        made.refresh_from_db()
        assert sign_off(signed_in(mary), made).status_code == 302


class TestVersions:
    def test_a_refused_publication_leaves_nothing(self, grace, mary):
        made = submitted(grace)
        answer = signed_in(grace).post(f"/desk/drafts/{made.pk}/publish/", CHECKED | {"version": made.version})
        assert answer.status_code == 403
        assert not LegalCheck.objects.exists()
        assert not AuditLogEntry.objects.filter(what__startswith="checked").exists()
        address, held = open_form(signed_in(mary), f"/desk/drafts/{made.pk}/review/", "/publish/")
        signed_in(mary).post(f"/desk/hold/draft/{made.pk}/", {"reason": "A trial."})
        assert signed_in(mary).post(address, held | CHECKED).status_code == 422
        assert not LegalCheck.objects.exists()

    def test_the_check_of_who_wrote_it_counts_for_nothing_on_a_scheduled_draft(self, grace, mary):
        made = submitted(grace)
        at = timezone.now() + dt.timedelta(days=16)
        assert sign_off(signed_in(mary), made, publish_at=f"{at:%Y-%m-%d %H:%M}").status_code == 302
        with time_machine.travel(at - dt.timedelta(hours=1)):
            made.refresh_from_db()
            answer = signed_in(grace).post(f"/desk/drafts/{made.pk}/publish/", CHECKED | {"version": made.version})
            assert answer.status_code == 403
        with time_machine.travel(at + dt.timedelta(hours=1)):
            call_command("publish_due")
        assert not RecordEntry.objects.filter(kind=EntryKind.UPDATE).exists()

    @pytest.mark.slow
    def test_a_scheduled_draft_that_changes_is_taken_off_the_schedule(self, ada, grace, mary):
        made = submitted(ada)
        at = timezone.now() + dt.timedelta(hours=2)
        sign_off(signed_in(mary), made, publish_at=f"{at:%Y-%m-%d %H:%M}")
        review = f"/desk/drafts/{made.pk}/review/"
        assert send(signed_in(grace), review, "/comment/", do="disagree", text="It is no step.").status_code == 302
        made.refresh_from_db()
        assert (made.stage, made.publish_at, made.signed_off_by) == (DraftState.SUBMITTED, None, None)
        assert AuditLogEntry.objects.filter(what__contains="off the schedule").exists()
        assert "Grace Hopper disagrees" in signed_in(mary).get(review).content.decode()
        assert "It is no longer scheduled" in signed_in(mary).get(review).content.decode()
        assert "was taken off the schedule" in signed_in(mary).get("/desk/").content.decode()

    @pytest.mark.slow
    def test_facts_of_a_source_that_change_after_sign_off_are_not_published(self, ada, mary):
        source = SourceFactory(slug="fresh", title="As it was")
        made = draft(ada, evidence=False)
        from tracker.desk.actions import drafts as drafting

        drafting.add_evidence(made, PassageFactory(source=source), by=ada)
        made.refresh_from_db()
        made = drafting.submit(made, version=made.version, by=ada)
        at = timezone.now() + dt.timedelta(hours=2)
        address, held = open_form(signed_in(mary), f"/desk/drafts/{made.pk}/review/", "/publish/")
        Source.objects.filter(pk=source.pk).update(title="As it is now")
        answer = signed_in(mary).post(address, held | CHECKED | {"note": "I looked at the court lists."})
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "I looked at the court lists." in page
        assert "was</del>" in page or "<del>was" in page
        assert sign_off(signed_in(mary), made, publish_at=f"{at:%Y-%m-%d %H:%M}").status_code == 302
        Source.objects.filter(pk=source.pk).update(title="As it is in the end")
        with time_machine.travel(at + dt.timedelta(hours=1)):
            call_command("publish_due")
        made.refresh_from_db()
        assert made.stage == DraftState.SUBMITTED
        assert "changed since sign-off" in made.unscheduled_because

    @pytest.mark.parametrize("lost", ["inactive", "role"])
    @pytest.mark.slow
    def test_who_signed_off_and_left_keeps_it_back_and_the_desk_is_told(self, ada, grace, mary, lost):
        made = submitted(ada)
        at = timezone.now() + dt.timedelta(hours=2)
        sign_off(signed_in(mary), made, publish_at=f"{at:%Y-%m-%d %H:%M}")
        if lost == "inactive":
            mary.is_active = False
            mary.save()
        else:
            mary.groups.clear()
        with time_machine.travel(at + dt.timedelta(hours=1)):
            client = signed_in(grace)
            call_command("publish_due")
            for page in ("/desk/", f"/desk/drafts/{made.pk}/review/"):
                text = client.get(page).content.decode()
                assert "Mary Somerville" in text
                assert "signed it off" in text
                assert "Unschedule" in text
        assert not RecordEntry.objects.filter(kind=EntryKind.UPDATE).exists()


class TestAnswersToReports:
    @pytest.fixture
    def answered(self, ada):
        report = receive_report(page="/", what="It is wrong.", source="")
        page = f"/desk/reports/{report.pk}/"
        assert send(signed_in(ada), page, verdict="stands", answer="It is right.").status_code == 302
        return page

    def test_what_was_not_looked_at_is_not_published(self, answered, ada, grace, mary):
        address, held = open_form(signed_in(grace), answered, "/publish/")
        send(signed_in(mary), answered, verdict="stands", answer="Other words.")
        answer = signed_in(grace).post(address, held)
        assert answer.status_code == 409
        assert "Other" in answer.content.decode()
        assert Report.objects.get().published_at is None
        assert signed_in(grace).post(address, {}).status_code == 409
        assert send(signed_in(grace), answered, "/publish/").status_code == 302
        assert Report.objects.get().published_by == "Grace Hopper"

    def test_whoever_wrote_in_it_does_not_publish_it(self, answered, ada, grace, mary):
        send(signed_in(mary), answered, verdict="stands", answer="Other words.")
        send(signed_in(ada), answered, verdict="stands", answer="Last words.")
        assert signed_in(mary).post(f"{answered}publish/", {}).status_code == 403
        assert send(signed_in(grace), answered, "/publish/").status_code == 302

    def test_an_older_form_overwrites_no_newer_answer(self, answered, ada, mary):
        address, held = open_form(signed_in(ada), answered, answered)
        send(signed_in(mary), answered, verdict="stands", answer="Words of Mary.")
        answer = signed_in(ada).post(address, held | {"answer": "Words of Ada."})
        assert answer.status_code == 409
        assert "Words of Ada." in answer.content.decode()
        assert "Mary" in answer.content.decode()
        assert Report.objects.get().answer == "Words of Mary."


class TestEveryFormThatPublishes:
    """What publishes, withdraws or releases says what it showed, and asks who it is again."""

    PUBLISHING = ("publish", "publish_answer", "withdraw_text", "withdraw_source", "withdraw_answer", "release")

    @pytest.fixture
    def world(self, ada, grace, edith):
        about = stated(slug="about")
        made = submitted(ada, about)
        entry = RecordEntry.objects.first()
        source = entry.citations.get().passage.source
        report = receive_report(page="/", what="It is wrong.", source="")
        send(signed_in(ada), f"/desk/reports/{report.pk}/", verdict="stands", answer="It is right.")
        public = receive_report(page="/", what="It is wrong.", source="")
        send(signed_in(ada), f"/desk/reports/{public.pk}/", verdict="stands", answer="It is right.")
        publish_answer(public, by=grace)
        hold = holds.place_hold(stated(slug="held"), by=ada, reason="A trial may be near.")
        why = {"reason": "A court.", "sure": "on"}
        return {
            "publish": (grace, [made.pk], CHECKED | {"version": made.version}),
            "publish_answer": (grace, [report.pk], {}),
            "withdraw_text": (edith, [entry.position], why),
            "withdraw_source": (edith, [source.slug], why),
            "withdraw_answer": (edith, [public.pk], why),
            "release": (grace, [hold.pk], {}),
        }

    @pytest.mark.slow
    def test_without_what_it_showed_nothing_happens(self, world):
        before = RecordEntry.objects.count(), LegalCheck.objects.count(), AuditLogEntry.objects.count()
        for name in self.PUBLISHING:
            user, arguments, data = world[name]
            client, address = signed_in(user), reverse(f"desk:{name}", args=arguments)
            assert client.post(address, data).status_code == 409, name
            for shown in ("", "[]", "nonsense", '[["Headline","Other words"]]', "[[1,2]]", "[null]"):
                answer = client.post(address, data | {"shown": shown})
                assert answer.status_code == 409, f"{name} {shown}"
                assert "This changed after you opened the page" in answer.content.decode(), f"{name} {shown}"
        assert (RecordEntry.objects.count(), LegalCheck.objects.count(), AuditLogEntry.objects.count()) == before
        assert not Report.objects.earliest("pk").published_at
        assert not Report.objects.latest("pk").withdrawn_at
        assert Hold.objects.active().exists()
        assert not SourceWithdrawal.objects.exists()

    def test_it_asks_who_it_is_again(self, world):
        for name in self.PUBLISHING:
            user, arguments, data = world[name]
            user.set_password("correct horse battery staple")
            user.save()
            client = Client()
            client.force_login(user)
            answer = client.post(reverse(f"desk:{name}", args=arguments), data)
            assert answer.status_code == 302, name
            assert "reauthenticate" in answer["Location"], name

    def test_no_other_view_publishes(self):
        """A view that asks who it is again is one of these, or changes who may come in.

        The list of new pledges leaves out what changed since it was shown (test_batch.py); a change of the catalogue
        is refused where anything of it did, also one of a list (catalogue/test_changes.py).
        """
        names = {
            name
            for name, view in VIEWS.items()
            if name.startswith("desk:") and "reauthentication_required" in closures(view)
        }
        others = (
            "sign_off_many", "accept_change", "accept_changes", "own_name", "invite", "renew_invitation",
            "change_role",
        )  # fmt: skip
        assert names == {f"desk:{name}" for name in (*self.PUBLISHING, *others)}


def closures(view) -> set[str]:
    """The names of the modules' functions that wrap a view."""
    names = set()
    while view is not None:
        names.add(view.__code__.co_qualname.partition(".")[0])
        view = getattr(view, "__wrapped__", None)
    return names


class TestArchivedCopies:
    @pytest.fixture
    def page(self, ada):
        about = stated(slug="about")
        for source in (about.citations.get().passage.source, SourceFactory(slug="not-cited")):
            LinkCheck.objects.create(
                source=source, url="https://example.org/", state="gone", checked_at=timezone.now(),
                next_at=timezone.now(),
            )  # fmt: skip
        return f"/desk/sources/{about.citations.get().passage.source.slug}/link/"

    def test_readers_are_led_to_one_once_a_second_person_accepted_it(self, page, ada, grace):
        address = "https://web.archive.example/1"
        answer = send(signed_in(ada), page, archived_url=address)
        assert answer["Location"].startswith("/desk/changes/")
        assert not Source.objects.filter(archived_url=address).exists()
        assert signed_in(ada).post(f"{answer['Location']}accept/", {"version": 1}).status_code == 403
        assert send(signed_in(grace), answer["Location"], "/accept/").status_code == 302
        assert Source.objects.filter(archived_url=address).exists()

    def test_before_that_its_author_signs_nothing_off_that_makes_it_public(self, page, grace):
        address = "https://web.archive.example/1"
        assert send(signed_in(grace), "/desk/sources/not-cited/link/", archived_url=address).status_code == 302
        source = Source.objects.get(slug="not-cited")
        assert (source.archived_url, list(source.contributors.all())) == (address, [grace])


KEPT = r"never changed|signed off|constraint"
PRIVATE = {"pledges.Question": {"body": None}, "pledges.Report": {"what": "", "source": ""}}


def public_row(name: str, ada, grace):
    """A question or an answer to a report that one person wrote and another published."""
    if name == "pledges.Question":
        return public_question(grace, person("Third", DeskRole.PUBLISHER), stated(slug="about"))
    report = receive_report(page="/", what="It is wrong.", source="")
    send(signed_in(ada), f"/desk/reports/{report.pk}/", verdict="stands", answer="It is right.")
    return publish_answer(report, by=grace)


def another_value(field, row):
    """A value that a field could have, other than that of a row."""
    value = getattr(row, field.attname)
    if field.is_relation:
        return None if value else 1
    if field.choices:
        return next(key for key, _ in field.flatchoices if key != value)
    if isinstance(field, models.DateTimeField):
        return (value or timezone.now()) + dt.timedelta(minutes=1)
    if isinstance(field, models.DateField):
        return (value or timezone.localdate()) + dt.timedelta(days=1)
    if isinstance(field, models.BooleanField):
        return not value
    return value + 1 if isinstance(value, int) else f"{value} Other."


class TestTheDatabase:
    """What the actions promise, the database keeps too, whoever writes to it."""

    def test_no_question_becomes_public_but_by_a_draft_that_was_signed_off(self, ada, grace):
        about = stated(slug="about")
        made = asked_by(ada, about)
        question = made.question
        fields = {"public_version": 1, "published_at": timezone.now(), "asked_on": dt.date(2026, 11, 1)}
        with pytest.raises(IntegrityError, match="signed off"), transaction.atomic():
            Question.objects.filter(pk=question.pk).update(**fields)
        with pytest.raises(IntegrityError, match="signed off"), transaction.atomic():
            Question.objects.create(pledge=about, kind="letter", text="?", drafted_by=ada, **fields)
        public = public_question(grace, person("Third", DeskRole.PUBLISHER), stated(slug="other"))
        for change in ({"text": "Other words"}, {"outcome": "silence"}, {"asked_on": dt.date(2026, 10, 1)}):
            with pytest.raises(IntegrityError, match="signed off"), transaction.atomic():
                Question.objects.filter(pk=public.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.filter(pk=public.pk).delete()

    def test_nobody_who_contributed_is_the_second_person(self, ada, grace):
        made = submitted(grace)
        entry = update(stated(slug="other"))
        published = {"stage": DraftState.PUBLISHED, "published_as": entry, "signed_off_by": grace}
        with pytest.raises(IntegrityError, match="second person"), transaction.atomic():
            Draft.objects.filter(pk=made.pk).update(**published)
        report = receive_report(page="/", what="It is wrong.", source="")
        send(signed_in(grace), f"/desk/reports/{report.pk}/", verdict="stands", answer="It is right.")
        published = {
            "published_at": timezone.now(),
            "published_by": "G",
            "signed_off_by": grace,
        }
        with pytest.raises(IntegrityError, match="second person"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(second_review=True, **published)

    @pytest.mark.parametrize("name", ["pledges.Question", "pledges.Report"])
    def test_nothing_that_readers_see_of_it_is_changed_or_taken_away(self, name, ada, grace):
        """Each field that is declared public: a new one that the triggers do not know fails here."""
        row, model = public_row(name, ada, grace), apps.get_model(name)
        tried = 0
        for way, fields in PUBLICATION_PATHS[name].items():
            for field in map(model._meta.get_field, fields.split() if way != PublicationPath.NEVER else ()):
                with pytest.raises(IntegrityError, match=KEPT), transaction.atomic():
                    model.objects.filter(pk=row.pk).update(**{field.name: another_value(field, row)})
                tried += 1
        assert tried >= 10
        assert model.objects.filter(pk=row.pk).update(**PRIVATE[name]), "the control: what is the desk's"
        if connection.vendor == "postgresql":
            connection.check_constraints()  # else what waits of this test's own rows keeps TRUNCATE back
        table, columns = model._meta.db_table, ", ".join(field.column for field in model._meta.concrete_fields)
        again = columns.replace("id,", f"{row.pk + 1},", 1)
        for attack in (
            f"DELETE FROM {table}",
            f"INSERT INTO {table} ({columns}) SELECT {again} FROM {table}",
            f"REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"
            if connection.vendor == "sqlite"
            else f"TRUNCATE {table} CASCADE",
        ):
            refused(attack, match=KEPT)

    def test_what_is_scheduled_and_its_evidence_stay_as_they_are(self, ada, grace):
        made = submitted(ada)
        tie = made.evidence.get()
        for change in (lambda: tie.delete(), lambda: type(tie).objects.update(note="Other")):
            with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
                change()
        sign_off(signed_in(grace), made, publish_at="2026-12-01 09:30")
        with pytest.raises(IntegrityError, match="off the schedule"), transaction.atomic():
            Draft.objects.filter(pk=made.pk).update(disagreement="Other words.")
