"""One text after another becomes a vector without torch, whose import takes longer than all else before an answer.

It is for models of one kind: a BERT, the mean of its tokens, no more. The vectors are those of sentence-transformers
but for the rounding of float32; others are left to that library.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoding.bert import Bert, Shape, threads
from embeddings.encoding.tokens import open_tokenizer
from embeddings.encoding.weights import Weights
from embeddings.types import Vectors

_MODULES = (["Transformer", "Pooling", "Normalize"], ["Transformer", "Pooling"])
_OF_TOKENIZER = {"do_lower_case": "lowercase", "strip_accents": "strip_accents"}


class DirectEncoder:
    """The encoder of questions, and of a few passages, for a model of that kind."""

    def __init__(self, folder: Path, shape: Shape, most: int, prompts: dict[str, str]) -> None:
        self._bert = Bert(shape, Weights.of(folder / "model.safetensors"))
        self._tokenizer, self._whole = open_tokenizer(folder), open_tokenizer(folder)
        self._tokenizer.enable_truncation(most)
        self.dimension, self.max_tokens, self.prompts = shape.hidden_size, most, prompts

    @classmethod
    def of(cls, folder: Path) -> DirectEncoder | None:
        """Return the encoder of a model's folder; None where the model is of another kind."""
        with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
            config = _read(folder / "config.json")
            limits = _read(folder / "sentence_bert_config.json")
            said = _read(folder / "config_sentence_transformers.json")
            if _is_plain(folder, config) and not limits.get("do_lower_case") and not said.get("default_prompt_name"):
                shape = Shape(**{field.name: config[field.name] for field in fields(Shape)})
                said_most = limits.get("max_seq_length") or _read(folder / "tokenizer_config.json")["model_max_length"]
                most = min(int(said_most), shape.max_position_embeddings)
                prompts = {name: prompt for name, prompt in sorted((said.get("prompts") or {}).items()) if prompt}
                return cls(folder, shape, most, prompts)
        return None

    def encode(self, text: str) -> Vectors:
        """Return the mean (d,) of the tokens of a question."""
        return self._mean(self.prompts.get("query", "") + text)

    def encode_few(self, texts: Sequence[str]) -> Vectors:
        """Return the means (n, d) of passages, several at once, each by itself in one thread."""
        return np.stack(list(threads().map(self._mean, texts)))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens, not truncated."""
        return [len(one.ids) for one in self._whole.encode_batch(list(texts), add_special_tokens=False)]

    def _mean(self, text: str) -> Vectors:
        tokens = np.asarray(self._tokenizer.encode(text).ids, dtype=np.int64)
        (states,) = self._bert(tokens, len(tokens))
        mean: Vectors = states[0].mean(axis=0)
        return mean


def _is_plain(folder: Path, config: dict[str, Any]) -> bool:
    modules = _read(folder / "modules.json")
    pooling = _read(folder / modules[1]["path"] / "config.json")
    modes = {name for name, on in pooling.items() if name.startswith("pooling_mode") and on}
    return (
        [module["type"].rpartition(".")[2] for module in modules] in _MODULES
        and modules[0]["path"] == ""
        and (modes == {"pooling_mode_mean_tokens"} or pooling.get("pooling_mode") == "mean")
        and config["model_type"] == "bert"
        and config["hidden_act"] == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder")
        and _has_own_tokenizer(folder)
    )


def _has_own_tokenizer(folder: Path) -> bool:
    """Return whether the tokenizer's description changes nothing of it, as transformers would let it."""
    said = _read(folder / "tokenizer_config.json")
    normaliser = _read(folder / "tokenizer.json").get("normalizer") or {}
    return all(said[name] == normaliser.get(own) for name, own in _OF_TOKENIZER.items() if name in said)


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
