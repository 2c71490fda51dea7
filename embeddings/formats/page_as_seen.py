"""A web page as who reads it sees it: without what it hides, with what stands in its forms, captions and marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from embeddings.formats.raised import written

Element: TypeAlias = Any  # lxml.html.HtmlElement

_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:opacity|font-size)\s*:\s*0(?:\.0*)?[a-z%]*)\s*(?:!|;|$)"
)
_HIDES = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\s*(?:!|;|$)")
_SHOWS = re.compile(r"display\s*:\s*(?!none)[a-z]|visibility\s*:\s*visible")
_ALIGNED = re.compile(r"vertical-align\s*:\s*(super|sub)\b")
_MOVED = re.compile(r"(?:^|[;\s])top\s*:\s*(-?)0?\.[1-9]\d*em")  # with a smaller font, as LibreOffice writes it
_LAST = re.compile(r"[.#][\w-]+")
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"(?:\w+)?[.#][\w-]+")
_AT_RULE = re.compile(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|@[^;{}]*;|/\*.*?\*/", re.DOTALL)
_TYPED = frozenset({"", "text", "date", "datetime-local", "email", "month", "number", "tel", "time", "url", "week"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINES = ("p", "li", "td", "th", "dd", "dt", "figcaption", "blockquote", *_HEADINGS)
_BLOCKS = ("div", "fieldset", "section", "table", "ul", "ol", "dl", *_LINES)
_INLINE = frozenset({"a", "b", "em", "font", "i", "span", "strong", "u"})
_POSTS = 2  # posts with a time of their own make a live blog


def as_seen(tree: Element, sheets: str = "") -> tuple[str, ...]:
    """Change a page's tree to what is seen of it; return notes on what was left out.

    Hidden parts go, by their attributes or by simple rules of the page's own style sheets, to which ``sheets`` beside
    it belong. Raised marks, values of forms, captions and the times of posts become text that an extractor keeps.
    """
    rules = _rules(tree, sheets)
    hidden = [element for element in _hidden(tree, rules) if "".join(element.itertext()).strip()]
    for element in hidden:
        if element.getparent() is not None:
            element.drop_tree()
    _shift(tree, rules)
    for element in tree.iter():
        element.attrib.pop("style", None)  # an extractor would judge it anew
    for element in [one for one in tree.iter("sup", "sub") if next(one.iterancestors("sup", "sub"), None) is None]:
        _mark(element)
    for form in [*tree.iter("form")]:
        if _filled(form):
            _values(form)
            for part in [form, *form.iter("div", "fieldset", "section")]:
                part.tag = "div" if any(True for _ in part.iterdescendants(*_BLOCKS)) else "p"
    for caption in [*tree.iter("figcaption")]:
        _beside(caption)
    _several(tree)
    _times(tree)
    return (f"left out {len(hidden)} parts that the page hides",) if hidden else ()


def _rules(tree: Element, beside: str) -> list[tuple[str, str]]:
    """Return the rules of the style sheets in a page and beside it: each a selector and what is declared for it."""
    own = (style.text or "" for style in tree.iter("style") if "print" not in (style.get("media") or ""))
    sheets = " ".join([*own, beside])
    return [
        (selector.strip(), declared.casefold())
        for selectors, declared in _RULE.findall(_AT_RULE.sub("", sheets))
        for selector in selectors.split(",")
    ]


def _shift(tree: Element, rules: list[tuple[str, str]]) -> None:
    """Take what a style raises or lowers for what ``<sup>`` and ``<sub>`` do."""
    shifts = {
        selector: tag for selector, declared in rules if _SIMPLE.fullmatch(selector) and (tag := _shifted(declared))
    }
    for element in [*tree.iter("a", "font", "small", "span")]:
        own = _shifted((element.get("style") or "").casefold())
        tag = own or next((shifts[name] for name in _names(element) if name in shifts), "") if shifts or own else ""
        element.tag = tag or element.tag


def _shifted(declared: str) -> str:
    """Return ``sup`` or ``sub`` for what is declared of text above or below the line; else an empty text."""
    if aligned := _ALIGNED.search(declared):
        return "sup" if aligned[1] == "super" else "sub"
    moved = _MOVED.search(declared) if "relative" in declared and "font-size" in declared else None
    return "" if moved is None else "sup" if moved[1] else "sub"


def _hidden(tree: Element, rules: list[tuple[str, str]]) -> Iterator[Element]:
    selectors = {selector for selector, declared in rules if _SIMPLE.fullmatch(selector) and _HIDES.search(declared)}
    for selector, declared in rules:  # what another rule may show again, as a script or a state does, stays
        if _SHOWS.search(declared):
            selectors -= {hidden for hidden in selectors if _LAST.findall(hidden)[-1:] == _LAST.findall(selector)[-1:]}
    most = len("".join(tree.itertext())) / 2
    for element in [*tree.iter()]:
        if not isinstance(element.tag, str) or element.tag in ("html", "body", "head", "script", "style"):
            continue
        if element.tag == "template":
            yield element
            continue
        by_rule = bool(selectors) and not (
            selectors.isdisjoint(_names(element)) or _SHOWS.search(element.get("style") or "")
        )
        if _hides(element) or (by_rule and len("".join(element.itertext())) < most):
            yield element


def _hides(element: Element) -> bool:
    said = element.get("hidden")
    style = (element.get("style") or "").casefold()
    if _SHOWS.search(style):  # said twice, or by a child
        return False
    shown = "visibility" in style and any(
        _SHOWS.search((part.get("style") or "").casefold()) for part in element.iter()
    )
    return (said is not None and said != "until-found") or (bool(_HIDING.search(style)) and not shown)


def _names(element: Element) -> Iterator[str]:
    named = [f".{name}" for name in (element.get("class") or "").split()] + [f"#{element.get('id')}"]
    for name in named:
        yield from (name, f"{element.tag}{name}")


def _mark(element: Element) -> None:
    """Put what is raised or lowered into the text, written so that it can be told from it."""
    mark = "".join(element.itertext())
    text = written(_before(element), mark, element.tail or "", lowered=element.tag == "sub")
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


def _filled(form: Element) -> bool:
    return any(_is_typed(field) or field.get("checked") is not None for field in form.iter("input")) or any(
        (area.text or "").strip() for area in form.iter("textarea")
    )


def _is_typed(field: Element) -> bool:
    return (field.get("type") or "").casefold() in _TYPED and bool((field.get("value") or "").strip())


def _values(form: Element) -> None:
    """Put what was typed and chosen in a form into its text."""
    for field in [*form.iter("input", "textarea", "select", "label", "button")]:
        kind = (field.get("type") or "").casefold()
        if field.tag == "button" or (field.tag == "input" and kind in ("submit", "button", "hidden", "password")):
            field.drop_tree()
            continue
        said = _said(field, kind)
        if said is not None:
            for child in [*field]:
                child.drop_tree()
            field.text = f" {said} "
        field.drop_tag()


def _said(field: Element, kind: str) -> str | None:
    if field.tag == "input":
        ticked = "[x]" if field.get("checked") is not None else "[ ]"
        return ticked if kind in ("checkbox", "radio") else (field.get("value") or "")
    if field.tag == "select":
        chosen = [option for option in field.iter("option") if option.get("selected") is not None]
        return ", ".join("".join(option.itertext()).strip() for option in chosen)
    return None


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
    """Make one main part of several articles side by side, of which an extractor would take the first."""
    articles = [article for article in tree.iter("article") if next(article.iterancestors("article"), None) is None]
    sizes = [len("".join(article.itertext())) for article in articles]
    if 2 * max(sizes, default=0) >= sum(sizes) or len({article.getparent() for article in articles}) > 1:
        return
    first, parent = articles[0], articles[0].getparent()
    main = parent.makeelement("main")
    first.addprevious(main)
    main.extend(parent[parent.index(first) : parent.index(articles[-1]) + 1])
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
