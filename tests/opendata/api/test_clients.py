"""The OpenAPI document, held to its standard, and clients that programs of others make of it."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.core.wsgi import get_wsgi_application

from tracker.opendata.api.endpoints import openapi

pytestmark = pytest.mark.once


@pytest.fixture
def document(tmp_path) -> Path:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(openapi()), encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_document_is_valid():
    from openapi_spec_validator import OpenAPIV31SpecValidator  # seconds, which each worker would spend

    assert [error.message for error in OpenAPIV31SpecValidator(openapi()).iter_errors()] == []
    broken = openapi()
    broken["paths"]["/api/v1/pledges"]["get"]["parameters"][0]["examples"] = ["2026-11-24"]
    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


@pytest.mark.usefixtures("casey", "requests_in_transaction")
@pytest.mark.slow
def test_a_python_client_made_of_it_reads_the_record(document, tmp_path, monkeypatch):
    from openapi_python_client import generate
    from openapi_python_client.config import Config, ConfigFile, MetaType

    config = Config.from_sources(
        ConfigFile(post_hooks=[]),
        meta_type=MetaType.NONE,
        document_source=document,
        file_encoding="utf-8",
        overwrite=False,
        output_path=tmp_path / "pledge_record",
    )
    assert [f"{problem.header} {problem.detail}" for problem in generate(config=config)] == []
    monkeypatch.syspath_prepend(tmp_path)
    try:
        client = importlib.import_module("pledge_record").Client("http://testserver")
        transport = httpx.WSGITransport(app=get_wsgi_application())
        client.set_httpx_client(httpx.Client(base_url="http://testserver", transport=transport))
        pledges = importlib.import_module("pledge_record.api.pledges.list_pledges").sync(client=client, limit=200)
        one = importlib.import_module("pledge_record.api.pledges.get_pledge").sync("national-inquiry", client=client)
        assert len(pledges.items) > 20
        listed = next(row for row in pledges.items if row.slug == "national-inquiry")
        assert listed.to_dict() == one.pledge.to_dict()
        assert one.updates[0].effective_on.year >= 2025
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "pledge_record"]:
            del sys.modules[name]


def test_types_for_typescript_are_made_of_it(document, tmp_path):
    """Runs where OPENAPI_TYPESCRIPT names a folder in which `npm install openapi-typescript` was run, as CI does."""
    folder = Path(os.environ.get("OPENAPI_TYPESCRIPT", "nowhere")) / "node_modules"
    if shutil.which("node") is None or not folder.is_dir():
        pytest.skip("OPENAPI_TYPESCRIPT names no folder with openapi-typescript, or node is not there")
    types = tmp_path / "schema.ts"
    command = ["node", folder / "openapi-typescript" / "bin" / "cli.js", document, "-o", types]
    subprocess.run(command, check=True, capture_output=True)
    text = types.read_text(encoding="utf-8")
    assert all(f'"{path}": {{' in text for path in openapi()["paths"])
