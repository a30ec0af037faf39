"""A campaign is a Mesa model: its agents are faces of the arrays, in the cells of a network."""

from __future__ import annotations

import gc
import warnings
import weakref
from datetime import date

import mesa
import numpy as np
import pytest
from mesa.discrete_space import CellAgent, Network

import sim
from sim.scenario import ScenarioError
from tests.random_scenarios import START, random_scenario
from tests.scenario.small import write_two_towns

SCENARIO = random_scenario(29)


@pytest.fixture
def campaign() -> sim.Campaign:
    return sim.Campaign(SCENARIO, seed=5, replicate=2)


def agents_by_name(campaign: sim.Campaign) -> dict:
    return {agent.name: agent for agent in campaign.agents}


def test_it_is_a_mesa_model_on_a_network_of_places(campaign):
    assert isinstance(campaign, mesa.Model)
    assert isinstance(campaign.space, Network)
    names = [place.name for place in SCENARIO.places]
    assert [cell.coordinate for cell in campaign.space.all_cells] == names
    graph = campaign.space.G
    assert {frozenset(edge) for edge in graph.edges} == {
        frozenset((route.a, route.b)) for route in SCENARIO.routes
    }
    for route in SCENARIO.routes:
        assert graph.edges[route.a, route.b]["km"] <= route.km
    cell = campaign.space[SCENARIO.routes[0].a]
    assert SCENARIO.routes[0].b in {other.coordinate for other in cell.neighborhood}


def test_every_unit_in_the_theatre_is_an_agent_of_its_kinds_class(campaign):
    campaign.step()
    state, setting = campaign.simulation.state, campaign.simulation.setting
    active = np.flatnonzero(state.active[0])
    found = agents_by_name(campaign)
    assert set(found) == {setting.roster.names[unit] for unit in active}
    for unit in active:
        agent = found[setting.roster.names[unit]]
        assert isinstance(agent, CellAgent)
        assert isinstance(agent, campaign.simulation.commanders[agent.kind])
        assert agent.kind == setting.kinds[setting.roster.kind[unit]]
        assert agent.faction == SCENARIO.kinds[agent.kind].faction
    classes = {"army": sim.forces.Army, "ypg": sim.forces.Ypg}
    classes |= {"militia": sim.forces.Militia, "islamic_state": sim.forces.IslamicState}
    for name, kind in SCENARIO.kinds.items():
        members = campaign.agents.select(lambda agent, name=name: agent.kind == name)
        assert all(isinstance(agent, classes[kind.decides]) for agent in members)


def test_the_units_of_the_first_day_are_agents_before_it_begins(campaign):
    there = sum(row.units for row in SCENARIO.units if row.arrives is None)
    assert len(campaign.agents) == there


def test_agents_are_filtered_counted_and_grouped_as_in_any_mesa_model(campaign):
    campaign.step()
    agents = campaign.agents
    strong = agents.select(lambda agent: agent.strength >= 50)
    assert 0 < len(strong) < len(agents)
    assert {agent.name for agent in strong} < {agent.name for agent in agents}
    total = sum(agents.get("strength"))
    assert total == campaign.simulation.state.strength[0].sum()
    assert agents.agg("strength", sum) == total
    by_kind = agents.groupby("kind")
    assert sum(by_kind.count().values()) == len(agents)
    assert sum(by_kind.agg("strength", sum).values()) == total
    by_type = campaign.agents_by_type
    assert sum(len(members) for members in by_type.values()) == len(agents)
    ypg = [kind for kind in by_type if issubclass(kind, sim.forces.Ypg)]
    assert ypg
    assert all(isinstance(agent, sim.forces.Ypg) for kind in ypg for agent in by_type[kind])
    assert len(agents.select(agent_type=ypg[0])) == len(by_type[ypg[0]])


def test_agents_of_one_class_are_of_one_type(campaign):
    """Two campaigns, and two kinds with one commander, share the type of their agents."""
    other = sim.Campaign(SCENARIO, seed=1)
    for each in (campaign, other):
        each.step()
    assert set(campaign.agent_types) == set(other.agent_types)
    assert len({kind.__name__ for kind in campaign.agent_types}) == len(campaign.agent_types)


def test_ids_of_agents_are_unique_and_the_same_in_every_campaign(campaign):
    other = sim.Campaign(SCENARIO, seed=5, replicate=2)
    ids = [{agent.name: agent.unique_id for agent in each.agents} for each in (campaign, other)]
    assert ids[0] == ids[1]
    assert len(set(ids[0].values())) == len(ids[0])


def test_cells_follow_the_arrays(campaign):
    moved = set()
    while campaign.running:
        before = {agent.name: agent.place for agent in campaign.agents}
        campaign.step()
        state, setting = campaign.simulation.state, campaign.simulation.setting
        assert len(campaign.agents) == state.active[0].sum()
        for agent in campaign.agents:
            place = setting.theatre.names[state.place[0, agent.unit]]
            assert agent.cell.coordinate == agent.place == place
            assert agent in agent.cell.agents
            if before.get(agent.name, place) != place:
                moved.add(agent.name)
        in_cells = sum(len(list(cell.agents)) for cell in campaign.space.all_cells)
        assert in_cells == len(campaign.agents)
    assert moved


def test_an_agent_on_the_road_says_where_it_goes(campaign):
    seen = set()
    while campaign.running:
        campaign.step()
        for agent in campaign.agents:
            on_road = campaign.simulation.state.next_place[0, agent.unit] >= 0
            assert (agent.marching_to is not None) == on_road
            if on_road:
                near = {cell.coordinate for cell in agent.cell.neighborhood}
                assert agent.marching_to in near
                seen.add(agent.name)
    assert seen


def test_writing_to_an_agent_writes_to_the_arrays(campaign):
    campaign.step()
    agent = next(iter(campaign.agents))
    state = campaign.simulation.state
    for name, value in {"strength": 7, "wounded": 3, "readiness": 400, "supply": 0}.items():
        setattr(agent, name, value)
        assert getattr(state, name)[0, agent.unit] == value
        assert getattr(agent, name) == value
    state.strength[0, agent.unit] = 11
    assert agent.strength == 11
    assert f"{agent.name} at {agent.place}, 11 fighters" in repr(agent)


def test_what_is_written_takes_part_in_the_next_day():
    usual, reinforced = (sim.Campaign(SCENARIO, seed=5, replicate=2) for _ in range(2))
    for each in (usual, reinforced):
        each.step()
    for agent in reinforced.agents:
        agent.strength = agent.strength * 3
    for each in (usual, reinforced):
        each.run()
    assert (usual.history.strength != reinforced.history.strength).any()


def test_a_unit_that_is_gone_is_no_agent_any_more(campaign):
    campaign.step()
    agent = next(iter(campaign.agents))
    cell, name = agent.cell, agent.name
    agent.strength = agent.wounded = 0
    campaign.simulation.state.children[0, agent.unit] = 0
    campaign.step()
    assert name not in agents_by_name(campaign)
    assert agent not in cell.agents


def test_it_steps_day_by_day_to_the_end(campaign):
    assert (campaign.day, campaign.date, campaign.running) == (0, START, True)
    campaign.step()
    assert (campaign.day, campaign.date) == (1, START.replace(day=2))
    campaign.run()
    assert campaign.day == SCENARIO.days
    assert not campaign.running
    campaign.step()  # nothing happens any more
    assert campaign.day == SCENARIO.days
    assert campaign.history.days == SCENARIO.days


def test_it_stops_on_the_day_it_is_told_to():
    campaign = sim.Campaign(SCENARIO, until=START.replace(day=3)).run()
    assert campaign.day == 3
    for wrong in (START.replace(year=2014), date(2030, 1, 1)):
        with pytest.raises(ValueError, match=r"until .* is not a day of the scenario"):
            sim.Campaign(SCENARIO, until=wrong)


def test_it_tells_who_holds_a_place(campaign):
    for row in SCENARIO.control:
        assert campaign.controller(row.place) == row.controller
    with pytest.raises(LookupError, match="unknown place"):
        campaign.controller("Nowhere")


def test_its_outcomes_and_its_record_can_be_asked_for_on_any_day(campaign):
    for day in (0, 1, 2):
        assert campaign.day == day
        record = campaign.record()
        assert record.history.days == day
        assert record.unit_days["strength"].shape == (day, len(record.unit_names))
        assert set(campaign.outcomes()) == {row.id for row in SCENARIO.outcomes} or day == 0
        campaign.step()


def test_the_territory_is_a_property_layer_of_holders(campaign):
    layer = campaign.territory_layer()
    assert layer.data.size > 0
    assert set(np.unique(layer.data)) <= set(range(-2, len(SCENARIO.factions)))


def test_mesas_own_generator_is_never_drawn_from(campaign):
    before = campaign.rng.bit_generator.state, campaign.random.getstate()
    campaign.run()
    assert (campaign.rng.bit_generator.state, campaign.random.getstate()) == before


def test_parameters_are_those_given():
    campaign = sim.Campaign(SCENARIO, parameters={"combat.killed_share": 0.9})
    assert campaign.simulation.setting.parameters.table()["combat.killed_share"].tolist() == [0.9]
    with pytest.raises(ValueError, match=r"parameter 'combat.kiled_share' is unknown; did you"):
        sim.Campaign(SCENARIO, parameters={"combat.kiled_share": 0.9})


def test_a_scenario_is_taken_by_name_and_from_a_folder(tmp_path):
    folder = write_two_towns(tmp_path / "two-towns")
    with pytest.raises(ScenarioError, match="measure"):
        sim.Campaign(folder)  # its outcome asks for a measure that there is not
    (folder / "outcomes.toml").unlink()
    assert sim.Campaign(folder).simulation.setting.scenario.name == "two-towns"
    assert sim.Campaign("hasakeh-2015").simulation.setting.scenario.name == "hasakeh-2015"


# Mesa's traps.


def test_campaigns_that_are_forgotten_leave_nothing_behind():
    campaigns = [sim.Campaign(SCENARIO, replicate=number) for number in range(12)]
    for campaign in campaigns:
        campaign.step()
    remembered = [weakref.ref(campaign) for campaign in campaigns]
    agents = [weakref.ref(agent) for campaign in campaigns for agent in campaign.agents]
    arrays = [weakref.ref(campaign.simulation.state.strength) for campaign in campaigns]
    del campaign, campaigns
    gc.collect()
    assert not any(each() is not None for each in remembered)
    assert not any(each() is not None for each in agents + arrays)


def test_mesa_has_nothing_to_warn_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        campaign = sim.Campaign(SCENARIO, seed=5).run()
        campaign.agents.groupby("faction").count()
        campaign.territory_layer()
