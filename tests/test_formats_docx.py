from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK

from embeddings.errors import UnreadableFile
from embeddings.formats.docx.reader import read
from embeddings.types import Metadata


def made(build: Callable[[WordDocument], object]) -> bytes:
    """The bytes of a document made by python-docx."""
    document = Document()
    build(document)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def with_body(xml: str) -> bytes:
    """A document whose body is this XML, in which the prefix w is known."""
    return replaced(
        "word/document.xml",
        lambda part: part[: part.index(b"<w:body>")] + f"<w:body>{xml}</w:body></w:document>".encode(),
    )


def replaced(name: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """A good document with one part changed, or left out for None."""
    target = BytesIO()
    good = made(lambda document: document.add_paragraph("Text"))
    with ZipFile(BytesIO(good)) as source, ZipFile(target, "w", ZIP_DEFLATED) as package:
        for part in source.namelist():
            content = change(source.read(part)) if part == name else source.read(part)
            if content is not None:
                package.writestr(part, content)
    return target.getvalue()


def article(document: WordDocument) -> None:
    document.add_heading("On bridges", 0)
    document.add_heading("Why", 1)
    paragraph = document.add_paragraph("They ")
    paragraph.add_run("are").bold = True
    run = paragraph.add_run(" old.")
    run.add_break()
    run.add_text("And\tnarrow.")
    run.add_break(WD_BREAK.PAGE)
    document.add_paragraph("")
    table = document.add_table(rows=3, cols=3)
    for place, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"c{place}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "tall"
    document.add_heading("Then", 3)
    document.add_paragraph("The end.", style="List Bullet")
    properties = document.core_properties
    properties.title, properties.author, properties.keywords = "Bridges", "Jane Doe", "roads, bridges; roads"
    properties.created = datetime(2021, 3, 4, 5, 6, tzinfo=UTC)


def test_paragraphs_headings_and_rows() -> None:
    parsed = read(made(article))
    assert parsed.text.split("\n\n") == [
        *(
            "On bridges",
            "Why",
            "They are old.\nAnd\tnarrow.",
            "wide | c2",
            "c3 | c4 | tall",
            "c6 | c7 | tall",
            "Then",
            "The end.",
        ),
    ]
    slices = [(heading.level, heading.text, parsed.text[heading.start : heading.end]) for heading in parsed.headings]
    assert slices == [(1, "On bridges", "On bridges"), (1, "Why", "Why"), (3, "Then", "Then")]
    assert parsed.title == "Bridges"
    assert parsed.metadata == Metadata(author="Jane Doe", date="2021-03-04", tags=("roads", "bridges"))


def test_without_a_title_property_the_first_heading_is_the_title() -> None:
    assert read(made(lambda document: document.add_heading("Head", 1))).title == "Head"


def test_insertions_controls_and_boxes_are_text_and_deletions_are_not() -> None:
    parsed = read(
        with_body(
            "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
            "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:r><w:noBreakHyphen/><w:t>er</w:t><w:instrText>PAGE</w:instrText>"
            "</w:r></w:p>"
            "<w:p><w:r><w:t>before</w:t><w:pict><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></w:pict>"
            "<w:t> after</w:t></w:r></w:p>"
        )
    )
    assert parsed.text == "In a control\n\nnew-er\n\nbefore after\n\nboxed"


def test_a_box_within_a_box_is_text() -> None:
    box = "<w:p><w:r><w:t>{}</w:t><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>"
    assert read(with_body(box.format("a", box.format("b", box.format("c", ""))))).text == "a\n\nb\n\nc"


@pytest.mark.parametrize("number", ["9" * 5_000, "0", "٣", "²"])
def test_a_style_named_like_a_heading_of_an_odd_number_is_none(number: str) -> None:
    style = f'<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading {number}"/></w:style>'.encode()
    parsed = read(replaced("word/styles.xml", lambda part: part.replace(b"</w:styles>", style + b"</w:styles>")))
    assert parsed.text == "Text"


def test_old_and_protected_files_are_named() -> None:
    with pytest.raises(UnreadableFile, match=r"an old \.doc or protected by a password"):
        read(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(100))


@pytest.mark.parametrize("data", [b"hello", made(article)[:5000]])
def test_what_is_no_archive_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="it is no readable zip archive"):
        read(data)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("word/document.xml", lambda _: None),
        ("word/document.xml", lambda part: part[:-20]),
        ("word/document.xml", lambda _: b"<a/>"),
        ("[Content_Types].xml", lambda _: None),
        ("[Content_Types].xml", lambda part: part.replace(b"document.main", b"template.main")),
        ("_rels/.rels", lambda _: b""),
        ("word/styles.xml", lambda _: b"<"),
    ],
)
def test_a_damaged_document_is_unreadable(part: str, change: Callable[[bytes], bytes | None]) -> None:
    with pytest.raises(UnreadableFile, match="the Word document is damaged"):
        read(replaced(part, change))


def test_a_zip_bomb_is_not_unpacked() -> None:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("word/document.xml", bytes(301 * 1024 * 1024))
    with pytest.raises(UnreadableFile, match="unpacked it would take 301 MiB, more than the 300 MiB allowed"):
        read(target.getvalue())


def test_six_thousand_styles_each_based_on_the_next_are_read_in_the_time_of_one_look_at_each() -> None:
    style = '<w:style w:type="paragraph" w:styleId="s{}"><w:name w:val="s{}"/><w:basedOn w:val="s{}"/></w:style>'
    chain = "".join(style.format(number, number, number + 1) for number in range(6000)).encode()
    data = replaced("word/styles.xml", lambda part: part.replace(b"</w:styles>", chain + b"</w:styles>"))
    began = time.process_time()
    assert read(data).text == "Text"
    assert time.process_time() - began < 20  # it took minutes
