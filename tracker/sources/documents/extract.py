"""The text of a document, from its bytes: plain Python without Django, run in a child process (sandbox.py).

Nothing is guessed away: the text is what the document has, and whatever is odd about it (its encoding, damage, pages
without text, characters that nobody sees) is said in a note. What can't be read is refused in words that a person can
act on. Sizes, nesting and numbers are bounded before a parser sees anything.
"""

import importlib
import io
import json
import sys
import zipfile
from dataclasses import asdict

from tracker.sources.documents.result import MAX_FILE_BYTES, MAX_TEXT_CHARS, DocumentError, Extract, OnProgress
from tracker.sources.documents.warnings import text_warnings


def extract(
    content: bytes, *, name: str = "", content_type: str = "", on_progress: OnProgress = lambda done, of: None
) -> Extract:
    """Return the text of a document. ``name`` and ``content_type`` are what it came with; the bytes decide.

    Raises DocumentError.
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise DocumentError("The document is empty.")
    if len(content) > MAX_FILE_BYTES:
        raise DocumentError(f"The document has {len(content):,} bytes; at most {MAX_FILE_BYTES:,} can be brought in.")
    form = _form(content, name.lower(), content_type.lower())
    module, called = _FORMATS[form]
    # A reader's parser is imported with the first document of its kind: cold starts and web workers are spared it.
    reader = importlib.import_module(f"tracker.sources.documents.formats.{module}")
    try:
        extracted: Extract = reader.read(content, content_type.lower(), on_progress)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # a parser of damaged documents raises anything: whatever it is, they are damaged
        raise DocumentError(f"The document is damaged: it can’t be read as {called}.") from error
    extracted.text = _storable(extracted)
    if not extracted.text.strip():
        raise DocumentError("There is no text in the document.")
    if len(extracted.text) > MAX_TEXT_CHARS:
        raise DocumentError(
            f"Its text has {len(extracted.text):,} characters; at most {MAX_TEXT_CHARS:,} can be brought in."
        )
    extracted.notes.extend(text_warnings(extracted.text))
    return extracted


_FORMATS = {
    "pdf": ("pdf", "a PDF"),
    "docx": ("docx", "a Word document"),
    "html": ("html", "a web page"),
    "text": ("plain_text", "text"),
}
"""The module that reads each file format, and what a person calls it."""

# --- Which kind of document ----------------------------------------------------------------------

_OTHERS = {
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"II*\x00": "a picture (TIFF)",
    b"MM\x00*": "a picture (TIFF)",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\x1f\x8b": "an archive (gzip)",
    b"BZh": "an archive (bzip2)",
    b"7z\xbc\xaf": "an archive (7z)",
    b"Rar!": "an archive (RAR)",
    b"\xfd7zXZ": "an archive (xz)",
    b"\xd0\xcf\x11\xe0": "an old Office file (.doc, .xls): save it as .docx or PDF",
    b"{\\rtf": "an RTF file: save it as .docx or PDF",
    b"SQLite format 3": "a database",
    b"OggS": "sound or film",
    b"ID3": "sound",
}


def _form(content: bytes, name: str, content_type: str) -> str:
    head = content[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        if _is_docx(content):
            return "docx"
        raise DocumentError("This is an archive (zip), no document: unpack it and bring its documents in one by one.")
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise DocumentError(f"This is {what}, whatever its name says.")
    for ending, what in ((".pdf", "PDF"), (".docx", "Word document")):
        if name.endswith(ending):
            raise DocumentError(f"It is named {ending}, but its bytes are no {what}.")
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    marked = start.startswith((b"<!doctype html", b"<html", b"<!--")) or b"<body" in start or b"<head" in start
    if start.startswith((b"<?xml", b"<svg")) and b"<html" not in start:
        raise DocumentError("This is XML or a drawing (SVG), neither a page nor plain text.")
    if marked or "html" in content_type or name.endswith((".html", ".htm", ".xhtml")):
        return "html"
    return "text"


def _is_docx(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "word/document.xml" in archive.namelist()
    except Exception:  # whatever is wrong with it, it is none
        return False


def _storable(extracted: Extract) -> str:
    """The text without what no database keeps; each such character is replaced by U+FFFD and told."""
    bad = [
        at for at, character in enumerate(extracted.text) if character == "\x00" or "\ud800" <= character <= "\udfff"
    ]
    if not bad:
        return extracted.text
    extracted.notes.append(f"{len(bad)} characters can’t be kept and stand as “\ufffd”, the first at {bad[0] + 1}.")
    letters = list(extracted.text)
    for at in bad:
        letters[at] = "\ufffd"
    return "".join(letters)


def main() -> None:
    """Read a document on standard input, write its extract as JSON, and its progress on standard error.

    The first line of the input is JSON with its name and content_type.
    """
    about = json.loads(sys.stdin.buffer.readline())

    def on_progress(done: int, of: int) -> None:
        print(f"{done}/{of}", file=sys.stderr, flush=True)

    try:
        extracted = extract(sys.stdin.buffer.read(), on_progress=on_progress, **about)
        answer = asdict(extracted)
    except DocumentError as error:
        answer = {"unreadable": str(error)}
    except MemoryError:
        answer = {"unreadable": "The document needs more memory than one document may take."}
    json.dump(answer, sys.stdout)
