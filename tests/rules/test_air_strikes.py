"""Air wings fly for those whom they support, against their own enemies."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.air_strikes import fade_memory_of_strikes, strike
from tests.situations import NO_NOISE, Situation, day, scenario_with

KINDS = {
    "reds": ("red", "militia"),
    "blues": ("blue", "militia"),
    "greens": ("green", "militia"),
    "fliers": ("coalition", "militia"),
}
WING = {"id": "wing", "faction": "coalition", "strikes_per_day": 5.0, "supports": "red"}
REPLICATES = 1000


def situation(wing=None, replicates=REPLICATES, values=None, hostile=None, wings=None, **more):
    """Red and blue meet at A; blue stands at Rear, close behind; green watches at C."""
    places = {
        "A": {"controller": "red", "contested_by": "blue"},
        "Rear": "blue",
        "C": "green",
        "Far": "blue",
    }
    s = Situation(
        scenario_with(
            places,
            [("A", "Rear", 1.0), ("A", "C", 1.0), ("Rear", "Far", 30.0)],
            [
                ("r", "reds", "A", 100),
                ("b", "blues", "A", 300),
                ("b2", "blues", "Rear", 200),
                ("g", "greens", "C", 100),
            ],
            kinds=KINDS,
            hostile=hostile or [("red", "blue"), ("coalition", "blue")],
            values=NO_NOISE | {"air.killed_per_strike": 1.0} | (values or {}),
            air=wings or [WING | (wing or {})],
            **more,
        ),
        replicates,
    )
    return s


def flown(s: Situation, *places: str) -> np.ndarray:
    """Strikes of all factions at some places, or everywhere, ``[R]``."""
    strikes = s.state.tally["air_strikes"].sum(axis=1)
    return strikes[:, [s.place(name) for name in places]].sum(axis=1) if places else strikes.sum(1)


def test_a_wing_flies_its_poisson_number_of_strikes_where_it_is_asked_for():
    s = situation()
    s.order("r", air_request=10)
    strike(s.state, s.setting)
    number = flown(s, "A")
    assert (flown(s) == number).all()
    assert number.mean() == pytest.approx(5, abs=4 * np.sqrt(5 / REPLICATES))
    assert number.var() == pytest.approx(5, rel=0.2)
    assert (s.state.tally["air_strikes"][:, s.faction("coalition")].sum(axis=1) == number).all()


def test_nothing_flies_without_a_request():
    s = situation()
    strike(s.state, s.setting)
    assert not flown(s).any()
    assert not s.ledger("killed", "blue").any()


def test_nothing_flies_for_those_whom_the_wing_does_not_support():
    s = situation()
    s.order("b", air_request=10)
    s.order("g", air_request=10)
    strike(s.state, s.setting)
    assert not flown(s).any()


def test_nothing_is_struck_but_enemies_of_the_wing():
    for hostile in ([("red", "blue")], [("red", "blue"), ("coalition", "green")]):
        s = situation(hostile=hostile)
        s.order("r", air_request=10)
        strike(s.state, s.setting)
        assert not s.ledger("killed", "blue").any()
        assert not s.ledger("killed", "red").any()


def test_friends_and_neutrals_in_the_place_are_not_hit():
    s = situation({"strikes_per_day": 30.0})
    s.move("g", "A")
    s.order("r", air_request=10)
    strike(s.state, s.setting)
    assert s.ledger("killed", "blue").mean() > 10
    for faction in ("red", "green"):
        assert not (s.ledger("killed", faction) + s.ledger("wounded", faction)).any()


def test_strikes_are_shared_in_proportion_to_what_is_asked():
    s = situation({"supports": "red+green", "strikes_per_day": 20.0})
    s.move("g", "Rear")
    s.order("r", air_request=30)
    s.order("g", air_request=10)
    strike(s.state, s.setting)
    share = flown(s, "A").sum() / flown(s).sum()
    assert share == pytest.approx(0.75, abs=0.02)


def test_a_request_beside_the_enemy_is_served_where_the_enemy_is():
    s = situation()
    s.set("b", strength=0)
    s.order("r", air_request=10)
    strike(s.state, s.setting)
    assert (flown(s, "Rear") == flown(s)).all()
    assert flown(s).any()
    s = situation()
    s.set("b", strength=0)
    s.set("b2", strength=0)
    s.order("r", air_request=10)
    strike(s.state, s.setting)
    assert not flown(s).any()


def test_a_wing_flies_between_its_dates():
    s = situation({"from": day(2), "until": day(3)}, 50)
    seen = []
    for s.state.day in range(6):
        s.state.tally["air_strikes"][:] = 0
        s.order("r", air_request=10)
        strike(s.state, s.setting)
        seen.append(bool(flown(s).any()))
    assert seen == [False, False, True, True, False, False]


def test_each_strike_kills_its_mean_number():
    s = situation({"strikes_per_day": 10.0}, 3000)
    s.order("r", air_request=10)
    strike(s.state, s.setting)
    per_strike = s.ledger("killed", "blue").sum() / flown(s).sum()
    # A share 0.12 of 300 is lost a day: the chance saturates a little.
    assert per_strike == pytest.approx(1.0, rel=0.1)


def test_the_wings_own_effect_multiplies_the_dead():
    dead = []
    for effect in (1.0, 0.5):
        s = situation({"strikes_per_day": 2.0, "effect": effect}, 4000)
        s.order("r", air_request=10)
        strike(s.state, s.setting)
        dead.append(s.ledger("killed", "blue").mean())
    assert dead[1] / dead[0] == pytest.approx(0.5, abs=0.05)


def test_never_more_die_than_stand_there():
    s = situation({"strikes_per_day": 60.0}, 200, {"air.killed_per_strike": 2.0})
    s.set("b", strength=3)
    s.order("r", air_request=10)
    strike(s.state, s.setting)
    assert (s.ledger("killed", "blue") + s.ledger("wounded", "blue") <= 3).all()


def test_two_wings_both_fly():
    second = WING | {"id": "wing 2", "faction": "red", "strikes_per_day": 3.0}
    s = situation(wings=[WING, second])
    s.order("r", air_request=10)
    strike(s.state, s.setting)
    by_faction = s.state.tally["air_strikes"].sum(axis=2).mean(axis=0)
    assert by_faction[s.faction("coalition")] == pytest.approx(5, abs=0.3)
    assert by_faction[s.faction("red")] == pytest.approx(3, abs=0.3)


def test_the_memory_of_strikes_fades():
    s = situation(replicates=1, values={"air.memory_days": 5.0})
    s.state.struck[:] = 10_000
    kept = []
    for _ in range(3):
        fade_memory_of_strikes(s.state, s.setting)
        kept.append(int(s.state.struck[0, 0]))
    assert kept == [8000, 6400, 5120]
    for _ in range(100):
        fade_memory_of_strikes(s.state, s.setting)
    assert not s.state.struck.any()
