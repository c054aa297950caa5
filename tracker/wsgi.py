"""The WSGI entry point that granian, or any other server, loads."""

import gc
import os
import sys

# What is imported is never garbage: to look for some meanwhile, and once at the end, takes a fifth of the start.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.template.loader import get_template  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

# Seconds, for Python's 0.005: who is answered from memory needs the interpreter three times, and would else wait as
# long each time for the thread that makes a page.
sys.setswitchinterval(0.0005)
application = get_wsgi_application()
# What went wrong may be that no file can be opened any more: all that the answer then needs is in memory.
for _page in ("500.html", "503.html", "unsent_form.html"):
    get_template(_page).render({"no_database": True, "outage": True})
"".encode("unicode_escape")  # the codec with which Django logs
# A full collection of all that is loaded and kept holds every thread for up to half a second (decision 16). What is
# loaded now is never garbage, and young objects are looked at after 10,000, then 100,000, more of them.
gc.freeze()
gc.enable()
gc.set_threshold(10_000, 10, 1_000)
