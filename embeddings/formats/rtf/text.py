"""The text of Rich Text Format: paragraphs, rows, notes and comments, and what the file says about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field

from embeddings.errors import UnreadableFile
from embeddings.formats.blocks import Block
from embeddings.formats.rtf.flow import Flow
from embeddings.formats.rtf.state import CHANGES, SIGNS, State
from embeddings.formats.rtf.tokens import Token, codec_of, codec_of_page, tokens
from embeddings.formats.signs import box_sign, comment_by

_PARAGRAPH_ENDS = frozenset({"par", "sect", "page", "column", "\r", "\n"})
_AROUND = frozenset({f"{kind}{page}" for kind in ("header", "footer") for page in ("", "l", "r", "f")})
_APART = frozenset({"footnote", "annotation", "shptxt", *_AROUND})
_NUMBERS = ("listtext", "pntext")
_NAMED = frozenset({"fonttbl", "stylesheet", "info", "atnauthor", "formfield", *_NUMBERS})
_READ_WITH_STAR = frozenset({"shpinst", "cs", "ts", "ds"})  # and what is named above; all others are left out
_LEFT_OUT = frozenset(
    {
        "colortbl",
        "pict",
        "objdata",
        "fldinst",
        "sp",
        "nonesttables",
        "bkmkstart",
        "bkmkend",
        "listtable",
        "filetbl",
        "xe",
    }
    | {"tc", "revtbl", "atnid", "atndate", "nonshppict", "shprslt", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc"}
)
_INFO = frozenset({"title", "author", "keywords", "creatim"})
_DEEPEST = 1000
_HEADINGS = {f"heading {level}": level for level in range(1, 10)} | {"title": 1}
_UNSET = 25  # of a box of a form that nobody changed


@dataclass
class Texts:
    """Reads a file; what it holds stands in the attributes then."""

    data: bytes
    hidden: int = 0
    info: dict[str, str] = field(default_factory=dict)
    around: dict[str, list[Block]] = field(default_factory=lambda: {"header": [], "footer": []})
    blocks: list[Block] = field(default_factory=list)
    breaks_off: bool = False
    _codec: str = "cp1252"
    _codecs: dict[int, str] = field(default_factory=dict)
    _levels: dict[int, int] = field(default_factory=dict)
    _style: int = 0
    _notes: int = 0
    _mark: str = ""  # of the note to come
    _said: str = ""
    _author: str = ""
    _box: dict[str, int] = field(default_factory=dict)
    _fallback: int = 0  # characters to come that stand for one in Unicode
    _bytes: bytes = b""
    _hiding: bool = False
    _flows: list[Flow] = field(default_factory=lambda: [Flow()])
    _states: list[State] = field(default_factory=lambda: [State()])

    def __post_init__(self) -> None:
        self._words = self._actions()
        opening = star = False
        for token in tokens(self.data):
            if token.kind == "bytes":
                skipped = min(self._fallback, len(token.data))
                self._fallback -= skipped
                self._bytes += token.data[skipped:]
                opening = False
                continue
            self._decode()
            if token.word == "*":
                star = True
                continue
            self._take(token, opening=opening, star=star)
            opening, star = token.kind == "{", False
        self._decode()
        self.breaks_off = len(self._states) > 1
        while len(self._states) > 1:
            self._close()
        self._flows[0].end_paragraph(self._states[0].level)
        self.blocks = self._flows[0].blocks

    def _take(self, token: Token, *, opening: bool, star: bool) -> None:
        if token.kind == "{":
            if len(self._states) > _DEEPEST:
                raise UnreadableFile(f"its groups are nested more than {_DEEPEST} deep; save it as .docx")
            self._states.append(copy(self._states[-1]))
            self._fallback = 0
        elif token.kind == "}":
            self._close()
            self._fallback = 0
        elif self._fallback:
            self._fallback -= 1
        elif not (opening and self._begins(token.word, star=star)):
            self._word(token)

    def _begins(self, name: str, *, star: bool) -> bool:
        """Take the first word of a group for the name of what is in it; return whether it is one."""
        state = self._states[-1]
        if state.into == "nothing" and name != "formfield":
            return True
        if name in _APART:
            self._flows.append(Flow())
            self._states[-1] = State(into=name, font=state.font, skip=state.skip)
        elif state.into == "info":
            state.into = name if name in _INFO else "nothing"
        elif name in _NAMED:
            state.into, self._said = name, ""
            self._box = {} if name == "formfield" else self._box
        elif name in _LEFT_OUT or (star and name not in _READ_WITH_STAR):
            state.into = "nothing"
        else:
            if state.into == "stylesheet":
                self._style = 0
            return False
        return True

    def _close(self) -> None:
        """End a group, and put what it holds where it belongs."""
        if len(self._states) == 1:
            return
        into = self._states.pop().into
        if into == self._states[-1].into:
            return
        if into in _APART:
            flow = self._flows.pop()
            flow.end_paragraph(0)
            self._put(into, flow.blocks)
        elif into == "atnauthor":
            self._author = " ".join(self._said.split())
        elif into in _NUMBERS and any(map(str.isalnum, self._said)):
            self._flows[-1].say(f"{self._said.strip()} ", 0)
        elif into == "formfield" and self._box.get("fftype") == 1:
            result = self._box.get("ffres", _UNSET)
            ticked = self._box.get("ffdefres", 0) if result == _UNSET else result
            self._flows[-1].say(box_sign(ticked=bool(ticked)), 0)

    def _put(self, into: str, blocks: list[Block]) -> None:
        if into in _AROUND:
            self.around[into[:6]] += blocks
        elif into == "shptxt":
            self._flows[-1].beside += blocks
        elif text := " ".join(" ".join(block.text for block in blocks).split()):
            mark = self._mark
            if into == "annotation":
                mark = comment_by(self._author)
            else:
                self._mark = ""
            self._flows[-1].beside.append(Block(f"{mark} {text}"))

    def _decode(self) -> None:
        """Take the bytes so far for text in the encoding of their font."""
        data, self._bytes = self._bytes, b""
        if data:
            self._say(data.decode(self._codecs.get(self._states[-1].font, self._codec), "replace"))

    def _say(self, text: str) -> None:
        state = self._states[-1]
        if state.into in _INFO:
            self.info[state.into] = self.info.get(state.into, "") + text
        elif state.into == "stylesheet":
            if (name := text.partition(";")[0].strip().casefold()) in _HEADINGS:
                self._levels.setdefault(self._style, _HEADINGS[name])
        elif state.into in _NAMED:
            self._said += text
        elif state.into != "nothing":
            self.hidden += state.hidden == 1 and bool(text.strip()) and not self._hiding
            self._hiding = bool(state.hidden) and (self._hiding or bool(text.strip()))
            if not state.hidden:
                self._flows[-1].say(text, state.shift)

    def _word(self, token: Token) -> None:
        word, number, state = token.word, token.number, self._states[-1]
        if state.into == "nothing":
            return
        if word in SIGNS:
            self._say(SIGNS[word])
        elif word == "u" and number is not None:
            self._say(chr(number % 0x10000))
            self._fallback = state.skip
        elif word in _PARAGRAPH_ENDS and state.into not in _NAMED | _INFO:
            self._hiding = False
            self._flows[-1].end_paragraph(state.level, in_table=state.in_table)
        elif state.into == "creatim":
            self.info[word] = f"{number or 0:02}"
        elif state.into == "formfield":
            self._box[word] = number or 0
        elif action := self._words.get(word):
            action(state, 1 if number is None else number)

    def _style_of(self, state: State, number: int) -> None:
        self._style = number
        if state.into != "stylesheet":
            state.level = self._levels.get(number, 0)

    def _outline(self, state: State, number: int) -> None:
        level = number + 1 if 0 <= number < 9 else 0
        if state.into == "stylesheet":
            self._levels[self._style] = level
        else:
            state.level = level

    def _charset(self, state: State, number: int) -> None:
        if codec := codec_of(number):
            self._codecs[state.font] = codec

    def _page(self, _: State, number: int) -> None:
        self._codec = codec_of_page(number)

    def _note(self, state: State, _: int) -> None:
        if state.into not in ("footnote", "annotation"):
            self._notes += 1
            self._mark = f"[{self._notes}]"
            self._flows[-1].say(self._mark, 0)

    def _actions(self) -> Mapping[str, Callable[[State, int], None]]:
        """Return what the other control words do."""
        return {
            **CHANGES,
            "ansicpg": self._page,
            "cell": lambda *_: self._flows[-1].end_cell(),
            "chftn": self._note,
            "fcharset": self._charset,
            "outlinelevel": self._outline,
            "row": lambda *_: self._flows[-1].end_row(),
            "s": self._style_of,
        }
