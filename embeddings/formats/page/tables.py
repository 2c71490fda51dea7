"""Tables and lists of a web page as lines of text: a row says all its values, an item its number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from embeddings.formats.page.css import Element
from embeddings.formats.signs import BETWEEN_CELLS, letters, roman

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARTS = ("article", "blockquote", "div", "section", "table", *HEADINGS)
_LONG, _FEW = 100, 3  # characters of a cell that holds a part of the page; rows, and parts of the cell
_LINKS = 0.8  # of the text of a table for finding one's way
_PAIR = 300  # characters of a term and what is said of it
_MOST_COLUMNS = 1000
_MADE = "made"  # the attribute of a table whose rows are paragraphs already
_SPACED = ("br", "p", "div", "li", "dd", "dt", "hr")


def text_of(element: Element) -> str:
    """Return an element's text on one line, without the tables in it; its parts are kept apart."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        gap = " " if child.tag in _SPACED else ""
        yield gap
        if isinstance(child.tag, str) and child.get(_MADE) is None:
            yield from _pieces(child)
        yield f"{gap}{child.tail or ''}"


def rows_as_lines(tree: Element) -> None:
    """Make a paragraph of each row of a page's tables, and of each term with what is said of it.

    A table that only gives the page its shape becomes boxes. One that stands in a cell follows the row.
    """
    for table in reversed([*tree.iter("table")]):
        if _shapes(table):
            for part in [table, *table.iter("caption", "tbody", "thead", "tfoot", "tr", "td", "th")]:
                part.tag = "div"
            continue
        lines = [*_lines(table)]
        table.clear(keep_tail=True)
        table.tag = "div"
        table.extend(lines)
        table.set(_MADE, "")
    for made in tree.iter("div"):
        made.attrib.pop(_MADE, None)
    for listed in [*tree.iter("dl")]:
        if next(listed.iterdescendants("dl"), None) is None:
            _pairs(listed)


def _shapes(table: Element) -> bool:
    """Return whether a table only shapes the page: it has one column, or holds parts of the page, or links alone."""
    cells = [*table.iter("td", "th")]
    text = "".join(table.itertext())
    links = sum(len("".join(link.itertext())) for link in table.iter("a"))
    return (
        table.get("role") in ("presentation", "none")
        or all(sum(bool(text_of(cell)) for cell in row.iterchildren("td", "th")) < 2 for row in table.iter("tr"))
        or any(next(cell.iter(*HEADINGS), None) is not None for cell in cells)
        or (
            len([*table.iter("tr")]) <= _FEW
            and any(len(text_of(cell)) > _LONG and len([*cell.iter(*_PARTS, "p", "br")]) > _FEW for cell in cells)
        )
        or (links > _LINKS * len(text.strip()) and not any(map(str.isdigit, text)))
    )


def _lines(table: Element) -> Iterator[Element]:
    """Yield a table's caption and rows as paragraphs, each followed by the tables in it."""
    for caption in table.iterchildren("caption"):
        yield _line(table, text_of(caption))
    reaching: dict[int, tuple[int, str]] = {}
    feet = [row for foot in table.iter("tfoot") for row in foot.iter("tr")]
    for row in [*(row for row in table.iter("tr") if row not in feet), *feet]:
        alone = [cell for cell in row.iterchildren("td", "th") if text_of(cell)]
        texts = _row(row, reaching)
        if len(alone) == sum(map(bool, texts)) == 1 and next(alone[0].iter(*_PARTS, "p", "br"), None) is not None:
            alone[0].tag = "div"  # paragraphs between rows
            yield alone[0]
            continue
        if any(texts):
            yield _line(table, BETWEEN_CELLS.join(texts).strip().rstrip(" |"))
        yield from [made for made in row.iter("div") if made.get(_MADE) is not None]


def _line(table: Element, text: str) -> Element:
    line = table.makeelement("p")
    line.text = text
    return line


def _row(row: Element, reaching: dict[int, tuple[int, str]]) -> list[str]:
    """Return a row's texts, those of cells that reach down to it among them.

    ``reaching`` has those, by their column: how many rows are left, and the text. It is brought up to date.
    """
    texts: list[str] = []
    column = 0
    begun: dict[int, tuple[int, str]] = {}
    for cell in [*row.iterchildren("td", "th"), None]:
        while column in reaching:
            left, text = reaching.pop(column)
            texts.append(text)
            if left > 1:
                begun[column] = left - 1, text
            column += 1
        if cell is None:
            break
        texts.append(text_of(cell))
        if (down := _span(cell, "rowspan")) > 1:
            begun[column] = down - 1, texts[-1]
        column += _span(cell, "colspan")
    reaching |= begun
    return texts


def _span(cell: Element, name: str) -> int:
    said = (cell.get(name) or "").strip()
    return min(max(int(said), 1), _MOST_COLUMNS) if re.fullmatch("[0-9]{1,4}", said) else 1


def _pairs(listed: Element) -> None:
    """Make one line of a term and what is said of it where both are short; paragraphs else."""
    term: Element = None
    for part in [*listed.iter("dt", "dd")]:
        before, term = term, part if part.tag == "dt" else None
        divided = next(part.iterdescendants(*_PARTS, "p", "ul", "ol"), None) is not None
        texts = [text_of(before), text_of(part)] if before is not None and part.tag == "dd" else []
        if before is not None:
            before.tag = "p"
        if all(texts) and 0 < len("".join(texts)) <= _PAIR and not divided:
            before.clear(keep_tail=True)
            before.text = BETWEEN_CELLS.join(texts)
            part.drop_tree()
        else:
            part.tag = "div" if divided else "p"
    if term is not None:
        term.tag = "p"
    listed.tag = "div"


def number_items(tree: Element) -> None:
    """Put the numbers of the items of a page's ordered lists before their words."""
    for listed in tree.iter("ol"):
        items = [*listed.iterchildren("li")]
        if any(True for item in items for _ in item.iterdescendants(*_PARTS)):
            continue  # posts, not items
        step = 1 if listed.get("reversed") is None else -1
        number = _whole(listed.get("start"), 1 if step > 0 else len(items))
        for item in items:
            number = _whole(item.get("value"), number)
            _put_before(item, f"{_shown(number, item.get('type') or listed.get('type') or '1')}. ")
            number += step


def _whole(said: str | None, otherwise: int) -> int:
    return int(said) if said and re.fullmatch("-?[0-9]{1,6}", said) else otherwise


def _shown(number: int, kind: str) -> str:
    if kind in ("a", "A") and number > 0:
        return letters(number) if kind == "a" else letters(number).upper()
    if kind in ("i", "I") and 0 < number < 4000:
        return roman(number).lower() if kind == "i" else roman(number)
    return str(number)


def _put_before(item: Element, number: str) -> None:
    first = item
    while not (first.text or "").strip() and len(first) and first[0].tag in ("p", "a", "b", "strong", "em", "i"):
        first = first[0]
    if text_of(item):
        first.text = number + (first.text or "").lstrip()
