"""The command ``qa``: reads the options, builds the real parts, prints what comes out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import TypeAlias

from embeddings.encoding.models import DEFAULT_MODEL
from embeddings.errors import QAError
from qa.evaluation.plot import SUFFIXES
from qa.interfaces.cli import commands
from qa.interfaces.cli.evaluate import run_evaluate
from qa.interfaces.cli.export import add_export
from qa.interfaces.cli.forget import run_forget
from qa.interfaces.cli.output import for_terminal, line
from qa.interfaces.cli.verify import run_verify
from qa.interfaces.logs import set_up_log

DEFAULT_PORT = 7860
_Add: TypeAlias = Callable[..., argparse.ArgumentParser]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Return 0, 1 after a printed error, 2 for wrong usage, 130 when interrupted.

    3 and 4 are `qa verify`'s.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = make_parser().parse_args(argv)
    set_up_log()
    try:
        code: int = options.run(options)
    except QAError as error:
        print(f"qa: {line(for_terminal(str(error)))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output, e.g. head, has gone: nothing more to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"qa: {line(for_terminal(str(error)))}", file=sys.stderr)
        return 1
    return code


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; docs/cli.md shows its help and is checked against it."""
    parser = argparse.ArgumentParser(
        prog="qa",
        description="Answer questions from a folder of documents with verbatim, checked quotes. "
        "Nothing leaves this computer.",
    )
    parser.add_argument("--version", action="version", version=f"qa {metadata.version('seeds-qa')}")
    add = parser.add_subparsers(dest="command", required=True, metavar="COMMAND").add_parser
    _add_asking(add)
    _add_using(add)
    _add_keeping(add)
    return parser


def _add_asking(add: _Add) -> None:
    """Add the commands that read the documents and answer."""
    index = add("index", help="read the documents and make their index, or bring it up to date")
    index.add_argument("folder", nargs="?", metavar="SEEDS", type=_folder, help="the documents folder (as --seeds)")
    index.add_argument(
        "--rebuild", action="store_true", help="make the index anew, also where it is damaged or of another model"
    )
    index.add_argument(
        "--allow-shrink", action="store_true", help="also write an index without most documents of the one before"
    )
    _finish(index, commands.run_index, json=True)
    ask = add("ask", help="answer a question with quotes, or say that no passage was found that answers it")
    ask.add_argument("question", metavar="QUESTION")
    add_export(ask)
    ask.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="EARLIER",
        help="a question asked before, which this one follows up; several: oldest first",
    )
    ask.add_argument("--full", action="store_true", help="show related passages whole")
    _add_per_document(ask)
    _add_reader(ask)
    _add_filters(ask)
    _finish(ask, commands.run_ask, json=True)
    search = add("search", help="list the passages nearest to a query, best first")
    search.add_argument("question", metavar="QUERY")
    search.add_argument("-k", type=_positive, default=5, metavar="N", help="how many passages (default: %(default)s)")
    search.add_argument("--explain", action="store_true", help="say of each passage why it stands where it stands")
    _add_per_document(search)
    _add_reader(search, caution=False)
    _add_filters(search)
    _finish(search, commands.run_search, json=True)


def _add_using(add: _Add) -> None:
    """Add the commands that check an export, and that serve."""
    verify = add("verify", help="check every quote of an export against the documents as they are now")
    verify.add_argument("file", metavar="FILE", type=_file, help="what qa ask --export or the chat wrote")
    verify.set_defaults(run=run_verify)
    _add_seeds(verify)
    _add_json(verify)
    chat = add("chat", help="serve the chat page on this computer")
    chat.add_argument(
        "--host", type=_host, default="127.0.0.1", help="IPv4 address or name to serve on (default: %(default)s)"
    )
    chat.add_argument("--port", type=_port, default=DEFAULT_PORT, help="port to serve on (default: %(default)s)")
    chat.add_argument(
        "--upload",
        action=argparse.BooleanOptionalAction,
        help="take documents that are sent to the page into the documents folder "
        "(default: only where --host is this computer alone)",
    )
    _add_access(chat)
    _add_reader(chat)
    _finish(chat, commands.run_chat, json=False)
    mcp = add("mcp", help="let an assistant ask and quote the documents (MCP over stdin and stdout)")
    _add_reader(mcp)
    _finish(mcp, commands.run_mcp, json=False)


def _add_access(chat: argparse.ArgumentParser) -> None:
    """Add the options that say who may come in, and how the page is reached."""
    either = chat.add_mutually_exclusive_group()
    either.add_argument(
        "--token-file",
        type=_file,
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


def _add_keeping(add: _Add) -> None:
    """Add the commands that look after the installation and measure it."""
    doctor = add("doctor", help="check everything, and prove that a question is answered without the network")
    doctor.add_argument("--port", type=_port, default=DEFAULT_PORT, help="port to look at (default: %(default)s)")
    _finish(doctor, commands.run_doctor, json=True)
    feedback = add("feedback", help="say where the feedback on answers lies, and how much there is")
    feedback.add_argument("--remove", action="store_true", help="remove it")
    _add_seeds(feedback)
    _add_json(feedback)
    feedback.set_defaults(run=commands.run_feedback)
    forget = add("forget", help="remove the index of the documents folder, and the feedback on it")
    _add_seeds(forget)
    _add_index(forget)
    _add_json(forget)
    forget.set_defaults(run=run_forget)
    evaluate = add("evaluate", help="measure ranking, marked sentences and refusals on questions with known answers")
    _add_evaluate(evaluate)
    _add_reader(evaluate)
    _finish(evaluate, run_evaluate, json=True)


def _add_per_document(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--per-document", type=_positive, metavar="N", help="at most N passages of one document (default: any number)"
    )


def _add_reader(parser: argparse.ArgumentParser, *, caution: bool = True) -> None:
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
            type=_positive,
            metavar="N",
            help="give no sure answer to N of 100 questions that the documents do not answer "
            "(default: as the reader was calibrated)",
        )


def _add_filters(parser: argparse.ArgumentParser) -> None:
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


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "dataset",
        metavar="DATASET",
        type=Path,
        help="a folder in the BEIR layout, a JSON-lines file about the documents folder (question, document, quote), "
        "or a file of feedback (see qa feedback)",
    )
    parser.add_argument(
        "--limit",
        type=_positive,
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
    parser.add_argument("--plot", type=_picture, metavar="FILE", help="draw recall over depth (.svg or .png)")


def _finish(parser: argparse.ArgumentParser, run: commands.Command, *, json: bool) -> None:
    parser.set_defaults(run=run)
    _add_seeds(parser)
    _add_index(parser)
    parser.add_argument(
        "--model",
        default=DEFAULT_MODEL,
        help="sentence-transformers model: a folder or a hub name (default: %(default)s)",
    )
    parser.add_argument("--allow-download", action="store_true", help="fetch a hub model that is not here yet")
    if json:
        _add_json(parser)


def _add_seeds(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seeds",
        type=_folder,
        default=Path("seeds"),
        metavar="DIR",
        help="the documents folder (default: %(default)s)",
    )


def _add_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--index", type=_folder, metavar="DIR", help="where the index lies (default: in the user's cache folder)"
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("expected a folder, found an empty name")
    return Path(text)


def _file(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("expected a file, found an empty name")
    return Path(text)


def _host(text: str) -> str:
    if not text or ":" in text:
        raise argparse.ArgumentTypeError(f"expected an IPv4 address or a name, found {text!r}")
    return text


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return int(text)


def _picture(text: str) -> Path:
    if Path(text).suffix.casefold() not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"expected a file name that ends in {' or '.join(SUFFIXES)}, found {text!r}")
    return Path(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, found {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
