"""Losses split into dead and wounded; children and leaders among the dead; recovery."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.casualties import (
    inflict,
    kill,
    kill_leaders,
    recover_wounded,
    remove_fighters,
    retire_destroyed,
)
from tests.situations import Situation, scenario_with

REPLICATES = 2000


def situation(
    strength=200, replicates=REPLICATES, children=0, leaders=3, headquarters=False, values=None
) -> Situation:
    s = Situation(
        scenario_with(
            {"A": "red", "B": "blue"},
            [("A", "B", 10)],
            [
                (
                    *("r", "reds", "A", strength),
                    {"leaders": leaders, "headquarters": headquarters},
                ),
                ("b", "blues", "B", 100),
            ],
            values=values or {},
        ),
        replicates,
    )
    s.set("r", children=children)
    return s


def flat(s: Situation, unit: str = "r") -> np.ndarray:
    """Flat indices of a unit in all replicates."""
    replicates, units = s.state.strength.shape
    return np.arange(replicates) * units + s.unit(unit)


def hit(s: Situation, losses: int, killed_share: float = 0.25, cause: str = "test") -> None:
    unit = flat(s)
    number, share = np.full(len(unit), losses), np.full(len(unit), killed_share)
    inflict(s.state, s.setting, unit, number, share, cause)


def test_losses_are_dead_or_wounded():
    s = situation()
    hit(s, 40)
    dead, wounded = s.ledger("killed", "red"), s.ledger("wounded", "red")
    assert (dead + wounded == 40).all()
    assert dead.mean() == pytest.approx(10, abs=4 * np.sqrt(7.5 / REPLICATES))
    assert (s.of("r", "strength") == 160).all()
    assert (s.of("r", "wounded") == wounded).all()
    assert (s.tally("killed", "red", "A") == dead).all()


@pytest.mark.parametrize(("share", "column"), [(1.0, "killed"), (0.0, "wounded")])
def test_a_share_of_one_or_none_leaves_no_chance(share, column):
    s = situation(replicates=20)
    hit(s, 40, share)
    assert (s.ledger(column, "red") == 40).all()


def test_children_die_in_proportion_to_their_number():
    s = situation(children=50)
    hit(s, 40, 1.0)
    dead = s.tally("children_killed", "red", "A")
    assert dead.mean() == pytest.approx(10, abs=0.3)
    assert (s.of("r", "children") == 50 - dead).all()


@settings(max_examples=60)
@given(
    st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.floats(0, 1), st.integers(0, 5)
)
def test_nothing_goes_below_zero_and_children_stay_among_the_fit(
    strength, children, losses, share, leaders
):
    s = SMALL
    s.set("r", strength=strength, children=min(children, strength), leaders=leaders, wounded=0)
    for _ in range(2):
        hit(s, min(losses, int(s.of("r", "strength").min())), share)
        for name in ("strength", "wounded", "children", "leaders"):
            assert (s.of("r", name) >= 0).all()
        assert (s.of("r", "children") <= s.of("r", "strength")).all()
    assert (s.of("r", "strength") + s.of("r", "wounded") <= strength).all()


SMALL = situation(strength=60, replicates=5)


def test_all_children_die_when_all_die():
    s = situation(strength=30, children=20, replicates=20)
    hit(s, 30, 1.0)
    assert (s.tally("children_killed", "red", "A") == 20).all()
    assert (s.of("r", "children") == 0).all()


def test_leaders_run_their_own_risk():
    s = situation(leaders=4, values={"any_kind.leader_exposure": 1.5})
    hit(s, 40, 1.0)
    fell = s.tally("leaders_killed", "red", "A")
    assert fell.mean() == pytest.approx(4 * 1.5 * 0.2, abs=4 * np.sqrt(0.84 / REPLICATES))
    assert (s.of("r", "leaders") == 4 - fell).all()
    assert (s.of("r", "leader_lost") == (fell > 0)).all()
    assert not s.tally("headquarters_killed", "red", "A").any()


def test_the_leader_of_a_headquarters_is_counted_apart():
    s = situation(leaders=4, headquarters=True)
    hit(s, 100, 1.0)
    fell = s.tally("headquarters_killed", "red", "A")
    assert fell.any()
    assert (fell == s.tally("leaders_killed", "red", "A")).all()


def test_two_causes_on_a_day_do_not_share_their_luck():
    first, second = situation(), situation()
    hit(first, 40, 0.5, "combat")
    hit(second, 40, 0.5, "air")
    dead = [s.ledger("killed", "red") for s in (first, second)]
    assert abs(np.corrcoef(dead)[0, 1]) < 0.1


def test_the_wounded_leave_treatment_and_some_of_them_fight_again():
    values = {"any_kind.recovery_days": 10.0, "any_kind.recovered_share": 0.4}
    s = situation(strength=100, values=values)
    s.set("r", wounded=100)
    recover_wounded(s.state, s.setting)
    back, invalided = s.ledger("recovered", "red"), s.ledger("invalided", "red")
    assert (s.of("r", "wounded") == 100 - back - invalided).all()
    assert (s.of("r", "strength") == 100 + back).all()
    assert back.mean() == pytest.approx(4, abs=0.2)
    assert invalided.mean() == pytest.approx(6, abs=0.25)


def test_a_leader_who_is_killed_is_one_of_the_fighters():
    s = situation(strength=30, replicates=2)
    s.set("r", leaders=3)
    s.state.leaders[1] = 0
    kill_leaders(s.state, s.setting, flat(s))
    assert s.of("r", "strength").tolist() == [29, 30]
    assert s.of("r", "leaders").tolist() == [2, 0]
    assert s.of("r", "leader_lost").tolist() == [True, False]
    assert s.ledger("killed", "red").tolist() == [1, 0]
    for name in ("killed", "leaders_killed"):
        assert s.state.tally[name].sum(axis=(1, 2)).tolist() == [1, 0]


def test_children_leave_with_the_others_in_proportion():
    s = situation(strength=100, children=20, replicates=1)
    remove_fighters(s.state, s.setting, flat(s), np.array([50]), "departed")
    assert (s.of("r", "strength")[0], s.of("r", "children")[0]) == (50, 10)
    assert s.ledger("departed", "red")[0] == 50
    remove_fighters(s.state, s.setting, flat(s), np.array([50]), "captured")
    assert (s.of("r", "strength")[0], s.of("r", "children")[0]) == (0, 0)


def test_a_unit_that_has_nobody_left_leaves_the_theatre():
    s = situation(strength=30, replicates=2)
    kill(s.state, s.setting, flat(s)[:1], np.array([30]), "test")
    retire_destroyed(s.state)
    assert s.of("r", "active").tolist() == [False, True]
    assert s.of("r", "leaders").tolist() == [0, 3]


def test_a_unit_with_wounded_is_not_gone_yet():
    s = situation(strength=30, replicates=1)
    hit(s, 30, 0.0)
    retire_destroyed(s.state)
    assert s.of("r", "active")[0]
    assert not s.state.standing[0, s.unit("r")]
