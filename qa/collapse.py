"""Which of the ranked passages come back: one of those that say the same, and not too many of a document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.documents.corpus import Corpus
from qa.duplicates import sketch, wording_of

__all__ = ["Group", "grouped", "labels"]


@dataclass(frozen=True, slots=True)
class Group:
    """Places in a ranking, from 0, of passages that say the same: the one that is shown, and the others, best first."""

    shown: int
    others: tuple[int, ...] = ()


def labels(corpus: Corpus, rows: npt.NDArray[np.int64]) -> list[Hashable]:
    """A label for the passage of each row: equal where two say the same (see `qa.duplicates`), and only there."""
    drafts = [sketch(text) for text in corpus.passage_texts(rows)]
    often = Counter(drafts)
    return [
        draft if often[draft] == 1 else wording_of(corpus.document_of(row), corpus.passage(row))
        for row, draft in zip(rows.tolist(), drafts, strict=True)
    ]


def grouped(
    labelled: Sequence[Hashable], documents: Sequence[int], *, per_document: int | None = None
) -> Iterator[Group]:
    """Walk down a ranking, given the label and the document of each place, and give one group of each label.

    A group is shown by its best place of which the document was not yet shown ``per_document`` times; where there is
    none it is passed over. Its others are all its other places, so that what comes first does not depend on how much is
    taken.
    """
    members: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, label in enumerate(labelled):
        members[label].append(place)
    shown: set[Hashable] = set()
    taken: Counter[int] = Counter()
    for place, (label, document) in enumerate(zip(labelled, documents, strict=True)):
        if label in shown or (per_document is not None and taken[document] >= per_document):
            continue
        shown.add(label)
        taken[document] += 1
        yield Group(place, tuple(other for other in members[label] if other != place))
