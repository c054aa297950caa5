"""What people write never becomes a part of a page: with hostile texts in every field a page has the elements and
attributes that it has with plain words, in every form in which it is given out. 400 texts in make drill (DRILL_TEXTS).
"""

import itertools
import json
import os
from collections import Counter

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from lxml import etree, html

from tests.desk.conftest import signed_in
from tests.factories import BodyFactory, PassageFactory, SourceFactory, ThemeFactory, draft, person, stated, update
from tracker.desk.accounts.models import NameClaim
from tracker.desk.accounts.permissions import DeskRole
from tracker.pledges.models import Conflict, ConflictSide
from tracker.pledges.record.publish import withdraw_entry

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TAGS = ["script", "img", "svg", "iframe", "a", "input", "details", "body", "math", "template"]
TRICKS = [
    "<{tag} onload=alert(1)>", "<{tag} src=x onerror=alert(1)>", "\"><{tag} onfocus=alert(1) autofocus>",
    "'><{tag} href=javascript:alert(1)>x</{tag}>", "<{tag} hx-get=/desk/ hx-trigger=load>",
    "<{tag} data-hx-on:click=alert(1)>", "</{tag}><{tag}>alert(1)</{tag}>", "<{tag}/onload=alert(1)//",
    "<<{tag}>alert(1);//<</{tag}>", "<{tag} style=\"background:url(javascript:alert(1))\">",
    "&lt;{tag} onload=alert(1)&gt;", "&#60;{tag} onload=alert(1)&#62;", "%3C{tag}%20onload=alert(1)%3E",
    "\\u003c{tag} onload=alert(1)\\u003e", "<!--><{tag} onload=alert(1)>-->", "]]><{tag} onload=alert(1)>",
    "{{{{ '<{tag}>' }}}}{{% csrf_token %}}", "[x](javascript:alert('{tag}'))", "![x](\"onerror=alert('{tag}'))",
    "<{tag} xlink:href=data:text/html,alert(1)>", "＜{tag} onload=alert(1)＞", "`${{alert('{tag}')}}`",
    "</title></textarea></style></noscript><{tag}>", "<{tag} srcdoc='<script>alert(1)</script>'>",
    "<{tag} formaction=javascript:alert(1)>", "\"/onmouseover=alert(1)/x=\"{tag}", "' onclick='alert(1)' {tag}",
    "<{tag} class=leave id=leave>", "<http://evil.example/{tag}>", "[{tag}](//evil.example)",
    "<{tag} src=//evil.example/x.js>", "<{tag} target=_blank rel=opener href=//evil.example>",
    "<{tag} http-equiv=refresh content=0>", "<{tag} is=x-y>", "<{tag} slot=a>", "<{tag} autofocus tabindex=1>",
    "<{tag} action=//evil.example>", "<{tag} ping=//evil.example>", "<{tag} nonce=x>", "<{tag} integrity=x>",
]  # fmt: skip
TEXTS = [trick.format(tag=tag) for trick, tag in itertools.product(TRICKS, TAGS)]
TRIED = TEXTS if os.environ.get("DRILL_TEXTS") else TEXTS[::13]
AT_ONCE = 4
"""As many as the shortest field has room for."""
MARKDOWN = {"a", "em", "strong", "code", "ul", "ol", "li", "p", "blockquote", "br", "h4", "h5"}
"""What an editor's explanation may become; an address in it is of the web."""


def scene(text):
    """A desk and a record with a text in every field that can hold it."""
    theme, body = ThemeFactory(slug="theme", name=text[:200]), BodyFactory(slug="body", name=text[:200])
    source = SourceFactory(slug="source", title=text[:300], publisher=text[:200], note=text, text=text)
    passage = PassageFactory(source=source, exact=text, start=0, end=len(text))
    about = stated(
        passage, slug="about", title=text[:300], theme=theme, promised_by=body, done_means=text, unclear=text,
        note=text, made_note=text[:200], deadline_note=text[:200],
    )  # fmt: skip
    ConflictSide.objects.create(
        conflict=Conflict.objects.create(pledge=about, question=text[:200], note=text),
        passage=passage,
        says=text[:200],
    )
    update(about, headline=text[:200], explanation=text)
    withdraw_entry(update(about, headline=text[:200]), reason=text, by=text[:100], approved_by=text[:99] + "!")
    ada = person("Ada Byron", DeskRole.EDITOR)
    # No form takes such a name: as if one had been stored before there were rules for names.
    name = text[:150].strip(" ")
    NameClaim.objects.create(kind="name", text=name, user=ada)
    get_user_model().objects.filter(pk=ada.pk).update(first_name=name, last_name="")
    return draft(ada, about, headline=text[:200], explanation=text), ada


def given_out(made, ada):
    """Each answer that has the words, by its address: of a reader, and of the desk."""
    reader, desk = Client(), signed_in(ada)
    for address in ("/", "/?q=alert", "/pledges/about/", "/sources/", "/sources/source/", "/bodies/", "/bodies/body/",
                    "/themes/theme/", "/changes/", "/corrections/", "/checks/", "/pictures/",
                    "/compare/?a=body&b=body", "/embed/pledges/about/", "/feed.atom", "/data/",
                    "/api/v1/pledges"):  # fmt: skip
        yield address, reader.get(address)
    for address in ("/desk/", "/desk/pledges/about/", made.get_absolute_url()):
        yield address, desk.get(address)


def shape(answer):
    """How often each element has which attributes; of an address, only how it begins."""
    parse = etree.fromstring if "xml" in answer["Content-Type"] else html.fromstring
    counted: Counter[tuple[object, ...]] = Counter()
    for element in parse(answer.content).iter():
        if isinstance(element.tag, str) and element.tag not in MARKDOWN - {"a"}:
            begins = [str(element.get(name, "")).strip().partition(":")[0][:12] for name in ("href", "src")]
            outside = [one for one in begins if one in ("javascript", "data", "vbscript") or one.startswith("//")]
            if element.tag == "a" and set(element.keys()) <= {"href", "rel"} and not outside:
                continue  # Markdown may make one of an address of the web
            counted[element.tag, tuple(sorted(element.keys())), *outside] += 1
    return counted


@pytest.fixture
def plain():
    """The shapes with plain words."""
    with transaction.atomic():
        found = {address: shape(answer) for address, answer in given_out(*scene("Plain words, alert. " * 20))
                 if "json" not in answer["Content-Type"]}  # fmt: skip
        transaction.set_rollback(True)
    return found


def differing(text, plain):
    """Where a text makes an answer other than plain words do."""
    for address, answer in given_out(*scene(text)):
        assert answer.status_code == 200, address
        if "json" in answer["Content-Type"]:
            assert text[:100] in json.dumps(answer.json(), ensure_ascii=False).replace('\\"', '"').replace(
                "\\\\", "\\"
            )
        elif more := shape(answer) - plain[address]:
            yield address, more


@pytest.mark.slow
def test_no_text_becomes_a_part_of_an_answer(plain, figure):
    for start in range(0, len(TRIED), AT_ONCE):
        with transaction.atomic():
            text = " ".join(TRIED[start : start + AT_ONCE])[:200]
            assert list(differing(text, plain)) == [], text
            transaction.set_rollback(True)
    figure("I4", f"{len(TRIED)} hostile texts in every field, {len(plain)} answers each: none became a part of one")


@pytest.mark.slow
def test_the_control_a_page_that_does_not_escape_is_seen(plain, monkeypatch):
    monkeypatch.setattr("django.template.base.conditional_escape", str)
    assert len(list(differing(TEXTS[0], plain))) > 10


def test_there_are_four_hundred():
    assert len(set(TEXTS)) >= 400
