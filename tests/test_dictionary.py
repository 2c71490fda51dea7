"""The English dictionary: word by word from the kept file, or whole, it says what the library says."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Thread

import pytest
import simplemma
from simplemma.strategies import DefaultDictionaryFactory

from embeddings import dictionary
from embeddings.dictionary import KeptWords, is_known, lemma

WORDS = ("led", "Men", "mice", "ptm", "Balochistan", "isn't", "well-known", "re-elected", "2021", "unhappier", "cafés")


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_what_the_library_says(word: str) -> None:
    assert is_known(word) == simplemma.is_known(word, lang="en")
    assert lemma(word) == simplemma.lemmatize(word, lang="en").casefold()


def test_a_word_comes_from_the_kept_file_and_the_library_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "deep" / "words.sqlite"
    assert KeptWords(file).get("led") == "lead"
    assert [path.name for path in file.parent.iterdir()] == ["words.sqlite"]
    monkeypatch.setattr(DefaultDictionaryFactory, "get_dictionary", lambda *_: pytest.fail("it is read whole"))
    kept = KeptWords(file)
    assert (kept["led"], kept.get("ptm"), kept.get("ptm", "?")) == ("lead", None, "?")
    with pytest.raises(KeyError, match="ptm"):
        kept["ptm"]


def test_every_word_of_the_kept_file_is_one_of_the_library(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    assert KeptWords(file).get("a") is not None
    with sqlite3.connect(file) as database:
        found = dict(database.execute("SELECT word, lemma FROM words"))
    assert found == dict(DefaultDictionaryFactory().get_dictionary("en"))
    assert len(KeptWords(file)) == len(found)


@pytest.mark.parametrize("damaged", [b"", b"no database", b"SQLite format 3\0" + bytes(5000)])
def test_where_the_file_cannot_be_used_the_words_are_read_from_the_library(tmp_path: Path, damaged: bytes) -> None:
    file = tmp_path / "words.sqlite"
    file.write_bytes(damaged)
    assert KeptWords(file).get("led") == "lead"


def test_where_no_file_can_be_written_the_words_are_read_from_the_library(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a file in the place of the folder")
    assert KeptWords(tmp_path / "words" / "words.sqlite").get("led") == "lead"


def test_many_words_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "_MANY", 3)
    kept = KeptWords(tmp_path / "words.sqlite")
    assert [kept.get(word) for word in ("led", "men", "mice")] == ["lead", "man", "mouse"]
    (tmp_path / "words.sqlite").unlink()
    kept._database = None
    assert [kept.get(word) for word in ("led", "men", "xyzzy")] == ["lead", "man", None]
    assert not (tmp_path / "words.sqlite").exists()


def test_threads_may_ask_at_once(tmp_path: Path) -> None:
    kept, found = KeptWords(tmp_path / "words.sqlite"), list[str | None]()
    threads = [Thread(target=lambda: found.append(kept.get("led"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["lead"] * 8
