"""How far a job of the background worker is: the job says it, and the process that runs it listens."""

from collections.abc import Callable


class WorkInterruptedError(KeyboardInterrupt):
    """Raised by a signal in the middle of a job. No ``except Exception`` may hold it up.

    On a KeyboardInterrupt psycopg cancels the query that it waits for, so that the connection can be used to say how
    the job ended. On other errors it does not, and each later query is refused ("another command is already in
    progress").
    """


class WorkStoppedError(WorkInterruptedError):
    """The worker was told to stop."""


class WorkTimeoutError(WorkInterruptedError):
    """A run took longer than its job may."""


_listeners: list[Callable[[int, int], None]] = []


def report_progress(done: int, total: int) -> None:
    """Say that ``done`` of ``total`` parts are done (0 of 0: not known). Costs nothing where nobody listens."""
    for listener in _listeners:
        listener(done, total)


def listen_to_progress(listener: Callable[[int, int], None]) -> None:
    """Call ``listener`` with each report of this process from now on."""
    _listeners.append(listener)
