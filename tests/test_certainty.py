"""The figures about verdicts are those of the reader in use, and none where nothing was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import WordReader

from embeddings.encoding.models import DEFAULT_MODEL
from qa.interfaces.chat.certainty import how_sure
from qa.interfaces.chat.render import Shelf, conversation
from qa.interfaces.chat.turns import Turn
from qa.reading.measured import Measured
from qa.reading.reranker import RerankingReader
from qa.reading.similarity import SimilarityReader, calibration_for
from qa.reading.types import Reader
from qa.types.answers import Answer

REFUSED = Answer("Who?", "Who?", "not_in_documents", (), (), "Searched 1 passage.", "ab12")
SHELF = Shelf(lambda _quote: True, lambda _quote: ("", ""))


SHARES = Measured(answered=0.75, near_miss=0.125, off_topic=0.0, on="SQuAD 2.0")
OTHER = RerankingReader(WordReader(), SHARES)


def test_the_figures_are_those_of_the_reader() -> None:
    assert OTHER.measured == SHARES
    assert how_sure(SHARES, "answered").startswith(
        "In our tests on public questions (SQuAD 2.0) 75 % of the answerable questions were answered without doubt. So "
        "were 0 % of those about something else, and 12 % of those that ask about the same people and places something "
        "the documents do not say."
    )
    three = replace(SHARES, uncertain=0.5)
    assert "with quotes of which none is sure, or refused. The probability" in how_sure(three, "uncertain")
    assert how_sure(three, "not_in_documents").endswith("none is sure, or refused like this one.")
    calibration = calibration_for(DEFAULT_MODEL)
    assert calibration is not None
    measured = SimilarityReader(calibration).measured
    assert measured is not None
    assert (measured.answered, measured.near_miss, measured.off_topic) == (
        calibration.answered,
        calibration.near_miss,
        calibration.off_topic,
    )


def test_a_reader_that_is_never_uncertain_says_nothing_of_it() -> None:
    assert how_sure(SHARES, "not_in_documents").endswith("without doubt. The others were refused like this one.")
    assert "probability" in how_sure(SHARES, "answered")
    assert "probability" not in how_sure(SHARES, "answered", probable=False)


@pytest.mark.parametrize("reader", [SimilarityReader(None), RerankingReader(WordReader())])
def test_where_nothing_was_measured_nothing_is_said(reader: Reader) -> None:
    assert reader.measured is None
    assert "How sure" not in conversation([Turn("Who?", REFUSED)], SHELF, measured=reader.measured)
    assert "How sure" in conversation([Turn("Who?", REFUSED)], SHELF, measured=SHARES)


def test_questions_without_a_name_are_named_by_none() -> None:
    assert how_sure(replace(SHARES, on=""), "answered").startswith("In our tests 75 % of the answerable")


@pytest.mark.parametrize(("share", "said"), [(0.004, "less than 1 %"), (0.996, "more than 99 %"), (1.0, "100 %")])
def test_nearly_all_is_not_called_all(share: float, said: str) -> None:
    assert said in how_sure(replace(SHARES, near_miss=share), "answered")
