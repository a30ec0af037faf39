"""Car bombs and bombers on foot: stock, those stopped, the dead, and the bombers themselves."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.bombs import explode
from tests.situations import Situation, scenario_with

REPLICATES = 4000
VALUES = {
    "bombs.car_bombs_stopped_share": 0.4,
    "bombs.car_bombs_killed": 4.0,
    "bombs.foot_bombers_stopped_share": 0.25,
    "bombs.foot_bombers_killed": 1.2,
    "bombs.wounded_per_killed": 2.5,
    "reds.car_bombs_at_start": 5.0,
    "reds.car_bombs_most": 8.0,
}


def situation(replicates=REPLICATES, values=None, blue=500, children=0) -> Situation:
    s = Situation(
        scenario_with(
            {"A": {"controller": "blue", "contested_by": "red"}, "B": "blue", "Home": "red"},
            [("A", "B", 1.0), ("A", "Home", 10.0)],
            [
                ("r", "reds", "A", 100),
                ("r2", "reds", "A", 100),
                ("b", "blues", "A", blue),
                ("behind", "blues", "B", 100),
                ("g", "greens", "A", 100),
            ],
            values=VALUES | (values or {}),
            supply=[{"faction": "red", "place": "Home"}],
        ),
        replicates,
    )
    s.set("r", children=children)
    return s


def stock(s: Situation) -> np.ndarray:
    return s.state.car_bombs[:, s.setting.kinds.index("reds")]


def test_a_bomb_uses_one_of_the_stock_and_its_driver():
    s = situation(20)
    s.order("r", car_bombs=2)
    explode(s.state, s.setting)
    assert (stock(s) == 3).all()
    assert (s.of("r", "strength") == 98).all()
    assert (s.ledger("killed", "red") == 2).all()
    assert (s.tally("car_bombs", "red", "A") == 2).all()


def test_a_bomber_on_foot_needs_no_stock():
    s = situation(20)
    s.order("r", foot_bombers=3)
    explode(s.state, s.setting)
    assert (stock(s) == 5).all()
    assert (s.of("r", "strength") == 97).all()
    assert (s.tally("foot_bombers", "red", "A") == 3).all()


def test_no_more_car_bombs_go_out_than_there_are():
    s = situation(20)
    s.order("r", car_bombs=3)
    s.order("r2", car_bombs=9)
    explode(s.state, s.setting)
    assert (stock(s) == 0).all()
    assert (s.of("r", "strength") == 97).all()
    assert (s.of("r2", "strength") == 98).all()
    s.order("r", car_bombs=3)
    explode(s.state, s.setting)
    assert (s.tally("car_bombs", "red", "A") == 5).all()


def test_no_more_bombers_go_out_than_there_are_fighters():
    s = situation(20)
    s.set("r", strength=2)
    s.order("r", foot_bombers=9)
    explode(s.state, s.setting)
    assert (s.of("r", "strength") == 0).all()
    assert (s.tally("foot_bombers", "red", "A") == 2).all()


def test_nothing_goes_off_where_no_enemy_stands():
    s = situation(20)
    s.set("b", strength=0)
    s.order("r", car_bombs=2, foot_bombers=2)
    explode(s.state, s.setting)
    assert (stock(s) == 5).all()
    assert not s.ledger("killed", "red").any()


@pytest.mark.parametrize(
    ("weapon", "number", "through", "dead"),
    [("car_bombs", 1, 0.6, 4.0), ("car_bombs", 4, 0.6, 4.0), ("foot_bombers", 4, 0.75, 1.2)],
)
def test_some_are_stopped_and_the_others_kill_their_mean_number(weapon, number, through, dead):
    s = situation()
    s.order("r", **{weapon: number})
    explode(s.state, s.setting)
    killed = s.ledger("killed", "blue")
    standard_error = killed.std() / np.sqrt(REPLICATES)
    expected = number * through * dead
    # The mean is a little less where a large blast meets few fighters; here it hardly shows.
    assert killed.mean() == pytest.approx(expected, abs=4 * standard_error + 0.03 * expected)
    wounded = s.ledger("wounded", "blue").mean()
    assert wounded / killed.mean() == pytest.approx(2.5, rel=0.1)


def test_the_share_that_is_stopped():
    """Of single car bombs, those that are stopped surprise nobody."""
    s = situation()
    s.order("r", car_bombs=1)
    explode(s.state, s.setting)
    assert s.of("b", "surprised").mean() == pytest.approx(0.6, abs=0.03)
    for stopped, surprised in ((0.0, True), (1.0, False)):
        s = situation(50, {"bombs.car_bombs_stopped_share": stopped})
        s.order("r", car_bombs=1)
        explode(s.state, s.setting)
        assert (s.of("b", "surprised") == surprised).all()


def test_the_dead_of_a_bomb_are_spread_as_a_negative_binomial_law():
    s = situation(values={"bombs.car_bombs_stopped_share": 0.0}, blue=5000)
    s.order("r", car_bombs=1)
    explode(s.state, s.setting)
    killed = s.ledger("killed", "blue")
    # Variance of mean 4, k 0.5: 36; drawing the dead of the blast one by one adds about 4.
    assert killed.mean() == pytest.approx(4.0, abs=4 * killed.std() / np.sqrt(REPLICATES))
    assert 30 < killed.var() < 52
    assert np.mean(killed == 0) > 0.3


def test_only_enemies_in_the_place_are_hit():
    s = situation(500)
    s.order("r", car_bombs=5)
    explode(s.state, s.setting)
    assert (s.of("behind", "strength") == 100).all()
    assert (s.of("g", "strength") == 100).all()
    assert (s.of("r2", "strength") == 100).all()
    assert not s.of("g", "surprised").any()


def test_children_carry_bombs_first_as_often_as_the_kind_lets_them():
    for share in (0.0, 0.5, 1.0):
        s = situation(2000, {"reds.child_bomber_share": share}, children=50)
        s.order("r", foot_bombers=4)
        explode(s.state, s.setting)
        died = s.tally("children_killed", "red", "A")
        assert died.mean() == pytest.approx(4 * share, abs=0.1)
        assert (s.of("r", "children") == 50 - died).all()


def test_only_as_many_children_die_as_there_are():
    s = situation(200, {"reds.child_bomber_share": 1.0}, children=2)
    s.order("r", foot_bombers=4)
    explode(s.state, s.setting)
    assert (s.tally("children_killed", "red", "A") == 2).all()


def test_children_die_when_nobody_else_is_left():
    s = situation(20, {"reds.child_bomber_share": 0.0})
    s.set("r", strength=3, children=3)
    s.order("r", foot_bombers=2)
    explode(s.state, s.setting)
    assert (s.tally("children_killed", "red", "A") == 2).all()
    assert (s.of("r", "children") == 1).all()


def test_a_bomb_against_few_kills_no_more_than_stand_there():
    s = situation(500, {"bombs.car_bombs_stopped_share": 0.0}, blue=3)
    s.order("r", car_bombs=5)
    explode(s.state, s.setting)
    assert (s.ledger("killed", "blue") + s.ledger("wounded", "blue") <= 3).all()
