"""An evaluation as text: what was missed, and below it the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.answering.feedback import in_words
from qa.evaluation.feedback import FeedbackEvaluation, Judgement
from qa.evaluation.result import Comparison, Evaluation, Figure, Miss, WrongVerdict
from qa.evaluation.statistics import LEVEL
from qa.evaluation.types import DEPTH

_BEGINNING = 100  # characters of a passage that are shown
_VERDICTS = {"refused": "Refused, though a passage answers", "answered": "Answered, though not in the documents"}


def as_text(evaluation: Evaluation) -> str:
    """Return every miss and wrong verdict, the table of figures, and the comparison where there is one."""
    lines = [*_misses(evaluation), *_wrong_verdicts(evaluation), *_heading(evaluation), *_figures(evaluation.figures)]
    if evaluation.comparison is not None:
        lines += _comparison(evaluation.comparison)
    return "\n".join(lines)


def feedback_as_text(evaluation: FeedbackEvaluation) -> str:
    """Return every complaint that still holds, every line that cannot be asked again, and the table of figures."""
    lines: list[str] = []
    apart = [each for each in evaluation.judgements if each.mended is None]
    if held := [each for each in evaluation.judgements if each.mended is False]:
        asked = len(evaluation.judgements) - len(apart)
        lines += [f"Not mended ({len(held):,} of {asked:,}):", *map(_judgement, held), ""]
    if apart:
        lines += [f"Not asked again ({len(apart):,}), for the documents are others now:", *map(_judgement, apart), ""]
    counts = ", ".join(f"{number:,} {in_words(kind)}" for kind, number in evaluation.counts.items() if number)
    lines += [f"{evaluation.dataset}: {counts or 'no feedback'}; {evaluation.passages:,} passages"]
    lines += [f"model {evaluation.model}, index {evaluation.index_id}", "", *_figures(evaluation.figures)]
    return "\n".join(lines)


def _judgement(each: Judgement) -> str:
    why = " ".join(each.why.split())
    said, below = (f" ({why})", "") if each.mended is False else ("", f"\n    {why}")
    return f"  line {each.line}, {in_words(each.kind)}{said}: {_beginning(each.question)}{below}"


def _misses(evaluation: Evaluation) -> Iterator[str]:
    if not evaluation.misses:
        return
    yield f"The first passage is not a relevant one ({len(evaluation.misses):,} of {evaluation.judged:,}):"
    for miss in evaluation.misses:
        yield from _miss(miss)
    yield ""


def _miss(miss: Miss) -> Iterator[str]:
    place = f"not in the first {DEPTH}" if miss.rank is None else f"rank {miss.rank}"
    yield f"  {miss.id}: {miss.question}"
    yield f"    expected {miss.expected} ({place}): {_beginning(miss.expected_text)}"
    yield "    nothing was found" if miss.first is None else f"    first    {miss.first}: {_beginning(miss.first_text)}"


def _wrong_verdicts(evaluation: Evaluation) -> Iterator[str]:
    totals = {"refused": evaluation.judged, "answered": evaluation.unanswerable}
    for verdict, title in _VERDICTS.items():
        wrong = [item for item in evaluation.wrong_verdicts if item.verdict == verdict]
        if wrong:
            yield f"{title} ({len(wrong):,} of {totals[verdict]:,}):"
            yield from map(_wrong_verdict, wrong)
            yield ""


def _wrong_verdict(wrong: WrongVerdict) -> str:
    said = f"\n    with     {_beginning(wrong.sentence)}" if wrong.verdict == "answered" else ""
    return f"  {wrong.id}: {wrong.question}{said}"


def _heading(evaluation: Evaluation) -> Iterator[str]:
    others = f" and {evaluation.unanswerable:,} unanswerable ones" if evaluation.unanswerable else ""
    yield f"{evaluation.dataset}: {evaluation.judged:,} questions{others}, {evaluation.passages:,} passages"
    yield f"model {evaluation.model}, index {evaluation.index_id}"
    yield ""


def _figures(figures: Sequence[Figure]) -> list[str]:
    rows = [("", "mean", "95 % interval", "questions")]
    rows += [
        (figure.name, f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}", f"{figure.n:,}")
        for figure in figures
    ]
    return _table(rows)


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield ""
    missing = f" ({comparison.missing:,} of the queries are not in it and count 0)" if comparison.missing else ""
    yield f"Compared with {comparison.run}{missing}:"
    rows = [("", "ours", "theirs", "difference", "95 % interval", "p", f"significant at {LEVEL}")]
    rows += [
        (
            row.name,
            f"{row.ours:.3f}",
            f"{row.theirs:.3f}",
            f"{row.difference:+.3f}",
            f"{row.low:+.3f} to {row.high:+.3f}",
            f"{row.p:.4f}",
            "yes" if row.significant else "no",
        )
        for row in comparison.differences
    ]
    yield from _table(rows)
    yield "p: paired randomisation test, two-sided; significance with Holm's correction over the metrics."


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows with the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _BEGINNING else f"{line[:_BEGINNING].rsplit(' ', 1)[0]} …"
