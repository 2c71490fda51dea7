"""What each command does, and how it is printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TypeAlias

from embeddings.index.changes import SyncReport
from embeddings.index.stamps import forget_stamps
from qa.answering.answerer import Answerer
from qa.answering.feedback import FeedbackFile, feedback_place, in_words
from qa.answering.search import find
from qa.answering.setup import Setup
from qa.interfaces.cli.export import check_export, write_export
from qa.interfaces.cli.output import line, message, print_answer, print_explanation, print_hit, print_json, say
from qa.interfaces.progress import ProgressBar
from qa.query.followup import Exchange
from qa.query.syntax import parse
from qa.reading.choice import ReaderChoice
from qa.retrieval.retriever import Retriever
from qa.types.filters import KINDS, Filters

Command: TypeAlias = Callable[[argparse.Namespace], int]


def run_index(options: argparse.Namespace) -> int:
    """Bring the index up to date and say what was done. Raises the error that kept it from being written."""
    setup = chosen_setup(options)
    if options.folder is not None:
        setup = replace(setup, seeds=options.folder)
    if options.verify:
        forget_stamps(setup.index_folder(setup.encoder()))
    with ProgressBar() as bar:
        ways = {"rebuild": options.rebuild, "allow_shrink": options.allow_shrink}
        retriever = setup.open_retriever(progress=bar.show, **ways)
    if retriever.unsaved:
        raise retriever.unsaved
    folder = setup.index_folder(setup.encoder())
    if options.json:
        counts = retriever.index.manifest.counts
        print_json({**_report(retriever).to_dict(), "counts": counts, "index": str(folder)})
        return 0
    say(_summary(retriever))
    if options.verify:
        say("Every file of the documents and of the index was read and compared.")
    say(f"The index lies in {folder}")
    return 0


def run_ask(options: argparse.Namespace) -> int:
    """Print the answer."""
    for question in (*options.after, options.question):
        parse(question)  # before anything slow
    filters = _filters(options)
    check_export(options)
    setup = chosen_setup(options)
    retriever = _opened(setup)
    answerer, history, limit = Answerer.over(retriever, setup.reader), list[Exchange](), options.per_document
    for question in options.after:
        earlier = answerer.ask(question, history=history, filters=filters, per_document=limit)
        history.append(Exchange.of(earlier))
    answer = answerer.ask(options.question, history=history, filters=filters, per_document=limit)
    write_export(options, answerer, answer)
    if options.json:
        print(answer.to_json())
        return 0
    _warn_of_skipped(retriever)
    print_answer(answer, full=options.full)
    return 0


def run_search(options: argparse.Namespace) -> int:
    """Print the passages found; those of files that changed are named and not shown."""
    parse(options.question)  # before anything slow
    filters = _filters(options)
    setup = chosen_setup(options)
    retriever = _opened(setup)
    answerer = Answerer.over(retriever, setup.reader)
    found = find(answerer, options.question, options.k, filters=filters, per_document=options.per_document)
    if options.json:
        print(found.to_json())
        return 0
    _warn_of_skipped(retriever)
    for alias in found.hits[0].trace.aliases if found.hits and options.explain else ():
        say(f"Also searched: {line(alias)}")
    for hit, lead in zip(found.hits, found.leads, strict=True):
        print_hit(hit)
        if options.explain:
            print_explanation(hit, lead)
        say("")
    for path in found.changed:
        why = "is no longer in the folder" if path in found.gone else "has changed since it was indexed"
        say(f"{line(path)} {why}, and is not quoted.")
    if found.reason:
        say(found.reason)
    return 0


def run_chat(options: argparse.Namespace) -> int:
    """Serve the page until interrupted."""
    from qa.interfaces.ports import listening, only_here

    listening(options.host, options.port).close()  # before anything slow is begun
    from qa.interfaces.keys import Access, token_of
    from qa.interfaces.server import serve

    access = Access(
        token="" if options.no_token else token_of(options.token_file),
        secret=token_of(None, {}) if options.no_token else "",  # pages that are open hold after a restart
        names=tuple(options.name),
        proxies=tuple(options.proxy),
        root_path=options.root_path,
    )
    upload = only_here(options.host) if options.upload is None else options.upload
    return serve(chosen_setup(options), host=options.host, port=options.port, upload=upload, access=access)


def run_feedback(options: argparse.Namespace) -> int:
    """Say where the feedback lies and how much there is, or remove it."""
    file = FeedbackFile(feedback_place(options.seeds))
    counts = {} if options.remove else file.counts()  # a file that cannot be read can still be removed
    removed = options.remove and file.remove()
    if options.json:
        print_json({"file": str(file.path), "counts": counts, "removed": removed})
        return 0
    if options.remove:
        say(f"{'removed' if removed else 'there is no feedback at'} {line(file.path)}")
        return 0
    said = [f"{number:,} {in_words(kind)}" for kind, number in counts.items() if number]
    say(f"{', '.join(said) or 'no feedback yet'}\nThe file is {line(file.path)}")
    return 0


def run_mcp(options: argparse.Namespace) -> int:
    """Serve an assistant over stdin and stdout until it goes; whatever else is printed goes to stderr."""
    from qa.interfaces.mcp import serve_stdio
    from qa.library.library import Library

    with ProgressBar() as bar:
        serve_stdio(lambda: Library.opening(chosen_setup(options), progress=bar.show))
    return 0


def run_doctor(options: argparse.Namespace) -> int:
    """Check everything. Return 1 where something is wrong."""
    from qa.interfaces.cli.doctor import examine

    findings = examine(chosen_setup(options), options.port)
    if options.json:
        print_json({"checks": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            say(f"{'ok     ' if finding.good else 'PROBLEM'} {finding.name}: {finding.detail}")
    return 0 if all(finding.good for finding in findings) else 1


def chosen_setup(options: argparse.Namespace) -> Setup:
    """Return what the options of a command choose; a command without options for a reader has the default one."""
    reader = ReaderChoice()
    if hasattr(options, "no_reader"):
        reader = ReaderChoice(options.reader, options.caution, options.no_reader, options.allow_download)
    return Setup(options.seeds, options.index, options.model, options.allow_download, reader)


def _filters(options: argparse.Namespace) -> Filters:
    names = {kind: tuple(getattr(options, kind) or ()) for kind in KINDS}
    return Filters(since=options.since, until=options.until, **names)


def _opened(setup: Setup) -> Retriever:
    with ProgressBar() as bar:
        retriever = setup.open_retriever(progress=bar.show)
    if retriever.unsaved:
        print(f"qa: {message(retriever.unsaved)}", file=sys.stderr)
    return retriever


def _report(retriever: Retriever) -> SyncReport:
    return retriever.report or SyncReport(retriever.index_id)


def _summary(retriever: Retriever) -> str:
    report, counts = _report(retriever), retriever.index.manifest.counts
    kinds = ("added", "changed", "renamed", "removed", "unchanged")
    done = {kind: len(getattr(report, kind)) for kind in kinds}
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
