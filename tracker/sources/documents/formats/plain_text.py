"""Plain text in whatever encoding it came."""

import re

from tracker.sources.documents.result import DocumentError, Extract, OnProgress, propose_licence

_BOMS = [
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
]


def decode(content: bytes, declared: str, notes: list[str]) -> str:
    """Return the text of bytes; every doubt about the encoding becomes a note."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise DocumentError(
                    f"It begins as {encoding.upper()}, but byte {error.start + 1} fits none."
                ) from error
    if declared:
        try:
            text = content.decode(declared)
        except LookupError:
            notes.append(f"It says that it is encoded as “{declared[:40]}”, which is not known.")
        except UnicodeDecodeError as error:
            notes.append(f"It says that it is encoded as {declared}, but byte {error.start + 1} is not.")
        else:
            if "\x00" not in text:
                return text
    zeros = content[:4000].count(0)
    if zeros > len(content[:4000]) // 5:
        encoding = "utf-16-le" if content[:4000:2].count(0) < content[1:4000:2].count(0) else "utf-16-be"
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            raise DocumentError("These bytes are no text: one in five is zero.") from None
        notes.append(f"Nothing says how it is encoded; it was read as {encoding.upper()}.")
        return text
    if zeros:
        raise DocumentError("These bytes are no text: there are zeros among them.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        where = error.start + 1
    for encoding, called in (("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        notes.append(f"Not UTF-8 (byte {where}): read as {called}. Compare quotation marks and accents.")
        return text
    raise DocumentError("Its encoding could not be told.")


def declared_charset(told: str) -> str:
    """Return the encoding that a header or a page names, or nothing."""
    match = re.search(r"charset=[\"']?([A-Za-z0-9_.:-]{1,40})", told, re.IGNORECASE)
    return match[1] if match else ""


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    extracted = Extract("text", "")
    extracted.text = decode(content, declared_charset(content_type), extracted.notes)
    first = next((line.strip() for line in extracted.text[:5000].splitlines() if line.strip()), "")
    if len(first) <= 200:
        extracted.propose("title", first, "the first line")
    propose_licence(extracted)
    return extracted
