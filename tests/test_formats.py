from __future__ import annotations

from pathlib import PurePath

import pytest

import embeddings.formats as package
from embeddings.errors import UnreadableFile
from embeddings.formats import READERS, Parsed, parse, reader_for, suffixes
from embeddings.formats.decode import decode, normalise


def read(name: str, data: bytes | str) -> Parsed:
    reader = reader_for(PurePath(name))
    assert reader is not None
    return parse(reader, data.encode() if isinstance(data, str) else data)


def test_the_registry_finds_readers_by_suffix_in_any_case() -> None:
    assert suffixes() == (
        *(".csv", ".docx", ".eml", ".epub", ".htm", ".html", ".json", ".jsonl", ".markdown", ".mbox", ".md", ".mht"),
        *(".mhtml", ".ndjson", ".odt", ".ott", ".pdf", ".ppsx", ".pptx", ".rtf", ".text", ".tsv", ".txt", ".xhtml"),
        *(".xlsm", ".xlsx", ".zip"),
    )
    found = {name: reader_for(PurePath(name)) for name in ("a/b.MD", "x.HTM", "c.tar.txt", "no", "x.doc", ".md")}
    assert {name: reader.name if reader else None for name, reader in found.items()} == {
        "a/b.MD": "markdown",
        "x.HTM": "html",
        "c.tar.txt": "text",
        "no": None,
        "x.doc": None,
        ".md": None,
    }
    assert all(hasattr(package, name) for name in package.__all__)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_an_empty_file_and_one_too_large_are_unreadable(reader: package.Format) -> None:
    with pytest.raises(UnreadableFile, match="the file is empty"):
        parse(reader, b"")
    with pytest.raises(UnreadableFile, match=r"it has \d+\.0 MiB; files of this format are read up to \d+"):
        parse(reader, bytes(reader.max_bytes + 1))


@pytest.mark.parametrize("text", [" \n\t\n", "\u200b\n\u200b", "\ufeff"])
def test_a_file_without_a_visible_character_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableFile, match="there is no text in it"):
        read("x.txt", text)
    with pytest.raises(UnreadableFile, match="there is no text in it"):
        read("x.md", f"---\ntitle: T\n---\n{text}")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_are_recognised(encoding: str) -> None:
    text = "“Déjà vu”, said the élèves at the château – for 5 €."
    assert normalise(decode(text.encode(encoding))[0]) == text


@pytest.mark.parametrize(
    "text", ["The dam of Zaranj has nine cracks.", "زرنج کے بند میں نو دراڑیں ہیں۔ وزیر کو علم تھا۔"]
)
@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_without_a_mark_is_recognised(text: str, order: str) -> None:
    assert decode(f"{text}\n".encode(f"utf-16-{order}")) == (f"{text}\n", ())


def test_a_stray_byte_in_utf_8_is_shown_and_told() -> None:
    text, notes = decode("Gül met Peña.\nThe dam\x92s ağa: ğüş.".encode().replace(b"\xc2\x92", b"\x92"))
    assert text == "Gül met Peña.\nThe dam\ufffds ağa: ğüş."
    assert notes == ("1 bytes are no UTF-8, the first in line 2; they are shown as \ufffd",)


def test_a_nul_byte_in_what_else_is_text_is_shown_and_told() -> None:
    text, notes = decode(b"The dam broke.\n12 ships\0 came.\n")
    assert text == "The dam broke.\n12 ships\ufffd came.\n"
    assert notes == ("1 bytes are NUL, the first in line 2; they are shown as \ufffd",)


@pytest.mark.parametrize("order", ["le", "be"])
def test_byte_order_marks_are_obeyed(order: str) -> None:
    for bits in (16, 32):
        assert normalise(decode("\ufeffПривет".encode(f"utf-{bits}-{order}"))[0]) == "Привет"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Barnen leker i trädgården och vädret är fint på sön.", "cp1252"),
        ("La città è più bella perché c'è il sole. Così è la libertà.", "cp1252"),
        ("Le président a été réélu.", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy. Dnes je hezké počasí.", "cp1250"),
        ("A magyar nyelv szépségét őrző költők műveit szívesen olvassuk, amikor hosszú az este.", "cp1250"),
        ("Çocuklar bahçede oynuyor, hava güzel ve güneşli. Işık yağmur İstanbul.", "cp1254"),
        ("Привет, как дела? Это обычный русский текст.", "cp1251"),
        ("これは日本語のテキストです。文字コードの判定を確認します。", "shift_jis"),
        ("这是一个中文文本，用来测试编码检测。", "gb18030"),
    ],
)
def test_old_code_pages_are_guessed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_a_guess_looks_past_ascii_and_a_declaration_comes_first() -> None:
    text = "word " * 40_000 + "Le château était fermé. " * 5
    assert decode(text.encode("cp1252"))[0] == text
    assert decode("Ąžuolas".encode("cp1257"), declared="windows-1257")[0] == "Ąžuolas"
    assert decode("“é”".encode("cp1252"), declared="iso-8859-1")[0] == "“é”"
    assert decode("“é”".encode(), declared="iso-8859-1")[0] == "“é”"


@pytest.mark.parametrize("declared", ["no such", "rot13", "idna", "unicode_escape", "a\0b"])
def test_what_is_declared_but_no_text_encoding_is_ignored(declared: str) -> None:
    assert decode("Le président a été réélu.".encode("cp1252"), declared=declared)[0] == "Le président a été réélu."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"text\0text", "NUL bytes"),
        (bytes(range(256)) * 20, "NUL bytes"),
        (bytes(range(1, 256)) * 20, "many control characters"),
        (b"\x01\x02\x03\x04 text", "many control characters"),
        ("\ufeff\x01\x02".encode("utf-16-le"), "many control characters"),
        (b"\xff\xfeabc", "it begins like UTF-16 but is not"),
        (b"\xef\xbb\xbf\xff", "it begins like UTF-8 but is not"),
        (bytes(range(0x80, 0x100)) * 20, "its encoding is none that could be recognised"),
    ],
)
def test_what_is_not_text_is_unreadable(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        decode(data)


@pytest.mark.parametrize(("data", "what"), [(b"%PDF-1.7\n1 0 obj", "pdf"), (b"{\\rtf1 text}", "rtf")])
@pytest.mark.parametrize("name", ["x.txt", "x.md", "x.html", "x.docx"])
def test_what_has_the_suffix_of_another_format_is_named(name: str, data: bytes, what: str) -> None:
    with pytest.raises(UnreadableFile, match=f"but {what}; give it the suffix of that"):
        read(name, data)


def test_only_line_ends_and_marks_are_normalised() -> None:
    odd = "e\u0301 \u00a0\u200b\u2028\u202e\x85\x0b\x0c\ufeff"
    assert normalise(f"\ufeffa\r\nb\rc\n\r\n{odd}\0") == f"a\nb\nc\n\n{odd}\ufffd"


def test_a_first_line_that_stands_alone_is_the_title_and_stays_text() -> None:
    parsed = read("x.txt", "\n  On bridges \n \nThey are old.\n")
    assert parsed == Parsed("\n  On bridges \n \nThey are old.\n", "On bridges")


@pytest.mark.parametrize(
    "text",
    [
        *("They are old.\n\nText", "Why?\n\nText", "One line", "One\nTwo\n\nThree", "(Nine died.)\n\nText"),
        *("“Nine died.”\n\nText", "نو افراد ہلاک ہوئے۔\n\nText", "من قتلهم؟\n\nText"),
        *("Title\n\n \n", "Title\n", "x" * 151 + "\n\nText"),
    ],
)
def test_other_first_lines_are_no_title(text: str) -> None:
    assert read("x.txt", text) == Parsed(text)


@pytest.mark.parametrize(
    "data",
    [b"word " * 4_000_000, b"a" * 20_000_000, b"\n" * 19_999_999 + b"a", ("é" * 9_000_000).encode("cp1252")],
    ids=["one line", "one word", "blank lines", "one byte"],
)
def test_twenty_megabytes_are_read(data: bytes) -> None:
    parsed = read("x.txt", data)
    assert len(parsed.text) == len(data)
