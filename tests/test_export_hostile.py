"""Documents that would steer what shows them: in every export their words are words, and read back exactly."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path

import pytest
from exported import quote, said
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from embeddings.types import Metadata
from qa.export import FORMATS, Conversation, export, quotes_in
from qa.export.control_characters import pieces
from qa.export.markdown.escaping import block, code, inline, text_of, text_of_code
from qa.types.quotes import Quote

READ_BACK = [known.name for known in FORMATS if known.read]
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)"> <a href="javascript:alert(1)">x</a>',
    "![picture](http://example.com/x.png) [link](http://example.com) [ref][1] [1]: http://example.com",
    "http://example.com, https://example.com/a?b=c&d, www.example.com, a@example.com, mailto:a@b.example, <http://a.b>",
    "data:text/html;base64,PHNjcmlwdD4= and [x](data:text/html,<script>)",
    "\u202eevil\u202c \u2066in\u2069 \u200f and \x1b[31mred\x1b[0m \x07\x9b0m \x7f",
    r"\input{/etc/passwd} $x^2$ \(y\) \[z\] $$\href{javascript:1}{x}$$ \\ %",
    "a ``` b ~~~ c `code` ``more` ` and ` a single",
    "```\nfenced\n```\n~~~\nagain",
    "--> <!-- x --> --!> ]]> <![CDATA[ </script></style></title></blockquote> <?php ?>",
    "said[^1] and [^q-0123456789ab]\n\n[^1]: a note\n[^q-0123456789ab]: Source: *Title* x",
    "# heading\n## another\n\n---\n\n===\ntext\n***\n> a\n>> b\n- list\n+ list\n* list\n1. one\n23) two\n    code",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "~~gone~~ **bold** __bold__ *i* _i_ snake_case ==mark== ^up^ :smile: H~2~O {.class #id}",
    "[!NOTE]\ntext [ ] [x] @someone #123 GH-1 &amp; &lt;b&gt; &#60; &nbsp; &copy",
    "  two  leading,   three inside\n \n\t tab and trailing  \n\n\nlines after  ",
    "\nbegins and ends with a line end\n\n",
    "nbsp\u00a0at\u2003em\u3000wide\u2028line\u2029paragraph\ufeffmark\u200bzero\u200djoin",
    "U+202E written out, <U+202E> too, `U+202E`, [U+202E]",
    "خانه\u200cها در شهر است. שלום 世界 🏴\u200d☠\ufe0f ﷽",
    "\\",
    "Term\n: definition\n\n[q]: http://example.com 'title'\n\\\n\\",
    "It ends with a backslash \\\nand goes on\\",
    "in 2007. Then 3.5 of 1.000 a... b -- c --- d; e.g. this",
    "*Title* x · *Place* y · *In full* z",
    '"title" · (title)',
    "x" * 1_000_000,
]
IDS = [f"{place}" for place in range(len(HOSTILE))]


def shown(text: str) -> str:
    """The text as a reader of Markdown sees it: what steers is written out."""
    runs = groupby(pieces(text), key=lambda piece: piece[0])
    return "".join((" " if sign else "").join(piece for _, piece in run) for sign, run in runs)


def everywhere(text: str) -> Conversation:
    """A conversation in which a text is wherever a document or a question can put it."""
    line = " ".join(text.split()) or "."
    own = quote(text, before=f"{text} before ", after=f" after {text}", title=line[:500], path=f"{line[:100]}.md")
    said_of = Metadata(author=line[:500], date=line[:500], outlet=line[:500], url=line[:500])
    return said([own, quote(text)], question=text, metadata=said_of)


class Elements(HTMLParser):
    """The elements of a page, their attributes, and the text of each kind."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[tuple[str, str]] = []
        self.other: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag == "br":
            self.handle_data("\n")
        elif tag not in ("meta", "hr", "img", "input"):
            self.open.append(tag)
            self.texts.append((tag, ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        opened = {"code", *self.open}
        within = next(
            (place for place in reversed(range(len(self.texts))) if self.texts[place][0] in opened - {"code"}), None
        )
        if within is not None:
            self.texts[within] = (self.texts[within][0], self.texts[within][1] + data)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)

    def all_of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
@pytest.mark.parametrize("name", READ_BACK)
def test_hostile_words_are_read_back_exactly(name: str, text: str) -> None:
    conversation = everywhere(text)
    found = quotes_in(export(conversation, name))
    assert [one.problem for one in found] == ["", ""]
    assert [one.quote for one in found] == [citation.source for citation in conversation.answers[0].citations]
    assert {one.question for one in found} == {text}


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_hostile_words_are_words_in_html(text: str) -> None:
    page = Elements(export(everywhere(text), "html"))
    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "p", "dl", "div", "dt", "dd"),
        *("section", "article", "blockquote", "mark", "code", "ul", "li", "bdi"),
    }
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "dir"}
    assert page.other == ["doctype html"]


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_hostile_words_are_words_in_markdown(text: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = Elements(html.render(export(everywhere(text), "markdown")))
    assert page.tags <= {"h1", "h2", "p", "ul", "li", "blockquote", "em", "code", "br"}
    assert page.attributes == set()
    assert set(page.other) <= {" "}  # the empty comment after an at sign
    quotes = [re.sub(r"\[\^q-[0-9a-f]{12}\]$", "", shown_text) for shown_text in quotes_shown(page)]
    assert len(quotes) == 2
    for one in quotes:
        assert one.replace("\n", "") == shown(text).replace("\n", "")


def quotes_shown(page: Elements) -> list[str]:
    """The paragraphs within block quotes."""
    names = [name for name, _ in page.texts]
    return [page.texts[place + 1][1] for place, name in enumerate(names) if name == "blockquote"]


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_no_export_holds_a_character_that_steers(name: str, text: str) -> None:
    written = export(everywhere(text), name)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", written)


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_hostile_words_keep_bibtex_in_its_fields(text: str) -> None:
    written = export(everywhere(text), "bibtex")
    depth = 0
    for line in written.split("\n"):
        if depth == 0 and line:
            assert re.fullmatch(r"% .*|@misc\{d-[0-9a-f]{12},", line)
        depth += line.count("{") - line.count("}")
        assert depth >= 0
    assert depth == 0
    for special in "#$%&_":
        bare = re.sub(r"(?m)^% .*$|^  (url|month) = .*$", "", written)
        assert not re.search(rf"(?<!\\){re.escape(special)}", bare)


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_hostile_words_are_strings_in_csl(text: str) -> None:
    items = json.loads(export(everywhere(text), "csl"))
    assert [item["type"] for item in items] == ["document", "document"]
    assert all("URL" not in item for item in items)


TEXTS = st.text(
    st.one_of(
        st.sampled_from("\\`*_{}[]()<>#+-.!|~$^=&@:; \n\t\u00a01aA\u202e\x1b"), st.characters(exclude_categories=["Cs"])
    ),
    max_size=60,
).map(lambda text: text.replace("\r", "").replace("\0", ""))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_text_is_its_own_in_markdown(text: str) -> None:
    assert text_of(inline(text)) == text
    assert "\n" not in inline(text)
    assert text_of(block(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T17:52:11+00:00",
        "seeds-qa 0.1.0, 19.694 × similarity",
        "The U.S. and AT&T, e.g. at 12:30 or on p. 3",
        "Is 1.5 more than 1?",
        "a-b (c), “d” – e; f/g",
    ],
)
def test_what_is_no_markup_has_no_backslash(text: str) -> None:
    assert inline(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("www.a and www.b.com", r"www\.a and www\.b\.com"),
        ("see b.com:80, 1.com", r"see b\.com\:80, 1\.com"),
        ("http://1.2.3.4 a:30:40", r"http\://1.2.3.4 a\:30:40"),
        ("&amp; &#60; AT&T;", r"\&amp; \&\#60; AT\&T;"),
        ("1. one", r"1\. one"),
    ],
)
def test_what_could_be_an_address_or_an_entity_has_one(text: str, written: str) -> None:
    assert inline(text) == written


def test_a_name_stands_in_a_code_span_where_it_can() -> None:
    assert code("news/my_report.v2.md") == "`news/my_report.v2.md`"
    assert code("https://example.com/a?b=c&d#e") == "`https://example.com/a?b=c&d#e`"
    for odd in ("U+202E", "U+202E U+200F", "a`b", " a", "a ", "a  b", "a*b.md", "\u202ea.md", "a\nb", ""):
        assert not code(odd).startswith("`a")
        assert code(odd) == inline(odd)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_name_is_read_back(text: str) -> None:
    assert text_of_code(code(text)) == text


@given(TEXTS.filter(str.strip))
@settings(max_examples=300, deadline=None)
def test_any_text_is_shown_as_it_is_in_markdown(text: str) -> None:
    lines = "\n".join(f"> {line}" for line in f"{block(text)}[^q-0]".split("\n"))
    page = Elements(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(lines))
    assert page.tags <= {"blockquote", "p", "br", "code"}
    assert quotes_shown(page)[0].removesuffix("[^q-0]").replace("\n", "") == shown(text).replace("\n", "")


@given(TEXTS.filter(bool), TEXTS, TEXTS, st.sampled_from(READ_BACK))
@settings(max_examples=200, deadline=None)
def test_any_quote_is_read_back(text: str, before: str, after: str, name: str) -> None:
    own = quote(text, before=before, after=after, title="Any title")
    (found,) = quotes_in(export(said([own]), name))
    assert (found.problem, found.quote) == ("", own)


def test_the_tests_know_what_an_element_is(tmp_path: Path) -> None:
    page = Elements(MarkdownIt("commonmark", {"html": True}).render(HOSTILE[2] + HOSTILE[1]))
    assert {"img", "a"} <= page.tags
    assert isinstance(quote("x"), Quote)
