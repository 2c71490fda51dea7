"""How rows, boxes, comments, struck out words and the numbers of lists are written, the same in every format."""

from __future__ import annotations

BETWEEN_CELLS = " | "
"""What stands between the cells of a row."""
TICKED, OPEN = "\u2612", "\u2610"
STRUCK_OUT = "~~"
"""What stands before and behind words that are struck out and still to be read, as in Markdown."""
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def box_sign(*, ticked: bool) -> str:
    """Return the sign of a box of a form."""
    return TICKED if ticked else OPEN


def comment_by(author: str) -> str:
    """Return what stands before a comment, so that it is told from the document's own words."""
    return f"[Comment by {author}]" if author else "[Comment]"


def letters(number: int) -> str:
    """Return a, b, ... z, aa, bb, ... as Word counts with letters."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""


def roman(number: int) -> str:
    """Return the number in capital Roman letters."""
    parts: list[str] = []
    for size, sign in _ROMAN:
        times, number = divmod(number, size)
        parts.append(sign * times)
    return "".join(parts)
