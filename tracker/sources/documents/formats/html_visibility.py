"""What of a web page nobody sees, and what is furniture of the site rather than text of the page."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

_MAX_RULES = 2_000
_RULE = re.compile(r"([^{}@;]{1,500})\{([^{}]{0,2000})\}")
_CONDITION = re.compile(
    r"@(?:media|supports|layer)\s*([^{]{0,200})\{((?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,500}[^{}]*)\}"
)
_SIMPLE = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)")
_GONE = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0(?![.\d]))",
    re.I,
)
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.I)
_LIST_STYLE = re.compile(
    r"list-style(?:-type)?\s*:[^;]*?\b(none|decimal-leading-zero|decimal|(?:lower|upper)-(?:alpha|latin|roman))\b",
    re.I,
)
_JUDGED = frozenset("a aside div footer form header nav ol section ul dialog p".split())
_ROLES = frozenset(["navigation", "banner", "contentinfo", "search"])
_CONTENT = frozenset(["article", "main", "section", "aside", "blockquote", "dialog", "figure", "td", "li"])
_BANNER = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr)(?:$|[\s_-])|cookie-?(?:banner|bar|notice|consent|message)", re.I
)
_FURNITURE = re.compile(
    r"(?:^|\s)(?:(?:site|page|global|main|gem-c-layout|govuk|app|layout)[-_]+)*(?:super-navigation-)?"
    r"(?:header|footer|masthead|navbar|nav|menu|breadcrumbs?|skip-?(?:link|nav|to-content)|phase-banner|share-links|"
    r"social-share|cookie-banner|back-to-top)(?:$|\s|__)",
    re.I,
)


_COLUMN = re.compile(
    r"(?:(?:\w+day,? )?\d{1,2} \w{3,9} \d{4} ?[:,–-] ?)?\[?(?:Column|Col\.) ?(?:number )?\d{1,5} ?[A-Z]{0,2}\]?"
)
_COLUMN_NAME = re.compile(
    r"(?:^|[\s_-])(?:col(?:umn)?(?:[-_]?(?:number|no|num|heading))?|page[-_]?(?:number|no|num|break)|pagenum)(?:$|[\s_-])",
    re.I,
)
_COLUMN_NUMBER = re.compile(r"[\[(|]?(?:Column|Col\.?|Page|p\.)? ?\d{1,5} ?[A-Z]{0,2}[\])|]?", re.I)


class Visibility:
    """Judges the elements of one page by their attributes and by the simple rules of its own style sheets."""

    def __init__(self, root: Any) -> None:
        self._rules = list(_rules(root))
        self._opened = {
            target.lstrip("#")
            for element in root.iter("a", "button", "summary", "label", "li", "div", "input")
            for name in ("aria-controls", "data-target", "data-bs-target", "href")
            if (target := element.get(name) or "") and (name != "href" or target.startswith("#"))
        }
        self._has_main = next(root.iter("main"), None) is not None
        self._hidden: list[str] = []
        self._openable: list[str] = []
        self._judged: dict[Any, bool] = {}

    def is_hidden(self, element: Any, tag: str) -> bool:
        """Whether nobody sees an element; what a click opens is seen, and told in a note."""
        style = element.get("style") or ""
        hidden = element.get("hidden")
        gone = (hidden is not None and hidden.lower() != "until-found") or bool(_GONE.search(style))
        gone = gone or (tag == "dialog" and element.get("open") is None)
        gone = gone or any(_GONE.search(declarations) for declarations in self._declared(element))
        if not gone or re.search(r"display\s*:\s*(?!none)\w", style):
            return False
        words = " ".join(element.text_content().split())
        opens = element.get("role") == "tabpanel" or (element.get("id") or "\x00") in self._opened
        if opens and tag != "dialog":
            self._openable.append(words)
            return False
        self._hidden.append(words)
        return True

    def is_struck(self, element: Any) -> bool:
        """Whether an element is struck through by a style."""
        if _STRUCK.search(element.get("style") or ""):
            return True
        return any(_STRUCK.search(declarations) for declarations in self._declared(element))

    def list_style(self, element: Any) -> str:
        """Return the kind of number that a style gives a list; nothing where none does."""
        for declarations in (element.get("style") or "", *self._declared(element)):
            if match := _LIST_STYLE.search(declarations):
                return match[1].lower()
        names = (element.get("class") or "").split()
        if "govuk-list" in names and "govuk-list--number" not in names:
            return "none"  # the style of many pages of governments, which no page carries in itself
        return ""

    @staticmethod
    def is_marker(element: Any) -> bool:
        """Whether an element says which column or page of a printed edition begins, such as “Column 614”."""
        words = "".join(islice(element.itertext(), 8)) if len(element) < 4 else ""
        if not words.strip() or len(words) > 60:
            return False
        if _COLUMN.fullmatch(" ".join(words.split())):
            return True
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        return bool(_COLUMN_NAME.search(names) and _COLUMN_NUMBER.fullmatch(" ".join(words.split())))

    def is_furniture(self, element: Any, tag: str) -> bool:
        """Whether an element is a menu, a banner, or the head or foot of the site."""
        if tag not in _JUDGED:
            return False
        if (known := self._judged.get(element)) is None:
            known = self._judged[element] = self._judge(element, tag)
        return known

    def _judge(self, element: Any, tag: str) -> bool:
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        if tag == "a":
            words = element.text_content().strip().lower()
            return (element.get("href") or "").startswith("#") and words.startswith(
                ("skip to", "jump to", "back to top")
            )
        if tag == "nav" or (element.get("role") or "").lower() in _ROLES:
            return True
        if tag != "p" and (_BANNER.search(names) or "cookie" in (element.get("aria-label") or "").lower()):
            return next(element.iter("main", "article", "h1"), None) is None
        within = next((above for above in element.iterancestors() if above.tag in _CONTENT), None) is not None
        if within or (self._has_main and next(element.iter("main"), None) is not None):
            return False
        if tag in ("header", "footer"):
            return tag == "footer" or next(element.iter("h1"), None) is None or self._has_main
        return bool(_FURNITURE.search(names)) and next(element.iter("h1", "article"), None) is None

    def warnings(self) -> Iterator[str]:
        """Yield in words what is hidden."""
        if text := " ".join(self._hidden).strip():
            yield f"Hidden text is left out: “{text[:80]}{'…' if len(text) > 80 else ''}” ({len(text):,} characters)."
        if text := " ".join(self._openable).strip():
            yield f"Text that is hidden until a click is read too: “{text[:80]}{'…' if len(text) > 80 else ''}”."

    def _declared(self, element: Any) -> Iterator[str]:
        if self._rules:
            names = {f".{name}" for name in (element.get("class") or "").split()}
            names.add(f"#{element.get('id')}")
            for tag, wanted, declarations in self._rules:
                if tag in ("", element.tag) and wanted <= names:
                    yield declarations


def _rules(root: Any) -> Iterator[tuple[str, set[str], str]]:
    """Yield the rules of one element each that hide it, strike it through or number it: tag, names, declarations."""
    number = 0
    for sheet in root.iter("style"):
        if (sheet.get("media") or "all").lower() not in ("all", "screen"):
            continue
        text = re.sub(r"/\*.*?\*/", " ", (sheet.text or "")[:300_000], flags=re.DOTALL)
        text = _CONDITION.sub(" ", text)
        for selectors, declarations in _RULE.findall(text):
            if not (_GONE.search(declarations) or _STRUCK.search(declarations) or _LIST_STYLE.search(declarations)):
                continue
            for selector in selectors.split(","):
                match = _SIMPLE.fullmatch(selector.strip())
                if match and match[0] and (number := number + 1) <= _MAX_RULES:
                    yield (match[1] or "").lower(), set(re.findall(r"[.#][\w-]+", match[2])), declarations
