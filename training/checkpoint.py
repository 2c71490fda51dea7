"""A training as one file: weights, optimizer state and progress. It is no pickle: nothing in it is run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from embeddings.errors import DatasetError
from training.plan import Plan

__all__ = ["CHECKPOINT", "Standing", "digest_of", "read_checkpoint", "write_checkpoint"]

CHECKPOINT = "checkpoint.safetensors"
_KEY = "standing"  # one key: the library writes several in any order, and the same training gives the same bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """The progress of a training: steps done, the plan, the examples."""

    step: int
    plan: Plan
    examples: str

    @property
    def named(self) -> str:
        """Return what tells these weights apart. It is the same on one machine; the bytes are nowhere sure to be."""
        plan = ", ".join(f"{name} {value}" for name, value in asdict(self.plan).items() if value)
        return f"step {self.step} of the plan ({plan}) over the examples {self.examples}"


def digest_of(examples: Iterable[object]) -> str:
    """Return what tells one list of examples from another."""
    total = blake2b(digest_size=16)
    for example in examples:
        total.update(f"{example!r}\n".encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def write_checkpoint(folder: Path, standing: Standing, state: dict[str, Tensor]) -> None:
    """Write it into a folder, which is made; replace an existing checkpoint in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{CHECKPOINT}.part"
    save_file(state, unfinished, metadata={_KEY: json.dumps(asdict(standing))})
    unfinished.replace(folder / CHECKPOINT)


def read_checkpoint(folder: Path) -> tuple[Standing, dict[str, Tensor]] | None:
    """Return what `write_checkpoint` wrote; None where there is none. Raises DatasetError on anything else."""
    file = folder / CHECKPOINT
    if not file.exists():
        return None
    try:
        with safe_open(file, framework="pt") as opened:
            row = json.loads(opened.metadata()[_KEY])
        return Standing(int(row["step"]), Plan(**row["plan"]), str(row["examples"])), load_file(file)
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{file} is no checkpoint ({error}): remove it to train from the beginning") from error
