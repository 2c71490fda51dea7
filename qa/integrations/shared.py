"""What the components of all frameworks have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from embeddings.encoding.models import DEFAULT_MODEL
from embeddings.errors import MissingExtra
from qa.answering.answerer import Answerer
from qa.answering.search import Found
from qa.library.library import Library
from qa.types.hits import Hit
from qa.types.quotes import Quote


class Opening:
    """What opens a folder for a component, which takes a ``library``."""

    @classmethod
    def open(
        cls,
        seeds: str | Path = "seeds",
        *,
        index: str | Path | None = None,
        model: str = DEFAULT_MODEL,
        allow_download: bool = False,
        **options: Any,
    ) -> Self:
        """Build the index of a folder, or bring it up to date, and search it; ``options`` are the component's own."""
        make: Any = cls
        opened: Self = make(
            library=Library(Answerer.open(seeds, index=index, model=model, allow_download=allow_download)), **options
        )
        return opened


def identity(quote: Quote) -> str:
    """Return a passage's name: the same while its file is the same, another where it changed."""
    return f"{quote.document_id}-{quote.sha256[:12]}-{quote.start}-{quote.end}"


def described(hit: Hit, found: Found) -> dict[str, Any]:
    """Return a citation's fields, the hit's score, and the name of the index: plain values, ready for JSON."""
    return {**hit.citation.to_dict(), "score": hit.score, "index_id": found.index_id}


def missing(error: ModuleNotFoundError, package: str, extra: str) -> Exception:
    """Return MissingExtra with the line that installs the package, or the error itself where it is about another."""
    if error.name is None or error.name.partition(".")[0] != package:
        return error
    return MissingExtra(f"{package} is not installed. In the program's folder: pip install '.[{extra}]'")
