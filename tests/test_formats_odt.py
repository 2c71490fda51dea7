from __future__ import annotations

import pytest
from packages import BOMB, packed, zeros

from embeddings.errors import UnreadableFile
from embeddings.formats.odt.reader import read
from embeddings.types import Metadata

SPACES = " ".join(
    f'xmlns:{name}="urn:{name}"'
    for name in ("office", "text", "table", "style", "draw", "form", "dc", "meta", "svg", "xlink")
)
META = (
    "<dc:title>Losses of 2021</dc:title><meta:initial-creator>Jane Doe</meta:initial-creator><dc:creator>Omar</dc:creator>"
    "<meta:creation-date>2021-03-04T05:06:07</meta:creation-date><meta:keyword>war</meta:keyword><meta:keyword>losses</meta:keyword>"
)


def part(content: str, root: str) -> str:
    return f"<office:{root} {SPACES}>{content}</office:{root}>"


def odt(text: str, *, styles: str = "", named: str = "", pages: str = "", meta: str = META, dtd: str = "") -> bytes:
    """A text; ``styles`` are its automatic styles, ``named`` those with a name, ``pages`` what stands around pages."""
    body = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{text}</office:text></office:body>"
    around = f"<office:styles>{named}</office:styles><office:master-styles>{pages}</office:master-styles>"
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": dtd + part(body, "document-content"),
            "styles.xml": part(around, "document-styles"),
            "meta.xml": part(f"<office:meta>{meta}</office:meta>", "document-meta"),
        },
        stored="mimetype",
    )


def style(name: str, properties: str = "", *, family: str = "text", parent: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name="{parent}">'
        f"<style:text-properties {properties}/></style:style>"
    )


def lines(text: str, *, styles: str = "", named: str = "") -> list[str]:
    return read(odt(text, styles=styles, named=named)).text.split("\n\n")


def test_paragraphs_headings_and_what_the_document_says_of_itself() -> None:
    parsed = read(
        odt(
            '<text:h text:outline-level="2">Why</text:h><text:p>They <text:span>are</text:span>\n   old.<text:line-break/>'
            'And<text:tab/>narrow,<text:s text:c="3"/>too.</text:p><text:p/><text:section><text:p>End.</text:p></text:section>'
        )
    )
    assert parsed.text.split("\n\n") == ["Why", "They are old.\nAnd\tnarrow,   too.", "End."]
    assert [(heading.level, heading.text) for heading in parsed.headings] == [(2, "Why")]
    assert parsed.title == "Losses of 2021"
    assert parsed.metadata == Metadata("Jane Doe", "2021-03-04", tags=("war", "losses"))


def test_a_paragraph_in_the_style_of_titles_is_the_title_where_none_is_stated() -> None:
    own = style("P1", family="paragraph", parent="Title")
    data = odt(
        '<text:p text:style-name="P1">On bridges</text:p>',
        styles=own,
        named=style("Title", family="paragraph"),
        meta="",
    )
    assert read(data).title == "On bridges"


def test_changes_are_taken_as_accepted() -> None:
    gone = "<text:tracked-changes><text:changed-region><text:deletion><text:p>forty</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    text = '<text:p>All <text:change text:change-id="a"/><text:change-start/>fifty<text:change-end/> died.</text:p>'
    assert lines(gone + text) == ["All fifty died."]


def test_hidden_text_is_left_out_and_counted() -> None:
    hides = style("T1", 'text:display="none"') + style("P1", 'text:display="none"', family="paragraph")
    parsed = read(
        odt(
            '<text:p>Open.<text:span text:style-name="T1"> The witness is Karim.</text:span></text:p>'
            '<text:p text:style-name="P1">A draft<text:note><text:note-body><text:p>Note.</text:p></text:note-body></text:note></text:p>'
            '<text:section text:display="none"><text:p>More.</text:p></text:section>'
            "<text:p>Shown<text:hidden-text>secret</text:hidden-text></text:p>"
            '<text:p><text:hidden-paragraph text:is-hidden="true"/>Gone.</text:p>',
            styles=hides,
        )
    )
    assert parsed.text.split("\n\n") == ["Open.", "Shown"]
    assert parsed.notes == ("left out 5 hidden parts",)


def test_notes_comments_and_boxes_follow_the_paragraph() -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>12</text:note-citation>'
        "<text:note-body><text:p>Counted</text:p><text:p>by hand.</text:p></text:note-body></text:note>"
    )
    comment = "<office:annotation><dc:creator>Omar</dc:creator><dc:date>2021</dc:date><text:p>Is it?</text:p></office:annotation>"
    box = (
        "<draw:frame><draw:text-box><text:p>Beside.</text:p></draw:text-box><svg:title>picture</svg:title></draw:frame>"
    )
    text = f"<text:p>killed 47{note} men{comment}{box}.</text:p><text:p>Next.</text:p>"
    assert lines(text) == [
        *("killed 47[12] men.", "[12] Counted by hand.", "[Comment by Omar] Is it?", "Beside.", "Next.")
    ]


@pytest.mark.parametrize(
    ("position", "text"),
    [("super 58%", "47[12] men"), ("33% 58%", "47[12] men"), ("0% 100%", "4712 men"), ("sub 58%", "47[12] men")],
)
def test_raised_and_lowered_marks_are_told_from_the_text(position: str, text: str) -> None:
    raised = style("T1", f'style:text-position="{position}"')
    assert lines('<text:p>47<text:span text:style-name="T1">12</text:span> men</text:p>', styles=raised) == [text]


LIST = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-prefix="Article " '
    'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" '
    'text:display-levels="2"/><text:list-level-style-bullet text:level="3"/></text:list-style>'
)


def item(text: str, inner: str = "", more: str = "") -> str:
    return f"<text:list-item {more}><text:p>{text}</text:p>{inner}</text:list-item>"


def test_automatic_numbers_stand_before_their_paragraphs() -> None:
    bullet = f"<text:list>{item('bullet')}</text:list>"
    inner = f"<text:list>{item('deeper', bullet)}{item('and')}</text:list>"
    first = f'<text:list text:style-name="L">{item("One.", inner)}{item("Two.")}</text:list>'
    more = f'<text:list text:style-name="L" text:continue-numbering="true">{item("Three.")}</text:list>'
    anew = f'<text:list text:style-name="L">{item("Seven.", more=chr(32) + "text:start-value=" + chr(34) + "7" + chr(34))}</text:list>'
    assert lines(f"{first}<text:p>Between.</text:p>{more}{anew}", styles=LIST) == [
        *("Article 1. One.", "1.a) deeper", "bullet", "1.b) and", "Article 2. Two.", "Between."),
        *("Article 3. Three.", "Article 7. Seven."),
    ]


def test_numbers_of_headings() -> None:
    outline = (
        '<text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/>'
        '<text:outline-level-style text:level="2" style:num-format="1" style:num-list-format="%1%/%2%:"/></text:outline-style>'
    )
    text = "".join(
        f'<text:h text:outline-level="{level}">{word}</text:h>' for level, word in ((1, "One"), (2, "Sub"), (1, "Two"))
    )
    parsed = read(odt(f"{text}<text:p>End.</text:p>", named=outline))
    assert [heading.text for heading in parsed.headings] == ["I. One", "I/1: Sub", "II. Two"]


def test_tables_are_rows() -> None:
    def row(*cells: str, more: str = "") -> str:
        inner = "".join(f"<table:table-cell><text:p>{one}</text:p></table:table-cell>" for one in cells)
        return f"<table:table-row {more}>{inner}<table:covered-table-cell/></table:table-row>"

    head = f"<table:table-header-rows>{row('Province', 'Killed')}</table:table-header-rows>"
    hidden = row("x", more='table:visibility="collapse"')
    parsed = read(odt(f"<table:table>{head}{row('Farah', '58')}{hidden}</table:table>"))
    assert parsed.text.split("\n\n") == ["Province | Killed", "Farah | 58"]
    assert parsed.notes == ("left out 1 hidden parts",)


def test_values_of_forms_stand_in_the_text() -> None:
    forms = (
        '<office:forms><form:form><form:checkbox form:id="c" form:current-state="checked" form:label="Yes"/>'
        '<form:text form:id="t" form:current-value="Farah"/></form:form></office:forms>'
    )
    text = '<text:p><draw:control draw:control="c"/> in <draw:control draw:control="t"/></text:p>'
    assert lines(forms + text) == ["☒ Yes in Farah"]


def test_what_stands_around_the_pages_is_read_once_without_page_numbers() -> None:
    header = "<style:header><text:p>File 18/C, Zaranj, 3 June</text:p></style:header>"
    footer = "<style:footer><text:p>Page <text:page-number>1</text:page-number> of 9</text:p></style:footer>"
    page = f"<style:master-page>{header}{footer}</style:master-page>"
    assert read(odt("<text:p>Text.</text:p>", pages=page * 2)).text == "File 18/C, Zaranj, 3 June\n\nText."


def test_other_files_are_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match=r"it is not a \.odt, or only a part of one"):
        read(odt("<text:p>Text</text:p>")[:-30])
    with pytest.raises(UnreadableFile, match=r"it is not a \.odt; give it the suffix"):
        read(packed({"content.xml": part("<office:body><office:spreadsheet/></office:body>", "document-content")}))
    with pytest.raises(UnreadableFile, match=r"protected by a password; save it as \.odt without password"):
        read(packed({"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>", "content.xml": b"\x01\x02"}))
    with pytest.raises(UnreadableFile, match=r"the \.odt file is damaged \(XMLSyntaxError\)"):
        read(packed({"content.xml": "<office"}))
    with pytest.raises(UnreadableFile, match="unpacked it would take 320 MiB"):
        read(zeros("content.xml"))
    with pytest.raises(UnreadableFile, match="damaged"):
        read(odt("<text:p>Text&i;</text:p>", dtd=f"{BOMB}]>"))
