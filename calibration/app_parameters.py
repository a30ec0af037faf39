"""The parameters as the page of the app draws them: draws from the posterior on a level prior.

A value stands where it lies among the quantiles of its prior, from 0 to 1. On that scale every
prior is level, so that a histogram shows at once where the article makes a value likelier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.posterior_columns import SEEN
from calibration.report.words import number
from calibration.structures import COMPLETENESS, BetaPrior
from sim.engine.posterior import ScenarioPosterior
from sim.scenario.rows import Parameter
from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]

BINS = 20
PRIOR_VARIANCE = 1.0 / 12.0  # of a uniform distribution on 0 to 1
_QUANTILES = (0.05, 0.5, 0.95)
_SCALES = {"uniform": "linear", "log_uniform": "logarithmic"}


@dataclass(frozen=True, eq=False)
class Column:
    """Draws of one parameter.

    Attributes
    ----------
    id, unit, source, scale
        As they are shown.
    ends : (str, str)
        What stands at the ends of the axis.
    values, places : float64 arrays, shape ``[n]``
        In the parameter's unit, and on the quantile scale of its prior.
    """

    id: str
    unit: str
    source: str
    scale: str
    ends: tuple[str, str]
    values: Float64
    places: Float64

    @property
    def contraction(self) -> float:
        """1 - variance of the posterior over that of the prior."""
        return 1.0 - float(self.places.var()) / PRIOR_VARIANCE


def columns_of(
    scenario: Scenario, posterior: ScenarioPosterior, completeness: BetaPrior | None
) -> list[Column]:
    """Return the parameters that were fitted.

    Columns that may leave the range of their prior are the monitor's: the completeness stands for
    them, if its own prior is known (:func:`set_aside` tells the others).
    """
    outside = posterior.posterior.outside_prior
    columns = [
        _column(scenario.parameters[name], posterior.values[:, index])
        for index, name in enumerate(posterior.ids)
        if name not in outside
    ]
    seen = next((name for name in SEEN if name in posterior.ids and name in outside), None)
    if seen is not None and completeness is not None:
        columns.append(_completeness(posterior.values[:, posterior.ids.index(seen)], completeness))
    return columns


def set_aside(posterior: ScenarioPosterior) -> list[dict[str, str]]:
    """Return the parameters of the table that were not fitted as such, and why: ``id``, ``why``."""
    reasons = posterior.posterior.about.get("outside_prior", {})
    return [{"id": name, "why": reasons[name]} for name in posterior.ids if name in reasons]


def parameter_rows(
    columns: list[Column], identified: Mapping[str, float] | None
) -> list[dict[str, Any]]:
    """Return the parameters as the page shows them, in the order of the columns.

    Parameters
    ----------
    columns : list of Column, length Q
    identified : mapping of id to contraction, or None
        Parameters that the calibration found identified; None where that was not kept.

    Returns
    -------
    list of dict
        ``id``, ``source``, ``scale``, ``low``, ``high``. ``identified``: True, False or
        None. ``contraction``: the calibration's own, or that of the draws. ``prior``,
        ``posterior``: in words. ``bars``: density of the draws over that of the prior, 20 bars of
        the same width. ``at``: places of the 5, 50 and 95% quantiles.
    """
    return [_row(column, identified) for column in columns]


def order_of(rows: list[dict[str, Any]]) -> list[int]:
    """Return the order of the rows: identified first, then by contraction, the most first."""
    return sorted(
        range(len(rows)),
        key=lambda i: (not rows[i]["identified"], -rows[i]["contraction"], rows[i]["id"]),
    )


def value_words(value: float, unit: str) -> str:
    """Return a value with its unit."""
    return _in_unit(number(float(value)), unit)


def _in_unit(words: str, unit: str) -> str:
    if unit in ("", "1"):
        return words
    return f"{words} per {unit[2:]}" if unit.startswith("1/") else f"{words} {unit}"


def _column(parameter: Parameter, values: Float64) -> Column:
    assert parameter.low is not None
    assert parameter.high is not None
    low, high = float(parameter.low), float(parameter.high)
    scaled, start, stop = values, low, high
    if parameter.prior == "log_uniform":
        scaled, start, stop = np.log(values), float(np.log(low)), float(np.log(high))
    places = (scaled - start) / (stop - start) if stop > start else np.full(len(values), 0.5)
    return Column(
        id=parameter.id,
        unit=parameter.unit,
        source=parameter.source,
        scale=_SCALES[parameter.prior],
        ends=(number(low), number(high)),
        values=values,
        places=places.clip(0.0, 1.0),
    )


def _completeness(values: Float64, prior: BetaPrior) -> Column:
    from scipy.special import betainc, betaincinv

    places: Float64 = betainc(prior.alpha, prior.beta, values)
    # The ends of the axis are 0 and 1, which nobody believes; 1% and 99% say more.
    low, high = (float(betaincinv(prior.alpha, prior.beta, share)) for share in (0.01, 0.99))
    return Column(
        id=COMPLETENESS,
        unit="1",
        source=prior.source,
        scale="Beta distribution",
        ends=(number(low, 2), number(high, 2)),
        values=values,
        places=places,
    )


def _row(column: Column, identified: Mapping[str, float] | None) -> dict[str, Any]:
    low, middle, high = (float(value) for value in np.quantile(column.values, _QUANTILES))
    counts, _ = np.histogram(column.places, bins=BINS, range=(0.0, 1.0))
    known = None if identified is None else column.id in identified
    contraction = (identified or {}).get(column.id, column.contraction)
    return {
        "id": column.id,
        "source": column.source,
        "scale": column.scale,
        "low": column.ends[0],
        "high": _in_unit(column.ends[1], column.unit),
        "identified": known,
        "contraction": round(float(contraction), 3),
        "prior": _in_unit(" to ".join(column.ends), column.unit),
        "posterior": f"{value_words(middle, column.unit)} ({number(low)} to {number(high)})",
        "bars": [round(float(bar), 3) for bar in counts * (BINS / len(column.places))],
        "at": [round(float(at), 4) for at in np.quantile(column.places, _QUANTILES)],
    }
