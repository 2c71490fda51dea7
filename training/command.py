"""The options of ``python -m training`` and what each command does."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from embeddings.errors import QAError
from embeddings.models import ModelFiles
from training.data import SHARES

__all__ = ["main"]

STEPS_A_LINE = 10


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 where it went well, 1 with a message where it did not."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except QAError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("training-run"), help="of data, checkpoint and log")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="the same number gives the same weights")
    commands = parser.add_subparsers(dest="command", required=True)
    data = commands.add_parser("data", help="make the examples from $QA_DATA")
    data.add_argument("--without", choices=[*SHARES, "human"], help="leave a kind out, to measure what it brings")
    data.set_defaults(run=_data)
    train = commands.add_parser("train", help="train, or go on from the checkpoint in the folder")
    train.add_argument("--steps", type=int, default=3000)
    train.add_argument("--batch", type=int, default=32)
    train.add_argument("--rate", type=float, default=1e-4)
    train.add_argument("--every", type=float, default=300.0, help="seconds between checkpoints")
    train.set_defaults(run=_train)
    evaluate = commands.add_parser("evaluate", help="figures of the checkpoint on squad20-a and held-out questions")
    evaluate.set_defaults(run=_evaluate)
    export = commands.add_parser("export", help="calibrate, measure, and write the reader with its model card")
    export.add_argument("--to", type=Path, default=None, help="folder; FOLDER/reader")
    export.set_defaults(run=_export)
    for command in (train, evaluate, export):
        command.add_argument("--model", default=None, help="the encoder to start from; the default one")
    for command in (evaluate, export):
        command.add_argument("--most", type=int, default=600, help="questions of a kind")
        command.add_argument("--end-to-end", type=int, default=150, help="questions of a kind asked of the retriever")
    return parser


def _data(options: argparse.Namespace) -> None:
    from training.corpora import data_folder, read_corpus, read_unanswerable
    from training.data import make, write_examples

    place = data_folder()
    human = place / "squad20-a"
    corpora = read_corpus(place / "squad11-train"), read_unanswerable(human), read_corpus(human)
    learnt, kept = make(*corpora, seed=options.seed, without=options.without)
    for examples, name in ((learnt, "train"), (kept, "held-out")):
        counts = write_examples(examples, options.folder / "data" / f"{name}.jsonl")
        print(name, len(examples), dict(counts.most_common()), flush=True)


def _train(options: argparse.Namespace) -> None:
    import torch

    from qa.reading.features import RowMaker, open_tokenizer
    from training.data import read_examples
    from training.evaluate import log, quick
    from training.model import ReadingModel
    from training.plan import Plan
    from training.train import Trainer

    torch.set_num_threads(options.threads)
    folder = _base(options).folder
    maker = RowMaker(open_tokenizer(folder))
    plan = Plan(seed=options.seed, batch=options.batch, steps=options.steps, rate=options.rate)
    examples = read_examples(options.folder / "data" / "train.jsonl")
    trainer = Trainer(ReadingModel.begin(folder, seed=options.seed), maker, examples, plan)
    if trainer.resume(options.folder):
        print(f"going on from step {trainer.step}", flush=True)
    kept = read_examples(options.folder / "data" / "held-out.jsonl")
    while not trainer.done:
        until = time.monotonic() + options.every
        figures: dict[str, float] = {}
        while time.monotonic() < until and not trainer.done:
            figures = trainer.run(STEPS_A_LINE)
            print(trainer.step, {name: round(value, 3) for name, value in figures.items()}, flush=True)
        trainer.save(options.folder)
        log(options.folder / "log.jsonl", {"step": trainer.step, **figures, **quick(trainer.model, maker, kept)})


def _evaluate(options: argparse.Namespace) -> None:
    from training.finish import finish

    finished = finish(options.folder, _base(options), most=options.most, end_to_end=options.end_to_end)
    for name, value in finished.figures.items():
        print(f"{name}: {value:.3f}")


def _export(options: argparse.Namespace) -> None:
    from training.card import write_card
    from training.export import export
    from training.finish import finish

    base = _base(options)
    finished = finish(options.folder, base, most=options.most, end_to_end=options.end_to_end)
    place = options.to or options.folder / "reader"
    export(finished.model, base, finished.calibrated, finished.limit, place)
    print(write_card(finished, place))


def _base(options: argparse.Namespace) -> ModelFiles:
    from embeddings.models import DEFAULT_MODEL, find_model

    return find_model(options.model or DEFAULT_MODEL)
