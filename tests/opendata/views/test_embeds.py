"""What other sites show of the record, and that they may frame nothing else."""

import xml.etree.ElementTree as ET

import pytest
from django.urls import reverse

from tests.factories import stated, update
from tracker.pledges.choices import Status

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def frameable(answer) -> bool:
    return "X-Frame-Options" not in answer.headers and "frame-ancestors *" in answer["Content-Security-Policy"]


def test_a_card_says_where_a_pledge_stands_on_which_day_and_leads_back(client):
    about = stated(title="A <careful> title")
    update(about, Status.UNDER_WAY, headline="A clause was introduced")
    answer = client.get(reverse("opendata:embed-pledge", args=[about.slug]))
    page = answer.content.decode()
    assert frameable(answer)
    assert "A &lt;careful&gt; title" in page
    assert "Under way" in page
    assert "A clause was introduced." in page
    assert 'datetime="2026-11-24"' in page
    assert f'href="{about.get_absolute_url()}"' in page
    assert "<script" not in page


def test_a_review_in_one_sentence(client):
    about = stated()
    update(about, Status.DELIVERED, step="in-force")
    answer = client.get(reverse("opendata:embed-review", args=[about.review.slug]))
    assert frameable(answer)
    assert "the one pledge is delivered" in answer.content.decode()
    assert f"/embed/reviews/{about.review.slug}/&quot;" in client.get("/data/").content.decode(), "code to copy"
    assert client.get("/embed/reviews/none/").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/", "/pledges/about/", "/changes/", "/data/", "/embed/pledges/none/", "/accounts/login/", "/oembed?url=x"],
)
def test_nothing_else_may_be_framed(client, address):
    stated(slug="about")
    answer = client.get(address)
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("status", [None, *Status])
def test_a_badge_is_a_picture_with_its_words(client, status):
    about = stated(slug="about", unclear="Which words.")
    if status is not None:
        update(about, status, **({"step": "in-force"} if status is Status.DELIVERED else {}))
    answer = client.get("/embed/pledges/about.svg")
    root = ET.fromstring(answer.content)
    told = root.find("{http://www.w3.org/2000/svg}title").text
    assert (str(status.label) if status else "No status yet") in told
    assert "24 November 2026" in told or "24 Nov 2026" in told
    assert answer["Content-Type"] == "image/svg+xml"


def test_oembed_is_found_and_gives_the_frame(client):
    about = stated()
    page = client.get(about.get_absolute_url()).content.decode()
    assert 'type="application/json+oembed"' in page
    address = f"http://testserver{about.get_absolute_url()}"
    told = client.get("/oembed", {"url": address, "maxwidth": "300"}).json()
    assert (told["type"], told["version"], told["width"]) == ("rich", "1.0", 300)
    assert f'src="http://testserver/embed/pledges/{about.slug}/"' in told["html"]
    assert "&lt;iframe" in page


@pytest.mark.parametrize(
    "url",
    [
        "http://testserver/pledges/about",
        "http://TestServer/pledges/about/",
        "HTTP://testserver/pledges/about/",
        "https://testserver/pledges/about/",
        "http://testserver:80/pledges/about/",
        "https://testserver:443/pledges/about",
        "http://testserver./pledges/about/",
        "http://testserver/pledges/%61bout/?as_of=2026-11-24#entry-1",
        " http://testserver/pledges/about/ ",
    ],
)
def test_oembed_takes_an_address_as_a_browser_does(client, url):
    about = stated(slug="about")
    told = client.get("/oembed", {"url": url}).json()
    assert told["title"] == about.title
    assert "/embed/pledges/about/" in told["html"]


def test_a_card_is_as_high_as_its_words_need(client):
    stated(slug="about", title="Longer words " * 11)

    def height(**more):
        url = "http://testserver/pledges/about/"
        return client.get("/oembed", {"url": url, **more}).json()["height"]

    assert height(maxwidth="300") > height(maxwidth="400") > height()
    assert height(maxwidth="300", maxheight="120") == 120


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("", 400),
        ("http://testserver/", 404),
        ("http://testserver/pledges/none/", 404),
        ("http://elsewhere/pledges/about/", 404),
        ("http://testserver:8000/pledges/about/", 404),
        ("http://testserver:port/pledges/about/", 404),
        ("ftp://testserver/pledges/about/", 404),
        ("http://testserver@elsewhere/pledges/about/", 404),
        ("http://[", 404),
        ("http://testserver/sources/", 404),
    ],
)
def test_oembed_of_another_address_is_refused(client, url, status):
    stated(slug="about")
    answer = client.get("/oembed", {"url": url})
    assert answer.status_code == status
    assert "address" in answer.content.decode()
    assert "as in http://testserver/oembed?url=http://testserver/pledges/" in answer.content.decode(), "what to send"
    assert client.get("/oembed", {"url": url, "format": "xml"}).status_code == 501
