from __future__ import annotations

import pytest

from embeddings.errors import UnreadableFile
from embeddings.formats.tables.delimited import read
from embeddings.formats.tables.rows import MAX_ROWS
from embeddings.types import Heading


def lines(table: str) -> list[str]:
    return read(table.encode()).text.split("\n\n")


def places(table: str) -> list[str]:
    return [page.label for page in read(table.encode()).pages]


def test_a_row_stands_with_its_heads_and_its_number_is_its_place() -> None:
    parsed = read(b"Province,Killed,Wounded\nFarah,58,97\n\nKunar,77,\n")
    assert parsed.text.split("\n\n") == [
        "Province | Killed | Wounded",
        "Province: Farah | Killed: 58 | Wounded: 97",
        "Province: Kunar | Killed: 77",
    ]
    assert [(page.number, page.label) for page in parsed.pages] == [(1, "row 1"), (2, "row 2"), (3, "row 4")]
    assert [parsed.text[page.start : page.end] for page in parsed.pages] == parsed.text.split("\n\n")


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_what_stands_between_values_is_told_from_the_rows(between: str) -> None:
    rows = [["Province", "Killed"], ["Farah", "58"], ["Kunar", '"77, or 78; not 79"']]
    assert lines("\r\n".join(between.join(row) for row in rows))[1:] == [
        "Province: Farah | Killed: 58",
        "Province: Kunar | Killed: 77, or 78; not 79",
    ]


def test_a_first_line_for_excel_is_no_row() -> None:
    assert lines("sep=;\nProvince;Share\nFarah;58,5\n")[1:] == ["Province: Farah | Share: 58,5"]
    assert places("sep=;\nProvince;Share\nFarah;58,5\n") == ["row 1", "row 2"]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("Farah,58\nKunar,unknown\nZabul,3", "Zabul | 3"),
        ("Ali,Guard,Kabul\nOmar,Guard,Farah\nSaid,Cook,Herat", "Said | Cook | Herat"),
        ("Province,Killed,Wounded\nFarah,many,97\nKunar,some,none", "Province: Kunar | Killed: some | Wounded: none"),
        ("Farah,58,97\nKunar,77,151", "Kunar | 77 | 151"),  # no heads
        ("Ali,Guard,Kabul\nOmar,Guard,Farah", "Omar | Guard | Farah"),  # what comes again is no head
        ("Province,Farah\nDistrict,Bakwa", "District | Bakwa"),  # names and values
        ("Killed,58\nWounded,97", "Wounded | 97"),
        ("Province,2019,2020\nFarah,58,97", "Province: Farah | 2019: 58 | 2020: 97"),
        ("Farah,1998,2005\nKunar,2001,2003", "Kunar | 2001 | 2003"),  # years in each row
        ("Name,Role,City\nAli,Guard,Kabul", "Name: Ali | Role: Guard | City: Kabul"),
        ("Day,Name\n2021-03-05,Ali", "Day: 2021-03-05 | Name: Ali"),
        ("Name,2021-03-05\nAli,58", "Name: Ali | 2021-03-05: 58"),
        ("Province,Killed\n\nFarah,58\nKunar,7", "Province: Kunar | Killed: 7"),
        (",Killed\nFarah,58", "Farah | Killed: 58"),
        ("Share:,Name:\n58 %,Ali", "Share: 58 % | Name: Ali"),
        ("ولایت,کشته\nفراه,۵۸", "ولایت: فراه | کشته: ۵۸"),
    ],
)
def test_heads_are_told_from_what_stands_below_them(table: str, row: str) -> None:
    assert lines(table)[-1] == row


def test_several_rows_of_heads_are_joined() -> None:
    table = "Province,Killed,,Wounded,\n,Men,Women,Men,Women\nFarah,1,2,3,4\n"
    heads = "Killed, Men: 1 | Killed, Women: 2 | Wounded, Men: 3 | Wounded, Women: 4"
    assert lines(table)[-1] == f"Province: Farah | {heads}"


def test_two_texts_above_a_table_are_not_its_heads() -> None:
    assert lines("Report on losses,,March\nProvince,Killed,Wounded\nFarah,58,97")[-1].endswith(
        "Killed: 58 | Wounded: 97"
    )


def test_a_text_alone_above_rows_is_a_heading_and_one_below_them_a_paragraph() -> None:
    parsed = read(b"Losses of March\n\nProvince,Killed\nFarah,58\nSouth\nZabul,3\n\nSource: counted by hand\n")
    assert parsed.headings == (Heading(0, 15, 2, "Losses of March"), Heading(66, 71, 2, "South"))
    assert parsed.text.split("\n\n")[2:] == [
        "Province: Farah | Killed: 58",
        "South",
        "Province: Zabul | Killed: 3",
        "Source: counted by hand",
    ]


def test_a_table_below_an_empty_row_has_heads_of_its_own_or_those_above() -> None:
    table = "Province,Killed\nFarah,58\n\nKunar,77\n\nCity,Day\nZaranj,2021-03-05\n\nAli,guard\n"
    assert lines(table) == [
        "Province | Killed",
        "Province: Farah | Killed: 58",
        "Province: Kunar | Killed: 77",
        "City | Day",
        "City: Zaranj | Day: 2021-03-05",
        "Ali | guard",
    ]


def test_a_long_row_is_several_paragraphs_and_each_begins_with_the_first_value() -> None:
    heads = ",".join(f"Question {number}" for number in range(60))
    paragraphs = lines(f"Village,{heads}\nBakwa,{','.join(map(str, range(60)))}\n")[1:]
    assert len(paragraphs) > 1
    assert all(paragraph.startswith("Village: Bakwa | Question ") for paragraph in paragraphs)
    assert places(f"Village,{heads}\nBakwa,{','.join(map(str, range(60)))}\n") == ["row 1", "row 2"]


def test_a_value_of_several_lines_is_put_on_one_and_the_rows_are_counted_as_rows() -> None:
    assert (
        lines('Name,Said\nAli,"No.\n\nNever."\nOmar,"He said ""yes"""\n')[1:]
        == [
            "Name | Said",
            "Ali | No. Never.",
            'Omar | He said "yes"',
        ][1:]
    )
    assert places('Name,Said\nAli,"No.\n\nNever."\nOmar,Yes\n') == ["row 1", "row 2", "row 3"]


def test_a_quotation_mark_that_is_never_closed_takes_no_row_away() -> None:
    parsed = read(b'Name,Said,Age\nAli,"No,40\nOmar,Yes,41\n')
    assert parsed.text.split("\n\n")[1:] == ['Name: Ali | Said: "No | Age: 40', "Name: Omar | Said: Yes | Age: 41"]
    assert parsed.notes == ("a quotation mark is opened and not closed: all are taken as they stand",)


def test_old_encodings_are_recognised() -> None:
    assert "Name: José | Age: 40" in read("Name;Age\nJosé;40\nÁngel;41\n".encode("cp1252")).text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04\0\0", "it is not text"),
        (b"a,b\n" * (MAX_ROWS + 1), "more than 200,000 rows; divide it"),
        (b'a,"' + b"b" * 1_000_001 + b'"', r"cannot be read as a table \(field larger"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read(data)


def test_a_quotation_mark_that_takes_all_the_rest_is_only_a_character() -> None:
    table = 'Name,Age\nAli,"40\n' + f"Omar {'x' * 500},41\n" * 2_500
    assert lines(table)[1] == 'Name: Ali | Age: "40'
