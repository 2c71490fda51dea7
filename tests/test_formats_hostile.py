from __future__ import annotations

import json
from functools import cache

from holding import boxed, mailed, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_maker import lines, make_pdf
from test_formats_docx import article, made
from test_formats_epub import book, chapter
from test_formats_html import PAGE
from test_formats_mhtml import part, saved
from test_formats_odt import LIST, item, odt
from test_formats_pptx import box, presentation, tree
from test_formats_rtf import INFO, rtf
from test_formats_xlsx import row, sheet, workbook

from embeddings.errors import UnreadableFile
from embeddings.formats import READERS, Format, parse
from embeddings.formats.containers.walk import walk

MARKDOWN = (
    b"---\ntitle: &a [x, y]\nauthor: {b: *a}\ndate: 2024-01-05\ntags: 'a, b'\n---\n# Head\n\nText *a*\n===\n\n> - x\n"
)


@cache
def good(name: str) -> bytes:
    """A good file of each format."""
    return {
        "text": "Title\n\nLe château.\r\n“é”".encode("cp1252"),
        "markdown": MARKDOWN,
        "html": PAGE.encode(),
        "pdf": make_pdf([lines(["One inter-", "national", "", "two"]), lines(["x"])], info={"Title": "T"}),
        "docx": made(article),
        "mhtml": saved(part(PAGE.encode()), part(b".a{display:none}", "text/css")),
        "csv": 'Province;Killed;;Note\n;Men;Women;\nFarah;5;8;"a; ""b""\n\nKunar;1;2;x"\n'.encode("utf-16"),
        "xlsx": workbook(
            {
                "A": sheet(
                    row(1, "Name", "Age"),
                    row(2, "Ali", 40),
                    merged="A1:B1",
                    columns='<col min="3" max="4" hidden="1"/>',
                )
            },
            more={"xl/sharedStrings.xml": "<sst><si><r><t>x</t></r></si></sst>"},
        ),
        "pptx": presentation(
            tree(box("One", kind="title"), box("Two 2.", at=(5, 5))),
            beside=[("n", "notesSlide", "../n.xml")],
            more={"ppt/n.xml": tree(box("Note.", kind="body"))},
        ),
        "odt": odt(
            f'<text:h text:outline-level="1">One</text:h><text:list text:style-name="L">{item("Two.")}</text:list>',
            styles=LIST,
        ),
        "rtf": rtf(
            r"\pard\s1 One\par\pard Two {\super 2}\'e9\u8364?{\footnote x}\par\trowd\intbl a\cell b\cell\row", head=INFO
        ),
        "epub": book(chapter("<h1>One</h1><p>Two<sup>2</sup>.</p>"), chapter("<table><tr><td>a</td></tr></table>")),
        "mail": mailed("Some text.", attached={"a.txt": b"More text.", "b.docx": made(article)}),
        "mailbox": boxed([mailed("Some text."), mailed("More text.", attached={"a.md": b"# Text"})]),
        "json": json.dumps(
            [{"title": "T", "text": "Some text.", "date": "2021"}, {"body": ["<p>One", "two"]}]
        ).encode(),
        "zip": zipped({"a/b.txt": "Some text.", "c.docx": made(article), "d.zip": zipped({"e.txt": "More text."})}),
    }[name]


def read_or_refused(reader: Format, data: bytes) -> None:
    """Nothing but UnreadableFile may come out, and every span must be inside the text; names must be names."""
    for member in walk(reader, data):
        assert not {".", ".."} & set(member.name.split("/"))
        assert "//" not in f"/{member.name}/" or not member.name
        assert bool(member.reason) != bool(member.reader)
        member.name.encode()
    try:
        parsed = parse(reader, data)
    except UnreadableFile:
        return
    assert parsed.text.strip()
    assert "\r" not in parsed.text
    assert all(parsed.text[span.start : span.end].strip() for span in parsed.headings)
    assert all(page.end <= len(parsed.text) for page in parsed.pages)
    parsed.text.encode()


@st.composite
def mutated(draw: st.DrawFn) -> tuple[Format, bytes]:
    """A reader and a good file of its format, with some bytes replaced, removed or doubled, or its end cut off."""
    reader = draw(st.sampled_from(READERS))
    data = bytearray(good(reader.name))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(0, 40))
        piece = bytes(data[at : at + length])
        data[at : at + length] = (
            draw(st.sampled_from([b"", piece * 2])) if draw(st.booleans()) else draw(st.binary(max_size=40))
        )
    if draw(st.booleans()):
        del data[draw(st.integers(0, len(data))) :]
    return reader, bytes(data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(READERS), st.binary(max_size=400))
def test_random_bytes_never_crash(reader: Format, data: bytes) -> None:
    read_or_refused(reader, data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([reader for reader in READERS if reader.name in {"text", "markdown", "html", "csv"}]),
    st.text(max_size=300),
)
def test_random_text_never_crashes(reader: Format, text: str) -> None:
    read_or_refused(reader, text.encode("utf-8", "replace"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_damaged_files_never_crash(case: tuple[Format, bytes]) -> None:
    read_or_refused(*case)
