"""A link brings back a question, its filters and a span of a document, or says that the words are other ones now."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder
from hypothesis import given
from hypothesis import strategies as st

from embeddings.documents.corpus import Corpus
from embeddings.index.sync import sync
from qa.interfaces.chat.links import LinkTarget, filters_in, link_to, place_in, quote_at
from qa.interfaces.chat.turns import turn_of
from qa.types.filters import Filters
from qa.types.quotes import Quote


@pytest.fixture
def corpus(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Corpus:
    return sync(folder, tmp_path / "index", encoder)[0].corpus


def second_sentence(corpus: Corpus) -> Quote:
    rows = corpus.passage_rows(next(d.id for d in corpus.documents if d.source == "harbour.md"))
    sentence = corpus.sentence(corpus.sentence_rows(rows.start).start + 1)
    return Quote.of(corpus.documents[0], corpus.passage(rows.start), sentence)


def test_a_link_names_the_question_the_filters_and_the_words(corpus: Corpus) -> None:
    quote = second_sentence(corpus)
    link = link_to("Who & what?", Filters(outlet=["A&B", "C"], since="2021"), quote)
    assert link == (
        "?q=Who+%26+what%3F&outlet=A%26B&outlet=C&since=2021"
        f"&doc=harbour.md&s={quote.start}&e={quote.end}&h=80dc56d341fe"
    )
    turn = turn_of({"ask": "Who & what?", "link": link, "only": {"outlet": "Z"}, "serial": 3})
    assert (turn.filters, turn.literal, turn.serial) == (Filters(outlet=["A&B", "C"], since="2021"), True, 3)
    assert turn.place is not None
    assert quote_at(corpus, turn.place) == quote


def test_what_is_no_longer_there_is_not_quoted(corpus: Corpus) -> None:
    quote = second_sentence(corpus)
    place = LinkTarget("harbour.md", quote.start, quote.end, "80dc56d341fe")
    assert quote_at(corpus, place) == quote
    assert quote_at(corpus, LinkTarget("harbour.md", quote.start - 1, quote.end, "80dc56d341fe")) is None
    assert quote_at(corpus, LinkTarget("gone.md", quote.start, quote.end)) is None
    assert quote_at(corpus, LinkTarget("harbour.md", 0, 10**9)) is None


@pytest.mark.parametrize("query", ["", "?q=x", "?doc=a&s=1", "?doc=a&s=x&e=2", "?doc=a&s=5&e=5", "?doc=a&s=-1&e=5"])
def test_a_link_without_a_span_opens_nothing(query: str) -> None:
    assert place_in(query) is None


def test_a_link_of_very_many_fields_is_not_read() -> None:
    assert filters_in("?" + "&".join(["tag=x"] * 1000)) == []
    assert turn_of({"ask": "Who?", "link": "?since=never"}).problem.startswith("since must be a year")


@given(st.text(max_size=200), st.lists(st.text(min_size=1).filter(str.strip), max_size=3))
def test_every_question_and_filter_comes_back(question: str, tags: list[str]) -> None:
    link = link_to(question, Filters(tag=tags))
    assert link.isascii()
    assert Filters.of(filters_in(link)).tag == tuple(dict.fromkeys(tag.strip() for tag in tags))


def test_half_a_character_can_be_shown() -> None:
    assert turn_of({"ask": "Who \ud83d is it?"}).question == "Who ? is it?"
