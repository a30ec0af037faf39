"""The engine and the plain oracle agree on every array after every day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from sim.engine.simulation import Simulation
from sim.engine.sources import load_checked
from sim.scenario import Scenario
from sim.state.parameters import draw_from_priors
from tests.oracle.abandoned_town import abandoned_town, town_given_up
from tests.oracle.compare import assert_agrees
from tests.oracle.day import new_world, run_oracle, simulate_day
from tests.random_scenarios import random_scenario

SIEGE_DAYS = 45
RANDOM_SCENARIOS = 30

# What the cases below bring about together; each word is counted by the rule that it stands for.
MECHANISMS = {
    "air strike",
    "ally in need",
    "assault begun",
    "assault called off in the enemy's place",
    "attack called off for a truce",
    "attack launched",
    "bomber stopped",
    "break-out",
    "car_bombs",
    "child killed",
    "city entered anew",
    "civilian killed by a strike",
    "crossing shut",
    "depot lost",
    "engagement began",
    "faced terror",
    "fell back",
    "fighters came back",
    "fire across the contact line",
    "fire suppressed",
    "foot_bombers",
    "formation waits",
    "fought side by side",
    "fought without command",
    "gap in command",
    "garrison for a place left by others",
    "given up place found empty",
    "goods bought with oil",
    "goods issued",
    "goods rationed",
    "guests fled on",
    "infiltration",
    "leader killed",
    "leader killed by a strike",
    "leader of the headquarters killed",
    "left a place given up",
    "line cut",
    "long retreat",
    "losses replaced",
    "looked ahead",
    "more children among recruits",
    "mustered",
    "nowhere to fall back to",
    "operation cancelled",
    "operation done",
    "operation failed",
    "people came home",
    "people fled",
    "people in need reached",
    "place captured",
    "place left empty by order",
    "places given up",
    "reason to break: depleted",
    "reason to break: flank_lost",
    "reason to break: leader_lost",
    "reason to break: no_reserve",
    "reason to break: no_supply",
    "reason to break: surprised",
    "reason to break: surrounded",
    "relief launched",
    "rested under command",
    "ring planned",
    "route opened or closed",
    "slipped out",
    "slipping unit seen",
    "slipping unit unseen",
    "stance changed",
    "strike beyond the map",
    "strike on a headquarters",
    "strike on a unit on the march",
    "strike on a workshop",
    "strike on goods",
    "strikes given for the date",
    "successor took over",
    "truce begun",
    "truce ended",
    "unit broke",
    "unit destroyed",
    "unit gave up",
    "unit raised",
    "unit retreated",
    "unit scattered",
    "unit surprised",
    "unit without supply",
    "void filled",
    "went on withdrawing",
    "workshop lost",
}


def compare(
    scenario: Scenario,
    seed: int,
    replicate: int,
    days: int | None = None,
    parameters: dict[str, np.ndarray] | None = None,
) -> Counter[str]:
    """Run both, day by day; the engine carries another replicate along, ahead of this one.

    ``parameters`` holds a value for each of the two. Returns what happened.
    """
    engine = Simulation(
        scenario, seed=seed, replicates=[replicate + 1, replicate], parameters=parameters
    )
    own = {name: float(values[1]) for name, values in (parameters or {}).items()}
    world = new_world(scenario, seed, replicate, own)
    for _ in range(engine.days if days is None else days):
        engine.step()
        simulate_day(world)
        assert_agrees(world, engine.state, row=1)
    return world.happened


def siege(seed: int) -> Counter[str]:
    return compare(load_checked("hasakeh-2015"), seed, 0, SIEGE_DAYS)


def siege_with_drawn_parameters(replicate: int) -> Counter[str]:
    hasakeh = load_checked("hasakeh-2015")
    drawn = draw_from_priors(hasakeh, seed=1, replicates=[replicate + 1, replicate])
    return compare(hasakeh, 1, replicate, SIEGE_DAYS, drawn)


CASES: dict[str, Callable[[], Counter[str]]] = {
    "siege, seed 1": lambda: siege(1),
    "siege, seed 2": lambda: siege(2),
    "siege, parameters drawn": lambda: siege_with_drawn_parameters(4),
    "abandoned town": lambda: compare(abandoned_town(), 1, 0),
    "town given up": lambda: compare(town_given_up(), 1, 0),
    "the army leaves": lambda: compare(load_checked("army-withdraws"), 1, 0, 12),
}


@cache
def happened_in(case: str) -> Counter[str]:
    """Run a case, once; return what happened in it."""
    return CASES[case]()


@cache
def happened_at_random(number: int) -> Counter[str]:
    """Run a random scenario, once; return what happened in it."""
    return compare(random_scenario(number), seed=number, replicate=381)


@pytest.mark.parametrize("case", CASES)
def test_engine_and_oracle_agree_on_every_array_after_every_day(case):
    happened_in(case)


@pytest.mark.parametrize("number", range(RANDOM_SCENARIOS))
def test_they_agree_on_random_scenarios(number):
    happened_at_random(number)


def test_every_mechanism_is_at_work_somewhere_in_these_runs():
    happened = sum((happened_in(case) for case in CASES), Counter())
    happened += sum((happened_at_random(number) for number in range(RANDOM_SCENARIOS)), Counter())
    assert set(happened) == MECHANISMS


def test_a_difference_is_told_by_array_place_and_values(hasakeh):
    engine = Simulation(hasakeh, seed=1, replicates=[0])
    engine.step()
    world = run_oracle(hasakeh, seed=1, replicate=0, days=1)
    world.units[3].strength += 1
    with pytest.raises(AssertionError, match=r"after day 0: strength\[3\] oracle"):
        assert_agrees(world, engine.state, row=0)
