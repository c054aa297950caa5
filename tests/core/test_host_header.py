"""A Host header whose port is none leads nowhere: no page, no link, no redirect, no 500."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PATHS = ["/", "/feed.atom", "/desk/", "/admin/", "/nowhere", "/sitemap.xml", "/api/v1/openapi.json"]


@pytest.mark.parametrize("port", ["", "abc", "99999", "65536", "0", "0080", "-1", " 80", "8000:1", "٣", "9" * 5000])
@pytest.mark.parametrize("name", ["localhost", "[::1]"])
def test_no_such_port(name, port):
    for path in PATHS:
        answer = Client(raise_request_exception=False).get(path, headers={"host": f"{name}:{port}"})
        assert answer.status_code == 400, path
        assert f":{port}" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "localhost:65535", "127.0.0.1:80", "[::1]", "[::1]:80"])
def test_every_port_that_there_is(host):
    assert Client().get("/", headers={"host": host}).status_code == 200
