"""Every field that is stored, and every form that writes one, has a declared way to readers, and it holds."""

import importlib
import pkgutil
import secrets

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client, RequestFactory

import tracker.desk
from tests.desk.conftest import signed_in
from tests.factories import SourceFactory, person, stated, superuser
from tracker.desk.catalogue.admin_mixin import SecondPersonMixin
from tracker.desk.sign_off.publication_paths import FORM_FIELDS, PUBLICATION_PATHS, PublicationPath

OURS = {"sources", "pledges", "desk", "alerts", "auth"}


def stored_fields() -> dict[str, set[str]]:
    return {
        model._meta.label: {
            field.name
            for field in [*model._meta.concrete_fields, *model._meta.many_to_many]
            if not isinstance(field, models.AutoField)
        }
        for model in apps.get_models()
        if model._meta.app_label in OURS
    }


def declared_fields(label: str) -> list[str]:
    return [name for names in PUBLICATION_PATHS[label].values() for name in names.split()]


def desk_forms() -> dict[str, type[forms.BaseForm]]:
    found = {}
    for module in pkgutil.walk_packages(tracker.desk.__path__, "tracker.desk."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, type) and issubclass(value, forms.BaseForm) and value.__module__ == module.name:
                found[name] = value
    return found


def test_every_field_has_one_declared_way():
    stored = stored_fields()
    assert set(stored) == set(PUBLICATION_PATHS)
    for label, names in stored.items():
        declared = declared_fields(label)
        assert sorted(declared) == sorted(names), label


def test_every_form_of_the_desk_has_a_declared_way():
    assert set(desk_forms()) == set(FORM_FIELDS)


@pytest.mark.django_db
def test_the_admin_writes_only_what_may_be_changed_there():
    """Whatever has a form in the admin takes a way that asks a second person, or never reaches a reader."""
    allowed = {
        PublicationPath.SECOND_PERSON, PublicationPath.WITH_DRAFT, PublicationPath.ACCOUNT, PublicationPath.DERIVED,
        PublicationPath.NEVER,
    }  # fmt: skip
    request = RequestFactory().get("/admin/")
    request.user = superuser("edith")
    looked_at = 0
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label not in OURS:
            continue
        writable = model_admin.has_add_permission(request) or model_admin.has_change_permission(request)
        for inline in model_admin.get_inline_instances(request):
            if inline.has_add_permission(request, None) or inline.has_change_permission(request, None):
                ways = set(PUBLICATION_PATHS[inline.model._meta.label])
                assert ways <= allowed, inline.model
        if not writable:
            continue
        looked_at += 1
        for way, names in PUBLICATION_PATHS[model._meta.label].items():
            assert way in allowed, (model, way, names)
            if way in (PublicationPath.SECOND_PERSON, PublicationPath.WITH_DRAFT):
                assert isinstance(model_admin, SecondPersonMixin), model
    assert looked_at >= 5


@pytest.mark.django_db
def test_what_nobody_may_publish_is_in_no_answer(client):
    """The words of each field that is declared never public are looked for in what readers get."""
    about = stated(slug="about")
    ada = person("Ada Lovelace")
    token = f"canary{secrets.token_hex(6)}"
    source = SourceFactory(slug="not-cited", title=token, note=token, publisher=token)
    source.contributors.add(ada)
    type(ada).objects.filter(pk=ada.pk).update(username=token, email=f"{token}@example.org")
    about.citations.get().passage.source.contributors.add(ada)
    for address in ("/", "/pledges/about/", "/sources/", "/corrections/", "/changes/", "/api/v1/sources",
                    "/api/v1/pledges", "/feed.atom"):  # fmt: skip
        assert token not in Client().get(address).content.decode(), address
    assert token in signed_in(ada).get("/desk/sources/").content.decode(), "the control: the desk sees it"
