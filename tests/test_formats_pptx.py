from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from packages import BOMB, CORE, SAID, packed, relations, zeros

from embeddings.errors import UnreadableFile
from embeddings.formats.packed.pptx import read
from embeddings.types import Metadata

WIDTH, HEIGHT = 1000, 800


def paragraphs(*texts: str) -> str:
    return "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in texts)


def box(*texts: str, at: tuple[int, int] | None = None, kind: str = "", hidden: str = "0", xml: str = "") -> str:
    """A shape with paragraphs, 300 wide and 100 high; ``kind`` is that of its placeholder."""
    place = f'<a:xfrm><a:off x="{at[0]}" y="{at[1]}"/><a:ext cx="300" cy="100"/></a:xfrm>' if at else ""
    holder = f'<p:ph type="{kind}" idx="{len(kind)}"/>' if kind else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x" hidden="{hidden}"/><p:nvPr>{holder}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}</p:spPr><p:txBody>{paragraphs(*texts)}{xml}</p:txBody></p:sp>"
    )


def tree(*shapes: str, root: str = "sld", show: str = "1") -> str:
    spaces = 'xmlns:p="urn:p" xmlns:a="urn:a" xmlns:r="urn:r" xmlns:mc="urn:mc"'
    return f'<p:{root} {spaces} show="{show}"><p:cSld><p:spTree>{"".join(shapes)}</p:spTree></p:cSld></p:{root}>'


def presentation(
    *slides: str, beside: Sequence[tuple[str, str, str]] = (), more: Mapping[str, str] | None = None
) -> bytes:
    """A presentation; ``beside`` are relations of the first slide."""
    listed = "".join(f'<p:sldId id="{256 + at}" r:id="s{at}"/>' for at, _ in enumerate(slides))
    return packed(
        {
            "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": '<p:presentation xmlns:p="urn:p" xmlns:r="urn:r">'
            f'<p:sldIdLst>{listed}</p:sldIdLst><p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/></p:presentation>',
            "ppt/_rels/presentation.xml.rels": relations(
                *((f"s{at}", "slide", f"slides/{at}.xml") for at, _ in enumerate(slides)),
                ("a", "commentAuthors", "a.xml"),
            ),
            "ppt/a.xml": '<authors><author id="0" name="Omar"/></authors>',
            "ppt/slides/_rels/0.xml.rels": relations(*beside),
            "docProps/core.xml": CORE.format(SAID),
            **{f"ppt/slides/{at}.xml": slide for at, slide in enumerate(slides)},
            **(more or {}),
        }
    )


def lines(*shapes: str) -> list[str]:
    return read(presentation(tree(*shapes))).text.split("\n\n")


def test_slides_have_places_and_titles_are_headings() -> None:
    one = tree(box("Two died.", "Nine live."), box("Losses", "of March", kind="title"))
    parsed = read(presentation(one, tree(box("A hidden slide."), show="0"), tree(box("The end of it all."))))
    assert parsed.text.split("\n\n") == ["Losses of March", "Two died.", "Nine live.", "The end of it all."]
    assert [(page.label, parsed.text[page.start : page.end][:6]) for page in parsed.pages] == [
        ("slide 1", "Losses"),
        ("slide 3", "The en"),
    ]
    assert [(heading.level, heading.text) for heading in parsed.headings] == [(1, "Losses of March")]
    assert (parsed.title, parsed.metadata) == (
        "Losses of 2021",
        Metadata("Jane Doe", "2021-03-04", tags=("war", "losses")),
    )
    assert parsed.notes == ("left out 1 hidden slide",)


def test_boxes_are_read_from_top_to_bottom_and_from_left_to_right() -> None:
    grouped = (
        '<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="600"/><a:ext cx="900" cy="100"/></a:xfrm></p:grpSpPr>'
        f"{box('Sixth.', at=(500, 0))}{box('Fifth.', at=(0, 0))}</p:grpSp>"
    )
    shapes = [
        *(grouped, box("Fourth.", at=(600, 340)), box("Third.", at=(600, 210)), box("Second.", at=(10, 220))),
        box("First.", at=(0, 20)),
    ]
    assert lines(*shapes) == ["First.", "Second.", "Third.", "Fourth.", "Fifth.", "Sixth."]


def test_a_placeholder_stands_where_the_layout_puts_it() -> None:
    layout = tree(box(at=(0, 500), kind="body"), box(at=(0, 10), kind="subTitle"), root="sldLayout")
    slide = tree(box("Below.", kind="body"), box("Middle.", at=(0, 250)), box("Above.", kind="subTitle"))
    data = presentation(slide, beside=[("l", "slideLayout", "../l.xml")], more={"ppt/l.xml": layout})
    assert read(data).text.split("\n\n") == ["Above.", "Middle.", "Below."]


def test_without_a_title_a_short_first_text_is_the_heading() -> None:
    parsed = read(presentation(tree(box("One", kind="title"), box("x y")), tree(box("Two"), box("Text.", at=(0, 200)))))
    assert [heading.text for heading in parsed.headings] == ["One", "Two"]
    assert read(presentation(tree(box("Only this.")))).headings == ()


def test_what_is_not_shown_is_left_out_and_counted() -> None:
    parsed = read(
        presentation(
            tree(
                box("Shown.", at=(0, 0)),
                box("Parked.", at=(-400, 0)),
                box("Parked.", at=(0, HEIGHT)),
                box("Hidden.", hidden="1"),
                box("7", kind="sldNum"),
                '<p:graphicFrame><a:graphic><c:chart xmlns:c="urn:c"/></a:graphic></p:graphicFrame>',
            )
        )
    )
    assert parsed.text == "Shown."
    assert parsed.notes == ("left out 2 outlying texts, 1 hidden shape, 1 chart",)


def test_what_repeats_below_the_slides_is_read_once_and_slides_of_pictures_are_named() -> None:
    footer = box("Ministry, 3 March", kind="ftr")
    parsed = read(presentation(tree(box("One."), footer), tree(box("Two."), footer), tree("<p:pic/>")))
    assert parsed.text.split("\n\n") == ["One.", "Ministry, 3 March", "Two."]
    assert parsed.notes == ("no text on slide 3: perhaps pictures",)


def test_tables_are_rows_and_diagrams_paragraphs() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<a:tc {more}><a:txBody>{paragraphs(text)}</a:txBody></a:tc>"

    rows = [cell("Farah") + cell("58") + cell("", 'hMerge="1"'), cell("Kunar") + cell("77") + cell("9")]
    table = "".join(f"<a:tr>{row}</a:tr>" for row in rows)
    frames = [f"<p:graphicFrame><a:tbl>{table}</a:tbl></p:graphicFrame>"]
    frames += ['<p:graphicFrame><d:relIds xmlns:d="urn:d" r:dm="d"/></p:graphicFrame>']
    points = f'<d:pt><d:t>{paragraphs("Chief")}</d:t></d:pt><d:pt type="parTrans"><d:t>{paragraphs("x")}</d:t></d:pt>'
    diagram = f'<d:model xmlns:d="urn:d" xmlns:a="urn:a">{points}</d:model>'
    data = presentation(tree(*frames), beside=[("d", "diagramData", "../d.xml")], more={"ppt/d.xml": diagram})
    assert read(data).text.split("\n\n") == ["Farah | 58", "Kunar | 77 | 9", "Chief"]


def test_notes_and_comments_follow_the_slide_and_say_what_they_are() -> None:
    notes = tree(box("Ask Omar.", "Twice.", kind="body"), box("1", kind="sldNum"), root="notes")
    comments = '<p:cmLst xmlns:p="urn:p"><p:cm authorId="0"><p:text>Is it so?</p:text></p:cm></p:cmLst>'
    data = presentation(
        tree(box("Two died.")),
        tree(box("The end.")),
        beside=[("c", "comments", "../c.xml"), ("n", "notesSlide", "../n.xml")],
        more={"ppt/n.xml": notes, "ppt/c.xml": comments},
    )
    parsed = read(data)
    assert parsed.text.split("\n\n") == [
        *("Two died.", "[Notes] Ask Omar.", "[Notes] Twice.", "[Comment by Omar] Is it so?", "The end.")
    ]
    assert [page.label for page in parsed.pages] == ["slide 1", "slide 2"]


def test_raised_marks_breaks_and_alternatives() -> None:
    runs = (
        '<a:p><a:r><a:t>killed 47</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>12</a:t></a:r><a:r><a:t> men</a:t></a:r>'
        '<a:br/><a:r><a:rPr baseline="0"/><a:t>CO</a:t></a:r><a:r><a:rPr baseline="-25%"/><a:t>2</a:t></a:r></a:p>'
    )
    either = f"<mc:AlternateContent><mc:Choice>{box('New.')}</mc:Choice><mc:Fallback>{box('Old.')}</mc:Fallback>"
    assert lines(f"{either}</mc:AlternateContent>", box(xml=runs)) == ["New.", "killed 47[12] men\nCO2"]


def test_other_files_are_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match=r"old \.ppt or protected by a password; save it as \.pptx without"):
        read(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 100)
    with pytest.raises(UnreadableFile, match=r"it is not a \.pptx, or only a part of one"):
        read(presentation(tree())[:-30])
    with pytest.raises(UnreadableFile, match=r"it is not a \.pptx; give it the suffix"):
        read(packed({"_rels/.rels": relations(("r", "officeDocument", "w.xml")), "w.xml": "<workbook/>"}))
    with pytest.raises(UnreadableFile, match=r"the \.pptx file is damaged \(XMLSyntaxError\)"):
        read(presentation("<p:sld>"))
    with pytest.raises(UnreadableFile, match="unpacked it would take 320 MiB"):
        read(zeros("ppt/presentation.xml"))


def test_entities_grow_into_nothing() -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        read(presentation(f"{BOMB}]>{tree(box('Two died&i;.'))}"))
