"""Find the sentences of a text in which somebody who governs commits itself. Plain Python, no database.

What makes a sentence a candidate is in a file of rules, as data that a desk can read. Nothing is decided here: a
candidate is a proposal, with the reasons why it was made, and a person accepts, rejects or merges it.
"""

import re
from typing import NamedTuple

from tracker.text.detection.bodies import first_body
from tracker.text.detection.pledge_rules import CUE_CHARS, MARK, Rule, Rules, RuleSet, load_rules
from tracker.text.detection.sentences import MAX_SENTENCE_CHARS, Sentence, sentences

__all__ = ["MAX_SENTENCE_CHARS", "DetectedPledge", "Sentence", "detect_pledges", "read", "sentences"]

_MIN_WORDS = 4
_TOLD = 0.9
"""From this weight on a reason is worth telling where nothing is proposed."""
_MAX_HEADLINE_CHARS = 200
_ENOUGH_TO_ADD = 0.7
"""Below this weight money and a day add nothing."""
_PROMISED = 1.5
"""From this weight on, “will” is promised in so many words: a “should” beside it no longer counts against it."""


class DetectedPledge(NamedTuple):
    """A sentence as the rules read it.

    ``kind`` is commitment where it is proposed, recommendation where the review itself speaks, else why it ranks
    lower: demand, finding, opinion, done, fact. ``reasons`` are the rules that spoke, the weightiest first; ``who``,
    ``what`` and ``when`` are words of the sentence, empty where it does not say. ``heading`` is the heading that it
    is under with those above it, ``recommendation`` the one that it answers by its place
    ("Recommendation 4"), ``lead_in`` the words before its list ("We will").
    """

    sentence: Sentence
    kind: str
    score: float
    reasons: tuple[str, ...]
    who: str = ""
    what: str = ""
    when: str = ""
    heading: str = ""
    recommendation: str = ""
    lead_in: str = ""

    @property
    def is_recommendation(self) -> bool:
        """Whether the review itself speaks: a pledge is based on it only where its recommendations are accepted."""
        return self.score >= load_rules().propose_from and self.kind == "recommendation"

    @property
    def is_proposed(self) -> bool:
        """Whether its weight is enough for a proposal (``propose_from`` of the rules, 1.0)."""
        return self.score >= load_rules().propose_from and self.kind == "commitment"


class _Reason(NamedTuple):
    because: str
    weight: float
    kind: str
    start: int


def detect_pledges(text: str) -> list[DetectedPledge]:
    """Return every sentence of a text as the rules read it, the likeliest pledge first, equals in the text's order."""
    detected = [
        read(sentence)
        for sentence in sentences(text)
        if sentence.text.count(" ") + sentence.text.count("\n") >= _MIN_WORDS - 1
    ]
    detected.sort(key=lambda pledge: (-pledge.score, pledge.sentence.start))
    return detected


def read(sentence: Sentence) -> DetectedPledge:
    """Return a sentence as the rules read it, with its lead-in where it is the item of a list."""
    own = " ".join((sentence.words or sentence.text).split())[:MAX_SENTENCE_CHARS]
    paragraph = sentence.paragraph
    rules = load_rules()
    lead_in = _lead_in(sentence, own, rules)
    heading = paragraph.heading if paragraph is not None else ""
    recommendation = paragraph.recommendation if paragraph is not None else ""
    words = f"{lead_in[-300:]} {_ASIDE_FIRST.sub('', own)}" if lead_in and _OPEN.search(lead_in) else own
    is_item = paragraph is not None and paragraph.kind == "item" and sentence.is_first
    item = own if is_item and not recommendation else ""
    weighed = _Words(words, rules, lead_in, item)
    reasons = _weighed(weighed, rules)
    if own[:40].lower().find("rec") >= 0 and _is_label(own):
        reasons.append(_Reason("a recommendation of the review itself", 2.2, "recommendation", 0))
    if not reasons:
        return DetectedPledge(sentence, "fact", 0.0, (), "", "", "", heading, recommendation, lead_in)
    score = round(sum(reason.weight for reason in reasons), 2)
    reasons.sort(key=lambda reason: -abs(reason.weight))
    promising = score >= rules.propose_from
    kind = next((reason.kind for reason in reasons if (reason.weight > 0) == promising), "fact")
    if kind == "commitment" and not promising:
        kind = "fact"
    if own.endswith(":") and kind == "commitment" and len(own) < 40:
        score, kind = min(score, 0.9), "fact"
    first = min((reason.start for reason in reasons if reason.weight >= 1 and reason.start >= 0), default=-1)
    what = words[first:] if first >= len(words) - len(own) else own if first >= 0 else ""
    return DetectedPledge(
        sentence,
        kind,
        score,
        tuple(dict.fromkeys(reason.because for reason in reasons)),
        first_body(words, weighed.marked),
        _AUXILIARY.sub("", what).rstrip('.”;" '),
        _when(own),
        heading,
        recommendation,
        lead_in,
    )


_LETTERS = bytes(byte if ord("a") <= byte <= ord("z") else ord(" ") for byte in range(256))
_SIGNS = "£$€%?"
_AUXILIARY = re.compile(
    r"^(?:has|have|is|are|am)\b(?: (?:also|now|today|already))* (?=\w+(?:ed|ing)\b)", re.IGNORECASE
)
_CAPITALS = re.compile(r"[A-Z](?<!\w[A-Z])[A-Z]{2,5}\b")
_OPEN = re.compile(
    r"^(?!what|how|why)(?:.*\b)?(?:(?:will|to|shall|would|should|must)(?: \w+){0,3}"
    r"|for|(?<!focus )(?<!focuses )on|that|have|has|are|is|by|include|includes|including)(?: now| also| already)?$",
    re.IGNORECASE,
)
"""How words before a list end where the items go on with them."""
_ASIDE_FIRST = re.compile(r"^(?:in|with|by|through|from|as|working|subject)\b[^,;.]{0,80}, ", re.IGNORECASE)
_WANTS_VERB = re.compile(r"\b(?:will|to|shall|would|should|must)(?: now| also)?$", re.IGNORECASE)


def _lead_in(sentence: Sentence, own: str, rules: Rules) -> str:
    """Return the words before the list of which a sentence is an item; a list without marks is known by its verbs."""
    paragraph = sentence.paragraph
    if paragraph is None or not paragraph.lead_in or not sentence.is_first:
        return ""
    if paragraph.kind != "item":
        verb = _VERB.match(own.lower())
        if verb is None or not _WANTS_VERB.search(paragraph.lead_in) or verb[0] not in rules.verbs:
            return ""
    return paragraph.lead_in


_LABEL = re.compile(r"\W*(?:recommendation|rec\.?)\s+[\dA-Z][\w.]{0,6}\s*[:.–—-]?\s+\w", re.IGNORECASE)
_ANSWERED = re.compile(r"\b(?:accept|agree|reject|we |will\b|note)", re.IGNORECASE)


def _is_label(words: str) -> bool:
    """Say whether a sentence is a numbered recommendation itself, and not the answer to it."""
    return bool(_LABEL.match(words)) and not _ANSWERED.search(words)


class _Words:
    """A sentence as patterns are tried on it: in small letters, and with who governs marked."""

    def __init__(self, words: str, rules: Rules, lead_in: str, item: str) -> None:
        small = words.replace("’", "'").lower()
        self.small = small if len(small) == len(words) else words.replace("’", "'")
        self.words, self.lead_in, self.item = words, lead_in.lower(), item.lower()
        letters = self.small.encode("utf-8", "replace").translate(_LETTERS).decode("ascii")
        self.cues = {word[:CUE_CHARS] for word in letters.split()}
        self.cues.update([sign for sign in _SIGNS if sign in self.small])
        self._body = rules.body
        self._marked: str | None = None

    @property
    def marked(self) -> str:
        """The sentence with MARK in place of each letter of a name of who governs: as long as the sentence itself."""
        if self._marked is None:  # kept by hand: cached_property takes a lock each time
            marked = self._body.sub(_mark, self.small)
            for match in () if self.words.isupper() else _CAPITALS.finditer(self.words):
                marked = f"{marked[: match.start()]}{_mark(match)}{marked[match.end() :]}"
            self._marked = marked
        return self._marked

    def match(self, rule: Rule) -> re.Match[str] | None:
        """Return where a rule applies: in the sentence, the words before its list, or the item. None: it does not."""
        if rule.lead_in:
            return rule.pattern.search(self.lead_in) if self.lead_in else None
        if rule.item:
            return rule.pattern.search(self.item) if self.item else None
        if rule.headline and (len(self.words) > _MAX_HEADLINE_CHARS or self.words.endswith(".")):
            return None
        words = self.marked if rule.names_body else self.small
        if rule.needs and not any(map(words.__contains__, rule.needs)):
            return None
        return rule.pattern.search(words)

    def speaking(self, rules: RuleSet) -> list[_Reason]:
        """Return the reasons of the rules that apply."""
        return [
            _Reason(rule.because, rule.weight, rule.kind, match.start())
            for rule in rules.that_may_speak(self.cues, in_list=bool(self.lead_in or self.item))
            if (match := self.match(rule))
        ]


def _mark(match: re.Match[str]) -> str:
    return MARK * (match.end() - match.start())


def _weighed(sentence: _Words, rules: Rules) -> list[_Reason]:
    """Return what speaks for and against a sentence."""
    modal_reasons = _said(sentence, rules)
    reasons = [max(modal_reasons, key=lambda reason: reason.weight)] if modal_reasons else []
    reasons += sentence.speaking(rules.speaking_for)
    if not reasons:
        return []
    if sum(reason.weight for reason in reasons) >= _ENOUGH_TO_ADD:
        reasons += sentence.speaking(rules.adding)
    if sum(reason.weight for reason in reasons) < rules.propose_from:
        return [reason for reason in reasons if reason.weight >= _TOLD]
    promises = [reason for reason in reasons if reason.weight >= _TOLD and reason.kind == "commitment"]
    first = min((reason.start for reason in [*modal_reasons, *promises]), default=len(sentence.words))
    promised = any(promise.weight >= _PROMISED for promise in promises)
    recommended = any(reason.kind == "recommendation" for reason in reasons)
    for rule in rules.against.that_may_speak(sentence.cues, in_list=bool(sentence.lead_in)):
        if recommended and rule.kind in ("demand", "fact") and rule.weight > -3.5:
            continue
        if rule.unless_promised and (promised or (rule.kind == "done" and "will" in sentence.small and promises)):
            continue
        if match := sentence.match(rule):
            if (rule.unless_promised or rule.unless_before) and first < match.start():
                continue
            if rule.unless_later and any(reason.start > match.end() and reason.weight > 1 for reason in modal_reasons):
                continue
            reasons.append(_Reason(rule.because, rule.weight, rule.kind, match.start()))
    return reasons


# --- What follows “will” -------------------------------------------------------------------------

_MODAL = re.compile(
    r"w(?<!\ww)(?:ill|on't)\b(?! of\b)|s(?<!\ws)hall\b(?! of\b)|'ll\b"
    r"|i(?<!\wi)s (?:also |now )?(?:to|going to)\b|a(?<!\wa)(?:re|m) (?:also |now )?(?:to|going to)\b"
    r"|'(?:re|m) going to\b"
    r"|i(?<!\wi)s\b(?= (?:\w+ ){0,2}[a-z-]+ing\b)|a(?<!\wa)(?:re|m)\b(?= (?:\w+ ){0,2}[a-z-]+ing\b)"
    r"|'(?:re|m)\b(?= (?:\w+ ){0,2}[a-z-]+ing\b)",
)
"""Each way begins with a letter, and the word's begin is looked at after it: so most of a sentence is passed over."""
_NOW = frozenset(("is", "are", "am", "'re", "'m"))
_SKIPPED = re.compile(
    r"(?:[\s\"“‘]|\(\w{1,3}\)|,(?:[^,]{1,140}),|"
    r"\b(?:not|also|now|then|better|fully|first|still|no longer|additionally|further|therefore|instead"
    r"|today|both|each|all|soon|shortly|again|"
    r"in turn|in future|continue to|seek to|look to|aim to|go on to|formally|next|together|still|"
    r"(?!apply|supply|multiply|rely|reply|comply)\w+ly)\b)*",
)
_VERB = re.compile(r"[a-z]+(?:-[a-z]+)?")
_ASIDE = re.compile(r",[^,;:]{1,140},\s*$|\s*\([^()]{1,100}\)\s*$")
_INDIRECT = re.compile(
    r"\b(?:(?:what|how|whether|(?<!is )(?<!'s )why|if|when(?! \w+ing\b)|until|once|unless|than|where|"
    r"(?:expect|hope|believe|think|confident|assume|estimate|anticipate|predict|fear|trust)(?:s|ed)?|whereby"
    r"|so that|in order that|ensur\w+|means?|meaning)\b(?:(?! and (?:we|i|it|ministers|the)\b| will )[^,;:.]){0,70}$"
    r"|(?:expect|hope|believe|think|confident|anticipate|predict|fear|worry|welcome|concern is)(?:s"
    r"|ed)? that [^;:.]{0,160}$"
    r"|(?:of|on|in|to|by|for|under|with) which [^,;:.]{0,60}$"
    r"|(?:areas?|steps?|actions?|matters?|issues?|measures|programmes?|reforms?|ways?|those) "
    r"(?:that |which )?(?:the )?(?:we"
    r"|it|they|government|ministers)(?: [^,;:.]{0,30})?$)"
)
_NOUN = re.compile(r"\b(?:nor|political|free|good|a|the|ill|public's|people's)$")
_CLAUSE = re.compile(r"[;:—(“\"]| – |,\s+(?:and|but|while|so|because)\b|\b(?:that|because|so|but|however)\b")
_WE = re.compile(r"\b(?:we|i)(?:\s+(?:all|both|each|too|therefore|also|now))?$")
_WE_AND = re.compile(r"\b(?:we|i)\b[^,;:]{0,80}\band$|^\s*(?:we|i)\b")
_THEY = re.compile(r"\b(?:he|she|they)$")
_NAMED = re.compile(r"\b(?:mr|mrs|ms|dr|sir|dame|lord|baroness|lady|senator) [\w'-]+(?: [\w'-]+)?$")
_THIS = re.compile(r"(?:(?:^|[.:;“\"] ?)(?:this|that)|^\W*it)(?: also)?$")
_IT = re.compile(r"\b(?:it|this|these|those|there)$|^that$|, (?:which|who)(?:\s+\w+)?$")
_WHICH = re.compile(r"\b(?:which|that|who)(?:\s+\w+)?$")
_OF_A_BODY = re.compile(rf"{MARK}+(?: {MARK}+)*['’]s?(?=\s)")
_MATTER_OF_A_BODY = re.compile(
    rf"{MARK} (?:industry|contracts?|polic(?:y|ies)|funding|budget|scheme|programme|program|system"
    rf"|strategy|plans?|bill"
    r"|reports?|reviews?|response|pay|costs?|tax|reforms?|spending|sale|priorit(?:y|ies)|work|services?|package)$"
)
_ABOUT = re.compile(r"[a-z] (?:for|of|in|by|with|from|on|into|under|to)\b")
"""What is before a body that does not itself act: "the funding for the agency"."""
_STARTING = frozenset("begin start commence conclude launch open close follow report complete expire".split())
_LOOKS_AT = re.compile(r"look (?:at|into|across|again|closely|outwards?|further)\b")
_PURPOSE = re.compile(
    r"\b(?:rationale|aim|purpose|objective|goal|point|role|reason|vision|idea|way|task|challenge|job"
    r"|ambition|remit|effect)s?\b"
    r"[^.;:]{0,70}$"
)
"""What “is to” tells of here is what something is for."""
_TAKES_EFFECT = re.compile(r"(?:take effect|come into (?:force|effect|operation)|go live)\b")
_THERE = re.compile(
    r"be (?:in place|available|live|in force|operational|ready|open|free|subject to|required to"
    r"|accountable (?:to|for)|eligible|entitled|exempt)\b"
)


_AMOUNT = re.compile(
    r"be (?:around |about |over |up to |more than |at least )?"
    r"(?:[£$€]\s?\d|\d[\d.,]*\s?(?:%|per cent|million|billion))"
)
_HAVE = re.compile(
    r"have (?:to \w|the (?:remit|right|power|duty|chance|option)|access|their|(?:full|new|statutory|legal"
    r"|greater|separate|comprehensive)\b"
    r"|(?:\w+ ){1,3}in place\b"
    r"|(?:up to )?[£$€]|an? (?:\w+ ){0,2}(?:duty|right|say|choice|budget|power|dedicated|legal)\b)",
)


def _said(sentence: _Words, rules: Rules) -> list[_Reason]:
    """Return a reason for each “will”, “shall” or “is to” of a sentence that promises something."""
    small = sentence.small
    if not (
        "will" in small
        or "shall" in small
        or "'ll " in small
        or "won't" in small
        or (
            " to " in small
            and ("is to " in small or "are to " in small or "going to " in small or "also to " in small)
        )
        or (
            "ing " in small
            and (" are " in small or " is " in small or " am " in small or "'re " in small or "'m " in small)
        )
    ):
        return []  # most sentences: said before any pattern is tried
    reasons: list[_Reason] = []
    for modal in _MODAL.finditer(small):
        verb = _verb_kind(small[modal.end() :], rules, is_now=modal[0] in _NOW)
        if not verb:
            continue
        before = small[: modal.start()].rstrip()
        if _NOUN.search(before, max(len(before) - 20, 0)) or _INDIRECT.search(before):
            continue
        if small[modal.end() - 2 : modal.end()] == "to" and _PURPOSE.search(before):
            continue
        weight, because = rules.says.get((_subject(before, sentence.marked), verb), (0.0, ""))
        if weight:
            reasons.append(_Reason(because, weight, "commitment", modal.start()))
    return reasons


def _verb_kind(after: str, rules: Rules, *, is_now: bool) -> str:
    """Return the kind of verb that follows “will”, as the rules name it; empty where nothing is promised by it."""
    skipped = _SKIPPED.match(after)
    rest = after[skipped.end() :] if skipped else after
    word = _VERB.match(rest)
    if word is None:
        return ""
    verb = word[0]
    if is_now:
        return "now" if verb in rules.now else "now-looking" if verb in rules.looking else ""
    if verb == "been":
        return ""  # what will have been done tells of the past
    if verb == "be":
        if _THERE.match(rest):
            return "be-there"
        if _AMOUNT.match(rest):
            return "be-amount"
        if rest.startswith("be able to "):
            return "be-able"
        inner = _SKIPPED.match(rest[word.end() :])
        following = _VERB.match(rest[word.end() + (inner.end() if inner else 0) :])
        done = following[0] if following else ""
        if done in rules.going:
            return "going"
        kind = rules.participles.get(done, "other" if done.endswith("ed") else "")
        return {"act": "be-act", "hope": "be-hope", "other": "be-other"}.get(kind, "")
    if _LOOKS_AT.match(rest):
        return "act"
    if verb == "have":
        if _HAVE.match(rest):
            return "be-there"
        perfect = _VERB.match(rest[word.end() :].lstrip())
        return rules.participles.get(perfect[0], "") if perfect else ""
    if _TAKES_EFFECT.match(rest):
        return "starting"
    if rules.effect.match(rest):
        return "effect"
    kind = rules.verbs.get(verb, "other")
    if kind == "act" and verb in _STARTING:
        return "starting"
    return kind if kind in ("act", "hope", "other") else ""


def _subject(before: str, marked: str) -> str:
    """Return who it is that will do it: we, they, it, which, body (somebody who governs) or other."""
    stripped = _ASIDE.sub("", before).rstrip(" ,")
    for pattern, who in ((_WE, "we"), (_THEY, "they"), (_THIS, "this"), (_IT, "it")):
        if pattern.search(stripped):
            return who
    if _WHICH.search(stripped) and not marked[: len(stripped)].endswith(MARK):
        return "which"
    begin = max((cut.end() for cut in _CLAUSE.finditer(stripped)), default=0)
    if begin >= len(stripped):
        begin = 0
    if _WE_AND.search(stripped[begin:]):
        return "we"
    if _NAMED.search(stripped):
        return "named"
    subject = _OF_A_BODY.sub("", marked[begin : len(stripped)])
    is_body = _names_body(subject) or _names_body(subject.rpartition(", ")[2])
    return "body" if is_body else "other"


def _names_body(subject: str) -> bool:
    body = subject.find(MARK)
    return body >= 0 and not _ABOUT.search(subject, 0, body) and not _MATTER_OF_A_BODY.search(subject)


_WHEN = re.compile(
    r"\b(?:by|before|within|until|from|in|over|this|next)\s(?:the\s)?(?:(?:end|start|beginning)\sof\s)?(?:the\s)?"
    r"(?:next\s|coming\s|new\s)?(?:(?:two|three|four|five|six|twelve|\d{1,3})\s(?:days|weeks|months|years)|"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s)?"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s20\d\d)?|"
    r"20\d\d(?:-\d\d)?|spring|summer|autumn|winter|Easter|Christmas|year|week|month|session"
    r"|academic\syear|election)\b",
)


def _when(words: str) -> str:
    match = _WHEN.search(words)
    return match[0] if match else ""
