// Verifies a record, or a proof of it, in the browser: nothing is sent anywhere. Written from docs/record-format.md.
//
// verifyFile(file, {head, key, witness}) → a list of findings, each {code, ...values}; the page has the words for each code.
"use strict";

const COMMITTED = [
  "version", "position", "previous", "kind", "pledge", "status", "step", "effective_on", "looked_until",
  "published_at", "headline_digest", "explanation_digest", "evidence", "proposed_by", "published_by",
  "second_review", "corrects", "reason",
];
const BESIDE = ["digest", "headline", "headline_salt", "explanation", "explanation_salt"];
const STATED = ["statement", "statement_salt", "statement_digest"];
const FACTS = [
  "version", "position", "previous", "kind", "subject", "facts_digest", "program", "published_at", "proposed_by",
  "published_by", "second_review", "reason", "digest", "facts", "facts_salt",
];
const KINDS = ["update", "correction", "withdrawal", "legal-withdrawal", "pledge"];
const FACTS_KINDS = ["facts", "facts-withdrawal"];
const APART = new Set([...BESIDE, "statement", "statement_salt", "facts", "facts_salt"]);
const CITED = ["role", "exact", "note", "source", "source_sha256"];
const TEXTS = ["headline", "explanation", "statement"];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const GENESIS = "0".repeat(64);
const LARGEST_PROOF = 10_000_000;
const encoder = new TextEncoder();

/** What is wrong with a file; the page has the words for its code. */
class VerificationError extends Error {
  constructor(code, values = {}) {
    super(code);
    this.finding = { code, ...values };
  }
}

// --- JSON: no name twice, whole numbers only -----------------------------------------------------

/** Return a JSON object; throws where the text is none, or can be read in two ways. */
function readObject(text) {
  const value = JSON.parse(text);
  const names = [];
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g);
  tokens.forEach((token, at) => {
    if (token === "{" || token === "[") names.push(new Set());
    else if (token === "}" || token === "]") names.pop();
    else if (token[0] === '"') {
      // Half of a surrogate pair has no bytes.
      if (token.includes("\\u") && !JSON.parse(token).isWellFormed()) throw new VerificationError("json");
      if (tokens[at + 1] !== ":") return;
      const name = JSON.parse(token);
      if (names.at(-1).has(name)) throw new VerificationError("twice");
      names.at(-1).add(name);
    } else if (/^[-\d]/.test(token) && !(/^-?\d+$/.test(token) && Number.isSafeInteger(Number(token)))) {
      throw new VerificationError("number");
    }
  });
  if (!isObject(value)) throw new VerificationError("json");
  return value;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Return RFC 8785 canonical JSON of strings, whole numbers, true, false, null, lists and objects. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

// --- Hashes --------------------------------------------------------------------------------------

async function sha256(...pieces) {
  const bytes = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
const digestOf = async (value) => hex(await sha256(encoder.encode(canonical(value))));
const leafHash = (digest) => sha256(new Uint8Array([0]), unhex(digest));
const nodeHash = (left, right) => sha256(new Uint8Array([1]), left, right);
const same = (left, right) => left !== null && hex(left) === hex(right);

function unbase64(text) {
  let raw;
  try {
    raw = atob(text);
  } catch {
    throw new VerificationError("base64");
  }
  if (btoa(raw) !== text) throw new VerificationError("base64");
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

// --- The record ----------------------------------------------------------------------------------

/** Return the code of what is wrong with an entry, or an empty string. */
async function brokenEntry(entry, number, previous, instant) {
  if (entry.position !== number) return "missing";
  if (entry.version !== 1 && entry.version !== 2) return "version";
  if (!isWellShaped(entry)) return "fields";
  if (entry.previous !== previous) return "previous";
  const fields = Object.fromEntries(Object.entries(entry).filter(([name]) => !APART.has(name)));
  if ((await digestOf(fields)) !== entry.digest) return "digest";
  if (entry.published_at < instant) return "instant";
  for (const name of textsOf(entry)) {
    let words = entry[name] ?? null;
    const salt = entry[`${name}_salt`] ?? null;
    if (words === null && salt === null) continue; // whether they may be gone, the whole record says
    if (isObject(words)) words = canonical(words); // a statement, or facts
    if ((await digestOf({ salt, text: words })) !== entry[`${name}_digest`]) return name;
  }
  return "";
}

function isWellShaped(entry) {
  if (entry.version === 2) {
    return hasExactly(entry, FACTS) && FACTS.every((name) => hasItsType(name, entry[name]))
      && FACTS_KINDS.includes(entry.kind) && (entry.facts === null) === (entry.facts_salt === null)
      && INSTANT.test(entry.published_at);
  }
  const expected = [...COMMITTED, ...BESIDE, ...(entry.kind === "pledge" ? STATED : [])];
  return hasExactly(entry, expected) && expected.every((name) => hasItsType(name, entry[name]))
    && KINDS.includes(entry.kind) && INSTANT.test(entry.published_at);
}

function hasItsType(name, value) {
  if (name === "version" || name === "position") return Number.isInteger(value);
  if (name === "second_review") return typeof value === "boolean";
  if (name === "corrects") return value === null || Number.isInteger(value);
  if (name === "statement" || name === "facts") return value === null || isObject(value);
  if (name === "subject") {
    return isObject(value) && hasExactly(value, ["type", "id"]) && typeof value.type === "string" && Number.isInteger(value.id);
  }
  if (APART.has(name) && name !== "digest") return value === null || typeof value === "string";
  if (name !== "evidence") return typeof value === "string";
  return Array.isArray(value) && value.every((cited) =>
    isObject(cited) && hasExactly(cited, CITED) && Object.values(cited).every((words) => typeof words === "string"));
}

const hasExactly = (value, names) =>
  Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));

/** Return the names of the texts that an entry commits to by salted digests. */
const textsOf = (entry) =>
  entry.version === 2 ? ["facts"] : TEXTS.filter((name) => name !== "statement" || entry.kind === "pledge");

const textsWithout = (entry) => textsOf(entry).filter((name) =>
  (entry[name] ?? null) === null && (entry[`${name}_salt`] ?? null) === null);

/** Return what a proof of facts is about: passage 7. */
const aboutOf = ({ subject }) => (subject ? `${subject.type} ${subject.id}` : "");

/** Yield the lines of a file: only a line feed ends one. */
async function* linesOf(file) {
  let rest = "";
  const reader = file.stream().pipeThrough(new TextDecoderStream("utf-8", { fatal: true, ignoreBOM: true })).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : lines.pop();
    yield* lines.filter((line) => line.trim());
    if (done) return;
  }
}

/** Return the digests of a whole record; throws for the first entry that does not hold. */
async function readRecord(file, progress) {
  const digests = [], wordless = [], blanked = new Set(), withdrawn = new Map();
  let instant = "", problem = null, number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (number % 1000 === 0) progress(number);
    let entry;
    try {
      entry = readObject(line);
    } catch (error) {
      problem ??= { n: number, reason: error instanceof VerificationError ? error.finding.code : "json" };
      continue;
    }
    if (entry.kind === "legal-withdrawal" && Number.isInteger(entry.corrects)) blanked.add(entry.corrects);
    if (entry.kind === "facts-withdrawal") withdrawn.set(canonical(entry.subject ?? null), number);
    if (problem) continue; // what comes after it proves nothing
    const reason = await brokenEntry(entry, number, digests.at(-1) ?? GENESIS, instant);
    if (reason) {
      problem = { n: number, reason };
      continue;
    }
    wordless.push(...textsWithout(entry).map((name) => ({ n: number, reason: name, subject: entry.subject ?? null })));
    digests.push(entry.digest);
    instant = entry.published_at;
  }
  // Words may be gone where a later entry says that they were withdrawn for legal reasons.
  problem = wordless.find(({ n, subject }) =>
    subject === null ? !blanked.has(n) : !((withdrawn.get(canonical(subject)) ?? 0) > n)) ?? problem;
  if (problem) throw new VerificationError("entry", problem);
  return digests;
}

// --- The tree: RFC 9162, section 2.1 -------------------------------------------------------------

async function treeRoot(digests) {
  const stack = []; // complete subtrees, the largest first
  for (const digest of digests) {
    let height = 0, hash = await leafHash(digest);
    while (stack.length && stack.at(-1).height === height) {
      hash = await nodeHash(stack.pop().hash, hash);
      height += 1;
    }
    stack.push({ height, hash });
  }
  if (!stack.length) return sha256();
  let root = stack.pop().hash;
  while (stack.length) root = await nodeHash(stack.pop().hash, root);
  return root;
}

const half = (number) => Math.floor(number / 2); // positions may have more than 32 bits

/** Return the root that a proof of inclusion leads to, or null (RFC 9162, 2.1.3.2). */
async function rootOfInclusion(index, size, leaf, path) {
  if (index >= size) return null;
  let place = index, last = size - 1, root = leaf;
  for (const hash of path) {
    if (last === 0) return null;
    if (place % 2 || place === last) {
      root = await nodeHash(hash, root);
      while (place % 2 === 0 && place) [place, last] = [half(place), half(last)];
    } else root = await nodeHash(root, hash);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 ? root : null;
}

/** Return the two roots that a proof of consistency leads to, or null (RFC 9162, 2.1.4.2). */
async function rootsOfGrowth(old, size, oldRoot, path) {
  if (!(old > 0 && old <= size)) return null;
  if (old === size) return path.length ? null : [oldRoot, oldRoot];
  const hashes = Number.isInteger(Math.log2(old)) ? [oldRoot, ...path] : path;
  if (!hashes.length) return null;
  let place = old - 1, last = size - 1, [first] = hashes, [second] = hashes;
  while (place % 2) [place, last] = [half(place), half(last)];
  for (const hash of hashes.slice(1)) {
    if (last === 0) return null;
    if (place % 2 || place === last) {
      [first, second] = [await nodeHash(hash, first), await nodeHash(hash, second)];
      while (place % 2 === 0 && place) [place, last] = [half(place), half(last)];
    } else second = await nodeHash(second, hash);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 ? [first, second] : null;
}

// --- Signed heads: C2SP signed-note and tlog-checkpoint ------------------------------------------

/** Return {name, size, hash} of a signed head; with a key its signature has to hold. */
async function readHead(note, key) {
  const end = note.lastIndexOf("\n\n");
  const text = end < 0 ? note : note.slice(0, end);
  const [name, size, hash] = text.split("\n");
  if (!name || hash === undefined || !/^(0|[1-9]\d{0,15})$/.test(size)) throw new VerificationError("no-head");
  const head = { name, size: Number(size), hash: unbase64(hash) };
  if (head.hash.length !== 32) throw new VerificationError("no-head");
  if (key) {
    const verifier = await readKey(key, 1, name);
    if (verifier.name !== name) throw new VerificationError("other-key", { name });
    await verifyNote(note, verifier, (signature) => [signature, `${text}\n`], "");
  }
  return head;
}

/** Return {name, id, public} of a key; its kind is 1 for a log, 4 for a witness. */
async function readKey(text, kind, owner) {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim());
  const raw = parts ? unbase64(parts[3]) : new Uint8Array();
  if (raw.length !== 33 || raw[0] !== kind) throw new VerificationError("no-key");
  const id = hex(await sha256(encoder.encode(`${parts[1]}\n`), raw)).slice(0, 8);
  if (id !== parts[2]) throw new VerificationError("other-key", { name: owner ?? parts[1] });
  return { name: parts[1], id, public: raw.slice(1) };
}

/** Verify the signature of a key; messageOf(bytes) gives the signature in them, and the text that it is of. */
async function verifyNote(note, { name, id, public: bytes }, messageOf, prefix) {
  const algorithm = { name: "Ed25519" };
  const end = note.lastIndexOf("\n\n");
  for (const line of end < 0 ? [] : note.slice(end + 2).split("\n")) {
    const signed = /^— (\S+) (\S+)$/.exec(line);
    const raw = signed && signed[1] === name ? unbase64(signed[2]) : new Uint8Array();
    if (hex(raw.slice(0, 4)) !== id) continue;
    const [signature, text] = messageOf(raw.slice(4));
    const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
    if (await crypto.subtle.verify(algorithm, key, signature, encoder.encode(text))) return;
    throw new VerificationError(`${prefix}signature`, { witness: name });
  }
  throw new VerificationError(`${prefix}unsigned-by-key`, { witness: name });
}

/** Verify that a witness cosigned a head; returns a finding with the instant. C2SP tlog-cosignature. */
async function verifyCosignature(note, key) {
  const head = await readHead(note, ""), witness = await readKey(key, 4);
  const text = note.slice(0, note.lastIndexOf("\n\n") + 1);
  let time = 0n;
  await verifyNote(note, witness, (raw) => {
    time = raw.length === 72 ? new DataView(raw.buffer, raw.byteOffset).getBigUint64(0) : 0n;
    return [raw.slice(8), `cosignature/v1\ntime ${time}\n${text}`];
  }, "witness-");
  const when = time < 2n ** 35n ? `${new Date(Number(time) * 1000).toISOString().slice(0, 19)}Z` : String(time);
  return { code: "cosigned", n: head.size, witness: witness.name, when };
}

// --- What is asked -------------------------------------------------------------------------------

/** Verify a file: a record, the proof of one entry, or the proof that the log grew. Returns a list of findings. */
async function verifyFile(file, { head: note = "", key = "", witness = "", signatures = null, progress = () => {} } = {}) {
  try {
    const head = note ? await readHead(note, key) : null;
    const findings = head && !key ? [{ code: "unsigned" }] : [];
    const proof = await readProof(file);
    const witnesses = witness.split(/\s+/).filter(Boolean);
    if (witnesses.length && proof === null && !note) throw new VerificationError("no-head-cosigned");
    const cosigned = proof === null ? note : proof.new ?? proof.proof.slice(proof.proof.indexOf("\n\n") + 2);
    for (const one of witnesses) findings.push(await verifyCosignature(cosigned, one));
    if (signatures !== null && (proof !== null || !key)) throw new VerificationError("signatures-need-key");
    if (proof === null) findings.push(...await verifyRecord(file, head, progress, signatures !== null && { signatures, key }));
    else findings.push(...await (Object.hasOwn(proof, "hashes") ? verifyGrowth : verifyEntry)(proof, head, key));
    return findings;
  } catch (error) {
    if (error instanceof VerificationError) return [{ ...error.finding, wrong: true }];
    if (error instanceof TypeError || error instanceof SyntaxError) return [{ code: "unreadable", wrong: true }];
    throw error;
  }
}

/** Return the text of a file of gzip; throws where it is broken, or longer than any proof. */
async function unpack(file) {
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip"))
    .pipeThrough(new TextDecoderStream("utf-8", { fatal: true, ignoreBOM: true })).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read(); // a TypeError where it is broken
    if (done) return text;
    text += value;
    if (text.length > LARGEST_PROOF) throw new VerificationError("packed");
  }
}

async function readProof(file) {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = first === 0x1f && second === 0x8b;
  if (file.size <= LARGEST_PROOF) {
    const text = isPacked ? await unpack(file) : await file.text();
    try {
      const value = readObject(text);
      if (Object.hasOwn(value, "proof") || Object.hasOwn(value, "hashes")) return value;
    } catch {
      // A record is no single object.
    }
  }
  if (isPacked) throw new VerificationError("packed");
  return null;
}

/** Verify who published each entry; returns a finding. */
async function verifySignatures(lines, digests, text) {
  const algorithm = { name: "Ed25519" };
  const { public: bytes } = await readKey(text, 1);
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
  const accounts = new Set();
  let expected = null, first = null, commands = 0;
  for (const line of lines.split("\n").filter((each) => each.trim())) {
    const row = readObject(line);
    const { position, account } = row;
    if (!hasExactly(row, ["position", "account", "signature"]) || !Number.isInteger(position)) {
      throw new VerificationError("format");
    }
    if (position > digests.length) break; // signed since the record was downloaded
    expected ??= position;
    first ??= position;
    if (position !== expected) throw new VerificationError("entry", { n: Math.min(position, expected), reason: "unsigned" });
    const isAccount = account === null || (Number.isInteger(account) && account > 0);
    const message = `pledge-record-entry/1\nentry ${position}\n${digests[position - 1]}\naccount ${account ?? "-"}\n`;
    if (!isAccount || !await crypto.subtle.verify(algorithm, key, unbase64(row.signature), encoder.encode(message))) {
      throw new VerificationError("entry", { n: position, reason: "signature" });
    }
    if (account === null) commands += 1;
    else accounts.add(account);
    expected += 1;
  }
  if (expected === null || expected <= digests.length) {
    throw new VerificationError("entry", { n: expected ?? 1, reason: "unsigned" });
  }
  const signed = { first, last: digests.length, people: expected - first - commands };
  return { code: "signed", ...signed, accounts: accounts.size, commands };
}

async function verifyRecord(file, head, progress, signed) {
  const digests = await readRecord(file, progress);
  const findings = [{ code: "holds", n: digests.length, head: digests.at(-1) ?? GENESIS }];
  if (signed) findings.push(await verifySignatures(signed.signatures, digests, signed.key));
  if (head === null) return findings;
  const values = { n: head.size, file: digests.length, more: digests.length - head.size };
  if (values.more < 0) return [...findings, { code: "newer", ...values, wrong: true }];
  const known = head.name.endsWith("/log")
    ? await treeRoot(digests.slice(0, head.size))
    : unhex(head.size ? digests[head.size - 1] : GENESIS);
  if (!same(known, head.hash)) return [...findings, { code: "rewritten", ...values, wrong: true }];
  return [...findings, { code: values.more ? "goes-on" : "extends", ...values }];
}

async function verifyEntry(proof, head, key) {
  const { entry } = proof;
  if (!hasExactly(proof, ["format", "entry", "proof", "verifier_key"]) || proof.format !== "pledge-record-proof/1"
      || !isObject(entry) || !Number.isSafeInteger(entry.position) || entry.position < 1) {
    throw new VerificationError("format");
  }
  const number = entry.position;
  const reason = await brokenEntry(entry, number, entry.previous, "");
  if (reason) throw new VerificationError("entry", { n: number, reason });
  const end = proof.proof.indexOf("\n\n");
  const [first, index, ...path] = proof.proof.slice(0, end).split("\n");
  if (first !== "c2sp.org/tlog-proof@v1" || index !== `index ${number - 1}`) throw new VerificationError("format");
  const log = await readHead(proof.proof.slice(end + 2), key || proof.verifier_key);
  const root = await rootOfInclusion(number - 1, log.size, await leafHash(entry.digest), path.map(unbase64));
  if (!same(root, log.hash)) throw new VerificationError("not-in-log", { n: number, size: log.size });
  const findings = [{ code: "in-log", n: number, size: log.size, name: log.name, headline: entry.headline ?? aboutOf(entry) }];
  if (textsWithout(entry).length) findings.push({ code: "without-words", n: number });
  if (!key) findings.push({ code: "key-in-file", key: proof.verifier_key });
  if (head && head.name !== log.name && head.size === number) {
    const isLast = same(head.hash, unhex(entry.digest));
    findings.push(isLast ? { code: "last-of-head", n: number } : { code: "rewritten", n: number, wrong: true });
  } else if (head && head.name === log.name && head.size === log.size) {
    if (!same(head.hash, log.hash)) findings.push({ code: "rewritten", n: head.size, wrong: true });
  } else if (head) findings.push({ code: "says-nothing", n: head.size });
  return findings;
}

async function verifyGrowth(proof, head, key) {
  if (!hasExactly(proof, ["old", "new", "hashes"])) throw new VerificationError("format");
  const old = await readHead(proof.old, key), log = await readHead(proof.new, key);
  const roots = await rootsOfGrowth(old.size, log.size, old.hash, proof.hashes.map(unbase64));
  const values = { old: old.size, size: log.size, name: log.name };
  if (roots === null || old.name !== log.name || !same(roots[0], old.hash) || !same(roots[1], log.hash)) {
    throw new VerificationError("does-not-grow", values);
  }
  const findings = [{ code: "grows", ...values }];
  if (!key) findings.push({ code: "unsigned" });
  const both = head ? [old, log].filter((each) => each.name === head.name && each.size === head.size) : [];
  if (head && !both.length) findings.push({ code: "says-nothing", n: head.size });
  if (both.some((each) => !same(each.hash, head.hash))) findings.push({ code: "rewritten", n: head.size, wrong: true });
  return findings;
}

// --- The page ------------------------------------------------------------------------------------

const wordsOf = (page, { code, ...values }) => {
  const words = (name) => page.querySelector(`[data-words="${name}"]`)?.textContent.trim() ?? name;
  const all = { ...values, reason: values.reason ? words(`reason-${values.reason}`) : "" };
  return words(code).replace(/\{(\w+)\}/g, (_, name) => all[name] ?? "");
};

async function verifyChosen(form) {
  const control = (name) => form.querySelector(`[name="${name}"]`);
  const [file] = control("file").files;
  const [kept] = control("head").files;
  const [signatures] = control("signatures").files;
  const output = form.querySelector("[role=status]");
  output.className = "";
  if (!file) return output.replaceChildren(wordsOf(form, { code: "no-file" }));
  if (!crypto.subtle) return output.replaceChildren(wordsOf(form, { code: "no-crypto" }));
  const progress = (n) => output.replaceChildren(wordsOf(form, { code: "progress", n }));
  const findings = await verifyFile(file, {
    head: kept ? await kept.text() : "", key: control("key").value.trim(), witness: control("witness").value,
    signatures: signatures ? await signatures.text() : null, progress,
  });
  output.className = findings.some(({ wrong }) => wrong) ? "caution" : "";
  output.replaceChildren(...findings.map((finding) => {
    const line = document.createElement("p");
    line.dataset.code = finding.code;
    line.textContent = wordsOf(form, finding);
    return line;
  }));
}

globalThis.document?.addEventListener("click", (event) => {
  if (event.target.matches("#verify button")) verifyChosen(event.target.closest("#verify"));
});
