"""The systems that are compared, each used as its own documentation shows, over the same texts and vectors.

A builder gets a task, the encoder and how many passages are wanted; it gives a function from a question to passages'
names, best first. How many candidates a system looks at follows from that number and its own defaults; nothing else is
set. The vectors of all are the shared ones (unit length, float32), handed over by each system's own way for that: a
subclass of LangChain's ``Embeddings`` in the place of HuggingFaceEmbeddings, txtai's method ``external``, the field
``embedding`` of Haystack's documents. Peers are imported when they are built: they are no dependencies of the product.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tasks import Task
from embeddings.errors import QuestionError
from embeddings.index.rows import index_rows
from embeddings.types import Encoder, Vectors
from qa.retrieval.retriever import Retriever

__all__ = ["OURS", "SYSTEMS", "Builder", "Search", "ours"]

Search = Callable[[str], list[str]]
Builder = Callable[[Task, Encoder, int], Search]

OURS = "seeds-qa"


def ours(task: Task, encoder: Encoder, depth: int) -> Search:
    """Build the product: its index of ready-made passages, its retriever; copies stay apart, as in the judgements."""
    retriever = Retriever(index_rows(task.rows, encoder), encoder, Path())

    def search(question: str) -> list[str]:
        try:
            return [hit.passage.document_id for hit in retriever.search(question, depth, collapse=False)]
        except QuestionError:
            return []

    return search


def bm25s_alone(task: Task, _: Encoder, depth: int) -> Search:
    """Build bm25s as its README begins: English stop words, the Snowball stemmer, BM25 with its defaults."""
    import bm25s
    import Stemmer

    names, stemmer = task.names, Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(bm25s.tokenize(task.texts, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)

    def search(question: str) -> list[str]:
        words = bm25s.tokenize(question, stemmer=stemmer, show_progress=False)
        rows, _ = index.retrieve(words, k=min(depth, len(names)), show_progress=False)
        return [names[row] for row in rows[0]]

    return search


def langchain_dense(task: Task, encoder: Encoder, depth: int) -> Search:
    """Build LangChain's FAISS store as a retriever."""
    retriever = _faiss(task, encoder).as_retriever(search_kwargs={"k": depth})
    return lambda question: [document.metadata["id"] for document in retriever.invoke(question)]


def langchain_ensemble(task: Task, encoder: Encoder, depth: int) -> Search:
    """Build LangChain's EnsembleRetriever of BM25Retriever and FAISS, half and half, by weighted reciprocal ranks.

    ``id_key`` keeps passages of the same text apart, which by default are one.
    """
    return _ensemble(task, encoder, depth, {})


def langchain_ensemble_words(task: Task, encoder: Encoder, depth: int) -> Search:
    """Build the same with lower-case words, no punctuation; by default BM25Retriever divides at white space."""
    return _ensemble(task, encoder, depth, {"preprocess_func": lambda text: re.findall(r"\w+", text.lower())})


def _ensemble(task: Task, encoder: Encoder, depth: int, options: dict[str, Any]) -> Search:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    words = BM25Retriever.from_texts(task.texts, metadatas=[{"id": name} for name in task.names], **options)
    words.k = depth
    vectors = _faiss(task, encoder).as_retriever(search_kwargs={"k": depth})
    retriever = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5], id_key="id")
    return lambda question: [document.metadata["id"] for document in retriever.invoke(question)[:depth]]


def _faiss(task: Task, encoder: Encoder) -> Any:
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings

    class Shared(Embeddings):  # type: ignore[misc]
        """The shared vectors, by LangChain's interface."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            """Return one list of numbers for each text."""
            rows: list[list[float]] = encoder.encode_passages(texts).tolist()
            return rows

        def embed_query(self, text: str) -> list[float]:
            """Return one list of numbers."""
            row: list[float] = encoder.encode_query(text).tolist()
            return row

    return FAISS.from_texts(task.texts, Shared(), metadatas=[{"id": name} for name in task.names])


def txtai_hybrid(task: Task, encoder: Encoder, depth: int) -> Search:
    """Build txtai's Embeddings with ``hybrid=True``, no content stored: its own BM25 and faiss, scores added."""
    from txtai import Embeddings

    passages = frozenset(task.texts)

    def transform(texts: list[str]) -> Vectors:
        if texts[0] in passages:  # a batch is of passages or of questions
            return encoder.encode_passages(texts)
        return np.stack([encoder.encode_query(text) for text in texts])

    index = Embeddings(method="external", transform=transform, hybrid=True, content=False)
    index.index(list(zip(task.names, task.texts, strict=True)))
    return lambda question: [name for name, _ in index.search(question, depth)]


def haystack_hybrid(task: Task, encoder: Encoder, depth: int) -> Search:
    """Build a pipeline of Haystack: BM25 and embedding retrievers in memory, joined by reciprocal ranks.

    The parts have the names of its documentation: passages of equal rank follow the order of the retrievers' names.
    These names put words first, which is never worse here.
    """
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"  # read when it is imported
    from haystack import Document, Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    vectors = encoder.encode_passages(task.texts).tolist()
    documents = zip(task.names, task.texts, vectors, strict=True)
    store.write_documents([Document(id=name, content=text, embedding=vector) for name, text, vector in documents])
    pipeline = Pipeline()
    pipeline.add_component("bm25_retriever", InMemoryBM25Retriever(document_store=store, top_k=depth))
    pipeline.add_component("embedding_retriever", InMemoryEmbeddingRetriever(document_store=store, top_k=depth))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=depth))
    pipeline.connect("bm25_retriever", "joiner")
    pipeline.connect("embedding_retriever", "joiner")

    def search(question: str) -> list[str]:
        vector = {"query_embedding": encoder.encode_query(question).tolist()}
        found = pipeline.run({"bm25_retriever": {"query": question}, "embedding_retriever": vector})
        return [document.id for document in found["joiner"]["documents"]]

    return search


SYSTEMS: dict[str, Builder] = {
    OURS: ours,
    "bm25s": bm25s_alone,
    "LangChain FAISS": langchain_dense,
    "LangChain ensemble": langchain_ensemble,
    "LangChain ensemble, plain words": langchain_ensemble_words,
    "txtai hybrid": txtai_hybrid,
    "Haystack hybrid": haystack_hybrid,
}
"""In the order of the tables; the first is the product."""
