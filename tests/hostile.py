"""Hostile files, made by code: what a file can do to its reader, each kind once. Nothing of them is kept.

`FILES` has a function for each; a number in it is the size at which the file begins to hurt. `tests/fuzz.py` begins with
the small ones.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TypeAlias
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

Make: TypeAlias = Callable[[], bytes]

MB = 1_000_000
SENTENCE = "The old bridge over the river was closed in March. "
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def zipped(parts: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED if packed else ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def word_parts(body: str, *, styles: str = "", links: str = "", before: str = "", core: str = "") -> dict[str, bytes]:
    """The parts of a Word file; ``before`` stands between the XML declaration and the document."""
    declared = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    parts = {
        "[Content_Types].xml": f'{declared}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MIME}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_MIME}.styles+xml"/>'
        '<Override PartName="/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'{declared}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        + (
            f'<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="core.xml"/>'
            if core
            else ""
        )
        + "</Relationships>",
        "word/_rels/document.xml.rels": f'{declared}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/>{links}</Relationships>',
        "word/styles.xml": f'{declared}<w:styles xmlns:w="{_WORD}">{styles}</w:styles>',
        "word/document.xml": f'{declared}{before}<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"><w:body>{body}</w:body></w:document>',
    }
    if core:
        parts["core.xml"] = core
    return {name: content.encode("utf-8", "surrogatepass") for name, content in parts.items()}


def word(body: str, **parts: str) -> bytes:
    return zipped(word_parts(body, **parts))


def par(text: str = SENTENCE) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def nested(begin: str, inside: str, end: str, times: int) -> str:
    return begin * times + inside + end * times


def pdf(*objects: str | bytes, trailer: str = "/Root 1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1, without a table of where they are: the reader must look for them."""
    data = b"%PDF-1.7\n"
    for number, body in enumerate(objects, start=1):
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body.encode("latin-1") if isinstance(body, str) else body)
    return data + f"trailer << {trailer} >>\n%%EOF\n".encode("latin-1")


def stream(content: bytes, entries: str = "") -> bytes:
    return f"<< /Length {len(content)} {entries} >>\nstream\n".encode() + content + b"\nendstream"


def packed(content: bytes, entries: str = "", *, times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return stream(content, f"{entries} /Filter [{' /FlateDecode' * times}]")


FONT = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def page_of(content: bytes, *more: str | bytes, resources: str = FONT, page: str = "/MediaBox [0 0 612 792]") -> bytes:
    """A PDF of one page: its content is object 4, ``more`` objects are numbered from 5."""
    return pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} /Contents 4 0 R /Resources {resources} >>",
        content,
        *more,
    )


def shown(text: str = SENTENCE) -> bytes:
    return f"BT /F 12 Tf 72 700 Td ({text}) Tj ET\n".encode("latin-1")


def draws(content: bytes, number: int = 5) -> bytes:
    """A page that shows a sentence and draws what is object 5."""
    resources = (
        f"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /XObject << /X {number} 0 R >> >>"
    )
    return page_of(stream(shown() + b"/X Do\n"), content, resources=resources)


def form(content: bytes, number: int) -> bytes:
    return stream(
        content, f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {number} 0 R >> >>"
    )


def self_drawing() -> bytes:
    return draws(form(b"/X Do /X Do\n", 5))


def drawing_chain(length: int) -> bytes:
    """Each form draws the next one twice."""
    resources = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /XObject << /X 5 0 R >> >>"
    forms = [form(b"/X Do /X Do\n", number + 6) for number in range(length)]
    return page_of(stream(shown() + b"/X Do\n"), *forms, stream(shown()), resources=resources)


def tiling(step: str) -> bytes:
    """A page filled with a pattern of tiny tiles."""
    resources = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /Pattern << /T 5 0 R >> >>"
    entries = f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep {step} /YStep {step} /Resources << >>"
    fill = b"/Pattern cs /T scn 0 0 612 792 re f\n"
    return page_of(stream(shown() + fill), stream(b"0 0 .5 .5 re f\n", entries), resources=resources)


def many_pages(count: int, *, kids: str = "3 0 R ") -> bytes:
    return pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids * count}] /Count {count} >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources {FONT} >>",
        stream(shown()),
    )


def page_tree(*, depth: int, back: int) -> bytes:
    """Nodes of pages in each other; the last one leads back to an earlier one, or to a page for 0."""
    nodes = [
        f"<< /Type /Pages /Parent {max(1, number - 1)} 0 R /Kids [{number + 1} 0 R] /Count 1 >>"
        for number in range(2, depth + 2)
    ]
    if back:
        nodes[-1] = f"<< /Type /Pages /Kids [{back} 0 R] /Count 1 >>"
    page = (
        f"<< /Type /Page /Parent {depth + 1} 0 R /MediaBox [0 0 612 792] /Contents {depth + 3} 0 R /Resources {FONT} >>"
    )
    return pdf("<< /Type /Catalog /Pages 2 0 R >>", *nodes, page, stream(shown()))


def object_streams(count: int) -> bytes:
    """Streams of objects, each of which says that it continues the next, in a ring."""
    inside = b"7 0 8 3 9 6 <<>><<>><<>>"
    made = [
        packed(inside, f"/Type /ObjStm /N 3 /First 12 /Extends {5 + (number + 1) % count} 0 R")
        for number in range(count)
    ]
    return page_of(stream(shown()), *made)


def with_table(table: str, start: str) -> bytes:
    """A readable page, and a table of objects that leads astray."""
    data = page_of(stream(shown()))
    return data.replace(b"%%EOF", f"{table}\nstartxref\n{start}\n%%EOF".encode())


def table_ring() -> bytes:
    data = page_of(stream(shown()))
    at = len(data)
    ring = f"xref\n0 1\n0000000000 65535 f \ntrailer << /Root 1 0 R /Size 5 /Prev {at} >>\nstartxref\n{at}\n%%EOF\n"
    return data + ring.encode()


def outlines() -> bytes:
    return pdf(
        "<< /Type /Catalog /Pages 2 0 R /Outlines 5 0 R /Names << /Dests << /Kids [6 0 R] >> >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources {FONT} >>",
        stream(shown()),
        "<< /First 6 0 R /Last 6 0 R /Count 1 >>",
        "<< /Title (a) /Parent 6 0 R /First 6 0 R /Next 6 0 R /Prev 6 0 R /Kids [6 0 R] >>",
    )


def meanings(count: int) -> bytes:
    """A font whose glyphs each stand for many characters."""
    lines = "".join(f"<{glyph:02x}> <{'0041' * count}>\n" for glyph in range(32, 127))
    cmap = f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 95 beginbfchar\n{lines}endbfchar endcmap"
    font = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >> >> >>"
    return page_of(stream(shown() * 20), packed(cmap.encode()), resources=font)


def chained_styles(count: int) -> str:
    return "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="n{n}"/><w:basedOn w:val="s{(n + 1) % count}"/></w:style>'
        for n in range(count)
    )


def laughs(levels: int, *, of: int = 10) -> str:
    """Entities, each of which is the one before several times over."""
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * of}">' for n in range(1, levels))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]>'


def table(rows: int, cells: int) -> str:
    row = f"<w:tr>{f'<w:tc>{par()}</w:tc>' * cells}</w:tr>"
    return f"<w:tbl>{row * rows}</w:tbl>"


def html(body: str, head: str = "") -> bytes:
    return f"<html><head><title>T</title>{head}</head><body>{body}</body></html>".encode("utf-8", "surrogatepass")


def attributes(count: int) -> str:
    return " ".join(f"a{number}=1" for number in range(count))


def paragraphs(count: int) -> str:
    return f"<p>{SENTENCE}</p>" * count


def noise(length: int, signs: str) -> str:
    return "".join(random.Random(length).choices(signs, k=length))


def front(yaml: str) -> bytes:
    return f"---\n{yaml}\n---\n{SENTENCE}\n".encode()


def text(content: str, encoding: str = "utf-8") -> bytes:
    return content.encode(encoding, "surrogatepass")


FILES: dict[str, Make] = {
    # PDF
    "form-draws-itself.pdf": self_drawing,
    "forms-double-30-times.pdf": lambda: drawing_chain(30),
    "forms-nested-3000.pdf": lambda: drawing_chain(3_000),
    "tiles-tiny.pdf": lambda: tiling("0.001"),
    "tiles-of-no-step.pdf": lambda: tiling("0"),
    "pages-20000-one-object.pdf": lambda: many_pages(20_000),
    "pages-50000.pdf": lambda: many_pages(50_000),
    "pages-said-to-be-two-billion.pdf": lambda: many_pages(1).replace(b"/Count 1", b"/Count 2147483647"),
    "pages-said-to-be-fewer-than-none.pdf": lambda: many_pages(1).replace(b"/Count 1", b"/Count -1"),
    "page-tree-ring.pdf": lambda: page_tree(depth=5, back=2),
    "page-tree-deep.pdf": lambda: page_tree(depth=5_000, back=0),
    "page-tree-its-own-child.pdf": lambda: page_tree(depth=1, back=2),
    "outlines-ring.pdf": outlines,
    "box-huge.pdf": lambda: page_of(stream(shown()), page="/MediaBox [0 0 1e30 1e30]"),
    "box-empty.pdf": lambda: page_of(stream(shown()), page="/MediaBox [0 0 0 0]"),
    "box-upside-down-and-turned.pdf": lambda: page_of(stream(shown()), page="/MediaBox [612 792 0 0] /Rotate 45"),
    "box-of-words.pdf": lambda: page_of(stream(shown()), page="/MediaBox [(a) null << >> 3 0 R]"),
    "stream-of-zeros.pdf": lambda: page_of(packed(bytes(400 * MB))),
    "stream-packed-four-times.pdf": lambda: page_of(packed(bytes(300 * MB), times=4)),
    "stream-of-text-100-mb.pdf": lambda: page_of(packed(shown() * 1_500_000)),
    "stream-of-brackets.pdf": lambda: page_of(packed(b"[" * 5 * MB)),
    "stream-of-dictionaries.pdf": lambda: page_of(packed(b"<<" * 3 * MB)),
    "stream-of-saved-states.pdf": lambda: page_of(packed(b"q " * 5 * MB + shown())),
    "stream-of-curves.pdf": lambda: page_of(packed(b"1 2 3 4 5 6 c\n" * 1_000_000 + shown())),
    "stream-longer-than-the-file.pdf": lambda: page_of(stream(shown()).replace(b"/Length ", b"/Length 99999")),
    "stream-of-a-length-that-is-itself.pdf": lambda: page_of(b"<< /Length 4 0 R >>\nstream\n" + shown() + b"endstream"),
    "stream-filters-thousand.pdf": lambda: page_of(stream(shown(), f"/Filter [{'/ASCIIHexDecode ' * 1000}]")),
    "image-said-to-be-huge.pdf": lambda: draws(
        packed(
            bytes(1_000),
            "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8",
        )
    ),
    "object-streams-ring.pdf": lambda: object_streams(300),
    "arrays-in-arrays.pdf": lambda: page_of(stream(shown()), "[" * 500_000),
    "table-of-objects-ring.pdf": table_ring,
    "table-of-objects-outside.pdf": lambda: with_table("xref\n0 5\n9999999999 00000 n ", "99999999999999"),
    "table-of-objects-of-two-billion.pdf": lambda: with_table("xref\n0 2147483647\n", "600"),
    "glyphs-of-10000-characters.pdf": lambda: meanings(10_000),
    "letters-on-one-place.pdf": lambda: page_of(packed(b"BT /F 0 Tf 1 1 Td\n" + b"(a) Tj\n" * 300_000 + b"ET")),
    "lines-up-and-down.pdf": lambda: page_of(
        packed(
            b"BT /F 12 Tf "
            + b"".join(b"1 0 0 1 %d %d Tm (word) Tj\n" % (n % 600, n * 37 % 790) for n in range(60_000))
            + b"ET"
        )
    ),
    "text-that-runs.pdf": lambda: page_of(
        stream(shown("=cmd|' /C calc'!A0 <script>alert(1)</script> [31m".replace("(", "[").replace(")", "]")))
    ),
    "only-a-head.pdf": lambda: b"%PDF-1.7\n",
    "nothing-but-objects.pdf": lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * 1_000_000,
    # Word
    "zip-bomb.docx": lambda: zipped(word_parts(par()) | {"word/media/a.bin": bytes(400 * MB)}),
    "zip-of-many-parts.docx": lambda: zipped(word_parts(par()) | {f"word/p{n}.xml": b"<a/>" for n in range(30_000)}),
    "zip-says-less-than-it-holds.docx": lambda: (
        lambda data: data.replace((300 * MB).to_bytes(4, "little"), (9_000).to_bytes(4, "little"))
    )(zipped(word_parts(par()) | {"word/document.xml": bytes(300 * MB)})),
    "zip-parts-twice.docx": lambda: word(par()) + word(par("Another.")),
    "zip-ways-up.docx": lambda: zipped(
        word_parts(par()) | {"../../up.xml": b"<a/>", "/root.xml": b"<a/>", "C:\\a.xml": b"<a/>"}
    ),
    "zip-cut.docx": lambda: word(par())[:-30],
    "zip-no-parts.docx": lambda: zipped({}),
    "laughs.docx": lambda: word(par("&a9;"), before=laughs(10)),
    "laughs-wide.docx": lambda: word(par("&a2;" * 2_000), before=laughs(3, of=300)),
    "entity-outside.docx": lambda: word(par("&f;"), before='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
    "type-outside.docx": lambda: word(par(), before='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "links-outside.docx": lambda: word(
        par(),
        links=f'<Relationship Id="o" Type="{_OFFICE}/attachedTemplate" Target="http://127.0.0.1:9/t.dotm" TargetMode="External"/>',
    ),
    "links-up.docx": lambda: word(
        par(), links=f'<Relationship Id="o" Type="{_OFFICE}/image" Target="../../../etc/passwd"/>'
    ),
    "links-to-itself.docx": lambda: word(
        par(), links=f'<Relationship Id="o" Type="{_OFFICE}/image" Target="document.xml"/>'
    ),
    "links-50000.docx": lambda: word(
        par(),
        links="".join(
            f'<Relationship Id="o{n}" Type="t" Target="http://a/" TargetMode="External"/>' for n in range(50_000)
        ),
    ),
    "styles-ring-of-6000.docx": lambda: word(par(), styles=chained_styles(6_000)),
    "attributes-80000.docx": lambda: word(f"<w:p {attributes(80_000)}>{par()}</w:p>"),
    "spaces-of-names-20000.docx": lambda: word(
        f"<w:p {' '.join(f'xmlns:n{n}={chr(34)}u{n}{chr(34)}' for n in range(20_000))}/>{par()}"
    ),
    "controls-nested-200.docx": lambda: word(nested("<w:sdt><w:sdtContent>", par(), "</w:sdtContent></w:sdt>", 100)),
    "controls-nested-100000.docx": lambda: word(nested("<w:sdt>", par(), "</w:sdt>", 100_000)),
    "tables-nested-60.docx": lambda: word(nested("<w:tbl><w:tr><w:tc>", par(), "</w:tc></w:tr></w:tbl>", 60)),
    "boxes-nested-80.docx": lambda: word(
        nested("<w:p><w:r><w:pict><w:txbxContent>", par(), "</w:txbxContent></w:pict></w:r></w:p>", 60)
    ),
    "tables-5000.docx": lambda: word(table(1, 2) * 5_000),
    "cells-200000.docx": lambda: word(table(200, 1_000)),
    "paragraphs-100000.docx": lambda: word(par() * 100_000),
    "runs-300000.docx": lambda: word(f"<w:p>{'<w:r><w:t>a</w:t></w:r>' * 300_000}</w:p>"),
    "numbers-huge.docx": lambda: word(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="99999999999"/><w:numId w:val="-7"/></w:numPr><w:pStyle w:val="h"/></w:pPr>{par()}</w:p>{par()}',
        styles=f'<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading {"9" * 5_000}"/></w:style>',
    ),
    "text-30-million.docx": lambda: word(par("word " * 500_000) * 12),
    "properties-odd.docx": lambda: word(
        par(),
        core=f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>{"t" * MB}</dc:title><dcterms:created>99999-99-99</dcterms:created>'
        f"<cp:keywords>{',' * MB}</cp:keywords></cp:coreProperties>",
    ),
    # HTML
    "attributes-80000.html": lambda: html(f"<p {attributes(80_000)}>{SENTENCE}</p>"),
    "attribute-of-5-mb.html": lambda: html(f'<p class="{"a " * 2_500_000}">{SENTENCE}</p>'),
    "nested-100000.html": lambda: html(nested("<div>", SENTENCE, "</div>", 100_000)),
    "nested-200.html": lambda: html(nested("<div>", paragraphs(5), "</div>", 200)),
    "lists-nested-2000.html": lambda: html(nested("<ul><li>a", SENTENCE, "</li></ul>", 2_000)),
    "tables-nested-2000.html": lambda: html(nested("<table><tr><td>a", SENTENCE, "</td></tr></table>", 2_000)),
    "quotes-nested-2000.html": lambda: html(nested("<blockquote>a", SENTENCE, "</blockquote>", 2_000)),
    "fonts-never-closed.html": lambda: html("<b><i><font><a href=x>" * 20_000 + SENTENCE),
    "code-nested-300.html": lambda: html(nested("<pre><code>\n", SENTENCE, "</code></pre>", 300)),
    "tables-5000.html": lambda: html(f"<table><tr><td>{SENTENCE}</td></tr></table>" * 5_000),
    "cells-200000.html": lambda: html(f"<table><tr>{'<td>a</td>' * 200_000}</tr></table>{SENTENCE}"),
    "paragraphs-60000.html": lambda: html(paragraphs(60_000)),
    "comments-never-closed.html": lambda: html("<!--" * 500_000 + SENTENCE),
    "comments-200000.html": lambda: html("<!-- a -->" * 200_000 + SENTENCE),
    "cdata.html": lambda: html("<![CDATA[" * 100_000 + SENTENCE + "]]>"),
    "tags-never-closed.html": lambda: html("<" * 2 * MB + SENTENCE),
    "laughs.html": lambda: laughs(10).encode() + html(f"<p>&a9; {SENTENCE}</p>"),
    "entities-500000.html": lambda: html(f"<p>{'&amp;&#65;&zwnj;&nosuch;' * 100_000} {SENTENCE}</p>"),
    "entity-numbers.html": lambda: html(f"<p>&#0; &#xD800; &#x110000; &#99999999999999999999; {SENTENCE}</p>"),
    "scripts.html": lambda: html("<script>" * 100_000 + SENTENCE),
    "links-100000.html": lambda: html("<p>" + '<a href="/a">a</a> ' * 100_000 + SENTENCE),
    "dates-everywhere.html": lambda: html(
        paragraphs(9), "".join(f'<meta name="date" content="2020-{"1" * 50}">' for _ in range(20_000))
    ),
    "titles-20000.html": lambda: html(paragraphs(9), "<title>a</title>" * 20_000),
    "charset-none.html": lambda: b'<meta charset="utf-7"><p>+ADw-script+AD4- \xff\xfe ' + SENTENCE.encode(),
    "json-in-script.html": lambda: html(paragraphs(3), f'<script type="application/ld+json">{"[" * 100_000}</script>'),
    # Markdown
    "quotes-nested-5000.md": lambda: text("> " * 5_000 + "a\n" + SENTENCE),
    "quotes-nested-by-line.md": lambda: text("".join(">" * n + " a\n" for n in range(1, 1_500)) + SENTENCE),
    "lists-nested-1000.md": lambda: text("".join("  " * n + "- a\n" for n in range(1_000)) + SENTENCE),
    "lists-in-one-line.md": lambda: text("- " * 50_000 + SENTENCE),
    "emphasis-flood.md": lambda: text(f"# {'*a **a _a __a ' * 60_000}\n\n{SENTENCE}"),
    "emphasis-in-short-headings.md": lambda: text(
        "# " + "*a_" * 160 + "\n\n" + SENTENCE + ("\n\n# " + "**a*_" * 98) * 500
    ),
    "links-flood.md": lambda: text("[" * 100_000 + SENTENCE + "](" * 100_000),
    "references-flood.md": lambda: text("".join(f"[a{n}]: /b\n" for n in range(100_000)) + SENTENCE + "[a1]" * 100_000),
    "references-never-closed.md": lambda: text("[a]: <" * 50_000 + "\n" + SENTENCE),
    "ticks-of-all-lengths.md": lambda: text("".join("`" * n + " a " for n in range(1, 1_500)) + SENTENCE),
    "html-blocks-never-closed.md": lambda: text("<!-- a\n\n<div>\n" * 60_000 + SENTENCE),
    "tables-wide.md": lambda: text("|a" * 50_000 + "\n" + "|-" * 50_000 + "\n" + SENTENCE),
    "headings-100000.md": lambda: text("# a\n" * 100_000 + SENTENCE),
    "backslashes.md": lambda: text("\\" * 1_000_000 + SENTENCE),
    "front-anchors.md": lambda: front("a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [{'*a,' * 9}*a]\n" for n in range(500))),
    "front-laughs.md": lambda: front(
        "a0: &a0 [ha]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 30))
    ),
    "front-nested.md": lambda: front("a: " + "[" * 30_000),
    "front-makes-objects.md": lambda: front('a: !!python/object/apply:os.system ["touch ran"]'),
    "front-never-closed.md": lambda: text("---\n" + "a: b\n" * 300_000),
    # text
    "line-of-200-mb.txt": lambda: b"a " * 100 * MB,
    "line-of-4-mb-one-word.txt": lambda: b"a" * 4 * MB,
    "line-of-2-mb-words.txt": lambda: text(SENTENCE * 40_000),
    "quotes-never-closed.txt": lambda: text("“a " * 300_000),
    "full-stops-of-chinese.txt": lambda: text("中。" * 100_000),
    "lines-of-200000.txt": lambda: text(f"{SENTENCE}\n" * 60_000),
    "scraps-300000.txt": lambda: text("a\n\n" * 100_000),
    "brackets-open.txt": lambda: text("(AB " * 200_000 + SENTENCE),
    "brackets-flood.txt": lambda: text("Aa Bb (AB) " * 60_000),
    "also-known-as-flood.txt": lambda: text("Aa also known as Bb " * 40_000),
    "accents-on-one-letter.txt": lambda: text("a" + "\u0301" * 500_000 + " " + SENTENCE),
    "words-of-apostrophes.txt": lambda: text("a'" * 300_000 + " " + SENTENCE),
    "numbers-flood.txt": lambda: text("one hundred and 1,000.5 % of " * 20_000),
    "invisible.txt": lambda: text("\u200b\u200d\u2060\ufeff" * 100_000 + SENTENCE),
    "written-backwards.txt": lambda: text(f"\u202e{SENTENCE}\u202c\u2066\u2067{SENTENCE}" * 2_000),
    "line-ends-of-all-kinds.txt": lambda: text(f"{SENTENCE}\r\r\n\n\r\u2028\u2029\x0b\x0c\x85" * 5_000),
    "noughts.txt": lambda: text((SENTENCE + "\0" * 60) * 100),
    "half-an-emoji.txt": lambda: text(f"{SENTENCE}\ud83d" * 100),
    "marks-of-order-inside.txt": lambda: text(f"\ufeff\ufeff{SENTENCE}\ufeff" * 100),
    "utf-16-odd.txt": lambda: text(SENTENCE * 100, "utf-16") + b"a",
    "utf-32-beyond.txt": lambda: b"\xff\xfe\0\0" + b"\xff\xff\xff\x7f" * 100,
    "letters-by-chance.txt": lambda: text(noise(600_000, "abcABC .\n,;-'\"()[]“”1!?")),
    "bytes-by-chance.txt": lambda: random.Random(1).randbytes(300_000),
    "old-letters-by-chance.txt": lambda: bytes(random.Random(1).choices(b"\xe0\xe8\xf2 \n\xff\x81\x8d", k=300_000)),
    "steers-the-terminal.txt": lambda: text(f"\x1b[2J\x1b]0;owned\x07{SENTENCE}" * 10),
}

SLOW = frozenset(
    name
    for name in FILES
    if name.startswith(("form", "pages-", "stream-", "glyphs-", "zip-bomb", "zip-says", "line-of-200"))
)
"""Files that take seconds to make, or that only a limit ends."""
