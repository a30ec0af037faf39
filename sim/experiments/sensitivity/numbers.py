"""Outcomes as numbers that a variance can be taken of: means and probabilities, never a NaN.

- A date or a duration that is not there by the end counts as one day more than any that is, so
  its mean is a restricted mean: "by the end" is as far as anybody looked.
- Another number that is not there (a share of no dead) counts as the mean of those that are, and
  so says nothing; whether it is there is a probability of its own.
- A truth value and each category are the number 1 where it came so and 0 where it did not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.values import NOT_SIMULATED, OutcomeValues

Float64 = NDArray[np.float64]

BY_THE_END = "by the end"
LEAST_SHARE = 0.01  # of the runs: a category that is rarer, or rarer to be missing, is left out


@dataclass(frozen=True)
class Quantity:
    """What is asked of an outcome.

    Attributes
    ----------
    id : str
        The outcome's id; of a probability followed by `` = `` and what it is of.
    outcome : str
        Id of the outcome.
    label, unit : str
    kind : str
        ``mean`` or ``probability``.
    """

    id: str
    outcome: str
    label: str
    unit: str
    kind: Literal["mean", "probability"]


@dataclass(frozen=True)
class Quantities:
    """Quantities that vary, with their values in every run.

    Attributes
    ----------
    quantities : tuple of Quantity
    values : float64 array, shape ``[runs, quantities]``
    left_out : dict of str to str
        Why others were left out, by id.
    """

    quantities: tuple[Quantity, ...]
    values: Float64
    left_out: dict[str, str]


def quantities_of(scenario: Any, outcomes: Mapping[str, OutcomeValues], days: int) -> Quantities:
    """Return all that can be asked of some outcomes, in the scenario's order.

    Parameters
    ----------
    scenario : Scenario
        Its ``outcomes`` have ``id``, ``label`` and ``unit``.
    outcomes : mapping of str to OutcomeValues
    days : int
        Days simulated: where a date or duration that is not there by the end is put.
    """
    kept: list[Quantity] = []
    columns: list[Float64] = []
    left_out: dict[str, str] = {}
    seen: dict[bytes, str] = {}
    for row in scenario.outcomes:
        if row.id not in outcomes or outcomes[row.id].labels == (NOT_SIMULATED,):
            continue
        for quantity, column in _of_outcome(row, outcomes[row.id], days):
            why = _why_not(quantity, column)
            key = column.tobytes()
            if not why and key in seen:
                why = f"the same in every run as {seen[key]}"
            if why:
                left_out[quantity.id] = why
                continue
            seen[key] = quantity.id
            kept.append(quantity)
            columns.append(column)
    runs = next(iter(outcomes.values())).replicates if outcomes else 0
    values = np.stack(columns, axis=1) if columns else np.zeros((runs, 0))
    return Quantities(tuple(kept), values, left_out)


def _why_not(quantity: Quantity, column: Float64) -> str:
    if np.ptp(column) == 0:
        return "the same in every run"
    if quantity.kind == "probability" and not LEAST_SHARE <= column.mean() <= 1 - LEAST_SHARE:
        return f"so in {100 * column.mean():.2g}% of the runs: too seldom or too often to tell"
    return ""


def _of_outcome(row: Any, values: OutcomeValues, days: int) -> Iterator[tuple[Quantity, Float64]]:
    label = row.label or row.id
    if values.kind == "category":
        for code, name in enumerate(values.labels):
            yield _probability(row.id, label, name, values.by_end & (values.values == code))
    elif values.kind == "truth":
        yield _probability(row.id, label, "true", values.by_end & values.values)
    else:
        unit = "days from the start" if values.kind == "date" else row.unit
        yield Quantity(row.id, row.id, label, unit, "mean"), _numbers(values, days)
    if not values.by_end.all():
        yield _probability(row.id, label, BY_THE_END, values.by_end)


def _probability(
    outcome: str, label: str, state: str, where: NDArray[np.bool_]
) -> tuple[Quantity, Float64]:
    shown = {"true": label, BY_THE_END: f"{label}, by the end"}.get(state, f"{label}: {state}")
    quantity = Quantity(f"{outcome} = {state}", outcome, shown, "probability", "probability")
    return quantity, where.astype(np.float64)


def _numbers(values: OutcomeValues, days: int) -> Float64:
    numbers = values.values.astype(np.float64)
    if values.by_end.all():
        return numbers
    if values.kind in ("date", "duration"):
        return np.where(values.by_end, numbers, float(days))
    there = numbers[values.by_end]
    return np.where(values.by_end, numbers, there.mean() if there.size else 0.0)
