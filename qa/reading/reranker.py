"""A trained reader over the retriever's hits: it puts them into a new order, marks sentences and words, or abstains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import exp

from embeddings.errors import ReaderError
from embeddings.formats.signs import BETWEEN_CELLS
from embeddings.index.order import ranks
from qa.reading.calibration import Nearness, log_odds
from qa.reading.early_stopping import Enough, read_until
from qa.reading.measured import Measured
from qa.reading.types import CITED, Mark, PassageReader, PassageText, Read, Reading
from qa.types.confidence import ReadBy
from qa.types.hits import Hit, Part, SentenceScore, nearness

READ = 20  # hits that are read
READER = "reader"
"""The name of the part of a trace that says what the reader gives to the score."""

SCALE = 0.05  # of the log-odds in a score, where the place in the search does not count beside the reader
NEARLY = 0.5  # a further hit is cited only if its probability is at least this part of the first cited one's,
ALIKE = 0.65  # and reaches the limit, or this part of the first one's: two that answer alike are not cut apart
SIMILARLY = 0.3  # of the first one's probability, where none reaches the limit
ALSO = 0.15  # sentences beside the first one of a passage are quoted with it from this part of its share upward

NEAR = 2.0  # of similarity + coverage of a sentence, beside the logarithm of its share

DIGITS = 4
"""Of what is written down and compared, so that another machine's last bits change nothing."""

_SCORE_DIGITS = 6
_ASKS = re.compile(
    r"\b(?:(?:what|how)(?! about)|who|whom|whose|when|where|which|why"
    r"|is|are|was|were|do|does|did|has|have|had|can|will)\b",
    re.IGNORECASE,
)


class RerankingReader:
    """A `Reader` that reads the first `READ` hits with a `PassageReader`, and answers from its limit upward.

    Hits are put into the order of the probability that they answer, in which the score of the search counts too (see
    `Nearness`). The reader is one more part of a hit's trace, and what makes the score the probability's log-odds.
    From the limit upward a passage answers; from a share of it, `Measured.uncertain`, passages are marked as such that
    may. Reading ends early where that is settled (see `read_until`); what was not read counts like the worst that was.
    Without a calibration nothing is held back, and no probability is told.
    """

    depth = READ

    def __init__(self, reader: PassageReader, measured: Measured | None = None, *, caution: int | None = None) -> None:
        self._reader, self.measured = reader, measured
        self._limit = None if reader.limit is None else _rounded(reader.limit)
        self._caution = None if measured is None else measured.caution
        self._nearness = Nearness() if measured is None else measured.nearness
        if caution is not None:
            if reader.limit is None or measured is None:
                raise ReaderError(f"no caution ({caution}) was measured for the reader {reader.name}: leave it out.")
            self._limit, self._caution, self.measured = measured.limit(caution), caution, measured.at(caution)

    @property
    def _uncertain(self) -> float | None:
        """Return the probability from which a passage may answer."""
        if self._limit is None:
            return None
        return _rounded(self._limit * (1.0 if self.measured is None else self.measured.uncertain))

    @property
    def _enough(self) -> Enough | None:
        """Return where reading ends; a lower caution than the reader's own reads no less."""
        own = self._reader.limit
        if self._limit is None or own is None:
            return None
        return Enough.of(self._limit, own)

    @property
    def caveat(self) -> str:
        """Say that the reader was not calibrated, where it was not."""
        if self._limit is not None:
            return ""
        return (
            f"No threshold was measured for the reader {self._reader.name}: the best passages are shown whether they "
            "answer or not."
        )

    @property
    def description(self) -> str:
        """Return the reader's name and lowest answering probability; a question may have another caution."""
        if self._limit is None:
            return f"{self._reader.name}: {self.caveat}"
        cautious = "" if self._caution is None else f" (caution {self._caution})"
        return f"{self._reader.name}: the probability that the passage answers is at least {self._limit:g}{cautious}"

    @property
    def read_by(self) -> ReadBy:
        """Return name and digest, limit and caution."""
        return ReadBy(self._reader.name, self._reader.digest, self._limit, self._caution, self._uncertain)

    def load(self) -> None:
        """Load the weights, by reading a word."""
        self._reader.read("?", [PassageText("", "?", ((0, 1),))])

    def at(self, caution: int) -> RerankingReader:
        """Return the same reader with the limit of another caution. Raises ReaderError."""
        return RerankingReader(self._reader, self.measured, caution=caution)

    def read(self, question: str, hits: Sequence[Hit]) -> Read:
        """Return the hits in their new order, and the marked sentences of at most three of them.

        ``hits`` come from one search, best first.
        """
        readings = read_combined(self._reader, question, hits[:READ], self._nearness, self._enough)
        if not readings:
            return Read(tuple(hits), ())
        exact = [reading.probability for reading in readings]
        exact += [min(exact)] * (len(hits) - len(exact))
        judged, probable = self._judged(hits, readings, exact), list(map(_rounded, exact))
        order = sorted(range(len(hits)), key=lambda row: (-_rounded(log_odds(exact[row])), -probable[row]))
        ranked = [_at_rank(judged[row], rank) for rank, row in enumerate(order, start=1)]
        answering = [(hit, probable[row]) for hit, row in zip(ranked, order, strict=True) if row < len(readings)]
        return Read(tuple(ranked), tuple(self._marks(answering)), self._told(max(probable)))

    def _judged(self, hits: Sequence[Hit], readings: Sequence[Reading], exact: Sequence[float]) -> list[Hit]:
        """Return the hits with the reader's part in score and trace."""
        best, scale = hits[0].score, 1 / self._nearness.rank if self._nearness.rank else SCALE
        scores = [round(best + scale * _rounded(log_odds(each)), _SCORE_DIGITS) for each in exact[: len(readings)]]
        unread = [hit.score for hit in hits[len(readings) :]]
        # What was not read keeps its distances in the search, below the least of what was.
        least = min(scores)
        scores += [round(least + score - unread[0], _SCORE_DIGITS) for score in unread]
        judged: list[Hit] = []
        for hit, each, rank, score in zip(hits, exact, ranks(exact), scores, strict=True):
            part = Part(READER, _rounded(each), int(rank), scale, round(score - hit.score, _SCORE_DIGITS))
            judged.append(replace(hit, score=score, trace=replace(hit.trace, parts=(*hit.trace.parts, part))))
        seen = [self._seen(hit, reading) for hit, reading in zip(judged, readings, strict=False)]
        return [*seen, *judged[len(seen) :]]

    def _seen(self, hit: Hit, reading: Reading) -> Hit:
        """Return the hit with what was read in it: the probability, the words, the share of each sentence."""
        begin = hit.passage.start
        words = None if reading.span is None else (begin + reading.span[0], begin + reading.span[1])
        shares = zip(hit.trace.sentences, reading.sentences, strict=True)
        sentences = tuple(replace(score, share=_rounded(share)) for score, share in shares)
        citation = replace(hit.citation, probability=self._told(reading.probability), words=words)
        return replace(hit, citation=citation, trace=replace(hit.trace, sentences=sentences))

    def _marks(self, read: Sequence[tuple[Hit, float]]) -> list[Mark]:
        """Return the marked sentences of the first hit that answers, or may, and of those behind as good.

        ``read`` are hits with their probability, highest first.
        """
        found = [(hit, probability) for hit, probability in read if hit.trace.sentences]
        careful = (self._limit or 0.0) > _rounded(self._reader.limit or 0.0)
        probable = [probability for _, probability in found]
        cited = places_cited(probable, self._limit or 0.0, self._uncertain or 0.0, careful=careful)
        return [_mark(found[place][0]) for place in cited]

    def _told(self, probability: float) -> float | None:
        """Return a probability as it is written down; None where it is only an order."""
        return None if self._reader.limit is None else _rounded(probability)


def places_cited(probable: Sequence[float], limit: float, uncertain: float, *, careful: bool = False) -> list[int]:
    """Return which of some probabilities, highest first, are of passages to be cited, by their place.

    ``careful`` is for a limit above the reader's own: who asked for more care gets no exception from it.

    >>> places_cited([0.9, 0.5, 0.2], 0.6, 0.1), places_cited([0.5, 0.2], 0.6, 0.1), places_cited([0.05], 0.6, 0.1)
    ([0], [0, 1], [])
    """
    if not probable or probable[0] < uncertain:
        return []
    most = probable[0]
    if most < limit:
        least = max(uncertain, SIMILARLY * most)
    else:
        least = max(limit, NEARLY * most)
        least = least if careful else min(least, ALIKE * most)
    return [place for place, one in enumerate(probable[:CITED]) if place == 0 or one >= least]


def passage_text(hit: Hit, question: str = "") -> PassageText:
    """Return what is read of a hit: the title of its document, its text, its sentences.

    The title says whom a passage speaks of; for the rows of a table the heads above them do. Where the text asked for
    is a name or keywords, all of which stand above the passage and none in it, what stands above would answer in place
    of the passage, and is left out.
    """
    begin = hit.passage.start
    spans = tuple((score.sentence.start - begin, score.sentence.end - begin) for score in hit.trace.sentences)
    covered = hit.trace.missing or any(score.coverage for score in hit.trace.sentences)
    named = not covered and not _ASKS.search(question)
    above, first = hit.passage.heading, hit.passage.text.partition("\n")[0]
    above = above if BETWEEN_CELLS in above and BETWEEN_CELLS in first else hit.citation.source.title
    return PassageText("" if named else above, hit.passage.text, spans)


def read_hits(reader: PassageReader, question: str, hits: Sequence[Hit]) -> list[Reading]:
    """Return one reading for each hit, in their order; each with the question under the name that it uses itself.

    A reader of single passages cannot know that another one says what PTM stands for.
    """
    asked = [hit.trace.asked_as or question for hit in hits]
    found: dict[int, Reading] = {}
    for one in dict.fromkeys(asked):
        own = [place for place, other in enumerate(asked) if other == one]
        found.update(zip(own, reader.read(one, [passage_text(hits[place], one) for place in own]), strict=True))
    return [found[place] for place in range(len(hits))]


def read_combined(
    reader: PassageReader, question: str, hits: Sequence[Hit], nearness: Nearness, enough: Enough | None = None
) -> list[Reading]:
    """Return what reader and retrieval together say of hits: of the first alone where these are enough, else of all."""

    def read(some: Sequence[Hit]) -> list[Reading]:
        found = read_hits(reader, question, some)
        return [
            combined(nearness, one, hit.trace.sentences, hit.score - hits[0].score)
            for one, hit in zip(found, some, strict=True)
        ]

    return read_until(read, hits, enough)


def combined(nearness: Nearness, reading: Reading, scores: Sequence[SentenceScore], behind: float = 0.0) -> Reading:
    """Return the reading with shares and probability as `Nearness` and the nearness of its sentences make them.

    ``behind`` is the hit's score less that of the first one.
    """
    shares = reweighted(reading, scores)
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    similarity = nearness.centre if best is None else scores[best].similarity
    probability = nearness.probability(reading.probability, similarity, behind)
    words = reading.span if best == reading.sentence else None  # they stand in the sentence that was best before
    return replace(reading, probability=probability, sentences=shares, span=words)


def reweighted(reading: Reading, scores: Sequence[SentenceScore]) -> tuple[float, ...]:
    """Return the share of each sentence of a passage in the answer, as the reader and the search together have it.

    Each share is multiplied by e^(NEAR * (similarity + coverage)); together they are as much as before. What the reader
    gave nothing gets nothing.
    """
    whole = sum(reading.sentences)
    nearness = [score.similarity + score.coverage for score in scores]
    most = max(nearness, default=0.0)
    raised = [share * exp(NEAR * (near - most)) for share, near in zip(reading.sentences, nearness, strict=True)]
    total = sum(raised)
    return tuple(whole * one / total for one in raised) if total else reading.sentences


def _at_rank(hit: Hit, rank: int) -> Hit:
    return replace(hit, citation=replace(hit.citation, number=rank))


def evidence(scores: Sequence[SentenceScore]) -> Sequence[SentenceScore]:
    """Return the sentence with the highest share, and those beside it as far as theirs is some part of it.

    Chosen by the F1 of the words on SelQA and OneStopQA, beside one sentence alone and several from anywhere.
    """
    best = max(range(len(scores)), key=lambda place: nearness(scores[place]))
    least = ALSO * (scores[best].share or 0.0)
    first = last = best
    while least and first > 0 and (scores[first - 1].share or 0.0) >= least:
        first -= 1
    while least and last + 1 < len(scores) and (scores[last + 1].share or 0.0) >= least:
        last += 1
    return scores[first : last + 1]


def _mark(hit: Hit) -> Mark:
    found, words = evidence(hit.trace.sentences), hit.citation.words
    marked = hit.passage.from_to(found[0].sentence, found[-1].sentence)
    inside = words is not None and marked.start <= words[0] and words[1] <= marked.end
    return Mark(hit, marked, words if inside else None)


def _rounded(value: float) -> float:
    return round(value, DIGITS)
