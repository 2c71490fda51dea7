"""Numbers as lists write them."""

from __future__ import annotations

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


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
