#!/usr/bin/env bash
# "We reject recommendation 2. 3." In answers of a government the numbers change places.
#
# What surprises: five libraries cut text into sentences, each of them made for English. In a row of numbered answers
# sbd gives the number of the next answer to the one before, pysbd cuts off the number that an answer names, and
# sentencex makes a sentence of each number. "Recommendation 5. No." becomes "Recommendation" and "5. No." in pysbd; in
# sentencex the "No." goes to recommendation 6. "Recommendations 1. and 3." is cut in the middle by three of them,
# "para. 4.2" by all. compromise cuts "No. 10 will respond" after "No.": an answer that nobody gave. syntok has all the
# others right.
# Why it matters: a pledge is a sentence with the number of the recommendation that it answers. Cut like this, "we
# reject" stands with the number of what was accepted.
# Versions: pysbd 0.3.4, sentencex 1.0.32, syntok 1.4.4 (pip); sbd 1.0.19, compromise 14.17.0 (npm).
# What we do: sentences are cut by rules of our own, which know numbers of lists, short forms of law and an answer of
# "No."; they have these texts right. The desk confirms each pledge, with its number, in the words of the source.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check pysbd==0.3.4 sentencex==1.0.32 syntok==1.4.4
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" sbd@1.0.19 compromise@14.17.0 > /dev/null

cat > texts <<'TEXTS'
1. We accept recommendation 1. 2. We reject recommendation 2. 3. We will consult.
Recommendation 4. We agree. Recommendation 5. No. Recommendation 6. We agree in part.
We reject recommendations 1. and 3. of the review. We accept the others.
See s. 5 of the Act and para. 4.2 of Cm. 9800. We will lay regulations.
Do they agree? No. 10 will respond by May.
We accept it in full. We will report in 2026.
TEXTS

cat > cut.py <<'PYTHON'
from pathlib import Path

import pysbd
import sentencex
from syntok import segmenter

SEGMENTER = pysbd.Segmenter(language="en", clean=False)
CUT = {
    "pysbd": SEGMENTER.segment,
    "sentencex": lambda text: sentencex.segment("en", text),
    "syntok": lambda text: [
        "".join(token.spacing + token.value for token in sentence)
        for paragraph in segmenter.process(text)
        for sentence in paragraph
    ],
}
for text in Path("texts").read_text().splitlines():
    for library, cut in CUT.items():
        print(f"{library}:", " | ".join(sentence.strip() for sentence in cut(text)))
PYTHON

cat > cut.mjs <<'JAVASCRIPT'
import fs from 'node:fs';
import compromise from 'compromise';
import sbd from 'sbd';

const CUT = {
  sbd: (text) => sbd.sentences(text),
  compromise: (text) => compromise(text).sentences().out('array'),
};
for (const text of fs.readFileSync('texts', 'utf8').trim().split('\n')) {
  for (const [library, cut] of Object.entries(CUT)) {
    console.log(`${library}: ${cut(text).map((sentence) => sentence.trim()).join(' | ')}`);
  }
}
JAVASCRIPT

cat > expected <<'SEEN'
pysbd: 1. We accept recommendation | 1. | 2. We reject recommendation | 2. | 3. We will consult.
sentencex: 1. | We accept recommendation 1. | 2. | We reject recommendation 2. | 3. | We will consult.
syntok: 1. We accept recommendation 1. | 2. We reject recommendation 2. | 3. We will consult.
pysbd: Recommendation | 4. We agree. | Recommendation | 5. No. | Recommendation | 6. We agree in part.
sentencex: Recommendation 4. | We agree. | Recommendation 5. | No. Recommendation 6. | We agree in part.
syntok: Recommendation 4. | We agree. | Recommendation 5. | No. | Recommendation 6. | We agree in part.
pysbd: We reject recommendations 1. | and 3. | of the review. | We accept the others.
sentencex: We reject recommendations 1. | and 3. | of the review. | We accept the others.
syntok: We reject recommendations 1. and 3. of the review. | We accept the others.
pysbd: See s. | 5 of the Act and para. | 4.2 of Cm. | 9800. | We will lay regulations.
sentencex: See s. 5 of the Act and para. | 4.2 of Cm. | 9800. | We will lay regulations.
syntok: See s. 5 of the Act and para. | 4.2 of Cm. 9800. | We will lay regulations.
pysbd: Do they agree? | No. 10 will respond by May.
sentencex: Do they agree? | No. 10 will respond by May.
syntok: Do they agree? | No. 10 will respond by May.
pysbd: We accept it in full. | We will report in 2026.
sentencex: We accept it in full. | We will report in 2026.
syntok: We accept it in full. | We will report in 2026.
sbd: 1. We accept recommendation 1. 2. | We reject recommendation 2. 3. | We will consult.
compromise: 1. We accept recommendation 1. | 2. We reject recommendation 2. | 3. We will consult.
sbd: Recommendation 4. We agree. | Recommendation 5. No. | Recommendation 6. | We agree in part.
compromise: Recommendation 4. | We agree. | Recommendation 5. | No. | Recommendation 6. | We agree in part.
sbd: We reject recommendations 1. and 3. of the review. | We accept the others.
compromise: We reject recommendations 1. | and 3. | of the review. | We accept the others.
sbd: See s. 5 of the Act and para. | 4.2 of Cm. 9800. | We will lay regulations.
compromise: See s. 5 of the Act and para. | 4.2 of Cm. 9800. | We will lay regulations.
sbd: Do they agree? | No. 10 will respond by May.
compromise: Do they agree? | No. | 10 will respond by May.
sbd: We accept it in full. | We will report in 2026.
compromise: We accept it in full. | We will report in 2026.
SEEN

echo "pysbd 0.3.4, sentencex 1.0.32, syntok 1.4.4, sbd 1.0.19, compromise 14.17.0"
echo "The last text is the control"
{ venv/bin/python -W ignore cut.py; node cut.mjs; } | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
