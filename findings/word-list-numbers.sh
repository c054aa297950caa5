#!/usr/bin/env bash
# The answer to recommendation 7 is said to answer recommendation 1, and paragraph 4.2 is not there.
#
# What surprises: Word keeps the number of a paragraph as a rule for its list ("Recommendation %1:", set to start at 7),
# not as words. python-docx, docx2txt and the text of mammoth leave it out. docx2python and the Markdown of mammoth
# count, but without the words and from 1: recommendations 7 to 9 become 1 to 3. In mammoth (a) is 1 too, and a second
# list is a part of the first. "Paragraph 4.2", to which the last line refers, is the name of no paragraph in any of them.
# Why it matters: a response answers recommendations by their numbers and quotes itself by paragraph. With another
# number an acceptance is filed under a recommendation that was rejected.
# Versions: python-docx 1.2.0, docx2txt 0.9, docx2python 3.7.1, mammoth 1.13.0 (pip).
# What we do: our reader of .docx counts as Word does, with the start, format and words of each level (decision 17), so
# that the numbers stand in the text and can be quoted.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check python-docx==1.2.0 docx2txt==0.9 \
  docx2python==3.7.1 mammoth==1.13.0

cat > write.py <<'PYTHON'
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

WORD = nsdecls("w")
# The levels of two lists (where each starts, its kind of number and its words), and where Word's user set the first to
# start.
LISTS = {
    90: ([(1, "decimal", "Recommendation %1:"), (1, "lowerLetter", "(%2)")], 7),
    91: ([(4, "decimal", "%1."), (1, "decimal", "%1.%2")], None),
}
# Words, list and level. What Word shows is in the comment.
PARAGRAPHS = [
    ("We accept.", 90, 0),  # Recommendation 7: We accept.
    ("We reject.", 90, 0),  # Recommendation 8: We reject.
    ("It costs too much.", 90, 1),  # (a) It costs too much.
    ("We accept in part.", 90, 0),  # Recommendation 9: We accept in part.
    ("Policing", 91, 0),  # 4. Policing
    ("We will publish.", 91, 1),  # 4.1 We will publish.
    ("We will report.", 91, 1),  # 4.2 We will report.
    ("See paragraph 4.2.", None, 0),
]

document = Document()
numbering = document.part.numbering_part.element
first = numbering.find(qn("w:num"))
for key, (levels, begin) in LISTS.items():
    parts = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{words}"/>'
        '<w:lvlJc w:val="left"/></w:lvl>'
        for level, (start, kind, words) in enumerate(levels)
    )
    kind = '<w:multiLevelType w:val="multilevel"/>'
    first.addprevious(parse_xml(f'<w:abstractNum {WORD} w:abstractNumId="{key}">{kind}{parts}</w:abstractNum>'))
    changed = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{begin}"/></w:lvlOverride>' if begin else ""
    numbering.append(parse_xml(f'<w:num {WORD} w:numId="{key}"><w:abstractNumId w:val="{key}"/>{changed}</w:num>'))
for words, key, level in PARAGRAPHS:
    paragraph = document.add_paragraph(words)
    if key:
        number = f'<w:numPr {WORD}><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(number))
document.save("response.docx")
PYTHON

cat > read.py <<'PYTHON'
import docx
import docx2txt
import mammoth
from docx2python import docx2python


def show(reader, lines):
    print(f"{reader}:", " / ".join(" ".join(line.split()) for line in lines if line.strip()))


show("python-docx", (paragraph.text for paragraph in docx.Document("response.docx").paragraphs))
show("docx2txt", docx2txt.process("response.docx").splitlines())
show("docx2python", docx2python("response.docx").text.splitlines())
with open("response.docx", "rb") as document:
    show("mammoth, text", mammoth.extract_raw_text(document).value.splitlines())
with open("response.docx", "rb") as document:
    show("mammoth, Markdown", mammoth.convert_to_markdown(document).value.replace("\\", "").splitlines())
PYTHON

cat > expected <<'SEEN'
python-docx: We accept. / We reject. / It costs too much. / We accept in part. / Policing / We will publish. / We will report. / See paragraph 4.2.
docx2txt: We accept. / We reject. / It costs too much. / We accept in part. / Policing / We will publish. / We will report. / See paragraph 4.2.
docx2python: 1) We accept. / 2) We reject. / a) It costs too much. / 3) We accept in part. / 4) Policing / 1) We will publish. / 2) We will report. / See paragraph 4.2.
mammoth, text: We accept. / We reject. / It costs too much. / We accept in part. / Policing / We will publish. / We will report. / See paragraph 4.2.
mammoth, Markdown: 1. We accept. / 2. We reject. / 1. It costs too much. / 3. We accept in part. / 4. Policing / 1. We will publish. / 2. We will report. / See paragraph 4.2.
SEEN

venv/bin/python write.py
echo "python-docx 1.2.0, docx2txt 0.9, docx2python 3.7.1, mammoth 1.13.0"
echo "Word shows: Recommendation 7, Recommendation 8, (a), Recommendation 9, 4., 4.1, 4.2"
venv/bin/python -W ignore read.py | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
