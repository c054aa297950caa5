"""The layout that docs/architecture.md promises: sizes, and names that mean one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
ROOT = Path(settings.BASE_DIR)
MODULES = [path for path in sorted((ROOT / "tracker").rglob("*.py")) if "migrations" not in path.parts]
MAX_MODULES, MAX_LINES, MAX_FUNCTION_LINES, MAX_TEMPLATE_CHARS = 15, 450, 50, 160

LONGER = {"tracker/public/static/public/verify_record.py": 550}
"""The verifier is one file, so that anybody can keep and run it alone."""


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_folder_has_few_modules():
    folders = defaultdict(list)
    for path in MODULES:
        if path.name != "__init__.py":
            folders[relative(path.parent)].append(path.name)
    assert {name: len(modules) for name, modules in folders.items() if len(modules) > MAX_MODULES} == {}


def test_modules_and_functions_are_short():
    long = {}
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if (lines := len(text.splitlines())) > LONGER.get(relative(path), MAX_LINES):
            long[relative(path)] = lines
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES:
                long[f"{relative(path)} {node.name}"] = (node.end_lineno or 0) - node.lineno + 1
    assert long == {}


def test_lines_of_templates_are_short():
    templates = [path for path in sorted((ROOT / "templates").rglob("*")) if path.suffix in {".html", ".txt", ".xml"}]
    assert templates
    assert [
        f"{relative(path)}:{number}"
        for path in templates
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MAX_TEMPLATE_CHARS
    ] == []


def test_a_tag_of_a_template_is_on_one_line():
    """Django takes one that goes on in the next line for words, and shows it to readers."""
    broken = [
        f"{relative(path)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(line.count(start) != line.count(end) for start, end in (("{{", "}}"), ("{%", "%}"), ("{#", "#}")))
    ]
    assert broken == []


@pytest.mark.parametrize("package", ["pledges", "sources"])
def test_only_the_admin_of_a_domain_package_knows_requests(package):
    """import-linter takes outside packages as a whole, so this is held here."""
    knowing = [
        relative(path)
        for path in MODULES
        if path.is_relative_to(ROOT / "tracker" / package) and "django.http" in path.read_text(encoding="utf-8")
    ]
    assert knowing == [f"tracker/{package}/admin.py"]


def test_migrations_import_no_code_of_the_program():
    importing = [
        relative(path)
        for path in sorted((ROOT / "tracker").rglob("migrations/*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tracker"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("tracker") for alias in node.names))
    ]
    assert importing == []


def test_exceptions_end_in_error():
    classes = [
        (relative(path), node.name)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).split(".")[-1].endswith(("Exception", "Error")) for base in node.bases)
    ]
    assert classes
    assert [one for one in classes if not one[1].endswith("Error")] == []
