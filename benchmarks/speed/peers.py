"""The peers, each used as its own documentation shows: how it makes and saves an index, opens it, and searches.

Each encodes by itself, with the same folder of weights. LangChain's HuggingFaceEmbeddings is the one of
langchain-community: langchain-huggingface needs an older huggingface-hub than transformers does. Nothing is imported
before it is used, since the start is measured.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["INDEXES", "PEERS", "Peer", "Search"]

Search = Callable[[str], list[str]]
"""From a question to the names of the ten best passages."""
Passages = Sequence[tuple[str, str]]
"""Names and texts."""

_TEXTS = "passages.json"
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Peer:
    """One way to use a peer: which saved index it opens, and how. ``dense`` is a search by vectors alone."""

    index: str
    open: Callable[[Path, Path], Search]
    dense: bool


def _langchain_embeddings(model: Path) -> Any:
    from langchain_community.embeddings import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=str(model))


def make_langchain(model: Path, passages: Passages, place: Path, vectors: Any = None) -> None:
    """Make and save LangChain's FAISS store; the texts beside it are for its BM25Retriever, which cannot be saved.

    ``vectors`` (n, d) are given where encoding would take too long.
    """
    from langchain_community.vectorstores import FAISS

    embeddings = _langchain_embeddings(model)
    names, texts = zip(*passages, strict=True)
    if vectors is None:
        store = FAISS.from_texts(texts, embeddings, metadatas=[{"id": name} for name in names])
    else:
        pairs = list(zip(texts[:_CHUNK], vectors[:_CHUNK].tolist(), strict=True))
        store = FAISS.from_embeddings(pairs, embeddings, metadatas=[{"id": name} for name in names[:_CHUNK]])
        for start in range(_CHUNK, len(texts), _CHUNK):
            own = slice(start, start + _CHUNK)
            pairs = list(zip(texts[own], vectors[own].tolist(), strict=True))
            store.add_embeddings(pairs, metadatas=[{"id": name} for name in names[own]])
    store.save_local(str(place))
    (place / _TEXTS).write_text(json.dumps(list(passages)), encoding="utf-8")


def open_langchain(model: Path, place: Path) -> Search:
    """Open the store as a retriever."""
    retriever = _langchain_store(model, place).as_retriever(search_kwargs={"k": 10})
    return lambda question: [document.metadata["id"] for document in retriever.invoke(question)]


def open_langchain_ensemble(model: Path, place: Path) -> Search:
    """Open the EnsembleRetriever of the store and a BM25Retriever, half and half."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    names, texts = zip(*json.loads((place / _TEXTS).read_text(encoding="utf-8")), strict=True)
    words = BM25Retriever.from_texts(texts, metadatas=[{"id": name} for name in names])
    words.k = 10
    vectors = _langchain_store(model, place).as_retriever(search_kwargs={"k": 10})
    retriever = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5], id_key="id")
    return lambda question: [document.metadata["id"] for document in retriever.invoke(question)[:10]]


def _langchain_store(model: Path, place: Path) -> Any:
    from langchain_community.vectorstores import FAISS

    return FAISS.load_local(str(place), _langchain_embeddings(model), allow_dangerous_deserialization=True)


def make_txtai(model: Path, passages: Passages, place: Path, vectors: Any = None) -> None:
    """Make and save txtai's index of vectors alone, without the texts: its fastest."""
    _make_txtai({"path": str(model)}, passages, place, vectors)


def make_txtai_hybrid(model: Path, passages: Passages, place: Path, vectors: Any = None) -> None:
    """Make and save txtai's hybrid index with the texts in it."""
    _make_txtai({"path": str(model), "hybrid": True, "content": True}, passages, place, vectors)


def _make_txtai(settings: dict[str, Any], passages: Passages, place: Path, vectors: Any) -> None:
    from txtai import Embeddings

    index = Embeddings(**settings)
    if vectors is not None:
        given = _in_order(vectors)
        index.model.vectorize = lambda batch, _category=None: next(given)[: len(batch)]
    index.index([(name, text) for name, text in passages])
    index.save(str(place))


def _in_order(vectors: Any, batch: int = 500) -> Iterator[Any]:
    """Yield vectors as txtai asks for them: 500 passages at a time, in their order."""
    for start in range(0, len(vectors), batch):
        yield vectors[start : start + batch]


def open_txtai(_: Path, place: Path) -> Search:
    """Open the index that was saved; it knows the model's folder itself."""
    from txtai import Embeddings

    index = Embeddings()
    index.load(str(place))

    def search(question: str) -> list[str]:
        found = index.search(question, 10)
        return [one["id"] if isinstance(one, dict) else one[0] for one in found]

    return search


def make_haystack(model: Path, passages: Passages, place: Path, vectors: Any = None) -> None:
    """Make and save Haystack's store in memory, with the vectors of its SentenceTransformersDocumentEmbedder."""
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    store = InMemoryDocumentStore()
    if vectors is None:
        embedder = SentenceTransformersDocumentEmbedder(model=str(model), progress_bar=False)
        embedder.warm_up()
        documents = embedder.run([Document(id=name, content=text) for name, text in passages])["documents"]
    else:
        pairs = zip(passages, vectors, strict=True)
        documents = [Document(id=name, content=text, embedding=vector.tolist()) for (name, text), vector in pairs]
    store.write_documents(documents)
    place.mkdir(parents=True, exist_ok=True)
    store.save_to_disk(str(place / "store.json"))


def open_haystack(model: Path, place: Path) -> Search:
    """Open the saved store in a pipeline of the text embedder and the embedding retriever."""
    pipeline, _ = _haystack_pipeline(model, place)

    def search(question: str) -> list[str]:
        found = pipeline.run({"text_embedder": {"text": question}})
        return [document.id for document in found["embedding_retriever"]["documents"]]

    return search


def open_haystack_hybrid(model: Path, place: Path) -> Search:
    """Open the same pipeline with a BM25 retriever beside it, joined by reciprocal ranks."""
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever

    pipeline, store = _haystack_pipeline(model, place)
    pipeline.add_component("bm25_retriever", InMemoryBM25Retriever(document_store=store, top_k=10))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=10))
    pipeline.connect("bm25_retriever", "joiner")
    pipeline.connect("embedding_retriever", "joiner")

    def search(question: str) -> list[str]:
        found = pipeline.run({"text_embedder": {"text": question}, "bm25_retriever": {"query": question}})
        return [document.id for document in found["joiner"]["documents"]]

    return search


def _haystack_pipeline(model: Path, place: Path) -> tuple[Any, Any]:
    from haystack import Pipeline
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    store = InMemoryDocumentStore.load_from_disk(str(place / "store.json"))
    pipeline = Pipeline()
    pipeline.add_component("text_embedder", SentenceTransformersTextEmbedder(model=str(model), progress_bar=False))
    pipeline.add_component("embedding_retriever", InMemoryEmbeddingRetriever(document_store=store, top_k=10))
    pipeline.connect("text_embedder.embedding", "embedding_retriever.query_embedding")
    return pipeline, store


INDEXES: dict[str, Callable[..., None]] = {
    "langchain": make_langchain,
    "txtai": make_txtai,
    "txtai-hybrid": make_txtai_hybrid,
    "haystack": make_haystack,
}
"""How each saved index is made."""

PEERS: dict[str, Peer] = {
    "LangChain FAISS": Peer("langchain", open_langchain, dense=True),
    "LangChain ensemble": Peer("langchain", open_langchain_ensemble, dense=False),
    "txtai": Peer("txtai", open_txtai, dense=True),
    "txtai hybrid": Peer("txtai-hybrid", open_txtai, dense=False),
    "Haystack": Peer("haystack", open_haystack, dense=True),
    "Haystack hybrid": Peer("haystack", open_haystack_hybrid, dense=False),
}
"""In the order of the tables."""
