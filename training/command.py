"""The options of ``python -m training`` and what each command does."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.encoding.models import ModelFiles
from embeddings.errors import QAError
from training.data import KINDS

if TYPE_CHECKING:
    from training.finish import Finished

__all__ = ["main"]

STEPS_A_LINE = 10


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 where it went well, else 1 after a message."""
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
    data.add_argument("--without", choices=KINDS, help="leave a kind out, to measure what it brings")
    data.add_argument("--other-words", action="store_true", help="fewer questions in the words of what answers them")
    data.add_argument("--written", action="store_true", help="pairs from the questions that people wrote, of all sets")
    data.set_defaults(run=_data)
    train = commands.add_parser("train", help="train, or go on from the checkpoint in the folder")
    train.add_argument("--steps", type=int, default=3000)
    train.add_argument("--batch", type=int, default=32)
    train.add_argument("--rate", type=float, default=1e-4)
    train.add_argument("--cool", type=float, default=0.25, help="part of the steps over which the rate falls to 0")
    train.add_argument("--start", type=Path, help="a trained folder, or a reader, to begin with; the encoder")
    train.add_argument("--ranking", type=float, default=0.0, help="weight of the loss on pairs, for data --written")
    train.add_argument("--every", type=float, default=300.0, help="seconds between checkpoints")
    train.set_defaults(run=_train)
    evaluate = commands.add_parser("evaluate", help="figures of the checkpoint on squad20-a and held-out questions")
    evaluate.set_defaults(run=_evaluate)
    export = commands.add_parser("export", help="calibrate, measure, and write the reader with its model card")
    export.add_argument("--to", type=Path, default=None, help="folder; FOLDER/reader")
    export.set_defaults(run=_export)
    ablate = commands.add_parser("ablate", help="short runs, each without one kind of negative; goes on where it stood")
    ablate.add_argument("--steps", type=int, default=400)
    ablate.add_argument("--batch", type=int, default=16)
    ablate.add_argument("--rate", type=float, default=1e-4)
    ablate.add_argument("--most", type=int, default=200, help="questions of a kind that each run is asked")
    ablate.set_defaults(run=_ablate)
    for command in (train, evaluate, export, ablate):
        command.add_argument("--model", default=None, help="the encoder to start from; the default one")
    for command in (evaluate, export):
        command.add_argument("--average", type=Path, help="another trained folder, to take the mean of both weights")
        command.add_argument("--most", type=int, default=300, help="questions of a kind that each set is asked")
    return parser


def _data(options: argparse.Namespace) -> None:
    from benchmarks.beir import data_folder
    from benchmarks.squad import read_corpus
    from training.data import MADE, make, write_examples
    from training.written import SQUAD, written

    made = f"seed {options.seed}"
    if options.other_words:
        made += ", other words"
    if options.without:
        made += f", without {options.without}"
    if options.written:
        made += ", written"
        learnt, kept = written(data_folder(SQUAD).parent, seed=options.seed)
    else:
        corpus = read_corpus(data_folder(SQUAD))
        learnt, kept = make(corpus, seed=options.seed, without=options.without, other_words=options.other_words)
    (options.folder / MADE).parent.mkdir(parents=True, exist_ok=True)
    (options.folder / MADE).write_text(f"{made}\n", encoding="utf-8")
    for examples, name in ((learnt, "train"), (kept, "held-out")):
        counts = write_examples(examples, options.folder / "data" / f"{name}.jsonl")
        print(name, len(examples), dict(counts.most_common()), flush=True)


def _train(options: argparse.Namespace) -> None:
    import torch

    from embeddings.encoding.tokens import open_tokenizer
    from qa.reading.trained.inputs import RowMaker
    from training.data import read_examples
    from training.evaluate import log, quick
    from training.model import begin
    from training.plan import Plan
    from training.train import Trainer, put_start

    torch.set_num_threads(options.threads)
    base = _base(options)
    maker, model = RowMaker(open_tokenizer(base.folder)), begin(base.folder, seed=options.seed)
    start = "" if options.start is None else put_start(model, options.start, base)
    plan = Plan(options.seed, options.batch, options.steps, options.rate, cool=options.cool)
    plan = replace(plan, start=start, ranking=options.ranking)
    examples = read_examples(options.folder / "data" / "train.jsonl")
    trainer = Trainer(model, maker, examples, plan)
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
    for name, value in _finished(options, options.folder / "evaluated").figures.items():
        print(f"{name}: {value:.3f}")


def _export(options: argparse.Namespace) -> None:
    from training.card import write_card

    print(write_card(_finished(options, options.to or options.folder / "reader")))


def _finished(options: argparse.Namespace, place: Path) -> Finished:
    from training.finish import finish

    folders = [options.folder, *([] if options.average is None else [options.average])]
    return finish(folders, _base(options), place, most=options.most)


def _ablate(options: argparse.Namespace) -> None:
    import torch

    from training.ablation import Ablation, as_table
    from training.plan import Plan

    torch.set_num_threads(options.threads)
    plan = Plan(seed=options.seed, batch=options.batch, steps=options.steps, rate=options.rate)
    rows = []
    for left_out, row in Ablation(options.folder, _base(options), plan, options.most).run():
        rows.append((left_out, row))
        print(f"without {left_out}:", {name: round(value, 3) for name, value in row.items()}, flush=True)
    file = options.folder / "ablation.md"
    file.write_text(as_table(rows) + "\n", encoding="utf-8")
    print(file)


def _base(options: argparse.Namespace) -> ModelFiles:
    from embeddings.encoding.models import DEFAULT_MODEL, find_model

    return find_model(options.model or DEFAULT_MODEL)
