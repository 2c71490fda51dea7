"""What a reader says of an answer, kept in a local file that ``qa evaluate`` reads: one JSON object a line."""

from __future__ import annotations

import json
import os
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from embeddings.disk import make_folder, make_private
from embeddings.documents.folder import printable, resolve_folder
from embeddings.errors import FeedbackError
from embeddings.location import data_place
from embeddings.records import read_json, read_record
from qa.types.answers import Answer
from qa.types.filters import Filters
from qa.types.quotes import Quote
from qa.types.serialize import STEERING, Plain

FeedbackKind: TypeAlias = Literal["right", "wrong_passage", "does_not_answer", "answer_is_elsewhere"]
KINDS: tuple[FeedbackKind, ...] = get_args(FeedbackKind)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a document, with what finds them again: ``document.text[start:end] == words``."""

    path: str
    sha256: str
    start: int
    end: int
    words: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.words) != self.end - self.start:
            raise ValueError(f"the {len(self.words)} characters quoted cannot stand at {self.start}..{self.end}")

    @classmethod
    def of(cls, quote: Quote) -> Quoted:
        """Return what is needed of a quote."""
        return cls(quote.path, quote.sha256, quote.start, quote.end, quote.quote)


@dataclass(frozen=True, slots=True)
class Feedback(Plain):
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
        if not self.asked.strip():
            raise ValueError("asked is empty: something must be asked")
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
        """Return what is said of an answer now; without a quote it is about the first citation, if there is one."""
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
    def from_dict(cls, values: Mapping[str, Any]) -> Feedback:
        """Return what `to_dict` gave, without fields of a newer program. Raises ValueError that says what is wrong."""
        return read_record(cls, {one.name: values[one.name] for one in fields(cls) if one.name in values}, ValueError)


class FeedbackFile:
    """A file of feedback; several processes may add to it at once. It need not be there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, feedback: Feedback) -> None:
        """Append one line, in one write, and make the file where there is none. Raises FeedbackError."""
        text = printable(json.dumps(feedback.to_dict(), ensure_ascii=False))
        line = STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"
        try:
            make_folder(self.path.parent)
            with open(self.path, "a+b", buffering=0, opener=_private) as file:
                if _is_torn(file):
                    line = b"\n" + line
                written = file.write(line)  # in one piece, so that no other process writes in between
            ours = list(self.path.parent.iterdir()) == [self.path]
            make_private(self.path.parent if ours else self.path)
        except OSError as error:
            raise self._error(
                f"cannot be written: {error.strerror or error}. Make room, or see to its rights"
            ) from error
        if written < len(line):
            raise self._error("took only a part of the line: the disk may be full. Make room, and remove its last line")

    def lines(self) -> Iterator[tuple[int, Feedback]]:
        """Yield all feedback with its line's number, the oldest first; none where there is no file.

        Raises FeedbackError with the line.
        """
        try:
            lines = self.path.read_bytes().removeprefix(BOM_UTF8).split(b"\n") if self.path.exists() else []
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror or error}. See to its rights") from error
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield number, Feedback.from_dict(read_json(dict[str, Any], line, ValueError))
                except ValueError as error:
                    raise self._error(f"is wrong in line {number}: {error}. Mend or remove the line") from error

    def read(self) -> list[Feedback]:
        """Return all feedback, the oldest first; see `lines`."""
        return [feedback for _, feedback in self.lines()]

    def counts(self) -> dict[FeedbackKind, int]:
        """Return how many there are of each kind."""
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


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_torn(file: FileIO) -> bool:
    """Return whether the file ends within a line, as after a crash, so that a new one would be joined to it."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def in_words(kind: str) -> str:
    """Return a kind of feedback as one counts it: "2 wrong passage"."""
    return kind.replace("_", " ")


def feedback_place(seeds: Path) -> Path:
    """Return the file of feedback on a documents folder, in the user's data folder, whatever model is asked."""
    resolved = resolve_folder(seeds)
    return data_place(resolved.name or "root", str(resolved)) / "feedback.jsonl"
