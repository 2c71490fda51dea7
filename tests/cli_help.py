"""Writes docs/cli.md: python tests/cli_help.py. A test compares the file with what this gives."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from qa.interfaces.cli.main import make_parser

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = """# Command line

What `qa --help` and each command's `--help` print. `qa` stands in `.venv/bin` (`source .venv/bin/activate`). It exits
with 0, with 1 after an error that it explains on stderr, with 2 for wrong usage, with 130 when interrupted. Progress is
shown on stderr, and only on a terminal. `qa doctor` exits with 1 where it found a problem. `qa verify` exits with 0
where every quote is intact, with 3 where some have moved and the others are intact, with 4 where one, cited or related,
is changed, missing or edited ([Exports](export.md)).
"""


def page() -> str:
    """The document, from the parser itself."""
    os.environ["COLUMNS"] = "100"
    parser = make_parser()
    (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    parts = [HEAD, _block("qa", parser.format_help())]
    parts += [_block(f"qa {name}", command.format_help()) for name, command in commands.choices.items()]
    return "\n".join(parts)


def _block(name: str, text: str) -> str:
    return f"## {name}\n```\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
