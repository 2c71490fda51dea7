"""Fields of a Word document: which of their parts a page shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from embeddings.formats.docx.names import WORD, Element, is_on, value
from embeddings.formats.signs import box_sign

_PAGES = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})


@dataclass(slots=True)
class _Field:
    chosen: bool
    """Whether it is one of a form, whose value is told by its settings."""
    code: str = ""
    ends: bool = False
    hidden: list[Element] = field(default_factory=list)
    shown: list[Element] = field(default_factory=list)

    def add(self, piece: Element) -> None:
        """Take a piece for the code or for what is shown."""
        if piece.tag == f"{WORD}instrText" and not self.ends:
            self.code += piece.text or ""
        (self.shown if self.ends else self.hidden).append(piece)


def unseen(paragraph: Element, *, pages: bool) -> tuple[set[Element], bool]:
    """Return the pieces of a paragraph's runs that are codes of fields, and whether it has numbers of pages.

    With ``pages`` such numbers are among the pieces.
    """
    found: set[Element] = set()
    numbered = False
    open_: list[_Field] = []
    for piece in (piece for run in paragraph.iter(f"{WORD}r") for piece in run):
        kind = piece.get(f"{WORD}fldCharType") if piece.tag == f"{WORD}fldChar" else None
        if kind == "begin":
            open_.append(_Field(field_value(piece) != ""))
        elif open_ and kind == "separate":
            open_[-1].ends = True
        elif open_ and kind == "end":
            done = open_.pop()
            is_page = pages and _is_page(done.code)
            numbered = numbered or is_page
            found.update(done.hidden, done.shown if done.chosen or is_page else ())
        for other in open_ if kind is None else ():
            other.add(piece)
    for left in open_:
        if left.ends:  # it goes on in the next paragraph; one without an end is none
            found.update(left.hidden)
    for simple in paragraph.iter(f"{WORD}fldSimple") if pages else ():
        if _is_page(str(simple.get(f"{WORD}instr"))):
            numbered = True
            found.update(simple.iterdescendants())
    return found, numbered


def _is_page(code: str) -> bool:
    return (code.split() or [""])[0].upper() in _PAGES


def field_value(begin: Element) -> str:
    """Return what is chosen in an old form field: a box that is ticked or open, the entry of a list."""
    box, entries = begin.find(f"{WORD}ffData/{WORD}checkBox"), begin.find(f"{WORD}ffData/{WORD}ddList")
    if box is not None:
        ticked = is_on(box, "checked")
        return box_sign(ticked=bool(is_on(box, "default") if ticked is None else ticked))
    if entries is None:
        return ""
    listed = [str(entry.get(f"{WORD}val")) for entry in entries.findall(f"{WORD}listEntry")]
    chosen = value(entries, "result") or value(entries, "default") or "0"
    return listed[int(chosen)] if chosen.isdecimal() and int(chosen) < len(listed) else ""
