"""Those who write to SQLite queue for it: of many processes none is locked out, and each waits its turn."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from tracker.core.files.file_lock import FileLock, LockTimeoutError, file_lock

WRITER = """
import os, sys, time, django
django.setup()
from django.db import connection, transaction
from django.utils import timezone
from tracker.pledges.models import Body

def write(name):
    longest = 0.0
    for number in range(25):
        start = time.monotonic()
        if number % 3 == 0:  # a statement of its own
            Body.objects.filter(slug="home-secretary").update(name=f"Name {name} {number}")
        elif number % 3 == 1:  # within a transaction, as the desk does
            with transaction.atomic():
                Body.objects.create(slug=f"made-{name}-{number}", name=f"Made {name} {number}")
                Body.objects.filter(slug="home-secretary").update(name=f"Name {name} {number}")
        else:
            Body.objects.bulk_create([Body(slug=f"{name}-{number}-{n}", name=f"{name} {number} {n}") for n in "123"])
        longest = max(longest, time.monotonic() - start)
    return longest

assert connection.connection is None, "each has a connection of its own"
started, go = os.pipe()
children = []
for name in range(int(sys.argv[1])):
    children.append(os.fork())
    if not children[-1]:
        try:
            os.read(started, 1)
            os.write(1, f"longest {write(name):.3f}\\n".encode())
            os._exit(0)
        except BaseException as error:
            os.write(2, repr(error).encode())
            os._exit(1)
os.write(go, b"." * len(children))
print([os.waitpid(child, 0)[1] for child in children], flush=True)
"""
"""Django starts once for all of them, which takes a second; each connects as a process of its own."""
WRITERS = 16


@pytest.mark.once
@pytest.mark.xdist_group("drill")
def test_of_sixteen_writers_none_is_locked_out(installation):
    environment = installation | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}
    done = subprocess.run([sys.executable, "-c", WRITER, str(WRITERS)], cwd=settings.BASE_DIR, env=environment,
                          capture_output=True, text=True, timeout=300)  # fmt: skip
    *said, codes = done.stdout.splitlines() or [done.stderr]
    assert codes == str([0] * WRITERS), done.stderr[-2000:]
    longest = [float(re.fullmatch(r"longest ([0-9.]+)", words)[1]) for words in said]
    assert len(longest) == WRITERS
    assert max(longest) < 20, "what a writer waits at most"
    assert max(longest) < 6 * min(longest) + 1, "nobody waits much longer than anybody else"


def test_the_lock_is_given_in_the_order_in_which_it_was_asked_for(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from tracker.core.files.file_lock import file_lock\n"
        "print('asks', flush=True)\n"
        "with file_lock(Path(sys.argv[1]), timeout=60): print('has', flush=True); time.sleep(0.05)\n"
    )
    path, order = tmp_path / "lock", tmp_path / "order"
    held = FileLock(path)
    held.acquire(timeout=5)
    with order.open("w") as file:
        waiting = []
        for number in range(5):
            code = program.replace("'has'", f"'has {number}'")
            waiting.append(subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=settings.BASE_DIR,
                                            stdout=file, text=True))  # fmt: skip
            until = time.monotonic() + 30
            while order.read_text().count("asks") <= number:
                assert time.monotonic() < until
                time.sleep(0.02)
            time.sleep(0.05)
        held.release()
        assert [process.wait(60) for process in waiting] == [0] * 5
    assert re.findall(r"has (\d)", order.read_text()) == ["0", "1", "2", "3", "4"]


def test_a_lock_that_is_not_free_in_time_is_an_error_and_one_of_the_dead_is_free(tmp_path):
    path = tmp_path / "lock"
    program = (
        "import sys, time; from pathlib import Path; from tracker.core.files.file_lock import FileLock\n"
        "lock = FileLock(Path(sys.argv[1])); lock.acquire(timeout=5); print('has', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=settings.BASE_DIR,
                          stdout=subprocess.PIPE, text=True) as other:  # fmt: skip
        assert other.stdout.readline() == "has\n"
        with pytest.raises(LockTimeoutError), file_lock(path, timeout=0.1):
            pass
        other.kill()
    with file_lock(path, timeout=5):
        assert Path(path).stat().st_mode & 0o077 == 0
