"""``qa ask --export FILE``: the option, the check before anything slow, and the writing."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from qa.answering.answerer import Answerer
from qa.export import Conversation, check_place, export, format_of, save
from qa.export.registry import ENDINGS
from qa.interfaces.cli.output import for_terminal, line
from qa.types.answers import Answer


def add_export(parser: argparse.ArgumentParser) -> None:
    """Give a parser the option --export."""
    about = f"also write the answer, to be checked by qa verify: {' '.join(ENDINGS)}"
    parser.add_argument("--export", type=_exported, metavar="FILE", help=about)


def check_export(options: argparse.Namespace) -> None:
    """Raise ExportError where the answer could not be written in the end: before anything slow."""
    if options.export is not None:
        check_place(options.export, options.seeds)


def write_export(options: argparse.Namespace, answerer: Answerer, answer: Answer) -> None:
    """Write the answer where it was asked for, and say so on stderr."""
    if options.export is None:
        return
    known = check_place(options.export, options.seeds)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    save(options.export, export(Conversation.of(answerer, [answer], made=made), known.name))
    print(f"qa: the answer was written to {for_terminal(line(options.export))}", file=sys.stderr)


def _exported(text: str) -> Path:
    if format_of(Path(text)) is None:
        raise argparse.ArgumentTypeError(
            f"expected a file name that ends in one of {', '.join(ENDINGS)}, found {text!r}"
        )
    return Path(text)
