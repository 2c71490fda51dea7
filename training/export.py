"""The finished reader as files: weights in half precision, and one description with digests and calibration.

The word embeddings are left out: training keeps them as the encoder has them, so they are read from the encoder's own
files, whose digest is written down. That halves the size.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig

from embeddings.errors import ModelMismatch, ModelNotFound
from embeddings.models import ModelFiles
from training.calibrate import Calibrated
from training.model import ReadingModel, settled
from training.train import FROZEN

__all__ = ["FORMAT", "Exported", "export", "load"]

FORMAT = 1
WEIGHTS, DESCRIPTION = "reader.safetensors", "reader.json"
_SHAPE = (  # all that the weights need to be read; the library's own list names folders of this machine
    "hidden_act",
    "hidden_size",
    "intermediate_size",
    "layer_norm_eps",
    "max_position_embeddings",
    "num_attention_heads",
    "num_hidden_layers",
    "type_vocab_size",
    "vocab_size",
)
_ENCODER_WEIGHTS, _ENCODER_WORDS = "model.safetensors", "embeddings.word_embeddings.weight"


@dataclass(frozen=True)
class Exported:
    """A reader that was read back, ready to read, and how its figures become a probability."""

    model: ReadingModel
    calibrated: Calibrated
    limit: float
    digest: str


def export(model: ReadingModel, base: ModelFiles, calibrated: Calibrated, limit: float, folder: Path) -> Path:
    """Write both files; gives the description's path. The model must have been trained from ``base``.

    ``limit`` is the probability from which a passage is taken to answer.
    """
    state = {name: value.to(torch.float16).contiguous() for name, value in model.state_dict().items() if name != FROZEN}
    _words(base, model.state_dict()[FROZEN])
    folder.mkdir(parents=True, exist_ok=True)
    save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    description = {
        "format": FORMAT,
        "encoder": {"name": base.name, "sha256": base.digest},
        "weights": {"file": WEIGHTS, "sha256": _digest(folder / WEIGHTS)},
        "config": {name: getattr(model.bert.config, name) for name in _SHAPE},
        "calibration": asdict(calibrated),
        "limit": limit,
    }
    file = folder / DESCRIPTION
    file.write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return file


def load(folder: Path, base: ModelFiles) -> Exported:
    """Read what `export` wrote; raises ModelNotFound, and ModelMismatch where a file is not the one described."""
    described = _described(folder / DESCRIPTION)
    weights = folder / WEIGHTS
    found = _digest(weights) if weights.is_file() else "no such file"
    for what, expected, actual in (
        (weights, described["weights"]["sha256"], found),
        (base.folder, described["encoder"]["sha256"], base.digest),
    ):
        if expected != actual:
            raise ModelMismatch(
                f"{what} is not what the reader in {folder} was made with: sha256 expected {expected}, found {actual}. "
                "Install the program again, or export the reader anew."
            )
    model = ReadingModel(settled(BertConfig.from_dict(described["config"])))
    state = {name: value.float() for name, value in load_file(weights).items()}
    model.load_state_dict({**state, FROZEN: _words(base, None)})
    return Exported(model.eval(), Calibrated(**described["calibration"]), float(described["limit"]), found)


def _described(file: Path) -> dict[str, Any]:
    try:
        described: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        found, _ = described["format"], (described["weights"]["sha256"], described["encoder"]["sha256"])
        _ = described["config"], described["calibration"], float(described["limit"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelNotFound(
            f"{file} describes no reader ({error!r}): export one with python -m training export"
        ) from error
    if found != FORMAT:
        raise ModelNotFound(f"{file} has the format {found}, and this program reads {FORMAT}: export the reader anew")
    return described


def _words(base: ModelFiles, learnt: torch.Tensor | None) -> torch.Tensor:
    """The encoder's word embeddings; raises ModelMismatch where they are not those of the model."""
    words = load_file(base.folder / _ENCODER_WEIGHTS)[_ENCODER_WORDS].float()
    if learnt is not None and not torch.equal(words, learnt):
        raise ModelMismatch(
            f"the word embeddings of the reader are not those of {base.name}: give the model it began with"
        )
    return words


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
