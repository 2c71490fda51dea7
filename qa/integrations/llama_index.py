"""A LlamaIndex retriever: the passages of a search, each compared with its file. Needs the extra ``llama-index``."""

from __future__ import annotations

from asyncio import to_thread
from typing import Any

from qa.answering.search import Found
from qa.integrations.shared import Opening, described, identity, missing
from qa.library.library import Library
from qa.types.filters import Filters
from qa.types.hits import Hit

try:
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode
except ModuleNotFoundError as error:
    raise missing(error, "llama_index", "llama-index") from error

_SHOWN = ("title", "locator", "path")  # what a prompt or a vector is to have of the metadata; the rest is for programs


class SeedsRetriever(Opening, BaseRetriever):  # type: ignore[misc]  # mypy does not follow the imports of an extra
    """Passages as LlamaIndex nodes with scores, best first: the node's text is the passage word for word.

    ``start_char_idx`` and ``end_char_idx`` count code points of the document's text; ``metadata`` is the citation with
    the ``score`` and the ``index_id``; ``node_id`` is the same as long as the file is. The folder is looked at before
    each search, and what a file no longer says is left out. ``k``, ``filters`` and ``per_document`` are those of
    `qa.Retriever.search`. Raises the errors of `embeddings.errors`. Make one with `open`, or from a library.
    """

    def __init__(
        self,
        library: Library,
        *,
        k: int = 5,
        filters: Filters | None = None,
        per_document: int | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.library = library
        self.k = k
        self.filters = filters
        self.per_document = per_document

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = query_bundle.query_str
        found = self.library.search(query, self.k, filters=self.filters, per_document=self.per_document)
        return [_node(hit, found) for hit in found.hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await to_thread(self._retrieve, query_bundle)


def _node(hit: Hit, found: Found) -> NodeWithScore:
    quote = hit.citation.source
    metadata = described(hit, found)
    hidden = [key for key in metadata if key not in _SHOWN]
    node = TextNode(
        id_=identity(quote),
        text=quote.quote,
        start_char_idx=quote.start,
        end_char_idx=quote.end,
        metadata=metadata,
        excluded_llm_metadata_keys=hidden,
        excluded_embed_metadata_keys=hidden,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=quote.document_id)},
    )
    return NodeWithScore(node=node, score=hit.score)
