from __future__ import annotations

from base64 import b64encode
from quopri import encodestring

import pytest

from embeddings.errors import UnreadableFile
from embeddings.formats.packed.mhtml import read

HEAD = """From: <Saved by Blink>
Snapshot-Content-Location: https://daily.example/farah?id=1
Subject: =?utf-8?Q?Attack_in_Farah_=E2=80=93_Daily?=
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="b"

"""
ARTICLE = "<html><head><title>Attack in Farah</title></head><body><p>{}</p></body></html>"


def part(content: bytes, kind: str = "text/html", *, encoding: str = "quoted-printable", more: str = "") -> bytes:
    """One part of a saved page, its content transferred in this encoding."""
    sent = content
    if encoding in ("quoted-printable", "base64"):
        sent = encodestring(content) if encoding == "quoted-printable" else b64encode(content)
    return f"--b\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n{more}\n".encode() + sent + b"\n"


def saved(*parts: bytes, head: str = HEAD) -> bytes:
    return head.encode() + b"".join(parts) + b"--b--\n"


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "binary", "8bit"])
def test_the_page_is_read_with_its_address(encoding: str) -> None:
    page = ARTICLE.format("The governor said that all 47 guards of the café are dead.").encode()
    parsed = read(saved(part(page, encoding=encoding)))
    assert parsed.text == "The governor said that all 47 guards of the café are dead."
    assert (parsed.title, parsed.metadata.url) == ("Attack in Farah", "https://daily.example/farah?id=1")


def test_lines_may_end_as_browsers_write_them() -> None:
    data = saved(part(ARTICLE.format("Forty guards died.").encode())).replace(b"\n", b"\r\n")
    assert read(data).text == "Forty guards died."


def test_the_encoding_of_the_part_counts_before_what_the_page_says() -> None:
    text = "Губернатор сказал, что сорок солдат погибли в пятницу."
    page = f'<html><head><meta charset="iso-8859-1"></head><body><p>{text}</p></body></html>'.encode("cp1251")
    assert read(saved(part(page, 'text/html; charset="windows-1251"'))).text == text


def test_without_a_title_the_subject_is_taken_and_without_a_snapshot_the_address_of_the_part() -> None:
    head = HEAD.replace("Snapshot-Content-Location: https://daily.example/farah?id=1\n", "")
    page = part(b"<html><body><p>Forty guards died.</p></body></html>", more="Content-Location: http://a.example/b\n")
    parsed = read(saved(page, head=head))
    assert (parsed.title, parsed.metadata.url) == ("Attack in Farah – Daily", "http://a.example/b")


def test_a_page_saved_from_a_disk_has_no_address() -> None:
    head = HEAD.replace("https://daily.example/farah?id=1", "file:///home/me/farah.html")
    assert read(saved(part(ARTICLE.format("Forty guards died.").encode()), head=head)).metadata.url is None


def test_frames_are_left_out_and_the_start_may_stand_behind_them() -> None:
    frame = part(ARTICLE.format("Buy two carpets and get one free.").encode(), more="Content-ID: <ad>\n")
    page = part(ARTICLE.format("Forty guards died.").encode(), more="Content-ID: <root>\n")
    assert read(saved(page, frame)).text == "Forty guards died."
    head = HEAD.replace('boundary="b"', 'boundary="b"; start="<root>"')
    assert read(saved(frame, page, head=head)).text == "Forty guards died."


def test_what_the_saved_style_sheets_hide_is_left_out_and_noted() -> None:
    body = 'Forty guards died.</p><p class="draft">The witness is Karim.</p><p class="draft" style="display:block">Open'
    link = '<html><head><link media="print" href="cid:print">'
    page = part(
        ARTICLE.format(f'{body}</p><p class="kept">Nobody said who did it.').replace("<html><head>", link).encode()
    )
    screen = part(b".draft { display: none; }", "text/css", more="Content-Location: cid:screen\n")
    printed = part(b".kept { display: none; }", "text/css", more="Content-Location: cid:print\n")
    parsed = read(saved(page, screen, printed))
    assert parsed.text.split("\n\n") == ["Forty guards died.", "Open", "Nobody said who did it."]
    assert parsed.notes == ("left out 1 parts that the page hides",)


@pytest.mark.parametrize(
    "data",
    [
        b"no message",
        b"<html><body><p>A page.</p></body></html>",
        saved(part(b"body {}", "text/css")),
        HEAD.encode().replace(b"multipart/related", b"text/plain"),
    ],
)
def test_what_holds_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="no page that a browser saved as a single file"):
        read(data)


def test_parts_within_parts_without_end_are_refused() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n' for at in range(3000))
    with pytest.raises(UnreadableFile, match=r"damaged \(RecursionError\)|no page"):
        read(f"MIME-Version: 1.0\n{deep}".encode())
