"""Rankings as files in TREC's run format, which every evaluation tool reads: ``query Q0 passage rank score tag``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path

from embeddings.errors import DatasetError
from qa.evaluation.lines import numbered_lines
from qa.evaluation.types import Outcome, Ranked

TAG = "seeds-qa"
_STEP = 1e-6  # of the score: more than a tool that keeps scores in single precision can lose


def write_run(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Write the rankings of the questions that have a relevant passage, ranks from 1.

    Raise DatasetError where the file cannot be written or a name has white space, which the format cannot hold.
    """
    lines: list[str] = []
    for outcome in outcomes:
        scores = falling(outcome.ranking)
        for rank, (ranked, score) in enumerate(zip(outcome.ranking, scores, strict=True), start=1):
            names = (outcome.question.id, ranked.passage)
            for name in names:
                if name.split() != [name]:
                    raise DatasetError(
                        f"a run file cannot hold the name {name!r}: it has white space. Leave --run out."
                    )
            lines.append(f"{names[0]} Q0 {names[1]} {rank} {score:.9g} {TAG}\n")
    try:
        path.write_text("".join(lines), encoding="utf-8", newline="\n")
    except OSError as error:
        raise DatasetError(f"the run cannot be written at {path}: {error.strerror or error}.") from error


def falling(ranking: Sequence[Ranked]) -> list[float]:
    """Return the scores of a ranking, each lowered where it is not clearly below the one before.

    Tools sort by score and break ties in their own ways; so no two scores are equal, not even in single precision.
    """
    scores: list[float] = []
    for ranked in ranking:
        below = scores[-1] - _STEP * max(1.0, abs(scores[-1])) if scores else ranked.score
        scores.append(min(ranked.score, below))
    return scores


def read_run(path: Path) -> dict[str, list[str]]:
    """Return the passages of each query, best first: by score, then by name from the end, as trec_eval does.

    Raise DatasetError that names the line.
    """
    scores: dict[str, dict[str, float]] = {}
    for number, text in numbered_lines(path):
        place = f"{path}, line {number}"
        fields = text.split()
        if len(fields) != 6:
            raise DatasetError(f"{place}: expected query, Q0, passage, rank, score and tag, found {text[:80]!r}.")
        query, _, passage, _, score, _ = fields
        if passage in scores.setdefault(query, {}):
            raise DatasetError(f"{place}: {passage!r} stands twice in the ranking of {query!r}. Keep one.")
        scores[query][passage] = _score(score, place)
    if not scores:
        raise DatasetError(f"{path} is empty. Give a run file, as --run writes it.")
    return {
        query: [passage for _, passage in sorted(((score, passage) for passage, score in row.items()), reverse=True)]
        for query, row in scores.items()
    }


def _score(text: str, place: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = float("nan")
    if not isfinite(score):
        raise DatasetError(f"{place}: the score is {text!r}, expected a number.")
    return score
