"""How sure a verdict is, in words: the error that was measured for the reader in use."""

from __future__ import annotations

from qa.reading.measured import Measured


def how_sure(measured: Measured, *, answered: bool) -> str:
    """Return what the measured shares mean for an answer, or for a refusal."""
    tested = f"In our tests on public questions ({measured.on})" if measured.on else "In our tests"
    wrong = (
        f"{_percent(measured.off_topic)} of the questions about something else got an answer, but "
        f"{_percent(measured.near_miss)} of those that ask about the same people and places something the documents do "
        "not say got one too"
    )
    if answered:
        found = f"{_percent(measured.answered)} of the answerable questions got an answer"
        return f"{tested} {found}; of questions in other words than the text's fewer do. {wrong}: read the quote."
    refused = f"{_percent(1 - measured.answered)} of the answerable questions got no answer"
    return (
        f"{tested} {refused}; their words are close to those of the texts, and questions in other words fail more "
        f"often. {wrong}."
    )


def _percent(share: float) -> str:
    """Return a share as one would say it; what is nearly all or nothing is not called all or nothing."""
    if 0 < share < 0.005:
        return "less than 1 %"
    return "more than 99 %" if 0.995 <= share < 1 else f"{share:.0%}".replace("%", " %")
