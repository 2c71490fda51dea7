"""A web page as who reads it sees it: without what it hides, with what stands in its forms, captions and marks."""

from __future__ import annotations

import re

from embeddings.formats.page.css import Element
from embeddings.formats.page.forms import values_as_text
from embeddings.formats.page.hidden import leave_out_hidden
from embeddings.formats.page.tables import HEADINGS, number_items, rows_as_lines
from embeddings.formats.page.words import tags_as_words

_LINES = ("p", "li", "td", "th", "dd", "dt", "figcaption", "blockquote", *HEADINGS)
_BLOCKS = ("div", "fieldset", "section", "table", "ul", "ol", "dl", *_LINES)
_PLAIN = (
    *("abbr", "acronym", "address", "bdi", "bdo", "big", "cite", "data", "dfn", "font", "hgroup", "ins", "kbd", "mark"),
    *("meter", "nobr", "output", "progress", "ruby", "samp", "small", "span", "tt", "var"),
)  # say nothing that text does not; an extractor leaves some of them out with what is in them
_OF_OTHERS = ("aside", "footer")
_LINKS = 0.5  # of the text of what leads to other pages
_REPLY = re.compile(r"(?:^|[\s_-])(?:comment|reply)(?:$|[\s_-])")
_POSTS = 2  # posts with a time of their own make a live blog


def as_seen(tree: Element, sheets: str = "") -> int:
    """Change a page's tree to what is seen of it; return how many hidden parts were left out.

    Hidden parts go, by their attributes or by rules of the page's own style sheets, to which ``sheets`` kept beside it
    belong. Raised marks, formulas, values of forms, captions, rows of tables, numbers of lists and the times of posts
    become text that an extractor keeps.
    """
    hidden = leave_out_hidden(tree, sheets)
    for element in tree.iter():
        element.attrib.pop("style", None)  # an extractor would judge it anew
    tags_as_words(tree)
    values_as_text(tree)
    number_items(tree)
    rows_as_lines(tree)
    for caption in [*tree.iter("figcaption")]:
        _beside(caption)
    _several(tree)
    _times(tree)
    _boxes(tree)
    return hidden


def _boxes(tree: Element) -> None:
    """Leave paragraphs, headings, lists and boxes of a page's tree, by names that an extractor passes over."""
    from lxml.etree import strip_tags

    _take_in(tree)
    for part in tree.iter("figure", "dialog", "fieldset", "legend", "marquee", "menu"):
        part.tag = {"legend": "p", "menu": "ul"}.get(part.tag, "div")
        part.attrib.clear()
    for label in [*tree.iter("label")]:
        if next(label.iterancestors("form"), None) is None:
            label.drop_tag()
    strip_tags(tree, *_PLAIN)
    for heading in tree.iter(*HEADINGS):
        strip_tags(heading, "div", "p", "section")
    for part in tree.iter("p", "li"):
        for name in ("class", "id", "role"):
            part.attrib.pop(name, None)
        if part.tag == "p" and any(True for _ in part.iterdescendants(*_BLOCKS)):
            part.tag = "div"


def _take_in(tree: Element) -> None:
    """Make what stands beside an article's text, and leads to no other pages, a part of it."""
    for part in [*tree.iter(*_OF_OTHERS)]:
        within = next(part.iterancestors("article", "main", "blockquote"), None)
        links = sum(len("".join(link.itertext())) for link in part.iter("a"))
        if within is not None and links <= _LINKS * len("".join(part.itertext()).strip()):
            part.tag = "div" if any(True for _ in part.iterdescendants(*_BLOCKS)) else "p"


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
    if heading is None or heading.tag not in HEADINGS:
        time.tag = "p"
        return
    heading.text = f"{''.join(time.itertext()).strip()} {heading.text or ''}"
    time.drop_tree()


def _stands_alone(time: Element) -> bool:
    return bool("".join(time.itertext()).strip()) and not any(True for _ in time.iterancestors(*_LINES))
