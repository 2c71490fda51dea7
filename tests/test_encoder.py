from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoding.encoder import FEW, SentenceEncoder, open_encoder
from embeddings.encoding.models import find_model
from embeddings.errors import ModelNotFound
from embeddings.types import Encoder

pytestmark = pytest.mark.model

TEXTS = [
    "The port of Gwadar was opened in 2007.",
    "Ships from China call at Gwadar.",
    "Wells in Kharan are dry.",
    "",
    "کوئٹہ میں بارش ہوئی۔ 😀",
    "word " * 1000,
]


@pytest.fixture(scope="module")
def real() -> SentenceEncoder:
    return open_encoder()


def test_the_pinned_model_is_known_before_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    for load in ("_sentence_transformer", "_direct_encoder"):
        monkeypatch.setattr(f"embeddings.encoding.encoder.{load}", lambda *_: pytest.fail("it is loaded"))
    encoder = open_encoder()
    assert (encoder.name, encoder.digest) == ("all-MiniLM-L6-v2", find_model().digest)


def test_what_the_model_says_about_itself(real: SentenceEncoder) -> None:
    encoder: Encoder = real
    assert (encoder.dimension, encoder.max_tokens, encoder.prompts) == (384, 256, {})


def test_rows_are_unit_vectors(real: SentenceEncoder) -> None:
    rows = real.encode_passages(TEXTS)
    assert rows.shape == (len(TEXTS), 384)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_a_query_is_encoded_like_a_passage_where_there_are_no_prompts(real: SentenceEncoder) -> None:
    for text, row in zip(TEXTS, real.encode_passages(TEXTS), strict=True):
        query = real.encode_query(text)
        assert query.shape == (384,)
        assert query.dtype == np.float32
        np.testing.assert_allclose(query, real.encode_passages([text])[0], atol=1e-6)
        assert float(query @ row) > 0.99999


def test_a_row_does_not_depend_on_what_else_is_in_the_batch(real: SentenceEncoder) -> None:
    many = real.encode_passages([*TEXTS, *reversed(TEXTS), *["filler"] * 30])
    alone = np.stack([real.encode_passages([text])[0] for text in TEXTS])
    for rows in (many[: len(TEXTS)], many[len(TEXTS) : 2 * len(TEXTS)][::-1]):
        assert (rows * alone).sum(axis=1).min() > 0.99999


def test_similar_texts_have_similar_vectors(real: SentenceEncoder) -> None:
    rows = real.encode_passages(TEXTS[:3])
    scores = rows @ real.encode_query("When did the harbour of Gwadar open?")
    assert np.argsort(-scores).tolist() == [0, 1, 2]
    assert scores[0] > 0.7 > 0.3 > scores[2]


def test_tokens_are_counted_without_special_ones_and_not_truncated(real: SentenceEncoder) -> None:
    assert real.count_tokens(["word " * 1000, "", "port", "Gwadar port"]) == [1000, 0, 1, 4]
    assert real.count_tokens([]) == []


def test_no_texts_give_no_rows(real: SentenceEncoder) -> None:
    rows = real.encode_passages([])
    assert rows.shape == (0, 384)
    assert rows.dtype == np.float32


def test_the_prompts_of_a_model_are_used(tmp_path: Path, real: SentenceEncoder) -> None:
    place = tmp_path / "model"
    pinned = find_model().folder
    shutil.copytree(pinned, place, ignore=shutil.ignore_patterns("*.safetensors"))
    (place / "model.safetensors").symlink_to(pinned / "model.safetensors")
    path = place / "config_sentence_transformers.json"
    path.unlink()
    path.write_text(json.dumps({"prompts": {"query": "query: ", "document": "passage: "}}))
    prompted = open_encoder(str(place))
    assert prompted.prompts == {"document": "passage: ", "query": "query: "}
    assert prompted.name == str(place)
    assert prompted.digest != real.digest
    for text in TEXTS[:3]:
        np.testing.assert_allclose(prompted.encode_query(text), real.encode_query(f"query: {text}"), atol=1e-6)
        expected = real.encode_passages([f"passage: {text}"])
        np.testing.assert_allclose(prompted.encode_passages([text]), expected, atol=1e-6)
        assert float(prompted.encode_query(text) @ expected[0]) < 0.99


@pytest.mark.parametrize("files", [{"config.json": "garbage"}, {"config.json": "{}"}, {"modules.json": "[{}]"}])
def test_a_folder_that_cannot_be_loaded_is_no_model(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    encoder = open_encoder(str(tmp_path))
    with pytest.raises(ModelNotFound, match=f"{tmp_path} cannot be loaded as .* Choose another with --model"):
        encoder.encode_query("port")
    with pytest.raises(ModelNotFound, match="cannot be loaded"):
        _ = encoder.dimension


def test_a_few_texts_are_encoded_without_sentence_transformers(
    real: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = real.encode_passages([*TEXTS, *["?"] * FEW])[: len(TEXTS)]
    monkeypatch.setattr("embeddings.encoding.encoder._loaded", set())
    monkeypatch.setattr("embeddings.encoding.encoder._sentence_transformer", lambda *_: pytest.fail("it is loaded"))
    encoder = open_encoder()
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), many, atol=1e-6)
    assert (encoder.dimension, encoder.max_tokens, encoder.prompts) == (384, 256, {})
    assert encoder.count_tokens(["", "Gwadar", "x " * 600]) == [0, 3, 600]
    with pytest.raises(pytest.fail.Exception, match="it is loaded"):
        encoder.encode_passages(["?"] * FEW)


def test_counts_and_sizes_are_those_of_sentence_transformers(real: SentenceEncoder) -> None:
    model = real._model
    ids = model.tokenizer(TEXTS, add_special_tokens=False, verbose=False)["input_ids"]
    assert real.count_tokens(TEXTS) == [len(own) for own in ids]
    assert (real.dimension, real.max_tokens) == (model.get_embedding_dimension(), model.max_seq_length)
