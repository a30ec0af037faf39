"""Counts drawn by inversion: one uniform in, one whole number out.

The inverse of the distribution function is used throughout, so a draw rises with its uniform: two
runs that share a uniform and differ a little in the odds differ a little in the count (common
random numbers stay monotone). Every operation is elementwise, so a draw does not depend on the
batch in which it is made.

Small means are found by *sequential search* (Devroye 1986, Non-Uniform Random Variate Generation,
chapter X): start from P(0) and add terms until the sum reaches the uniform. The binomial, Poisson
and negative binomial laws are those whose terms obey ``P(k) = P(k-1) * (a + b/k)`` (Panjer 1981,
ASTIN Bulletin 12), so one search serves all. Larger means use the Cornish-Fisher expansion for a
law on whole numbers (:func:`_lattice_quantile`).
"""

import numpy as np
import numpy.typing as npt

from sim.state import elementary
from sim.state.elementary import FloatArray
from sim.state.picking import indices
from sim.state.sequential_search import BLOCK, HIGHEST_UNIFORM, Search, blocks_of

IntArray = npt.NDArray[np.int64]

SEARCH_BELOW_MEAN = 10.0
"""Means from here on use the expansion: its error in total variation is at most about 1e-4."""

_LOWEST_UNIFORM = 2.0**-40


def binomial(uniform: npt.ArrayLike, n: npt.ArrayLike, p: npt.ArrayLike) -> IntArray:
    """Return the ``uniform`` quantile of Binomial(n, p).

    Parameters
    ----------
    uniform
        Probabilities in (0, 1).
    n
        Number of trials, whole numbers; below 1 gives 0.
    p
        Chance of each; ``p <= 0`` (or NaN) gives 0 and ``p >= 1`` gives ``n`` exactly.

    Returns
    -------
    int64 array of the broadcast shape, every element in 0..n and not falling in ``uniform``.
    """
    u, trials, chance, shape = _flat(uniform, n, p)
    result = np.zeros(u.size, dtype=np.int64)
    if u.size == 0:
        return result.reshape(shape)
    search, expansion = Search(result), _Expansion(result)
    flipped = [
        _add_binomial(start, u, trials, chance, search, expansion)
        for start in range(0, u.size, BLOCK)
    ]
    search.finish()
    expansion.finish(trials)
    for index in flipped:
        if index.size:
            result[index] = trials.take(index).astype(np.int64) - result.take(index)
    return result.reshape(shape)


def poisson(uniform: npt.ArrayLike, mean: npt.ArrayLike) -> IntArray:
    """Return the ``uniform`` quantile of Poisson(mean); a mean of 0 or less gives 0.

    Arrays broadcast together; returns int64, not falling in ``uniform``.
    """
    u, means, shape = _flat(uniform, mean)
    result = np.zeros(u.size, dtype=np.int64)
    search, expansion = Search(result), _Expansion(result)
    for start in range(0, u.size, BLOCK):
        m = means[start : start + BLOCK]
        small = indices((m > 0.0) & (m < SEARCH_BELOW_MEAN))
        if small.size:
            index, m_small = small + start, m.take(small)
            none = elementary.exp(-m_small)
            search.add_some(index, u.take(index), none, np.zeros_like(none), m_small)
        large = indices(m >= SEARCH_BELOW_MEAN)
        if large.size:
            index, m_large = large + start, m.take(large)
            expansion.add(index, u.take(index), m_large, np.zeros_like(m_large))
    search.finish()
    expansion.finish()
    return result.reshape(shape)


def negative_binomial(
    uniform: npt.ArrayLike, mean: npt.ArrayLike, dispersion_k: npt.ArrayLike
) -> IntArray:
    """Return the ``uniform`` quantile of a negative binomial law.

    Parameters
    ----------
    uniform
        Probabilities in (0, 1).
    mean
        Mean count; 0 or less gives 0.
    dispersion_k
        The ecologists' k > 0: variance is ``mean + mean**2 / k``; a large k tends to Poisson.

    Returns
    -------
    int64 array of the broadcast shape, not falling in ``uniform``.

    Raises
    ------
    ValueError
        When some ``dispersion_k`` is not above 0.
    """
    u, means, k, shape = _flat(uniform, mean, dispersion_k)
    if not bool(np.all(k > 0.0)):
        raise ValueError("dispersion_k must be above 0")
    result = np.zeros(u.size, dtype=np.int64)
    search = Search(result)
    for start in range(0, u.size, BLOCK):
        index = indices(means[start : start + BLOCK] > 0.0) + start
        if index.size:
            _add_negative_binomial(index, u.take(index), means.take(index), k.take(index), search)
    search.finish()
    return result.reshape(shape)


def _add_binomial(
    start: int,
    u: FloatArray,
    n: FloatArray,
    p: FloatArray,
    search: Search,
    expansion: "_Expansion",
) -> npt.NDArray[np.intp]:
    """Hand over a block; return the elements in which the rarer outcome, failure, is counted."""
    stop = start + BLOCK
    u, n, p = u[start:stop], n[start:stop], p[start:stop]
    index = indices((n > 0.0) & (p > 0.0))
    if index.size < u.size:
        u, n, p = u.take(index), n.take(index), p.take(index)
    if index.size == 0:
        return index
    if start:
        index += start
    often = indices(p > 0.5)
    if often.size:
        # A p of 1 flips to 0: the rarer outcome never happens, and its search ends at once.
        u, p = u.copy(), p.copy()
        p[often] = 1.0 - np.minimum(p.take(often), 1.0)
        u[often] = 1.0 - u.take(often)
    mean = n * p
    large = indices(mean >= SEARCH_BELOW_MEAN)
    # Contiguous arrays, as sim.state.elementary asks for, of numbers that raise no warnings.
    none = np.negative(p)
    np.log1p(none, out=none)
    none *= n
    np.exp(none, out=none)
    if large.size:
        expansion.add(index.take(large), u.take(large), mean.take(large), p.take(large))
        none[large] = 1.0  # nothing is left to search for
    u = np.minimum(u, HIGHEST_UNIFORM)
    keep = indices(u > none)
    if keep.size:
        n, p = n.take(keep), p.take(keep)
        odds = p / (1.0 - p)
        n += 1.0
        n *= odds
        search.add(index.take(keep), u.take(keep), none.take(keep), np.negative(odds), n)
    return index.take(often)


def _add_negative_binomial(
    index: npt.NDArray[np.intp], u: FloatArray, mean: FloatArray, k: FloatArray, search: Search
) -> None:
    log_none = -k * elementary.log1p(mean / k)
    # Beyond these the search would take thousands of terms, or start from a P(0) that underflows.
    searchable = (mean < 200.0) & (log_none > -600.0)
    small, large = indices(searchable), indices(~searchable)
    if small.size:
        share = mean.take(small) / (k.take(small) + mean.take(small))
        none = elementary.exp(log_none.take(small))
        b = (k.take(small) - 1.0) * share
        search.add_some(index.take(small), u.take(small), none, share, b)
    if large.size:
        count = _negative_binomial_bisection(u.take(large), mean.take(large), k.take(large))
        search.result[index.take(large)] = count


def _negative_binomial_bisection(u: FloatArray, mean: FloatArray, k: FloatArray) -> IntArray:
    """Find the smallest j with P(X <= j) >= u by halving; slow, and exact at any mean."""
    from scipy.special import betainc

    target = np.minimum(u, HIGHEST_UNIFORM)
    success = k / (k + mean)
    below = np.full(u.size, -1, dtype=np.int64)
    enough = np.ones(u.size, dtype=np.int64)
    for _ in range(60):
        short = betainc(k, enough + 1.0, success) < target
        if not short.any():
            break
        below = np.where(short, enough, below)
        enough = np.where(short, 2 * enough, enough)
    while bool(np.any(enough - below > 1)):
        middle = np.maximum((below + enough) // 2, 0)
        short = betainc(k, middle + 1.0, success) < target
        below = np.where(short, middle, below)
        enough = np.where(short, enough, middle)
    return enough


class _Expansion:
    """Collects the elements of large mean, binomial (p > 0) or Poisson (p = 0), to expand them."""

    def __init__(self, result: IntArray) -> None:
        self._result = result
        self._added: list[tuple[npt.NDArray, ...]] = []

    def add(
        self, index: npt.NDArray[np.intp], u: FloatArray, mean: FloatArray, p: FloatArray
    ) -> None:
        """Take elements ``index`` of the result, with mean ``n * p`` and chance ``p``."""
        self._added.append((index, u, mean, p))

    def finish(self, most: FloatArray | None = None) -> None:
        """Write the results, at most ``most`` (the trials of each element of the result)."""
        if not self._added:
            return
        for index, u, mean, p in blocks_of(self._added):
            count = _lattice_quantile(u, mean, p)
            if most is not None:
                count = np.minimum(count, most.take(index))
            self._result[index] = count.astype(np.int64)


def _lattice_quantile(u: FloatArray, mean: FloatArray, p: FloatArray) -> FloatArray:
    """Return the ``u`` quantile of a binomial law, or at p = 0 a Poisson law, of large mean.

    The Cornish-Fisher expansion to the third order (Cornish and Fisher 1938; Abramowitz and Stegun
    1964, 26.2.49), of the smooth law of which the whole numbers are the rounded values: by
    Sheppard's corrections its variance is 1/12 less and its fourth cumulant 1/120 more than those
    of the law on whole numbers. Written as a polynomial in the normal quantile z.
    """
    q = 1.0 - p
    cumulant2 = mean * q
    cumulant3 = cumulant2 * (q - p)
    six_pq = 6.0 * p * q
    variance = cumulant2 - 1.0 / 12.0
    sigma = np.sqrt(variance)
    g1 = cumulant3 / (variance * sigma)
    g2 = (cumulant2 * (1.0 - six_pq) + 1.0 / 120.0) / (variance * variance)
    g3 = cumulant3 * (1.0 - 2.0 * six_pq) / (variance * variance * sigma)
    g1_g1 = g1 * g1
    g1_g2 = g1 * g2
    g1_cubed = g1_g1 * g1
    z = elementary.normal_quantile(np.clip(u, _LOWEST_UNIFORM, HIGHEST_UNIFORM))
    x = (g3 * (1.0 / 120.0) - g1_g2 * (1.0 / 24.0) + g1_cubed * (1.0 / 27.0)) * z
    x = (x + (g2 * (1.0 / 24.0) - g1_g1 * (1.0 / 18.0))) * z
    x += g1 * (1.0 / 6.0) - g3 * (1.0 / 20.0)
    x += g1_g2 * (5.0 / 24.0) - g1_cubed * (53.0 / 324.0)
    x *= z
    x = (x + (1.0 - g2 * (1.0 / 8.0) + g1_g1 * (5.0 / 36.0))) * z
    x += g3 * (1.0 / 40.0) - g1 * (1.0 / 6.0)
    x += g1_cubed * (17.0 / 324.0) - g1_g2 * (1.0 / 12.0)
    return np.maximum(np.floor(mean + 0.5 + sigma * x), 0.0)


def _flat(*operands: npt.ArrayLike) -> tuple:
    """Broadcast the operands; return each as a flat float64 array, then the shape."""
    arrays = [np.asarray(operand, dtype=np.float64, order="C") for operand in operands]
    shape = arrays[0].shape
    for array in arrays:
        if array.shape != shape:
            shape = np.broadcast_shapes(*(array.shape for array in arrays))
            arrays = [np.ascontiguousarray(np.broadcast_to(array, shape)) for array in arrays]
            break
    return (*(array.reshape(-1) for array in arrays), shape)
