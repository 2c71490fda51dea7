from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from packages import BOMB, CORE, SAID, packed, relations, zeros

from embeddings.errors import UnreadableFile
from embeddings.formats.tables.shown import code_of, shown
from embeddings.formats.tables.workbook import read
from embeddings.types import Metadata

STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="d\\ mmm\\ yyyy"/></numFmts><fonts><font/><font><b/></font>'
    '</fonts><cellXfs><xf numFmtId="0"/><xf numFmtId="0" fontId="1"/><xf numFmtId="164"/><xf numFmtId="9"/></cellXfs>'
    "</styleSheet>"
)
BOLD, DAY, SHARE = 1, 2, 3


def cell(at: str, value: str | float, style: int = 0) -> str:
    if isinstance(value, str):
        return f'<c r="{at}" s="{style}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{at}" s="{style}"><v>{value}</v></c>'


def row(number: int, *values: str | float, hidden: str = "0", style: int = 0) -> str:
    cells = (cell(f"{'ABCDEFGH'[at]}{number}", value, style) for at, value in enumerate(values) if value != "")
    return f'<row r="{number}" hidden="{hidden}">{"".join(cells)}</row>'


def sheet(*rows: str, merged: str = "", columns: str = "") -> str:
    cells = "".join(f'<mergeCell ref="{area}"/>' for area in merged.split())
    return f"<worksheet><cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData><mergeCells>{cells}</mergeCells></worksheet>"


def workbook(sheets: Mapping[str, str], *, more: Mapping[str, str] | None = None, settings: str = "") -> bytes:
    """A workbook of sheets; a name that begins with - is that of a hidden one."""
    listed = "".join(
        f'<sheet name="{name.strip("-")}" state="{"hidden" if name[0] == "-" else "visible"}" '
        f'xmlns:r="urn:r" r:id="s{at}"/>'
        for at, name in enumerate(sheets)
    )
    kinds = [(f"s{at}", "worksheet", f"worksheets/sheet{at}.xml") for at, _ in enumerate(sheets)]
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook><workbookPr {settings}/><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            *kinds, ("st", "styles", "/xl/styles.xml"), ("ss", "sharedStrings", "sharedStrings.xml")
        ),
        "xl/styles.xml": STYLES,
        "docProps/core.xml": CORE.format(SAID),
        **{f"xl/worksheets/sheet{at}.xml": content for at, content in enumerate(sheets.values())},
        **(more or {}),
    }
    return packed(parts)


def lines(*rows: str, merged: str = "") -> list[str]:
    return read(workbook({"Losses": sheet(*rows, merged=merged)})).text.split("\n\n")[1:]


def test_a_row_stands_with_its_heads_and_its_place_is_the_sheet_and_the_row() -> None:
    losses = sheet(row(2, "Province", "Killed"), row(3, "Farah", 58), row(5, "Kunar", 77))
    parsed = read(workbook({"Losses": losses, "Names": sheet(row(1, "Ali"))}))
    assert parsed.text.split("\n\n") == [
        "Losses",
        "Province | Killed",
        "Province: Farah | Killed: 58",
        "Province: Kunar | Killed: 77",
        "Names",
        "Ali",
    ]
    assert [page.label for page in parsed.pages] == [
        *("sheet Losses", "sheet Losses, row 2", "sheet Losses, row 3", "sheet Losses, row 5"),
        *("sheet Names", "sheet Names, row 1"),
    ]
    assert [(heading.level, heading.text) for heading in parsed.headings] == [(1, "Losses"), (1, "Names")]
    assert parsed.title == "Losses of 2021"
    assert parsed.metadata == Metadata("Jane Doe", "2021-03-04", tags=("war", "losses"))
    assert parsed.notes == ()


def test_what_is_hidden_is_left_out_and_counted() -> None:
    rows = [row(1, "Name", "Phone", "Age"), row(2, "Ali", "0799", 40), row(3, "Karim", "0788", 41, hidden="1")]
    columns = '<col min="2" max="2" hidden="1"/><col min="9" max="16384" hidden="1"/>'
    content = sheet(*rows, columns=f'{columns}<col min="-9999999999" max="0" hidden="1"/>')
    parsed = read(workbook({"People": content, "-Draft": sheet(row(1, "x"))}))
    assert parsed.text.split("\n\n")[1:] == ["Name | Age", "Name: Ali | Age: 40"]
    assert parsed.notes == ("left out 1 hidden row, 1 hidden column, 1 hidden sheet",)


def test_a_merged_cell_stands_in_each_row_and_over_each_column_that_it_covers() -> None:
    assert lines(
        row(1, "Losses of March"),
        row(2, "Province", "District", "Killed", ""),
        row(3, "", "", "Men", "Women"),
        row(4, "Farah", "Bakwa", 1, 2),
        row(5, "", "Gulistan", 3, 4),
        merged="A1:D1 A2:A3 B2:B3 C2:D2 A4:A5",
    )[-2:] == [
        "Province: Farah | District: Bakwa | Killed, Men: 1 | Killed, Women: 2",
        "Province: Farah | District: Gulistan | Killed, Men: 3 | Killed, Women: 4",
    ]


def test_bold_words_above_others_are_heads() -> None:
    assert lines(row(1, "Name", "Role", style=BOLD), row(2, "Ali", "Guard"))[-1] == "Name: Ali | Role: Guard"
    assert lines(row(1, "Name", "Role"), row(2, "Ali", "Guard"))[-1] == "Ali | Guard"


def test_values_are_as_they_are_shown_and_formulas_as_they_were_saved() -> None:
    cells = (
        cell("A1", 44260, DAY)
        + cell("B1", 0.576, SHARE)
        + '<c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#DIV/0!</v></c><c r="E1"><f>A1*2</f><v>12.50</v></c>'
        + '<c r="F1" t="str"><f>A1</f><v>Farah</v></c><c r="G1" t="str"><f>""</f><v></v></c><c r="H1"><f>A1</f></c>'
        + '<c t="d"><v>2021-03-05T00:00:00</v></c>'
    )
    parsed = read(workbook({"A": sheet(f'<row r="1">{cells}</row>')}))
    assert parsed.text == "A\n\n2021-03-05 | 58% | TRUE | #DIV/0! | 12.5 | Farah | 2021-03-05"
    assert parsed.notes == ("1 formulas have no saved value; open the file in Excel and save it",)
    since_1904 = workbook({"A": sheet(row(1, 42798, style=DAY))}, settings='date1904="1"')
    assert read(since_1904).text == "A\n\n2021-03-05"


def test_raised_marks_of_a_text_are_told_from_it() -> None:
    runs = '<r><t>killed 47</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>12</t></r><r><t> men</t></r><rPh><t>x</t>'
    shared = {"xl/sharedStrings.xml": f"<sst><si><t>a</t></si><si>{runs}</rPh></si></sst>"}
    content = sheet('<row r="1"><c r="A1" t="s"><v>1</v></c></row>')
    assert read(workbook({"A": content}, more=shared)).text == "A\n\nkilled 47[12] men"


def test_comments_follow_their_row_and_text_boxes_the_sheet() -> None:
    comments = (
        "<comments><authors><author>Omar</author></authors><commentList>"
        '<comment ref="B2" authorId="0"><text><r><t>Omar:</t></r><r><t> Twice checked.</t></r></text></comment>'
        '<comment ref="B3" authorId="0"><text><t>Hidden.</t></text></comment></commentList></comments>'
    )
    box = "<wsDr><sp><txBody><p><r><t>Counted </t></r><r><t>by hand</t></r></p></txBody></sp></wsDr>"
    more = {
        "xl/worksheets/_rels/sheet0.xml.rels": relations(
            ("c", "comments", "../comments1.xml"), ("d", "drawing", "../drawings/d.xml")
        ),
        "xl/comments1.xml": comments,
        "xl/drawings/d.xml": box,
        "xl/drawings/_rels/d.xml.rels": relations(("h", "chart", "../charts/c.xml")),
    }
    rows = [row(1, "Name", "Age"), row(2, "Ali", 40), row(3, "Karim", 41, hidden="1"), row(4, "Omar", 42)]
    parsed = read(workbook({"A": sheet(*rows)}, more=more))
    assert parsed.text.split("\n\n")[2:] == [
        "Name: Ali | Age: 40",
        "[Comment by Omar] B2: Twice checked.",
        "Name: Omar | Age: 42",
        "Counted by hand",
    ]
    assert [page.label for page in parsed.pages][2:] == ["sheet A, row 2", "sheet A, row 4", "sheet A"]
    assert parsed.notes == ("left out 1 hidden row, 1 chart",)


@pytest.mark.parametrize(
    ("written", "code", "text", "kind"),
    [
        ("58.0", "General", "58", "number"),
        ("0.30000000000000004", "General", "0.3", "number"),
        ("123456789012", "", "123456789012", "number"),
        ("1E+300", "0.00", "1E+300", "number"),
        ("1234.5", "#,##0.00", "1,234.50", "number"),
        ("-1234.5", '"$"#,##0.00', "-$1,234.50", "number"),
        ("-1234.5", "#,##0.0 [$€-407];[Red](#,##0.0 [$€-407])", "(1,234.5 €)", "number"),
        ("1234567", "0.0,,", "1.2", "number"),
        ("7", "00000", "00007", "number"),
        ("0.5", "0.0#", "0.5", "number"),
        ("0.12345", "0.00%", "12.35%", "number"),
        ("12345", "0.00E+00", "1.23E+04", "number"),
        ("0", '0;-0;"none"', "none", "number"),
        ("5", ";;;", "", "number"),
        ("5", '0\\ "km"', "5 km", "number"),
        ("0.5", "# ?/?", "0.5", "number"),
        ("44260", "d/m/yy", "2021-03-05", "date"),
        ("44260", 'd" de "mmmm', "2021-03-05", "date"),
        ("44260", "mmm\\ yyyy", "2021-03", "date"),
        ("44260", "yyyy", "2021", "date"),
        ("44260.6041666667", "[$-409]m/d/yy h:mm AM/PM;@", "2021-03-05 14:30", "date"),
        ("0.6041666667", "h:mm:ss", "14:30:00", "date"),
        ("1.5", "[h]:mm", "36:00", "date"),
        ("0.01", "mm:ss", "14:24", "date"),
        ("59", "d/m/yy", "1900-02-28", "date"),
        ("-1", "d/m/yy", "-1", "date"),
        ("no number", "0", "no number", "number"),
    ],
)
def test_numbers_are_shown_by_their_format(written: str, code: str, text: str, kind: str) -> None:
    assert shown(written, code) == (text, kind)


def test_formats_without_a_code_in_the_file_are_known() -> None:
    assert [code_of(number, {"9": "0"}) for number in ("9", "10", "14", "30", "99", "x")] == [
        *("0", "0.00%", "y-m-d", "y-m-d", "", "")
    ]


def test_other_files_are_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match=r"old \.xls or protected by a password; save it as \.xlsx without"):
        read(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 100)
    with pytest.raises(UnreadableFile, match=r"it is not a \.xlsx, or only a part of one"):
        read(workbook({"A": sheet()})[:-30])
    with pytest.raises(UnreadableFile, match=r"it is not a \.xlsx; give it the suffix of what it is"):
        read(packed({"_rels/.rels": relations(("r", "officeDocument", "d.xml")), "d.xml": "<document/>"}))
    with pytest.raises(UnreadableFile, match=r"the \.xlsx file is damaged \(XMLSyntaxError\)"):
        read(workbook({"A": "<worksheet><sheetData>"}))
    with pytest.raises(UnreadableFile, match="unpacked it would take 320 MiB"):
        read(zeros("xl/workbook.xml"))


def test_entities_grow_into_nothing_and_rows_have_a_limit(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"the \.xlsx file is damaged \(XMLSyntaxError\)"):
        read(workbook({"A": f"{BOMB}]>{sheet(row(1, '&i;'), row(2, 'Farah', 58))}"}))
    (tmp_path / "secret.txt").write_text("the witness is Karim")
    outside = f'<!DOCTYPE a [<!ENTITY i SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    assert "Karim" not in read(workbook({"A": f"{outside}{sheet(row(1, '&i;'), row(2, 'Farah', 58))}"})).text
    many = "".join(f"<row><c><v>{number}</v></c></row>" for number in range(200_001))
    with pytest.raises(UnreadableFile, match="more than 200,000 rows"):
        read(workbook({"A": sheet(many)}))


def test_an_area_of_the_whole_sheet_costs_nothing() -> None:
    assert lines(row(1, "Losses"), row(2, "Farah", 58), merged="A1:XFD1048576 A1:XFD1048576")[-1] == "Farah | 58"
