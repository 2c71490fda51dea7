"""Answers from their plain values: the same again, and errors that say where."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from exported import answerer_over, quote, said

from embeddings.errors import ExportError
from qa.answering.answerer import Answerer
from qa.export.json.parser import answer_from, quote_from
from qa.types.answers import Answer
from qa.types.comparison import Agreement, Difference, Side, ValuePlace
from qa.types.filters import Filters


@pytest.fixture
def answerer(folder: Path, tmp_path: Path) -> Answerer:
    (folder / "copy.txt").write_text(
        "Trains stopped in August after a bridge fell.\n\nA second paragraph of the copy.\n", encoding="utf-8"
    )
    return answerer_over(folder, tmp_path / "index")


def test_an_answer_comes_back_as_it_was(answerer: Answerer) -> None:
    filters = Filters(document=["rail.txt", "copy.txt"])
    for answer in (
        answerer.ask("When did  trains stop?", filters=filters),
        answerer.ask("Who governs Kandahar?"),
        replace(answerer.ask("Do wells run dry?"), changed=("a.md",), filters=Filters(since="2020", tag=["x"])),
    ):
        assert answer_from(answer.to_dict()) == answer
        assert answer_from(json.loads(answer.to_json())) == answer
    assert len(answerer.ask("When did trains stop?").citations[0].also) == 1


def differing() -> Answer:
    """An answer of which two citations agree, and differ from the third."""
    (answer,) = said([quote("In May 41 died."), quote("41 died.", path="b.md"), quote("53 died.", path="c.md")]).answers
    places = [
        ValuePlace(n, "0123456789ab", f"{n}.md", 103, 105, value) for n, value in ((1, "41"), (2, "41"), (3, "53"))
    ]
    return replace(
        answer,
        agreements=(Agreement("number", 2, (1, 2), tuple(places[:2])),),
        differences=(Difference("number", (Side(tuple(places[:2])), Side((places[2],)))),),
    )


def test_agreements_and_differences_come_back_and_fit_their_places() -> None:
    answer = differing()
    assert answer_from(answer.to_dict()) == answer
    value = answer.to_dict()
    value["differences"][0]["sides"][1]["value"] = "54"
    with pytest.raises(
        ExportError, match=r"differences\[0\]\.sides\[1\]\.value is '54', expected '53' as the other fields say"
    ):
        answer_from(value)
    value = answer.to_dict()
    value["differences"][0]["sides"][0]["citations"] = [1]
    with pytest.raises(ExportError, match=r"sides\[0\]\.citations is \[1\], expected \[1, 2\] as the other fields say"):
        answer_from(value)


def test_fields_that_came_later_may_be_missing() -> None:
    (answer,) = said([quote("Some words.")]).answers
    value = answer.to_dict()
    del value["changed"], value["filters"]
    assert answer_from(value) == answer


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    value = said([quote("Some words.", before="Before. ")]).answers[0].to_dict()
    change(value)
    return value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda value: value.pop("asked"), 'the answer: "asked" is missing'),
        (lambda value: value.update(new=1), 'the answer: "new" is no field that is known here'),
        (lambda value: value.update(question=1), 'the answer: "question" is 1, expected a valid string'),
        (lambda value: value.update(verdict="yes"), "\"verdict\" is 'yes', expected 'answered' or 'not_in_documents'"),
        (lambda value: value.update(citations={}), '"citations" is {}, expected a valid array'),
        (lambda value: value.update(citations=[]), "an answer that is answered cannot have 0 citations"),
        (lambda value: value["citations"].append(None), r'"citations\[1\]" is None, expected an object'),
        (
            lambda value: value["citations"][0].update(start=True),
            r'"citations\[0\].start" is True, expected a valid integer',
        ),
        (
            lambda value: value["citations"][0].update(quote="Other"),
            r'"citations\[0\]": the quote 108..119 of a.md is not',
        ),
        (lambda value: value["citations"][0]["paragraph"].pop("end"), r'"citations\[0\].paragraph.end" is missing'),
        (lambda value: value["citations"][0]["also"].append([]), r'also\[0\]" is \[\], expected an object'),
        (lambda value: value.update(changed="a.md"), "\"changed\" is 'a.md', expected a valid array"),
        (lambda value: value.update(filters={"since": "soon"}), "the answer: since must be a year.*found 'soon'"),
        (
            lambda value: value.update(filters={"document": "a.md"}),
            r"filters\.document is 'a\.md', expected \['a\.md'\]",
        ),
        (lambda value: value["citations"][0].update(words=[108, 109]), r"words is \[108, 109\], expected {"),
        (
            lambda value: value["citations"][0].update(words={"start": 108}),
            r'words\[1\]" is None, expected a valid integer',
        ),
        (lambda value: value["citations"][0].update(new=1), r'"citations\[0\]\.new" is no field that is known here'),
        (lambda value: value["citations"][0].pop("also"), r"citations\[0\]: the field 'also' is missing"),
        (
            lambda value: value.update(probability=float("nan")),
            '"probability" is nan, expected less than or equal to 1',
        ),
        (lambda value: value.update(filters={"size": "1"}), '"filters.size" is no field that is known here'),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change: Callable[[dict[str, Any]], object], message: str) -> None:
    with pytest.raises(ExportError, match=message):
        answer_from(broken(change))


def test_a_quote_comes_back_alone() -> None:
    own = quote("Some words.", after=" After.")
    assert quote_from(own.to_dict()) == own
    with pytest.raises(ExportError, match="the quote: it is 'x', expected an object"):
        quote_from("x")


@pytest.mark.parametrize("name", ["agreements", "related", "filters"])
def test_a_list_of_citations_where_none_belongs_is_refused(name: str) -> None:
    inner: Any = {"citations": [{}]}
    with pytest.raises(ExportError, match="the answer: "):
        answer_from({"citations": [], name: inner if name == "filters" else [inner]})
