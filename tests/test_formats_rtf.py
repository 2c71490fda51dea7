from __future__ import annotations

import pytest

from embeddings.errors import UnreadableFile
from embeddings.formats.rtf.reader import read
from embeddings.types import Metadata

FONTS = r"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset128 Gothic;}}"
STYLES = (
    r"{\stylesheet{\ql Normal;}{\s1\outlinelevel0 \b heading 1;}{\s2 heading 2;}{\s3\outlinelevel2 Kop;}"
    r"{\*\cs10 Default Font;}{\s9 Title;}}"
)
INFO = (
    r"{\info{\title Losses of 2021}{\author Jos\'e9 Doe}{\keywords war; losses}{\creatim\yr2021\mo3\dy4\hr5}{\revtim\yr2022\mo1\dy1}"
    r"{\operator Omar}{\*\company Daily}}"
)


def rtf(body: str, *, head: str = "") -> bytes:
    return (rf"{{\rtf1\ansi\ansicpg1252\deff0{FONTS}{STYLES}{{\colortbl;\red0;}}{head}" + f"\n{body}}}").encode(
        "latin-1"
    )


def lines(body: str, *, head: str = "") -> list[str]:
    return read(rtf(body, head=head)).text.split("\n\n")


def test_paragraphs_headings_and_what_the_file_says_of_itself() -> None:
    parsed = read(
        rtf(
            r"\pard\s1 Why\par\pard\plain They {\b are} old.\line And\tab narrow.\par \par\pard\s2 Then\par"
            r"\pard\s3 Deeper\par\pard\outlinelevel4 Own\par\pard The end.",
            head=INFO,
        )
    )
    assert parsed.text.split("\n\n") == ["Why", "They are old.\nAnd\tnarrow.", "Then", "Deeper", "Own", "The end."]
    assert [(heading.level, heading.text) for heading in parsed.headings] == [
        (1, "Why"),
        (2, "Then"),
        (3, "Deeper"),
        (5, "Own"),
    ]
    assert (parsed.title, parsed.notes) == ("Losses of 2021", ())
    assert parsed.metadata == Metadata("José Doe", "2021-03-04", tags=("war", "losses"))


def test_without_a_title_a_paragraph_in_the_style_of_titles_is_it() -> None:
    assert read(rtf(r"\pard\s9 On bridges\par\pard Text.\par")).title == "On bridges"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"caf\'e9 na\u239\'efve \u1087?\u1088?", "café naïve пр"),
        (r"{\f1 \'cf\'f0\'e8\'e2\'e5\'f2}, {\f0 \'e9}", "Привет, é"),
        (r"{\f2 \'93\'fa\'96\'7b}", "日本"),
        (r"{\uc2 \u8364\'80\'80x}", "€x"),
        (r"{\uc0 \u-10179\u-8704}", "\U0001f600"),
        (r"{\uc1 \u8364{\b y}}", "€y"),
        (r"\ldblquote so\rdblquote \emdash\~no\_w opt\-ional \{x\} \\", "“so”—\u00a0no-w optional {x} \\"),
        ("raw \xe9", "raw é"),
        (r"\u8364 \bullet z", "€z"),
    ],
)
def test_letters(written: str, text: str) -> None:
    assert lines(written) == [text]


def test_the_code_page_of_the_file_is_that_of_fonts_without_one() -> None:
    assert read(rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\f0 \'cf\'f0}").text == "Пр"
    assert read(rb"{\rtf1\ansi\ansicpg99999 \'e9}").text == "é"


def test_hidden_text_is_left_out_and_counted_and_deletions_are_accepted() -> None:
    parsed = read(
        rtf(r"Open.{\v  The witn\'e9ss is Karim.} {\deleted forty}fifty {\v more}\v0 died\v\v0 .\par\pard\v Draft.\par")
    )
    assert parsed.text.split("\n\n") == ["Open. fifty died."]
    assert parsed.notes == ("left out 3 hidden parts",)


def test_raised_marks_notes_comments_and_boxes() -> None:
    note = r"{\super\chftn {\footnote \pard\plain {\super\chftn} Counted \par by hand.}}"
    comment = r"{\*\atnid OK}{\*\atnauthor Omar}\chatn{\*\annotation{\*\atndate 1}\pard Is it?}"
    box = r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt \pard Beside.\par}}{\shprslt{\pard Beside.\par}}}"
    body = rf"killed 47{{\super 12}} men and 9{note} more{comment}, 5 m{{\up6 3}} of CO{{\sub 2}}{box}.\par Next.\par"
    assert lines(body) == [
        "killed 47[12] men and 9[1] more, 5 m³ of CO2.",
        "[1] Counted by hand.",
        "[Comment by Omar] Is it?",
        "Beside.",
        "Next.",
    ]


def test_a_note_with_a_mark_of_its_own_keeps_it() -> None:
    assert lines(r"All died.{\super *{\footnote \pard * Of those seen.}}\par") == ["All died.*", "* Of those seen."]


def test_tables_are_rows() -> None:
    cell = r"\pard\intbl {}\cell"
    body = rf"\trowd\cellx1\cellx2{cell.format('Farah')}{cell.format(chr(92) + 'par two' + chr(92) + 'par lines')}\row"
    nested = r"\trowd\pard\intbl Kunar\cell\pard\intbl\itap2 a\nestcell{\*\nesttableprops\trowd}{\nonesttables\par}\pard\intbl 77\cell\row"
    assert lines(rf"Before.\par{body}{nested}\pard After.\par") == [
        "Before.",
        "Farah | two lines",
        "Kunar | a 77",
        "After.",
    ]


def test_automatic_numbers_stand_before_their_paragraphs_and_bullets_do_not() -> None:
    body = r"{\listtext\pard\plain 2.\tab}Second.\par{\pntext\f0 \'b7\tab}Dot.\par{\*\pn\pnlvlblt}{\listtext a)\tab}Last.\par"
    assert lines(body) == ["2. Second.", "Dot.", "a) Last."]


def test_fields_show_their_result_and_boxes_of_forms_their_state() -> None:
    link = r'{\field{\*\fldinst HYPERLINK "http://x.example"}{\fldrslt here}}'

    def box(state: str) -> str:
        return rf"{{\field{{\*\fldinst FORMCHECKBOX {{\*\formfield{{\fftype1{state}{{\*\ffname A}}}}}}}}{{\fldrslt}}}}"

    body = rf"See {link}: {box(chr(92) + 'ffres1')} {box(chr(92) + 'ffres0')} {box(chr(92) + 'ffres25' + chr(92) + 'ffdefres1')}"
    assert lines(body) == ["See here: ☒ ☐ ☒"]


def test_pictures_data_and_what_is_not_known_are_no_text() -> None:
    data = rb"{\rtf1{\pict\wmetafile8 0102}{\*\unknown secret {\b deep}}Text{\object{\*\objdata 01}{\result shown}}\bin5 }{\v{.}"
    assert read(data).text == "Textshown."


def test_what_stands_around_the_pages_is_read_once() -> None:
    head = r"{\headerl\pard File 18/C, Zaranj\par}{\headerr\pard File 18/C, Zaranj\par}{\footer\pard Page {\field{\fldrslt 1}}\par}"
    assert lines(r"Text.\par", head=head) == ["File 18/C, Zaranj", "Text."]


@pytest.mark.parametrize(
    ("head", "stays"), [("Report 47", True), ("Sarda 3 of 9", True), ("- 3 / 9 -", False), ("Seite 3 von 9", False)]
)
def test_numbers_of_pages_are_told_from_words_with_a_number(head: str, stays: bool) -> None:
    assert lines(r"Text.\par", head=rf"{{\header\pard {head}\par}}") == [*([head] if stays else []), "Text."]


def test_a_long_line_of_signs_above_the_pages_takes_no_time() -> None:
    signs = "- " * 20_000 + "a-"
    assert lines(r"Text.\par", head=rf"{{\header\pard {signs}\par}}")[-1] == "Text."


def test_a_file_that_breaks_off_is_read_to_there() -> None:
    parsed = read(rtf(r"One.\par{\b Two.\par Thr")[:-1])
    assert parsed.text.split("\n\n") == ["One.", "Two.", "Thr"]
    assert parsed.notes == ("the file breaks off: its end is missing",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04", r"it is not a \.rtf; give it the suffix"),
        (rb"{\rtf1" + b"{" * 2000, "nested more than 1000 deep; save it as .docx"),
    ],
)
def test_other_files_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read(data)
