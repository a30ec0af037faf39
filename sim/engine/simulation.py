"""A batch of replicates, day by day; one run is a batch of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.engine.day import simulate_day
from sim.forces import KINDS, Commander
from sim.outcomes.history import EXTRAS, History, empty_history
from sim.rules.reinforcement import bring_formations
from sim.state.ledger import COUNTS, LEDGER
from sim.state.people import initial_people, note_roads
from sim.state.picking import indices
from sim.state.presence import refresh_roads, strength_by_place
from sim.state.setting import prepare, setting_of_day
from sim.state.state import begin_day, initial_state

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

OF_PEOPLE = ("residents", "displaced", "in_need", "reached")  # arrays of People that are recorded


class Simulation:
    """R replicates of a scenario.

    Parameters
    ----------
    scenario : Scenario
    seed : int
    replicates : array_like of int, shape ``[R]``
    parameters : mapping of parameter id to float or float array ``[R]``, optional
        Values that differ from the scenario's own.
    kinds : mapping of kind to class, optional
        Commanders that replace the scenario's own.
    until : date, optional
        Last day to simulate; the scenario's end if not given.

    Attributes
    ----------
    state : State
    setting : Setting
        That of the day: it changes with the routes that are open.
    days : int
        Days from the start to ``until``.

    Raises
    ------
    ValueError
        If a parameter or kind is unknown, or ``until`` is not a day of the scenario.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int,
        replicates: ArrayLike,
        parameters: Mapping[str, ArrayLike] | None = None,
        kinds: Mapping[str, type[Commander]] | None = None,
        until: date | None = None,
    ) -> None:
        self.setting = prepare(scenario, seed=seed, replicates=replicates, parameters=parameters)
        self.commanders = commanders_of(scenario, kinds or {})
        self.days = self._days_until(until)
        self.state = initial_state(self.setting)
        if scenario.civilians.simulate:
            self.state.people = initial_people(self.setting)
        refresh_roads(self.state, self.setting, everything=True)
        begin_day(self.state, self.setting)
        bring_formations(self.state, self.setting)
        self._history = self._new_history()

    def _days_until(self, until: date | None) -> int:
        if until is None:
            return self.setting.days
        days = self.setting.day_of(until) + 1
        if not 1 <= days <= self.setting.days:
            scenario = self.setting.scenario
            raise ValueError(
                f"until {until} is not a day of the scenario; "
                f"{scenario.start} to {scenario.end} is allowed"
            )
        return days

    def _new_history(self) -> History:
        setting, theatre = self.setting, self.setting.theatre
        history = empty_history(
            start=setting.start,
            days=self.days,
            places=theatre.names,
            factions=setting.factions,
            city=theatre.city,
            cities=theatre.city_names,
            area_km2=theatre.area_m2 / 1e6,
            hostile_at_start=setting.stance < 0,
            initial_controller=self.state.controller.astype(np.int8),
        )
        for name, values in self._extras().items():
            setattr(history, name, np.zeros((self.days, *values.shape), EXTRAS[name]))
        history.lines = tuple(line.id for line in setting.scenario.supply_lines) or None
        return history

    def _extras(self) -> dict[str, NDArray]:
        """Return what only some scenarios have of the state, by its name in the history."""
        state, people = self.state, self.state.people
        found = {name: getattr(state, name) for name in ("lines_open", "supply_index")}
        if people is not None:
            found |= {name: getattr(people, name) for name in OF_PEOPLE}
            found["civilians_killed"] = state.civilians_killed
        return {name: values for name, values in found.items() if values is not None}

    @property
    def day(self) -> int:
        """Days simulated so far."""
        return self.state.day

    @property
    def finished(self) -> bool:
        """Whether the last day has been simulated."""
        return self.state.day >= self.days

    @property
    def history(self) -> History:
        """The record of the days simulated so far."""
        return self._history.first(self.state.day)

    def step(self) -> None:
        """Simulate one day.

        Raises
        ------
        RuntimeError
            If the last day has been simulated.
        """
        if self.finished:
            raise RuntimeError("the last day has been simulated")
        self._open_and_close_routes()
        simulate_day(self.state, self.setting, self.commanders)
        self._record(self.state.day - 1)

    def _open_and_close_routes(self) -> None:
        setting = setting_of_day(self.setting, self.state.day)
        if setting is self.setting:
            return
        self.setting = setting
        refresh_roads(self.state, setting, everything=True)
        if self.state.people is not None:
            note_roads(self.state.people, setting.theatre)

    def run(self) -> History:
        """Simulate all days that are left and return the record."""
        while not self.finished:
            self.step()
        return self.history

    def _record(self, day: int) -> None:
        state, history = self.state, self._history
        history.controller[day] = state.controller
        history.strength[day] = strength_by_place(state, self.setting)
        history.engaged[day] = state.engaged
        for name in COUNTS:
            counts = state.tally[name].reshape(-1)
            counted = indices(counts)  # few: the record is full of zeros already
            if len(counted):
                getattr(history, name)[day].reshape(-1)[counted] = counts.take(counted)
        np.stack([state.ledger[name] for name in LEDGER], axis=2, out=history.ledger[day])
        for name, values in self._extras().items():
            getattr(history, name)[day] = values


def commanders_of(
    scenario: Scenario, kinds: Mapping[str, type[Commander]]
) -> dict[str, type[Commander]]:
    """Return the class that decides for each kind of the scenario.

    Raises
    ------
    ValueError
        If ``kinds`` names a kind that the scenario does not have, or something that is not a
        subclass of :class:`sim.forces.Commander`.
    """
    unknown = [name for name in kinds if name not in scenario.kinds]
    if unknown:
        raise ValueError(
            f"kind {unknown[0]!r} is not in the scenario; it has {', '.join(scenario.kinds)}"
        )
    for name, commander in kinds.items():
        if not (isinstance(commander, type) and issubclass(commander, Commander)):
            raise ValueError(f"kind {name!r}: a subclass of sim.forces.Commander is needed")
    return {name: kinds.get(name, KINDS[kind.decides]) for name, kind in scenario.kinds.items()}
