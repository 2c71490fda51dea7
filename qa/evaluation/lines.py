"""Lines of a data set, each knowing where it stands, so that an error can say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from embeddings.errors import DatasetError
from embeddings.records import read_json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line(Generic[T]):
    """What one line of a JSON-lines file says, and where it stands."""

    path: Path
    number: int
    says: T

    def error(self, what: str) -> DatasetError:
        """Return an error about this line."""
        return DatasetError(f"{self.path}, line {self.number}: {what}")


def read_lines(path: Path, kind: type[T]) -> list[Line[T]]:
    """Read a JSON-lines file, one object of this type a line; other fields and empty lines are left out.

    Raise DatasetError that names the line.
    """
    return [_line(path, number, text, kind) for number, text in numbered_lines(path)]


def _line(path: Path, number: int, text: str, kind: type[T]) -> Line[T]:
    def wrong(what: str) -> DatasetError:
        return DatasetError(f"{path}, line {number}: {what}.")

    return Line(path, number, read_json(kind, text, wrong, others=True))


def check_words(**words: str) -> None:
    """Raise ValueError for a text, given by its field's name, that holds only white space."""
    for name, text in words.items():
        if not text.strip():
            raise ValueError(f'"{name}" is empty')


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each line of a UTF-8 file that is not empty, with its number from 1. Raise DatasetError."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except FileNotFoundError as error:
        raise DatasetError(f"{path} is missing.") from error
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not UTF-8 ({error}). Save it as UTF-8.") from error
