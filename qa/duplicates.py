"""Passages that say the same in nearly the same words, as agency reports in several papers do."""

from __future__ import annotations

import re

__all__ = ["Wording", "say_the_same"]

ALIKE = 0.8  # Jaccard similarity of the remaining words
_TOKEN = re.compile(r"[^\W_]+(?:[.,:'’/-][^\W_]+)*")
_EXACT_WORDS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million "
    "millions billion billions dozen dozens half quarter first second third fourth fifth once twice no not never none "
    "nobody nothing without neither nor today yesterday tomorrow".split()
)


class Wording:
    """What of a text must be equal (numbers, names, dates, negations, in order) and what may differ a little."""

    __slots__ = ("exact", "rest")

    def __init__(self, text: str) -> None:
        tokens = _TOKEN.findall(text)
        self.exact = tuple(token.casefold() for token in tokens if _is_exact(token))
        self.rest = frozenset(token for token in tokens if not _is_exact(token))


def say_the_same(one: Wording, other: Wording) -> bool:
    """Whether two texts have the same numbers, names, dates and negations in the same order, and most other words."""
    if one.exact != other.exact:
        return False
    together = len(one.rest | other.rest)
    return together == 0 or len(one.rest & other.rest) >= ALIKE * together


def _is_exact(token: str) -> bool:
    """A token with a digit or a capital, a number word or a negation; and all of a script without small letters."""
    return not token.islower() or any(character.isdigit() for character in token) or token in _EXACT_WORDS
