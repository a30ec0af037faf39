"""A second opinion on the posterior: neural posterior estimation from the same pool, with ``sbi``.

A neural network learns from the pool how parameters are distributed given the reports (Papamakarios
and Murray 2016, "Fast epsilon-free inference of simulation models with Bayesian conditional density
estimation"; single round, so that it holds for any reports; masked autoregressive flow of
Papamakarios, Pavlakou and Murray 2017, "Masked autoregressive flow for density estimation"). It has
nothing in common with the fit but the pool and the columns that reports are turned into: no
summaries, no neighbours, no adjustment. Where the two agree, the posterior is not an artefact of
either.

Only parameters that the fit identifies are looked at. The others keep their prior, and a density of
eighty parameters, most of them unknown, would take a network and a pool of another size.

``sbi`` and ``torch`` are an optional extra: nothing else of Khabur needs them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.checks.simulation_based import chosen_rows
from calibration.fit.ridge import expit, logit
from calibration.posterior_columns import columns_of, completeness_of
from calibration.structures import COMPLETENESS, Float64
from sim.console.guard import BadInputError

if TYPE_CHECKING:
    from calibration.analysis import Analysis

Row = dict[str, float | str]

EPOCHS = 200
"""At most so many passes over the pool; training ends before, when the tenth of the pool that is
held back has not become likelier for 20 passes."""

DATA_SETS = 200
"""Synthetic data sets for coverage: of 0.9 it then has a standard error of 0.02."""

DRAWS = 10_000
DRAWS_OF_A_DATA_SET = 1_000

LARGEST_DIFFERENCE = 0.5
"""Medians farther apart than this, in posterior standard deviations, are called different."""

_QUANTILES = (0.05, 0.5, 0.95)
_PATIENCE = 20
_BATCH = 200
_HELD_BACK = 0.1
_LEARNING_RATE = 5e-4


def check_sbi() -> None:
    """Check that ``sbi`` can be imported; worth doing before an hour of simulation.

    Raises
    ------
    BadInputError
        If it cannot, with the command that installs it.
    """
    try:
        import sbi.inference
        import torch  # noqa: F401
    except ImportError as fault:
        raise BadInputError(
            f"--second-opinion: needs sbi, which cannot be imported ({fault}); "
            "install it with: pip install 'khabur[sbi]'"
        ) from None


def second_opinion(
    analysis: Analysis,
    *,
    identified: Sequence[str],
    seed: int,
    epochs: int = EPOCHS,
    data_sets: int = DATA_SETS,
) -> list[Row]:
    """Fit what was reported with a neural network and hold the two posteriors side by side.

    Parameters
    ----------
    analysis : Analysis
        Its pool, its columns of reports and its posterior.
    identified : sequence of str
        Parameters that the fit identifies, the completeness among them or not.
    seed : int
        Of the synthetic data sets, and of the network's start, training and draws.
    epochs : int
        Passes over the pool at the most.
    data_sets : int
        Vectors of the pool that the network does not learn from; their reports are fitted for the
        coverage of its 90% interval.

    Returns
    -------
    list of dict
        One row a parameter, in the order of the fit. ``median``, ``p05``, ``p95`` (of the fit) and
        ``sbi_median``, ``sbi_p05``, ``sbi_p95`` in the parameter's own unit. On the scale of the
        prior's quantiles: ``difference_sd``, the median of the network less that of the fit, in
        standard deviations of the fit's posterior, and ``width_ratio``, the 90% interval of the
        network over that of the fit. ``sbi_coverage_90``: how often the network's 90% interval
        holds the truth of the synthetic data sets.

    Raises
    ------
    BadInputError
        If ``sbi`` cannot be imported.
    ValueError
        If a parameter is not fitted, or the pool has not ten times as many vectors as ``data_sets``
        and at least one of these.
    """
    check_sbi()
    unknown = [name for name in identified if name not in analysis.ids]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not fitted")
    fit = analysis.fit
    if not 1 <= data_sets <= len(fit.unit) // 10:
        raise ValueError(f"{data_sets} data sets of a pool of {len(fit.unit)} vectors")
    places = [place for place, name in enumerate(analysis.ids) if name in identified]
    if not places:
        return []
    rows = chosen_rows(len(fit.unit), data_sets, seed)
    others = np.delete(np.arange(len(fit.unit)), rows)
    known = np.ascontiguousarray(fit.unit[:, places])
    network = learn(fit.columns[others], known[others], seed=seed, epochs=epochs)
    reported = fit.features.columns_of(analysis.reported, np.array([0]))
    draws = network.draws(reported, DRAWS, seed=seed)[0]
    again = network.draws(fit.columns[rows], DRAWS_OF_A_DATA_SET, seed=seed)
    return _rows(analysis, places, draws, coverage(again, known[rows], 0.9))


@dataclass(frozen=True)
class Network:
    """A density of parameters given the columns of reports.

    Attributes
    ----------
    estimator : sbi ConditionalDensityEstimator
        Of the logits of the unit scale.
    epochs : int
        Passes over the pool that its training took.
    """

    estimator: Any
    epochs: int

    def draws(self, columns: Float64, number: int, *, seed: int) -> Float64:
        """Draw from the posteriors of some data sets.

        Parameters
        ----------
        columns : float64 array, shape ``[n, C]``
        number : int
            Draws of each.
        seed : int

        Returns
        -------
        float64 array, shape ``[n, number, k]``
            On the unit scale.
        """
        import torch

        with _own_luck(seed), torch.no_grad():
            condition = torch.as_tensor(columns, dtype=torch.float32)
            logits = self.estimator.sample((number,), condition=condition)
        return expit(logits.numpy().astype(np.float64).transpose(1, 0, 2))


def learn(columns: Float64, unit: Float64, *, seed: int, epochs: int = EPOCHS) -> Network:
    """Train a network.

    Logits have no bounds, so that no draw has to be thrown away for lying outside the prior and the
    network's own density is the posterior.

    Parameters
    ----------
    columns : float64 array, shape ``[n, C]``
        Standardised columns of reports.
    unit : float64 array, shape ``[n, k]``
        Parameters on the unit scale, drawn from their priors.
    seed : int
        Of the network's start, of the part held back and of the order of training. torch's
        generator and number of threads are afterwards what they were.
    epochs : int
        At the most.
    """
    import torch
    from sbi.inference import NPE

    with _own_luck(seed), _quiet():
        trainer = NPE(
            density_estimator="maf", device="cpu", tracker=_NoTracker(), show_progress_bars=False
        )
        trainer.append_simulations(
            torch.as_tensor(logit(unit), dtype=torch.float32),
            torch.as_tensor(columns, dtype=torch.float32),
        )
        estimator = trainer.train(
            training_batch_size=_BATCH,
            learning_rate=_LEARNING_RATE,
            validation_fraction=_HELD_BACK,
            stop_after_epochs=_PATIENCE,
            max_num_epochs=epochs - 1,  # sbi makes one pass more than it is allowed
        )
    estimator.eval()
    return Network(estimator, int(trainer.summary["epochs_trained"][-1]))


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
    """Say in a sentence or two whether the two methods agree."""
    if not rows:
        return "No parameter is identified, so there is nothing to compare with sbi."
    apart = [abs(float(row["difference_sd"])) for row in rows]
    widths = [float(row["width_ratio"]) for row in rows]
    covered = [float(row["sbi_coverage_90"]) for row in rows]
    near = sum(each <= LARGEST_DIFFERENCE for each in apart)
    farthest = rows[int(np.argmax(apart))]["parameter"]
    return (
        f"Neural posterior estimation puts the medians of {near} of the {len(rows)} identified "
        f"parameters within {LARGEST_DIFFERENCE} posterior standard deviations of the fit's; the "
        f"farthest is {farthest}, {max(apart):.2f} apart. Its 90% intervals are {min(widths):.2f} "
        f"to {max(widths):.2f} times as wide (median {np.median(widths):.2f}) and hold the truth "
        f"of synthetic data sets {min(covered):.0%} to {max(covered):.0%} of the time. Parameters "
        "that the fit does not identify were not looked at."
    )


def _rows(analysis: Analysis, places: list[int], draws: Float64, covered: Float64) -> list[Row]:
    """Put the two posteriors side by side; ``draws`` are ``[number, k]`` on the unit scale."""
    fitted = analysis.posterior.quantiles(_QUANTILES)
    neural = fitted.copy()
    neural[:, places] = np.quantile(draws, _QUANTILES, axis=0)
    deviation = np.sqrt(analysis.posterior.variance())
    own, other = _values(analysis, fitted), _values(analysis, neural)
    rows: list[Row] = []
    for index, place in enumerate(places):
        name = analysis.ids[place]
        width = fitted[2, place] - fitted[0, place]
        row: Row = {"parameter": name}
        for prefix, values in (("", own), ("sbi_", other)):
            low, middle, high = (float(value) for value in values[name])
            row |= {f"{prefix}median": middle, f"{prefix}p05": low, f"{prefix}p95": high}
        row["difference_sd"] = float((neural[1, place] - fitted[1, place]) / deviation[place])
        row["width_ratio"] = float((neural[2, place] - neural[0, place]) / width)
        row["sbi_coverage_90"] = float(covered[index])
        rows.append(row)
    return rows


def _values(analysis: Analysis, unit: Float64) -> dict[str, Float64]:
    """Return quantiles of all parameters, ``[n, Q]`` on the unit scale, in their own units."""
    prior = analysis.targets.completeness
    values = columns_of(analysis.pool.scenario, analysis.ids, unit, prior)
    return values | {COMPLETENESS: completeness_of(analysis.ids, unit, prior)}


@contextmanager
def _own_luck(seed: int) -> Iterator[None]:
    """Seed torch within, on one thread, so that cores change no sum; then put all of it back."""
    import torch

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        # torch.manual_seed would seed graphics cards too, which nothing puts back.
        torch.default_generator.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave out what sbi warns of: that training ended at the last epoch it was allowed."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _NoTracker:
    """Keeps nothing; sbi's own would leave a folder of logs where the command is given."""

    log_dir = None

    def log_metric(self, name: str, value: float, step: int | None = None) -> None:
        """Let a number go."""

    def log_metrics(self, metrics: dict[str, float], step: int | None = None) -> None:
        """Let numbers go."""

    def log_params(self, params: dict[str, Any]) -> None:
        """Let settings go."""

    def add_figure(self, name: str, figure: Any, step: int | None = None) -> None:
        """Let a figure go."""

    def flush(self) -> None:
        """Have nothing to write."""
