"""Pledge, source, body, theme, methodology, about, checks, and what happens at a wrong address."""

import datetime as dt
import functools
import html
import re

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.urls import reverse

from tests.factories import TEXT, BodyFactory, PassageFactory, SourceFactory, pledge, update
from tracker.pledges.choices import Basis, EvidenceRole, Schedule, Status
from tracker.pledges.models import Body, Pledge, Review
from tracker.pledges.querysets import PledgeQuerySet
from tracker.sources.choices import Licence
from tracker.sources.models import Passage, Source

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return b"".join(response).decode(errors="replace") if response.streaming else response.content.decode()


@pytest.mark.usefixtures("casey")
class TestPledge:
    def test_words_conflicts_answers_and_evidence(self, client):
        body = page(client, "/pledges/nca-cold-cases/")
        assert "follow up on an estimated more than 1,000 cold cases" in body
        assert "The National Agency is also to reopen more than 800 closed grooming-gang cases." in body, "damage kept"
        assert "These sources differ: how many closed cases" in body
        assert "<q>more than 1,000</q>" in body
        assert "<q>more than 800</q>" in body
        assert "checked against snapshot" in body
        assert "quoted, not yet checked" in body
        for heading in ("What evidence supports", "What the government says of itself", "Against its first deadline"):
            assert f"<dt>{heading}</dt>" in body
        assert "No deadline given" in body
        assert "We looked until" in body
        assert "published without second review" in body
        assert "http://testserver/pledges/nca-cold-cases/" in body

    def test_each_update_has_an_address_and_its_evidence(self, client):
        made = Pledge.objects.get(slug="nca-cold-cases")
        body = page(client, made.get_absolute_url())
        for entry in made.updates.all():
            ended = ' class="ended"' if entry.corrections.exists() else ""
            assert f'<li id="{entry.anchor}"{ended}>' in body
            for citation in entry.citations.all():
                assert f'href="{citation.passage.get_absolute_url()}"' in body

    def test_what_the_government_says_of_itself_is_quoted_and_dated(self, client):
        body = page(client, "/pledges/remaining-recommendations/")
        answer = body[body.index("What the government says of itself") :][:600]
        assert "The Government is implementing every recommendation" in answer
        assert "10 December 2025" in answer

    def test_words_about_time_that_give_no_date_are_no_deadline(self, client):
        body = page(client, "/pledges/national-inquiry/")
        assert "Deadline: no day can be told" in body
        assert "“expected to take around three years”: a reported expectation, not a promise" in body

    def test_the_ladder_shows_the_step_that_is_evidenced(self, client):
        body = page(client, "/pledges/national-inquiry/")
        assert re.search(r'<li class="reached">Chaired <span class="small">evidenced', body)
        assert body.count('class="reached"') == 1

    @pytest.mark.slow
    def test_every_link_inside_the_site_leads_somewhere(self, client):
        seen, queue = set(), ["/"]
        read = functools.cache(lambda url: page(client, url))
        while queue:
            url = queue.pop()
            if url in seen:
                continue
            seen.add(url)
            body = read(url)
            if not body.lstrip().startswith("<!doctype html>"):
                continue
            ids = set(re.findall(r'id="([^"]+)"', body))
            for link in re.findall(r'href="([^"]+)"', body):
                path, _, fragment = link.replace("&amp;", "&").partition("#")
                if not path and fragment:
                    assert fragment in ids, f"{url} links to #{fragment}"
                elif path.startswith("/") and not path.startswith(
                    ("/static/", "/admin/", "/record/", "/.well-known/")
                ):
                    if fragment.startswith(("passage-", "entry-", "basis-", "statuses")):
                        assert f'id="{fragment}"' in read(path.split("?")[0]), f"{url} links to {link}"
                    queue.append(path.split("?")[0])
        assert len(seen) > 35


class TestSource:
    def test_an_open_text_is_shown_whole_with_its_passages_marked(self, client):
        made = pledge()
        passage = made.citations.get().passage
        body = page(client, passage.source.get_absolute_url())
        assert f'<mark id="{passage.anchor}"' in body
        assert "Nobody asked when. The work starts in May, she added." in body
        assert f'<a href="{made.get_absolute_url()}">{made.title}</a>' in body
        assert "matches the stored text exactly" in body

    def test_of_a_closed_text_readers_see_passages_and_a_few_characters_and_editors_all(self, client):
        secret = "This sentence is far away from any passage and belongs to its author."
        source = SourceFactory(text=f"{TEXT} {'filler ' * 20}{secret}", licence=Licence.RESERVED)
        pledge(PassageFactory(source=source))
        body = page(client, source.get_absolute_url())
        assert "The minister said" in body
        assert secret not in body
        assert re.search(r"\d+ characters not shown", body)
        client.force_login(get_user_model().objects.create_superuser("ada"))
        assert secret in page(client, source.get_absolute_url())

    def test_nested_and_crossing_passages_each_keep_their_words(self, client):
        source = SourceFactory()
        passages = [
            PassageFactory(source=source, exact=words)
            for words in ("We will do it.” Nobody", "We will", "Nobody asked when.")
        ]
        for passage in passages:
            pledge(passage)
        body = page(client, source.get_absolute_url())
        for passage in passages:
            assert body.count(f'id="{passage.anchor}"') == 1
        plain = re.sub(r"<a class=\"ref\".*?</a>|<span class=\"hidden\">.*?</span>|<[^>]+>", "", body)
        assert TEXT in plain

    def test_the_original_is_linked_at_the_words(self, client):
        source = SourceFactory(url="https://example.org/page", text="")
        pledge(Passage.objects.create(source=source, exact="words, well-chosen"))
        body = page(client, source.get_absolute_url())
        assert 'href="https://example.org/page#:~:text=words%2C%20well%2Dchosen" rel="noreferrer"' in body

    def test_what_rests_on_a_passage_and_no_passage_on_which_nothing_does(self, client):
        made = pledge()
        entry = update(made)
        passage = entry.citations.get().passage
        lonely = PassageFactory(source=passage.source, exact="Nobody asked when.")
        body = page(client, passage.source.get_absolute_url())
        assert f'href="{entry.get_absolute_url()}"' in body
        assert "Under way" in body
        assert f"claims-{lonely.pk}" not in body, "what a draft took is nobody's to see"

    def test_a_later_snapshot_is_pointed_to(self, client):
        old = SourceFactory()
        new = SourceFactory(supersedes=old)
        pledge(PassageFactory(source=old))
        assert "A later snapshot" not in page(client, old.get_absolute_url()), "nothing rests on it yet"
        pledge(PassageFactory(source=new))
        assert f'later snapshot of this document exists: <a href="{new.get_absolute_url()}"' in page(
            client, old.get_absolute_url()
        )

    def test_text_and_metadata_are_shown_as_text(self, client):
        source = SourceFactory(text="<b>We will do it.</b><script>x</script>", title="<i>t</i>", note="<u>n</u>")
        pledge(PassageFactory(source=source))
        body = page(client, source.get_absolute_url())
        assert not any(tag in body for tag in ("<b>We", "<script>x", "<i>t", "<u>n"))


@pytest.mark.usefixtures("casey")
class TestOtherPages:
    def test_body_and_theme_pages_have_their_own_sentence_and_list(self, client):
        body = page(client, Body.objects.get(slug="home-secretary").get_absolute_url())
        assert "None of the 3 pledges is delivered." in body
        assert body.count('<li class="row">') == 3
        theme = page(client, "/themes/policing/?status=under-way")
        assert theme.count('<li class="row">') == 2

    def test_sources_and_words_to_check(self, client):
        listed = html.unescape(page(client, "/sources/"))
        assert all(source.display_title in listed for source in Source.objects.all())
        body = page(client, "/checks/")
        assert body.count("<blockquote>") == 36
        assert "Police information systems should be upgraded." in body
        assert "Clause 52 ensures that convictions" not in body, "it is checked now"
        numbers = [int(number) for number in re.findall(r"<figcaption>Cited by (\d+) claims?:", body)]
        assert len(numbers) == 36
        assert numbers == sorted(numbers, reverse=True), "what most rests on comes first"
        assert numbers[0] > 1

    def test_methodology_publishes_every_definition(self, client):
        body = page(client, "/methodology/").replace("&#x27;", "'")
        for words in (Status, Basis, Schedule):
            for word in words:
                assert str(word.label) in body
                assert word.definition in body

    def test_about_and_every_page_say_where_help_is(self, client):
        Review.objects.update(help_lines="A line for tests | 0000 123", leave_url="https://example.org/weather")
        for url in ("/", "/about/", "/sources/", "/pledges/taxi-licensing/", "/methodology/"):
            body = page(client, url)
            assert "A line for tests" in body
            assert 'href="https://example.org/weather"' in body


class TestErrors:
    def test_a_wrong_address_helps(self, client, casey):
        response = client.get("/pledges/taxi-licence/")
        assert response.status_code == 404
        body = response.content.decode()
        assert "Page not found" in body
        assert '<a href="/pledges/taxi-licensing/">Close the loopholes in taxi licensing</a>' in body

    @pytest.mark.parametrize(
        "url",
        [
            "/nothing/",
            "/pledges/%00/",
            "/pledges/" + "x" * 5000 + "/",
            "/sources/%E2%80%AE/",
            "/bodies/none/",
            "/themes/none/",
            "/pledges/../../etc/passwd/",
            "/%ff/",
        ],
    )
    def test_no_address_is_a_server_error(self, client, url):
        assert client.get(url).status_code == 404

    def test_a_database_that_does_not_answer_is_said_so(self, client, monkeypatch):
        def fail(*args, **kwargs):
            raise OperationalError("could not connect")

        monkeypatch.setattr(PledgeQuerySet, "for_list", fail)
        response = client.get("/")
        assert response.status_code == 503
        assert response["Retry-After"] == "30"
        assert "Nothing is lost" in response.content.decode()
        assert "could not connect" not in response.content.decode()

    def test_a_fault_of_ours_shows_no_trace(self, client, monkeypatch):
        client.raise_request_exception = False

        def fail(*args, **kwargs):
            raise RuntimeError("secret detail")

        monkeypatch.setattr(PledgeQuerySet, "for_list", fail)
        response = client.get("/")
        assert response.status_code == 500
        assert "secret detail" not in response.content.decode()
        assert "it was saved completely or not at all." in response.content.decode()


def test_headers_keep_a_reader_safe(client):
    response = client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert not response.cookies


def test_pages_have_no_inline_script_or_style(client, casey):
    for url in (reverse("public:dashboard"), "/pledges/nca-cold-cases/", "/sources/gov-response/", "/methodology/"):
        body = page(client, url)
        assert " style=" not in body
        assert not re.search(r"\son[a-z]+=", body)
        assert not re.search(r"<script(?![^>]*\ssrc=)(?! type=.application/ld.json)", body)


def test_two_citations_of_one_passage_are_one_pledge_on_the_source_page(client):
    made = pledge()
    passage = made.citations.get().passage
    made.citations.create(passage=passage, role=EvidenceRole.SCOPE)
    update(made, on=dt.date(2025, 8, 1))
    body = page(client, passage.source.get_absolute_url())
    assert body.count(f'<a href="{made.get_absolute_url()}">') == 1


@pytest.mark.usefixtures("casey")
class TestCompare:
    def test_two_bodies_stand_side_by_side_in_an_address(self, client):
        body = page(client, "/compare/?a=uk-government&b=home-secretary")
        assert body.count('<section aria-labelledby="side-') == 2
        assert "None of the 3 pledges is delivered." in body
        assert '<option value="home-secretary" selected>' in body

    def test_nothing_one_or_nonsense_is_answered(self, client):
        assert "Choose two bodies." in page(client, "/compare/")
        assert page(client, "/compare/?a=home-secretary").count('<section aria-labelledby="side-') == 1
        assert "That body does not exist" in page(client, "/compare/?a=%00&b=none")
        before = page(client, "/compare/?a=home-secretary&b=uk-government&as_of=2020-01-01")
        assert "This record began on" in before
        assert "No pledge names this body." not in before, "of days before the record nothing is said"
        BodyFactory(slug="nobody-promised")
        assert "No pledge names this body." in page(client, "/compare/?a=home-secretary&b=nobody-promised")
