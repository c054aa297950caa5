"""Documents that mean harm or are merely broken, made here: each by its name, with what it comes as."""

import io
import random
import zipfile
import zlib
from collections.abc import Iterator

WORDS = "The minister said that the register will be published in May. "


def docx(body: str = "", *, parts: dict[str, bytes] | None = None, xml: bytes | None = None) -> bytes:
    """A Word document of one paragraph, with other parts beside it or other XML in its place."""
    document = (
        xml
        or (
            '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            f"<w:body><w:p><w:r><w:t>{body}</w:t></w:r></w:p></w:body></w:document>"
        ).encode()
    )
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return kept.getvalue()


def pdf(*pages: str, extra: bytes = b"") -> bytes:
    """A PDF with a page for each text."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for index, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1") if text else b""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * index} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    out.write(extra)
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()


def _with_stream(filters: str, stream: bytes) -> bytes:
    """A PDF whose one page has this stream for its content."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
    ]
    head = b"%PDF-1.4\n" + b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (n, o.encode()) for n, o in enumerate(objects, start=1)
    )
    head += f"4 0 obj\n<< /Length {len(stream)} /Filter {filters} >>\nstream\n".encode()
    return head + stream + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF"


def _zip_bomb(size: int) -> bytes:
    return docx(xml=b"<a>" + b" " * size + b"</a>")


def _nested_zip(depth: int) -> bytes:
    content = b"0" * 1_000_000
    for _ in range(depth):
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", content)
        content = kept.getvalue()
    return content


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_OTHERS = [
    (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF89a", "gif"), (b"\xff\xd8\xff\xe0", "jpg"), (b"MZ", "exe"),
    (b"\x7fELF", "elf"), (b"Rar!\x1a\x07", "rar"), (b"\x1f\x8b\x08", "gz"), (b"BZh9", "bz2"),
    (b"\xd0\xcf\x11\xe0", "doc"), (b"{\\rtf1", "rtf"), (b"SQLite format 3\x00", "db"),
    (b"<svg onload=alert(1)>", "svg"), (b"<?xml version='1.0'?><a/>", "xml"),
]  # fmt: skip
_BODY = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:document>"
)


def documents() -> Iterator[tuple[str, bytes, str, str]]:
    """Yield name, bytes, file name and content type of each."""
    good = {
        "txt": (WORDS * 20).encode(),
        "html": f"<!doctype html><html><head><title>T</title></head><body><p>{WORDS}</p></body></html>".encode(),
        "pdf": pdf(WORDS, WORDS),
        "docx": docx(WORDS),
    }
    types = {"txt": "text/plain", "html": "text/html", "pdf": "application/pdf", "docx": "application/msword"}
    # Empty, cut short, with bits flipped, under another name: of each kind.
    for ending, content in good.items():
        yield f"empty {ending}", b"", f"a.{ending}", types[ending]
        yield f"blanks {ending}", b" \r\n\t" * 50, f"a.{ending}", types[ending]
        yield f"zeros {ending}", b"\x00" * 5_000, f"a.{ending}", types[ending]
        for share in (10, 50, 90):
            yield f"{share}% of a {ending}", content[: len(content) * share // 100], f"a.{ending}", types[ending]
        for seed in range(9):
            rng = random.Random(seed)
            broken = bytearray(content)
            for _ in range(1 + len(broken) // 40):
                broken[rng.randrange(len(broken))] = rng.randrange(256)
            yield f"flipped {ending} {seed}", bytes(broken), f"a.{ending}", types[ending]
        for other in good:
            if other != ending:
                yield f"{ending} named .{other}", content, f"a.{other}", types[other]
        yield f"noise named {ending}", random.Random(7).randbytes(50_000), f"a.{ending}", types[ending]
        yield f"too large {ending}", content[:20] + b"x" * (11 * 1024 * 1024), f"a.{ending}", types[ending]
    # Archives.
    yield "zip bomb in a docx", _zip_bomb(300_000_000), "a.docx", types["docx"]
    yield "zips in zips", _nested_zip(6), "a.docx", types["docx"]
    yield "a docx that climbs out", docx("Words", parts={"../../../etc/passwd": b"x"}), "a.docx", types["docx"]
    yield "a docx of 20,000 parts", docx("W", parts={f"p{n}": b"" for n in range(20_000)}), "a.docx", types["docx"]
    laughs = f'<!DOCTYPE a [<!ENTITY l0 "ha">{_LAUGHS}]>{_BODY.format("&l9;")}'
    yield "billion laughs in a docx", docx(xml=laughs.encode()), "a.docx", types["docx"]
    outside = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>{_BODY.format("&x;")}'
    yield "a docx that reads files", docx(xml=outside.encode()), "a.docx", types["docx"]
    yield "a deep docx", docx(xml=b"<a>" * 100_000), "a.docx", types["docx"]
    yield "a zip without a document", _nested_zip(1), "a.zip", "application/zip"
    # PDFs.
    yield "an endless PDF", _with_stream("/FlateDecode", zlib.compress(b"q " * 100_000_000, 9)), "a.pdf", types["pdf"]
    yield (
        "layers of deflate",
        _with_stream("[/FlateDecode /FlateDecode]", zlib.compress(zlib.compress(b"\x00" * 200_000_000, 9), 9)),
        "a.pdf",
        types["pdf"],
    )
    yield "a scanned PDF", pdf("", "", ""), "a.pdf", types["pdf"]
    yield "pages that lead to themselves", pdf("A").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"), "a.pdf", types["pdf"]
    yield "a parent of itself", pdf("A").replace(b"/Parent 2 0 R", b"/Parent 4 0 R"), "a.pdf", types["pdf"]
    yield (
        "a PDF that claims a billion pages",
        pdf("A").replace(b"/Count 1", b"/Count 999999999"),
        "a.pdf",
        types["pdf"],
    )
    yield "a PDF of 50,000 pages", pdf(*["x"] * 50_000), "a.pdf", types["pdf"]
    yield "a PDF without a table", pdf("A").replace(b"xref", b"xxxx"), "a.pdf", types["pdf"]
    yield (
        "a locked PDF",
        pdf("A").replace(
            b"/Root 1 0 R",
            b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /O ("
            + b"x" * 32
            + b") /U ("
            + b"y" * 32
            + b") /P -4 >> /ID [(a)(a)]",
        ),
        "a.pdf",
        types["pdf"],
    )
    yield (
        "arrays in arrays",
        b"%PDF-1.4\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer << /Root 1 0 R >>",
        "a.pdf",
        types["pdf"],
    )
    yield (
        "a PDF and a page at once",
        b"<html><body>%PDF-1.4 " + WORDS.encode() + b"</body></html>",
        "a.html",
        types["html"],
    )
    # Pages.
    yield "deep HTML", b"<html><body>" + b"<div>" * 200_000, "a.html", types["html"]
    yield "deep inline HTML", b"<html><body>" + b"<b><i>" * 100_000 + WORDS.encode(), "a.html", types["html"]
    yield "half a million tags", b"<html><body>" + b"<p>x" * 500_000, "a.html", types["html"]
    yield "an open attribute", b'<html><body><a href="' + b"x" * 1_000_000, "a.html", types["html"]
    yield "a million attributes", b"<html><body " + b'a="b" ' * 1_000_000 + b">x", "a.html", types["html"]
    yield "an open comment", b"<html><body><!--" + b"-" * 1_000_000, "a.html", types["html"]
    yield "entities", b"<html><body>" + b"&lt;" * 1_000_000, "a.html", types["html"]
    yield "zeros in a page", b"<html><body><p>a\x00b\x00c</p></body></html>", "a.html", types["html"]
    yield "a script alone", b"<html><body><script>alert(1)</script></body></html>", "a.html", types["html"]
    yield "tables in tables", b"<html><body>" + b"<table><tr><td>" * 50_000, "a.html", types["html"]
    yield "wrongly declared", "<html><meta charset=utf-8><body>Café".encode("latin-1"), "a.html", types["html"]
    yield "an unknown charset", b"<html><meta charset=klingon><body>Words here", "a.html", types["html"]
    yield "a charset of codecs", b"<html><meta charset=zlib><body>Words here", "a.html", "text/html; charset=rot13"
    # Text.
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp037", "utf-7"):
        yield f"text in {encoding}", (WORDS + "“Café” – naïve").encode(encoding, "replace"), "a.txt", types["txt"]
    yield "half of a pair", b"\xed\xa0\x80 words and more words", "a.txt", types["txt"]
    yield "overlong", b"\xc0\xaf words and more words", "a.txt", types["txt"]
    yield "a cut UTF-16", b"\xff\xfea", "a.txt", types["txt"]
    yield "hidden characters", "wo\u202erds\u200b and \u2066more".encode(), "a.txt", types["txt"]
    yield "mojibake", "â€œWe willâ€\x9d do it, for Â£5".encode(), "a.txt", types["txt"]
    yield "one line of 9 MB", b"x" * (9 * 1024 * 1024), "a.txt", types["txt"]
    yield "9 MB of line ends", b"\n" * (9 * 1024 * 1024) + b"x", "a.txt", types["txt"]
    yield "combining marks", ("a" + "\u0301" * 500_000).encode(), "a.txt", types["txt"]
    # Others.
    for magic, name in _OTHERS:
        yield f"{name} named .pdf", magic + b"\x00\x01\x02" * 500, "a.pdf", types["pdf"]
        yield f"{name} named .txt", magic + b"rest of it" * 50, "a.txt", types["txt"]
