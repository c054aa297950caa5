#!/usr/bin/env bash
# A document says "We will not publish the list". Read by program it says "We will publish the list".
#
# What surprises: a government sends its response with tracked changes, "always" struck out and "not" put in. python-docx
# leaves out both, and gives a sentence that stands in no version of the document. striprtf gives both. odfpy and odfdo give the
# struck-out word as a paragraph before the text, and odfpy puts a comment, with its author and day, into the middle
# of a sentence. Of the readers of .docx docx2python and docx2txt have the sentence right, but make "202526" of
# "2025-26" with a hyphen that does not break. mammoth has all of it right.
# Why it matters: a quotation is the exact words of a source. One word that was never said, or that is missing, turns a
# refusal into a pledge.
# Versions: python-docx 1.2.0, docx2python 3.7.1, docx2txt 0.9, mammoth 1.13.0, odfpy 1.4.1, odfdo 3.27.3, striprtf
# 0.0.35 (pip).
# What we do: readers of our own for .docx, .odt and .rtf (decision 17). They read what was inserted, leave out what
# was struck out, and tell the desk that the document has tracked changes.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check python-docx==1.2.0 docx2python==3.7.1 \
  docx2txt==0.9 mammoth==1.13.0 odfpy==1.4.1 odfdo==3.27.3 striprtf==0.0.35

cat > write.py <<'PYTHON'
import zipfile
from pathlib import Path

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

BY = 'w:author="Clerk" w:date="2025-06-16T09:00:00Z"'
PARAGRAPHS = (
    '<w:r><w:t xml:space="preserve">We will </w:t></w:r>'
    f'<w:del w:id="1" {BY}><w:r><w:delText xml:space="preserve">always </w:delText></w:r></w:del>'
    f'<w:ins w:id="2" {BY}><w:r><w:t xml:space="preserve">not </w:t></w:r></w:ins>'
    "<w:r><w:t>publish the list.</w:t></w:r>",
    "<w:r><w:t>The rules start in 2025</w:t><w:noBreakHyphen/><w:t>26.</w:t></w:r>",
)
document = Document()
for number, words in enumerate(PARAGRAPHS):
    document.element.body.insert(number, parse_xml(f"<w:p {nsdecls('w')}>{words}</w:p>"))
document.save("response.docx")

SPACES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in (
        ("office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
        ("text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
    )
)
WHO = "<dc:creator>Clerk</dc:creator><dc:date>2025-06-16T09:00:00</dc:date>"
INFO = f"<office:change-info>{WHO}</office:change-info>"
CONTENT = (
    f'<office:document-content {SPACES} office:version="1.3"><office:body><office:text><text:tracked-changes>'
    f'<text:changed-region text:id="c1"><text:deletion>{INFO}<text:p>always </text:p></text:deletion></text:changed-region>'
    f'<text:changed-region text:id="c2"><text:insertion>{INFO}</text:insertion></text:changed-region>'
    '</text:tracked-changes><text:p>We will <text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>not '
    '<text:change-end text:change-id="c2"/>publish the list.</text:p><text:p>The review'
    f"<office:annotation>{WHO}<text:p>Is this agreed?</text:p></office:annotation> ends in 2026.</text:p>"
    "</office:text></office:body></office:document-content>"
)
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
MIME = "application/vnd.oasis.opendocument.text"
with zipfile.ZipFile("response.odt", "w") as archive:
    archive.writestr("mimetype", MIME)
    archive.writestr("content.xml", CONTENT)
    archive.writestr("styles.xml", f'<office:document-styles {SPACES} office:version="1.3"/>')
    archive.writestr("meta.xml", f'<office:document-meta {SPACES} office:version="1.3"/>')
    entries = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type="{kind}"/>'
        for path, kind in (("/", MIME), ("content.xml", "text/xml"), ("styles.xml", "text/xml"), ("meta.xml", "text/xml"))
    )
    archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{MANIFEST}" m:version="1.3">{entries}</m:manifest>')

Path("response.rtf").write_text(
    r"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}{\*\revtbl{Unknown;}{Clerk;}}\pard We will "
    r"{\deleted\revauthdel1\revdttmdel1 always }{\revised\revauth1\revdttm1 not }publish the list.\par}"
)
PYTHON

cat > read.py <<'PYTHON'
from pathlib import Path

import docx
import docx2txt
import mammoth
import odfdo
from docx2python import docx2python
from odf import opendocument, teletype, text
from striprtf.striprtf import rtf_to_text


def show(reader, words):
    print(f"{reader:12}", " / ".join(line.strip() for line in words if line.strip()))


show("python-docx", (paragraph.text for paragraph in docx.Document("response.docx").paragraphs))
show("docx2python", docx2python("response.docx").text.splitlines())
show("docx2txt", docx2txt.process("response.docx").splitlines())
with open("response.docx", "rb") as document:
    show("mammoth", mammoth.extract_raw_text(document).value.splitlines())
paragraphs = opendocument.load("response.odt").getElementsByType(text.P)
show("odfpy", (teletype.extractText(paragraph) for paragraph in paragraphs))
show("odfdo", (paragraph.inner_text.replace("\n", " ") for paragraph in odfdo.Document("response.odt").body.paragraphs))
show("striprtf", rtf_to_text(Path("response.rtf").read_text()).splitlines())
PYTHON

cat > expected <<'SEEN'
python-docx  We will publish the list. / The rules start in 2025-26.
docx2python  We will not publish the list. / The rules start in 202526.
docx2txt     We will not publish the list. / The rules start in 202526.
mammoth      We will not publish the list. / The rules start in 2025‑26.
odfpy        always / We will not publish the list. / The reviewClerk2025-06-16T09:00:00Is this agreed? ends in 2026. / Is this agreed?
odfdo        always / We will not publish the list. / The reviewIs this agreed? Clerk 2025-06-16 09:00:00 ends in 2026. / Is this agreed?
striprtf     We will always not publish the list.
SEEN

venv/bin/python write.py
echo "python-docx 1.2.0, docx2python 3.7.1, docx2txt 0.9, mammoth 1.13.0, odfpy 1.4.1, odfdo 3.27.3, striprtf 0.0.35"
venv/bin/python read.py | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
