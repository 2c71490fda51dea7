"""Questions encoded without torch: the same vectors as sentence-transformers gives, and what is left to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tiny_models import tiny_encoder
from torch import tensor

from embeddings.encoding.direct import DirectEncoder
from embeddings.encoding.encoder import SentenceEncoder, open_encoder
from embeddings.encoding.models import find_model
from embeddings.encoding.weights import Weights

pytestmark = pytest.mark.model

TEXTS = (
    "Who founded the mill?", "", "mill", "WHO founded THE mill, in 1807?", "naïve cafés", "गोदाम 港 😀 \u202e",
    "the mill was founded by mira olsen " * 200, "x" * 300, "[CLS] [MASK] [SEP] ##a", "a\x00b\ufeffc\u200bd\n\te",
)  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of that kind, as sentence-transformers saves it."""
    place = tmp_path_factory.mktemp("direct")
    own = Transformer(str(tiny_encoder(place / "bert").folder), max_seq_length=64)
    model = SentenceTransformer(
        modules=[own, Pooling(own.get_embedding_dimension(), "mean"), Normalize()],
        prompts={"query": "who: ", "document": ""},
        device="cpu",
    )
    model.save(str(place / "saved"))
    return place / "saved"


def by_the_library(encoder: SentenceEncoder, text: str) -> Any:
    vector = encoder._model.encode_query([text], show_progress_bar=False)[0]
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize("pinned", [True, False])
def test_vectors_are_those_of_sentence_transformers(saved: Path, pinned: bool) -> None:
    encoder = open_encoder() if pinned else open_encoder(str(saved))
    assert encoder._direct is not None
    for text in TEXTS:
        vector = encoder.encode_query(text)
        assert vector.dtype == np.float32
        assert vector.shape == (encoder.dimension,)
        assert float(vector @ by_the_library(encoder, text)) > 0.99999


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("config.json", {"num_hidden_layers": 3}),
        ("config.json", {"hidden_size": 16}),
        ("config.json", {"layer_norm_eps": None}),
        ("1_Pooling/config.json", {"pooling_mode": "cls"}),
        ("config_sentence_transformers.json", {"default_prompt_name": "query"}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
        ("tokenizer_config.json", {"do_lower_case": False}),
        ("tokenizer_config.json", {"strip_accents": True}),
        ("modules.json", None),
        ("tokenizer.json", None),
        ("model.safetensors", None),
    ],
)
def test_a_model_of_another_kind_is_left_to_sentence_transformers(
    saved: Path, tmp_path: Path, file: str, change: dict[str, object] | None
) -> None:
    place = tmp_path / "model"
    shutil.copytree(saved, place)
    assert DirectEncoder.of(place) is not None
    if change is None:
        (place / file).write_bytes(b"[{}]")
    else:
        row = json.loads((place / file).read_text(encoding="utf-8"))
        (place / file).write_text(json.dumps({**row, **change}), encoding="utf-8")
    assert DirectEncoder.of(place) is None


def test_weights_may_lie_behind_a_link_as_in_the_cache_of_the_hub(saved: Path, tmp_path: Path) -> None:
    place = tmp_path / "model"
    shutil.copytree(saved, place)
    (place / "model.safetensors").rename(tmp_path / "blob")
    (place / "model.safetensors").symlink_to(tmp_path / "blob")
    direct, other = DirectEncoder.of(place), DirectEncoder.of(saved)
    assert direct is not None
    assert other is not None
    assert direct.encode(TEXTS[0]).tolist() == other.encode(TEXTS[0]).tolist()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "its header is said to have 0 bytes"),
        (b"\xff" * 9, "is said to have 18446744073709551615 bytes, and the file has 9"),
        ((2).to_bytes(8, "little") + b"[]", "its header"),
        ((8).to_bytes(8, "little") + b'{"a": 1}', "its header does not tell where a lies"),
        *(
            (len(own).to_bytes(8, "little") + own, "does not tell where a lies")
            for own in (
                b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}',  # beyond the end
                b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [-8, -4]}}',
                b'{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 0]}}',
                b'{"a": {"dtype": "F32", "shape": ["1"], "data_offsets": [0, 0]}}',
                b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 0]}}',  # too few
            )
        ),
    ],
)
def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "weights").write_bytes(data)
    with pytest.raises(ValueError, match=message):
        Weights.of(tmp_path / "weights")


def test_weights_are_read_where_they_lie(tmp_path: Path) -> None:
    save_file({"a": tensor([[1.5, -2.0]]), "b": tensor([0.5, float("inf")]).half()}, tmp_path / "weights")
    weights = Weights.of(tmp_path / "weights")
    assert weights.numbers("a", (1, 2)).tolist() == [[1.5, -2.0]]
    for name, shape, message in (("a", (2,), r"a has the shape \[1, 2\], expected \[2\]"), ("c", (1,), "c is missing")):
        with pytest.raises(ValueError, match=message):
            weights.numbers(name, shape)
    with pytest.raises(ValueError, match="b holds what is no finite number"):
        weights.check_sizes()


def test_an_answer_needs_no_library_that_takes_seconds_to_import(tmp_path: Path) -> None:
    """In a process of its own: what the tests have imported does not count."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("The port of Gwadar was opened in 2007.\n", encoding="utf-8")
    question = "When was the port of Gwadar opened?"
    make = f"from qa import Answerer; Answerer.open({str(tmp_path / 'seeds')!r}, index={str(tmp_path / 'index')!r})"
    heavy = ("torch", "transformers", "sentence_transformers", "scipy", "pandas", "sklearn", "gradio")
    ask = (
        f"import sys; answer = {make.partition('; ')[2]}.ask({question!r}); "
        f"print(answer.verdict, [name for name in {heavy!r} if name in sys.modules])"
    )
    assert find_model()
    for code, said in ((make, ""), (f"from qa import Answerer; {ask}", "answered []")):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
        assert (done.stdout.strip(), done.returncode) == (said, 0), done.stderr
