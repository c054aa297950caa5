"""Pledges are found in texts: all ten of the fixtures, the labelled set, and nothing is decided by a rule."""

import importlib.util
import json
import os
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st

from tracker.text.pledge_detection import detect_pledges, read, sentences
from tracker.text.similarity import measure_similarity

pytestmark = pytest.mark.once
SET = Path(django_settings.BASE_DIR) / "benchmarks" / "pledge_finding"
spec = importlib.util.spec_from_file_location("measure", SET / "measure.py")
measure = importlib.util.module_from_spec(spec)
spec.loader.exec_module(measure)
TEXTS = os.environ.get("CASEY_TEXTS")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_sentences_are_spans_of_the_text_in_order(text):
    end = 0
    for one in sentences(text):
        assert text[one.start : one.end] == one.text
        assert one.start >= end
        assert one.text == one.text.strip() != ""
        end = one.end
    assert len(detect_pledges(text)) <= len(list(sentences(text)))


@pytest.mark.parametrize("part", ["reported", "tuning"])
def test_the_labelled_set_is_read_with_the_precision_and_recall_that_are_promised(part, capsys):
    rows = [(kind, manner, _proposed(words), words) for kind, manner, words in measure.labelled(part)]
    precision, recall = measure.report(part, rows, wrong=False)
    assert len(rows) >= 150
    assert precision >= 0.80
    assert recall >= 0.95
    assert len({kind for kind, *_ in rows}) == 8
    assert {manner for _, manner, *_ in rows} == {"response", "statement", "press", "opposition"}


def _proposed(words):
    from tracker.text.pledge_detection import Sentence

    return measure.is_found(read(Sentence(0, len(words), words)))


def test_no_sentence_of_the_reported_part_is_in_the_part_that_rules_were_tuned_on():
    parts = [{words for *_, words in measure.labelled(part)} for part in ("reported", "tuning")]
    assert not parts[0] & parts[1]


@pytest.mark.skipif(not TEXTS, reason="CASEY_TEXTS does not name the folder of the full texts")
class TestCasey:
    def test_all_ten_pledges_are_proposed_and_what_is_none_ranks_below_each(self):
        data = json.loads((Path(TEXTS).parent / "pledges.json").read_text(encoding="utf-8"))
        best, others = {}, []
        for source in data["sources"]:
            text = (Path(TEXTS) / source["file"]).read_bytes().decode("utf-8")
            found = detect_pledges(text)
            for about, quotes in [*((p["slug"], p["quotes"]) for p in data["pledges"]), ("", data["not_pledges"])]:
                for quote in quotes:
                    if quote["source"] != source["file"]:
                        continue
                    here = [
                        one.score
                        for one in found
                        if one.sentence.start < quote["end"] and quote["start"] < one.sentence.end
                    ]
                    if about:
                        best[about] = max([best.get(about, -99.0), *here])
                    else:
                        others.append(max(here))
        assert len(best) == 10
        assert len(others) == len(data["not_pledges"]) == 3
        assert min(best.values()) >= 1.0, "proposed"
        assert max(others) < min(best.values())

    def test_precision_and_recall_on_the_two_texts(self, capsys):
        precision, recall = measure.report("texts", measure.of_texts(Path(TEXTS)), wrong=False)
        assert precision >= 0.80
        assert recall >= 0.95


def test_who_what_and_when_are_the_words_of_the_sentence():
    [found] = detect_pledges("The Department for Transport will publish national standards by the end of March 2026.")
    assert found.who == "The Department for Transport"
    assert found.what.startswith("will publish national standards")
    assert found.when == "by the end of March 2026"
    assert "somebody who governs says “will”" in found.reasons


def test_likeness_points_at_duplicates_and_at_figures_that_differ():
    one = "follow up on an estimated more than 1,000 cold cases where no one was convicted"
    other = "is also to reopen more than 800 closed grooming-gang cold cases that no one was convicted for"
    found = measure_similarity(one, other)
    assert found.share >= 0.5
    assert found.differ
    assert found.figures == (("more than 1,000",), ("more than 800",))
    assert measure_similarity(one, "Loopholes in taxi licensing will be closed").share == 0
    assert not measure_similarity(one, one).differ


def test_a_long_text_takes_no_more_than_its_length():
    piece = "\n".join(words for *_, words in measure.labelled("tuning"))

    def seconds(times):
        begun = time.process_time()
        detect_pledges("\n".join([piece] * times))
        return time.process_time() - begun

    seconds(1)
    assert seconds(20) <= 15 * max(seconds(2), 0.001)
