"""``qa ask --export FILE``: the option, the check before anything slow, and the writing."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answering.answerer import Answerer
    from qa.types.answers import Answer

ENDINGS = (".bib", ".csl.json", ".html", ".json", ".md")
"""Of the files of all formats, see `qa.export.registry`, which is not loaded before it is needed."""


def add_export(parser: argparse.ArgumentParser) -> None:
    """Give a parser the option --export."""
    about = f"also write the answer, to be checked by qa verify: {' '.join(ENDINGS)}"
    parser.add_argument("--export", type=_exported, metavar="FILE", help=about)


def check_export(options: argparse.Namespace) -> None:
    """Raise ExportError where the answer could not be written in the end: before anything slow."""
    if options.export is not None:
        from qa.export import check_place

        check_place(options.export, options.seeds)


def write_export(options: argparse.Namespace, answerer: Answerer, answer: Answer) -> None:
    """Write the answer where it was asked for, and say so on stderr."""
    if options.export is None:
        return
    from qa.export import Conversation, check_place, export, save
    from qa.interfaces.cli.output import for_terminal, line

    known = check_place(options.export, options.seeds)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    save(options.export, export(Conversation.of(answerer, [answer], made=made), known.name))
    print(f"qa: the answer was written to {for_terminal(line(options.export))}", file=sys.stderr)


def _exported(text: str) -> Path:
    if not text.lower().endswith(ENDINGS):
        raise argparse.ArgumentTypeError(
            f"expected a file name that ends in one of {', '.join(ENDINGS)}, found {text!r}"
        )
    return Path(text)
