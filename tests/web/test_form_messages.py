"""What a form says beside a box in which something is wrong: what to do, in our own words."""

import importlib
import pkgutil
import re

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse

import tracker
from tracker.pledges.models import Theme


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(), "Fill in this box."),
        (forms.EmailField(), "Fill in this box."),
        (forms.IntegerField(), "Fill in this box."),
        (forms.BooleanField(), "Tick this box."),
        (forms.ChoiceField(choices=[("a", "A")]), "Choose one of these."),
        (forms.TypedChoiceField(choices=[("a", "A")]), "Choose one of these."),
        (forms.MultipleChoiceField(choices=[("a", "A")]), "Choose one of these."),
        (forms.ModelChoiceField(Theme.objects.none()), "Choose one of these."),
        (forms.FileField(), "Choose a file."),
        (forms.CharField(error_messages={"required": "Enter a title."}), "Enter a title."),
    ],
)
def test_a_required_field_says_what_to_do(field, words):
    with pytest.raises(forms.ValidationError) as problem:
        field.clean(None)
    assert problem.value.messages == [words]


@pytest.mark.django_db
def test_pages_of_the_log_in_library_say_so_too(client):
    page = client.post(reverse("account_login"), {}).content.decode()
    assert "Fill in this box." in page
    assert "required." not in page


STOCK = re.compile(
    r"^Ensure |^Select a valid|^Enter a valid (?!key)|^This field|^No file was|^The submitted|^Null char|"
    r"is not a valid|already exists|must be either|^Please |^Upload a valid|^This password|^The password is"
)
"""Words of Django’s own that may stand beside no box."""


def every_form():
    """Each class of a form in the program, and the one that a model of the desk has in the admin."""
    for module in pkgutil.walk_packages(tracker.__path__, "tracker."):
        if not re.search(r"migrations|wsgi|asgi|__main__|commands|verify_record", module.name):
            importlib.import_module(module.name)
    waiting, seen = [forms.BaseForm], set()
    while waiting:
        for form in waiting.pop().__subclasses__():
            if form not in seen:
                seen.add(form)
                waiting.append(form)
    return [form for form in seen if form.__module__.startswith("tracker.")]


def words_of(field):
    """All that a field may say."""
    yield from field.error_messages.values()
    yield from (getattr(validator, "message", "") for validator in field.validators)
    for part in getattr(field, "fields", ()):
        yield from words_of(part)


def test_no_form_has_stock_messages():
    forms_there = every_form()
    assert len(forms_there) > 40
    found = {
        f"{form.__name__}.{name}: {words}"
        for form in forms_there
        for name, field in form.base_fields.items()
        for words in map(str, words_of(field))
        if STOCK.search(words)
    }
    assert not found, "\n".join(sorted(found))


def test_no_model_of_ours_has_them():
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    ours = [field for field in fields if field.model.__module__.startswith("tracker.")]
    found = {
        f"{field}: {field.error_messages[name]}"
        for field in ours
        for name in ("invalid_choice", "null", "blank", "unique")
        if STOCK.search(str(field.error_messages[name]))
    }
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (forms.CharField(max_length=200), "a" * 201, "Use 200 characters or fewer. You entered 201."),
        (forms.CharField(min_length=12), "a", "Use 12 characters or more. You entered 1."),
        (forms.IntegerField(min_value=2), "1", "Enter 2 or more."),
        (forms.IntegerField(max_value=2), "3", "Enter 2 or less."),
        (forms.EmailField(), "ada", "Enter an email address, for example name@example.org."),
        (
            forms.URLField(assume_scheme="https"),
            "javascript:x",
            "Enter a web address, for example https://example.org/page.",
        ),
        (forms.ChoiceField(choices=[("a", "A")]), "b", "Choose one of these."),
        (forms.ModelChoiceField(Theme.objects.none()), "9", "Choose one of these."),
        (forms.SlugField(), "a b", "Use only letters without accents, numbers, hyphens and underscores."),
    ],
)
def test_a_value_that_cannot_be_taken_says_what_to_do(db, field, typed, words):
    with pytest.raises(ValidationError) as problem:
        field.clean(typed)
    assert problem.value.messages == [words]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "ada", "ada@localhost", "ada@[127.0.0.1]", "a@b@c"])
def test_one_mistake_is_said_once(client, address):
    page = client.post("/follow/", {"email": address, "frequency": "weekly"}).content.decode()
    summary = page[page.index('class="error-summary"') :].split("</div>")[0]
    assert summary.count('href="#id_email"') == 1
