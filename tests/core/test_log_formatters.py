"""What is logged: enough to find a fault, nothing of a reader, and no line that a reader wrote."""

import json
import logging
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from tracker.core.log_formatters import REQUEST, JsonFormatter, TextFormatter

pytestmark = pytest.mark.once


def record(message: str, *arguments: object, error: bool = False) -> logging.LogRecord:
    info = None
    if error:
        try:
            raise ValueError("first\nsecond \x1b[31m")
        except ValueError:
            info = sys.exc_info()
    return logging.LogRecord("tracker.test", logging.WARNING, __file__, 1, message, arguments, info)


def test_a_line_can_not_be_forged():
    forged = record("Not Found: %s", "/a\n2026-11-24T00:00:00.000Z ERROR root - all is well\x1b[2K\u2028")
    line = TextFormatter().format(forged)
    assert len(line.splitlines()) == 1
    assert "\\n2026" in line
    assert "\x1b" not in line
    assert json.loads(JsonFormatter().format(forged))["message"] == forged.getMessage()
    assert len(JsonFormatter().format(forged).splitlines()) == 1


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_a_trace_is_there_and_the_request_it_came_from(formatter):
    token = REQUEST.set("0123456789abcdef")
    told = formatter.format(record("It broke", error=True))
    REQUEST.reset(token)
    assert "0123456789abcdef" in told
    assert "ValueError: first" in told
    assert "\x1b" not in told


@pytest.mark.django_db
def test_each_request_has_an_id_of_its_own_that_nobody_chose(client):
    given = [client.get("/no-such-page/", headers={"X-Request-ID": "chosen"})["X-Request-ID"] for _ in range(3)]
    assert len(set(given)) == 3
    assert "chosen" not in given
    assert REQUEST.get() == ""


@pytest.mark.django_db
def test_nothing_of_the_reader_is_logged(client, caplog):
    headers = {"User-Agent": "an-agent", "Referer": "https://referrer.example/", "X-Forwarded-For": "198.51.100.9"}
    client.get("/no-such-page/?q=a-word", headers=headers, REMOTE_ADDR="192.0.2.7")
    client.post("/report/", {"what": "a-word"}, headers=headers, REMOTE_ADDR="192.0.2.7")
    for formatter in (TextFormatter(), JsonFormatter()):
        told = "\n".join(map(formatter.format, caplog.records))
        assert "/no-such-page/" in told
        for secret in ("a-word", "an-agent", "referrer.example", "198.51.100.9", "192.0.2.7"):
            assert secret not in told, secret


@pytest.mark.slow
def test_the_format_is_a_setting(tmp_path):
    program = "import django; django.setup(); import logging; logging.getLogger('tracker').error('Told')"
    values = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    for given, starts in (("json", "{"), ("text", "2")):
        run = subprocess.run(
            [sys.executable, "-c", program], cwd=django_settings.BASE_DIR, env=values | {"LOG_FORMAT": given},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert run.stderr.startswith(starts)
        assert "Told" in run.stderr


def test_sentry_without_its_package_is_said_at_the_start(tmp_path):
    values = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SENTRY_DSN": "https://key@sentry.example/1"}
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=django_settings.BASE_DIR,
        env=values,
        capture_output=True,
        text=True,
    )
    assert run.returncode != 0
    assert "sentry-sdk is not installed" in run.stderr
