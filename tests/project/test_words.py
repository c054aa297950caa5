"""Our own words, held to docs/style-guide.md. Quotations are not ours and stand in data, not in templates."""

import ast
import io
import re
import tokenize
from functools import cache
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
    "email": (
        r"\be-mails?\b|\bletters? (that asks?|to confirm)\b|\b(confirmation|send(s|ing)?) letters?\b",
        "Follow by e-mail",
    ),
    "sign in": (r"\blog(s|ged|ging)? (in|out)\b|\blog-(in|out)s?\b", "You are logged out: log in"),
    "API": (r"\bby program\b", "Ask by program"),
    "download": (r"\btak(e|es|ing|en) (it |the data |this list )?away\b", "Take the data away"),
    "is based on": (r"\brest(s|ed)? on\b|\bstands? on\b", "It rests on nothing"),
    "is": (r"(?<!-)\bstands?\b(?!-)", "It stands at the top"),
    "anyone": (r"\bwhoever\b", "Whoever reads it"),
    "cannot": (
        r"\b(can|don|doesn|isn|won|aren|wasn|weren|couldn|shouldn|hasn|haven|didn|wouldn|mustn|needn)[’']t\b",
        "It can’t be sent",
    ),
}
"""What to write, with what it is instead of, and an example that the rule has to find."""
NOT_OURS = {
    "tracker/text/detection/pledge_detection.py": "the words of governments",
    "tracker/desk/triggers.py": "part of triggers, which migrations have put into databases",
    "tracker/pledges/record/triggers.py": "the same",
    "tracker/sources/triggers.py": "the same",
    "docs/style-guide.md": "names the words that are not used",
}
"""Files that the rules of plain English are not for, with the reason."""


def shown(text: str) -> str:
    """What of a template a person reads: its text and its translated strings, without tags and comments."""
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", " ", text, flags=re.S)
    strings = [one or other for one, other in re.findall(r"{% translate \"([^\"]*)\"|_\(\"([^\"]*)\"\)", text)]
    return " . ".join([re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", text, flags=re.S), *strings])


def messages(source: str) -> str:
    """The strings of a module that may be shown to a person: no docstrings, and none without a blank."""
    tree = ast.parse(source)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in bare)
    return "\n".join(node.value for node in nodes if isinstance(node.value, str) and " " in node.value.strip())


def comments(source: str) -> str:
    """The docstrings and comments of a module: what a contributor reads."""
    bare = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr))
    docstrings = [node.value for node in bare if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return "\n".join([*docstrings, *(token.string for token in tokens if token.type == tokenize.COMMENT)])


def prose(text: str) -> str:
    """What of a document a person reads as words: no code."""
    return re.sub(r"```.*?```|`[^`\n]*`", " ", text, flags=re.S)


def breaches(text: str) -> list[str]:
    """What in a text is against a rule of plain English, and what to write."""
    return [
        f"{match[0]}: write {word}"
        for word, (rule, _) in PLAIN.items()
        for match in re.finditer(rule, text, re.IGNORECASE)
    ]


def files(*patterns: str) -> list[str]:
    """The names of the files that the rules are for."""
    names = sorted(path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern))
    return [name for name in names if name not in NOT_OURS and "/migrations/" not in name]


@pytest.mark.parametrize("word", PLAIN)
def test_each_rule_of_plain_english_finds_what_it_is_for(word):
    rule, bad = PLAIN[word]
    assert re.search(rule, bad, re.IGNORECASE)
    assert breaches(shown(f'<p>{{% translate "{bad}" %}}</p>'))
    assert breaches(messages(f'raise ValidationError("{bad}")'))
    assert breaches(prose(f"## {bad}"))
    assert not breaches(f"Please {word} here")
    assert not breaches(messages(f'def find():\n    """{bad}"""'))


def test_templates_and_emails_are_in_plain_english():
    found = {name: breaches(shown((ROOT / name).read_text(encoding="utf-8"))) for name in files("templates/**/*.*")}
    assert not {name: words for name, words in found.items() if words}


def test_messages_are_in_plain_english():
    found = {name: breaches(messages((ROOT / name).read_text(encoding="utf-8"))) for name in files("tracker/**/*.py")}
    assert not {name: words for name, words in found.items() if words}


@cache
def commented_modules() -> dict[str, str]:
    """The comments of each module, read when a test asks: a worker that has other tests would read all too."""
    return {
        path.relative_to(ROOT).as_posix(): comments(path.read_text(encoding="utf-8"))
        for path in (ROOT / "tracker").rglob("*.py")
        if "migrations" not in path.parts
    }


def test_docstrings_and_comments_are_in_plain_english():
    found = {name: breaches(re.sub(r"`[^`\n]*`|“[^”]*”", " ", text)) for name, text in commented_modules().items()}
    assert not {name: words for name, words in found.items() if words}
    assert breaches(comments("x = 1  # it rests on y"))


def test_docstrings_and_comments_name_modules_that_are_there():
    there = {path.name for folder in ("tracker", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")}
    for name, text in commented_modules().items():
        assert set(re.findall(r"\b[a-z_]+\.py\b", text)) - there - {"manage.py"} == set(), name


def test_docs_are_in_plain_english():
    found = {
        name: breaches(prose((ROOT / name).read_text(encoding="utf-8"))) for name in files("*.md", "docs/**/*.md")
    }
    assert not {name: words for name, words in found.items() if words}


def test_every_exception_is_a_file():
    assert [name for name in NOT_OURS if not (ROOT / name).is_file()] == []


def test_each_decision_has_a_number_of_its_own_and_each_link_to_one_leads_there():
    decisions = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert path.read_text(encoding="utf-8").startswith(f"# {int(path.name[:4])}. "), path.name
    for name in files("*.md", "docs/**/*.md"):
        for number, target in re.findall(r"\[decision (\d+)\]\(([^)#]+)", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / name).parent.joinpath(target).is_file(), f"{name}: {target}"
            assert int(Path(target).name[:4]) == int(number), f"{name}: decision {number}"
