"""manage.py start_review: start a tracker for a review, by questions or by options."""

import datetime as dt
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from tracker.pledges.data.start_review import read_numbered, start_review
from tracker.pledges.facts.entries import OPERATOR, Signers, begin_facts_of_new_tracker
from tracker.pledges.record.lock import record_lock
from tracker.sources import intake
from tracker.sources.choices import IntakeState, Licence, SourceKind
from tracker.sources.models import Source
from tracker.sources.slugs import free_slug

_QUESTIONS = [
    ("title", "Title of the review"),
    ("author", "Who wrote it"),
    ("government", "Whose pledges are tracked"),
    ("published_on", "When was it published (as in 2025-06-16)"),
]

_OWN_QUESTIONS = [
    ("content_note", "Content note on each of its pages (Enter for none)"),
    ("help_lines", "Help lines as “name | number”, with ; between several (Enter for none)"),
    ("leave_url", "Where “Leave this site” leads (Enter for no such button)"),
]


class Command(BaseCommand):
    """Make a review, its recommendations from a numbered list, and its first source."""

    help = (
        "Makes a review, its recommendations from a numbered list, its bodies and themes, and its first source, and "
        "says what comes next. Asks for what no option gives, unless --no-input. docs/new-desk.md walks through it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, question in _QUESTIONS:
            parser.add_argument(f"--{name.replace('_', '-')}", help=f"{question}.")
        parser.add_argument("--slug", help="Its address; made from the title if not given.")
        parser.add_argument("--recommendations", type=Path, metavar="FILE", help="A numbered list, one to a number.")
        parser.add_argument("--source", type=Path, metavar="FILE", help="The review itself: .pdf, .docx, .html, .txt.")
        parser.add_argument("--publisher", default="", help="Who published the source.")
        parser.add_argument("--url", default="", help="Where it was published.")
        parser.add_argument("--kind", choices=SourceKind.values, default=SourceKind.OFFICIAL_PUBLICATION)
        parser.add_argument("--licence", choices=Licence.values, default=Licence.RESERVED)
        parser.add_argument("--body", action="append", default=[], help="A body that has to act. Repeat for several.")
        parser.add_argument("--theme", action="append", default=[], help="A theme. Repeat for several.")
        parser.add_argument("--content-note", help="Shown at the top of each of its pages. Empty: none.")
        parser.add_argument(
            "--help-line", action="append", metavar="NAME|NUMBER", help="A help line. Repeat for several. Empty: none."
        )
        parser.add_argument("--leave-url", help="Where “Leave this site” leads. Empty: there is no such button.")
        parser.add_argument("--no-input", action="store_true", help="Ask nothing: fail where an option is missing.")

    def handle(self, *args: Any, no_input: bool, **options: Any) -> None:
        facts = {name: options[name] or self._ask(name, question, no_input) for name, question in _QUESTIONS}
        try:
            day = dt.date.fromisoformat(facts.pop("published_on"))
        except ValueError as error:
            raise CommandError("Enter the day of publication as in 2025-06-16.") from error
        own = self._own(options, no_input)
        try:
            listed = read_numbered(self._read(options["recommendations"])) if options["recommendations"] else []
            with record_lock():
                source = self._source(options, facts["title"], day) if options["source"] else None
                started = start_review(
                    slug=options["slug"] or slugify(facts["title"])[:80],
                    published_on=day,
                    recommendations=listed,
                    source=source,
                    bodies=options["body"],
                    themes=options["theme"],
                    own=own,
                    **facts,
                )
                begin_facts_of_new_tracker(signers=Signers(OPERATOR))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Started: {started.review}, {started.recommendations} recommendations.")
        if source is not None:
            self.stdout.write(
                f"Its text is stored: {len(source.text):,} characters, /desk/sources/{source.slug}/candidates/"
            )
        if started.unplaced and source is not None:
            numbers = ", ".join(str(number) for number in started.unplaced)
            self.stdout.write(
                f"Not found exactly once in the text: {numbers}. Link them to their passages in the admin."
            )
        self.stdout.write(
            "Next: make the first account at /setup/ (manage.py setup_code), bring the government's response in, and "
            "look for pledges in it (docs/new-desk.md)."
        )

    def _ask(self, name: str, question: str, no_input: bool) -> str:
        if no_input or not sys.stdin.isatty():
            raise CommandError(f"--{name.replace('_', '-')} is missing.")
        return input(f"{question}: ").strip()

    def _own(self, options: dict[str, Any], no_input: bool) -> dict[str, str]:
        """Return what its pages show: as the options say, else as it is answered; what has neither is left out."""
        answers = {
            "content_note": options["content_note"],
            "help_lines": "\n".join(options["help_line"]) if options["help_line"] is not None else None,
            "leave_url": options["leave_url"],
        }
        is_asked = sys.stdin.isatty() and not no_input and all(value is None for value in answers.values())
        for name, question in _OWN_QUESTIONS if is_asked else ():
            typed = input(f"{question}: ").strip()
            answers[name] = typed.replace(";", "\n") if name == "help_lines" else typed
        return {name: value for name, value in answers.items() if value is not None}

    def _read(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read as UTF-8 text: {error}") from error

    def _source(self, options: dict[str, Any], title: str, day: dt.date) -> Source:
        path: Path = options["source"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        coming = intake.upload_file(content, name=path.name, by=None)
        while intake.read_next():
            continue
        coming.refresh_from_db()
        if coming.state != IntakeState.READY:
            raise CommandError(f"{path}: {coming.problem or coming.get_state_display()}")
        for note in coming.notes:
            self.stdout.write(f"! {note}")
        facts = {
            "title": title, "published_on": day, "publisher": options["publisher"], "url": options["url"],
            "kind": options["kind"], "licence": options["licence"],
        }  # fmt: skip
        return intake.store(coming, facts=facts, slug=free_slug(title))
