"""A made-up pool whose answers are known, for the checks of a fit."""

from __future__ import annotations

import numpy as np

from calibration.fit.features import Encoding
from calibration.fit.fit import Fit
from calibration.structures import Float64, ReportColumn

IDS = ("force", "speed", "idle")
ENCODINGS = {
    "dead": Encoding("count"),
    "wounded": Encoding("count"),
    "end": Encoding("days"),
    "held": Encoding("truth"),
}
LAST_DAY = 59


def there(values: Float64) -> ReportColumn:
    """Reports that are there by the end."""
    return ReportColumn(np.asarray(values, np.float64), np.ones(len(values), np.bool_))


def toy(number: int = 6000, seed: int = 3) -> tuple[Float64, dict[str, ReportColumn]]:
    """Vectors and their reports.

    ``force`` drives the dead and, by them, the wounded; ``speed`` the day of the end; ``idle``
    nothing. The dead and the wounded share luck that no parameter tells of.
    """
    generator = np.random.default_rng(seed)
    unit = generator.uniform(0.001, 0.999, (number, len(IDS)))
    shared = generator.normal(0, 0.4, number)
    dead = np.exp(4 + 2 * unit[:, 0] + shared)
    wounded = 3 * dead * np.exp(generator.normal(0, 0.1, number))
    end = np.rint(60 - 40 * unit[:, 1] + generator.normal(0, 3, number))
    reports = {
        "dead": there(np.rint(dead)),
        "wounded": there(np.rint(wounded)),
        "end": ReportColumn(np.where(end <= LAST_DAY, np.maximum(end, 0), 0.0), end <= LAST_DAY),
        "held": there((generator.uniform(size=number) < 0.5).astype(np.float64)),
    }
    return unit, reports


def reported(dead: float, end: float) -> dict[str, ReportColumn]:
    """What was reported: so many dead, three times as many wounded, and the day of the end."""
    return {
        "dead": there(np.array([dead])),
        "wounded": there(np.array([3 * dead])),
        "end": there(np.array([end])),
        "held": there(np.array([1.0])),
    }


def fitted(
    unit: Float64, reports: dict[str, ReportColumn], encodings: dict[str, Encoding] | None = None
) -> Fit:
    """A fit of the toy."""
    return Fit.of(unit, IDS, reports, encodings or ENCODINGS, neighbours=400)
