"""A tracker for another review is started by one command, and is then kept like the first."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.documents import hostile_documents
from tracker.pledges.data.start_review import read_numbered
from tracker.pledges.models import Body, Recommendation, Review, Theme
from tracker.sources.models import Intake, Source

LIST = """Recommendation 1: The Home Office should keep a register.
2. Councils should share
   what they know.
3) A third thing, worded otherwise."""
REPORT = "A review.\nThe Home Office should keep a register. Councils should share\nwhat they know. The end."


@pytest.fixture
def files(tmp_path):
    (tmp_path / "list.txt").write_text(LIST, encoding="utf-8")
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "scan.pdf").write_bytes(hostile_documents.pdf(""))
    return tmp_path


OPTIONS = ["--title=A Review of Registers", "--author=Dame Hart", "--government=UK Government", "--no-input"]


@pytest.mark.django_db
class TestCommand:
    def test_a_review_its_recommendations_and_its_words(self, files, capsys):
        call_command(
            "start_review", *OPTIONS, "--published-on=2026-01-15", f"--recommendations={files / 'list.txt'}",
            f"--source={files / 'report.txt'}", "--publisher=Office", "--licence=ogl-3.0", "--body=Home Office",
            "--theme=Registers", "--theme=Councils",
        )  # fmt: skip
        told = capsys.readouterr().out
        assert "Started: A Review of Registers, 3 recommendations." in told
        assert "Not found exactly once in the text: 3." in told
        first, second, third = Recommendation.objects.filter(review__slug="a-review-of-registers")
        assert first.passage.exact == "The Home Office should keep a register."
        assert second.passage.exact == "Councils should share\nwhat they know.", "as it stands in the text"
        assert third.passage is None
        assert set(Body.objects.values_list("name", flat=True)) == {"UK Government", "Home Office"}
        assert Theme.objects.count() == 2
        assert Source.objects.get().licence == "ogl-3.0"

    def test_it_is_all_or_nothing(self, files):
        for more, message in (
            (["--published-on=16/06/2025"], "2025-06-16"),
            (["--published-on=2026-01-15", f"--recommendations={files / 'none.txt'}"], "cannot be read"),
            (["--published-on=2026-01-15", f"--source={files / 'scan.pdf'}"], "it is scanned"),
            (
                ["--published-on=2026-01-15", f"--source={files / 'report.txt'}", "--slug=not an address"],
                "letters without accents",
            ),
        ):
            with pytest.raises(CommandError, match=message):
                call_command("start_review", *OPTIONS, *more)
        assert not Review.objects.exists()
        assert not Source.objects.exists()
        assert not Intake.objects.exists()
        with pytest.raises(CommandError, match="--title is missing"):
            call_command("start_review", "--no-input")
        call_command("start_review", *OPTIONS, "--published-on=2026-01-15")
        with pytest.raises(CommandError, match="There is one with this"):
            call_command("start_review", *OPTIONS, "--published-on=2026-01-15")

    def test_it_asks_for_what_is_missing(self, monkeypatch, capsys):
        facts = ["A Review", "Dame Hart", "UK Government", "2026-01-15"]
        answers = iter([*facts, "About fires.", "Burns helpline | 0800 111; Fire line | 0800 222", ""])
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", lambda question: next(answers))
        call_command("start_review")
        review = Review.objects.get()
        assert (review.author, review.content_note, review.leave_url) == ("Dame Hart", "About fires.", "")
        assert review.help_line_pairs == [("Burns helpline", "0800 111"), ("Fire line", "0800 222")]

    def test_what_its_pages_show_is_an_option_and_none_by_default(self, settings):
        settings.LEAVE_URL = "https://example.org/weather"
        day = "--published-on=2026-01-15"
        call_command(
            "start_review", *OPTIONS, day, "--content-note=About fires.", "--help-line=Burns | 1", "--leave-url="
        )
        first = Review.objects.get()
        assert (first.content_note, first.help_lines, first.leave_url) == ("About fires.", "Burns | 1", "")
        call_command("start_review", *OPTIONS, day, "--slug=second")
        second = Review.objects.get(slug="second")
        assert (second.content_note, second.help_lines) == ("", "")
        assert second.leave_url == "https://example.org/weather", "as the settings have it"
        with pytest.raises(CommandError, match="does not have all three"):
            call_command("start_review", *OPTIONS, day, "--slug=third", "--help-line=Burns")

    def test_the_pages_show_it(self, files, client):
        call_command(
            "start_review", *OPTIONS, "--published-on=2026-01-15", f"--recommendations={files / 'list.txt'}",
            f"--source={files / 'report.txt'}", "--licence=ogl-3.0",
        )  # fmt: skip
        assert "No pledge is on the record yet" in client.get("/").content.decode()
        assert "A Review of Registers" in client.get("/sources/").content.decode()


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "no numbered line"), ("Words first\n1. One", "before the first"), ("1. One\n1. Two", "comes twice")],
)
def test_a_list_that_is_none_is_refused(text, message):
    with pytest.raises(ValidationError, match=message):
        read_numbered(text)


@given(
    st.lists(st.text("abc ", min_size=1).filter(str.strip), min_size=1, max_size=9), st.sampled_from([".", ")", ":"])
)
def test_a_list_comes_back_as_it_was_written(words, sign):
    text = "\n".join(f"{number}{sign} {one}" for number, one in enumerate(words, start=1))
    assert read_numbered(text) == [(number, " ".join(one.split())) for number, one in enumerate(words, start=1)]
