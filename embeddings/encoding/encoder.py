"""The only importer of sentence_transformers: texts become unit vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from embeddings.encoding.direct import DirectEncoder
from embeddings.encoding.models import DEFAULT_MODEL, ModelFiles, find_model
from embeddings.errors import ModelNotFound
from embeddings.once import once
from embeddings.types import Vectors
from embeddings.words import as_read

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FEW = 256
"""Texts from which on sentence-transformers is loaded: all of a chunk of `embeddings.encoding.batches`."""

_BATCH = 32
_loaded: set[Path] = set()
_THREADS = Lock()


def open_encoder(model: str = DEFAULT_MODEL, *, allow_download: bool = False) -> SentenceEncoder:
    """Find the model and check its files. It is loaded when it is first used, which takes seconds."""
    return SentenceEncoder(find_model(model, allow_download=allow_download))


class SentenceEncoder:
    """A sentence-transformers model in a local folder, on the CPU; implements the `Encoder` protocol.

    Another ``batch_size`` changes a vector by less than 1e-6, the rounding of float32.
    """

    def __init__(self, files: ModelFiles, *, batch_size: int = _BATCH) -> None:
        self.files = files
        self._batch_size = batch_size

    @property
    def name(self) -> str:
        """Return the name that the user gave."""
        return self.files.name

    @property
    def digest(self) -> str:
        """Return the sha256 over the model's files."""
        return self.files.digest

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        direct = self._direct
        return direct.dimension if direct else int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        """Return how many tokens the model reads, special tokens included."""
        direct = self._direct
        return direct.max_tokens if direct else int(self._model.max_seq_length or 512)

    @property
    def prompts(self) -> dict[str, str]:
        """Return the model's own prompts that are not empty, e.g. ``query``, ``document``."""
        if direct := self._direct:
            return direct.prompts
        return {name: prompt for name, prompt in sorted(self._model.prompts.items()) if prompt}

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens, not truncated."""
        if not texts:
            return []
        if direct := self._direct:
            return direct.count_tokens(texts)
        encoded = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) unit rows, in the order of the texts, with the model's document prompt.

        A few texts, as of a file that changed, are not worth loading sentence-transformers for; where it is loaded, or
        there are more, it encodes them. The vectors differ in the rounding of float32.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        direct = self._direct
        if direct and self.files.folder not in _loaded and len(texts) < FEW and set(direct.prompts) <= {"query"}:
            return _unit(direct.encode_few([as_read(text) for text in texts]))
        return _unit(
            self._model.encode_document(
                [as_read(text) for text in texts], batch_size=self._batch_size, show_progress_bar=False
            )
        )

    def encode_query(self, text: str) -> Vectors:
        """Return a (d,) unit vector, with the model's query prompt."""
        if direct := self._direct:
            return _unit(direct.encode(as_read(text))[None])[0]  # type: ignore[no-any-return]
        model = self._model
        with one_thread():
            row: Vectors = _unit(model.encode_query([as_read(text)], show_progress_bar=False))[0]
        return row

    @property
    def _direct(self) -> DirectEncoder | None:
        return _direct_encoder(self.files.folder, self.files.digest)

    @property
    def _model(self) -> SentenceTransformer:
        return _sentence_transformer(self.files.folder, self.files.digest)


@once
def _direct_encoder(folder: Path, _digest: str) -> DirectEncoder | None:
    return DirectEncoder.of(folder)


@once
def _sentence_transformer(folder: Path, _digest: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except Exception as error:  # what is cut short has an error of its library
        raise ModelNotFound(
            f"{folder} cannot be loaded as a sentence-transformers model ({error}). "
            f"Choose another with --model, or leave it out for {DEFAULT_MODEL}."
        ) from error
    _loaded.add(folder)
    return model


@contextmanager
def one_thread() -> Iterator[int]:
    """Give each computation inside one thread: sums keep one order on every machine. Yield the earlier thread count.

    A question is too short to gain by more threads. One caller at a time: the number is the whole process's.
    """
    import torch

    with _THREADS:
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield before
        finally:
            torch.set_num_threads(before)


def _unit(rows: Vectors) -> Vectors:
    rows = np.ascontiguousarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = rows / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit
