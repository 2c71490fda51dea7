"""Pairs of an answered and an unanswered example from questions that people wrote.

The unanswerable questions of SQuAD 2.0 each come beside an answerable one of the same paragraph: its twin where one is
known, else the one with most words in common. Questions of people who had not seen the text (TyDi QA), of tales
(FairytaleQA) and about times (TimeQA) come beside a passage that does not answer them, so that their style tells
nothing. Each pair is one answered and one unanswered example, in this order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from benchmarks.question_sets import in_keywords
from benchmarks.squad import Corpus, Paragraph, Question, read_corpus, read_rows
from embeddings.words import terms
from training.data import MOST_CHARACTERS, Example, Maker, example_of, held_out, shortened

__all__ = ["NATURAL", "SQUAD", "WRITTEN", "written"]

Pair = tuple[Example, Example]

SQUAD, WRITTEN = "squad11-train", "squad20-train-un"
NATURAL = {"tydi-en-train": 2, "fairytaleqa-train": 1, "timeqa-human-train": 1}
"""Sets of answerable questions, and how often each is taken; every time with another passage that does not answer."""
RETRIEVED, TOPIC = 0.14, 0.04  # pairs of SQuAD with another or a cut passage, and about topics, per answerable question
CUT = 0.4  # of these have the right passage without the answering sentence
KEYWORDS, WITHOUT_MARK = 0.12, 0.1  # of the pairs are asked in keywords; of the others without a question mark
SHORT, FEW_CHARACTERS = 0.6, 500  # of the pairs keep fewer characters of their passages


def written(folder: Path, *, seed: int) -> tuple[list[Example], list[Example]]:
    """Return the examples to train on, pair by pair in random order, and those of the articles that are held out.

    ``folder`` holds the data sets. Raises DatasetError where one is missing.
    """
    random = Random(seed)  # noqa: S311 - not for secrets
    squad = read_corpus(folder / SQUAD)
    pairs = [*_human(squad, folder / WRITTEN, random), *_made(squad, random)]
    out = [pair for pair, article in pairs if held_out(article)]
    learnt = [pair for pair, article in pairs if not held_out(article)]
    for name, times in NATURAL.items():
        learnt += _natural(read_corpus(folder / name), name, times, random)
    random.shuffle(learnt)
    return (
        [one for pair in learnt for one in _varied(pair, random)],
        [one for pair in random.sample(out, len(out)) for one in pair],
    )


def _human(squad: Corpus, folder: Path, random: Random) -> Iterator[tuple[Pair, str]]:
    """Yield each unanswerable question beside an answerable one of its paragraph, with the article."""
    asked: dict[str, list[Question]] = {}
    for question in squad.questions:
        asked.setdefault(question.paragraph, []).append(question)
    known = {question.id: question for question in squad.questions}
    for row in read_rows(folder / "unanswerable.jsonl"):
        about, text = row["metadata"], row["text"].strip()
        others = asked.get(about["near_passage"], [])
        if about["placed"] == "doubtful" or not others or not text:
            continue
        twin = known.get(about.get("answerable_twin") or "") or _nearest(text, others, random)
        paragraph = squad.paragraphs[twin.paragraph]
        answered = example_of(twin.text, paragraph, twin.answers[0], "answered")
        yield (answered, example_of(text, paragraph, None, f"written {about['cause']}")), paragraph.article


def _nearest(text: str, others: list[Question], random: Random) -> Question:
    """Return the question with most words in common, any of equals."""
    words = set(terms(text))
    return max(random.sample(others, len(others)), key=lambda other: len(words & set(terms(other.text))))


def _made(squad: Corpus, random: Random) -> Iterator[tuple[Pair, str]]:
    """Yield some questions of SQuAD beside a passage that does not answer, and questions about topics."""
    maker = Maker(squad, random)
    for question in squad.questions:
        paragraph = squad.paragraphs[question.paragraph]
        drawn = random.random()
        found: Iterable[Example] = ()
        if drawn < RETRIEVED:
            found = _beside(maker, question, paragraph, random)
        elif drawn < RETRIEVED + TOPIC:
            found = maker.topic(paragraph)
        one, *other = found or (None,)
        if one is not None and other:
            yield (one, other[0]), paragraph.article


def _beside(maker: Maker, question: Question, paragraph: Paragraph, random: Random) -> list[Example]:
    kind = "cut" if random.random() < CUT else "retrieved"
    without = maker.without(kind, question, paragraph)
    return [] if without is None else [example_of(question.text, paragraph, question.answers[0], "answered"), without]


def _natural(corpus: Corpus, name: str, times: int, random: Random) -> Iterator[Pair]:
    """Yield each question with its passage and beside one that BM25 finds and that lacks the answer's words."""
    maker = Maker(corpus, random)
    for question in corpus.questions * times:
        without = maker.without("retrieved", question, corpus.paragraphs[question.paragraph])
        if without is not None:
            answered = example_of(question.text, corpus.paragraphs[question.paragraph], question.answers[0], "answered")
            yield answered, replace(without, kind=f"natural {name}")


def _varied(pair: Pair, random: Random) -> Pair:
    """Return the pair with both passages cut alike, and both questions in keywords or without their mark in some."""
    most = FEW_CHARACTERS if random.random() < SHORT else MOST_CHARACTERS
    one, other = (shortened(example, random, most, _liveliest(example)) for example in pair)
    drawn = random.random()
    if drawn < KEYWORDS:
        short = [in_keywords(example.question, random) for example in (one, other)]
        if sorted(short[0].split()) != sorted(short[1].split()) or one.question == other.question:
            return replace(one, question=short[0]), replace(other, question=short[1])
    elif drawn < KEYWORDS + WITHOUT_MARK:
        bare = [example.question.rstrip("?").rstrip() or example.question for example in (one, other)]
        return replace(one, question=bare[0]), replace(other, question=bare[1])
    return one, other


def _liveliest(example: Example) -> int | None:
    """Return the number of the sentence with most of the question's words, the first of equals."""
    asked = set(terms(example.question))
    shared = [len(asked & set(terms(example.text[start:end]))) for start, end in example.sentences]
    return max(range(len(shared)), key=shared.__getitem__, default=None)
