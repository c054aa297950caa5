"""Which words search takes for the same: spellings, months, plurals that no rule makes, compounds, and stop words.

Plain data and the function that reads it. Change anything here, and raise LANGUAGE_VERSION in words.py.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import Stemmer

STOP_WORDS = frozenset(
    "a about after all also am an and any are as at be because been before being but by can could did do does done "
    "for from had has have he her his how i if in into is it its me more my no nor not of on or our over shall she "
    "should so some such than that the their them then there these they this those to under up us was we were what "
    "when where which while who whom whose why will with would you your".split()
)
"""Words that nearly every text has. They count between quotation marks, and in capitals as a name (WHO, IT)."""

MONTH_NUMBERS = {
    "jan": 1, "january": 1, "feb": 2, "february": 2, "mar": 3, "march": 3, "apr": 4, "april": 4, "may": 5, "jun": 6,
    "june": 6, "jul": 7, "july": 7, "aug": 8, "august": 8, "sep": 9, "sept": 9, "september": 9, "oct": 10,
    "october": 10, "nov": 11, "november": 11, "dec": 12, "december": 12,
}  # fmt: skip
"""Names of months and their short forms."""
MONTH_NAMES = "january february march april may june july august september october november december".split()

REFERENCES = {
    "section": "section sections sec secs s ss §", "paragraph": "paragraph paragraphs para paras ¶",
    "recommendation": "recommendation recommendations rec recs", "article": "article articles art arts",
    "schedule": "schedule schedules sch schs", "regulation": "regulation regulations reg regs",
    "clause": "clause clauses cl cls", "chapter": "chapter chapters ch chs", "page": "page pages p pp",
    "part": "part parts", "annex": "annex annexes", "appendix": "appendix appendices", "rule": "rule rules",
    "table": "table tables", "figure": "figure figures fig figs", "volume": "volume volumes vol vols",
    "cm": "cm", "cmnd": "cmnd", "cp": "cp", "hc": "hc", "hl": "hl",
}  # fmt: skip
"""What comes before a number of a place or a paper, by the word that it is found by."""

COMPOUNDS = [
    "cold case", "roll out", "follow up", "well being", "multi agency", "co operate", "co operation", "co ordinate",
    "co ordination", "e mail", "on line", "off line", "whistle blower", "whistle blowing", "home less", "care giver",
    "hand book", "child care", "safe guard", "safe guarding", "police woman", "police man", "data base", "data set",
    "time table", "time scale", "work force", "work place", "back log", "up date", "under way", "cross party",
    "nation wide", "country wide", "long term", "short term", "part time", "full time", "decision making",
]  # fmt: skip
"""Words that are written apart, with a hyphen or as one. Those that a text writes with a hyphen are known as well."""

_EXACT = {
    "children": "child", "childrens": "child", "women": "woman", "womens": "woman", "men": "man", "mens": "man",
    "mps": "mp", "pcs": "pc", "lives": "life", "wives": "wife", "crises": "crisis", "analyses": "analysis",
    "criteria": "criterion", "enquiry": "inquiri", "officer": "officer", "officers": "officer",
    "authority": "authority", "authorities": "authority", "publication": "publication",
    "publications": "publication", "organisation": "organizat", "organisations": "organizat",
    "organization": "organizat", "organizations": "organizat", "organisational": "organizat",
    "organizational": "organizat", "important": "important", "importance": "important", "govt": "govern",
    "dept": "depart", "depts": "depart", "paras": "paragraph", "para": "paragraph", "recs": "recommend",
}  # fmt: skip
"""Words whose term is not what the stemmer makes of them: irregular ones, and those that it would take for others."""

_Spelling = str | Callable[[re.Match[str]], str]
_SPELLINGS: list[tuple[str, _Spelling]] = [
    (r"^enquir", "inquir"),
    (r"^(col|lab|behavi|fav|hon|neighb|harb|hum|rum|endeav|flav|vap|od|sav|rig|vig|cand|tum|arm)our", r"\1or"),
    (r"^(cent|theat|(?:kilo|centi|milli)?met|lit|fib|calib|meag|spect)re(s?)$", r"\1er\2"),
    (r"^centred$", "centered"),
    (r"^(licen|defen|offen|preten)c(e|es|ed|ing)$", r"\1s\2"),
    (r"^practi[cs](e|es|ed|ing)$", r"practiz\1"),
    (r"^(\w{3,})is(e|es|ed|ing|er|ers|ation|ations|ational)$", r"\1iz\2"),
    (r"^(\w{3,})ys(e|es|ed|ing|er|ers)$", r"\1yz\2"),
    (r"^(cancel|travel|counsel|label|model|signal|fuel|level|channel|quarrel|total|initial)l(ed|ing|ors?|ers?)$",
     r"\1\2"),
    (r"^(fulfil|enrol|instal)l", r"\1"),
    (r"^programme", "program"),
    (r"^grey", "gray"),
    (r"^(jud|acknowled)gement", r"\1gment"),
    (r"^ageing$", "aging"),
    (r"^gaol", "jail"),
    (r"^sceptic", "skeptic"),
    (r"^(cata|dia|ana)logue", r"\1log"),
    (r"^p(?:ae)(diatr|dophil)", r"pe\1"),
    (r"^arte(fact)", r"arti\1"),
    (r"^(archae|encyclopae|mediae|foe)", lambda match: match[0].replace("ae", "e").replace("oe", "e")),
    (r"^(learn|spel|spil|burn|dream)t$", r"\1ed"),
    (r"^(amid|among|whil)st$", lambda match: {"whil": "while"}.get(match[1], match[1])),
]  # fmt: skip
"""British spellings, and what both they and the American ones become."""
_RESPELLED = [(re.compile(pattern), spelling) for pattern, spelling in _SPELLINGS]

_STEMMER = Stemmer.Stemmer("english", maxCacheSize=0)
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
MAX_TERM_CHARS = 40


@lru_cache(maxsize=100_000)
def term_of(word: str) -> str:
    """Return the term in the index for a folded word ([a-z0-9]): all its spellings and forms have the same term."""
    word = word[:MAX_TERM_CHARS]
    if word in _EXACT:
        return _EXACT[word]
    if not word.isalpha():
        return _ORDINAL.sub(r"\1", word) if _ORDINAL.fullmatch(word) else word
    if word in MONTH_NUMBERS:
        word = MONTH_NAMES[MONTH_NUMBERS[word] - 1]
    for pattern, spelling in _RESPELLED:
        respelled = pattern.sub(spelling, word, count=1)
        if respelled != word:
            word = respelled
            break
    return str(_STEMMER.stemWord(word))
