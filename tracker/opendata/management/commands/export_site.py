"""manage.py export_site FOLDER: the whole public site as plain files for any static host."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.core.files.marker_files import read_day_marker
from tracker.core.job_progress import report_progress
from tracker.opendata.static_export import STATE, ForeignFolderError, export
from tracker.pledges.visibility import visible_reviews


class Command(BaseCommand):
    """Write the site as plain files."""

    help = (
        "Writes every public page, the data, the feeds, the record, its verifier and an index into a folder that any "
        "static host serves. Run again after it was stopped, it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", help="The folder to write to. Default: SITE_COPY.")
        parser.add_argument("--review", metavar="SLUG", help="One review alone, such as casey-audit-2025.")
        parser.add_argument("--nightly", action="store_true", help="Skip this if it has run since midnight.")

    def handle(self, *args: Any, folder: str | None, nightly: bool, review: str | None = None, **options: Any) -> None:
        target = folder or settings.SITE_COPY
        if not target:
            if nightly:
                return
            raise CommandError("Name a folder, or set SITE_COPY.")
        if nightly and read_day_marker(Path(target) / STATE) == timezone.localdate():
            return
        chosen = visible_reviews().filter(slug=review).first() if review else None
        if review and chosen is None:
            raise CommandError(f"There is no review “{review}”.")
        try:
            for progress in export(Path(target), review=chosen):
                report_progress(progress.written, progress.written + progress.left)
                if progress.left:
                    self.stdout.write(f"{progress.written} files written, at least {progress.left} left")
        except (ForeignFolderError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{progress.written} files written to {target}.")
        if progress.changed:
            self.stdout.write("The data changed during the export. Run it again for a consistent copy.")
