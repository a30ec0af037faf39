"""Emulators: a ridge regression of outcomes on the parameters, honest about what it misses.

Parameters enter on the unit scale, where their prior is uniform, through Legendre polynomials:
linear terms and squares of all, and products among those most correlated with the outcome. Under
the prior these terms have mean 0, variance 1 and no correlation, so one penalty suits them all.

Every prediction is made by a fit to the other block of the pool. So the residuals of the pool are
those of vectors that the fit has not seen; they hold luck and what the emulator misses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.fit.ridge import Moments, Ridge
from calibration.structures import Float64, Int64

MOST_IN_PRODUCTS = 20
"""Products are formed among so many parameters, those most correlated with the outcome."""

GROUP_SIZE = 500
"""Vectors of like score of which a label's probability is read off; so few that it follows the
score, so many that a share near that of three sigma, 0.0027, can be told from more."""


@dataclass(frozen=True)
class Fit:
    """The regression of one outcome on one part of the pool.

    Attributes
    ----------
    chosen : int64 array
        Parameters whose products enter.
    centre : float64 array, shape ``[d]``
        Means of the terms in the part that was fitted.
    coefficients : float64 array, shape ``[d]``
    mean : float
        Of the outcome in that part.
    """

    chosen: Int64
    centre: Float64
    coefficients: Float64
    mean: float

    def predict(self, terms: Float64, products: Float64) -> Float64:
        """Return the expected outcome, shape ``[n]``, from single terms and products."""
        single = terms.shape[1]
        found = terms @ self.coefficients[:single] + products @ self.coefficients[single:]
        expected: Float64 = self.mean + found - self.centre @ self.coefficients
        return expected


@dataclass(frozen=True)
class Emulator:
    """Emulators of T outcomes of a pool of N vectors.

    Attributes
    ----------
    expected : float64 array, shape ``[N, T]``
        Of each vector of the pool, by a fit to the other block.
    residual_variance : float64 array, shape ``[T]``
        Mean square of outcome less expected: luck and what the emulator misses.
    explained : float64 array, shape ``[T]``
        1 - residual variance over variance (R squared on vectors that the fit has not seen; it can
        be below 0). 0 where the outcome is the same in all vectors.
    fits : tuple of tuple of Fit
        By block left out, then by outcome.
    """

    expected: Float64
    residual_variance: Float64
    explained: Float64
    fits: tuple[tuple[Fit, ...], ...]

    def predict(self, unit: Float64) -> Float64:
        """Return the expected outcomes, ``[n, T]``, of vectors that are not of the pool.

        Parameters
        ----------
        unit : float64 array, shape ``[n, P]``
            Quantiles of the priors.
        """
        terms = single_terms(unit)
        total = np.zeros((len(unit), len(self.residual_variance)))
        for fits in self.fits:
            for column, fit in enumerate(fits):
                total[:, column] += fit.predict(terms, product_terms(terms, fit.chosen))
        return total / len(self.fits)


def emulate(unit: Float64, block: Int64, outcomes: Float64) -> Emulator:
    """Fit emulators to a pool.

    Parameters
    ----------
    unit : float64 array, shape ``[N, P]``
        Quantiles of the priors.
    block : int64 array, shape ``[N]``
        Part of the pool that a vector belongs to; at least two parts.
    outcomes : float64 array, shape ``[N, T]``
        On the scale on which they are to be emulated; 1 and 0 for a label.

    Raises
    ------
    ValueError
        If all vectors are of one block.
    """
    blocks = np.unique(block)
    if len(blocks) < 2:
        raise ValueError("an emulator needs a pool of two blocks: one to fit and one to test it")
    terms = single_terms(unit)
    expected = np.zeros_like(outcomes, dtype=np.float64)
    fits = []
    for left_out in blocks:
        held = block == left_out
        found = _fits(terms[~held], outcomes[~held])
        for column, fit in enumerate(found):
            seen = terms[held]
            expected[held, column] = fit.predict(seen, product_terms(seen, fit.chosen))
        fits.append(found)
    # What never varies is expected as it is, without the rounding of a mean.
    constant = np.ptp(outcomes, axis=0) == 0
    expected[:, constant] = outcomes[:, constant]
    residual = np.mean((outcomes - expected) ** 2, axis=0)
    variance = outcomes.var(axis=0)
    ratio = np.divide(residual, variance, out=np.ones_like(residual), where=~constant)
    return Emulator(expected, residual, 1.0 - ratio, tuple(fits))


def single_terms(unit: Float64) -> Float64:
    """Return the linear and then the square terms, ``[n, 2 P]``: normed Legendre polynomials."""
    x = 2.0 * unit - 1.0
    terms: Float64 = np.concatenate([np.sqrt(3.0) * x, np.sqrt(5.0) * (1.5 * x**2 - 0.5)], axis=1)
    return terms


def product_terms(terms: Float64, chosen: Int64) -> Float64:
    """Return the products of the linear terms of every two chosen parameters, ``[n, q]``."""
    first, second = np.triu_indices(len(chosen), 1)
    linear = terms[:, chosen]
    products: Float64 = linear[:, first] * linear[:, second]
    return products


def label_probability(score: Float64, chance: Float64) -> Float64:
    """Return the probability of a label where an emulator of 1 and 0 gives a score.

    A score can lie outside 0 and 1, and near them it is biased. So the vectors are put in groups of
    like score; the probability is the mean of the group (a half added to its sum, and one to its
    size, so that it is never 0 or 1), made to rise with the score by isotonic regression.

    Parameters
    ----------
    score : float64 array, shape ``[N]``
        Expected value of ``chance``, by a fit that has not seen the vector.
    chance : float64 array, shape ``[N]``
        1 where the vector has the label and 0 where it has not; between them where the label may
        be reported wrongly.

    Returns
    -------
    float64 array, shape ``[N]``
    """
    from scipy.optimize import isotonic_regression

    order = np.argsort(score, kind="stable")
    groups = np.array_split(order, max(1, len(order) // GROUP_SIZE))
    sizes = np.array([len(group) for group in groups])
    sums = np.array([chance[group].sum() for group in groups])
    rising = isotonic_regression((sums + 0.5) / (sizes + 1.0), weights=sizes).x
    probability = np.empty(len(score))
    probability[order] = np.repeat(rising, sizes)
    return probability


def _fits(terms: Float64, outcomes: Float64) -> tuple[Fit, ...]:
    """Fit every outcome to the same vectors; the sums over single terms are formed once."""
    rows = len(terms)
    mean = terms.mean(axis=0)
    gram = terms.T @ terms / rows - np.outer(mean, mean)
    return tuple(_fit(terms, mean, gram, outcome) for outcome in outcomes.T)


def _fit(terms: Float64, mean: Float64, gram: Float64, outcome: Float64) -> Fit:
    rows = len(terms)
    centred = outcome - outcome.mean()
    cross = terms.T @ centred / rows
    chosen = _most_correlated(cross, gram)
    products = product_terms(terms, chosen)
    product_mean = products.mean(axis=0)
    mixed = terms.T @ products / rows - np.outer(mean, product_mean)
    squared = products.T @ products / rows - np.outer(product_mean, product_mean)
    moments = Moments(
        rows=rows,
        mean=np.concatenate([mean, product_mean]),
        gram=np.block([[gram, mixed], [mixed.T, squared]]),
        cross=np.concatenate([cross, products.T @ centred / rows])[:, None],
        variance=np.array([outcome.var()]),
    )
    coefficients = Ridge.of(moments).coefficients[:, 0]
    return Fit(chosen, moments.mean, coefficients, float(outcome.mean()))


def _most_correlated(cross: Float64, gram: Float64) -> Int64:
    """Return the parameters whose linear and square terms together explain most."""
    deviation = np.diag(gram)
    share = np.divide(cross**2, deviation, out=np.zeros_like(cross), where=deviation > 0)
    number = len(share) // 2
    order = np.argsort(-(share[:number] + share[number:]), kind="stable")
    return np.sort(order[:MOST_IN_PRODUCTS])
