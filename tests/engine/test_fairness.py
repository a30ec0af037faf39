"""No side wins by its name, its row in a table, or the way in which its fighters are grouped."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.engine.simulation import Simulation
from sim.outcomes.history import EXTRAS
from sim.rules.air_strikes import strike
from sim.rules.bombs import explode
from sim.rules.combat import fight
from sim.scenario import Scenario
from sim.state.ledger import COUNTS, LEDGER
from tests.arrays import Arrays, arrays_of_history, assert_same_bits
from tests.random_scenarios import random_scenario, scenarios
from tests.situations import Situation, scenario_with

REPLICATES = 2000

# Names, and rows of the table of factions.


def renamed(value: Any, names: dict[str, str]) -> Any:
    """Replace faction names wherever they stand in a resolved scenario."""
    if isinstance(value, dict):
        return {key: renamed(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def history_of(scenario: Scenario) -> tuple[tuple[str, ...], Arrays]:
    """Return the factions and all that is recorded, of goods, lines and people too."""
    history = Simulation(scenario, seed=3, replicates=[0, 5]).run()
    extras = {name: getattr(history, name) for name in history.extras()}
    return history.factions, arrays_of_history(history) | extras


OF_PLACES_OR_LINES = ("controller", "engaged", *(set(EXTRAS) - {"supply_index"}))
"""Arrays of a history without an axis of factions."""

EVERY_TABLE = random_scenario(247)
"""Depots, oil, lines, workshops, crossings, wings with tasks and claims, headquarters of provinces,
terror, people, a truce."""


@settings(max_examples=8)
@given(scenarios(), st.randoms(use_true_random=False))
@example(EVERY_TABLE, Random(1))
def test_swapping_the_labels_of_factions_swaps_the_outcomes(scenario, random):
    labels = list(scenario.factions)
    random.shuffle(labels)
    names = dict(zip(scenario.factions, labels, strict=True))
    swapped = Scenario.from_resolved(renamed(scenario.resolved(), names))
    before, usual = history_of(scenario)
    after, other = history_of(swapped)
    assert after == tuple(names[name] for name in before)
    assert_same_bits(usual, other)


@settings(max_examples=8)
@given(scenarios(), st.randoms(use_true_random=False))
@example(EVERY_TABLE, Random(1))
def test_the_order_of_factions_in_the_table_is_indifferent(scenario, random):
    content = scenario.resolved()
    random.shuffle(content["factions"])
    before, usual = history_of(scenario)
    after, other = history_of(Scenario.from_resolved(content))
    place = [after.index(name) for name in before]
    back = np.array([*np.argsort(place), -1], dtype=np.int8)  # -1, nobody, stays nobody
    other = {
        name: values if name in OF_PLACES_OR_LINES else values[:, :, place]
        for name, values in other.items()
    }
    other["controller"] = back[other["controller"]]
    assert_same_bits(usual, other)


def test_a_mirror_image_is_as_good_as_the_original():
    """Two equal sides: over many replicates neither does better by standing first in all tables."""
    kinds = {"reds": ("red", "islamic_state"), "blues": ("blue", "islamic_state")}
    scenario = scenario_with(
        {"Red": "red", "Red front": "red", "Blue front": "blue", "Blue": "blue"},
        [("Red", "Red front", 5), ("Red front", "Blue front", 5), ("Blue front", "Blue", 5)],
        [
            ("r", "reds", "Red front", 400, {"units": 4}),
            ("b", "blues", "Blue front", 400, {"units": 4}),
        ],
        kinds=kinds,
        values={"any_kind.least_score": -9.0, "any_kind.caution": 0.5},
        supply=[{"faction": "red", "place": "Red"}, {"faction": "blue", "place": "Blue"}],
        days=12,
    )
    history = Simulation(scenario, seed=3, replicates=np.arange(300)).run()
    dead = history.killed.sum(axis=(0, 3))
    difference = dead[:, 0] - dead[:, 1]
    assert dead.mean() > 10
    assert abs(difference.mean()) < 4 * difference.std() / np.sqrt(300)


def mirrored_scenario() -> Scenario:
    """Two equal sides with depots, oil, workshops, crossings, wings, headquarters and terror."""

    def both(rows: Callable[[str], list[dict[str, Any]]]) -> list[dict[str, Any]]:
        return [row for side in ("red", "blue") for row in rows(side)]

    def places(side: str) -> dict[str, Any]:
        about = {"controller": side, "province": side, "population": 5_000}
        return {f"{part} of {side}": about for part in ("gate", "seat", "field", "front")}

    def goods(side: str) -> list[dict[str, Any]]:
        return [
            {"faction": side, "place": f"{part} of {side}", "what": what, "goods_per_day": amount}
            for part, what, amount in (
                ("gate", "crossing", 250.0),
                ("seat", "depot", 100.0),
                ("field", "oil", 200.0),
            )
        ]

    scenario = scenario_with(
        places("red") | places("blue"),
        [
            ("front of red", "front of blue", 5),
            *(
                (f"{a} of {side}", f"{b} of {side}", 5)
                for side in ("red", "blue")
                for a, b in (("gate", "seat"), ("seat", "field"), ("seat", "front"))
            ),
        ],
        [
            unit
            for side in ("red", "blue")
            for unit in (
                (f"{side} column", f"{side}s", f"front of {side}", 400, {"units": 4}),
                (
                    f"{side} head",
                    f"{side}s",
                    f"seat of {side}",
                    60,
                    {"leaders": 1, "headquarters": True, "province": side},
                ),
            )
        ],
        kinds={"reds": ("red", "islamic_state"), "blues": ("blue", "islamic_state")},
        values={
            "any_kind.least_score": -9.0,
            "any_kind.caution": 0.5,
            "any_kind.car_bombs_built_per_day": 1.0,
            "any_kind.car_bombs_most": 9.0,
            "any_kind.car_bombs_per_assault": 1.0,
            "any_kind.foot_bombers_per_assault": 0.5,
            "any_kind.terror": 1.0,
            "any_kind.child_share_of_recruits": 0.1,
            "any_kind.child_share_rise": 2.0,
            "any_kind.replacements_per_day": 0.2,
            "air.workshop_found_per_day": 0.3,
            "air.headquarters_found_per_day": 0.3,
        },
        supply=both(goods),
        workshops=both(
            lambda side: [
                {"id": side, "kind": f"{side}s", "place": f"seat of {side}", "share": 1.0}
            ]
        ),
        air=both(
            lambda side: [
                {
                    "id": f"wing of {side}",
                    "faction": side,
                    "strikes_per_day": 4.0,
                    "supports": side,
                    "deep_share": 0.3,
                    "dynamic_share": 0.3,
                    "collateral": 1.0,
                }
            ]
        ),
        reinforcements=both(
            lambda side: [
                {
                    "id": f"recruits of {side}",
                    "kind": f"{side}s",
                    "place": f"seat of {side}",
                    "through": f"gate of {side}",
                    "fighters_per_day": 10.0,
                    "unit_fighters": 40,
                    "slots": 4,
                }
            ]
        ),
        supply_lines=both(
            lambda side: [
                {"id": side, "faction": side, "places": [f"gate of {side}", f"seat of {side}"]}
            ]
        ),
        days=25,
    )
    return Scenario.from_resolved(scenario.resolved() | {"civilians": {"simulate": True}})


def test_a_mirror_image_with_every_means_of_war_is_as_good_as_the_original():
    replicates = 400
    history = Simulation(mirrored_scenario(), seed=3, replicates=np.arange(replicates)).run()
    red = [name.endswith("of red") for name in history.places]
    of_sides = {name: getattr(history, name).sum(axis=3) for name in COUNTS} | {
        "supply_index": history.supply_index,
        "arrived": history.ledger[..., LEDGER.index("arrived")],
        "held": np.stack([(history.controller == side).sum(axis=2) for side in (0, 1)], axis=2),
        "lines_open": history.lines_open,
        "displaced": np.stack(
            [history.displaced[:, :, np.equal(red, side)].sum(axis=2) for side in (True, False)],
            axis=2,
        ),
    }
    for name, values in of_sides.items():
        number = values.sum(axis=0, dtype=np.float64)
        difference = number[:, 0] - number[:, 1]
        assert number.mean() > 0.2, name
        assert difference.std() > 0, name
        assert abs(difference.mean()) < 4 * difference.std() / np.sqrt(replicates), name


# Units split in two, factions merged.

SIZES = (37, 64, 110, 80)
IN_PLACE = ({"A": {"controller": "blue", "contested_by": "red"}, "B": "blue"}, "A", "A")
ALONG_THE_LINE = ({"A": "blue", "B": "red"}, "A", "B")
POSITIONS = {"in one place": IN_PLACE, "along the contact line": ALONG_THE_LINE}

KINDS = {
    "reds": ("red", "militia"),
    "blues": ("blue", "militia"),
    "teals": ("teal", "militia"),
}


def battle(position, teals: str, *, parts: int = 1, frontage: float = 1000.0, **more) -> Situation:
    """Blue and its ally, in four units, face red; ``teals`` is the ally's kind."""
    places, here, there = position
    columns = {
        name: (dict(about) if isinstance(about, dict) else {"controller": about})
        | {"frontage_fighters": frontage}
        for name, about in places.items()
    }
    kinds = ("blues", teals, "blues", teals)
    units = [
        (f"unit {n}", kind, here, size, {"units": parts})
        for n, (kind, size) in enumerate(zip(kinds, SIZES, strict=True))
    ]
    enemy = ("enemy", "reds", there, 250, {"units": parts})
    return Situation(
        scenario_with(
            columns,
            [("A", "B", 1.0, "street")],
            [*units, enemy],
            kinds=KINDS,
            hostile=[("red", "blue"), ("red", "teal")],
            allied=[("blue", "teal")],
            values={"combat.contact_line": 1.0, "bombs.car_bombs_stopped_share": 0.0},
            **more,
        ),
        REPLICATES,
    )


def losses(s: Situation, *factions: str) -> np.ndarray:
    return sum(s.ledger("killed", each) + s.ledger("wounded", each) for each in factions)


def assert_equal_means(these: np.ndarray, those: np.ndarray) -> None:
    """Fail unless two means agree within five standard errors of their paired difference.

    The pairs share the noise of the engagement, so that the test is sharp: the tolerance must
    come out below five percent of the mean.
    """
    difference = these - those
    tolerance = 5 * difference.std() / np.sqrt(len(difference)) + 1e-12
    assert tolerance < 0.05 * those.mean()
    assert abs(difference.mean()) <= tolerance


@pytest.mark.parametrize("frontage", [1000.0, 120.0], ids=["wide", "narrow"])
@pytest.mark.parametrize("position", POSITIONS.values(), ids=POSITIONS)
def test_splitting_every_unit_in_two_leaves_mean_losses_unchanged(position, frontage):
    whole, halves = (battle(position, "teals", parts=parts, frontage=frontage) for parts in (1, 2))
    for s in (whole, halves):
        fight(s.state, s.setting)
    assert_equal_means(losses(halves, "blue", "teal"), losses(whole, "blue", "teal"))
    assert_equal_means(losses(halves, "red"), losses(whole, "red"))


@pytest.mark.parametrize("frontage", [1000.0, 120.0], ids=["wide", "narrow"])
@pytest.mark.parametrize("position", POSITIONS.values(), ids=POSITIONS)
def test_merging_two_allied_factions_leaves_mean_losses_unchanged(position, frontage):
    apart, merged = (battle(position, kind, frontage=frontage) for kind in ("teals", "blues"))
    for s in (apart, merged):
        fight(s.state, s.setting)
    assert_equal_means(losses(apart, "blue", "teal"), losses(merged, "blue"))
    assert_equal_means(losses(apart, "red"), losses(merged, "red"))


@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("kind", ["teals", "blues"])
def test_grouping_changes_nothing_about_air_strikes_and_bombs(kind, parts):
    air = [{"id": "wing", "faction": "red", "strikes_per_day": 6.0, "supports": "red"}]
    for weapon in (_strike, _explode):
        usual, other = (
            battle(IN_PLACE, kinds, parts=number, air=air)
            for kinds, number in (("teals", 1), (kind, parts))
        )
        for s in (usual, other):
            weapon(s)
        mean = losses(usual, "blue", "teal").mean()
        difference = losses(other, "blue", "teal") - losses(usual, "blue", "teal")
        tolerance = 5 * difference.std() / np.sqrt(REPLICATES) + 1e-12
        assert tolerance < 0.2 * mean
        assert abs(difference.mean()) <= tolerance


def _strike(s: Situation) -> None:
    s.order("enemy", air_request=1)
    strike(s.state, s.setting)


def _explode(s: Situation) -> None:
    s.state.car_bombs[:] = 3
    s.order("enemy", car_bombs=3)
    explode(s.state, s.setting)
