"""What others build on stays: addresses, tables of the database, parameters of the API, columns of the open data.

``frozen/interface-0.1.0.json`` has them as of 0.1.0. Adding is free; taking away or renaming is a new version.
"""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from tracker.opendata.api.endpoints import openapi
from tracker.opendata.tables import TABLES

pytestmark = pytest.mark.once
FROZEN = json.loads((Path(__file__).parent.parent / "frozen" / "interface-0.1.0.json").read_text(encoding="utf-8"))


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> set[str]:
    """Every address of ours as a pattern; those of the admin and of accounts are their libraries'."""
    every: set[str] = set()
    for pattern in patterns:
        here = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            every.add(here)
        elif not here.startswith(("admin/", "accounts/")):
            every |= addresses(pattern.url_patterns, here)
    return every


def test_every_address_is_still_there():
    assert set(FROZEN["addresses"]) - addresses(get_resolver().url_patterns) == set()


def test_every_table_and_column_of_the_database_keeps_its_name():
    tables = {
        model._meta.db_table: {field.column for field in model._meta.local_concrete_fields}
        for model in apps.get_models(include_auto_created=True)
    }
    missing = {name: set(columns) - tables.get(name, set()) for name, columns in FROZEN["tables"].items()}
    assert {name: columns for name, columns in missing.items() if columns} == {}


def test_every_path_and_parameter_of_the_api_is_still_there():
    document = openapi()
    now = {
        f"{verb} {path}": {parameter["name"] for parameter in operation.get("parameters", [])}
        for path, operations in document["paths"].items()
        for verb, operation in operations.items()
    }
    assert set(FROZEN["api"]) - set(now) == set()
    missing = {name: set(parameters) - now[name] for name, parameters in FROZEN["api"].items()}
    assert {name: parameters for name, parameters in missing.items() if parameters} == {}


def test_every_column_of_the_open_data_is_still_there_in_its_order():
    now = {table.name: table.names for table in TABLES.values()}
    for name, columns in FROZEN["columns"].items():
        assert [column for column in now[name] if column in columns] == columns, name
