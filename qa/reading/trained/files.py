"""The only importer of safetensors: a trained reader's files, each compared with the digest that describes it.

The word embeddings are not among them: training keeps them as the encoder has them, so they are read from the encoder's
own files. That halves the size.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path
from reprlib import repr as short
from typing import TYPE_CHECKING

from embeddings.disk import digest_if_readable
from embeddings.encoding.models import ModelFiles
from embeddings.errors import ModelMismatch, ModelNotFound
from qa.reading.calibration import Calibrated
from qa.reading.json_fields import Fields
from qa.reading.measured import REMEDY

if TYPE_CHECKING:
    from qa.reading.trained.model import ReadingModel, Weights

__all__ = [
    "ACTIVATION",
    "DESCRIPTION",
    "ENCODER_WEIGHTS",
    "FORMAT",
    "WEIGHTS",
    "WORDS",
    "Described",
    "describe",
    "load_model",
    "word_embeddings",
]

FORMAT = 1
WEIGHTS, DESCRIPTION = "reader.safetensors", "reader.json"
WORDS = "bert.embeddings.word_embeddings.weight"
"""The weights that are the encoder's, under the name they have in the reader."""
ENCODER_WEIGHTS, _ENCODER_WORDS = "model.safetensors", "embeddings.word_embeddings.weight"
ACTIVATION = "gelu"
_LEAST_EPSILON = 1e-30  # float32 still holds it, and its root; 0 would divide by nothing where all numbers are alike


@dataclass(frozen=True, slots=True)
class Described:
    """What a reader's description says.

    ``limit`` is the probability from which a passage is taken to answer; ``spans`` whether it was taught to mark words;
    ``width`` and ``wide`` are how many numbers a token has between the layers and inside them; ``words``, ``positions``
    and ``types`` how many of each have an embedding. ``digest`` is the description's own sha256, and so changes with
    the weights, the encoder and the calibration.
    """

    folder: Path
    encoder: str
    encoder_digest: str
    weights_digest: str
    layers: int
    heads: int
    epsilon: float
    width: int
    wide: int
    words: int
    positions: int
    types: int
    calibrated: Calibrated
    limit: float
    spans: bool
    digest: str

    def __post_init__(self) -> None:
        divides = self.heads >= 1 and self.width % self.heads == 0
        for name, value, good, expected in (
            ("limit", self.limit, 0 <= self.limit <= 1, "a probability from 0 to 1"),
            ("num_hidden_layers", self.layers, self.layers >= 1, "at least 1"),
            ("hidden_size", self.width, self.width >= 1, "at least 1"),
            ("intermediate_size", self.wide, self.wide >= 1, "at least 1"),
            ("num_attention_heads", self.heads, divides, f"a number that divides the hidden size {short(self.width)}"),
            ("layer_norm_eps", self.epsilon, _LEAST_EPSILON <= self.epsilon <= 1, f"from {_LEAST_EPSILON} to 1"),
        ):
            if not good:
                raise ValueError(f'"{name}" is {short(value)}, expected {expected}')


def describe(folder: Path) -> Described:
    """Read the description of a folder; its weights are not looked at yet. Raises ModelNotFound."""
    file = folder / DESCRIPTION
    try:
        data = file.read_bytes()
        row = Fields.of(data)
        known = row.whole("format"), row.inner("config").text("hidden_act")
        found = _described(folder, row, hashlib.sha256(data).hexdigest()) if known == (FORMAT, ACTIVATION) else None
    except (OSError, ValueError) as error:
        raise ModelNotFound(f"{file} describes no reader: {error}. {REMEDY}") from error
    if found is None:
        raise ModelNotFound(
            f"{file} has the format {known[0]} with {known[1]!r}, and this program reads {FORMAT} with "
            f"{ACTIVATION!r}. {REMEDY}"
        )
    return found


def _described(folder: Path, row: Fields, digest: str) -> Described:
    encoder, config = row.inner("encoder"), row.inner("config")
    weights = [field.name for field in fields(Calibrated)]
    calibration = row.inner("calibration").only(weights)
    return Described(
        folder=folder,
        encoder=encoder.text("name"),
        encoder_digest=encoder.text("sha256"),
        weights_digest=row.inner("weights").text("sha256"),
        layers=config.whole("num_hidden_layers"),
        heads=config.whole("num_attention_heads"),
        epsilon=config.number("layer_norm_eps"),
        width=config.whole("hidden_size"),
        wide=config.whole("intermediate_size"),
        words=config.whole("vocab_size"),
        positions=config.whole("max_position_embeddings"),
        types=config.whole("type_vocab_size"),
        calibrated=Calibrated(*(calibration.number(name) for name in weights)),
        limit=row.number("limit"),
        spans=row.flag("spans"),
        digest=digest,
    )


def load_model(described: Described, base: ModelFiles) -> ReadingModel:
    """Return the network, ready to read. Raises ModelMismatch where a file is not the one described; ModelNotFound."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from qa.reading.trained.model import ReadingModel, Shape

    weights = described.folder / WEIGHTS
    _same(weights, described.weights_digest, digest_if_readable(weights) or "no such file", described)
    _same(base.folder, described.encoder_digest, base.digest, described)
    try:
        shape = Shape(
            hidden_size=described.width,
            intermediate_size=described.wide,
            layer_norm_eps=described.epsilon,
            max_position_embeddings=described.positions,
            num_attention_heads=described.heads,
            num_hidden_layers=described.layers,
            type_vocab_size=described.types,
            vocab_size=described.words,
        )
        return ReadingModel.of_weights(shape, {**load_file(weights), **word_embeddings(base)}).for_reading()
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelNotFound(
            f"{weights} does not hold the weights that {DESCRIPTION} describes: {error}. {REMEDY}"
        ) from error


def word_embeddings(base: ModelFiles) -> Weights:
    """Return the encoder's own, under their name in the reader, in float32. Raises ModelNotFound."""
    from safetensors import SafetensorError, safe_open

    file = base.folder / ENCODER_WEIGHTS
    try:
        with safe_open(file, framework="pt") as opened:
            return {WORDS: opened.get_tensor(_ENCODER_WORDS).float()}
    except (SafetensorError, OSError) as error:
        raise ModelNotFound(
            f"{file} holds no word embeddings of BERT ({error}): a reader is made from a model of that family"
        ) from error


def _same(what: Path, expected: str, found: str, described: Described) -> None:
    if expected != found:
        raise ModelMismatch(
            f"{what} is not what the reader in {described.folder} was made with: sha256 expected {expected}, found "
            f"{found}. Install the program again, or export the reader anew."
        )
