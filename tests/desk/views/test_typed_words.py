"""What is typed into any form of the desk is stored, or the page gives it back; it is never lost behind “Saved.”"""

import re

import lxml.html
import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils.encoding import force_str

from tests.desk.accounts.test_access import DESK, one_of_each
from tests.desk.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TYPED = ("text", "search", "url", "email", None)
NOT_PAGES = ("import_mapping", "find_evidence")


def boxes_of(tree, form):
    """The controls of a form: those in it, and those elsewhere that name it."""
    inside = [box for box in form.iter("input", "textarea", "select", "button") if not box.get("form")]
    return inside + (tree.xpath("//*[@form=$id]", id=form.get("id")) if form.get("id") else [])


def held_by(boxes):
    """What a form holds as it is opened, by name."""
    held: dict[str, list[str]] = {}
    for box in boxes:
        name, kind = box.get("name"), box.get("type")
        if not name or box.tag == "button" or kind in ("submit", "file") or box.get("disabled") is not None:
            continue
        if kind in ("checkbox", "radio") and box.get("checked") is None:
            continue
        value = box.value
        held.setdefault(name, []).extend(value if isinstance(value, (set, list)) else [value or ""])
    return held


def typed_into(boxes):
    """Words of its own for each box that a person types in; days, which are no words, stay as they are."""
    typed = {}
    for number, box in enumerate(boxes):
        if box.tag not in ("input", "textarea") or box.get("data-day") is not None or not box.get("name"):
            continue
        if (box.tag == "input" and box.get("type") not in TYPED) or "hidden" in force_str(
            box.getparent().get("class")
        ):
            continue
        mark = f"zq{number}x"
        kinds = {"url": f"https://example.org/{mark}", "email": f"{mark}@example.org"}
        typed[box.get("name")] = (mark, kinds.get(box.get("type") or "", f"{mark} are some words of ours"))
    return typed


def is_stored(mark: str) -> bool:
    """Whether a row of the tracker has these words."""
    for model in apps.get_models():
        kinds = (models.CharField, models.TextField, models.JSONField)
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, kinds)]
        if (not model.__module__.startswith("tracker.") and model._meta.label != "auth.User") or not names:
            continue
        rows = model._base_manager.values_list(*names)
        if any(mark in str(row) for row in rows.iterator()):
            return True
    return False


def test_nothing_that_is_typed_is_lost_in_any_form_of_the_desk(ada, grace, edith):
    world = one_of_each(ada, grace)
    client, lost, sent = signed_in(edith), [], 0
    for name in [name for name, row in DESK.items() if "GET" in row[1] and name not in NOT_PAGES]:
        tree = lxml.html.fromstring(client.get(world[name]).content.decode())
        for form in [form for form in tree.forms if form.method == "POST"]:
            boxes = boxes_of(tree, form)
            typed = typed_into(boxes)
            action = re.sub(r"#.*", "", form.get("action") or world[name])
            for button in [box for box in boxes if box.tag == "button"] if typed else []:
                data = held_by(boxes) | {key: value for key, (_, value) in typed.items()}
                if button.get("name"):
                    data[button.get("name")] = button.get("value") or ""
                with transaction.atomic():
                    answer = client.post(action, data)
                    page = answer.content.decode() + answer.get("Location", "")
                    sent += 1
                    gone = [
                        key
                        for key, (mark, _) in typed.items()
                        if mark not in page and not (answer.status_code == 302 and is_stored(mark))
                    ]
                    transaction.set_rollback(True)
                if gone:
                    pressed = " ".join((button.text_content() or "").split())
                    lost.append(f"{name}: “{pressed}” ({answer.status_code}) loses {', '.join(gone)}")
    assert sent > 25
    assert not lost, "\n".join(lost)
