"""How well are pledges found? Precision and recall, per kind of sentence and manner of text.

    python benchmarks/pledge_finding/measure.py [--texts FOLDER] [--part reported|tuning] [--wrong]

reported.tsv is what counts: rules were never tuned on it. tuning.tsv is what they were written with. With --texts, the
two Casey texts are measured too, by the offsets of the data set: a sentence counts as a pledge where a passage with
the role pledge, recommendation or conflict stands in it; what a passage calls its scope, deadline or an incomplete
sentence counts neither way.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from tracker.text.detection.pledge_detection import DetectedPledge, Sentence, detect_pledges, read  # noqa: E402

PLEDGES = {"commitment", "recommendation"}
"""The kinds of sentence that are to be found: a pledge proposed, a recommendation told apart."""


def is_found(found: DetectedPledge) -> bool:
    """Say whether a sentence was found as one of them."""
    return found.is_proposed or found.is_recommendation


def labelled(part: str) -> list[tuple[str, str, str]]:
    """Return kind, manner and sentence of each row of a part of the set."""
    with (HERE / f"{part}.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["kind"], row["manner"], row["sentence"]) for row in rows]


def of_texts(folder: Path) -> list[tuple[str, str, bool, str]]:
    """Return for each sentence of the Casey texts whether it is a pledge and whether it was proposed."""
    data = json.loads((folder.parent / "pledges.json").read_text(encoding="utf-8"))
    rows = []
    for source in data["sources"]:
        text = (folder / source["file"]).read_bytes().decode("utf-8")
        spans = [
            (quote["start"], quote["end"], quote["role"])
            for pledge in data["pledges"]
            for quote in pledge["quotes"]
            if quote["source"] == source["file"]
        ]
        for found in detect_pledges(text):
            here = {role for start, end, role in spans if found.sentence.start < end and start < found.sentence.end}
            if here & {"pledge", "recommendation", "conflict"}:
                kind = "commitment"
            elif here & {"scope", "deadline", "incomplete"}:
                continue
            else:
                kind = "other"
            rows.append((kind, source["file"], is_found(found), found.sentence.text))
    return rows


def report(title: str, rows: list[tuple[str, str, bool, str]], *, wrong: bool) -> tuple[float, float]:
    """Print a table of (kind, manner, was proposed, sentence); return precision and recall."""
    for column, name in ((0, "kind"), (1, "manner")):
        print(f"{title}, by {name}:")
        of, proposed = Counter(row[column] for row in rows), Counter(row[column] for row in rows if row[2])
        for key in sorted(of):
            print(f"  {key:20} {proposed[key]:4} of {of[key]:4} proposed")
    right = sum(row[2] for row in rows if row[0] in PLEDGES)
    precision = right / (sum(row[2] for row in rows) or 1)
    recall = right / (sum(row[0] in PLEDGES for row in rows) or 1)
    print(f"{title}: {len(rows)} sentences, precision {precision:.3f}, recall {recall:.3f}\n")
    for kind, _, was_proposed, sentence in rows if wrong else ():
        if was_proposed != (kind in PLEDGES):
            found = read(Sentence(0, len(sentence), sentence))
            print(f"  {kind:12} {found.score:5} {sentence[:150]}\n{'':19}{'; '.join(found.reasons)}")
    return precision, recall


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="the folder with the two Casey texts")
    parser.add_argument("--part", choices=["reported", "tuning"], default="reported")
    parser.add_argument(
        "--wrong", action="store_true", help="name what was read wrong (never look at it for reported)"
    )
    asked = parser.parse_args()
    rows = [
        (kind, manner, is_found(read(Sentence(0, len(sentence), sentence))), sentence)
        for kind, manner, sentence in labelled(asked.part)
    ]
    report(asked.part, rows, wrong=asked.wrong)
    if asked.texts:
        report("the two texts", of_texts(asked.texts), wrong=asked.wrong)


if __name__ == "__main__":
    main()
