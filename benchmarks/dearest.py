"""The ten dearest anonymous requests in processor time, cold, at a given size.

    python benchmarks/dearest.py [--pledges 10000] [--most 10]

Fills a tracker (generate.py) where there is none of that size yet, and asks it for every public address of the
URLconf: manage.py list_dearest_requests, which does the same on data that are there.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.run import installation, manage


def main() -> None:
    """Fill, ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pledges", type=int, default=10_000)
    parser.add_argument("--most", type=int, default=10)
    asked = parser.parse_args()
    folder = installation(asked.pledges)
    print(manage(folder, "manage.py", "list_dearest_requests", "--most", str(asked.most)).stdout, end="")


if __name__ == "__main__":
    main()
