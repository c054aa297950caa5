"""The text of documents: nothing is lost or guessed away, and no document crashes, hangs or eats the machine."""

import re
import resource
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.documents import hostile_documents
from tracker.sources.documents import sandbox
from tracker.sources.documents.extract import extract
from tracker.sources.documents.result import DocumentError
from tracker.sources.documents.sandbox import extract_in_sandbox

pytestmark = pytest.mark.once


def told(content: bytes, **about: str) -> str:
    with pytest.raises(DocumentError) as caught:
        extract(content, **about)
    return str(caught.value)


class TestText:
    @given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda t: t.strip("\x00 \t\r\n")))
    def test_utf8_text_comes_back_character_for_character(self, text):
        content = text.encode()
        if content[:20].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"%PDF", b"PK")):
            return
        if "\x00" in text or not text.strip():
            return  # zeros are told apart from text; a text of nothing but blanks is none
        found = extract(content, name="a.txt")
        kept = re.sub("\r\n?", "\n", text.removeprefix("\ufeff"))
        assert found.text.replace("\ufffd", "\x00") == kept.replace("\ufffd", "\x00")

    def test_line_ends_of_windows_become_those_that_a_form_sends(self):
        found = extract(b"We will\r\ndig a canal.\r\rThe end.\r\n", name="a.txt")
        assert found.text == "We will\ndig a canal.\n\nThe end.\n"
        assert [found.text[block.start : block.end] for block in found.blocks] == ["We will\ndig a canal.", "The end."]

    def test_other_encodings_are_read_and_told(self):
        words = "“Café” costs £5 – naïve"
        for encoding, note in (("utf-16", None), ("utf-16-le", "UTF-16-LE"), ("cp1252", "Windows-1252")):
            found = extract(words.encode(encoding), name="a.txt")
            assert found.text == words
            assert [note in one for one in found.notes] == ([True] if note else [])
        declared = extract(words.encode("cp1252"), content_type="text/plain; charset=windows-1252")
        assert (declared.text, declared.notes) == (words, [])

    def test_damage_is_named_with_its_place_and_left_as_it_is(self):
        text = "He said â€œnoâ€™. It failed to collect â and twist â data”; she said.\u200b"
        found = extract(text.encode(), name="a.txt")
        assert found.text == text
        notes = " ".join(found.notes)
        assert "“â€œ” in 2 places, the first at character 9" in notes
        assert "Stray characters such as “â”" in notes
        assert "U+200B ZERO WIDTH SPACE at character" in notes


class TestPages:
    PAGE = """<!doctype html><html><head><title>Short</title>
    <meta property="og:title" content="The whole title"><meta property="og:site_name" content="Office of Statements">
    <meta property="article:published_time" content="2025-06-16T09:00:00Z"><link rel="canonical" href="https://example.org/a">
    <style>p {}</style></head><body><nav>Menu</nav><script>var x = "hidden";</script>
    <h1>The whole title</h1><p>We <b>will</b>
      do it.<br>Soon.</p><ul><li>One</li><li>Two “quoted”</li></ul><blockquote>“A quotation”</blockquote>
    <table><tr><td>Cell</td><td>Other</td></tr></table><pre>kept   as it is</pre>
    <footer>All rights reserved</footer></body></html>"""

    def test_every_word_that_a_reader_sees_is_there_once_and_in_order(self):
        found = extract(self.PAGE.encode(), name="a.html")
        assert found.text.split("\n\n") == [
            "Menu", "The whole title", "We will do it.\nSoon.", "One", "Two “quoted”", "“A quotation”", "Cell",
            "Other", "kept   as it is", "All rights reserved",
        ]  # fmt: skip

    def test_what_the_page_says_of_itself_is_proposed_with_where_it_says_so(self):
        proposed = extract(self.PAGE.encode(), name="a.html").proposals
        assert {name: (one.value, one.origin) for name, one in proposed.items()} == {
            "title": ("The whole title", '<meta property="og:title">'),
            "publisher": ("Office of Statements", '<meta property="og:site_name">'),
            "published_on": ("2025-06-16", '<meta property="article:published_time">'),
            "url": ("https://example.org/a", '<link rel="canonical">'),
            "licence": ("all-rights-reserved", "its words “All rights reserved” at character 110"),
        }


class TestOthers:
    def test_a_pdf_keeps_where_its_pages_start(self):
        found = extract(hostile_documents.pdf("First page here", "", "Third page here"), name="a.pdf")
        assert [found.text[start : start + 5] for start in found.pages] == ["First", "\n\nThi", "Third"]
        assert found.notes == ["Pages without text, perhaps scanned: 2."]

    def test_a_word_document(self):
        found = extract(hostile_documents.docx("We will publish it."), name="a.docx")
        assert (found.file_format, found.text) == ("docx", "We will publish it.")

    def test_scans_and_strangers_are_refused_in_words(self):
        assert "it is scanned" in told(hostile_documents.pdf("", ""))
        assert "a picture (PNG): run it through text recognition" in told(b"\x89PNG\r\n" + b"x" * 99, name="a.pdf")
        assert "no PDF" in told(b"words, merely words", name="a.pdf")
        assert "declares entities" in told(hostile_documents.docx(xml=b"<!DOCTYPE a><a/>"))


@pytest.mark.slow
def test_two_hundred_hostile_documents_each_get_a_clear_answer():
    """None crashes, hangs, or takes more memory than the child may have; this process hardly grows."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = list(hostile_documents.documents())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    def fed(one: tuple[str, bytes, str, str]) -> tuple[str, str, float]:
        title, content, name, content_type = one
        start = time.monotonic()
        try:
            found = extract_in_sandbox(content, name=name, content_type=content_type)
            answer = f"read: {len(found.text)}"
            assert found.text.strip()
        except DocumentError as error:
            answer = str(error)
            assert len(answer) > 15
            assert answer.endswith("."), answer
            assert "Traceback" not in answer
        return title, answer, time.monotonic() - start

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(fed, made))
    assert len(answers) >= 150
    assert max(seconds for *_, seconds in answers) < sandbox.WALL_SECONDS + 5
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before - grown < 120 * 1024, "this process holds the documents, not what they unpack to"


def test_the_child_has_no_network_no_secrets_and_starts_no_programs(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    probe = """
import json, os, socket, subprocess
from tracker.sources.documents import sandbox
sandbox.apply_limits()
could = sorted(set(os.environ) & {"SECRET_KEY", "DATABASE_URL"})
for attempt in (socket.socket, lambda: subprocess.run(["/bin/true"]), lambda: os.fork() or os._exit(0)):
    try:
        attempt()
        could.append(str(attempt))
    except PermissionError:
        continue
print(json.dumps({"unreadable": f"it could: {len(could)}"}))
"""
    for child, number in ((probe, 0), (probe.replace("sandbox.apply_limits()", ""), 3)):
        monkeypatch.setattr(sandbox, "_CHILD", child)
        with pytest.raises(DocumentError, match=f"it could: {number}"):
            extract_in_sandbox(b"words")


def test_the_child_may_take_only_so_much_memory_and_time(monkeypatch):
    begin = "from tracker.sources.documents import sandbox; sandbox.apply_limits(); "
    probe = begin + '{}; print(\'{{"unreadable": "it could"}}\')'
    for attempt in (f"b'x' * {sandbox.MAX_MEMORY_BYTES}", "b'x' * 10**12"):
        monkeypatch.setattr(sandbox, "_CHILD", probe.format(attempt))
        with pytest.raises(DocumentError, match="Reading it failed"):
            extract_in_sandbox(b"words")
    monkeypatch.setattr(sandbox, "_CHILD", probe.format(f"b'x' * {sandbox.MAX_MEMORY_BYTES // 4}"))
    with pytest.raises(DocumentError, match="it could"):
        extract_in_sandbox(b"words")
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 1)
    monkeypatch.setattr(sandbox, "_CHILD", "import time; time.sleep(60)")
    with pytest.raises(DocumentError, match="longer than"):
        extract_in_sandbox(b"words")


@pytest.mark.parametrize("ending", ["txt", "html"])
@pytest.mark.slow
def test_ten_times_the_text_takes_no_more_than_fifteen_times_as_long(ending):
    """I3: no function of a text is worse than linear, give or take."""
    piece = hostile_documents.WORDS + "“Quoted â€™ words”; " + "x" * 50
    wrap = {"txt": "{}", "html": "<html><body>{}</body></html>"}[ending]
    lines = {"txt": "{}\n", "html": "<div><p>{}</p></div>"}[ending]

    def seconds(times: int) -> float:
        content = wrap.format(lines.format(piece) * times).encode()
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            extract(content, name=f"a.{ending}")
            best = min(best, time.process_time() - start)
        return best

    assert seconds(5_000) <= 15 * max(seconds(500), 0.001)
