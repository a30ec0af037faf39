"""The Mesa face of a campaign: one replicate as a Mesa model on a network of places."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import mesa
import networkx as nx
from mesa.discrete_space import Cell, CellAgent, Network

from sim.engine.posterior import PosteriorChoice, used_posterior
from sim.engine.run import UnitRecorder, parameters_of_one, record_of
from sim.engine.simulation import Simulation
from sim.engine.sources import scenario_of
from sim.forces import Commander
from sim.outcomes.compute import compute_outcomes, outcomes_json

if TYPE_CHECKING:
    from datetime import date

    from mesa.discrete_space import PropertyLayer

    from sim.engine.record import RunRecord
    from sim.outcomes.history import History
    from sim.scenario.schema import Scenario


class Campaign(mesa.Model):
    """One replicate of a scenario as a ``mesa.Model``; an ensemble of one, not another engine.

    Every unit in the theatre is an agent of its kind's class, in the cell of the place where it
    stands (or last stood, while it marches). Agents read and write their own column of the
    engine's arrays and hold nothing themselves.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the name of one that ships with Khabur, or a folder.
    seed, replicate : int
        Which luck to draw; replicate r of a seed is the same here and in any ensemble.
    parameters : mapping of parameter id to float, optional
    posterior : bool, str, path, mapping, pandas frame or Posterior, optional
        Take the replicate's row of a table of fitted parameters, as :class:`sim.Ensemble` does;
        ``parameters`` win over it.
    kinds : mapping of kind to class, optional
        Commanders that replace the scenario's own.
    until : date, optional
        Last day to simulate.

    Attributes
    ----------
    space : mesa.discrete_space.Network
        Places are nodes, named as in the scenario; open roads are edges with ``km``.
    day : int
        Days simulated so far. (``steps`` is Mesa's own counter.)
    running : bool
        False once the last day has been simulated.

    Raises
    ------
    ScenarioError
        If the scenario is not sound, or the posterior.
    ValueError
        If a parameter or kind is unknown, or ``until`` is not a day of the scenario.
    """

    def __init__(
        self,
        scenario: Scenario | str,
        *,
        seed: int = 0,
        replicate: int = 0,
        parameters: Mapping[str, float] | None = None,
        posterior: PosteriorChoice = None,
        kinds: Mapping[str, type[Commander]] | None = None,
        until: date | None = None,
    ) -> None:
        # Mesa's own generator is never drawn from: luck comes from the keyed streams.
        super().__init__(rng=0)
        self.seed_of_luck = seed
        self.replicate = replicate
        checked = scenario_of(scenario)
        self.posterior = used_posterior(checked, posterior)
        self.simulation = Simulation(
            checked,
            seed=seed,
            replicates=[replicate],
            parameters=parameters_of_one(
                parameters, self.posterior, seed=seed, replicate=replicate
            ),
            kinds=kinds,
            until=until,
        )
        self._recorder = UnitRecorder()
        self.space = _network(self.simulation, self.random)
        self._faces: dict[int, CellAgent] = {}
        self._bring_faces_up_to_date()

    @property
    def day(self) -> int:
        """Days simulated so far."""
        return self.simulation.day

    @property
    def date(self) -> date:
        """The date of the next day to be simulated, or the day after the last."""
        return self.history.date(self.day)

    @property
    def history(self) -> History:
        """The record of the days simulated so far."""
        return self.simulation.history

    def step(self) -> None:
        """Simulate one day; nothing happens once the last day is over."""
        if self.simulation.finished:
            self.running = False
            return
        self.simulation.step()
        self._recorder.record(self.simulation)
        self._bring_faces_up_to_date()
        self.running = not self.simulation.finished

    def run(self) -> Campaign:
        """Simulate all days that are left and return the campaign."""
        while not self.simulation.finished:
            self.step()
        return self

    def outcomes(self) -> dict[str, Any]:
        """Return the scenario's outcomes so far, as in ``run.json``."""
        scenario = self.simulation.setting.scenario
        values = compute_outcomes(scenario, self.history)
        return outcomes_json(scenario, values, start=scenario.start, replicate=0)

    def record(self) -> RunRecord:
        """Return the full record so far, for :func:`sim.engine.results.write_run`."""
        return record_of(
            self.simulation,
            seed=self.seed_of_luck,
            replicate=self.replicate,
            recorder=self._recorder,
            posterior=self.posterior,
        )

    def controller(self, place: str) -> str | None:
        """Return the faction that holds a place, None for nobody; LookupError if unknown."""
        setting = self.simulation.setting
        faction = int(self.simulation.state.controller[0, setting.theatre.index(place)])
        return None if faction < 0 else setting.factions[faction]

    def territory_layer(self) -> PropertyLayer:
        """Return the grid of land as a Mesa property layer: the faction that holds each cell."""
        controller = self.simulation.state.controller[0]
        return self.simulation.setting.theatre.territory.property_layer("controller", controller)

    def _bring_faces_up_to_date(self) -> None:
        active = set(self.simulation.state.active[0].nonzero()[0].tolist())
        for unit in sorted(set(self._faces) - active):
            self._faces.pop(unit).remove()
        for unit in sorted(active - set(self._faces)):
            self._faces[unit] = self._new_face(unit)
        # Mesa before 3.5 keeps a counter of ids for every model that ever was, and with it the
        # model; ids here are the units' own.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        places = self.simulation.state.place[0]
        for unit, face in self._faces.items():
            cell = self.space[self.simulation.setting.theatre.names[places[unit]]]
            if face.cell is not cell:
                face.cell = cell

    def _new_face(self, unit: int) -> CellAgent:
        setting = self.simulation.setting
        kind = setting.kinds[setting.roster.kind[unit]]
        commander: Any = self.simulation.commanders[kind]
        return face_class(commander)(self, unit)


def _network(simulation: Simulation, random: Any) -> Network:
    theatre = simulation.setting.theatre
    graph = nx.Graph()
    for place, name in enumerate(theatre.names):
        graph.add_node(
            name,
            latitude=float(theatre.latitude[place]),
            longitude=float(theatre.longitude[place]),
            kind=theatre.kind[place],
        )
    for place, name in enumerate(theatre.names):
        for slot, other in enumerate(theatre.neighbour[place]):
            if other >= 0:
                km = float(theatre.neighbour_m[place, slot]) / 1000
                graph.add_edge(name, theatre.names[other], km=km)
    return Network(graph, capacity=None, random=random, cell_klass=Cell)


def _of_array(name: str, about: str) -> property:
    def read(self: Any) -> int:
        return int(getattr(self.model.simulation.state, name)[0, self.unit])

    def write(self: Any, value: int) -> None:
        getattr(self.model.simulation.state, name)[0, self.unit] = value

    return property(read, write, doc=about)


class UnitFace(CellAgent):
    """What the agents of all kinds share: a view of one column of the arrays."""

    def __init__(self, model: Campaign, unit: int) -> None:
        super().__init__(model)
        self.unit = unit
        self.unique_id = unit + 1

    strength = _of_array("strength", "Fighters fit to fight.")
    wounded = _of_array("wounded", "Fighters under treatment.")
    readiness = _of_array("readiness", "Thousandths.")
    supply = _of_array("supply", "Thousandths of a full stock.")
    leaders = _of_array("leaders", "Leaders alive.")

    @property
    def name(self) -> str:
        """Name of the unit."""
        return self.model.simulation.setting.roster.names[self.unit]

    @property
    def kind(self) -> str:
        """Kind of the unit, as in the scenario."""
        setting = self.model.simulation.setting
        return setting.kinds[setting.roster.kind[self.unit]]

    @property
    def faction(self) -> str:
        """Faction of the unit."""
        setting = self.model.simulation.setting
        return setting.factions[setting.roster.faction[self.unit]]

    @property
    def place(self) -> str:
        """Name of the place where the unit stands or last stood."""
        simulation = self.model.simulation
        return simulation.setting.theatre.names[simulation.state.place[0, self.unit]]

    @property
    def marching_to(self) -> str | None:
        """Name of the next place on its way, None while it stands."""
        simulation = self.model.simulation
        place = int(simulation.state.next_place[0, self.unit])
        return None if place < 0 else simulation.setting.theatre.names[place]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} at {self.place}, {self.strength} fighters>"


@cache  # one class a kind, so that agents of a kind are of one type
def face_class(commander: type[Commander]) -> type[CellAgent]:
    """Return the agent class of a kind: the kind's own class, as a Mesa cell agent."""
    about = {"__doc__": commander.__doc__, "__module__": commander.__module__}
    return type(commander.__name__, (commander, UnitFace), about)
