"""The day: every rule once, in order."""

from __future__ import annotations

from collections.abc import Mapping

from sim.engine.orders import give_orders
from sim.forces.commander import Commander
from sim.observers.monitor import count_the_dead
from sim.rules.aid import count_people_in_need
from sim.rules.air_strikes import fade_memory_of_strikes, strike
from sim.rules.bombs import explode
from sim.rules.casualties import recover_wounded, retire_destroyed
from sim.rules.civilians import move_civilians
from sim.rules.combat import fight
from sim.rules.command import hand_over_command
from sim.rules.control import clear_and_capture, note_withdrawals
from sim.rules.lines import watch_lines
from sim.rules.morale import break_units
from sim.rules.movement import march
from sim.rules.policy import access_agreed, apply_events
from sim.rules.reinforcement import arrive
from sim.rules.replacements import replace_losses
from sim.rules.supply import supply_units
from sim.rules.terror import terror_of_factions
from sim.rules.workshops import build_car_bombs
from sim.state.presence import refresh_roads
from sim.state.setting import Setting
from sim.state.state import State, begin_day


def simulate_day(state: State, setting: Setting, commanders: Mapping[str, type[Commander]]) -> None:
    """Simulate the day ``state.day``, in place, and go on to the next.

    Dated events and arrivals come in the morning, before anyone decides. All sides act at once
    within a phase.
    """
    if state.day > 0:  # the first day was begun when the simulation was made
        begin_day(state, setting)
    apply_events(state, setting)
    arrive(state, setting)
    replace_losses(state, setting)
    refresh_roads(state, setting)
    give_orders(state, setting, commanders)
    morning_place = state.place.copy()
    march(state, setting)
    note_withdrawals(state, setting, morning_place)
    strike(state, setting)
    explode(state, setting)
    fight(state, setting)
    break_units(state, setting)
    clear_and_capture(state, setting)
    supply_units(state, setting)
    watch_lines(state, setting)
    if state.people is not None:
        terror, killed = setting.derived(terror_of_factions), state.civilians_killed
        move_civilians(state, setting, state.people, terror=terror, killed=killed)
        agreed = access_agreed(state)
        count_people_in_need(state, setting, state.people, access_agreement=agreed)
    recover_wounded(state, setting)
    build_car_bombs(state, setting)
    fade_memory_of_strikes(state, setting)
    hand_over_command(state, setting)
    retire_destroyed(state)
    count_the_dead(state, setting)
    state.day += 1
