"""What is offered for running it: read as its programs read it, and the steps of the image taken without Docker."""

import configparser
import contextlib
import getpass
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from django.conf import settings

from tracker.ops.jobs import WorkerKind

ROOT = settings.BASE_DIR
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = [DEPLOY / "compose.yml", DEPLOY / "compose-scaled.yml"]
pytestmark = pytest.mark.once


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def steps(name: str) -> list[str]:
    """The lines of the Dockerfile that begin with a word."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    return re.findall(rf"^{name} (.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_as_nobody_and_writes_only_what_it_has_to(path):
    service = unit(path)["Service"]
    assert service["User"] == "tracker"
    for name, value in {
        "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
        "UMask": "0077", "CapabilityBoundingSet": "", "EnvironmentFile": "/etc/tracker.env",
    }.items():  # fmt: skip
        assert service[name] == value, name
    command = shlex.split(service["ExecStart"])
    assert command[0].startswith("/srv/tracker/.venv/bin/")


def test_systemd_takes_the_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed here")
    for path in (DEPLOY / "systemd").iterdir():
        text = re.sub(r"/srv/tracker/\.venv/bin/\w+", sys.executable, path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(text.replace("User=tracker", "User=root").replace("Group=tracker", ""))
    told = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, check=False
    ).stderr
    assert "Unknown key" not in told
    assert "Failed to parse" not in told


def test_granian_knows_each_option_that_it_is_given():
    known = subprocess.run(
        [Path(sys.executable).with_name("granian"), "--help"], capture_output=True, text=True
    ).stdout
    asked = set()
    for text in [unit(path)["Service"]["ExecStart"] for path in UNITS] + steps("CMD"):
        if "granian" in text:
            asked |= set(re.findall(r"--[a-z][a-z-]+", text))
    assert len(asked) > 5
    assert {one for one in asked if one not in known} == set()


def test_every_command_of_the_project_exists():
    from django.core.management import get_commands

    texts = [path.read_text(encoding="utf-8") for path in [*UNITS, DEPLOY / "Dockerfile", *COMPOSE]]
    lines = [line for text in texts for line in text.splitlines() if not line.startswith("COPY")]
    named = {name for line in lines for name in re.findall(r"manage\.py[\", ]+(\w+)", line)}
    assert named == {"run_worker", "backup", "collectstatic", "migrate"}
    assert named <= set(get_commands())


@pytest.mark.slow
def test_the_settings_of_the_example_are_documented_and_pass_the_check_for_deployment(tmp_path):
    lines = (DEPLOY / "tracker.env.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.lstrip("# ").split("=", 1) for line in lines if re.match(r"(# )?[A-Z_]+=", line))
    documented = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in pairs if f"`{name}`" not in documented] == []
    used = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    environment = {"PATH": os.environ["PATH"], **used, "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def test_compose_gives_away_nothing_and_waits_for_what_it_needs():
    compose = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert set(services) == {"db", "cache", "migrate", "web", "worker"}
    for name in ("migrate", "web", "worker"):
        service = services[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        documented = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
        assert [one for one in service["environment"] if f"`{one}`" not in documented] == []
    assert [name for name, one in services.items() if "ports" in one] == ["web"]
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"], "the proxy alone reaches it"
    assert compose["networks"]["inside"]["internal"]
    assert "password" not in json.dumps(services["db"]["environment"]).lower().replace("postgres_password", "")


def test_the_scaled_compose_file_has_every_kind_of_worker_once_and_lets_nobody_else_in():
    base, scaled = (yaml.safe_load(path.read_text(encoding="utf-8"))["services"] for path in COMPOSE)
    assert set(scaled) == set(base) - {"cache"} | {"standby", "pooler", "worker-long"}
    commands = [shlex.split(" ".join(scaled[name]["command"])) for name in ("worker", "worker-long")]
    kinds = [word for command in commands for word in command[command.index("run_worker") + 1 :] if word != "--only"]
    assert sorted(kinds) == sorted(WorkerKind)
    assert [name for name, service in scaled.items() if "ports" in service] == []
    assert {name: service["networks"] for name, service in scaled.items() if name in ("standby", "pooler")} == {
        "standby": ["inside"], "pooler": ["inside"],
    }  # fmt: skip
    documented = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in scaled["web"]["environment"] if f"`{name}`" not in documented] == []
    for service in ("migrate", "web", "worker", "worker-long"):
        assert scaled[service].get("command", ["x"])[0] in ("x", ".venv/bin/python"), "a user of its own runs it"


@pytest.mark.slow
def test_the_steps_of_the_image_work(tmp_path):
    """What Docker would do from the second COPY on: the same files, the same commands, as a user of its own folder."""
    for line in steps("COPY"):
        *names, target = line.split()
        for name in names:
            assert (ROOT / name).exists(), name
            place = tmp_path / (target if len(names) == 1 and target != "./" else name)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, place)
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert {f"!{name}" for line in steps("COPY") for name in line.split()[:-1]} <= set(ignored)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    environment = {"PATH": os.environ["PATH"], "STATIC_ROOT": str(tmp_path / "static")}
    (collect,) = [line for line in steps("RUN") if "collectstatic" in line]
    build = collect.replace("/tmp/build", str(tmp_path / "build"))
    subprocess.run(build, shell=True, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "static" / "staticfiles.json").exists()
    assert not (tmp_path / "build").exists(), "no key stays in the image"
    environment |= {"DATA_DIR": str(tmp_path / "data"), "HTTPS": "true", "ALLOWED_HOSTS": "localhost"}
    run = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(run, cwd=tmp_path, env=environment, check=True, capture_output=True)
    port = "8973"
    (serve,) = [json.loads(line) for line in steps("CMD")]
    (health,) = re.findall(r"CMD (\[.+\])$", "\n".join(steps("HEALTHCHECK")), re.MULTILINE)
    asked = [word.replace(":8000", f":{port}") for word in json.loads(health)]
    server = subprocess.Popen(
        [word.replace("8000", port) for word in serve], cwd=tmp_path, env=environment, start_new_session=True
    )
    try:
        for _ in range(100):
            answer = subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False)
            if answer.returncode == 0:
                break
            time.sleep(0.2)
        assert answer.returncode == 0, answer.stderr
    finally:
        # A worker that is just starting may not hear it (granian); whoever runs a container kills it then.
        server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def test_the_proxies_keep_no_addresses_and_let_no_slow_client_in():
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert nginx.count("{") == nginx.count("}")
    for line in (one.split("#")[0].strip() for one in nginx.splitlines()):
        assert not line or line[-1] in "{};'", line
    (logged,) = re.findall(r"log_format nobody '(.+)'", nginx)
    assert not set(re.findall(r"\$(\w+)", logged)) & {"remote_addr", "request", "args", "http_referer", "request_uri"}
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx, "what a client sent is thrown away"
    for word in ("client_header_timeout", "client_body_timeout", "proxy_buffering on", "proxy_request_buffering on"):
        assert word in nginx
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert caddy.count("{") == caddy.count("}")
    for word in ("read_header 10s", "request_buffers 13MB", "response_buffers"):
        assert word in caddy
    assert not re.search(r"^\s*log\b", caddy, re.MULTILINE), "no access log"


def test_the_copy_is_served_with_its_types():
    nginx = (DEPLOY / "nginx-copy.conf").read_text(encoding="utf-8")
    caddy = (DEPLOY / "Caddyfile-copy").read_text(encoding="utf-8")
    assert nginx.count("{") == nginx.count("}")
    assert caddy.count("{") == caddy.count("}")
    for extension, content_type in {
        "csv": "text/csv", "ndjson": "application/x-ndjson", "atom": "application/atom+xml", "ics": "text/calendar",
    }.items():  # fmt: skip
        assert re.search(rf"^\s*{re.escape(content_type)} {extension};$", nginx, re.MULTILINE), extension
        header = (
            rf'@{extension} path \*\.{extension}\n\theader @{extension} Content-Type "{re.escape(content_type)}[;"]'
        )
        assert re.search(header, caddy), extension
    for text in (nginx, caddy):
        assert "404.html" in text
        assert ".site-export.json" in text, "what the export keeps for itself is nobody's"


@pytest.mark.slow
def test_nginx_takes_its_configuration(tmp_path):
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed here")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    text = "".join((DEPLOY / name).read_text(encoding="utf-8") for name in ("nginx.conf", "nginx-copy.conf"))
    for old, new in {
        "/etc/ssl/tracker.pem": certificate,
        "/etc/ssl/tracker.key": key,
        "/var/cache/nginx/tracker": tmp_path / "cache",
        "/var/log/nginx/tracker.log": tmp_path / "log",
        "/var/log/nginx/tracker-copy.log": tmp_path / "copy-log",
    }.items():
        text = text.replace(old, str(new))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {text} }}", encoding="utf-8")
    told = subprocess.run(["nginx", "-t", "-c", whole], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def _serving(program: str, folder: Path) -> Iterator[str]:
    """Serve a copy of the site by an example, with nothing changed but the host, the port and the folders."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    port, root = _free_port(), folder / "copy"
    if program == "nginx":
        text = (DEPLOY / "nginx-copy.conf").read_text(encoding="utf-8")
        text = text.replace("    listen [::]:80;\n", "").replace("listen 80;", f"listen 127.0.0.1:{port};")
        text = text.replace("/srv/tracker-copy", str(root)).replace("/var/log/nginx", str(folder))
        text = (
            f"user {getpass.getuser()}; daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ {text} }}"
        )
        command = ["nginx", "-e", "stderr", "-c", str(folder / "conf")]
    else:
        text = (DEPLOY / "Caddyfile-copy").read_text(encoding="utf-8").replace("/srv/tracker-copy", str(root))
        text = "{\n\tadmin off\n}\n" + text.replace("tracker.example.org {", f"http://127.0.0.1:{port} {{")
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "conf")]
    (folder / "conf").write_text(text, encoding="utf-8")
    server = subprocess.Popen(command, env=os.environ | {"HOME": str(folder)}, stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("program", ["nginx", "caddy"])
def test_the_examples_serve_a_copy_with_its_types(tmp_path, program):
    types = {
        "data/pledges.csv": "text/csv; charset=utf-8",
        "deadlines.ics": "text/calendar; charset=utf-8",
        "data/pledges.ndjson": "application/x-ndjson",
        "feed.atom": "application/atom+xml",
        "verify_record.py": "text/x-python; charset=utf-8",
        "pledges/one/index.html": "text/html; charset=utf-8",
        "404.html": "text/html; charset=utf-8",
        ".site-export.json": "",
    }
    for name in types:
        (tmp_path / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "copy" / name).write_text(name, encoding="utf-8")
    tmp_path.chmod(0o755)
    with _serving(program, tmp_path) as address:
        for name, content_type in types.items():
            if content_type:
                answer = httpx.get(f"{address}/{name.removesuffix('index.html')}", trust_env=False)
                assert (answer.status_code, answer.text) == (200, name)
                assert answer.headers["content-type"].startswith(content_type), name
                assert answer.headers["x-content-type-options"] == "nosniff"
        for hidden in ("/.site-export.json", "/nothing/"):
            missing = httpx.get(f"{address}{hidden}", trust_env=False)
            assert (missing.status_code, missing.text) == (404, "404.html")


def test_emails_name_the_port_at_which_make_run_answers():
    asks = ["--eval", "run: told", "--eval", 'told: ; +@echo "site $$SITE_URL"']  # + runs though nothing else does
    values = {name: value for name, value in os.environ.items() if name != "SITE_URL"}
    told = subprocess.run(
        ["make", "--dry-run", "PORT=8123", *asks, "run"],
        cwd=ROOT, env=values, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "site http://127.0.0.1:8123\n" in told
    assert "--port 8123 " in told
