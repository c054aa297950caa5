"""The WSGI entry point that granian, or any other server, loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

application = get_wsgi_application()
# What went wrong may be that no file can be opened any more: all that the answer then needs is in memory.
for _page in ("500.html", "503.html"):
    get_template(_page).render({"no_database": True})
"".encode("unicode_escape")  # the codec with which Django logs
