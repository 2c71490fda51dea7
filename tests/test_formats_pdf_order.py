"""Columns of a PDF are read one after another and rows of its tables whole, whatever order the file draws them in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

import pytest
from pdf_maker import Placed, lines, make_pdf

from embeddings.formats.pdf.reader import read

LEFT = (
    "The dam above Lashkar was built by an",
    "American firm in the years after the war",
    "and gave water to forty villages. In the",
    "spring of that year it broke, and nine",
    "people drowned in the valley. He heard",
    "of it from a witness in the old town of",
)
RIGHT = (
    "Herat in June. The report was printed and",
    "says that the walls had been too thin, as",
    "three letters had told the office. Nobody",
    "was tried for it. The families were paid",
    "a sum that the law fixes for the loss of",
    "a house, which they took to court.",
)
THIRD = (
    "The court sat for two weeks and it",
    "heard eleven witnesses. Its ruling was",
    "read in May and gave the families a",
    "third of what they had asked for. In",
    "the town the ruling was met with anger,",
    "and all shops were closed for a day.",
)
Table = Sequence[Sequence[str]]
PROVINCES = (
    ("Province", "Attacks", "Killed", "Governor"),
    ("Helmand", "112", "1,340", "Yasin Khan"),
    ("Farah", "58", "97", "Abdul Ghafoor"),
    ("Kunar", "77", "151", "Ali Mardan"),
)


def across(
    *columns: Sequence[str], at: Sequence[float] = (50, 300), lower: float = 0, top: float = 700
) -> list[Placed]:
    """Columns of text, drawn line by line over all of them; each begins ``lower`` than the one before."""
    placed = [
        [(left, top - number * lower - place * 13, text) for place, text in enumerate(column)]
        for number, (left, column) in enumerate(zip(at, columns, strict=False))
    ]
    return [line for row in zip_longest(*placed) for line in row if line]


def cells(
    table: Table, *, at: Sequence[float] = (60, 180, 280, 380), top: float = 700, by: str = "row"
) -> list[Placed]:
    """The cells of a table, drawn row by row or column by column."""
    rows: list[list[Placed]] = [
        [(left, top - 18 * place, text) for left, text in zip(at, row, strict=False)] for place, row in enumerate(table)
    ]
    order = rows if by == "row" else zip(*rows, strict=True)
    return [cell for group in order for cell in group if cell[2]]


def text_of(page: Sequence[Placed], *, size: int = 11) -> str:
    return read(make_pdf([page], size=size)).text


def one(*columns: Sequence[str]) -> str:
    return " ".join(chain(*columns))


@pytest.mark.parametrize("lower", [0, 5])
@pytest.mark.parametrize("right", [300, 263])
def test_two_columns_drawn_across_each_other(lower: float, right: float) -> None:
    assert text_of(across(LEFT, RIGHT, at=(50, right), lower=lower)) == one(LEFT, RIGHT)


def test_three_columns_drawn_across_one_another() -> None:
    page = across(LEFT, RIGHT, THIRD, at=(20, 220, 420))
    assert text_of(page, size=9).split("\n\n") == [one(LEFT, RIGHT), one(THIRD)]


def test_what_runs_over_the_page_stands_above_and_below_its_columns() -> None:
    head: Placed = (50, 740, "A dam and its end", "/F1 20 Tf")
    wide = ["This page begins with lines that run over the whole of its width, as many pages do before they", "divide."]
    foot = "All that is said here is from the files of the ministry and of the court, as far as they are open."
    page = [*across(LEFT, RIGHT, top=660), head, *lines(wide, top=710, left=50), (50.0, 560.0, foot)]
    assert text_of(page).split("\n\n") == ["A dam and its end", " ".join(wide), one(LEFT, RIGHT), foot]


def test_a_running_head_and_a_heading_within_a_column() -> None:
    page = [
        (50, 760, "The Daily"),
        (480, 760, "2021"),
        *across([*LEFT, "", "The letters", *RIGHT], [*THIRD, "", *LEFT]),
    ]
    assert text_of([line for line in page if line[2]]).startswith("The Daily 2021\n\nThe dam above")


@pytest.mark.parametrize("first", ["left", "right"])
def test_columns_drawn_one_after_another(first: str) -> None:
    left, right = (lines(column, left=at) for column, at in ((LEFT, 50), (RIGHT, 300)))
    assert text_of(left + right if first == "left" else right + left) == one(LEFT, RIGHT)


def test_the_order_of_the_file_stays_where_nothing_is_drawn_across() -> None:
    """A line that runs into the gutter divides no columns that the file draws one after another."""
    left = [*LEFT[:3], "spring of that year it broke, and a wall of the old city", *LEFT[3:]]
    page = [*lines(left, left=50), *lines([*RIGHT[:3], "", *RIGHT[3:]], left=300)]
    assert text_of(page).replace("\n\n", " ") == one(left, RIGHT)


def test_a_sentence_goes_on_past_a_picture() -> None:
    page = [*lines(LEFT[:2], left=50), *lines(LEFT[2:], left=50, top=400)]
    assert text_of(page) == one(LEFT)


@pytest.mark.parametrize("by", ["row", "column"])
@pytest.mark.parametrize("right", [False, True])
def test_rows_of_a_table_are_whole(by: str, right: bool) -> None:
    page = cells(PROVINCES, by=by)
    if right:  # figures end below one another
        page = [(x + (0 if x in (60, 380) else 40 - 6.1 * len(text)), y, text) for x, y, text, *_ in page]
    assert text_of(page).split("\n\n") == [" | ".join(row) for row in PROVINCES]


def test_a_table_between_paragraphs() -> None:
    above, below = (
        "These are the attacks of a year, as the governors of four provinces count them:",
        "Nobody else counts.",
    )
    page = [(60, 730, above), *cells(PROVINCES), (60, 620, below)]
    assert text_of(page).split("\n\n") == [above, *(" | ".join(row) for row in PROVINCES), below]


def test_cells_that_are_empty() -> None:
    table = [
        ("Province", "May", "June", "July"),
        ("Farah", "", "340", "3"),
        ("Kunar", "5", "", "4"),
        ("Zabul", "7", "1", ""),
    ]
    assert text_of(cells(table)).split("\n\n") == [
        "Province | May | June | July",
        "Farah |  | 340 | 3",
        "Kunar | 5 |  | 4",
        "Zabul | 7 | 1",
    ]


@pytest.mark.parametrize(
    "lines_of_cells",
    [
        [(700, "Farah", "Abdul Ghafoor", "He said nothing"), (687, "", "Malikzai", "to us")],
        [(700, "", "Abdul Ghafoor", "He said nothing"), (687, "Farah", "Malikzai", "to us")],
        [(700, "", "Abdul Ghafoor", ""), (694, "Farah", "", "He said nothing to us"), (687, "", "Malikzai", "")],
    ],
)
def test_cells_of_several_lines_belong_to_their_row(lines_of_cells: Sequence[tuple[float, str, str, str]]) -> None:
    page: list[Placed] = []
    for top, *row in [(740, "Province", "Governor", "Said"), (720, "Zabul", "Rahmat", "No"), *lines_of_cells]:
        page += [(left, top, text) for left, text in zip((60.0, 160.0, 320.0), row, strict=True) if text]
    page += [(60, 665, "Kunar"), (160, 665, "Ali Mardan"), (320, 665, "Yes")]
    assert text_of(page).split("\n\n") == [
        "Province | Governor | Said",
        "Zabul | Rahmat | No",
        "Farah | Abdul Ghafoor Malikzai | He said nothing to us",
        "Kunar | Ali Mardan | Yes",
    ]


@pytest.mark.parametrize(
    ("table", "at"),
    [
        ([("Introduction", "3"), ("The dam", "7"), ("The court", "12"), ("Letters", "40")], (60, 400)),
        ([("Name:", "Yasin Khan"), ("Born:", "1970"), ("Province:", "Helmand"), ("Killed:", "17")], (60, 200)),
        ([("1.", "The dam broke."), ("2.", "The court sat."), ("3.", "Letters came."), ("4.", "All went.")], (60, 84)),
        ([(text, "-") for text in LEFT[:1]], (60, 400)),
    ],
)
def test_what_is_no_table_has_no_signs(table: Table, at: Sequence[float]) -> None:
    assert text_of(cells(table, at=at)) == " ".join(text for row in table for text in row)


def test_justified_text_is_no_table() -> None:
    words = [line.split() for line in (*LEFT, *RIGHT)]
    page: list[Placed] = []
    for place, line in enumerate(words):
        step = (300 - sum(5.5 * len(word) for word in line)) / (len(line) - 1)
        at = 50.0
        for word in line:
            page.append((at, 700 - 13 * place, word))
            at += 5.5 * len(word) + step
    assert text_of(page) == one(LEFT, RIGHT)
