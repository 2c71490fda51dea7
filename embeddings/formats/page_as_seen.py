"""A web page as who reads it sees it: without what it hides, with what stands in its forms, captions and marks."""

from __future__ import annotations

import re

from embeddings.formats.css import Element
from embeddings.formats.hidden import leave_out_hidden
from embeddings.formats.maths import formula
from embeddings.formats.page_tables import number_items, rows_as_lines, text_of
from embeddings.formats.raised import written
from embeddings.formats.signs import STRUCK_OUT, box_sign

_TYPED = frozenset({"", "text", "date", "datetime-local", "email", "month", "number", "tel", "time", "url", "week"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINES = ("p", "li", "td", "th", "dd", "dt", "figcaption", "blockquote", *_HEADINGS)
_BLOCKS = ("div", "fieldset", "section", "table", "ul", "ol", "dl", *_LINES)
_INLINE = frozenset({"a", "b", "em", "font", "i", "span", "strong", "u"})
_PLAIN = (
    *("abbr", "acronym", "address", "bdi", "bdo", "big", "cite", "data", "dfn", "font", "hgroup", "ins", "kbd", "mark"),
    *("meter", "nobr", "output", "progress", "ruby", "samp", "small", "span", "tt", "var"),
)  # say nothing that text does not; an extractor leaves some of them out with what is in them
_PICTURED = re.compile(r"\b(?:emoji|wp-smiley|latex|tex|math|mwe-math\S*)")
_STRUCK = ("del", "s", "strike")
_TWO = 2
_ROOMS = frozenset({"a", "div", "header", "label", "li", "section", "time"})
_OF_OTHERS = ("aside", "footer")
_LINKS = 0.5  # of the text of what leads to other pages
_REPLY = re.compile(r"(?:^|[\s_-])(?:comment|reply)(?:$|[\s_-])")
_POSTS = 2  # posts with a time of their own make a live blog
_SEARCH = re.compile(r"search|login|sign-?in|newsletter|subscri", re.IGNORECASE)


def as_seen(tree: Element, sheets: str = "") -> tuple[str, ...]:
    """Change a page's tree to what is seen of it; return notes on what was left out.

    Hidden parts go, by their attributes or by rules of the page's own style sheets, to which ``sheets`` kept beside it
    belong. Raised marks, formulas, values of
    forms, captions, rows of tables, numbers of lists and the times of posts become text that an extractor keeps.
    """
    hidden = leave_out_hidden(tree, sheets)
    for element in tree.iter():
        element.attrib.pop("style", None)  # an extractor would judge it anew
    _formulas(tree)
    _said_by_tags(tree)
    for element in [*tree.iter("sup", "sub")]:
        if next(element.iterancestors("sup", "sub"), None) is None:
            _mark(element)
    for form in [*tree.iter("form")]:
        if _filled(form) and not _SEARCH.search(
            " ".join(form.get(name) or "" for name in ("class", "id", "role", "action"))
        ):
            _values(form)
            for part in [form, *form.iter("div", "fieldset", "section")]:
                part.tag = "div" if any(True for _ in part.iterdescendants(*_BLOCKS)) else "p"
    alone = [field for field in tree.iter("input") if next(field.iterancestors("form"), None) is None]
    if any(_is_typed(field) or field.get("checked") is not None for field in alone):
        _put_values(alone)
    number_items(tree)
    rows_as_lines(tree)
    for caption in [*tree.iter("figcaption")]:
        _beside(caption)
    _several(tree)
    _times(tree)
    _boxes(tree)
    return (f"left out {hidden} parts that the page hides",) if hidden else ()


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
    if len(left + right) > len(ends) == _TWO and ends.isalnum() and (box.tag != "li" or ends[0].isdigit() != ends[1].isdigit()):
        element.tail = " "


def _put_around(element: Element, start: str, end: str) -> None:
    element.text = start + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + end
    else:
        element.text += end


def _boxes(tree: Element) -> None:
    """Leave paragraphs, headings, lists and boxes of a page's tree, by names that an extractor passes over."""
    from lxml.etree import strip_tags

    for part in [*tree.iter(*_OF_OTHERS)]:
        within = next(part.iterancestors("article", "main", "blockquote"), None)
        links = sum(len("".join(link.itertext())) for link in part.iter("a"))
        if within is not None and links <= _LINKS * len("".join(part.itertext()).strip()):
            part.tag = "div" if any(True for _ in part.iterdescendants(*_BLOCKS)) else "p"
    for part in tree.iter("figure", "dialog", "fieldset", "legend", "marquee", "menu"):
        part.tag = {"legend": "p", "menu": "ul"}.get(part.tag, "div")
        part.attrib.clear()
    for label in [*tree.iter("label")]:
        if next(label.iterancestors("form"), None) is None:
            label.drop_tag()
    for element in tree.iter("span", "time"):
        _keep_apart(element)
    strip_tags(tree, *_PLAIN)
    for heading in tree.iter(*_HEADINGS):
        strip_tags(heading, "div", "p", "section")
    for part in tree.iter("p", "li"):
        for name in ("class", "id", "role"):
            part.attrib.pop(name, None)
        if part.tag == "p" and any(True for _ in part.iterdescendants(*_BLOCKS)):
            part.tag = "div"


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


def _filled(form: Element) -> bool:
    return any(_is_typed(field) or field.get("checked") is not None for field in form.iter("input")) or any(
        (area.text or "").strip() for area in form.iter("textarea")
    )


def _is_typed(field: Element) -> bool:
    return (field.get("type") or "").casefold() in _TYPED and bool((field.get("value") or "").strip())


def _values(form: Element) -> None:
    """Put what was typed and chosen in a form into its text."""
    _put_values([*form.iter("input", "textarea", "select", "label", "button")])


def _put_values(fields: list[Element]) -> None:
    for field in fields:
        kind = (field.get("type") or "").casefold()
        if field.tag == "button" or (field.tag == "input" and kind in ("submit", "button", "hidden", "password")):
            field.drop_tree()
            continue
        said = _said(field, kind)
        if said is not None:
            for child in [*field]:
                child.drop_tree()
            field.text = f" {said} " if (field.tail or "")[:1].isalnum() else f" {said}"
        field.drop_tag()


def _said(field: Element, kind: str) -> str | None:
    if field.tag == "input":
        ticked = box_sign(ticked=field.get("checked") is not None)
        return ticked if kind in ("checkbox", "radio") else (field.get("value") or "")
    if field.tag == "select":
        options = [*field.iter("option")]
        chosen = [option for option in options if option.get("selected") is not None]
        if not chosen and field.get("multiple") is None and field.get("size") in (None, "1"):
            chosen = options[:1]
        return ", ".join("".join(option.itertext()).strip() for option in chosen)
    return "".join(field.itertext()).strip() if field.tag == "textarea" else None


def _beside(caption: Element) -> None:
    """Put a caption behind its figure as a paragraph: an extractor may leave figures out."""
    figure = next(caption.iterancestors("figure"), None)
    if figure is None or figure.getparent() is None or not "".join(caption.itertext()).strip():
        return
    caption.tag = "p"
    caption.attrib.clear()
    figure.addnext(caption)


def _times(tree: Element) -> None:
    """Keep the times of posts, and those within a sentence, which an extractor would leave out."""
    alone = [time for time in tree.iter("time") if _stands_alone(time)]
    for time in [*tree.iter("time")]:
        if time not in alone:
            time.drop_tag()
        elif len(alone) >= _POSTS:
            _above(time)


def _several(tree: Element) -> None:
    """Make one main part of several articles beside one another, of which an extractor would take the first."""
    articles = [
        article
        for article in tree.iter("article")
        if next(article.iterancestors("article"), None) is None and not _REPLY.search(article.get("class") or "")
    ]
    sizes = [len("".join(article.itertext())) for article in articles]
    if 2 * max(sizes, default=0) >= sum(sizes):
        return
    common = [*articles[0].iterancestors()]
    for article in articles[1:]:
        above = {*article.iterancestors()}
        common = [other for other in common if other in above]
    around = next(iter(common))
    places = [
        next(child for child in around if child is article or article in child.iterdescendants("article"))
        for article in articles
    ]
    main = around.makeelement("main")
    places[0].addprevious(main)
    main.extend(around[around.index(places[0]) : around.index(places[-1]) + 1])
    for article in articles:
        article.tag = "section"


def _above(time: Element) -> None:
    """Put the time of a post before the words of its heading, or make it a paragraph where none follows."""
    heading = time.getnext()
    if heading is None or heading.tag not in _HEADINGS:
        time.tag = "p"
        return
    heading.text = f"{''.join(time.itertext()).strip()} {heading.text or ''}"
    time.drop_tree()


def _stands_alone(time: Element) -> bool:
    return bool("".join(time.itertext()).strip()) and not any(True for _ in time.iterancestors(*_LINES))
