"""Quotes out of exports in JSON: errors that say where."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from exported import quote, said

from embeddings.errors import ExportError
from qa.export import export, quotes_in


def broken(change: Callable[[dict[str, Any]], object]) -> str:
    """An export whose citation was changed."""
    value = json.loads(export(said([quote("Some words.", before="Before. ")]), "json"))
    change(value["answers"][0]["citations"][0])
    return json.dumps(value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda value: value.update(start=True),
            r'answers\[0\]\.citations\[0\]: "start" is True, expected a',
        ),
        (lambda value: value["paragraph"].pop("end"), r'citations\[0\]: "paragraph\.end" is missing'),
        (lambda value: value.update(new=1), r'citations\[0\]: "new" is no field that is known here'),
        (lambda value: value.pop("also"), r"citations\[0\]\.also: expected a list of objects, found None"),
        (lambda value: value["also"].append([]), r"also: expected a list of objects, found \[\[\]\]"),
        (lambda value: value.pop("key"), r"citations\[0\]\.key: expected a text, found None"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change: Callable[[dict[str, Any]], object], message: str) -> None:
    with pytest.raises(ExportError, match=message):
        quotes_in(broken(change))


def test_words_that_are_not_in_their_paragraph_are_a_problem_of_the_quote() -> None:
    (found,) = quotes_in(broken(lambda value: value.update(quote="Other")))
    assert (found.words, found.quote) == ("Other", None)
    assert found.problem == "its words are not what its paragraph says at its place"
