"""Which file format a document has: its bytes decide, its name and the type it came with only where they must."""

import re

from tracker.sources.documents.archive import Archive
from tracker.sources.documents.result import DocumentError

_SAVE_AS = "save it as .docx, .odt or PDF and bring that in"
_STRANGERS = {
    b"\x89PNG": "a picture (PNG): run it through text recognition (OCR), compare the result and bring that in",
    b"\xff\xd8\xff": "a picture (JPEG): run it through text recognition (OCR), compare the result and bring that in",
    b"GIF8": "a picture (GIF): run it through text recognition (OCR), compare the result and bring that in",
    b"II*\x00": "a picture (TIFF): run it through text recognition (OCR), compare the result and bring that in",
    b"MM\x00*": "a picture (TIFF): run it through text recognition (OCR), compare the result and bring that in",
    b"\x7fELF": "a program, not a document",
    b"MZ": "a program, not a document",
    b"\x1f\x8b": "an archive (gzip): unpack it and bring in the documents in it one by one",
    b"BZh": "an archive (bzip2): unpack it and bring in the documents in it one by one",
    b"7z\xbc\xaf": "an archive (7z): unpack it and bring in the documents in it one by one",
    b"Rar!": "an archive (RAR): unpack it and bring in the documents in it one by one",
    b"\xfd7zXZ": "an archive (xz): unpack it and bring in the documents in it one by one",
    b"\xd0\xcf\x11\xe0": f"an Office file of an old or locked kind (.doc, .xls, .ppt, .msg): {_SAVE_AS}",
    b"SQLite format 3": "a database: export the table you need as .xlsx, .ods or text and bring that in",
    b"OggS": "sound or film: write down what is said and bring that in as text",
    b"ID3": "sound: write down what is said and bring that in as text",
    b"bplist00": "a web archive of Safari: save the page as PDF and bring that in",
    b"%!PS": "PostScript: convert it to PDF and bring that in",
    b"AT&TFORM": "a DjVu scan: convert it to PDF with its text and bring that in",
}
_OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.text-template": "odt",
    "application/vnd.oasis.opendocument.text-master": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.spreadsheet-template": "ods",
}
_NAMED = {
    ".pdf": "PDF", ".docx": "Word document", ".odt": "OpenDocument text", ".xlsx": "Excel workbook",
    ".ods": "OpenDocument spreadsheet", ".rtf": "RTF file",
}  # fmt: skip
_LAW = re.compile(rb"<(?:\w+:)?(?:akomaNtoso|Legislation|publicwhig|hansard|debate|debates|bill|act)[\s>/:]", re.I)
_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+\r?\n")
_MAIL_FIELDS = frozenset(
    b"from to subject date mime-version content-type message-id received return-path delivered-to".split()
)


def file_format(content: bytes, name: str, content_type: str) -> str:
    """Return the file format of a document, by its bytes. ``name`` and ``content_type`` are in small letters.

    Raises DocumentError that says what it is, and what to do instead, for one that is not read.
    """
    head = content[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archived(content)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    for magic, described in _STRANGERS.items():
        if head.startswith(magic):
            raise DocumentError(f"This is {described}.")
    if head[4:8] == b"ftyp":
        raise DocumentError("This is film or a picture: write down what is said in it and bring that in as text.")
    for ending, described in _NAMED.items():
        if name.endswith(ending):
            raise DocumentError(f"Its name ends in {ending}, but its bytes are no {described}: get the file again.")
    return _marked_up(content, name, content_type)


def _archived(content: bytes) -> str:
    archive = Archive(content)
    if "mimetype" in archive and (kind := archive.read("mimetype")[:200].decode("ascii", "replace").strip()):
        if kind in _OPEN_DOCUMENT:
            return _OPEN_DOCUMENT[kind]
        if kind == "application/epub+zip":
            raise DocumentError(
                "This is an e-book (EPUB): open it, save the chapter you need as PDF and bring that in."
            )
        if kind.startswith("application/vnd.oasis.opendocument"):
            sort = kind.rpartition(".")[2].replace("-", " ")
            raise DocumentError(f"This is an OpenDocument {sort}: save it as PDF and bring that in.")
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive else b""
    if "word/document.xml" in archive or b"wordprocessingml.document" in types or b"ms-word" in types:
        return "docx"
    if "xl/workbook.xml" in archive or b"spreadsheetml.sheet.main" in types:
        return "xlsx"
    if b"spreadsheetml" in types or b"ms-excel" in types:
        if b"sheet.binary" in types:
            raise DocumentError("This is a binary Excel workbook (.xlsb): save it as .xlsx and bring that in.")
        return "xlsx"
    if b"presentationml" in types or "ppt/presentation.xml" in archive:
        raise DocumentError("This is a presentation (PowerPoint): save it as PDF and bring that in.")
    if "content.xml" in archive and b"opendocument" in archive.read("content.xml")[:2000]:
        return "odt"
    if "index.xml" in archive or any(part.startswith("Index/") for part in archive.names):
        raise DocumentError("This is a document of Apple’s Pages, Numbers or Keynote: save it as PDF or .docx.")
    raise DocumentError("This is an archive (zip): unpack it and bring in the documents in it one by one.")


def _marked_up(content: bytes, name: str, content_type: str) -> str:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    small = start.lower()
    if _is_mail(start, name, content_type):
        return "mail"
    page = small.startswith((b"<!doctype html", b"<html")) or b"<html" in small
    if not page and small.startswith(b"<") and _LAW.search(start):
        return "law"
    page = page or re.search(rb"<(?:body|head)[\s>]", small) is not None
    if not page and small.startswith((b"<?xml", b"<svg")):
        return _xml(small)
    if page or small.startswith(b"<!--") or "html" in content_type or name.endswith((".html", ".htm", ".xhtml")):
        return "html"
    return "text"


def _xml(small: bytes) -> str:
    if b"opendocument" in small:
        raise DocumentError("This is a flat OpenDocument file (XML): save it as .odt or PDF and bring that in.")
    if b"word/2003/wordml" in small or b"schemas.microsoft.com/office" in small:
        raise DocumentError("This is an Office document kept as XML: save it as .docx or PDF and bring that in.")
    if b"<svg" in small:
        raise DocumentError("This is a drawing (SVG): save the page that it is on as PDF and bring that in.")
    if b"<rss" in small or b"<feed" in small:
        raise DocumentError("This is a feed (XML): open the page of the entry you need and bring that in.")
    raise DocumentError(
        "This is XML of a kind that is not read here (legislation and Hansard are): bring in the web page (HTML) "
        "or the PDF of the same document."
    )


def _is_mail(start: bytes, name: str, content_type: str) -> bool:
    header = _HEADER.match(start if b"\n\n" in start or b"\r\n\r\n" in start else start + b"\n\n")
    if header is None:
        return False
    fields = {line.partition(b":")[0].lower() for line in header[0].splitlines() if not line[:1].isspace()}
    if name.endswith((".eml", ".mhtml", ".mht")) or content_type.startswith(("message/", "multipart/")):
        return bool(fields & _MAIL_FIELDS)
    return b"mime-version" in fields or len(fields & _MAIL_FIELDS) >= 4
