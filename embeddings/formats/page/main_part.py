"""The main part of a web page, block by block: what an extractor finds says where it is, and not what it says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from typing import TypeAlias

from embeddings.formats.blocks import Block
from embeddings.formats.page.css import Element

Placed: TypeAlias = tuple[Element, Block]

_SPACES, _SIGNS = re.compile(r"\s+"), re.compile(r"[\W_]+")
_HEADING = re.compile(r"h[1-6]")
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "figcaption", "figure"}
    | {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p"}
    | {"section", "summary", "ul", "center", "hgroup", "menu", "fieldset"}
)
_VERBATIM = frozenset({"code", "pre"})
_NO_TEXT = (
    *("applet", "audio", "button", "canvas", "datalist", "head", "iframe", "noscript", "object", "script"),
    *("select", "style", "svg", "template", "textarea", "title", "video"),
)
_SURE = 25  # letters and digits, from which a block is known again by its words
_AROUND = frozenset({"button", "form", "footer", "menu", "nav"})
_ROLES = frozenset({"banner", "contentinfo", "dialog", "navigation", "search", "toolbar"})
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|breadcrumbs?|comments?|consent|cookies?|footer|menu|nav\w*|newsletter|outbrain"
    r"|pagination|repl(?:y|ies)|shar(?:e|ing)\w*|sidebar|sign-?up|social|subscri\w*|taboola|tags?|toolbar)(?:$|[\s_-])"
)
_OTHER_PAGES = re.compile(
    r"(?:^|[\s_-])(?:popular|promo\w*|recirc\w*|recommend\w*|related\w*|sponsor\w*|teasers?|trending)(?:$|[\s_-])"
)  # where they have links
_LINKS_ASIDE = 0.3
_LINKS = 0.7  # of the text of a block or a list that leads to other pages
_NEARLY_ALL = 0.95
_WHOLE = frozenset({"article", "body", "html", "main"})
_LEADING = frozenset({"aside", "div", "ol", "p", "ul"})
_ENDS = (".", "!", "?", "\u201d", "\u06d4", "\u061f", "\u3002")
_WORDS = 4  # of what may be more than a word on a button
_CARD = 100  # characters of a box with a number and what it is
_MOST_BETWEEN = 8  # blocks between the heading of a page and its main part
_CALL = re.compile(
    r"(?i)(?:advertise?ment|close|comments?|copy link|e?mail|facebook|like|loading|menu|print|read more|reply|save"
    r"|share(?: this)?|show more|sign up|subscribe(?: now)?|telegram|tweet|twitter|whatsapp|x)\W*"
)


def all_blocks(tree: Element) -> list[Block]:
    """Return all blocks of a page in their order."""
    return [block for _, block in _placed(tree)]


def main_part(tree: Element, found: str) -> list[Block]:
    """Return the blocks of a page's main part in their order, given the text that an extractor found.

    It reaches over all in which that text stands. What the extractor left out there is kept, but for links to other
    pages and what is named as standing beside the text.
    """
    placed = _placed(tree)
    words = [_SIGNS.sub("", block.text) for _, block in placed]
    known = _SIGNS.sub("", found)
    kept = {at for at, word in enumerate(words) if word and word in known}
    sure = {at for at in kept if len(words[at]) >= _SURE} or kept
    if not sure:
        return []
    top = _holding(placed, words, kept, sure, len(known))
    whole = top.tag not in ("body", "html")
    inside = {at for at, (element, _) in enumerate(placed) if top in (element, *element.iterancestors())}
    if not whole:
        beside_sure = {placed[at][0].getparent() for at in sure}
        inside -= {
            at
            for at in inside - kept
            if not min(sure) < at < max(sure) and placed[at][0].getparent() not in beside_sure
        }
    beside = dict.fromkeys((top, *top.iterancestors()), False)
    chosen = [
        at
        for at, (element, block) in enumerate(placed)
        if at in sure or (at in inside and not _is_beside(element, beside) and (at in kept or _says(element, block)))
    ]
    while chosen[-1] not in kept and placed[chosen[-1]][1].level:
        chosen.pop()  # the heading of what was left out
    first = _heading_before(placed, chosen[0], tree)
    blocks = [placed[at][1] for at in [*(at for at in first if not _is_beside(placed[at][0], beside)), *chosen]]
    return _title(tree, blocks) + blocks


def _heading_before(placed: Sequence[Placed], start: int, tree: Element) -> Iterable[int]:
    """Return the places of the page's heading, where it stands before its main part, and of what is in between."""
    title = " ".join((tree.findtext(".//title") or "").split())
    for at in range(max(start - _MOST_BETWEEN, 0), start):
        if placed[at][1].level == 1 and title.startswith(" ".join(placed[at][1].text.split())):
            return range(at, start)
    at = start
    while at and placed[at - 1][1].level:
        at -= 1
    return range(at, start)


def _title(tree: Element, blocks: Sequence[Block]) -> list[Block]:
    """Return the page's heading where it is not among the blocks."""
    title = " ".join((tree.findtext(".//title") or "").split())
    known = {" ".join(block.text.split()) for block in blocks}
    texts = (" ".join("".join(heading.itertext()).split()) for heading in tree.iter("h1"))
    text = next((text for text in texts if text and title.startswith(text)), "")
    return [Block(text, 1)] if text and text not in known else []


def _placed(tree: Element) -> list[Placed]:
    from lxml.etree import Comment, ProcessingInstruction, strip_elements

    page = deepcopy(tree)
    strip_elements(page, Comment, ProcessingInstruction, *_NO_TEXT, with_tail=False)
    return [(element, block) for element, block in _blocks(page) if block.text.strip()]


def _holding(
    placed: Sequence[Placed], words: Sequence[str], kept: Iterable[int], sure: Iterable[int], length: int
) -> Element:
    """Return the innermost element that holds all blocks that are sure, and nearly all that was found."""
    inside: defaultdict[Element, int] = defaultdict(int)
    for at in kept:
        for around in (placed[at][0], *placed[at][0].iterancestors()):
            inside[around] += len(words[at])
    common = _common([placed[at][0] for at in sorted(sure)])
    most = (around for around in (common, *common.iterancestors()) if inside[around] >= _NEARLY_ALL * length)
    return next(most, common.getroottree().getroot())


def _blocks(body: Element) -> Iterator[Placed]:
    """Yield a tree's blocks in order, each with the element that it stands in."""
    from lxml.etree import iterwalk

    parts: list[str] = []
    verbatim = 0
    for event, element in iterwalk(body, events=("start", "end")):
        tag = element.tag
        entering = event == "start"
        if tag in _BLOCKS or (tag in _VERBATIM and "\n" in "".join(element.itertext())):
            level = 0 if entering or not _HEADING.fullmatch(tag) else int(tag[1])
            yield element.getparent() if entering and element is not body else element, Block("".join(parts), level)
            parts = []
        elif tag == "br" and entering:
            parts.append("\n")
        verbatim += (1 if entering else -1) * (tag in _VERBATIM)
        string = element.text if entering else element.tail
        if string and not (event == "end" and element is body):
            parts.append(string if verbatim else _SPACES.sub(" ", string))


def _common(elements: Sequence[Element]) -> Element:
    """Return the innermost element in which all stand."""
    common = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        above = {element, *element.iterancestors()}
        common = [other for other in common if other in above]
    return common[0]


def _says(element: Element, block: Block) -> bool:
    """Return whether a block that an extractor left out may say something: not what stands on a button.

    A few words alone do beside a number.
    """
    text = block.text.strip()
    if block.level or any(map(str.isdigit, text)) or text.endswith(_ENDS) or len(text.split()) >= _WORDS:
        return not _CALL.fullmatch(text)
    around = "".join(element.getparent().itertext())
    return len(around) <= _CARD and any(map(str.isdigit, around))


def _is_beside(element: Element, known: dict[Element, bool]) -> bool:
    """Return whether an element stands beside the text: by its name, or because it leads to other pages.

    ``known`` has what is known already; what is not above it counts for nothing.
    """
    if element is not None and element not in known:
        names = "" if element.tag in _WHOLE else (element.get("class") or "").casefold()
        known[element] = (
            element.tag in _AROUND
            or element.get("role") in _ROLES
            or bool(_ASIDE.search(names) or _ASIDE.fullmatch((element.get("id") or "").casefold()))
            or (bool(_OTHER_PAGES.search(names)) and next(element.iter("a"), None) is not None)
            or (element.tag in _LEADING and _links(element) > (_LINKS_ASIDE if element.tag == "aside" else _LINKS))
            or _is_beside(element.getparent(), known)
        )
    return element is not None and known[element]


def _links(element: Element) -> float:
    text = len("".join(element.itertext()).strip())
    return sum(len("".join(link.itertext()).strip()) for link in element.iter("a")) / text if text else 0
