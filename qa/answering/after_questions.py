"""What answers where a document asks the question itself: not that question, but what is said after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.documents.corpus import Corpus
from embeddings.types import Passage, Sentence
from embeddings.words import plain_words
from qa.language.answer_type import asking
from qa.language.dates import every_date
from qa.reading.types import Mark
from qa.types.hits import SentenceScore
from qa.types.quotes import Quote

SAME = 0.8  # of the question's words: a sentence with them that asks is the question itself
FURTHER = 2  # passages behind the question's own, in which what is said after it may stand
_ASKS = re.compile(r"[?؟][\s\"”’»)\]*_]*$")
_LABEL = re.compile(r"\W*(?:[A-Z]|Question|Answer|\d+)\W*")  # of who speaks: "A."


def said_after(marks: Sequence[Mark], question: str, corpus: Corpus) -> tuple[list[Mark], list[Passage]]:
    """Return the marks that say something, see `answering`, and those of their passages that were not read for it."""
    found = [(mark.hit, answering(mark, question, corpus)) for mark in marks]
    return (
        [said for _, said in found if said],
        [said.hit.passage for hit, said in found if said and said.hit is not hit],
    )


def answering(mark: Mark, question: str, corpus: Corpus) -> Mark | None:
    """Return a mark on what is said after the question, where a question is marked or the passage asks the same one.

    The mark itself where neither is so. None where nothing is said after it, and where a date alone is marked (the line
    at the head of a report) in a passage that has less than half of the words of a question for a date.
    """
    scores = mark.hit.trace.sentences
    inside = [_within(score.sentence, mark.sentence) for score in scores]
    asks = [bool(_ASKS.search(score.sentence.text)) for score in scores]
    same = [does and score.coverage >= SAME for does, score in zip(asks, scores, strict=True)]
    last = len(inside) - 1 - inside[::-1].index(True) if any(inside) else 0
    asked = [place for place, does in enumerate(asks) if does and (inside[place] or (same[place] and place >= last))]
    if not asked:
        return None if _is_date_alone(mark, question) else mark
    said = _statements(scores[asked[-1] + 1 :])
    if said:
        best = max(said, key=lambda score: score.share or 0.0)
        return replace(mark, sentence=best.sentence, words=None)
    return _further(mark, corpus)


def _further(mark: Mark, corpus: Corpus) -> Mark | None:
    """Return a mark on the first sentence of the passages behind that asks nothing."""
    passage = mark.hit.passage
    document = corpus.document(passage.document_id)
    rows = corpus.passage_rows(passage.document_id)[passage.number : passage.number + FURTHER]
    for row in rows:
        behind = corpus.passage(row)
        said = _statements([SentenceScore(corpus.sentence(at), 0.0, 0.0) for at in corpus.sentence_rows(row)])
        if document is not None and said:
            citation = replace(mark.hit.citation, source=Quote.of(document, behind), also=(), words=None)
            return Mark(replace(mark.hit, passage=behind, citation=citation), said[0].sentence)
    return None


def _statements(scores: tuple[SentenceScore, ...] | list[SentenceScore]) -> list[SentenceScore]:
    """Return the sentences that say something, up to the next question behind them."""
    said: list[SentenceScore] = []
    for score in scores:
        if _ASKS.search(score.sentence.text):
            if said:
                break
        elif not _LABEL.fullmatch(score.sentence.text):
            said.append(score)
    return said


def _within(sentence: Sentence, marked: Sentence) -> bool:
    return marked.start <= sentence.start and sentence.end <= marked.end


def _is_date_alone(mark: Mark, question: str) -> bool:
    asked, trace = asking(question), mark.hit.trace
    if asked is None or asked.kind != "date" or len(trace.matched) >= len(trace.missing):
        return False
    text = mark.sentence.text
    dates = every_date(text)
    rest = "".join(sign for at, sign in enumerate(text) if not any(day.start <= at < day.end for day in dates))
    return bool(dates) and not plain_words(rest)
