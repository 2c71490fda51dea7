"""Documents of every format, made of a seed: odd letters, mixed line ends, long lines, tables, headings."""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import escape
from random import Random

from pdf_maker import lines, make_pdf

__all__ = ["FORMATS", "Written", "write", "written"]

FORMATS = ("txt", "md", "html", "docx", "pdf")

_PLAIN = [
    *("The", "harbour", "of", "Gwadar", "was", "opened", "by", "Mr.", "Khan", "in", "2007", "and", "1.5", "million"),
    *("tonnes", "passed;", "it’s", "“not”", "café", "naïve", "ﬁ"),
]
_ODD = (
    "cafe\u0301", "a\u0301\u0323\u0308b", "الميناء", "נמל", "港口", "ท่าเรือ", "👩\u200d👩\u200d👧\u200d👦", "🇵🇰",
    "𝔊𝔴𝔞𝔡𝔞𝔯", "so\u00adft", "no\u00a0break",
    "ze\u200bro", "\u202eright\u202c", "\u2066iso\u2069", "line\u2028end", "next\u0085line", "form\x0cfeed",
    "mid\ufeffmark", "ﷺ", "ẞ", "İ", "ǆ", "½", "\U000e0041tag",
    "\u0600\u0661", "<b>", "&amp;", "|", "*x*", "[1]", "\\", "`", "#", "\t", "…", "?!", "U.S.", "z̷̡̛͙", "\ufffd", "\ue000",
)  # fmt: skip
_ENDS = ("\n", "\r\n", "\r")
_BOMS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-32-le": b"\xff\xfe\0\0"}


@dataclass(frozen=True, slots=True)
class Written:
    """A file: its name, its bytes, a word of each paragraph that is nowhere else, and for text its encoding."""

    name: str
    data: bytes
    telling: tuple[str, ...]
    encoding: str = ""

    @property
    def text(self) -> str | None:
        """What the file says, read by no code of ours; None where its format is more than text."""
        return said_in(self.data, self.encoding) if self.encoding else None


def said_in(data: bytes, encoding: str) -> str:
    """The text of a file of text: without its mark, with plain line ends."""
    text = data.removeprefix(_BOMS.get(encoding, b"")).decode("utf-8" if encoding == "utf-8-sig" else encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def write(random: Random, number: int, suffix: str) -> Written:
    """A document of a format."""
    telling = tuple(f"q{number}x{place}{random.choice('abcdef')}" for place in range(random.randint(3, 9)))
    paragraphs = [_paragraph(random, word, odd=suffix != "pdf") for word in telling]
    name = f"{'sub/' if random.random() < 0.2 else ''}{random.choice(['file', 'Ünï', 'a b', '港'])}-{number}.{suffix}"
    if suffix in ("txt", "md"):
        encoding = random.choice(("utf-8", "utf-8", *_BOMS))
        text = _text(random, paragraphs, markdown=suffix == "md", nul=encoding != "utf-8")
        data = _BOMS.get(encoding, b"") + text.encode("utf-8" if encoding == "utf-8-sig" else encoding)
        return Written(name, data, telling, encoding)
    make = {"html": _html, "docx": _docx, "pdf": _pdf}[suffix]
    return Written(name, make(random, paragraphs), telling)


def written(seed: int, count: int) -> list[Written]:
    """Some documents of every format."""
    random = Random(seed)
    return [write(random, number, FORMATS[number % len(FORMATS)]) for number in range(count)]


def _paragraph(random: Random, telling: str, *, odd: bool) -> list[str]:
    """Sentences, the first with the telling word; one paragraph in thirty is a very long line."""
    count = random.choice([1, 2, 2, 3, 4]) if random.random() > 1 / 30 else 150
    sentences = []
    for place in range(count):
        words = random.choices(_PLAIN, k=random.randint(3, 14))
        if odd:
            for _ in range(random.randint(0, 3)):
                words.insert(random.randint(0, len(words)), random.choice(_ODD))
        if place == 0:
            words.insert(random.randint(0, len(words)), telling)
        sentences.append(" ".join(words) + random.choice([".", ".", "?", "!", "…", ".”", "。"]))
    return sentences


def _text(random: Random, paragraphs: list[list[str]], *, markdown: bool, nul: bool) -> str:
    parts = ["---\ntitle: A title\ndate: 2021-08-15\ntags: [a, b]\n---\n"] if markdown and random.random() < 0.5 else []
    for place, sentences in enumerate(paragraphs):
        end = random.choice(_ENDS)
        if markdown and random.random() < 0.3:
            parts.append(f"{'#' * random.randint(1, 6)} Heading *{place}* {random.choice(_ODD)}{end}{end}")
        body = random.choice([" ", " ", end]).join(sentences)
        if markdown and random.random() < 0.2:
            body = f"| a | b |{end}|---|---|{end}| {body.replace(end, ' ')} | c |"
        elif random.random() < 0.1:
            body = f"- {body}{end}- another point{end}"
        if nul and random.random() < 0.05:
            body += "\0"
        parts.append(body + random.choice([end * 2, end * 2, f"{end} \t{end}", end * 4, random.choice(_ENDS) * 2]))
    return "".join(parts)


def _html(random: Random, paragraphs: list[list[str]]) -> bytes:
    parts = []
    for place, sentences in enumerate(paragraphs):
        if random.random() < 0.3:
            parts.append(f"<h{random.randint(1, 6)}>Heading {place}</h1>")
        inside = escape(random.choice([" ", "\n", "\r\n"]).join(sentences))
        kind = random.choice(["<p>{}</p>", "<div>{}</div>", "<table><tr><td>{}</td><td>c</td></tr></table>", "<p>{}"])
        parts.append(kind.format(inside.replace("Gwadar", "<b>Gwa</b>dar").replace("…", "&hellip;")))
    whole = f"<!doctype html><title>A title</title><body><article>{''.join(parts)}</article>"
    return whole.encode("utf-8", "xmlcharrefreplace")


def _docx(random: Random, paragraphs: list[list[str]]) -> bytes:
    import docx

    document = docx.Document()
    for place, sentences in enumerate(paragraphs):
        if random.random() < 0.3:
            document.add_heading(f"Heading {place}", random.randint(1, 4))
        text = random.choice([" ", "\n"]).join(sentences).replace("\x0c", "")
        if random.random() < 0.2:
            document.add_table(1, 2).rows[0].cells[0].text = text
        else:
            document.add_paragraph(text)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _pdf(random: Random, paragraphs: list[list[str]]) -> bytes:
    pages = []
    for start in range(0, len(paragraphs), 3):
        shown: list[str] = []
        for sentences in paragraphs[start : start + 3]:
            words, line = " ".join(sentences[:10]).encode("cp1252", "ignore").decode("cp1252").split(), ""
            for word in words:
                if len(line) + len(word) > 70:
                    shown.append(line)
                    line = ""
                line = f"{line} {word}".strip()
            shown += [line, ""]
        pages.append(lines(shown, top=740, gap=random.choice([12, 14])))
    return make_pdf(pages, info={"Title": "A title"})
