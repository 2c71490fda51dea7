"""What tags and pictures of a web page say, as words: marks, formulas, quotation marks, what is struck out."""

from __future__ import annotations

import re

from embeddings.formats.maths import formula
from embeddings.formats.page.css import Element
from embeddings.formats.page.tables import text_of
from embeddings.formats.raised import written
from embeddings.formats.signs import STRUCK_OUT

_INLINE = frozenset({"a", "b", "em", "font", "i", "span", "strong", "u"})
_BLOCKS = ("div", "p", "ul", "ol", "table", "blockquote")
_PICTURED = re.compile(r"\b(?:emoji|wp-smiley|latex|tex|math|mwe-math\S*)")
_STRUCK = ("del", "s", "strike")
_TWO = 2
_ROOMS = frozenset({"a", "div", "header", "label", "li", "section", "time"})


def tags_as_words(tree: Element) -> None:
    """Write into a page's tree what its tags say."""
    _formulas(tree)
    _said_by_tags(tree)
    for element in [one for one in tree.iter("sup", "sub") if next(one.iterancestors("sup", "sub"), None) is None]:
        _mark(element)
    for element in tree.iter("span", "time"):
        _keep_apart(element)


def _formulas(tree: Element) -> None:
    for picture in [*tree.iter("img")]:
        alternative = picture.get("alt") or ""
        sign = _PICTURED.search(picture.get("class") or "") or (alternative and not any(map(str.isalnum, alternative)))
        if sign and next(picture.getparent().iter("math"), None) is None:
            picture.tag, picture.text = "span", alternative
    for drawing in [*tree.iter("svg")]:
        texts = [text_of(text) for text in drawing.iter("text")]
        drawing.clear(keep_tail=True)
        drawing.tag, drawing.text = ("p" if texts else "svg"), " ".join(texts)
    for maths in [*tree.iter("math")]:
        text = formula(maths)
        for child in [*maths]:
            maths.remove(child)
        maths.text = text
        maths.drop_tag()


def _said_by_tags(tree: Element) -> None:
    """Write what some tags say: quotation marks, what is struck out, how a word is read."""
    for element in [*tree.iter("q", "rp", "rt", *_STRUCK)]:
        text = "".join(element.itertext())
        if element.tag == "rp" or not text.strip():
            element.drop_tree()
        elif next(element.iterdescendants(*_BLOCKS), None) is None:
            start, end = {"q": ("\u201c", "\u201d"), "rt": ("(", ")")}.get(element.tag, (STRUCK_OUT, STRUCK_OUT))
            _put_around(element, start, end)
            element.drop_tag()


def _keep_apart(element: Element) -> None:
    """Put a space behind what stands beside another of its kind in a box without words of its own."""
    following, box = element.getnext(), element.getparent()
    if (
        following is None
        or following.tag != element.tag
        or element.tail
        or (box.text or "").strip()
        or box.tag not in _ROOMS
    ):
        return
    left, right = "".join(element.itertext()), "".join(following.itertext())
    ends = left[-1:] + right[:1]
    if (
        len(left + right) > len(ends) == _TWO
        and ends.isalnum()
        and (box.tag != "li" or ends[0].isdigit() != ends[1].isdigit())
    ):
        element.tail = " "


def _put_around(element: Element, start: str, end: str) -> None:
    element.text = start + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + end
    else:
        element.text += end


def _mark(element: Element) -> None:
    """Put what is raised or lowered into the text, written so that it can be told from it."""
    mark = "".join(element.itertext())
    text = written(_before(element), mark, _after(element), lowered=element.tag == "sub")
    if text == mark:
        element.drop_tag()
        return
    for child in [*element]:
        child.drop_tree()
    element.text = text
    element.drop_tag()


def _before(element: Element) -> str:
    """Return the text before an element in its paragraph, or its last part."""
    before = element.getprevious()
    if before is not None:
        own = "".join(before.itertext()) if isinstance(before.tag, str) else ""
        return own + (before.tail or "")
    parent = element.getparent()
    if parent is None:
        return ""
    return parent.text or (_before(parent) if parent.tag in _INLINE else "")


def _after(element: Element) -> str:
    following = element.getnext()
    if element.tail or following is None or not isinstance(following.tag, str):
        return element.tail or ""
    return "".join(following.itertext())
