"""manage.py backup FOLDER: a whole backup, while the installation runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.ops.backups import BackupError, back_up


class Command(BaseCommand):
    """Back the database and the keys up."""

    help = (
        "Writes the database, as of one moment and while others go on writing, and the keys into a folder of its own "
        "below FOLDER, with digests, and keeps the newest ones. Its copy of the keys is as secret as the keys."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, default=14, help="How many backups stay in the folder.")

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        try:
            backup = back_up(folder, keep=keep, now=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{backup.folder}: {len(backup.manifest['files'])} files.")
