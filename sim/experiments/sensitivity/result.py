"""What a sensitivity analysis found: plain values, a table, a file, a picture."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.engine.folders import ResultsError
from sim.engine.loading import read_json
from sim.experiments.sensitivity.numbers import Quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

RESULT_FILE = "result.json"
RESULT_FORMAT = "khabur sensitivity"
FORMAT_VERSION = 1

Method = Literal["morris", "sobol"]


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 percent interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ParameterRange:
    """A parameter that was varied: over all of its prior.

    Attributes
    ----------
    id, unit : str
    prior : str
        ``uniform`` or ``log_uniform``.
    low, high : float
    """

    id: str
    unit: str
    prior: str
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """How far a quantity varies over the design, and how much of that is luck.

    Attributes
    ----------
    quantity : Quantity
    mean : float
    standard_deviation : float
        Of a single run, over points and replicates.
    luck_share : Estimate
        Share of the variance of a single run that is there between replicates of one point.
    """

    quantity: Quantity
    mean: float
    standard_deviation: float
    luck_share: Estimate


@dataclass(frozen=True)
class MorrisEffect:
    """What a parameter does to a quantity, in the quantity's unit, over the parameter's range.

    Attributes
    ----------
    quantity, parameter : str
        Ids.
    mu, sigma : float
        Mean of the elementary effects, and their standard deviation.
    mu_star : Estimate
        Mean size of the elementary effects.
    noise : float
        Size that luck alone would give, on average.
    within_noise : bool
        Whether luck alone gives such a mu* in more than 1 of 100 cases.
    importance : float
        mu* over the standard deviation of a single run.
    """

    quantity: str
    parameter: str
    mu: float
    mu_star: Estimate
    sigma: float
    noise: float
    within_noise: bool
    importance: float


@dataclass(frozen=True)
class SobolEffect:
    """A parameter's share of the variance of a quantity.

    Attributes
    ----------
    quantity, parameter : str
        Ids.
    first, total : Estimate or None
        Of the variance of the expected outcome (mean or probability): alone, and with all of its
        interactions. None where that variance cannot be told from none.
    first_of_run, total_of_run : Estimate
        The same of the variance of a single run, luck included.
    within_noise : bool
        Whether the total cannot be told from none.
    importance : float
        ``total`` between 0 and 1; 0 where it is None.
    """

    quantity: str
    parameter: str
    first: Estimate | None
    total: Estimate | None
    first_of_run: Estimate
    total_of_run: Estimate
    within_noise: bool
    importance: float


Effect = MorrisEffect | SobolEffect


@dataclass(frozen=True)
class SensitivityResult:
    """Which parameters matter for which outcome.

    Attributes
    ----------
    method : str
        ``morris`` or ``sobol``.
    scenario, scenario_hash : str
    seed, replicates, runs : int
        ``replicates`` of each point; ``runs`` in all.
    design : dict
        ``trajectories`` and ``levels``, or ``points``.
    until : str
        Last day simulated.
    parameters : tuple of ParameterRange
    spreads : tuple of Spread
        One a quantity.
    effects : tuple of MorrisEffect or SobolEffect
        For each quantity in turn, each parameter.
    left_out : dict of str to str
        Why other quantities were left out, by id.
    """

    method: Method
    scenario: str
    scenario_hash: str
    seed: int
    replicates: int
    runs: int
    design: Mapping[str, int]
    until: str
    parameters: tuple[ParameterRange, ...]
    spreads: tuple[Spread, ...]
    effects: tuple[Effect, ...]
    left_out: Mapping[str, str]

    def effect(self, quantity: str, parameter: str) -> Effect:
        """Return one effect; KeyError if there is none."""
        for found in self.effects:
            if (found.quantity, found.parameter) == (quantity, parameter):
                return found
        raise KeyError((quantity, parameter))

    def importance(self) -> dict[str, float]:
        """Return how much each parameter matters, the largest first.

        The root of the mean square, over all quantities, of the importance of its effects; those
        within noise count as none.
        """
        squares = dict.fromkeys((parameter.id for parameter in self.parameters), 0.0)
        for found in self.effects:
            squares[found.parameter] += 0.0 if found.within_noise else found.importance**2
        known = {name: float(np.sqrt(sum_ / len(self.spreads))) for name, sum_ in squares.items()}
        return dict(sorted(known.items(), key=lambda entry: -entry[1]))

    def most_important(self, number: int) -> tuple[str, ...]:
        """Return the ids of the parameters that matter most, fewer if fewer matter at all."""
        return tuple(name for name, size in self.importance().items() if size > 0)[:number]

    def table(self) -> DataFrame:
        """Return one row a quantity and parameter, the effects of each quantity sorted by size.

        An interval has columns ``<name>``, ``<name>_low`` and ``<name>_high``; what there is not
        is null.
        """
        import pandas as pd

        by_id = {spread.quantity.id: spread for spread in self.spreads}
        ranges = {parameter.id: parameter for parameter in self.parameters}
        order = {name: number for number, name in enumerate(by_id)}
        effects = sorted(
            self.effects, key=lambda one: (order[one.quantity], one.within_noise, -one.importance)
        )
        return pd.DataFrame(
            [dict(_row(by_id[one.quantity], ranges[one.parameter], one)) for one in effects]
        )

    def heat_map(self, most: int = 25, outcomes: tuple[str, ...] | None = None) -> Figure:
        """Draw quantities by parameters; see :func:`sim.experiments.sensitivity.heat_map.draw`."""
        from sim.experiments.sensitivity.heat_map import draw

        return draw(self, most=most, outcomes=outcomes)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"format": RESULT_FORMAT, "format_version": FORMAT_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> SensitivityResult:
        """Return the result that :meth:`to_json` gave.

        Raises
        ------
        ValueError
            If it is something else.
        """
        if found.get("format") != RESULT_FORMAT or found.get("format_version") != FORMAT_VERSION:
            raise ValueError(f"no {RESULT_FORMAT} of format version {FORMAT_VERSION}")
        try:
            plain = {field.name: found[field.name] for field in fields(cls)}
            kind = {"morris": MorrisEffect, "sobol": SobolEffect}[plain["method"]]
            plain["parameters"] = tuple(ParameterRange(**row) for row in plain["parameters"])
            plain["spreads"] = tuple(_spread(row) for row in plain["spreads"])
            plain["effects"] = tuple(kind(**_estimates(row)) for row in plain["effects"])
            return cls(**plain)
        except (KeyError, TypeError, AttributeError) as fault:
            raise ValueError(f"no {RESULT_FORMAT}: {fault}") from None


def load_sensitivity(folder: str | os.PathLike[str]) -> SensitivityResult:
    """Read the result in a folder.

    Raises
    ------
    ResultsError
        If there is none, or it is damaged.
    """
    path = Path(folder) / RESULT_FILE
    try:
        return SensitivityResult.from_json(read_json(path))
    except ResultsError:
        raise
    except ValueError as fault:
        raise ResultsError(f"{str(path)!r} cannot be read: {fault}.") from None


def _spread(row: Mapping[str, Any]) -> Spread:
    return Spread(**{**_estimates(row), "quantity": Quantity(**row["quantity"])})


def _estimates(row: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(Estimate)}
    return {
        name: Estimate(**value) if isinstance(value, dict) and set(value) == names else value
        for name, value in row.items()
    }


def _row(spread: Spread, parameter: ParameterRange, found: Effect) -> Iterator[tuple[str, Any]]:
    quantity = spread.quantity
    yield "quantity", quantity.id
    yield "outcome", quantity.outcome
    yield "label", quantity.label
    yield "unit", quantity.unit
    yield "parameter", parameter.id
    yield "parameter_unit", parameter.unit
    yield "parameter_low", parameter.low
    yield "parameter_high", parameter.high
    for field in fields(found):
        if field.name in ("quantity", "parameter"):
            continue
        value = getattr(found, field.name)
        if not isinstance(value, Estimate) and field.name not in ("first", "total"):
            yield field.name, value
            continue
        yield field.name, getattr(value, "value", None)
        yield f"{field.name}_low", getattr(value, "low", None)
        yield f"{field.name}_high", getattr(value, "high", None)
    yield "luck_share", spread.luck_share.value
