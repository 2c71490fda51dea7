from __future__ import annotations

import numpy as np
import pytest
from fakes import BagEncoder
from hypothesis import given
from hypothesis import strategies as st

from embeddings.documents.corpus import Corpus
from embeddings.documents.splitter import PassageSpan, split
from embeddings.types import Document, Heading, Passage, Sentence

FIRST = "Before all.\n# Port\nOne is. Two is.\n\nThree is."
SPANS = [
    [PassageSpan(0, 11, ((0, 11),)), PassageSpan(19, 34, ((19, 26), (27, 34))), PassageSpan(36, 45, ((36, 45),))],
    [],
    [PassageSpan(0, 5, ((0, 5),))],
]


def documents() -> list[Document]:
    heading = Heading(12, 18, 1, "Port")
    return [
        Document("a", "A", FIRST, "a.txt", "0", headings=(heading,)),
        Document("b", "B", "# B", "b.txt", "0", headings=(Heading(0, 3, 1, "B"),)),
        Document("c", "C", "Four.", "c.txt", "0"),
    ]


@pytest.fixture
def corpus() -> Corpus:
    return Corpus.build(documents(), SPANS)


def test_rows_give_passages_numbered_from_1_with_the_heading_above(corpus: Corpus) -> None:
    assert len(corpus) == 4
    assert [corpus.passage(row) for row in range(4)] == [
        Passage("a", 1, 0, 11, "", "Before all."),
        Passage("a", 2, 19, 34, "Port", "One is. Two is."),
        Passage("a", 3, 36, 45, "Port", "Three is."),
        Passage("c", 1, 0, 5, "", "Four."),
    ]


def test_rows_give_sentences(corpus: Corpus) -> None:
    assert [list(corpus.sentence_rows(row)) for row in range(4)] == [[0], [1, 2], [3], [4]]
    assert [corpus.sentence(row) for row in range(5)] == [
        Sentence(0, 11, "Before all."),
        Sentence(19, 26, "One is."),
        Sentence(27, 34, "Two is."),
        Sentence(36, 45, "Three is."),
        Sentence(0, 5, "Four."),
    ]


def test_documents_by_id_and_by_row(corpus: Corpus) -> None:
    assert [corpus.document_of(row).id for row in range(4)] == ["a", "a", "a", "c"]
    assert corpus.document("c") == documents()[2]
    assert [list(corpus.passage_rows(name)) for name in "abc"] == [[0, 1, 2], [], [3]]


def test_an_unknown_id_has_no_document_and_no_passages(corpus: Corpus) -> None:
    assert corpus.document("d") is None
    assert list(corpus.passage_rows("d")) == []


@pytest.mark.parametrize(
    ("document", "start", "end", "number"),
    [
        ("a", 0, 11, 1),
        ("a", 3, 4, 1),
        ("a", 20, 34, 2),
        ("a", 44, 45, 3),
        ("c", 0, 5, 1),
        ("a", 5, 5, None),
        ("a", 6, 5, None),
        ("a", -2, 5, None),
        ("a", 11, 12, None),
        ("a", 5, 20, None),
        ("a", 30, 37, None),
        ("a", 44, 10**30, None),
        ("a", 10**30, 10**30 + 1, None),
        ("b", 0, 1, None),
        ("d", 0, 1, None),
    ],
)
def test_a_span_lies_in_one_passage_or_in_none(
    corpus: Corpus, document: str, start: int, end: int, number: int | None
) -> None:
    passage = corpus.passage_at(document, start, end)
    assert (passage and passage.number) == number


def test_spans_are_sorted_arrays_and_come_back_as_they_were_given(corpus: Corpus) -> None:
    assert corpus.passage_spans.tolist() == [[0, 0, 11], [0, 19, 34], [0, 36, 45], [2, 0, 5]]
    assert corpus.sentence_spans.tolist() == [[0, 0, 11], [1, 19, 26], [1, 27, 34], [2, 36, 45], [3, 0, 5]]
    assert corpus.passage_spans.dtype == corpus.sentence_spans.dtype == np.int64
    assert [corpus.spans_of(row) for row in range(3)] == SPANS


def test_a_corpus_may_be_empty() -> None:
    for corpus in (Corpus.build([], []), Corpus.build(documents()[1:2], [[]])):
        assert len(corpus) == 0
        assert corpus.passage_spans.shape == corpus.sentence_spans.shape == (0, 3)
    assert corpus.spans_of(0) == []


def test_paragraphs_are_counted_without_the_headings_between_them() -> None:
    text = "One.\n# A heading of five words\nTwo.\n# Short\nThree."
    headings = (Heading(5, 30, 1, "A heading of five words"), Heading(36, 43, 1, "Short"))
    source = Document("z", "T", text, "z.md", "0", headings=headings)
    corpus = Corpus.build([*documents(), source], [*SPANS, split(source, BagEncoder())])
    rows = corpus.passage_rows("z")
    assert [corpus.passage(row) for row in rows] == [
        Passage("z", 1, 0, 4, "", "One."),
        Passage("z", 0, 7, 30, "", "A heading of five words"),
        Passage("z", 2, 31, 35, "A heading of five words", "Two."),
        Passage("z", 3, 44, 50, "Short", "Three."),
    ]
    assert [corpus.row_of(corpus.passage(row)) for row in range(len(corpus))] == list(range(len(corpus)))
    assert [corpus.paragraph_count(rows), corpus.paragraph_count(rows[:2])] == [3, 1]


@given(st.lists(st.text(alphabet="ab.é😀 \n", max_size=80), max_size=5))
def test_a_corpus_holds_what_the_splitter_gave(texts: list[str]) -> None:
    sources = [Document(str(number), "T", text, f"{number}.txt", "0") for number, text in enumerate(texts)]
    encoder = BagEncoder(max_tokens=16)
    given_spans = [split(source, encoder) for source in sources]
    corpus = Corpus.build(sources, given_spans)
    assert [corpus.spans_of(row) for row in range(len(texts))] == given_spans
    for source, spans in zip(sources, given_spans, strict=True):
        rows = corpus.passage_rows(source.id)
        assert [corpus.passage(row).number for row in rows] == list(range(1, len(spans) + 1))
        for row in rows:
            passage = corpus.passage(row)
            assert corpus.passage_at(source.id, passage.start, passage.end) == passage
            assert corpus.passage_at(source.id, passage.start, passage.end + 1) is None
        assert [corpus.passage(row).text for row in rows] == [source.text[span.start : span.end] for span in spans]
