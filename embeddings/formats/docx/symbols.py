"""Signs of the fonts that have pictures in place of letters, as characters."""

from __future__ import annotations

from embeddings.formats.docx.names import WORD, Element
from embeddings.formats.signs import OPEN, TICKED

UNKNOWN = "\ufffd"

_WINGDINGS = {
    0xFE: TICKED,
    0xFD: TICKED,
    0xA8: OPEN,
    0x6F: OPEN,
    0x71: OPEN,
    0x72: OPEN,
    0xFC: "\u2713",
    0xFB: "\u2717",
}
_WINGDINGS |= dict.fromkeys((0xA7, 0x6C, 0x6E, 0x9F, 0x77, 0x76, 0xD8), "\u2022") | {0xE0: "\u2192", 0xDF: "\u2190"}
_SIGNS: dict[str, dict[int, str]] = {
    "wingdings": _WINGDINGS,
    "wingdings 2": {0x52: TICKED, 0x53: TICKED, 0x54: TICKED, 0xA3: OPEN, 0x50: "\u2713", 0x4F: "\u2717"},
    "symbol": dict(
        zip(
            (*range(0x61, 0x7B), *range(0x41, 0x5B)),
            "αβχδεφγηιϕκλμνοπθρστυϖωξψζΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
            strict=True,
        )
    )
    | dict(zip(range(0x30, 0x3A), "0123456789", strict=True))
    | {0xB0: "°", 0xB1: "±", 0xA3: "≤", 0xB3: "≥", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xB7: "•", 0xAE: "→"}
    | {0x2D: "\u2212", 0x2B: "+", 0x3D: "=", 0xA2: "\u2032", 0xB2: "\u2033", 0xA5: "∞", 0xB6: "∂", 0xE5: "∑"},
}


def sign(symbol: Element) -> str:
    """Return the character that a sign stands for; U+FFFD where that is not known."""
    try:
        code = int(symbol.get(f"{WORD}char") or "", 16)
    except ValueError:
        return UNKNOWN
    return in_font(code, symbol.get(f"{WORD}font") or "")


def in_font(code: int, font: str) -> str:
    """Return the character that a code stands for in a font."""
    font = font.casefold()
    own = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if font in _SIGNS and 0x20 < own <= 0xFF:
        return _SIGNS[font].get(own, UNKNOWN)
    character = chr(code) if 0 <= code <= 0x10FFFF else UNKNOWN
    if font.startswith(("webdings", "wingdings")) and 0x20 < code <= 0xFF:
        return UNKNOWN
    return character if character.isprintable() or character.isspace() else UNKNOWN
