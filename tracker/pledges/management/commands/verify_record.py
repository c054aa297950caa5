"""manage.py verify_record: is the record what was published?"""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from tracker.core import triggers
from tracker.core.files.marker_files import last_verified_on, read_day_marker, verified_head
from tracker.core.job_progress import report_progress
from tracker.pledges.facts.entries import are_facts_recorded
from tracker.pledges.record.checkpoints import current_head
from tracker.pledges.record.signatures import describe_signed
from tracker.pledges.record.verify import Problem, VerificationError, verify_known_head
from tracker.pledges.record.verify_parts import WHOLE_EACH_NIGHT, first_unverified, note_verified, verify_all


class Command(BaseCommand):
    """Verify the chain, its words, pledges, lists, passages and guards, and a head that somebody saved."""

    help = (
        "Verifies every entry of the record, the words that it commits to, each pledge against its last statement, "
        "what lists show against the record, each passage against the held text, and that no guard of the database "
        "is missing. Names the first entry that does not hold. Exit code 1 if anything is wrong."
    )

    requires_system_checks = ()  # those of the settings load all views, which takes as long as 10,000 entries

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--known-head", type=Path, metavar="FILE", help="A head saved earlier: does today's record extend it?"
        )
        parser.add_argument(
            "--record-key",
            type=Path,
            metavar="FILE",
            help="The record_key of a backup: entries may be signed with it.",
        )
        parser.add_argument(
            "--processes",
            type=int,
            metavar="N",
            help="How many check at once. Default: as many as there are processors; with --nightly 1, which leaves "
            "the others to readers.",
        )
        parser.add_argument(
            "--nightly",
            action="store_true",
            help=f"Skip this if it has run since midnight. Of a record of more than {WHOLE_EACH_NIGHT:,} entries, "
            "verify what came since the last night, and all of it once a week.",
        )

    def handle(
        self,
        *args: Any,
        known_head: Path | None,
        nightly: bool,
        processes: int | None,
        record_key: Path | None,
        **options: Any,
    ) -> None:
        if nightly and read_day_marker(last_verified_on()) == timezone.localdate():
            return
        problems: list[Problem] = [
            Problem(0, f"The guard {guard.name} on {guard.table} is missing.")
            for guard in triggers.missing(connection)
        ]
        head = current_head()
        first = first_unverified(head.position) if nightly else 1
        try:
            findings = verify_all(
                first,
                head.position,
                processes=processes or (1 if nightly else _processors()),
                key_file=record_key,
                on_progress=lambda done: self._progress(done, head.position),
            )
        except VerificationError as error:
            raise CommandError("\n".join([*map(str, problems), str(error)])) from error
        problems += findings.problems
        last_night = verified_head() if nightly and verified_head().exists() else None
        for path in filter(None, [known_head, last_night]):
            problems.extend(self._compare_with_known(path, aloud=path == known_head))
        if not nightly or problems:
            signed = f" {describe_signed(head.position)}" if findings.is_signed else ""
            facts = "" if are_facts_recorded() else " Facts beside entries are not on the record: run record_facts."
            self.stdout.write(f"{findings.held} of {head.position} entries hold.{signed}{facts}")
        if nightly:
            settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
            last_verified_on().touch()
            if not problems:
                note_verified(head, whole=first == 1)
        if problems:
            raise CommandError("\n".join(str(problem) for problem in problems))

    def _compare_with_known(self, path: Path, *, aloud: bool) -> list[Problem]:
        try:
            checkpoint = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        if problem := verify_known_head(checkpoint):
            return [problem]
        if aloud:
            self.stdout.write("The record extends the saved head.")
        return []

    def _progress(self, done: int, total: int) -> None:
        report_progress(done, total)
        if sys.stderr.isatty():
            width = 40 * done // max(total, 1)
            self.stderr.write(f"\r[{'#' * width:<40}] {done}/{total}", ending="\n" if done == total else "")


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
