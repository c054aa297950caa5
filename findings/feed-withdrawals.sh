#!/usr/bin/env bash
# What was withdrawn by law stays with the reader, and the notice of it moves the address of the whole feed.
#
# What surprises: RFC 6721 has a mark for an entry of an Atom feed that was taken back (at:deleted-entry), which may have a
# link to a notice. Five of six readers of feeds do not tell their caller of it, so that the caller keeps the entry.
# feedparser has the last mark of the feed, not those before it, and takes its link for the link of the feed.
# Why it matters: words about people are withdrawn from a public record, and those who follow it are the ones who have them.
# Versions: feedparser 6.0.14, fastfeedparser 0.6.5, atoma 0.0.17 (pip); rss-parser 3.13.0, feedsmith 3.0.1, htmlparser2
# 12.0.0 (npm).
# What we do: a withdrawal is an entry of its own, with words for its reader, and the entry that it concerns comes again,
# blank and with a newer day (RFC 4287, atom:updated).
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check feedparser==6.0.14 fastfeedparser==0.6.5 atoma==0.0.17
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" rss-parser@3.13.0 feedsmith@3.0.1 \
  htmlparser2@12.0.0 > /dev/null

cat > before.atom <<'ATOM'
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<id>tag:tracker.example,2026:changes</id>
<title>Changes</title>
<updated>2026-11-24T09:00:00Z</updated>
<author><name>Desk</name></author>
<link rel="alternate" href="https://tracker.example/changes/"/>
<entry><id>tag:tracker.example,2026:8</id><title>Eight</title><updated>2026-11-23T09:00:00Z</updated>
<summary>A pledge was looked at.</summary>
<link rel="alternate" href="https://tracker.example/entries/8/"/></entry>
</feed>
ATOM
cat > mark <<'ATOM'
<at:deleted-entry ref="tag:tracker.example,2026:6" when="2026-11-23T09:00:00Z"/>
<at:deleted-entry ref="tag:tracker.example,2026:7" when="2026-11-24T09:00:00Z"><at:by><name>Court clerk</name></at:by>
<at:comment>Withdrawn</at:comment><link rel="alternate" href="https://tracker.example/entries/7/"/></at:deleted-entry>
ATOM
{ grep -v '^</feed>' before.atom; cat mark; echo '</feed>'; } > after.atom

cat > read.py <<'PYTHON'
from pathlib import Path

import atoma
import fastfeedparser
import feedparser

for name in ("before", "after"):
    text = Path(f"{name}.atom").read_bytes()
    feed = feedparser.parse(text)
    marks = [value["ref"][-1] for name, value in feed.feed.items() if name == "at_deleted-entry"]
    print(f"feedparser, {name}: {feed.feed.link}, entries {[entry.id[-1] for entry in feed.entries]}, marks {marks}")
    feed = fastfeedparser.parse(text)
    print(f"fastfeedparser, {name}: {feed.feed['link']}, entries {[entry['id'][-1] for entry in feed.entries]}")
    feed = atoma.parse_atom_bytes(text)
    print(f"atoma, {name}: {feed.links[0].href}, entries {[entry.id_[-1] for entry in feed.entries]}")
PYTHON
cat > read.mjs <<'JAVASCRIPT'
import fs from 'node:fs';
import { parseFeed as parseItems } from 'htmlparser2';
import { parseFeed } from 'feedsmith';
import Parser from 'rss-parser';

const ends = (entries) => JSON.stringify(entries.map((entry) => entry.id.slice(-1)));
for (const name of ['before', 'after']) {
  const text = fs.readFileSync(`${name}.atom`, 'utf8');
  const rss = await new Parser().parseString(text);
  console.log(`rss-parser, ${name}: ${rss.link}, entries ${ends(rss.items)}`);
  const { feed } = parseFeed(text);
  console.log(`feedsmith, ${name}: ${feed.links[0].href}, entries ${ends(feed.entries)}, names 7: ${JSON.stringify(feed).includes('2026:7')}`);
  const items = parseItems(text);
  console.log(`htmlparser2, ${name}: ${items.link}, entries ${ends(items.items)}`);
}
JAVASCRIPT

cat > expected <<'SEEN'
feedparser, before: https://tracker.example/changes/, entries ['8'], marks []
fastfeedparser, before: https://tracker.example/changes/, entries ['8']
atoma, before: https://tracker.example/changes/, entries ['8']
feedparser, after: https://tracker.example/entries/7/, entries ['8'], marks ['7']
fastfeedparser, after: https://tracker.example/changes/, entries ['8']
atoma, after: https://tracker.example/changes/, entries ['8']
rss-parser, before: https://tracker.example/changes/, entries ["8"]
feedsmith, before: https://tracker.example/changes/, entries ["8"], names 7: false
htmlparser2, before: https://tracker.example/changes/, entries ["8"]
rss-parser, after: https://tracker.example/changes/, entries ["8"]
feedsmith, after: https://tracker.example/changes/, entries ["8"], names 7: false
htmlparser2, after: https://tracker.example/changes/, entries ["8"]
SEEN

echo "feedparser 6.0.14, fastfeedparser 0.6.5, atoma 0.0.17; rss-parser 3.13.0, feedsmith 3.0.1, htmlparser2 12.0.0"
{ venv/bin/python read.py; node read.mjs; } | tee seen
if cmp -s seen expected; then echo "As seen before."; else echo "CHANGED: not what was seen before"; exit 1; fi
