"""PDF: paragraphs and sentences whole, what is furniture told apart, what nobody sees left out."""

import pytest

from tests.sources.documents.builders import at, lines, pdf
from tracker.sources.documents.extract import extract
from tracker.sources.documents.result import DocumentError, Extract

pytestmark = pytest.mark.once


def read(*streams: str, **more) -> Extract:
    return extract(pdf(*streams, **more), name="a.pdf")


def paragraphs(extracted: Extract, *kinds: str) -> list[str]:
    """The blocks of a text, of some kinds alone where they are named."""
    return [extracted.text[block.start : block.end] for block in extracted.blocks if not kinds or block.kind in kinds]


class TestParagraphs:
    def test_lines_become_one_and_a_gap_or_a_short_line_ends_it(self):
        stream = lines(
            72, 700, "The old rule is gone. The council", "will dig a canal between the two", "rivers by May."
        )
        extracted = read(stream + lines(72, 630, "After a gap this is said."))
        assert paragraphs(extracted) == [
            "The old rule is gone. The council will dig a canal between the two rivers by May.",
            "After a gap this is said.",
        ]

    def test_a_hyphen_at_a_line_end_is_put_right_only_where_the_document_shows_how(self):
        stream = lines(
            72, 700, "The embankment will be paid for, and the em-", "bankment mended; each inter-", "lock is self-",
            "acting, and a self-acting lock will help long-", "term.",
        )  # fmt: skip
        assert read(stream).text == (
            "The embankment will be paid for, and the embankment mended; each inter-\nlock is self-acting, and a "
            "self-acting lock will help long-\nterm."
        )

    def test_raised_figures_are_told_apart_and_never_lost(self):
        stream = at(72, 700, "We end the delay") + at(162, 706, "7", 7) + at(168, 700, "at the locks by May.")
        assert read(stream).text == "We end the delay⁷ at the locks by May."
        by_rise = "BT /F1 12 Tf 72 700 Td (We end the delay) Tj 5 Ts (7) Tj 0 Ts ( at the locks.) Tj ET\n"
        assert read(by_rise).text == "We end the delay⁷ at the locks."

    def test_the_number_of_an_item_stands_with_its_words(self):
        stream = "".join(
            at(72, 700 - 18 * row, mark) + at(110, 700 - 18 * row, words)
            for row, (mark, words) in enumerate(
                [("1.", "Dig the canal;"), ("\\225", "fill the weir."), ("(b)", "Rest.")]
            )
        )
        extracted = read(stream)
        assert paragraphs(extracted, "item") == ["1. Dig the canal;", "• fill the weir.", "(b) Rest."]

    def test_bold_by_printing_twice_is_read_once(self):
        assert read(at(72, 700, "Our answer", 14) + at(72.4, 700, "Our answer", 14)).text == "Our answer"
        whole = at(72, 700, "Our answer", 14) + at(72, 660, "We will dig.")
        assert read(whole + whole).text == "Our answer\n\nWe will dig."

    def test_a_stamp_across_the_page_comes_last(self):
        stamp = "BT /F1 40 Tf 0.7 0.7 -0.7 0.7 150 300 Tm (DRAFT) Tj ET\n"
        assert (
            read(stamp + lines(72, 700, "The council will dig", "a canal.")).text
            == "The council will dig a canal.\n\nDRAFT"
        )


class TestPages:
    HEAD = "Answer to the survey of canals"

    def page(self, number: int, *texts: str, more: str = "") -> str:
        return at(72, 800, self.HEAD, 9) + lines(72, 740, *texts) + more + at(290, 36, str(number), 9)

    def test_a_sentence_over_a_page_break_is_whole_and_heads_and_numbers_are_told_apart(self):
        note = at(72, 70, "3 Counted in April, table 2.", 8)
        extracted = read(
            self.page(1, "The first is done.", "", "The council will pay the dues of every", "boat that", more=note),
            self.page(2, "lands its fish here before the summer.", "", "The end."),
        )
        assert "The council will pay the dues of every boat that lands its fish here before the summer." in paragraphs(
            extracted, "paragraph"
        )
        assert paragraphs(extracted, "furniture") == [self.HEAD, "1", self.HEAD, "2"]
        assert paragraphs(extracted, "note") == ["3 Counted in April, table 2."]
        assert extracted.text[extracted.pages[1] :].startswith("lands its fish")
        assert "\n\n".join(paragraphs(extracted)) == extracted.text

    def test_a_head_that_changes_with_its_chapter_is_told_apart_by_its_place(self):
        def page(head: str, *texts: str) -> str:
            return at(72, 800, head, 8) + lines(72, 740, *texts)

        extracted = read(
            page("Chapter 1: Locks", "The council will mend the locks and", "it will also open"),
            page("Chapter 2: Weirs", "each weir in the county by May.", "All of it is paid for."),
        )
        assert paragraphs(extracted, "furniture") == ["Chapter 1: Locks", "Chapter 2: Weirs"]
        assert "and it will also open each weir in the county by May." in extracted.text

    def test_a_sentence_that_ends_with_its_page_is_not_joined_to_the_next(self):
        extracted = read(self.page(1, "The council will dig."), self.page(2, "the end is near."))
        assert paragraphs(extracted, "paragraph") == ["The council will dig.", "the end is near."]
        assert extracted.text[extracted.pages[1] :].startswith(self.HEAD)

    def test_pages_have_the_labels_of_the_document(self):
        labels = "/PageLabels << /Nums [0 << /S /r >> 1 << /S /D /St 5 >>] >>"
        extracted = read(at(72, 700, "One."), at(72, 700, "Two."), catalog=labels)
        assert extracted.page_labels == ["i", "5"]
        assert read(at(72, 700, "One.")).page_labels == []

    def test_a_label_that_is_no_name_of_a_page_is_left_out(self):
        """Readers see it beside each passage, and nobody reads the labels of a document before it is signed off."""
        words, hidden = "9 - the minister lied to all of us", "<FEFF202E0039>"
        labels = f"/PageLabels << /Nums [0 << /P ({words}) >> 1 << /P {hidden} >> 2 << /P (Annex A-) /S /D >>] >>"
        extracted = read(*(at(72, 700, text) for text in ("One.", "Two.", "Three.")), catalog=labels)
        assert extracted.page_labels == ["", "", "Annex A-1"]


class TestColumnsAndTables:
    LEFT = ("The council accepts", "the third finding in", "full and will dig by", "the end of May.")
    RIGHT = ("The treasury will", "publish the list each", "year from now on, and", "the port will pay.")

    def expected(self) -> list[str]:
        return [" ".join(self.LEFT), " ".join(self.RIGHT)]

    def test_columns_are_read_one_after_the_other_however_they_are_drawn(self):
        apart = lines(72, 700, *self.LEFT) + lines(320, 700, *self.RIGHT)
        by_row = "".join(
            at(72, 700 - 16 * row, left) + at(320, 700 - 16 * row, right)
            for row, (left, right) in enumerate(zip(self.LEFT, self.RIGHT, strict=True))
        )
        assert paragraphs(read(apart)) == paragraphs(read(by_row)) == self.expected()

    @pytest.mark.parametrize("grid", ["boxes", "one path"])
    def test_cells_of_a_ruled_table_stand_apart_even_where_there_is_no_gap(self, grid):
        rows = [("Dig the canal", "Agreed"), ("Mend both weirs", "Refused")]
        if grid == "boxes":
            rules = "".join(f"{x} {y} {w} 20 re S\n" for y in (694, 674) for x, w in ((70, 90), (160, 60)))
        else:
            level = "".join(f"70 {y} m 220 {y} l " for y in (714, 694, 674))
            rules = level + "".join(f"{x} 674 m {x} 714 l " for x in (70, 160, 220)) + "S\n"
        words = "".join(
            at(72, 700 - 20 * row, left) + at(161, 700 - 20 * row, right) for row, (left, right) in enumerate(rows)
        )
        extracted = read(rules + words)
        assert paragraphs(extracted, "cell") == [cell for row in rows for cell in row]

    def test_an_underline_makes_no_cell(self):
        stream = "70 690 m 400 690 l S 70 720 m 70 600 l S 400 720 m 400 600 l S 72 668 m 120 668 l S\n"
        extracted = read(stream + lines(72, 680, "See the list of locks", "that are mended by May."))
        assert paragraphs(extracted) == ["See the list of locks that are mended by May."]


class TestSeen:
    def test_words_that_leave_no_trace_on_the_page_are_left_out_and_told(self):
        seen = at(72, 700, "Seen words.")
        for unseen in (
            at(72, 680, "unseen draft", more="3 Tr"),
            "1 g\n" + at(72, 680, "unseen draft") + "0 g\n",
            at(72, 680, "unseen draft") + "70 676 90 16 re f\n",
        ):
            extracted = read(seen + unseen)
            assert extracted.text == "Seen words."
            assert any("Hidden words" in note and "unseen draft" in note for note in extracted.notes)

    def test_words_of_a_layer_that_is_off_and_off_the_page_are_not_seen(self):
        layers = "/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>"
        stream = (
            at(72, 700, "Seen words.")
            + at(-400, 700, "off the page")
            + "/OC /L1 BDC\n"
            + at(72, 660, "in a layer")
            + "EMC\n"
        )
        content = pdf(stream, catalog=layers, extra=("<< /Type /OCG /Name (Draft) >>",))
        content = content.replace(b"/ExtGState << /G0 5 0 R >>", b"/Properties << /L1 6 0 R >>")
        extracted = extract(content, name="a.pdf")
        assert extracted.text == "Seen words."
        assert any("off the page" in note and "in a layer" in note for note in extracted.notes)

    def test_white_words_on_a_dark_band_are_seen(self):
        extracted = read(
            "0 g 60 690 300 30 re f 1 g\n" + at(72, 700, "White on black.") + "0 g\n" + at(72, 600, "Below.")
        )
        assert extracted.text == "White on black.\n\nBelow."
        assert extracted.notes == []

    def test_what_is_filled_in_stands_in_the_text(self):
        field = (
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (Yes, since March) /Rect [72 660 300 680] /F 4 "
            "/DA (/F1 12 Tf) >>"
        )
        extracted = read(
            at(72, 700, "Do you have a lock?"), page="/Annots [6 0 R]", extra=(field,),
            catalog="/AcroForm << /Fields [6 0 R] /DA (/F1 12 Tf 0 g) >>",
        )  # fmt: skip
        assert paragraphs(extracted) == ["Do you have a lock?", "Yes, since March"]
        assert any("form" in note for note in extracted.notes)

    def test_fields_beside_each_other_are_not_glued(self):
        fields = tuple(
            f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f{left}) /V ({value}) /Rect [{left} 660 {left + 20} 674] /F 4 >>"
            for left, value in ((72, "1"), (92, "2"))
        )
        extracted = read(
            at(72, 700, "Two fields:"), page="/Annots [6 0 R 7 0 R]", extra=fields,
            catalog="/AcroForm << /Fields [6 0 R 7 0 R] >>",
        )  # fmt: skip
        assert paragraphs(extracted) == ["Two fields:", "1 2"]

    def test_turned_words_and_turned_pages_are_read_in_their_direction(self):
        up = "BT /F1 12 Tf 0 1 -1 0 300 100 Tm (The council will pay for the) Tj 0 1 -1 0 316 100 Tm (weirs by May.) Tj ET"
        assert read(up, page="/Rotate 90").text == "The council will pay for the weirs by May."
        upside = lines(72, 700, "The council will dig", "the canal by May.")
        assert read(upside, page="/Rotate 180").text == "The council will dig the canal by May."


class TestRefusals:
    def test_a_form_that_only_one_program_shows_is_told_as_such(self):
        words = (
            "Please wait...", "", "If this message is not eventually replaced by the proper contents of the document,",
            "your PDF viewer may not be able to display this type of document.",
        )  # fmt: skip
        with pytest.raises(DocumentError, match="XFA"):
            read(lines(72, 700, *words))
        assert read(lines(72, 700, "Please wait for the next train.")).text == "Please wait for the next train."

    def test_too_many_pages(self, monkeypatch):
        monkeypatch.setattr("tracker.sources.documents.formats.pdf.MAX_PAGES", 1)
        with pytest.raises(DocumentError, match="at most 1 can be brought in: split it"):
            read(at(72, 700, "One."), at(72, 700, "Two."))

    def test_the_day_of_making_is_not_the_day_of_publication(self):
        assert "published_on" not in read(at(72, 700, "One.")).proposals
