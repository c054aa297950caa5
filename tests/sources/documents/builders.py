"""Small documents for tests, made here from the marks of their formats."""

import io
import zipfile

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OTHERS = (
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("number", "datastyle"),
    )
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A zip archive of parts."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return kept.getvalue()


def run(words: str, properties: str = "") -> str:
    """A run of Word."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*inner: str, properties: str = "") -> str:
    """A paragraph of Word: of runs, or of words."""
    made = "".join(one if one.startswith("<") else run(one) for one in inner)
    return f"<w:p><w:pPr>{properties}</w:pPr>{made}</w:p>"


def word(body: str, *, main: str = "word/document.xml", namespace: str = _W, **parts: str) -> bytes:
    """A Word document with this body; ``parts`` are the inside of others, such as ``numbering``."""
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
            f'PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document'
            '.main+xml"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
            f'Type="http://x/officeDocument" Target="{main}"/></Relationships>'
        ),
        main: f"<w:document {namespace} {_OTHERS}><w:body>{body}</w:body></w:document>",
    }
    for name, inside in parts.items():
        made[f"word/{name}.xml"] = f"<w:{name} {namespace} {_OTHERS}>{inside}</w:{name}>"
    return archive(made)


def odf(body: str, styles: str = "", kind: str = "text", **parts: str) -> bytes:
    """An OpenDocument file with this body and these automatic styles."""
    content = (
        f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    return archive(
        {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content}
        | {name.replace("__", "/"): inside for name, inside in parts.items()}
    )


def workbook(sheets: dict[str, str], *, styles: str = "", strings: str = "", hidden: str = "") -> bytes:
    """An Excel workbook: for each sheet its rows as XML."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    listed = "".join(
        f'<sheet name="{name}" r:id="s{at}"{" state=" + chr(34) + "hidden" + chr(34) if name == hidden else ""}/>'
        for at, name in enumerate(sheets)
    )
    relations = "".join(
        f'<Relationship Id="s{at}" Type="http://x/worksheet" Target="worksheets/{at}.xml"/>'
        for at, _ in enumerate(sheets)
    )
    package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": (
            f'<workbook {space} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            f"<sheets>{listed}</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": f"<Relationships {package}>{relations}</Relationships>",
        "xl/styles.xml": f"<styleSheet {space}>{styles}</styleSheet>",
        "xl/sharedStrings.xml": f"<sst {space}>{strings}</sst>",
    }
    for at, rows in enumerate(sheets.values()):
        parts[f"xl/worksheets/{at}.xml"] = f"<worksheet {space}>{rows}</worksheet>"
    return archive(parts)


def pdf(*streams: str, page: str = "", catalog: str = "", extra: tuple[str, ...] = ()) -> bytes:
    """A PDF with a page for each content stream; ``extra`` are objects, the first of which is number 6."""
    first = 6 + len(extra)
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(streams)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        "<< /ca 0 >>",
        *extra,
    ]
    for at, stream in enumerate(streams):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 2 * at + 1} 0 R {page} "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /ExtGState << /G0 5 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252"))
    table = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010} 00000 n \n" for place in places).encode())
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode())
    return out.getvalue()


def at(x: float, y: float, words: str, size: float = 12, more: str = "") -> str:
    """Words at a place of a page."""
    return f"BT /F1 {size} Tf {more} 1 0 0 1 {x} {y} Tm ({words}) Tj ET\n"


def lines(x: float, y: float, *texts: str, size: float = 12, leading: float = 16) -> str:
    """Lines one below the other."""
    return "".join(at(x, y - number * leading, text, size) for number, text in enumerate(texts))
