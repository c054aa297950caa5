"""manage.py setup_code: print with which code a browser sets the tracker up, where nobody has an account."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from tracker.desk.setup.code import end_setup_code, needs_setup, setup_code


class Command(BaseCommand):
    """Print the address and the code of the set-up page; nothing once somebody has an account."""

    help = "Prints the address and the one-time code of the set-up page, while nobody has an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", default="http://127.0.0.1:8000", help="Where the tracker answers.")

    def handle(self, *args: Any, site: str, **options: Any) -> None:
        if not needs_setup():
            end_setup_code()
            return
        try:
            code = setup_code()
        except OSError as error:
            raise CommandError(f"The code cannot be kept in DATA_DIR: {error}") from error
        self.stdout.write(f"Nobody has an account yet. Set the tracker up at {site}{reverse('setup:start')}")
        self.stdout.write(f"with this code, which holds once: {code}")
