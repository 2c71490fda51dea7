"""A PDF is read as its pages are seen: raised marks apart, sentences and words whole, nothing that no viewer shows."""

from __future__ import annotations

import pytest
from pdf_maker import Placed, lines, make_pdf

from embeddings.formats.pdf.glyphs import Run
from embeddings.formats.pdf.leftwards import as_read
from embeddings.formats.pdf.reader import read

WIDTH = 6.67  # of a digit in Helvetica of 12 points


def with_mark(mark: str, *, before: str = "They shot 31", after: str = " men.", size: int = 8, rise: int = 5) -> bytes:
    """A page with a raised or lowered mark within a line, as a word processor draws it: in one text, moved up."""
    escaped = before + f") Tj /F1 {size} Tf {rise} Ts ({mark}) Tj /F1 12 Tf 0 Ts ({after}"
    content = f"BT /F1 12 Tf 72 700 Td ({escaped}) Tj ET\n"
    return make_pdf([lines(["Another line stands below."], top=670)], drawn={0: content})


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (with_mark("8"), "They shot 31[8] men."),
        (with_mark("8", rise=8, size=6), "They shot 31[8] men."),
        (with_mark("14,15"), "They shot 31[14,15] men."),
        (with_mark("rd", before="On the 3", after=" of May."), "On the 3rd of May."),
        (with_mark("2", before="A field of 9 km", after=" burned."), "A field of 9 km² burned."),
        (with_mark("2", before="The CO", after=" rose.", rise=-3), "The CO2 rose."),
        (with_mark("2", before="It rose by 31", after=" in all.", rise=-3), "It rose by 31[2] in all."),
        (with_mark("ND", before="A", after=" more", size=9, rise=0), "AND more"),
    ],
)
def test_a_raised_mark_is_told_from_the_number_beside_it(data: bytes, text: str) -> None:
    assert read(data).text == f"{text} Another line stands below."


def test_a_mark_that_is_drawn_on_its_own() -> None:
    beside = 72 + WIDTH * 2
    page: list[Placed] = [(72, 700, "31"), (beside, 706, "8", "/F1 7 Tf"), (beside + 8, 700, "men died.")]
    assert read(make_pdf([page])).text == "31[8] men died."


def test_notes_below_a_page_are_paragraphs_of_their_own() -> None:
    page: list[Placed] = lines(["Nine men died there, as the mayor of the town has said."])
    for top, mark in ((100, "1"), (90, "2")):
        page += [(72, top + 3, mark, "/F1 5 Tf"), (76, top, "A witness said it.", "/F1 8 Tf")]
    assert read(make_pdf([page])).text.split("\n\n")[1:] == ["[1] A witness said it.", "[2] A witness said it."]


def test_what_lies_outside_the_cropped_page_is_no_text() -> None:
    page: list[Placed] = [
        (72, 700, "The witness is Karim."),
        (72, 200, "The report comes in May."),
        (280, 180, "cut off here"),
    ]
    parsed = read(make_pdf([page], page="/MediaBox [0 0 612 792] /CropBox [0 0 300 300]"))
    assert parsed.text == "The report comes in May.\n\ncut"
    assert parsed.notes == ("left out text on page 1 that no viewer shows",)


PICTURE = "q 400 0 0 300 50 500 cm BI /W 8 /H 1 /BPC 8 /CS /G /F /AHx ID 00ff00ff00ff00ff> EI Q\n"


@pytest.mark.parametrize(
    ("how", "drawn", "shown"),
    [
        ("3 Tr", "", False),
        ("3 Tr", PICTURE, True),  # as over a scan
        ("1 1 1 rg", "", False),
        ("1 1 1 rg", "0 0 0.4 rg 50 690 400 40 re f 0 g\n", True),
        ("0.95 g", "", True),  # light, and seen
        ("7 Tr", "", False),
    ],
)
def test_text_that_leaves_no_trace_on_the_page_is_left_out(how: str, drawn: str, shown: bool) -> None:
    page: list[Placed] = [
        (72, 600, "The report comes in May."),
        (72, 700, "The mayor took it.", how),
    ]
    parsed = read(make_pdf([page], drawn={0: drawn}))
    assert ("mayor" in parsed.text) == shown
    assert bool(parsed.notes) != shown


def test_lines_at_the_edge_that_differ_in_more_than_the_page_are_evidence() -> None:
    pages = [
        [
            (72.0, 750.0, f"Day {day}: {day * 7 % 5} killed"),
            *lines([f"Text {day}."]),
            (72.0, 40.0, f"Page {day} of 5, May 2021"),
        ]
        for day in range(1, 6)
    ]
    parsed = read(make_pdf(pages))
    assert all(f"Day {day}: {day * 7 % 5} killed" in parsed.text for day in range(1, 6))
    assert parsed.text.count("May 2021") == 1
    assert parsed.notes == ("left out 4 running heads and page numbers",)


def test_years_that_count_on_are_no_page_numbers() -> None:
    pages = [[(72.0, 750.0, f"Deaths in {2000 + number}"), *lines([f"Text {number}."])] for number in range(1, 6)]
    assert all(f"Deaths in {2000 + number}" in read(make_pdf(pages)).text for number in range(1, 6))


@pytest.mark.parametrize(
    ("foot", "head", "text"),
    [
        (
            "The houses that fell in the lower part of the town in that night had",
            "risen to 310 by June.",
            "The houses that fell in the lower part of the town in that night had risen to 310 by June.",
        ),
        ("The houses that fell were count-", "ed by the mayor.", "The houses that fell were counted by the mayor."),
        ("The houses were counted by the Ministry", "Office of the town.", None),
        ("The houses fell.", "nine of them burned.", None),
        ("The houses of the", "• nine burned", None),
        ("Omar Khan", "bilal Ahmed", None),
    ],
)
def test_a_sentence_goes_on_over_the_end_of_a_page(foot: str, head: str, text: str | None) -> None:
    above = [*lines(["A line that is longer than all others of this page, so that no other is full.", foot])]
    parsed = read(make_pdf([above, lines([head, "The end."])]))
    first, second = (parsed.text[page.start : page.end] for page in parsed.pages)
    assert first.endswith(foot.removesuffix("-") if text else foot)
    assert second.startswith(head)
    assert (text is None) == (f"{foot}\n\n{head}" in parsed.text)
    assert text is None or text in parsed.text


@pytest.mark.parametrize(
    ("foot", "head", "goes_on"),
    [
        ("The houses that fell in the lower part of the town in that night had", "risen to 310 by June.", True),
        ("The houses that fell in the lower part of the town in that night had", "The mayor counted them.", False),
        ("Figure 2. The houses that fell in the lower part of the town", "risen to 310 by June.", False),
        ("12 Omar Khan, The houses of the lower part of the town, Quetta, p. 310", "risen to 310 by June.", False),
    ],
)
def test_a_paragraph_that_begins_with_the_last_line_of_a_page_goes_on(foot: str, head: str, goes_on: bool) -> None:
    above = [*lines(["A line that is longer than all others of this page and ends."]), *lines([foot], top=60)]
    text = read(make_pdf([above, lines([head, "The end."])])).text
    assert foot + (" " if goes_on else "\n\n") + head in text


@pytest.mark.parametrize(
    ("halves", "whole"),
    [
        (("resettle-", "ment"), "resettlement"),
        (("Balo-", "chistan"), "Balochistan"),
        (("well-", "known"), "well-known"),
        (("river-", "bank"), "riverbank"),
        (("Anglo-", "Afghan"), "Anglo-Afghan"),
    ],
)
def test_a_word_divided_at_the_end_of_a_line_is_whole(halves: tuple[str, str], whole: str) -> None:
    assert (
        read(make_pdf([lines([f"They saw the {halves[0]}", f"{halves[1]} there."])])).text
        == f"They saw the {whole} there."
    )


def test_a_hyphen_stays_that_the_word_has_elsewhere_in_the_file() -> None:
    page = lines(["A co-operation began. The co-", "operation ended."])
    assert read(make_pdf([page])).text == "A co-operation began. The co-operation ended."


@pytest.mark.parametrize("title", ["(anonymous)", "Untitled", "untitled document", "unknown", "(unspecified)"])
def test_junk_is_neither_title_nor_author(title: str) -> None:
    parsed = read(make_pdf([lines(["Text"])], info={"Title": title, "Author": title}))
    assert (parsed.title, parsed.metadata.author) == (None, None)


def test_a_title_may_begin_with_such_a_word() -> None:
    assert read(make_pdf([lines(["Text"])], info={"Title": "Unknown soldiers"})).title == "Unknown soldiers"


def field(kind: str, name: str, said: str, *, left: int, bottom: int, flags: int = 4) -> str:
    rect = f"/Rect [{left} {bottom} {left + 150} {bottom + 16}]"
    return f"/Subtype /Widget /FT /{kind} /T ({name}) {said} {rect} /F {flags}"


def test_values_of_a_form_stand_beside_their_labels() -> None:
    page: list[Placed] = [(72, 700, "Wounded:"), (72, 670, "District:"), (100, 640, "Mine"), (100, 610, "Rocket")]
    fields = [
        field("Tx", "a", "/V (23)", left=200, bottom=696),
        field("Ch", "b", "/V (Chora) /Ff 131072 /Opt [(Gizab) (Chora)]", left=200, bottom=666),
        field("Btn", "c", "/V /Yes /AS /Yes /AP << /N << /Yes 3 0 R >> >>", left=72, bottom=637),
        field("Btn", "d", "/V /Off /AS /Off /AP << /N << /Yes 3 0 R >> >>", left=72, bottom=607),
        field("Tx", "e", "/V (Two men came.)", left=72, bottom=400),
        field("Tx", "f", "/V (nobody sees it)", left=72, bottom=380, flags=2),
    ]
    parsed = read(make_pdf([page], fields=fields))
    assert parsed.text.split("\n\n") == ["Wounded: 23", "District: Chora", "☒ Mine", "☐ Rocket", "Two men came."]


def test_a_form_without_other_text_is_no_scan() -> None:
    assert read(make_pdf([[]], fields=[field("Tx", "a", "/V (Nine died.)", left=72, bottom=600)])).text == "Nine died."


def test_what_was_written_over_a_page_is_text_and_comments_follow_it() -> None:
    parsed = read(
        make_pdf(
            [lines(["The dam broke.", "Nine died."])],
            fields=[
                "/Subtype /Text /Rect [72 700 90 720] /Contents (Is this so?) /T (Mina)",
                "/Subtype /FreeText /Rect [72 500 300 520] /Contents (The dam is that of Zaranj.)",
                "/Subtype /Highlight /Rect [72 700 90 720] /Contents ()",
            ],
        )
    )
    assert parsed.text.split("\n\n") == [
        *("The dam broke. Nine died.", "The dam is that of Zaranj.", "[Comment by Mina] Is this so?")
    ]


def test_tagged_text_is_read_and_a_hidden_layer_is_not() -> None:
    tagged = "/P <</MCID 0>> BDC BT /F1 12 Tf 72 700 Td (The dam broke.) Tj ET EMC\n"
    hidden = "/OC /L BDC BT /F1 12 Tf 72 600 Td (The mayor took it.) Tj ET EMC\n"
    layer = "<< /Type /OCG /Name (Draft) >>"
    parsed = read(
        make_pdf(
            [[(72, 500, "Nine died.")]],
            drawn={0: tagged + hidden},
            catalog="/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>",
            resources="/Properties << /L 6 0 R >>",
            objects=[layer],
        )
    )
    assert parsed.text == "The dam broke.\n\nNine died."
    assert parsed.notes == ("left out text on page 1 that no viewer shows",)


@pytest.mark.parametrize(
    ("glyphs", "word"),
    [
        ("DCBA", "ابتث"),  # drawn from left to right, as browsers do
        ("ABCD", "ثتبا"),
    ],
)
def test_words_of_scripts_that_run_leftwards_read_as_the_page_does(glyphs: str, word: str) -> None:
    meaning = dict(zip("ABCD", "ابتث", strict=True))
    assert read(make_pdf([lines([f"{glyphs} 47 {glyphs}"])], meaning=meaning)).text == f"{word} 47 {word}"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("DCBA) EFGH(", "ابتث (جحخد)"),  # brackets by their shape, as browsers draw them
        ("DCBA (EFGH)", "ابتث (جحخد)"),
        ("DCBA] 12[ EFGH", "ابتث [12] جحخد"),
        ("DCBA) Kunar )EFGH", "ابتث (Kunar) جحخد"),
        ("DCBA (Kunar( EFGH", "ابتث (Kunar) جحخد"),
    ],
)
def test_brackets_in_a_line_that_runs_leftwards_open_before_what_is_in_them(said: str, text: str) -> None:
    letters = dict(zip("ABCDEFGH", "\u0627\u0628\u062a\u062b\u062f\u062e\u062d\u062c", strict=True))
    glyphs = [(at, ord(letters.get(sign, sign)), Run(12.0, 0.0)) for at, sign in enumerate(said)]
    assert "".join(chr(code) for _, code, _ in as_read(glyphs, float)) == text


@pytest.mark.parametrize(
    ("said", "is_noted"),
    [("Ujf ebn cspgf uifsf boe ojof nfo xfou ipnf up uif upxo", True), ("The dam broke there", False)],
)
def test_a_font_that_does_not_tell_what_its_characters_mean_is_noted(said: str, is_noted: bool) -> None:
    fonts = [
        "<< /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts [7 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /FontDescriptor 8 0 R /CIDSystemInfo 9 0 R >>",
        "<< /Type /FontDescriptor /FontName /Odd /Flags 4 /FontBBox [0 -200 1000 900] /Ascent 900 /Descent -200 >>",
        "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
    ]
    drawn = f"BT /F2 6 Tf 72 600 Td <{said.encode('utf-16-be').hex()}> Tj ET\n"
    data = make_pdf([lines(["Nine died."])], objects=fonts, drawn={0: drawn})
    parsed = read(data.replace(b"/F1 3 0 R >>", b"/F1 3 0 R/F2 6 0 R>>"))
    note = "a font on page 1 does not tell what its characters mean. OCR would read them, e.g. ocrmypdf --force-ocr"
    assert parsed.notes == ((note,) if is_noted else ())
