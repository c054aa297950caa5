"""The verifier that a browser runs: it agrees with the one in Python on every case, and asks no server."""

import base64
import dataclasses
import gzip
import json
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import expect

from tests.pledges.record.test_hash_chain import offline
from tests.pledges.record.verifier_cases import CASES, HEAD, KEY, LOG, LOG_KEY, PROOF, record, remade

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
        if case.name == "signatures":
            signed = {"first": 2, "last": 8, "people": 5, "accounts": 5, "commands": 2}
            assert {"code": "signed", **signed} in findings
    assert wrong == {}


def proof_among_a_million() -> bytes:
    """A packed proof at a million entries, of an entry that cites as much as the longest one of the Casey data."""
    key, name, size = (
        Ed25519PrivateKey.from_private_bytes(bytes.fromhex(LOG["signing_key"])),
        LOG_KEY.split("+")[0],
        2**20,
    )
    cited = [{"role": "progress", "exact": secrets.token_hex(90), "note": "", "source": "a", "source_sha256": ""}]
    entry = json.loads(remade(2, lambda entry: entry.update(evidence=cited * 11)).splitlines()[2])
    path = [secrets.token_bytes(32) for _ in range(20)]
    root = offline.root_of_inclusion(2, size, offline.hash_leaf(entry["digest"]), path)
    head = f"{name}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = base64.b64encode(bytes.fromhex(LOG_KEY.split("+")[1]) + key.sign(head.encode())).decode()
    hashes = "".join(f"{base64.b64encode(hashed).decode()}\n" for hashed in path)
    proof = LOG["proof"] | {
        "entry": entry,
        "proof": f"c2sp.org/tlog-proof@v1\nindex 2\n{hashes}\n{head}\n— {name} {signature}\n",
    }
    return gzip.compress(json.dumps(proof).encode())


def test_a_packed_proof_among_a_million_entries_is_verified_in_50_ms(visit):
    page, packed = visit("/record/verify/"), proof_among_a_million()
    timed = """async (packed) => {
        const file = new Blob([Uint8Array.from(atob(packed), (each) => each.charCodeAt(0))]), times = [];
        let findings;
        for (let round = 0; round < 9; round += 1) {
            const start = performance.now();
            findings = await verifyFile(file);
            times.push(performance.now() - start);
        }
        return [findings.map((finding) => finding.code), Math.min(...times)];
    }"""
    codes, milliseconds = page.evaluate(timed, base64.b64encode(packed).decode())
    assert "in-log" in codes
    assert milliseconds < 50
    assert page.evaluate(timed, base64.b64encode(packed[:-50]).decode())[0] == ["unreadable"]
    whole = gzip.compress(record().encode())
    assert page.evaluate(timed, base64.b64encode(whole).decode())[0] == ["packed"], "a record is no proof"


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
