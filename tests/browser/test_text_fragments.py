"""Links to quoted words, opened in Chromium: the page is scrolled to the words, and they alone are marked."""

import http.server
import io
import threading

import pytest
from PIL import Image

from tracker.sources.documents.extract import extract
from tracker.text.text_fragments import text_fragment_url

pytestmark = [pytest.mark.browser, pytest.mark.once]

FILLER = "<p>The audit looked at how councils have dealt with these crimes over many years.</p>"
STYLE = "::target-text{background:rgb(255,0,255);color:rgb(255,0,255)} body{font:20px/30px serif;width:700px}"
DROP = "<style>.d::first-letter{float:left;font-size:60px;line-height:1}</style>"
STRUCTURES = {
    "several blocks": "<h2>Recommendation 2</h2><p>The council should begin an operation.</p>",
    "lines": "<p>We will act on the first point,<br>on the second point<br>and on the last one too.</p>",
    "repeated": "<p>We will make it mandatory to report abuse in prisons.</p>",
    "a raised number": "<p>The council will fund a whole new inquiry<sup>12</sup> into it.</p>",
    "a numbered list": "<ol><li>The Treasury should pay.</li><li>The council should build the boats.</li></ol>",
    "a drop capital": DROP + '<p class="d">The council will review every closed case of the last ten years.</p>',
}
REPEATED = "<p>We will make it mandatory to report abuse in schools.</p>"


@pytest.fixture(scope="module")
def pages():
    """Serve what is put into a dictionary, by path; its address is under ``base``."""
    served: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content = served.get(self.path)
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", served
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_link_lands_on_the_words_and_marks_no_others(browser, pages, name):
    base, served = pages
    body = f"{FILLER}{REPEATED}<main>{STRUCTURES[name]}</main>{FILLER}"
    far = '<div style="height:1500px">&nbsp;</div>'
    html = f"<!doctype html><meta charset=utf-8><title>t</title><style>{STYLE}</style>{far}{body}{far}".encode()
    served["/page"] = html
    text = extract(html, name="a.html").text
    own = extract(STRUCTURES[name].encode(), name="a.html").text
    start = text.index(own)
    page = browser.new_page()
    page.goto(text_fragment_url(f"{base}/page", own, text=text, start=start, end=start + len(own)))
    page.wait_for_function("scrollY > 0", timeout=10_000)
    page.wait_for_timeout(400)  # until the scrolling has ended
    box = page.locator("main").bounding_box()
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    marked = [
        (x, y)
        for y in range(0, shot.height, 2)
        for x in range(0, shot.width, 2)
        if shot.getpixel((x, y))[1] < 30 and shot.getpixel((x, y))[0] > 240 and shot.getpixel((x, y))[2] > 240
    ]
    page.close()
    assert len(marked) > 500, "the words are marked, and in view"
    assert all(box["y"] - 8 <= y <= box["y"] + box["height"] + 8 for _, y in marked), "and no others"
