"""From what a user chose to the reader that answers: the trained one, another by name, or the nearest sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from embeddings.encoding.encoder import SentenceEncoder
from embeddings.encoding.models import find_model
from embeddings.errors import ReaderError
from embeddings.types import Encoder
from qa.reading import open_cross_encoder, open_reader
from qa.reading.measured import measured_in
from qa.reading.reranker import RerankingReader
from qa.reading.similarity import SimilarityReader, calibration_for
from qa.reading.trained.files import DESCRIPTION
from qa.reading.trained.reader import SHIPPED
from qa.reading.types import Reader
from qa.types.arguments import check_fields


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """What a user chose: no trained reader, or one by name, and its caution.

    ``name`` is a folder that the training exported, or a cross-encoder's folder or hub name; without it the reader that
    comes with the program answers. ``caution`` is how many of 100 unanswerable questions get no sure answer. Raises
    ReaderError where they do not fit together.

    >>> ReaderChoice(caution=90).caution
    90
    >>> ReaderChoice(none=True, caution=90)
    Traceback (most recent call last):
    embeddings.errors.ReaderError: no reader was asked for, and a caution beside it. Leave one of them out.
    """

    name: str = ""
    caution: int | None = None
    none: bool = False
    allow_download: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        if self.none and (self.name or self.caution is not None):
            other = "a reader" if self.name else "a caution"
            raise ReaderError(f"no reader was asked for, and {other} beside it. Leave one of them out.")


def reader_for(choice: ReaderChoice, encoder: Encoder) -> Reader:
    """Return the reader of a choice; its weights are loaded when it first reads.

    Where none comes with the program, the sentence nearest to the question is marked. Raises ReaderError for a caution
    that was not measured, ModelNotFound and ModelMismatch for a reader that is not to be had.
    """
    if choice.name and not (Path(choice.name) / DESCRIPTION).is_file():
        other = open_cross_encoder(choice.name, allow_download=choice.allow_download)
        return RerankingReader(other, caution=choice.caution)
    folder = Path(choice.name) if choice.name else SHIPPED
    trained = None
    if not choice.none:  # the digest of the encoder's files is known already; another kind of encoder has none
        files = encoder.files if isinstance(encoder, SentenceEncoder) else find_model()
        trained = open_reader(files, folder=folder)
    if trained is not None:
        return RerankingReader(trained, measured_in(folder / DESCRIPTION), caution=choice.caution)
    plain = SimilarityReader(calibration_for(encoder.name))
    return plain if choice.caution is None else plain.at(choice.caution)
