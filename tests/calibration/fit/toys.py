"""Pools made in a moment, with posteriors that are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from calibration.fit.features import Encoding
from calibration.fit.fit import Fit
from calibration.structures import Float64, Int64, ReportColumn


@dataclass(frozen=True)
class Toy:
    """Parameters on the unit scale, reports of them and how these are encoded."""

    ids: tuple[str, ...]
    unit: Float64
    reports: dict[str, ReportColumn]
    encodings: dict[str, Encoding]

    def fit(self, **options: int) -> Fit:
        return Fit.of(self.unit, self.ids, self.reports, self.encodings, **options)

    def at(self, rows: Int64) -> Toy:
        """Return the pool of some rows, in their order."""
        reports = {target: column.at(rows) for target, column in self.reports.items()}
        return Toy(self.ids, self.unit[rows], reports, self.encodings)


def there(values: Float64) -> ReportColumn:
    """Return reports none of which is "not by the end"."""
    return ReportColumn(np.asarray(values, dtype=np.float64), np.ones(len(values), np.bool_))


def unit_vectors(rows: int, parameters: int, seed: int) -> Float64:
    """Return Sobol points strictly within (0, 1)."""
    sobol = qmc.Sobol(parameters, rng=np.random.default_rng(seed))
    points = sobol.random_base2(int(np.ceil(np.log2(rows))))
    return np.clip(points[:rows], 1e-9, 1 - 1e-9)


MIXING = np.array([[1.0, 1.0, 0.0], [1.0, -0.5, 0.0]])
NOISE = np.array([0.5, 0.8])


def linear(rows: int = 16_384, seed: int = 5) -> Toy:
    """Two reports that are sums of normal parameters and of noise; the third says nothing."""
    unit = unit_vectors(rows, 3, seed)
    noise = np.random.default_rng(seed + 1).normal(size=(rows, 2)) * NOISE
    said = ndtri(unit) @ MIXING.T + noise
    reports = {"sum": there(said[:, 0]), "difference": there(said[:, 1])}
    encodings = {target: Encoding("days") for target in reports}
    return Toy(("first", "second", "unseen"), unit, reports, encodings)


def linear_posterior(said: Float64) -> tuple[Float64, Float64]:
    """Return mean and covariance of the normal parameters of :func:`linear`, exactly."""
    precision = np.eye(3) + MIXING.T @ np.diag(1 / NOISE**2) @ MIXING
    covariance = np.linalg.inv(precision)
    return covariance @ MIXING.T @ (said / NOISE**2), covariance


def separate(rows: int = 16_384, parameters: int = 20, seed: int = 9) -> Toy:
    """One report for each parameter: a normal score with as much noise."""
    unit = unit_vectors(rows, parameters, seed)
    said = ndtri(unit) + np.random.default_rng(seed + 1).normal(size=unit.shape)
    ids = tuple(f"p{index}" for index in range(parameters))
    reports = {name: there(said[:, index]) for index, name in enumerate(ids)}
    return Toy(ids, unit, reports, {name: Encoding("days") for name in ids})


def product(rows: int = 16_384, seed: int = 7) -> Toy:
    """Return a toy whose one count is the product of two parameters, log-normal both."""
    unit = unit_vectors(rows, 3, seed)
    noise = 0.1 * np.random.default_rng(seed + 1).normal(size=rows)
    normal = ndtri(unit)
    counts = np.round(np.exp(6 + normal[:, 0] + normal[:, 1] + noise))
    return Toy(
        ("rate", "share", "unseen"), unit, {"dead": there(counts)}, {"dead": Encoding("count")}
    )


def campaign(rows: int = 16_384, seed: int = 11) -> Toy:
    """Counts, days that do not always come, labels and a truth value, some of them stray."""
    unit = unit_vectors(rows, 6, seed)
    luck = np.random.default_rng(seed + 1)
    dead = np.exp(3 + 2 * unit[:, 0] + unit[:, 1] + 0.3 * luck.normal(size=rows))
    stray = luck.random(rows) < 0.02
    dead = np.where(stray, np.exp(7 * luck.random(rows)), dead)
    wounded = np.exp(2 + 2 * unit[:, 1] * unit[:, 2] + 0.2 * luck.normal(size=rows))
    ends = unit[:, 3] + 0.3 * unit[:, 0] + 0.1 * luck.normal(size=rows) > 0.5
    day = np.round(10 + 60 * unit[:, 4] + 5 * luck.normal(size=rows))
    last = np.digitize(unit[:, 3] + 0.2 * luck.normal(size=rows), [0.2, 0.5, 0.8])
    held = unit[:, 2] + 0.3 * luck.normal(size=rows) > 0.5
    reports = {
        "dead": there(np.round(dead)),
        "wounded": there(np.round(wounded)),
        "end": ReportColumn(np.where(ends, day, 0.0), ends),
        "last": there(last),
        "held": there(held),
    }
    encodings = {
        "dead": Encoding("count"),
        "wounded": Encoding("count"),
        "end": Encoding("days"),
        "last": Encoding("labels"),
        "held": Encoding("truth"),
    }
    return Toy(("a", "b", "c", "d", "e", "unseen"), unit, reports, encodings)
