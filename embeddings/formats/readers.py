"""The reader of each format, by its name: of its text, and of the files in it."""

from __future__ import annotations

from embeddings.formats import html, markdown, text
from embeddings.formats.base import Members, Read
from embeddings.formats.containers import archive, articles, mail
from embeddings.formats.docx import reader as docx
from embeddings.formats.odt import reader as odt
from embeddings.formats.packed import epub, mhtml, pptx
from embeddings.formats.pdf import reader as pdf
from embeddings.formats.rtf import reader as rtf
from embeddings.formats.tables import delimited, workbook

READ: dict[str, Read] = {
    "text": text.read,
    "markdown": markdown.read,
    "html": html.read,
    "mhtml": mhtml.read,
    "pdf": pdf.read,
    "csv": delimited.read,
    "xlsx": workbook.read,
    "pptx": pptx.read,
    "odt": odt.read,
    "rtf": rtf.read,
    "epub": epub.read,
    "docx": docx.read,
    "mail": mail.read,
    "article": articles.read,
}
MEMBERS: dict[str, Members] = {
    "zip": archive.members,
    "mail": mail.members,
    "mailbox": mail.letters,
    "json": articles.members,
}
