"""manage.py restore BACKUP: bring a backup back, once it is verified."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.ops.backups import BackupError, read_backup, restore


class Command(BaseCommand):
    """Verify a backup and let it take the place of the database."""

    help = (
        "Verifies the files of a backup by their digests and its record by its chain, and lets it take the place of "
        "the database. One that is there is replaced only with --force, and kept beside. Stop the servers first."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="A folder that manage.py backup made.")
        parser.add_argument("--force", action="store_true", help="Replace the database and the keys that are there.")

    def handle(self, *args: Any, backup: Path, force: bool, **options: Any) -> None:
        try:
            message = restore(read_backup(backup), force=force, now=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored. {message}")
