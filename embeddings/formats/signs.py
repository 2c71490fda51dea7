"""How boxes, comments and what is struck out are written, the same in every format."""

from __future__ import annotations

TICKED, OPEN = "\u2612", "\u2610"
STRUCK_OUT = "~~"
"""What stands before and behind words that are struck out and still to be read, as in Markdown."""


def box_sign(*, ticked: bool) -> str:
    """Return the sign of a box of a form."""
    return TICKED if ticked else OPEN


def comment_by(author: str) -> str:
    """Return what stands before a comment, so that it is told from the document's own words."""
    return f"[Comment by {author}]" if author else "[Comment]"
