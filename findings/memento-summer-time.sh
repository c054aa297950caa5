#!/usr/bin/env bash
# A client of web archives asks for an hour later than it was told, in British summer time.
#
# What surprises: memento-client takes a datetime with a zone and writes its clock time with "GMT" behind it. Told the
# end of 31 July in London (midnight, summer time), it asks the archive for midnight GMT, and gets a copy that was
# made on 1 August. The same instant given in UTC gets the copy of 31 July. What comes back has no zone.
# Why it matters: departments put responses online, and change them, around the end of a day. "What did the page say
# on the day of the deadline?" is answered with the page of the day after.
# Version: memento-client 0.6.1 (pip), which calls itself the official Python library for the Memento protocol (RFC 7089).
# What we do: we ask no archive by program: the desk gives the address of a copy. A day of the record ends at midnight
# in Europe/London, and every instant is kept and given in UTC. Who uses this client with our days should turn them
# into UTC first.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check memento-client==0.6.1

cat > ask.py <<'PYTHON'
"""A small archive on this machine (RFC 7089) with two copies of a page, and the client that asks it."""

import datetime as dt
import http.server
import threading
from email.utils import format_datetime, parsedate_to_datetime

from memento_client import MementoClient

COPIES = [dt.datetime(2026, 7, 31, *clock, tzinfo=dt.timezone.utc) for clock in ((20, 0), (23, 40))]
SUMMER_TIME = dt.timezone(dt.timedelta(hours=1))
asked = []


class Archive(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        host = f"http://{self.headers['Host']}"
        if self.path == "/response":
            self.answer(200, {"Link": f'<{host}/timegate/{host}/response>; rel="timegate"'})
        elif self.path.startswith("/timegate/"):
            asked.append(self.headers["Accept-Datetime"])
            wanted = parsedate_to_datetime(asked[-1])
            copy = max(made for made in COPIES if made <= wanted)
            link = f'<{host}/response>; rel="original"'
            self.answer(302, {"Location": f"{host}/copy/{copy:%Y%m%d%H%M%S}", "Vary": "accept-datetime", "Link": link})
        else:
            made = dt.datetime.strptime(self.path.rpartition("/")[2], "%Y%m%d%H%M%S").replace(tzinfo=dt.timezone.utc)
            link = f'<{host}/response>; rel="original"'
            self.answer(200, {"Memento-Datetime": format_datetime(made, usegmt=True), "Link": link})

    do_HEAD = do_GET

    def answer(self, status, headers):
        self.send_response(status)
        for name, value in (headers | {"Content-Length": "0"}).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Archive)
threading.Thread(target=server.serve_forever, daemon=True).start()
page = f"http://127.0.0.1:{server.server_port}/response"
end_of_day = dt.datetime(2026, 8, 1, 0, 0, tzinfo=SUMMER_TIME)
for name, instant in (("in summer time", end_of_day), ("in UTC", end_of_day.astimezone(dt.timezone.utc))):
    closest = MementoClient().get_memento_info(page, instant)["mementos"]["closest"]["datetime"]
    print(f"{instant.isoformat()} ({name}): asked for {asked[-1]}, got the copy of {closest.isoformat()}")
server.shutdown()
PYTHON

cat > expected <<'SEEN'
2026-08-01T00:00:00+01:00 (in summer time): asked for Sat, 01 Aug 2026 00:00:00 GMT, got the copy of 2026-07-31T23:40:00
2026-07-31T23:00:00+00:00 (in UTC): asked for Fri, 31 Jul 2026 23:00:00 GMT, got the copy of 2026-07-31T20:00:00
SEEN

echo "memento-client 0.6.1: the same instant, asked for twice (the copy of 23:40 UTC was made on 1 August in London)"
venv/bin/python -W ignore ask.py | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
