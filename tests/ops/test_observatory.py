"""The Mozilla HTTP Observatory's own scanner against the tracker behind deploy/nginx.conf, without the internet.

Runs where OBSERVATORY names a folder in which `npm install --ignore-scripts @mdn/mdn-http-observatory` was run, and
this user may open the ports 80 and 443: the scanner knows no others:

    OBSERVATORY=/tmp/observatory .venv/bin/python -m pytest tests/ops/test_observatory.py
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.project.test_settings import PRODUCTION

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("load")]
SCANNER = Path(os.environ.get("OBSERVATORY", "nowhere")) / "node_modules" / "@mdn" / "mdn-http-observatory"
LEAST = 135


@pytest.fixture
def scan(filled, tmp_path):
    """Serve the tracker with TLS, with an nginx configuration; yields what the scanner then says."""
    if not SCANNER.exists() or shutil.which("node") is None or shutil.which("nginx") is None or os.getuid() != 0:
        pytest.skip("OBSERVATORY, node, nginx and the ports 80 and 443 are not all there")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    shutil.copytree(filled["DATA_DIR"], tmp_path / "data")
    values = os.environ | filled | PRODUCTION | {
        "DATA_DIR": str(tmp_path / "data"), "ALLOWED_HOSTS": "localhost", "SITE_URL": "https://localhost",
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
    }  # fmt: skip
    (SCANNER / "conf" / "hsts-preload.json").write_text("{}", encoding="utf-8")
    servers = [subprocess.Popen(
        [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--port", "8981", "--no-log",
         "tracker.wsgi:application"], cwd=settings.BASE_DIR, env=values,
    )]  # fmt: skip
    served = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "/etc/ssl/tracker.pem": certificate, "/etc/ssl/tracker.key": key,
        "/var/cache/nginx/tracker": tmp_path / "cache",
        "/var/log/nginx/tracker.log": tmp_path / "log", "tracker.example.org": "localhost", ":8000": ":8981",
    }.items():  # fmt: skip
        served = served.replace(old, str(new))

    def told(configuration: str) -> dict[str, Any]:
        whole = tmp_path / "nginx.conf"
        whole.write_text(
            f"daemon off; user root; pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {configuration} }}"
        )
        servers.append(subprocess.Popen(["nginx", "-c", whole], stderr=subprocess.DEVNULL))
        for port in (443, 8981):
            for _ in range(100):
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
        answer = subprocess.run(["node", SCANNER / "src" / "scan.js", "localhost"], capture_output=True, text=True,
                                env=os.environ | {"NODE_EXTRA_CA_CERTS": str(certificate)}, timeout=60)  # fmt: skip
        nginx = servers.pop()
        nginx.terminate()
        nginx.wait()
        found: dict[str, Any] = json.loads(answer.stdout)
        assert "scan" in found, (found, answer.stderr)
        return dict(found["scan"])

    yield lambda: told(served), lambda: told(served.replace("proxy_hide_header Server;", "proxy_hide_header Server; "
                                                            "proxy_hide_header Content-Security-Policy;"))  # fmt: skip
    for one in servers:
        one.terminate()
        one.wait()


def test_the_observatory_gives_a_plus_and_without_the_policy_it_does_not(scan, figure):
    as_deployed, without_policy = scan
    found = as_deployed()
    assert (found["grade"], found["score"] >= LEAST) == ("A+", True), found
    figure("P1", f"Mozilla Observatory: {found['grade']}, {found['score']}")
    assert without_policy()["score"] < LEAST
