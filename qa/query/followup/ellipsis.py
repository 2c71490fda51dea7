"""A piece of a question, completed with the question before it: "Why?", "And in 2021?"."""

from __future__ import annotations

import re

__all__ = ["completed"]

LONGEST = 25  # words of a question that is repeated
_AUX = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
_BARE = re.compile(r"(?:(?:and|but|so)\s+)?(?P<word>why|when|where|how)(?P<end>\s*[?!.]*)", re.IGNORECASE)
_CLAUSE = re.compile(rf"(?:(?:why|when|where|how|who|whom|what)\s+)?(?P<rest>(?:{_AUX})\s+\S.*)", re.IGNORECASE)
_SUBJECT = re.compile(rf"(?:who|what)\s+(?:{_AUX})\b", re.IGNORECASE)
_OBJECT = re.compile(r"what\s+(?:do|does|did)\s+\S+\s+call\b", re.IGNORECASE)
_WHEN = r"in|on|at|by|before|after|during|since|until|between|around|under|from|for|with|without|near"
_ADDED = re.compile(
    rf"(?:(?:and|but|so|or|then)[\s,]+)?(?:(?:what|how)\s+about\s+)?(?P<added>(?:{_WHEN})\s+[^?.!,;:]+?)\s*[?.!]*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?P<word>in|since|before|after|until|by|during)\s+(?:1[5-9]|20)\d\d\b", re.IGNORECASE)


def completed(piece: str, earlier: str) -> tuple[str, str] | None:
    """The whole question and the words of the earlier one in it; None where they cannot simply be put together.

    A single "why", "when", "where" or "how" takes the place of the earlier question's own; a time or a place is added
    at its end, or takes the place of a year. ``earlier`` is without its question mark and without operators.
    """
    if not 1 < len(earlier.split()) <= LONGEST:
        return None
    bare = _BARE.fullmatch(piece.strip())
    clause = _CLAUSE.fullmatch(earlier)
    if bare and clause and not (_SUBJECT.match(earlier) and len(earlier.split()) < 3):
        rest = clause["rest"][0].lower() + clause["rest"][1:]
        gap = " that" if _OBJECT.match(earlier) else ""  # what is asked for is left out otherwise
        return f"{bare['word']} {rest}{gap}{bare['end'].strip() or '?'}", rest
    added = _ADDED.fullmatch(piece.strip())
    if added and len(added["added"].split()) <= 6:
        kept = " ".join(_replaced(added["added"]).sub("", earlier).split())
        return f"{kept} {added['added']}?", kept
    return None


def _replaced(added: str) -> re.Pattern[str]:
    """What a time or a place takes the place of: a year that of a year, "in Karachi" that of "in Lahore" at the end."""
    if _YEAR.fullmatch(added.strip()):
        return _YEAR
    return re.compile(
        rf"\s{added.split(maxsplit=1)[0]}\s+(?-i:[^\W\d_]*[A-Z][^\s]*)(?:\s+(?-i:[A-Z][^\s]*))*$", re.IGNORECASE
    )
