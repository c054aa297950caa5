"""How far a job of the background worker is: the job says it, and the process that runs it listens."""

from collections.abc import Callable


class WorkStoppedError(BaseException):
    """The worker was told to stop: raised in the middle of a job. No ``except Exception`` may hold it up."""


_listeners: list[Callable[[int, int], None]] = []


def report_progress(done: int, total: int) -> None:
    """Say that ``done`` of ``total`` parts are done (0 of 0: not known). Costs nothing where nobody listens."""
    for listener in _listeners:
        listener(done, total)


def listen_to_progress(listener: Callable[[int, int], None]) -> None:
    """Call ``listener`` with each report of this process from now on."""
    _listeners.append(listener)
