"""What is marked on the picture of a page is the span, all of it and nothing else."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_maker import encrypted_pdf, lines, make_pdf
from PIL import Image

from embeddings.documents.folder import SeedFile, document_of
from embeddings.errors import PageMissing, SourceChanged, UnreadableFile
from embeddings.formats.pdf.layout import Line, paragraphs
from embeddings.formats.pdf.page_image import PageImage, page_image
from embeddings.formats.pdf.places import places_of
from embeddings.types import Document

PAPER = (612, 792)
WIDTHS = {"The bridge ": 60.7, "fell": 15.3}  # of Helvetica at 12 points


def read(data: bytes) -> Document:
    return document_of(SeedFile("a.pdf", Path("a.pdf")), data)[0]


def span_of(document: Document, quote: str) -> tuple[int, int]:
    found = [match.span() for match in re.finditer(re.escape(quote), document.text)]
    assert len(found) == 1, document.text
    return found[0]


def pixels(image: PageImage) -> npt.NDArray[np.int64]:
    with Image.open(BytesIO(image.png)) as opened:
        assert (opened.format, opened.mode, opened.size) == ("PNG", "RGB", (image.width, image.height))
        return np.asarray(opened).astype(np.int64)


def changed(data: bytes, quote: str, number: int = 1) -> tuple[list[tuple[int, int, int, int]], PageImage]:
    """The marks, after comparing with the unmarked page: all pixels in them differ, and no other."""
    document = read(data)
    plain = page_image(data, document, number, scale=1)
    marked = page_image(data, document, number, span=span_of(document, quote), scale=1)
    differ = (pixels(plain) != pixels(marked)).any(axis=2)
    inside = np.zeros_like(differ)
    for left, top, right, bottom in marked.marks:
        inside[int(top) : int(bottom), int(left) : int(right)] = True
    assert not (differ & ~inside).any()
    assert differ[inside].all()
    assert plain.marks == ()
    return [(round(a), round(b), round(c), round(d)) for a, b, c, d in marked.marks], marked


def about(marks: list[tuple[int, int, int, int]], *expected: tuple[float, float, float, float]) -> bool:
    """Each mark within 3 pixels of what is expected."""
    return np.asarray(marks).shape == np.asarray(expected).shape and bool(
        (np.abs(np.asarray(marks) - np.asarray(expected)) <= 3).all()
    )


def test_words_in_a_line_are_marked_and_nothing_beside_them() -> None:
    marks, image = changed(make_pdf([lines(["The bridge fell on Monday.", "It was old."])]), "fell")
    left = 72 + WIDTHS["The bridge "]
    assert about(marks, (left, 81, left + WIDTHS["fell"], 95))  # the base line is 700 points up of 792
    assert (image.width, image.height) == PAPER


def test_a_sentence_over_two_lines_is_marked_on_both() -> None:
    marks, _ = changed(make_pdf([lines(["The bridge fell", "on Monday. It was old."])]), "fell on Monday.")
    left = 72 + WIDTHS["The bridge "]
    assert about(marks, (left, 81, left + 15, 95), (72, 95, 135, 109))


def test_all_that_is_printed_is_under_the_mark_of_the_whole_text() -> None:
    data = make_pdf([lines(["The quick brown fox", "jumps over (a lazy) dog."])])
    document = read(data)
    paper = pixels(page_image(data, document, 1, scale=1)).min(axis=2)
    ink = np.argwhere(paper < 128)
    marks = page_image(data, document, 1, span=(0, len(document.text)), scale=1).marks
    assert len(ink) > 100
    assert len(marks) == 2
    assert all(any(left <= x < right and top <= y < bottom for left, top, right, bottom in marks) for y, x in ink)


def test_a_quote_over_two_pages_is_marked_on_each() -> None:
    data = make_pdf([lines(["One. The bridge"]), lines(["fell. Two."])])
    quote = "The bridge fell."
    assert about(changed(data, quote)[0], (102, 81, 161, 95))
    assert about(changed(data, quote, 2)[0], (72, 81, 91, 95))


def test_a_span_on_another_page_marks_nothing() -> None:
    assert changed(make_pdf([lines(["The bridge"]), lines(["fell."])]), "fell.")[0] == []


def test_a_word_that_was_divided_is_marked_on_both_lines() -> None:
    data = make_pdf([lines(["International law. An inter-", "national bridge."])])
    marks, _ = changed(data, "An international")
    assert [(top, bottom) for _, top, _, bottom in marks] == [(81, 95), (95, 109)]
    assert marks[1][0] == 72


def test_a_hyphen_that_stays_and_one_at_the_end_of_a_page() -> None:
    data = make_pdf([lines(["A well-", "known bridge is half-"]), lines(["built."])])
    assert read(data).text == "A well-known bridge is half-built."
    assert len(changed(data, "well-known")[0]) == 2
    assert len(changed(data, "bridge is half-built")[0]) == 1


@pytest.mark.parametrize(
    ("turn", "size", "mark"),
    [
        (90, (792, 612), (697, 133, 711, 148)),
        (180, (612, 792), (464, 697, 479, 711)),
        (270, (792, 612), (81, 464, 95, 479)),
    ],
)
def test_a_page_that_is_turned(turn: int, size: tuple[int, int], mark: tuple[int, int, int, int]) -> None:
    data = make_pdf([lines(["The bridge fell."])], page=f"/MediaBox [0 0 612 792] /Rotate {turn}")
    marks, image = changed(data, "fell")
    assert (image.width, image.height) == size
    assert about(marks, mark)


def test_a_page_that_is_cropped_shows_the_mark_where_the_text_is() -> None:
    page = "/MediaBox [0 0 612 792] /CropBox [50 600 300 792]"
    marks, image = changed(make_pdf([lines(["The bridge fell."])], page=page), "fell")
    assert (image.width, image.height) == (250, 192)
    assert about(marks, (83, 81, 98, 95))


def test_running_heads_are_stepped_over() -> None:
    words = ["alpha", "beta", "gamma", "delta"]
    pages = [
        [(72.0, 750.0, f"Annual report {n}"), *lines([f"Text {word} begins."]), (300.0, 40.0, f"- {n} -")]
        for n, word in enumerate(words, start=1)
    ]
    assert read(make_pdf(pages)).text.startswith("Annual report 1\n\nText alpha begins.\n\nText beta")
    marks, _ = changed(make_pdf(pages), "Text gamma", 3)
    assert about(marks, (72, 81, 141, 95))


def test_half_of_a_ligature_marks_its_glyph() -> None:
    data = make_pdf([lines(["The o#ce fell."])], meaning={"#": "ffi"})
    assert read(data).text == "The office fell."
    whole, _ = changed(data, "office")
    (start, _), document = span_of(read(data), "office"), read(data)
    half = page_image(data, document, 1, span=(start + 2, start + 3), scale=1)
    assert whole[0][0] < half.marks[0][0] < half.marks[0][2] < whole[0][2]


def test_text_that_runs_from_right_to_left_and_has_latin_in_it() -> None:
    hebrew = dict(zip("abcdefg", "אבגדהוז", strict=True))
    data = make_pdf([lines(["ab cd NATO ef g"])], meaning=hebrew)
    document = read(data)
    marks, image = changed(data, "NATO")
    assert len(marks) == 1
    assert len(image.marks) == 1
    around, _ = changed(data, "אב" if "אב" in document.text else "בא")
    assert len(around) == 1
    assert around[0][2] <= marks[0][0] or around[0][0] >= marks[0][2]


def test_a_quote_that_is_torn_apart_on_its_line_is_marked_in_its_parts() -> None:
    from embeddings.formats.pdf.page_image import _marks

    boxes = [(float(x), 0.0, float(x + 10), 12.0) for x in (100, 20, 40, 60)]  # the second word stands left of the last
    assert list(_marks([*boxes[:2], boxes[3]], (0, 2), (200, 20))) == [boxes[0], boxes[1]]
    assert list(_marks(boxes[:2], (0, 2), (200, 20))) != [(20.0, 0.0, 110.0, 12.0)]  # too wide for a space
    assert list(_marks(boxes[1:], (0, 3), (200, 20))) == [(20.0, 0.0, 70.0, 12.0)]


def test_what_cannot_be_placed_for_certain_is_not_marked() -> None:
    twice = [
        Line("Draft", 0, 9, 700, 12, places=tuple(range(5))),
        Line("Draft", 0, 9, 40, 12, places=tuple(range(5, 10))),
    ]
    assert places_of(twice, "Draft") is None  # one of them was left out, and nothing here says which
    assert places_of(twice, "Draft Draft") == (*range(5), None, *range(5, 10))
    assert places_of(twice, "Craft Draft") is None
    assert places_of([], "Draft") is None
    assert places_of([Line("Draft", 0, 9, 700, 12)], "Draft") == (None,) * 5


def test_a_large_page_is_drawn_smaller() -> None:
    data = make_pdf([lines(["The bridge fell."])], page="/MediaBox [0 0 14400 1000]")
    document = read(data)
    image = page_image(data, document, 1, span=span_of(document, "fell"), scale=100)
    assert (image.width, image.height) == (3000, 209)
    assert len(image.marks) == 1


def test_pages_that_are_not_there() -> None:
    data = make_pdf([lines(["The bridge fell."])])
    document = read(data)
    for number in (0, -1, 2, 10**9):
        with pytest.raises(PageMissing, match=rf"a\.pdf has the pages 1 to 1, and no page {number}"):
            page_image(data, document, number)
    text = document_of(SeedFile("a.txt", Path("a.txt")), b"The bridge fell.")[0]
    with pytest.raises(PageMissing, match=r"a\.txt has no pages; only those of PDF files"):
        page_image(b"The bridge fell.", text, 1)


@pytest.mark.parametrize("span", [(0, 0), (-1, 3), (3, 2), (0, 17)])
def test_spans_that_are_none(span: tuple[int, int]) -> None:
    data = make_pdf([lines(["The bridge fell."])])
    with pytest.raises(ValueError, match=rf"lie in 0..16 and hold something, found {span[0]}..{span[1]}"):
        page_image(data, read(data), 1, span=span)


def test_other_bytes_are_not_drawn() -> None:
    document = read(make_pdf([lines(["The bridge fell."])]))
    with pytest.raises(SourceChanged, match=r"a\.pdf has changed since it was indexed"):
        page_image(make_pdf([lines(["The bridge fell!"])]), document, 1)
    with pytest.raises(ValueError, match="scale must be above 0"):
        page_image(make_pdf([lines(["The bridge fell."])]), document, 1, scale=0)


def test_a_file_that_cannot_be_opened_says_why() -> None:
    from dataclasses import replace
    from hashlib import sha256

    document = read(make_pdf([lines(["The bridge fell."])]))
    data = encrypted_pdf()
    with pytest.raises(UnreadableFile, match="encrypted; save a copy"):
        page_image(data, replace(document, sha256=sha256(data).hexdigest()), 1)


def test_the_same_page_gives_the_same_bytes() -> None:
    data = make_pdf([lines(["The bridge fell."])])
    document = read(data)
    assert page_image(data, document, 1, span=(4, 10)) == page_image(data, document, 1, span=(4, 10))


_WORDS = st.text("ab -", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(st.lists(st.tuples(_WORDS, st.booleans(), st.sampled_from([14, 30])), min_size=1, max_size=8))
def test_the_way_back_never_takes_one_character_for_another(parts: list[tuple[str, bool, int]]) -> None:
    page: list[Line] = []
    printed, base = "", 700
    for text, broken, drop in parts:
        base -= drop
        own = tuple(range(len(printed), len(printed) + len(text)))
        page.append(Line(text, 72, 300, base, 12, broken, places=own))
        printed += text
    text = "\n\n".join(paragraphs(page, 1.0, frozenset({"ab", "aba"})))
    places = places_of(page, text)
    if places is not None:
        assert len(places) == len(text)
        assert [text[at] for at, place in enumerate(places) if place is not None] == list(printed)
        assert all(printed[place] == text[at] for at, place in enumerate(places) if place is not None)
    assert places is not None or "-" in text or len({line.text for line in page}) < len(page)


def test_a_quote_from_a_column_that_was_drawn_across_another_is_marked_in_its_column() -> None:
    left = ["The dam was built by a firm from", "abroad and gave water to many", "villages until it broke in May."]
    right = ["The court sat for two weeks and", "heard many of those who had", "lost a house or a field there."]
    page = [(x, 700 - 14 * row, side[row]) for row in range(3) for x, side in ((72, left), (312, right))]
    marks, _ = changed(make_pdf([page]), "gave water to many villages")
    assert all(mark[2] < 300 for mark in marks)
    assert [(top, bottom) for _, top, _, bottom in marks] == [(95, 109), (109, 123)]
    assert about(changed(make_pdf([page]), "heard many")[0], (312, 95, 372, 109))


def test_cells_of_a_row_are_marked_each_where_it_stands() -> None:
    rows = [("Province", "Attacks", "Killed"), ("Farah", "58", "97"), ("Kunar", "77", "151")]
    by_column = [(72 + 120 * at, 700 - 18 * place, row[at]) for at in range(3) for place, row in enumerate(rows)]
    marks, _ = changed(make_pdf([by_column]), "Farah | 58 | 97")
    assert about(marks, (72, 99, 103, 113), (192, 99, 205, 113), (312, 99, 325, 113))
