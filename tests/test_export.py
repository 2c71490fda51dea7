"""What exports hold, their keys, the lists of sources, and how they are written."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from exported import MADE, answerer_over, asked, quote, said

from embeddings.errors import ExportError
from embeddings.types import Metadata
from qa.answering.answerer import Answerer
from qa.export import FORMATS, Conversation, check_place, export, format_of, quote_key, quotes_in, quotes_of, save
from qa.types.filters import Filters
from qa.types.quotes import Quote

READ_BACK = [known.name for known in FORMATS if known.read]
QUESTION = "When did trains stop?"


@pytest.fixture
def answerer(folder: Path, tmp_path: Path) -> Answerer:
    head = "---\ntitle: The line & its 5 % bridge\nauthor: Jane Doe and Sons\noutlet: Dawn_Daily\n"
    head += "date: 2021-08-15\nurl: https://example.com/a_b?c=1&d=%20#e\n---\n\n"
    text = "Trains stopped in August after a bridge fell into the river. Nobody was hurt when it came down.\n"
    (folder / "rail.txt").unlink()
    (folder / "rail.md").write_text(head + text, encoding="utf-8")
    (folder / "copy.md").write_text(f"---\ndate: 2021-08-15\n---\n{text}", encoding="utf-8")
    return answerer_over(folder, tmp_path / "index")


@pytest.fixture
def conversation(answerer: Answerer) -> Conversation:
    answers = [answerer.ask(QUESTION, filters=Filters(document=["rail.md", "copy.md"])), answerer.ask("Who rules?")]
    return Conversation.of(answerer, answers, made=MADE)


class Text(HTMLParser):
    """The text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", READ_BACK)
def test_all_that_is_needed_to_check_a_quote_is_there(name: str, conversation: Conversation) -> None:
    written = export(conversation, name)
    if name == "html":
        written = Text(written).text
    elif name == "markdown":
        written = re.sub(r"\\(.)", r"\1", written)
    else:
        written = written.replace("\\n", "\n")
    (citation,) = conversation.answers[0].citations
    assert len(citation.also) == 1
    for one in (citation.source, *citation.also, *conversation.answers[1].related):
        for shown in (one.quote, one.title, one.path, one.document_id, one.locator, one.sha256, one.paragraph.text):
            assert shown in written
        for number in (one.start, one.end, one.paragraph.start, one.paragraph.end):
            assert str(number) in written
        assert quote_key(one) in written
    settings = conversation.settings
    for shown in (
        MADE,
        QUESTION,
        "Who rules?",
        settings.model,
        settings.model_digest,
        settings.program,
        settings.reader,
    ):
        assert shown in written
    for shown in (conversation.answers[0].index_id, "documents", conversation.answers[0].reason):
        assert shown in written


@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_the_same_conversation_gives_the_same_text(name: str, conversation: Conversation) -> None:
    assert export(conversation, name) == export(conversation, name)


@pytest.mark.parametrize("name", READ_BACK)
def test_every_quote_is_read_back(name: str, conversation: Conversation) -> None:
    found = quotes_in(export(conversation, name))
    quotes = [one for answer in conversation.answers for _, one in quotes_of(answer)]
    assert [one.quote for one in found] == quotes
    assert [one.key for one in found] == [quote_key(one) for one in quotes]
    assert {one.problem for one in found} == {""}
    assert [one.question for one in found] == [QUESTION] * 3 + ["Who rules?"] * (len(quotes) - 3)


def test_the_settings_say_how_answers_are_made(conversation: Conversation, answerer: Answerer) -> None:
    settings = conversation.settings
    assert (settings.documents, settings.model) == ("documents", "bag-of-words")
    assert settings.model_digest == answerer.retriever.encoder.digest
    assert settings.reader == "SimilarityReader: 1 × similarity + 1 × coverage of the sentence is at least 1"
    assert re.fullmatch(r"seeds-qa \d+\.\d+\.\d+.*", settings.program)


def test_html_is_one_file_that_asks_for_nothing(conversation: Conversation) -> None:
    page = export(conversation, "html")
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert not re.search(r"<script|<link|<img|<iframe|\ssrc=|\shref=|@import|url\(|\son\w+=", page)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_keys_do_not_collide_and_are_the_same_in_every_export(answerer: Answerer) -> None:
    one, two = asked(answerer, QUESTION), asked(answerer, "Who rules?", QUESTION)
    keys = [{quote_key(own) for answer in made.answers for _, own in quotes_of(answer)} for made in (one, two)]
    assert keys[0] < keys[1]
    notes = re.findall(
        r"^\[\^(q-[0-9a-f]{12})\]: (.*)$", export(one, "markdown") + export(two, "markdown"), re.MULTILINE
    )
    assert len({label for label, _ in notes}) == len(set(notes)) < len(notes)


def test_another_quote_has_another_key() -> None:
    own = quote("Some words.")
    others = [
        replace(own, path="b.md"),
        replace(own, title="B"),
        replace(own, locator="¶ 3"),
        replace(own, sha256="0" * 64),
        replace(own, document_id="ba9876543210"),
        quote("Some words"),
        quote("Some words.", after=" More."),
    ]
    assert re.fullmatch("q-[0-9a-f]{12}", quote_key(own))
    assert quote_key(replace(own)) == quote_key(own)
    assert len({quote_key(one) for one in [own, *others]}) == 8


def test_bibtex(conversation: Conversation) -> None:
    source = next(source for source in conversation.sources if source.path == "rail.md")
    assert source.metadata.author == "Jane Doe and Sons"
    assert export(conversation, "bibtex").split("\n\n")[1 + conversation.sources.index(source)].rstrip() == (
        f"@misc{{{source.key},\n"
        "  title = {{The line \\& its 5 \\% bridge}},\n"
        "  author = {{Jane Doe and Sons}},\n"
        "  organization = {Dawn\\_Daily},\n"
        "  date = {2021-08-15},\n"
        "  year = {2021},\n"
        "  url = {https://example.com/a_b?c=1&d=%20#e},\n"
        "  month = aug,\n"
        f"  note = {{File rail.md, SHA-256 {source.sha256}}},\n"
        "}"
    )


def test_csl(conversation: Conversation) -> None:
    items = json.loads(export(conversation, "csl"))
    source = next(source for source in conversation.sources if source.path == "rail.md")
    assert items[conversation.sources.index(source)] == {
        "id": source.key,
        "type": "webpage",
        "title": "The line & its 5 % bridge",
        "author": [{"literal": "Jane Doe and Sons"}],
        "container-title": "Dawn_Daily",
        "issued": {"date-parts": [[2021, 8, 15]]},
        "URL": "https://example.com/a_b?c=1&d=%20#e",
        "note": f"File rail.md, SHA-256 {source.sha256}",
    }


@pytest.mark.parametrize(
    ("written", "bibtex", "issued"),
    [
        ("2021", "date = {2021}", {"date-parts": [[2021]]}),
        ("2021-08", "date = {2021-08}", {"date-parts": [[2021, 8]]}),
        ("2021-08-15T10:00:00", "date = {2021-08-15}", {"date-parts": [[2021, 8, 15]]}),
        ("last spring", "note = {dated last spring, File", {"literal": "last spring"}),
        ("2021-13-45", "note = {dated 2021-13-45, File", {"literal": "2021-13-45"}),
    ],
)
def test_dates(written: str, bibtex: str, issued: dict[str, object]) -> None:
    conversation = said([quote("Words.")], metadata=Metadata(date=written))
    assert bibtex in export(conversation, "bibtex")
    assert json.loads(export(conversation, "csl"))[0]["issued"] == issued


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://a.b/{x}", "https://a.b/ c", "/x"])
def test_only_addresses_of_the_web_are_addresses(url: str) -> None:
    conversation = said([quote("Words.")], metadata=Metadata(url=url))
    assert "url = " not in export(conversation, "bibtex")
    (item,) = json.loads(export(conversation, "csl"))
    assert (item["type"], item.get("URL")) == ("document", None)


def test_metadata_of_another_version_is_not_given(answerer: Answerer) -> None:
    answer = answerer.ask(QUESTION)
    citation = answer.citations[0]
    old = replace(citation, source=replace(citation.source, sha256="0" * 64))
    conversation = Conversation.of(answerer, [replace(answer, citations=(old,))], made=MADE)
    assert conversation.sources[0].metadata == Metadata()


def test_a_conversation_without_quotes(answerer: Answerer) -> None:
    empty = Conversation.of(answerer, [replace(answerer.ask("Who rules?"), related=())], made=MADE)
    for known in FORMATS:
        written = export(empty, known.name)
        if known.read:
            assert quotes_in(written) == []
    assert json.loads(export(empty, "csl")) == []


def test_what_cannot_be_exported(answerer: Answerer, conversation: Conversation) -> None:
    with pytest.raises(ExportError, match=r"no format 'pdf'\. Choose one of: csl, json, html, bibtex, markdown"):
        export(conversation, "pdf")
    with pytest.raises(ExportError, match="ISO 8601, like 2026-01-31T12:00:00, found 'today'"):
        Conversation.of(answerer, [], made="today")
    with pytest.raises(ValueError, match=r"is quoted but is not among the sources"):
        replace(conversation, sources=())


@pytest.mark.parametrize(
    ("name", "found"),
    [("a.csl.json", "csl"), ("a.JSON", "json"), ("a.b.md", "markdown"), ("a.html", "html"), ("a.bib", "bibtex")],
)
def test_the_ending_chooses_the_format(name: str, found: str) -> None:
    known = format_of(Path(name))
    assert known is not None
    assert known.name == found
    assert format_of(Path("a.pdf")) is None


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_only_an_export_of_the_same_format_is_replaced(
    known: object, conversation: Conversation, tmp_path: Path, folder: Path
) -> None:
    for own in FORMATS:
        path = tmp_path / f"answer{own.suffix}"
        save(path, export(conversation, own.name))
        assert check_place(path, folder) == own
        path.write_text("My notes.\n", encoding="utf-8")
        with pytest.raises(ExportError, match="is there and is no export"):
            check_place(path, folder)


def test_notes_into_which_an_export_was_pasted_are_not_replaced(
    conversation: Conversation, tmp_path: Path, folder: Path
) -> None:
    path, text = tmp_path / "notes.md", export(conversation, "markdown")
    for notes in (f"My notes.\n\n{text}", text + text):
        path.write_text(notes, encoding="utf-8")
        with pytest.raises(ExportError, match="is there and is no export"):
            check_place(path, folder)


def test_places_where_nothing_can_be_written(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(ExportError, match="lies in the documents folder, where it would be read as a document"):
        check_place(folder / "answer.md", folder)
    with pytest.raises(ExportError, match="lies in the documents folder, where it would be read as a document"):
        check_place(folder / "answer.json", folder)
    assert check_place(folder / "answer.bib", folder).name == "bibtex"
    with pytest.raises(ExportError, match="does not exist"):
        check_place(tmp_path / "no" / "answer.md", folder)
    with pytest.raises(ExportError, match=r"ends in one of \.bib, \.csl\.json, \.html, \.json, \.md"):
        check_place(tmp_path / "answer.doc", folder)
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(ExportError, match="is no export"):
        check_place(tmp_path / "folder.md", folder)
    with pytest.raises(ExportError, match="cannot be written"):
        save(tmp_path / "no" / "a.md", "text")


def test_a_file_is_written_in_one_step(tmp_path: Path) -> None:
    path, link = tmp_path / "a.md", tmp_path / "link.md"
    link.symlink_to(path)
    save(path, "one\n")
    save(link, "two\n")
    assert path.read_bytes() == b"two\n"
    assert link.is_symlink()
    assert sorted(tmp_path.iterdir()) == [path, link]
    (tmp_path / "b").write_text("", encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "b").stat().st_mode)
    with pytest.raises(UnicodeEncodeError, match="surrogates"):
        save(path, "\ud800")
    assert path.read_bytes() == b"two\n"
    assert len(list(tmp_path.iterdir())) == 3


def test_a_source_is_listed_once(conversation: Conversation) -> None:
    named = [(source.path, source.sha256) for source in conversation.sources]
    quoted = [(own.path, own.sha256) for answer in conversation.answers for _, own in quotes_of(answer)]
    assert named == list(dict.fromkeys(quoted))
    assert all(isinstance(own, Quote) for answer in conversation.answers for _, own in quotes_of(answer))
