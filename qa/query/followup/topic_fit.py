"""How two questions stand to each other in the documents: whether they are about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """What the documents say of a question and of what was asked before it.

    ``together``: how well one passage has the words of both, 0 to 1; of each passage counts the question it fits worse,
    by BM25 as a share of the highest. ``near``: the same of the vectors. ``clear``: how far the nearest passage stands
    out for the question alone. Both are standard scores over the passages, as multiples of what the highest of so many
    random ones would be.
    """

    together: float
    near: float
    clear: float


class CorpusFit(Protocol):
    """What the documents know of words and questions."""

    def rarity(self, term: str) -> float:
        """Return how rare a term (as `embeddings.words.terms` gives it) is; 0 where no passage has it."""
        ...

    def fit(self, question: str, earlier: str) -> Fit:
        """Return how a question stands to an earlier one."""
        ...

    def renamed(self, text: str) -> tuple[str, ...]:
        """Return a text with each name that the documents define exchanged for the other one."""
        ...
