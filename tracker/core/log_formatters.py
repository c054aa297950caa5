"""One line for each thing that is logged, as text or JSON, with the id of the request it came from and nothing of the
reader: no address, no query, no referrer, no agent, no cookie.

LOG_FORMAT chooses; both write control characters escaped, so that what somebody sends cannot forge a line.
"""

import datetime as dt
import json
import logging
from contextvars import ContextVar

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The id of the request that is being answered; empty outside of one."""


class RefusedRequestFilter(logging.Filter):
    """Log a request that was refused as suspicious, such as one for a foreign host, as a warning of one line.

    Nothing is broken where somebody sends such a request: a trace at ERROR would wake the person on call.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True: nothing is left out."""
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info, record.exc_text = None, None
        return True


class TextFormatter(logging.Formatter):
    """A line of text: when (UTC), level, logger, request, message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and a trace's lines after it, each with its control characters escaped."""
        fields = [_at(record), record.levelname, record.name, REQUEST.get() or "-", record.getMessage()]
        lines = [" ".join(map(_escaped, fields))]
        if record.exc_info:
            lines += [f"  {_escaped(line)}" for line in self.formatException(record.exc_info).splitlines()]
        return "\n".join(lines)


class JsonFormatter(logging.Formatter):
    """A line of JSON with the same, for a program that collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object without line ends: at (UTC), level, logger, request, message, trace, where known."""
        fields = {
            "at": _at(record),
            "level": record.levelname,
            "logger": record.name,
            "request": REQUEST.get(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=True)


def _at(record: logging.LogRecord) -> str:
    at = dt.datetime.fromtimestamp(record.created, tz=dt.UTC)
    return f"{at.isoformat(timespec='milliseconds')[:-6]}Z"


def _escaped(text: str) -> str:
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
