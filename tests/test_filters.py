"""Filters: which documents are searched, what is said of it, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fakes import BagEncoder

from embeddings.errors import FilterError
from embeddings.index.sync import sync
from embeddings.types import Document, Metadata
from qa.answering.answerer import Answerer
from qa.reading.choice import ReaderChoice
from qa.retrieval.retriever import Retriever
from qa.types.filters import Filters, folders_of, values_of

FRONT = "---\nauthor: {}\ndate: {}\noutlet: {}\ntags: [{}]\n---\n"
TEXTS = {
    "a.md": FRONT.format("Jane Doe", "2021-08-15", "The Post", "ports, war")
    + "Troops held the Abbey Gate for hours.\n\nThe gate of the abbey is old and grey.\n",
    "news/b.md": FRONT.format("Omar Khan", "2024-01", "Daily Star", "ports")
    + "Al Azaim printed a poster about the gate.\n\nThe office at the gate was closed by police.\n",
    "news/old/c.md": FRONT.format("Jane Doe", "2019", "Daily Star", "history") + "The gate was built in stone.\n",
    "d.txt": "A report without any date speaks of the gate.\n",
}


@pytest.fixture
def retriever(tmp_path: Path, encoder: BagEncoder) -> Retriever:
    folder = tmp_path / "documents"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Retriever(sync(folder, tmp_path / "index", encoder)[0], encoder, folder)


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        ({"document": "A.md"}, {"a.md"}),
        ({"document": "news/"}, {"news/b.md", "news/old/c.md"}),
        ({"document": ["News/Old/", "d.txt"]}, {"news/old/c.md", "d.txt"}),
        ({"author": "omar  khan"}, {"news/b.md"}),
        ({"outlet": "The Post"}, {"a.md"}),
        ({"tag": "ports"}, {"a.md", "news/b.md"}),
        ({"tag": ("war", "history")}, {"a.md", "news/old/c.md"}),
        ({"tag": ("war", "history"), "author": "Jane Doe", "outlet": "Daily Star"}, {"news/old/c.md"}),
        ({"tag": "ports", "since": "2022"}, {"news/b.md"}),
        ({"since": "2021-08-15", "until": "2021-08-15"}, {"a.md"}),
        ({"since": "2024-01-30"}, {"news/b.md"}),
        ({"since": "2024-02"}, set()),
        ({"until": "2023"}, {"a.md", "news/old/c.md"}),
        ({"until": "2019-03", "since": "2019-03"}, {"news/old/c.md"}),
    ],
)
def test_filters_hold_before_the_ranking(retriever: Retriever, filters: dict[str, Any], documents: set[str]) -> None:
    names = {hit.citation.source.path for hit in retriever.search("gate", 10, filters=Filters(**filters))}
    assert names == documents


def test_a_document_can_be_named_by_its_id(retriever: Retriever) -> None:
    (document,) = (one for one in retriever.index.corpus.documents if one.source == "news/b.md")
    (hit,) = retriever.search("gate", 1, filters=Filters(document=document.id))
    assert hit.citation.source.path == "news/b.md"


def test_letters_written_in_two_ways_are_one(retriever: Retriever) -> None:
    document = Document("1", "t", "text", "Tu\u0308rkiye/a.md", "0" * 64, Metadata(outlet="Zeitung fu\u0308r"))
    assert Filters(document="türkiye/a.md", outlet="zeitung für").rows([document]) == [0]


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"tag": "peace"}, r"no document has the tag 'peace'\. There are: history, ports, war\."),
        ({"tag": ("ports", "peace")}, "no document has the tag 'peace'"),
        ({"document": "news"}, r"no document is called 'news'\. There are: news/, news/old/, a\.md, d\.txt, news/b"),
        ({"document": "/"}, "no document is called '/'"),
    ],
)
def test_an_unknown_value_lists_what_there_is(retriever: Retriever, filters: dict[str, Any], message: str) -> None:
    with pytest.raises(FilterError, match=message):
        retriever.search("gate", filters=Filters(**filters))


@pytest.mark.parametrize(
    "text", ["May", "2021-13", "2021-00", "2021-02-30", "20210815", "2021-8", "0000", " 2021", "٢٠٢١"]
)
def test_what_is_no_date_is_refused_when_the_filter_is_made(text: str) -> None:
    with pytest.raises(FilterError, match=f"since must be a year, a month or a day like .*, found {text!r}"):
        Filters(since=text)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    Filters(since="2021-08", until="2021")
    with pytest.raises(FilterError, match=r"since 2022 lies after until 2021-12, so that no date is in between"):
        Filters(since="2022", until="2021-12")


def test_filters_are_read_from_pairs() -> None:
    assert Filters.of(["tag=war", "since=2021-01-01", "tag= x=y"]) == Filters(tag=("war", "x=y"), since="2021-01-01")
    assert Filters.of([]) == Filters()
    for pair in ("colour=red", "tag", "tag= "):
        with pytest.raises(FilterError, match=rf"no filter '{pair}'\. Write NAME=VALUE with one of: document, since"):
            Filters.of([pair])
    with pytest.raises(FilterError, match="until is given 2 times"):
        Filters.of(["until=2021", "until=2022"])


def test_filters_say_what_they_are_and_can_be_made_again() -> None:
    filters = Filters(outlet=["Dawn", "The Post", "Dawn"], tag="war", since="2021-01")
    assert str(filters) == "outlet: Dawn or The Post; tag: war; from 2021-01"
    assert filters.to_dict() == {"outlet": ["Dawn", "The Post"], "tag": ["war"], "since": "2021-01"}
    assert Filters(**filters.to_dict()) == filters  # type: ignore[arg-type]
    assert str(Filters(since="2020", until="2021")) == "from 2020 to 2021"
    assert str(Filters(until="2021")) == "until 2021"
    assert (str(Filters()), Filters().to_dict(), Filters().empty) == ("", {}, True)


def test_the_values_there_are(retriever: Retriever) -> None:
    documents = retriever.index.corpus.documents
    assert values_of("outlet", documents) == ["Daily Star", "The Post"]
    assert values_of("tag", documents) == ["history", "ports", "war"]
    assert values_of("document", documents) == ["a.md", "d.txt", "news/b.md", "news/old/c.md"]
    assert folders_of(documents) == ["news/", "news/old/"]


@pytest.mark.parametrize(
    ("question", "filters", "reason"),
    [
        ("gate?", {"outlet": "Daily Star"}, "Searched 3 passages in 2 documents (outlet: Daily Star)."),
        (
            "gate",
            {"since": "2025"},
            (
                "Searched 0 passages in 0 documents (from 2025). No document matches the filters. 1 document has no "
                "date."
            ),
        ),
        (
            "gate",
            {"tag": "war", "outlet": "Daily Star"},
            "Searched 0 passages in 0 documents (outlet: Daily Star; tag: war). No document matches the filters.",
        ),
        ('the "Abbey Gat"', {}, "Searched 6 passages in 4 documents. No passage has the phrase “Abbey Gat”."),
        (
            'the "Abbey Gate"',
            {"document": "news/"},
            "Searched 3 passages in 2 documents (document: news/). None of these passages has the phrase “Abbey Gate”.",
        ),
        ('"a b" and "c d"', {}, "Searched 6 passages in 4 documents. No passage has the phrases “a b” or “c d”."),
        (
            '"Abbey Gate" "closed by police"',
            {},
            (
                "Searched 6 passages in 4 documents. No passage has the phrases “Abbey Gate” and “closed by police” "
                "together."
            ),
        ),
        (
            '"Abbey Gate" -troop',
            {},
            (
                "Searched 6 passages in 4 documents. Every passage with the phrase “Abbey Gate” has the word that is "
                "left out: troop."
            ),
        ),
        (
            "closed -gate",
            {"tag": "ports", "author": "Omar Khan"},
            (
                "Searched 2 passages in 1 document (author: Omar Khan; tag: ports). Every one of these passages has "
                "the word that is left out: gate."
            ),
        ),
    ],
)
def test_an_answer_says_what_was_searched_and_why_nothing_was_left(
    retriever: Retriever, question: str, filters: dict[str, Any], reason: str
) -> None:
    answer = Answerer.over(retriever, ReaderChoice(none=True)).ask(question, filters=Filters(**filters))
    if answer.verdict == "answered":
        assert answer.reason.endswith(reason)
    else:
        assert (answer.reason, answer.related) == (reason, ())
    assert answer.filters == Filters(**filters)
    assert answer.to_dict()["filters"] == Filters(**filters).to_dict()


def test_a_word_that_is_left_out_is_not_missed(retriever: Retriever) -> None:
    answer = Answerer.over(retriever, ReaderChoice(none=True)).ask("zebra -Kandahar", filters=Filters(tag="history"))
    assert "Kandahar" not in answer.reason


@pytest.mark.parametrize(
    "wrong", [{"since": 2021}, {"outlet": 5}, {"outlet": [5]}, {"tag": {"a": 1}}, {"until": ["2021"]}]
)
def test_another_type_is_an_error_in_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(FilterError, match=rf"{next(iter(wrong))} must be a text"):
        Filters(**wrong)


def test_none_is_no_filter() -> None:
    assert Filters(outlet=None) == Filters()  # type: ignore[arg-type]
    with pytest.raises(FilterError, match=r"no filter 5\. Write NAME=VALUE"):
        Filters.of([5])  # type: ignore[list-item]
