"""manage.py add_source: bring a document in from the command line, and store it as a source once it is read."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from tracker.sources import intake
from tracker.sources.choices import IntakeState, Licence, SourceKind
from tracker.sources.models import Intake, Source
from tracker.sources.slugs import free_slug

_ASKED = ["title", "publisher", "kind", "url", "published_on", "licence", "note"]


class Command(BaseCommand):
    """Read a file or fetch an address, show what it says of itself, and store it."""

    help = (
        "Reads a document (.txt, .html, .pdf, .docx; - for standard input) or fetches an address, prints what it says "
        "of itself and what is odd about it, and with --store stores it as a source. What you give by an option wins."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("document", help="A file, - for standard input, or an address (needs FETCH_ADDRESSES).")
        parser.add_argument("--store", action="store_true", help="Store it; without, it is only read and shown.")
        parser.add_argument("--after", metavar="SLUG", help="It is a later snapshot of this source's document.")
        for name in _ASKED:
            choices = {"kind": SourceKind.values, "licence": Licence.values}.get(name)
            parser.add_argument(f"--{name.replace('_', '-')}", choices=choices)

    def handle(self, *args: Any, document: str, store: bool, after: str | None, **options: Any) -> None:
        typed = {name: options[name] for name in _ASKED if options[name]}
        try:
            earlier = Source.objects.get(slug=after) if after else None
            coming = self._bring(document, typed, earlier)
            while intake.read_next():
                continue
            coming.refresh_from_db()
            if coming.state != IntakeState.READY:
                raise CommandError(coming.problem or coming.get_state_display())
            facts = {name: value for name, (value, _) in coming.proposals.items()} | typed
            for name in _ASKED:
                origin = "given" if name in typed else (coming.proposals.get(name) or ["", "not known"])[1]
                self.stdout.write(f"{name}: {facts.get(name, '')} ({origin})")
            self.stdout.write(f"{len(coming.text):,} characters, read as {coming.form}")
            for note in coming.notes:
                self.stdout.write(f"! {note}")
            if not store:
                intake.drop(coming)
                self.stdout.write("Nothing was stored. To store it, add --store.")
                return
            facts = {"kind": SourceKind.OTHER, "licence": Licence.RESERVED, **facts}
            source = intake.store(coming, facts=facts, slug=free_slug(facts.get("title") or "source"))
            self.stdout.write(f"Stored: {source.get_absolute_url()} (SHA-256 {source.sha256})")
        except Source.DoesNotExist as error:
            raise CommandError(f"There is no source “{after}”.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _bring(self, document: str, typed: dict[str, str], earlier: Source | None) -> Intake:
        if document.startswith(("http://", "https://")):
            return intake.request_address(document, by=None, facts=typed, supersedes=earlier)
        try:
            content = sys.stdin.buffer.read() if document == "-" else Path(document).read_bytes()
        except OSError as error:
            raise CommandError(f"{document} cannot be read: {error.strerror}") from error
        return intake.upload_file(content, name=Path(document).name, by=None, facts=typed, supersedes=earlier)
