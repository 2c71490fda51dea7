"""Gives damaged files to the readers and odd questions to the query: python tests/fuzz.py --minutes 30 --format pdf.

What comes out is checked: nothing but UnreadableFile or QuestionError is raised, spans lie inside the text, passages
lose nothing. An input runs in a child process under a watchdog and a limit of memory. One that gives something new is
kept in ``--folder`` and changed further, in this run and the next; so is one that crashes or hangs: mend what it shows
and make a small test of it. Without ``--format`` all take turns.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import json
import random
import re
import subprocess
import sys
import time
import zlib
from collections import Counter
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from fakes import BagEncoder
from hostile import FILES, SLOW
from lxml import etree
from test_formats_hostile import good

from embeddings.documents.abbreviations import Alias, Definition, definitions
from embeddings.documents.splitter import split
from embeddings.errors import QuestionError, UnreadableFile
from embeddings.formats import READERS, parse
from embeddings.formats.containers.walk import walk
from embeddings.types import Document
from embeddings.words import terms
from qa.language.answer_type import expected_answer
from qa.language.dates import every_date
from qa.language.names import named, names
from qa.language.numbers import numbers
from qa.query import aliases, intent, syntax
from qa.query.followup import Exchange, follow_up

SECONDS = 10
"""What one input may take; the program allows 30."""
LARGEST = 100_000
"""Bytes of an input."""
MEMORY = 3 * 1024**3
MOST_KEPT = 2_000
TURN = 5
"""Minutes of one child."""

TARGETS = (*(reader.name for reader in READERS), "query")
QUESTIONS = (
    'Who planned "Abbey Gate" -Kabul? (about: the strike)',
    "And in Karachi, on 16 Nov. 1989 or the 5th of May?",
    "What does “report.pdf” say about its leaders' 1,500 people, and when did he -“foo” die?",
    "When the war began, who led the PTM (Pashtun Tahafuz Movement), and why did they attack it?",
    "Hi, please summarise the document called On bridges for me in a few words",
    "How many people, half of the 40 or twenty-five thousand, were killed at Checkpoint 7 per cent?",
)
WORDS: dict[str, str] = {
    "text": "\n\n|\r|\r\r\n|\t|\0|\ufeff|\ufffe|\u2028|\u202e|\u200b|. |(|)|(ABC)|also known as |1.|“|e.g. |\u0301|\U0001f600|a.b.c.",
    "markdown": "# |---\n|===\n|> |- |1. |    |```\n|~~~\n|<div>|<!--|-->|[a]: b\n|[a](b)|**|_|`|\\|&amp;|![|](|\t|\n\n|: &x |*x|!!python|{|}|- - - ",
    "html": "<p>|</p>|<div>|</div>|<!--|-->|<![CDATA[|]]>|<table>|<tr><td>|<ul><li>|<h1>|&#0;|&#x1F600;|&lt;|<!DOCTYPE|<html>|<br>|<pre>"
    '|<meta charset="|utf-7|<script>|</script>|<svg>|<a href="|>|"|=|\0|<article>|<blockquote>|<title>',
    "pdf": "obj|endobj|stream\n|endstream|<<|>>|[|]|/Kids|/Parent|/Contents|/Resources|/XObject|/Length|/Filter|/FlateDecode|/ASCIIHexDecode"
    "|/MediaBox|/Rotate 90|/Count|/Type|/Page|/Pages|/Prev|/XRef|/ObjStm|/W [1 2 1]|/Index|/Outlines|/ToUnicode|BT|ET|Tj|Td|Do|q|Q|cm"
    "|1 0 R|2 0 R|3 0 R|4 0 R|5 0 R|xref|trailer|startxref|%%EOF|Tr|(|)|<00>|nan|1e38",
    "docx": "<w:p>|</w:p>|<w:r>|</w:r>|<w:t>|</w:t>|<w:tbl>|</w:tbl>|<w:tr>|<w:tc>|<w:tab/>|<w:br/>|<w:txbxContent>|<w:pict>|<w:ins>|<w:del>"
    '|<w:sdt><w:sdtContent>|<w:pPr><w:pStyle w:val="|Heading1|<w:basedOn w:val="|&#0;|&a;|<!DOCTYPE a [<!ENTITY a "b">]>|<mc:Fallback>|xmlns:w=""'
    '|w:val="restart"|<w:vMerge/>|Target="../../x"|TargetMode="External"',
    "mhtml": "--b\n|\n\n|Content-Type: text/html; charset=|Content-Transfer-Encoding: base64\n|multipart/mixed; boundary=|=E9|=\n|<p>|<link href=",
    "csv": ',|;|\t|"|""|\n|\n\n|\r|,,,,|sep=;\n|2021-03-05|1,000.5 %|\0',
    "xlsx": '<row>|<row hidden="1">|<c t="s"><v>9</v></c>|<c r="XFD9"><v>1e300</v></c>|<mergeCell ref="A1:XFD1048576"/>|t="d"|s="2"|<f>|<is>|<col min="1" max="99999" hidden="1"/>|formatCode="|#,##0.00|[h]:mm|;;;|&#0;',
    "pptx": '<p:sp>|</p:sp>|<a:p>|<a:r>|<a:t>|<a:br/>|<p:grpSp>|<a:tbl><a:tr><a:tc>|<p:ph type="title"/>|show="0"|<a:off x="-9" y="1e9"/>|baseline="30000"|<mc:Choice>|&#0;',
    "odt": '<text:p>|</text:p>|<text:h>|<text:span>|<text:s text:c="99999"/>|<text:list>|<text:list-item>|<table:table>|<table:table-row>|<text:note>|<office:annotation>|<draw:frame><draw:text-box>|text:outline-level="|&#0;',
    "rtf": "{|}|\\par |\\cell |\\row |\\intbl |\\'e9|\\u8364?|\\uc9 |\\super |{\\footnote |{\\*\\annotation |{\\pict |\\bin99 |\\v |\\f1 |\\*|{\\fonttbl|{\\info{\\title |{\\header |\\chftn |-999999",
    "epub": '<p>|<h1>|<sup>|<table><tr><td>|<itemref idref="c0"/>|href="../|%00|<dc:title>|properties="nav"|<span style="vertical-align:super">|&#0;',
    "zip": "PK\x01\x02|PK\x03\x04|PK\x05\x06|PK\x06\x06|../|/|\\|a.txt|a.zip|\0",
    "mail": "\n\n|From: |Subject: =?utf-8?B?|?=|Content-Type: multipart/mixed; boundary=|; charset=|message/rfc822|--x\n|; name*=utf-7''|base64"
    "|Content-Transfer-Encoding: |text/html|<table><tr><td>|format=flowed|>|=\n| \n|Content-Disposition: attachment; filename=",
    "mailbox": "\n\nFrom a Fri Mar 5 09:00:00 2021\nFrom: a\n|\nFrom |>From |\n\n|Content-Type: message/rfc822|text/plain|--x\n",
    "json": '{|}|[|]|"text": "|"body": ["|"title": {"name": |,|:|null|1e9|"|\\ud800|<p>|\n',
    "query": "\"|“|”|«|»|-|−|(about: |)|'s|-\"| of the | 12 | 1,000.5 %|May 5, 2020|16/11/89|he |it |they |Who |When |PTM| and |\0|\u202e|\ud800|\u0301|?|!|."
    "| the | bin | please | summarise | also known as | half of | twenty-",
}  # fmt: skip
_DEFINED = (Definition(Alias("PTM", "Pashtun Tahafuz Movement"), ("a",)), Definition(Alias("AG", "Abbey Gate"), ("a",)))
_ODD_NUMBERS = (b"0", b"1", b"-1", b"65536", b"2147483648", b"99999999999999999999", b"0.0000001", b"1e9", b"007")
_NUMBER = re.compile(rb"\d+")
_PIECE = re.compile(rb"<[^<>]{0,80}>|\d+ 0 R|/\w+|[^\s<>]{1,40}|\s+")
_FIGURES = re.compile(r"\d+")
_ENCODER = BagEncoder()


def look(target: str, data: bytes) -> object:
    """Do with an input what the program does, check it, and return what tells the result from others."""
    try:
        return _asked(data) if target == "query" else _read(target, data)
    except (QuestionError, UnreadableFile) as error:
        return _FIGURES.sub("0", str(error))[:200]
    except MemoryError:
        return "over memory"


def _read(target: str, data: bytes) -> object:
    reader = next(reader for reader in READERS if reader.name == target)
    inside = [(member.reader, _FIGURES.sub("0", member.reason)[:200]) for member in walk(reader, data)]
    if not reader.has_text:
        return inside
    parsed = parse(reader, data)
    text = parsed.text
    text.encode()
    assert text.strip()
    assert "\r" not in text
    assert all(text[span.start : span.end].strip() for span in parsed.headings)
    document = Document("0" * 12, "Title", text, "a", "0" * 64, parsed.metadata, parsed.headings, parsed.pages)
    passages = split(document, _ENCODER)
    at = 0
    covered = [*((span.start, span.end) for span in passages), *((span.start, span.end) for span in parsed.headings)]
    for start, end in sorted(covered):
        assert not text[at:start].strip(), "a part of the text is in no passage"
        at = max(at, end)
    assert not text[at:].strip(), "the end of the text is in no passage"
    said = parsed.metadata
    sizes = (
        len(text),
        len(parsed.headings),
        len(parsed.pages),
        len(passages),
        len(definitions(text)),
        len(terms(text)),
    )
    filled = [bool(value) for value in (parsed.title, said.author, said.date, said.outlet, said.url, said.tags)]
    return [size.bit_length() for size in sizes], filled, [_FIGURES.sub("0", note) for note in parsed.notes]


def _asked(data: bytes) -> object:
    text = data.decode("utf-8", "surrogateescape")
    wanted = intent.intent_of(text)
    query = syntax.parse(text)
    meant = follow_up(text, [Exchange(QUESTIONS[3], QUESTIONS[3], ("Manzoor Pashteen led it.",)), Exchange(text, text)])
    assert syntax.parse(meant.asked).text
    variants = aliases.names_defined(_DEFINED).variants(query.text)
    expected = expected_answer(query.text)
    found = (query.phrases, query.excluded, variants, every_date(text), numbers(text), named(text), names(text))
    return (
        [len(part) for part in found],
        bool(query.about),
        bool(meant.taken),
        wanted and wanted.kind,
        str(expected)[:80],
    )


def changed(target: str, data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return the input with one to eight changes; a part of a zip archive is changed more often than the archive."""
    if data.startswith(b"PK") and chance.random() < 0.9:
        with suppress(BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError, LookupError, SyntaxError):
            return _with_a_part_changed(target, data, chance)
    return _mutated(target, data, other, chance)[:LARGEST]


def _with_a_part_changed(target: str, data: bytes, chance: random.Random) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(made, "w") as package:
        parts = {name: source.read(name) for name in source.namelist()}
        name = (
            "word/document.xml" if chance.random() < 0.6 and "word/document.xml" in parts else chance.choice([*parts])
        )
        parts[name] = _mutated(target, parts[name], parts[chance.choice([*parts])], chance)
        if chance.random() < 0.8:  # most changes make no XML, which is refused at once
            with suppress(etree.XMLSyntaxError):  # nothing is left of it
                root = etree.fromstring(parts[name], etree.XMLParser(recover=True, huge_tree=True))
                parts[name] = parts[name] if root is None else etree.tostring(root, encoding="UTF-8", standalone=True)
        for part, content in parts.items():
            package.writestr(part, content)
    return made.getvalue()


def _mutated(target: str, data: bytes, other: bytes, chance: random.Random) -> bytes:
    words = WORDS[target].encode("utf-8", "surrogateescape" if target != "query" else "surrogatepass").split(b"|")
    made = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(made))
        length = min(int(chance.expovariate(0.05)), len(made) - at)
        way = chance.randrange(9)
        if way == 0:
            made[at : at + length] = b""
        elif way == 1:
            made[at : at + 1] = bytes([chance.randrange(256)])
        elif way == 2:
            made[at:at] = chance.choice(words) * (1 if chance.random() < 0.9 else chance.randint(2, 2_000))
        elif way == 3:
            made[at:at] = bytes(made[at : at + length]) * chance.randint(1, 200)
        elif way == 4:
            start = chance.randint(0, len(other))
            made[at : at + length] = other[start : start + chance.randint(0, 400)]
        elif way == 5 and (figures := [*_NUMBER.finditer(made)]):
            figure, value = chance.choice(figures), chance.choice([*_ODD_NUMBERS, b"%d" % chance.randrange(20)])
            made[figure.start() : figure.end()] = value
        elif pieces := [match.span() for match in _PIECE.finditer(made)]:
            (start, end), (begin, stop) = chance.choice(pieces), chance.choice(pieces)
            made[start:end] = bytes(made[begin:stop]) if way == 6 else b"" if way == 7 else chance.choice(words)
    return bytes(made)


def seeds(target: str) -> list[bytes]:
    """Return the inputs that a run begins with."""
    if target == "query":
        return [question.encode() for question in QUESTIONS]
    suffix = next(reader.suffixes[0] for reader in READERS if reader.name == target)
    made = (make() for name, make in FILES.items() if name.endswith(suffix) and name not in SLOW)
    return [good(target), *(data for data in made if len(data) < LARGEST // 10)]


def child(target: str, seconds: float, number: int, folder: Path) -> None:
    """Try inputs for some seconds. The one that is tried lies in the file ``current``, the counts in ``counts``."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chance, until = random.Random(number), time.monotonic() + seconds
    kept = [*seeds(target), *(path.read_bytes() for path in sorted(folder.glob("kept-*")))]
    met, counts, slowest = set[str](), Counter[str](), 0.0
    tried = iter(kept[:])
    while time.monotonic() < until:
        data = next(tried, b"") or changed(target, chance.choice(kept), chance.choice(kept), chance)
        (folder / "current").write_bytes(data)
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        began = time.monotonic()
        try:
            result = look(target, data)
        finally:
            counts["inputs"] += 1
            (folder / "counts").write_text(json.dumps(counts))
        faulthandler.cancel_dump_traceback_later()
        took = time.monotonic() - began
        counts["over memory" if result == "over memory" else "refused" if isinstance(result, str) else "read"] += 1
        counts["slowest in ms"] = max(counts["slowest in ms"], int(1_000 * took))
        slower = took > max(0.3, 1.5 * slowest)
        slowest = max(slowest, took)
        if (slower or repr(result) not in met) and len(kept) < MOST_KEPT:
            kept.append(data)
            (folder / f"kept-{_named(data)}").write_bytes(data)
        met.add(repr(result))


def fuzz(target: str, minutes: float, folder: Path, number: int) -> Counter[str]:
    """Try inputs in children until the time is over, and return the counts; a child that ends is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    counts, until = Counter[str](), time.monotonic() + 60 * minutes
    while (left := until - time.monotonic()) > 0:
        number += 1
        (folder / "counts").write_text("{}")
        own = [sys.executable, __file__, "--child", "--format", target, "--minutes", str(min(left / 60, TURN))]
        ended = subprocess.run(
            [*own, "--folder", str(folder), "--seed", str(number)], stderr=subprocess.PIPE, check=False
        )
        for what, count in json.loads((folder / "counts").read_text()).items():
            counts[what] = max(counts[what], count) if what == "slowest in ms" else counts[what] + count
        if ended.returncode:
            what = "hung" if b"Timeout (" in ended.stderr else "crashed"
            data, place = (folder / "current").read_bytes(), folder / what
            place.mkdir(exist_ok=True)
            (place / _named(data)).write_bytes(data)
            (place / f"{_named(data)}.txt").write_bytes(b"exit code %d\n" % ended.returncode + ended.stderr)
            counts[what] += 1
            print(f"{target}: {what}, see {place / _named(data)}", flush=True)
    return counts


def _named(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def main() -> int:
    """Return 1 where an input crashed or hung."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--format", choices=TARGETS, action="append")
    options.add_argument("--minutes", type=float, default=30, help="for each format")
    options.add_argument("--folder", type=Path, default=Path(".fuzz"))
    options.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    options.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.child:
        child(asked.format[0], 60 * asked.minutes, asked.seed, asked.folder)
        return 0
    bad = 0
    for target in asked.format or TARGETS:
        counts = fuzz(target, asked.minutes, asked.folder / target, asked.seed)
        print(f"{target}: {asked.minutes:g} minutes, {dict(counts)}", flush=True)
        bad += counts["crashed"] + counts["hung"]
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
