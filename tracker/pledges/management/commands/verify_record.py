"""manage.py verify_record: is the record what was published?"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from tracker.core import triggers
from tracker.core.files.marker_files import last_verified_on, read_day_marker
from tracker.core.job_progress import report_progress
from tracker.pledges.models import RecordEntry
from tracker.pledges.record.verify import Problem, verify_chain, verify_derived, verify_known_head


class Command(BaseCommand):
    """Verify the chain, its words, pledges, lists, passages and guards, and a head that somebody saved."""

    help = (
        "Verifies every entry of the record, the words that it commits to, each pledge against its last statement, "
        "what lists show against the record, each passage against the held text, and that no guard of the database "
        "is missing. Names the first entry that does not hold. Exit code 1 if anything is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--known-head", type=Path, metavar="FILE", help="A head saved earlier: does today's record extend it?"
        )

        parser.add_argument("--nightly", action="store_true", help="Skip this if it has run since midnight.")

    def handle(self, *args: Any, known_head: Path | None, nightly: bool, **options: Any) -> None:
        if nightly and read_day_marker(last_verified_on()) == timezone.localdate():
            return
        problems: list[Problem] = [
            Problem(0, f"The guard {guard.name} on {guard.table} is missing.")
            for guard in triggers.missing(connection)
        ]
        total, held = RecordEntry.objects.count(), 0
        for step in verify_chain():
            if isinstance(step, Problem):
                problems.append(step)
            else:
                held = step
                self._progress(held, total)
        problems.extend(verify_derived())
        if known_head is not None:
            try:
                checkpoint = known_head.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{known_head} cannot be read: {error}") from error
            if problem := verify_known_head(checkpoint):
                problems.append(problem)
            else:
                self.stdout.write("The record extends the saved head.")
        if not nightly or problems:
            self.stdout.write(f"{held} of {total} entries hold.")
        if nightly:
            settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
            last_verified_on().touch()
        if problems:
            raise CommandError("\n".join(str(problem) for problem in problems))

    def _progress(self, done: int, total: int) -> None:
        report_progress(done, total)
        if sys.stderr.isatty() and (done % 1000 == 0 or done == total):
            width = 40 * done // max(total, 1)
            self.stderr.write(f"\r[{'#' * width:<40}] {done}/{total}", ending="\n" if done == total else "")
