"""Citing, linking, finding: what a page says of itself to people and to programs elsewhere."""

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from tests.factories import BodyFactory, ThemeFactory, pledge, stated, update
from tracker.pledges.choices import Status
from tracker.pledges.models import Pledge

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.usefixtures("casey")
def test_a_citation_names_the_day_and_its_address_answers(client):
    body = client.get("/pledges/nca-cold-cases/").content.decode()
    plain = " ".join(re.search(r'<p class="cite">(.*?)</p>', body, re.S)[1].split())
    assert "As of 27 November 2026. http://testserver/pledges/nca-cold-cases/?as_of=2026-11-27" in plain
    assert "under way, looked until 27 November 2026" in plain
    assert client.get("/pledges/nca-cold-cases/?as_of=2026-11-24").status_code == 200
    bibtex = re.search(r"@misc\{.*?\n\}", body, re.S)[0]
    assert bibtex.count("{") == bibtex.count("}")
    assert "url = {http://testserver/pledges/nca-cold-cases/?as_of=2026-11-27}" in bibtex
    assert "{{cite web\n |title=A nationwide NCA operation" in body


@pytest.mark.usefixtures("casey")
def test_a_link_elsewhere_shows_a_neutral_card(client):
    body = client.get("/pledges/mandatory-rape-charge/").content.decode()
    head = body.split("</head>")[0]
    assert '<meta property="og:image" content="http://testserver/pledges/mandatory-rape-charge/card.png">' in head
    assert "rape" not in re.sub(r'(href|content)="(http|/)[^"]*"', "", head), (
        "who sees a link did not choose the subject"
    )
    answer = client.get("/pledges/mandatory-rape-charge/card.png")
    image = Image.open(io.BytesIO(answer.content))
    assert (image.size, image.format) == ((1200, 630), "PNG")
    assert len(answer.content) < 60_000
    again = client.get("/pledges/mandatory-rape-charge/card.png", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    update(Pledge.objects.get(slug="mandatory-rape-charge"), Status.UNDER_WAY, on=dt.date(2026, 11, 1))
    changed = client.get("/pledges/mandatory-rape-charge/card.png", headers={"If-None-Match": answer["ETag"]})
    assert changed.status_code == 200
    assert changed.content != answer.content


@pytest.mark.parametrize("status", [None, *Status])
def test_every_status_has_a_card(client, status):
    about = stated(theme=ThemeFactory(slug="t", name="A thème – “with” 中文 and ’marks’"), unclear="Which words.")
    if status is Status.DELIVERED or status is None:
        pass
    elif status:
        update(about, status)
    assert client.get(f"/pledges/{about.slug}/card.png").status_code == 200
    assert client.get("/pledges/none/card.png").status_code == 404


@pytest.mark.usefixtures("casey")
@pytest.mark.slow
def test_the_sitemap_has_every_public_page_and_each_answers(client):
    def addresses_of(path):
        tree = ET.fromstring(client.get(path).content)
        return [one.text.replace("http://testserver", "") for one in tree.iter() if one.tag.endswith("loc")]

    parts = addresses_of("/sitemap.xml")
    assert parts == [f"/sitemap-{name}.xml" for name in ("pledges", "sources", "groups", "pages")]
    addresses = [address for part in parts for address in addresses_of(part)]
    assert len(addresses) == len(set(addresses)) == 22 + 69 + 27 + 14
    for address in addresses:
        assert client.get(address).status_code == 200, address
    pledge(slug="another")
    assert "/pledges/another/" in client.get("/sitemap-pledges.xml").content.decode()
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /*as_of=" in robots
    assert "Disallow: /*?status=" in robots
    assert "Disallow: /*page=" not in robots
    assert "Disallow: /desk/" in robots
    assert "Sitemap: http://testserver/sitemap.xml" in robots


@pytest.mark.slow
def test_a_mirror_of_the_site_ends(client, settings):
    """A crawler goes on from no list that a filter left: each leads to more of them. Pages of a list it follows."""
    settings.PLEDGES_PER_PAGE = 2
    promiser = BodyFactory()
    for number in range(3):
        about = stated(slug=f"about-{number}", promised_by=promiser)
    end = '<meta name="robots" content="noindex, nofollow">'
    for path in ("/", about.theme.get_absolute_url(), about.promised_by.get_absolute_url()):
        page = client.get(path).content.decode()
        assert end not in page
        links = re.findall(r'<a href="([^"]*\?[^"]*)"([^>]*)>', page)
        assert [link for link, rest in links if "nofollow" not in rest and "page=" not in link] == [], path
        assert end not in client.get(f"{path}?page=2").content.decode()
        for variant in ("status=announced", "sort=title", "q=words&status=announced"):
            filtered = client.get(f"{path}?{variant}").content.decode()
            assert end in filtered
            assert f'<link rel="canonical" href="http://testserver{path}">' in filtered
        past = client.get(f"{path}?as_of=2026-11-24").content.decode()
        assert end in past
        assert "canonical" not in past
