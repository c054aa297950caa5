"""No public name has two meanings, and nothing is called by a word that says nothing of what it holds.

A public name that stands in two modules is here, with what both share.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
TRACKER = Path(settings.BASE_DIR) / "tracker"
DJANGO = {"Command", "DatabaseWrapper", "View", "app_name", "logger", "main", "register", "urlpatterns"}
"""Names that Django, or every Python program, gives to one thing in each module."""
MEANT = {
    "Evidence Head PledgeDetail Problem": "what the API gives of the class of that name",
    "Row": "a row of a list: of the queue, of what is shown for sign-off, of an open table",
    "TRIGGERS": "the triggers of each app",
    "TEXTS": "the offline verifier is one file that imports nothing of ours",
    "MAX_TEXT_CHARS": "the longest text of a document, and the longest that is pasted",
    "MIN_SIMILARITY": "from where on two texts are taken for alike; each says what it compares",
    "read": "each reader of a file format; the rules of the finder",
    "accept reject": "a candidate and a change to the catalogue are accepted or rejected",
    "facts_from facts_of form_of typed_facts": "the same step for each kind of draft that has a form",
    "public_name rows_of_hold": "the template tag calls the function of that name",
    "clock record": "a check of the health page, and what it checks",
    "checkpoint": "the page that shows it, and what makes it",
    "sources": "the table of open data, and the page",
    "EvidenceInline": "evidence in the admin: of an entry, of a draft",
}

VAGUE = {"asked", "found", "one", "there", "these", "those", "told"}
"""Names that fit everything: say what it is, such as draft, passage or row."""


CONTEXT_KEYS = VAGUE - {"one"}
"""Keys of a dictionary that no template may be given; “one” is also a number word that the finder reads."""
DETECTION = "text/detection/pledge_rules.py"
"""It lists the past forms of verbs by the verb, such as tell and told."""


def vague_names(source: str) -> Iterator[tuple[int, str]]:
    """Yield each argument, variable, function, class and attribute of a module whose name is vague, with its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) if name in VAGUE:
                yield node.lineno, name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) if name in VAGUE:
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name) if (
                name in VAGUE
            ):
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store()) | ast.keyword(arg=str(name)) if name in VAGUE:
                yield node.value.lineno, name


def vague_keys(source: str) -> Iterator[tuple[int, str]]:
    """Yield each key of a dictionary, as contexts of templates are, and each key that is set, that is vague."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Dict(keys=keys):
                names = [key for key in keys if isinstance(key, ast.Constant)]
            case ast.Subscript(slice=ast.Constant() as key, ctx=ast.Store()):
                names = [key]
            case _:
                continue
        yield from ((key.lineno, str(key.value)) for key in names if key.value in CONTEXT_KEYS)


def vague_variables(template: str) -> Iterator[str]:
    """Yield each variable that a template makes, or takes, whose name is vague."""
    for tag in re.findall(r"{[{%].*?[}%]}", template, re.DOTALL):
        code = re.sub(r"\"[^\"]*\"|'[^']*'", "", tag)  # what is between quotes is said, or an address
        yield from (name for name in re.findall(r"(?<![\w.:\-])[a-z_]+\b", code) if name in VAGUE)


def defined_names() -> dict[str, set[str]]:
    """Return each public name at the top of a module, with the modules that define it."""
    modules = defaultdict(set)
    for path in TRACKER.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.append(node.name)
            for name in names:
                if not name.startswith("_"):
                    modules[name].add(path.relative_to(TRACKER).with_suffix("").as_posix())
    return modules


def hidden_names(source: str) -> Iterator[tuple[int, str]]:
    """Yield each argument or variable of a function that hides a function, a class or an import of its module."""
    module = ast.parse(source)
    names = {node.name for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    names.discard("_")  # gettext, and what is not needed
    for function in ast.walk(module):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            match node:
                case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) if name in names:
                    yield node.lineno, name


def is_a_screen(module: str) -> bool:
    """Whether a module answers requests: its functions are named for the page or for what they call."""
    return "/views" in module or module.endswith("/admin")


def test_a_name_in_two_modules_is_meant():
    meant = {name for names in MEANT for name in names.split()}
    twice = {
        name
        for name, modules in defined_names().items()
        if len([module for module in modules if not is_a_screen(module)]) > 1
    } | {name for name, modules in defined_names().items() if len(modules) > 1 and name in meant}
    assert twice - DJANGO == meant


def test_the_control_a_name_in_two_modules_is_seen():
    assert len(defined_names()["logger"]) > 3


def modules() -> Iterator[tuple[Path, str]]:
    """Yield each module of the program but migrations, with its text."""
    for path in sorted(TRACKER.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(TRACKER), path.read_text(encoding="utf-8")


def test_nothing_is_called_by_a_vague_name():
    assert [f"{path}:{line} {name}" for path, source in modules() for line, name in vague_names(source)] == []


def test_no_template_is_given_a_vague_name():
    assert [
        f"{path}:{line} {key}"
        for path, source in modules()
        if path.as_posix() != DETECTION
        for line, key in vague_keys(source)
    ] == []
    templates = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.*"))
    assert len(templates) > 100
    assert [
        f"{path.name}: {name}" for path in templates for name in vague_variables(path.read_text(encoding="utf-8"))
    ] == []


def test_no_local_hides_a_function_of_its_module():
    assert [f"{path}:{line} {name}" for path, source in modules() for line, name in hidden_names(source)] == []


@pytest.mark.parametrize(
    "source",
    [
        "def draft(pk):\n    draft = get(pk)",
        "def draft(pk): pass\ndef publish(draft): pass",
        "from django.contrib import messages\ndef f(): return [messages for messages in rows]",
        "import json as text\ndef f(*, text): pass",
    ],
)
def test_the_control_a_hidden_name_is_seen(source):
    assert len(list(hidden_names(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "one = 1",
        "def f(one): pass",
        "key = lambda one: one.pk",
        "[one.pk for one in rows]",
        "for number, one in rows: pass",
        "if one := rows: pass",
        "with rows as one: pass",
        "try: pass\nexcept E as one: pass",
        "def one(): pass",
        "class one: pass",
        "row.one = 1",
        "f(one=1)",
    ],
)
def test_the_control_a_vague_name_is_seen(source):
    assert [name for _, name in vague_names(source)] == ["one"]


@pytest.mark.parametrize("source", ['{"found": rows}', 'context["found"] = rows'])
def test_the_control_a_vague_key_is_seen(source):
    assert [key for _, key in vague_keys(source)] == ["found"]


@pytest.mark.parametrize(
    "template",
    [
        "{% for one in rows %}",
        "{{ one }}",
        "{% if one.draft %}",
        '{% include "row.html" with one=row %}',
        "{{ one|length }}",
    ],
)
def test_the_control_a_vague_variable_is_seen(template):
    assert list(vague_variables(template)) == ["one"]


def test_the_control_words_that_are_said_are_no_variables():
    assert list(vague_variables("{% translate \"one\" %} {% url 'x' row.one %}")) == []
