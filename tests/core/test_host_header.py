"""A Host header whose port is none leads nowhere: no page, no link, no redirect, no 500."""

import pytest
from django.conf import settings
from django.test import Client

from tracker.core.log_formatters import RefusedRequestFilter, TextFormatter

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PATHS = ["/", "/feed.atom", "/desk/", "/admin/", "/nowhere", "/sitemap.xml", "/api/v1/openapi.json"]


@pytest.mark.parametrize("port", ["", "abc", "99999", "65536", "0", "0080", "-1", " 80", "8000:1", "٣", "9" * 5000])
@pytest.mark.parametrize("name", ["localhost", "[::1]"])
def test_no_such_port(name, port):
    for path in PATHS:
        answer = Client(raise_request_exception=False).get(path, headers={"host": f"{name}:{port}"})
        assert answer.status_code == 400, path
        assert f":{port}" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost:99999"])
def test_a_foreign_host_is_one_line_in_the_log_and_no_error(host, caplog):
    assert Client().get("/", headers={"host": host}).status_code == 400
    logged = [record for record in caplog.records if record.name.startswith("django.security")]
    assert logged
    for record in logged:
        assert RefusedRequestFilter().filter(record)
        lines = TextFormatter().format(record).splitlines()
        assert len(lines) == 1
        assert " WARNING " in lines[0]
    assert "refused" in settings.LOGGING["handlers"]["console"]["filters"]


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "localhost:65535", "127.0.0.1:80", "[::1]", "[::1]:80"])
def test_every_port_that_there_is(host):
    assert Client().get("/", headers={"host": host}).status_code == 200
