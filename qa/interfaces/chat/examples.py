"""Example questions from the documents themselves, kept only where the answer is seen to be right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain, islice
from pathlib import Path

from embeddings.documents.corpus import Corpus
from embeddings.types import Document
from qa.answering.answerer import Answerer
from qa.reading.choice import ReaderChoice

__all__ = ["examples_for"]

MOST = 4
_TRIED = 16
_PASSAGES = 2000
_NEWEST, _OF_EACH, _OF_ONE = 8, 3, 200  # documents looked at, questions tried of each, and passages read of one

_LETTERS = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,40}(?:-[A-Za-z]{1,40}){0,3}"
_DEFINED = re.compile(r"((?:\b[A-Z][\w'’-]{1,40} (?:of |the |and |for )?){2,6})\(([A-Z]{2,8})\)")
_BEFORE = "about after against and at before between by called for from in like named near of on to under when with"
_AFTER = "and are as at by for from had has have in is on or said that to was were which who with"
# A name that is a phrase of its own: what stands around it shows that no noun follows, and whether it has an article.
_NAME = re.compile(
    rf"(?P<outer>\S+ )?(?:\b(?:{_BEFORE.replace(' ', '|')})|[a-z],) (?P<name>(?:the )?{_LETTERS}(?: {_LETTERS}){{0,3}})"
    rf"(?:(?P<end>[.;!?])(?=\s|$)|[,:]| \(| (?:{_AFTER.replace(' ', '|')})\b)"
)
_DAYS = re.compile(
    "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    "|November|December"
)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question, the words that its first quote must hold, and the document that must be quoted, if one must."""

    text: str
    words: str
    document_id: str = ""


def examples_for(answerer: Answerer) -> list[str]:
    """Give up to four questions whose first quote holds what was asked about: a name, or what letters stand for.

    The first is about the documents that came to the folder last, where they give one. A trained reader is asked only
    what the nearest sentence answers: it takes longer, and somebody waits.
    """
    plain = Answerer.over(answerer.retriever, ReaderChoice(none=True))
    ways = [plain] if answerer.reader.read_by is None else [plain, answerer]
    corpus = answerer.retriever.index.corpus
    newest = chain.from_iterable(
        islice(_questions(_texts(corpus, document), document.id), _OF_EACH)
        for document in _newest(corpus.documents, answerer.retriever.seeds)
    )
    examples = list(islice(_answered(ways, newest), 1))
    everywhere = _questions([corpus.passage(row).text for row in range(min(len(corpus), _PASSAGES))])
    rest = _answered(ways, islice(everywhere, _TRIED))
    return [*examples, *islice((question for question in rest if question not in examples), MOST - len(examples))]


def _answered(ways: Sequence[Answerer], questions: Iterable[_Question]) -> Iterator[str]:
    return (question.text for question in questions if all(_answers(way, question) for way in ways))


def _answers(answerer: Answerer, question: _Question) -> bool:
    citations = answerer.ask(question.text).citations
    if not citations or question.words not in citations[0].quote:
        return False
    quoted = {quote.document_id for citation in citations for quote in (citation.source, *citation.also)}
    return not question.document_id or question.document_id in quoted


def _newest(documents: Sequence[Document], folder: Path) -> list[Document]:
    """The documents whose files came last. A copy may keep the time of its words, not the time of its coming."""

    def came(document: Document) -> tuple[int, str]:
        try:
            return -(folder / document.source).stat().st_ctime_ns, document.source
        except OSError:
            return 0, document.source

    return nsmallest(_NEWEST, documents, key=came)


def _texts(corpus: Corpus, document: Document) -> list[str]:
    return [corpus.passage(row).text for row in corpus.passage_rows(document.id)[:_OF_ONE]]


def _questions(texts: Sequence[str], document_id: str = "") -> Iterator[_Question]:
    """Names and definitions in turn, the most frequent first, equals in alphabetical order."""
    short = _frequent(letters for text in texts for letters in _defined(text))
    names = _frequent(name for text in texts for name in _names(text))
    names.sort(key=lambda name: " " not in name.removeprefix("the "))  # one word says less
    for place in range(max(len(short), len(names))):
        if place < len(names):
            name = names[place]
            yield _Question(f"What is said about {name}?", name.removeprefix("the "), document_id)
        if place < len(short):
            yield _Question(f"What does {short[place]} stand for?", f"({short[place]})", document_id)


def _defined(text: str) -> Iterator[str]:
    """The letters in brackets behind a name that begins with them."""
    for match in _DEFINED.finditer(text):
        initials = iter("".join(word[:1].upper() for word in re.split(r"[\s-]", match[1])))
        if all(letter in initials for letter in match[2]):
            yield match[2]


def _names(text: str) -> Iterator[str]:
    """Names with the article that the text gives them; one word only where its sentence ends with it."""
    for match in _NAME.finditer(" ".join(text.split())):
        name, outer = match["name"], match["outer"] or ""
        part_of_another = outer[:1].isupper()  # "Ministry of Defence"
        alone = " " not in name.removeprefix("the ")
        if not part_of_another and not (alone and (not match["end"] or _DAYS.fullmatch(name))):
            yield name


def _frequent(found: Iterator[str]) -> list[str]:
    counts = Counter(found)
    return sorted(counts, key=lambda name: (-counts[name], name))
