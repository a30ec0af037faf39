"""What bombs and strikes from the air do."""

from __future__ import annotations

import numpy as np

from tests.mechanisms import corners
from tests.mechanisms.pairs import (
    Run,
    assert_higher,
    assert_lower,
    with_rows,
    with_values,
    without_rows,
)

IS, GOVERNMENT, YPG = "islamic_state", "government", "ypg"


def without_wing(scenario, wing):
    return without_rows(scenario, "air", lambda row: row["id"] == wing)


def with_coalition(scenario, **columns):
    content = scenario.resolved()
    air = [dict(row) | (columns if row["id"] == "coalition-air" else {}) for row in content["air"]]
    return type(scenario).from_resolved(content | {"air": air})


def test_without_car_bombs_defenders_lose_fewer_and_the_attacker_takes_less(siege):
    none = {f"{IS}.car_bombs_at_start": 0, f"{IS}.car_bombs_built_per_day": 0}
    run = Run(with_values(corners.siege(), none))
    assert siege.count("car_bombs", IS).mean() > 10
    assert not run.count("car_bombs", IS).any()
    assert_lower(run.count("killed", GOVERNMENT), siege.count("killed", GOVERNMENT))
    assert_lower(run.count("killed", YPG), siege.count("killed", YPG))
    assert_lower(run.days_held(IS), siege.days_held(IS))


def test_without_bombers_on_foot_defenders_lose_fewer(siege):
    run = Run(with_values(corners.siege(), {f"{IS}.foot_bombers_per_assault": 0}))
    assert siege.count("foot_bombers", IS).mean() > 3
    dead = [each.count("killed", GOVERNMENT, YPG) for each in (run, siege)]
    assert_lower(*dead)


def test_the_overlay_without_car_bombs_leaves_the_campaign_to_their_enemies(north):
    run = Run(corners.north("no-car-bombs"))
    assert_lower(run.count("killed", YPG, "fsa"), north.count("killed", YPG, "fsa"))
    assert_lower(run.days_held(IS), north.days_held(IS))


def test_without_the_coalition_over_hasakeh_the_attacker_loses_fewer_and_holds_more(siege):
    run = Run(without_wing(corners.siege(), "coalition-air"))
    assert_lower(run.count("killed", IS), siege.count("killed", IS))
    assert_higher(run.days_held(IS), siege.days_held(IS))
    assert_lower(run.days_held(YPG), siege.days_held(YPG))


def test_without_its_air_force_the_army_kills_fewer_of_the_attackers(siege):
    run = Run(without_wing(corners.siege(), "government-air-force"))
    assert_lower(run.count("killed", IS), siege.count("killed", IS))
    assert_lower(run.count("leaders_killed", IS), siege.count("leaders_killed", IS))


def test_without_coalition_strikes_islamic_state_is_not_contained_in_the_north(north):
    run = Run(corners.north("no-coalition-air"))
    assert_higher(run.days_held(IS), north.days_held(IS))
    assert_higher(run.days_held(IS, corners.KOBANE), north.days_held(IS, corners.KOBANE))
    assert_lower(run.count("killed", IS), north.count("killed", IS))
    assert_lower(run.count("leaders_killed", IS), north.count("leaders_killed", IS))


def test_without_deep_strikes_more_goods_come_in(north):
    run = Run(with_coalition(corners.north(), deep_share=0.0))
    assert_higher(run.supply_index(IS), north.supply_index(IS))


def test_strikes_on_workshops_that_are_found_leave_fewer_car_bombs(north):
    """Those built: those used, and those left over at the end beyond those at the start."""
    short = corners.shortened(corners.north(), "2015-02-28")
    values = {"air.workshop_found_per_day": 0.03, "air.workshop_days": 40.0}  # most of the priors
    found = with_values(short, values)
    hidden = with_values(short, {"air.workshop_found_per_day": 0.0})
    built = []
    for scenario in (hidden, found):
        run = Run(scenario)
        kind = list(scenario.kinds).index(IS)
        built.append(run.count("car_bombs", IS) + run.state.car_bombs[:, kind])
    assert_higher(*built)


def test_without_dynamic_strikes_fewer_headquarters_are_lost(north):
    run = Run(with_coalition(corners.north(), dynamic_share=0.0))
    lost = [each.count("headquarters_killed", IS) for each in (run, north)]
    assert_lower(*lost)
    assert_lower(run.count("killed", IS), north.count("killed", IS))


def test_strikes_that_spare_civilians_kill_fewer_of_them():
    scenario = corners.west("campaign-2015", "2015-03-25", "2015-04-25")
    base, other = Run(scenario), Run(with_rows(scenario, "air", collateral=0.0))
    dead = [each.history.civilians_killed.sum(axis=(0, 2)) for each in (other, base)]
    assert_lower(*dead)
    assert np.array_equal(base.history.killed, other.history.killed)
