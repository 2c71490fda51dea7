"""What holds within a group of Rich Text Format, and the control words that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

SIGNS = {
    "emdash": "\u2014", "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c",
    "rdblquote": "\u201d", "bullet": "\u2022", "emspace": " ", "enspace": " ", "qmspace": " ", "~": "\u00a0", "_": "-",
    "-": "", "tab": "\t", "line": "\n", "zwj": "\u200d", "zwnj": "\u200c", "{": "{", "}": "}", "\\": "\\",
    "nestcell": " ", "nestrow": " ",
}  # fmt: skip
"""The text of control words that stand for it."""


@dataclass(slots=True)
class State:
    """What holds within a group; ``hidden`` is 2 for what was deleted, ``shift`` above 0 for what is raised."""

    into: str = "body"
    hidden: int = 0
    shift: int = 0
    skip: int = 1
    font: int = 0
    in_table: bool = False
    level: int = 0


def _sets(**changes: Callable[[int], int]) -> Callable[[State, int], None]:
    def change(state: State, number: int) -> None:
        for name, value in changes.items():
            setattr(state, name, value(number))

    return change


def _zero(_: int) -> int:
    return 0


CHANGES: Mapping[str, Callable[[State, int], None]] = {
    "plain": _sets(hidden=_zero, shift=_zero, font=_zero),
    "pard": _sets(in_table=_zero, level=_zero),
    "v": _sets(hidden=bool),
    "deleted": _sets(hidden=lambda number: 2 * bool(number)),
    "intbl": _sets(in_table=bool),
    "uc": _sets(skip=lambda number: max(0, number)),
    "f": _sets(font=int),
    "super": _sets(shift=bool),
    "sub": _sets(shift=lambda number: -bool(number)),
    "nosupersub": _sets(shift=_zero),
    "up": _sets(shift=bool),
    "dn": _sets(shift=lambda number: -bool(number)),
}
"""What control words do to the state; their number is 1 where none is given."""
