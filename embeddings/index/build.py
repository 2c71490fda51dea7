"""The texts that are encoded for a corpus, and the index that is put together from their vectors."""

from __future__ import annotations

from embeddings.documents.abbreviations import collect
from embeddings.documents.corpus import Corpus
from embeddings.documents.splitter import context
from embeddings.formats.ocr import engine_name
from embeddings.index.lexical.bm25 import BM25Index
from embeddings.index.manifest import FORMAT, Made, Manifest
from embeddings.index.store import Index
from embeddings.index.vectors import build_vectors
from embeddings.types import Encoder, Vectors


def passage_inputs(corpus: Corpus, encoder: Encoder) -> list[str]:
    """Return the text that is encoded for each passage: title and heading in front of its own."""
    rows = ((corpus.document_of(row), corpus.passage(row)) for row in range(len(corpus)))
    return [context(document.title, passage.heading, encoder) + passage.text for document, passage in rows]


def sentence_inputs(corpus: Corpus) -> list[str]:
    """Return the text that is encoded for each sentence: its own."""
    return [corpus.sentence(row).text for row in range(len(corpus.sentence_spans))]


def assemble(corpus: Corpus, made: Made, encoder: Encoder, vectors: tuple[Vectors, Vectors]) -> Index:
    """Put an index together in memory; ``vectors`` are those of the passages and of the sentences, by row."""
    passages, sentences = vectors
    manifest = Manifest(
        format=FORMAT,
        made=made,
        dimension=encoder.dimension,
        max_tokens=encoder.max_tokens,
        prompts=encoder.prompts,
        counts={"documents": len(corpus.documents), "passages": len(passages), "sentences": len(sentences)},
        documents={document.source: document.sha256 for document in corpus.documents},
        skipped=(),
        remarks=(),
        files={},
        ocr=engine_name(),
        pages_by_ocr=sum(page.ocr for document in corpus.documents for page in document.pages),
    )
    return Index(
        manifest=manifest,
        corpus=corpus,
        passage_vectors=build_vectors(passages),
        sentence_vectors=build_vectors(sentences),
        lexical=BM25Index.build(_lexical_inputs(corpus)),
        aliases=collect((document.id, document.text) for document in corpus.documents),
    )


def _lexical_inputs(corpus: Corpus) -> list[list[str]]:
    """Return the pieces of each passage: title and heading, then its sentences."""
    pieces: list[list[str]] = []
    for row in range(len(corpus)):
        front = f"{corpus.document_of(row).title}\n{corpus.passage(row).heading}"
        pieces.append([front, *(corpus.sentence(own).text for own in corpus.sentence_rows(row))])
    return pieces
