"""Options that several commands have, and what their values may be."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from embeddings.encoding.models import DEFAULT_MODEL

Run: TypeAlias = Callable[[argparse.Namespace], int]


def later(module: str, name: str) -> Run:
    """Return a command of a module beside this one, which is imported when it is run: the others cost it nothing."""

    def run(given: argparse.Namespace) -> int:
        code: int = getattr(import_module(f"qa.interfaces.cli.{module}"), name)(given)
        return code

    return run


def add_access(chat: argparse.ArgumentParser) -> None:
    """Add the options that say who may come in, and how the page is reached."""
    either = chat.add_mutually_exclusive_group()
    either.add_argument(
        "--token-file",
        type=file,
        metavar="FILE",
        help="the file of the token that is asked (default: the variable SEEDS_TOKEN, else one that is kept for you)",
    )
    either.add_argument("--no-token", action="store_true", help="let in everybody who reaches the port")
    chat.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="also answer to this name, as of a proxy"
    )
    chat.add_argument(
        "--proxy", action="append", default=[], metavar="ADDRESS", help="believe the X-Forwarded headers of this proxy"
    )
    chat.add_argument(
        "--root-path", default="", metavar="PATH", help="where a proxy serves the page: /seeds, or a whole address"
    )


def add_per_document(parser: argparse.ArgumentParser) -> None:
    """Add how many passages of one document there may be."""
    parser.add_argument(
        "--per-document", type=positive, metavar="N", help="at most N passages of one document (default: any number)"
    )


def add_reader(parser: argparse.ArgumentParser, *, caution: bool = True) -> None:
    """Add the options for the reader; a search has no caution, since it does not decide."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--reader",
        default="",
        metavar="NAME",
        help="read with this one: a folder that the training exported, or a cross-encoder's folder or hub name",
    )
    either.add_argument(
        "--no-reader", action="store_true", help="without a trained reader: mark the sentence nearest to the question"
    )
    parser.set_defaults(caution=None)
    if caution:
        parser.add_argument(
            "--caution",
            type=positive,
            metavar="N",
            help="give no sure answer to N of 100 questions that the documents do not answer "
            "(default: as the reader was calibrated)",
        )


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add which documents are searched."""
    group = parser.add_argument_group(
        "filters", "Which documents are searched. A name may be given several times: any of them; different ones: all."
    )
    group.add_argument(
        "--document", action="append", metavar="PATH", help="a file below the documents folder, or a sub-folder/"
    )
    group.add_argument("--since", metavar="DATE", help="of this year, month or day (2021-08-15) or later")
    group.add_argument("--until", metavar="DATE", help="of this year, month or day or earlier")
    group.add_argument("--outlet", action="append", metavar="NAME", help="published by this outlet")
    group.add_argument("--author", action="append", metavar="NAME", help="written by this author")
    group.add_argument("--tag", action="append", metavar="TAG", help="with this tag or topic")


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """Add what is measured, and what is written of it."""
    parser.add_argument(
        "dataset",
        metavar="DATASET",
        type=Path,
        help="a folder in the BEIR layout, a JSON-lines file about the documents folder (question, document, quote), "
        "or a file of feedback (see qa feedback)",
    )
    parser.add_argument(
        "--limit",
        type=positive,
        metavar="N",
        help="ask the first N queries only (of a folder also the first N unanswerable ones)",
    )
    parser.add_argument(
        "--run", dest="run_file", type=Path, metavar="FILE", help="write the ranking in TREC run format"
    )
    parser.add_argument(
        "--compare",
        type=Path,
        metavar="RUN",
        help="a TREC run of the same queries: test which difference is significant",
    )
    parser.add_argument("--plot", type=picture, metavar="FILE", help="draw recall over depth (.svg or .png)")


def finish(parser: argparse.ArgumentParser, run: Run, *, json: bool) -> None:
    """Add the options of every command that opens an index, and what the command runs."""
    parser.set_defaults(run=run)
    add_seeds(parser)
    add_index(parser)
    parser.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="sentence-transformers model: a folder or a hub name (default: %(default)s)",
    )
    parser.add_argument("--allow-download", action="store_true", help="fetch a hub model that is not here yet")
    if json:
        add_json(parser)


def add_seeds(parser: argparse.ArgumentParser) -> None:
    """Add the documents folder."""
    parser.add_argument(
        "--seeds",
        type=folder,
        default=Path("seeds"),
        metavar="DIR",
        help="the documents folder (default: %(default)s)",
    )


def add_index(parser: argparse.ArgumentParser) -> None:
    """Add the place of the index."""
    parser.add_argument(
        "--index", type=folder, metavar="DIR", help="where the index lies (default: in the user's cache folder)"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the choice of JSON."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def folder(text: str) -> Path:
    """Return a folder. Raises ArgumentTypeError for an empty name."""
    if not text:
        raise argparse.ArgumentTypeError("expected a folder, found an empty name")
    return Path(text)


def file(text: str) -> Path:
    """Return a file. Raises ArgumentTypeError for an empty name."""
    if not text:
        raise argparse.ArgumentTypeError("expected a file, found an empty name")
    return Path(text)


def host(text: str) -> str:
    """Return an IPv4 address or a name. Raises ArgumentTypeError."""
    if not text or ":" in text:
        raise argparse.ArgumentTypeError(f"expected an IPv4 address or a name, found {text!r}")
    return text


def positive(text: str) -> int:
    """Return a whole number from 1. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return int(text)


def picture(text: str) -> Path:
    """Return the file of a picture. Raises ArgumentTypeError for another ending."""
    from qa.evaluation.plot import SUFFIXES

    if Path(text).suffix.casefold() not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"expected a file name that ends in {' or '.join(SUFFIXES)}, found {text!r}")
    return Path(text)


def port(text: str) -> int:
    """Return a port. Raises ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, found {text!r}")
    return int(text)
