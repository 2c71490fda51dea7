"""The command ``qa verify``: its options, what it prints, its exit code."""

from __future__ import annotations

import argparse

from qa.export import ROLES, Role
from qa.export.verify.verify import Finding, Report, verify
from qa.export.verify.word_diff import in_words
from qa.interfaces.cli.output import line, print_json, say
from qa.types.phrasing import counted

MOVED = 3
"""Exit code where every quote is still in the documents, and some stand elsewhere."""

WRONG = 4
"""Exit code where a quote is changed or missing, or the export was edited."""

_NOUNS: dict[Role, str] = {"cited": "cited quote", "related": "related passage"}
_LONGEST = 2000  # characters of a quote or difference that are printed


def run_verify(options: argparse.Namespace) -> int:
    """Print what became of each quote. Return 0 where all are intact."""
    report = verify(options.file, options.seeds)
    if options.json:
        print_json(report.to_dict())
        return _code(report)
    for finding in report.findings:
        _print(finding)
    for role in ROLES:
        counts = {state: number for state, number in report.of_role(role).items() if number}
        if counts:
            every = ", ".join(f"{number} {state}" for state, number in counts.items())
            say(f"{counted(sum(counts.values()), _NOUNS[role])}: {every}")
    if not report.findings:
        say("The export answers nothing, and holds no quotes.")
    return _code(report)


def _code(report: Report) -> int:
    counts = report.counts
    if counts["changed"] or counts["missing"] or counts["edited"]:
        return WRONG
    return MOVED if counts["moved"] else 0


def _print(finding: Finding) -> None:
    """Print one finding; indent words of documents and of the export, so that none pass for the program's own."""
    recorded, quote = finding.recorded, finding.recorded.quote
    place = f" {line(quote)}" if quote else ""
    say(f"{finding.state.upper():8}{recorded.role:8}{line(recorded.key)}{place}".rstrip())
    if recorded.words:
        say(f"    “{_shown(recorded.words)}”")
    elif recorded.question:
        say(f"    to: {_shown(recorded.question)}")
    if finding.remark:
        say(f"  {line(finding.remark)}")
    if finding.now is not None and finding.state != "intact":
        where = "nearest" if finding.difference else "now"
        say(f"  {where}: {line(finding.now)}, characters {finding.now.start} to {finding.now.end}")
    if finding.difference:
        say(f"    {_shown(in_words(finding.difference))}")
    say("")


def _shown(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST else f"{one_line[:_LONGEST]} …"
