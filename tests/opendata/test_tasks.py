"""The worked tasks of docs/open-data-tasks.md: each block prints what the docs say."""

import contextlib
import io
import re
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DOCS = Path(settings.BASE_DIR) / "docs" / "open-data-tasks.md"
TASKS = re.findall(r"```python\n((?:(?!```).)*)```\n\n```text\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.usefixtures("casey", "requests_in_transaction")
def test_every_task_gives_what_the_docs_say():
    assert len(TASKS) == 5
    transport = httpx.WSGITransport(app=get_wsgi_application())
    for lines, told in TASKS:
        printed = io.StringIO()
        site = httpx.Client(base_url="http://testserver", transport=transport)
        with site, contextlib.redirect_stdout(printed):
            exec(lines, {"site": site})
        assert printed.getvalue() == told
