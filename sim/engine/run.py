"""One replicate, recorded in full."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.engine.posterior import PosteriorChoice, ScenarioPosterior, used_posterior
from sim.engine.record import RunRecord
from sim.engine.simulation import Simulation
from sim.forces import Commander
from sim.observers.reports import media_reports
from sim.observers.state_media import MediaMemory, first_memory, publish, speaking
from sim.state.parameters import draw_from_priors
from sim.state.state import POSTURES

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

UNIT_COLUMNS = (
    "strength",
    "wounded",
    "place",
    "next_place",
    "readiness",
    "supply",
    "posture",
    "active",
)


def run_campaign(
    scenario: Scenario,
    *,
    seed: int,
    replicate: int = 0,
    parameters: Mapping[str, float] | None = None,
    until: date | None = None,
    prior: bool = False,
    posterior: PosteriorChoice = None,
    kinds: Mapping[str, type[Commander]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RunRecord:
    """Run one replicate and keep everything.

    Parameters
    ----------
    scenario : Scenario
    seed, replicate : int
    parameters : mapping of parameter id to float, optional
        Values that differ from the scenario's own; they win over any draw.
    until : date, optional
        Last day to simulate.
    prior : bool
        Draw the parameters of this replicate from their priors.
    posterior : bool, str, path, mapping, pandas frame or Posterior, optional
        Take the replicate's row of a table of fitted parameters, as :class:`sim.Ensemble` does; it
        wins over a draw from the priors.
    kinds : mapping of kind to class, optional
        Commanders that replace the scenario's own.
    progress : callable, optional
        Called with days done and days in all after every day.

    Raises
    ------
    ScenarioError
        If the posterior is missing, damaged or does not fit.
    ValueError
        If a parameter or kind is unknown, or ``until`` is not a day of the scenario.
    """
    fitted = used_posterior(scenario, posterior)
    drawn = draw_from_priors(scenario, seed=seed, replicates=[replicate]) if prior else {}
    simulation = Simulation(
        scenario,
        seed=seed,
        replicates=[replicate],
        parameters={
            **drawn,
            **parameters_of_one(parameters, fitted, seed=seed, replicate=replicate),
        },
        kinds=kinds,
        until=until,
    )
    recorder = UnitRecorder()
    while not simulation.finished:
        simulation.step()
        recorder.record(simulation)
        if progress is not None:
            progress(simulation.day, simulation.days)
    return record_of(
        simulation, seed=seed, replicate=replicate, recorder=recorder, posterior=fitted
    )


def parameters_of_one(
    given: Mapping[str, float] | None,
    posterior: ScenarioPosterior | None,
    *,
    seed: int,
    replicate: int,
) -> dict[str, ArrayLike]:
    """Return the values of one replicate that are given, or else its row of the posterior's."""
    fitted = {} if posterior is None else posterior.draw(seed=seed, replicates=[replicate])
    return {**fitted, **(given or {})}


class UnitRecorder:
    """Keeps every unit of a batch of one at the end of each day, and what state media claim.

    Attributes
    ----------
    reports : list of dict
        What state media published so far, as :class:`RunRecord` has it.
    """

    def __init__(self) -> None:
        self._days: dict[str, list[NDArray]] = {name: [] for name in UNIT_COLUMNS}
        self._memory: MediaMemory | None = None
        self.reports: list[dict[str, Any]] = []

    def record(self, simulation: Simulation) -> None:
        """Keep the day that has just been simulated."""
        for name in UNIT_COLUMNS:
            self._days[name].append(getattr(simulation.state, name)[0].copy())
        self._record_claims(simulation)

    def _record_claims(self, simulation: Simulation) -> None:
        setting, day = simulation.setting, simulation.day - 1
        if not speaking(setting).any():
            return
        if self._memory is None:
            self._memory = first_memory(setting)
        claims = publish(self._memory, simulation.state, setting, day)
        self.reports += media_reports(claims, 0, day, setting.factions, setting.theatre.names)

    def tables(self) -> dict[str, NDArray]:
        """Return the days kept, each an array of shape ``[D, U]``."""
        return {name: np.array(days) for name, days in self._days.items()}


def record_of(
    simulation: Simulation,
    *,
    seed: int,
    replicate: int,
    recorder: UnitRecorder,
    posterior: ScenarioPosterior | None = None,
) -> RunRecord:
    """Return the record of a batch of one."""
    setting = simulation.setting
    roster = setting.roster
    return RunRecord(
        scenario=setting.scenario,
        seed=seed,
        replicate=replicate,
        parameters={k: float(v[0]) for k, v in setting.parameters.table().items()},
        kinds={name: provenance(kind) for name, kind in simulation.commanders.items()},
        history=simulation.history,
        unit_names=roster.names,
        unit_kinds=tuple(setting.kinds[k] for k in roster.kind),
        unit_factions=tuple(setting.factions[f] for f in roster.faction),
        unit_days={
            name: days.reshape(simulation.day, len(roster.names))
            for name, days in recorder.tables().items()
        },
        postures=POSTURES,
        reports=tuple(recorder.reports),
        territory=setting.theatre.territory,
        posterior=(
            None if posterior is None else posterior.to_json_of(seed=seed, replicate=replicate)
        ),
    )


def provenance(commander: type[Commander]) -> dict[str, str]:
    """Return the path of a class and the SHA-256 of its source, and of the classes it builds on."""
    sources = []
    for part in commander.__mro__[:-1]:
        try:
            sources.append(inspect.getsource(part))
        except (OSError, TypeError):  # typed at a prompt: there is no file to read
            sources.append(repr(sorted(vars(part))))
    digest = hashlib.sha256("".join(sources).encode()).hexdigest()
    return {"class": f"{commander.__module__}.{commander.__qualname__}", "source_sha256": digest}
