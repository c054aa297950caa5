"""Ask one installation everything, and print each answer as a line of JSON: tests/ops/test_topologies.py compares the
answers of a primary alone, behind a pooler and with a replica.

Started with "build FILE": make one of each thing, and write the addresses of its pages to the file. Or with
"ask FILE FOLDER": read every page as a reader and as an admin, send every form, run every command.
"""

import datetime as dt
import io
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

import lxml.html  # noqa: E402
import time_machine  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import CommandError, call_command, get_commands  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import NoReverseMatch, get_resolver, resolve, reverse  # noqa: E402

from tests.desk.accounts.test_access import one_of_each, patterns  # noqa: E402
from tests.desk.conftest import signed_in  # noqa: E402
from tests.factories import person  # noqa: E402
from tests.web.test_compression import addresses_of  # noqa: E402
from tracker.core.postgresql.replicas import WATCH  # noqa: E402
from tracker.desk.accounts.permissions import DeskRole  # noqa: E402
from tracker.pledges.models import Pledge  # noqa: E402

NOW = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
FRAGMENT = {"HX-Request": "true"}
READERS = [
    "/?status=none-found", "/?q=inquiry", "/?as_of=2025-09-01", "/?page=2", "/changes/?since=2026-11-20",
    "/data/pledges.csv", "/data/passages.json", "/api/v1/pledges", "/api/v1/pledges?limit=2", "/api/v1/updates",
    "/api/v1/sources", "/api/v1/bodies", "/api/v1/themes", "/api/v1/reviews", "/api/v1/changes", "/api/v1/counts",
    "/api/v1/recommendations", "/api/v1/passages", "/api/v1/nothing", "/pledges/nothing/", "/compare/?a=x&b=y",
]  # fmt: skip
"""Addresses beside those that have a name: filters, tables, the API, what is not there."""
PAGES_WITH_PARTS = [
    "/",
    "/?status=none-found",
    "/?q=inquiry",
    "/changes/?since=2026-11-20",
    "/pledges/about/",
    "/sources/",
]
"""Pages that htmx asks for parts of."""
LAST = ("logout", "password", "2fa", "sessions", "withdraw", "discard", "drop", "delete", "take-back", "role")
"""Words in the address of a form that ends something: sent after the others."""
TYPED = {"email": "reader@example.org", "url": "https://example.org/a", "date": "2026-11-27", "number": "1"}
COMMANDS: dict[str, list[str]] = {
    "migrate": ["--verbosity=0"], "load_dataset": ["--if-empty"], "add_source": ["{folder}/words.txt"],
    "load_texts": ["{folder}"], "read_documents": [], "check_links": [], "find_pledges": [],
    "import_pledges": ["--waiting"], "publish_due": [], "send_notices": [], "send_alerts": [], "setup_code": [],
    "renew_encryption": [], "build_package": [], "data_dictionary": [], "delete_ended_sessions": [],
    "secure_files": [], "rebuild_search": [], "rebuild_standings": [], "rebuild_tree": [], "store_counts": [],
    "erase_old_reports": [], "request_cosignatures": [], "witness": [], "backup": ["{folder}/backups"],
    "export_site": ["{folder}/copy", "--review=audit"],
    "end_factors": ["edith.clarke"], "start_review": ["--no-input"], "record_facts": [],
    "withdraw_facts": ["body", "1", "--reason", "A court order."], "verify_record": [], "doctor": [],
}  # fmt: skip
"""Every command, with what it is run with."""
ELSEWHERE = {
    "copy_database": "tests/ops/test_database_transfer.py",
    "list_dearest_requests": "prints times",
    **dict.fromkeys(("restore", "grant_database_role", "run_worker"), "tests/ops/test_pooler.py"),
    **dict.fromkeys(("move_from", "work", "keep_tallies", "erase_reports", "grant_role"), "the old name of another"),
}  # fmt: skip
CHANGING = [
    (re.compile(r'(name="(?:csrfmiddlewaretoken|made|key|edit_session)" value=")[^"]*'), r"\1"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r'(?:, )?"(?:challenge|replicas|disk)": "[^"]*"'), ""),
]
"""What differs each time that a page is made."""
SALTED = [(re.compile(r"[0-9a-f]{12,}"), "#"), (re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}"), "#")]
"""Beside that, digests of what forms publish: each has its own salt."""


def build(file: Path) -> None:
    """Make one of each thing in the database, and write addresses to a file."""
    ada, grace, _ = person("Ada Lovelace"), person("Grace Hopper", DeskRole.PUBLISHER), person(
        "Edith Clarke", DeskRole.ADMIN, is_superuser=True, email="edith@example.org"
    )  # fmt: skip
    desk = one_of_each(ada, grace)
    names = {name for name, _ in patterns(get_resolver()) if not name.startswith("desk:")}
    others = set()
    for name in names:
        try:
            others.add(reverse(name))
        except NoReverseMatch:
            continue
    public = {*addresses_of(Pledge.objects.get(slug="about")).values(), *READERS}
    file.write_text(json.dumps([sorted(public), sorted({*desk.values(), *others} - public)]), encoding="utf-8")


class Asking:
    """Asks, and prints what was answered."""

    def __init__(self) -> None:
        self.forms: dict[tuple[str, tuple[str, ...]], tuple[str, Any]] = {}
        """The first of each view and set of fields: where it is sent, and what it holds."""
        self.salted = False

    def tell(self, what: str, answer: Any) -> None:
        """Print an answer without what differs each time."""
        content = b"".join(answer) if answer.streaming else answer.content
        text = content.decode("utf-8", "backslashreplace")
        for pattern, instead in CHANGING + (SALTED if self.salted else []):
            text = pattern.sub(instead, text)
        headers = {name: answer.get(name) for name in ("Content-Type", "Cache-Control", "Vary", "Location")}
        for pattern, instead in CHANGING + SALTED:
            headers["Location"] = pattern.sub(instead, headers["Location"] or "")
        replica = bool(answer.wsgi_request.META.get("tracker.replica"))
        print(json.dumps([what, answer.status_code, headers, text, replica]), flush=True)

    def read(self, who: str, client: Client | None, path: str, **headers: str) -> None:
        """Read a page; keep its forms to send them later."""
        answer = (client or Client()).get(path, headers=headers)
        self.tell(f"{who} reads {path} {' '.join(headers)}", answer)
        if answer.status_code != 200 or answer.streaming or not answer.get("Content-Type", "").startswith("text/html"):
            return
        for form in lxml.html.fromstring(answer.content.decode() or "<p>").forms:
            if form.method == "POST":
                address = urljoin(path, form.get("action") or path)
                names = tuple(sorted({str(one.get("name")) for one in form.xpath(".//*[@name]")}))
                view = resolve(urlsplit(address).path).view_name
                self.forms.setdefault((view, names), (address, form))

    def send_forms(self, who: str, client: Client | None) -> None:
        """Send every form that was seen, filled in."""
        forms, self.forms = self.forms, {}
        sent = sorted(forms.items(), key=lambda row: (any(word in row[1][0] for word in LAST), row[0]))
        for (view, names), (address, form) in sent:
            if "logout" in address or "/sessions/" in address:  # who is signed out sends no more
                continue
            answer = (client or Client()).post(address, filled(form))
            self.tell(f"{who} sends {view} {address} {' '.join(names)}", answer)


def filled(form: Any) -> dict[str, Any]:
    """Return what a form holds, with words in the fields that are empty."""
    held: dict[str, Any] = {}
    for name, value in form.form_values():
        held.setdefault(name, []).append(value)
    for field in form.xpath(".//input[@name] | .//textarea[@name]"):
        name, kind = field.get("name"), field.get("type", "text")
        if kind == "file":
            held[name] = [SimpleUploadedFile("list.csv", b"Title\nA pledge\n")]
        elif kind in ("checkbox", "radio"):
            held.setdefault(name, [field.get("value", "on")])
        elif _is_to_be_filled(field) and not any(held.get(name, [])):
            held[name] = [TYPED.get(kind, "Words that were typed")]
    buttons = form.xpath(".//button[@name]")[:1]
    return held | {button.get("name"): button.get("value", "") for button in buttons}


def _is_to_be_filled(field: Any) -> bool:
    """Whether a person has to type something there; who fills in “website” is none."""
    return field.get("type") != "hidden" and field.get("name") != "website" and (
        field.get("required") is not None or field.tag == "textarea"
    )  # fmt: skip


def ask(file: Path, folder: Path, clock: Any) -> None:
    """Ask everything of the installation that the environment names."""
    public, others = json.loads(file.read_text(encoding="utf-8"))
    if "DRILL_KILLS" not in os.environ:  # the pages of Django's admin are much alike
        admin = [path for path in others if path.startswith("/admin/")]
        others = sorted({*others} - {*admin} | {*admin[::3]})
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.READ_LIMITS = dict.fromkeys(settings.READ_LIMITS, 0)
    asking = Asking()
    if settings.DATABASE_REPLICAS:
        until = time.monotonic() + 30
        while WATCH.choose() is None:
            Client().get("/health/ready")
            assert time.monotonic() < until, WATCH.states()
            time.sleep(0.1)
    for path in public:
        asking.read("a reader", None, path)
    for path in PAGES_WITH_PARTS:
        asking.read("a reader", None, path, **FRAGMENT)
    for path in others:
        asking.read("a reader", None, path)
    edith = signed_in(get_user_model().objects.get(username="edith.clarke"))
    reader_forms, asking.forms = asking.forms, {}
    for path in ["/", *others]:
        if "logout" not in path:
            asking.read("an admin", edith, path)
    asking.salted = True
    clock.shift(5)  # nobody fills a form in at once
    admin_forms, asking.forms = asking.forms, reader_forms
    asking.send_forms("a reader", None)
    asking.forms = admin_forms
    asking.send_forms("an admin", edith)
    for path in public[::3]:  # once more: what forms changed is there
        asking.read("a reader, afterwards,", None, path)
    run_commands(folder)


def run_commands(folder: Path) -> None:
    """Run every command; print what it said, without numbers."""
    own = {name for name, app in get_commands().items() if app.startswith("tracker")}
    assert own == set(COMMANDS) | set(ELSEWHERE), own ^ (set(COMMANDS) | set(ELSEWHERE))
    (folder / "words.txt").write_text("Words that were said.", encoding="utf-8")
    for name, arguments in COMMANDS.items():
        said, status = io.StringIO(), "done"
        try:
            call_command(name, *[word.format(folder=folder) for word in arguments], stdout=said, stderr=said)
        except (CommandError, SystemExit) as error:
            status = f"{type(error).__name__}: {error}"
        lines = said.getvalue().splitlines()
        if name == "doctor":  # of these it says what there is
            lines, status = [line for line in lines if not re.search("pooler|replicas|disk", line)], ""
        text = re.sub(r"[\d.,]+", "0", "\n".join([*lines, status]).replace(str(folder.parent), "FOLDER"))
        for pattern, instead in CHANGING + SALTED:
            text = pattern.sub(instead, text)
        print(json.dumps([f"{name} {' '.join(arguments)}", 0, {}, text, False]), flush=True)


if __name__ == "__main__":
    with time_machine.travel(NOW, tick=False) as clock:
        if sys.argv[1] == "build":
            build(Path(sys.argv[2]))
        else:
            ask(Path(sys.argv[2]), Path(sys.argv[3]), clock)
