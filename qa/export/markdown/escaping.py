r"""Any text into Markdown that shows it as it is, and back, exactly.

What Markdown, GitHub or pandoc would take for markup gets a backslash; white space that they would drop becomes an
entity, a line end a backslash and a line end. An empty comment follows an at sign, so that no address or name becomes a
link: a backslash does not keep GitHub from that.
"""

from __future__ import annotations

import re
from itertools import groupby

from qa.export.control_characters import SIGN, character, pieces

_MARKUP = re.compile(
    r"""[\\`*_{}\[\]<>#~|$^=]             # always
    | &(?=\#|\w+;)                        # an entity
    | (?<![^\n])[-+:]                     # a list, a rule, a definition, at the beginning of a line
    | (?<=-)- | (?<=\.)\.                 # a dash, an ellipsis
    | :(?=\S)(?!(?<=\d\d:)\d\d(?!\d))    # an address, an emoji, but not the time 12:30:00
    | (?<=\S)\.(?=\w\w)(?!(?<=\d\.)\d)   # the name of a site, but neither 3.14 nor U.S.
    | (?<=[wW])\.(?=\w)                   # www.1
    """,
    re.VERBOSE,
)
_NUMBERED = re.compile(r"^(\d+)([.)])(?!\d)", re.MULTILINE)
_SPACE = re.compile(r"[^\S\n ]|(?:(?<=\s)|^) | (?=\n|\Z)")
_PLAIN = re.compile(r"(?! )(?:[\w./:,()+%=@~?&#-]| (?! ))+(?<! )")
_SIGNS = re.compile(rf"{SIGN.pattern}(?: {SIGN.pattern})*")
_SPAN = re.compile(r"`([^`\n]+)`")
_CODED = re.compile(r"\\([!-/:-@\[-`{-~])|\\(\n)|`([^`\n]*)`|&#(\d{1,7});|(@)<!-- -->|(\n)")


def inline(text: str) -> str:
    """Return one line of Markdown that is read as the text."""
    return _marked(text).replace("\\\n", "&#10;")


def code(text: str) -> str:
    """Return a file's name or an address in a code span, which needs no backslash, else as `inline` writes it."""
    plain = _PLAIN.fullmatch(text) and not _SIGNS.fullmatch(text) and not any(sign for sign, _ in pieces(text))
    return f"`{text}`" if plain else inline(text)


def block(text: str) -> str:
    r"""Return lines of Markdown that are read as the text, each but the last with a backslash at its end.

    A line end at the start or end of the text is an entity: Markdown would drop it there.
    """
    body = text.strip("\n")
    if not body:
        return "&#10;" * len(text)
    first, last = len(text) - len(text.lstrip("\n")), len(text) - len(text.rstrip("\n"))
    return f"{'&#10;' * first}{_marked(body)}{'&#10;' * last}"


def text_of(markdown: str) -> str:
    """Return the text that `inline` or `block` wrote. A plain line end, which other programs insert, is a space."""

    def plain(match: re.Match[str]) -> str:
        mark, end, sign, code, at, _ = match.groups()
        if mark or end or at:
            return str(mark or end or at)
        if sign is not None:
            characters = [character(one) for one in sign.split(" ")]
            return match[0] if None in characters else "".join(filter(None, characters))
        if code is not None:
            return chr(int(code)) if int(code) <= 0x10FFFF else match[0]
        return " "

    return _CODED.sub(plain, markdown)


def text_of_code(markdown: str) -> str:
    """Return the text that `code` wrote."""
    span = _SPAN.fullmatch(markdown)
    return span[1] if span and not _SIGNS.fullmatch(span[1]) else text_of(markdown)


def _marked(text: str) -> str:
    """Mark up the text; adjacent signs share a code span, because two adjacent spans would be none."""
    runs = groupby(pieces(text), key=lambda piece: piece[0])
    written = ((sign, [piece for _, piece in run]) for sign, run in runs)
    return "".join(f"`{' '.join(run)}`" if sign else _escaped("".join(run)) for sign, run in written)


def _escaped(text: str) -> str:
    text = _MARKUP.sub(lambda match: f"\\{match[0]}", text)
    text = _NUMBERED.sub(r"\1\\\2", text)
    text = _SPACE.sub(lambda match: f"&#{ord(match[0])};", text)
    return text.replace("@", "@<!-- -->").replace("\n", "\\\n")
