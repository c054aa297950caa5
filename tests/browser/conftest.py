"""A browser and the tracker as `make run` serves it: granian, its own database, the Casey data set."""

import base64
import hashlib
import hmac
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.databases import address_of, database, server_url, shared_name
from tests.servers import free_port, wait_for

MAIL_FOLDER = Path(tempfile.mkdtemp(prefix="tracker-mail-"))
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ACTION_TIMEOUT_MS = 90_000
"""How long a click waits: four workers share two processors in the gate."""
MAX_START_SECONDS = 60.0
expect.set_options(timeout=20_000)
ADMIN_PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""Of the authenticator app of everybody who is made here."""

LEAVE_URL = "/about/?left"
"""Where the way out leads: tests have no network to leave to."""

PEOPLE = f"""
import datetime as dt
from django.contrib.auth import get_user_model
from django.core.management import call_command
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone
from tests.factories import PassageFactory, SourceFactory, person, submitted
from tracker.desk.actions import candidates
from tracker.desk.accounts.permissions import DeskRole
from tracker.pledges.models import Pledge, Review
from tracker.sources import intake
from tracker.sources.models import LinkCheck, Source
Review.objects.update(leave_url="{LEAVE_URL}")
for name, role in (("Edna Editor", DeskRole.EDITOR), ("Paula Publisher", DeskRole.PUBLISHER),
                   ("Kit Keyboard", DeskRole.EDITOR), ("Nora Noscript", DeskRole.EDITOR),
                   ("Kay Keys", DeskRole.EDITOR), ("Tabitha Tab", DeskRole.PUBLISHER),
                   ("Leo Leaver", DeskRole.EDITOR)):
    person(name, role, second_factor=False, email=name.split()[0].lower() + "@example.org")
for user in get_user_model().objects.all():
    user.set_password("{ADMIN_PASSWORD}")
    user.save()
    TOTP.activate(user, "{SECRET}")
SourceFactory(
    slug="ministers-statement", title="Statement to the House", published_on=dt.date(2026, 3, 3),
    text="A statement.\\nThe first officers were trained in March. The rest will follow.\\nThen more.",
)
SourceFactory(
    slug="ministers-statement-2", title="A later snapshot", published_on=dt.date(2020, 1, 1),
    supersedes=Source.objects.get(slug="ministers-statement"), text="A statement. Others were trained.",
)
PassageFactory(source=Source.objects.get(slug="ministers-statement"), exact="The rest will follow.")
candidates.search_source(Source.objects.get(slug="ministers-statement"))
numbers = "one two three four five six seven eight nine ten".split()
for slug, title, said in (("harbour-plan", "The harbour plan", numbers), ("pier-plan", "The pier plan", numbers[:3])):
    text = "\\n\\n".join(f"We will publish register {{number}} of the {{title[4:]}}." for number in said)
    candidates.search_source(SourceFactory(slug=slug, title=title, published_on=dt.date(2026, 3, 3), text=text))
LinkCheck.objects.create(
    source=Source.objects.get(slug="ministers-statement"), url="https://example.org/a", state="gone",
    checked_at=timezone.now(), next_at=timezone.now(),
)
for name, content in (("a.txt", b"We will publish it."), ("scan.txt", b"\\x00\\x00")):
    intake.upload_file(content, name=name, by=get_user_model().objects.get(first_name="Edna"))
    intake.read_next()
pledge = Pledge.objects.get(slug="ethnicity-data")
submitted(
    get_user_model().objects.get(first_name="Edna"), pledge, headline="A form was sent to all forces", step="funded",
    status="under-way", effective_on=dt.date(2026, 1, 1), looked_until=dt.date(2026, 1, 2),
)
submitted(
    get_user_model().objects.get(first_name="Leo"), pledge, headline="The form was read by a person who left",
    step="funded",
)
"""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items) -> None:
    """Mark what drives a browser, and keep what a file has in one worker: a server and a browser serve all of it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            is_of_desk = item.path.stem in (
                "test_desk",
                "test_desk_pages",
                "test_keyboard",
                "test_many_pledges",
                "test_updates",
            )  # they change what readers see
            item.add_marker(pytest.mark.xdist_group("desk" if is_of_desk else "browser"))


def pytest_sessionfinish() -> None:
    """Put the pictures of each journey on a sheet, where they are drawn."""
    if "JOURNEY_PICTURES" in os.environ:
        from tests.browser.counted import draw_sheets

        draw_sheets()


@pytest.fixture(scope="package")
def environment(tmp_path_factory, filled) -> Iterator[dict[str, str]]:
    """The environment of the tracker that is served, on a database of the kind that this run tests."""
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(filled["DATA_DIR"], folder)
    values = filled | {
        "DATA_DIR": str(folder),
        "LEAVE_URL": LEAVE_URL,
        "DJANGO_SUPERUSER_PASSWORD": ADMIN_PASSWORD,
        "EMAIL_URL": f"filemail:///{MAIL_FOLDER}",
    }
    if "DATABASE_URL" not in filled:
        yield values
        return
    name = database(f"CREATE DATABASE {{name}} TEMPLATE {shared_name('filled')}")
    yield values | {"DATABASE_URL": address_of(name)}
    with psycopg.connect(server_url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="package")
def site(environment) -> Iterator[str]:
    """The address of a running tracker."""
    for command in (
        ["createsuperuser", "--noinput", "--username", "ada", "--email", "ada@example.org"],
        ["shell", "-v", "0", "-c", PEOPLE],
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, check=True)
    with serving(environment, free_port(), "publishing", "mail", "desk", "documents") as address:
        yield address


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """What `make run EMPTY=1` prints, its address and its code: its steps, in a folder of its own, on a free port."""
    folder, port = tmp_path_factory.mktemp("empty") / "data", free_port()
    folder.mkdir()
    address = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(settings.BASE_DIR),
        "DATA_DIR": str(folder),
        "SITE_URL": address,
    }
    told = ""
    for command in (
        ["migrate", "--verbosity", "0"],
        ["secure_files"],
        ["collectstatic", "--noinput", "--verbosity", "0"],
        ["setup_code", "--site", address],
    ):
        told = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, check=True,
            capture_output=True, text=True,
        ).stdout  # fmt: skip
    with serving(environment, port):
        yield address, re.search(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){2}", told)[0]


@contextmanager
def serving(environment: dict[str, str], port: int, *jobs: str) -> Iterator[str]:
    """Serve a tracker as `make run` does, with a worker (of some kinds of jobs alone), and yield its address."""
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--blocking-threads", "4"]
    granian += ["--host", "127.0.0.1", "--port", str(port), "tracker.wsgi:application"]
    work = [sys.executable, "manage.py", "run_worker", "--every=1", *(f"--only={kind}" for kind in jobs)]
    told = Path(environment["DATA_DIR"]) / "server.log"
    address = f"http://127.0.0.1:{port}"
    processes = []

    def answers() -> bool:
        assert processes[0].poll() is None, told.read_text()
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            return False
        return True

    try:
        with told.open("wb") as log:
            for command in (granian, work):
                processes.append(
                    subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
                )
        wait_for(answers, MAX_START_SECONDS, "the tracker answers")
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:  # granian may not hear it while it is starting
                process.kill()
                process.wait()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Skipped where there is none, unless REQUIRE_BROWSER is set."""
    if shutil.which(CHROMIUM) is None:
        message = f"There is no Chromium at {CHROMIUM} (set CHROMIUM to another place)."
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Visit:
    """Opens pages as one kind of reader, and keeps what went wrong: console messages, foreign requests."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site, self.contexts, self.wrongs = browser, site, [], []

    def _hear(self, message) -> None:
        # htmx tells the console of a request that was taken back, as a search is by a choice; of one that failed, too.
        is_taken_back = message.text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
        if message.type == "error" and not is_taken_back:
            self.wrongs.append(message.text)

    def __call__(self, path: str = "/", *, width: int = 1280, scheme: str = "light", script: bool = True) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            base_url=self.site,
        )
        self.contexts.append(context)
        context.set_default_timeout(ACTION_TIMEOUT_MS)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.wrongs.append(str(error)))
        page.on("request", self._note)
        page.goto(path)
        return page

    def _note(self, request) -> None:
        if not request.url.startswith((self.site, self.site.replace("127.0.0.1", "localhost"), "data:")):
            self.wrongs.append(f"asked another host: {request.url}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def visit(browser, site) -> Iterator[Visit]:
    """Open a page. The test fails if the page complained or asked another host for anything."""
    visit = Visit(browser, site)
    yield visit
    cookies = [cookie for context in visit.contexts for cookie in context.cookies()]
    visit.close()
    assert visit.wrongs == []
    assert [cookie["name"] for cookie in cookies if cookie["name"] not in ("csrftoken", "sessionid")] == []


def code_now(secret: str = SECRET, later: int = 0) -> str:
    """The six digits that an authenticator app would show now, or some half minutes later (RFC 6238)."""
    counter = int(time.time()) // 30 + later
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


class CodeOnce:
    """An authenticator app: each code is taken once, so a second log-in has the next one, which is taken as well."""

    def __init__(self) -> None:
        self.used: set[tuple[str, str]] = set()

    def __call__(self, who: str, secret: str = SECRET) -> str:
        while True:
            for later in (0, 1):
                one = (who, code_now(secret, later))
                if one not in self.used:
                    self.used.add(one)
                    return one[1]
            time.sleep(0.5)


@pytest.fixture(scope="package")
def app_code() -> CodeOnce:
    return CodeOnce()


def log_in(page: Page, who: str, app_code: CodeOnce, *, to: str = "/desk/", site: str = "") -> Page:
    """Log somebody in with password and second factor, as a person does."""
    page.goto(f"{site}/accounts/login/?next={to}")
    page.get_by_label("Email address or username").fill(who)
    page.get_by_label("Password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(app_code(who))
    page.get_by_role("button", name="Sign In").first.click()
    page.wait_for_url(f"**{to}")
    return page


def show_again(page: Page, who: str, app_code: CodeOnce, password: str = ADMIN_PASSWORD) -> None:
    """Show once more who it is, where the page asks for that."""
    page.wait_for_load_state()
    if "reauthenticate" not in page.url:
        return
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(password)
    else:
        page.get_by_label("Code").fill(app_code(who))
    page.locator("main").get_by_role("button", name="Confirm").first.click()
