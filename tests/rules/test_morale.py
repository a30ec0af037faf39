"""Units break by a hazard; then they retreat, give up, slip away or scatter."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.morale import break_units
from sim.state.state import BREAK_OUT, FULL, NEVER, WITHDRAW
from tests.situations import Situation, scenario_with

REPLICATES = 3000
WEIGHTS = {
    "base": 0.4,
    "flank_lost": 0.3,
    "surrounded": 0.6,
    "surprised": 0.35,
    "leader_lost": 0.45,
    "no_supply": 0.5,
    "no_reserve": 0.25,
    "depleted": 0.8,
}
VALUES = {f"morale.weight_{name}": value for name, value in WEIGHTS.items()} | {
    "any_kind.break_hazard_per_day": 0.6,
    "morale.odds_exponent": 0.5,
    "morale.stronghold_factor": 0.5,
    "any_kind.slip_out_per_day": 0.0,
    "any_kind.dissolves_below_fighters": 8.0,
}


def situation(values=None, replicates=REPLICATES, holders=None, stronghold=False, units=(), **more):
    """Red holds A against blue; a reserve stands beside it, refuges lie near and far."""
    places = {
        "A": {"controller": "red", "contested_by": "blue", "stronghold": stronghold},
        "Reserve": "red",
        "Near": "red",
        "Far": "red",
        "Blue home": "blue",
    } | (holders or {})
    roads = [("A", "Reserve", 2.0), ("A", "Near", 10.0), ("A", "Far", 25.0)]
    roads += [("A", "Blue home", 2.4)]
    units = [
        ("r", "reds", "A", 100, {"static": True}),
        ("reserve", "reds", "Reserve", 50),
        ("b", "blues", "A", 100),
        ("raiders", "blues", "Blue home", 5),
        *units,
    ]
    more.setdefault("supply", [{"faction": "red", "place": "Far"}])
    return Situation(
        scenario_with(places, roads, units, values=VALUES | (values or {}), **more), replicates
    )


def broken(s: Situation, unit: str = "r") -> np.ndarray:
    return s.of(unit, "broken_until") != NEVER


def frequency(s: Situation) -> float:
    break_units(s.state, s.setting)
    return float(broken(s).mean())


def expected(*reasons: str, factor: float = 1.0, extra: float = 0.0) -> float:
    total = WEIGHTS["base"] + sum(WEIGHTS[name] for name in reasons) + extra
    return 1.0 - float(np.exp(-0.6 * total * factor))


def close_to(value: float):
    return pytest.approx(value, abs=4 * 0.5 / np.sqrt(REPLICATES))


def test_a_unit_in_a_fight_breaks_at_the_basic_rate():
    assert frequency(situation()) == close_to(expected())


def test_a_unit_that_meets_no_enemy_does_not_break():
    s = situation(replicates=50)
    s.set("b", strength=0)
    assert frequency(s) == 0
    assert not broken(s, "reserve").any()


def lose_a_flank(s: Situation) -> None:
    s.hold("Reserve", "blue")
    s.state.changed_day[:, s.place("Reserve")] = s.state.day
    s.move("reserve", "Near")  # out of contact reach: so the reserve is gone as well


REASONS = {
    "surprised": (lambda s: s.set("r", surprised=True), ("surprised",)),
    "leader lost": (lambda s: s.set("r", leader_lost=True), ("leader_lost",)),
    "no supply": (lambda s: s.set("r", supply=0), ("no_supply",)),
    "no reserve": (lambda s: s.set("reserve", strength=0), ("no_reserve",)),
    "flank lost": (lose_a_flank, ("flank_lost", "no_reserve")),
}


@pytest.mark.parametrize(("change", "reasons"), REASONS.values(), ids=REASONS)
def test_each_reason_raises_the_frequency_by_its_weight(change, reasons):
    s = situation()
    change(s)
    assert frequency(s) == close_to(expected(*reasons))
    assert expected(*reasons) > expected() + 0.04


def test_a_surrounded_unit_breaks_more_often():
    everywhere = dict.fromkeys(("Reserve", "Near", "Far"), "blue")
    s = situation()
    for place, holder in everywhere.items():
        s.hold(place, holder)
    s.set("reserve", strength=0)
    assert frequency(s) == close_to(expected("surrounded", "no_reserve"))


def test_a_depleted_unit_breaks_more_often():
    s = situation()
    s.set("r", peak=200)
    assert frequency(s) == close_to(expected(extra=0.5 * WEIGHTS["depleted"]))


def test_all_reasons_add_up():
    s = situation()
    for change in ("surprised", "leader lost", "no supply", "flank lost"):
        REASONS[change][0](s)
    names = ("surprised", "leader_lost", "no_supply", "flank_lost", "no_reserve")
    assert frequency(s) == close_to(expected(*names))


@pytest.mark.parametrize(("enemies", "factor"), [(400, 2.0), (25, 0.5)])
def test_the_odds_count_by_their_power(enemies, factor):
    s = situation()
    s.set("b", strength=enemies)
    assert frequency(s) == close_to(expected(factor=factor))


def test_allies_in_the_place_count_as_friends():
    ally = ("ally", "greens", "A", 300)
    for allied, odds in (([("red", "green")], 1.0), ([], 4.0)):
        s = situation(allied=allied, units=[ally])
        s.set("b", strength=400)
        assert frequency(s) == close_to(expected(factor=odds**0.5))


def test_a_stronghold_steadies_those_who_hold_it():
    s = situation(stronghold=True)
    assert frequency(s) == close_to(expected(factor=0.5))
    s = situation(stronghold=True)
    break_units(s.state, s.setting)
    assert broken(s, "b").mean() > 1.3 * broken(s).mean()


# What a broken unit does.

SURE = {"any_kind.break_hazard_per_day": 100.0}


def test_a_feared_enemy_breaks_units_more_often():
    assert frequency(situation({"blues.terror": 1.5})) == close_to(expected(factor=2.5))


def test_terror_does_not_frighten_those_who_spread_it():
    assert frequency(situation({"reds.terror": 1.5})) == close_to(expected())


def test_fear_is_the_mean_over_the_enemies_in_the_place():
    """One in four of them is feared; those beside the place do not count."""
    kinds = {
        "reds": ("red", "militia"),
        "blues": ("blue", "militia"),
        "dreads": ("blue", "militia"),
    }
    units = [("d", "dreads", "A", 100), ("d2", "dreads", "Blue home", 500)]
    s = situation({"dreads.terror": 2.0}, units=units, kinds=kinds)
    s.set("b", strength=300)
    s.set("r", strength=400, peak=400)
    assert frequency(s) == close_to(expected(factor=1.5))


def test_a_broken_unit_retreats_to_the_nearest_safe_neighbour():
    s = situation(SURE, 1)
    s.set("b", strength=90)
    break_units(s.state, s.setting)
    assert s.where("r") == "Reserve"
    assert s.of("r", "next_place")[0] == -1
    assert s.of("r", "posture")[0] == WITHDRAW


@pytest.mark.parametrize("threat", ["enemy fighters", "enemy control", "neutral control"])
def test_it_does_not_retreat_into_danger(threat):
    s = situation(SURE, 1)
    if threat == "enemy fighters":
        s.set("reserve", strength=0)
        s.move("raiders", "Reserve")
    else:
        s.hold("Reserve", "blue" if threat == "enemy control" else "green")
    break_units(s.state, s.setting)
    assert s.where("r") == "Near"


def test_a_refuge_beyond_a_days_march_is_reached_by_the_road():
    s = situation(SURE | {"any_kind.march_km_per_day": 5.0}, 1)
    s.hold("Reserve", "blue")
    break_units(s.state, s.setting)
    assert s.where("r") == "A"
    assert s.of("r", "next_place")[0] == s.place("Near")
    assert s.of("r", "road_left_m")[0] == 10_000


def test_a_broken_unit_leaves_its_group_loses_readiness_and_needs_rest():
    s = situation(SURE | {"any_kind.recovery_from_break_days": 4.0}, 1)
    s.set("r", operation=2)
    break_units(s.state, s.setting)
    seen = {name: int(s.of("r", name)[0]) for name in ("operation", "readiness", "broken_until")}
    assert seen == {"operation": -1, "readiness": 500, "broken_until": 4}


def cornered(share: float, replicates: int = 1000, values=None) -> Situation:
    s = situation(SURE | {"any_kind.captured_when_cornered": share} | (values or {}), replicates)
    for place in ("Reserve", "Near", "Far"):
        s.hold(place, "blue")
    s.set("reserve", strength=0)
    return s


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_a_cornered_unit_gives_up_in_part_and_the_rest_fight_on(share):
    s = cornered(share)
    break_units(s.state, s.setting)
    captured = s.ledger("captured", "red")
    assert captured.mean() == pytest.approx(100 * share, abs=0.6)
    assert (s.of("r", "strength") == 100 - captured).all()
    assert (s.of("r", "place") == s.place("A")).all()
    assert s.state.active[:, s.unit("r")].all()


def test_the_defeated_attacker_goes_home():
    s = situation(SURE, 1)
    break_units(s.state, s.setting)
    assert s.where("b") == "Blue home"


# Slipping out, and scattering.


def trapped(values=None, replicates=1000) -> Situation:
    s = cornered(
        0.0, replicates, {"any_kind.break_hazard_per_day": 0.0, "any_kind.slip_out_per_day": 0.1}
    )
    s.set("r", supply=FULL - 1)
    return s


def test_fighters_slip_out_of_a_place_from_which_no_road_leads():
    s = trapped()
    break_units(s.state, s.setting)
    gone = s.ledger("departed", "red")
    assert gone.mean() == pytest.approx(10, abs=4 * np.sqrt(9 / 1000))
    assert (s.state.away[:, s.setting.kinds.index("reds")] == gone).all()
    assert (s.of("r", "strength") == 100 - gone).all()


@pytest.mark.parametrize("why", ["a friendly neighbour", "goods", "a full stock", "breaking out"])
def test_nobody_slips_out_who_has(why):
    s = trapped(replicates=20)
    if why == "a friendly neighbour":
        s.hold("Far", "red")
    elif why == "goods":
        s.state.supplied[:, s.faction("red"), s.place("A")] = True
    elif why == "a full stock":
        s.set("r", supply=FULL)
    else:
        s.set("r", posture=BREAK_OUT)
    break_units(s.state, s.setting)
    assert not s.ledger("departed", "red").any()


@pytest.mark.parametrize(("strength", "scatters"), [(7, True), (8, False)])
def test_a_remnant_in_contact_scatters(strength, scatters):
    s = situation({"any_kind.break_hazard_per_day": 0.0}, 1)
    s.set("r", strength=strength)
    s.set("reserve", strength=3)
    break_units(s.state, s.setting)
    assert s.ledger("departed", "red")[0] == (strength if scatters else 0)
    assert s.of("reserve", "strength")[0] == 3  # it is not in contact


def test_the_wounded_of_a_remnant_are_left_behind_and_captured():
    s = situation({"any_kind.break_hazard_per_day": 0.0}, 1)
    s.set("r", strength=5, wounded=30)
    break_units(s.state, s.setting)
    assert s.ledger("captured", "red")[0] == 30
    assert s.of("r", "wounded")[0] == 0
