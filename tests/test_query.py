"""Quoted phrases and excluded words: exact, and before the ranking."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.errors import QuestionError
from embeddings.sync import sync
from qa.query import Phrase, Query, parse
from qa.retriever import Retriever

ABBEY_GATE = Phrase("Abbey Gate", ("abbey", "gate"))
KABUL = Phrase("Kabul", ("kabul",))


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ('Who planned "Abbey Gate"?', Query("Who planned Abbey Gate?", (ABBEY_GATE,))),
        ("“Al-Azaim” media -Kabul", Query("Al-Azaim media", (Phrase("Al-Azaim", ("al", "azaim")),), (KABUL,))),
        ("the 48-member cell - who?", Query("the 48-member cell - who?")),
        ("ports −Gwadar", Query("ports", (), (Phrase("Gwadar", ("gwadar",)),))),
        ("ports of −Kabul?", Query("ports of", (), (KABUL,))),
        ('a 6" gun', Query('a 6" gun')),
        ('"Who planned the attack?"', Query("Who planned the attack?")),
        ('"Abbey Gate"', Query("Abbey Gate", (ABBEY_GATE,))),
    ],
)
def test_a_question_is_taken_apart(question: str, query: Query) -> None:
    assert parse(question) == query


def test_a_question_that_only_excludes_is_refused() -> None:
    with pytest.raises(QuestionError, match="the question only excludes words"):
        parse("-Kabul -Gwadar")


@pytest.fixture
def retriever(tmp_path: Path, encoder: BagEncoder) -> Retriever:
    folder = tmp_path / "documents"
    folder.mkdir()
    front = "---\nauthor: {}\ndate: {}\noutlet: {}\ntags: [{}]\n---\n"
    texts = {
        "a.md": front.format("Jane Doe", "2021-08-15", "The Post", "ports, war")
        + "Troops held the Abbey Gate for hours.\n\nThe gate of the abbey is old and grey.\n",
        "b.md": front.format("Omar Khan", "2024-01", "Daily Star", "ports")
        + "Al Azaim printed a poster in Türkiye.\n\nThe Al-Azaim office was closed by police.\n",
        "c.txt": "A report without any date speaks of the gate.\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Retriever(sync(folder, tmp_path / "index", encoder)[0], encoder, folder)


def found(retriever: Retriever, question: str) -> list[str]:
    hits = retriever.search(question, 10)
    return sorted(f"{hit.citation.source.path} {hit.passage.number}" for hit in hits)


def test_a_quoted_phrase_must_stand_in_the_passage(retriever: Retriever) -> None:
    assert found(retriever, 'the "Abbey Gate"') == ["a.md 1"]
    assert found(retriever, '"al-azaim" posters') == ["b.md 1", "b.md 2"]
    assert found(retriever, '"Turkiye"') == ["b.md 1"]
    assert found(retriever, '"of the"') == ["a.md 2", "c.txt 1"]
    assert found(retriever, '"gate abbey"') == []


@pytest.mark.parametrize("question", ["Turkiye", "Türkiye", "TÜRKIYE", "Tu\u0308rkiye", "Turkiye's"])
def test_accents_and_case_make_no_difference(retriever: Retriever, question: str) -> None:
    hit = retriever.search(question, 1)[0]
    assert (hit.citation.source.path, hit.passage.number) == ("b.md", 1)
    assert {part.name: part.score for part in hit.trace.parts}["coverage"] == pytest.approx(1.0)


@pytest.mark.parametrize("question", ["Al-Azaim office", "Al Azaim office", "al azaim's office", "Al–Azaim, Office"])
def test_hyphens_make_no_difference(retriever: Retriever, question: str) -> None:
    hits = retriever.search(question, 2)
    assert [(hit.citation.source.path, hit.passage.number) for hit in hits] == [("b.md", 2), ("b.md", 1)]
    assert {part.name: part.score for part in hits[0].trace.parts}["coverage"] == pytest.approx(1.0)


def test_an_excluded_word_must_not(retriever: Retriever) -> None:
    assert found(retriever, "gate -abbey") == ["b.md 1", "b.md 2", "c.txt 1"]
    assert found(retriever, "gate -turkiye") == ["a.md 1", "a.md 2", "b.md 2", "c.txt 1"]
    assert found(retriever, "gate -posters -offices") == ["a.md 1", "a.md 2", "c.txt 1"]
