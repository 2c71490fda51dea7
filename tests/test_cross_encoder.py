"""Readers of others: a real cross-encoder with random weights, made here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import exp
from pathlib import Path
from threading import Barrier

import pytest
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import CrossEncoder
from tiny_models import tiny_cross_encoder

from embeddings.errors import ModelNotFound
from qa.reading import CrossEncoderReader, PassageReader, PassageText, Reading, open_cross_encoder

QUESTION = "Who founded the mill?"
TEXT = "The mill was founded by Mira Olsen. Its bridge was opened in 1807. Trade grew slowly."
MILL = PassageText("County", TEXT, ((0, 35), (36, 66), (67, 85)))
OTHER = PassageText("", "Trade grew.", ((0, 11),))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder(tmp_path_factory.mktemp("cross"))


@pytest.fixture(scope="module")
def scores(place: Path) -> dict[str, float]:
    """What the library itself says of each text that is to be scored."""
    texts = [
        f"County\n{TEXT}",
        f"County\n{TEXT[:35]}",
        f"County\n{TEXT[:66]}",
        f"County\n{TEXT[36:]}",
        "Trade grew.",
    ]
    model: CrossEncoder = CrossEncoder(str(place), device="cpu", local_files_only=True)
    logits = model.predict([(QUESTION, text) for text in texts], activation_fn=lambda logits: logits)
    return dict(zip(texts, map(float, logits), strict=True))


def test_passages_and_sentences_in_their_context_are_scored(place: Path, scores: dict[str, float]) -> None:
    reader: PassageReader = open_cross_encoder(str(place))
    mill, other = reader.read(QUESTION, [MILL, OTHER])
    whole, *sentences, short = scores.values()
    assert mill.answered == pytest.approx(whole, abs=1e-5)
    assert mill.probability == pytest.approx(1 / (1 + exp(-whole)), abs=1e-5)
    total = sum(map(exp, sentences))
    assert mill.sentences == pytest.approx([exp(one) / total for one in sentences], abs=1e-5)
    assert other.answered == pytest.approx(short, abs=1e-5)
    assert other.sentences == (1.0,)
    assert (mill.span, mill.span_margin, reader.limit) == (None, 0.0, None)
    assert len({round(one, 3) for one in scores.values()}) == 5


def test_no_passages_are_no_readings(place: Path) -> None:
    assert open_cross_encoder(str(place)).read(QUESTION, []) == []


def test_it_is_known_before_it_is_loaded(place: Path) -> None:
    reader = open_cross_encoder(str(place))
    assert (reader.name, len(reader.digest)) == (place.name, 64)
    assert "_model" not in vars(reader)


def _long(count: int) -> PassageText:
    """A passage of so many sentences."""
    sentence = "The mill was founded by Mira Olsen."
    starts = [number * (len(sentence) + 1) for number in range(count)]
    return PassageText("", " ".join([sentence] * count), tuple((start, start + len(sentence)) for start in starts))


def test_the_best_window_of_a_long_passage_speaks(place: Path) -> None:
    sentences = ["The mill was founded by Mira Olsen."] * 60 + ["Trade grew slowly."] * 60
    text = " ".join(sentences)
    spans, start = [], 0
    for sentence in sentences:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 1
    (reading,) = open_cross_encoder(str(place)).read(QUESTION, [PassageText("", text, tuple(spans))])
    assert len(reading.sentences) == 120
    assert sum(reading.sentences) == pytest.approx(1)
    model: CrossEncoder = CrossEncoder(str(place), device="cpu", local_files_only=True)
    (cut,) = model.predict([(QUESTION, text)], activation_fn=lambda logits: logits)
    assert reading.answered > float(cut)


def test_readings_at_once_are_what_they_are_one_after_the_other(place: Path) -> None:
    """Scoring cuts and pads with the tokenizer that counts the tokens of long passages."""
    reader = open_cross_encoder(str(place))
    texts = [_long(number) for number in (1, 3, 60, 90)]
    alone = reader.read(QUESTION, texts)
    together = Barrier(4)

    def read(_: int) -> list[list[Reading]]:
        together.wait()
        return [reader.read(QUESTION, texts) for _ in range(6)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(read, range(4)))
    assert found == [[alone] * 6] * 4


@pytest.mark.parametrize(
    "text",
    [
        PassageText("", "", ()),
        PassageText("", "", ((0, 0),)),
        PassageText("\udfff", "The \udc00 mill\x00\u202e", ((0, 12),)),
        PassageText("County " * 5000, "mill " * 3000, ((0, 15_000),)),
        PassageText("", "m" * 1_000_000, ((0, 1_000_000),)),
        PassageText("", "گوادر کی بندرگاہ 2007 میں کھولی گئی۔", ((0, 36),)),
    ],
    ids=["nothing", "empty", "surrogates", "long title", "long word", "Urdu"],
)
@pytest.mark.parametrize("question", ["", "mill \ud800?", "mill " * 3000], ids=["empty", "surrogate", "long"])
def test_any_text_is_read(place: Path, question: str, text: PassageText) -> None:
    reader = open_cross_encoder(str(place))
    (reading,) = reader.read(question, [text])
    assert 0 <= reading.probability <= 1
    assert sum(reading.sentences) == pytest.approx(1.0 if text.sentences else 0.0)
    assert reader.read(question, [text]) == [reading]


@pytest.mark.parametrize("bias", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_said(tmp_path: Path, bias: float) -> None:
    weights = tiny_cross_encoder(tmp_path) / "model.safetensors"
    state = load_file(weights)
    save_file({**state, "classifier.bias": torch.full_like(state["classifier.bias"], bias)}, weights, {"format": "pt"})
    with pytest.raises(
        ModelNotFound, match=r"scores a question and a passage with inf or nan, expected finite numbers"
    ):
        open_cross_encoder(str(tmp_path)).read(QUESTION, [MILL, OTHER])


def test_what_is_no_cross_encoder_is_said(place: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="is no cross-encoder: it holds no config"):
        open_cross_encoder(str(tmp_path))
    for name in ("nobody/nothing", "no such model", "x" * 5000, "a\0b"):
        with pytest.raises(ModelNotFound, match="is no folder here and not in the hub's cache: allow the download"):
            open_cross_encoder(name)
    three = CrossEncoderReader(open_cross_encoder(str(tiny_cross_encoder(tmp_path / "three", labels=3)))._files)
    with pytest.raises(ModelNotFound, match="gives 3 numbers for a question and a passage, and a reader needs one"):
        three.read(QUESTION, [MILL])
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelNotFound, match="cannot be loaded as a cross-encoder"):
        open_cross_encoder(str(tmp_path)).read(QUESTION, [MILL])
