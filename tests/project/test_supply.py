"""Where the parts come from: each is pinned, named in a bill of materials, and the package is the same twice."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
pytestmark = pytest.mark.once


def locked(name: str) -> dict[str, str]:
    """The packages of a lock file with their versions."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]+\])?==([^ ;\\]+)", text, re.MULTILINE))


@pytest.mark.slow
def test_the_bill_of_materials_names_each_locked_package(tmp_path):
    file = tmp_path / "sbom.json"
    tool = [sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.lock", "--of", "JSON", "-o", str(file)]
    subprocess.run(tool, cwd=ROOT, check=True, capture_output=True)
    parts = {one["name"].lower(): one["version"] for one in json.loads(file.read_text())["components"]}
    assert parts == locked("requirements.lock")
    assert len(parts) > 40


def test_what_serves_the_public_is_among_what_is_tested():
    served, tested = locked("requirements.lock"), locked("requirements-dev.lock")
    assert served.items() <= tested.items()


def test_each_part_of_the_lock_has_its_digest():
    for name in ("requirements.lock", "requirements-dev.lock"):
        for part in re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text(encoding="utf-8").strip()):
            assert "--hash=sha256:" in part, part.split()[0]


@pytest.mark.slow
def test_the_package_is_the_same_twice(tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("What was not taken from git has no commit to build")
    digests = set()
    for name in ("one", "two"):
        copy = tmp_path / name
        shutil.copytree(ROOT / "tracker", copy / "tracker", ignore=shutil.ignore_patterns("__pycache__"))
        for file in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(ROOT / file, copy / file)
        subprocess.run(
            [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", "."],
            cwd=copy, check=True, capture_output=True,
            env={"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": "1764000000"},
        )  # fmt: skip
        (wheel,) = (copy / "dist").glob("*.whl")
        digests.add(hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert len(digests) == 1
