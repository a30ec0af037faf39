"""How far apart two pools put the same posterior: the Monte-Carlo error of a fit.

The pool is made of two blocks with seeds of their own. Each is fitted apart, with half as many
neighbours, so that both look at the same neighbourhood as the whole and differ from it by chance
alone. If a median has the error s in the whole, it has ``s * sqrt(2)`` in each half, and two halves
lie apart by ``2 s`` (standard deviation): the error of the whole is half their difference. One
difference is a poor estimate of one error; the mean square over all parameters is a good one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from calibration.fit.fit import Fit
from calibration.structures import Float64, Int64, Reports


@dataclass(frozen=True)
class TwoPools:
    """Two halves of a pool against each other.

    Attributes
    ----------
    difference : dict of parameter id to float
        Median of the first half less that of the second, in standard deviations of the whole
        pool's posterior; 0 where the posterior has no width.
    error : float
        Monte-Carlo error of the whole pool's medians, in the same unit: root mean square over
        parameters of half the difference.
    largest : str
        The parameter that differs most.
    """

    difference: dict[str, float]
    error: float
    largest: str


def two_pools(fit: Fit, block: Int64, reported: Reports) -> TwoPools:
    """Fit the two blocks of a pool apart and compare the medians.

    Parameters
    ----------
    fit : Fit
        To the whole pool.
    block : int64 array, shape ``[N]``
        0 or 1 for each vector.
    reported : mapping of target id to ReportColumn, length 1 each

    Raises
    ------
    ValueError
        If the blocks are not two, or are not those of the fit's pool.
    """
    if len(block) != len(fit.unit) or set(np.unique(block).tolist()) != {0, 1}:
        raise ValueError(f"the {len(fit.unit)} vectors of the fit must lie in blocks 0 and 1")
    half = replace(fit, neighbours=max(1, fit.neighbours // 2))
    medians = [
        _median(half.without_rows(np.flatnonzero(block != each)), reported) for each in (0, 1)
    ]
    width = np.sqrt(fit.posterior(reported).variance())
    apart = np.zeros(len(fit.ids))
    np.divide(medians[0] - medians[1], width, out=apart, where=width > 0.0)
    difference = dict(zip(fit.ids, apart.tolist(), strict=True))
    error = float(np.sqrt(np.mean((apart / 2.0) ** 2)))
    return TwoPools(difference, error, fit.ids[int(np.argmax(np.abs(apart)))])


def _median(fit: Fit, reported: Reports) -> Float64:
    median: Float64 = fit.posterior(reported).quantiles(0.5)[0]
    return median
