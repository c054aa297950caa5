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
import sys, time, django
django.setup()
from django.db import connection, transaction
from django.utils import timezone
from tracker.pledges.models import Body
name, longest = sys.argv[1], 0.0
print("ready", flush=True)
sys.stdin.readline()
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
print(f"longest {longest:.3f}", flush=True)
"""
WRITERS = 16


@pytest.mark.once
@pytest.mark.xdist_group("drill")
def test_of_sixteen_writers_none_is_locked_out(installation):
    environment = installation | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(number)], cwd=settings.BASE_DIR, env=environment,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for number in range(WRITERS)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go on\n")
        writer.stdin.flush()
    said = [writer.communicate(timeout=300) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS, [error[-400:] for _, error in said]
    longest = [float(re.search(r"longest ([0-9.]+)", words)[1]) for words, _ in said]
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
