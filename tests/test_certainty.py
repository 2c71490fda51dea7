"""The figures about verdicts are those of the reader in use, and none where nothing was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from embeddings.models import DEFAULT_MODEL
from qa.calibration import calibration_for
from qa.reader import Mark, SimilarityReader
from qa.types import Answer, Hit
from qa.web.certainty import how_sure, measured_of
from qa.web.render import Shelf, conversation
from qa.web.turns import Turn

REFUSED = Answer("Who?", "Who?", "not_in_documents", (), (), "Searched 1 passage.", "ab12")
SHELF = Shelf(lambda _quote: True, lambda _quote: ("", ""))


@dataclass(frozen=True)
class Shares:
    answered: float = 0.75
    near_miss: float = 0.125
    off_topic: float = 0.0


class OtherReader:
    """A reader of another kind that brings its figures along."""

    caveat = ""
    calibration = Shares()

    def read(self, hits: Sequence[Hit]) -> list[Mark]:
        return []


class UnmeasuredReader:
    """A reader that says nothing of itself."""

    caveat = ""

    def read(self, hits: Sequence[Hit]) -> list[Mark]:
        return []


def test_the_figures_are_those_of_the_reader() -> None:
    shares = Shares()
    assert measured_of(OtherReader()) == shares
    assert how_sure(shares, answered=True) == (
        "In our tests on public questions (SQuAD 2.0) 75 % of the answerable questions got an answer. 0 % of the "
        "questions about something else got an answer, but 12 % of those that ask about the same people and places "
        "something the documents do not say got one too: read the quote."
    )
    assert "25 % of the answerable questions got no answer" in how_sure(shares, answered=False)
    calibration = calibration_for(DEFAULT_MODEL)
    assert measured_of(SimilarityReader(calibration)) == calibration


@pytest.mark.parametrize("reader", [SimilarityReader(None), UnmeasuredReader()])
def test_where_nothing_was_measured_nothing_is_said(reader: SimilarityReader | UnmeasuredReader) -> None:
    assert measured_of(reader) is None
    assert "How sure" not in conversation([Turn("Who?", REFUSED)], [], SHELF, measured=measured_of(reader))
    assert "How sure" in conversation([Turn("Who?", REFUSED)], [], SHELF, measured=Shares())


@pytest.mark.parametrize(("share", "said"), [(0.004, "less than 1 %"), (0.996, "more than 99 %"), (1.0, "100 %")])
def test_nearly_all_is_not_called_all(share: float, said: str) -> None:
    assert said in how_sure(Shares(near_miss=share), answered=True)
