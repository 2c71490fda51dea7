"""A reader's files that are damaged or were made to mislead: one clear error, which names the value."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_models import described_anew, tiny_encoder, tiny_reader

from embeddings.encoding.models import ModelFiles, find_model
from embeddings.errors import ModelNotFound
from qa.reading import PassageText, open_reader
from qa.reading.measured import measured_in
from qa.reading.trained.files import DESCRIPTION, WEIGHTS, describe, load_network
from qa.reading.trained.network import Network
from qa.reading.trained.reader import SHIPPED

REMEDY = "Install the program again, export the reader anew, or give another folder."
HUGE, DEEP = "1" + "0" * 400, "[" * 100_000 + "]" * 100_000
LAYER = "bert.encoder.layer.1."
POSITIONS, TYPES = (f"bert.embeddings.{name}_embeddings.weight" for name in ("position", "token_type"))
TEXT = PassageText("County", "The mill was founded by Mira Olsen. It was sold.", ((0, 35), (36, 48)))

Change = Callable[[Any], torch.Tensor | None]


@pytest.mark.parametrize(
    ("way", "value", "message"),
    [
        ("limit", "NaN", r'"limit" is nan, expected a probability from 0 to 1\. '),
        ("limit", "1e999", r'"limit" is inf, expected a probability from 0 to 1\. '),
        pytest.param("limit", HUGE, r'"limit" is inf, expected a probability from 0 to 1\. ', id="limit huge"),
        pytest.param(
            "limit", "1" * 5000, r"it is not JSON \(number out of range at line 1 column \d+\)", id="limit huge digits"
        ),
        ("limit", "2", r'"limit" is 2\.0, expected a probability from 0 to 1\. '),
        ("limit", "-1", r'"limit" is -1\.0, expected a probability from 0 to 1\. '),
        ("limit", "true", r'"limit" is True, expected a valid number\. '),
        pytest.param(
            "limit", DEEP, r"it is not JSON \(recursion limit exceeded at line 1 column \d+\)", id="limit deep"
        ),
        ("spans", '"false"', r'"spans" is \'false\', expected a valid boolean\. '),
        ("spans", "1", r'"spans" is 1, expected a valid boolean\. '),
        ("format", "true", r'"format" is True, expected a valid integer\. '),
        ("format", "2", r"has the format 2 with 'gelu', and this program reads 1 with 'gelu'\. "),
        ("encoder.name", r'"\ud800"', r"it is not JSON \(.* hex escape at line 1 column \d+\)"),
        ("encoder.name", r'"\u001b[2J"', "expected a text without control characters"),
        ("encoder", "[]", r'"encoder\.name" is missing\. '),
        ("weights.sha256", "null", r'"weights\.sha256" is None, expected a valid string'),
        ("config.hidden_act", '"relu"', r"has the format 1 with 'relu'"),
        ("config.num_attention_heads", "0", r'heads" is 0, expected a number that divides the hidden size 32\. '),
        ("config.num_attention_heads", "7", r'heads" is 7, expected a number that divides the hidden size 32\. '),
        ("config.num_attention_heads", "-2", r'heads" is -2, expected a number that divides the hidden size 32\. '),
        ("config.num_hidden_layers", "1e999", r'"config\.num_hidden_layers" is inf, expected a valid integer\. '),
        ("config.num_hidden_layers", "1.5", r'"config\.num_hidden_layers" is 1\.5, expected a valid integer\. '),
        ("config.num_hidden_layers", "0", r'"num_hidden_layers" is 0, expected at least 1\. '),
        ("config.num_hidden_layers", "-1", r'"num_hidden_layers" is -1, expected at least 1\. '),
        ("config.hidden_size", "0", r'"hidden_size" is 0, expected at least 1\. '),
        ("config.intermediate_size", "0", r'"intermediate_size" is 0, expected at least 1\. '),
        ("config.layer_norm_eps", "NaN", r'"layer_norm_eps" is nan, expected from 1e-30 to 1\. '),
        ("config.layer_norm_eps", "0", r'"layer_norm_eps" is 0\.0, expected from 1e-30 to 1\. '),
        ("config.layer_norm_eps", "-1", r'"layer_norm_eps" is -1\.0, expected from 1e-30 to 1\. '),
        ("calibration.span", "1e308", r'"span" is 1e\+308, expected a finite number from -1000000 to 1000000\. '),
        (
            "calibration.span",
            "1e999",
            r'"calibration": "span" is inf, expected a finite number from -1000000 to 1000000\. ',
        ),
        pytest.param(
            "calibration.span",
            HUGE,
            r'"calibration": "span" is inf, expected a finite number from -1000000 to 1000000\. ',
            id="calibration.span huge",
        ),
        ("calibration.other", "1", r'"calibration\.other" is no field that is known here\. '),
    ],
)
def test_a_value_out_of_range_is_named_with_what_was_expected(
    base: ModelFiles, reader_folder: Path, tmp_path: Path, way: str, value: str, message: str
) -> None:
    row = json.loads((reader_folder / DESCRIPTION).read_text(encoding="utf-8"))
    (tmp_path / DESCRIPTION).write_text(_with(row, way, value), encoding="utf-8")
    with pytest.raises(ModelNotFound, match=message) as found:
        open_reader(base, folder=tmp_path)
    assert str(found.value).endswith(REMEDY)


def _with(row: dict[str, Any], way: str, value: str) -> str:
    """The JSON of an object in which a value has been replaced; the value is JSON, even what no object can hold."""
    *above, name = way.split(".")
    inner = row
    for one in above:
        inner = inner[one]
    inner[name] = "here"
    return json.dumps(row).replace('"here"', value)


def test_the_reader_that_ships_is_described_and_holds_its_weights() -> None:
    described = describe(SHIPPED)
    assert (described.layers, described.heads, described.width, described.wide) == (6, 12, 384, 1536)
    assert isinstance(load_network(described, find_model()), Network)


@pytest.mark.parametrize(
    ("name", "changed", "message"),
    [
        ("of_span.weight", lambda _: None, r"of_span\.weight is missing"),
        ("of_span.weight", lambda own: own[:1], r"of_span\.weight has the shape \[1, 32\].*\[2, 32\]"),
        ("of_span.weight", lambda own: own[:0], r"of_span\.weight has the shape \[0, 32\].*\[2, 32\]"),
        ("of_passage.0.weight", lambda own: own[:, :3], r"of_passage\.0\.weight has the shape \[32, 3\].*\[32, 64\]"),
        (
            "of_passage.2.weight",
            lambda own: own.repeat(2, 1),
            r"passage\.2\.weight has the shape \[2, 32\].*\[1, 32\]",
        ),
        ("of_sentence.2.bias", lambda own: own[0], r"of_sentence\.2\.bias has the shape \[\].*\[1\]"),
        (
            f"{LAYER}intermediate.dense.bias",
            lambda own: own[:9],
            r"dense\.bias has the shape \[9\].*\[64\]",
        ),
        (f"{LAYER}attention.self.key.bias", lambda own: own[0], r"self\.key\.bias has the shape \[\].*\[32\]"),
        (POSITIONS, lambda own: own[:383], r"position_embeddings\.weight has the shape \[383, 32\].*\[512, 32\]"),
        (POSITIONS, lambda own: own[0, 0], r"position_embeddings\.weight has the shape \[\].*\[512, 32\]"),
        (POSITIONS, lambda _: None, r"bert\.embeddings\.position_embeddings\.weight is missing"),
        (TYPES, lambda own: own[:1], r"token_type_embeddings\.weight has the shape \[1, 32\].*\[2, 32\]"),
        (TYPES, lambda own: own[:, :31], r"token_type_embeddings\.weight has the shape \[2, 31\].*\[2, 32\]"),
        ("of_span.bias", lambda own: own * float("nan"), r"of_span\.bias holds what is no finite number"),
        ("of_passage.2.bias", lambda own: own - float("inf"), r"finite number from -65504 to 65504\. Install"),
        (
            f"{LAYER}output.dense.weight",
            lambda own: own.float() * 1e30,
            r"dense\.weight holds what is no finite",
        ),
        ("of_span.bias", lambda own: own.int(), r"of_span\.bias is of I32, expected F32 or F16"),
        (
            f"{LAYER}more",
            lambda _: torch.zeros(1),
            r"bert\.encoder\.layer\.1\.more is no weight of it",
        ),
    ],
)
def test_weights_of_another_shape_or_not_finite_are_refused(
    base: ModelFiles, tmp_path: Path, name: str, changed: Change, message: str
) -> None:
    place = tiny_reader(base, tmp_path)
    state = load_file(place / WEIGHTS)
    value = changed(state.pop(name, None))
    save_file(state if value is None else {**state, name: value.contiguous()}, place / WEIGHTS)
    described_anew(place)
    with pytest.raises(ModelNotFound, match=f"does not hold the weights that reader.json describes: .*{message}"):
        load_network(describe(place), base)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layers": 1}, r"bert\.encoder\.layer\.1\.\S+ is no weight of it"),
        ({"layers": 3}, r"layer\.2\..* is missing"),
        ({"layers": 10**12}, "is missing"),
        ({"positions": 383}, r'"max_position_embeddings" is 383, expected at least 384\. '),
        ({"positions": 400}, r"position_embeddings\.weight has the shape \[512, 32\].*\[400, 32\]"),
        ({"types": 1}, r'"type_vocab_size" is 1, expected at least 2\. '),
        ({"words": 0}, r'"vocab_size" is 0, expected at least 1\. '),
        ({"words": 98}, r"word_embeddings\.weight has the shape \[99, 32\].*\[98, 32\]"),
        ({"width": 2**40, "heads": 1}, r"word_embeddings\.weight has the shape"),
        ({"width": 10**30, "heads": 1}, r"word_embeddings\.weight has the shape"),
    ],
)
def test_a_network_of_another_shape_than_the_described_is_refused(
    base: ModelFiles, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    described = describe(tiny_reader(base, tmp_path))
    with pytest.raises(ModelNotFound, match=f"does not hold the weights that reader.json describes: .*{message}"):
        load_network(replace(described, **change), base)


def test_a_file_that_holds_no_weights_is_refused(base: ModelFiles, tmp_path: Path) -> None:
    tiny_reader(base, tmp_path)
    (tmp_path / WEIGHTS).write_bytes(b"\xff" * 100)
    described_anew(tmp_path)
    with pytest.raises(ModelNotFound, match=r"does not hold the weights .* is said to have 18446744073709551615 bytes"):
        load_network(describe(tmp_path), base)


def test_a_tokenizer_with_more_tokens_than_embeddings_is_refused(tmp_path: Path) -> None:
    own = tiny_encoder(tmp_path / "base")
    file = own.folder / "tokenizer.json"
    row = json.loads(file.read_text(encoding="utf-8"))
    row["model"]["vocab"]["zebra"] = 5000
    file.write_text(json.dumps(row), encoding="utf-8")
    found = open_reader(own, folder=tiny_reader(own, tmp_path / "reader"))
    assert found is not None
    with pytest.raises(
        ModelNotFound, match="has a token 5000, expected none from 99 upward: so many have an embedding"
    ):
        found.read("zebra", [TEXT])


@pytest.mark.parametrize("size", [1.0, 65504.0])
def test_numbers_as_large_as_half_precision_holds_give_finite_readings(
    base: ModelFiles, tmp_path: Path, size: float
) -> None:
    place = tiny_reader(base, tmp_path)
    largest = {name: torch.sign(value) * size for name, value in load_file(place / WEIGHTS).items()}
    save_file(largest, place / WEIGHTS)
    described_anew(place)
    found = open_reader(base, folder=place)
    assert found is not None
    (reading,) = found.read("Who founded the mill?", [TEXT])
    assert isfinite(reading.answered)
    assert isfinite(reading.span_margin)
    assert sum(reading.sentences) == pytest.approx(1)


@pytest.mark.parametrize(
    ("way", "value", "message"),
    [
        ("answered", "1e999", r'"measured\.answered" is inf, expected less than or equal to 1\. '),
        pytest.param(
            "answered",
            HUGE,
            r'"measured\.answered" is 10+\.\.\.0+, expected less than or equal to 1\. ',
            id="answered huge",
        ),
        ("answered", "true", r'"measured\.answered" is True, expected a valid number\. '),
        ("caution", "1e999", r'"measured\.caution" is inf, expected a valid integer\. '),
        ("caution", "400", "the caution is 400, expected one from 50 to 95, as its table has"),
        ("caution", "40", "the caution is 40, expected one from 50 to 95, as its table has"),
        ("caution", "50", r'"limit" is 0\.6, expected 0\.2, which is that of the caution 50\. '),
        ("uncertain", "1e308", r'"uncertain" is 1e\+308, expected a share of the limit'),
        ("uncertain", "NaN", r'"uncertain" is nan, expected a share of the limit'),
        ("limits.90", "NaN", r"limits are probabilities, for shares of 100: .*\(90, nan\)"),
        ("limits. 60", "0.3", r'"limits" has the caution \' 60\', expected hundredths such as "90"\. '),
        ("limits.6_0", "0.3", r'"limits" has the caution \'6_0\', expected hundredths such as "90"\. '),
        ("bins", "[1]", r'"measured\.bins\[0\]" is 1, expected an object\. '),
        ("bins", '[{"from": 0, "right": 1, "of": 1e999}]', r'"measured\.bins\[0\]\.of" is inf, expected a valid int'),
        ("bins", '[{"from": 0, "right": 2, "of": 1}]', r"2 of 1 answers were right from the probability 0\.0"),
        ("bins", '[{"from": 0, "right": 2}]', r'"measured\.bins\[0\]\.of" is missing'),
        ("on", "7", r'"measured\.on" is 7, expected a valid string'),
        ("uncertain", "null", r'"measured\.uncertain" is None, expected a valid number\. '),
        ("on", r'"\u001b[2J"', '"on" is .*, expected a text without control characters'),
        ("limits.90", '"0.6"', r'"measured\.limits\.90" is \'0\.6\', expected a valid number\. '),
        ("shares", '{"90": {"answered": 0.5}}', r'"measured\.shares\.90\.near_miss" is missing\. '),
        ("nearness.weight", "1e308", r'"weight" is 1e\+308, expected a finite number from -1000000 to 1000000\. '),
        pytest.param(
            "nearness.weight",
            HUGE,
            r'"measured\.nearness": "weight" is inf, expected a finite number from',
            id="nearness.weight huge",
        ),
        ("nearness.other", "1", r'"measured\.nearness": "other" is no field that is known here\. '),
        pytest.param("nearness", DEEP, "recursion limit exceeded", id="nearness deep"),
    ],
)
def test_a_measured_value_out_of_range_is_named_with_what_was_expected(
    tmp_path: Path, way: str, value: str, message: str
) -> None:
    measured: dict[str, Any] = {
        "answered": 0.9, "near_miss": 0.1, "off_topic": 0.01, "caution": 90, "bins": [],
        "limits": {"50": 0.2, "90": 0.6, "95": 0.8}, "nearness": {"weight": 1.0},
    }  # fmt: skip
    file = tmp_path / DESCRIPTION
    file.write_text(json.dumps({"limit": 0.6, "measured": measured}), encoding="utf-8")
    found = measured_in(file)
    assert found is not None
    assert found.limit(90) == 0.6
    file.write_text(_with({"limit": 0.6, "measured": measured}, f"measured.{way}", value), encoding="utf-8")
    with pytest.raises(ModelNotFound, match=message) as error:
        measured_in(file)
    assert str(error.value).endswith(REMEDY)


def test_what_was_measured_of_the_reader_that_ships_is_read() -> None:
    measured = measured_in(SHIPPED / DESCRIPTION)
    assert measured is not None
    assert measured.caution is not None
    assert measured.limit(measured.caution) == describe(SHIPPED).limit
