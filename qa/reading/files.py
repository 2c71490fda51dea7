"""The only importer of safetensors: a trained reader's files, each compared with the digest that describes it.

The word embeddings are not among them: training keeps them as the encoder has them, so they are read from the encoder's
own files. That halves the size.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.disk import digest_if_readable
from embeddings.errors import ModelMismatch, ModelNotFound
from embeddings.models import ModelFiles
from qa.reading.calibrated import Calibrated

if TYPE_CHECKING:
    from qa.reading.network import Network, Weight

__all__ = ["DESCRIPTION", "FORMAT", "WEIGHTS", "WORDS", "Described", "describe", "load_network", "word_embeddings"]

FORMAT = 1
WEIGHTS, DESCRIPTION = "reader.safetensors", "reader.json"
WORDS = "bert.embeddings.word_embeddings.weight"
"""The weights that are the encoder's, under the name they have in the reader."""
_ENCODER_WEIGHTS, _ENCODER_WORDS = "model.safetensors", "embeddings.word_embeddings.weight"
_ACTIVATION = "gelu"


@dataclass(frozen=True, slots=True)
class Described:
    """What a reader's description says.

    ``limit`` is the probability from which a passage is taken to answer; ``spans`` whether it was taught to mark words;
    ``digest`` is the description's own sha256, and so changes with the weights, the encoder and the calibration.
    """

    folder: Path
    encoder: str
    encoder_digest: str
    weights_digest: str
    layers: int
    heads: int
    epsilon: float
    calibrated: Calibrated
    limit: float
    spans: bool
    digest: str


def describe(folder: Path) -> Described:
    """Read the description of a folder; its weights are not looked at yet. Raises ModelNotFound."""
    file = folder / DESCRIPTION
    try:
        data = file.read_bytes()
        row: dict[str, Any] = json.loads(data)
        config = row["config"]
        known = row["format"] == FORMAT and config["hidden_act"] == _ACTIVATION
        found = Described(
            folder=folder,
            encoder=str(row["encoder"]["name"]),
            encoder_digest=str(row["encoder"]["sha256"]),
            weights_digest=str(row["weights"]["sha256"]),
            layers=int(config["num_hidden_layers"]),
            heads=int(config["num_attention_heads"]),
            epsilon=float(config["layer_norm_eps"]),
            calibrated=Calibrated(**row["calibration"]),
            limit=float(row["limit"]),
            spans=bool(row["spans"]),
            digest=hashlib.sha256(data).hexdigest(),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelNotFound(
            f"{file} describes no reader ({error!r}). Install the program again, or export the reader anew."
        ) from error
    if not known:
        raise ModelNotFound(
            f"{file} has the format {row['format']!r} with {config['hidden_act']!r}, and this program reads {FORMAT} "
            f"with {_ACTIVATION!r}: install the program again, or export the reader anew"
        )
    return found


def load_network(described: Described, base: ModelFiles) -> Network:
    """The network, ready to read; raises ModelMismatch where a file is not the one described, and ModelNotFound."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from qa.reading.network import Network, Shape

    weights = described.folder / WEIGHTS
    _same(weights, described.weights_digest, digest_if_readable(weights) or "no such file", described)
    _same(base.folder, described.encoder_digest, base.digest, described)
    try:
        state = {**load_file(weights), WORDS: word_embeddings(base)}
        return Network(state, Shape(described.layers, described.heads, described.epsilon))
    except (SafetensorError, OSError, KeyError, RuntimeError) as error:
        raise ModelNotFound(
            f"{weights} does not hold the weights that {DESCRIPTION} describes ({error!r}): export the reader anew"
        ) from error


def word_embeddings(base: ModelFiles) -> Weight:
    """The encoder's own, in float32. Raises ModelNotFound."""
    from safetensors import SafetensorError, safe_open

    file = base.folder / _ENCODER_WEIGHTS
    try:
        with safe_open(file, framework="pt") as opened:
            words: Weight = opened.get_tensor(_ENCODER_WORDS)
    except (SafetensorError, OSError) as error:
        raise ModelNotFound(
            f"{file} holds no word embeddings of BERT ({error}): a reader is made from a model of that family"
        ) from error
    return words.float()


def _same(what: Path, expected: str, found: str, described: Described) -> None:
    if expected != found:
        raise ModelMismatch(
            f"{what} is not what the reader in {described.folder} was made with: sha256 expected {expected}, found "
            f"{found}. Install the program again, or export the reader anew."
        )
