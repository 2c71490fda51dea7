"""The reader's training examples: a question, a passage with its sentences, and the place of the answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.squad import Corpus, Paragraph, Question, Span
from embeddings.errors import DatasetError
from embeddings.index.lexical.bm25 import BM25Index
from embeddings.words import terms
from training.near_misses import Article, near_miss, renamed
from training.topics import ABOUT, as_keywords, elsewhere, topic

__all__ = [
    "KINDS",
    "MADE",
    "MOST_CHARACTERS",
    "SHARES",
    "Example",
    "Maker",
    "example_of",
    "held_out",
    "make",
    "read_examples",
    "shortened",
    "write_examples",
]

MADE = Path("data") / "made.txt"
"""In a training's folder: how its examples were made, for the card."""

SHARES = {"near-miss": 0.23, "renamed": 0.25, "retrieved": 0.24, "cut": 0.17, "topic": 0.06, "other": 0.05}
"""Of the passages without an answer; each question comes once with an answer and once without."""
KINDS = tuple(SHARES)
"""What can be left out."""
HELD_OUT_ONE_IN = 20
"""Of the articles of the training data: their questions measure a training, and none of them is trained on."""
MOST_CHARACTERS = 1000  # of a passage that is trained on: a longer one is cut down to whole sentences around the answer
WITHOUT_TITLE = 0.2  # of the examples: documents of users often have none that says anything
KEYWORDS = 0.06  # of the questions are asked in keywords
_ANOTHER = 0.5  # of the topics are asked beside another name, the rest of another paragraph
_TRIES = 4  # exchanges, to find one that can be made in the paragraph too
_RETRIEVED = 8  # best passages by BM25 that one is drawn from


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage; ``answer`` is a span of the text, None where it does not answer."""

    question: str
    title: str
    text: str
    sentences: tuple[Span, ...]
    answer: Span | None
    kind: str

    @property
    def family(self) -> str:
        """Return the kind, without how a near-miss was made."""
        return self.kind.split()[0]

    def of(self, kind: str) -> bool:
        """Return whether it is of a kind, or the answered question beside one that only this kind brings."""
        return self.family == kind or self.kind == f"answered {kind}"

    @property
    def sentence(self) -> int | None:
        """Return the number of the sentence in which the answer begins."""
        return None if self.answer is None else _sentence_at(self.sentences, self.answer[0])


def _sentence_at(sentences: Sequence[Span], place: int) -> int:
    """Return the number of the last sentence that begins there or before; the first where none does."""
    before = [number for number, (start, _) in enumerate(sentences) if start <= place]
    return before[-1] if before else 0


def example_of(question: str, paragraph: Paragraph, answer: Span | None, kind: str) -> Example:
    """Return the whole paragraph as an example."""
    return Example(question, paragraph.title, paragraph.text, tuple(paragraph.sentences), answer, kind)


def make(
    corpus: Corpus, *, seed: int, without: str | None = None, other_words: bool = False
) -> tuple[list[Example], list[Example]]:
    """Make the examples to train on, in the order of training, and those of the articles that are held out.

    The order is random: all kinds come from the beginning. ``without`` leaves one of KINDS out of the training, to
    measure its worth; nothing else changes. With ``other_words`` fewer questions use the words of the sentence that
    answers them, since people who have not read a text do not ask so. Where that sentence has the share s of a
    question's words, the question is left out with probability s * s.
    """
    random = Random(seed)
    maker = Maker(corpus, random)
    examples: list[Example] = []
    kept: list[Example] = []
    for question in random.sample(corpus.questions, len(corpus.questions)):
        paragraph = corpus.paragraphs[question.paragraph]
        out = held_out(paragraph.article)
        if other_words and not out and random.random() < _shared(question, paragraph) ** 2:
            continue
        for example in maker.pair(question, paragraph):
            if out:
                kept.append(example)
            else:
                examples.append(shortened(example, random))
    return [example for example in examples if without is None or not example.of(without)], kept


def _shared(question: Question, paragraph: Paragraph) -> float:
    """Return the share of a question's words that are in the sentence that answers it."""
    answering = paragraph.sentences[_sentence_at(paragraph.sentences, question.answers[0][0])]
    asked, said = set(terms(question.text)), set(terms(paragraph.text[slice(*answering)]))
    return len(asked & said) / max(1, len(asked))


class Maker:
    """Makes examples without an answer beside the answered questions of a corpus."""

    def __init__(self, corpus: Corpus, random: Random) -> None:
        self._order = list(corpus.paragraphs.values())
        self._random = random
        self._index = BM25Index.build([[paragraph.title, paragraph.text] for paragraph in self._order])
        asked: dict[str, list[str]] = {}
        for question in corpus.questions:
            asked.setdefault(corpus.paragraphs[question.paragraph].article, []).append(question.text)
        self._articles = {name: Article(own, asked.get(name, [])) for name, own in corpus.articles.items()}

    def pair(self, question: Question, paragraph: Paragraph) -> Iterator[Example]:
        """Yield the question with its paragraph, and one example without an answer, of a kind by its share."""
        kind = self._random.choices(list(SHARES), list(SHARES.values()))[0]
        pair: list[Example] = []
        if kind in ("near-miss", "renamed"):
            pair = self._exchanged(kind, question, paragraph)
        elif kind == "topic":
            pair = self.topic(paragraph)
        if not pair:
            answered = example_of(question.text, paragraph, question.answers[0], "answered")
            without = self.without(kind, question, paragraph) or self.without("retrieved", question, paragraph)
            pair = [answered, *([] if without is None else [without])]
        if kind != "topic" and self._random.random() < KEYWORDS:
            pair = [replace(example, question=as_keywords(example.question)) for example in pair]
        self._random.shuffle(pair)
        yield from pair

    def topic(self, paragraph: Paragraph) -> list[Example]:
        """Return a question on the paragraph's topic, and the same of another paragraph or about another name."""
        asked = topic(paragraph, self._random)
        if asked is None:
            return []
        answered = example_of(asked.question, paragraph, asked.answer, "answered topic")
        known = self._articles[paragraph.article].by_kind["name"]
        other = elsewhere(asked, paragraph, known, self._random) if self._random.random() < _ANOTHER else None
        if other is not None:
            return [answered, example_of(other, paragraph, None, "topic name")]
        words = asked.about if asked.form in ABOUT else paragraph.text[slice(*asked.answer)]
        without = self._retrieved(asked.question, paragraph, words)
        return [answered] if without is None else [answered, replace(without, kind="topic retrieved")]

    def _exchanged(self, kind: str, question: Question, paragraph: Paragraph) -> list[Example]:
        """Return a near-miss beside the question, or if possible the question beside the exchanged one's paragraph."""
        answer, change = question.answers[0], None
        for _ in range(_TRIES if kind == "renamed" else 1):
            change = near_miss(question, paragraph, self._articles[paragraph.article], self._random)
            other = None if change is None or kind != "renamed" else renamed(paragraph, answer, change)
            if change is not None and other is not None:
                missed = example_of(question.text, other[0], None, f"renamed {change.kind}")
                return [example_of(change.question, other[0], other[1], "answered renamed"), missed]
        if change is None:
            return []
        missed = example_of(change.question, paragraph, None, f"near-miss {change.kind}")
        return [example_of(question.text, paragraph, answer, "answered"), missed]

    def without(self, kind: str, question: Question, paragraph: Paragraph) -> Example | None:
        """Return the question with a passage that does not answer it: of kind "cut", "other" or "retrieved"."""
        answer = paragraph.text[slice(*question.answers[0])]
        if kind == "cut":
            return _cut(example_of(question.text, paragraph, question.answers[0], "cut"), answer)
        if kind == "other":
            other = self._random.choice(self._order)
            return None if other.article == paragraph.article else example_of(question.text, other, None, kind)
        return self._retrieved(question.text, paragraph, answer)

    def _retrieved(self, question: str, paragraph: Paragraph, answer: str) -> Example | None:
        scores = self._index.scores(question)
        best = np.argpartition(-scores, min(3 * _RETRIEVED, len(scores) - 1))[: 3 * _RETRIEVED]
        best = best[np.lexsort((best, -scores[best]))]
        found = [self._order[row] for row in best if scores[row] > 0]
        found = [
            other for other in found if other.id != paragraph.id and answer.casefold() not in other.text.casefold()
        ]
        if not found:
            return None
        return example_of(question, self._random.choice(found[:_RETRIEVED]), None, "retrieved")


def _cut(example: Example, answer: str) -> Example | None:
    """Return the passage without the answering sentence; None where the rest may still answer."""
    number = example.sentence
    kept = [span for place, span in enumerate(example.sentences) if place != number]
    short = _joined(replace(example, answer=None), kept)
    return None if not kept or answer.casefold() in short.text.casefold() else short


def _joined(example: Example, kept: Sequence[Span]) -> Example:
    """Return the example with only these sentences; its answer, if it has one, lies in one of them."""
    text, spans, answer = "", [], None
    for start, end in kept:
        if text:
            text += " "
        if example.answer is not None and start <= example.answer[0] < end:
            moved = len(text) - start
            answer = (example.answer[0] + moved, min(example.answer[1], end) + moved)
        spans.append((len(text), len(text) + end - start))
        text += example.text[start:end]
    return replace(example, text=text, sentences=tuple(spans), answer=answer)


def shortened(example: Example, random: Random, most: int = MOST_CHARACTERS, around: int | None = None) -> Example:
    """Cut to ``most`` characters, unless one sentence is longer, and take the title from some.

    What is kept lies around the answer; where there is none, around the sentence ``around``, by default any.
    """
    if random.random() < WITHOUT_TITLE:
        example = replace(example, title="")
    if len(example.text) <= most:
        return example
    own = around if example.sentence is None else example.sentence
    first = last = random.randrange(len(example.sentences)) if own is None else own
    while True:
        wider = [(a, b) for a, b in ((first - 1, last), (first, last + 1)) if a >= 0 and b < len(example.sentences)]
        wider = [(a, b) for a, b in wider if example.sentences[b][1] - example.sentences[a][0] <= most]
        if not wider:
            return _joined(example, example.sentences[first : last + 1])
        first, last = random.choice(wider)


def write_examples(examples: Sequence[Example], file: Path) -> Counter[str]:
    """Write one example a line; return how many there are of each kind."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as lines:
        for example in examples:
            lines.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
    unfinished.replace(file)
    return Counter(example.kind for example in examples)


def read_examples(file: Path) -> list[Example]:
    """Read what `write_examples` wrote. Raises DatasetError."""
    try:
        with file.open(encoding="utf-8") as lines:
            return [_example(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{file} holds no examples ({error}): make them with python -m training data") from error


def _example(row: dict[str, object]) -> Example:
    sentences = tuple((int(start), int(end)) for start, end in row["sentences"])  # type: ignore[attr-defined]
    answer = row["answer"]
    span = None if answer is None else (int(answer[0]), int(answer[1]))  # type: ignore[index]
    return Example(str(row["question"]), str(row["title"]), str(row["text"]), sentences, span, str(row["kind"]))


def held_out(article: str) -> bool:
    """Return whether an article of the training data is held out to measure a training; its name alone decides."""
    return int.from_bytes(blake2b(article.encode(), digest_size=4).digest(), "big") % HELD_OUT_ONE_IN == 0
