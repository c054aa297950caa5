"""What readers get as an installation grows: a primary, a replica, pgbouncer, Redis, two web processes and nginx.

Starts all of them on this machine, without Docker, and asks for pages by wrk: from one web process and from two behind
nginx, with an entry a second, with the replica paused, without Redis, after one web process was killed, and out of
nginx's own cache as deploy/nginx.conf keeps pages. Prints a table for docs/scaling.md. ``--seconds`` is for how long
each figure is measured. Needs PostgreSQL's programs, pgbouncer, redis-server, nginx and wrk.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DATABASE_URL", "postgres://there.is.none")  # tests.servers is for PostgreSQL

from benchmarks.load import PUBLISH  # noqa: E402
from tests.servers import PostgresServer, free_port, pgbouncer, server_folder, wait_for  # noqa: E402

GRANIAN = Path(sys.executable).with_name("granian")
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""
LUA = ROOT / "benchmarks" / "fresh.lua"
CONNECTIONS = 16
NGINX_CONF = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  proxy_cache_path {folder}/cache keys_zone=tracker:10m max_size=200m inactive=10m;
  upstream web {{ {servers} keepalive 64; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host 127.0.0.1; proxy_next_upstream error timeout http_502;
      {cache}
    }}
  }}
}}
"""
CACHE = (
    "proxy_cache tracker; proxy_cache_lock on; proxy_cache_use_stale updating error; proxy_cache_background_update on;"
)


class Installation:
    """All servers of an installation."""

    def __init__(self, folder: Path, pledges: int, stack: contextlib.ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.primary, self.standby = (PostgresServer(folder, name) for name in ("primary", "standby"))
        stack.callback(self._stop_postgresql)
        self.primary.create()
        fill = {**os.environ, "DATA_DIR": str(folder / "site"), "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR",
                "DJANGO_SETTINGS_MODULE": "benchmarks.settings", "DATABASE_URL": self.primary.url,
                "STATIC_ROOT": str(folder / "static")}  # fmt: skip
        for command in (
            ["manage.py", "migrate", "-v", "0"],
            ["benchmarks/generate.py", "--pledges", str(pledges)],
            ["manage.py", "collectstatic", "--noinput", "-v", "0"],
        ):
            subprocess.run([sys.executable, *command], cwd=ROOT, env=fill, check=True, stdout=subprocess.DEVNULL)
        self.standby.create_standby(self.primary)
        pooler = stack.enter_context(pgbouncer(self.primary.url))
        self.redis_port = free_port()
        self.environment = fill | {
            "DATABASE_URL": re.sub(r"@[^/]*", f"@127.0.0.1:{pooler}", self.primary.url),
            "DATABASE_DIRECT_URL": self.primary.url, "DATABASE_REPLICA_URL": self.standby.url,
            "CACHE_URL": f"redis://127.0.0.1:{self.redis_port}/1", "ALLOWED_HOSTS": "*",
        }  # fmt: skip
        self.redis = self.start(["redis-server", "--port", str(self.redis_port), "--save", ""])
        self.ports = [free_port(), free_port()]
        self.web = [self.serve(port) for port in self.ports]
        for port in self.ports:
            wait_for(lambda port=port: b"replica 1: in use" in fetch(f"http://127.0.0.1:{port}/health/ready"), 60)

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a server that ends with the others."""
        process = subprocess.Popen(command, cwd=ROOT, env=getattr(self, "environment", None), start_new_session=True,
                                   stdout=subprocess.DEVNULL)  # fmt: skip
        self.stack.callback(_kill, process)
        return process

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        """Start a web process."""
        return self.start([str(GRANIAN), "--interface", "wsgi", "--port", str(port), "--workers", "1",
                           "--blocking-threads", "4", "--no-log", "benchmarks.wsgi:application"])  # fmt: skip

    def proxy(self, ports: list[int], *, cache: bool = False) -> str:
        """Start nginx before web processes; return its address."""
        folder, port = Path(tempfile.mkdtemp(dir=self.folder)), free_port()
        folder.chmod(0o777)
        servers = " ".join(f"server 127.0.0.1:{web} max_fails=1 fail_timeout=2s;" for web in ports)
        conf = NGINX_CONF.format(folder=folder, port=port, servers=servers, cache=CACHE if cache else "")
        (folder / "nginx.conf").write_text(conf, encoding="utf-8")
        self.start([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: fetch(f"{address}/health/live"), 30)
        return address

    @contextlib.contextmanager
    def publishing(self) -> Iterator[None]:
        """Publish an entry a second, to the end of the block."""
        desk = subprocess.Popen([sys.executable, "-c", PUBLISH], cwd=ROOT, env=self.environment, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        desk.stdout.readline()  # type: ignore[union-attr]  # it is ready
        stopped = threading.Event()

        def publish() -> None:
            number = 0
            while not stopped.wait(1):
                number += 1
                desk.stdin.write(f"pledge-{number % 100} Published meanwhile, {number}\n")  # type: ignore[union-attr]
                desk.stdin.flush()  # type: ignore[union-attr]
                desk.stdout.readline()  # type: ignore[union-attr]

        thread = threading.Thread(target=publish)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()
            desk.communicate()

    def _stop_postgresql(self) -> None:
        for server in (self.standby, self.primary):
            if (server.data / "postmaster.pid").exists():
                server.down()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def fetch(address: str) -> bytes:
    """Return what is at an address; nothing where nobody answers."""
    return subprocess.run(["curl", "-sm", "10", address], capture_output=True).stdout


def rate(address: str, seconds: int, *, new: bool = False) -> str:
    """Return requests a second and how many failed; ``new``: each page is put together from kept parts."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *(["-s", str(LUA)] if new else []), f"{address}/"]
    said = subprocess.run([*command, *(["--", "parts"] if new else [])], check=True, capture_output=True, text=True)
    failed = sum(int(number) for number in re.findall(r"(?:Non-2xx or 3xx responses:|timeout) (\d+)", said.stdout))
    failed += sum(int(number) for number in re.findall(r"(?:connect|read|write) (\d+)", said.stdout))
    requests = re.search(r"Requests/sec:\s+([0-9.]+)", said.stdout)
    if requests is None:
        raise SystemExit(said.stdout)
    return f"{float(requests[1]):,.0f}" + (f" ({failed} failed)" if failed else "")


def main() -> None:
    """Start all, measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--pledges", type=int, default=1000)
    arguments = parser.parse_args()
    missing = [name for name in ("wrk", "redis-server", "curl") if not shutil.which(name)] + (
        [] if NGINX else ["nginx"]
    )
    if missing:
        sys.exit(
            f"Missing: {', '.join(missing)}. On Debian and Ubuntu: apt install wrk redis-server curl nginx-light."
        )
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(server_folder())
        folder.chmod(0o755)
        there = Installation(folder, arguments.pledges, stack)
        one, two = there.proxy(there.ports[:1]), there.proxy(there.ports)
        cached = there.proxy(there.ports, cache=True)

        def row(name: str, address: str) -> None:
            kept, new = (rate(address, arguments.seconds, new=new) for new in (False, True))
            print(f"| {name} | {kept} | {new} |", flush=True)

        print("| what | a kept page, requests a second | a new page of kept parts |\n|---|---|---|")
        row("one web process", one)
        row("two", two)
        with there.publishing():
            row("two, and an entry a second", two)
            there.standby.ask("SELECT pg_wal_replay_pause()")
            time.sleep(7)  # it is behind, and left out
            row("the same, with the replica paused", two)
            there.standby.ask("SELECT pg_wal_replay_resume()")
            row("the same, out of nginx’s own cache", cached)
        _kill(there.redis)
        row("two, without Redis", two)
        _kill(there.web[0])
        row("one of the two killed", two)


if __name__ == "__main__":
    main()
