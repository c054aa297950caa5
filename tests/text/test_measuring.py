"""benchmarks/pledge_finding/results.md is counted as it says: by digests of sentences, with intervals."""

import hashlib
import importlib.util
from pathlib import Path

import pytest
from django.conf import settings as django_settings

PATH = Path(django_settings.BASE_DIR) / "benchmarks" / "pledge_finding" / "measure_real.py"
spec = importlib.util.spec_from_file_location("measure_real", PATH)
measure = importlib.util.module_from_spec(spec)
spec.loader.exec_module(measure)


def document(*sentences):
    labels = []
    for label, words in sentences:
        letters, _ = measure.letters_of(words)
        labels.append((label, len(letters), hashlib.sha256(letters.encode()).hexdigest()))
    return measure.Document("invented", "reported", "response", "Utopia", tuple(labels))


def test_a_sentence_is_found_by_its_digest_in_any_layout():
    labelled = document(
        ("commitment", "The Government will light every pier."),
        ("past", "The last pier was built in 1910."),
        ("fact", "This stands nowhere."),
    )
    judged, missing = measure.judge(
        labelled, "The Govern-\nment will light\nevery pier. The last pier was built in 1910.\n"
    )
    assert missing == 1
    assert {(one.label, one.proposed, one.whole) for one in judged} == {
        ("commitment", True, True),
        ("past", False, False),
    }
    assert "| response | 1 | 2 | 1 | 1.00 (0.21–1.00) | 1.00 (0.21–1.00) |" in measure.table(judged, by="kind")


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(0, 10, 0.0, 0.278), (8, 10, 0.490, 0.943), (0, 0, 0.0, 1.0)]
)
def test_wilsons_interval(right, of, low, high):
    assert measure.wilson(right, of) == pytest.approx((low, high), abs=0.001)


def test_the_labels_are_of_known_documents_in_two_parts_and_hold_no_sentence():
    documents = measure.documents()
    by_part = {part: [one for one in documents if one.part == part] for part in ("reported", "tuning")}
    assert all(len(part) >= 12 for part in by_part.values())
    assert sum(len(one.labels) for one in documents) >= 400
    assert len({one.place for one in documents}) >= 7
    digests = {part: {digest for one in rows for *_, digest in one.labels} for part, rows in by_part.items()}
    assert not digests["reported"] & digests["tuning"]
    for line in (PATH.parent / "real_labels.tsv").read_text().splitlines()[1:]:
        name, label, letters, digest = line.split("\t")
        assert (len(digest), letters.isdigit(), label.isalpha(), " " in name) == (64, True, True, False)
