"""From an empty folder to a first published pledge in a browser, with nothing but the code that was printed."""

import re
import shlex
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command, get_commands, load_command_class
from django.test import Client

from tests.desk.conftest import PASSWORD, code_for, signed_in
from tests.factories import person
from tests.sources.documents import hostile_documents
from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions import drafts
from tracker.desk.actions import review as review_actions
from tracker.desk.models import DraftType
from tracker.desk.setup.actions import create_first_admin
from tracker.desk.setup.code import setup_code
from tracker.pledges.choices import EvidenceRole
from tracker.pledges.models import Body, Recommendation, Review, Theme

pytestmark = pytest.mark.django_db
ACCOUNT = {"name": "Ada Byron", "email": "ada@example.org", "password1": PASSWORD, "password2": PASSWORD}
REPORT = "The Council should close the bridge. The Council should count the cars."
REVIEW = {
    "title": "A Review of the Bridge", "author": "An Engineer", "government": "The Council",
    "published_on": "5 January 2026", "text": REPORT, "licence": "ogl-3.0", "themes": "Bridges", "bodies": "Highways",
    "recommendations": "1. The Council should close the bridge.\n2. The Council should paint it.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR, settings.SITE_NAME = tmp_path, "The Pledge Record"
    cache.clear()


def new_admin(client: Client) -> None:
    """Go through the first two tasks: the account by the printed code, and an app as a second factor."""
    answer = client.post("/setup/", ACCOUNT | {"code": setup_code().lower()})
    assert answer["Location"] == "/accounts/2fa/totp/activate/"
    page = client.get(answer["Location"]).content.decode()
    assert "Confirm it is you" not in page, "the password that was just typed counts"
    secret = re.search(r"\b([A-Z2-7]{32})\b", page)[1]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)}, follow=True)
    assert answer.status_code == 200


@pytest.mark.slow
def test_a_new_user_publishes_the_first_pledge_of_a_new_review(client, capsys):
    call_command("setup_code", site="http://127.0.0.1:8000")
    printed = capsys.readouterr().out
    assert "http://127.0.0.1:8000/setup/" in printed
    assert setup_code() in printed
    assert 'href="/setup/"' in client.get("/").content.decode()
    new_admin(client)
    tasks = client.get("/setup/").content.decode()
    assert tasks.count("Done") == 2
    client.post("/setup/site/", {"name": "Bridge Watch"})
    assert "Send a test email to ada@example.org" in client.get("/setup/site/").content.decode()
    client.post("/setup/site/test-email/")
    assert mail.outbox[-1].to == ["ada@example.org"]
    read = client.post("/setup/review/", REVIEW).content.decode()
    assert "not found: link it in the admin" in read
    without = client.post("/setup/review/", REVIEW | {"text": "", "licence": ""}).content.decode()
    assert without.count("not looked for: no text was given") == 2
    assert not Review.objects.exists(), "nothing is kept before it was seen"
    started = client.post("/setup/review/", REVIEW | {"start": "yes"}, follow=True).content.decode()
    assert "Recommendation 2: not linked to the words of the text." in started
    first, second = Recommendation.objects.all()
    assert (first.passage.exact, second.passage) == ("The Council should close the bridge.", None)
    assert client.get("/setup/review/")["Location"] == "/desk/reviews/"
    assert client.get("/setup/").content.decode().count("Done") == 4, "the text of the review is no source of promises"
    assert "Bridge Watch" in client.get("/").content.decode()
    publish_pledge(first)
    assert "1 pledge, not yet looked at." in Client().get("/").content.decode()
    call_command("setup_code")
    assert capsys.readouterr().out == "", "there is no code any more"


@pytest.mark.parametrize(
    ("facts", "names", "slugs"),
    [
        ({"themes": "Wards\nwards", "bodies": "The Council\nthe council"}, ["Wards"], ["wards"]),
        ({"themes": "Wards\nWards!"}, ["Wards", "Wards!"], ["wards", "wards-2"]),
        ({"title": "橋の検討", "government": "日本国政府", "themes": "橋\n道"}, ["橋", "道"], ["theme", "theme-2"]),
    ],
)
def test_names_that_are_alike_or_in_another_script_do_not_stop_a_first_review(client, facts, names, slugs):
    new_admin(client)
    assert client.post("/setup/review/", REVIEW | facts | {"start": "yes"}).status_code == 302
    assert list(Theme.objects.order_by("pk").values_list("name", flat=True)) == names
    assert list(Theme.objects.order_by("pk").values_list("slug", flat=True)) == slugs
    assert Body.objects.count() == (1 if "bodies" in facts else 2)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("recommendations", "0. Do it.", "Number 0 is too small. Begin with 1."),
        ("themes", "Short\n" + "x" * 201, "Use at most 200 characters in a line."),
        ("bodies", "y" * 201, "Use at most 200 characters in a line."),
        ("published_on", "5 January 2027", "Enter a date up to today, 24 November 2026."),
    ],
)
def test_what_a_first_review_cannot_have_is_told_beside_its_field_before_it_starts(client, field, typed, told):
    new_admin(client)
    answer = client.post("/setup/review/", REVIEW | {field: typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [told]}


def publish_pledge(recommendation: Recommendation) -> None:
    """Draft a pledge from a recommendation as the new admin, and publish it as a second person."""
    ada, review = get_user_model().objects.get(), recommendation.review
    grace = person("Grace Hopper", DeskRole.PUBLISHER)
    made = drafts.start(DraftType.PLEDGE, by=ada)
    facts = {
        "title": ["Close the bridge"], "slug": ["close-the-bridge"], "review": [str(review.pk)],
        "theme": [str(Theme.objects.get().pk)], "kind": ["operation"], "basis": ["ministerial-pledge"],
        "made_on": ["6 January 2026"],
    }  # fmt: skip
    made = drafts.save(made, version=made.version, by=ada, fields={"facts": facts})
    drafts.add_evidence(made, recommendation.passage, by=ada, role=EvidenceRole.PLEDGE)
    made.refresh_from_db()
    made = drafts.submit(made, version=made.version, by=ada)
    review_actions.record_check(made, version=made.version, by=grace)
    review_actions.publish(made, version=made.version, by=grace)


def test_a_stranger_cannot_be_first(client):
    setup_code()
    for typed in ("", "AAAA-BBBB-CCCC", "\x00"):
        assert client.post("/setup/", ACCOUNT | {"code": typed}).status_code == 422
    person("Mary Somerville", DeskRole.EDITOR)
    late = client.post("/setup/", ACCOUNT | {"code": setup_code()})
    assert late["Location"] == "/desk/", "with an account there is nothing to set up"
    editor = signed_in(person("Edith Clarke", DeskRole.EDITOR))
    for page in ("/setup/site/", "/setup/review/", "/setup/site/test-email/"):
        assert client.post(page)["Location"].startswith("/accounts/login/")
        assert editor.post(page).status_code == 403


def test_a_wrong_code_a_weak_password_and_one_that_differs_are_told_at_once(client):
    setup_code()
    answer = client.post("/setup/", ACCOUNT | {"code": "no", "password1": "12345", "password2": "123456"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"code", "password1", "password2"}


def test_a_client_that_guesses_is_told_to_wait(client):
    setup_code()
    statuses = [client.post("/setup/", ACCOUNT | {"code": "no"}).status_code for _ in range(22)]
    assert statuses[-1] == 429


def test_of_two_who_know_the_code_one_is_first():
    facts = {"password": PASSWORD, "code": setup_code()}
    create_first_admin(name="Ada Byron", email="ada@example.org", **facts)
    with pytest.raises(ValidationError, match="has an account already"):
        create_first_admin(name="Grace Hopper", email="grace@example.org", **facts)
    assert get_user_model().objects.count() == 1


# --- The guide: docs/new-desk.md ----------------------------------------------------------------------

GUIDE = (Path(django_settings.BASE_DIR) / "docs" / "new-desk.md").read_text(encoding="utf-8")


def test_what_the_guide_names_is_what_pages_say():
    """Each word in italics of the guide is on a button, a link, a heading or a field, letter for letter."""
    named = {part.strip() for words in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", GUIDE) for part in words.split("→")}
    assert {"Show what is read", "Start this review", "Set-up", "Find pledges"} <= named
    root = Path(django_settings.BASE_DIR)
    files = [*(root / "templates").rglob("*.html"), *(root / "tracker").rglob("*.py")]
    said = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert [words for words in sorted(named) if not re.search(rf'["\'>]{re.escape(words)}', said)] == []


def test_the_commands_of_the_guide_start_a_review(tmp_path, monkeypatch, capsys):
    (command,) = re.findall(r"manage\.py (start_review .*?)\n\.venv", GUIDE.replace("\\\n", " "), re.DOTALL)
    name, *options = shlex.split(command)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.txt").write_text("1. The Home Office should keep a register.\n2. It should say why.")
    pdf = hostile_documents.pdf("The Home Office should keep a register.")
    (tmp_path / "review.pdf").write_bytes(pdf)
    call_command(name, *options)
    assert "Not found exactly once in the text: 2." in capsys.readouterr().out
    review = Review.objects.get()
    assert (review.content_note, review.leave_url, len(review.help_line_pairs)) == ("", "", 1)
    for command in re.findall(r"manage\.py (\w+)", GUIDE):
        load_command_class(get_commands()[command], command)


@pytest.mark.slow
def test_the_tasks_say_what_comes_next_until_something_is_published(client):
    new_admin(client)
    page = client.get("/desk/").content.decode()
    assert "Go on setting up the tracker" in page
    assert 'href="/setup/">Set-up</a>' in page
    assert "Go on: name and email" in client.get("/setup/").content.decode()
    assert "2 of 6 done." in client.get("/setup/").content.decode()
    assert "This site is being set up." in Client().get("/").content.decode()
    read = client.post("/setup/review/", REVIEW | {"help_lines": "Only a name", "start": "yes"})
    assert (read.status_code, "does not have all three" in read.content.decode()) == (422, True)
    own = {"content_note": "About water.", "help_lines": "River line | 0800 111", "leave_url": "example.org/weather"}
    client.post("/setup/review/", REVIEW | own | {"start": "yes"})
    review = Review.objects.get()
    assert (review.content_note, review.leave_url) == ("About water.", "https://example.org/weather")
    publish_pledge(Recommendation.objects.first())
    page = client.get("/desk/").content.decode()
    assert "Go on setting up" not in page
    assert ">Set-up</a>" not in page
    reader = Client().get("/").content.decode()
    assert "being set up" not in reader
    assert "About water." in reader
    assert "River line" in reader


def test_a_list_from_a_file_is_shown_before_it_is_kept(client):
    new_admin(client)
    for content, message in (
        (b"1. One\n2. Two", "2 recommendations"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"No number", "No number"),
    ):
        file = SimpleUploadedFile("list.txt", content, "text/plain")
        page = client.post(
            "/setup/review/", REVIEW | {"recommendations": "", "recommendations_file": file, "start": "yes"}
        )
        assert message in page.content.decode()
    assert not Review.objects.exists()
