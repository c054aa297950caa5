"""PDF."""

import io
import re

from tracker.sources.documents.result import (
    MAX_PAGES,
    MAX_TEXT_CHARS,
    DocumentError,
    Extract,
    OnProgress,
    iso_day,
    propose_licence,
)


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    import pypdf

    extracted = Extract("pdf", "")
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentError("The PDF is locked with a password: save a copy without one.")
    number = len(reader.pages)
    if number > MAX_PAGES:
        raise DocumentError(f"The PDF has {number:,} pages; at most {MAX_PAGES:,} can be brought in.")
    pieces: list[str] = []
    at, without, broken = 0, [], []
    for index in range(number):
        try:
            text = reader.pages[index].extract_text().strip("\n")
        except Exception:  # one damaged page does not take the others with it
            text = ""
            broken.append(index + 1)
        if not text.strip() and index + 1 not in broken:
            without.append(index + 1)
        extracted.pages.append(at)
        pieces.append(text)
        at += len(text) + 2
        if at > MAX_TEXT_CHARS:
            raise DocumentError(f"Its text has more than {MAX_TEXT_CHARS:,} characters.")
        on_progress(index + 1, number)
    if len(without) == number:
        raise DocumentError(
            "No page of the PDF has text: it is scanned, pictures of pages. Run it through text recognition (OCR), "
            "compare the result, and bring that in."
        )
    if without:
        extracted.notes.append(f"Pages without text, perhaps scanned: {listed_numbers(without)}.")
    if broken:
        extracted.notes.append(f"Pages that are damaged and left out: {listed_numbers(broken)}.")
    extracted.text = "\n\n".join(pieces)
    try:
        about: dict[str, object] = dict(reader.metadata or {})
        extracted.propose("title", str(about.get("/Title") or ""), "the PDF’s title")
        extracted.propose("publisher", str(about.get("/Author") or ""), "the PDF’s author")
        if day := re.match(r"D:(\d{4})(\d{2})(\d{2})", str(about.get("/CreationDate") or "")):
            extracted.propose("published_on", iso_day("-".join(day.groups())), "when the PDF was made")
    except Exception:  # what it says of itself may be damaged, and its text is not
        extracted.notes.append("What the PDF says of itself is damaged.")
    propose_licence(extracted)
    return extracted


def listed_numbers(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:20])
    return f"{shown} and {len(numbers) - 20} more" if len(numbers) > 20 else shown
