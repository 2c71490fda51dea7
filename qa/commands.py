"""What each command does, and how it is printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, TypeAlias

from embeddings.errors import SourceChanged
from embeddings.plan import SyncReport
from qa.answer import Answerer
from qa.filters import KINDS, Filters
from qa.opening import Setup, open_retriever
from qa.progress import ProgressBar
from qa.query import parse
from qa.question import checked
from qa.retriever import Retriever
from qa.searched import nothing_left, searched
from qa.sources import Sources
from qa.types import STEERING, Answer, Citation, Hit, Quote, as_json
from qa.wording import also_in, also_named

__all__ = ["Command", "for_terminal", "run_ask", "run_chat", "run_doctor", "run_index", "run_search"]

Command: TypeAlias = Callable[[argparse.Namespace], int]


def run_index(options: argparse.Namespace) -> int:
    """Bring the index up to date and say what was done."""
    setup = _setup(options)
    if options.folder is not None:
        setup = replace(setup, seeds=options.folder)
    retriever = _opened(setup, rebuild=options.rebuild)
    folder = setup.index_folder(setup.encoder())
    if options.json:
        counts = retriever.index.manifest.counts
        _print_json({**asdict(_report(retriever)), "counts": counts, "index": str(folder)})
        return 0
    _say(_summary(retriever))
    _say(f"The index lies in {folder}")
    return 0


def run_ask(options: argparse.Namespace) -> int:
    """Print the answer."""
    parse(options.question)  # before anything slow
    filters = _filters(options)
    retriever = _opened(_setup(options))
    answer = Answerer.over(retriever).ask(options.question, filters=filters, per_document=options.per_document)
    if options.json:
        print(answer.to_json())
        return 0
    _warn_of_skipped(retriever)
    _print_answer(answer)
    return 0


def run_search(options: argparse.Namespace) -> int:
    """Print the passages found; those of files that changed are named and not shown."""
    asked, query, filters = checked(options.question), parse(options.question), _filters(options)
    retriever = _opened(_setup(options))
    found = retriever.search(asked, options.k, filters=filters, per_document=options.per_document)
    hits, changed = _unchanged(found, Sources(retriever.seeds))
    if options.json:
        _print_json(
            {
                "query": options.question,
                "asked": asked,
                "hits": [hit.to_dict() for hit in hits],
                "index_id": retriever.index_id,
                "changed": changed,
                "filters": filters.to_dict(),
            }
        )
        return 0
    _warn_of_skipped(retriever)
    for hit in hits:
        _say(f"{_line(hit.citation)}  score {hit.score:.3f}")
        _say(f"    {_quoted(hit.citation.quote)}")
        _say(f"{_also(hit.citation)}\n" if hit.also else "")
    for path in changed:
        _say(f"{_line(path)} has changed since it was indexed and is not quoted.")
    if not found:
        _say(f"{searched(retriever.index, filters)}. {nothing_left(retriever.index, query, filters)}".rstrip())
    return 0


def run_chat(options: argparse.Namespace) -> int:
    """Serve the page until interrupted."""
    from qa.web.ports import check_free

    check_free(options.host, options.port)
    from qa.web.app import serve

    return serve(_setup(options), host=options.host, port=options.port)


def run_doctor(options: argparse.Namespace) -> int:
    """Check everything; 1 where something is wrong."""
    from qa.doctor import examine

    findings = examine(_setup(options), options.port)
    if options.json:
        _print_json({"checks": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            _say(f"{'ok     ' if finding.good else 'PROBLEM'} {finding.name}: {finding.detail}")
    return 0 if all(finding.good for finding in findings) else 1


def for_terminal(text: str) -> str:
    """The text with control and direction characters made visible, so that a document cannot steer a terminal.

    Characters that only join letters, as in Persian words and in emoji, stay.
    """
    return STEERING.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


def _line(value: object) -> str:
    """A name on one line: what it holds of line ends is made visible."""
    return str(value).replace("\n", "<U+000A>")


def _quoted(text: str, indent: str = "    ") -> str:
    """Words of a document: every line is indented, so that none can be taken for the program's own."""
    return text.replace("\n", f"\n{indent}")


def _setup(options: argparse.Namespace) -> Setup:
    return Setup(options.seeds, options.index, options.model, options.allow_download)


def _filters(options: argparse.Namespace) -> Filters:
    names = {kind: tuple(getattr(options, kind) or ()) for kind in KINDS}
    return Filters(since=options.since, until=options.until, **names)


def _opened(setup: Setup, *, rebuild: bool = False) -> Retriever:
    with ProgressBar() as bar:
        return open_retriever(setup, rebuild=rebuild, progress=bar.show)


def _report(retriever: Retriever) -> SyncReport:
    return retriever.report or SyncReport(retriever.index_id)


def _unchanged(hits: list[Hit], sources: Sources) -> tuple[list[Hit], list[str]]:
    good: list[Hit] = []
    changed: dict[str, None] = {}
    for hit in hits:
        quotes = [quote for quote in (hit.citation.source, *hit.also) if _is_unchanged(quote, sources, changed)]
        if quotes:
            citation = replace(hit.citation, source=quotes[0], also=tuple(quotes[1:]))
            good.append(replace(hit, citation=citation))
    return good, list(changed)


def _is_unchanged(quote: Quote, sources: Sources, changed: dict[str, None]) -> bool:
    try:
        sources.check(quote)
    except SourceChanged:
        changed[quote.path] = None
        return False
    return True


def _print_answer(answer: Answer) -> None:
    for citation in answer.citations:
        _say(f"“{_quoted(citation.quote)}” [{citation.number}]\n")
    for citation in answer.citations:
        _say(_line(citation))
        if citation.source.paragraph.text != citation.quote:
            _say(f"    {_quoted(citation.source.paragraph.text)}")
        if citation.also:
            _say(_also(citation))
    if answer.verdict == "not_in_documents":
        _say(f"Not in the documents. {answer.reason}")
    if answer.related:
        _say("\nRelated, does not answer:" if answer.citations else "\nThe nearest passages:")
        for quote in answer.related:
            _say(f"  {_line(quote)}\n    {_beginning(quote)}")
    if answer.citations:
        _say(f"\n{answer.reason}")


def _also(citation: Citation) -> str:
    """Where else the same is said, on an indented line."""
    return f"    ({also_in(citation)}: {_line(', '.join(also_named(citation)))})"


def _beginning(quote: Quote) -> str:
    line = " ".join(quote.quote.split())
    return line if len(line) <= 160 else f"{line[:160].rsplit(' ', 1)[0]} …"


def _summary(retriever: Retriever) -> str:
    report, counts = _report(retriever), retriever.index.manifest.counts
    done = {
        "added": len(report.added),
        "changed": len(report.changed),
        "renamed": len(report.renamed),
        "removed": len(report.removed),
        "unchanged": len(report.unchanged),
    }
    lines = [
        f"{retriever.seeds}: {', '.join(f'{number:,} {kind}' for kind, number in counts.items())}",
        ", ".join(f"{number:,} {what}" for what, number in done.items() if number),
        ", ".join(
            f"{report.encoded[kind]:,} {kind} encoded, {report.reused[kind]:,} taken over" for kind in report.encoded
        ),
    ]
    lines += [_line(f"left out {item.source}: {item.reason}") for item in report.skipped]
    lines += [_line(f"note on {remark.source}: {remark.text}") for remark in report.remarks]
    return "\n".join(line for line in lines if line)


def _warn_of_skipped(retriever: Retriever) -> None:
    count = len(_report(retriever).skipped)
    if count:
        files = "1 file is" if count == 1 else f"{count} files are"
        print(f"qa: {files} left out; qa index lists them", file=sys.stderr)


def _say(text: str) -> None:
    print(for_terminal(text))


def _print_json(value: dict[str, Any]) -> None:
    print(as_json(value))
