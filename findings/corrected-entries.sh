#!/usr/bin/env bash
# What was published in June and corrected in November was never corrected, or was published in November.
#
# What surprises: an entry of an Atom feed has two instants: when it was published, and when it last changed in a way that
# its publisher thinks significant (RFC 4287, atom:updated). Three of seven readers give one alone. rss-parser has the
# first, as pubDate and isoDate, so that a correction leaves no trace. htmlparser2 and @extractus/feed-extractor have
# the second, and call it the day of publication ("pubDate", "published"). feedparser, atoma, feedsmith and
# @rowanmanning/feed-parser have both.
# Why it matters: a feed is followed to hear of corrections. Where the day of a correction is taken for that of the
# publication, a promise seems to have been noted five months late.
# Versions: feedparser 6.0.14, atoma 0.0.17 (pip); rss-parser 3.13.0, htmlparser2 12.0.0, @extractus/feed-extractor
# 8.0.3, feedsmith 3.0.1, @rowanmanning/feed-parser 2.1.5 (npm).
# What we do: a correction is an entry of its own, and the title of the entry that it corrects says "(corrected since)",
# so that no reader depends on atom:updated, which moves too.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check feedparser==6.0.14 atoma==0.0.17
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" rss-parser@3.13.0 htmlparser2@12.0.0 \
  @extractus/feed-extractor@8.0.3 feedsmith@3.0.1 @rowanmanning/feed-parser@2.1.5 > /dev/null

cat > changes.atom <<'ATOM'
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:tracker.example,2026:changes</id>
<title>Changes</title>
<updated>2026-11-24T09:00:00Z</updated>
<author><name>Desk</name></author>
<link rel="alternate" href="https://tracker.example/changes/"/>
<entry><id>tag:tracker.example,2026:8</id><title>Corrected</title>
<published>2026-06-01T09:00:00Z</published><updated>2026-11-24T09:00:00Z</updated>
<summary>A pledge was looked at.</summary><link rel="alternate" href="https://tracker.example/entries/8/"/></entry>
<entry><id>tag:tracker.example,2026:7</id><title>As it was</title>
<published>2026-05-01T09:00:00Z</published><updated>2026-05-01T09:00:00Z</updated>
<summary>A pledge was made.</summary><link rel="alternate" href="https://tracker.example/entries/7/"/></entry>
</feed>
ATOM

cat > read.py <<'PYTHON'
import time
from pathlib import Path

import atoma
import feedparser

TEXT = Path("changes.atom").read_bytes()
for entry in feedparser.parse(TEXT).entries:
    days = (time.strftime("%Y-%m-%d", instant) for instant in (entry.published_parsed, entry.updated_parsed))
    print(f"feedparser, {entry.title}: published {next(days)}, updated {next(days)}")
for entry in atoma.parse_atom_bytes(TEXT).entries:
    print(f"atoma, {entry.title.value}: published {entry.published:%Y-%m-%d}, updated {entry.updated:%Y-%m-%d}")
PYTHON

cat > read.mjs <<'JAVASCRIPT'
import fs from 'node:fs';
import { extractFromXml } from '@extractus/feed-extractor';
import { parseFeed as parseEntries } from '@rowanmanning/feed-parser';
import { parseFeed } from 'feedsmith';
import { parseFeed as parseItems } from 'htmlparser2';
import RssParser from 'rss-parser';

const text = fs.readFileSync('changes.atom', 'utf8');
const READ = {
  'rss-parser': (await new RssParser().parseString(text)).items,
  htmlparser2: parseItems(text).items,
  '@extractus/feed-extractor': extractFromXml(text).entries,
  feedsmith: parseFeed(text).feed.entries,
  '@rowanmanning/feed-parser': parseEntries(text).items.map((item) => item.toJSON()),
};
for (const [library, entries] of Object.entries(READ)) {
  for (const entry of entries) {
    const fields = Object.entries(JSON.parse(JSON.stringify(entry)));
    const instants = fields.filter(([, value]) => /^2026-\d\d-\d\dT/.test(value));
    const days = instants.map(([name, value]) => `${name} ${value.slice(0, 10)}`).sort();
    console.log(`${library}, ${entry.title.value ?? entry.title}: ${days.join(', ')}`);
  }
}
JAVASCRIPT

cat > expected <<'SEEN'
feedparser, Corrected: published 2026-06-01, updated 2026-11-24
feedparser, As it was: published 2026-05-01, updated 2026-05-01
atoma, Corrected: published 2026-06-01, updated 2026-11-24
atoma, As it was: published 2026-05-01, updated 2026-05-01
rss-parser, Corrected: isoDate 2026-06-01, pubDate 2026-06-01
rss-parser, As it was: isoDate 2026-05-01, pubDate 2026-05-01
htmlparser2, Corrected: pubDate 2026-11-24
htmlparser2, As it was: pubDate 2026-05-01
@extractus/feed-extractor, Corrected: published 2026-11-24
@extractus/feed-extractor, As it was: published 2026-05-01
feedsmith, Corrected: published 2026-06-01, updated 2026-11-24
feedsmith, As it was: published 2026-05-01, updated 2026-05-01
@rowanmanning/feed-parser, Corrected: published 2026-06-01, updated 2026-11-24
@rowanmanning/feed-parser, As it was: published 2026-05-01, updated 2026-05-01
SEEN

echo "feedparser 6.0.14, atoma 0.0.17; rss-parser 3.13.0, htmlparser2 12.0.0, @extractus/feed-extractor 8.0.3,"
echo "feedsmith 3.0.1, @rowanmanning/feed-parser 2.1.5; the entry of May is the control"
{ venv/bin/python -W ignore read.py; node read.mjs; } | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
