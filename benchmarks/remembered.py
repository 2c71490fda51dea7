"""A trained reader with a memory on disk: a stopped run goes on, and a repeated one reads nothing twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import qa.reading
from embeddings.errors import DatasetError
from qa.reading import PassageReader, PassageText, Reading
from qa.reading.trained.files import Described

__all__ = ["RememberedReader"]

_KEY_BYTES = 16


class RememberedReader:
    """Another reader, whose readings are kept in a folder; implements the `PassageReader` protocol.

    They are kept by the digests of weights and encoder and by the reading code: if one of these changes, all is read
    again. The probability is computed from what is kept, so that another calibration costs nothing.
    """

    def __init__(self, reader: PassageReader, described: Described, place: Path) -> None:
        self._reader, self._calibrated = reader, described.calibrated
        network = f"{described.weights_digest}{described.encoder_digest}{described.spans}"
        self._file = place / f"readings-{_short(network)}-{_code()}.jsonl"
        self._known = _kept(self._file)

    @property
    def name(self) -> str:
        """Return the other reader's name."""
        return self._reader.name

    @property
    def digest(self) -> str:
        """Return the other reader's digest."""
        return self._reader.digest

    @property
    def limit(self) -> float | None:
        """Return the other reader's limit."""
        return self._reader.limit

    def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
        """Return the other reader's readings; read only passages that it has not read with this question."""
        keys = [_key(question, text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            found = dict(zip(missing, self._reader.read(question, list(missing.values())), strict=True))
            self._known.update(found)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as lines:
                lines.writelines(f"{json.dumps([key, *_row(reading)])}\n" for key, reading in found.items())
        return [self._stated(self._known[key]) for key in keys]

    def _stated(self, reading: Reading) -> Reading:
        said = reading.answered, reading.span_margin, reading.share
        return replace(reading, probability=self._calibrated.probability(*said))


def _row(reading: Reading) -> list[object]:
    return [reading.probability, reading.sentences, reading.span, reading.answered, reading.span_margin]


def _kept(file: Path) -> dict[str, Reading]:
    """Return the readings of a file, and remove a last line that was cut off when the measurement stopped."""
    if not file.exists():
        return {}
    text = file.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        file.write_text(whole, encoding="utf-8")
    known = {}
    try:
        for line in whole.splitlines():
            key, stated, sentences, span, answered, margin = json.loads(line)
            known[key] = Reading(
                stated, tuple(sentences), None if span is None else (span[0], span[1]), answered, margin
            )
    except (ValueError, TypeError) as error:
        raise DatasetError(f"{file} holds no readings ({error}): remove it, and they are made anew") from error
    return known


def _key(question: str, text: PassageText) -> str:
    said = f"{question}\0{text.title}\0{text.text}\0{text.sentences}"
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).hexdigest()


def _code() -> str:
    """Return what tells one state of the reading code from another."""
    total = blake2b(digest_size=8)
    for file in sorted(Path(qa.reading.__path__[0]).rglob("*.py")):
        total.update(file.read_bytes())
    return total.hexdigest()


def _short(digest: str) -> str:
    return blake2b(digest.encode(), digest_size=8).hexdigest()
