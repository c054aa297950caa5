"""manage.py witness: the logs of others whose heads this installation cosigns."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.pledges.models import FollowedLog
from tracker.pledges.witness.followed_logs import follow, is_witness, settle, unfollow, witness_key
from tracker.pledges.witness.signed_notes import NoteError


class Command(BaseCommand):
    """List the logs that are followed; follow another, stop following one, or note that a refusal was looked into."""

    help = (
        "Shows the key of this witness and the logs that it follows. It only answers where WITNESS_NAME is set. "
        "A log is followed by its key; its origin is the name in the key, if not given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--add", metavar="KEY", help="Cosign the heads of the log with this key (name+id+key).")
        parser.add_argument("--origin", default="", help="The origin of that log, if it is not the name in its key.")
        parser.add_argument("--stop", metavar="ORIGIN", help="Cosign no more heads of this log.")
        parser.add_argument(
            "--settle", dest="settled", metavar="ORIGIN", help="You have looked into the refused head of this log."
        )

    def handle(
        self, *args: Any, add: str | None, origin: str, stop: str | None, settled: str | None, **options: Any
    ) -> None:
        if not is_witness():
            raise CommandError("This is no witness: set WITNESS_NAME, such as tracker.example.org/witness.")
        if add:
            self._add(add, origin)
        if stop and not unfollow(stop):
            raise CommandError(f"No log “{stop}” is followed.")
        if settled:
            self._settle(settled)
        self.stdout.write(f"Key of this witness: {witness_key()}")
        for log in FollowedLog.objects.all():
            self.stdout.write(_describe(log))

    def _add(self, key: str, origin: str) -> None:
        try:
            follow(key, origin)
        except NoteError as error:
            raise CommandError(str(error)) from error

    def _settle(self, origin: str) -> None:
        if not settle(origin):
            raise CommandError(f"No head of “{origin}” was refused.")


def _describe(log: FollowedLog) -> str:
    parts = [log.origin, f"{log.size} entries cosigned" if log.size else "nothing cosigned yet"]
    if not log.is_followed:
        parts.append("not followed any more")
    if log.refused_at:
        kind = "FORK: two heads of one size" if log.is_fork else "a head was refused"
        parts.append(f"{kind}, {log.refused_at:%Y-%m-%d %H:%M} UTC:\n{log.refused_beside}\n{log.refused_note}")
    return " · ".join(parts)
