from __future__ import annotations

import pytest

from embeddings.formats.markdown import read
from embeddings.types import Metadata


def spans(text: str) -> list[tuple[int, str, str]]:
    """Level, text, and slice of every heading."""
    parsed = read(text.encode())
    return [(heading.level, heading.text, parsed.text[heading.start : heading.end]) for heading in parsed.headings]


def test_front_matter_becomes_metadata_and_counts_as_a_heading() -> None:
    front = (
        b"---\nTitle: On bridges\nauthors: [Jane Doe, John Roe]\ndate: 2024-01-05\npublisher: The Post\n"
        b"source: elsewhere\nurl: https://example.org/a\ntags: one, two\ntopic: Roads, old and new\n"
        b"categories:\n  - two\n  - three\n---"
    )
    parsed = read(front + b"\n\n \n# Head\n\nText\n")
    assert parsed.text == front.decode() + "\n\n \n# Head\n\nText\n"
    found = [(heading.level, heading.text, parsed.text[heading.start : heading.end]) for heading in parsed.headings]
    assert found == [(1, "On bridges", front.decode()), (1, "Head", "# Head")]
    assert parsed.title == "On bridges"
    assert parsed.metadata == Metadata(
        author="Jane Doe, John Roe",
        date="2024-01-05",
        outlet="The Post",
        url="https://example.org/a",
        tags=("one", "two", "Roads, old and new", "three"),
    )
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2024-01-05 10:20:30", "2024-01-05T10:20:30"),
        ("2024-1-5", "2024-01-05"),
        ("20240105", "2024-01-05"),
        ("'5 January 2024'", "5 January 2024"),
        ("2024-13-45", "2024-13-45"),
        ("2024", "2024"),
        ("null", None),
        ("{a: b}", None),
    ],
)
def test_dates_are_iso_where_they_can_be_read(written: str, date: str | None) -> None:
    assert read(f"---\npublished: {written}\n...\ntext".encode()).metadata == Metadata(date=date)


def test_values_stay_as_written() -> None:
    parsed = read(b"---\ntitle: 007\nby: yes\nurl: ~\nlink: [x, {y: z}]\n? [a]\n: b\n---\ntext")
    assert (parsed.title, parsed.metadata) == ("007", Metadata(author="yes", url="x"))


@pytest.mark.parametrize(
    ("block", "note"),
    [
        ("a: b\nc: [d\n", "the front matter is not valid YAML in line 4; it is read as text"),
        ("- a\n", "the front matter is no list of names and values; it is read as text"),
        ("just text\n", "the front matter is no list of names and values; it is read as text"),
        (
            "a: some text of a length \x1c that allows it and so on and so on\n",
            "the front matter is not valid YAML; it is read as text",
        ),
        ("[" * 20_000 + "\n", "the front matter is not valid YAML; it is read as text"),
        ('a: "\\UFFFFFFFF"\n', "the front matter is not valid YAML; it is read as text"),
        ("x: y\n" * 20_000, "the front matter is longer than 64 KB; it is read as text"),
    ],
)
def test_bad_front_matter_is_text_with_a_note(block: str, note: str) -> None:
    text = f"---\n{block}---\nbody"
    parsed = read(text.encode())
    assert (parsed.text, parsed.notes, parsed.metadata) == (text, (note,), Metadata())


def test_aliases_are_not_expanded() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    merge = "<<: [" + ", ".join(["*m"] * 100) + "]\n"
    parsed = read(f"---\nm: &m {{k: v}}\n{merge}{bomb}tags: *i\ntitle: &t T\nby: *t\n---\ntext".encode())
    assert (parsed.title, parsed.metadata) == ("T", Metadata(author="T"))


@pytest.mark.parametrize("text", ["---\nno end", "--- x\n---\n", " ---\na: b\n---\n"])
def test_what_is_no_front_matter_is_text(text: str) -> None:
    parsed = read(text.encode())
    assert (parsed.text, parsed.notes) == (text, ())
    assert not any(heading.level == 1 for heading in parsed.headings)


def test_front_matter_may_be_empty() -> None:
    parsed = read(b"---\n\n---\nText")
    assert [(heading.start, heading.end, heading.text) for heading in parsed.headings] == [(0, 8, "")]


def test_headings_have_their_lines_and_plain_text() -> None:
    text = (
        "# One *two* `three` [four](u) ##\n\nFive\nsix\n===\n\n```\n# no\n```\n\n> # no\n\n- # no\n\nText\n\n"
        "    # no\n\n  ### <b>Seven</b> &amp; ![eight](u)\n####\n<h1>no</h1>\n\n[ref]\n---\n\n[ref]: u\n###### End"
    )
    assert spans(text) == [
        (1, "One two three four", "# One *two* `three` [four](u) ##"),
        (1, "Five six", "Five\nsix\n==="),
        (3, "Seven & eight", "  ### <b>Seven</b> &amp; ![eight](u)"),
        (2, "ref", "[ref]\n---"),
        (6, "End", "###### End"),
    ]


def test_the_first_heading_of_level_one_is_the_title() -> None:
    assert read(b"## A\n\n# *B*\n\n# C").title == "B"
    assert read(b"## A\n").title is None


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c", "\r", "\r\n", "e\u0301 😀"])
def test_offsets_hold_after_odd_characters(odd: str) -> None:
    text = f"{'word ' * 50}{odd} and {odd}{odd} again\n\n# Head\n\ntext{odd}\n\n## Sub\n"
    assert spans(text) == [(1, "Head", "# Head"), (2, "Sub", "## Sub")]


@pytest.mark.parametrize(
    "text",
    [
        *(">" * 100_000, "[" * 100_000, "# " + "[" * 100_000, "# " + "*a " * 100_000, "> " * 100_000, "- " * 100_000),
        *(
            "`" * 100_000,
            "# " + "[a](" * 120,
            "".join(" " * depth * 2 + "- a\n" for depth in range(500)),
            "[a]:\n" * 10_000,
        ),
    ],
)
def test_hostile_markup_is_read(text: str) -> None:
    assert read(text.encode()).text == text


def test_a_file_of_too_many_lines_is_read_without_headings() -> None:
    parsed = read(b"# a\n" * 200_001)
    assert (parsed.headings, parsed.title) == ((), None)
    assert parsed.notes == ("more than 200,000 lines: its headings are not read; split it",)
