"""The primary dies while readers read and the desk publishes, and its synchronous standby takes its place."""

import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

from tests.ops.test_replicas import ADDRESSES, Site
from tests.servers import on_postgresql_alone, server_folder, wait_for, with_server_programs

FAILOVERS = int(os.environ.get("DRILL_FAILOVERS", "1"))
READERS = 50 if "DRILL_FAILOVERS" in os.environ else 5
ENTRIES_BETWEEN = 5
"""Entries that are acknowledged before the primary dies, and again after that."""
WATCHDOG_SECONDS = 1.0
"""How long what promotes the standby takes to notice."""
RECORD = """
from tracker.pledges.models import EntryText
print(*EntryText.objects.values_list('headline', flat=True), sep='\\n')
"""


class Pair(Site):
    """A site whose two servers take each other's place."""

    @property
    def replica_urls(self) -> str:
        return f"{self.primary.url},{self.standby.url}"

    def replica_is(self, words: str) -> bool:
        return f": {words}" in self.ready()

    def make_synchronous(self) -> None:
        """Let the primary acknowledge only what its standby has on its disk too."""
        self.primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.ask("SELECT pg_reload_conf()")
        wait_for(lambda: self.primary.ask("SELECT sync_state FROM pg_stat_replication") == [("sync",)])

    def fail_over(self) -> None:
        """Kill the primary, promote its standby, and make the one that died the standby of the other."""
        self.primary.kill()
        time.sleep(WATCHDOG_SECONDS)
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def rebuild_standby(self) -> None:
        """Copy the primary anew: what died may have what nobody acknowledged."""
        subprocess.run(["rm", "-rf", str(self.standby.data)], check=True)
        self.standby.create_standby(self.primary)
        self.make_synchronous()

    def acknowledge(self, number: int, seconds: float = 90) -> list[tuple[float, str]]:
        """Have so many entries published, one a second; return when each was acknowledged, and its headline."""
        heard = []
        for _ in range(number):
            begin = time.monotonic()
            self.desk.stdin.write("\n")
            self.desk.stdin.flush()
            line = self.desk.stdout.readline().strip()
            assert line, "the desk ended"
            heard.append((time.monotonic(), line))
            assert time.monotonic() - begin < seconds
            time.sleep(max(0.0, 1 - (time.monotonic() - begin)))
        return heard


class Reader(threading.Thread):
    """Reads a page a second, each time another, and notes what is no page."""

    def __init__(self, site: Site, number: int) -> None:
        super().__init__(daemon=True)
        self.site, self.number, self.stopped = site, number, threading.Event()
        self.answers: Counter[str] = Counter()

    def run(self) -> None:
        pages = [path for path in ADDRESSES if "." not in path] + [self.site.page]
        for turn in range(10_000):
            if self.stopped.is_set():
                return
            path = pages[(self.number + turn) % len(pages)]
            try:
                status, _ = self.site.get(path)
            except OSError as error:
                self.answers[f"{path} {type(error).__name__}"] += 1
            else:
                self.answers["a page" if status == 200 else f"{path} {status}"] += 1
            self.stopped.wait(1)


@on_postgresql_alone
@with_server_programs
@pytest.mark.xdist_group("replicas")
@pytest.mark.skipif("DRILL_KILLS" not in os.environ, reason="is part of `make drill`: it takes a minute")
def test_a_failover_loses_nothing_that_was_acknowledged_and_readers_read_on(filled, figure):
    number = ENTRIES_BETWEEN * (FAILOVERS + 1)
    desk = [sys.executable, str(Path(__file__).with_name("sign_off_process.py")), str(number)]
    random.seed(20261124)
    with server_folder() as folder:
        site = Pair.__new__(Pair)
        site.started, site.folder = [], folder
        try:
            site.__init__(folder, filled | {"PYTHONPATH": str(settings.BASE_DIR), "ALLOWED_HOSTS": "*"}, desk=desk)
            site.make_synchronous()
            readers = [Reader(site, one) for one in range(READERS)]
            for reader in readers:
                reader.start()
            heard = site.acknowledge(ENTRIES_BETWEEN)
            gaps = []
            for _ in range(FAILOVERS):
                killer = threading.Timer(random.random(), site.fail_over)
                killer.start()
                died = time.monotonic()
                heard += site.acknowledge(ENTRIES_BETWEEN)
                killer.join()
                instants = [at for at, _ in heard if at > died - 1.5]
                gaps.append(max(after - before for before, after in pairwise(instants)))
                site.rebuild_standby()
            for reader in readers:
                reader.stopped.set()
            for reader in readers:
                reader.join(60)
            shown = site.get(site.page)[1]
            there = Counter(_headlines(site))
        finally:
            site.end()
    headlines = [headline for _, headline in heard]
    assert {headline: there[headline] for headline in headlines} == dict.fromkeys(headlines, 1)
    assert headlines[-1] in re.sub(r"\s+", " ", shown)
    answers = sum((reader.answers for reader in readers), Counter())
    pages = answers.pop("a page")
    assert dict(answers) == {}, f"beside {pages} pages"
    figure(
        "W3",
        f"{FAILOVERS} failovers, {READERS} readers, {pages:,} pages, {len(headlines)} entries: 0 lost, 0 twice, no "
        f"page failed; nothing was published for {max(gaps):.1f} s at most",
    )


def _headlines(site: Site) -> list[str]:
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", RECORD]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=site.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
