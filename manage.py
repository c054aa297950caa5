#!/usr/bin/env python3
"""Django's command line for the tracker."""

import os
import sys


def main() -> None:
    """Run the command named on the command line with the tracker's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. `make run` or `make test` sets everything up.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
