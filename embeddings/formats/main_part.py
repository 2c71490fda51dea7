"""The main part of a web page, block by block: what an extractor finds says where it is, and not what it says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from typing import TypeAlias

from embeddings.formats.blocks import Block
from embeddings.formats.css import Element

Placed: TypeAlias = tuple[Element, Block]

_SPACES, _SIGNS = re.compile(r"\s+"), re.compile(r"[\W_]+")
_HEADING = re.compile(r"h[1-6]")
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "figcaption", "figure"}
    | {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p"}
    | {"section", "summary", "ul", "center", "hgroup", "menu", "fieldset"}
)
_VERBATIM = frozenset({"code", "pre"})
_NO_TEXT = ("applet", "audio", "button", "canvas", "datalist", "head", "iframe", "noscript", "object", "script") + (
    *("select", "style", "svg", "template", "textarea", "title", "video"),
)
_SURE = 25  # letters and digits, from which a block is known again by its words
_AROUND = frozenset({"button", "form", "footer", "menu", "nav"})
_ROLES = frozenset({"banner", "contentinfo", "dialog", "navigation", "search", "toolbar"})
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|banner|breadcrumbs?|comments?|consent|cookies?|footer|menu|nav\w*|newsletter|outbrain"
    r"|pagination|popular|promo\w*|recirc\w*|recommend\w*|related|shar(?:e|ing)\w*|sidebar|sign-?up|social|sponsor\w*"
    r"|subscri\w*|taboola|tags?|teasers?|toolbar|trending)(?:$|[\s_-])"
)
_LINKS = 0.5  # of the text of a block or a list that leads to other pages
_NEARLY_ALL = 0.95
_LEADING = frozenset({"aside", "div", "li", "ol", "p", "ul"})
_WORDS = 4  # of a block without a digit that may be more than a word on a button


def main_part(tree: Element, found: str) -> list[Block]:
    """Return the blocks of a page's main part in their order, given the text that an extractor found.

    It reaches over all in which that text stands. What the extractor left out there is kept, but for links to other
    pages and what is named as standing beside the text.
    """
    from lxml.etree import Comment, ProcessingInstruction, strip_elements

    page = deepcopy(tree)
    strip_elements(page, Comment, ProcessingInstruction, *_NO_TEXT, with_tail=False)
    placed = [(element, block) for element, block in _blocks(page) if block.text.strip()]
    words = [_SIGNS.sub("", block.text) for _, block in placed]
    known = _SIGNS.sub("", found)
    kept = {at for at, word in enumerate(words) if word and word in known}
    sure = {at for at in kept if len(words[at]) >= _SURE} or kept
    if not sure:
        return []
    top = _holding(placed, words, kept, sure, len(known))
    whole = top.tag not in ("body", "html")
    inside = {at for at, (element, _) in enumerate(placed) if top in (element, *element.iterancestors())}
    beside = dict.fromkeys((top, *top.iterancestors()), False)
    chosen = [
        at
        for at, (element, block) in enumerate(placed)
        if at in sure
        or (at in inside and not _is_beside(element, beside) and (at in kept or ((whole or min(sure) < at < max(sure)) and _is_said(block))))
    ]
    while chosen[-1] not in kept and placed[chosen[-1]][1].level:
        chosen.pop()  # the heading of what was left out
    while chosen[0] and placed[chosen[0] - 1][1].level and _links(placed[chosen[0] - 1][0]) <= _LINKS:
        chosen.insert(0, chosen[0] - 1)
    return _with_heading(tree, [placed[at][1] for at in chosen])


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


def _is_said(block: Block) -> bool:
    """Return whether a block that an extractor left out may say something."""
    return bool(block.level) or any(map(str.isdigit, block.text)) or len(block.text.split()) >= _WORDS


def _is_beside(element: Element, known: dict[Element, bool]) -> bool:
    """Return whether an element stands beside the text: by its name, or because it leads to other pages.

    ``known`` has what is known already; what is not above it counts for nothing.
    """
    if element is not None and element not in known:
        known[element] = (
            element.tag in _AROUND
            or element.get("role") in _ROLES
            or bool(_ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}".casefold()))
            or (element.tag in _LEADING and _links(element) > _LINKS)
            or _is_beside(element.getparent(), known)
        )
    return element is not None and known[element]


def _links(element: Element) -> float:
    text = len("".join(element.itertext()).strip())
    return sum(len("".join(link.itertext()).strip()) for link in element.iter("a")) / text if text else 0


def _with_heading(tree: Element, blocks: list[Block]) -> list[Block]:
    """Return the blocks, and before them the page's heading where the extractor took it for no part of the text."""
    title = " ".join((tree.findtext(".//title") or "").split())
    texts = {" ".join(block.text.split()) for block in blocks}
    for heading in tree.iter("h1"):
        text = " ".join("".join(heading.itertext()).split())
        if text and title.startswith(text):
            return blocks if text in texts else [Block(text, 1), *blocks]
    return blocks
