"""The only importer of scipy: how far a mean over queries can be trusted.

Intervals are percentile bootstrap intervals (Efron 1979) over the queries. Two systems are compared by the paired
randomisation test (the sign of each query's difference is drawn at random), which Smucker, Allan and Carterette 2007
recommend for retrieval; several p-values are judged together with Holm's correction (Holm 1979). Everything random is
seeded: the same values give the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

RESAMPLES = 1_000
SIGN_DRAWS = 9_999  # the smallest p-value is then 0.0002
CONFIDENCE = 0.95
LEVEL = 0.05
SEED = 1
_CHUNK = 2**21  # values in memory at a time, 16 MiB

Floats = npt.NDArray[np.float64]


def interval(values: Floats) -> tuple[float, float]:
    """Return the 95 % interval of the mean of (n,) values, n at least 1; a point where all are equal."""
    if (values == values[0]).all():
        return float(values[0]), float(values[0])
    from scipy.stats import bootstrap

    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=_batch(values),
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


def p_value(differences: Floats) -> float:
    """Return the two-sided p-value of (n,) paired differences: how often chance gives a mean as far from 0.

    It is exact where there are few queries, else from 9,999 draws.
    """
    if len(differences) < 2 or not differences.any():
        return 1.0
    from scipy.stats import permutation_test

    found: Any = permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=SIGN_DRAWS,
        batch=_batch(differences),
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)


def holm(p_values: Sequence[float], level: float = LEVEL) -> list[bool]:
    """Return which p-values are significant together: compare the i-th smallest with level / (m - i + 1)."""
    significant = [False] * len(p_values)
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        if p_values[place] > level / (len(p_values) - rank):
            break
        significant[place] = True
    return significant


def _batch(values: Floats) -> int:
    return max(1, _CHUNK // len(values))
