"""Results to HTML: every value is escaped, and the source pane shows the quote among its neighbours."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.index.sync import sync
from embeddings.types import Document, Metadata
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.interfaces.chat.render import LISTED, Shelf, bar, conversation, filter_area, source, taken_in, welcome
from qa.interfaces.chat.turns import Note, Turn
from qa.interfaces.chat.views import AROUND, Shown, document_view, view_of
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever
from qa.types.answers import Answer
from qa.types.confidence import Confidence, ReadBy
from qa.types.filters import Filters
from qa.types.phrasing import headline
from qa.types.quotes import Quote

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> {{7*7}} ${7*7} [a](javascript:alert(3)) bridge"


@pytest.fixture
def answerer(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Answerer:
    (folder / "hostile.txt").write_text(f"{HOSTILE} <b>fell</b>.\n", encoding="utf-8")
    index, report = sync(folder, tmp_path / "index", encoder)
    return Answerer(Retriever(index, encoder, folder, report), SimilarityReader(None), Sources(folder))


def nothing(_quote: Quote) -> tuple[str, str]:
    return "", ""


def always(_quote: Quote) -> bool:
    return True


ALWAYS = Shelf(always, nothing)


def shown(html: str) -> list[str]:
    """Every tag name that a browser would see."""
    return re.findall(r"<([a-z0-9]+)", html)


def test_markup_in_documents_and_questions_is_shown_not_run(answerer: Answerer) -> None:
    answer = answerer.ask("<u>bridge</u> javascript alert")
    assert answer.citations[0].source.path == "hostile.txt"
    quote = answer.citations[0].source
    corpus = answerer.retriever.index.corpus
    page = conversation([Turn(answer.question, answer)], ALWAYS) + source(
        view_of(corpus, quote, Shown(number=1, citations=1))
    )
    assert not {"script", "img", "u", "a"} & set(shown(page))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;u&gt;bridge&lt;/u&gt;" in page


def test_what_turns_the_direction_is_seen_in_quotes_and_stays_in_what_is_copied(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    words = "The bridge cost \u202e000,1\u202c rupees \u2066and\u2069 \u200f\x1b[31mmore."
    (folder / "turned.txt").write_text(f"{words}\n", encoding="utf-8")
    index, report = sync(folder, tmp_path / "index", encoder)
    answer = Answerer(Retriever(index, encoder, folder, report), SimilarityReader(None), Sources(folder)).ask(
        "bridge cost"
    )
    quote = answer.citations[0].source
    assert quote.quote == words  # the data is the file's own
    pane = source(view_of(index.corpus, quote, Shown(number=1, citations=1)))
    for html in (conversation([Turn(answer.question, answer)], ALWAYS), pane):
        texts = re.sub("<[^>]*>", "", html)
        assert "The bridge cost U+202E000,1U+202C rupees U+2066andU+2069 U+200FU+001B[31mmore." in texts
        assert '<code class="sign">U+202E</code>' in html
        assert not re.search("[\x1b\u200f\u202a-\u202e\u2066-\u2069]", texts)
        assert re.search('data-copy="[^"]*\u202e000,1\u202c', html)


def test_file_names_and_examples_are_escaped_in_attributes_too() -> None:
    examples = welcome(['" onclick="x'], looking=False)
    html = bar('<i>seeds</i>"><img src=x>', {"documents": 1, "passages": 2}, 3) + examples
    assert not {"img", "i"} & set(shown(html))
    assert "1 document · 2 passages" in html
    assert "3 left out" in html
    assert "No documents" in bar("seeds", {})
    assert 'data-ask="&#34; onclick=&#34;x"' in html


def test_what_a_trained_reader_says_stands_with_the_quote(answerer: Answerer) -> None:
    answer = answerer.ask("When did trains stop in August?")
    first = answer.citations[0]
    plain = conversation([Turn(answer.question, answer)], ALWAYS)
    assert "Probability" not in plain
    assert "Such a quote was right" not in plain
    words = (first.source.start, first.source.start + len(first.quote.split()[0]))
    read = replace(
        answer,
        citations=(replace(first, probability=0.876, words=words), *answer.citations[1:]),
        confidence=Confidence(38, 40, 0.8),
    )
    html = conversation([Turn(answer.question, read)], ALWAYS)
    assert "Such a quote was right in more than 9 of 10 tests." in html
    assert "Probability that this answers: 0.88" in html
    start, end = (place - first.source.start for place in words)
    assert f"“{first.quote[:start]}<mark>{first.quote[start:end]}</mark>{first.quote[end:]}”" in html


def test_quotes_of_which_none_is_sure_stand_below_a_line_that_says_so(answerer: Answerer) -> None:
    found = answerer.ask("When did trains stop in August?")
    unsure = replace(found, verdict="uncertain", reader=ReadBy("a reader", "ab12", 0.5, 90, 0.1))
    html = conversation([Turn(found.question, unsure)], ALWAYS)
    assert html.index(headline(unsure)) < html.index('class="say"') < html.index('class="ev"')
    assert headline(unsure).startswith("Not sure.")
    assert "Not sure." not in conversation([Turn(found.question, found)], ALWAYS)


def test_a_problem_and_a_search_in_progress() -> None:
    html = conversation([Turn("?", problem="the question holds no word"), Turn("Who?")], ALWAYS)
    assert "<b>Not asked:</b> the question holds no word" in html
    assert "Searching the documents…" in html


def test_a_paragraph_that_is_the_quote_is_not_shown_twice(answerer: Answerer) -> None:
    answer = answerer.ask("When did trains stop in August?")
    html = conversation([Turn(answer.question, answer)], ALWAYS)
    seen = re.sub(r'<div class="peek".*?</div>| data-copy="[^"]*"', "", html, flags=re.DOTALL)
    assert seen.count("Trains stopped in August after a bridge fell.") == 1


def test_the_source_pane_marks_the_quote_and_numbers_the_paragraphs(answerer: Answerer) -> None:
    answer = answerer.ask("Do ships from China call there?")
    quote = answer.citations[0].source
    view = view_of(answerer.retriever.index.corpus, quote, Shown(number=1, citations=2))
    first, second = view.items
    assert (first.number, first.before, first.marked, first.after) == (
        1,
        "The harbour of Gwadar was opened in 2007. ",
        "Ships from China call there.",
        "",
    )
    assert (second.number, second.marked, second.heading) == (2, "", "")
    html = source(view)
    assert "<mark>Ships from China call there.</mark>" in html
    assert '<bdi class="field">harbour.md</bdi> · <bdi class="field">2 paragraphs</bdi>' in html
    assert "1 of 2" in html


def test_a_long_document_is_shown_around_the_quote(tmp_path: Path, encoder: BagEncoder) -> None:
    folder = tmp_path / "long"
    folder.mkdir()
    paragraphs = [f"Paragraph number {n} speaks of thing{n} alone here." for n in range(1, 501)]
    (folder / "long.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    index, _ = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder)
    hit = next(hit for hit in retriever.search("thing250", 100) if hit.passage.number == 250)
    view = view_of(index.corpus, hit.citation.source)
    assert [view.items[0].number, view.items[-1].number] == [250 - AROUND, 250 + AROUND]
    assert (view.left_out_before, view.left_out_after) == (250 - AROUND - 1, 500 - 250 - AROUND)


def test_words_of_another_version_of_the_document_are_not_marked(
    answerer: Answerer, folder: Path, tmp_path: Path
) -> None:
    quote = answerer.ask("When did trains stop?").citations[0].source
    said = (folder / "rail.txt").read_text(encoding="utf-8")
    (folder / "rail.txt").write_text(said.replace("Trains stopped", "No trains were stopped"), encoding="utf-8")
    newer, _ = sync(folder, tmp_path / "index", BagEncoder())
    view = view_of(newer.corpus, quote)
    assert (view.items, view.document) == ((), None)
    assert view.problem == "rail.txt was read again since it was quoted, and is another one now. Ask again."


def test_a_quote_that_its_file_no_longer_says_is_not_shown_again(answerer: Answerer, folder: Path) -> None:
    answer = answerer.ask("When did trains stop in August?")
    turns = [Turn(answer.question, answer)]
    says = answerer.sources.still_says
    assert "Trains stopped in August after a bridge fell." in conversation(turns, Shelf(says, nothing))
    (folder / "rail.txt").write_text("Trains never stopped.", encoding="utf-8")
    html = conversation(turns, Shelf(says, nothing))
    assert "bridge fell" not in html
    assert "The file has changed since; it is no longer quoted here. Ask again." in html
    assert html.count("✓ word for word in the file") == len(answer.citations) - 1


def test_the_filters_that_are_offered_are_those_that_tell_documents_apart() -> None:
    one = Document("1", "t", "text", "a.md", "0" * 64)
    other = Document("2", "t", "text", "news/b.md", "0" * 64, Metadata(outlet='"><script>', date="2021"))
    assert filter_area([one]).strip() == ""
    html = filter_area([one, other])
    assert re.findall('name="([a-z]+)"', html) == ["document", "outlet", "since", "until"]
    assert re.findall('value="([^"]+)"', html) == ["news/", "a.md", "news/b.md", "&#34;&gt;&lt;script&gt;"]
    assert "<script>" not in html


def test_of_very_many_values_one_is_typed() -> None:
    many = [Document(str(n), "t", "text", f"{n}.md", "0" * 64) for n in range(LISTED + 1)]
    assert "<select" in filter_area(many[:LISTED])
    html = filter_area(many)
    assert "<select" not in html
    assert '<input name="document" autocomplete="off" placeholder="Any of 501">' in html


def test_what_a_question_was_asked_of_stands_under_it() -> None:
    turn = Turn("Who?", filters=Filters(outlet="<i>Dawn</i>", until="2021"))
    html = conversation([turn], ALWAYS)
    assert '<p class="only">only: outlet <bdi>&lt;i&gt;Dawn&lt;/i&gt;</bdi> · until <bdi>2021</bdi></p>' in html
    assert "only:" not in conversation([Turn("Who?")], ALWAYS)


def test_a_whole_document_has_nothing_marked(answerer: Answerer) -> None:
    corpus = answerer.retriever.index.corpus
    document = next(document for document in corpus.documents if document.source == "hostile.txt")
    view = document_view(corpus, document.id)
    assert [item.text for item in view.items] == [corpus.passage(row).text for row in corpus.passage_rows(document.id)]
    html = source(view)
    assert not {"script", "img", "mark", "a"} & set(shown(html))
    assert "a related passage" not in html
    assert "no longer in the index" in source(document_view(corpus, "gone"))


@pytest.mark.parametrize(
    ("asked", "taken", "marked"),
    [
        ("And who did ISKP?", ["ISKP"], "And who did [ISKP]?"),
        (
            "And the PTM's leader? (the PTM, Quetta)",
            ["the PTM", "Quetta"],
            "And the PTM's leader? ([the PTM], [Quetta])",
        ),
        ("Who leads ISKP?", ["Who leads"], "[Who leads] ISKP?"),
        ("Why? (Mastung, Mastung road)", ["Mastung road", "Mastung"], "Why? ([Mastung], [Mastung road])"),
        ("What of ISKPs?", ["ISKP", ""], "What of ISKPs?"),
    ],
)
def test_what_was_taken_from_the_conversation_is_marked(asked: str, taken: list[str], marked: str) -> None:
    pieces = taken_in(asked, taken)
    assert "".join(words for words, _ in pieces) == asked
    assert "".join(f"[{words}]" if is_taken else words for words, is_taken in pieces) == marked


def test_markup_in_what_was_taken_is_text(answerer: Answerer) -> None:
    answer = replace(answerer.ask("<u>bridge</u> fell?"), taken=("<u>bridge</u>",))
    html = conversation([Turn(answer.question, answer)], ALWAYS)
    assert "Asked as: “<bdi><b>&lt;u&gt;bridge&lt;/u&gt;</b> fell?</bdi>”" in html
    assert "u" not in shown(html)


def test_a_refusal_says_what_was_found_and_why() -> None:
    reason = "Searched 2 passages. No passage has the word <A>."
    html = conversation([Turn("Who?", Answer("Who?", "Who?", "not_in_documents", (), (), reason, "ab12"))], ALWAYS)
    assert html.count("No passage was found that answers this.") == 1
    assert "<p>Searched 2 passages. No passage has the word &lt;A&gt;.</p>" in html


def test_what_was_kept_is_said_where_it_was_said_and_what_was_not_kept_why(answerer: Answerer) -> None:
    answer = answerer.ask("When did trains stop in August?")
    noted = (Note("does not answer"), Note("wrong passage [1]", 1), Note("the disk is <full>", kept=False))
    html = conversation([Turn(answer.question, answer, noted=noted)], ALWAYS)
    card, foot = html.split('class="foot"')
    assert re.findall('role="status">([^<]*)<', card) == ["Noted on this computer: wrong passage [1]."]
    assert re.findall('role="status">([^<]*)<', foot) == [
        "Not kept: the disk is &lt;full&gt;.",
        "Noted on this computer: does not answer.",
    ]


@pytest.mark.parametrize(
    ("about", "shown"),
    [
        (("Dawn", "2021"), '<bdi><span class="outlet" title="Dawn">Dawn</span>, 2021</bdi>'),
        (('"><b>', ""), '<bdi><span class="outlet" title="&#34;&gt;&lt;b&gt;">&#34;&gt;&lt;b&gt;</span></bdi>'),
        (("", "2021"), "<bdi>2021</bdi>"),
        (("", ""), "harbour.md</bdi></p>"),
    ],
)
def test_outlet_and_date_stand_under_a_citation(answerer: Answerer, about: tuple[str, str], shown: str) -> None:
    answer = answerer.ask("Do ships from China call there?")
    assert shown in conversation([Turn(answer.question, answer)], Shelf(always, lambda _quote: about))
