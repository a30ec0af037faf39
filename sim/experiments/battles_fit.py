"""Fit the constants of the battle replay, by penalised maximum likelihood.

    python -m sim.experiments.battles_fit FILE               # fit and cross-validate
    python -m sim.experiments.battles_fit FILE --write       # and write the constants
    python -m sim.experiments.battles_fit FILE --bootstrap 40  # and standard errors

Only the table that is given is used. ln casualties of a side are taken as normal about the path of
the kernel at its median; the variance is that of the replay's noise. Weak normal priors hold what
the battles say little about, such as the years with few battles.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.experiments.battles import (
    DRAWS,
    SEED,
    BattlesResult,
    IndexArray,
    Prediction,
    fight,
    predict,
    score,
)
from sim.experiments.battles_constants import (
    CONSTANTS_FILE,
    POSTURES,
    BattleConstants,
    rounded,
    write_constants,
)
from sim.experiments.battles_table import Battles, read_battles
from sim.rules import kernel
from sim.state import elementary
from sim.state.elementary import FloatArray

KNOTS = np.array([1620.0, 1900.0, 1945.0, 1982.0])
"""Years between which ln attrition runs in straight lines. More years follow single campaigns
(Italy 1943, say) and predict attackers held out of the fit no better; docs/kernel-validation.md."""

FOLDS = 5
REPEATS = 3

# Weak priors (mean, standard deviation); estimates, wide beside what the battles say.
_EXPONENT_PRIORS = ((0.6, 0.2), (0.3, 0.2), (0.4, 0.3))
_POSTURE_PRIOR_SD = 0.4
_ATTRITION_PRIOR = (-3.5, 2.0)
_ATTRITION_WALK_SD = 1.8  # of ln attrition over a century: a random walk between knots
_ROUNDS = 4  # of fitting the means, then the noise, in turn


def fit(battles: Battles, knots: FloatArray = KNOTS) -> BattleConstants:
    """Return the constants that fit the battles best."""
    constants = _start(knots)
    for _ in range(_ROUNDS):
        constants = _fit_means(battles, constants)
        constants = _fit_noise(battles, constants)
        constants = _widen_to_cover(battles, constants)
    return _fit_means(battles, constants)


def residuals(battles: Battles, constants: BattleConstants) -> FloatArray:
    """Return ln recorded casualties less those of the kernel's median path, [2, n]."""
    return np.log(battles.casualties) - np.log(median_casualties(battles, constants))


def median_casualties(battles: Battles, constants: BattleConstants) -> FloatArray:
    """Return [2, n] casualties where the noise has its median and losses their mean."""
    # Noise with mean one has a median below one; over days, that of a sum of lognormals.
    shift = elementary.exp(-0.5 * noise_variance(battles, constants))

    def losses(day: int, live: IndexArray, left: FloatArray, rate: FloatArray) -> FloatArray:
        return left * kernel.loss_probability(rate * shift[:, live], 1.0)

    return fight(battles, constants, battles.strength, losses)


def noise_variance(battles: Battles, constants: BattleConstants) -> FloatArray:
    """Return [2, n], the variance of the log of a battle's total noise.

    The daily part, independent between days, averages out over a battle by the sum of the squared
    shares of its days (variance of the log of a sum of lognormals after Fenton 1960).
    """
    sigma_persistent, sigma_daily = constants.sigmas(battles)
    daily = np.expm1(sigma_daily**2) * _squared_shares(battles, constants.tempo_exponent)
    return np.asarray(sigma_persistent**2 + np.log1p(daily))


def predictive_variance(battles: Battles, constants: BattleConstants) -> FloatArray:
    """Return [2, n], the variance of ln casualties: noise, and the binomial for small numbers."""
    casualties = median_casualties(battles, constants)
    remaining = 1.0 - casualties / battles.strength  # near the end, noise moves the total less
    share = casualties / battles.strength
    damping = np.where(share > 1e-9, -remaining * np.log1p(-np.minimum(share, 0.999)) / share, 1.0)
    return noise_variance(battles, constants) * damping**2 + 1.0 / np.maximum(casualties, 1.0)


def cross_validate(
    battles: Battles, folds: int = FOLDS, seed: int = SEED, draws: int = DRAWS
) -> BattlesResult:
    """Score every battle by constants fitted without its fold."""
    fold = np.random.default_rng(seed).permutation(battles.n) % folds
    predicted = np.empty((3, 2, battles.n))
    for held_out in range(folds):
        constants = fit(battles.take(np.flatnonzero(fold != held_out)))
        index = np.flatnonzero(fold == held_out)
        of_fold = predict(battles.take(index), constants, draws, seed)
        predicted[:, :, index] = [of_fold.mean_log, of_fold.low, of_fold.high]
    return score(battles, Prediction(*predicted))


def _start(knots: FloatArray) -> BattleConstants:
    return BattleConstants(
        own_exponent=_EXPONENT_PRIORS[0][0],
        enemy_exponent=_EXPONENT_PRIORS[1][0],
        tempo_exponent=_EXPONENT_PRIORS[2][0],
        knots=knots,
        log_attrition=np.full((2, knots.size), -2.5),
        log_posture=np.zeros((2, len(POSTURES))),
        sigma_persistent=np.array([0.7, 0.7]),
        sigma_daily=np.array([0.7, 0.7]),
        size_exponent=0.05,
    )


def _means(constants: BattleConstants) -> FloatArray:
    exponents = [
        constants.own_exponent,
        constants.enemy_exponent,
        constants.tempo_exponent,
    ]
    attrition, posture = constants.log_attrition, constants.log_posture[:, 1:]
    return np.concatenate([exponents, attrition.ravel(), posture.ravel()])


def _with_means(x: FloatArray, constants: BattleConstants) -> BattleConstants:
    end = 3 + constants.log_attrition.size
    posture = np.zeros_like(constants.log_posture)
    posture[:, 1:] = x[end:].reshape(2, -1)
    return replace(
        constants,
        own_exponent=float(x[0]),
        enemy_exponent=float(x[1]),
        tempo_exponent=float(x[2]),
        log_attrition=x[3:end].reshape(2, -1),
        log_posture=posture,
    )


def _penalty(constants: BattleConstants) -> FloatArray:
    exponents = (constants.own_exponent, constants.enemy_exponent, constants.tempo_exponent)
    parts = [(x - mean) / sd for x, (mean, sd) in zip(exponents, _EXPONENT_PRIORS, strict=True)]
    mean, sd = _ATTRITION_PRIOR
    step_sd = _ATTRITION_WALK_SD * np.sqrt(np.diff(constants.knots) / 100.0)
    return np.concatenate(
        [
            parts,
            (constants.log_attrition[:, 0] - mean) / sd,
            (np.diff(constants.log_attrition, axis=1) / step_sd).ravel(),
            constants.log_posture[:, 1:].ravel() / _POSTURE_PRIOR_SD,
        ]
    )


def _fit_means(battles: Battles, constants: BattleConstants) -> BattleConstants:
    """Refit all but the spread."""
    from scipy.optimize import least_squares

    weight = 1.0 / np.sqrt(predictive_variance(battles, constants))

    def objective(x: FloatArray) -> FloatArray:
        candidate = _with_means(x, constants)
        return np.concatenate(
            [(residuals(battles, candidate) * weight).ravel(), _penalty(candidate)]
        )

    found = least_squares(objective, _means(constants), method="lm", xtol=1e-5, ftol=1e-6)
    return _with_means(found.x, constants)


def _fit_noise(battles: Battles, constants: BattleConstants) -> BattleConstants:
    """Refit the spread, holding the median path where it is."""
    from scipy.optimize import minimize

    error = residuals(battles, constants)

    def candidate(x: FloatArray) -> BattleConstants:
        sigmas = np.exp(x[:4])
        return replace(
            constants,
            sigma_persistent=sigmas[:2],
            sigma_daily=sigmas[2:],
            size_exponent=float(x[4]),
        )

    def minus_log_likelihood(x: FloatArray) -> float:
        variance = predictive_variance(battles, candidate(x))
        prior = np.sum(((x[:4] - np.log(0.7)) / 0.5) ** 2) + (x[4] / 0.1) ** 2
        return float(0.5 * np.sum(np.log(variance) + error**2 / variance) + 0.5 * prior)

    logs = [np.log(constants.sigma_persistent), np.log(constants.sigma_daily)]
    start = np.concatenate([*logs, [constants.size_exponent]])
    found = minimize(minus_log_likelihood, start, method="Nelder-Mead", options={"maxfev": 400})
    return _keep_median(battles, constants, candidate(found.x))


def _widen_to_cover(battles: Battles, constants: BattleConstants) -> BattleConstants:
    """Scale each side's spread so that its 80% intervals hold 80% of these battles.

    Defenders are either beaten off or taken whole more often than a normal law has it, so that the
    likeliest spread leaves intervals too narrow.
    """
    error = np.abs(residuals(battles, constants))
    ratio = error / np.sqrt(predictive_variance(battles, constants))
    scale = np.quantile(ratio, 0.8, axis=1) / elementary.normal_quantile(0.9)
    widened = replace(
        constants,
        sigma_persistent=constants.sigma_persistent * scale,
        sigma_daily=constants.sigma_daily * scale,
    )
    return _keep_median(battles, constants, widened)


def _keep_median(
    battles: Battles, before: BattleConstants, after: BattleConstants
) -> BattleConstants:
    """Raise or lower attrition, which goes with noise of mean one, to hold the median in place."""
    change = noise_variance(battles, after) - noise_variance(battles, before)
    shift = 0.5 * change.mean(axis=1, keepdims=True)
    return replace(after, log_attrition=before.log_attrition + shift)


def _squared_shares(battles: Battles, tempo_exponent: float) -> FloatArray:
    """Return [n], the sum over a battle's days of the squared share that a day has in the whole."""
    weight = np.arange(1, int(battles.days.max()) + 1, dtype=np.float64) ** -tempo_exponent
    total = np.cumsum(weight)[battles.days - 1]
    squares = np.cumsum(weight**2)[battles.days - 1]
    return np.asarray(squares / total**2)


def bootstrap(battles: Battles, resamples: int, seed: int = SEED) -> list[BattleConstants]:
    """Return the constants fitted to battles drawn with replacement."""
    rng = np.random.default_rng(seed)
    return [fit(battles.take(rng.integers(0, battles.n, battles.n))) for _ in range(resamples)]


def _print_standard_errors(fits: list[BattleConstants]) -> None:
    for name in vars(fits[0]):
        if name != "knots":
            spread = np.std([getattr(constants, name) for constants in fits], axis=0, ddof=1)
            print(f"{name:18s} {np.array2string(np.round(spread, 2), separator=', ')}")


def main() -> None:
    """Fit, print the scores, and write the constants if asked."""
    parser = argparse.ArgumentParser(description="Fit the constants of the battle replay.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {CONSTANTS_FILE.name}")
    parser.add_argument("--bootstrap", type=int, default=0, metavar="RESAMPLES")
    arguments = parser.parse_args()
    battles = read_battles(arguments.file)
    constants = rounded(fit(battles))
    for name, value in vars(constants).items():
        print(f"{name:18s} {np.array2string(np.asarray(value), separator=', ')}")
    if arguments.write:
        command = f"python -m sim.experiments.battles_fit {arguments.file} --write"
        write_constants(constants, CONSTANTS_FILE, command)
    print("in sample")
    print(score(battles, predict(battles, constants)).to_text())
    for repeat in range(REPEATS):
        print(f"cross-validated, {FOLDS} folds, split {repeat + 1}")
        print(cross_validate(battles, seed=SEED + repeat).to_text())
    if arguments.bootstrap:
        print(f"standard errors, {arguments.bootstrap} resamples")
        _print_standard_errors(bootstrap(battles, arguments.bootstrap))


if __name__ == "__main__":
    main()
