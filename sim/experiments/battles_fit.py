"""Fit the constants of the battle replay, by penalised maximum likelihood.

    python -m sim.experiments.battles_fit cdb90_development.csv          # fit and cross-validate
    python -m sim.experiments.battles_fit cdb90_development.csv --write  # and write the constants

Only the table that is given is used. ln casualties of a side are taken as normal about the path of
the kernel at its median; the variance is that of the replay's noise. Weak normal priors hold what
the battles say little about, such as the years with few battles.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.experiments.battles import (
    CONSTANTS_FILE,
    DRAWS,
    POSTURES,
    SEED,
    SIDES,
    BattleConstants,
    BattlesResult,
    fight,
    replay,
    rounded,
    score,
)
from sim.experiments.battles_table import Battles, read_battles
from sim.rules import kernel
from sim.state import elementary
from sim.state.elementary import FloatArray

KNOTS = np.array([1620, 1700, 1800, 1860, 1900, 1914, 1918, 1940, 1943, 1945, 1950, 1980.0])
"""Years between which ln attrition runs in straight lines; closer where battles are many."""

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
    from scipy.optimize import least_squares

    constants = _start(knots)
    for _ in range(_ROUNDS):
        variance = predictive_variance(battles, constants)
        weight = 1.0 / np.sqrt(variance)

        def objective(
            x: FloatArray, constants: BattleConstants = constants, weight: FloatArray = weight
        ) -> FloatArray:
            candidate = _with_means(x, constants)
            error = residuals(battles, candidate) * weight
            return np.concatenate([error.ravel(), _penalty(candidate)])

        found = least_squares(objective, _means(constants), method="lm", xtol=1e-5, ftol=1e-6)
        constants = _with_means(found.x, constants)
        constants = _fit_noise(battles, constants)
    return constants


def residuals(battles: Battles, constants: BattleConstants) -> FloatArray:
    """Return ln recorded casualties less those of the kernel's median path, [2, n]."""
    return np.log(battles.casualties) - np.log(median_casualties(battles, constants))


def median_casualties(battles: Battles, constants: BattleConstants) -> FloatArray:
    """Return [2, n] casualties where the noise has its median and losses their mean."""
    # Noise with mean one has a median below one; over days, that of a sum of lognormals.
    shift = elementary.exp(-0.5 * noise_variance(battles, constants))

    def losses(
        day: int, live: npt.NDArray[np.intp], left: FloatArray, rate: FloatArray
    ) -> FloatArray:
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
    casualties = np.empty((draws, 2, battles.n))
    for held_out in range(folds):
        constants = fit(battles.take(np.flatnonzero(fold != held_out)))
        index = np.flatnonzero(fold == held_out)
        casualties[:, :, index] = replay(battles.take(index), constants, draws, seed)
    return score(battles, casualties)


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


def _fit_noise(battles: Battles, constants: BattleConstants) -> BattleConstants:
    """Refit the spread, holding the median path where it is."""
    from scipy.optimize import minimize

    error = residuals(battles, constants)
    before = noise_variance(battles, constants).mean(axis=1)

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

    start = np.concatenate(
        [
            np.log(constants.sigma_persistent),
            np.log(constants.sigma_daily),
            [constants.size_exponent],
        ]
    )
    found = minimize(minus_log_likelihood, start, method="Nelder-Mead", options={"maxfev": 400})
    refitted = candidate(found.x)
    # Attrition goes with noise of mean one: a wider spread raises it to keep the median in place.
    after = noise_variance(battles, refitted).mean(axis=1)
    shift = 0.5 * (after - before)[:, None]
    return replace(refitted, log_attrition=constants.log_attrition + shift)


def _squared_shares(battles: Battles, tempo_exponent: float) -> FloatArray:
    """Return [n], the sum over a battle's days of the squared share that a day has in the whole."""
    weight = np.arange(1, int(battles.days.max()) + 1, dtype=np.float64) ** -tempo_exponent
    total = np.cumsum(weight)[battles.days - 1]
    squares = np.cumsum(weight**2)[battles.days - 1]
    return np.asarray(squares / total**2)


def write_constants(constants: BattleConstants, path: Path, command: str) -> None:
    """Write the constants as a table that :func:`sim.experiments.battles.read_constants` reads."""
    rows: list[tuple[str, str, str, float]] = [
        ("own_exponent", "both", "", constants.own_exponent),
        ("enemy_exponent", "both", "", constants.enemy_exponent),
        ("tempo_exponent", "both", "", constants.tempo_exponent),
        ("size_exponent", "both", "", constants.size_exponent),
    ]
    for s, side in enumerate(SIDES):
        rows.append(("sigma_persistent", side, "", constants.sigma_persistent[s]))
        rows.append(("sigma_daily", side, "", constants.sigma_daily[s]))
        rows += [
            ("log_posture", side, posture, constants.log_posture[s, i])
            for i, posture in enumerate(POSTURES)
        ]
        rows += [
            ("log_attrition", side, f"{year:.0f}", constants.log_attrition[s, i])
            for i, year in enumerate(constants.knots)
        ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# Written by: {command}\n")
        file.write("# Fitted to battles of CDB90 (US Army Concepts Analysis Agency; ODC-BY).\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["constant", "side", "at", "value"])
        writer.writerows((name, side, at, f"{value:.4f}") for name, side, at, value in rows)


def main() -> None:
    """Fit, print the scores, and write the constants if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {CONSTANTS_FILE.name}")
    arguments = parser.parse_args()
    battles = read_battles(arguments.file)
    constants = rounded(fit(battles))
    print(constants)
    print("in sample")
    print(score(battles, replay(battles, constants, DRAWS, SEED)).to_text())
    if arguments.write:
        command = f"python -m sim.experiments.battles_fit {arguments.file.name} --write"
        write_constants(constants, CONSTANTS_FILE, command)
    for repeat in range(REPEATS):
        print(f"cross-validated, {FOLDS} folds, split {repeat + 1}")
        print(cross_validate(battles, seed=SEED + repeat).to_text())


if __name__ == "__main__":
    main()
