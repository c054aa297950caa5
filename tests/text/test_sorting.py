"""Titles are sorted as a person expects."""

from tracker.text.sorting import sort_key


def test_marks_capitals_and_accents_are_passed_over_and_numbers_go_by_their_size():
    in_order = ["“A plan”", "a plan, again", "Ábaco", "abacus", "Åland", "It’s so", "“Its” use", "New York", "Newark",
                "Rule 2", "rule 10", "Zoë", "Zoe’s", "Закон"]  # fmt: skip
    assert sorted(set(in_order), key=sort_key) == in_order
    assert sort_key("Zoë") == sort_key("“ZOE”")
