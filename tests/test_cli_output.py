"""What the terminal and the exports say of an answer in the program's own words."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest
from exported import quote, said

from qa.export import export
from qa.export.recorded import REFUSALS
from qa.interfaces.cli.output import BEGINNING, print_answer
from qa.types.answers import Answer
from qa.types.confidence import ReadBy
from qa.types.phrasing import ADVICE, ONE_UNCERTAIN, headline, related_heading

NEAR = quote("Ships from China call there.", before="It was opened in 2007. ")
ANSWERED = replace(said([quote("The harbour was opened in 2007.")]).answers[0], related=(NEAR,))
REFUSED = replace(
    ANSWERED, verdict="not_in_documents", citations=(), reason=f"Searched 2 passages in 1 document. {ADVICE}"
)
UNSURE = replace(ANSWERED, verdict="uncertain", reader=ReadBy("a reader", "ab12", 0.5, 90, 0.1))
NOT_QUOTED = replace(REFUSED, changed=("a.md",), reason="Changed since it was indexed and therefore not quoted: a.md.")


@pytest.mark.parametrize(
    ("answer", "above", "over_related"),
    [
        (ANSWERED, "", "Related passages"),
        (REFUSED, "No passage was found that answers this.", "The nearest passages"),
        (UNSURE, ONE_UNCERTAIN, "Related passages"),
        (NOT_QUOTED, "Not quoted.", "The nearest passages"),
    ],
    ids=["answered", "refused", "unsure", "changed"],
)
def test_every_door_has_the_same_words_for_what_was_found(
    answer: Answer, above: str, over_related: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (headline(answer), related_heading(answer)) == (above, over_related)
    assert bool(answer.citations) is (above not in REFUSALS)  # an export with it is read back as a refusal
    print_answer(answer)
    printed = capsys.readouterr().out
    conversation = replace(said([NEAR, ANSWERED.citations[0].source]), answers=(answer,))
    markdown, html = export(conversation, "markdown"), export(conversation, "html")
    assert f"\n{over_related}:\n" in printed
    assert f"\n\n{over_related}:\n\n" in markdown
    assert f"<h3>{over_related}</h3>" in html
    if above:
        assert printed.startswith(above)
        assert f"\n\n{above}\n\n" in markdown
        assert f'<p class="verdict">{escape(above)}</p>' in html
    for shown in (printed, markdown, html):
        assert "does not answer" not in shown
        assert "ot in the documents" not in shown


def test_a_related_passage_that_is_cut_says_so_and_is_shown_whole_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    long = quote("Ships call\nthere. " + "They stay for a day. " * 10 + "Then they leave.", title="Port")
    short = quote("Nobody was\nhurt.", title="Rail", path="b.md")
    answer = replace(ANSWERED, related=(long, short))
    print_answer(answer)
    printed = capsys.readouterr().out.split("Related passages:\n")[1]
    words = "Ships call there. " + "They stay for a day. " * 6 + "They stay for a"
    assert printed == (
        "  Port, A heading, ¶ 2 (a.md), the first 159 of 244 characters\n"
        f"    {words} …\n"
        "  Rail, A heading, ¶ 2 (b.md)\n"
        "    Nobody was hurt.\n"
        "  (--full shows them whole)\n"
        "\nSearched 2 passages in 1 document.\n"
    )
    print_answer(answer, full=True)
    printed = capsys.readouterr().out.split("Related passages:\n")[1]
    assert printed == (
        "  Port, A heading, ¶ 2 (a.md)\n"
        f"    Ships call\n    there. {'They stay for a day. ' * 10}Then they leave.\n"
        "  Rail, A heading, ¶ 2 (b.md)\n"
        "    Nobody was\n    hurt.\n"
        "\nSearched 2 passages in 1 document.\n"
    )


def test_a_word_longer_than_what_is_shown_is_cut_within(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(replace(ANSWERED, related=(quote("x" * 1000),)))
    assert f"the first {BEGINNING} of 1,000 characters\n    {'x' * BEGINNING} …\n" in capsys.readouterr().out
