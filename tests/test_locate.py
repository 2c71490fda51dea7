"""Where words stand, and what is nearest to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.documents.folder import SeedFile, document_of
from embeddings.types import Document
from qa.export.verify.locate import Folder, best_place, places, quoted
from qa.export.verify.word_diff import Change, difference, in_words, nearest
from qa.types.quotes import Paragraph, Quote


def document(text: str, name: str = "a.txt") -> Document:
    return document_of(SeedFile(name, Path(name)), text.encode())[0]


def quote(paragraph: str, words: str, at: int) -> Quote:
    start = at + paragraph.index(words)
    return Quote(
        "0" * 12,
        "a.txt",
        "a",
        "¶ 1",
        start,
        start + len(words),
        words,
        "0" * 64,
        Paragraph(at, at + len(paragraph), paragraph),
    )


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("No. It is no. None.", "no", [(10, 12)]),
        ("abab", "ab", []),
        ("a b a b a", "a b a", [(0, 5), (4, 9)]),
        ("one\n  two three", "one two", [(0, 9)]),
        ("one two\none\ttwo", "one two", [(0, 7)]),
        ("水がない。水", "水", [(0, 1), (5, 6)]),
        ("nothing", "", []),
        ("nothing", " \n", []),
        ("", "a", []),
    ],
)
def test_positions(text: str, words: str, found: list[tuple[int, int]]) -> None:
    assert list(places(text, words)) == found


@given(st.text("ab .\n\u00a0", max_size=40), st.lists(st.sampled_from(["ab", "b", "a."]), min_size=1, max_size=5))
def test_words_are_found_whatever_white_space_is_between(before: str, words: list[str]) -> None:
    text = f"{before}\n{chr(10).join(words)}\n"
    found = [text[start:end] for start, end in places(text, " ".join(words))]
    assert found
    assert all(one.split() == words for one in found)


def test_of_several_places_the_one_in_the_same_paragraph() -> None:
    words, paragraph = "The gate is shut.", "Ahmed came. The gate is shut. All left."
    text = f"The gate is shut. Nobody came.\n\n{paragraph}\n\nZahra came. The gate is shut. All left."
    assert best_place(document(text), quote(paragraph, words, 500)) == (44, 61)


def test_of_equal_paragraphs_the_one_where_it_stood() -> None:
    paragraph = "Ahmed came. The gate is shut."
    text = f"{paragraph}\n\n{paragraph}\n\n{paragraph}\n"
    assert best_place(document(text), quote(paragraph, "The gate is shut.", 31)) == (43, 60)


def test_of_changed_paragraphs_the_one_with_most_of_the_same_around() -> None:
    old = "Ahmed came by train. The gate is shut. All left."
    text = "He came by car. The gate is shut. Some left.\n\nHe came by train. The gate is shut. All of them left."
    assert best_place(document(text), quote(old, "The gate is shut.", 500)) == (64, 81)


def test_a_place_is_quoted_with_its_page_heading_and_paragraph() -> None:
    text = "# Title\n\nA first paragraph of some words.\n\n## Part\n\nA second one says this. And that.\n"
    found = quoted(document(text, "a.md"), (text.index("And"), text.index("And") + 9))
    assert (found.locator, found.quote) == ("Part, ¶ 2", "And that.")
    assert found.paragraph.text == "A second one says this. And that."


def test_a_place_across_paragraphs_and_in_a_heading() -> None:
    text = "# Title\n\nA first paragraph of some words.\n\nA second one says this. And that.\n"
    across = quoted(document(text, "a.md"), (text.index("some"), text.index("second") + 6))
    assert across.quote == "some words.\n\nA second"
    assert across.locator == "¶ 1"
    heading = quoted(document(text, "a.md"), (2, 7))
    assert (heading.quote, heading.paragraph.text) == ("Title", "Title")


def test_a_quote_is_rebuilt_only_where_it_can_stand() -> None:
    own = document("Ahmed came. The gate is shut.\n")
    good = quote("Ahmed came. The gate is shut.", "The gate is shut.", 0)
    found = good.again(own)
    assert found is not None
    assert (found.quote, found.locator, found.sha256) == ("The gate is shut.", "¶ 1", own.sha256)
    assert quote("Ahmed came. The gate is shut.", "The gate is shut.", 5).again(own) is None


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\0\0")
    (tmp_path / "b.txt").write_text("Some words of a text.\n", encoding="utf-8")
    folder = Folder(tmp_path)
    assert "NUL bytes" in str(folder.document("a.txt"))
    assert [one.source for one in folder.others("c.txt")] == ["b.txt"]
    assert "c.txt" not in folder
    assert "b.txt" not in Folder(tmp_path, without=tmp_path / "b.txt")


def test_the_difference_is_readable() -> None:
    changes = difference("The port opened in 2007.", "The  old port opened\nin 2008.")
    assert in_words(changes) == "The {+old+} port opened in [-2007.-] {+2008.+}"
    assert difference("a b", "a b") == (Change("same", "a b"),)


def test_long_texts_are_compared_at_their_ends() -> None:
    words = [f"w{number}" for number in range(3000)]
    other = [*words[:1000], "new", *words[1001:]]
    changes = difference(" ".join(words), " ".join(other))
    assert [(change.kind, len(change.text.split())) for change in changes] == [
        ("same", 1000),
        ("removed", 1),
        ("added", 1),
        ("same", 1999),
    ]
    assert in_words(difference(" ".join(words), " ".join(words[:2999]))).endswith("w2998 [-w2999-]")


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_a_difference_holds_both_texts(old: list[str], new: list[str]) -> None:
    changes = difference(" ".join(old), " ".join(new))
    assert " ".join(change.text for change in changes if change.kind != "added") == " ".join(old)
    assert " ".join(change.text for change in changes if change.kind != "removed") == " ".join(new)


def test_the_nearest_is_the_sentence_or_run_of_sentences() -> None:
    text = (
        "Ships call at the port. Trains stopped in July after the bridge fell. Nobody was hurt.\n\n"
        "The dam at Mirani holds water. It is full in May.\n"
    )
    own = document(text)

    def near(words: str) -> str | None:
        found = nearest(own, words)
        return text[slice(*found[0])] if found else None

    assert near("Trains stopped in August after a bridge fell.") == "Trains stopped in July after the bridge fell."
    assert near("The dam at Mirani held water. It was full in June.") == (
        "The dam at Mirani holds water. It is full in May."
    )
    assert near("Elections were held elsewhere.") is None
    assert near("...") is None
