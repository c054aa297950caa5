"""Word, OpenDocument and RTF: what a reader of the printed page sees, once and in order."""

import pytest

from tests.sources.documents.builders import archive, odf, paragraph, run, word
from tracker.sources.documents.extract import extract
from tracker.sources.documents.result import DocumentError, Extract

pytestmark = pytest.mark.once
BOX = "<w:txbxContent>" + paragraph("Boxed: mend the weir.") + "</w:txbxContent>"


def parts_of(extracted: Extract) -> list[str]:
    """The text block by block; each block is where it says that it is."""
    found = [extracted.text[block.start : block.end] for block in extracted.blocks]
    assert "\n\n".join(found) == extracted.text
    return found


def told(extracted: Extract, word: str) -> bool:
    return any(word in note for note in extracted.notes)


def read_word(body: str, **parts: str) -> Extract:
    return extract(word(body, **parts), name="a.docx")


class TestWord:
    def test_a_box_comes_once_and_after_the_sentence_that_it_stands_in(self):
        both = (
            f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
        old = f"<w:r><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></w:r>"
        for box in (both, old):
            extracted = read_word(paragraph(run("The council will "), box, run("build a bridge.")))
            assert parts_of(extracted) == ["The council will build a bridge.", "Boxed: mend the weir."]

    def test_tracked_changes_are_read_as_accepted(self):
        changed = paragraph(
            run("We will "), "<w:del><w:r><w:delText>not </w:delText></w:r></w:del>", f"<w:ins>{run('now ')}</w:ins>",
            run("dig."),
        )  # fmt: skip
        moved = paragraph(f"<w:moveFrom>{run('Moved away.')}</w:moveFrom>")
        joined = paragraph("It ends", properties="<w:rPr><w:del/></w:rPr>") + paragraph(" in May.")
        row = f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('Gone row')}</w:tc></w:tr></w:tbl>"
        extracted = read_word(changed + moved + joined + row)
        assert parts_of(extracted) == ["We will now dig.", "It ends in May."]
        assert told(extracted, "tracked changes")
        assert not told(read_word(paragraph("Plain.")), "tracked")

    def test_numbers_that_word_makes_stand_in_the_text(self):
        def numbered(words: str, level: int, number: int = 1) -> str:
            numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
            return paragraph(words, properties=numbering)

        levels = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for at, (kind, text) in enumerate(
                [("upperRoman", "Action %1:"), ("decimal", "%1.%2"), ("lowerLetter", "(%3)")]
            )
        )
        numbering = (
            f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
            '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
            "</w:lvlOverride></w:num>"
        )
        body = (
            numbered("dig", 0) + numbered("weir", 1) + numbered("stone", 2) + numbered("sand", 2) + numbered("lock", 1)
            + paragraph("Between.") + numbered("fill", 0) + numbered("gate", 1) + numbered("anew", 0, 2)
        )  # fmt: skip
        extracted = read_word(body, numbering=numbering)
        assert parts_of(extracted) == [
            "Action I: dig", "I.1 weir", "(a) stone", "(b) sand", "I.2 lock", "Between.", "Action II: fill",
            "II.1 gate",
            "Action I: anew",
        ]  # fmt: skip
        first = extracted.blocks[0]
        assert (first.kind, first.level, extracted.text[first.start + first.label : first.end]) == ("item", 1, "dig")

    def test_numbers_of_a_style_count_too(self):
        styles = (
            '<w:style w:type="paragraph" w:styleId="R"><w:name w:val="Recommendation"/><w:pPr><w:numPr>'
            '<w:numId w:val="4"/></w:numPr></w:pPr></w:style>'
            '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/><w:pPr><w:outlineLvl w:val="1"/>'
            "</w:pPr></w:style>"
        )
        numbering = (
            '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/>'
            '<w:lvlText w:val="Recommendation %1"/><w:pStyle w:val="R"/></w:lvl></w:abstractNum>'
            '<w:num w:numId="4"><w:abstractNumId w:val="1"/></w:num>'
        )
        body = paragraph("Weirs", properties='<w:pStyle w:val="H"/>') + "".join(
            paragraph(words, properties='<w:pStyle w:val="R"/>') for words in ("Dig.", "Fill.")
        )
        extracted = read_word(body, styles=styles, numbering=numbering)
        assert parts_of(extracted) == ["Weirs", "Recommendation 3 Dig.", "Recommendation 4 Fill."]
        assert (extracted.blocks[0].kind, extracted.blocks[0].level) == ("heading", 2)

    @pytest.mark.parametrize("level", ["²", "-1", "9" * 30, ""])
    def test_a_level_that_is_no_number_is_as_if_it_were_not_there(self, level):
        outline = f'<w:outlineLvl w:val="{level}"/><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
        style = (
            f'<w:style w:type="paragraph" w:styleId="S"><w:name w:val="S"/><w:pPr><w:outlineLvl w:val="{level}"/>'
            f'<w:numPr><w:ilvl w:val="{level}"/></w:numPr></w:pPr></w:style>'
        )
        extracted = read_word(paragraph("Dig.", properties=f'<w:pStyle w:val="S"/>{outline}'), styles=style)
        assert parts_of(extracted) == ["Dig."]
        assert (extracted.blocks[0].kind, extracted.blocks[0].level) == ("item", 1)

    def test_notes_stand_once_at_the_end_and_their_marks_nowhere(self):
        note = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
        body = paragraph(run("We dig the canal"), note.format(2), run(" in May")) + paragraph(
            run("and fill it"), note.format(1), run(".")
        )
        footnotes = "".join(
            f'<w:footnote w:id="{key}">{paragraph("<w:r><w:footnoteRef/></w:r>", run(words))}</w:footnote>'
            for key, words in ((1, " With sand."), (2, " Survey, page 4."))
        )
        extracted = read_word(body, footnotes=footnotes)
        assert parts_of(extracted) == ["We dig the canal in May", "and fill it.", "1 Survey, page 4.", "2 With sand."]
        assert [block.kind for block in extracted.blocks[2:]] == ["note", "note"]

    def test_fields_show_their_result_alone(self):
        def field(code: str, result: str) -> str:
            mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
            return (
                mark.format("begin") + f"<w:r><w:instrText>{code}</w:instrText></w:r>"
                + ("" if "<" not in code else code) + mark.format("separate") + run(result) + mark.format("end")
            )  # fmt: skip

        inner = field(" DOCPROPERTY State ", "draft")
        nested = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run(" IF ") + inner + "<w:r><w:fldChar w:fldCharType="
            '"separate"/></w:r>' + run("final") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        extracted = read_word(paragraph(run("See "), field(" REF a ", "table 2"), run(": "), nested, run(".")))
        assert extracted.text == "See table 2: final."

    def test_what_nobody_sees_is_left_out_and_told(self):
        styles = '<w:style w:type="character" w:styleId="V"><w:rPr><w:vanish/></w:rPr></w:style>'
        body = paragraph(
            run("Seen"), run(" unseen", "<w:vanish/>"), run(" hidden by style", '<w:rStyle w:val="V"/>'),
            run(" again", '<w:rStyle w:val="V"/><w:vanish w:val="0"/>'), run(" struck", "<w:strike/>"), run("."),
        )  # fmt: skip
        control = (
            f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph('Tap here')}</w:sdtContent></w:sdt>"
        )
        extracted = read_word(body + control, styles=styles)
        assert extracted.text == "Seen again."
        assert told(extracted, "Hidden text is left out: “unseen hidden by style”")
        assert told(extracted, "struck through is left out: “struck”")
        assert told(extracted, "prompt")

    def test_signs_tabs_and_formulas(self):
        body = (
            paragraph(run("Done "), '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>')
            + paragraph(run("At least "), run("\uf0b3", '<w:rFonts w:ascii="Symbol"/>'), run(" 4"))
            + paragraph(run("Odd "), '<w:r><w:sym w:font="Wingdings" w:char="F021"/></w:r>')
            + paragraph("<w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t><w:ptab/><w:t>one</w:t><w:cr/><w:t>two</w:t>"
                        "</w:r>")
            + paragraph(run("It is "), "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>2b+1"
                        "</m:t></m:r></m:den></m:f></m:oMath>", run("."))
        )  # fmt: skip
        extracted = read_word(body)
        assert parts_of(extracted) == ["Done ✓", "At least ≥ 4", "Odd ▯", "co‑op\tone\ntwo", "It is a/(2b+1)."]
        assert told(extracted, "symbol font")
        assert told(extracted, "Formulas")

    def test_a_large_first_letter_belongs_to_its_word(self):
        cap = paragraph("D", properties='<w:framePr w:dropCap="drop" w:lines="3"/>')
        assert read_word(cap + paragraph("ig the canal.")).text == "Dig the canal."

    def test_other_kinds_of_word_document(self):
        strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
        assert extract(word(paragraph("Strict."), namespace=strict)).text == "Strict."
        assert extract(word(paragraph("Elsewhere."), main="word/document9.xml")).text == "Elsewhere."

    def test_cells_and_controls(self):
        inner = f"<w:tbl><w:tr><w:tc>{paragraph('Inner')}</w:tc></w:tr></w:tbl>"
        table = f"<w:tbl><w:tr><w:tc>{paragraph('One')}</w:tc><w:tc>{paragraph('Two')}{inner}</w:tc></w:tr></w:tbl>"
        control = f"<w:sdt><w:sdtContent>{paragraph('Within')}</w:sdtContent></w:sdt>"
        extracted = read_word(table + control)
        assert parts_of(extracted) == ["One", "Two", "Inner", "Within"]
        assert [block.kind for block in extracted.blocks] == ["cell", "cell", "cell", "paragraph"]
        assert extracted.notes == []

    def test_the_day_of_making_is_not_the_day_of_publication(self):
        core = (
            '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Plan'
            "</dc:title><dcterms:created>2024-05-06T00:00:00Z</dcterms:created></c:coreProperties>"
        )
        document = archive(
            {"word/document.xml": f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
             f"<w:body>{paragraph('Words.')}</w:body></w:document>", "docProps/core.xml": core}
        )  # fmt: skip
        assert {name: one.value for name, one in extract(document).proposals.items()} == {"title": "Plan"}


LIST = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-prefix="Action " style:num-suffix=":"/><text:list-level-style-number text:level="2" '
    'style:num-format="a" style:num-prefix="(" style:num-suffix=")"/></text:list-style>'
)


def read_odt(body: str, styles: str = "", **parts: str) -> Extract:
    return extract(odf(body, styles, **parts), name="a.odt")


class TestOpenDocument:
    def test_changes_comments_and_boxes(self):
        tracked = (
            '<text:tracked-changes><text:changed-region text:id="c"><text:deletion><office:change-info><dc:creator>Ann'
            "</dc:creator></office:change-info><text:p>never </text:p></text:deletion></text:changed-region>"
            "</text:tracked-changes>"
        )
        body = (
            tracked + '<text:p>We will <text:change text:change-id="c"/>dig<office:annotation><dc:creator>Bea'
            "</dc:creator><text:p>Sure?</text:p></office:annotation> <draw:frame><draw:text-box><text:p>Boxed."
            "</text:p></draw:text-box></draw:frame>a canal.</text:p>"
        )
        extracted = read_odt(body)
        assert parts_of(extracted) == ["We will dig a canal.", "Boxed."]
        assert told(extracted, "tracked changes")

    def test_lists_count_nest_start_again_and_go_on(self):
        def listed(*items: str, more: str = "") -> str:
            inside = "".join(f"<text:list-item>{one}</text:list-item>" for one in items)
            return f'<text:list text:style-name="L"{more}>{inside}</text:list>'

        inner = (
            "<text:list><text:list-item><text:p>stone</text:p></text:list-item><text:list-item><text:p>sand</text:p>"
        )
        inner += "</text:list-item></text:list>"
        body = (
            listed("<text:p>dig</text:p>" + inner, "<text:p>fill</text:p>") + "<text:p>Between.</text:p>"
            + listed("<text:p>on</text:p>", more=' text:continue-numbering="true"') + listed("<text:p>anew</text:p>")
        )  # fmt: skip
        assert parts_of(read_odt(body, LIST)) == [
            "Action 1: dig", "(a) stone", "(b) sand", "Action 2: fill", "Between.", "Action 3: on", "Action 1: anew",
        ]  # fmt: skip

    def test_blanks_notes_and_cells(self):
        note = (
            '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>'
            "Survey.</text:p></text:note-body></text:note>"
        )
        cells = "".join(f"<table:table-cell><text:p>{word}</text:p></table:table-cell>" for word in ("Left", "Right"))
        row = f"<table:table-row>{cells}</table:table-row>"
        body = (
            f'<text:h text:outline-level="2">Canals</text:h><text:p>The   canal{note} is\n dug<text:s text:c="2"/>now'
            f"<text:tab/>here<text:line-break/>there</text:p><table:table>{row}</table:table>"
        )
        extracted = read_odt(body)
        assert parts_of(extracted) == ["Canals", "The canal is dug  now\there\nthere", "Left", "Right", "1 Survey."]
        assert [block.kind for block in extracted.blocks] == ["heading", "paragraph", "cell", "cell", "note"]

    def test_what_nobody_sees_is_left_out_and_told(self):
        styles = (
            '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
            '<style:style style:name="S"><style:text-properties style:text-line-through-style="solid"/></style:style>'
        )
        body = (
            '<text:p>Seen <text:span text:style-name="H">unseen </text:span><text:span text:style-name="S">struck '
            '</text:span>again.</text:p><text:section text:display="none"><text:p>No section.</text:p></text:section>'
        )
        extracted = read_odt(body, styles)
        assert extracted.text == "Seen again."
        assert told(extracted, "Hidden text is left out: “unseen No section.”")
        assert told(extracted, "struck through")

    def test_a_locked_one_is_refused(self):
        with pytest.raises(DocumentError, match="locked with a password"):
            read_odt("<text:p>x</text:p>", **{"META-INF__manifest.xml": "<m><encryption-data/></m>"})


class TestRichText:
    @staticmethod
    def read(inside: str) -> Extract:
        return extract((r"{\rtf1\ansi\ansicpg1252\uc1" + inside + "}").encode("cp1252"), name="a.rtf")

    def test_letters_and_signs(self):
        extracted = self.read(
            r"{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset2 Wingdings;}}"
            r"{\info{\title Canals}}"
            r"\pard The minister\rquote s \ldblquote plan\rdblquote  \'96 \u8364?5 caf\'e9 {\f1\'c4\'e0} {\f2\'fc}"
            r"\par two\~words \_ co\-op\par"
        )
        assert parts_of(extracted) == ["The minister’s “plan” – €5 café Да ✓", "two\u00a0words ‑ coop"]
        assert extracted.proposals["title"].value == "Canals"

    def test_changes_hidden_words_notes_boxes_and_tables(self):
        extracted = self.read(
            r"\pard We will {\deleted not }{\revised now }dig{\super\chftn}{\footnote\pard{\super\chftn} Survey.} it"
            r"{\v unseen}{\strike struck}.{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt\pard Boxed.\par}}"
            r"{\shprslt again}}\par\trowd\intbl One\cell Two\cell\row\pard After.\par"
            r"{\pict 00ff}{\*\unknown thing}{\header Head}"
        )
        assert parts_of(extracted) == ["We will now dig it.", "Boxed.", "One", "Two", "After.", "1 Survey."]
        assert [told(extracted, word) for word in ("tracked", "Hidden", "struck")] == [True] * 3

    def test_numbers_of_lists_are_labels(self):
        extracted = self.read(r"{\listtext\pard 4.\tab}Dig.\par{\pntext 5)\tab}Fill.\par")
        assert parts_of(extracted) == ["4. Dig.", "5) Fill."]
        assert [block.label for block in extracted.blocks] == [3, 3]

    def test_groups_without_end_and_too_many_of_them(self):
        assert self.read(r"\pard {\b Bold {\i both").text == "Bold both"
        with pytest.raises(DocumentError, match="nests its groups"):
            self.read("{" * 1_001 + "x")
