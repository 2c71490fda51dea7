"""The finished reader as the files that `qa.reading` loads: weights in half precision, and one description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file

from embeddings.disk import digest
from embeddings.encoding.models import ModelFiles
from embeddings.errors import ModelMismatch
from qa.reading.calibration import Calibrated
from qa.reading.trained.files import ACTIVATION, DESCRIPTION, FORMAT, WEIGHTS
from training.network import WORDS, ReadingModel, words_of

__all__ = ["add_measured", "export"]


def export(model: ReadingModel, base: ModelFiles, calibrated: Calibrated, limit: float, folder: Path) -> Path:
    """Write both files; return the description's path. The model must have been trained from ``base``.

    ``limit`` is the probability from which a passage counts as an answer.
    """
    if not torch.equal(words_of(base)[WORDS], model.state_dict()[WORDS]):
        raise ModelMismatch(
            f"the word embeddings of the reader are not those of {base.name}: give the model it began with"
        )
    state = {name: value.to(torch.float16).contiguous() for name, value in model.state_dict().items() if name != WORDS}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    description = {
        "format": FORMAT,
        "encoder": {"name": base.name, "sha256": base.digest},
        "weights": {"file": WEIGHTS, "sha256": digest(folder / WEIGHTS)},
        "config": {"hidden_act": ACTIVATION, **asdict(model.shape)},
        "calibration": asdict(calibrated),
        "limit": limit,
        "spans": True,
    }
    file = folder / DESCRIPTION
    file.write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return file


def add_measured(folder: Path, measured: Mapping[str, object]) -> None:
    """Write into a reader's description what was measured of it; see docs/decisions/reading.md."""
    file = folder / DESCRIPTION
    description = {**json.loads(file.read_text(encoding="utf-8")), "measured": measured}
    file.write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")
