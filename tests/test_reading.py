"""The trained reader at work: what it says of passages, whatever their length, script and company."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from tiny_models import described_anew, tiny_encoder, tiny_reader
from transformers import BertModel

from embeddings.encoding.models import ModelFiles, find_model
from embeddings.encoding.tokens import open_tokenizer
from embeddings.errors import ModelMismatch, ModelNotFound
from qa.reading import Calibrated, Enough, PassageReader, PassageText, Reading, TrainedReader, open_reader, read_until
from qa.reading.trained.files import DESCRIPTION, WEIGHTS, describe, load_network
from qa.reading.trained.inference import read_pairs
from qa.reading.trained.inputs import MOST_TOKENS, Row, RowMaker
from qa.reading.trained.network import Logits
from qa.reading.trained.reader import SHIPPED
from qa.reading.windows import MOST_WINDOWS
from training.model import begin
from training.network import inputs_of

QUESTION = "Who founded the mill?"
TEXT = "The mill was founded by Mira Olsen. Its bridge was opened in 1807. Trade grew slowly."
SENTENCES = ((0, 35), (36, 66), (67, 85))
SCRIPTS = [
    "گوادر کی بندرگاہ 2007 میں کھولی گئی۔ ماہی گیر احتجاج کرتے ہیں۔",
    "港は二〇〇七年に開かれた。漁師は抗議している。",
    "पुल अगस्त में गिरा। रेल बंद हुई।",
    "Der Fluß; naïve cafés 😀👩‍👩‍👧 e\u0301\u0301\u0301.",
    "\u202eabc\u202c \x00 \ufeff\u200b",
    "\ud800 half \udc00 of a pair \ud83d",
]


@pytest.fixture(scope="module")
def reader(reader_folder: Path, base: ModelFiles) -> TrainedReader:
    found = open_reader(base, folder=reader_folder)
    assert found is not None
    return found


def passage(text: str, *, title: str = "County") -> PassageText:
    """The text with one sentence a full stop."""
    spans, start = [], 0
    for piece in text.split(". "):
        spans.append((start, start + len(piece)))
        start += len(piece) + 2
    return PassageText(title, text, tuple(spans))


def checked(text: PassageText, reading: Reading) -> None:
    assert 0 <= reading.probability <= 1
    assert len(reading.sentences) == len(text.sentences)
    assert sum(reading.sentences) <= 1 + 1e-6
    if reading.span is not None:
        start, end = reading.span
        assert 0 <= start < end <= len(text.text)
        if text.sentences:
            first, last = text.sentences[reading.sentence]
            assert first <= start
            assert end <= last
        assert reading.span_margin > 0


def rows_of(base: ModelFiles) -> list[Row]:
    texts = [PassageText("County", TEXT, SENTENCES), passage("The mill. Founded"), passage("Trade grew", title="")]
    return [own[0] for own in RowMaker(open_tokenizer(base.folder)).rows_of([(QUESTION, text) for text in texts])]


def test_a_row_read_alone_is_what_the_network_in_training_says_in_a_padded_batch(
    base: ModelFiles, reader_folder: Path
) -> None:
    """The exported weights are halves, so the network in training is given those."""
    model = begin(base.folder, seed=2)
    model.load_state_dict({**model.state_dict(), **load_file(reader_folder / WEIGHTS)})
    alone, rows = load_network(describe(reader_folder), base), rows_of(base)
    with torch.inference_mode():
        together = model(*inputs_of(rows))
    for number, row in enumerate(rows):
        said = alone.read(row)
        assert said.answered == pytest.approx(float(together.answered[number]), abs=1e-5)
        assert (together.sentences[number, len(row.numbers) :] == -1e4).all()
        for own, other in (
            (said.sentences, together.sentences[number, : len(row.numbers)]),
            (said.starts, together.starts[number, : len(row.tokens)]),
            (said.ends, together.ends[number, : len(row.tokens)]),
        ):
            assert own.tolist() == pytest.approx(other.tolist(), abs=1e-5)


def test_the_encoder_is_bert_as_transformers_has_it(base: ModelFiles) -> None:
    theirs = BertModel.from_pretrained(base.folder, add_pooling_layer=False, local_files_only=True)
    tokens, types, _, mask = inputs_of(rows_of(base))
    assert mask is not None
    with torch.inference_mode():
        own = begin(base.folder, seed=3).encode(tokens, types, mask)
        other = theirs(input_ids=tokens, token_type_ids=types, attention_mask=mask.long()).last_hidden_state
    assert own[mask].flatten().tolist() == pytest.approx(other[mask].flatten().tolist(), abs=1e-5)


def test_what_is_no_bert_is_not_trained(base: ModelFiles, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"holds no BERT to begin with: .*No such file"):
        begin(tmp_path, seed=1)
    config = json.loads((base.folder / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "model.safetensors").write_bytes((base.folder / "model.safetensors").read_bytes())
    for change, message in (
        ({"hidden_act": "relu"}, "has the activation 'relu', expected 'gelu'"),
        ({"max_position_embeddings": 100}, r"\"max_position_embeddings\" is 100, expected at least 384"),
        ({"hidden_size": 16}, "size mismatch"),
    ):
        (tmp_path / "config.json").write_text(json.dumps({**config, **change}), encoding="utf-8")
        with pytest.raises(ModelNotFound, match=message):
            begin(tmp_path, seed=1)


def test_a_reading_does_not_depend_on_threads_company_or_order(reader: TrainedReader) -> None:
    own: PassageReader = reader
    texts = [passage(f"{TEXT} {'mill ' * (7 * number)}") for number in range(9)]
    first = own.read(QUESTION, texts)
    assert own.read(QUESTION, texts[::-1]) == first[::-1]
    assert [own.read(QUESTION, [text])[0] for text in texts] == first


def test_the_number_of_threads_that_read_changes_nothing(
    reader: TrainedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [passage(f"{TEXT} {'mill ' * (7 * number)}") for number in range(9)]
    first = reader.read(QUESTION, texts)
    for threads in (1, 2, 5):
        with ThreadPoolExecutor(threads) as pool:
            monkeypatch.setattr("qa.reading.trained.inference.threads", lambda pool=pool: pool)
            assert reader.read(QUESTION, texts) == first


def _text() -> PassageText:
    return PassageText("", "Mill. It stands.", ((0, 5), (6, 16)))


def _row() -> Row:
    """The row of that text behind a question of one token."""
    offsets = np.asarray([(0, 4), (4, 5), (6, 8), (9, 15), (15, 16)])
    return Row(np.arange(9), 3, (3, 8), offsets, np.arange(5), np.asarray([0, 1]), np.asarray([(3, 5), (5, 8)]))


class _Given:
    def rows_of(self, pairs: object) -> list[list[Row]]:
        return [[_row()]]


class _Fixed:
    """A network that says what it was given, of "no answer" first and then of the tokens of the passage."""

    def __init__(self, sentences: list[float], starts: list[float], ends: list[float]) -> None:
        self._sentences, self._spans = sentences, (starts, ends)

    def read(self, row: Row) -> Logits:
        before, behind = [9.0] * (row.passage[0] - 1), [9.0] * (len(row.tokens) - row.passage[1])
        spans = (np.asarray([own[0], *before, *own[1:], *behind], dtype=np.float32) for own in self._spans)
        return Logits(1.0, np.asarray(self._sentences, dtype=np.float32), *spans)


def said_of(network: _Fixed, *, spans: bool = True) -> Reading:
    given = [(QUESTION, _text())]
    (reading,) = read_pairs(network, _Given(), Calibrated(1, 0, 0, 0), given, spans=spans)  # type: ignore[arg-type]
    return reading


def test_the_best_words_are_marked_inside_the_best_sentence() -> None:
    """The likeliest span of all crosses two sentences, and the likeliest inside one is not in the best sentence."""
    reading = said_of(_Fixed([0.0, log(3)], [0, 9, 0, 2, 1, 0], [0, 0, 9, 1, 2, 3]))
    assert reading.sentences == pytest.approx((0.25, 0.75))
    assert (reading.sentence, reading.share) == (1, reading.sentences[1])
    assert _text().text[slice(*reading.span or (0, 0))] == "It stands."
    assert reading.span_margin == 5.0
    assert reading.probability == pytest.approx(1 / (1 + exp(-1)))


@pytest.mark.parametrize(("null", "words"), [(4.9, "It stands."), (5.1, None)])
def test_no_words_are_marked_where_no_answer_is_likelier(null: float, words: str | None) -> None:
    network = _Fixed([0.0, 1.0], [null, 9, 0, 2, 1, 0], [0, 0, 9, 1, 2, 3])
    reading = said_of(network)
    assert (None if reading.span is None else _text().text[slice(*reading.span)]) == words
    assert reading.span_margin == pytest.approx(5 - null, abs=1e-6)
    without = said_of(network, spans=False)  # a reader that was not taught to mark words
    assert (without.span, without.span_margin) == (None, 0.0)
    assert without.sentences == reading.sentences


@pytest.mark.parametrize(
    ("text", "tokens", "words"),
    [
        ("Mira Olsens mill.", (2, 3), "Olsens mill"),
        ("Mira Olsens mill.", (1, 1), "Olsens"),
        ("Mira Olsens mill.", (0, 0), "Mira"),
        ("पुल में गिरा।", (1, 1), "में"),
        ("港は二〇〇七年", (1, 2), "は二"),
        ("naive cafe\u0301!", (6, 7), "cafe\u0301"),
    ],
)
def test_words_are_marked_whole_with_the_marks_above_their_letters(
    base: ModelFiles, text: str, tokens: tuple[int, int], words: str
) -> None:
    own = PassageText("", text, ((0, len(text)),))
    maker = RowMaker(open_tokenizer(base.folder))
    ((row,),) = maker.rows_of([(QUESTION, own)])
    starts, ends = ([0.0, *(float(place == token) for place in range(len(row.words)))] for token in tokens)
    (reading,) = read_pairs(_Fixed([0.0], starts, ends), maker, Calibrated(1, 0, 0, 0), [(QUESTION, own)])
    assert text[slice(*reading.span or (0, 0))] == words


def test_words_that_reach_over_a_sentence_are_cut_to_it(base: ModelFiles) -> None:
    own = PassageText("", "mira olsen", ((0, 7), (7, 10)))
    maker = RowMaker(open_tokenizer(base.folder))
    network = _Fixed([0.0, 1.0], [0, 0, 1], [0, 0, 1])
    (reading,) = read_pairs(network, maker, Calibrated(1, 0, 0, 0), [(QUESTION, own)])
    assert (reading.sentence, reading.span) == (1, (7, 10))


@settings(max_examples=60, deadline=None)
@given(
    question=st.text(max_size=80),
    title=st.text(max_size=40),
    pieces=st.lists(st.text(st.characters(), max_size=60), max_size=8),
)
def test_whatever_is_read_spans_lie_inside_and_shares_sum_to_one_at_most(
    reader: TrainedReader, question: str, title: str, pieces: list[str]
) -> None:
    text, spans = "", []
    for piece in pieces:
        spans.append((len(text), len(text) + len(piece)))
        text += piece + " "
    for own in (PassageText(title, text, tuple(spans)), PassageText(title, text, ())):
        (reading,) = reader.read(question, [own])
        checked(own, reading)


@pytest.mark.parametrize("text", SCRIPTS)
def test_other_scripts_and_broken_characters_keep_their_offsets(base: ModelFiles, text: str) -> None:
    maker = RowMaker(open_tokenizer(base.folder))
    ((row,),) = maker.rows_of([(QUESTION, PassageText("", text, ((0, len(text)),)))])
    assert all(0 <= start < end <= len(text) for start, end in row.offsets.tolist())
    covered = {place for start, end in row.offsets.tolist() for place in range(start, end)}
    assert {place for place, sign in enumerate(text) if sign.isalnum()} <= covered
    assert row.offsets.tolist() == sorted(row.offsets.tolist())


def test_long_input_is_read(reader: TrainedReader) -> None:
    many = " ".join(["The mill was founded by Mira Olsen."] * 500)
    spans = tuple((36 * number, 36 * number + 35) for number in range(500))
    long = [
        PassageText("County", many, spans),
        passage("m" * 1_000_000),
        passage("mill " * 2000),
        passage("Trade grew", title="County " * 5000),
        PassageText("", "", ()),
        PassageText("", "", ((0, 0),)),
    ]
    for question in (QUESTION, "mill " * 5000, "", "\ud800"):
        for text, reading in zip(long, reader.read(question, long), strict=True):
            checked(text, reading)


def test_a_question_is_read_as_far_as_64_tokens(reader: TrainedReader) -> None:
    text = [passage(TEXT)]
    assert reader.read("mill " * 64, text) == reader.read("mill " * 90 + "bridge", text)
    assert reader.read("mill " * 63 + "bridge", text) != reader.read("mill " * 64, text)


def test_an_answer_at_the_end_of_a_long_passage_is_read(base: ModelFiles) -> None:
    maker = RowMaker(open_tokenizer(base.folder))
    text = passage(". ".join(["The mill was founded by Mira Olsen"] * 120))
    (rows,) = maker.rows_of([(QUESTION, text)])
    assert len(rows) > 2
    assert all(len(row.tokens) <= MOST_TOKENS for row in rows)
    assert sorted({number for row in rows for number in row.numbers.tolist()}) == list(range(120))
    for row in rows:
        for number, (first, last) in zip(row.numbers.tolist(), row.places.tolist(), strict=True):
            start, end = row.offsets[first - row.passage[0], 0], row.offsets[last - 1 - row.passage[0], 1]
            assert (start, end) == text.sentences[number]


def test_a_sentence_longer_than_a_window_is_read_on_and_a_megabyte_has_an_end(base: ModelFiles) -> None:
    maker = RowMaker(open_tokenizer(base.folder))
    text = passage("mill " * 1000)
    (rows,) = maker.rows_of([(QUESTION, text)])
    assert [row.offsets[0, 0] for row in rows[1:]] == [row.offsets[-1, 1] + 1 for row in rows[:-1]]
    assert rows[-1].offsets[-1, 1] == 4999
    (rows,) = maker.rows_of([(QUESTION, passage("mill " * 200_000))])
    assert len(rows) == MOST_WINDOWS


def test_passages_and_readings_are_checked_at_birth() -> None:
    for spans in (((0, 5),), ((2, 1),), ((-1, 2),), ((0, 3), (2, 4))):
        with pytest.raises(ValueError, match="in order inside a text of 4 characters"):
            PassageText("", "mill", spans)
    with pytest.raises(ValueError, match="a probability is between 0 and 1"):
        Reading(1.5, (), None, 0.0)
    with pytest.raises(ValueError, match="at most 1 together"):
        Reading(0.5, (float("nan"),), None, 0.0)
    with pytest.raises(ValueError, match="finite"):
        Reading(0.5, (), None, float("nan"))
    with pytest.raises(ValueError, match="at most 1 together"):
        Reading(0.5, (0.6, 0.5), None, 0.0)
    with pytest.raises(ValueError, match="finite"):
        Calibrated(1.0, float("nan"), 0.0, 0.0)


def test_nothing_is_loaded_before_the_first_question(reader_folder: Path, base: ModelFiles) -> None:
    found = open_reader(base, folder=reader_folder)
    assert found is not None
    assert (found.name, found.limit, found.digest) == ("trained from tiny", 0.6, describe(reader_folder).digest)
    assert found.read(QUESTION, []) == []
    assert "_parts" not in vars(found)


def test_without_files_there_is_no_reader_and_with_another_encoder_the_default_ones_are_looked_for(
    reader_folder: Path, base: ModelFiles, tmp_path: Path
) -> None:
    assert open_reader(base, folder=tmp_path) is None
    other = tiny_encoder(tmp_path, seed=5)
    with pytest.raises(ModelMismatch, match=r"it is neither tiny nor all-MiniLM-L6-v2\. Export"):
        open_reader(other, folder=reader_folder)


def test_the_default_encoder_serves_a_reader_that_was_made_with_it(
    reader_folder: Path, base: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.reading.trained.reader.find_model", lambda: base)
    found = open_reader(tiny_encoder(tmp_path, seed=5), folder=reader_folder)
    direct = open_reader(base, folder=reader_folder)
    assert found is not None
    assert direct is not None
    assert found.read(QUESTION, [passage(TEXT)]) == direct.read(QUESTION, [passage(TEXT)])


def test_files_that_are_not_the_described_ones_are_refused(base: ModelFiles, tmp_path: Path) -> None:
    place = tiny_reader(base, tmp_path)
    described = describe(place)
    with pytest.raises(ModelMismatch, match=r"sha256 expected .* Install the program again, or export the reader anew"):
        load_network(described, tiny_encoder(tmp_path / "other", seed=5))
    changed = {name: value + 1 for name, value in load_file(place / WEIGHTS).items()}
    save_file(changed, place / WEIGHTS)
    with pytest.raises(ModelMismatch, match=r"reader\.safetensors is not what the reader .* was made with: sha256"):
        load_network(described, base)
    (place / WEIGHTS).unlink()
    with pytest.raises(ModelMismatch, match="found no such file"):
        load_network(described, base)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "has the format 2"),
        ({"calibration": {"answered": 1.0}}, "describes no reader"),
        ({"calibration": {"answered": None, "span": 0, "share": 0, "offset": 0}}, "describes no reader"),
        ({"limit": "high"}, "describes no reader"),
        ({"config": []}, "describes no reader"),
        ({"weights": None}, "describes no reader"),
    ],
)
def test_a_description_that_says_something_else_is_refused(
    base: ModelFiles, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    file = tiny_reader(base, tmp_path) / DESCRIPTION
    row = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**row, **change}), encoding="utf-8")
    with pytest.raises(ModelNotFound, match=message):
        open_reader(base, folder=tmp_path)
    for text in ("[]", "", "{", '"a"'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ModelNotFound, match="describes no reader"):
            open_reader(base, folder=tmp_path)


def test_weights_of_another_shape_are_refused(base: ModelFiles, tmp_path: Path) -> None:
    place = tiny_reader(base, tmp_path)
    state = load_file(place / WEIGHTS)
    del state["of_span.weight"]
    save_file(state, place / WEIGHTS)
    described_anew(place)
    with pytest.raises(ModelNotFound, match="does not hold the weights that reader"):
        load_network(describe(place), base)


class _Counting:
    """Reads with given probabilities, and counts what it reads."""

    def __init__(self, stated: list[float]) -> None:
        self.stated, self.seen = stated, 0

    def read(self, texts: Sequence[PassageText]) -> list[Reading]:
        own = self.stated[self.seen : self.seen + len(texts)]
        self.seen += len(texts)
        return [Reading(one, (), None, 0.0) for one in own]


@pytest.mark.parametrize(
    ("stated", "limit", "read"),
    [
        ([0.1, 0.95, 0.2, 0.3], 0.5, 2),
        ([0.1, 0.89, 0.95, 0.3], 0.5, 4),
        ([0.01, 0.10, 0.95, 0.3], 0.5, 4),
        ([0.01, 0.08, 0.95, 0.3], 0.5, 2),
        ([0.1, 0.95, 0.2, 0.3], None, 4),
        ([0.1], 0.5, 1),
        ([], 0.5, 0),
    ],
    ids=["certain", "not certain", "not hopeless", "hopeless", "not calibrated", "fewer", "none"],
)
def test_reading_stops_where_the_first_settle_it(stated: list[float], limit: float | None, read: int) -> None:
    reader, enough = _Counting(stated), None if limit is None else Enough.of(0.9)
    texts = [passage(TEXT)] * len(stated)
    assert [one.probability for one in read_until(reader.read, texts, enough, first=2)] == stated[:read]
    assert reader.seen == read
    by_limit = None if limit is None else Enough.of(limit)
    found = read_until(_Counting([0.1, 0.6, 0.2]).read, [passage(TEXT)] * 3, by_limit, first=2)
    assert len(found) == (3 if limit is None else 2)
    told = read_until(_Counting([0.1, 0.2, 0.6]).read, [passage(TEXT)] * 3, Enough(0.5, 0.2), first=2)
    assert len(told) == 3
    with pytest.raises(ValueError, match="first must be at least 1"):
        read_until(reader.read, list[PassageText](), None, first=0)
    for wrong in ((1.1, 0.2), (0.5, -0.1), (0.2, 0.3)):
        with pytest.raises(ValueError, match="0 <= hopeless <= certain <= 1 is wanted"):
            Enough(*wrong)


@pytest.mark.skipif(not (SHIPPED / DESCRIPTION).exists(), reason="no reader has been exported into the package")
@pytest.mark.model
def test_the_reader_that_comes_with_the_program_finds_the_answer() -> None:
    reader = open_reader(find_model())
    assert reader is not None
    text = PassageText("County", TEXT, SENTENCES)
    answered, other = (reader.read(question, [text])[0] for question in (QUESTION, "Who bombed the railway in Quetta?"))
    assert (answered.sentence, answered.probability > other.probability) == (0, True)
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) <= 50 * 1024**2
    assert (SHIPPED / "README.md").is_file()
