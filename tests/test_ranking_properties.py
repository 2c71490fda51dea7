"""What holds of every ranking, whatever the documents and the question."""

from __future__ import annotations

import re
from pathlib import Path

from fakes import BagEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.index.rows import Row, index_rows
from qa.retrieval.retriever import Retriever
from qa.types.filters import Filters
from qa.types.hits import Hit

WORDS = ["port", "Gwadar", "rail", "Quetta", "dam", "water", "Nov", "11", "Movement", "leads"]
texts = st.lists(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join), min_size=1, max_size=3).map(
        lambda sentences: ". ".join(sentences) + "."
    ),
    min_size=1,
    max_size=8,
)
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)


def over(passages: list[str]) -> Retriever:
    encoder = BagEncoder()
    rows = [Row(f"d{number}", "", text) for number, text in enumerate(passages)]
    return Retriever(index_rows(rows, encoder), encoder, Path())


def every(retriever: Retriever, question: str, **filters: str) -> list[Hit]:
    """All passages; copies apart, which are collapsed in tests/test_duplicate_hits.py."""
    return retriever.search(question, len(retriever.index.corpus), filters=Filters(**filters), collapse=False)


def ranked(hits: list[Hit]) -> list[tuple[str, float]]:
    return [(hit.passage.document_id, hit.score) for hit in hits]


@settings(max_examples=60, deadline=None)
@given(texts, questions)
def test_each_passage_is_a_hit_once_best_first_and_its_parts_add_up(passages: list[str], question: str) -> None:
    hits = every(over(passages), question)
    assert sorted(hit.passage.document_id for hit in hits) == sorted(f"d{number}" for number in range(len(passages)))
    assert ranked(hits) == sorted(ranked(hits), key=lambda pair: (-pair[1], pair[0]))
    for hit in hits:
        assert abs(hit.score - sum(part.points for part in hit.trace.parts)) < 1e-9
        assert all(0 <= score.coverage <= 1 + 1e-9 for score in hit.trace.sentences)


@settings(max_examples=60, deadline=None)
@given(texts, questions, st.data())
def test_a_filter_changes_no_score_and_no_order(passages: list[str], question: str, data: st.DataObject) -> None:
    retriever = over(passages)
    kept = data.draw(st.sampled_from([f"d{number}" for number in range(len(passages))]))
    expected = [pair for pair in ranked(every(retriever, question)) if pair[0] == kept]
    assert ranked(every(retriever, question, document=kept)) == expected


@settings(max_examples=60, deadline=None)
@given(texts, questions, st.sampled_from(WORDS))
def test_an_excluded_word_takes_its_passages_away_and_nothing_else(
    passages: list[str], question: str, word: str
) -> None:
    retriever = over(passages)
    without = {f"d{number}" for number, text in enumerate(passages) if not re.search(rf"\b{word}\b", text)}
    expected = [pair for pair in ranked(every(retriever, question)) if pair[0] in without]
    assert ranked(every(retriever, f'{question} -"{word}"')) == expected


@settings(max_examples=60, deadline=None)
@given(texts, questions, st.lists(st.sampled_from(WORDS), min_size=1, max_size=2))
def test_a_phrase_leaves_the_passages_that_have_it(passages: list[str], question: str, phrase: list[str]) -> None:
    retriever = over(passages)
    words = " ".join(phrase)
    having = {f"d{number}" for number, text in enumerate(passages) if re.search(rf"\b{words}\b", text.replace(".", ""))}
    expected = [pair for pair in ranked(every(retriever, f"{question} {words}")) if pair[0] in having]
    assert ranked(every(retriever, f'{question} "{words}"')) == expected


@settings(max_examples=30, deadline=None)
@given(texts, questions, st.randoms())
def test_the_order_of_the_documents_changes_no_score(passages: list[str], question: str, random: object) -> None:
    shuffled = list(enumerate(passages))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    scores = {passages[int(name[1:])]: score for name, score in ranked(every(over(passages), question))}
    again = over([text for _, text in shuffled])
    for name, score in ranked(every(again, question)):
        assert abs(scores[shuffled[int(name[1:])][1]] - score) < 1e-5


@settings(max_examples=30, deadline=None)
@given(texts, questions)
def test_a_passage_with_other_words_added_comes_after_all_that_share_one(passages: list[str], question: str) -> None:
    shared = {number for number, text in enumerate(passages) if set(question.split()) & set(re.findall(r"\w+", text))}
    hits = every(over([*passages, "Zebras graze quietly."]), question)
    order = [hit.passage.document_id for hit in hits]
    place = order.index(f"d{len(passages)}")
    words = {hit.passage.document_id: hit.trace.parts[2].score for hit in hits}
    assert words[f"d{len(passages)}"] == 0
    assert {f"d{number}" for number in shared} <= set(order[:place])
