from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import unicodedata
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.errors import IndexDamaged
from embeddings.index.lexical.bm25 import BM25Index
from embeddings.words import (
    ReadText,
    as_read,
    content_words,
    language_of,
    plain_words,
    terms,
    without_accents,
    word_spans,
)

CORPUS = [
    "The port of Gwadar was opened",
    "Gwadar: the port, the port!",
    "No train goes to Quetta",
    "***",
    "The harbour’s cranes and the quays are idle in Gwadar this year",
]


@pytest.fixture(scope="module")
def index() -> BM25Index:
    return BM25Index.build([[text] for text in CORPUS])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Ports of GWADAR", ["port", "gwadar"]),
        ("Déjà vu", ["deja", "vu"]),
        ("China's CHINA'S China’s workers'", ["china", "china", "china", "worker"]),
        ("O'Brien O’Brien", ["o'brien", "o'brien"]),
        ("Karachi-Quetta F-16", ["karachi", "quetta", "f", "16"]),
        ("İSTANBUL Straße ﬁsh", ["istanbul", "strass", "fish"]),
        ("مُحَمَّد محمد", ["محمد", "محمد"]),
        ("किताब काताब", ["किताब", "काताब"]),
        ("ที่ ท่า", ["ที่", "ท่า"]),
        ("כָּתוּב כתוב", ["כתוב", "כתוב"]),
        ("Ёлка ё", ["елка", "е"]),
        ("©\ufe0f4\ufe0f\u20e3", ["4"]),
        ("16 Nov. 1989, SEPT 11, on 3 Jan", ["16", "novemb", "1989", "septemb", "11", "3", "januari"]),
        ("Jan leads the Mar company", ["jan", "lead", "mar", "compani"]),
        ("U.S. B.L.A., (p.t.m.) J. K. Rowling", ["we", "bla", "ptm", "jk", "rowl"]),
        ("US BLA PTM J.K. Rowling", ["we", "bla", "ptm", "jk", "rowl"]),
        ("Plan A. I left at 3.5 p.m. with v1.2", ["plan", "left", "3", "5", "pm", "v1", "2"]),
        ("to be or not", ["to", "be", "or", "not"]),
        ("", []),
        ("*** — …", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected
    assert terms(unicodedata.normalize("NFD", text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Türkiye  “3·5”", "turkiye  “3·5”"), ("10² ½", "10² ½"), ("कि", "कि"), ("ΆΣ", "ασ")]
)
def test_accents_and_case_are_taken_away_and_nothing_else(text: str, expected: str) -> None:
    assert without_accents(text) == expected


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("the min\u00adis\u00adter Wahid\u200b T\u200dor \u200f\u06f4\u06f7\u200e", "the minister Wahid Tor 47"),
        ("\ufeff\ufb01ve o\ufb03ces, \uff11\uff12\uff10 \uff37\uff21\uff32", "five offices, 120 WAR"),
        ("\u0661\u066c\u0662\u0663\u0664\u066b\u0665 \u096a\u096d", "1,234.5 47"),
        ("O\u2018Brien didn\u2019t \u2018say\u2019 it", "O'Brien didn't \u2018say\u2019 it"),
        ("47\u00b2 m\u00b3 \u00bd caf\u00e9", "47\u00b2 m\u00b3 \u00bd caf\u00e9"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    ],
)
def test_a_text_is_read_alike_whatever_it_is_written_with(written: str, read: str) -> None:
    assert as_read(written) == read
    for word, start, end in word_spans(written):
        assert plain_words(written[start:end]) == [word]
    assert [word for word, _, _ in word_spans(written)] == plain_words(read)


@given(st.text(alphabet="aé\u00ad\u200b\ufb03\u06f4’. "))
def test_every_character_that_is_read_stands_where_it_is_written(text: str) -> None:
    read = ReadText.of(text)
    assert read.text == as_read(text)
    assert all(as_read(text[place]) in (sign, "ffi", "’") for sign, place in zip(read.text, read.places, strict=True))
    assert list(read.places) == sorted(read.places)


@given(st.text())
def test_terms_of_any_text_are_words_in_lower_case(text: str) -> None:
    found = terms(text)
    assert all(term and not term.isspace() for term in found)
    assert terms(f"{text} …") == found


def test_content_words_are_given_as_read_each_with_its_term() -> None:
    found = content_words("Who led ISKP’s Al-Azaim on 16 Nov. 1989?")
    assert [word for word, _ in found] == ["led", "ISKP's", "Al", "Azaim", "16", "Nov", "1989"]
    assert [term for _, term in found] == terms("lead ISKP al azaim 16 November 1989")
    assert content_words("Who is it?") == list(zip(("Who", "is", "it"), terms("Who is it?"), strict=True))


@pytest.mark.parametrize(("word", "frequencies"), [("ports", [1, 2, 0, 0, 0]), ("Gwadar", [1, 1, 0, 0, 1])])
def test_scores_are_bm25_as_lucene_has_it(index: BM25Index, word: str, frequencies: list[int]) -> None:
    lengths = [len(terms(text)) for text in CORPUS]
    assert lengths == [3, 3, 3, 0, 6]
    average = sum(lengths) / 5
    containing = sum(map(bool, frequencies))
    idf = log(1 + (5 - containing + 0.5) / (containing + 0.5))
    expected = [
        idf * tf / (tf + 1.5 * (1 - 0.75 + 0.75 * length / average))
        for tf, length in zip(frequencies, lengths, strict=True)
    ]
    np.testing.assert_allclose(index.scores(f"the {word}"), expected, rtol=1e-6)
    assert index.scores(word).dtype == np.float32


def test_scores_worked_out_by_hand(index: BM25Index) -> None:
    assert index.scores("port").tolist() == pytest.approx([0.350187, 0.500268, 0, 0, 0], abs=1e-6)
    assert index.scores("Gwadar")[4] == pytest.approx(log(1 + 2.5 / 3.5) / (1 + 1.5 * (0.25 + 0.75 * 6 / 3)))


def test_the_best_passage_has_more_of_the_rarer_words_and_is_shorter(index: BM25Index) -> None:
    scores = index.scores("Which port was opened in Gwadar?")
    assert np.argsort(-scores, kind="stable").tolist() == [0, 1, 4, 2, 3]
    assert (scores > 0).tolist() == [True, True, False, False, True]
    np.testing.assert_allclose(index.scores("port port"), 2 * index.scores("port"), rtol=1e-6)


@pytest.mark.parametrize("question", ["Where is Kabul?", "", "***", "the of"])
def test_nothing_shared_is_zero(index: BM25Index, question: str) -> None:
    assert index.scores(question).tolist() == [0] * 5


@pytest.mark.parametrize("texts", [[], ["***"], ["", "—"]])
def test_a_corpus_without_words(tmp_path: Path, texts: list[str]) -> None:
    built = BM25Index.build([[text] for text in texts])
    built.save(tmp_path / "lexical")
    for found in (built, BM25Index.load(tmp_path / "lexical")):
        assert len(found) == len(texts)
        assert found.scores("port").tolist() == [0] * len(texts)
        assert found.document_frequency("port") == 0


def test_document_frequency_counts_passages(index: BM25Index) -> None:
    assert [index.document_frequency(term) for term in ("gwadar", "port", "train", "ports", "kabul")] == [3, 2, 1, 0, 0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(alphabet="abcé .'", max_size=30), max_size=6), st.text(alphabet="abc ", max_size=10))
def test_save_and_load_give_the_same(tmp_path_factory: pytest.TempPathFactory, texts: list[str], question: str) -> None:
    built = BM25Index.build([[text] for text in texts])
    folder = tmp_path_factory.mktemp("index")
    built.save(folder / "one")
    again = BM25Index.load(folder / "one")
    assert len(again) == len(texts)
    assert again.scores(question).tobytes() == built.scores(question).tobytes()
    words = {word for text in texts for word in terms(text)}
    assert {word: again.document_frequency(word) for word in words} == {
        word: sum(word in terms(text) for text in texts) for word in words
    }
    again.save(folder / "two")
    assert digests(folder / "two") == digests(folder / "one")


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_texts_give_the_same_bytes_in_every_process(tmp_path: Path, index: BM25Index) -> None:
    script = tmp_path / "build.py"
    script.write_text(
        "import json, sys\nfrom pathlib import Path\nfrom embeddings.index.lexical.bm25 import BM25Index\n"
        "BM25Index.build([[text] for text in json.loads(sys.argv[1])]).save(Path(sys.argv[2]))\n"
    )
    index.save(tmp_path / "0")
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])}
        arguments = [sys.executable, str(script), json.dumps(CORPUS), str(tmp_path / seed)]
        subprocess.run(arguments, check=True, env=environment)
        assert digests(tmp_path / seed) == digests(tmp_path / "0")


def test_another_folder_is_a_damaged_index(tmp_path: Path, index: BM25Index) -> None:
    with pytest.raises(IndexDamaged, match="nowhere is not a lexical index"):
        BM25Index.load(tmp_path / "nowhere")
    index.save(tmp_path / "lexical")
    for path in sorted((tmp_path / "lexical").iterdir()):
        kept = path.read_bytes()
        path.write_bytes(b"garbage")
        with pytest.raises(IndexDamaged, match="lexical is not a lexical index"):
            BM25Index.load(tmp_path / "lexical")
        path.write_bytes(kept)
    assert BM25Index.load(tmp_path / "lexical").scores("port").tobytes() == index.scores("port").tobytes()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who leads the PTM?", "en"),
        ("Torkham crossing", "en"),
        ("running time Al-Azaim video", "en"),  # one Spanish stop word is none: it may be part of a name
        ("Wer hat die Stadt in der Nacht eingenommen?", "de"),
        ("Qui dirige le parti et où est-il ?", "fr"),
        ("من هو زعيم طالبان؟", "en"),  # not told apart: no rule of another language would help
        ("", "en"),
    ],
)
def test_a_language_is_told_by_its_stop_words(text: str, language: str) -> None:
    assert language_of(text) == language
