"""Quoted phrases and excluded words: exact, and before the ranking."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.errors import QuestionError
from embeddings.index.sync import sync
from qa.query.syntax import Phrase, Query, parse
from qa.retrieval.retriever import Retriever

ABBEY_GATE = Phrase("Abbey Gate", ("abbey", "gate"))
KABUL = Phrase("Kabul", ("kabul",))
GWADAR = Phrase("Gwadar", ("gwadar",))


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ('Who planned "Abbey Gate"?', Query("Who planned Abbey Gate?", (ABBEY_GATE,))),
        ("“Al-Azaim” media -Kabul", Query("Al-Azaim media", (Phrase("Al-Azaim", ("al", "azaim")),), (KABUL,))),
        ("the 48-member cell - who?", Query("the 48-member cell - who?")),
        ("ports −Gwadar", Query("ports", (), (GWADAR,))),
        ("ports of −Kabul?", Query("ports of", (), (KABUL,))),
        ('a 6" gun', Query('a 6" gun')),
        ('"Who planned the attack?"', Query("Who planned the attack?")),
        ('“Who planned "Abbey Gate"?”', Query("Who planned Abbey Gate?", (ABBEY_GATE,))),
        ('fish -"Gwadar"', Query("fish", (), (GWADAR,))),
        ("“Abbey Gate” −“Gwadar” (-«Kabul»)", Query("Abbey Gate ( )", (ABBEY_GATE,), (GWADAR, KABUL))),
        ('Kabul-"Abbey Gate"', Query("Kabul-Abbey Gate", (ABBEY_GATE,))),
        ('fish -"foo -bar"', Query("fish", (), (Phrase("foo -bar", ("foo", "bar")),))),
        ('Kabul -foo"bar baz"', Query('Kabul "bar baz"', (), (Phrase("foo", ("foo",)),))),
        ('a -"!" fish', Query("a fish")),
        ("What is -40 degrees, -40°C or -3.5%?", Query("What is -40 degrees, -40°C or -3.5%?")),
        ("from 2010 -2015, -2016-2020", Query("from 2010 -2015, -2016-2020")),
        ('guns -9mm -"2015"', Query("guns", (), (Phrase("9mm", ("9mm",)), Phrase("2015", ("2015",))))),
        ('Is a 6" pipe better than a 4" pipe?', Query('Is a 6" pipe better than a 4" pipe?')),
        ('a 6" "Abbey Gate" of 4"', Query('a 6" Abbey Gate of 4"', (ABBEY_GATE,))),
        ("»Gwadar« und »Kabul«", Query("Gwadar und Kabul", (GWADAR, KABUL))),
        ("«Gwadar» et «Kabul»", Query("Gwadar et Kabul", (GWADAR, KABUL))),
        ("„Gwadar“ und „Kabul”, ”Kabul”", Query("Gwadar und Kabul, Kabul", (GWADAR, KABUL, KABUL))),
        ('("Gwadar","Kabul")', Query("(Gwadar,Kabul)", (GWADAR, KABUL))),
        ('“an "old" gate”', Query('an "old" gate', (Phrase('an "old" gate', ("an", "old", "gate")),))),
        ("‘Gwadar’", Query("‘Gwadar’")),
        ('"Abbey Gate"', Query("Abbey Gate", (ABBEY_GATE,))),
        ("Why? (about: Gwadar, port)", Query("Why?", about="Gwadar port")),
        (
            'Who planned "Abbey Gate" -Kabul? (about: -x "y")',
            Query("Who planned Abbey Gate", (ABBEY_GATE,), (Phrase("Kabul", ("kabul",)),), '-x "y"'),
        ),
        ("“Who came?” (about: Gwadar)", Query("Who came?", about="Gwadar")),
        ("(about: Gwadar)", Query("(about: Gwadar)")),
        ("Why? (about: !)", Query("Why? (about: !)")),
        ("Is the film (about: Gwadar) long?", Query("Is the film (about: Gwadar) long?")),
    ],
)
def test_a_question_is_taken_apart(question: str, query: Query) -> None:
    assert parse(question) == query


def test_a_question_that_only_excludes_is_refused() -> None:
    with pytest.raises(QuestionError, match="the question only excludes words"):
        parse("-Kabul -Gwadar")
    with pytest.raises(QuestionError, match="the question only excludes words"):
        parse('-"Abbey Gate"')


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
    assert found(retriever, 'gate -"gate of the abbey"') == ["a.md 1", "b.md 1", "b.md 2", "c.txt 1"]
