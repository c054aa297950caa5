"""Keep what `make coverage` measured, and print it: python benchmarks/branch_coverage.py [REPORT]

`make test` prints the figure with its date and its commit. Measuring there would cost 85% more processor time on
Python 3.11. From Python 3.14 on coverage 7.17 reads branches from sys.monitoring, which costs less.
"""

import json
import subprocess
import sys
from pathlib import Path

FIGURE = Path(__file__).with_name("branch-coverage.json")
ROOT = FIGURE.parent.parent


def git(*arguments: str) -> str:
    """What git prints, empty where there is no git or no repository."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def keep(report: Path) -> None:
    """Write the totals of a JSON report of coverage beside this file."""
    measured = json.loads(report.read_text(encoding="utf-8"))
    figure = {
        "branches": measured["totals"]["num_branches"],
        "taken": measured["totals"]["covered_branches"],
        "date": measured["meta"]["timestamp"][:10],
        "commit": git("describe", "--always", "--exclude=*", "--dirty=+"),
    }
    FIGURE.write_text(json.dumps(figure, indent=2) + "\n", encoding="utf-8")


def sentence() -> str:
    """The figure, when and on what it was measured, and how many commits ago."""
    if not FIGURE.exists():
        return "Branch coverage was not measured yet: run make coverage."
    figure = json.loads(FIGURE.read_text(encoding="utf-8"))
    since = git("rev-list", "--count", f"{figure['commit'].rstrip('+')}..HEAD")
    return (
        f"Branch coverage of the fast tests: {100 * figure['taken'] / figure['branches']:.1f}% "
        f"({figure['taken']:,} of {figure['branches']:,} branches), measured on {figure['date']} at {figure['commit']}"
        + (f", {since} commits ago" if since else "")
        + ". make coverage measures again."
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        keep(Path(sys.argv[1]))
    print(sentence())
