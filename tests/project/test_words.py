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
