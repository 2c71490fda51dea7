"""Readers of others: any cross-encoder of sentence-transformers, by its folder or its hub name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from embeddings.encoding.encoder import one_thread
from embeddings.encoding.models import ModelFiles
from embeddings.errors import ModelNotFound
from qa.reading.calibration import sigmoid
from qa.reading.types import PassageText, Reading, readable
from qa.reading.windows import windows

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_MOST_TOKENS = 512  # where the model does not say
_FEWEST_TOKENS = 32  # of a passage in a window, however long question and title are
_SPECIAL_TOKENS = 4
_TITLE_CHARACTERS = 160
_BATCH = 16


def open_cross_encoder(name: str, *, allow_download: bool = False) -> CrossEncoderReader:
    """Return the cross-encoder in a local folder or of the hub; fetch it only with ``allow_download``.

    It is loaded when it first reads. Raises ModelNotFound.
    """
    folder = _as_folder(name)
    if folder is not None:
        if not (folder / "config.json").is_file():
            raise ModelNotFound(
                f"{folder} is no cross-encoder: it holds no config.json. Give the folder that its save() wrote."
            )
        return CrossEncoderReader(ModelFiles(folder.name, folder))
    from embeddings.encoding.hub import hub_folder

    try:
        return CrossEncoderReader(ModelFiles(name, hub_folder(name, allow_download=allow_download)))
    except ModelNotFound as error:
        how = "check the name and the connection" if allow_download else "allow the download, or give a folder"
        raise ModelNotFound(f"the reader {name!r} is no folder here and not in the hub's cache: {how}") from error


class CrossEncoderReader:
    """A reader that scores the question with each passage, and with each sentence after the one before.

    The scores become probabilities by 1 / (1 + e^-x) and were measured on nothing: `limit` is None, and no words are
    marked. Of a passage longer than the model reads, the window that scores best speaks. It is computed in one thread,
    so that the same question and passages give the same numbers.
    """

    limit = None

    def __init__(self, files: ModelFiles) -> None:
        self._files = files
        self._loading = Lock()

    @property
    def name(self) -> str:
        """Return its hub name, or the name of its folder without the way to it: every answer tells it."""
        return self._files.name

    @property
    def digest(self) -> str:
        """Return the sha256 over the model's files."""
        return self._files.digest

    def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        if not texts:
            return []
        with self._loading:
            model = self._model
        asked = readable(question)
        with one_thread():  # the tokenizer too: scoring sets how it cuts and pads, for whoever counts tokens meanwhile
            parts = [(self._wholes(asked, text), _in_context(text)) for text in texts]
            said = _scores(model, asked, [one for wholes, single in parts for one in (*wholes, *single)])
        if not np.isfinite(said).all():
            raise ModelNotFound(
                f"{self._files.folder} scores a question and a passage with inf or nan, expected finite numbers: its "
                "weights are damaged, give another cross-encoder"
            )
        scores = iter(said)
        return [_reading([next(scores) for _ in wholes], [next(scores) for _ in single]) for wholes, single in parts]

    def _wholes(self, question: str, text: PassageText) -> list[str]:
        """Return the passage after its title: in one piece, or in windows of whole sentences."""
        title = _title(text)
        sentences = [readable(text.text[start:end]) for start, end in text.sentences]
        tokens = self._model.tokenizer([question, title, *sentences], add_special_tokens=False, verbose=False)
        beside, above, *own = (len(ids) for ids in tokens["input_ids"])
        budget = max(_FEWEST_TOKENS, (self._model.max_seq_length or _MOST_TOKENS) - beside - above - _SPECIAL_TOKENS)
        ends = np.cumsum(own, dtype=np.int64)
        begins = ends - np.asarray(own, dtype=np.int64)
        if sum(own) <= budget:
            return [title + readable(text.text)]
        pieces = []
        for start, stop in windows(begins, ends, total=sum(own), budget=budget):
            numbers = np.flatnonzero((begins < stop) & (ends > start)).tolist()
            pieces.append(text.text[text.sentences[numbers[0]][0] : text.sentences[numbers[-1]][1]])
        return [title + readable(piece) for piece in dict.fromkeys(pieces)]

    @cached_property
    def _model(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        folder = self._files.folder
        try:
            model: CrossEncoder = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # what is cut short has an error of its library
            raise ModelNotFound(f"{folder} cannot be loaded as a cross-encoder ({error}): give another") from error
        if model.num_labels != 1:
            raise ModelNotFound(
                f"{folder} gives {model.num_labels} numbers for a question and a passage, and a reader needs one that "
                "says how well they fit: give a cross-encoder made for ranking"
            )
        return model


def _reading(wholes: Sequence[float], single: Sequence[float]) -> Reading:
    best = max(wholes)
    odds = np.exp(np.asarray(single) - max(single, default=0.0))
    return Reading(sigmoid(best), tuple((odds / odds.sum()).tolist()), None, best)


def _scores(model: CrossEncoder, question: str, texts: Sequence[str]) -> list[float]:
    pairs = [(question, text) for text in texts]
    logits = model.predict(pairs, batch_size=_BATCH, show_progress_bar=False, activation_fn=_as_it_is)
    return [float(logit) for logit in np.asarray(logits, dtype=np.float64).reshape(-1)]


def _as_it_is(logits: object) -> object:
    return logits


def _in_context(text: PassageText) -> list[str]:
    """Return each sentence after the title and the sentence before it, which says who "he" is."""
    spans, title = text.sentences, _title(text)
    starts = [spans[max(0, number - 1)][0] for number in range(len(spans))]
    return [title + readable(text.text[start:end]) for start, (_, end) in zip(starts, spans, strict=True)]


def _title(text: PassageText) -> str:
    return f"{readable(text.title[:_TITLE_CHARACTERS])}\n" if text.title else ""


def _as_folder(name: str) -> Path | None:
    try:
        folder = Path(name).expanduser().resolve()
        return folder if folder.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # too long for a path; a home folder of nobody; a NUL
        return None
