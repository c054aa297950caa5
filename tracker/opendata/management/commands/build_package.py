"""manage.py build_package: make the Data Package of the current data version, so that no reader waits for it."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.opendata.data_package import package

_TIMEOUT_SECONDS = 600.0
"""Longer than anybody takes who makes it for a reader."""


class Command(BaseCommand):
    """Make the package, where it is not there yet."""

    help = "Builds the Data Package of the current data, if it does not exist yet. run_worker does this too."

    def handle(self, *args: Any, **options: Any) -> None:
        package(timeout=_TIMEOUT_SECONDS)
