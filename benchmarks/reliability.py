"""The truth of stated probabilities, and how well scores separate two kinds of questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from qa.evaluation.result import Figure
from qa.evaluation.statistics import RESAMPLES, SEED, interval

__all__ = ["BINS", "Bin", "area", "auroc", "bins", "error_of", "expected_error", "share"]

BINS = 10

Floats = npt.NDArray[np.float64]
Statistic = Callable[..., float]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers with a probability from ``start`` to below ``end``: the mean stated, the share that was right."""

    start: float
    end: float
    stated: float
    true: float
    number: int


def auroc(positive: Sequence[float] | Floats, negative: Sequence[float] | Floats) -> float:
    """Return the chance that a first score exceeds a second; ties count a half. Return NaN where one is empty."""
    if not len(positive) or not len(negative):
        return float("nan")
    below = np.sort(np.asarray(negative))
    left = np.searchsorted(below, positive, side="left")
    right = np.searchsorted(below, positive, side="right")
    return float((left + right).mean() / 2 / len(below))


def expected_error(stated: Sequence[float] | Floats, truth: Sequence[bool] | Floats) -> float:
    """Return the expected calibration error in ten equal bins (Naeini et al. 2015); NaN for no questions."""
    if not len(stated):
        return float("nan")
    values, true = np.asarray(stated), np.asarray(truth, dtype=float)
    places = _places(values)
    gaps = [abs(values[places == one].sum() - true[places == one].sum()) for one in range(BINS)]
    return float(sum(gaps) / len(values))


def bins(stated: Sequence[float], truth: Sequence[bool]) -> list[Bin]:
    """Return the bins of `expected_error` that hold something, from the lowest."""
    values, true = np.asarray(stated, dtype=float), np.asarray(truth, dtype=float)
    places = _places(values)
    return [
        Bin(one / BINS, (one + 1) / BINS, float(values[own].mean()), float(true[own].mean()), int(own.sum()))
        for one in range(BINS)
        if (own := places == one).any()
    ]


def share(values: Sequence[bool]) -> Figure:
    """Return the share of true values with its 95 % interval; NaN where there are none."""
    if not values:
        return Figure("share", nan, nan, nan, 0)
    numbers = np.asarray(values, dtype=float)
    return Figure("share", float(numbers.mean()), *interval(numbers), len(numbers))


def area(positive: Sequence[float], negative: Sequence[float]) -> Figure:
    """Return `auroc` with its interval, for which the questions of both kinds are drawn again."""
    first, second = np.asarray(positive), np.asarray(negative)
    draw = np.random.default_rng(SEED)
    drawn = [auroc(draw.choice(first, len(first)), draw.choice(second, len(second))) for _ in range(RESAMPLES)]
    return Figure("AUROC", auroc(first, second), *_edges(drawn), len(first) + len(second))


def error_of(stated: Sequence[float], truth: Sequence[bool]) -> Figure:
    """Return `expected_error` with its interval. Resampling adds noise to every bin, so the interval lies high."""
    values, true = np.asarray(stated), np.asarray(truth, dtype=float)
    draw = np.random.default_rng(SEED)
    rows = (draw.integers(len(values), size=len(values)) for _ in range(RESAMPLES))
    drawn = [expected_error(values[own], true[own]) for own in rows]
    return Figure("calibration error", expected_error(values, true), *_edges(drawn), len(values))


def _edges(drawn: Sequence[float]) -> tuple[float, float]:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)


def _places(values: Floats) -> npt.NDArray[np.int64]:
    return np.minimum((values * BINS).astype(np.int64), BINS - 1)
