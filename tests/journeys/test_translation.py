"""Strings are ready for translation: in a made-up language nothing that readers see is left in English but data."""

import re
from urllib.parse import unquote_plus

import lxml.html
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache

from tests.browser.test_every_page import PAGES
from tests.pseudo_locale import pseudo, spoken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("casey"), pytest.mark.once]
UNSPOKEN = ["script", "style", "code", "pre", "textarea", "svg", "q", "blockquote"]
"""Elements whose text is data, a name or a program's."""
SPOKEN_ATTRIBUTES = ["aria-label", "title", "placeholder", "alt", "data-copy"]
SPOKEN_META = ["description", "og:title", "og:description", "og:image:alt"]
NAMES = frozenset(
    re.findall(
        r"\S+",
        "CSV JSON BibTeX Wikipedia API OpenAPI Atom CC BY GET SHA-256 as_of iCalendar Ed25519 C2SP iframe",
    )
)
MAPPED = re.compile(r"[aceinorsuy]", re.IGNORECASE)


def data() -> str:
    """Every word that the database holds, and the settings that pages show."""
    rows = [settings.SITE_NAME, settings.RECORD_ORIGIN, *(word for pair in settings.HELPLINES for word in pair)]
    for label in ("sources", "pledges"):
        for model in apps.get_app_config(label).get_models():
            for row in model._base_manager.values():
                rows += [str(value) for value in row.values()]
    return re.sub(r"\s+", " ", " ".join(rows)).lower()


def spoken_texts(page: lxml.html.HtmlElement):
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        inside = any(parent.tag in UNSPOKEN for parent in [element, *element.iterancestors()])
        if not inside and element.text:
            yield element.tag, element.text
        within = any(parent.tag in UNSPOKEN for parent in element.iterancestors())
        if not within and element.tail:
            yield "tail", element.tail
        if element.tag == "meta" and (element.get("name") or element.get("property")) in SPOKEN_META:
            yield "meta", element.get("content")
        for name in SPOKEN_ATTRIBUTES:
            if not within and element.get(name):
                yield name, element.get(name)


def unspoken(text: str, known: str) -> str:
    """What of a text is neither in the language nor data: words in plain letters that it would have changed."""
    flat = re.sub(r"\s+", " ", text).strip()
    if flat.lower().strip(" .,:;“”()…") in known:
        return ""
    spoken = re.sub(r"https?://\S+|\{\w+\}", "", flat)  # an address, or a place for a value, is in no language
    words = re.findall(r"[^\W\d_][\w./-]*", spoken)
    return " ".join(
        word
        for word in words
        if word.isascii()
        and MAPPED.search(word)
        and word not in NAMES
        and not re.fullmatch(r"[\w-]+\.(?:csv|json|ndjson)|\w*\d\w*|testserver\S*", word)
        and not re.search(rf"(?<!\w){re.escape(word.lower().strip('.'))}(?!\w)", known)
    )


def test_the_language_keeps_placeholders_and_markup():
    told = pseudo('See <a href="{{ x }}">%(number)s pledges</a>')
    assert re.search(r'<a href="{{ x }}">%\(number\)s plédgéš</a>', told)
    assert len(told) >= 1.3 * len("See  pledges")


@pytest.mark.parametrize("path", [one for one in PAGES if not one.startswith("/api/")])
@pytest.mark.slow
def test_nothing_that_readers_see_is_left_in_english(client, path):
    cache.clear()
    known = f"{data()} {unquote_plus(path).lower()}"
    with spoken():
        body = client.get(path).content.decode()
    page = lxml.html.document_fromstring(body)
    for reference in page.xpath("//section[@aria-labelledby='tables-h']"):
        reference.drop_tree()  # what a column means is part of the format, like its name: that is in English
    forgotten = {
        f"{where}: {text.strip()[:120]} → {left}"
        for where, text in spoken_texts(page)
        if (left := unspoken(text, known))
    }
    assert not forgotten, "\n".join(sorted(forgotten))
    assert body.count("⟦") > 5


def test_the_control_an_unmarked_string_is_found():
    known = data()
    assert unspoken(f"{pseudo('Ready to go')} forgotten sausages", known) == "forgotten sausages"
    assert unspoken(pseudo("Ready to go: 12"), known) == ""
