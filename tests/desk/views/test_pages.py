"""The pages of the desk, asked as a browser without a script asks."""

import datetime as dt
import re
import uuid

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from tests.desk.conftest import signed_in
from tests.desk.pages import open_form, send, sign_off
from tests.factories import SourceFactory, draft, person, published, stated, submitted, update
from tracker.desk import queue
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import candidates, holds
from tracker.desk.models import AuditLogEntry, Comment, Draft, DraftType, Hold
from tracker.desk.workflow import DraftState
from tracker.pledges.choices import EntryKind, Status
from tracker.pledges.models import Pledge, RecordEntry
from tracker.sources import intake
from tracker.sources.models import Intake, LinkCheck, Passage, Source

pytestmark = pytest.mark.django_db

UPDATE = {
    "status": "under-way", "step": "introduced", "effective_on": "2025-07-01", "looked_until": "2025-07-02",
    "headline": "A clause was introduced", "explanation": "It says *how*.",
}  # fmt: skip


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def test_from_a_pledge_to_the_record_by_two_people(ada, grace):
    about = stated(slug="about")
    editor, publisher = signed_in(ada), signed_in(grace)
    answer = editor.post("/desk/start/", {"sort": "update", "pledge": "about"})
    address = answer["Location"]
    page = editor.get(address).content.decode()
    fields = UPDATE | {"version": hidden(page, "version"), "edit_session": hidden(page, "edit_session")}
    answer = editor.post(address, fields | {"do": "submit"})
    assert answer.status_code == 422
    assert "Add at least one passage as evidence." in answer.content.decode()
    assert "A clause was introduced" in answer.content.decode()
    source = about.citations.get().passage.source
    words = f"{address}words/{source.slug}/"
    assert "Nobody asked when" in editor.get(words).content.decode()
    answer = editor.post(words, {"words": "The work starts in May", "role": "progress"}, follow=True)
    assert "Added. The words match the text" in answer.content.decode()
    page = answer.content.decode()
    fields |= {"version": hidden(page, "version"), "edit_session": hidden(page, "edit_session")}
    assert editor.post(address, fields | {"do": "submit"})["Location"] == "/desk/"

    (made,) = Draft.objects.all()
    queue = publisher.get("/desk/").content.decode()
    assert "For you to sign off" in queue
    assert "1<span" in queue, "the count stands in the navigation"
    review = publisher.get(f"{address}review/").content.decode()
    assert "<ins>A clause was introduced</ins>" in review
    assert "<mark>The work starts in May</mark>" in review
    assert "Publish</button>" not in editor.get(f"{address}review/").content.decode()
    _, sign = open_form(publisher, f"{address}review/", "/publish/")
    answer = publisher.post(f"{address}publish/", sign)
    assert answer.status_code == 422
    assert "Confirm that you checked for active proceedings." in answer.content.decode()
    sign |= {"proceedings": "on", "identification": "on", "note": "Court lists."}
    answer = publisher.post(f"{address}publish/", sign, follow=True)
    page = answer.content.decode()
    assert "Published as entry 2" in page
    assert RecordEntry.objects.get(position=2).digest in page
    public = Client().get(about.get_absolute_url()).content.decode()
    assert "A clause was introduced" in public
    assert "<em>how</em>" in public
    assert "reviewed and published by Grace Hopper" in public
    assert publisher.post(f"{address}publish/", sign)["Location"] == f"{address}published/", "sent twice, done once"
    made.refresh_from_db()
    assert RecordEntry.objects.count() == 2


def test_a_second_editor_is_told_and_nothing_is_lost(ada, grace):
    made = draft(ada)
    first, second = signed_in(ada), signed_in(grace)
    pages = [client.get(made.get_absolute_url()).content.decode() for client in (first, second)]
    answers = [
        client.post(
            made.get_absolute_url(),
            UPDATE
            | {"headline": words, "version": hidden(page, "version"), "edit_session": hidden(page, "edit_session")},
        )
        for client, page, words in zip((first, second), pages, ("By Ada", "By Grace"), strict=True)
    ]
    assert [answer.status_code for answer in answers] == [302, 409]
    told = answers[1].content.decode()
    assert "Ada Lovelace changed this draft while you were writing" in told
    assert 'value="By Grace"' in told
    assert "<del>Ada</del><ins>Grace</ins>" in told
    answer = second.post(
        made.get_absolute_url(),
        UPDATE
        | {"headline": "By both", "version": hidden(told, "version"), "edit_session": hidden(told, "edit_session")},
    )
    assert answer.status_code == 302
    other = signed_in(person("Third Editor"))
    other.post("/desk/start/", {"sort": "update", "pledge": made.pledge.slug})
    page = other.get(Draft.objects.first().get_absolute_url()).content.decode()
    assert "Ada Lovelace also has a draft about this pledge" in page
    assert "You also have" not in page
    other.post("/desk/start/", {"sort": "pledge", "pledge": made.pledge.slug})
    page = other.get(Draft.objects.latest("pk").get_absolute_url()).content.decode()
    assert "You also have a draft about this pledge:" in page


def test_an_autosave_keeps_what_is_valid_and_is_no_stranger_to_its_own_form(ada):
    made = draft(ada)
    client = signed_in(ada)
    page = client.get(made.get_absolute_url()).content.decode()
    edit_session, version = hidden(page, "edit_session"), hidden(page, "version")
    sent = UPDATE | {
        "edit_session": edit_session,
        "version": version,
        "headline": "Half a head",
        "effective_on": "2025-0",
    }
    answer = client.post(f"{made.get_absolute_url()}autosave/", sent).content.decode()
    assert "1 field is not saved" in answer
    assert 'id="version"' in answer
    made.refresh_from_db()
    assert (made.headline, made.effective_on) == ("Half a head", dt.date(2025, 7, 1))
    answer = client.post(made.get_absolute_url(), sent | {"effective_on": "2025-07-03", "do": "save"})
    assert answer.status_code == 302, "an older version of the same open form is not stale"
    answer = client.post(
        f"{made.get_absolute_url()}autosave/", sent | {"edit_session": str(uuid.uuid4())}
    ).content.decode()
    assert "changed this draft" in answer


HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "an event": '"><img src=x onerror=alert(1)>',
    "a template": "{{ settings.SECRET_KEY }}{% debug %}",
    "another direction": "abc\u202edef",
    "nothing to see": "abc\u200bdef",
    "a null": "abc\x00def",
    "very much": "x" * 3_000_000,
    "a formula": "=HYPERLINK(1)",
    "deep": "> " * 5_000 + "x",
}


# PostgreSQL takes no null, and is asked again.
@pytest.mark.parametrize(
    "name", [name if name == "a null" else pytest.param(name, marks=pytest.mark.once) for name in HOSTILE]
)
@pytest.mark.slow
def test_hostile_words_in_every_field_are_told_and_the_rest_is_kept(ada, grace, name):
    text = HOSTILE[name]
    made, about = draft(ada), stated(slug="about")
    client = signed_in(ada)
    question = client.post("/desk/pledges/about/ask/", {"kind": "letter"})["Location"]
    pledge_draft = client.post("/desk/start/", {"sort": "pledge", "pledge": "about"})["Location"]
    source = made.evidence.get().passage.source
    later = SourceFactory(supersedes=source)
    candidates.search_source(source)
    LinkCheck.objects.create(source=source, url="https://example.org/", state="gone", checked_at=now(), next_at=now())
    coming = intake.upload_file(b"We will do it.", name="a.txt", by=ada)
    intake.read_next()
    page = client.get(made.get_absolute_url()).content.decode()
    good = UPDATE | {"version": hidden(page, "version"), "edit_session": hidden(page, "edit_session")}
    forms = [
        *((made.get_absolute_url(), good | {field: text}) for field in UPDATE),
        (f"{made.get_absolute_url()}autosave/", good | {"headline": text, "explanation": text}),
        (f"{made.get_absolute_url()}comment/", {"text": text}),
        (f"{made.get_absolute_url()}words/{source.slug}/", {"words": text, "role": text, "note": text, "start": text}),
        (
            "/desk/sources/add/",
            {"title": text, "publisher": text, "kind": text, "url": text, "licence": text, "text": text},
        ),
        (question, {"text": text, "addressee": text, "asked_on": text, "outcome": text}),
        (
            pledge_draft,
            dict.fromkeys(("title", "slug", "kind", "made_on", "done_means", "bodies", "reason"), text),
        ),
        ("/desk/hold/pledge/about/", {"reason": text}),
        (coming.get_absolute_url(), {"title": text, "publisher": text, "kind": text, "url": text, "licence": text}),
        (f"/desk/sources/{source.slug}/link/", {"archived_url": text}),
        (f"/desk/sources/{later.slug}/again/", {"passage": text, "start": text, "end": text}),
        (f"/desk/candidates/{source.candidates.first().pk}/decide/", {"decision": text, "pledge": text}),
        (f"/desk/candidates/{source.candidates.first().pk}/decide/", {"decision": "merge", "pledge": text}),
        (
            f"/desk/sources/{source.slug}/candidates/decide/",
            {"do": text, "ticked": text, "made_on": text, "theme": text},
        ),
        (
            f"/desk/sources/{source.slug}/candidates/decide/",
            {"do": f"merge:{source.candidates.first().pk}", f"pledge-{source.candidates.first().pk}": text},
        ),
        (
            f"/desk/sources/{source.slug}/candidates/decide/",
            {"do": "tick-all", "theme": text, "show": text, "page": text},
        ),
        ("/desk/start/", {"sort": text, "pledge": text, "entry": text}),
        (f"{made.get_absolute_url()}publish/", {"version": text, "note": text, "publish_at": text}),
    ]
    for address, data in forms:
        before = Draft.objects.get(pk=made.pk).headline
        answer = client.post(address, data)
        assert answer.status_code in (200, 302, 400, 403, 404, 409, 413, 422), (address, answer.status_code)
        body = answer.content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        if address == made.get_absolute_url() and answer.status_code == 422:
            assert 'class="wrong"' in body
            assert "It says *how*." in body or data["explanation"] != UPDATE["explanation"], "the rest is kept"
            assert Draft.objects.get(pk=made.pk).headline == before
    for query in ("q", "words", "page", "show", "draft", "who", "ticked", "theme", "made_on"):
        if len(text) < 5_000:
            for page in (
                "/desk/",
                "/desk/pledges/",
                "/desk/sources/",
                f"{made.get_absolute_url()}words/{source.slug}/",
                f"/desk/sources/{source.slug}/candidates/",
                "/desk/sources/add/",
            ):
                assert client.get(page, {query: text}).status_code == 200
    assert about.title == Pledge.objects.get(pk=about.pk).title
    admin = signed_in(person("An Admin", DeskRole.ADMIN))
    answer = admin.post("/desk/people/invite/", {"name": text, "email": text, "role": text})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("content", "message"), [(b"x" * (11 * 1024 * 1024), "Choose a file of 10 MB or less"), (b"", "empty")]
)
@pytest.mark.slow
def test_a_file_that_cannot_be_taken_is_refused_next_to_its_field(ada, content, message):
    client = signed_in(ada)
    data = {
        "title": "A kept title", "kind": "press", "licence": "ogl-3.0",
        "file": SimpleUploadedFile("words.txt", content, "text/plain"),
    }  # fmt: skip
    answer = client.post("/desk/sources/add/", data)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert message in body.split('id="id_file_error"')[1][:300]
    assert 'value="A kept title"' in body
    assert not Intake.objects.exists()


def test_a_source_from_pasted_text_keeps_every_character(ada):
    client = signed_in(ada)
    text = "Line one.\nLine “two”,\u00a0with é and 𝒜.\n"
    data = {"title": "Pasted", "kind": "press", "licence": "ogl-3.0", "text": text.replace("\n", "\r\n")}
    client.post("/desk/sources/add/", data)
    assert client.post("/desk/sources/add/", data).status_code == 422, "it is here already"
    client.post("/desk/sources/add/", data | {"anyway": "yes"})
    assert {source.slug: source.text for source in Source.objects.all()} == {"pasted": text, "pasted-2": text}


class TestWords:
    TEXT = "She said “we will act” in May.\nThen: we will act – soon.\nThe work began in May. The work began in May."

    @pytest.fixture
    def take(self, ada):
        made = draft(ada, evidence=False)
        source = SourceFactory(slug="held", text=self.TEXT)
        client = signed_in(ada)
        address = f"{made.get_absolute_url()}words/held/"

        def take(words, **more):
            answer = client.post(address, {"words": words, "role": "progress"} | more)
            passages = [(one.start, one.exact) for one in source.passages.all()]
            return answer.status_code, answer.content.decode(), passages

        return take

    def test_found_once(self, take):
        assert take("we will act – soon")[::2] == (302, [(37, "we will act – soon")])

    def test_found_twice_a_person_chooses(self, take):
        status, body, passages = take("The work began in May.")
        assert (status, passages) == (422, [])
        assert "are in 2 places" in body
        assert body.count("This one") == 2
        second = self.TEXT.rindex("The work began in May.")
        assert take("The work began in May.", start=second)[::2] == (302, [(second, "The work began in May.")])

    @pytest.mark.parametrize(
        ("words", "kind"),
        [
            ('said "we will act" in', "quotation marks"),
            ("we will act - soon", "dashes"),
            ("we will  act – soon", "spaces or line ends"),
            ("WE will act – soon", "capital letters"),
        ],
    )
    def test_nearly_found_is_explained_and_never_taken(self, take, words, kind):
        status, body, passages = take(words)
        assert (status, passages) == (422, [])
        assert "Similar words in the text" in body
        assert kind in body

    def test_other_words_are_not_found(self, take):
        status, body, passages = take("we will not act – soon")
        assert (status, passages) == (422, [])
        assert "does not have exactly these words" in body
        assert "Nearly" not in body

    @pytest.mark.parametrize(
        ("words", "message"),
        [("we will act", "at least 5 words"), ("he said “we will act” in", "in the middle of a word"),
         ("we will act – soo", "in the middle of a word")],
    )  # fmt: skip
    def test_few_words_and_parts_of_words_are_refused(self, take, words, message):
        status, body, passages = take(words)
        assert (status, passages) == (422, [])
        assert message in body

    def test_a_wrong_place_is_not_believed(self, take):
        assert take("we will act – soon", start=3)[::2] == (302, [(37, "we will act – soon")])


def test_sent_again_with_other_words_is_refused(ada):
    made, client, key = submitted(ada), signed_in(ada), str(uuid.uuid4())
    address = f"{made.get_absolute_url()}comment/"
    assert client.post(address, {"text": "Once", "key": key}).status_code == 302
    assert client.post(address, {"text": "Once", "key": key}).status_code == 302
    assert client.post(address, {"text": "Twice", "key": key}).status_code == 422
    assert [one.text for one in Comment.objects.all()] == ["Once"]


def test_a_form_with_errors_can_be_mended_and_sent_under_the_same_key(ada):
    made, client, key = submitted(ada), signed_in(ada), str(uuid.uuid4())
    address = f"{made.get_absolute_url()}comment/"
    assert client.post(address, {"text": " ", "key": key}).status_code == 422
    assert client.post(address, {"text": "Now", "key": key}).status_code == 302


def test_an_invitation_ends_with_a_second_factor_at_the_desk(edith):
    admin = signed_in(edith)
    data = {"name": "Mary Somerville", "email": "mary@example.org", "role": "Editors"}
    assert admin.post("/desk/people/invite/", data)["Location"] == "/desk/people/"
    (letter,) = mail.outbox
    assert letter.to == ["mary@example.org"]
    link = re.search(r"http://testserver(\S+)", letter.body)[1]
    client = Client()
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    password = "a long and quiet sentence"
    answer = client.post(address, {"password1": password, "password2": password})
    assert answer.status_code == 302, answer.content.decode()
    assert Client().get(link, follow=True).status_code in (200, 400)
    answer = client.post("/accounts/login/", {"login": "mary@example.org", "password": password})
    assert answer["Location"] == "/desk/"
    assert client.get("/desk/")["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/totp/activate/").status_code in (200, 302)
    answer = admin.post("/desk/people/invite/", data)
    assert "An account with this email address already exists." in answer.content.decode()
    whats = [one.what for one in AuditLogEntry.objects.all()]
    assert "invited as editor" in whats
    assert "signed in" in whats


def test_nobody_signs_up(client):
    answer = client.get("/accounts/signup/")
    assert "by invitation" in answer.content.decode()
    data = {
        "email": "x@example.org",
        "username": "x",
        "password1": "a long quiet word",
        "password2": "a long quiet word",
    }
    client.post("/accounts/signup/", data)
    from django.contrib.auth import get_user_model

    assert not get_user_model().objects.exists()


def test_log_in_is_throttled_and_says_the_same_of_everybody(client, ada):
    texts = []
    for name in ("ada.lovelace", "nobody"):
        answer = client.post("/accounts/login/", {"login": name, "password": "wrong"})
        texts.append(re.sub(r'value="[^"]*"|name="csrf[^>]*', "", answer.content.decode()))
    assert texts[0] == texts[1]
    ada.set_password("a long and quiet sentence")
    ada.save()
    for _ in range(12):
        answer = client.post("/accounts/login/", {"login": "ada.lovelace", "password": "wrong"})
    answer = client.post("/accounts/login/", {"login": "ada.lovelace", "password": "a long and quiet sentence"})
    assert answer.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


@pytest.mark.slow
def test_a_question_starts_from_the_template_and_says_what_is_missing(ada, grace):
    about = stated(slug="about", title="A promise")
    client = signed_in(ada)
    address = client.post("/desk/pledges/about/ask/", {"kind": "parliamentary-question"})["Location"]
    page = client.get(address).content.decode()
    assert "“A promise”" in page
    assert "We will do it." in page
    assert "by evidence published up to [no day: we have not looked yet]" in page
    data = {"do": "submit", "text": "What has been done?", "addressee": "The Home Office", "outcome": "waiting"}
    data |= {"answered_on": ""}
    for typed, field in (
        ({"asked_on": ""}, "asked_on"),
        ({"asked_on": "2027-01-01"}, "asked_on"),
        ({"asked_on": "2026-11-01", "addressee": " "}, "addressee"),
        ({"asked_on": "2026-11-01", "text": " "}, "text"),
        ({"asked_on": "2026-11-01", "outcome": "answered"}, "answered_on"),
        ({"asked_on": "2026-11-01", "outcome": "answered", "answered_on": "2026-10-01"}, "answered_on"),
        ({"asked_on": "2026-11-01", "answered_on": "2026-11-02"}, "outcome"),
    ):
        answer = send(client, address, **data | typed)
        assert answer.status_code == 422, typed
        assert f'id="id_{field}_error"' in answer.content.decode(), typed
    assert send(client, address, **data | {"asked_on": "2026-11-01"}).status_code == 302
    assert "What we asked" not in Client().get(about.get_absolute_url()).content.decode()
    assert sign_off(signed_in(grace), Draft.objects.get()).status_code == 302
    public = Client().get(about.get_absolute_url()).content.decode()
    assert "Parliamentary question to The Home Office" in public
    assert "No answer yet after 23 days" in public
    assert "What has been done?" in public


def test_holds_in_one_click_and_released_by_a_publisher(ada, grace):
    about = stated(slug="about")
    editor, publisher = signed_in(ada), signed_in(grace)
    editor.post("/desk/hold/pledge/about/", {"reason": "A trial may be near."})
    page = editor.get("/desk/pledges/about/").content.decode()
    assert "A trial may be near." in page
    hold = Hold.objects.get()
    assert editor.post(f"/desk/holds/{hold.pk}/release/").status_code == 403
    assert send(publisher, "/desk/pledges/about/", "/release/").status_code == 302
    assert "It cannot be published until" not in editor.get("/desk/pledges/about/").content.decode()
    assert holds.place_hold(about, by=ada).pk != hold.pk
    for kind in ("pledge", "source"):
        assert editor.post(f"/desk/hold/{kind}/%00/").status_code == 404


@pytest.mark.slow
def test_the_queue_in_order_and_one_part_of_it(ada, grace, edith):
    quiet = stated(slug="quiet", title="A quiet one", deadline_on=dt.date(2025, 9, 1))
    published(ada, grace, quiet)
    stated(slug="no-status", title="One that nobody has looked at")
    submitted(grace, headline="For another")
    submitted(ada, headline="For Grace")
    client = signed_in(grace)
    page = client.get("/desk/").content.decode()
    order = ["For you to sign off", "Your drafts", "Past their deadline", "Gone quiet", "Without a status"]
    places = [page.index(f">{label} <span") for label in order]
    assert places == sorted(places)
    assert "For Grace" in page.split("Your drafts <span")[0].split("For you to sign off <span")[1]
    only = client.get("/desk/", {"show": "quiet"}).content.decode()
    assert "Gone quiet <span" in only
    assert "Your drafts <span" not in only
    assert "That part of the queue does not exist" in client.get("/desk/", {"show": "nonsense"}).content.decode()
    assert "/desk/pledges/quiet/look-again/" in only
    signed_in(edith).get("/desk/activity/")


@pytest.mark.slow
def test_the_queue_counts_what_it_lists(ada):
    today = localdate()
    past, soon, long_ago = today - dt.timedelta(days=3), today + dt.timedelta(days=30), today - dt.timedelta(days=400)
    stated(slug="no-entry", title="Late, no entry", deadline_on=past)
    for status in (Status.UNDER_WAY, Status.DELIVERED, Status.DROPPED):
        for deadline in (past, soon, None):
            about = stated(slug=f"{status}-{deadline}", title=f"{status}, {deadline}", deadline_on=deadline)
            update(about, status, on=long_ago, looked_until=long_ago)
    stated(slug="waits", title="Waits")
    found = {one.key: one for one in queue.sections(ada, today=today)}
    titles = {key: [row.title for row in one.rows] for key, one in found.items()}
    assert titles["overdue"] == ["Late, no entry", f"under-way, {past}", f"dropped, {past}"]
    assert titles["quiet"] == [f"under-way, {past}", f"under-way, {soon}", "under-way, None"]
    assert titles["no-status"] == ["Late, no entry", "Waits"]
    assert all(found[key].number == len(titles[key]) for key in titles)


def test_an_empty_queue_says_so(ada):
    assert "There is nothing to do" in signed_in(ada).get("/desk/").content.decode()


@pytest.mark.slow
def test_the_pages_of_the_desk_cost_the_same_with_many_rows(ada, grace, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    about = stated(slug="about")
    client = signed_in(grace)
    addresses = ["/desk/", "/desk/pledges/", "/desk/pledges/about/", "/desk/sources/", "/desk/people/"]

    def cost():
        costs = {}
        for address in addresses[:4]:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            costs[address] = len(queries)
        return costs

    submitted(ada, about)
    published(ada, grace, about)
    cost()
    before = cost()
    for number in range(6):
        one = stated(deadline_on=dt.date(2025, 9, 1))
        published(ada, grace, one)
        submitted(ada, one)
        draft(grace, about, headline=str(number))
    cost()
    assert cost() == before


def test_a_correction_from_the_page_of_the_pledge(ada, grace):
    entry = published(ada, grace, stated(slug="about"))
    client = signed_in(ada)
    answer = client.post("/desk/start/", {"sort": "correction", "entry": entry.position})
    page = client.get(answer["Location"]).content.decode()
    assert f"Correct entry {entry.position}" in page
    assert "Why" in page
    answer = client.post("/desk/start/", {"sort": "withdrawal", "entry": entry.position})
    assert f"Withdraw entry {entry.position}" in client.get(answer["Location"]).content.decode()
    for position in ("0", "99", "x", "9" * 30):
        assert client.post("/desk/start/", {"sort": "correction", "entry": position}).status_code == 404


@pytest.mark.slow
def test_every_sort_of_draft_has_a_review(ada, grace):
    about = stated(slug="about")
    entry = published(ada, grace, about)
    client = signed_in(grace)
    from tracker.desk.actions import drafts

    for sort, arguments in (
        (DraftType.UPDATE, {"pledge": about}),
        (DraftType.CORRECTION, {"pledge": about, "corrects": entry}),
        (DraftType.WITHDRAWAL, {"pledge": about, "corrects": entry}),
        (DraftType.PLEDGE, {"pledge": about}),
        (DraftType.PLEDGE, {}),
    ):
        made = drafts.start(sort, by=ada, **arguments)
        for page in (made.get_absolute_url(), f"{made.get_absolute_url()}review/"):
            assert client.get(page).status_code == 200, (sort, page)


def test_every_stage_of_a_draft_has_its_page(ada, grace):
    entry = published(ada, grace)
    client = signed_in(ada)
    for stage in (DraftState.SUBMITTED, DraftState.RETURNED, DraftState.DISCARDED):
        made = submitted(ada)
        Draft.objects.filter(pk=made.pk).update(stage=stage)
        assert client.get(made.get_absolute_url()).status_code == 200
    assert client.get(reverse("desk:published", args=[entry.draft.pk])).status_code == 200
    assert entry.kind == EntryKind.UPDATE
    assert entry.status == Status.UNDER_WAY
    assert Passage.objects.exists()


def test_an_admin_withdraws_words_for_legal_reasons_and_the_record_says_so(ada, grace, edith):
    entry = published(ada, grace, headline="Words that a court forbids", explanation="More of them.")
    client = signed_in(edith)
    address = f"/desk/entries/{entry.position}/withdraw-text/"
    assert address in client.get(f"/desk/pledges/{entry.pledge.slug}/").content.decode()
    _, held = open_form(client, address)
    answer = client.post(address, held | {"reason": "", "sure": "on"})
    assert answer.status_code == 422
    assert client.post(address, held | {"reason": "A court order.", "headline": "on"}).status_code == 422, "not sure"
    data = held | {"reason": "A court order.", "headline": "on", "sure": "on"}
    for _ in range(2):
        assert client.post(address, data).status_code == 302
    public = Client().get(entry.pledge.get_absolute_url()).content.decode()
    assert "Text withdrawn for legal reasons" in public
    assert "Words that a court forbids" not in public
    assert RecordEntry.objects.filter(kind=EntryKind.LEGAL_WITHDRAWAL).get().published_by == "Edith Clarke"
    call_command("verify_record")


def test_every_form_that_does_something_has_a_key_of_its_own():
    """F6: sent three times, it has one effect. The form of a draft has its version instead."""
    found = 0
    for path in (settings.BASE_DIR / "templates" / "desk").rglob("*.html"):
        for form in re.findall(r'<form method="post".*?</form>', path.read_text(), re.S):
            found += 1
            assert "{% form_key %}" in form or 'name="version" id="version"' in form, (path.name, form[:120])
    assert found > 15


def test_a_draft_that_is_started_twice_by_one_form_is_one(ada):
    stated(slug="about")
    client, key = signed_in(ada), str(uuid.uuid4())
    sent = {"sort": "update", "pledge": "about", "key": key}
    assert len({client.post("/desk/start/", sent)["Location"] for _ in range(3)}) == 1
    assert Draft.objects.count() == 1
