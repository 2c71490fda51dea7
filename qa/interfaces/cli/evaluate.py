"""What ``qa evaluate`` does, and how it is printed."""

from __future__ import annotations

import argparse
from dataclasses import replace
from itertools import islice
from pathlib import Path

from embeddings.errors import DatasetError
from qa.answering.answerer import Answerer
from qa.answering.feedback import FeedbackFile
from qa.evaluation.asking import ask_all
from qa.evaluation.feedback import evaluated_feedback, is_feedback
from qa.evaluation.metrics import require_ir_measures
from qa.evaluation.opening import Source, open_dataset
from qa.evaluation.plot import plot_recall, require_matplotlib
from qa.evaluation.report import as_text, feedback_as_text
from qa.evaluation.runs import read_run, write_run
from qa.evaluation.scoring import compared, evaluated, judged
from qa.interfaces.cli.commands import chosen_setup
from qa.interfaces.cli.output import for_terminal
from qa.interfaces.progress import ProgressBar
from qa.types.serialize import as_json


def run_evaluate(options: argparse.Namespace) -> int:
    """Measure the product on a data set; everything that can be found wrong early is looked at first."""
    if is_feedback(options.dataset):
        return _run_feedback(options)
    require_ir_measures()
    theirs = None if options.compare is None else read_run(options.compare)
    if options.plot is not None:
        require_matplotlib()
    for path in (options.run_file, options.plot):
        _check_place(path)
    setup = chosen_setup(options)
    with ProgressBar() as bar:
        retriever, dataset = open_dataset(Source(options.dataset, options.limit), setup, bar.show)
        outcomes = ask_all(retriever, Answerer.over(retriever, setup.reader).reader, dataset, bar.show)
    if options.run_file is not None:
        write_run(options.run_file, judged(outcomes))
    result = evaluated(dataset, outcomes, retriever.index)
    if theirs is not None:
        result = replace(result, comparison=compared(outcomes, theirs, str(options.compare)))
    if options.plot is not None:
        others = {} if theirs is None else {options.compare.name: theirs}
        plot_recall(options.plot, dataset.name, judged(outcomes), others)
    print(as_json(result.to_dict()) if options.json else for_terminal(as_text(result)))
    return 0


def _run_feedback(options: argparse.Namespace) -> int:
    """Ask a file of feedback again."""
    if options.run_file or options.compare or options.plot:
        raise DatasetError(f"{options.dataset} is feedback, which has no --run, --compare or --plot. Leave them out.")
    entries = list(islice(FeedbackFile(options.dataset).lines(), options.limit))
    setup = chosen_setup(options)
    with ProgressBar() as bar:
        answerer = Answerer.over(setup.open_retriever(progress=bar.show), setup.reader)
        result = evaluated_feedback(options.dataset.stem, entries, answerer, bar.show)
    print(as_json(result.to_dict()) if options.json else for_terminal(feedback_as_text(result)))
    return 0


def _check_place(path: Path | None) -> None:
    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        what = "is a folder" if path.is_dir() else f"cannot be written: there is no folder {path.absolute().parent}"
        raise DatasetError(f"{path} {what}. Name another file.")
