"""Emails (.eml) and saved pages (.mhtml, .mht): both are MIME, and in both the words are coded for transport."""

import email
import email.utils
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

from tracker.sources.documents.formats import html, plain_text
from tracker.sources.documents.result import DocumentError, Extract, OnProgress, TextBuilder, iso_day, propose_licence

_MAX_PARTS = 500


def read(content: bytes, content_type: str, on_progress: OnProgress) -> Extract:
    """Return the text of an email with who wrote it to whom, or of a saved page. Raises DocumentError."""
    message = email.message_from_bytes(content.lstrip(b"\xef\xbb\xbf \t\r\n"), policy=default)
    parts = list(_parts(message))
    if _is_saved_page(message, parts):
        return _saved_page(message, parts)
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
        raise DocumentError("The email is encrypted: open it in your mail program and save its words as text or PDF.")
    extracted = Extract("email", "")
    text = TextBuilder()
    _add_header(message, text, extracted)
    for body in _bodies(message):
        _add(text, body, extracted)
    attached = [part.get_filename() or part.get_content_type() for part in parts if _is_attached(part)]
    if attached:
        names = ", ".join(str(name)[:100] for name in attached[:10])
        extracted.notes.append(f"It has attachments, which are not read here: bring each in by itself ({names}).")
    text.finish(extracted)
    propose_licence(extracted)
    return extracted


def _parts(message: Any) -> Iterator[EmailMessage]:
    for number, part in enumerate(message.walk()):
        if number >= _MAX_PARTS:
            raise DocumentError(f"The email has more than {_MAX_PARTS:,} parts: save it as PDF and bring that in.")
        if not part.is_multipart() or part.get_content_type() == "message/rfc822":
            yield part


def _is_attached(part: EmailMessage) -> bool:
    kind = part.get_content_type()
    if part.get_content_disposition() == "attachment" or kind == "message/rfc822":
        return True
    return part.get_content_maintype() not in ("text", "multipart", "image") or kind in ("text/calendar", "text/csv")


def _add_header(message: EmailMessage, text: TextBuilder, extracted: Extract) -> None:
    subject = _header(message, "subject")
    text.add("heading", subject, level=1)
    lines = [f"{name}: {value}" for name in ("From", "To", "Cc", "Date") if (value := _header(message, name))]
    text.add("paragraph", "\n".join(lines))
    extracted.propose("title", subject, "the subject of the email")
    sender = _header(message, "from")
    extracted.propose("publisher", email.utils.parseaddr(sender)[0] or sender, "the sender of the email")
    try:
        sent = email.utils.parsedate_to_datetime(_header(message, "date"))
    except (ValueError, TypeError, IndexError):
        return
    extracted.propose("published_on", iso_day(f"{sent:%Y-%m-%d}"), "the day on which the email was sent")


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name) or "").split())[:2_000]
    except (ValueError, IndexError, AttributeError, TypeError):  # the library gives up on some damaged headers
        return ""


def _bodies(message: Any) -> Iterator[EmailMessage]:
    """Yield the parts that a mail program shows, one of those that say the same."""
    kind = message.get_content_type()
    if not message.is_multipart():
        if kind in ("text/plain", "text/html") and not _is_attached(message):
            yield message
        return
    if kind == "message/rfc822":
        return
    parts = message.get_payload()
    if kind == "multipart/alternative":
        best = [part for part in parts if next(_bodies(part), None) is not None]
        pages = [part for part in best if any(inner.get_content_type() == "text/html" for inner in part.walk())]
        chosen = (pages or best)[-1:]
    else:
        chosen = parts[:1] if kind == "multipart/related" else parts
    for part in chosen:
        yield from _bodies(part)


def _add(text: TextBuilder, part: EmailMessage, extracted: Extract) -> None:
    """Add the words of a part, and what a person must know of them."""
    content, declared = _content(part)
    if part.get_content_type() == "text/html":
        body = html.read(content, f"text/html; charset={declared}" if declared else "", lambda done, of: None)
    else:
        body = Extract("text", "")
        words = plain_text.decode(content, declared, body.notes)
        if part.get_param("format") == "flowed":
            words = _unflowed(words, part.get_param("delsp") == "yes")
        plain_text.fill(body, words)
    for block in body.blocks:
        words = body.text[block.start + block.label : block.end]
        text.add(block.kind, words, level=block.level, label=body.text[block.start : block.start + block.label])
    extracted.notes.extend(body.notes)


def _content(part: EmailMessage) -> tuple[bytes, str]:
    content = part.get_payload(decode=True)
    charset = part.get_content_charset() or ""
    return (content if isinstance(content, bytes) else b""), charset if re.fullmatch(r"[\w.:-]{1,40}", charset) else ""


def _unflowed(text: str, without_space: bool) -> str:
    """Join the lines that were broken for transport alone (RFC 3676)."""
    lines: list[str] = []
    flows = False
    for line in text.splitlines():
        line = line.removeprefix(" ")
        if flows and lines:
            lines[-1] += line
        else:
            lines.append(line)
        flows = line.endswith(" ") and line != "-- "
        if flows and without_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _is_saved_page(message: EmailMessage, parts: list[EmailMessage]) -> bool:
    if "snapshot-content-location" in message or "saved by" in _header(message, "from").lower():
        return True
    related = message.get_content_type() in ("multipart/related", "text/html")
    return related and "to" not in message and any("content-location" in part for part in [message, *parts])


def _saved_page(message: EmailMessage, parts: list[EmailMessage]) -> Extract:
    pages = [part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise DocumentError("There is no page in this saved page: open it in a browser and save it as PDF.")
    content, declared = _content(pages[0])
    extracted = html.read(content, f"text/html; charset={declared}" if declared else "", lambda done, of: None)
    extracted.file_format = "mhtml"
    if len(pages) > 1:
        extracted.notes.append(f"It has {len(pages) - 1} frames with pages of their own, which are not read.")
    address = _header(message, "snapshot-content-location") or _header(pages[0], "content-location")
    if address.startswith(("http://", "https://")):
        extracted.propose("url", address, "the address that the page was saved from")
    return extracted
