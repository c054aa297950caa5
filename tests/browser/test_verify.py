"""The verifier that a browser runs: it agrees with the one in Python on every case, and asks no server."""

import dataclasses

import pytest
from playwright.sync_api import expect

from tests.pledges.record.verifier_cases import CASES, HEAD, KEY, LOG_KEY, PROOF, record

pytestmark = pytest.mark.once

VERIFY = (
    "async (c) => await verifyFile(new Blob([c.file]), {head: c.head, key: c.key, witness: c.witness,"
    " signatures: c.signatures})"
)


def test_it_tells_what_holds_as_the_program_does(visit):
    page = visit("/record/verify/")
    wrong = {}
    for case in CASES:
        findings = page.evaluate(VERIFY, dataclasses.asdict(case))
        failed = any(finding.get("wrong") for finding in findings)
        if case.code not in [finding["code"] for finding in findings] or failed != bool(case.exit_code):
            wrong[case.name] = findings
    assert wrong == {}


def test_a_file_is_verified_without_a_server(visit):
    page = visit("/record/verify/", width=390)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    says = page.locator("#verify").get_by_role("status")
    button = page.get_by_role("button", name="Verify")
    page.get_by_label("The record, or a proof").set_input_files(
        {"name": "entry-3-proof.json", "mimeType": "application/json", "buffer": PROOF.encode()}
    )
    page.get_by_label("The key of the head").fill(LOG_KEY)
    button.click()
    expect(says).to_contain_text("Entry 3 is in the log example.org/record/log of 4 entries")
    page.get_by_label("The record, or a proof").set_input_files(
        {"name": "record.ndjson", "mimeType": "application/x-ndjson", "buffer": record()[:-900].encode()}
    )
    button.click()
    expect(says).to_contain_text("Entry 4 does not hold: its line is not a JSON object")
    page.get_by_label("The record, or a proof").set_input_files(
        {"name": "record.ndjson", "mimeType": "application/x-ndjson", "buffer": record().encode()}
    )
    page.get_by_label("A head that you kept").set_input_files(
        {"name": "head.txt", "mimeType": "text/plain", "buffer": HEAD.encode()}
    )
    page.get_by_label("The key of the head").fill(KEY)
    button.click()
    expect(says).to_contain_text("The record extends your head of 4 entries.")
    assert [url for url in asked if "/icon." not in url] == [], "but for the icon of the tab"
