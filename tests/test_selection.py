"""Phrases and excluded words: what the text of a passage has, with as little of it read as can be."""

from __future__ import annotations

import pytest
from fakes import BagEncoder
from hypothesis import given
from hypothesis import strategies as st

from embeddings.documents.corpus import Corpus, Spans
from embeddings.index.rows import Row, index_rows
from embeddings.index.store import Index
from embeddings.words import plain_words, terms
from qa.query.syntax import parse
from qa.retrieval.selection import _standing, rows_among, with_phrase
from qa.types.filters import Filters

TEXTS = [
    "The port of Gwadar was opened. It grew by 3.5 percent.",
    "Three, 3, 5 and 102 ports; a hall of the F-16.",
    "Troops left on 16 Nov. 1989. Nov is a name.",
    "Of November 16 nothing is known. A slab of 10² metres, 10–20 tonnes.",
    "It is the end of the road, the port's road.",
    "On 3 Nov the F 16 came from 2010-2015 and 10 20.",
    "***",
]
WORDS = sorted({word for text in TEXTS for word in plain_words(text)} | {"ports", "kabul", "opening"})


@pytest.fixture(scope="module")
def index() -> Index:
    rows = [Row(str(number), "Port of the Kabul road, nov", text) for number, text in enumerate(TEXTS)]
    return index_rows(rows, BagEncoder())


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows of which the text is read."""
    seen: list[int] = []
    texts_of = Corpus.passage_texts

    def passage_texts(corpus: Corpus, rows: Spans) -> list[str]:
        seen.extend(rows.tolist())
        return texts_of(corpus, rows)

    monkeypatch.setattr(Corpus, "passage_texts", passage_texts)
    return seen


def left(index: Index, question: str) -> list[int]:
    rows = rows_among(index, parse(question), Filters())
    assert rows is not None
    return [int(row) for row in rows]


@pytest.mark.parametrize("word", WORDS)
def test_words_are_found_in_the_own_text_and_nowhere_else(index: Index, word: str) -> None:
    exactly = [row for row, text in enumerate(TEXTS) if word in plain_words(text)]
    assert with_phrase(index, [word]).tolist() == exactly
    if not word[0].isdigit():
        inflected = {row for row, text in enumerate(TEXTS) if {*terms(word)} & {*terms(text)}}
        assert left(index, f"x -{word}") == sorted({*range(len(TEXTS))} - inflected - {*exactly})


PIECES = st.lists(
    st.sampled_from(["of", "the", "s", "S", "'", "’", " ", "-", "_", ".", "Ö", "9", "'s", "\u00ad", "\u200b"]),
    max_size=9,
)


@given(PIECES, PIECES)
def test_a_phrase_stands_where_the_plain_words_have_it(text: list[str], asked: list[str]) -> None:
    whole, words = "".join(text), plain_words("".join(asked))
    every = plain_words(whole)
    stands = any(every[place : place + len(words)] == words for place in range(len(every) + 1))
    assert not words or _standing(words)(whole) is stands


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ('"3.5"', [0]),
        ('"3, 5"', [1]),
        ('"102"', [1]),
        ('"10²"', [3]),
        ('"10-20"', [3]),
        ('"10 20"', [5]),
        ('"2010–2015"', [5]),
        ('"f-16"', [1, 5]),
        ('"16 NOV"', [2]),
        ('x -"3.5" -"10²" -F-16', [2, 4, 6]),
    ],
)
def test_a_number_stands_as_it_is_written(index: Index, question: str, rows: list[int]) -> None:
    assert left(index, question) == rows


@pytest.mark.parametrize(
    ("question", "rows", "texts"),
    [
        ("x -kabul", [0, 1, 2, 3, 4, 5, 6], []),
        ("x -ports", [2, 3, 5, 6], []),
        ("x -nov", [0, 1, 3, 4, 6], [3, 5]),
        ('"kabul"', [], []),
        ('"port of"', [0], [0, 1, 4]),
        ('"gwadar" "of the"', [], [0, 0]),
        ('"of the" "road"', [4], [0, 1, 2, 3, 4, 5, 6, 4]),
        ('"road" -it -the', [], [4, 4]),
    ],
)
def test_only_what_is_left_is_read(
    index: Index, read: list[int], question: str, rows: list[int], texts: list[int]
) -> None:
    assert left(index, question) == rows
    assert read == texts
