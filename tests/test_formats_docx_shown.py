"""A Word document is read as its pages show it: numbers, notes, boxes, what stands above and below, nothing hidden."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from docx.document import Document as WordDocument
from test_formats_docx import made, with_body

from embeddings.formats.docx.reader import read

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def of_field(code: str, *result: str) -> str:
    """A field: its code, and what it shows."""
    kinds = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{kinds[0]}<w:r><w:instrText>{code}</w:instrText></w:r>{kinds[1]}{''.join(result)}{kinds[2]}"


PAGE = of_field(" PAGE ", run("1"))


def with_parts(body: str, **parts: str) -> bytes:
    """A document with this body and these further parts, each the inner XML of a root of its name."""
    target = BytesIO()
    with ZipFile(BytesIO(with_body(body))) as source, ZipFile(target, "w") as package:
        for name in source.namelist():
            content = source.read(name).decode("latin-1")
            if name == "word/document.xml":
                shown = "".join(
                    f'<w:{part.rstrip("0123456789")}Reference xmlns:r="{RELATIONS}" w:type="default" r:id="x{part}"/>'
                    for part in parts
                    if part.startswith(("header", "footer"))
                )
                content = content.replace("</w:body>", f"<w:sectPr>{shown}</w:sectPr></w:body>")
            if name == "word/_rels/document.xml.rels":
                added = "".join(
                    f'<Relationship Id="x{part}" Type="{RELATIONS}/{part.rstrip("0123456789")}" Target="{part}.xml"/>'
                    for part in parts
                )
                content = content.replace("</Relationships>", f"{added}</Relationships>")
            if name == "[Content_Types].xml":
                kinds = "".join(
                    f'<Override PartName="/word/{part}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                    f'wordprocessingml.{part.rstrip("0123456789")}+xml"/>'
                    for part in parts
                )
                content = content.replace("</Types>", f"{kinds}</Types>")
            package.writestr(name, content.encode("latin-1"))
        for part, inner in parts.items():
            root = {"header": "hdr", "footer": "ftr"}.get(part.rstrip("0123456789"), part)
            package.writestr(f"word/{part}.xml", f"<w:{root} {WORD}>{inner}</w:{root}>")
    return target.getvalue()


def test_raised_and_lowered_runs() -> None:
    up, down = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
    body = paragraph(run("They shot 31"), run("8", up), run(" men on the 2"), run("nd", up), run(" of May in 9 m"))
    body += paragraph(run("CO"), run("2", down), run(" and 31"), run("4", '<w:rStyle w:val="FootnoteReference"/>'))
    parsed = read(with_body(body))
    assert parsed.text.split("\n\n")[0] == "They shot 31[8] men on the 2nd of May in 9 m"
    assert parsed.text.split("\n\n")[1].startswith("CO2 and 31")
    assert read(with_body(paragraph(run("9 m"), run("2", up)))).text == "9 m²"


def test_hidden_text_is_left_out_and_counted() -> None:
    hidden, shown = run("The mayor took it.", "<w:vanish/>"), run("Rain fell.", '<w:vanish w:val="0"/>')
    parsed = read(with_body(paragraph(hidden, shown)))
    assert (parsed.text, parsed.notes) == ("Rain fell.", ("left out 1 hidden parts",))


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    deleted = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
    body = paragraph(run("The mill burned "), properties=deleted) + paragraph(run("on 3 June."), properties=deleted)
    assert read(with_body(body)).text == "The mill burned on 3 June."


def test_old_form_fields_and_signs() -> None:
    def field(inner: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{inner}</w:ffData></w:fldChar></w:r>'

    ticked, unticked = (
        "<w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox>",
        "<w:checkBox><w:default/></w:checkBox>",
    )
    listed = "<w:ddList><w:result w:val='1'/><w:listEntry w:val='Chora'/><w:listEntry w:val='Gizab'/></w:ddList>"
    signs = "".join(
        f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'
        for font, char in [("Wingdings", "F0FE"), ("Wingdings", "F06F"), ("Symbol", "F0B3"), ("Wingdings", "F028")]
    )
    body = paragraph(field(ticked), run(" mine "), field(unticked.replace("<w:default/>", "")), run(" rocket"))
    body += paragraph(field(unticked), run(" in "), field(listed)) + paragraph(signs)
    assert read(with_body(body)).text.split("\n\n") == ["☒ mine ☐ rocket", "☒ in Gizab", "☒☐≥\ufffd"]


def numbered(list_id: int, level: int, text: str) -> str:
    listed = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return paragraph(run(text), properties=listed)


def level(number: int, form: str, text: str, start: int = 1) -> str:
    said = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{number}">{said}</w:lvl>'


def test_automatic_numbers_are_those_of_the_page() -> None:
    kinds = level(0, "decimal", "Article %1.") + level(1, "lowerLetter", "%1.%2)") + level(2, "upperRoman", "(%3)", 4)
    numbering = f'<w:abstractNum w:abstractNumId="7">{kinds}</w:abstractNum>'
    numbering += f'<w:abstractNum w:abstractNumId="8">{level(0, "bullet", "x")}</w:abstractNum>'
    numbering += (
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    )
    numbering += (
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>'
    )
    listed = [(1, 0), (1, 1), (1, 1), (1, 2), (2, 0), (1, 0), (1, 1), (3, 0), (3, 0), (4, 0), (0, 0)]
    body = "".join(numbered(list_id, at, f"t{place}") for place, (list_id, at) in enumerate(listed))
    assert read(_numbered(body, numbering)).text.split("\n\n") == [
        *("Article 1. t0", "1.a) t1", "1.b) t2", "(IV) t3", "t4", "Article 2. t5", "2.a) t6"),
        *("Article 9. t7", "Article 10. t8", "t9", "t10"),
    ]


def _numbered(body: str, numbering: str) -> bytes:
    target = BytesIO()
    with ZipFile(BytesIO(with_body(body))) as source, ZipFile(target, "w") as package:
        for name in source.namelist():
            inner = f"<w:numbering {WORD}>{numbering}</w:numbering>".encode()
            package.writestr(name, inner if name == "word/numbering.xml" else source.read(name))
    return target.getvalue()


def test_notes_and_comments_follow_the_paragraph_or_row_that_they_belong_to() -> None:
    footnote = paragraph("<w:r><w:footnoteRef/></w:r>", run("A witness."))
    body = paragraph(run("Nine died"), '<w:r><w:footnoteReference w:id="5"/></w:r>', run(" there."))
    row = paragraph(
        run("Zaranj"), '<w:r><w:endnoteReference w:id="2"/></w:r>', '<w:r><w:commentReference w:id="0"/></w:r>'
    )
    body += f"<w:tbl><w:tr><w:tc>{row}</w:tc><w:tc>{paragraph(run('16'))}</w:tc></w:tr></w:tbl>" + paragraph(
        run("End.")
    )
    parsed = read(
        with_parts(
            body,
            footnotes=f'<w:footnote w:id="5">{footnote}</w:footnote>',
            endnotes=f'<w:endnote w:id="2">{paragraph(run("A list."))}</w:endnote>',
            comments=f'<w:comment w:id="0" w:author="Mina">{paragraph(run("Is this so?"))}</w:comment>',
        )
    )
    assert parsed.text.split("\n\n") == [
        *(
            "Nine died[1] there.",
            "[1] A witness.",
            "Zaranj[i] | 16",
            "[i] A list.",
            "[Comment by Mina] Is this so?",
            "End.",
        )
    ]


def test_what_stands_above_and_below_the_pages_once_and_no_page_numbers() -> None:
    pages = f'<w:fldSimple w:instr="NUMPAGES">{run("9")}</w:fldSimple>'
    parsed = read(
        with_parts(
            paragraph(run("The wall has nine cracks.")),
            header1=paragraph(run("File 18/C, Zaranj, 3 June")) + paragraph(run("Page "), PAGE, run(" of "), pages),
            header2=paragraph(run("File 18/C, Zaranj, 3 June")),
            footer1=paragraph(run("Signed: Jan Gul")) + paragraph(run("- "), PAGE, run(" -")),
        )
    )
    assert parsed.text.split("\n\n") == ["File 18/C, Zaranj, 3 June", "The wall has nine cracks.", "Signed: Jan Gul"]


@pytest.mark.parametrize("said", ['<w:outlineLvl w:val="1"/>', '<w:pStyle w:val="Heading2"/>'])
def test_a_paragraph_of_an_outline_level_is_a_heading(said: str) -> None:
    (heading,) = read(with_body(paragraph(run("Im Süden"), properties=said) + paragraph(run("Text.")))).headings
    assert (heading.text, heading.level) == ("Im Süden", 2)


def test_a_heading_at_the_end_is_no_title() -> None:
    def annex(document: WordDocument) -> None:
        for text in ("One.", "Two.", "Three."):
            document.add_paragraph(text)
        document.add_heading("Annex", 1)

    assert read(made(annex)).title is None


def test_strict_open_xml_is_read() -> None:
    target = BytesIO()
    names = [
        (RELATIONS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
        (WORD[9:-1].encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"),
    ]
    with ZipFile(BytesIO(with_body(paragraph(run("Rain fell."))))) as source, ZipFile(target, "w") as package:
        for name in source.namelist():
            content = source.read(name)
            for usual, strict in names:
                content = content.replace(usual, strict)
            package.writestr(name, content)
    assert read(target.getvalue()).text == "Rain fell."


def test_a_deleted_end_before_a_table_ends_the_paragraph_and_a_blank_number_counts() -> None:
    deleted = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
    table = f"<w:tbl><w:tr><w:tc>{paragraph(run('cell'))}</w:tc></w:tr></w:tbl>"
    body = paragraph(run("Before."), properties=deleted) + table + paragraph(run("After."))
    assert read(with_body(body)).text.split("\n\n") == ["Before.", "cell", "After."]
    numbering = f'<w:abstractNum w:abstractNumId="7">{level(0, "decimal", "%1.")}</w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    body = numbered(1, 0, "one") + numbered(1, 0, "") + numbered(1, 0, "three")
    assert read(_numbered(body, numbering)).text.split("\n\n") == ["1. one", "3. three"]


MATHS = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def in_formula(inner: str) -> str:
    return f"<m:oMath {MATHS}>{inner}</m:oMath>"


def letters(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (f"<m:f><m:num>{letters('1')}</m:num><m:den>{letters('2')}</m:den></m:f>", "1/2"),
        (f"{letters('2')}<m:f><m:num>{letters('1')}</m:num><m:den>{letters('2')}</m:den></m:f>", "2 1/2"),
        (f"<m:f><m:num>{letters('a+b')}</m:num><m:den>{letters('2')}</m:den></m:f>", "(a+b)/2"),
        (f"<m:sSup><m:e>{letters('10')}</m:e><m:sup>{letters('6')}</m:sup></m:sSup>", "10⁶"),
        (f"<m:sSup><m:e>{letters('x')}</m:e><m:sup>{letters('n+1')}</m:sup></m:sSup>", "x^(n+1)"),
        (f"<m:sSub><m:e>{letters('x')}</m:e><m:sub>{letters('12')}</m:sub></m:sSub>", "x_12"),
        (f"<m:rad><m:deg/><m:e>{letters('16')}</m:e></m:rad>", "√16"),
        (f"<m:d><m:e>{letters('3')}</m:e></m:d>", "(3)"),
    ],
)
def test_formulas_keep_their_numbers_apart(inner: str, text: str) -> None:
    assert read(with_body(paragraph(run("So "), in_formula(inner)))).text == f"So {text}"


def test_what_is_raised_by_its_place_struck_out_or_white() -> None:
    body = paragraph(
        *(run("Killed 47"), run("12", '<w:position w:val="8"/>'), run(" men")),
        *(run(", not "), run("45", "<w:strike/>"), run(".", '<w:strike w:val="0"/>')),
        *(
            run(" White.", '<w:color w:val="FFFFFF"/>'),
            run(" Seen.", '<w:color w:val="FFFFFF"/><w:highlight w:val="blue"/>'),
        ),
    )
    parsed = read(with_body(body))
    assert parsed.text == "Killed 47[12] men, not ~~45~~. Seen."
    assert parsed.notes == ("left out 1 hidden parts",)


def test_fields_show_their_results_alone_and_empty_controls_nothing() -> None:
    inner = of_field("MERGEFIELD sex", run("m"))
    code = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{inner}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    control = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    body = paragraph(code, run("Mr"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>', run(" Khan, "))
    body += paragraph(run("Killed: "), control.format(run("Click here.")))
    assert read(with_body(body)).text.split("\n\n") == ["Mr Khan,", "Killed:"]


def test_a_head_that_holds_a_number_is_no_page_number() -> None:
    body = paragraph(run("Text."))
    assert read(with_parts(body, header1=paragraph(run("Killed 12")))).text == "Killed 12\n\nText."


def test_numbers_of_law_and_of_lists_that_go_on() -> None:
    kinds = level(0, "upperRoman", "Article %1.") + level(1, "decimal", "%1.%2").replace(
        "<w:lvlText", "<w:isLgl/><w:lvlText"
    )
    kinds += level(2, "lowerLetter", "(%3)").replace("<w:lvlText", '<w:lvlRestart w:val="0"/><w:lvlText')
    numbering = f'<w:abstractNum w:abstractNumId="7">{kinds}</w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    body = "".join(numbered(1, at, f"t{place}") for place, at in enumerate([0, 1, 2, 1, 2]))
    assert read(_numbered(body, numbering)).text.split("\n\n") == [
        "Article I. t0",
        "1.1 t1",
        "(a) t2",
        "1.2 t3",
        "(b) t4",
    ]


def test_a_table_in_a_cell_follows_its_row() -> None:
    def cells(*inner: str) -> str:
        return f"<w:tbl><w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in inner)}</w:tr></w:tbl>"

    inner = cells(paragraph(run("1")), paragraph(run("2")))
    body = cells(paragraph(run("Farah")), paragraph(run("58")) + inner + paragraph())
    assert read(with_body(body)).text.split("\n\n") == ["Farah | 58", "1 | 2"]


def test_signs_typed_in_a_font_of_signs() -> None:
    body = paragraph(
        run("þ", '<w:rFonts w:ascii="Wingdings"/>'), run(" yes "), run("m", '<w:rFonts w:ascii="Symbol"/>'), run("g")
    )
    assert read(with_body(body)).text == "☒ yes μg"
