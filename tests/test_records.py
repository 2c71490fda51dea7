"""Objects out of JSON: of the right type and whole, or one sentence with the place, the value and what was expected."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import FilterError, IndexDamaged
from embeddings.records import read_json, read_record


@dataclass(frozen=True, slots=True)
class Place:
    path: str
    offset: int = field(metadata={"alias": "from"})

    def __post_init__(self) -> None:
        if self.offset > 9:
            raise ValueError(f"an offset is at most 9: {self.offset}")
        if not self.path:
            raise FilterError("the path is empty.")


@dataclass(frozen=True, slots=True)
class Note:
    kind: Literal["right", "wrong"]
    share: float
    places: tuple[Place, ...] = ()
    words: str | tuple[str, ...] = ()
    sure: bool | None = None


WHOLE: dict[str, Any] = {
    "kind": "right",
    "share": 1,
    "places": [{"path": "a", "from": 3}],
    "words": ["b"],
    "sure": True,
}


def test_an_object_is_made_with_its_parts_and_defaults() -> None:
    note = Note("right", 1.0, (Place("a", 3),), ("b",), sure=True)
    assert read_record(Note, WHOLE, ValueError) == note
    assert read_record(tuple[Note, ...], [WHOLE], ValueError) == (note,)
    assert read_json(Note, b'{"kind": "wrong", "share": 0.5, "more": 1}', ValueError, others=True) == Note("wrong", 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "perhaps"}, "\"kind\" is 'perhaps', expected 'right' or 'wrong'"),
        ({"share": "1"}, "\"share\" is '1', expected a valid number"),
        ({"share": True}, '"share" is True, expected a valid number'),
        ({"sure": 1}, '"sure" is 1, expected a valid boolean'),
        ({"places": {}}, '"places" is {}, expected a valid array'),
        ({"places": [WHOLE["places"][0], 7]}, r'"places\[1\]" is 7, expected an object'),
        ({"places": [{"path": "a"}]}, r'"places\[0\]\.from" is missing'),
        ({"places": [{"path": "a", "from": 1.0}]}, r'"places\[0\]\.from" is 1\.0, expected a valid integer'),
        ({"places": [{"path": "a", "from": 1, "to": 2}]}, r'"places\[0\]\.to" is no field that is known here'),
        ({"places": [{"path": "a", "from": 10}]}, r'"places\[0\]": an offset is at most 9: 10'),
        ({"places": [{"path": "", "from": 1}]}, "the path is empty"),
        ({"words": ["b", 5]}, r'"words\[1\]" is 5, expected a valid string'),
        ({"\x1b[2J" * 99: 1}, r'"(\\u001b\[2J)+.{0,5}\.\.\." is no field that is known here'),
    ],
)
def test_what_is_wrong_is_one_sentence_of_the_callers_error(change: dict[str, Any], message: str) -> None:
    with pytest.raises(IndexDamaged, match=f"^{message}$"):
        read_record(Note, {**WHOLE, **change}, IndexDamaged)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', "{}", "[" * 10_000, '{"kind": "\\ud800"}', b"\xff", b"{}\0"]
)
def test_what_is_no_such_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(IndexDamaged, match=r'^(it is not JSON \(.*\)|it is .*, expected an object|"kind" is missing)$'):
        read_json(Note, text, IndexDamaged)


def test_a_check_of_the_objects_own_is_the_cause() -> None:
    for changed, cause in (({"path": "a", "from": 10}, ValueError), ({"path": "", "from": 1}, FilterError)):
        with pytest.raises(IndexDamaged, match="is") as found:
            read_record(Place, changed, IndexDamaged)
        assert type(found.value.__cause__) is cause
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(IndexDamaged, match="it is nested too deeply"):
        read_record(Note, deep, IndexDamaged)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*WHOLE, "path", "from"]), inner),
)


@given(JSON)
def test_any_value_is_an_object_or_an_error_that_says_so(value: Any) -> None:
    with suppress(IndexDamaged):
        assert isinstance(read_record(Note, value, IndexDamaged), Note)
