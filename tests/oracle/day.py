"""The day: every rule once, in order (sim/engine/day), and a run of days."""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario import Scenario
from sim.state.setting import prepare
from sim.state.state import FULL
from tests.oracle.air import fade_memory_of_strikes, strike
from tests.oracle.arrivals import arrive, bring_formations
from tests.oracle.bombs import explode
from tests.oracle.casualties import recover_wounded, retire_destroyed
from tests.oracle.civilians import Civilians
from tests.oracle.combat import fight
from tests.oracle.command import hand_over_command
from tests.oracle.commanders import give_orders
from tests.oracle.control import clear_and_capture, note_withdrawals
from tests.oracle.depots import watch_lines
from tests.oracle.monitor import count_the_dead
from tests.oracle.morale import break_units, terror_of_factions
from tests.oracle.movement import march
from tests.oracle.policy import apply_events, open_and_close_routes
from tests.oracle.presence import refresh_roads
from tests.oracle.replacements import replace_losses
from tests.oracle.supply import supply_units
from tests.oracle.workshops import build_car_bombs
from tests.oracle.world import World


def new_world(
    scenario: Scenario, seed: int, replicate: int, parameters: Mapping[str, float] | None = None
) -> World:
    """Return one replicate of a scenario on the morning of its first day.

    The formations that are there from the start stand in their places.
    """
    setting = prepare(scenario, seed=seed, replicates=[replicate], parameters=parameters)
    world = World(setting)
    if scenario.civilians.simulate:
        world.people = Civilians(world)
    refresh_roads(world)
    world.begin_day()
    bring_formations(world)
    return world


def simulate_day(world: World) -> None:
    """Simulate a day and go on to the next."""
    open_and_close_routes(world)
    if world.day > 0:
        world.begin_day()
    apply_events(world)
    arrive(world)
    replace_losses(world)
    refresh_roads(world)
    give_orders(world)
    morning_place = [unit.place for unit in world.units]
    march(world)
    note_withdrawals(world, morning_place)
    strike(world)
    explode(world)
    fight(world)
    break_units(world)
    clear_and_capture(world)
    supply_units(world)
    watch_lines(world)
    if world.people is not None:
        world.people.move(terror_of_factions(world), world.civilians_killed)
        world.people.count_in_need([agreed / FULL for agreed in world.access_agreed])
    recover_wounded(world)
    build_car_bombs(world)
    fade_memory_of_strikes(world)
    hand_over_command(world)
    retire_destroyed(world)
    count_the_dead(world)
    world.day += 1


def run_oracle(
    scenario: Scenario,
    seed: int,
    replicate: int,
    parameters: Mapping[str, float] | None = None,
    days: int | None = None,
) -> World:
    """Run one replicate from the start, for all days of the scenario or for the first few."""
    world = new_world(scenario, seed, replicate, parameters)
    for _ in range(world.setting.days if days is None else days):
        simulate_day(world)
    return world
