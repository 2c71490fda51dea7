from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from embeddings.types import Document, Heading, Metadata, Page, Passage, Sentence


def document(text: str, *, headings: tuple[Heading, ...] = (), pages: tuple[Page, ...] = ()) -> Document:
    return Document("id", "Title", text, "a/b.txt", "00", headings=headings, pages=pages)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3)])
def test_spans_are_checked_at_birth(start: int, end: int) -> None:
    found = rf"0 <= start < end, found {start}\.\.{end}$"
    with pytest.raises(ValueError, match=f"^a heading must have {found}"):
        Heading(start, end, 1, "x")
    with pytest.raises(ValueError, match=f"^a passage must have {found}"):
        Passage("id", 1, start, end, "", "x")
    with pytest.raises(ValueError, match=f"^a sentence must have {found}"):
        Sentence(start, end, "x")


def test_a_span_has_a_text_of_its_length() -> None:
    assert Passage("id", 1, 2, 5, "", "abc").text == "abc"
    assert Sentence(2, 5, "abc").text == "abc"
    with pytest.raises(ValueError, match="a passage of 3 code points has a text of 4"):
        Passage("id", 1, 2, 5, "", "abcd")
    with pytest.raises(ValueError, match="a sentence of 3 code points has a text of 2"):
        Sentence(2, 5, "ab")


@pytest.mark.parametrize("level", [0, 7])
def test_heading_levels_are_1_to_6(level: int) -> None:
    assert [Heading(0, 1, good, "x").level for good in (1, 6)] == [1, 6]
    with pytest.raises(ValueError, match=f"a heading level is 1 to 6, found {level}"):
        Heading(0, 1, level, "x")


@pytest.mark.parametrize(("number", "start", "end"), [(0, 0, 1), (1, -1, 1), (1, 2, 1)])
def test_a_page_has_a_number_and_a_span_that_may_be_empty(number: int, start: int, end: int) -> None:
    assert Page(1, 2, 2).end == 2
    with pytest.raises(ValueError, match=rf"page {number} has the span {start}\.\.{end}"):
        Page(number, start, end)


def test_a_document_has_no_span_behind_its_end() -> None:
    assert document("abc", headings=(Heading(0, 3, 1, "abc"),), pages=(Page(1, 0, 3),)).text == "abc"
    message = "a span of a/b.txt ends at 4, after its text of 3 code points"
    with pytest.raises(ValueError, match=message):
        document("abc", headings=(Heading(0, 1, 1, "a"), Heading(2, 4, 1, "c")))
    with pytest.raises(ValueError, match=message):
        document("abc", pages=(Page(1, 0, 4), Page(2, 0, 1)))


def test_page_at_gives_the_page_an_offset_lies_on() -> None:
    paged = document("one\ftwo\f\fthree", pages=(Page(1, 0, 3), Page(2, 4, 7), Page(3, 8, 8), Page(4, 9, 14)))
    found = [page.number for offset in (0, 2, 3, 4, 7, 8, 9, 13) if (page := paged.page_at(offset))]
    assert found == [1, 1, 1, 2, 2, 3, 4, 4]
    assert document("one two").page_at(0) is None


def test_nouns_are_frozen_values() -> None:
    one, other = document("abc"), document("abc")
    assert one == other
    assert len({one, other}) == 1
    assert one.metadata == Metadata(None, None, None, None, ())
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'text'"):
        one.text = "abd"  # type: ignore[misc]
