#!/usr/bin/env bash
# A page takes its "not" back, and the comparison with the page of the day before shows no change.
#
# What surprises: two libraries mark with <ins> and <del> what changed between two pieces of HTML. To node-htmldiff a
# change of a tag or of most attributes is none: a "not" that was struck out with <s>, a list that starts at
# recommendation 9 instead of 7, another day in <time datetime>, "Not delivered" as the words for a picture. The newer
# page comes back without a mark. Where two items of a list became one sentence, what comes back is the older page,
# without a mark. htmldiff-js marks the "not" and the picture, but neither the numbers nor the day, nor a link that
# leads elsewhere.
# Why it matters: departments edit what they promised, and a comparison is how it is found. "No change" about a page
# that takes a refusal back is worse than no comparison.
# Versions: htmldiff-js 1.0.5, node-htmldiff 0.9.4 (npm).
# What we do: versions of a source are compared word by word in their texts. What is struck out is not in a text, and
# the numbers of its lists are (decision 17). A day in <time>, a link or a picture is not compared by us either: only
# words that are read.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" htmldiff-js@1.0.5 \
  node-htmldiff@0.9.4 > /dev/null

cat > compare.mjs <<'JAVASCRIPT'
import htmldiffJs from 'htmldiff-js';
import nodeHtmldiff from 'node-htmldiff';

const COMPARE = {
  'htmldiff-js': (before, after) => htmldiffJs.default.execute(before, after),
  'node-htmldiff': nodeHtmldiff,
};
const CASES = {
  'a word (control)': ['<p>We will not publish.</p>', '<p>We will publish.</p>'],
  'struck out': ['<p>We will not publish.</p>', '<p>We will <s>not</s> publish.</p>'],
  'numbers of a list': ['<ol start="7"><li>We accept.</li></ol>', '<ol start="9"><li>We accept.</li></ol>'],
  'a deadline': [
    '<p>By <time datetime="2026-07-31">the end of July</time></p>',
    '<p>By <time datetime="2027-07-31">the end of July</time></p>',
  ],
  'a link': [
    '<p><a href="https://department.example/response">The response</a></p>',
    '<p><a href="https://department.example/other">The response</a></p>',
  ],
  'words for a picture': ['<p><img src="a.png" alt="Delivered"></p>', '<p><img src="a.png" alt="Not delivered"></p>'],
  'two items': [
    '<ul><li>We publish</li><li>not later than May</li></ul>',
    '<ul><li>We publish not later than May</li></ul>',
  ],
};

for (const [name, [before, after]] of Object.entries(CASES)) {
  for (const [library, compare] of Object.entries(COMPARE)) {
    const shown = compare(before, after);
    const kinds = { [before]: 'the older page, unmarked', [after]: 'the newer page, unmarked' };
    console.log(`${name}, ${library}: ${kinds[shown] ?? shown}`);
  }
}
JAVASCRIPT

cat > expected <<'SEEN'
a word (control), htmldiff-js: <p>We will <del class="diffdel">not </del>publish.</p>
a word (control), node-htmldiff: <p>We will <del data-operation-index="1">not </del>publish.</p>
struck out, htmldiff-js: <p>We will <s><ins class="mod">not</ins></s> publish.</p>
struck out, node-htmldiff: the newer page, unmarked
numbers of a list, htmldiff-js: the newer page, unmarked
numbers of a list, node-htmldiff: the newer page, unmarked
a deadline, htmldiff-js: the newer page, unmarked
a deadline, node-htmldiff: the newer page, unmarked
a link, htmldiff-js: the newer page, unmarked
a link, node-htmldiff: <p><del data-operation-index="1"><a href="https://department.example/response">The response</a></del><ins data-operation-index="1"><a href="https://department.example/other">The response</a></ins></p>
words for a picture, htmldiff-js: <p><del class="diffmod"><img src="a.png" alt="Delivered"></del><ins class="diffmod"><img src="a.png" alt="Not delivered"></ins></p>
words for a picture, node-htmldiff: the newer page, unmarked
two items, htmldiff-js: <ul><li>We publish</li><li><ins class="diffmod">&nbsp;</ins>not later than May</li></ul>
two items, node-htmldiff: the older page, unmarked
SEEN

echo "htmldiff-js 1.0.5, node-htmldiff 0.9.4"
node compare.mjs | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
