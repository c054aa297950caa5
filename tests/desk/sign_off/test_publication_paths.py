"""Every field that is stored, and every form that writes one, has a declared way to readers, and it holds."""

import datetime as dt
import importlib
import pkgutil
import re
import secrets
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client, RequestFactory

import tracker.desk
from tests.desk.conftest import signed_in
from tests.factories import (
    BodyFactory,
    PassageFactory,
    PledgeFactory,
    RecommendationFactory,
    SourceFactory,
    ThemeFactory,
    person,
    stated,
    superuser,
)
from tracker.desk.catalogue.admin_mixin import SecondPersonMixin
from tracker.desk.catalogue.facts import CATALOGUE, fact_names, is_public
from tracker.desk.models import PendingChange
from tracker.desk.sign_off.publication_paths import FORM_FIELDS, PUBLICATION_PATHS, PublicationPath
from tracker.opendata.rows import select_rows
from tracker.opendata.tables import PLEDGES, TABLES
from tracker.pledges.models import Conflict, ConflictSide
from tracker.sources.models import WantedSource

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


def test_whatever_a_second_person_has_to_accept_is_among_the_facts_that_they_are_shown():
    """A new field of the catalogue that is typed and left out of the facts would change without anybody."""
    belonging = {}
    for model, entry in CATALOGUE.items():
        if entry.rows:
            belonging[model._meta.get_field(entry.rows).related_model] = {*entry.row_fields, model._meta.model_name}
    checked = 0
    for label, ways in PUBLICATION_PATHS.items():
        for way in (PublicationPath.SECOND_PERSON, PublicationPath.WITH_DRAFT):
            typed = set(ways.get(way, "").split())
            model = apps.get_model(label)
            if not typed or model is PendingChange:  # it holds the facts of the others
                continue
            assert model in CATALOGUE or model in belonging, label
            assert typed <= (set(fact_names(model)) if model in CATALOGUE else belonging[model]), label
            checked += 1
    assert checked >= len(CATALOGUE)
    for model, entry in CATALOGUE.items():
        assert not set(entry.skipped) & set(fact_names(model))


@pytest.mark.django_db
def test_whatever_tables_and_the_api_list_is_public_to_who_would_change_it():
    """One row of each model of the catalogue, with nothing that uses it: what a table has asks a second person."""
    recommendation = RecommendationFactory(passage=PassageFactory())
    conflict = Conflict.objects.create(pledge=PledgeFactory(), question="When")
    conflict.sides.create(passage=PassageFactory(), says="May")
    day = dt.date(2026, 11, 1)
    wanted = WantedSource.objects.create(slug="wanted", title="W", would_show="A", reason="B", looked_on=day)
    hidden = [SourceFactory(), PassageFactory()]
    stored = [recommendation, recommendation.review, conflict, wanted, BodyFactory(), ThemeFactory(), *hidden,
              recommendation.passage, recommendation.passage.source]  # fmt: skip
    assert {type(row) for row in stored} == set(CATALOGUE)
    listed = {}
    for table in TABLES.values():
        if table is not PLEDGES and not table.pairs_of:
            found = select_rows(table, until=None)
            listed[found.model] = set(found.values_list("pk", flat=True))
    for row in stored:
        mine = {side.pk for side in row.sides.all()} if isinstance(row, Conflict) else {row.pk}
        has_row = bool(mine & listed[ConflictSide if isinstance(row, Conflict) else type(row)])
        assert has_row == is_public(row), row
        assert has_row == (row not in hidden), row


def test_pages_tables_and_the_api_read_the_catalogue_from_the_one_place_of_the_rule():
    models = "|".join([*(model.__name__ for model in CATALOGUE), "ConflictSide"])
    around = re.compile(rf"\b({models})(\.objects|\._\w+_manager)|get_\w+_or_404\(({models})\b")
    root = Path(tracker.desk.__path__[0]).parent
    files = [file for package in ("public", "opendata") for file in (root / package).rglob("*.py")]
    assert [(file.name, match[0]) for file in files for match in around.finditer(file.read_text())] == []


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
