from __future__ import annotations

from collections.abc import Mapping

import pytest
from packages import BOMB, packed, zeros

from embeddings.errors import UnreadableFile
from embeddings.formats.packed.epub import read
from embeddings.types import Metadata

CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
SAID = (
    "<dc:title>Losses of 2021</dc:title><dc:creator>Jane Doe</dc:creator><dc:creator>Omar Khan</dc:creator>"
    "<dc:date>2021-03-04T05:06:07Z</dc:date><dc:publisher>Daily</dc:publisher><dc:subject>war</dc:subject><dc:subject>law</dc:subject>"
)


def chapter(body: str, head: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title/>{head}</head><body>{body}</body></html>"
    )


def book(
    *chapters: str, more: Mapping[str, str] | None = None, items: str = "", said: str = SAID, dtd: str = ""
) -> bytes:
    """A book whose parts are listed in another order than they are read in."""
    listed = [
        f'<item id="c{at}" href="text/c%20{at}.xhtml" media-type="application/xhtml+xml"/>'
        for at, _ in enumerate(chapters)
    ]
    spine = "".join(f'<itemref idref="c{at}"/>' for at, _ in enumerate(chapters))
    description = (
        f'{dtd}<package xmlns:dc="urn:dc"><metadata>{said}</metadata><manifest>{"".join(reversed(listed))}{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": description,
            **{f"OEBPS/text/c {at}.xhtml": content for at, content in enumerate(chapters)},
            **(more or {}),
        },
        stored="mimetype",
    )


def test_chapters_are_read_whole_in_the_order_of_reading() -> None:
    one = chapter(
        "<h1>On bridges</h1><p>They are old.<br/>And <i>narrow</i>.</p><script>x</script><!-- y --><a id='p2'/><p>So.</p>"
    )
    two = chapter(
        "<h2>Why</h2><ul><li>Rain</li></ul><table><tr><td>Farah</td><td>58</td></tr></table><aside>Note.</aside>"
    )
    parsed = read(book(one, two))
    assert parsed.text.split("\n\n") == [
        *("On bridges", "They are old.\nAnd narrow.", "So.", "Why", "Rain", "Farah | 58", "Note.")
    ]
    assert [(heading.level, heading.text) for heading in parsed.headings] == [(1, "On bridges"), (2, "Why")]
    assert parsed.title == "Losses of 2021"
    assert parsed.metadata == Metadata("Jane Doe, Omar Khan", "2021-03-04", "Daily", None, ("war", "law"))
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("item", "contents"),
    [
        (
            '<item id="nav" href="toc/nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
            chapter(
                '<nav><ol><li><a href="../text/c%200.xhtml#x">One  rain</a></li><li><a href="../text/c%201.xhtml">Two</a></li></ol></nav>'
            ),
        ),
        (
            '<item id="ncx" href="toc/nav.xhtml" media-type="application/x-dtbncx+xml"/>',
            (
                "<ncx><navMap><navPoint><navLabel><text>One rain</text></navLabel><content src='../text/c%200.xhtml'/></navPoint>"
                "<navPoint><navLabel><text>Two</text></navLabel><content src='../text/c%201.xhtml'/></navPoint></navMap></ncx>"
            ),
        ),
    ],
)
def test_a_chapter_without_a_heading_has_its_name_in_the_table_of_contents(item: str, contents: str) -> None:
    parsed = read(
        book(
            chapter("<p>It rains.</p>"),
            chapter("<p>TWO</p><p>No.</p>"),
            items=item,
            more={"OEBPS/toc/nav.xhtml": contents},
        )
    )
    assert parsed.text.split("\n\n") == ["One rain", "It rains.", "TWO", "No."]
    assert [heading.text for heading in parsed.headings] == ["One rain", "TWO"]


def test_marks_are_told_from_numbers_and_hidden_parts_are_counted() -> None:
    sheet = ".up { position: relative; top: -0.33em; font-size: 0.58em } .draft { display: none }"
    body = '<p>killed 47<span class="up">12</span> men, 9<sup><a href="#n">3</a></sup>.</p><p class="draft">Karim.</p>'
    item = '<item id="css" href="a.css" media-type="text/css"/>'
    parsed = read(book(chapter(body), chapter('<p hidden="">x</p><p>y</p>'), items=item, more={"OEBPS/a.css": sheet}))
    assert parsed.text == "killed 47[12] men, 9[3].\n\ny"
    assert parsed.notes == ("left out 2 hidden parts",)


def test_chapters_that_are_missing_are_counted() -> None:
    data = book(chapter("<p>One.</p>"), items='<item id="nav" href="gone.xhtml" media-type="application/xhtml+xml"/>')
    assert read(data).notes == ("1 chapters are missing in the file",)


def test_a_book_that_is_protected_is_refused_and_one_with_hidden_fonts_is_read() -> None:
    def locked(part: str) -> Mapping[str, str]:
        return {"META-INF/encryption.xml": f'<encryption><CipherReference URI="{part}"/></encryption>'}

    assert read(book(chapter("<p>One.</p>"), more=locked("OEBPS/fonts/a.otf"))).text == "One."
    with pytest.raises(UnreadableFile, match="protected against copying; only the shop's own program can open it"):
        read(book("\x01\x02", more=locked("OEBPS/text/c%200.xhtml")))


def test_other_files_are_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match=r"it is not a \.epub, or only a part of one"):
        read(book(chapter("<p>One.</p>"))[:-30])
    with pytest.raises(UnreadableFile, match=r"it is not a \.epub; give it the suffix"):
        read(packed({"word/document.xml": "<document/>"}))
    with pytest.raises(UnreadableFile, match="what describes it is missing; get it anew"):
        read(packed({"META-INF/container.xml": CONTAINER}))
    with pytest.raises(UnreadableFile, match="unpacked it would take 320 MiB"):
        read(zeros("META-INF/container.xml"))
    with pytest.raises(UnreadableFile, match="damaged"):
        read(book(chapter("<p>One.</p>"), said="<dc:title>&i;</dc:title>", dtd=f"{BOMB}]>"))
