"""Lines with words of scripts that run leftwards, as they are read.

Some programs draw the letters of such a word from left to right, brackets by their shape, and the words of a Latin name
from right to left; the engine gives them so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from unicodedata import bidirectional, combining

from embeddings.formats.pdf.glyphs import Glyph, is_leftwards

_SPACE = 0x20
_LATIN = ("L", "EN")
_OPENING = {ord("("): ord(")"), ord("["): ord("]"), ord("{"): ord("}"), 0xAB: 0xBB, 0x2039: 0x203A}
_MIRRORED = _OPENING | {closing: opening for opening, closing in _OPENING.items()}


def as_read(glyphs: Sequence[Glyph], middle: Callable[[int], float]) -> list[Glyph]:
    """Return the characters of a line in the order in which they are read; ``middle`` tells where one stands."""
    ordered: list[Glyph] = []
    for leftwards, word in groupby(glyphs, key=lambda glyph: is_leftwards(glyph[1])):
        letters = list(word)
        if leftwards and len(letters) > 1:
            places = [middle(at) for at, _, _ in letters]
            alone = [place for place, (_, code, _) in zip(places, letters, strict=True) if not combining(chr(code))]
            rightwards = sum(before < after for before, after in pairwise(alone))
            if 2 * rightwards > len(alone) - 1:
                by_place = sorted(range(len(letters)), key=lambda place: (-places[place], -place))
                letters = [letters[place] for place in by_place]
        ordered += letters
    if 2 * sum(is_leftwards(code) for _, code, _ in glyphs) < sum(chr(code).isalpha() for _, code, _ in glyphs):
        return ordered
    return _with_brackets(_with_latin_names(ordered, middle))


def _with_latin_names(glyphs: Sequence[Glyph], middle: Callable[[int], float]) -> list[Glyph]:
    """Return a line with the words of each name that runs rightwards in the order in which they stand on the page."""
    kinds = [bidirectional(chr(code)) for _, code, _ in glyphs]
    ordered: list[Glyph] = []
    at = 0
    while at < len(glyphs):
        end = at
        while kinds[at] == "L" and end < len(glyphs) and kinds[end] not in ("R", "AL", "AN"):
            end += 1
        while end > at and kinds[end - 1] != "L":
            end -= 1
        name = list(glyphs[at:end])
        if name and middle(name[0][0]) > middle(name[-1][0]):
            words = [[*word] for _, word in groupby(name, key=lambda glyph: bidirectional(chr(glyph[1])) in _LATIN)]
            name = [glyph for word in reversed(words) for glyph in word]
            if ordered and ordered[-1][1] in _MIRRORED:  # what closes behind the name
                name.append(ordered.pop())
        ordered += name or [glyphs[at]]
        at = max(end, at + 1)
    return ordered


def _with_brackets(glyphs: list[Glyph]) -> list[Glyph]:
    """Return a line whose brackets open before what is in them, where they were given by their shape."""
    kinds = [bidirectional(chr(code)) for _, code, _ in glyphs]
    turned = list(glyphs)
    for opening, closing in _OPENING.items():
        signs = [place for place, (_, code, _) in enumerate(glyphs) if code in (opening, closing)]
        codes = [glyphs[place][1] for place in signs]
        own = [place for place in signs if not _is_latin(kinds, place)]
        if len(set(codes)) == 1 and len(codes) % 2 == 0:  # every other one by its shape
            own = [place for count, place in enumerate(signs) if codes[count] != (opening, closing)[count % 2]]
        elif not own or glyphs[own[0]][1] == opening:
            continue
        for place in own:
            at, code, run = glyphs[place]
            turned[place] = at, _MIRRORED[code], run
    if turned == glyphs:
        return glyphs
    for place, (one, other) in enumerate(pairwise(turned)):
        opens, closes = one[1] in _OPENING and other[1] == _SPACE, one[1] == _SPACE and other[1] in _OPENING.values()
        if opens or closes:
            turned[place : place + 2] = turned[place + 1], turned[place]
    return turned


def _is_latin(kinds: Sequence[str], place: int) -> bool:
    """Return whether a sign stands between words that run rightwards."""
    before = next((kind for kind in reversed(kinds[:place]) if kind not in ("WS", "ON")), "R")
    behind = next((kind for kind in kinds[place + 1 :] if kind not in ("WS", "ON")), "R")
    return before == behind == "L"
