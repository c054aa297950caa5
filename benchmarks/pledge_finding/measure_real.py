"""How well are pledges found in real papers? Precision and recall by kind of document, with Wilson intervals.

    python benchmarks/pledge_finding/measure_real.py FOLDER [--part reported|tuning] [--wrong]

The sentences are not in this repository: they belong to those who wrote them. real_documents.tsv names each document
with its publisher, year and address; real_labels.tsv has for each labelled sentence what it is, how many letters and
digits it has, and their SHA-256 in small letters. So the text may be laid beside the labels in any layout: put what a
document says (as the program reads it, or as your browser shows it) into FOLDER as DOCUMENT.txt, one file for each
document. Nothing is fetched. A label whose sentence does not stand in its text is counted as missing and told.

A whole text is read, with its headings and lists. A sentence is found where a proposal covers it, and is no more than
half as long again. "reported" was never looked at while rules were written; "tuning" was.
"""

import argparse
import csv
import hashlib
import math
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from tracker.text.detection.pledge_detection import detect_pledges  # noqa: E402


@dataclass(frozen=True)
class Document:
    """A labelled document: where it is from, and the labels of its sentences (what it is, letters, digest)."""

    name: str
    part: str
    kind: str
    place: str
    labels: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Judged:
    """A labelled sentence, whether it was proposed, and whether a proposal has its words and no others."""

    document: Document
    label: str
    proposed: bool
    whole: bool
    words: str
    because: str


def documents() -> list[Document]:
    """Return the labelled documents."""
    labels = defaultdict(list)
    for row in _rows("real_labels.tsv"):
        labels[row["document"]].append((row["label"], int(row["letters"]), row["sha256"]))
    return [
        Document(row["document"], row["part"], row["kind"], row["place"], tuple(labels[row["document"]]))
        for row in _rows("real_documents.tsv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def letters_of(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text in small, and where in the text each stands."""
    letters, places = [], []
    for at, char in enumerate(text):
        for small in char.casefold():
            if small.isalnum():
                letters.append(small)
                places.append(at)
    return "".join(letters), places


def judge(document: Document, text: str) -> tuple[list[Judged], int]:
    """Read a text and say of each labelled sentence whether it was proposed; and how many do not stand in the text."""
    letters, places = letters_of(text)
    begins = [at for at, place in enumerate(places) if place == 0 or not text[place - 1].isalnum()]
    wanted = {digest: (label, length) for label, length, digest in document.labels}
    spans = {}
    for length in {length for _, length, _ in document.labels}:
        for at in begins:
            digest = hashlib.sha256(letters[at : at + length].encode()).hexdigest()
            if digest in wanted and digest not in spans and at + length <= len(letters):
                spans[digest] = (places[at], places[at + length - 1] + 1)
    found = detect_pledges(text)
    proposed = [(one.sentence.start, one.sentence.end) for one in found if one.is_proposed]
    exact = {letters_of(text[start:end])[0] for start, end in proposed}
    judged = []
    for digest, (start, end) in spans.items():
        here = [
            one
            for one in proposed
            if min(end, one[1]) - max(start, one[0]) >= 0.6 * (end - start) and one[1] - one[0] <= 1.5 * (end - start)
        ]
        read_as = max(found, key=lambda one: min(end, one.sentence.end) - max(start, one.sentence.start), default=None)
        judged.append(
            Judged(
                document,
                wanted[digest][0],
                bool(here),
                letters_of(text[start:end])[0] in exact
                or letters_of(text[start:end])[0].lstrip("0123456789") in exact,
                " ".join(text[start:end].split()),
                f"{read_as.kind} {read_as.score}: {'; '.join(read_as.reasons)}" if read_as else "",
            )
        )
    return judged, len(document.labels) - len(spans)


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    if not of:
        return 0.0, 1.0
    share, z = right / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def table(judged: list[Judged], *, by: str) -> list[str]:
    """Return the lines of a Markdown table: precision and recall with intervals, by an attribute of the document."""
    groups: dict[str, list[Judged]] = {"all": judged}
    for one in judged:
        groups.setdefault(getattr(one.document, by), []).append(one)
    lines = [f"| {by} | documents | sentences | pledges | precision | recall |", "|---|---|---|---|---|---|"]
    for name, rows in sorted(groups.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        right = sum(one.proposed for one in rows if one.label == "commitment")
        proposed, pledges = sum(one.proposed for one in rows), sum(one.label == "commitment" for one in rows)
        held = len({one.document.name for one in rows})
        lines.append(
            f"| {name} | {held} | {len(rows)} | {pledges} | {_share(right, proposed)} | {_share(right, pledges)} |"
        )
    return lines


def _share(right: int, of: int) -> str:
    low, high = wilson(right, of)
    return f"{right / of:.2f} ({low:.2f}–{high:.2f})" if of else "–"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder with the texts")
    parser.add_argument("--part", choices=["reported", "tuning"], default="reported")
    parser.add_argument("--wrong", action="store_true", help="name what was read wrong (never for reported)")
    asked = parser.parse_args()
    judged: list[Judged] = []
    for document in documents():
        path = asked.folder / f"{document.name}.txt"
        if document.part != asked.part:
            continue
        if not path.exists():
            print(f"{document.name}: no text beside it")
            continue
        rows, missing = judge(document, path.read_text(encoding="utf-8"))
        judged += rows
        if missing:
            print(f"{document.name}: {missing} of {len(document.labels)} labelled sentences do not stand in the text")
    for by in ("kind", "place"):
        print("\n".join(table(judged, by=by)), end="\n\n")
    whole = [one for one in judged if one.label == "commitment" and one.proposed]
    print(f"Of the pledges proposed, {sum(one.whole for one in whole)} of {len(whole)} have the sentence whole.")
    for label in sorted({one.label for one in judged} - {"commitment"}):
        rows = [one for one in judged if one.label == label]
        print(f"  wrongly proposed, {label}: {sum(one.proposed for one in rows)} of {len(rows)}")
    for one in judged if asked.wrong else ():
        if one.proposed != (one.label == "commitment"):
            print(f"  {one.label:11} {one.document.name}: {one.words[:260]}\n{'':14}{one.because}")


if __name__ == "__main__":
    main()
