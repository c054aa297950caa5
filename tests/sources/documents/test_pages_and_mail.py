"""Web pages, emails, saved pages, spreadsheets, law in XML; and what is refused, with a way on."""

import pytest

from tests.sources.documents.builders import archive, odf, workbook
from tracker.sources.documents.extract import extract
from tracker.sources.documents.list_numbers import cardinal_words, letters, ordinal_words, repeated_letters, roman
from tracker.sources.documents.number_formats import shown_number
from tracker.sources.documents.result import DocumentError, Extract

pytestmark = pytest.mark.once


def page(body: str, head: str = "", encoding: str = "utf-8") -> Extract:
    html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return extract(html.encode(encoding), name="a.html")


def told(extracted: Extract, word: str) -> bool:
    return any(word in note for note in extracted.notes)


def of_kind(extracted: Extract, *kinds: str) -> list[str]:
    return [extracted.text[block.start : block.end] for block in extracted.blocks if block.kind in kinds]


class TestPage:
    def test_what_a_browser_numbers_is_numbered(self):
        extracted = page(
            '<ol start="4"><li>Dig.<ol type="i"><li>Deep</li><li value="9">Wide</li></ol></li><li>Fill.</li></ol>'
            '<ol reversed><li>b</li><li>a</li></ol><ol style="list-style-type: none"><li>plain</li></ol><ul><li>dot</ul>'
        )
        assert extracted.text.split("\n\n") == [
            "4. Dig.", "i. Deep", "ix. Wide", "5. Fill.", "2. b", "1. a", "plain", "dot",
        ]  # fmt: skip
        assert [(block.kind, block.level, block.label) for block in extracted.blocks[:2]] == [
            ("item", 1, 3),
            ("item", 2, 3),
        ]

    def test_hidden_and_struck_words_are_left_out_and_told(self):
        extracted = page(
            "<p>We will <del>not</del> <ins>now</ins> dig for <s>£9</s> £7.</p><p hidden>Never.</p>"
            '<div style="display: none">An old draft.</div><p class="off">By a rule.</p><p><span aria-hidden="true">Seen'
            "</span> so.</p><details><summary>More</summary>Closed, and there.</details><dialog>Box</dialog>",
            head="<style>.off { display:none } @media print { p { display: none } }</style>",
        )
        assert extracted.text.split("\n\n") == ["We will now dig for £7.", "Seen so.", "More", "Closed, and there."]
        assert told(extracted, "Hidden text is left out: “Never. An old draft. By a rule. Box”")
        assert told(extracted, "struck through")

    def test_what_a_click_opens_is_read_and_told(self):
        extracted = page(
            '<a href="#t2">Two</a><div id="t2" role="tabpanel" style="display:none"><p>In a tab.</p></div>'
        )
        assert "In a tab." in extracted.text
        assert told(extracted, "until a click")

    def test_furniture_is_told_apart_and_stays_in_the_text(self):
        extracted = page(
            '<a href="#c">Skip to content</a><div class="cookie-banner"><p>We set cookies.</p></div><header><nav>Menu'
            '</nav></header><main id="c"><article><header><h1>Plan</h1></header><p>We will dig.</p><footer>Signed.'
            "</footer></article></main><footer>Contact</footer>"
        )
        assert of_kind(extracted, "furniture") == ["Skip to content", "We set cookies.", "Menu", "Contact"]
        assert of_kind(extracted, "heading", "paragraph") == ["Plan", "We will dig.", "Signed."]
        assert told(extracted, "told apart")
        assert not told(page("<p>Words.</p>"), "told apart")
        assert [block.kind for block in page("<nav>All of it</nav>").blocks] == ["paragraph"]

    def test_the_column_of_a_printed_edition_does_not_cut_a_sentence(self):
        extracted = page(
            "<p>The House will wish to know that the</p><div>3 June 2025 : Column 41</div><p>Government will dig.</p>"
            '<p>We will<span class="column-number">42</span> mend 40 weirs.</p><p>It ends.</p><h4>Column 43</h4><p>New.</p>'
        )
        assert of_kind(extracted, "paragraph") == [
            "The House will wish to know that the Government will dig.", "We will mend 40 weirs.", "It ends.", "New.",
        ]  # fmt: skip
        assert of_kind(extracted, "furniture") == ["3 June 2025 : Column 41", "42", "Column 43"]

    def test_letters_lines_and_raised_figures(self):
        extracted = page(
            "<p>So<sup>12</sup> it is 40 m<sup>2</sup> in the 21<sup>st</sup> century, H<sub>2</sub>O.</p>"
            "<pre>one\n<b>two  2</b>\nthree</pre><center>A</center>B<button>C</button><svg><title>t</title><text>D</text>"
            "</svg><p>no&nbsp;break, soft&shy;hyphen</p>"
        )
        assert extracted.text.split("\n\n") == [
            "So¹² it is 40 m² in the 21st century, H2O.", "one\ntwo  2\nthree", "A", "B", "C", "D",
            "no\u00a0break, soft\u00adhyphen",
        ]  # fmt: skip

    @pytest.mark.parametrize("declared", ["iso-8859-1", "us-ascii", "windows-1252"])
    def test_latin_1_is_windows_1252_as_in_every_browser(self, declared):
        extracted = page("<p>It’s “so” – €5</p>", head=f'<meta charset="{declared}">', encoding="cp1252")
        assert (extracted.text, extracted.notes) == ("It’s “so” – €5", [])


MAIL = (
    "From: Ministry of Canals <a@canals.example>\r\nTo: b@desk.example\r\nSubject: Our =?utf-8?q?answer_=E2=80=93_two?=\r\n"
    "Date: Tue, 03 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
)


class TestMail:
    def test_one_of_two_parts_that_say_the_same_is_read(self):
        body = (
            'Content-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
            "We will dig.\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
            "\r\n\r\n<p>We will dig for =C2=A35=\r\n a day.</p>\r\n--x--\r\n"
        )
        extracted = extract((MAIL + body).encode(), name="a.eml")
        assert extracted.text == (
            "Our answer – two\n\nFrom: Ministry of Canals <a@canals.example>\nTo: b@desk.example\n"
            "Date: Tue, 03 Nov 2026 09:00:00 +0000\n\nWe will dig for £5 a day."
        )
        proposed = {name: one.value for name, one in extracted.proposals.items()}
        assert proposed == {
            "title": "Our answer – two",
            "publisher": "Ministry of Canals",
            "published_on": "2026-11-03",
        }

    def test_flowed_lines_are_joined_and_attachments_are_named(self):
        body = (
            'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8; '
            "format=flowed\r\n\r\nWe will dig \r\na canal.\r\n\r\nYours\r\n--x\r\nContent-Type: application/pdf\r\n"
            'Content-Disposition: attachment; filename="plan.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n'
            "--x--\r\n"
        )
        extracted = extract((MAIL + body).encode(), name="a.eml", content_type="message/rfc822")
        assert "We will dig a canal.\n\nYours" in extracted.text
        assert "JVBER" not in extracted.text
        assert told(extracted, "plan.pdf")

    def test_a_saved_page_is_read_as_the_page_that_it_is(self):
        saved = (
            "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://canals.example/plan\r\nSubject: Plan\r\n"
            'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n--x\r\n'
            "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><head><meta charset=3D"
            '"utf-8"></head><body><nav>Menu</nav><h1>Plan</h1><p>=C2=A35 a day.</p></body></html>\r\n--x\r\nContent-Type: '
            "text/css\r\n\r\np { color: red }\r\n--x--\r\n"
        )
        extracted = extract(saved.encode(), name="plan.mht")
        assert (extracted.file_format, of_kind(extracted, "heading", "paragraph")) == ("mhtml", ["Plan", "£5 a day."])
        assert extracted.proposals["url"].value == "https://canals.example/plan"

    def test_a_text_that_begins_like_a_letter_is_a_text(self):
        assert extract(b"Note: this is it.\n\nMore of it.", name="a.txt").file_format == "text"


class TestSpreadsheets:
    def test_rows_of_excel_as_they_are_shown(self):
        styles = (
            '<numFmts><numFmt numFmtId="164" formatCode="&quot;£&quot;#,##0.0"/></numFmts><fonts><font/><font><strike/>'
            '</font></fonts><cellXfs><xf/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="15"/><xf fontId="1"/>'
            "</cellXfs>"
        )
        rows = (
            '<cols><col min="4" max="4" hidden="1"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" s="1">'
            '<v>0.755</v></c><c r="D1"><v>7</v></c></row><row r="2"><c r="A2" s="2"><v>1234.56</v></c><c r="B2" s="3">'
            '<v>46000</v></c><c r="C2" s="4" t="inlineStr"><is><t>struck</t></is></c></row><row r="3" hidden="1"><c r="A3">'
            '<v>1</v></c></row><row r="4"><c r="A4"><f>1+1</f></c><c r="B4" t="b"><v>1</v></c></row></sheetData>'
        )
        book = workbook({"Progress": rows, "Draft": rows}, styles=styles, hidden="Draft",
                        strings="<si><r><t>Dig </t></r><r><t>now</t></r></si>")  # fmt: skip
        extracted = extract(book, name="a.xlsx")
        assert extracted.text == "Progress\n\nDig now\t\t76%\n£1,234.6\t9-Dec-25\n\tTRUE"
        assert [told(extracted, word) for word in ("sheet Draft", "row 3", "struck", "without a stored result")] == [
            True
        ] * 4

    def test_rows_of_libreoffice_with_its_million_empty_ones(self):
        def cell(words: str, more: str = "") -> str:
            return f"<table:table-cell{more}><text:p>{words}</text:p></table:table-cell>"

        rows = (
            f'<table:table-row>{cell("Measure")}<table:table-cell table:number-columns-repeated="2"/>{cell("State")}'
            f'</table:table-row><table:table-row table:number-rows-repeated="2">{cell("Dig")}</table:table-row>'
            f'<table:table-row table:visibility="collapse">{cell("Hidden")}</table:table-row>'
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        )
        content = odf(f'<table:table table:name="Progress">{rows}</table:table>', kind="spreadsheet")
        extracted = extract(content, name="a.ods")
        assert extracted.text == "Progress\n\nMeasure\t\t\tState\nDig\nDig"
        assert [block.kind for block in extracted.blocks] == ["heading", "row", "row", "row"]

    @pytest.mark.parametrize(
        ("value", "code", "shown"),
        [
            ("0.5", "0%", "50%"), ("-5", "#,##0;(#,##0)", "(5)"), ("46000.75", "d mmm yyyy h:mm AM/PM", "9 Dec 2025 6:00 PM"),
            ("0.30000000000000004", "General", "0.3"), ("1500000", '£#,##0.0,,"m"', "£1.5m"), ("12", "000", "012"),
            ("0", '0;-0;"none"', "none"), ("7", "[$£-809]#,##0.00", "£7.00"), ("-1", "d mmm", "-1"), ("x", "0", "x"),
        ],
    )  # fmt: skip
    def test_figures_are_shown_as_excel_shows_them(self, value, code, shown):
        assert shown_number(value, code) == shown


class TestLaw:
    def test_legislation_with_its_numbers(self):
        act = (
            '<?xml version="1.0"?><Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation"><Metadata><x>no'
            "</x></Metadata><Body><P1group><Title>Canals</Title><P1><Pnumber>3</Pnumber><P1para><P2><Pnumber>1</Pnumber>"
            '<P2para><Text>The council must <Emphasis>dig</Emphasis>.</Text><P3><Pnumber PuncAfter=")">a</Pnumber><P3para>'
            "<Text>deep,</Text></P3para></P3></P2para></P2></P1para></P1></P1group></Body></Legislation>"
        )
        extracted = extract(act.encode(), name="a.xml", content_type="application/xml")
        assert extracted.text.split("\n\n") == ["Canals", "3 (1) The council must dig.", "a) deep,"]
        assert extracted.blocks[0].kind == "heading"

    def test_speeches_say_who_speaks(self):
        debate = '<publicwhig><speech speakername="Ann Weir"><p>We will <phrase>dig</phrase>.</p><p>Soon.</p></speech></publicwhig>'
        assert extract(debate.encode(), name="a.xml").text.split("\n\n") == ["Ann Weir", "We will dig.", "Soon."]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (archive({"ppt/presentation.xml": "<a/>"}), "a.pptx", ["presentation", "PDF"]),
        (archive({"mimetype": "application/epub+zip"}), "a.epub", ["e-book", "PDF"]),
        (archive({"mimetype": "application/vnd.oasis.opendocument.presentation"}), "a.odp", ["presentation", "PDF"]),
        (archive({"a.txt": "words"}), "a.zip", ["archive (zip)", "one by one"]),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "a.doc", ["old", ".docx"]),
        (b"\x89PNG\r\n" + b"0" * 60, "a.png", ["picture", "text recognition"]),
        (b"<?xml version='1.0'?><root>words</root>", "a.xml", ["XML", "web page"]),
        (b"<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'/>", "a.fodt",
         ["OpenDocument", ".odt"]),
        (b"just words", "a.odt", [".odt", "get the file again"]),
        (MAIL.encode() + b"Content-Type: application/pkcs7-mime\r\n\r\nx", "a.eml", ["encrypted", "PDF"]),
    ],
    ids=["pptx", "epub", "odp", "zip", "doc", "png", "xml", "fodt", "odt", "eml"],  # a zip file has the time in it
)  # fmt: skip
def test_each_refusal_says_what_it_is_and_what_to_do(content, name, words):
    with pytest.raises(DocumentError) as caught:
        extract(content, name=name)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_numbers_in_words_and_letters():
    assert [roman(4), roman(1999), letters(27), repeated_letters(28)] == ["iv", "mcmxcix", "aa", "bb"]
    assert [cardinal_words(42), ordinal_words(12), ordinal_words(40)] == ["Forty-two", "Twelfth", "Fortieth"]
