"""Pledges are found in texts: each kind of sentence, all ten of the fixtures, the labelled sets."""

import importlib.util
import json
import os
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st

from tracker.text.detection.pledge_detection import Sentence, _Words, detect_pledges, read, sentences
from tracker.text.detection.pledge_rules import load_rules
from tracker.text.detection.similarity import measure_similarity

pytestmark = pytest.mark.once
SET = Path(django_settings.BASE_DIR) / "benchmarks" / "pledge_finding"
spec = importlib.util.spec_from_file_location("measure", SET / "measure.py")
measure = importlib.util.module_from_spec(spec)
spec.loader.exec_module(measure)
TEXTS = os.environ.get("CASEY_TEXTS")

PLEDGES = [
    "Funds are being made available to island harbours under the scheme.",
    "From April the value of the voucher will rise from £3.10 to £4.25.",
    "Australia will again embrace 300 lightkeepers under the scheme.",
    "Total new funding for the piers will be $717 million.",
    "The Government recognises this and is prepared to fund two further years.",
    "MINISTERS TO LIMIT HARBOUR FEES",
    "Our aim is to bring the number of idle berths down from 295 to 220.",
    "The ferry regulator will deliver a register of pilots by the spring.",
    "Consultations on the new harbour levy will begin in May.",
    "Implementation will start in the autumn.",
    "A hardship fund for lightkeepers will also be provided.",
    "We will chase down every unpaid harbour due.",
    "We will digitise the logbooks.",
    "We are publishing the pilotage code today.",
    "I am pleased to announce a review of lighthouse staffing.",
    "Today we are committing £40 million to sea walls.",
    "£12 million has been committed to new buoys.",
    "Government to take control of failing ports",
    "Ministers to ban night dredging",
    "It has already trained 300 pilots and will continue to fund the scheme.",
    "The Department will fund every skipper who could lose a berth.",
    "We will meet the demand for pilots by opening two schools.",
    "The Home Office will adopt the measures recommended by the survey.",
    "We will provide the equipment that keepers need.",
    "The Maritime Agency will work with ports to publish tide data.",
    "We accept recommendations 4 and 7 in full.",
    "The Government accepts in principle that pilots need a new licence.",
    "The Government agrees with the Committee and will amend the Act.",
    "Ministers have agreed to pay the arrears in full.",
    "The Secretary of State has commissioned an independent inquiry into the collision.",
    "I have asked the Chief Inspector to look again at the rescue.",
    "The Bill will require harbour masters to keep a log.",
    "All pilots will be required to hold a certificate from April 2027.",
    "From next year, every port will have to publish its accidents.",
    "There will be a public register of moorings.",
    "A new offence of reckless dredging will be introduced.",
    "The scheme will be rolled out to all islands.",
    "We intend to legislate as soon as parliamentary time allows.",
    "The Scottish Government is committed to publishing an annual report on the crofts.",
    "We will not reopen the closed pier.",
    "The Council plans to build forty new berths.",
    "The minister confirmed that the levy would be scrapped.",
    "He said ministers would bring in a ban on plastic nets by June.",
    "The Treasury will reimburse skippers for lost nets.",
    "NHS England will pilot the clinic at three ports.",
    "Training for keepers is being rolled out across the coast.",
    "Legislation will be brought forward in the next session to give effect to this.",
    "We have committed to reporting to Parliament every six months.",
    "The Cabinet Secretary has announced an additional £3 million for island schools.",
    "Work has begun to draft the regulations.",
    "We will consult on these proposals before the end of the year.",
    "The Government has set out plans to create a coastguard academy.",
    "This will include a statutory duty to record near misses.",
    "The new body will report annually to the Senedd.",
    "We shall lay the order before the summer recess.",
    "I will write to all harbour authorities this week.",
    "I can announce that the inquiry will be placed on a statutory footing.",
    "We are today laying regulations to close the loophole.",
    "We are taking forward legislation on pilot licensing.",
    "Officials are drafting guidance for harbour masters.",
    "The Department for Ports is recruiting 200 inspectors.",
    "Victims of the sinking are to receive interim payments of £10,000.",
    "The Justice Secretary is to appoint a maritime commissioner.",
    "The Irish Coast Guard will receive three new helicopters in 2027.",
    "The Government of Canada will invest $20 million over five years in small craft harbours.",
    "The Government supports this recommendation and will implement it by 2026.",
    "Agreed. The department will update the manual.",
    "The Minister for Fisheries today announced a ban on gill nets.",
    "The Commission will be asked to review the fees.",
    "Subject to consultation, the rules will come into force in October 2027.",
    "Parents will be able to claim the grant from September.",
    "We will ensure that every ferry carries a radio.",
    "A taskforce led by the Deputy First Minister will oversee delivery.",
    "The department agrees to extend the funding to 2028.",
    "Accepted: guidance will be reissued by March.",
    "Mr Hale said the harbour fund would be extended to islands.",
    "The port authority is set to receive £4 million for new cranes.",
    "There will be £4 million for smaller harbours.",
    "There is £27 million for lighthouse keepers.",
    "Mrs Marsh is launching a consultation on harbour dues.",
    "By the end of 2031 every pier will have a light.",
    "Owners will be required to register their boats.",
    "2.6.ii. Launch a new buying framework for harbours",
    "It is planned to provide over 900 moorings by 2030.",
    "The minister reaffirmed the commitment to introducing a harbour levy.",
]
"""Invented, one of each kind that papers have: with and without an actor, in the present tense, in headlines."""

NO_PLEDGES = [
    "In 2019 we committed to reporting every six months.",
    "What we committed to doing",
    "How we will respond",
    "The review recommends that ministers establish a pilots' fund.",
    "Ministers should establish a pilots' fund, the survey says.",
    "Recommendation 3: The Department must keep a register of moorings.",
    "We take the safety of pilots extremely seriously.",
    "We are determined to do the right thing by keepers.",
    "We will do everything in our power to prevent another collision.",
    "This will make a real difference to families on the coast.",
    "It is expected that the number of landings will fall.",
    "We expect ports to follow the code.",
    "Parliament will return from recess on 4 September.",
    "The debate will take place on Tuesday.",
    "The Committee will hear evidence from pilots next week.",
    "This chapter sets out how we will respond to the survey.",
    "Copies will be placed in the Library of the House.",
    "The survey found that one pilot in four had no licence.",
    "The Government published its strategy for ports in 2021.",
    "In March 2022 the Department consulted on the levy.",
    "The scheme was launched last year and 400 people were trained.",
    "Campaigners are calling on ministers to scrap the levy.",
    "The shadow fisheries secretary said Labour would abolish the levy.",
    "Will the Minister commit to a new pier?",
    "To ask the Minister when the register will be published.",
    "If elected, we will halve the harbour dues.",
    "The Government must act now to protect the piers.",
    "Nobody will forget what happened on that night.",
    "The pier has been closed since 2015.",
    "The Government is grateful to the Committee for its report.",
    "The Government notes this recommendation.",
    "We welcome the publication of the survey.",
    "The fund has so far paid out £3 million.",
    "Over 2,000 berths were built between 2015 and 2020.",
    "The Agency is responsible for buoys and lights.",
    "Ports are a vital part of our economy and will always matter.",
    "The cost of dredging will rise as the climate changes.",
    "Experts believe that the fleet will shrink by half.",
    "I hope that all members will support the motion.",
    "The political will to reform the levy was lacking.",
    "Pilots told us that they want better training.",
    "Thank you to all who responded; your views will be invaluable.",
    "As the minister said last week, the harbour is safe.",
    "Those responsible should be held to account.",
    "The union says its members will strike in May.",
    "The report will make painful reading for harbour masters.",
    "The inquiry heard that warnings were ignored.",
    "The previous government promised a new pier but did not build it.",
    "We recognise that skippers need certainty.",
    "We know there is more to do.",
    "Safety remains our top priority.",
    "The law already requires ports to keep a log.",
    "Our vision is of a coast where everyone can thrive.",
    "The following sections describe our approach.",
    "The Government does not accept this recommendation.",
    "The number of pilots could double by 2030.",
    "Greater transparency will empower coastal communities.",
    "It remains to be seen whether ministers will accept the findings.",
    "The Act came into force on 1 April 2023.",
    "Work with ports has improved safety over many years.",
    "Our progress since 2020",
    "Mr Hale said the council would be to blame if the pier fell.",
    "The department has published new guidance and trained 500 staff.",
    "We committed £5 million to the fund in 2020, all of which was spent.",
    "The harbour scheme will help skippers to plan their work.",
    "Ms Hale will tell MPs that piers matter.",
    "The minister will visit the harbour at noon.",
    "It comes as more boats are built than ever.",
    "I welcome the announcement that piers were repaired.",
    "We ask the Government to accept the findings.",
    "The number of boats is set to increase by a third.",
    "I will therefore give an update on the harbours.",
    "The department has spent £15 million on piers since 2015.",
]
"""Invented: the past, headings, demands, recommendations, assurances, expectations, the calendar, papers."""


@pytest.mark.parametrize("words", PLEDGES)
def test_a_pledge_is_proposed_with_its_reasons(words):
    [found] = detect_pledges(words)[:1]
    assert found.is_proposed, found
    assert found.reasons
    assert _read(words).is_proposed


@pytest.mark.parametrize("words", NO_PLEDGES)
def test_what_is_no_pledge_is_not_proposed(words):
    assert not any(one.is_proposed for one in detect_pledges(words))
    assert not _read(words).is_proposed


def _read(words):
    return read(Sentence(0, len(words), words))


def test_items_are_read_with_the_words_that_they_share():
    text = "We will:\n\n• publish the tide tables;\n\nThe Department should:\n\n• close the piers of Saltmouth.\n"
    found = {one.sentence.text: one for one in detect_pledges(text)}
    assert found["publish the tide tables;"].is_proposed
    assert found["publish the tide tables;"].lead_in == "We will"
    assert not found["close the piers of Saltmouth."].is_proposed
    done = detect_pledges("We have already:\n\n• agreed that the Council will pay the keepers of the lights.\n")
    assert not any(one.is_proposed for one in done)


def test_a_list_without_marks_is_known_by_its_verbs():
    items = ["Build two more lights on the coast", "Repair the pier at Saltmouth", "The survey follows."]
    text = "\n\n".join(["This year we will:", *items])
    proposed = {one.sentence.text for one in detect_pledges(text) if one.is_proposed}
    assert proposed == set(items[:2])


def test_a_proposal_says_where_it_stands():
    text = (
        "Chapter 3: Lights\n\nRecommendation 12\n\nEvery light should have a keeper.\n\n"
        "The Government accepts this recommendation and will pay for two hundred keepers.\n"
    )
    [found] = [one for one in detect_pledges(text) if one.is_proposed]
    assert found.recommendation == "Recommendation 12"
    assert found.heading == "Chapter 3: Lights › Recommendation 12"


def test_a_recommendation_is_told_apart_and_not_proposed():
    found = _read("The review recommends that ministers establish a pilots' fund.")
    assert found.is_recommendation
    assert not found.is_proposed
    assert found.kind == "recommendation"


def test_a_sentence_over_lines_and_pages_is_proposed_whole():
    text = (
        "Answer on Ports\n1\n\nThe rule is old, and nobody likes it any more than the last. The Govern-\n"
        "ment will, after asking the pilots and the keepers of every\n\nAnswer on Ports\n2\n\n"
        "light, bring forward a bill by 2027.\n\nAnswer on Ports\n3\n"
    )
    [found] = [one for one in detect_pledges(text) if one.is_proposed]
    assert found.sentence.text == text[found.sentence.start : found.sentence.end]
    assert found.sentence.words == (
        "The Government will, after asking the pilots and the keepers of every light, bring forward a bill by 2027."
    )


@pytest.mark.parametrize(
    ("lead_in", "first", "proposed"),
    [
        ("We will serve ports better, through:", "Establishing", True),
        ("Our plan includes:", "Establishing", True),
        ("We have already had some success, notably in:", "Establishing", False),
        ("The following recommendations are made:", "Establish", False),
    ],
)
def test_a_list_of_what_is_being_done_is_read_by_the_words_before_it(lead_in, first, proposed):
    text = f"{lead_in}\n\n• {first} a register of pilots by June\n\n• {first} a register of all piers by July\n"
    items = [found for found in detect_pledges(text) if found.sentence.text.startswith(first)]
    assert [found.is_proposed for found in items] == [proposed, proposed]


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


@pytest.mark.parametrize(
    "when", ["by 31 December 2026", "before 1st July", "within 30 days", "in 2027", "by the end of March 2026"]
)
def test_a_proposal_says_by_when_as_the_sentence_does(when):
    [found] = detect_pledges(f"We will fund a rescue helicopter in Wellington {when}.")
    assert found.when == when


def test_what_a_rule_needs_is_in_all_that_its_pattern_matches():
    rules = load_rules()
    several = [rule for kept in (rules.speaking_for, rules.adding, rules.against) for rule in kept.rules if rule.needs]
    words = [*PLEDGES, *NO_PLEDGES, *(row[2] for part in ("reported", "tuning") for row in measure.labelled(part))]
    matched = set()
    for each in words:
        weighed = _Words(each, rules, "", "")
        for rule in several:
            text = weighed.marked if rule.names_body else weighed.small
            if rule.pattern.search(text):
                matched.add(rule.pattern)
                assert any(letters in text for letters in rule.needs), (rule.because, each)
    assert len(matched) > len(several) / 2


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("Maritime New Zealand will publish the register by June.", "Maritime New Zealand"),
        ("Historic Environment Scotland will open the piers next year.", "Historic Environment Scotland"),
        ("The Reserve Bank of New Zealand will publish the register.", "Reserve Bank of New Zealand"),
        ("New Zealand Customs Service will train 40 officers.", "New Zealand Customs Service"),
        ("Today New Zealand will ban gill nets.", "New Zealand"),
        ("On Monday Australia will ban gill nets.", "Australia"),
        ("The UK will fund new piers.", "UK"),
        ("New Zealand To Ban Gill Nets In Every Harbour", "New Zealand"),
    ],
)
def test_a_body_whose_name_has_a_country_in_it_is_not_read_as_the_country(words, who):
    assert read(Sentence(0, len(words), words)).who == who


def test_likeness_points_at_duplicates_and_at_figures_that_differ():
    one = "follow up on an estimated more than 1,000 cold cases where no one was convicted"
    other = "is also to reopen more than 800 closed grooming-gang cold cases that no one was convicted for"
    found = measure_similarity(one, other)
    assert found.share >= 0.5
    assert found.differ
    assert found.figures == (("more than 1,000",), ("more than 800",))
    assert measure_similarity(one, "Loopholes in taxi licensing will be closed").share == 0
    assert not measure_similarity(one, one).differ


@pytest.mark.slow
def test_a_long_text_takes_no_more_than_its_length():
    piece = "\n".join(words for *_, words in measure.labelled("tuning"))

    def seconds(times):
        """Return the shortest of three times: a machine that does other things is slower now and then."""
        taken = []
        for _ in range(3):
            begun = time.process_time()
            detect_pledges("\n".join([piece] * times))
            taken.append(time.process_time() - begun)
        return min(taken)

    seconds(1)
    assert seconds(20) <= 15 * max(seconds(2), 0.001)
