"""What of a web page is not seen: by its attributes, or by its own style sheets where they can be read."""

from __future__ import annotations

import re

from embeddings.formats.page.css import Declared, Element, Styles, names_of

_UNSEEN = frozenset(
    {".sr-only", ".visually-hidden", ".visuallyhidden", ".screen-reader-text", ".screen-reader-only", ".a11y-hidden"}
)  # names that mean it, also where the style sheet is not at hand
_NOT_LOOKED_AT = frozenset({"html", "body", "head", "script", "style", "title", "meta", "link"})
_NEVER_SEEN = frozenset({"template", "noscript"})
_INLINE = frozenset({"a", "b", "em", "font", "i", "small", "span", "strong", "u"})
_LINES = frozenset({"block", "flex", "grid", "list-item", "table"})
_ZERO = re.compile(r"0*\.?0*(?:px|pt|em|rem|%)?")
_FAR = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%|vw)?")
_CUT = re.compile(r"rect\([01](?:px)?(?:[ ,]+[01](?:px)?){3}\)|inset\((?:50|100)%\)")
_PIXEL = re.compile(r"[01](?:px)?")
_BLACK, _WHITE = "#000000", "#ffffff"
_COLOURS = {"white": _WHITE, "#fff": _WHITE, "rgb(255,255,255)": _WHITE} | {"black": _BLACK, "#000": _BLACK}
_OTHER = "?"  # a ground that is not known
_UP, _DOWN = re.compile(r"super|(?:text-)?top|\d[\d.]*\D+|\.\d+\D+"), re.compile(r"sub|-[\d.]+\D+")
_SMALL = re.compile(r"0?\.\d+r?em|[1-8]\d(?:\.\d+)?%|smaller|x?x-small|\d(?:\.\d+)?p[xt]")
_STRIKING = ("text-decoration", "text-decoration-line")
_KINDS = {"lower-latin": "a", "lower-alpha": "a", "upper-latin": "A", "upper-alpha": "A"}
_KINDS |= {"lower-roman": "i", "upper-roman": "I"}
_MARK = 12  # characters, the longest mark that is raised by a style
_WORDS = 3  # of what is said to be decoration, and is none


def leave_out_hidden(tree: Element, sheets: str = "") -> int:
    """Take what is not seen from a page's tree; return how many parts.

    What a style raises becomes ``sup``, what it makes a line of its own ``div``, a list without numbers ``ul``.
    """
    styles = Styles(tree, sheets)
    most = len("".join(tree.itertext())) / 2
    states: dict[Element, tuple[bool, str, str]] = {}  # is it visible, its colour, that of its ground
    gone: set[Element] = set()
    count = 0
    for element in [*tree.iter()]:
        parent = element.getparent()
        if not isinstance(element.tag, str) or element.tag in _NOT_LOOKED_AT or parent in gone:
            gone |= {element} if parent in gone else set()
            continue
        own = styles.of(element)
        decoration = element.get("aria-hidden") == "true"
        if _is_gone(element, own, styles, most):
            gone.add(element)
            count += not decoration and _length(element) > 0
            element.drop_tree()
            continue
        visible, colour, ground = states.get(parent, (True, "", _OTHER if styles.linked else _WHITE))
        if "visibility" in own and not (_length(element) > most or styles.may_show(element)):
            visible = own["visibility"] not in ("hidden", "collapse")
        style = (element.get("style") or "").casefold()  # a rule's colour may be for a ground that is not known here
        colour = _colour((own.get("color", "") if "color" in style else "") or element.get("color") or "") or colour
        ground = _ground(own, element) or ground
        states[element] = visible, colour, ground
        drawn = not any("text-stroke" in name or name in ("text-shadow", "background-clip") for name in own)
        if (not visible or (drawn and colour in (ground, "transparent"))) and _blank(element):
            count += 1
        _raise(element, own)
        if element.tag == "span" and own.get("display") in _LINES and not (parent.text or element.tail or "").strip():
            element.tag = "div"
        if element.tag in _INLINE and any("line-through" in own.get(name, "") for name in _STRIKING):
            element.tag = "s"
        if element.tag == "ol":
            _count(element, own, styles)
    return count


def _length(element: Element) -> int:
    return len("".join(element.itertext()).strip())


def _is_gone(element: Element, own: Declared, styles: Styles, most: float) -> bool:
    if element.tag in _NEVER_SEEN or (element.tag == "dialog" and element.get("open") is None):
        return True
    beside = (element.getprevious(), element.getnext())
    if element.get("aria-hidden") == "true":
        text = "".join(element.itertext())
        del element.attrib["aria-hidden"]  # an extractor would leave out what is seen
        if any(_has_maths(other) for other in beside) or not (
            any(map(str.isdigit, text)) or len(text.split()) >= _WORDS
        ):
            return True
    style = (element.get("style") or "").casefold()
    said = element.get("hidden")
    if said is not None and said != "until-found" and "display" not in style:
        return True
    if not names_of(element).isdisjoint(_UNSEEN):
        return True
    if _has_maths(element) and element.tag == "span":
        return False  # it stands for the picture beside it
    by_rule = not any(name in style for name in ("display", "opacity", "font-size", "position", "text-indent"))
    return _hides(element, own, moving=by_rule) and not (
        by_rule and (_length(element) > most or styles.may_show(element))
    )


def _hides(element: Element, own: Declared, *, moving: bool) -> bool:
    """Return whether what is declared hides all of an element; ``moving`` says that opacity may grow."""
    if own.get("display") == "none":
        return True
    moving = moving or any(name.startswith(("animation", "transition", "transform")) for name in own)
    if not moving and _ZERO.fullmatch(own.get("opacity", "1")):
        return True
    if _ZERO.fullmatch(own.get("font-size", "1")):
        return not any("font-size" in (child.get("style") or "") for child in element.iterdescendants())
    if _FAR.fullmatch(own.get("text-indent", "0")):
        return True
    if own.get("position") not in ("absolute", "fixed"):
        return False
    far = any(_FAR.fullmatch(own.get(side, "0")) for side in ("left", "top", "right"))
    cut = any(_CUT.fullmatch(own.get(name, "")) for name in ("clip", "clip-path"))
    return far or cut or all(_PIXEL.fullmatch(own.get(name, "")) for name in ("width", "height"))


def _has_maths(element: Element | None) -> bool:
    return element is not None and next(element.iter("math"), None) is not None


def _colour(said: str) -> str:
    plain = said.casefold().replace(" ", "")
    return _COLOURS.get(plain, plain if plain not in ("inherit", "currentcolor", "unset", "initial") else "")


def _ground(own: Declared, element: Element) -> str:
    if "background-image" in own:
        return _OTHER
    said = own.get("background-color") or own.get("background") or element.get("bgcolor") or ""
    if element.get("background") or "(" in said.replace("rgb(", ""):
        return _OTHER
    plain = _colour(said.split()[0] if said and "rgb" not in said else said)
    return "" if plain in ("none", "transparent") else plain


def _blank(element: Element) -> bool:
    """Take an element's own text away, not that of others in it; return whether there was any."""
    parts = [element.text, *(child.tail for child in element)]
    if not any((part or "").strip() for part in parts):
        return False
    element.text = " "
    for child in element:
        child.tail = " "
    return True


def _count(listed: Element, own: Declared, styles: Styles) -> None:
    """Give a list the numbers that a style gives it, or none."""
    kinds = [styles.counted[name] for name in names_of(listed) if name in styles.counted]
    if kinds:  # as programs for texts on the web count
        listed.set("type", _KINDS.get(kinds[0], "1"))
    elif "none" in own.get("list-style-type", own.get("list-style", "")):
        listed.tag = "ul"


def _raise(element: Element, own: Declared) -> None:
    """Make an element that a style raises or lowers ``sup`` or ``sub``."""
    if element.tag not in _INLINE or next(element.iterancestors("sup", "sub"), None) is not None:
        return
    at, small = own.get("vertical-align", ""), bool(_SMALL.fullmatch(own.get("font-size", "")))
    if own.get("position") == "relative" and small:
        bottom, top = own.get("bottom", ""), own.get("top", "")
        up, down = _UP.fullmatch(bottom) or _DOWN.fullmatch(top), _DOWN.fullmatch(bottom) or _UP.fullmatch(top)
    else:
        up, down = _UP.fullmatch(at), _DOWN.fullmatch(at)
        if at not in ("super", "sub") and not small:
            return
    if (up or down) and len("".join(element.itertext()).strip()) <= _MARK:
        element.tag = "sup" if up else "sub"
