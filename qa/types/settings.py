"""What answers are made with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What answers are made with; the same settings and the same files give the same answers.

    ``documents`` is the name of the documents folder, without the way to it. ``reader`` says how it was decided whether
    a sentence answers; ``reader_digest`` is that of a trained reader, and empty without one.
    """

    program: str
    documents: str
    model: str
    model_digest: str
    reader: str
    readers: int
    splitter: int
    tokenizer: int
    reader_digest: str = ""
