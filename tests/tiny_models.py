"""Models with random weights and a vocabulary of a few words, saved as real ones are."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

from embeddings.disk import digest
from embeddings.encoding.models import ModelFiles
from qa.reading import Calibrated
from qa.reading.trained.files import DESCRIPTION, WEIGHTS
from training.export import export
from training.model import begin

__all__ = ["described_anew", "tiny_cross_encoder", "tiny_encoder", "tiny_reader"]

_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_TEXTS = "the mill was founded by mira olsen its bridge opened in 1807 trade grew slowly who when county . ? , 😀"
_WORDS = [*_TEXTS.split(), *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
_VOCABULARY = list(dict.fromkeys([*_SPECIAL, *_WORDS]))


def tiny_encoder(folder: Path, *, seed: int = 0) -> ModelFiles:
    """The part of a BERT that a reader is made from."""
    torch.manual_seed(seed)
    _tokenizer(folder)
    BertModel(_config(), add_pooling_layer=False).save_pretrained(folder)
    return ModelFiles("tiny", folder)


def tiny_reader(base: ModelFiles, folder: Path) -> Path:
    """A reader exported by the training's own code; gives the folder."""
    model = begin(base.folder, seed=2)
    export(model, base, Calibrated(1.0, 0.5, 0.25, -0.5), 0.6, folder)
    return folder


def described_anew(folder: Path) -> None:
    """Has the description of a reader name the digest of the weights that lie beside it now."""
    file = folder / DESCRIPTION
    row = json.loads(file.read_text(encoding="utf-8"))
    row["weights"]["sha256"] = digest(folder / WEIGHTS)
    file.write_text(json.dumps(row), encoding="utf-8")


def tiny_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """A cross-encoder that gives so many numbers; gives the folder."""
    torch.manual_seed(4)
    _tokenizer(folder)
    config = _config()
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def _tokenizer(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(_VOCABULARY) + "\n", encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)


def _config() -> BertConfig:
    return BertConfig(
        vocab_size=len(_VOCABULARY),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.3,  # so that texts differ in what comes out
    )
