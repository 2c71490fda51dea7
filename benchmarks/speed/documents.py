"""Folders of documents for the rows: real paragraphs in Markdown files, and the questions asked about them."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.beir import data_folder
from embeddings.index.rows import Row
from qa.evaluation.beir import read_beir

__all__ = ["asked", "paragraphs", "passages_of", "write_articles", "write_large", "write_paragraphs"]

_SETS = ("squad20-a", "squad11-train")


def paragraphs(number: int) -> list[Row]:
    """Return so many paragraphs of Wikipedia, article by article: those of ``squad20-a`` first."""
    found: list[Row] = []
    for name in _SETS:
        if len(found) < number:
            found += read_beir(data_folder(name), answers=False).rows
    if len(found) < number:
        raise ValueError(f"there are {len(found)} paragraphs, {number} are wanted")
    return found[:number]


def asked(number: int) -> list[str]:
    """Return so many different questions that people asked about the first paragraphs; spread over all of them."""
    questions = [question.text for question in read_beir(data_folder(_SETS[0]), answers=False).dataset.judged]
    questions = list(dict.fromkeys(questions))
    return [questions[place * len(questions) // number] for place in range(min(number, len(questions)))]


def write_articles(folder: Path, rows: Sequence[Row]) -> None:
    """Write a Markdown file for each article, its paragraphs in order."""
    for number, (title, own) in enumerate(groupby(rows, key=lambda row: row.title)):
        text = "\n\n".join(_paragraph(row) for row in own)
        (folder / f"{number:04}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")


def write_paragraphs(folder: Path, rows: Sequence[Row]) -> None:
    """Write a Markdown file for each paragraph."""
    for number, row in enumerate(rows):
        (folder / f"{number:05}.md").write_text(f"# {row.title}\n\n{_paragraph(row)}\n", encoding="utf-8")


def _paragraph(row: Row) -> str:
    return " ".join(row.text.split())


def passages_of(seeds: str, place: str, file: str) -> int:
    """Index a folder, and write the names and texts of its passages, with their titles, for the peers; return how many.

    So peers have the passages that the product has.
    """
    from qa import Retriever

    corpus = Retriever.open(seeds, index=place).index.corpus
    passages = []
    for row in range(len(corpus)):
        passage = corpus.passage(row)
        passages.append((f"p{row}", f"{corpus.document_of(row).title}\n{passage.text}"))
    Path(file).write_text(json.dumps(passages), encoding="utf-8")
    return len(passages)


def write_large(folder: Path, number: int, picture: int) -> int:
    """Write DOCX files of one short paragraph and one picture of so many bytes, none like another; return the bytes.

    What is there already in the right number stays.
    """
    files = sorted(folder.glob("*.docx"))
    if len(files) != number:
        parts = _docx_parts()
        for count in range(number):
            _write_docx(
                folder / f"ledger-{count:05}.docx", parts, f"Ledger {count} lists {count % 89} crates.", picture
            )
        files = sorted(folder.glob("*.docx"))
    return sum(file.stat().st_size for file in files)


def _docx_parts() -> dict[str, bytes]:
    from docx import Document
    from PIL import Image

    document, saved, picture = Document(), io.BytesIO(), io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    document.add_paragraph("PLACE OF THE TEXT")
    document.add_picture(picture)
    document.save(saved)
    with zipfile.ZipFile(saved) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def _write_docx(file: Path, parts: dict[str, bytes], text: str, picture: int) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data in parts.items():
            if name.startswith("word/media/"):
                whole.writestr(name, data + os.urandom(picture), zipfile.ZIP_STORED)
            else:
                whole.writestr(name, data.replace(b"PLACE OF THE TEXT", text.encode()))
