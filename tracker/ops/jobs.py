"""The jobs of the background worker: the one place where a job is added (docs/deployment.md, “Add a job”)."""

import re
from dataclasses import dataclass
from enum import StrEnum


class WorkerKind(StrEnum):
    """The kinds of worker. Each is a process of its own: what one of them does never makes another wait."""

    PUBLISHING = "publishing"
    MAIL = "mail"
    DESK = "desk"
    UPKEEP = "upkeep"
    DOCUMENTS = "documents"
    EXPORT = "export"
    VERIFICATION = "verification"


LONG_KINDS = frozenset({WorkerKind.DOCUMENTS, WorkerKind.EXPORT, WorkerKind.VERIFICATION})
"""Kinds whose jobs may take long. They give way to the others where processors are scarce."""


@dataclass(frozen=True)
class Job:
    """A management command that does nothing where nothing is due, and that several workers may run at once.

    A command may have a method ``waiting() -> int``: how many things wait for it.
    """

    command: str
    kind: WorkerKind
    seconds: float = 5.0
    """Between the end of one run and the start of the next."""
    max_minutes: float = 30.0
    """A run that takes longer is ended and counts as failed."""
    max_tries: int | None = None
    """After so many failures in a row it is left until the next day, or until somebody asks for it. None: never."""

    @property
    def name(self) -> str:
        """The command without its options."""
        return self.command.split()[0]

    @property
    def on_request(self) -> str:
        """The command as it is run when somebody asks for it: also where it has run this night."""
        return re.sub(r" --(nightly|if-outdated)\b", "", self.command)


JOBS = [
    Job("publish_due", WorkerKind.PUBLISHING, seconds=1.0),
    Job("send_alerts", WorkerKind.MAIL),
    Job("send_notices", WorkerKind.MAIL, seconds=30),
    Job("find_pledges", WorkerKind.DESK),
    Job("import_pledges --waiting", WorkerKind.DESK),
    Job("rebuild_search --if-outdated", WorkerKind.UPKEEP, max_minutes=240),
    Job("store_counts", WorkerKind.UPKEEP),
    Job("erase_old_reports", WorkerKind.UPKEEP, seconds=60),
    Job("check_links", WorkerKind.UPKEEP),
    Job("request_cosignatures", WorkerKind.UPKEEP),
    Job("delete_ended_sessions --nightly", WorkerKind.UPKEEP, seconds=60),
    Job("read_documents", WorkerKind.DOCUMENTS, max_minutes=240, max_tries=10),
    Job("build_package", WorkerKind.EXPORT, max_tries=10),
    Job("export_site --nightly", WorkerKind.EXPORT, seconds=60, max_minutes=720, max_tries=5),
    Job("verify_record --nightly", WorkerKind.VERIFICATION, seconds=60, max_minutes=720, max_tries=5),
]
