"""A second opinion on the posterior: neural posterior estimation from the same pool, with ``sbi``.

A neural network learns from the pool how parameters are distributed given the reports (Papamakarios
and Murray 2016, "Fast epsilon-free inference of simulation models with Bayesian conditional density
estimation"; single round, so that it holds for any reports; masked autoregressive flow of
Papamakarios, Pavlakou and Murray 2017, "Masked autoregressive flow for density estimation"). It has
nothing in common with the fit but the pool and the columns that reports are turned into: no
summaries, no neighbours, no adjustment. Where the two agree, the posterior is not an artefact of
either.

Only parameters that the fit identifies are looked at: the network learns their joint posterior,
whatever the others are. Those keep their prior, and a density of eighty parameters, most of which
the reports do not tell of, would take a network and a pool of another size.

A network has luck of its own, where it starts and in what order it sees the pool. So two are
trained and their draws put together, and how far they lie apart stands beside how far they lie from
the fit.

``sbi`` is an optional extra: nothing else of Khabur needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from calibration.checks.simulation_based import chosen_rows
from calibration.neural_network import EPOCHS, check_sbi, learn
from calibration.posterior_columns import columns_of, completeness_of
from calibration.structures import COMPLETENESS, Float64

if TYPE_CHECKING:
    from calibration.analysis import Analysis

__all__ = ["agreement", "check_sbi", "coverage", "second_opinion"]

Row = dict[str, float | str]

NETWORKS = 2

DATA_SETS = 200
"""Synthetic data sets for coverage: of 0.9 it then has a standard error of 0.02."""

DRAWS = 10_000
DRAWS_OF_A_DATA_SET = 1_000

LARGEST_DIFFERENCE = 0.5
"""Medians farther apart than this, in posterior standard deviations, are called different."""

_QUANTILES = (0.05, 0.5, 0.95)


def second_opinion(
    analysis: Analysis,
    *,
    identified: Sequence[str],
    seed: int,
    epochs: int = EPOCHS,
    data_sets: int = DATA_SETS,
    progress: Callable[[int, int], None] | None = None,
) -> list[Row]:
    """Fit what was reported with neural networks and hold the two posteriors side by side.

    Parameters
    ----------
    analysis : Analysis
        Its pool, its columns of reports and its posterior.
    identified : sequence of str
        Parameters that the fit identifies, the completeness among them or not.
    seed : int
        Of the synthetic data sets, and of the first network; the others have the next ones.
    epochs : int
        Passes over the pool at the most, at least 1.
    data_sets : int
        Vectors of the pool that the networks do not learn from; their reports are fitted for the
        coverage of the 90% interval.
    progress : callable, optional
        Given how many networks are trained, and how many there will be.

    Returns
    -------
    list of dict
        One row a parameter, in the order of the fit.
        ``median``, ``p05``, ``p95`` (of the fit) and ``sbi_median``, ``sbi_p05``, ``sbi_p95`` are
        in the parameter's own unit. The others are on the scale of the prior's quantiles:
        ``difference_sd``, the networks' median less the fit's, in standard deviations of the fit's
        posterior; ``width_ratio``, the networks' 90% interval over the fit's;
        ``sbi_spread_sd``, how far apart the networks' own medians are, in the unit of
        ``difference_sd``; ``sbi_coverage_90``, how often the networks' 90% interval holds the truth
        of the synthetic data sets.

    Raises
    ------
    BadInputError
        If ``sbi`` cannot be imported.
    ValueError
        If a parameter is not fitted, the pool has not ten times as many vectors as ``data_sets``
        and at least one of these, or ``epochs`` is below 1.
    """
    fit = analysis.fit
    unknown = [name for name in identified if name not in fit.ids]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not fitted")
    if not 1 <= data_sets <= len(fit.unit) // 10:
        raise ValueError(f"{data_sets} data sets of a pool of {len(fit.unit)} vectors")
    check_sbi()
    places = [place for place, name in enumerate(fit.ids) if name in identified]
    if not places:
        return []
    rows = chosen_rows(len(fit.unit), data_sets, seed)
    others = np.delete(np.arange(len(fit.unit)), rows)
    known = fit.unit[:, places]
    reported = fit.features.columns_of(analysis.reported, np.array([0]))
    draws, again = [], []
    for number in range(NETWORKS):
        luck = seed + number
        network = learn(fit.columns[others], known[others], seed=luck, epochs=epochs)
        draws.append(network.draws(reported, DRAWS, seed=luck)[0])
        again.append(network.draws(fit.columns[rows], DRAWS_OF_A_DATA_SET, seed=luck))
        if progress is not None:
            progress(number + 1, NETWORKS)
    covered = coverage(np.concatenate(again, axis=1), known[rows], 0.9)
    return _rows(analysis, places, np.stack(draws), covered)


def coverage(draws: Float64, truth: Float64, share: float) -> Float64:
    """Return how often the central interval of that share holds the truth, shape ``[k]``.

    Parameters
    ----------
    draws : float64 array, shape ``[n, number, k]``
    truth : float64 array, shape ``[n, k]``
    share : float
    """
    low, high = np.quantile(draws, ((1 - share) / 2, (1 + share) / 2), axis=1)
    covered: Float64 = ((truth >= low) & (truth <= high)).mean(axis=0)
    return covered


def agreement(rows: Sequence[Row]) -> str:
    """Say in a few sentences whether the two methods agree."""
    if not rows:
        return "No parameter is identified, so there is nothing to hold beside sbi."
    apart, spread, widths, covered = (
        np.array([float(row[name]) for row in rows])
        for name in ("difference_sd", "sbi_spread_sd", "width_ratio", "sbi_coverage_90")
    )
    near = int((np.abs(apart) <= LARGEST_DIFFERENCE).sum())
    farthest = rows[int(np.argmax(np.abs(apart)))]["parameter"]
    return (
        f"Neural posterior estimation puts the medians of {near} of the {len(rows)} identified "
        f"parameters within {LARGEST_DIFFERENCE} posterior standard deviations of the fit's; the "
        f"farthest is {farthest}, {np.abs(apart).max():.2f} apart. Two networks lie up to "
        f"{np.abs(spread).max():.2f} apart themselves. Their 90% intervals are {widths.min():.2f} "
        f"to {widths.max():.2f} times as wide as the fit's and hold the truth of "
        f"{covered.min():.0%} to {covered.max():.0%} of synthetic data sets. Parameters that the "
        "fit does not identify were not looked at."
    )


def _rows(analysis: Analysis, places: list[int], draws: Float64, covered: Float64) -> list[Row]:
    """Put the posteriors side by side; ``draws`` are ``[networks, number, k]``, unit scale."""
    fitted = analysis.posterior.quantiles(_QUANTILES)
    neural = fitted.copy()
    neural[:, places] = np.quantile(draws, _QUANTILES, axis=(0, 1))
    deviation = np.sqrt(analysis.posterior.variance())[places]
    width = (fitted[2] - fitted[0])[places]
    measured = {
        "difference_sd": (neural[1] - fitted[1])[places] / deviation,
        "width_ratio": (neural[2] - neural[0])[places] / width,
        "sbi_spread_sd": np.ptp(np.median(draws, axis=1), axis=0) / deviation,
        "sbi_coverage_90": covered,
    }
    own, other = _values(analysis, fitted), _values(analysis, neural)
    rows: list[Row] = []
    for index, place in enumerate(places):
        name = analysis.ids[place]
        row: Row = {"parameter": name}
        for prefix, values in (("", own[name]), ("sbi_", other[name])):
            low, middle, high = (float(value) for value in values)
            row |= {f"{prefix}median": middle, f"{prefix}p05": low, f"{prefix}p95": high}
        row |= {what: float(values[index]) for what, values in measured.items()}
        rows.append(row)
    return rows


def _values(analysis: Analysis, unit: Float64) -> dict[str, Float64]:
    """Return quantiles of all parameters, ``[n, Q]`` on the unit scale, in their own units."""
    prior = analysis.targets.completeness
    values = columns_of(analysis.pool.scenario, analysis.ids, unit, prior)
    return values | {COMPLETENESS: completeness_of(analysis.ids, unit, prior)}
