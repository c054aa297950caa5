"""Names of people: which are refused, and which a reader could not tell apart."""

import pytest

from tracker.text.names import MAX_NAME_CHARS, name_key, name_look, name_looks, name_problem, normalise_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Lovelace", "ADA  lovelace"),
        ("Ada Lovelace", "Ada\u00a0Lovelace"),
        ("Ada Lovelace", "Ａｄａ Lovelace"),
        ("Straße", "STRASSE"),
        ("Ñandú", "N\u0303andu\u0301"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Тomas Roe", "Tomas Roe"),  # a Cyrillic capital
        ("Рора Саве", "Popa Cabe"),  # Cyrillic throughout
        ("ΝΙΝΑ", "NINA"),  # Greek throughout
        ("Iain Roe", "lain Roe"),
        ("Bernard Roe", "Bemard Roe"),
        ("André Roe", "Andre Roe"),
        ("O'Neil", "O’Neil"),
        ("Ann-Marie Roe", "Ann Marie Roe"),
        ("R0e", "Roe"),
    ],
)
def test_names_that_look_alike_have_one_look(one, other):
    assert name_look(one) == name_look(other)


@pytest.mark.parametrize("other", ["LÍAM NEESON", "LIAM-NEESON", "Lıam Neeson", "LIAM NEESON."])
def test_a_name_in_capitals_looks_like_the_name(other):
    assert name_looks("Liam Neeson") & name_looks(other)


def test_names_of_different_people_are_told_apart():
    names = [
        "Ada Lovelace",
        "Ida Lovelace",
        "Grace Hopper",
        "Иван Петров",
        "山田 太郎",
        "김철수",
        "अमित कुमार",
        "अमिता कुमार",
    ]
    assert len({name_key(name) for name in names}) == len({name_look(name) for name in names}) == len(names)
    assert not any(name_problem(normalise_name(name)) for name in names)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Enter a name."),
        ("ada@example.org", "not an email address"),
        ("Ada, Grace", "Remove “,”"),
        ("Ada\u200bLovelace", "Remove U+200B"),
        ("Ada\u202eLovelace", "Remove U+202E"),
        ("Ada <b>", "Remove “<”"),
        ("\u0410da Lovelace", "one script"),
        ("Ꭺda", "one script"),
        ("Graᴄe Hopper", "Remove “ᴄ”"),
        ("A\u01c0an Turing", "Remove “\u01c0”"),
        ("Ada\ufe0f Lovelace", "Remove U+FE0F"),
        ("Ada\U000e0100 Lovelace", "Remove U+E0100"),
        ("Ada\u180b Lovelace", "Remove U+180B"),
        ("Ada\u17b4 Lovelace", "Remove U+17B4"),
        ("김철\u1160수", "Remove"),
        ("Ada\u05bf Lovelace", "mark of another script"),
        ("123", "at least one letter"),
        ("Z\u0334\u0321\u0327a", "accents"),
        ("Editor 12", "nobody in particular"),
        ("Somebody", "nobody in particular"),
        ("x" * (MAX_NAME_CHARS + 1), f"at most {MAX_NAME_CHARS}"),
    ],
)
def test_what_can_deceive_is_refused(name, message):
    assert message in name_problem(name)
