"""manage.py secure_files: let nobody but their owner read the database and the keys."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tracker.core.checks import sqlite_file
from tracker.core.files.secret_files import make_private, private_paths, readable_by_others


class Command(BaseCommand):
    """Take the rights of others from DATA_DIR, the keys and an SQLite database."""

    help = "Makes DATA_DIR, its keys and an SQLite database readable only by their owner. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in readable_by_others(private_paths(Path(settings.DATA_DIR), sqlite_file())):
            try:
                make_private(path)
            except OSError as error:
                raise CommandError(f"{path} belongs to somebody else: run this as its owner. {error}") from error
            self.stdout.write(f"Private from now on: {path}")
