#!/usr/bin/env bash
# A hyphen at the end of a line of a PDF is one of two characters that are no hyphen, and no search finds the word.
#
# What surprises: PDFium takes "cross-" at a line end and "government" on the next for one word. Of pypdfium2's two
# methods one puts U+FFFE in the place of the hyphen, the other U+0002; the line end is gone in both. Before a figure
# ("2025-" and "26") hyphen and line end stay. Its search finds neither "cross-government", which is printed, nor
# "crossgovernment", but the word with U+FFFE in it. XML may have neither character, so a feed of such a quotation is
# not to be made: feedgen raises ValueError. pdfminer.six gives what is printed.
# Why it matters: "cross-government", "re-introduce" and "part-time" are in every response of a government, and a
# quotation is shown in pages, feeds and annotations.
# Versions: pypdfium2 5.15.2, pdfminer.six 20260107, feedgen 1.0.0 (pip); the PDF is made with fpdf2 2.8.9.
# What we do: both characters become hyphen and line end again before a text is stored, and they go only where the
# document has the word elsewhere without a hyphen (decision 17).
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check \
  pypdfium2==5.15.2 pdfminer.six==20260107 feedgen==1.0.0 fpdf2==2.8.9

cat > look.py <<'PYTHON'
import io

import pypdfium2
from feedgen.feed import FeedGenerator
from fpdf import FPDF
from pdfminer.high_level import extract_text

made = FPDF()
made.add_page()
made.set_font("Helvetica", size=12)
for line in ("We will publish a cross-", "government plan in 2025-", "26 and a part-", "time role."):
    made.cell(0, 7, line, new_x="LMARGIN", new_y="NEXT")
data = bytes(made.output())

page = pypdfium2.PdfDocument(data)[0].get_textpage()
words = {"get_text_range": page.get_text_range(), "get_text_bounded": page.get_text_bounded()}
for name, text in words.items():
    print(f"{name}: {text!a}")
print(f"pdfminer.six: {' '.join(extract_text(io.BytesIO(data)).split())!a}")
for looked_for in ("cross-government", "crossgovernment", "cross\ufffegovernment"):
    print(f"search for {looked_for!a}: {'found' if page.search(looked_for).get_next() else 'not found'}")
for name, text in words.items():
    feed = FeedGenerator()
    feed.id("tag:tracker.example,2026:feed")
    feed.title("Changes")
    entry = feed.add_entry()
    entry.id("tag:tracker.example,2026:entry/1")
    entry.title("Update")
    entry.content(text)
    try:
        feed.atom_str()
        print(f"feed of {name}: made")
    except ValueError as error:
        print(f"feed of {name}: ValueError: {str(error).partition(':')[0]}")
PYTHON

cat > expected <<'SEEN'
get_text_range: 'We will publish a cross\ufffegovernment plan in 2025-\r\n26 and a part\ufffetime role.'
get_text_bounded: 'We will publish a cross\x02government plan in 2025-\r\n26 and a part\x02time role.'
pdfminer.six: 'We will publish a cross- government plan in 2025- 26 and a part- time role.'
search for 'cross-government': not found
search for 'crossgovernment': not found
search for 'cross\ufffegovernment': found
feed of get_text_range: ValueError: All strings must be XML compatible
feed of get_text_bounded: ValueError: All strings must be XML compatible
SEEN

echo "pypdfium2 5.15.2, pdfminer.six 20260107, feedgen 1.0.0"
venv/bin/python -W ignore look.py | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
