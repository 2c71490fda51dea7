"""What a user gets for a question: answered, uncertain or nothing, and with which passages, from what was seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.asked import Asked, Seen, order
from qa.reading.reranker import DIGITS, places_cited
from qa.types.answers import Verdict

__all__ = ["Outcome", "cites_right", "left_out", "outcome_of", "shows_right"]

FIRST = 2  # passages that a user looks at


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, and the passages that are cited, in their order."""

    verdict: Verdict
    cited: tuple[Seen, ...]


def outcome_of(asked: Asked, limit: float, uncertain: float) -> Outcome:
    """Return what the product makes of probabilities with these limits."""
    ordered = order(asked)
    probable = [round(one.probability, DIGITS) for one in ordered]
    cited = tuple(ordered[place] for place in places_cited(probable, limit, uncertain))
    if not cited:
        return Outcome("not_in_documents", ())
    return Outcome("answered" if probable[0] >= limit else "uncertain", cited)


def cites_right(outcome: Outcome) -> bool:
    """Return whether one of the first two cited passages holds an answer."""
    return any(one.gold for one in outcome.cited[:FIRST])


def shows_right(asked: Asked) -> bool:
    """Return whether one of the first two passages holds an answer."""
    return any(one.gold for one in order(asked)[:FIRST])


def left_out(asked: Asked) -> Asked:
    """Return what is found where the passages that hold an answer are not there."""
    return tuple(replace(one, right=False, near_right=False) for one in asked if not one.gold)
