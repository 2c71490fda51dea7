"""A LangChain retriever: the passages of a search, each compared with its file. Needs the extra ``langchain``."""

from __future__ import annotations

from asyncio import to_thread
from typing import Any

from qa.integrations.shared import Opening, described, identity, missing
from qa.library.library import Library
from qa.types.filters import Filters

try:
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from pydantic import Field, InstanceOf
except ModuleNotFoundError as error:
    raise missing(error, "langchain_core", "langchain") from error


class SeedsRetriever(Opening, BaseRetriever):  # type: ignore[misc]  # mypy does not follow the imports of an extra
    """Passages as LangChain documents, best first: ``page_content`` is the passage word for word.

    ``metadata`` is the citation (path, locator, start, end, sha256, ...) with the ``score`` and the ``index_id``. The
    folder is looked at before each search, and what a file no longer says is left out. ``k``, ``filters`` and
    ``per_document`` are those of `qa.Retriever.search` and may also be given to ``invoke``. Raises the errors of
    `embeddings.errors`. Make one with `open`, or from a library.
    """

    library: InstanceOf[Library] = Field(exclude=True, repr=False)
    k: int = 5
    filters: InstanceOf[Filters] | None = None
    per_document: int | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: object,  # noqa: ARG002 - LangChain calls with it
        **changes: Any,
    ) -> list[Document]:
        return self._found(query, **changes)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: object,  # noqa: ARG002
        **changes: Any,
    ) -> list[Document]:
        return await to_thread(self._found, query, **changes)

    def _found(self, query: str, **changes: Any) -> list[Document]:
        options = {"k": self.k, "filters": self.filters, "per_document": self.per_document}
        unknown = sorted(set(changes) - set(options))
        if unknown:
            raise TypeError(f"a search takes {', '.join(options)}, and not {', '.join(unknown)}")
        found = self.library.search(query, **{**options, **changes})
        return [
            Document(id=identity(hit.citation.source), page_content=hit.citation.quote, metadata=described(hit, found))
            for hit in found.hits
        ]
