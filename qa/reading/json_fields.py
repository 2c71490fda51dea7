"""Values of a JSON file that came from elsewhere, each asked for by its name and by what it must be."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from reprlib import repr as short
from typing import Any
from unicodedata import category

__all__ = ["Fields"]

_NOT_SHOWN = {"Cc", "Cs"}


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of such a file; ``where`` is the way to it. A value that is not as asked for raises ValueError.

    The message says which value it is, what was expected and what is there; nothing is taken for something else: no
    text for a number, no 1 for true.

    >>> Fields.of(b'{"config": {"heads": 0.5}}').inner("config").whole("heads")
    Traceback (most recent call last):
    ValueError: "config.heads" is 0.5, expected a whole number
    """

    values: dict[str, Any]
    where: str = ""

    @classmethod
    def of(cls, data: bytes) -> Fields:
        """The object that a file holds."""
        try:
            found = json.loads(data)
        except RecursionError as error:
            raise ValueError("it is nested too deeply, expected an object of a few levels") from error
        if isinstance(found, dict):
            return cls(found)
        raise ValueError(f"it holds {short(found)}, expected an object")

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def inner(self, name: str) -> Fields:
        """An object inside this one."""
        value = self._value(name)
        if not isinstance(value, dict):
            raise self._wrong(name, "an object")
        return Fields(value, f"{self._way(name)}.")

    def each(self, name: str) -> list[Fields]:
        """The objects of a list."""
        values = self._value(name)
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self._wrong(name, "a list of objects")
        return [Fields(value, f"{self._way(name)}[{number}].") for number, value in enumerate(values)]

    def number(self, name: str) -> float:
        """A finite number."""
        value = self._value(name)
        try:
            if not isinstance(value, bool) and isinstance(value, int | float) and isfinite(value):
                return float(value)
        except OverflowError:  # a whole number that no float holds
            pass
        raise self._wrong(name, "a finite number")

    def whole(self, name: str) -> int:
        """A whole number."""
        value = self._value(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "a whole number")
        return value

    def text(self, name: str) -> str:
        """A text, which can be shown: no control characters, no halves of a pair."""
        value = self._value(name)
        if not isinstance(value, str) or any(category(sign) in _NOT_SHOWN for sign in value):
            raise self._wrong(name, "a text without control characters")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._value(name)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def only(self, names: Iterable[str]) -> Fields:
        """This object, which must have no other values than these."""
        known = set(names)
        for name in self.values:
            if name not in known:
                raise ValueError(f"{short(self._way(name))} is not known, expected only {', '.join(sorted(known))}")
        return self

    def _value(self, name: str) -> Any:
        if name not in self.values:
            raise ValueError(f'"{self._way(name)}" is missing')
        return self.values[name]

    def _way(self, name: str) -> str:
        return f"{self.where}{name}"

    def _wrong(self, name: str, expected: str) -> ValueError:
        return ValueError(f'"{self._way(name)}" is {short(self.values[name])}, expected {expected}')
