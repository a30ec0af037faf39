"""What terror, fights, truces and agreements do to people, fighters and civilians."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.scenario import Scenario
from tests.mechanisms import corners
from tests.mechanisms.pairs import Run, assert_higher, assert_lower, with_values

IS, GOVERNMENT, YPG = "islamic_state", "government", "ypg"


@cache
def peopled() -> Scenario:
    """The siege with people in the city, and an attacker who is feared as in the campaign."""
    short = corners.shortened(corners.siege(), "2015-07-15")
    simulated = Scenario.from_resolved(short.resolved() | {"civilians": {"simulate": True}})
    return with_values(simulated, {f"{IS}.terror": 0.6})


@pytest.fixture(scope="module")
def people() -> Run:
    return Run(peopled())


# Nerve.


def test_a_feared_attacker_takes_more(siege):
    feared = Run(with_values(corners.siege(), {f"{IS}.terror": 0.6}))
    assert_lower(siege.days_held(IS), feared.days_held(IS))
    assert_higher(siege.days_held(GOVERNMENT), feared.days_held(GOVERNMENT))


def test_the_overlay_without_terror_costs_islamic_state_ground(north):
    run = Run(corners.north("no-terror"))
    assert_lower(run.days_held(IS), north.days_held(IS))
    assert_higher(run.days_held(YPG), north.days_held(YPG))


# Flight.


@pytest.mark.parametrize(
    "reason", ["flight_from_terror", "flight_beside_fight", "flight_where_struck"]
)
def test_without_a_reason_to_flee_fewer_are_displaced_and_the_fights_stay_as_they_were(
    people, reason
):
    run = Run(with_values(peopled(), {f"civilians.{reason}": 0}))
    assert_lower(run.of_people("displaced"), people.of_people("displaced"))
    assert np.array_equal(run.history.strength, people.history.strength)


def test_where_nobody_comes_home_more_stay_away(people):
    run = Run(with_values(peopled(), {"civilians.return_share_per_day": 0}))
    assert_higher(run.of_people("displaced"), people.of_people("displaced"))


# Policies.


def test_a_truce_saves_fighters_and_homes_and_towns_stay_with_their_holders():
    base, truce = (
        Run(corners.west(name, "2015-03-25", "2015-05-20")) for name in ("campaign-2015", "truce")
    )
    for faction in (GOVERNMENT, "rebels", "nusra"):
        assert_lower(truce.count("killed", faction), base.count("killed", faction))
    assert_lower(truce.of_people("displaced"), base.of_people("displaced"))
    assert_lower(truce.of_people("in_need"), base.of_people("in_need"))
    assert_higher(truce.days_held(GOVERNMENT), base.days_held(GOVERNMENT))


def test_an_access_agreement_reaches_more_of_the_same_people_in_need():
    base, agreed = (
        Run(corners.west(name, "2015-06-20", "2015-07-20"))
        for name in ("campaign-2015", "access-agreement")
    )
    assert_higher(agreed.of_people("reached"), base.of_people("reached"))
    assert np.array_equal(agreed.history.in_need, base.history.in_need)
    assert np.array_equal(agreed.history.controller, base.history.controller)
