"""The text of a document, from its bytes: plain Python without Django, run in a child process (sandbox.py).

Nothing is guessed away: the text is what the document has, and whatever is odd about it (its encoding, damage, pages
without text, characters that nobody sees) is said in a note. What cannot be read is refused in words that a person can
act on. Sizes, nesting and numbers are bounded before a parser sees anything.
"""

import importlib
import json
import re
import sys
from dataclasses import asdict

from tracker.sources.documents.kinds import file_format
from tracker.sources.documents.result import (
    IN_PARTS,
    MAX_FILE_BYTES,
    MAX_TEXT_CHARS,
    SAVE_AGAIN,
    DocumentError,
    Extract,
    OnProgress,
)
from tracker.sources.documents.warnings import text_warnings


def extract(
    content: bytes, *, name: str = "", content_type: str = "", on_progress: OnProgress = lambda done, of: None
) -> Extract:
    """Return the text of a document. ``name`` and ``content_type`` are what it came with; the bytes decide.

    Raises DocumentError.
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise DocumentError("The document is empty: get the file again.")
    if len(content) > MAX_FILE_BYTES:
        raise DocumentError(f"It has {len(content):,} bytes; at most {MAX_FILE_BYTES:,} can be brought in. {IN_PARTS}")
    module, called = _FORMATS[file_format(content, name.lower(), content_type.lower())]
    # A reader's parser is imported with the first document of its kind: cold starts and web workers are spared it.
    reader = importlib.import_module(f"tracker.sources.documents.formats.{module}")
    try:
        extracted: Extract = reader.read(content, content_type.lower(), on_progress)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # a parser of damaged documents raises anything: whatever it is, they are damaged
        raise DocumentError(f"The document is damaged: it cannot be read as {called}. {SAVE_AGAIN}") from error
    extracted.text = _storable(extracted)
    if not extracted.text.strip():
        raise DocumentError("There is no text in the document. If it is a picture of one, use text recognition (OCR).")
    if len(extracted.text) > MAX_TEXT_CHARS:
        raise DocumentError(
            f"It has {len(extracted.text):,} characters; at most {MAX_TEXT_CHARS:,} can be brought in. {IN_PARTS}"
        )
    extracted.notes.extend(text_warnings(extracted.text))
    return extracted


_FORMATS = {
    "pdf": ("pdf", "a PDF"),
    "docx": ("docx", "a Word document"),
    "odt": ("odt", "an OpenDocument text"),
    "rtf": ("rtf", "an RTF document"),
    "html": ("html", "a web page"),
    "mail": ("mail", "an email or a saved page"),
    "xlsx": ("spreadsheet", "a spreadsheet"),
    "ods": ("spreadsheet", "a spreadsheet"),
    "law": ("law_xml", "legislation or a debate in XML"),
    "text": ("plain_text", "text"),
}
"""The module that reads each file format, and what a person calls it."""


def _storable(extracted: Extract) -> str:
    """The text without what no database keeps; each such character is replaced by U+FFFD and told."""
    bad = list(_NOT_STORED.finditer(extracted.text))
    if not bad:
        return extracted.text
    at = bad[0].start() + 1
    extracted.notes.append(f"{len(bad)} characters cannot be kept and appear as “\ufffd”, the first at {at}.")
    return _NOT_STORED.sub("\ufffd", extracted.text)


_NOT_STORED = re.compile("[\x00\ud800-\udfff]")


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
        answer = {"unreadable": "The document needs more memory than one document may take. " + IN_PARTS}
    json.dump(answer, sys.stdout)
