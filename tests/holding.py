"""Files that hold documents inside them, made here."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def zipped(files: Mapping[Any, str | bytes], *, method: int = ZIP_DEFLATED) -> bytes:
    """A zip archive of files by name, or by a `ZipInfo` that says more; the same files give the same bytes."""
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name, data in files.items():
            info = name if isinstance(name, ZipInfo) else ZipInfo(name)
            archive.writestr(info, data, compress_type=method)
    return made.getvalue()


def mailed(
    text: str,
    *,
    subject: str = "The port",
    sender: str = "Omar Khan <omar@example.org>",
    date: str = "Fri, 05 Mar 2021 09:00:00 +0500",
    attached: Mapping[str, bytes] | None = None,
) -> bytes:
    """A mail with attachments by name; the same words give the same bytes."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, "desk@example.org", subject, date
    mail.set_content(text)
    for name, data in (attached or {}).items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if mail.is_multipart():
        mail.set_boundary("=====a boundary=====")
    return bytes(mail)


def boxed(mails: Sequence[bytes]) -> bytes:
    """A mailbox of mails, as most programs write it."""
    quoted = (re.sub(rb"(?m)^(>*From )", rb">\1", mail) for mail in mails)
    return b"".join(b"From omar@example.org Fri Mar  5 09:00:00 2021\n" + mail + b"\n" for mail in quoted)
