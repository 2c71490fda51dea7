"""Formulas on one line: a power or a fraction never becomes part of the number beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

_SIMPLE = re.compile(r"[\w.,%]*|\([^()]*\)|\[[^\[\]]*\]")
_DIGITS_UP = str.maketrans(
    "0123456789-\u2212+", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b\u207b\u207a"
)
_WHOLE = re.compile("[-\u2212+]?\\d+")
_ROOTS = {"": "\u221a", "2": "\u221a", "3": "\u221b", "4": "\u221c"}
_LEFT_OUT = frozenset({"annotation", "annotation-xml", "mphantom", "phant", "none", "mprescripts"})
_PROPERTIES = re.compile(r".*Pr")


def formula(element: Any) -> str:
    """Return the text of a formula, of MathML or of Office: x², 1/2, √(a+b), x_1.

    Of what raises, lowers or divides, the parts stand in the element in their order.
    """
    name = str(element.tag).rpartition("}")[2]
    parts = [
        child
        for child in element
        if isinstance(child.tag, str)
        and (child.tag.rpartition("}")[2] not in _LEFT_OUT)
        and not _PROPERTIES.fullmatch(child.tag.rpartition("}")[2])
    ]
    if name == "semantics":
        parts = parts[:1]
    texts = [formula(part) for part in parts]
    if name in ("d", "mfenced"):
        return _fenced(element, texts)
    if not texts:
        text = " " if name == "mspace" else re.sub(r"\s+", " ", element.text or "")
        return text if name in ("t", "mtext", "mspace") else text.strip()
    if name == "nary":
        return _sign(element, "naryPr/chr", "\u222b") + "".join(_bound(texts)) + f" {texts[-1]}"
    if name in _FORMS:
        return _FORMS[name](texts)
    return _side_by_side(texts)


def _side_by_side(texts: Sequence[str]) -> str:
    """Join texts; a fraction is kept from the number before it."""
    joined = ""
    for text in texts:
        joined += " " if joined[-1:].isdigit() and re.match(r"\d+/", text) else ""
        joined += text
    return joined


def _held(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _fraction(texts: Sequence[str]) -> str:
    return "/".join(_held(text) for text in texts)


def _power(texts: Sequence[str]) -> str:
    base, power = _pair(texts)
    if power in ("\u2032", "\u2033", "'", "\u2218", "\u00b0", "*"):
        return base + power.replace("\u2218", "\u00b0")
    base = _held(base)
    return base + (power.translate(_DIGITS_UP) if _WHOLE.fullmatch(power) else f"^{_held(power)}" if power else "")


def _below(texts: Sequence[str]) -> str:
    base, below = _pair(texts)
    return f"{base}_{_held(below)}" if below else base


def _both(texts: Sequence[str]) -> str:
    return _power([_below(texts[:2]), *texts[2:]])


def _pair(texts: Sequence[str]) -> tuple[str, str]:
    padded = [*(text.strip() for text in texts), "", ""]
    return padded[0], padded[1]


def _root(degree: str, inner: str) -> str:
    sign = _ROOTS.get(degree.strip(), "\u221a" if not degree else f"{degree.translate(_DIGITS_UP)}\u221a")
    return sign + (inner if _WHOLE.fullmatch(inner) or len(inner) == 1 else f"({inner})")


def _bound(texts: Sequence[str]) -> tuple[str, ...]:
    below, above = _pair(texts[:-1])
    return (f"_{_held(below)}" if below else "", f"^{_held(above)}" if above else "")


def _sign(element: Any, path: str, usual: str) -> str:
    namespace = element.tag.rpartition("}")[0] + "}"
    found = element.find("/".join(namespace + name for name in path.split("/")))
    return usual if found is None else str(found.get(f"{namespace}val") or "")


def _fenced(element: Any, texts: Sequence[str]) -> str:
    if str(element.tag).endswith("mfenced"):
        start, end = element.get("open") or "(", element.get("close") or ")"
        between = (element.get("separators") or ",")[:1] + " "
    else:
        start, end = _sign(element, "dPr/begChr", "("), _sign(element, "dPr/endChr", ")")
        between = _sign(element, "dPr/sepChr", "|")
    return start + between.join(texts) + end


_FORMS: dict[str, Callable[[Sequence[str]], str]] = {
    **dict.fromkeys(("f", "mfrac"), _fraction),
    **dict.fromkeys(("sSup", "msup"), _power),
    **dict.fromkeys(("sSub", "msub", "munder", "limLow"), _below),
    **dict.fromkeys(("sSubSup", "msubsup", "munderover"), _both),
    **dict.fromkeys(("limUpp",), _power),
    "mover": lambda texts: texts[0] if len(texts[-1]) == 1 and not texts[-1].isalnum() else _power(texts),
    "sPre": lambda texts: f"^{_held(_pair(texts)[1])}_{_held(_pair(texts)[0])} {texts[-1]}",
    "rad": lambda texts: _root(texts[0] if len(texts) > 1 else "", texts[-1] if texts else ""),
    "mroot": lambda texts: _root(texts[-1], texts[0]),
    "msqrt": lambda texts: _root("", _side_by_side(texts)),
    "func": " ".join,
    **dict.fromkeys(("eqArr", "m", "mtable"), "; ".join),
    **dict.fromkeys(("mr", "mtr"), " ".join),
}
"""How the parts of each kind are written; those of Office are named as its reference names them."""
