"""History matching: which parameters can be ruled out, and which outcomes contradict each other.

A vector is implausible by an outcome if what was reported lies far from what the vector is
expected to give, measured in standard deviations of all that may lie between the two: luck, what
the emulator misses, noise, discrepancy and what is not known of the completeness (Craig,
Goldstein, Seheult and Smith 1997, "Pressure matching for hydrocarbon reservoirs"; Vernon,
Goldstein and Bower 2010, "Galaxy formation: a Bayesian uncertainty analysis"). Three and more
rule it out, after the rule of three sigma (Pukelsheim 1994). Stray reports are left aside: they
would make everything plausible.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calibration.emulator import Emulator, emulate, label_probability
from calibration.kinds import WORD_BINS, ReportModel
from calibration.prior_check import without_contamination
from calibration.results import Conflict, HistoryMatching, HistoryRow
from calibration.structures import COUNT_KINDS, BetaPrior, Float64, Pool, Target
from sim.outcomes.values import OutcomeValues

THRESHOLD = 3.0
FEWEST_CONFLICTS = 10
"""Pairs of targets that are named as most in conflict, even where none clearly is."""

_NORMAL_975 = 1.959963984540054  # quantile of the standard normal distribution
_LABEL_KINDS = ("category", "true_or_false", "order")

Truths = Mapping[str, OutcomeValues]
Models = Mapping[str, ReportModel]


def history_matching(
    pool: Pool,
    models: Models,
    truths: Truths,
    completeness: BetaPrior,
    log_probability: Float64,
    threshold: float = THRESHOLD,
) -> HistoryMatching:
    """Match a pool with what was reported.

    Parameters
    ----------
    pool : Pool
        N vectors in two blocks.
    models : mapping of target id to ReportModel
        Those that are not fitted are not looked at.
    truths : mapping of target id to OutcomeValues
        Of the pool.
    completeness : BetaPrior
        Share of what happened that the counts of the article hold.
    log_probability : float64 array, shape ``[N, T]``
        Of what was reported of each of the T fitted targets, in the order of ``models``, given the
        vector's own truths.
    threshold : float
        Implausibility from which on a vector is ruled out.

    Raises
    ------
    ValueError
        If ``log_probability`` has another shape, or the pool has one block.
    """
    names = fitted_names(models)
    if log_probability.shape != (pool.size, len(names)):
        raise ValueError(
            f"log_probability has shape {log_probability.shape}; "
            f"{(pool.size, len(names))} is needed: a row for each vector, a column for each target"
        )
    found = implausibility(pool, models, truths, completeness)
    out = found >= threshold
    by_any = out.sum(axis=1)
    rows = []
    for column, name in enumerate(names):
        alone = out[:, column] & (by_any == 1)
        ruled_out = int(np.count_nonzero(out[:, column]))
        rows.append(
            HistoryRow(
                target=name,
                least=float(found[:, column].min()),
                median=float(np.median(found[:, column])),
                ruled_out=ruled_out / pool.size,
                ruled_out_alone=int(np.count_nonzero(alone)) / ruled_out if ruled_out else 0.0,
            )
        )
    return HistoryMatching(
        volume_left=float(np.mean(by_any == 0)),
        threshold=threshold,
        rows=rows,
        conflicts=conflicts(log_probability, names),
    )


def fitted_names(models: Models) -> tuple[str, ...]:
    """Return the ids of the targets that are fitted, in the order of ``models``."""
    return tuple(name for name, model in models.items() if model.target.role == "fit")


def implausibility(pool: Pool, models: Models, truths: Truths, completeness: BetaPrior) -> Float64:
    """Return the implausibility of every vector by every fitted target, shape ``[N, T]``.

    For numbers it is ``|z - E[y]| / sqrt(residual variance + sigma^2)``. Counts are compared as
    ``log(1 + count)``; the completeness, or the target's own detection, shifts z by its mean
    logarithm and adds the variance of its logarithm. Of a word z is the nearest edge of its bin,
    and nothing within the bin is implausible. Dates and durations are compared in days; "not by the
    end" counts as the day after the last.

    A label is not so many standard deviations away. Its implausibility is that of a normal number
    as rare as the report: ``P(|normal| >= I)`` is the probability of the report, that of a mistake
    included. (With ``I = |1 - p| / sqrt(p (1 - p))`` every label of a chance below 0.1 would be
    implausible, and so would be each of a dozen that are equally likely.)

    Parameters are those of :func:`history_matching`.
    """
    from scipy.special import ndtri

    names = fitted_names(models)
    clean = without_contamination({name: models[name] for name in names})
    outcomes = [emulated_outcome(clean[name], truths[name]) for name in names]
    emulator = emulate(pool.unit, pool.block, np.stack(outcomes, axis=1))
    found = np.empty_like(emulator.expected)
    for column, name in enumerate(names):
        expected = emulator.expected[:, column]
        if clean[name].target.kind in _LABEL_KINDS:
            probability = label_probability(expected, outcomes[column])
            found[:, column] = np.abs(ndtri(0.5 * probability))
        else:
            distance = _distance(clean[name], expected, completeness)
            variance = _variance(clean[name].target, emulator, column, completeness)
            found[:, column] = _in_deviations(distance, variance)
    return found


def emulated_outcome(model: ReportModel, truth: OutcomeValues) -> Float64:
    """Return the truth of a target on the scale on which it is emulated, shape ``[N]``.

    ``log(1 + count)``, a day or a number of days, or for a label the probability that it is
    reported as it was (1 or 0 where nobody errs).
    """
    kind = model.target.kind
    if kind in _LABEL_KINDS:
        given = model.log_probability(model.reported, truth, np.ones(1))
        return np.exp(np.broadcast_to(given, truth.values.shape))
    values = truth.values.astype(np.float64)
    if kind in COUNT_KINDS:
        return np.log1p(np.where(truth.by_end, values, 0.0))
    return np.where(truth.by_end, values, model.last_day + 1.0)


def conflicts(log_probability: Float64, names: tuple[str, ...]) -> list[Conflict]:
    """Return the pairs of targets whose reports come true together least often.

    The ratio is ``mean(p_i p_j) / (mean p_i mean p_j)`` over the pool: 1 if the two have nothing
    to do with each other. Its interval is by the delta method on its logarithm, as if vectors were
    drawn independently; Sobol points have less error than that. Of k targets there are
    ``k (k - 1) / 2`` pairs, so that of intervals of 95 percent a few lie below 1 by chance; and
    since any report may be a stray one, the ratio of a plain contradiction is low but not 0.

    Parameters
    ----------
    log_probability : float64 array, shape ``[N, T]``
    names : tuple of str, length T

    Returns
    -------
    list of Conflict
        The ten lowest, and any other whose interval lies below 1; lowest first. Targets that no
        vector can give are left out: they conflict with the model, not with each other.
    """
    largest = log_probability.max(axis=0)
    usable = np.flatnonzero(np.isfinite(largest))
    # Ratios do not change with a factor, and the largest probability may be very small.
    relative = np.exp(log_probability[:, usable] - largest[usable])
    relative /= relative.mean(axis=0)
    pairs = []
    for first in range(len(usable)):
        rest = slice(first + 1, len(usable))
        ratio, low, high = _ratios(relative[:, first], relative[:, rest])
        for offset, second in enumerate(range(first + 1, len(usable))):
            one, other = names[usable[first]], names[usable[second]]
            numbers = (float(ratio[offset]), float(low[offset]), float(high[offset]))
            pairs.append(Conflict(one, other, *numbers))
    pairs.sort(key=lambda pair: pair.ratio)
    return [p for i, p in enumerate(pairs) if i < FEWEST_CONFLICTS or p.high < 1.0]


def _ratios(first: Float64, others: Float64) -> tuple[Float64, Float64, Float64]:
    """Return ratio and ends of its interval for one target and others, all of mean 1.

    With means m of the product and 1 of each factor, the logarithm of the ratio moves by
    ``p_i p_j / m - p_i - p_j + 1`` over N for each vector.
    """
    together = first[:, None] * others
    ratio = together.mean(axis=0)
    some = ratio > 0
    relative = np.divide(together, ratio, out=np.zeros_like(together), where=some)
    influence = relative - first[:, None] - others + 1.0
    error = np.sqrt(np.mean(influence**2, axis=0) / len(first))
    # Never together in the pool: by the rule of three 95 percent hold at most 3 in N together.
    share = _effective_share(first) * _effective_share(others)
    high = np.where(some, ratio * np.exp(_NORMAL_975 * error), 3.0 / (len(first) * share))
    return ratio, np.where(some, ratio * np.exp(-_NORMAL_975 * error), 0.0), high


def _effective_share(weights: Float64) -> Float64:
    """Return the share of vectors that weights of mean 1 amount to (Kish 1965)."""
    share: Float64 = 1.0 / np.mean(weights**2, axis=0)
    return share


def _distance(model: ReportModel, expected: Float64, completeness: BetaPrior) -> Float64:
    """Return how far what was reported lies from what is expected, shape ``[N]``."""
    target, report = model.target, model.reported
    value = float(report.values[0])
    if target.kind not in COUNT_KINDS:
        day = value if report.by_end[0] else model.last_day + 1.0
        return np.abs(day - expected)
    share = np.exp(_log_share(target, completeness)[0])
    if target.kind == "word":
        low, high = list(WORD_BINS.values())[int(value)]
        lower = np.log1p((low - 0.5) / share) if low > 0 else -np.inf
        upper = np.log1p((high + 0.5) / share)
        return np.maximum(0.0, np.maximum(lower - expected, expected - upper))
    # What was heard lies between N and N + 1 for "at least N", around N for other numbers.
    middle = value + 0.5 if target.kind == "at_least" else value
    return np.abs(np.log1p(middle / share) - expected)


def _variance(target: Target, emulator: Emulator, column: int, completeness: BetaPrior) -> float:
    """Return the variance of all that lies between report and expectation."""
    variance = float(emulator.residual_variance[column]) + target.sigma**2
    if target.kind in COUNT_KINDS:
        variance += _log_share(target, completeness)[1]
    return variance


def _log_share(target: Target, completeness: BetaPrior) -> tuple[float, float]:
    """Return mean and variance of the logarithm of the share of a count that is reported."""
    from scipy.special import digamma, polygamma

    prior = target.detection or (completeness if target.completeness else None)
    if prior is None:
        return 0.0, 0.0
    both = prior.alpha + prior.beta
    variance = polygamma(1, prior.alpha) - polygamma(1, both)
    return float(digamma(prior.alpha) - digamma(both)), float(variance)


def _in_deviations(distance: Float64, variance: float) -> Float64:
    """Return distances in standard deviations; where there is no variance, 0 or infinite."""
    if variance > 0:
        return distance / np.sqrt(variance)
    return np.where(distance > 0, np.inf, 0.0)
