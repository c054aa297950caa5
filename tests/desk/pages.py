"""Send a form as a browser does: open the page, take the form with all that it holds, type, press."""

from typing import Any
from urllib.parse import urljoin

import lxml.html
from django.test import Client


def open_form(client: Client, page: str, action: str = "", *, button: str = "") -> tuple[str, dict[str, Any]]:
    """Return where a form of a page is sent, and what it holds; the one whose address ends with ``action``.

    ``button`` is the name of a button that it has, where several forms go to one address.
    """
    answer = client.get(page)
    assert answer.status_code == 200, (page, answer.status_code, answer.get("Location"))
    tree = lxml.html.fromstring(answer.content.decode())
    forms = [
        form
        for form in tree.forms
        if form.method == "POST"
        and urljoin(page, form.get("action") or page).endswith(action or page)
        and (not button or form.xpath(f".//button[@name='{button}']"))
    ]
    assert forms, f"{page} has no form to {action}"
    held: dict[str, Any] = {}
    for name, value in forms[0].form_values():
        before = held.get(name, [])
        held[name] = [*(before if isinstance(before, list) else [before]), value] if name in held else value
    return urljoin(page, forms[0].get("action") or page), held


def send(client: Client, page: str, action: str = "", *, button: str = "", **typed: Any) -> Any:
    """Open a page, fill the form in, send it, and return the answer."""
    address, held = open_form(client, page, action, button=button)
    return client.post(address, held | typed)


CHECKED = {"proceedings": "on", "identification": "on"}
"""What whoever publishes confirms."""


def sign_off(client: Client, draft: Any, **typed: Any) -> Any:
    """Open the review of a draft, confirm the checks, and publish."""
    return send(client, f"/desk/drafts/{draft.pk}/review/", "/publish/", **CHECKED | typed)
