"""What a reader says of an answer, kept in a local file that ``qa evaluate`` reads: one JSON object a line."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast, get_args

from embeddings.documents.folder import printable, resolve_folder
from embeddings.errors import FeedbackError, FilterError
from embeddings.index.location import data_place
from qa.types.answers import Answer
from qa.types.filters import Filters
from qa.types.quotes import Quote
from qa.types.serialize import STEERING

__all__ = ["KINDS", "Feedback", "FeedbackFile", "FeedbackKind", "Quoted", "feedback_place", "in_words"]

FeedbackKind: TypeAlias = Literal["right", "wrong_passage", "does_not_answer", "answer_is_elsewhere"]
KINDS: tuple[FeedbackKind, ...] = get_args(FeedbackKind)
_TEXTS = ("question", "asked", "index_id", "model", "made")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a document, with what finds them again: ``document.text[start:end] == words``."""

    path: str
    sha256: str
    start: int
    end: int
    words: str

    def __post_init__(self) -> None:
        whole = all(isinstance(value, int) and not isinstance(value, bool) for value in (self.start, self.end))
        if not whole or not all(isinstance(value, str) for value in (self.path, self.sha256, self.words)):
            raise ValueError("a quote has path, sha256, start, end and words, the offsets as whole numbers")
        if not 0 <= self.start < self.end or len(self.words) != self.end - self.start:
            raise ValueError(f"the {len(self.words)} characters quoted cannot stand at {self.start}..{self.end}")

    @classmethod
    def of(cls, quote: Quote) -> Quoted:
        """Take what is needed of a quote."""
        return cls(quote.path, quote.sha256, quote.start, quote.end, quote.quote)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's word on one answer.

    ``quote`` is what it is about, None for the whole of an answer without quotes; a wrong passage must be named.
    ``elsewhere`` is where the answer stands, where the reader says so. ``made`` is the time, ISO 8601 in UTC.
    """

    kind: FeedbackKind
    question: str
    asked: str
    filters: Filters = field(default_factory=Filters)
    quote: Quoted | None = None
    elsewhere: Quoted | None = None
    index_id: str = ""
    model: str = ""
    made: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"the kind must be one of {', '.join(KINDS)}, found {self.kind!r}")
        if not all(isinstance(getattr(self, name), str) for name in _TEXTS) or not self.asked.strip():
            raise ValueError("question and asked, index_id, model and made must be texts, and something must be asked")
        if self.kind == "wrong_passage" and self.quote is None:
            raise ValueError("a wrong passage needs the quote that is wrong")
        if self.elsewhere is not None and self.kind != "answer_is_elsewhere":
            raise ValueError(f"another place is given, and the kind is {self.kind!r}, not 'answer_is_elsewhere'")

    @classmethod
    def of(
        cls,
        answer: Answer,
        kind: FeedbackKind,
        *,
        model: str,
        quote: Quote | None = None,
        elsewhere: Quote | None = None,
    ) -> Feedback:
        """Take down what is said of an answer now; without a quote it is about the first citation, if there is one."""
        about = quote or (answer.citations[0].source if answer.citations else None)
        return cls(
            kind=kind,
            question=printable(answer.question),
            asked=printable(answer.asked),
            filters=answer.filters,
            quote=None if about is None else Quoted.of(about),
            elsewhere=None if elsewhere is None else Quoted.of(elsewhere),
            index_id=answer.index_id,
            model=model,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Feedback:
        """Read what `to_dict` gave; raises ValueError that says what is wrong."""
        try:
            return cls(
                kind=cast("FeedbackKind", fields.get("kind")),
                filters=_filters(fields),
                quote=_quoted(fields.get("quote")),
                elsewhere=_quoted(fields.get("elsewhere")),
                **{name: fields.get(name, "") for name in _TEXTS},
            )
        except (TypeError, FilterError) as error:
            raise ValueError(str(error)) from error

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, ready for JSON."""
        quotes = {
            name: None if quote is None else asdict(quote)
            for name, quote in (("quote", self.quote), ("elsewhere", self.elsewhere))
        }
        said = {"kind": self.kind, "question": self.question, "asked": self.asked, "filters": self.filters.to_dict()}
        return {**said, **quotes, "index_id": self.index_id, "model": self.model, "made": self.made}


class FeedbackFile:
    """A file of feedback; several processes may add to it at once. It need not be there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, feedback: Feedback) -> None:
        """Append one line, in one write, and make the file where there is none. Raises FeedbackError."""
        text = json.dumps(feedback.to_dict(), ensure_ascii=False)
        line = STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
            try:
                if _is_torn(handle):
                    line = b"\n" + line
                written = os.write(handle, line)  # in one piece, so that no other process writes in between
            finally:
                os.close(handle)
        except OSError as error:
            raise self._error(
                f"cannot be written: {error.strerror or error}. Make room, or see to its rights"
            ) from error
        if written < len(line):
            raise self._error("took only a part of the line: the disk may be full. Make room, and remove its last line")

    def read(self) -> list[Feedback]:
        """All feedback, the oldest first; none where there is no file. Raises FeedbackError that names the line."""
        try:
            lines = self.path.read_bytes().split(b"\n") if self.path.exists() else []
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror or error}. See to its rights") from error
        found = []
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    fields = json.loads(line.decode())
                    found.append(Feedback.from_dict(fields if isinstance(fields, dict) else {}))
                except (ValueError, RecursionError) as error:
                    raise self._error(f"is wrong in line {number}: {error}. Mend or remove the line") from error
        return found

    def counts(self) -> dict[FeedbackKind, int]:
        """How many there are of each kind."""
        found = Counter(feedback.kind for feedback in self.read())
        return {kind: found[kind] for kind in KINDS}

    def remove(self) -> bool:
        """Remove the file; False where there was none. Raises FeedbackError."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._error(f"cannot be removed: {error.strerror or error}. See to its rights") from error
        return True

    def _error(self, what: str) -> FeedbackError:
        return FeedbackError(f"the feedback file {self.path} {what}.")


def _quoted(value: object) -> Quoted | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TypeError(f"a quote must be an object or null, found {json.dumps(value)[:60]}")
    return Quoted(**value)


def _filters(fields: Mapping[str, Any]) -> Filters:
    value = fields.get("filters") or {}
    if not isinstance(value, Mapping):
        raise TypeError(f"the filters must be an object, found {json.dumps(value)[:60]}")
    return Filters(**value)


def _is_torn(handle: int) -> bool:
    """Whether the file ends within a line, as after a crash, so that a new one would be joined to it."""
    size = os.lseek(handle, 0, os.SEEK_END)
    if size == 0:
        return False
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1) != b"\n"


def in_words(kind: str) -> str:
    """Return a kind of feedback as one counts it: "2 wrong passage"."""
    return kind.replace("_", " ")


def feedback_place(seeds: Path) -> Path:
    """Return the file of feedback on a documents folder, in the user's data folder, whatever model is asked."""
    resolved = resolve_folder(seeds)
    return data_place(resolved.name or "root", str(resolved)) / "feedback.jsonl"
