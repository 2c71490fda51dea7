"""Exports against files that change after the export: the five verdicts, in every format, and edited exports."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from exported import answerer_over, asked
from holding import boxed, mailed

from embeddings.errors import ExportError, FolderError
from qa.export import FORMATS, Conversation, export
from qa.export.verify.verify import Finding, verify
from qa.export.verify.word_diff import in_words
from qa.interfaces.cli.main import main

ROOT = Path(__file__).parents[1]
READ_BACK = [known.name for known in FORMATS if known.read]
WORDS = "Trains stopped in August after a bridge fell."


@pytest.fixture
def conversation(folder: Path, tmp_path: Path) -> Conversation:
    """One question; nothing but the answer is quoted, so that one finding is looked at."""
    (folder / "rail.txt").write_text(
        "The railway from Quetta runs north through the Bolan Pass.\n\n"
        f"{WORDS} Nobody was hurt.\n\nTwo men watch the tunnel by night.\n",
        encoding="utf-8",
    )
    return asked(answerer_over(folder, tmp_path / "index"), "When did trains stop?")


@pytest.fixture(params=READ_BACK)
def exported(request: pytest.FixtureRequest, conversation: Conversation, tmp_path: Path) -> Path:
    path = tmp_path / f"answers.{request.param}"
    path.write_text(export(conversation, request.param), encoding="utf-8", newline="\n")
    return path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def first(exported: Path, folder: Path) -> Finding:
    """What became of the answering sentence."""
    found = verify(exported, folder).findings[0]
    assert found.recorded.question == "When did trains stop?"
    return found


def code(exported: Path, folder: Path) -> int:
    return main(["verify", str(exported), "--seeds", str(folder)])


def test_nothing_changed(exported: Path, folder: Path, conversation: Conversation) -> None:
    report = verify(exported, folder)
    assert report.counts == {"intact": 5, "moved": 0, "changed": 0, "missing": 0, "edited": 0}
    assert report.findings[0].recorded.quote == conversation.answers[0].citations[0].source
    assert report.findings[0].now == conversation.answers[0].citations[0].source
    assert [one.remark for one in report.findings] == [""] * 5
    assert code(exported, folder) == 0


def test_a_paragraph_moved(exported: Path, folder: Path) -> None:
    text = f"Two men watch the tunnel by night.\n\n{WORDS} Nobody was hurt.\n\nThe railway is long.\n"
    (folder / "rail.txt").write_text(text, encoding="utf-8")
    found = first(exported, folder)
    assert (found.state, found.remark) == ("moved", "In the same file.")
    assert found.now is not None
    assert (found.now.path, found.now.locator, found.now.quote) == ("rail.txt", "¶ 2", WORDS)
    assert (found.now.start, found.now.end) == (36, 36 + len(WORDS))
    assert text[36 : found.now.end] == WORDS


def test_a_moved_paragraph_alone_has_its_own_exit_code(exported: Path, folder: Path) -> None:
    path = folder / "rail.txt"
    path.write_text("A line before.\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert verify(exported, folder).counts["intact"] == 3
    assert verify(exported, folder).counts["moved"] == 2
    assert code(exported, folder) == 3


def test_one_word_changed(exported: Path, folder: Path) -> None:
    change(folder / "rail.txt", "August", "July")
    found = first(exported, folder)
    assert (found.state, found.remark) == ("changed", "The file no longer says it.")
    assert found.now is not None
    assert found.now.quote == "Trains stopped in July after a bridge fell."
    assert found.now.locator == "¶ 2"
    assert in_words(found.difference) == "Trains stopped in [-August-] {+July+} after a bridge fell."
    assert code(exported, folder) == 4


def test_a_file_deleted(exported: Path, folder: Path) -> None:
    (folder / "rail.txt").unlink()
    found = first(exported, folder)
    assert (found.state, found.remark, found.now) == ("missing", "Its file is gone, and no other says it.", None)
    assert code(exported, folder) == 4


def test_a_file_renamed(exported: Path, folder: Path) -> None:
    (folder / "lines").mkdir()
    (folder / "rail.txt").rename(folder / "lines" / "bolan.txt")
    found = first(exported, folder)
    assert (found.state, found.remark) == ("moved", "Its file is gone; the same file is there.")
    assert found.now is not None
    assert (found.now.path, found.now.locator) == ("lines/bolan.txt", "¶ 2")
    assert code(exported, folder) == 3


def test_a_sentence_that_went_into_another_file_has_moved(exported: Path, folder: Path) -> None:
    change(folder / "rail.txt", f"{WORDS} Nobody was hurt.\n\n", "")
    (folder / "bridge.txt").write_text(f"This is news of the bridge.\n\n{WORDS}\n", encoding="utf-8")
    found = first(exported, folder)
    assert (found.state, found.remark) == ("moved", "In another file; this one no longer says it.")
    assert found.now is not None
    assert (found.now.path, found.now.locator) == ("bridge.txt", "¶ 2")


def test_a_changed_sentence_is_changed_though_a_copy_says_it_still(exported: Path, folder: Path) -> None:
    change(folder / "rail.txt", "August", "July")
    (folder / "copy.txt").write_text(f"{WORDS}\n", encoding="utf-8")
    found = first(exported, folder)
    assert found.state == "changed"
    assert found.remark == "The file no longer says it. The same words stand in copy.txt."


def test_a_change_elsewhere_in_the_file_leaves_the_quote_intact_and_is_said(exported: Path, folder: Path) -> None:
    change(folder / "rail.txt", "Two men watch", "Three men watch")
    assert (first(exported, folder).state, first(exported, folder).remark) == (
        "intact",
        "The file has changed elsewhere.",
    )
    change(folder / "rail.txt", "Nobody was hurt", "Two men were hurt")
    assert first(exported, folder).state == "intact"
    assert first(exported, folder).remark == "The file has changed, and so has the paragraph around the quote."


def test_other_line_ends_within_the_words_are_a_move(exported: Path, folder: Path) -> None:
    change(folder / "rail.txt", "stopped in August", "stopped in\nAugust")
    found = first(exported, folder)
    assert (found.state, found.remark) == ("moved", "In the same file, with other white space.")
    assert found.now is not None
    assert found.now.quote == WORDS.replace("in August", "in\nAugust")


def test_a_file_that_became_unreadable_says_why(exported: Path, folder: Path) -> None:
    (folder / "rail.txt").write_bytes(b"\0" * 100)
    found = first(exported, folder)
    assert found.state == "missing"
    assert found.remark.startswith("Its file cannot be read: it is not text: there are NUL bytes in it")


def test_of_a_sentence_that_stands_twice_the_quoted_one_is_followed(folder: Path, tmp_path: Path) -> None:
    path = folder / "twice.txt"
    one, two = "Ahmed came first. The gate is shut. All left.", "Zahra came later. The gate is shut. Some stayed."
    path.write_text(f"{one}\n\n{two}\n", encoding="utf-8")
    (tmp_path / "a.json").write_text(
        export(asked(answerer_over(folder, tmp_path / "index"), "Is the gate shut?"), "json"), encoding="utf-8"
    )
    quotes = [found.recorded.quote for found in verify(tmp_path / "a.json", folder).findings[:1]]
    assert quotes[0] is not None
    began = "Ahmed" if quotes[0].paragraph.text == one else "Zahra"
    path.write_text(f"{two} Late.\n\nThis is a new line.\n\n{one} Early.\n", encoding="utf-8")
    found = verify(tmp_path / "a.json", folder).findings[0]
    assert found.state == "moved"
    assert found.now is not None
    assert found.now.quote == "The gate is shut."
    assert found.now.paragraph.text.startswith(began)


def test_words_within_longer_words_are_not_the_words(folder: Path, tmp_path: Path) -> None:
    (folder / "rail.txt").write_text("No.\n\nAnd the trains?\n", encoding="utf-8")
    conversation = asked(answerer_over(folder, tmp_path / "index"), "And the trains?")
    (tmp_path / "a.md").write_text(export(conversation, "markdown"), encoding="utf-8")
    (folder / "rail.txt").write_text("Grand the trains?\n", encoding="utf-8")
    assert verify(tmp_path / "a.md", folder).findings[0].state == "changed"


def test_edited_words_are_never_intact(exported: Path, folder: Path) -> None:
    change(exported, "Trains stopped in August", "Trains stopped in July")
    found = first(exported, folder)
    assert found.state == "edited"
    assert found.remark.startswith("The export was edited: its words")
    assert code(exported, folder) == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rail.txt", "water.txt"),
        ("Nobody was hurt", "Forty were hurt"),
        ("¶ 2", "¶ 7"),
        ("rail", "Rail"),
    ],
)
def test_an_edited_place_title_or_paragraph_is_found(exported: Path, folder: Path, old: str, new: str) -> None:
    text = exported.read_text(encoding="utf-8")
    if old not in text:  # Markdown has a backslash in the name of a file
        old, new = (value.replace(".txt", "\\.txt") for value in (old, new))
    change(exported, old, new)
    assert first(exported, folder).state == "edited"


def test_words_edited_to_what_the_changed_file_says_are_edited(exported: Path, folder: Path) -> None:
    change(folder / "rail.txt", "August", "July")
    change(exported, "August", "July")
    assert first(exported, folder).state == "edited"


def test_words_edited_once_of_twice_in_html(conversation: Conversation, folder: Path, tmp_path: Path) -> None:
    page = export(conversation, "html")
    assert page.count(WORDS) == 2
    for place in (f'<blockquote dir="auto">{WORDS}', f"<mark>{WORDS}"):
        (tmp_path / "a.html").write_text(page.replace(place, place.replace("August", "May")), encoding="utf-8")
        assert first(tmp_path / "a.html", folder).state == "edited"


@pytest.mark.parametrize(
    "added",
    [
        '<p class="label">[1]</p><p>They stopped in May.</p>',
        '<p class="label" hidden="">[1]</p>',
        '<p class="label">They stopped in May.</p>',
        '<p class="label">[1]</p><p class="label">[2]</p>',
        "<dl><div><dt>They stopped in May.</dt></div></dl>",
        '<img src="x">',
        "They stopped in May.",
        '<blockquote dir="auto">They stopped in May.</blockquote>',
    ],
)
def test_what_was_put_into_a_quote_in_html_is_found(
    conversation: Conversation, folder: Path, tmp_path: Path, added: str
) -> None:
    page = export(conversation, "html").replace('<p class="label">[1]</p>', added, 1)
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert first(tmp_path / "a.html", folder).state == "edited"


@pytest.mark.parametrize(
    "added",
    [
        "<blockquote>They stopped in May.</blockquote>",
        '<div hidden=""></div>',
        '<div style="display:none"></div>',
        "<b>May</b>",
    ],
)
def test_what_was_put_beside_the_quotes_in_html_is_found(
    conversation: Conversation, folder: Path, tmp_path: Path, added: str
) -> None:
    page = export(conversation, "html").replace('<section class="answer">', f'<section class="answer">{added}', 1)
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert verify(tmp_path / "a.html", folder).counts["edited"] == 5
    assert "that the export did not write" in first(tmp_path / "a.html", folder).remark


@pytest.mark.parametrize(
    ("start", "end", "state"), [(-1, -1, "edited"), (0, 10**6, "edited"), (1, 1, "moved"), (0, 0, "intact")]
)
def test_offsets_that_cannot_be_are_edited(
    conversation: Conversation, folder: Path, tmp_path: Path, start: int, end: int, state: str
) -> None:
    value = conversation.answers[0].to_dict()
    quote = value["citations"][0]
    for span in (quote, quote["paragraph"]):
        span["start"] += start - quote["start"] if start < 0 else start
        span["end"] += end
    (tmp_path / "a.json").write_text(json.dumps(value), encoding="utf-8")
    assert verify(tmp_path / "a.json", folder).findings[0].state == state


def test_a_quote_that_is_hidden_in_html_is_edited(conversation: Conversation, folder: Path, tmp_path: Path) -> None:
    page = export(conversation, "html").replace('<article class="quote cited">', '<article class="quote cited" hidden>')
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert first(tmp_path / "a.html", folder).state == "edited"


def test_an_export_that_breaks_off_is_not_intact(exported: Path, folder: Path) -> None:
    text = exported.read_text(encoding="utf-8")
    for part in (0.4, 0.7, 0.95):
        exported.write_text(text[: int(len(text) * part)], encoding="utf-8")
        assert code(exported, folder) in (1, 4)


def test_a_page_whose_style_swallows_its_quotes_is_an_error(
    conversation: Conversation, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.html").write_text(export(conversation, "html").replace("</style>", ""), encoding="utf-8")
    with pytest.raises(ExportError, match="the exported page breaks off"):
        verify(tmp_path / "a.html", folder)


def test_a_sentence_of_ones_own_may_name_a_footnote(conversation: Conversation, folder: Path, tmp_path: Path) -> None:
    text, _, label = markdown(conversation)
    (tmp_path / "a.md").write_text(f"As we know{label}, trains stop.\n\n{text}", encoding="utf-8")
    assert verify(tmp_path / "a.md", folder).counts["intact"] == 5


def markdown(conversation: Conversation) -> tuple[str, str, str]:
    """The document, the lines of the first quote, and its label."""
    text = export(conversation, "markdown")
    (lines,) = [line for line in text.split("\n") if line.startswith("> Trains stopped in August after")]
    return text, lines, lines[lines.index("[^") :]


def test_two_exports_and_notes_in_one_markdown_file(conversation: Conversation, folder: Path, tmp_path: Path) -> None:
    other = asked(answerer_over(folder, tmp_path / "other"), "Who watches the tunnel?", "When did trains stop?")
    notes = "My notes: *important*.\n\n> Somebody else said this.\n\n"
    joined = notes + export(conversation, "markdown") + export(other, "markdown")
    joined += "\n" + notes.replace("\n", "\r\n")
    (tmp_path / "notes.md").write_bytes(b"\xef\xbb\xbf" + joined.encode())
    report = verify(tmp_path / "notes.md", folder)
    assert report.counts == {"intact": 10, "moved": 0, "changed": 0, "missing": 0, "edited": 0}
    assert [one.recorded.question for one in report.findings] == [
        *["When did trains stop?"] * 5,
        *["Who watches the tunnel?"] * 5,
    ]


def test_a_markdown_quote_without_its_parts_is_edited(conversation: Conversation, folder: Path, tmp_path: Path) -> None:
    text, lines, label = markdown(conversation)
    edits = {
        "the footnote is there, its quote is not": text.replace(lines, "> Trains never stopped."),
        "its words and its footnote cannot be told apart": text.replace(lines, f"Trains never stopped.{label}"),
        "its footnote is missing or was edited": text.replace(f"{label}: Source", f"{label}: source"),
        "its words are not what its paragraph says at its place": text.replace(
            lines, f"> Trains never stopped.\n{lines}"
        ),
    }
    more = [
        ("cannot be told apart", text.replace(lines, f"{lines}\nThis is not true.")),
        ("its quote is not", text.replace(lines, f"<!--\n{lines}\n-->\n\n> Trains never stopped.")),
    ]
    for problem, edited in [*edits.items(), *more]:
        (tmp_path / "a.md").write_text(edited, encoding="utf-8")
        remarks = [one.remark for one in verify(tmp_path / "a.md", folder).findings if one.state == "edited"]
        assert any(problem in remark for remark in remarks), problem


def test_what_is_printed(
    conversation: Conversation, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text(export(conversation, "json"), encoding="utf-8")
    change(folder / "rail.txt", "August", "Ju\x1bly")
    assert code(tmp_path / "a.json", folder) == 4
    printed = capsys.readouterr().out
    key = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["answers"][0]["citations"][0]["key"]
    assert printed.split("\n\n")[0] == (
        f"CHANGED cited   {key} rail, ¶ 2 (rail.txt)\n    “{WORDS}”\n  The file no longer says it.\n"
        "  nearest: rail, ¶ 2 (rail.txt), characters 60 to 104\n"
        "    Trains stopped in [-August-] {+Ju<U+001B>ly+} after a bridge fell."
    )
    assert printed.split("\n\n")[1].startswith("MOVED   related q-")
    assert printed.endswith("\n1 cited quote: 1 changed\n4 related passages: 3 intact, 1 moved\n")


def test_a_key_cannot_pass_for_a_verdict(
    conversation: Conversation, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = json.loads(export(conversation, "json"))
    value["answers"][0]["citations"][0]["key"] = "q-1\nINTACT  q-2"
    (tmp_path / "forged.json").write_text(json.dumps(value), encoding="utf-8")
    assert main(["verify", str(tmp_path / "forged.json"), "--seeds", str(folder)]) == 4
    printed = capsys.readouterr().out
    assert printed.startswith("EDITED  cited   q-1<U+000A>INTACT  q-2 ")


def test_json_that_is_printed(exported: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder / "rail.txt", "August", "July")
    assert main(["verify", str(exported), "--seeds", str(folder), "--json"]) == 4
    value = json.loads(capsys.readouterr().out)
    assert value["counts"] == {"intact": 3, "moved": 1, "changed": 1, "missing": 0, "edited": 0}
    assert value["cited"] == {"intact": 0, "moved": 0, "changed": 1, "missing": 0, "edited": 0}
    assert value["related"] == {"intact": 3, "moved": 1, "changed": 0, "missing": 0, "edited": 0}
    assert [one["role"] for one in value["quotes"]] == ["cited"] + ["related"] * 4
    assert value["quotes"][0]["was"]["quote"] == WORDS
    assert value["quotes"][0]["difference"][1:3] == [
        {"kind": "removed", "text": "August"},
        {"kind": "added", "text": "July"},
    ]


def test_the_answer_that_ask_prints_can_be_verified_too(
    conversation: Conversation, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text(conversation.answers[0].to_json(), encoding="utf-8")
    assert verify(tmp_path / "a.json", folder).counts["intact"] == 5
    change(tmp_path / "a.json", "August", "Winter")
    found = first(tmp_path / "a.json", folder)
    assert found.state == "edited"
    assert found.remark.startswith("The file is as it was, but does not say it. The export was edited, or written by")


def test_a_related_passage_that_changed_has_the_exit_code_too(exported: Path, folder: Path) -> None:
    change(folder / "harbour.md", "Fishermen", "Some men")
    report = verify(exported, folder)
    assert report.of_role("cited") == {"intact": 1, "moved": 0, "changed": 0, "missing": 0, "edited": 0}
    assert report.of_role("related")["changed"] >= 1
    assert code(exported, folder) == 4


@pytest.mark.parametrize("name", READ_BACK)
def test_where_the_same_is_said_is_cited_too(name: str, folder: Path, tmp_path: Path) -> None:
    (folder / "copy.txt").write_text(f"{WORDS} Nobody was hurt.\n", encoding="utf-8")
    (folder / "rail.txt").write_text(f"{WORDS} Nobody was hurt.\n", encoding="utf-8")
    made = asked(answerer_over(folder, tmp_path / "index"), "When did trains stop?")
    (citation,) = made.answers[0].citations
    assert len(citation.also) == 1
    (tmp_path / "a").write_text(export(made, name), encoding="utf-8")
    roles = [one.recorded.role for one in verify(tmp_path / "a", folder).findings]
    assert roles == ["cited"] * 2 + ["related"] * len(made.answers[0].related)


def without_quotes(text: str, name: str, *, related: bool) -> str:
    """An export whose quotes were taken out, the related ones too or not; of Markdown the footnotes as well."""
    if name == "json":
        value = json.loads(text)
        for answer in value["answers"]:
            answer["citations"], answer["related"] = [], [] if related else answer["related"]
        return json.dumps(value)
    if name == "html":
        kinds = "cited|also|related" if related else "cited|also"
        return re.sub(rf'<article class="quote (?:{kinds})">.*?</article>', "", text, flags=re.DOTALL)
    kept = text.partition("\nRelated passages:\n")
    if related:
        return re.sub(r"^(?:>|\[\^q-).*\n", "", text, flags=re.MULTILINE)
    gone = re.findall(r"\[\^q-[0-9a-f]+\]", kept[0])
    shorter = re.sub(r"^>.*\n", "", kept[0], flags=re.MULTILINE) + kept[1] + kept[2]
    return "\n".join(line for line in shorter.split("\n") if not line.startswith(tuple(gone)))


@pytest.mark.parametrize("related", [True, False])
@pytest.mark.parametrize("name", READ_BACK)
def test_an_answer_without_its_quotes_is_edited(
    name: str, related: bool, conversation: Conversation, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path = folder.parent
    (tmp_path / "a").write_text(without_quotes(export(conversation, name), name, related=related), encoding="utf-8")
    found = verify(tmp_path / "a", folder).findings[0]
    assert (found.state, found.recorded.role, found.recorded.question) == ("edited", "cited", "When did trains stop?")
    assert found.remark == "The export was edited: the question was answered, and the quotes of its answer are gone."
    assert code(tmp_path / "a", folder) == 4
    printed = capsys.readouterr().out
    assert printed.startswith("EDITED  cited\n    to: When did trains stop?\n  The export was edited: the question")
    assert "\n1 cited quote: 1 edited\n" in printed
    assert ("\n4 related passages: 4 intact\n" in printed) is not related


@pytest.mark.parametrize("name", READ_BACK)
def test_an_export_without_its_questions_is_edited(
    name: str, conversation: Conversation, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "a").write_text(export(replace(conversation, answers=(), sources=()), name), encoding="utf-8")
    (found,) = verify(tmp_path / "a", folder).findings
    assert (found.state, found.remark) == ("edited", "The export was edited: it holds no question with its answer.")
    assert code(tmp_path / "a", folder) == 4


def test_a_heading_of_ones_own_is_no_answer(conversation: Conversation, folder: Path, tmp_path: Path) -> None:
    notes = "## My notes\n\nNothing is quoted here.\n\n## More\n\n- Index: cards\n\n"
    for text in (notes + export(conversation, "markdown"), export(conversation, "markdown") + "\n" + notes):
        (tmp_path / "a.md").write_text(text, encoding="utf-8")
        assert verify(tmp_path / "a.md", folder).of_role("cited")["intact"] == 1
        assert code(tmp_path / "a.md", folder) == 0


def test_an_export_without_quotes_is_intact(
    conversation: Conversation, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = replace(conversation.answers[0], verdict="not_in_documents", citations=(), related=())
    for name in READ_BACK:
        (tmp_path / "a").write_text(export(replace(conversation, answers=(answer,)), name), encoding="utf-8")
        assert code(tmp_path / "a", folder) == 0
        assert capsys.readouterr().out == "The export answers nothing, and holds no quotes.\n"


def test_an_export_in_the_documents_folder_is_no_document(exported: Path, folder: Path) -> None:
    inside = folder / f"answers{exported.suffix.replace('markdown', 'md')}"
    exported.rename(inside)
    (folder / "rail.txt").unlink()
    assert first(inside, folder).state == "missing"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"# Notes\n\n> A quote.\n", "it holds no export of answers"),
        (b"", "it holds no export of answers"),
        (b"{", "it begins like JSON and is none"),
        (b"{}", '"format" must be "seeds-qa export", found None'),
        (b'{"format": "seeds-qa export", "version": 9}', "an export of version 9, this program reads version 1"),
        (
            b'{"format": "seeds-qa export", "version": 1, "answers": [3]}',
            r"answers: expected a list of objects, found \[3\]",
        ),
        (b"[]", "it is a list of sources \\(csl\\) and holds no quotes"),
        (b"\xff\xfe\x00", "it is not UTF-8"),
        (b"<!doctype html><p>Hello", "it holds no export of answers"),
    ],
)
def test_what_is_no_export_is_a_clear_error(folder: Path, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ExportError, match=message):
        verify(tmp_path / "file", folder)
    assert code(tmp_path / "file", folder) == 1


def test_a_file_or_folder_that_is_not_there(exported: Path, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there is no file"):
        verify(tmp_path / "nothing.md", folder)
    with pytest.raises(FolderError, match="does not exist"):
        verify(exported, tmp_path / "nowhere")
    with pytest.raises(SystemExit, match="2"):
        main(["verify"])


def test_a_path_in_an_export_leads_nowhere_but_into_the_folder(
    conversation: Conversation, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "rail.txt").write_text((folder / "rail.txt").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "rail.txt").unlink()
    text = conversation.answers[0].to_json().replace('"rail.txt"', '"../rail.txt"')
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    assert first(tmp_path / "a.json", folder).state == "missing"


def test_verifying_loads_neither_model_nor_index(exported: Path, folder: Path) -> None:
    code = (
        "import sys; from qa.interfaces.cli.main import main; code = main(sys.argv[1:]); "
        "assert not {'torch', 'sentence_transformers', 'faiss', 'gradio', 'bm25s'} & set(sys.modules); sys.exit(code)"
    )
    words = ["verify", str(exported), "--seeds", str(folder)]
    run = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, check=False, capture_output=True, env=os.environ
    )
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.decode().endswith("\n1 cited quote: 1 intact\n4 related passages: 4 intact\n")


def test_quotes_of_mail_are_compared_with_the_letter_wherever_it_stands_now(folder: Path, tmp_path: Path) -> None:
    (folder / "rail.txt").unlink()
    box, letter = folder / "mails.mbox", mailed(f"Dear all,\n\n{WORDS}", subject="The railway")
    box.write_bytes(boxed([mailed("The first."), letter]))
    conversation = asked(answerer_over(folder, tmp_path / "index"), "When did trains stop?")
    exported = tmp_path / "answers.json"
    exported.write_text(export(conversation, "json"), encoding="utf-8")

    def found() -> tuple[str, str, str]:
        now = first(exported, folder)
        return now.state, now.now.path if now.now else "", now.recorded.quote.title if now.recorded.quote else ""

    assert found() == ("intact", "mails.mbox/2", "The railway")
    box.write_bytes(boxed([mailed("Another one."), letter]))
    assert found() == ("intact", "mails.mbox/2", "The railway")
    box.write_bytes(boxed([letter]))
    assert found() == ("moved", "mails.mbox/1", "The railway")
    box.write_bytes(boxed([mailed(WORDS.replace("August", "May")), mailed("Nothing.")]))
    assert found()[0] == "changed"
    box.unlink()
    assert found()[0] == "missing"
