"""One hit for what is said in several places, at most so many of a document, and the places filled up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from fakes import BagEncoder
from hypothesis import given
from hypothesis import strategies as st

from embeddings.index.rows import Row, index_rows
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.evaluation.asking import ask_all
from qa.evaluation.types import Dataset, Question
from qa.interfaces.chat.render import Shelf, conversation
from qa.interfaces.chat.turns import Turn
from qa.reading.similarity import SimilarityReader
from qa.reading.types import Mark, Read
from qa.retrieval.duplicates import DuplicateGroup, group_duplicates
from qa.retrieval.retriever import Retriever
from qa.types.hits import Hit
from qa.types.phrasing import also_in, also_named

BRIDGE = "Trains stopped after the Bolan bridge fell and 14 people drowned."
WATER = "Water rose over the gardens of the old quarter beside the river."
PLACES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One report in three copies and two near ones, a paragraph that comes twice, and another document."""
    place = tmp_path / "documents"
    (place / "copies").mkdir(parents=True)
    texts = {
        "a.md": f"# Rail\n\n{BRIDGE}\n\nEngineers came from Quetta by road.\n",
        "b.txt": f"(Reuters) - {BRIDGE}\n",
        "copies/a.md": f"# Rail\n\n{BRIDGE}\n\nEngineers came from Quetta by road.\n",
        "d.txt": BRIDGE.replace("14", "15") + f"\n\n{WATER}\n\n{WATER}\n",
        "e.txt": BRIDGE.replace("Bolan", "Lak") + "\n",
        "f.txt": BRIDGE.replace("people drowned", "people had not drowned") + "\n",
    }
    for name, text in texts.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def retriever(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Retriever:
    index, report = sync(folder, tmp_path / "index", encoder)
    return Retriever(index, encoder, folder, report)


def answering(retriever: Retriever) -> Answerer:
    return Answerer(retriever, SimilarityReader(None), Sources(retriever.seeds))


def placed(hits: list[Hit]) -> list[tuple[str, list[str]]]:
    return [(hit.citation.source.place, [quote.place for quote in hit.also]) for hit in hits]


def test_copies_are_one_hit_and_what_differs_is_kept_apart(retriever: Retriever) -> None:
    hits = retriever.search("Bolan bridge", 10)
    found = dict(placed(hits))
    first, *others = [place for place in found if place in ("a.md ¶ 1", "b.txt ¶ 1", "copies/a.md ¶ 1")]
    assert others == []
    assert sorted([first, *found[first]]) == ["a.md ¶ 1", "b.txt ¶ 1", "copies/a.md ¶ 1"]
    assert [found[f"{name}.txt ¶ 1"] for name in "def"] == [[], [], []]
    (hit,) = (hit for hit in hits if hit.citation.source.place == first)
    assert also_in(hit.citation) == "also in 2 documents"
    assert [hit.citation.number for hit in hits] == list(range(1, len(hits) + 1))


class FirstTwo(SimilarityReader):
    """Marks the first two sentences of the first passage."""

    def read(self, question: str, hits: Sequence[Hit]) -> Read:
        first, second, *_ = hits[0].trace.sentences
        return Read(tuple(hits), (Mark(hits[0], hits[0].passage.from_to(first.sentence, second.sentence)),))


def test_several_sentences_are_quoted_as_the_same_elsewhere(tmp_path: Path, encoder: BagEncoder) -> None:
    both = "Trains stopped after the Bolan bridge fell. Engineers came from Quetta by road."
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "a.txt").write_text(f"{both} {WATER}\n", encoding="utf-8")
    (folder / "b.txt").write_text(f"Fishermen protest in the port.\n\n{both} {WATER}\n", encoding="utf-8")
    index, report = sync(folder, tmp_path / "index", encoder)
    answerer = Answerer(Retriever(index, encoder, folder, report), FirstTwo(None), Sources(folder))
    (citation,) = answerer.ask("Why did trains stop?").citations
    assert [citation.quote, *(quote.quote for quote in citation.also)] == [both, both]
    assert {citation.source.path, *(quote.path for quote in citation.also)} == {"a.txt", "b.txt"}


def test_identical_files_in_two_folders_are_one(retriever: Retriever) -> None:
    (hit,) = retriever.search("engineers road", 1)
    assert placed([hit]) == [("a.md ¶ 2", ["copies/a.md ¶ 2"])]  # of equals the first in order represents
    assert also_in(hit.citation) == "also in 1 document"
    assert also_named(hit.citation) == ["copies/a.md ¶ 2"]
    assert hit.to_dict()["also"][0]["path"] == "copies/a.md"


def test_a_paragraph_that_comes_twice_in_a_document_is_one_hit(retriever: Retriever) -> None:
    (hit,) = retriever.search("water rose over gardens", 1)
    assert placed([hit]) == [("d.txt ¶ 2", ["d.txt ¶ 3"])]
    assert also_in(hit.citation) == "again in this document"
    elsewhere = replace(hit.also[0], document_id="other", path="x.txt")
    both = replace(hit.citation, also=(*hit.also, elsewhere, *[elsewhere] * 5))
    assert also_in(both) == "also in 1 document and again in this one"
    assert also_named(both) == ["d.txt ¶ 3", *["x.txt ¶ 3"] * 4, "and 2 more"]
    assert also_in(replace(both, also=())) == ""


def test_the_places_are_filled_up_with_what_is_next(retriever: Retriever) -> None:
    every = retriever.search("Bolan bridge engineers water", 50, collapse=False)
    assert [hit.also for hit in every] == [()] * 10
    assert len(retriever.search("Bolan bridge engineers water", 50)) == 6
    for k in range(1, 7):
        assert len(retriever.search("Bolan bridge engineers water", k)) == k


@pytest.mark.parametrize("per_document", [None, 1, 2])
@pytest.mark.parametrize("question", ["Bolan bridge", "engineers from Quetta", "water rose", "train"])
def test_fewer_hits_are_the_first_of_more_with_their_copies(
    retriever: Retriever, question: str, per_document: int | None
) -> None:
    hits = retriever.search(question, 12, per_document=per_document)
    for k in range(1, 12):
        assert retriever.search(question, k, per_document=per_document) == hits[:k]


def test_at_most_so_many_hits_of_a_document(retriever: Retriever) -> None:
    one = retriever.search("bridge engineers water train", 12, per_document=1)
    assert max(Counter(hit.passage.document_id for hit in one).values()) == 1
    assert len(one) == 5  # both paragraphs of a.md, one of them from a copy; one of d.txt; e.txt and f.txt
    plain = retriever.search("bridge engineers water train", 12, per_document=2, collapse=False)
    assert sorted(Counter(hit.citation.source.path for hit in plain).values()) == [1, 1, 1, 2, 2, 2]
    with pytest.raises(ValueError, match="per_document must be at least 1, found 0"):
        retriever.search("bridge", per_document=0)


def test_evaluation_judges_each_passage_by_itself(encoder: BagEncoder) -> None:
    rows = [Row("1", "", BRIDGE), Row("2", "", BRIDGE), Row("3", "", "Water rose.")]
    retriever = Retriever(index_rows(rows, encoder), encoder, Path())
    dataset = Dataset("small", (Question("q", "Bolan bridge", {"2": 1}),), ("1", "2", "3"))
    (outcome,) = ask_all(retriever, SimilarityReader(None), dataset)
    assert [ranked.passage for ranked in outcome.ranking][:2] == ["1", "2"]


def test_evaluation_says_which_questions_would_get_a_reply_about_the_documents(encoder: BagEncoder) -> None:
    rows = [Row("1", "", "What is this about? Nobody knows.")]
    retriever = Retriever(index_rows(rows, encoder), encoder, Path())
    dataset = Dataset("small", (Question("q", "What is this about?", {"1": 1}),), ("1",))
    (outcome,) = ask_all(retriever, SimilarityReader(None), dataset)
    assert (outcome.verdict, outcome.cited, outcome.answer) == ("about_documents", (), None)
    assert [ranked.passage for ranked in outcome.ranking] == ["1"]


def test_an_answer_cites_once_what_copies_say(retriever: Retriever) -> None:
    answer = answering(retriever).ask("Where did the engineers come from?")
    first = answer.citations[0]
    assert str(first.source.place) == "a.md ¶ 2"
    assert [(quote.place, quote.quote) for quote in first.also] == [
        ("copies/a.md ¶ 2", "Engineers came from Quetta by road.")
    ]
    assert json.loads(answer.to_json())["citations"][0]["also"][0]["path"] == "copies/a.md"
    everything = [quote.place for citation in answer.citations for quote in (citation.source, *citation.also)]
    assert len(set(everything)) == len(everything)


def test_a_sentence_that_two_paragraphs_share_is_cited_once(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    (folder / "g.txt").write_text("The weather was good. Bakers of Norvik struck.", encoding="utf-8")
    (folder / "h.txt").write_text("Bakers of Norvik struck. Ships were late that day.", encoding="utf-8")
    answerer = answering(Retriever(sync(folder, tmp_path / "index", encoder)[0], encoder, folder))
    answer = answerer.ask("Did bakers of Norvik strike? struck")
    (citation,) = (citation for citation in answer.citations if "Norvik" in citation.quote)
    places = {citation.source.path, *(quote.path for quote in citation.also)}
    assert places == {"g.txt", "h.txt"}
    assert {citation.quote, *(quote.quote for quote in citation.also)} == {"Bakers of Norvik struck."}
    assert also_in(citation) == "also in 1 document"


def test_a_copy_that_changed_is_left_out_and_one_that_did_not_takes_the_place(
    retriever: Retriever, folder: Path
) -> None:
    answerer = answering(retriever)
    (folder / "copies" / "a.md").write_text("Something else.", encoding="utf-8")
    answer = answerer.ask("Where did the engineers come from?")
    assert answer.citations[0].source.path == "a.md"
    assert answer.citations[0].also == ()
    assert answer.changed == ("copies/a.md",)
    (folder / "copies" / "a.md").write_bytes((folder / "a.md").read_bytes())
    (folder / "a.md").write_text("Something else.", encoding="utf-8")
    citation = answerer.ask("Where did the engineers come from?").citations[0]
    assert (citation.source.place, citation.quote, citation.also) == (
        "copies/a.md ¶ 2",
        "Engineers came from Quetta by road.",
        (),
    )


def test_the_page_names_the_copies_escaped_and_only_while_they_are_untouched(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    (folder / "copies" / "a.md").rename(folder / "copies" / "<b>&.md")
    answerer = answering(Retriever(sync(folder, tmp_path / "index", encoder)[0], encoder, folder))
    answer = answerer.ask("Where did the engineers come from?")
    turns = [Turn(answer.question, answer)]
    shelf = Shelf(answerer.sources.still_says, lambda _quote: ("", ""))
    line = 'data-number="1" data-also="1"><bdi>copies/&lt;b&gt;&amp;.md ¶ 2</bdi></button></p>'
    assert conversation(turns, shelf).count(line) == 1
    (folder / "copies" / "<b>&.md").write_text("Something else.", encoding="utf-8")
    assert "&lt;b&gt;" not in conversation(turns, shelf)


@given(PLACES, st.one_of(st.none(), st.integers(1, 3)))
def test_groups_hold_what_is_alike_and_no_document_is_shown_too_often(
    ranking: list[tuple[int, int]], per_document: int | None
) -> None:
    labels, documents = [label for label, _ in ranking], [document for _, document in ranking]
    groups = list(group_duplicates(labels, documents, per_document=per_document))
    shown = [group.shown for group in groups]
    assert shown == sorted(shown)
    assert len({labels[place] for place in shown}) == len(shown)
    for group in groups:
        alike = [place for place, label in enumerate(labels) if label == labels[group.shown]]
        assert sorted([group.shown, *group.others]) == alike
        assert list(group.others) == sorted(group.others)
    often = Counter(documents[place] for place in shown)
    assert max(often.values(), default=0) <= (per_document or len(ranking))
    for place, (label, document) in enumerate(ranking):  # what is not shown has a reason
        above = [earlier for earlier in shown if earlier <= place]
        assert (
            label in {labels[earlier] for earlier in above}
            or sum(documents[earlier] == document for earlier in above) == per_document
        )


@given(PLACES, st.integers(1, 3), st.integers(0, 20))
def test_the_first_groups_do_not_depend_on_how_many_are_taken(
    ranking: list[tuple[int, int]], per_document: int, k: int
) -> None:
    labels, documents = [label for label, _ in ranking], [document for _, document in ranking]
    every = list(group_duplicates(labels, documents, per_document=per_document))
    assert list(islice(group_duplicates(labels, documents, per_document=per_document), k)) == every[:k]


def test_the_best_place_of_a_document_that_may_be_shown_stands_for_a_group() -> None:
    labels, documents = ["x", "y", "z", "y"], [0, 0, 1, 2]
    assert list(group_duplicates(labels, documents)) == [DuplicateGroup(0), DuplicateGroup(1, (3,)), DuplicateGroup(2)]
    assert list(group_duplicates(labels, documents, per_document=1)) == [
        DuplicateGroup(0),
        DuplicateGroup(2),
        DuplicateGroup(3, (1,)),
    ]


def test_the_places_are_filled_where_copies_take_the_first_hundreds(encoder: BagEncoder) -> None:
    copies = [Row(f"c{number}", "", "Ships leave the harbour of Gwadar.") for number in range(150)]
    others = [Row(f"o{number}", "", f"Harbour story number {number} is told.") for number in range(10)]
    retriever = Retriever(index_rows([*copies, *others], encoder), encoder, Path())
    hits = retriever.search("the harbour of Gwadar", 5)
    assert [hit.passage.document_id[0] for hit in hits] == ["c", "o", "o", "o", "o"]
    assert len(hits[0].also) == 149
    assert len(retriever.search("the harbour of Gwadar", 99)) == 11


def test_the_places_are_filled_where_one_document_takes_the_first_hundreds(tmp_path: Path, encoder: BagEncoder) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    long = "\n\n".join(f"The harbour of Gwadar has {number} quays today." for number in range(150))
    (folder / "long.txt").write_text(long, encoding="utf-8")
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"Story {number} speaks of harbours in summer.", encoding="utf-8")
    retriever = Retriever(sync(folder, tmp_path / "index", encoder)[0], encoder, folder)
    hits = retriever.search("the harbour of Gwadar", 5, per_document=1)
    assert [hit.citation.source.path == "long.txt" for hit in hits] == [True, False, False, False, False]
