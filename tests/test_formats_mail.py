from __future__ import annotations

from email.message import EmailMessage
from pathlib import PurePath

import pytest
from holding import boxed, mailed

from embeddings.errors import UnreadableFile
from embeddings.formats import Parsed, parse, reader_for
from embeddings.formats.containers.walk import Member, walk


def members(name: str, data: bytes) -> list[Member]:
    reader = reader_for(PurePath(name))
    assert reader is not None
    return [*walk(reader, data)]


def read(data: bytes) -> Parsed:
    reader = reader_for(PurePath("a.eml"))
    assert reader is not None
    return parse(reader, data)


def raw(*headers: bytes, body: bytes) -> bytes:
    return b"\r\n".join([b"From: a@b.c", *headers, b"", body])


def test_a_mail_has_its_text_sender_date_and_subject() -> None:
    parsed = read(
        mailed(
            "Dear all,\n\nthe harbour was opened in 2007.\n\n> Who opened it?\n> Omar\n",
            subject="Die Häfen im Süden – ein Überblick über alles, was dort in diesem Jahr gebaut worden ist",
            sender='"Khan, Omär" <omar@example.org>',
        )
    )
    assert parsed.text == "Dear all,\n\nthe harbour was opened in 2007.\n\n> Who opened it?\n> Omar"
    assert parsed.title == "Die Häfen im Süden – ein Überblick über alles, was dort in diesem Jahr gebaut worden ist"
    said = parsed.metadata
    assert (said.author, said.date, said.outlet) == (
        "Khan, Omär <omar@example.org>",
        "2021-03-05T09:00:00+05:00",
        None,
    )


def test_each_attachment_is_a_document_and_what_no_reader_takes_is_named() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "x@y.z", "Inner"
    inner.set_content("What was said before.")
    mail = EmailMessage()
    mail["From"] = "a@b.c"
    mail.set_content("See the list.")
    mail.add_attachment(b"One.", maintype="text", subtype="plain", filename="Bericht über\n alles.txt")
    mail.add_attachment(b"Two.", maintype="text", subtype="plain", filename="../../a.txt")
    mail.add_attachment(b"Three.", maintype="text", subtype="plain", filename="C:\\x\\a.txt")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="scan")
    mail.add_attachment(b"x", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    mail.add_attachment(b"x", maintype="image", subtype="png", disposition="inline", filename="logo.png")
    mail.add_attachment(b"x", maintype="image", subtype="png", filename="map.png")
    mail.add_attachment(b"x", maintype="application", subtype="x-of-nobody", filename="none")
    mail.add_attachment(inner)
    found = members("m.eml", bytes(mail))
    assert [(one.name, one.reader) for one in found if not one.reason] == [
        *(("", "mail"), ("Bericht über alles.txt", "text"), ("a.txt", "text"), ("a (2).txt", "text")),
        *(("scan.pdf", "pdf"), ("part 10.eml", "mail")),
    ]
    assert [one.data for one in found[1:4]] == [b"One.", b"Two.", b"Three."]
    assert read(found[-1].data).text == "What was said before."
    assert {one.name: one.reason[:30] for one in found if one.reason} == {
        "winmail.dat": "it holds what Outlook sends in",
        "map.png": "no reader for .png (readable: ",
        "none": "no reader for application/x-of",
    }


def test_the_plain_text_goes_before_the_page_and_the_page_is_read_as_it_is_seen() -> None:
    mail = EmailMessage()
    mail["From"] = "a@b.c"
    mail.set_content("The plain text.")
    page = (
        "<style>p {color: red}</style><table><tr><td><table><tr><td><p>Dear all,<br>the port is <b>open</b>.</p>"
        '<p style="display:none">Hidden.</p></td></tr><tr><td>Farah</td><td>58</td></tr></table></td></tr></table>'
        '<img src="cid:x" alt="logo"><blockquote>Who said so?</blockquote>'
    )
    mail.add_alternative(page, subtype="html")
    assert read(bytes(mail)).text == "The plain text."
    for alone in (EmailMessage(), mail):
        if alone is mail:
            mail.get_payload(0).set_payload(" \n")  # type: ignore[union-attr]
        else:
            alone["From"] = "a@b.c"
            alone.set_content(page, subtype="html")
        parsed = read(bytes(alone))
        assert parsed.text == "Dear all,\nthe port is open.\n\nFarah | 58\n\nWho said so?"
        assert parsed.notes == ("left out 1 parts that the page hides",)


def test_all_parts_of_a_text_that_attachments_interrupt_are_read() -> None:
    mail = EmailMessage()
    mail["From"] = "a@b.c"
    mail.make_mixed()
    for text in ("The first part.", "The second part."):
        part = EmailMessage()
        part.set_content(text)
        mail.attach(part)
    assert read(bytes(mail)).text == "The first part.\n\nThe second part."
    assert len(members("m.eml", bytes(mail))) == 1


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ([b"Content-Type: text/plain; charset=iso-2022-jp"], b"\x1b$B;3ED\x1b(B", "山田"),
        ([b"Content-Type: text/plain; charset=windows-1256"], "سلام".encode("cp1256"), "سلام"),
        ([b"Content-Type: text/plain; charset=iso-8859-1"], b"\x93caf\xe9\x94", "“café”"),
        ([b"Content-Type: text/plain; charset=us-ascii"], "café".encode(), "café"),
        ([b"Content-Type: text/plain; charset=x-unknown"], "café".encode(), "café"),
        (
            [b"Content-Type: text/plain; charset=utf-8"],
            b"caf\xe9 is what it is, \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
            "caf� is what it is, éééé",
        ),
        ([b"Content-Transfer-Encoding: quoted-printable"], b"a long=\r\n line=2E", "a long line."),
        ([b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: base64"], b"Y2Fmw6k=", "café"),
    ],
)
def test_encodings_are_what_the_mail_says_or_what_can_be_recognised(
    headers: list[bytes], body: bytes, text: str
) -> None:
    assert read(raw(*headers, body=body)).text == text


def test_lines_that_flow_are_joined_and_quoted_ones_stay() -> None:
    body = b"The harbour \r\nwas opened \r\nin 2007.\r\n Stuffed.\r\n> one \r\n> two\r\nEnd. \r\n-- \r\nOmar"
    parsed = read(raw(b"Content-Type: text/plain; format=flowed", body=body))
    assert parsed.text == "The harbour was opened in 2007.\nStuffed.\n> one \n> two\nEnd. \n-- \nOmar"
    assert read(raw(body=b"The harbour \r\nwas opened.")).text == "The harbour \nwas opened."


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (b"=?utf-8?B?Y2Fmw6k=?= =?utf-8?Q?_noir?=", "café noir"),
        (b"=?iso-8859-1?Q?caf=E9?= and more", "café and more"),
        ("café – noir".encode(), "café – noir"),
        (b"caf\xe9 au lait", "café au lait"),
        (b"=?x-none?Q?caf=C3=A9?=", "café"),
        (b"=?utf-8?B?!!!?=", "=?utf-8?B?!!!?="),
        (b"A long\r\n subject", "A long subject"),
        (b"", "(no subject)"),
    ],
)
def test_headers_are_shown_as_they_are_meant(header: bytes, shown: str) -> None:
    assert read(raw(b"Subject: " + header, body=b"Text.")).title == shown


def test_dates_and_senders_that_are_none_are_shown_as_they_are_written() -> None:
    data = raw(b"Date: last week", body=b"Text.").replace(b"a@b.c", b"undisclosed")
    assert (read(data).metadata.date, read(data).metadata.author) == ("last week", "undisclosed")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Some text without headers.", "it is no mail: it says no sender, date or subject"),
        (b"%PDF-1.4", "it is not mail but pdf"),
        (raw(body=b" "), "there is no text in it"),
        (
            raw(b"Content-Type: multipart/encrypted; boundary=x", body=b"--x\r\n\r\nabc\r\n--x--"),
            "the mail is encrypted",
        ),
        (raw(b"Content-Type: application/pkcs7-mime; name=smime.p7m", body=b"abc"), "the mail is encrypted"),
    ],
)
def test_what_is_no_mail_or_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read(data)
    assert [(one.name, one.reader) for one in members("m.eml", data)] == [("", "mail")]


def test_the_letters_of_a_mailbox_are_numbered_with_their_attachments() -> None:
    text = "Hello,\n\nFrom here it is far.\n\nFrom 2019 to 2020: nothing.\nNote: so it was.\n"
    mails = [mailed(text), mailed("Two.", attached={"list.txt": b"A list."}), mailed("Three.")]
    found = members("m.mbox", boxed(mails))
    assert [(one.name, one.reader) for one in found] == [
        *(("1", "mail"), ("2", "mail"), ("2/list.txt", "text"), ("3", "mail")),
    ]
    assert read(found[0].data).text == text.strip()
    assert found[2].data == b"A list."
    crlf = members("m.mbox", boxed(mails).replace(b"\n", b"\r\n"))
    assert [one.name for one in crlf] == [one.name for one in found]
    assert read(crlf[0].data) == read(found[0].data)


@pytest.mark.parametrize(
    "line", [b"From - Fri Mar  5 09:00:00 2021", b"From ", b"From - ", b"From a at b.c  Fri Mar  5 09:00 2021"]
)
def test_mailboxes_of_other_programs(line: bytes) -> None:
    box = b"".join(line + b"\n" + mailed(f"Letter {number}.") + b"\n" for number in range(3))
    assert [one.name for one in members("m.mbox", box)] == ["1", "2", "3"]
    (none,) = members("m.mbox", b"Some text.\n\nFrom here on it goes.\n")
    assert none.reason.startswith("no mail was found in it")
