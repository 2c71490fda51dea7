"""Pieces of a Word document's paragraphs and rows: what they say, and which of them do."""

from __future__ import annotations

from collections.abc import Iterator

from embeddings.formats.docx.fields import field_value
from embeddings.formats.docx.names import ART, FALLBACK, TEXT_BOX, WORD, Element, is_on
from embeddings.formats.docx.symbols import sign

_SKIPPED = frozenset(
    [FALLBACK, TEXT_BOX, *(WORD + name for name in ("pPr", "rPr", "tblPr", "sectPr", "moveFrom", "del"))]
)
_SIGNS = dict(zip((WORD + name for name in ("tab", "ptab", "br", "cr", "noBreakHyphen")), "\t\t\n\n-", strict=True))
_PAGE_WORDS = frozenset(
    [
        *("", "page", "pages", "p", "pp", "of", "seite", "von", "sur", "de", "di", "pagina", "página"),
        *("страница", "из", "صفحہ", "صفحه", "صفحة", "از", "من"),
    ]
)


def is_skipped(element: Element) -> bool:
    """Return whether an element is no text: a control that nobody filled in shows what to do with it."""
    return element.tag in _SKIPPED or (element.tag == f"{WORD}sdt" and bool(is_on(element, "sdtPr/showingPlcHdr")))


def goes_on(paragraph: Element) -> bool:
    """Return whether a paragraph's end was deleted or moved elsewhere."""
    return any(paragraph.find(f"{WORD}pPr/{WORD}rPr/{WORD}{name}") is not None for name in ("del", "moveFrom"))


def without_page_words(text: str) -> str:
    """Return what a line says beside the number of a page."""
    words = text.split()
    for end in (-1, 0):
        while words and words[end].casefold().strip("-\u2013\u2014|/.,:()[]") in _PAGE_WORDS:
            words.pop(end)
    return " ".join(words)


def is_private(character: str) -> bool:
    """Return whether a character is one of no meaning of its own, as fonts of signs use."""
    return "\ue000" <= character <= "\uf8ff"


def or_nothing(element: Element | None) -> Element:
    """Return an element, or nothing to go through where there is none."""
    return () if element is None else element


def whole_number(said: str | None, otherwise: int) -> int:
    """Return what is said as a small number, else another."""
    return int(said) if said and said.isdecimal() and len(said) < 4 else otherwise


def text_piece(element: Element) -> str | None:
    """Return the text that an element stands for; None where it may have some below it."""
    name = str(element.tag)
    if name == f"{WORD}t":
        return element.text or ""
    if name == ART:
        return str(element.get("string") or "")
    if name in _SIGNS:
        return _SIGNS[name]
    if name == f"{WORD}sym":
        return sign(element)
    return field_value(element) if name == f"{WORD}fldChar" else None


def text_after(run: Element) -> str:
    """Return the text that follows a run in the next one."""
    following = run.getnext()
    return "" if following is None else "".join(following.itertext(f"{WORD}t"))[:12]


def note_letter(number: int) -> str:
    """Return the letters of a number of an endnote: i, ii, iii, e4."""
    return ("i" * number) if number < 4 else f"e{number}"


def text_boxes(paragraph: Element) -> Iterator[Element]:
    """Yield the outermost text boxes of a paragraph, which may itself stand in one."""
    for child in paragraph:
        if child.tag == TEXT_BOX:
            yield child
        elif child.tag != FALLBACK:
            yield from text_boxes(child)


def children_of(parent: Element, name: str) -> Iterator[Element]:
    """Yield the elements of that name, through content controls and tracked changes, not inside one another."""
    for child in parent:
        if child.tag == WORD + name:
            yield child
        elif child.tag not in _SKIPPED and child.tag != f"{WORD}tbl":
            yield from children_of(child, name)


def is_continued(cell: Element) -> bool:
    """Return whether a cell is merged with the one above it."""
    merge = cell.find(f"{WORD}tcPr/{WORD}vMerge")
    return merge is not None and merge.get(f"{WORD}val") != "restart"
