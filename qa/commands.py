"""What each command does, and how it is printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TypeAlias

from embeddings.errors import SourceChanged
from embeddings.plan import SyncReport
from qa.answer import Answerer
from qa.explain import explained, leads
from qa.export_command import check_export, write_export
from qa.filters import KINDS, Filters
from qa.opening import Setup, open_retriever
from qa.printing import line, print_answer, print_explanation, print_hit, print_json, say
from qa.progress import ProgressBar
from qa.query import parse
from qa.question import checked
from qa.retriever import Retriever
from qa.searched import nothing_left, searched
from qa.signals import CANDIDATES
from qa.sources import Sources
from qa.types import Hit, Quote

__all__ = ["Command", "run_ask", "run_chat", "run_doctor", "run_index", "run_search"]

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
        print_json({**asdict(_report(retriever)), "counts": counts, "index": str(folder)})
        return 0
    say(_summary(retriever))
    say(f"The index lies in {folder}")
    return 0


def run_ask(options: argparse.Namespace) -> int:
    """Print the answer."""
    parse(options.question)  # before anything slow
    filters = _filters(options)
    check_export(options)
    retriever = _opened(_setup(options))
    answerer = Answerer.over(retriever)
    answer = answerer.ask(options.question, filters=filters, per_document=options.per_document)
    write_export(options, answerer, answer)
    if options.json:
        print(answer.to_json())
        return 0
    _warn_of_skipped(retriever)
    print_answer(answer)
    return 0


def run_search(options: argparse.Namespace) -> int:
    """Print the passages found; those of files that changed are named and not shown."""
    asked, filters = checked(options.question), _filters(options)
    query = parse(asked)
    retriever = _opened(_setup(options))
    # One more than asked for, so that the last one's lead over the next is known too.
    number = min(options.k + 1, max(options.k, CANDIDATES))
    found = retriever.search(asked, number, filters=filters, per_document=options.per_document)
    above = {hit.citation.number: lead for hit, lead in zip(found, leads(found), strict=True)}
    hits, changed = _unchanged(found[: options.k], Sources(retriever.seeds))
    if options.json:
        print_json(
            {
                "query": options.question,
                "asked": asked,
                "hits": [explained(hit, above[hit.citation.number]) for hit in hits],
                "index_id": retriever.index_id,
                "changed": changed,
                "filters": filters.to_dict(),
            }
        )
        return 0
    _warn_of_skipped(retriever)
    for alias in found[0].trace.aliases if found and options.explain else ():
        say(f"Also searched: {line(alias)}")
    for hit in hits:
        print_hit(hit)
        if options.explain:
            print_explanation(hit, above[hit.citation.number])
        say("")
    for path in changed:
        say(f"{line(path)} has changed since it was indexed and is not quoted.")
    if not found:
        say(f"{searched(retriever.index, filters)}. {nothing_left(retriever.index, query, filters)}".rstrip())
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
        print_json({"checks": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            say(f"{'ok     ' if finding.good else 'PROBLEM'} {finding.name}: {finding.detail}")
    return 0 if all(finding.good for finding in findings) else 1


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
            own = quotes[0] == hit.citation.source
            citation = replace(hit.citation, source=quotes[0], also=tuple(quotes[1:]))
            trace = hit.trace if own else replace(hit.trace, sentences=())  # these were the changed file's
            good.append(replace(hit, citation=citation, trace=trace))
    return good, list(changed)


def _is_unchanged(quote: Quote, sources: Sources, changed: dict[str, None]) -> bool:
    try:
        sources.check(quote)
    except SourceChanged:
        changed[quote.path] = None
        return False
    return True


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
    lines += [line(f"left out {item.source}: {item.reason}") for item in report.skipped]
    lines += [line(f"note on {remark.source}: {remark.text}") for remark in report.remarks]
    return "\n".join(line for line in lines if line)


def _warn_of_skipped(retriever: Retriever) -> None:
    count = len(_report(retriever).skipped)
    if count:
        files = "1 file is" if count == 1 else f"{count} files are"
        print(f"qa: {files} left out; qa index lists them", file=sys.stderr)
