"""A piece of a question, completed with the question before it: "Why?", "And in 2021?"."""

from __future__ import annotations

import re

from embeddings.words import plain_words
from qa.language.lexicon import AUXILIARIES, CALENDAR, QUESTION_WORDS
from qa.query.followup.pronouns import telling

LONGEST = 25  # words of a question that is repeated
_AUX = "|".join(AUXILIARIES)
_BARE = re.compile(r"(?:(?:and|but|so)\s+)?(?P<word>why|when|where|how)(?P<end>\s*[?!.]*)", re.IGNORECASE)
_CLAUSE = re.compile(rf"(?:(?:why|when|where|how|who|whom|what)\s+)?(?P<rest>(?:{_AUX})\s+\S.*)", re.IGNORECASE)
_SUBJECT = re.compile(rf"(?:who|what)\s+(?:{_AUX})\b", re.IGNORECASE)
_OBJECT = re.compile(r"what\s+(?:do|does|did)\s+\S+\s+call\b", re.IGNORECASE)
_WHEN = r"in|on|at|by|before|after|during|since|until|between|around|under|from|for|with|without|near"
_ADDED = re.compile(
    rf"(?:(?:and|but|so|or|then)[\s,]+)?(?:(?:what|how)\s+about\s+)?(?P<added>(?:{_WHEN})\s+[^?.!,;:]+?)\s*[?.!]*",
    re.IGNORECASE,
)
_JOINED = r"(?:(?:and|but|so|or|then|also|ok|okay|yes|no)\b[\s,]*)"
_ABOUT = re.compile(rf"\s*{_JOINED}*(?:(?:what|how)\s+about|what\s+of|(?:oops[\s,]*)?I\s+meant?)\b", re.IGNORECASE)
_AND = re.compile(rf"\s*{_JOINED}", re.IGNORECASE)
_PIECE = 2  # content words of "And in 2021?"
_OF_A_SENTENCE = (AUXILIARIES | QUESTION_WORDS) - CALENDAR
_YEAR = re.compile(r"\b(?P<word>in|since|before|after|until|by|during)\s+(?:1[5-9]|20)\d\d\b", re.IGNORECASE)


def is_fragment(text: str) -> bool:
    """Return whether a question is no sentence of its own: "And in 2021?", "In Karachi?", "What about it?", "Why?"."""
    content = telling(text)
    piece = bool(_AND.match(text)) and content <= _PIECE
    return not content or piece or bool(_ABOUT.match(text)) or _is_place_or_time(text)


def _is_place_or_time(text: str) -> bool:
    added = _ADDED.fullmatch(text.strip())
    rest = added["added"].partition(" ")[2] if added else ""
    return 0 < telling(rest) <= _PIECE and not {*plain_words(rest)} & _OF_A_SENTENCE


def completed(piece: str, earlier: str) -> tuple[str, str] | None:
    """Return the whole question and the words of the earlier one in it; None where they cannot simply be put together.

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
    """Return what is replaced by a time or a place: a year by a year, "in Lahore" at the end by "in Karachi"."""
    if _YEAR.fullmatch(added.strip()):
        return _YEAR
    return re.compile(
        rf"\s{added.split(maxsplit=1)[0]}\s+(?-i:[^\W\d_]*[A-Z][^\s]*)(?:\s+(?-i:[A-Z][^\s]*))*$", re.IGNORECASE
    )
