"""The command ``qa``: reads the options, builds the real parts, prints what comes out."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import metadata
from typing import TypeAlias

from embeddings.errors import QAError
from qa.answering.early import begin
from qa.interfaces.cli import options
from qa.interfaces.cli.export import add_export
from qa.interfaces.cli.options import later

DEFAULT_PORT = 7860
_ANSWERS_ONCE = ("ask", "search")
_Add: TypeAlias = Callable[..., argparse.ArgumentParser]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Return 0, 1 after a printed error, 2 for wrong usage, 130 when interrupted.

    3 and 4 are `qa verify`'s.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = make_parser().parse_args(argv)
    if given.command in _ANSWERS_ONCE:
        begin(given.model, given.reader, no_reader=given.no_reader, allow_download=given.allow_download)
    from qa.interfaces.cli.output import message
    from qa.interfaces.logs import set_up_log

    set_up_log()
    try:
        code: int = given.run(given)
    except QAError as error:
        print(f"qa: {message(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output, e.g. head, has gone: nothing more to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"qa: {message(error)}", file=sys.stderr)
        return 1
    return code


def run() -> None:
    """Run one command as a program.

    One that answers once ends without taking apart what it loaded, which takes a tenth of its time.
    """
    once = sys.argv[1:2] and sys.argv[1] in _ANSWERS_ONCE
    if once:
        gc.disable()  # there is nothing to collect so soon
    code = main()
    if once:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


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
    index.add_argument(
        "folder", nargs="?", metavar="SEEDS", type=options.folder, help="the documents folder (as --seeds)"
    )
    index.add_argument(
        "--rebuild", action="store_true", help="make the index anew, also where it is damaged or of another model"
    )
    index.add_argument(
        "--allow-shrink", action="store_true", help="also write an index without most documents of the one before"
    )
    index.add_argument(
        "--verify",
        action="store_true",
        help="read and compare every file of the documents and of the index, also those that look unchanged",
    )
    options.finish(index, later("commands", "run_index"), json=True)
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
    options.add_per_document(ask)
    options.add_reader(ask)
    options.add_filters(ask)
    options.finish(ask, later("commands", "run_ask"), json=True)
    search = add("search", help="list the passages nearest to a query, best first")
    search.add_argument("question", metavar="QUERY")
    search.add_argument(
        "-k", type=options.positive, default=5, metavar="N", help="how many passages (default: %(default)s)"
    )
    search.add_argument("--explain", action="store_true", help="say of each passage why it stands where it stands")
    options.add_per_document(search)
    options.add_reader(search, caution=False)
    options.add_filters(search)
    options.finish(search, later("commands", "run_search"), json=True)


def _add_using(add: _Add) -> None:
    """Add the commands that check an export, and that serve."""
    verify = add("verify", help="check every quote of an export against the documents as they are now")
    verify.add_argument("file", metavar="FILE", type=options.file, help="what qa ask --export or the chat wrote")
    verify.set_defaults(run=later("verify", "run_verify"))
    options.add_seeds(verify)
    options.add_json(verify)
    chat = add("chat", help="serve the chat page on this computer")
    chat.add_argument(
        "--host", type=options.host, default="127.0.0.1", help="IPv4 address or name to serve on (default: %(default)s)"
    )
    chat.add_argument("--port", type=options.port, default=DEFAULT_PORT, help="port to serve on (default: %(default)s)")
    chat.add_argument(
        "--upload",
        action=argparse.BooleanOptionalAction,
        help="take documents that are sent to the page into the documents folder "
        "(default: only where --host is this computer alone)",
    )
    options.add_access(chat)
    options.add_reader(chat)
    options.finish(chat, later("commands", "run_chat"), json=False)
    mcp = add("mcp", help="let an assistant ask and quote the documents (MCP over stdin and stdout)")
    options.add_reader(mcp)
    options.finish(mcp, later("commands", "run_mcp"), json=False)


def _add_keeping(add: _Add) -> None:
    """Add the commands that look after the installation and measure it."""
    doctor = add("doctor", help="check everything, and prove that a question is answered without the network")
    doctor.add_argument(
        "--port", type=options.port, default=DEFAULT_PORT, help="port to look at (default: %(default)s)"
    )
    options.finish(doctor, later("commands", "run_doctor"), json=True)
    feedback = add("feedback", help="say where the feedback on answers lies, and how much there is")
    feedback.add_argument("--remove", action="store_true", help="remove it")
    options.add_seeds(feedback)
    options.add_json(feedback)
    feedback.set_defaults(run=later("commands", "run_feedback"))
    forget = add("forget", help="remove the index of the documents folder, and the feedback on it")
    options.add_seeds(forget)
    options.add_index(forget)
    options.add_json(forget)
    forget.set_defaults(run=later("forget", "run_forget"))
    evaluate = add("evaluate", help="measure ranking, marked sentences and refusals on questions with known answers")
    options.add_evaluate(evaluate)
    options.add_reader(evaluate)
    options.finish(evaluate, later("evaluate", "run_evaluate"), json=True)


if __name__ == "__main__":
    run()
