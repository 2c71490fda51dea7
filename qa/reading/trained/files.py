"""A trained reader's files, each compared with the digest that describes it.

The word embeddings are not among them: training keeps them as the encoder has them, so they are read from the encoder's
own files. That halves the size.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from reprlib import repr as short
from typing import Any

from embeddings.disk import digest_if_readable
from embeddings.encoding.bert import WORDS
from embeddings.encoding.models import ModelFiles
from embeddings.encoding.weights import Weights
from embeddings.errors import ModelMismatch, ModelNotFound
from embeddings.records import read_json, read_record
from qa.reading.calibration import Calibrated
from qa.reading.measured import REMEDY
from qa.reading.trained.network import Network, Shape

FORMAT = 1
WEIGHTS, DESCRIPTION = "reader.safetensors", "reader.json"
ENCODER_WEIGHTS = "model.safetensors"
ACTIVATION = "gelu"
_LEAST_EPSILON = 1e-30  # float32 still holds it, and its root; 0 would divide by nothing where all numbers are alike


@dataclass(frozen=True, slots=True)
class Described:
    """What a reader's description says.

    ``limit`` is the probability from which a passage is taken to answer; ``spans`` whether it was taught to mark words;
    ``width`` and ``wide`` are how many numbers a token has between the layers and inside them; ``words``, ``positions``
    and ``types`` how many of each have an embedding. ``digest`` is the description's own sha256, and so changes with
    the weights, the encoder and the calibration. An alias is the way to the value in the file.
    """

    folder: Path
    encoder: str = field(metadata={"alias": "encoder.name"})
    encoder_digest: str = field(metadata={"alias": "encoder.sha256"})
    weights_digest: str = field(metadata={"alias": "weights.sha256"})
    layers: int = field(metadata={"alias": "config.num_hidden_layers"})
    heads: int = field(metadata={"alias": "config.num_attention_heads"})
    epsilon: float = field(metadata={"alias": "config.layer_norm_eps"})
    width: int = field(metadata={"alias": "config.hidden_size"})
    wide: int = field(metadata={"alias": "config.intermediate_size"})
    words: int = field(metadata={"alias": "config.vocab_size"})
    positions: int = field(metadata={"alias": "config.max_position_embeddings"})
    types: int = field(metadata={"alias": "config.type_vocab_size"})
    calibrated: Calibrated = field(metadata={"alias": "calibration"})
    limit: float
    spans: bool
    digest: str

    def __post_init__(self) -> None:
        divides = self.heads >= 1 and self.width % self.heads == 0
        shown = "a text without control characters"
        for name, value, good, expected in (
            ("encoder.name", self.encoder, self.encoder.isprintable(), shown),
            ("encoder.sha256", self.encoder_digest, self.encoder_digest.isprintable(), shown),
            ("weights.sha256", self.weights_digest, self.weights_digest.isprintable(), shown),
            ("limit", self.limit, 0 <= self.limit <= 1, "a probability from 0 to 1"),
            ("num_hidden_layers", self.layers, self.layers >= 1, "at least 1"),
            ("hidden_size", self.width, self.width >= 1, "at least 1"),
            ("intermediate_size", self.wide, self.wide >= 1, "at least 1"),
            ("num_attention_heads", self.heads, divides, f"a number that divides the hidden size {short(self.width)}"),
            ("layer_norm_eps", self.epsilon, _LEAST_EPSILON <= self.epsilon <= 1, f"from {_LEAST_EPSILON} to 1"),
        ):
            if not good:
                raise ValueError(f'"{name}" is {short(value)}, expected {expected}')


@dataclass(frozen=True, slots=True)
class _Format:
    """What says whether a description can be read."""

    format: int
    activation: str = field(metadata={"alias": "config.hidden_act"})


def describe(folder: Path) -> Described:
    """Read the description of a folder; its weights are not looked at yet. Raises ModelNotFound."""
    file = folder / DESCRIPTION

    def wrong(what: str) -> ModelNotFound:
        return ModelNotFound(f"{file} describes no reader: {what}. {REMEDY}")

    try:
        data = file.read_bytes()
    except OSError as error:
        raise wrong(str(error)) from error
    values = _by_way(read_json(dict[str, Any], data, wrong))
    known = read_record(_Format, values, wrong, others=True)
    if (known.format, known.activation) != (FORMAT, ACTIVATION):
        raise ModelNotFound(
            f"{file} has the format {known.format} with {known.activation!r}, and this program reads {FORMAT} with "
            f"{ACTIVATION!r}. {REMEDY}"
        )
    named = {own.metadata.get("alias", own.name) for own in fields(Described)}
    given = {way: value for way, value in values.items() if way in named}
    found = read_record(Described, {**given, "folder": "", "digest": hashlib.sha256(data).hexdigest()}, wrong)
    return replace(found, folder=folder)


def _by_way(row: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a description under the way to each, such as "config.hidden_size"."""
    inner = {
        f"{name}.{own}": value
        for name in ("encoder", "weights", "config")
        if isinstance(row.get(name), dict)
        for own, value in row[name].items()
    }
    return {**row, **inner}


def load_network(described: Described, base: ModelFiles) -> Network:
    """Return the network. Raises ModelMismatch where a file is not the one described; ModelNotFound."""
    file = described.folder / WEIGHTS
    _same(file, described.weights_digest, digest_if_readable(file) or "no such file", described)
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
        weights = Weights.of(file)
        weights.check_sizes()
        return Network(shape, weights, encoder_weights(base))
    except (OSError, ValueError, OverflowError) as error:
        raise ModelNotFound(
            f"{file} does not hold the weights that {DESCRIPTION} describes: {error}. {REMEDY}"
        ) from error


def encoder_weights(base: ModelFiles) -> Weights:
    """Return the encoder's weights, which hold its word embeddings. Raises ModelNotFound."""
    file = base.folder / ENCODER_WEIGHTS
    try:
        weights = Weights.of(file)
        weights.weight(WORDS)
    except (OSError, ValueError) as error:
        raise ModelNotFound(
            f"{file} holds no word embeddings of BERT ({error}): a reader is made from a model of that family"
        ) from error
    return weights


def _same(what: Path, expected: str, found: str, described: Described) -> None:
    if expected != found:
        raise ModelMismatch(
            f"{what} is not what the reader in {described.folder} was made with: sha256 expected {expected}, found "
            f"{found}. Install the program again, or export the reader anew."
        )
