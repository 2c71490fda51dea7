from __future__ import annotations

import time

import pytest
from pdf_maker import encrypted_pdf, lines, make_pdf

from embeddings.errors import UnreadableFile
from embeddings.formats.pdf.layout import Line, paragraphs, usual_gap, vocabulary
from embeddings.formats.pdf.reader import read
from embeddings.formats.pdf.running import without_running_lines
from embeddings.types import Metadata, Page


def test_lines_of_a_paragraph_are_joined_and_a_larger_gap_divides() -> None:
    page = lines(["The bridge was closed", "on Monday, because", "it was old.", "", "It opens again", "in May."])
    parsed = read(make_pdf([page]))
    assert parsed.text == "The bridge was closed on Monday, because it was old.\n\nIt opens again in May."
    assert parsed.pages == (Page(1, 0, len(parsed.text)),)
    assert (parsed.title, parsed.metadata, parsed.headings, parsed.notes) == (None, Metadata(), (), ())


def test_an_indent_after_a_short_line_begins_a_paragraph() -> None:
    full = "This is a line of the usual and full width of text"
    page = [(72.0, 700.0, full), (72.0, 686.0, "and ends."), (90.0, 672.0, full), (72.0, 658.0, full)]
    assert read(make_pdf([page])).text == f"{full} and ends.\n\n{full} {full}"


def test_pages_are_divided_by_a_blank_line_and_mapped() -> None:
    parsed = read(make_pdf([lines(["First page", "goes on"]), [], lines(["third page"])]))
    assert parsed.text == "First page goes on\n\nthird page"
    assert parsed.pages == (Page(1, 0, 18), Page(2, 18, 18), Page(3, 20, 30))
    (note,) = parsed.notes
    assert note.startswith("no text on page 2: perhaps pictures or scans")


def test_a_broken_word_is_joined_only_if_it_occurs_elsewhere() -> None:
    page = lines(["An inter-", "national and a well-", "known case of", "international law (x-", "Ray)."])
    assert read(make_pdf([page])).text == "An international and a well-known case of international law (x-Ray)."


def test_a_dash_at_the_end_of_a_line_is_no_hyphen() -> None:
    assert read(make_pdf([lines(["It was old -", "and narrow"])])).text == "It was old - and narrow"


def test_running_heads_and_page_numbers_are_left_out_and_counted() -> None:
    words = ["alpha", "beta", "gamma", "delta"]
    pages = [
        [
            (72.0, 750.0, f"Annual report, page {number}"),
            *lines([f"Text {word} begins", "and ends."]),
            (300.0, 40.0, f"- {number} -"),
        ]
        for number, word in enumerate(words, start=1)
    ]
    parsed = read(make_pdf(pages))
    said = [f"Text {word} begins and ends." for word in words]
    assert parsed.text == "\n\n".join(["Annual report, page 1", *said])  # one stays, to be found
    assert parsed.notes == ("left out 7 running heads and page numbers",)
    assert [parsed.text[page.start : page.end] for page in parsed.pages][1:] == said[1:]


def test_the_running_line_that_stays_parts_no_sentence() -> None:
    cut = ["The houses that fell in the lower part of the town in that night had", "been built by the firm of Omar."]
    pages = [
        [(72.0, 750.0, "Annual report"), *lines(text), (72.0, 40.0, "The Ministry of Works")]
        for text in (["One."], cut[:1], cut[1:], ["Two."])
    ]
    for order in ([0, 1, 2, 3], [1, 2, 0, 3]):
        text = read(make_pdf([pages[place] for place in order])).text
        assert " ".join(cut) in text
        assert [text.count(line) for line in ("Annual report", "The Ministry of Works")] == [1, 1]


def test_what_repeats_on_three_pages_only_stays() -> None:
    pages = [[(72.0, 750.0, "Annual report"), *lines([f"Text {word}"])] for word in ("a", "b", "c")]
    assert read(make_pdf(pages)).text.count("Annual report") == 3


def test_a_number_that_does_not_count_pages_stays() -> None:
    assert read(make_pdf([lines(["In the year", "1984"])])).text == "In the year 1984"


def test_rows_of_figures_at_the_foot_of_pages_stay() -> None:
    pages = [lines([f"Table {word}", f"{number} 1{number}"]) for number, word in enumerate("abcd")]
    assert read(make_pdf(pages)).text.endswith("Table d 3 13")


def test_information_becomes_metadata() -> None:
    info = {
        "Title": "On bridges",
        "Author": "Jane Doe",
        "CreationDate": "D:20210304050607+01'00'",
        "Keywords": "a, b; a",
    }
    parsed = read(make_pdf([lines(["Text"])], info=info))
    assert parsed.title == "On bridges"
    assert parsed.metadata == Metadata(author="Jane Doe", date="2021-03-04", tags=("a", "b"))


@pytest.mark.parametrize("title", ["untitled", "Microsoft Word - report.doc", "final_v2.docx", "Document1", " - "])
def test_titles_that_programs_make_are_ignored(title: str) -> None:
    assert read(make_pdf([lines(["Text"])], info={"Title": title, "CreationDate": "yesterday"})).title is None


def test_typographic_characters_survive() -> None:
    assert read(make_pdf([lines(["“Café” – 5 € (a\\b)"])])).text == "“Café” – 5 € (a\\b)"


@pytest.mark.parametrize("handler", ["Standard", "Unknown"])
def test_an_encrypted_file_is_unreadable(handler: str) -> None:
    with pytest.raises(UnreadableFile, match="encrypted; save a copy without password"):
        read(encrypted_pdf(handler=handler))


@pytest.mark.parametrize("data", [b"hello", b"%PDF-1.4", make_pdf([lines(["Text"])])[:200]])
def test_a_damaged_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="it is no PDF, or a damaged one"):
        read(data)


def test_a_scan_is_unreadable() -> None:
    with pytest.raises(UnreadableFile, match="no text layer"):
        read(make_pdf([[], []]))


def test_the_next_column_continues_a_sentence() -> None:
    column = [
        Line("The bridge was", 72, 200, 100, 14),
        Line("closed.", 300, 400, 700, 14),
        Line("Open", 500, 600, 700, 14),
    ]
    assert paragraphs(column[:2], 1.0, frozenset()) == ["The bridge was closed."]
    assert paragraphs([column[1], Line("Then", 500, 600, 720, 14)], 1.0, frozenset()) == ["closed.", "Then"]
    assert paragraphs(column[1:], 1.0, frozenset()) == ["closed. Open"]


@pytest.mark.parametrize("broken", [True, False])
def test_a_word_that_is_broken_over_thousands_of_lines_is_joined_in_seconds(broken: bool) -> None:
    # found by tests/fuzz.py: the word before each hyphen was looked for in the whole text, by the square of its length
    column = [Line("wordword", 72, 500, 700, 12, broken=broken)] * 5_000
    began = time.process_time()
    (text,) = paragraphs(column, 1.0, frozenset(["wordword" * 2]))
    assert text.count("wordword") == 5_000
    assert time.process_time() - began < 20


def test_another_size_and_a_bullet_begin_paragraphs() -> None:
    heading = Line("Heading", 72, 200, 728, 20)
    body = [Line("Body", 72, 300, 714, 14), Line("• one", 72, 300, 700, 14), Line("more", 80, 300, 686, 14)]
    assert paragraphs([heading, *body], 1.0, frozenset()) == ["Heading", "Body", "• one more"]


def test_a_paragraph_keeps_the_hyphen_of_its_last_line() -> None:
    assert paragraphs([Line("pre", 72, 100, 700, 14, broken=True)], 1.0, frozenset()) == ["pre-"]
    assert paragraphs([], 1.0, frozenset()) == []


def test_measures_of_pages() -> None:
    page = [Line("One two", 0, 9, 30, 10), Line("thr", 0, 9, 20, 10, broken=True), Line("ee four", 0, 9, 8, 10)]
    assert vocabulary([page]) == {"one", "two", "four"}
    assert usual_gap([page, page[:2]]) == 1.0
    assert usual_gap([]) == 0.0
    assert without_running_lines([page]) == ([page], 0)
