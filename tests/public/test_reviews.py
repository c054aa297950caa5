"""Reviews side by side: each has its own front page, note, help lines and looks, and nothing of another."""

import datetime as dt
import os
import re
from itertools import count
from pathlib import Path

import pytest
import time_machine
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import (
    BodyFactory,
    PassageFactory,
    RecommendationFactory,
    ReviewFactory,
    ThemeFactory,
    stated,
    update,
)
from tracker.core.appearance.colours import DARK, LIGHT, MIN_CONTRAST, weakest_contrast
from tracker.core.appearance.svg import make_svg_safe
from tracker.pledges.choices import EvidenceRole, Status
from tracker.pledges.models import CatalogueVersion, RecordEntry, Review, Theme
from tracker.pledges.record.publish import Evidence, withdraw_entry
from tracker.pledges.record.statements import publish_statement
from tracker.settings import BASE_DIR
from tracker.web import page_review

pytestmark = pytest.mark.django_db

NOTE, LINE, AWAY = "These pages are about fires.", "Burns helpline | 0800 111", "https://example.org/weather"


@pytest.fixture(autouse=True)
def _nothing_known():
    page_review._last_known.clear()


def words(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.getvalue().decode()


def two() -> tuple[Review, Review]:
    """Two reviews, the first with everything of its own, the second with nothing."""
    own = {"content_note": NOTE, "help_lines": LINE, "leave_url": AWAY, "publisher": "Fire Watch"}
    fires = ReviewFactory(slug="fires", title="A Review of Fires", short_name="Fires", **own)
    return fires, ReviewFactory(slug="bridges", title="Bridges")


def test_what_is_a_reviews_own_stands_on_its_pages_and_on_no_others(client):
    fires, bridges = two()
    mine, other = stated(review=fires), stated(review=bridges)
    for page in ("/reviews/fires/", mine.get_absolute_url(), "/reviews/fires/about/", "/reviews/fires/changes/"):
        shown = words(client, page)
        assert all(one in shown for one in (NOTE, "Burns helpline", AWAY, "Published by Fire Watch.")), page
    theirs = [f"/reviews/bridges/{page}" for page in ("", "about/", "pictures/")]
    for page in (*theirs, other.get_absolute_url()):
        shown = words(client, page)
        assert not any(one in shown for one in (NOTE, "Burns helpline", "Leave this site", 'id="support"')), page
    shared = words(client, "/")
    assert NOTE not in shared
    assert AWAY in shared, "a way out names no subject"


def test_the_root_is_the_one_review_or_a_page_of_all(client):
    fires = ReviewFactory(slug="fires", title="A Review of Fires", content_note=NOTE)
    made = stated(review=fires)
    assert made.title in words(client, "/")
    assert NOTE in words(client, "/sources/")
    bridges = ReviewFactory(slug="bridges", title="Bridges")
    update(stated(review=bridges, title="A new bridge"), headline="It opened")
    update(made)
    root = words(client, "/")
    assert "2 reviews. Each has its own count." in root
    assert made.title not in root
    assert root.count('class="unit-bar"') == 2
    assert "It opened" in root, "the last entry of a review, in its own words"
    every = words(client, "/?q=bridge")
    assert "A new bridge" in every, "filters still leave pledges of all reviews"
    assert 'class="unit-bar"' not in every, "reviews are never counted together"
    assert "Each review has its own count" in every
    assert "Bridges" in words(client, "/reviews/?as_of=2026-11-24")
    assert client.get("/reviews/tunnels/").status_code == 404


def test_pages_of_past_days_show_what_was_a_reviews_own_then(client):
    review = ReviewFactory(slug="fires", title="A Review of Fires", content_note=NOTE, help_lines=LINE)
    made = stated(review=review)
    with time_machine.travel(dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)):
        review.title, review.content_note, review.help_lines = "Fires and Floods", "About floods too.", ""
        review.save()
    with time_machine.travel(dt.datetime(2026, 12, 3, 12, tzinfo=dt.UTC)):
        for page in ("/", "/reviews/fires/", "/reviews/fires/about/", made.get_absolute_url()):
            assert "About floods too." in words(client, page), page
            then = words(client, f"{page}?as_of=2026-11-26")
            assert NOTE in then, page
            assert "Burns helpline" in then, page
            assert "About floods too." not in then, page
        assert "A Review of Fires" in words(client, "/?as_of=2026-11-26")
        assert "Fires and Floods" in words(client, "/?as_of=2026-12-01")
    version = CatalogueVersion.objects.get(model="review")
    assert version.facts["content_note"] == NOTE
    for change in (version.delete, lambda: CatalogueVersion.objects.update(facts={})):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(client):
    review = ReviewFactory(accent="#ffd400")
    with pytest.raises(ValidationError, match=r"Too pale in light mode: 1\.\d to 1") as refused:
        review.full_clean()
    nearest = re.search(r"Nearest that works: (#[0-9a-f]{6})", str(refused.value))[1]
    Review.objects.filter(pk=review.pk).update(accent=nearest)
    review.refresh_from_db()
    review.full_clean()
    assert weakest_contrast(review.accent, LIGHT) >= MIN_CONTRAST
    assert weakest_contrast(review.dark_accent, DARK) >= MIN_CONTRAST
    stated()
    address = re.search(r'href="(/reviews/audit/look-\w+\.css)"', words(client, "/"))[1]
    sheet = words(client, address)
    assert nearest in sheet
    assert review.dark_accent in sheet
    review.accent_dark = "#402010"
    with pytest.raises(ValidationError, match="Too dark in dark mode"):
        review.full_clean()


def test_paper_has_the_colours_of_light_screens_whatever_the_reader_chose():
    """Accents are checked on white paper: a reader of dark screens who prints would get pale lines on it."""
    sheet = (Path(BASE_DIR) / "tracker" / "public" / "static" / "public" / "site.css").read_text()
    assert "(prefers-color-scheme: dark)" in sheet
    assert re.findall(r"@media (?!screen and )[^{]*prefers-color-scheme: dark", sheet) == []


EVIL = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 8 8"
  onload="alert(1)"><script>alert(1)</script><style>*{fill:url(https://evil.example)}</style>
  <a href="javascript:1"><path d="M0 0"/></a><image xlink:href="https://evil.example/x"/>
  <foreignObject><p>x</p></foreignObject><rect width="8" height="8" fill="url(https://evil.example#a)"
  stroke="url(#g)" style="x"/><set attributeName="href"/></svg>"""


def test_a_logo_keeps_its_shapes_and_loses_what_runs_or_loads(client):
    review = ReviewFactory(logo=EVIL)
    review.full_clean()
    review.save()
    stated()
    address = re.search(r'src="(/reviews/audit/logo-\w+\.svg)"', words(client, "/"))[1]
    picture = words(client, address)
    assert "<rect" in picture
    assert 'stroke="url(#g)"' in picture
    for gone in ("script", "style", "evil", "onload", "javascript", "image", "foreignObject", "<set", "<a "):
        assert gone not in picture, gone


@pytest.mark.parametrize(
    ("attribute", "is_kept"),
    [
        ('fill="url(#g)"', True),
        ('fill="url(#g) #fff"', True),
        ('fill="rgb(1, 2, 3)"', True),
        ('transform="translate(1 2) rotate(45)"', True),
        ('fill="url(https://evil.example/#g)"', False),
        ('fill="URL( #g )"', False),
        ('fill="\\75rl(https://evil.example/#g)"', False),
        ("mask=\"image-set('https://evil.example/x' 1x)\"", False),
        ("mask=\"src('https://evil.example/x')\"", False),
        ('clip-path="url(#a) url(https://evil.example/x)"', False),
        ('opacity="var(--x)"', False),
    ],
)
def test_a_logo_has_no_function_but_colours_moves_and_references_within_it(attribute, is_kept):
    logo = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" {attribute}/></svg>'
    assert (attribute.partition("=")[0] + "=" in make_svg_safe(logo)) is is_kept


@pytest.mark.parametrize(
    "logo",
    [
        "no picture",
        "<p>x</p>",
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">&a;</svg>',
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>{"x" * 20_000}</title></svg>',
    ],
)
def test_what_is_no_logo_is_refused_beside_its_field(logo):
    with pytest.raises(ValidationError) as refused:
        ReviewFactory(logo=logo).full_clean()
    assert list(refused.value.message_dict) == ["logo"]


def test_malformed_facts_are_refused_beside_their_field():
    review = ReviewFactory(help_lines="Only a name", language="xx", time_zone="Mars/Base", accent="red")
    with pytest.raises(ValidationError) as refused:
        review.full_clean()
    assert set(refused.value.message_dict) == {"help_lines", "language", "time_zone", "accent"}


def test_days_of_a_review_begin_where_it_is(client):
    review = ReviewFactory(time_zone="Pacific/Auckland")
    stated(review=review)
    assert 'The record on <time datetime="2026-11-25">' in words(client, "/"), "noon of the 24th in London"


def test_no_status_yet_is_a_state_and_late_an_axis_of_its_own(client):
    """In the sentence, counts, filters, search, charts, tables and the API, also of a past day."""
    review = ReviewFactory(slug="fires", title="Fires")
    late = stated(review=review, title="Late one", deadline_on=dt.date(2026, 1, 1))
    unseen = stated(review=review, title="Unseen one", made_on=dt.date(2025, 9, 20))
    page = words(client, "/")
    assert (
        "<b>2 pledges, not yet looked at.</b> The first was made 17 months ago, the last 14 months ago. 1 is" in page
    )
    assert "1 is past the deadline first given." in page
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)):
        update(late)
        page = words(client, "/")
        assert "<b>2 pledges, 1 looked at so far: none is delivered.</b> 1 is under way. 1 is not yet" in page
        assert "<b>On 24 November 2026: 2 pledges, not yet looked at.</b>" in words(client, "/?as_of=2026-11-24")
        assert 'href="/?status=none-yet#results"' in page
        assert 'href="/?schedule=overdue#results"' in page
        assert page.count('class="b-none-yet"') == 1
        assert page.count('class="b-overdue"') == 2, "one block, and the key of the picture"
        for address in ("/?status=none-yet", "/?q=status:none-yet", "/data/pledges.csv?status=none-yet",
                        "/api/v1/pledges?status=none-yet"):  # fmt: skip
            shown = words(client, address)
            assert unseen.title in shown, address
            assert late.title not in shown, address
        facets = words(client, "/?schedule=no-deadline")
        assert re.search(r'status=none-yet"[^>]*>No status yet</a> <span class="meta">1<', facets)
        assert f"/pledges/{unseen.slug}/,,none-yet" in words(client, "/data/pledges.csv")
        assert "No status yet" in words(client, "/pictures/")


def test_the_clock_counts_from_the_day_that_was_stated_then(client):
    review = ReviewFactory(slug="fires", title="Fires")
    made = stated(review=review, made_on=dt.date(2025, 6, 16))
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)):
        made.made_on = dt.date(2026, 9, 1)
        publish_statement(made, evidence=[Evidence(made.citations.first().passage, EvidenceRole.PLEDGE)], bodies=[],
                          by="Ada", approved_by="Grace", reason="The day was wrong.")  # fmt: skip
        assert "Made 2 months ago." in words(client, "/")
        assert "Made 17 months ago." in words(client, "/?as_of=2026-11-24")


def test_bodies_and_themes_have_on_past_days_the_names_of_those_days(client):
    body, theme = BodyFactory(slug="housing", name="Ministry of Housing"), ThemeFactory(slug="homes", name="Homes")
    made = stated(promised_by=body, theme=theme)
    pages = ["/", made.get_absolute_url(), "/bodies/housing/", "/themes/homes/", "/compare/?a=housing&b=housing"]
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)):
        body.name, theme.name = "Department for Levelling Up", "Levelling up"
        body.save()
        theme.save()
    with time_machine.travel(dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)):
        for page in pages:
            then = words(client, f"{page}{'&' if '?' in page else '?'}as_of=2026-11-25")
            assert "Ministry of Housing" in then or page == "/themes/homes/", page
            assert "Levelling" not in then, page
            assert "Levelling" in words(client, page), page
        assert "Called “Ministry of Housing” here until" in words(client, "/bodies/housing/")
        assert "Called “Homes” here until" in words(client, "/themes/homes/")


# --- Nothing of one review in another ---------------------------------------------------------------

OF_ONE = [
    "/reviews/{0}/",
    "/reviews/{0}/?status=under-way",
    "/reviews/{0}/?q=promise",
    "/reviews/{0}/?q=promize",
    "/reviews/{0}/?happened_by=2026-10-01",
    "/reviews/{0}/changes/",
    "/reviews/{0}/changes/?since=2026-11-01",
    "/reviews/{0}/pictures/",
    "/reviews/{0}/feed.atom",
    "/reviews/{0}/deadlines.ics",
    "/embed/reviews/{0}/",
    "/themes/safety-{0}/",
    "/data/pledges.csv?review={0}",
    "/data/updates.csv?review={0}",
    "/data/recommendations.csv?review={0}",
    "/data/themes.csv?review={0}",
    "/api/v1/pledges?review={0}",
    "/reviews/{0}/recommendations/",
    "/reviews/{0}/recommendations/1/",
    "/reviews/{0}/recommendations/report/?since=2025-01-01",
    "/reviews/{0}/recommendations/feed.atom",
    "/api/v1/recommendations?review={0}",
]
OF_BOTH = ["/bodies/council/", "/themes/shared/", "/compare/?a=council&b=council"]
"""Pages of what the reviews share: what each says of one review is in parts of its own, which name its page."""
_PART = re.compile(r'<section class="review-card">.*?</section>|<p class="why">.*?</p>|<li class="row">.*?</li>', re.S)
EXAMPLES = int(os.environ.get("DRILL_REVIEWS", "2"))
_HEAD = re.compile(
    r'<p class="legal">\s*The record has .*?</p>|<record:checkpoint>.*?</record:checkpoint>|"record": ?{.*?}',
    re.DOTALL,
)
"""How far the whole record goes: it is one chain, and each page says where it ends."""


def own_words(client, address: str) -> str:
    return _HEAD.sub("", words(client, address))


def own_parts(client, address: str, review: str) -> list[str]:
    """What a page of both reviews has about one of them."""
    return [part for part in _PART.findall(words(client, address)) if f"/reviews/{review}/" in part]


STEP = st.tuples(
    st.sampled_from(["fires", "bridges"]),
    st.sampled_from(["pledge", "update", "correct", "withdraw", "restate"]),
    st.sampled_from([Status.UNDER_WAY, Status.ANNOUNCED, Status.PART, Status.NONE_FOUND]),
    st.sampled_from(["A promise", "promize", "It began"]),
)


@settings(max_examples=EXAMPLES)
@given(st.lists(STEP, min_size=1, max_size=5))
@pytest.mark.slow
def test_what_is_published_to_one_review_changes_nothing_of_another(client, steps):
    """Bodies, words and the names of themes are the same in both: only who published to which tells them apart.

    Each is published to, in any order: a step changes no page, feed, table or answer of the review that it is not of.
    """
    for cache in caches.all():
        cache.clear()  # what is rolled back leaves the numbers of the data's versions to the next example
    with transaction.atomic():
        slugs, body, passage, number = ("fires", "bridges"), BodyFactory(slug="council"), PassageFactory(), count()
        reviews = {slug: ReviewFactory(slug=slug, title="Same") for slug in slugs}
        asked = {slug: RecommendationFactory(review=reviews[slug], number=1, passage=passage) for slug in slugs}
        shared = ThemeFactory(slug="shared", name="Safety")
        themes = {slug: ThemeFactory(slug=f"safety-{slug}", name="Safety", review=reviews[slug]) for slug in slugs}
        same = {"promised_by": body, "deadline_on": dt.date(2027, 3, 1), "response": "accepted"}
        made = {
            slug: [
                stated(
                    passage,
                    title="A promise",
                    slug=f"{slug}-{theme.slug}",
                    review=reviews[slug],
                    theme=theme,
                    recommendation=asked[slug],
                    **same,
                )
                for theme in (themes[slug], shared)
            ]
            for slug in slugs
        }
        for slug in slugs:
            update(made[slug][0], headline="It began")

        def pages(slug: str) -> dict[str, list[str]]:
            addresses = [address.format(slug) for address in OF_ONE]
            own = {address: own_words(client, address).splitlines() for address in addresses}
            return own | {address: own_parts(client, address, slug) for address in OF_BOTH}

        before = {slug: pages(slug) for slug in slugs}
        for slug, step, status, words_ in steps:
            mine, other = made[slug], slugs[slug == "fires"]
            last = RecordEntry.objects.current().filter(pledge__review=reviews[slug]).order_by("position").last()
            if step == "pledge":
                facts = same | {"title": words_, "slug": f"n-{next(number)}", "recommendation": asked[slug]}
                mine.append(stated(passage, review=reviews[slug], theme=shared, **facts))
            elif step == "restate":
                mine[-1].note += words_
                publish_statement(mine[-1], evidence=[Evidence(passage, EvidenceRole.PLEDGE)], bodies=[body], by="Ada",
                                  approved_by="Grace", reason=words_)  # fmt: skip
            elif step == "withdraw" and last:
                withdraw_entry(last, reason=words_, by="Ada", approved_by="Grace")
            elif step == "correct" and last:
                update(last.pledge, status, headline=words_, corrects=last, reason=words_)
            else:
                update(mine[-1], status, headline=words_)
            now = pages(other)
            for address, lines in before[other].items():
                assert now[address] == lines, f"{step} of {slug} changed {address}"
            changed = pages(slug)
            assert changed != before[slug], "the control: the step is seen on the pages of its own review"
            before[slug] = changed
        assert any("Safety" in line for line in before["bridges"]["/reviews/bridges/"]), "they have something to say"
        assert all(before[slug][address] for slug in slugs for address in OF_BOTH), "on pages of both too"
        transaction.set_rollback(True)


def test_the_list_of_all_reviews_counts_each_by_itself_and_leads_to_it(client):
    fires, bridges = two()
    for review, number in ((fires, 2), (bridges, 1)):
        for _ in range(number):
            update(stated(review=review))
    page = words(client, "/?status=under-way")
    assert f"2 pledges of {fires.name}" in page
    assert f"1 pledge of {bridges.name}" in page
    assert "3 pledges" not in page
    assert "Narrow by status" not in page
    assert "No pledge of any review" in words(client, "/?status=dropped")
    answer = client.get(f"/?review={fires.slug}&status=under-way")
    assert (answer.status_code, answer["Location"]) == (302, f"{fires.get_absolute_url()}?status=under-way")
    assert client.get(f"/?review={fires.slug}")["Location"] == fires.get_absolute_url()
    assert client.get("/?review=nothing").status_code == 200


@pytest.mark.slow
def test_pages_of_bodies_and_shared_themes_count_each_review_by_itself(client):
    fires, bridges = two()
    council, homes = BodyFactory(slug="council", name="The Council"), ThemeFactory(slug="homes", name="Homes")
    facts = {"promised_by": council, "theme": homes}
    update(stated(review=fires, title="Sprinklers", **facts), Status.DELIVERED, step="in-force")
    stated(review=fires, title="Alarms", **facts)
    update(stated(review=bridges, title="A new bridge", **facts))
    alone = BodyFactory(slug="alone", name="The Ministry")
    update(stated(review=fires, promised_by=alone, theme=homes))
    for page, number in (("/bodies/council/", 2), ("/themes/homes/", 3)):
        shown = words(client, page)
        assert "Pledges of 2 reviews. Each review has its own count." in shown, page
        assert f"1 pledge of Bridges, {number} pledges of Fires" in re.sub(r"\s+", " ", shown), page
        assert f"<b>{number} pledges, {number - 1} looked at so far: 1 is delivered.</b>" in shown, page
        assert "<b>The one pledge is not delivered.</b>" in shown, page
        assert shown.count('class="unit-bar"') == 2, page
        kind = "body=council" if "council" in page else "theme=homes"
        assert f'href="/reviews/fires/?{kind}&amp;status=delivered#results"' in shown, page
        assert "Narrow by status" not in shown, "what narrows all of them would count them together"
        assert f"{number + 1} pledges" not in shown, page
        assert '<a href="/reviews/bridges/">Bridges</a> ·' in re.sub(r"\s+", " ", shown), "each row names its review"
    then = words(client, "/bodies/council/?as_of=2026-11-24")
    assert "/reviews/fires/?as_of=2026-11-24&amp;body=council" in then
    one = words(client, "/bodies/alone/")
    assert "<b>The one pledge is not delivered.</b>" in one
    assert "Pledges of 2 reviews" not in one
    compared = " ".join(re.sub(r"<[^>]*>", " ", words(client, "/compare/?a=council&b=alone")).split())
    assert "Fires : 2 pledges, 1 looked at so far: 1 is delivered." in compared
    assert "Bridges : The one pledge is not delivered." in compared
    listed = " ".join(words(client, "/bodies/").split())
    assert "1 pledge of Bridges, 2 pledges of Fires" in listed
    assert "1 pledge of Fires" in listed, "what only one review names"
    charts = words(client, "/pictures/")
    assert "Each review has a chart of its own:" in charts
    assert 'class="stack"' not in charts
    assert 'class="stack"' in words(client, "/reviews/fires/pictures/")


@pytest.mark.slow
def test_a_past_day_counts_a_pledge_for_the_review_that_it_had_then(client):
    fires, bridges = two()
    council, shared = BodyFactory(slug="council", name="The Council"), ThemeFactory(slug="shared", name="Shared")
    with time_machine.travel("2026-11-24T12:00Z", tick=False):
        moved, _ = (stated(review=review, theme=shared, promised_by=council) for review in (fires, bridges))
    with time_machine.travel("2026-11-27T12:00Z", tick=False):
        moved.review = bridges
        evidence = [Evidence(moved.citations.get().passage, EvidenceRole.PLEDGE)]
        publish_statement(
            moved, evidence=evidence, bodies=[], by="Ada", approved_by="Grace", reason="It was misfiled."
        )
    with time_machine.travel("2026-11-28T12:00Z", tick=False):
        for clock in ("as_of=2026-11-26", "happened_by=2026-11-26&as_of=2026-11-26"):
            each = re.findall(r"26 November 2026: (\d pledges?)", words(client, f"/reviews/?{clock}"))
            assert each == ["1 pledge", "1 pledge"], clock
            api = client.get(f"/api/v1/bodies/council?{clock}").json()["counts_by_review"]
            assert [(row["review"], row["total"]) for row in api] == [("bridges", 1), ("fires", 1)]
            for page in ("/bodies/council/", "/themes/shared/", "/?status=none-yet"):
                shown = " ".join(words(client, f"{page}{'&' if '?' in page else '?'}{clock}").split())
                assert "1 pledge of Bridges, 1 pledge of Fires" in shown, (page, clock)
            assert "Last entry:" in words(client, f"/reviews/fires/?{clock}")
            assert words(client, f"/reviews/?{clock}").count("Last entry:") == 2
        assert ": 2 pledges, not yet looked at." in words(client, "/reviews/?as_of=2026-11-27")


def test_a_theme_of_one_review_is_refused_for_anothers_pledge_and_named_once_in_each():
    fires, bridges = two()
    theme = ThemeFactory(slug="safety", name="Safety", review=fires)
    with pytest.raises(ValidationError, match="another review"):
        stated(review=bridges, theme=theme).full_clean()
    ThemeFactory(slug="safety-b", name="Safety", review=bridges)
    with pytest.raises(IntegrityError), transaction.atomic():
        Theme.objects.create(slug="safety-c", name="Safety", review=bridges)


@pytest.mark.slow
def test_pages_of_reviews_cost_the_same_however_many_there_are(client):
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            words(client, address)
        return len(captured)

    council = BodyFactory(slug="council")

    def grow(numbers: range) -> None:
        """Add reviews, and to the first of them recommendations and themes, each with a pledge."""
        for number in numbers:
            update(stated(review=ReviewFactory(slug=f"r-{number}", title=f"Review {number}"), promised_by=council))
            first = Review.objects.get(slug="r-0")
            theme = ThemeFactory(slug=f"t-{number}", name=f"Theme {number}", review=first)
            asked = RecommendationFactory(review=first, number=number + 1, passage=PassageFactory())
            update(stated(review=first, theme=theme, recommendation=asked, response="accepted"))

    addresses = ["/", "/reviews/", "/reviews/r-1/", "/reviews/r-1/changes/", "/reviews/r-1/pictures/", "/reviews/r-0/",
                 "/reviews/r-0/recommendations/", "/reviews/r-0/recommendations/1/", "/recommended-before/",
                 "/?status=none-yet", "/reviews/r-0/?as_of=2026-11-24", "/themes/t-1/",
                 "/bodies/council/", "/themes/theme/", "/compare/?a=council&b=council", "/bodies/", "/pictures/",
                 "/reviews/?happened_by=2026-06-01", "/reviews/r-0/?happened_by=2026-06-01",
                 "/?status=under-way&as_of=2026-11-24"]  # fmt: skip
    grow(range(3))
    client.get("/about/")
    before = {address: cost(address) for address in addresses}
    grow(range(3, 9))
    client.get("/about/")
    assert {address: cost(address) for address in addresses} == before
    assert max(before.values()) <= 30


# --- Data sets ------------------------------------------------------------------------------------


def test_the_casey_data_set_brings_its_own_words(client, casey):
    page = words(client, "/")
    assert "This site is about child sexual abuse. It does not describe abuse in detail." in page
    assert page.count("0808 800 5000") == 1
    assert 'id="leave" href="https://www.bbc.co.uk/weather"' in page
    assert "It names no victim and no suspect." in words(client, "/about/")


@pytest.mark.slow
def test_loading_two_data_sets_gives_two_reviews(client, casey):
    call_command("load_dataset", "fixtures/example", verbosity=0)
    assert "child sexual abuse" not in words(client, "/reviews/example-open-shelves/")
    assert "child sexual abuse" in words(client, "/pledges/taxi-licensing/")


def test_the_changes_of_the_only_review_are_those_of_the_record_and_nothing_is_counted(client):
    about = stated(slug="about")
    entries = [update(about, headline=f"Made-up event {number}") for number in range(3)]

    def read():
        with CaptureQueriesContext(connection) as captured:
            html = client.get(f"{about.review.get_absolute_url()}changes/").content.decode()
        return html, [query["sql"] for query in captured if "COUNT(" in query["sql"]]

    html, counts = read()
    assert all(entry.headline in html for entry in entries)
    assert counts == []
    other = stated(slug="other", review=ReviewFactory(slug="second", title="A Second Audit"))
    update(other, headline="Of the other review")
    html, _ = read()
    assert all(entry.headline in html for entry in entries)
    assert "Of the other review" not in html
