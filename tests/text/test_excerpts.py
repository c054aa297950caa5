"""What of a text is shown, and where its marks open and close. No database."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tracker.text.excerpts import excerpt
from tracker.text.matching import context

TEXT = (
    "First line.\nThe second says 𝒜 thing; שלום.\r\nThird e\u0301nd, and a very long tail of words that goes on.\n" * 3
)


@dataclass(frozen=True)
class Marked:
    """A passage as the excerpt sees it."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str

    @property
    def span(self):
        return self.start, self.end


def marked(start, end, text=TEXT):
    return Marked(start, end, text[start:end], *context(text, start, end))


SPANS = st.lists(
    st.integers(0, len(TEXT) - 2).flatmap(lambda a: st.tuples(st.just(a), st.integers(a + 1, len(TEXT)))),
    min_size=1,
    max_size=8,
    unique=True,
)


def words_of(tokens):
    """The words between each passage's first opening and last closing, and proof that the marks nest."""
    found, stack, running = {}, [], {}
    for token in tokens:
        if token.kind == "text":
            for passage in running:
                running[passage] += token.text
        elif token.kind == "open":
            stack.append(token.passage)
            assert token.whole == (token.passage not in running)
            running.setdefault(token.passage, "")
        else:
            assert stack.pop() == token.passage
            if token.whole:
                found[token.passage] = running.pop(token.passage)
    assert not stack
    assert not running
    return found


@given(SPANS)
def test_whole_text_keeps_every_character_and_every_passage(spans):
    passages = [marked(*span) for span in spans]
    (run,) = excerpt(passages, text=TEXT).runs
    tokens = run.tokens()
    assert "".join(token.text for token in tokens) == TEXT
    assert words_of(tokens) == {passage: passage.exact for passage in passages}


@given(SPANS)
def test_without_the_text_only_passages_and_their_context_are_shown(spans):
    passages = [marked(*span) for span in spans]
    shown = excerpt(passages, length=len(TEXT))
    near = {
        at
        for passage in passages
        for at in range(passage.start - len(passage.prefix), passage.end + len(passage.suffix))
    }
    at, found = 0, {}
    for run in shown.runs:
        assert run.gap_before == run.start - at
        assert run.text == TEXT[run.start : run.end]
        assert set(range(run.start, run.end)) <= near
        found |= words_of(run.tokens())
        at = run.end
    assert at + shown.gap_after == len(TEXT)
    assert sum(len(run.text) for run in shown.runs) == len(near)
    assert found == {passage: passage.exact for passage in passages}


@given(SPANS)
def test_paragraphs_lose_no_word_and_no_passage(spans):
    passages = [marked(*span) for span in spans]
    (run,) = excerpt(passages, text=TEXT).runs
    paragraphs = run.paragraphs()
    text = "".join(token.text for paragraph in paragraphs for token in paragraph.tokens)
    assert text.split() == TEXT.split()
    assert sorted(p.span for paragraph in paragraphs for p in paragraph.passages) == sorted(p.span for p in passages)


def test_nested_passages_are_nested_marks():
    outer, inner = marked(12, 40), marked(12, 20)
    (run,) = excerpt([inner, outer], text=TEXT).runs
    kinds = [(token.kind, token.passage) for token in run.tokens() if token.kind != "text"]
    assert kinds == [("open", outer), ("open", inner), ("close", inner), ("close", outer)]


def test_crossing_passages_are_drawn_in_pieces_of_which_one_carries_the_anchor():
    first, second = marked(0, 20), marked(10, 30)
    (run,) = excerpt([first, second], text=TEXT).runs
    opens = [(token.passage, token.whole) for token in run.tokens() if token.kind == "open"]
    assert opens == [(first, True), (second, True), (second, False)]


def test_no_passages_show_nothing_of_a_closed_text():
    shown = excerpt([], length=100)
    assert shown.runs == []
    assert shown.gap_after == 100
