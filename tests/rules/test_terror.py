"""How feared factions are."""

from __future__ import annotations

import numpy as np

from sim.rules.terror import feared_by_place, terror_of_factions
from tests.situations import Situation, scenario_with

KINDS = {
    "reds": ("red", "militia"),
    "blues": ("blue", "militia"),
    "dreads": ("blue", "militia"),
}


def situation(replicates=1, parameters=None, **values: float) -> Situation:
    return Situation(
        scenario_with(
            {"A": "red", "B": "blue"},
            [("A", "B", 20.0)],
            [("r", "reds", "A", 100), ("b", "blues", "B", 30), ("d", "dreads", "B", 20)],
            kinds=KINDS,
            values={name.replace("_", ".", 1): value for name, value in values.items()},
        ),
        replicates,
        parameters=parameters,
    )


def test_nobody_is_feared_by_default():
    s = situation()
    assert terror_of_factions(s.setting) is None
    assert feared_by_place(s.state, s.setting) is None


def test_a_faction_is_as_feared_as_its_most_feared_kind():
    s = situation(blues_terror=0.2, dreads_terror=0.7)
    terror = terror_of_factions(s.setting)
    assert terror is not None
    assert terror.tolist() == [[0.0, 0.7]]


def test_replicates_may_differ_in_it():
    s = situation(2, {"dreads.terror": np.array([0.0, 0.5])}, dreads_terror=0.7)
    terror = terror_of_factions(s.setting)
    assert terror is not None
    assert terror[:, s.faction("blue")].tolist() == [0.0, 0.5]


def test_fighters_count_by_their_terror():
    s = situation(blues_terror=0.2, dreads_terror=0.7)
    feared = feared_by_place(s.state, s.setting)
    assert feared is not None
    expected = np.zeros_like(feared)
    expected[0, s.faction("blue"), s.place("B")] = 30 * 200 + 20 * 700
    assert (feared == expected).all()
