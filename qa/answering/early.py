"""What takes long before a first answer, begun in the background while the index is opened.

These are the models, and the process that reads the files which are quoted. Nothing depends on it: what is not there
when it is needed is made then, and an error is raised where it is met again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from embeddings.errors import QAError


def begin(model: str, reader: str = "", *, no_reader: bool = False, allow_download: bool = False) -> None:
    """Begin to load an encoder and a reader, named as in `Setup` and `ReaderChoice`, and to start a child."""

    def child() -> None:
        from embeddings.formats.apart.pool import start

        start()

    def encoder() -> None:
        from embeddings.encoding.encoder import open_encoder

        open_encoder(model, allow_download=allow_download).encode_query("?")

    def read() -> None:
        from embeddings.encoding.encoder import open_encoder
        from qa.reading.choice import ReaderChoice, reader_for

        choice = ReaderChoice(reader, none=no_reader, allow_download=allow_download)
        reader_for(choice, open_encoder(model, allow_download=allow_download)).load()

    for work in (child, encoder, read):
        Thread(target=_quietly, args=(work,), name="loading", daemon=True).start()


def _quietly(work: Callable[[], None]) -> None:
    with suppress(QAError, OSError, RuntimeError):  # also where the program ends meanwhile
        work()
