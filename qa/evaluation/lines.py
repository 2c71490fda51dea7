"""Lines of a data set, each knowing where it stands, so that an error can say it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.errors import DatasetError

__all__ = ["Line", "numbered_lines", "read_json_lines"]


@dataclass(frozen=True, slots=True)
class Line:
    """One JSON object of a JSON-lines file."""

    path: Path
    number: int
    fields: dict[str, Any]

    def error(self, what: str) -> DatasetError:
        """An error about this line."""
        return DatasetError(f"{self.path}, line {self.number}: {what}")

    def text(self, name: str) -> str:
        """The text of a field; raises DatasetError where it is missing or something else."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            found = "is missing" if name not in self.fields else f"is {json.dumps(value)[:60]}"
            raise self.error(f"the field {name!r} {found}, expected a text.")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise self.error(f"the field {name!r} is not valid Unicode ({error.reason}). Write it anew.") from error
        return value

    def words(self, name: str) -> str:
        """The text of a field that cannot be empty."""
        value = self.text(name)
        if not value.strip():
            raise self.error(f"the field {name!r} is empty.")
        return value

    def offset(self, name: str) -> int:
        """The whole number of a field, 0 or more."""
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.error(f"the field {name!r} is {json.dumps(value)[:60]}, expected a whole number from 0.")
        return value


def read_json_lines(path: Path) -> list[Line]:
    """Read a JSON-lines file, one object a line; empty lines are skipped. Raises DatasetError that names the line."""
    lines: list[Line] = []
    for number, text in numbered_lines(path):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DatasetError(f"{path}, line {number}: this is not JSON ({error}). Mend the line.") from error
        if not isinstance(value, dict):
            raise DatasetError(f"{path}, line {number}: expected an object {{...}}, found {text.strip()[:60]}")
        lines.append(Line(path, number, value))
    return lines


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Each line of a UTF-8 file that is not empty, with its number from 1. Raises DatasetError."""
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
