#!/usr/bin/env bash
# A quotation is found on a page that says the opposite.
#
# What surprises: two libraries take the same W3C Web Annotation (TextQuoteSelector) to a page. The one behind
# Hypothesis searches loosely: it finds "We will legislate" where the page now says "We will not legislate", and "We
# accept" where it says "We reject", and tells nobody that the words differ. The one of Apache takes the words
# exactly, and then the context too: context from a plain text, with the line ends between two paragraphs, finds
# nothing, although the words are there. Which of two equal sentences is meant without context, each answers in its
# own way.
# Why it matters: a pledge is its exact words. A reader's tool that marks other words shows a pledge that nobody made.
# Versions: dom-anchor-text-quote 4.0.2, @apache-annotator/dom 0.2.0 (npm; it also needs @apache-annotator/selector, which
# it does not name), in jsdom 22.1.0.
# What we do: context is whole words of the paragraph in which the quotation stands, never over its end; each
# annotation also has positions in a text and that text's SHA-256, and our own check of words is exact. Who uses the
# loose library should compare what it returns with `exact`.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" \
  dom-anchor-text-quote@4.0.2 @apache-annotator/dom@0.2.0 @apache-annotator/selector@0.2.0 jsdom@22.1.0 > /dev/null

cat > look.mjs <<'JAVASCRIPT'
import { JSDOM } from 'jsdom';
import * as quote from 'dom-anchor-text-quote';
import { createTextQuoteSelectorMatcher } from '@apache-annotator/dom';

const FOOT = '<p>Printed for the department that answers this paper.</p>';
const TWICE =
  '<p id="three">Recommendation 3. We accept this in full.</p>' +
  '<p id="four">Recommendation 4. We accept this in part.</p>' +
  '<p id="five">Recommendation 5. We accept this in full.</p>';

// What is looked for, the page, what Hypothesis's library finds, what Apache's finds.
const CASES = [
  ['the page denies it', { exact: 'We will legislate by July 2026 for the reasons given.' },
    '<p>We will not legislate by July 2026 for the reasons given.</p>',
    'We will not legislate by July 2026 for the reasons given.', []],
  ['the page rejects what was accepted', { exact: 'We accept the recommendation in full.' },
    '<p>We reject the recommendation in full.</p>', 'We reject the recommendation in full.', []],
  ['another deadline', { exact: 'We will report by September 2026.' },
    '<p>We will report by December 2027.</p>', 'We will report by December 2027.', []],
  ['another number', { exact: 'The Government accepts recommendation 12 in full.' },
    '<p>The Government accepts recommendation 14 in full.</p>',
    'The Government accepts recommendation 14 in full.', []],
  ['context with the line ends of a plain text',
    { exact: 'We will lay the regulations.', prefix: 'Recommendation 4\n\n', suffix: '\n\nNext.' },
    '<h2>Recommendation 4</h2><p>We will lay the regulations.</p><p>Next.</p>', 'We will lay the regulations.', []],
  ['context within the paragraph (control)',
    { exact: 'lay the regulations', prefix: 'We will ', suffix: ' in July.' },
    '<h2>Recommendation 4</h2><p>We will lay the regulations in July.</p>',
    'lay the regulations', ['lay the regulations']],
  ['context of a recommendation that is not there',
    { exact: 'We accept this in full.', prefix: 'Recommendation 9. ' }, TWICE, 'We accept this in full.', []],
  ['the sentence stands twice', { exact: 'We accept this in full.' }, TWICE,
    'We accept this in full.', ['We accept this in full.', 'We accept this in full.']],
];

let changed = false;
for (const [name, selector, html, loose, exact] of CASES) {
  const { window } = new JSDOM(`<!doctype html><body>${html}${FOOT}</body>`);
  const { document, Node, NodeFilter, Range } = window;
  Object.assign(globalThis, { document, Node, NodeFilter, Range });
  const found = quote.toRange(document.body, selector);
  const seenLoose = found ? found.toString() : null;
  const seenExact = [];
  for await (const range of createTextQuoteSelectorMatcher({ type: 'TextQuoteSelector', ...selector })(document.body)) {
    seenExact.push(range.toString());
  }
  console.log(`${name}\n  looked for:             ${JSON.stringify(selector)}`);
  console.log(`  dom-anchor-text-quote:  ${JSON.stringify(seenLoose)}`);
  console.log(`  @apache-annotator/dom:  ${JSON.stringify(seenExact)}`);
  changed ||= seenLoose !== loose || JSON.stringify(seenExact) !== JSON.stringify(exact);
}
console.log(changed ? 'CHANGED: not what was seen before' : 'As seen before.');
process.exit(changed ? 1 : 0);
JAVASCRIPT

echo "dom-anchor-text-quote 4.0.2, @apache-annotator/dom 0.2.0, node $(node --version)"
node look.mjs
