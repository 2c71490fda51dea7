"""What a user chooses, and how it is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from embeddings.documents.folder import resolve_folder, scan
from embeddings.encoding.encoder import open_encoder
from embeddings.encoding.models import DEFAULT_MODEL
from embeddings.errors import StoreError
from embeddings.index.changes import Progress
from embeddings.index.sync import load_checked
from embeddings.location import index_place
from embeddings.types import Encoder
from qa.reading.choice import ReaderChoice
from qa.retrieval.retriever import Retriever, open_retriever
from qa.types.arguments import check_fields


@dataclass(frozen=True, slots=True)
class Setup:
    """What a user chooses: the documents, where their index lies (None: in the cache), the model, and the reader.

    >>> Setup(Path("seeds")).model
    'all-MiniLM-L6-v2'
    """

    seeds: Path
    index: Path | None = None
    model: str = DEFAULT_MODEL
    allow_download: bool = False
    reader: ReaderChoice = field(default_factory=ReaderChoice)

    def __post_init__(self) -> None:
        check_fields(self)

    def encoder(self) -> Encoder:
        """Find the model and check its files; it is loaded when it is used."""
        return open_encoder(self.model, allow_download=self.allow_download)

    def index_folder(self, encoder: Encoder) -> Path:
        """Return where the index lies: by default a folder of its own in the user's cache."""
        return self.index or index_place(resolve_folder(self.seeds), encoder)

    def stored_retriever(self) -> Retriever | None:
        """Return a retriever over the index as it is stored, without reading a document; None where none fits.

        Raises FolderError where the folder cannot be walked.
        """
        seeds, encoder = resolve_folder(self.seeds), self.encoder()
        scan(seeds)
        place = self.index_folder(encoder)
        try:
            return Retriever(load_checked(seeds, place, encoder), encoder, seeds, place=place)
        except StoreError:
            return None

    def open_retriever(
        self, *, rebuild: bool = False, allow_shrink: bool = False, progress: Progress | None = None
    ) -> Retriever:
        """Bring the index of the documents up to date, or make it anew, and open it; see `Retriever.open`."""
        ways = {"rebuild": rebuild, "allow_shrink": allow_shrink}
        return open_retriever(self.seeds, self.encoder(), index=self.index, progress=progress, **ways)
