from __future__ import annotations

import json
from pathlib import PurePath

import pytest

from embeddings.formats import Parsed, parse, reader_for
from embeddings.formats.containers.walk import walk
from embeddings.formats.registry import BY_NAME
from embeddings.types import Metadata

PORT = {
    "title": "The port",
    "text": "The harbour was opened in 2007.\r\n\r\nShips from China call there.",
    "published_at": "2021-03-05T10:00:00Z",
    "author": [{"name": "Omar Khan"}, "Sara Ali"],
    "source": {"id": None, "name": "Harbour Daily"},
    "url": "https://example.com/port",
    "tags": ["ports", "trade"],
}
RAIL = {"headline": "The railway", "body": "Trains stopped in August."}


def found(name: str, data: object) -> dict[str, Parsed | str]:
    """What each article says, by its number; or why it is left out."""
    reader = reader_for(PurePath(name))
    assert reader is not None
    written = data if isinstance(data, bytes) else json.dumps(data).encode()
    return {one.name: one.reason or parse(BY_NAME[one.reader], one.data) for one in walk(reader, written)}


def titles(data: dict[str, Parsed | str]) -> dict[str, str | None]:
    return {name: one if isinstance(one, str) else one.title for name, one in data.items()}


def test_an_article_has_its_text_and_what_its_fields_say() -> None:
    (parsed,) = found("a.json", [PORT]).values()
    assert parsed == Parsed(
        "The harbour was opened in 2007.\n\nShips from China call there.",
        "The port",
        Metadata(
            author="Omar Khan, Sara Ali",
            date="2021-03-05T10:00:00+00:00",
            outlet="Harbour Daily",
            url="https://example.com/port",
            tags=("ports", "trade"),
        ),
    )


@pytest.mark.parametrize("data", [[PORT, RAIL], {"status": "ok", "ids": [1], "articles": [PORT, RAIL]}])
def test_a_list_of_articles_may_stand_in_an_object(data: object) -> None:
    assert titles(found("a.json", data)) == {"1": "The port", "2": "The railway"}


def test_one_article_is_a_list_of_one() -> None:
    assert titles(found("a.json", PORT)) == titles(found("a.jsonl", PORT)) == {"1": "The port"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_articles_one_a_line_are_numbered_by_lines(encoding: str) -> None:
    lines = "\n".join(["", json.dumps(PORT), "{broken", json.dumps({"x": 1}), json.dumps(RAIL), ""]).encode(encoding)
    assert titles(found("a.jsonl", lines)) == {
        "2": "The port",
        "3": "this line is no JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))",
        "4": 'it has no field "text", "body" or "content" with text in it',
        "5": "The railway",
    }


def test_a_text_with_paragraphs_of_a_page_is_read_as_it_is_seen() -> None:
    page = {"content": "<p>The port &amp; the <b>rail</b>way.</p><script>x</script><ul><li>One</li></ul>"}
    plain = {"content": "A line with <b> and 3 < 4.\nAnother line."}
    one, two = found("a.json", [page, plain]).values()
    assert isinstance(one, Parsed)
    assert isinstance(two, Parsed)
    assert one.text == "The port & the railway.\n\nOne"
    assert two.text == plain["content"]
    (several,) = found("a.json", [{"text": ["One.", "Two."]}]).values()
    assert isinstance(several, Parsed)
    assert several.text == "One.\n\nTwo."


@pytest.mark.parametrize("data", [{"name": "x"}, [], [1, "text"], "text", None, {"text": 3}, {"rows": [{"text": " "}]}])
def test_what_is_not_articles_is_refused_with_the_fields_that_are_wanted(data: object) -> None:
    ((name, reason),) = found("a.json", data).items()
    assert name == ""
    assert str(reason).startswith(
        'no article was found in it: an article is an object with a field "text", "body" or "content", and may have'
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"nonsense", "it is no JSON (Expecting value: line 1 column 1 (char 0))"),
        (b"[" * 99_999, "its reader failed (RecursionError)"),
    ],
)
def test_what_is_no_json_says_so(data: bytes, reason: str) -> None:
    assert found("a.json", data) == {"": reason}


def test_half_an_emoji_and_numbers_too_long_stop_nothing() -> None:
    assert titles(found("a.json", b'[{"title": "T\\ud83d", "text": "One."}]')) == {"1": "T?"}
    ((name, reason),) = found("a.json", b'[{"text": "One.", "n": ' + b"9" * 9999 + b"}]").items()
    assert (name, str(reason)[:13]) == ("", "it is no JSON")
