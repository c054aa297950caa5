"""Our own words, held to docs/style-guide.md. Quotations are not ours and stand in data, not in templates."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tracker.pledges.choices import Basis, Schedule, Status

ROOT = Path(settings.BASE_DIR)
NEVER = re.compile(
    r"child porn|child prostitut|under-?age sex|historic(al)? (child )?(sexual )?abuse|paedophile|grooming gang|"
    r"\bmonsters?\b|\baccusers?\b|broken promise|percent of promises|!\s*</",
    re.IGNORECASE,
)
pytestmark = pytest.mark.once
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.*")
}


@pytest.mark.parametrize("name", TEXTS)
def test_templates_use_the_words_of_the_style_guide(name):
    assert NEVER.search(TEXTS[name]) is None


def test_definitions_do_too():
    for word in (*Status, *Basis, *Schedule):
        assert NEVER.search(f"{word.label} {word.definition}") is None


def test_the_list_finds_what_it_is_for():
    assert NEVER.search("historic abuse")
    assert NEVER.search("a broken promise")


def test_titles_of_pages_are_neutral():
    for name, text in TEXTS.items():
        for title in re.findall(r"{% block title %}(.*?){% endblock %}", text):
            assert "pledge.title" not in title, f"{name}: a tab is seen by others"
            assert not re.search(r"abuse|rape|exploitation", title, re.IGNORECASE), name


# --- Plain English (docs/style-guide.md) ----------------------------------------------------------

PLAIN = {
    "email": r"\be-mails?\b",
    "sign in": r"\blog(s|ged|ging)? (in|out)\b|\blog-(in|out)s?\b",
    "API": r"\bby program\b",
    "download": r"\btak(e|es|ing) (it |the data |this list )?away\b",
    "is based on": r"\brests? on\b|\bstands? on\b",
    "anyone": r"\bwhoever\b",
    "cannot": r"\b(can|don|doesn|isn|won|aren|wasn|weren|couldn|shouldn|hasn|haven|didn)[’']t\b",
}
"""What to write, with what it stands for."""


def shown(text: str) -> str:
    """What of a template a person reads: its text and its translated strings, without tags and comments."""
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", " ", text, flags=re.S)
    strings = " ".join(
        re.findall(r"{% translate \"([^\"]*)\"|_\(\"([^\"]*)\"\)", text)
        and (one or other for one, other in re.findall(r"{% translate \"([^\"]*)\"|_\(\"([^\"]*)\"\)", text))
    )
    return f"{re.sub(r'{%.*?%}|{{.*?}}|<[^>]*>', ' ', text, flags=re.S)} {strings}"


def breaches(text: str) -> list[str]:
    return [
        f"{match[0]}: write {word}" for word, rule in PLAIN.items() for match in re.finditer(rule, text, re.IGNORECASE)
    ]


@pytest.mark.parametrize("word", PLAIN)
def test_each_rule_of_plain_english_finds_what_it_is_for(word):
    bad = {
        "email": "Follow by e-mail",
        "sign in": "You are logged out: log in",
        "API": "Ask by program",
        "download": "Take the data away",
        "is based on": "It rests on nothing",
        "anyone": "Whoever reads it",
        "cannot": "It can’t be sent",
    }[word]
    assert breaches(bad)
    assert not breaches(f"Please {word} here")
