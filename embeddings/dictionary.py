"""The only importer of simplemma: English words and what each is a form of.

The library reads its dictionary whole, which takes longer than to find an answer. So it is kept in the user's cache as
a database of words, and only where many are asked for, as for an index, is it read whole.
"""

from __future__ import annotations

import os
import sqlite3
import unicodedata
import weakref
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from embeddings.disk import make_folder
from embeddings.location import cache_folder

if TYPE_CHECKING:
    from simplemma import Lemmatizer
    from simplemma.strategies import DictionaryLookupStrategy

_LANGUAGE = "en"
_MANY = 3_000  # looked up one by one; from there on it takes less time to read all


def is_known(word: str) -> bool:
    """Return whether a word stands in the dictionary, in any case of letters."""
    return _lookup().get_lemma(unicodedata.normalize("NFC", word), _LANGUAGE) is not None


@lru_cache(maxsize=100_000)
def lemma(word: str) -> str:
    """Return the word that a word is a form of, by dictionary or else by rules ("led": "lead"), in small letters."""
    return _lemmatizer().lemmatize(word, _LANGUAGE).casefold()


class KeptWords(Mapping[str, str]):
    """The dictionary of a language by word; may be used by several threads."""

    def __init__(self, file: Path | None = None) -> None:
        self._file, self._lock, self._looked_up = file, Lock(), 0
        self._words: Mapping[str, str] | None = None
        self._database: sqlite3.Connection | None = None

    def get(self, word: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Return what a word is a form of."""
        with self._lock:
            if self._words is None and self._looked_up < _MANY:
                self._looked_up += 1
                with suppress(OSError, sqlite3.Error):
                    found = self._opened().execute("SELECT lemma FROM words WHERE word = ?", (word,)).fetchone()
                    return default if found is None else str(found[0])
            return self._whole().get(word, default)

    def __getitem__(self, word: str) -> str:
        found = self.get(word)
        if found is None:
            raise KeyError(word)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _whole(self) -> Mapping[str, str]:
        if self._words is None:
            from simplemma.strategies import DefaultDictionaryFactory

            self._words = DefaultDictionaryFactory().get_dictionary(_LANGUAGE)
        return self._words

    def _opened(self) -> sqlite3.Connection:
        """Return the database, which is written where it is not there. Raises OSError or sqlite3.Error."""
        if self._database is None:
            file = self._file or cache_folder() / f"dictionary-{_LANGUAGE}-{metadata.version('simplemma')}.sqlite"
            if not file.is_file():
                self._write(file)
            address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
            self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
            weakref.finalize(self, self._database.close)
        return self._database

    def _write(self, file: Path) -> None:
        """Write all words into a file beside, which takes its name when it is whole."""
        make_folder(file.parent)
        unfinished = file.with_name(f"{file.name}.{os.getpid()}")
        unfinished.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(unfinished)) as database:
                unfinished.chmod(0o600)
                database.execute("CREATE TABLE words (word TEXT PRIMARY KEY, lemma TEXT NOT NULL) WITHOUT ROWID")
                database.executemany("INSERT INTO words VALUES (?, ?)", self._whole().items())
                database.commit()
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)


@cache
def _lookup() -> DictionaryLookupStrategy:
    from simplemma.strategies import DictionaryLookupStrategy

    return DictionaryLookupStrategy(_FACTORY)


@cache
def _lemmatizer() -> Lemmatizer:
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    return Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=_FACTORY))


class _Factory:
    """What the library asks for a dictionary; implements its protocol."""

    def __init__(self) -> None:
        self._words = KeptWords()

    def get_dictionary(self, lang: str) -> Mapping[str, str]:  # noqa: ARG002 - there is one
        return self._words


_FACTORY = _Factory()
