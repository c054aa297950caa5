"""The application that is measured."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

from tracker.wsgi import application

__all__ = ["application"]
