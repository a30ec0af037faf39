"""What a sweep's folder holds, as numbers to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.folders import ResultsError
from sim.engine.loading import read_json
from sim.experiments.failures import Failure
from sim.experiments.manifest import read_manifest
from sim.experiments.report.factors import Factor, explained, factor_of
from sim.experiments.results import load_sweep
from sim.experiments.sensitivity.numbers import Quantity, quantities_of
from sim.outcomes.values import OutcomeValues, outcome_values

if TYPE_CHECKING:
    import pandas as pd

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

MOST_FAILURES = 50


@dataclass(frozen=True)
class SweepData:
    """A sweep of N runs that are finished.

    Attributes
    ----------
    manifest : dict
    scenarios : tuple of str
    scenario : int64 array, shape ``[N]``
        Index in ``scenarios``.
    factors : tuple of Factor
        The design's parameters that take more than one value.
    quantities : tuple of Quantity
        Means and probabilities that vary over the runs.
    values : float64 array, shape ``[N, quantities]``
    left_out : dict of str to str
        Why others were left out.
    failures : list of Failure
    """

    manifest: dict[str, Any]
    scenarios: tuple[str, ...]
    scenario: Int64
    factors: tuple[Factor, ...]
    quantities: tuple[Quantity, ...]
    values: Float64
    left_out: dict[str, str]
    failures: list[Failure]

    @cached_property
    def influence(self) -> dict[str, list[float]]:
        """Share of the variance of each quantity that goes with each parameter by itself.

        Under ``scenario`` with which scenario it is, if there are several.
        """
        levels = {factor.name: factor.levels for factor in self.factors}
        if len(self.scenarios) > 1:
            levels = {"scenario": self.scenario, **levels}
        columns = range(len(self.quantities))
        return {
            name: [explained(found, self.values[:, column]) for column in columns]
            for name, found in levels.items()
        }


def sweep_data(folder: Path) -> SweepData:
    """Read a sweep's folder, finished or not.

    Raises
    ------
    ResultsError
        If no run is finished, or a file is damaged.
    """
    manifest = read_manifest(folder)
    parameters, outcomes = list(manifest["parameters"]), list(manifest["outcomes"])
    frame = load_sweep(folder, ["scenario", *parameters, *outcomes])
    names = tuple(manifest["scenarios"])
    resolved = {name: read_json(folder / "scenarios" / f"{Path(name).name}.json") for name in names}
    codes = {name: number for number, name in enumerate(names)}
    scenario = frame["scenario"].map(codes).to_numpy().astype(np.int64)
    factors = [
        factor_of(name, str(manifest["parameters"][name]["unit"]), frame[name].to_numpy(np.float64))
        for name in parameters
    ]
    rows = _outcome_rows(resolved)
    start = date.fromisoformat(resolved[names[0]]["start"])
    found = {
        name: _values_of(frame[name], rows[name].unit, start) for name in outcomes if name in rows
    }
    asked = SimpleNamespace(outcomes=[rows[name] for name in found])
    quantities = quantities_of(asked, found, _days(found))
    return SweepData(
        manifest,
        names,
        scenario,
        tuple(factor for factor in factors if len(factor.positions) > 1),
        quantities.quantities,
        quantities.values,
        {
            **{name: "not asked of every scenario" for name in outcomes if name not in rows},
            **quantities.left_out,
        },
        _failures(folder),
    )


def _outcome_rows(resolved: Mapping[str, Mapping[str, Any]]) -> dict[str, SimpleNamespace]:
    """Return id, label and unit of each outcome that all scenarios have, as the first says."""
    tables = [
        {row["id"]: row for row in scenario.get("outcomes", [])} for scenario in resolved.values()
    ]
    return {
        name: SimpleNamespace(id=name, label=row.get("label"), unit=row["unit"])
        for name, row in tables[0].items()
        if all(name in table for table in tables)
    }


def _values_of(column: pd.Series[Any], unit: str, start: date) -> OutcomeValues:
    """Return a column of a sweep's table as the outcome that it was."""
    from pandas.api import types

    there = column.notna().to_numpy()
    present = column[there]
    if types.is_datetime64_any_dtype(column.dtype):
        days = np.zeros(len(column), dtype=np.int64)
        first = np.datetime64(start, "D")
        days[there] = (present.to_numpy().astype("datetime64[D]") - first).astype(np.int64)
        return outcome_values("date", days, there)
    if len(present) and isinstance(present.iloc[0], str):
        labels, codes = np.unique(present.to_numpy(dtype=str), return_inverse=True)
        every = np.zeros(len(column), dtype=np.int64)
        every[there] = codes
        return outcome_values("category", every, there, tuple(labels.tolist()))
    if len(present) and isinstance(present.iloc[0], bool | np.bool_):
        truth = np.zeros(len(column), dtype=np.bool_)
        truth[there] = present.to_numpy(dtype=np.bool_)
        return outcome_values("truth", truth, there)
    numbers = np.zeros(len(column))
    numbers[there] = present.to_numpy(dtype=np.float64)
    return outcome_values("duration" if unit == "days" else "number", numbers, there)


def _days(found: Mapping[str, OutcomeValues]) -> int:
    """Return where dates and durations that are not there by the end are put: after all others."""
    shown = [
        float(values.values.max())
        for values in found.values()
        if values.kind in ("date", "duration") and values.replicates
    ]
    return int(max(shown, default=0.0)) + 1


def _failures(folder: Path) -> list[Failure]:
    """Read the records of jobs that failed, as many as are shown."""
    found = []
    for path in sorted((folder / "failures").glob("*.json"))[:MOST_FAILURES]:
        try:
            found.append(Failure.from_json(path.read_bytes(), repr(str(path))))
        except OSError as fault:
            raise ResultsError(f"{str(path)!r} cannot be read: {fault.strerror}.") from None
    return found
