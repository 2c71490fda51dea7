"""How sure a verdict is, in words: the error that was measured for the reader in use."""

from __future__ import annotations

from qa.reading.measured import Measured
from qa.types.answers import Verdict

_READ = "The probability of a quote is of its words answering the question, not of their being true: read the quote."


def how_sure(measured: Measured, verdict: Verdict, *, probable: bool = True) -> str:
    """Return what the measured shares mean for an answer, for an uncertain one, or for a refusal.

    ``probable`` says that quotes are shown with a probability, which is explained then.
    """
    read = _READ if probable else ""
    tested = f"In our tests on public questions ({measured.on})" if measured.on else "In our tests"
    wrong = (
        f"{_percent(measured.off_topic)} of those about something else, and "
        f"{_percent(measured.near_miss)} of those that ask about the same people and places something the documents do "
        "not say"
    )
    answered = f"{tested} {_percent(measured.answered)} of the answerable questions were answered without doubt."
    if verdict == "answered":
        return f"{answered} So were {wrong}. {read}".rstrip()
    this = " like this one" if verdict == "not_in_documents" else ""
    if measured.uncertain == 1:
        return f"{answered} The others were refused{this}."
    if verdict == "uncertain":
        others = "Others were shown like this one, with quotes of which none is sure, or refused."
        return f"{answered} {others} {read}".rstrip()
    return f"{answered} Others were shown with quotes of which none is sure, or refused{this}."


def _percent(share: float) -> str:
    """Return a share as one would say it; what is nearly all or nothing is not called all or nothing."""
    if 0 < share < 0.005:
        return "less than 1 %"
    return "more than 99 %" if 0.995 <= share < 1 else f"{share:.0%}".replace("%", " %")
