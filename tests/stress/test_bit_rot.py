"""A bit that flips in the file never changes the record unseen."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

FLIPS = os.environ.get("DRILL_FLIPS", "200")


@pytest.mark.skipif("'sqlite' not in settings.DATABASES['default']['ENGINE']", reason="PostgreSQL has page checksums")
def test_no_flip_changes_the_record_unseen(installation, figure):
    flipper = str(Path(__file__).with_name("bitflip_process.py"))
    result = subprocess.run(
        [sys.executable, flipper, FLIPS], cwd=settings.BASE_DIR, env=installation, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    outcome = json.loads(result.stdout.splitlines()[-1])
    assert outcome["changed"] > 5, "the control: some flips do change the record"
    assert outcome["unseen"] == 0, outcome
    figure("R3", f"{FLIPS} flips, {outcome['changed']} of them change the record, 0 unseen")
