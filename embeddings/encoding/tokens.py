"""The only importer of tokenizers: the tokenizer that comes with a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import ModelNotFound

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def open_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer of a folder, without the length that it may have been saved with. Raises ModelNotFound."""
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises nothing narrower
        raise ModelNotFound(
            f"{file} cannot be read as a tokenizer ({error}): give the folder of the model again"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
