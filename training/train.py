"""The training of the reader over the examples in order; a stopped one goes on from the last checkpoint."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from embeddings.encoding.models import ModelFiles
from embeddings.errors import DatasetError
from qa.reading.trained.files import DESCRIPTION, WEIGHTS, describe
from qa.reading.trained.inputs import RowMaker
from training.checkpoint import Standing, digest_of, read_checkpoint, write_checkpoint
from training.data import Example
from training.features import batches, tensors
from training.model import loss_of
from training.network import WORDS, ReadingModel, words_of
from training.plan import Plan

__all__ = ["FROZEN", "Trainer", "put_checkpoint", "put_start"]


_MODEL, _OPTIMIZER = "model.", "optimizer."

FROZEN = WORDS
"""Words keep what the encoder knows of them, also those that the training texts do not have; half the weights, so it is
quicker too."""


class Trainer:
    """A model on its way through a plan; the same plan, data and thread count give the same weights."""

    def __init__(self, model: ReadingModel, maker: RowMaker, examples: Sequence[Example], plan: Plan) -> None:
        if not examples:
            raise DatasetError("there is no example to train on: make the data again")
        self.model, self.plan, self.step = model, plan, 0
        self._maker, self._examples, self._digest = maker, examples, digest_of(examples)
        self._order = batches(examples, size=plan.batch, seed=plan.seed, pairs=plan.ranking > 0)
        named = dict(model.named_parameters())
        named[FROZEN].requires_grad = False
        self._learnt = {name: value for name, value in named.items() if name != FROZEN}
        decayed = [value for value in self._learnt.values() if value.ndim > 1]
        others = [value for value in self._learnt.values() if value.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": plan.decay}, {"params": others, "weight_decay": 0.0}]
        self._optimizer = torch.optim.AdamW(groups, lr=plan.rate, fused=True)

    @property
    def done(self) -> bool:
        """Return whether the plan is fulfilled."""
        return self.step >= self.plan.steps

    def run(self, steps: int) -> dict[str, float]:
        """Take up to so many steps; return the mean losses and the examples a second."""
        self.model.train()
        began, seen = time.perf_counter(), 0
        sums: Counter[str] = Counter()
        taken = min(steps, self.plan.steps - self.step)
        for _ in range(taken):
            numbers = self._order[self.step % len(self._order)]
            seen += len(numbers)
            sums.update(self._learn([self._examples[number] for number in numbers]))
        figures = {name: value / max(1, taken) for name, value in sums.items()}
        return {**figures, "examples_per_second": seen / (time.perf_counter() - began)}

    def _learn(self, examples: Sequence[Example]) -> dict[str, float]:
        batch = tensors(examples, self._maker)
        for group in self._optimizer.param_groups:
            group["lr"] = self.plan.rate_at(self.step)
        tokens, types, means, mask = batch.inputs
        with torch.autocast(
            "cpu", dtype=torch.bfloat16
        ):  # not the heads: it would round logits to a hundredth and more
            states = self.model.encode(tokens, types, mask)
        loss, parts = loss_of(self.model.judge(states.float(), means), batch, self.plan.ranking)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._learnt.values(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad()
        self.step += 1
        return parts

    def save(self, folder: Path) -> None:
        """Write a checkpoint; replace an existing one in one step."""
        state = {f"{_MODEL}{name}": value.contiguous() for name, value in self.model.state_dict().items()}
        for name, parameter in self._learnt.items():
            for key, value in self._optimizer.state[parameter].items():
                state[f"{_OPTIMIZER}{name}.{key}"] = value
        write_checkpoint(folder, Standing(self.step, self.plan, self._digest), state)

    def resume(self, folder: Path) -> bool:
        """Go on from a folder's checkpoint; return false where there is none. Raises DatasetError on another plan's."""
        found = read_checkpoint(folder)
        if found is None:
            return False
        before, state = found
        if not self.plan.may_follow(before.plan, before.step) or before.examples != self._digest:
            raise DatasetError(
                f"the checkpoint in {folder} is {before}, and asked for is {self.plan} over the examples "
                f"{self._digest}: give the same options, or another folder. Only the steps may be changed, and only "
                "before the rate falls."
            )
        self.model.load_state_dict(_weights(state))
        for name, parameter in self._learnt.items():
            own = {key: state[f"{_OPTIMIZER}{name}.{key}"] for key in ("step", "exp_avg", "exp_avg_sq")}
            self._optimizer.state[parameter] = own
        self.step = before.step
        return True


def put_checkpoint(model: ReadingModel, *folders: Path) -> list[Standing]:
    """Put the weights of a folder's checkpoint into a model, or the mean of several; return the progress of each.

    The mean of weights on one way is often better than either end (Izmailov et al. 2018). Raises DatasetError.
    """
    standings: list[Standing] = []
    total: dict[str, Tensor] = {}
    for folder in folders:
        found = read_checkpoint(folder)
        if found is None:
            raise DatasetError(
                f"{folder} has no checkpoint: train first, with python -m training --folder {folder} train"
            )
        standings.append(found[0])
        for name, value in _weights(found[1]).items():
            total[name] = total[name] + value if name in total else value
    model.load_state_dict({name: value / len(folders) for name, value in total.items()})
    return standings


def put_start(model: ReadingModel, folder: Path, base: ModelFiles) -> str:
    """Put the weights of an exported reader, or of a folder's checkpoint, into a model; return what names them.

    Raises DatasetError, ModelNotFound.
    """
    if not (folder / DESCRIPTION).exists():
        return put_checkpoint(model, folder)[0].named
    described = describe(folder)
    model.load_state_dict({**load_file(folder / WEIGHTS), **words_of(base)})
    return f"the reader of the weights {described.weights_digest[:16]}"


def _weights(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(_MODEL): value for name, value in state.items() if name.startswith(_MODEL)}
