"""What was typed and chosen in the forms of a web page that was saved, as text."""

from __future__ import annotations

import re

from embeddings.formats.page.css import Element
from embeddings.formats.signs import box_sign

_TYPED = frozenset({"", "text", "date", "datetime-local", "email", "month", "number", "tel", "time", "url", "week"})
_SEARCH = re.compile(r"search|login|sign-?in|newsletter|subscri", re.IGNORECASE)
_BLOCKS = ("div", "fieldset", "section", "table", "ul", "ol", "dl", "p", "li", "td", "h1", "h2", "h3", "h4", "h5", "h6")


def values_as_text(tree: Element) -> None:
    """Put what was typed and chosen into a page's text; a form that nobody filled in stays as it is."""
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
