"""The engine and the plain oracle agree on civilians after every day."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim.engine.simulation import Simulation
from sim.engine.sources import load_checked
from sim.rules.aid import count_people_in_need
from sim.rules.civilians import move_civilians
from sim.scenario import Scenario
from sim.state.people import initial_people
from tests.oracle.civilians import Civilians, assert_people_agree
from tests.oracle.compare import assert_agrees
from tests.oracle.day import new_world, simulate_day
from tests.random_scenarios import random_scenario

VALUES = {"civilians.quiet_days": 2.0, "civilians.aid_every_days": 2.0}
HAPPENED = {"people fled", "guests fled on", "people came home", "people in need reached"}


def compare(scenario: Scenario, number: int, days: int | None = None) -> Counter[str]:
    """Run both day by day, with terror, an agreement and dead made up by the number."""
    engine = Simulation(scenario, seed=number, replicates=[9, 4], parameters=VALUES)
    world = new_world(scenario, number, 4, VALUES)
    people, civilians = initial_people(engine.setting), Civilians(world)
    luck = np.random.default_rng(number)
    factions, places = len(engine.setting.factions), engine.setting.theatre.P
    terror = luck.choice([0.0, 0.5, 2.0], (2, factions))
    agreement = luck.choice([0.0, 0.3, 1.0], 2)
    for _ in range(engine.days if days is None else days):
        engine.step()
        simulate_day(world)
        assert_agrees(world, engine.state, row=1)
        killed = luck.poisson(0.5, (2, places))
        # Civilians belong to the day that has just been simulated.
        engine.state.day -= 1
        world.day -= 1
        move_civilians(engine.state, engine.setting, people, terror=terror, killed=killed)
        civilians.move(terror[1].tolist(), killed[1].tolist())
        count_people_in_need(engine.state, engine.setting, people, access_agreement=agreement)
        civilians.count_in_need([float(agreement[1])] * factions)
        assert_people_agree(civilians, people, row=1)
        engine.state.day += 1
        world.day += 1
    return +world.happened


def peopled(number: int) -> Scenario:
    """Return a random scenario in which people live in most places."""
    luck = np.random.default_rng(number)
    content = random_scenario(number).resolved()
    # These people are made here, and nobody would tell them of new routes.
    content["events"] = [row for row in content["events"] if "route" not in row["event"]]
    for row in content["places"]:
        row["population"] = int(luck.choice([0, 500, 20_000]))
    return Scenario.from_resolved(content)


@pytest.mark.parametrize("number", range(8))
def test_they_agree_on_random_scenarios(number):
    compare(peopled(number), number)


def test_they_agree_on_a_siege_where_everything_happens():
    assert set(compare(load_checked("hasakeh-2015"), 3, 40)) >= HAPPENED
