"""A question and a passage as rows of tokens that the network reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelNotFound
from embeddings.words import ReadText
from qa.reading.types import PassageText, readable
from qa.reading.windows import windows

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

MOST_TOKENS = 384
_QUESTION_TOKENS = 64
_TITLE_CHARACTERS = 160
_FEWEST_TOKENS = 64  # of the passage in a row, however long question and title are

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """One window of a passage behind its question: ``[CLS] question [SEP] title passage [SEP]``.

    ``tokens`` (t,); the second part, which the network is told of, begins at ``second``; the passage's tokens stand at
    ``passage`` (half-open) and at ``offsets`` (n, 2) in its text; tokens of one word have the same number in ``words``
    (n,). ``numbers`` (s,) are the sentences that have tokens here and ``places`` (s, 2) where in the row, half-open.
    """

    tokens: Numbers
    second: int
    passage: tuple[int, int]
    offsets: Numbers
    words: Numbers
    numbers: Numbers
    places: Numbers


class RowMaker:
    """A maker of rows with one tokenizer."""

    def __init__(self, tokenizer: Tokenizer, *, most: int = MOST_TOKENS) -> None:
        self._tokenizer, self._most = tokenizer, most
        self._first, self._between = (_special(tokenizer, name) for name in ("[CLS]", "[SEP]"))

    def rows_of(self, pairs: Sequence[tuple[str, PassageText]]) -> list[list[Row]]:
        """Return the rows of each question and passage: one, or several windows where the passage is long."""
        titles = [text.title[:_TITLE_CHARACTERS] for _, text in pairs]
        distinct = list(dict.fromkeys([*(question for question, _ in pairs), *titles]))
        known = dict(zip(distinct, self._coded(distinct), strict=True))
        texts = self._coded([text.text for _, text in pairs])
        return [
            list(self._windows(known[question].ids[:_QUESTION_TOKENS], known[title].ids, coded, text))
            for (question, text), title, coded in zip(pairs, titles, texts, strict=True)
        ]

    def _coded(self, texts: Sequence[str]) -> list[Encoding]:
        found: list[Encoding] = self._tokenizer.encode_batch([readable(one) for one in texts], add_special_tokens=False)
        return found

    def _windows(self, question: list[int], title: list[int], coded: Encoding, text: PassageText) -> Iterator[Row]:
        head = [
            self._first,
            *question,
            self._between,
            *title[: max(0, self._most - 3 - len(question) - _FEWEST_TOKENS)],
        ]
        offsets = np.asarray(coded.offsets, dtype=np.int64).reshape(-1, 2)
        written = np.asarray(ReadText.of(text.text).places, dtype=np.int64)
        if len(written):
            offsets = np.stack([written[offsets[:, 0]], written[offsets[:, 1] - 1] + 1], axis=1)
        spans = np.asarray(text.sentences, dtype=np.int64).reshape(-1, 2)
        # tokens that overlap a sentence: those that end behind its start and start before its end
        begins = np.searchsorted(offsets[:, 1], spans[:, 0], side="right")
        ends = np.maximum(begins, np.searchsorted(offsets[:, 0], spans[:, 1], side="left"))
        second = len(question) + 2
        ids = np.asarray(coded.ids, dtype=np.int64)
        words = np.asarray(coded.word_ids, dtype=np.int64)
        for start, stop in windows(begins, ends, total=len(ids), budget=self._most - 1 - len(head)):
            places = np.stack([begins, ends], axis=1).clip(start, stop)
            numbers = np.flatnonzero(places[:, 0] < places[:, 1])
            tokens = np.concatenate([head, ids[start:stop], [self._between]]).astype(np.int64)
            inside = (len(head), len(head) + stop - start)
            yield Row(
                tokens,
                second,
                inside,
                offsets[start:stop],
                words[start:stop],
                numbers,
                places[numbers] - start + len(head),
            )


def _special(tokenizer: Tokenizer, name: str) -> int:
    number = tokenizer.token_to_id(name)
    if number is None:
        raise ModelNotFound(f"the tokenizer has no {name}: a reader needs one of the BERT family")
    return int(number)
