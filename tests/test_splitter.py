from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fakes import BagEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.documents.headings import heading_above, heading_at, spans_that_say
from embeddings.documents.splitter import PassageSpan, context, sentence_spans, split
from embeddings.errors import ModelError
from embeddings.types import Document, Heading, Page

LINE_OF_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
WORDS = st.sampled_from(
    ["port", "Gwadar", "U.S.", "Dr.", "2.", "p.m.", "“so", "it.”", "کیا", "ہے۔", "e\u0301", "😀", "–"]
)
LONG = st.integers(1, 9000).map(lambda length: "ñ" * length)
ENDS = st.sampled_from([".", "!", "?", "...", ":", '."', " ***", "؟", "。"])
SPACES = st.sampled_from([" ", "\n", "\n\n", "\n \t\n", "\u00a0", "\u2028", "\u200b", "\t", "  ", "\x0b", "\u2003"])
HEADINGS = st.sampled_from(["\n# Ports\n", "\n\n# A heading of more words than one\n\n", "\n# A title\n"])
PIECES = st.one_of(WORDS, WORDS, SPACES, SPACES, ENDS, HEADINGS, LONG)
TEXTS = st.lists(PIECES, max_size=60).map("".join)


def document(text: str, title: str = "") -> Document:
    """Lines that begin with # are headings, as a reader of Markdown gives them."""
    found = LINE_OF_HEADING.finditer(text)
    return Document("id", title, text, "x.md", "0", headings=tuple(Heading(*m.span(), 1, m[1]) for m in found))


def passages(text: str, max_tokens: int = 64) -> list[str]:
    spans = split(document(text), BagEncoder(max_tokens=max_tokens))
    return [text[span.start : span.end] for span in spans]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text))]


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["", "A title", "word " * 40]), st.sampled_from([16, 32, 64]))
def test_splitting_loses_nothing(text: str, title: str, max_tokens: int) -> None:
    source, encoder = document(text, title), BagEncoder(max_tokens=max_tokens)
    spans = split(source, encoder)
    visible = {offset for offset, character in enumerate(text) if not character.isspace()}
    said = spans_that_say(source)
    for heading in source.headings:
        visible -= set(range(heading.start, heading.end))
    visible |= {offset for span in said for offset in range(*span) if not text[offset].isspace()}
    covered: list[int] = []
    for span in spans:
        part = text[span.start : span.end]
        assert part
        assert part == part.strip()
        assert span.end - span.start <= 4000
        front = context(title, heading_above(source, span.start), encoder)
        assert sum(encoder.count_tokens([front, part])) <= max_tokens
        assert encoder.count_tokens([front + part])[0] <= max_tokens
        within = [each for each in source.headings if each.start < span.end and span.start < each.end]
        assert not within or any(start <= span.start < span.end <= end for start, end in said)
        covered.extend(offset for offset in range(span.start, span.end) if offset in visible)
        check_sentences(text, span)
    assert covered == sorted(visible), "every visible character in exactly one passage, in order"


def check_sentences(text: str, span: PassageSpan) -> None:
    assert (span.sentences[0][0], span.sentences[-1][1]) == (span.start, span.end)
    at = span.start
    for start, end in span.sentences:
        assert not text[at:start].strip()
        assert text[start:end]
        assert text[start:end] == text[start:end].strip()
        at = end


def test_paragraphs_are_divided_by_blank_lines() -> None:
    text = "\nThe port of Gwadar was opened.\n \t\n\nFishermen there protest against the fence.\n\n"
    assert split(document(text), BagEncoder()) == [
        PassageSpan(1, 31, ((1, 31),)),
        PassageSpan(36, 78, ((36, 78),)),
    ]


def test_hard_wrapped_lines_stay_one_paragraph() -> None:
    first = "The port of Gwadar was opened in the\nyear 2007. Ships from China now call\nthere twice."
    second = "No train goes there\nto this day."
    assert passages(f"{first}\n\n{second}") == [first, second]


@pytest.mark.parametrize("tail", ["", " word" * 40])
def test_lines_that_end_sentences_are_paragraphs(tail: str) -> None:
    lines = [
        f"The port of Gwadar was opened{tail}.",
        f"Fishermen there protest against it{tail}!",
        "No train goes there today",
    ]
    assert passages("\n".join(lines)) == lines


def test_very_long_lines_are_paragraphs_even_without_full_stops() -> None:
    lines = ["port " * 33 + "of", "rail " * 33 + "to", "and this is the last"]
    assert passages("\n".join(lines)) == lines


def test_lines_are_paragraphs_where_four_of_five_end_a_sentence() -> None:
    whole = [f"The line of number {number} ends here." for number in range(4)]
    tail = "but this line does not\nend before here."
    assert passages("\n".join([*whole, tail])) == [*whole, tail]  # the last, a scrap, is joined to the one before
    three = "\n".join([*whole[:3], tail])
    assert passages(three) == [three]


def test_a_scrap_is_joined_to_the_next_paragraph() -> None:
    text = "By our staff\n\nThe port of Gwadar was opened.\n\nNo train goes there today."
    assert passages(text) == ["By our staff\n\nThe port of Gwadar was opened.", "No train goes there today."]


def test_a_scrap_at_the_end_of_a_section_is_joined_to_the_one_before() -> None:
    text = "The port of Gwadar was opened.\n\n* * *\n\n# Rail\n\nNo train goes there today.\n\nThe end"
    assert passages(text) == ["The port of Gwadar was opened.\n\n* * *", "No train goes there today.\n\nThe end"]


def test_a_scrap_is_never_joined_over_a_heading() -> None:
    text = "# Port\n\nA stub.\n\n# Rail\n\nNo train goes there today.\n\n# End\nDone."
    assert passages(text) == ["A stub.", "No train goes there today.", "Done."]


def test_a_scrap_is_never_joined_over_the_border_of_a_place_such_as_a_row() -> None:
    text = "Farah | 58\n\nKunar | 77\n\nTakhar"
    places = (Page(1, 0, 10, "row 1"), Page(2, 12, 22, "row 2"), Page(3, 24, 30, "row 3"))
    spans = split(replace(document(text), pages=places), BagEncoder())
    assert [text[span.start : span.end] for span in spans] == ["Farah | 58", "Kunar | 77", "Takhar"]


def test_many_scraps_in_a_row_are_one_passage_apart_from_the_paragraph_behind_them() -> None:
    items = [f"- item {number} here" for number in "abcd"]
    paragraph = "The next paragraph is a whole sentence."
    text = "\n\n".join([*items, paragraph])
    assert passages(text) == ["\n\n".join(items), paragraph]
    assert passages("\n\n".join([*items[:3], paragraph])) == ["\n\n".join([*items[:3], paragraph])]


def test_five_words_or_one_long_word_are_no_scrap() -> None:
    text = f"One two three four five\n\n{'x' * 161}\n\nOne two three four\n\nSix words are in this line."
    assert passages(text) == ["One two three four five", "x" * 161, "One two three four\n\nSix words are in this line."]


def test_a_long_paragraph_is_split_at_sentence_ends_into_about_equal_parts() -> None:
    lines = [f"Sentence number {number} has exactly seven words." for number in range(12)]
    found = passages(" ".join(lines), max_tokens=48)  # 40 words are left for the text, 84 are there: three parts of 28
    assert found == [" ".join(lines[:4]), " ".join(lines[4:8]), " ".join(lines[8:])]


def test_a_passage_ends_before_a_sentence_that_it_cannot_hold() -> None:
    short, long = f"A{' word' * 14}.", f"B{' word' * 29}."
    assert passages(f"{short} {long}", max_tokens=48) == [short, long]
    assert passages(f"{short} {long}", max_tokens=53) == [f"{short} {long}"]


def test_a_sentence_longer_than_the_encoder_reads_is_cut_between_words() -> None:
    words = [f"word{number:03}" for number in range(100)]
    found = passages(" ".join(words), max_tokens=32)
    assert " ".join(found).split() == words
    assert [len(part.split()) for part in found] == [22, 22, 22, 22, 12]


def test_a_word_of_a_megabyte_is_cut_and_kept() -> None:
    word = "x" * 1_000_000
    found = passages(f"{word} is the end of it.")
    assert "".join(found) == f"{word}is the end of it."
    assert max(map(len, found)) == 4000


def test_title_and_heading_leave_less_room_for_the_text() -> None:
    lines = " ".join(f"Sentence number {number} has exactly seven words." for number in range(4))
    text = f"# Heading of four words\n\n{lines}"
    assert [len(split(document(text, title), BagEncoder(max_tokens=40))) for title in ("", "Five")] == [1, 2]


@pytest.mark.parametrize(
    "whole",
    [
        ["The U.S. forces left.", "They came back."],
        ["He met Dr. Baloch in Quetta.", "It rained."],
        ["M. K. Gandhi spoke.", "All heard."],
        ["He said “We will stay. We fight.”", "Then he left."],
        ["At 5 p.m. the ship left.", "It came at noon."],
        ["1. Build the port.", "2. Close it."],
        ["It grew by 3.5 percent.", "Then it fell."],
        ["One is here.", "Two is here. ***"],
        ["😀😀 One is here.", "😀 Two is here."],
        ["یہ ایک جملہ ہے۔", "یہ دوسرا ہے۔", "کیا یہ تیسرا ہے؟"],
        ["هذا نص عربي.", "هل هذا سؤال؟", "نعم."],
    ],
)
def test_sentences(whole: list[str]) -> None:
    assert sentences(" ".join(whole)) == whole
    assert sentences("\n".join(whole)) == whole


@pytest.mark.parametrize("unit", ["A ship came. ", "“a ", "中。", "1. ", "x", "é! ", "Mr. A. B. "])
def test_a_paragraph_without_end_is_divided_part_by_part_and_loses_nothing(unit: str) -> None:
    text = unit * (60_000 // len(unit))  # "“a " and "中。" as one text take time by the square of their length
    spans = sentence_spans(text, 0, len(text))
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")
    if unit == "A ship came. ":
        assert {text[start:end] for start, end in spans} == {"A ship came."}


def test_sentences_of_a_part_have_offsets_in_the_whole() -> None:
    assert sentence_spans("No. Yes it is. So be it. No.", 4, 24) == [(4, 14), (15, 24)]
    assert sentences("*** 1. ***") == ["*** 1. ***"]
    assert sentences(" \n ") == []


def test_headings_are_no_passages() -> None:
    assert passages("# Port\n## Not a heading here at all\n# Rail\nNo train goes there today.") == [
        "## Not a heading here at all",
        "No train goes there today.",
    ]
    assert passages("# Port\n\n# Rail\n") == []
    assert passages("") == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Bomb kills 47 in Gereshk", True),
        ("Floods kill 31 people", True),
        ("Governor of Zabul resigns after strike", True),
        ("Farid Ahmadzai", False),
        ("Two reasons for Balochistan", False),
        ("2.1. Sources of the data", False),
        ("3) Bomb kills 47 in Gereshk", True),
        ("Why the army left the north of Zabul", False),
        ("“Who will rule the north of Zabul?”", False),
        ("Will the army rule the north of Zabul?", False),
    ],
)
def test_a_heading_that_says_something_is_a_passage(line: str, said: bool) -> None:
    text = f"# {line}\n\nNo train goes there today.\n"
    assert passages(text) == [line] * said + ["No train goes there today."]


def test_a_heading_is_quoted_as_it_is_written_without_the_marks_of_a_heading() -> None:
    def said(text: str, heading: Heading) -> list[str]:
        source = Document("id", "", text, "x.md", "0", headings=(heading,))
        return [text[start:end] for start, end in spans_that_say(source)]

    words = "Bomb kills 47 in Gereshk"
    assert said(f"## {words} ##", Heading(0, 30, 2, words)) == [words]
    assert said("## Bomb *kills* 47 in Gereshk ##", Heading(0, 32, 2, words)) == ["Bomb *kills* 47 in Gereshk"]
    assert said("Bomb *kills* 47 in Gereshk\n====", Heading(0, 31, 1, words)) == ["Bomb *kills* 47 in Gereshk"]
    assert said(f"---\ntitle: {words}\n---", Heading(0, 39, 1, words)) == [words]
    assert said("---\ntitle: Bomb kills\n  47 in Gereshk\n---", Heading(0, 41, 1, words)) == []


def test_of_headings_of_one_wording_the_first_is_a_passage() -> None:
    text = "# Bomb kills 47 in Gereshk\n\n# Bomb kills 47 in Gereshk\n"
    assert [(span.start, span.end) for span in split(document(text), BagEncoder())] == [(2, 26)]


def test_heading_above_is_the_nearest_one_that_has_ended() -> None:
    source = document("Before.\n# Port\nText\n# Rail\nText")
    assert [heading_above(source, offset) for offset in (0, 8, 14, 15, 20, 26, 27)] == [
        "",
        "",
        *["Port"] * 2,
        "",
        *["Rail"] * 2,
    ]
    found = [heading_at(source, offset) for offset in (0, 8, 14, 20, 25, 26)]
    assert [heading and heading.text for heading in found] == [None, "Port", None, "Rail", "Rail", None]


def test_context_is_title_and_heading() -> None:
    encoder = BagEncoder()  # reads 64 words: a quarter is 16
    assert context("The port", "Rail", encoder) == "The port\nRail\n"
    assert context("The\n port", "", encoder) == "The port\n"
    assert context("", "Rail", encoder) == "Rail\n"
    assert context("", "", encoder) == ""


def test_a_heading_equal_to_the_title_is_not_doubled() -> None:
    encoder = BagEncoder()
    assert context("The port", "The port", encoder) == "The port\n"
    assert context("The port", "The  port ", encoder) == "The port\n"
    long = "Harbourmasters " * 15
    assert context(long, long, encoder) == ("Harbourmasters " * 10).strip() + "\n"


def test_what_is_too_long_is_left_out_of_the_context() -> None:
    encoder = BagEncoder()
    assert context("t " * 10, "h " * 6, encoder) == f"{'t ' * 9}t\n{'h ' * 5}h\n"
    assert context("t " * 10, "h " * 7, encoder) == f"{'t ' * 9}t\n"
    assert context("t " * 17, "heading", encoder) == ""
    assert context("x" * 200, "", encoder) == "x" * 160 + "\n"


def test_what_the_model_puts_in_front_of_a_passage_is_taken_off_what_it_reads() -> None:
    words = " ".join(f"word{number}." for number in range(22))
    plain, prompting = BagEncoder(max_tokens=32), BagEncoder(max_tokens=32)
    prompting.prompts = {"query": "one two three four five six seven eight nine ten", "document": "this is a passage"}
    assert [len(split(document(words, ""), encoder)) for encoder in (plain, prompting)] == [1, 2]


def test_a_model_that_reads_next_to_nothing_is_refused() -> None:
    with pytest.raises(ModelError, match="bag-of-words reads 8 tokens at a time, at least 16 are needed"):
        split(document("A sentence.", ""), BagEncoder(max_tokens=8))


@pytest.mark.parametrize(
    "expected",
    [
        ["طالبان نے کابل پر قبضہ کر لیا۔", "کیا وہ واپس آئیں گے؟", "یہ 2021 کی بات ہے۔"],  # Urdu
        ["طالبانو کابل ونیو.", "ایا دوی به بېرته راشي؟", "هو، ډاکټر خان وویل."],  # Pashto
        ["سيطرت طالبان على كابول.", "هل سيعودون؟", "كان ذلك عام 2021."],  # Arabic
        ["Die Taliban nahmen am 15. August 2021 Kabul ein.", "Am 3. März traf er u. a. den Minister."],
    ],
)
def test_sentences_of_other_languages_end_where_theirs_do(expected: list[str]) -> None:
    text = " ".join(expected)
    (span,) = split(document(text), BagEncoder(max_tokens=512))
    assert [text[start:end] for start, end in span.sentences] == expected
