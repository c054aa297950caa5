"""manage.py delete_ended_sessions: delete sessions that ended, with the network address that each began at."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.core.files.marker_files import read_day_marker


class Command(BaseCommand):
    """Delete what is left of sessions that ended."""

    help = "Deletes ended sessions, with their IP addresses and browsers. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--nightly", action="store_true", help="Skip this if it has run since midnight.")

    def handle(self, *args: Any, nightly: bool, **options: Any) -> None:
        marker = Path(settings.DATA_DIR) / "sessions_deleted_on"
        if nightly and read_day_marker(marker) == timezone.localdate():
            return
        ended, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
        UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
        if nightly:
            marker.touch()
        if ended or not nightly:
            self.stdout.write(f"Deleted: {ended} sessions that ended.")
