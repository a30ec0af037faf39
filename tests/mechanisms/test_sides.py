"""Who fights whom, and who takes over what another leaves."""

from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.measures_campaign import days_fought, places_taken_over
from tests.mechanisms import corners
from tests.mechanisms.pairs import Run, assert_higher, assert_lower, with_values

IS, GOVERNMENT, YPG = "islamic_state", "government", "ypg"


@pytest.fixture(scope="module")
def army_withdraws() -> Run:
    return Run(corners.siege("army-withdraws"))


def taken_over(run: Run) -> np.ndarray:
    districts = [row.name for row in run.scenario.places if row.city]
    return places_taken_over(run.history, taker=YPG, loser=GOVERNMENT, places=districts).values


def test_with_the_ypg_out_of_it_the_siege_goes_worse_for_the_army(siege):
    run = Run(corners.siege("ypg-neutral"))
    assert siege.count("killed", YPG).mean() > 10
    assert not run.count("killed", YPG).any()
    assert_higher(run.days_held(IS), siege.days_held(IS))
    assert_higher(run.count("killed", GOVERNMENT), siege.count("killed", GOVERNMENT))
    assert_lower(run.days_held(GOVERNMENT), siege.days_held(GOVERNMENT))


def test_what_the_army_leaves_is_taken_over_without_a_fight(siege, army_withdraws):
    assert_higher(taken_over(army_withdraws), taken_over(siege))
    assert_higher(army_withdraws.days_held(YPG), siege.days_held(YPG))
    assert not days_fought(army_withdraws.history, first=GOVERNMENT, second=YPG).values.any()


def test_nobody_takes_over_from_the_army_where_nobody_fills_voids(army_withdraws):
    run = Run(with_values(corners.siege("army-withdraws"), {"ypg.fills_void": 0}))
    assert not taken_over(run).any()
    assert_lower(taken_over(run), taken_over(army_withdraws))
    assert_lower(run.days_held(YPG), army_withdraws.days_held(YPG))
    assert_higher(run.days_held(GOVERNMENT), army_withdraws.days_held(GOVERNMENT))
