"""manage.py load_texts FOLDER: bring the full texts of sources in, matched by their SHA-256."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from tracker.pledges.facts.entries import OPERATOR, Signers, record_facts
from tracker.pledges.record.lock import record_lock
from tracker.pledges.search.index import reindex_source
from tracker.sources.full_texts import PassageResult, attach_full_text, source_of
from tracker.sources.models import Source

_WIDTH = 56


class Command(BaseCommand):
    """Match the files of a folder with sources, store their texts, re-check all passages."""

    help = (
        "Brings in the full text of each source whose SHA-256 a file in FOLDER has, re-checks its passages "
        "character for character, and prints what holds. Exit code 1 if a passage does not hold or no file fits."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="Folder of UTF-8 text files, searched without its sub-folders.")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        total = failed = 0
        matched: set[int] = set()
        for path in sorted(entry for entry in folder.iterdir() if entry.is_file()):
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            source = source_of(digest)
            if source is None:
                self.stdout.write(f"\n{path.name}\n  no source has its SHA-256 {digest}")
                continue
            matched.add(source.pk)
            self.stdout.write(f"\n{path.name}\n  {source} (SHA-256 {digest[:12]}…)")
            try:
                with record_lock():
                    findings = attach_full_text(source, text=data.decode("utf-8"))
                    record_facts([source, *source.passages.all()], signers=Signers(OPERATOR))
                    reindex_source(source)
            except (UnicodeDecodeError, ValidationError) as error:
                failed += 1
                self.stdout.write(f"  refused: {error}")
                continue
            total += len(findings)
            for finding in findings:
                failed += not finding.holds
                self.stdout.write(_row(finding))
            source.refresh_from_db(fields=["text"])
            if not source.has_text:
                self.stdout.write("  the text was not stored: a passage with a position does not hold")
        for source in Source.objects.exclude(pk__in=matched).exclude(sha256="").filter(text=""):
            self.stdout.write(f"\n{source}\n  no file in {folder} has its SHA-256 {source.sha256}")
        self.stdout.write(f"\n{total - failed} of {total} passages hold.")
        if failed:
            raise CommandError(f"{failed} do not hold.")
        if not matched:
            raise CommandError("No file fits a source.")


def _row(finding: PassageResult) -> str:
    words = " ".join(finding.passage.exact.split())
    shown = words if len(words) <= _WIDTH else f"{words[: _WIDTH - 1]}…"
    span = "" if finding.passage.start is None else f"{finding.passage.start}–{finding.passage.end}"
    return f"  {span:>11}  {shown:<{_WIDTH}}  {'holds' if finding.holds else finding.problem}"
