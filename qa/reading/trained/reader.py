"""The trained reader that comes with the program, or one that `training` exported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embeddings.encoding.models import DEFAULT_MODEL, ModelFiles, find_model
from embeddings.encoding.tokens import open_tokenizer
from embeddings.errors import ModelError, ModelMismatch, ModelNotFound
from embeddings.once import once
from qa.reading.trained.files import DESCRIPTION, Described, describe, load_network
from qa.reading.trained.inference import read_pairs
from qa.reading.trained.inputs import RowMaker
from qa.reading.trained.network import Network
from qa.reading.types import PassageText, Reading

SHIPPED = Path(__file__).parents[1] / "shipped"


def open_reader(model: ModelFiles, *, folder: Path = SHIPPED) -> TrainedReader | None:
    """Return the reader in a folder, by default the one that comes with the program; None where none does.

    It was made with one encoder, and takes its word embeddings and tokenizer from that one's files: from ``model``
    where that is it, else from the default encoder, which is installed with the program. Where that is not it either,
    raises ModelMismatch, since to answer without the reader is for the user to decide. Loads when it first reads.
    """
    if not (folder / DESCRIPTION).exists():
        return None
    described = describe(folder)
    return TrainedReader(described, _base(described, model))


class TrainedReader:
    """A `PassageReader` that reads a question and a passage together in one pass."""

    def __init__(self, described: Described, base: ModelFiles) -> None:
        self._described, self._base = described, base

    @property
    def name(self) -> str:
        """Return what the reader was made from."""
        return f"trained from {self._described.encoder}"

    @property
    def digest(self) -> str:
        """Return the description's sha256; the description holds those of the weights and the encoder's files."""
        return self._described.digest

    @property
    def limit(self) -> float:
        """Return the calibrated probability from which a passage is taken to answer."""
        return self._described.limit

    def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
        """Return one reading for each passage, in their order; none depends on the other passages."""
        if not texts:
            return []
        network, maker = self._parts
        pairs = [(question, text) for text in texts]
        return read_pairs(network, maker, self._described.calibrated, pairs, spans=self._described.spans)

    @property
    def _parts(self) -> tuple[Network, RowMaker]:
        return _loaded(self._described, self._base, self._base.digest)


@once
def _loaded(described: Described, base: ModelFiles, _digest: str) -> tuple[Network, RowMaker]:
    network = load_network(described, base)
    tokenizer = open_tokenizer(base.folder)
    last, known = max(tokenizer.get_vocab().values(), default=0), described.words
    if last >= known:
        raise ModelNotFound(
            f"the tokenizer in {base.folder} has a token {last}, expected none from {known} upward: "
            "so many have an embedding there. Give the folder of the model again."
        )
    return network, RowMaker(tokenizer)


def _base(described: Described, model: ModelFiles) -> ModelFiles:
    if model.digest == described.encoder_digest:
        return model
    wanted = (
        f"the reader in {described.folder} was made with the encoder {described.encoder} (sha256 "
        f"{described.encoder_digest}), whose word embeddings it needs"
    )
    try:
        default = find_model()
    except ModelError as error:
        raise ModelMismatch(f"{wanted}; it is not {model.name}, and {DEFAULT_MODEL} cannot be used: {error}") from error
    if default.digest != described.encoder_digest:
        raise ModelMismatch(
            f"{wanted}; it is neither {model.name} nor {DEFAULT_MODEL}. Export the reader anew, or ask without it."
        )
    return default
