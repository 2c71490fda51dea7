"""What of a text's day and heading counts where two texts are compared."""

from __future__ import annotations

import pytest

from embeddings.types import Document, Heading, Metadata, Passage, Sentence
from qa.retrieval.duplicates import wording, wording_of


@pytest.mark.parametrize(
    ("text", "one", "other", "expected"),
    [
        ("The court met yesterday.", "2021-08-15", "2021-08-16", False),
        ("The court met yesterday.", "2021-08-15", "2021-08-15", True),
        ("The court met yesterday.", "2021-08-15", None, False),
        ("The court met this week.", "2021-08-15", "2021-08-16", False),
        ("The court met two days earlier.", "2021-08-15", "2021-08-16", False),
        ("The court meets in two days.", "2021-08-15", "2021-08-16", False),
        ("The court meets within the week.", "2021-08-15", "2021-08-16", False),
        ("The court met on the 15th.", "2021-08-15", "2021-09-15", False),
        ("The court met on May 3, 2021, and on the 15th.", "2021-05-20", "2021-06-20", False),
        ("The court met on May 15th, 2021.", "2021-05-20", "2021-06-20", True),
        ("The court met on the 15th of May 2021.", "2021-05-20", "2021-06-20", True),
        ("The court met the previous year.", "2021-08-15", "2020-08-15", False),
        ("The court of the current year met.", "2021-08-15", "2020-08-15", False),
        ("Earlier in the day the court met.", "2021-08-15", "2021-08-16", False),
        ("The court met later.", "2021-08-15", "2021-08-16", False),
        ("The court meets now.", "2021-08-15", "2021-08-16", False),
        ("The court met recently.", "2021-08-15", "2021-08-16", False),
        ("The court met on Saturday.", "2021-08-15", "2021-08-16", True),
        ("The court met on Saturday.", "2021-08-15", "2021-08-22", False),
        ("The court met on Saturday.", "2021-08", "2021-08-15", False),
        ("The court met on May 25.", "2021-06-01", "2021-07-01", True),
        ("The court met on May 25.", "2021-06-01", "2022-06-01", False),
        ("The court met on May 25, 2020.", "2021-06-01", "2022-06-01", True),
        ("The court met.", "2021-06-01", "2022-06-01", True),
        ("Se reunieron ayer.", "2021-06-01", "2022-06-01", False),
    ],
)
def test_the_day_of_writing_counts_where_the_text_leans_on_it(
    text: str, one: str | None, other: str | None, *, expected: bool
) -> None:
    assert (wording(text, written=one) == wording(text, written=other)) is expected


def test_the_heading_of_a_section_counts_and_a_title_does_not() -> None:
    text = "Report\n\nIntro\n\nThe wells are dry."

    def of(heading: Heading, title: str = "Report") -> tuple[str, ...]:
        document = Document("id", title, text, "a.md", "0", Metadata(), (heading,))
        return wording_of(document, Passage("id", 1, 15, len(text), heading.text, text[15:]))

    assert of(Heading(8, 13, 2, "Kharan")) != of(Heading(8, 13, 2, "Gwadar"))
    assert of(Heading(0, 6, 1, "Kharan")) == of(Heading(0, 6, 1, "Gwadar"), "Other")
    assert of(Heading(8, 13, 2, "Kharan"), "Kharan") == of(Heading(0, 6, 1, "Gwadar"))
    document = Document("id", "T", text, "a.md", "0")
    passage = Passage("id", 1, 0, len(text), "", text)
    assert wording_of(document, passage, Sentence(15, len(text), text[15:])) == wording("The wells are dry.")
