"""Many replicates of a scenario at once, in chunks, for their outcomes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.engine.simulation import Simulation
from sim.engine.sources import scenario_of
from sim.forces import Commander
from sim.outcomes.compute import compute_outcomes
from sim.outcomes.values import OutcomeValues
from sim.state.parameters import draw_from_priors

if TYPE_CHECKING:
    from pandas import DataFrame

    from sim.scenario.schema import Scenario

CHUNK = 256  # replicates at once; the cost per replicate is flat from about 128 on


class Ensemble:
    """Replicates ``first`` to ``first + replicates - 1`` of a seed.

    Parameters
    ----------
    scenario : Scenario, str or path
    replicates : int
    seed : int
    first : int
        Number of the first replicate.
    parameters : mapping of parameter id to float or float array ``[replicates]``, or a table
        with such columns (a pandas frame), optional
        Values that differ from the scenario's own; an array gives every replicate its own.
    prior : bool
        Draw each replicate's parameters from their priors; ``parameters`` win over the draw.
    kinds : mapping of kind to class, optional
    until : date, optional
    chunk : int
        Replicates simulated at once. It changes speed and memory, never a result.

    Raises
    ------
    ScenarioError
        If the scenario is not sound.
    ValueError
        If a number of replicates, a parameter or a kind makes no sense.
    """

    def __init__(
        self,
        scenario: Scenario | str | os.PathLike[str],
        *,
        replicates: int,
        seed: int = 0,
        first: int = 0,
        parameters: Mapping[str, ArrayLike] | DataFrame | None = None,
        prior: bool = False,
        kinds: Mapping[str, type[Commander]] | None = None,
        until: date | None = None,
        chunk: int = CHUNK,
    ) -> None:
        if replicates < 1 or chunk < 1:
            raise ValueError("replicates and chunk must be at least 1")
        self.scenario = scenario_of(scenario)
        self.seed = seed
        self.numbers = np.arange(first, first + replicates, dtype=np.int64)
        self._parameters = _columns(parameters, replicates)
        self._prior = prior
        self._kinds = kinds
        self._until = until
        self._chunk = chunk

    def run(self, progress: Callable[[int, int], None] | None = None) -> EnsembleResult:
        """Simulate all replicates; ``progress`` is called with replicates done and in all."""
        parts = []
        for start in range(0, len(self.numbers), self._chunk):
            rows = slice(start, min(start + self._chunk, len(self.numbers)))
            parts.append(self._run_chunk(rows))
            if progress is not None:
                progress(rows.stop, len(self.numbers))
        return _joined(self, parts)

    def _run_chunk(self, rows: slice) -> tuple[dict[str, OutcomeValues], dict[str, NDArray]]:
        numbers = self.numbers[rows]
        given = {name: values[rows] for name, values in self._parameters.items()}
        drawn = (
            draw_from_priors(self.scenario, seed=self.seed, replicates=numbers)
            if self._prior
            else {}
        )
        simulation = Simulation(
            self.scenario,
            seed=self.seed,
            replicates=numbers,
            parameters={**drawn, **given},
            kinds=self._kinds,
            until=self._until,
        )
        outcomes = compute_outcomes(self.scenario, simulation.run())
        return outcomes, simulation.setting.parameters.table()


class EnsembleResult:
    """Outcomes and parameters of every replicate.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    replicates : int64 array, shape ``[R]``
        Replicate numbers.
    outcomes : dict of outcome id to OutcomeValues
    parameters : dict of parameter id to float64 array, shape ``[R]``
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        replicates: NDArray[np.int64],
        outcomes: dict[str, OutcomeValues],
        parameters: dict[str, NDArray[np.float64]],
    ) -> None:
        self.scenario = scenario
        self.seed = seed
        self.replicates = replicates
        self.outcomes = outcomes
        self.parameters = parameters

    def summary(self) -> dict[str, Any]:
        """Return the spread of each outcome beside what was reported, as ``--json`` prints it."""
        from sim.outcomes.compute import outcomes_json

        return outcomes_json(self.scenario, self.outcomes, start=self.scenario.start)


def _columns(
    parameters: Mapping[str, ArrayLike] | DataFrame | None, replicates: int
) -> dict[str, NDArray[np.float64]]:
    if parameters is None:
        return {}
    columns = {}
    for name, column in parameters.items():
        values = np.asarray(column, dtype=np.float64)
        if values.ndim > 1 or (values.ndim == 1 and len(values) != replicates):
            raise ValueError(
                f"parameter {name!r} has shape {values.shape}; "
                f"a number or {replicates} numbers are allowed"
            )
        columns[str(name)] = np.broadcast_to(values, (replicates,))
    return columns


def _joined(
    ensemble: Ensemble, parts: list[tuple[dict[str, OutcomeValues], dict[str, NDArray]]]
) -> EnsembleResult:
    names = parts[0][0]
    outcomes = {name: OutcomeValues.joined([part[0][name] for part in parts]) for name in names}
    parameters = {name: np.concatenate([part[1][name] for part in parts]) for name in parts[0][1]}
    return EnsembleResult(ensemble.scenario, ensemble.seed, ensemble.numbers, outcomes, parameters)
