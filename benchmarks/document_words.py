"""Compare the words that are read of documents with what other programs read of them.

    python -m benchmarks.document_words FOLDER [--at-least 0.9]

For each file: the words in order, against pandoc and LibreOffice (Word, OpenDocument, RTF, spreadsheets), pdftotext
(PDF) and a browser's innerText (pages), as far as they are installed; the best of them counts. 1 is the same words in
the same order. Letters and figures alone count, without hyphens, so that line ends make no difference.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from tracker.sources.documents.result import DocumentError
from tracker.sources.documents.sandbox import extract_in_sandbox

_PANDOC = {".docx": "docx", ".odt": "odt", ".rtf": "rtf", ".html": "html", ".htm": "html"}
_OFFICE = {".docx": "txt:Text", ".odt": "txt:Text", ".rtf": "txt:Text", ".xlsx": "csv", ".ods": "csv"}


def words(text: str) -> list[str]:
    """The words of a text, folded: no hyphens, no signs, no capitals."""
    text = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    text = re.sub(r"(?<=\w)[-\u2010\u2011]\s*(?=\w)", "", text)
    return re.findall(r"[^\W_]+", text.casefold())


def likeness(ours: list[str], theirs: list[str]) -> float:
    """How many words are the same in the same order, from 0 to 1: twice the common ones by all."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("ours", "theirs")]
        for path, sequence in zip(paths, (ours, theirs), strict=True):
            path.write_text("\n".join(sequence) + "\n", encoding="utf-8")
        told = subprocess.run(
            ["git", "diff", "--no-index", "--numstat", "--minimal", *map(str, paths)],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
    deleted = int(told.split()[1]) if told else 0
    return 2 * (len(ours) - deleted) / max(1, len(ours) + len(theirs))


def _pandoc(path: Path) -> str:
    command = ["pandoc", "-f", _PANDOC[path.suffix], "-t", "plain", "--wrap=none", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def _office(path: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{tempfile.gettempdir()}/document-words-office"
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            _OFFICE[path.suffix],
            "--outdir",
            folder,
            str(path),
        ]
        subprocess.run(command, capture_output=True, check=True, timeout=180)
        return "\n".join(one.read_text("utf-8-sig", "replace") for one in Path(folder).iterdir())


def _pdftotext(path: Path) -> str:
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True, timeout=120).stdout.decode()


def _pdftotext_raw(path: Path) -> str:
    command = ["pdftotext", "-raw", str(path), "-"]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()


def _browser(path: Path) -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(java_script_enabled=True, offline=True).new_page()
        page.goto(path.resolve().as_uri())
        text = str(page.evaluate("document.body.innerText"))
        browser.close()
    return text


def references(path: Path) -> Iterator[tuple[str, Callable[[Path], str]]]:
    """Yield the programs that read a file of this kind and are installed."""
    suffix = path.suffix
    for name, program, read, suffixes in (
        ("pandoc", "pandoc", _pandoc, set(_PANDOC) - {".html", ".htm"}),
        ("LibreOffice", "soffice", _office, set(_OFFICE)),
        ("pdftotext", "pdftotext", _pdftotext, {".pdf"}),
        ("pdftotext -raw", "pdftotext", _pdftotext_raw, {".pdf"}),
        ("innerText", "chromium", _browser, {".html", ".htm", ".mhtml"}),
    ):
        if suffix in suffixes and shutil.which(program):
            yield name, read


def main() -> int:
    """Print a line for each file and the median; 1 where a file is below the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at-least", type=float, default=0.9)
    asked = parser.parse_args()
    rows: list[float] = []
    for path in sorted(one for one in asked.folder.rglob("*") if one.is_file()):
        try:
            extracted = extract_in_sandbox(path.read_bytes(), name=path.name)
        except DocumentError as error:
            print(f"  –    {path.name}: refused: {error}")
            continue
        ours, best, by = words(extracted.text), -1.0, ""
        for name, read in references(path):
            try:
                found = likeness(ours, words(read(path)))
            except (subprocess.SubprocessError, OSError, ValueError) as error:
                print(f"       {path.name}: {name} failed: {type(error).__name__}")
                continue
            if found > best:
                best, by = found, name
        if best >= 0:
            rows.append(best)
            print(f"{best:.3f}  {path.name}: {len(ours):,} words, {by}", flush=True)
    if rows:
        below = sum(row < asked.at_least for row in rows)
        print(f"{len(rows)} files: median {median(rows):.3f}, lowest {min(rows):.3f}, {below} below {asked.at_least}")
    return int(any(row < asked.at_least for row in rows))


if __name__ == "__main__":
    sys.exit(main())
