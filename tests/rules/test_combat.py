"""Engagements: who fights, who is exposed, cover, frontage, and the contact line."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.combat import fight
from sim.state.state import NEVER
from tests.situations import NO_NOISE, Situation, scenario_with

CONTESTED = {"controller": "red", "contested_by": "blue"}
REPLICATES = 2000


def engagement(
    red=100, blue=100, place=None, replicates=REPLICATES, units=None, values=None, **more
) -> Situation:
    """Red defends a place that blue has entered."""
    return Situation(
        scenario_with(
            {"A": CONTESTED | (place or {}), "Red home": "red", "Blue home": "blue"},
            [("A", "Red home", 20), ("A", "Blue home", 20)],
            units or [("r", "reds", "A", red), ("b", "blues", "A", blue)],
            values=NO_NOISE | (values or {}),
            **more,
        ),
        replicates,
    )


def losses(s: Situation, faction: str) -> np.ndarray:
    return s.ledger("killed", faction) + s.ledger("wounded", faction)


def mean_losses(s: Situation, faction: str) -> float:
    return float(losses(s, faction).mean())


def test_both_sides_of_an_engagement_lose_at_the_kernels_rate():
    s = engagement(200, 200)
    fight(s.state, s.setting)
    value = s.setting.parameters
    for faction, constant in (("red", "defenders"), ("blue", "attackers")):
        rate = value.column(f"combat.attrition_of_{constant}_per_day")[0, 0]
        cover = value.column("combat.cover_open")[0, 0] if faction == "red" else 1.0
        expected = 200 * (1 - np.exp(-rate * cover))
        assert mean_losses(s, faction) == pytest.approx(expected, abs=4 * np.sqrt(10 / REPLICATES))


def test_the_kernels_constants_hold_at_the_reference_strength():
    usual = engagement(100, 100, values={"combat.reference_strength": 100.0})
    fight(usual.state, usual.setting)
    rate = usual.setting.parameters.column("combat.attrition_of_attackers_per_day")[0, 0]
    assert mean_losses(usual, "blue") == pytest.approx(100 * (1 - np.exp(-rate)), abs=0.2)


def test_nobody_is_lost_without_an_enemy():
    s = engagement(units=[("r", "reds", "A", 100), ("g", "greens", "A", 100)])
    fight(s.state, s.setting)
    assert not s.state.engaged.any()
    assert not s.ledger("killed", "red").any()


def test_neutrals_stand_aside():
    s = engagement(
        units=[("r", "reds", "A", 100), ("b", "blues", "A", 100), ("g", "greens", "A", 100)]
    )
    fight(s.state, s.setting)
    assert s.ledger("killed", "red").any()
    assert not losses(s, "green").any()


def test_an_engagement_is_marked_with_the_day_on_which_it_began():
    s = engagement(replicates=1)
    place = s.place("A")
    for s.state.day in (0, 1, 2):
        s.state.engaged[:] = False
        fight(s.state, s.setting)
        assert s.state.engaged_since[0, place] == 0
    s.state.day, s.state.engaged[:] = 3, False
    s.set("b", strength=0)
    fight(s.state, s.setting)
    assert s.state.engaged_since[0, place] == NEVER


def test_units_on_the_road_neither_fire_nor_are_hit():
    s = engagement(replicates=50)
    s.set("b", next_place=s.place("Blue home"), road_left_m=1000)
    fight(s.state, s.setting)
    assert not s.state.engaged.any()
    assert not losses(s, "blue").any()


def test_losses_are_dead_and_wounded_in_their_share():
    s = engagement(400, 400, values={"combat.killed_share": 0.25})
    fight(s.state, s.setting)
    dead, wounded = s.ledger("killed", "red").sum(), s.ledger("wounded", "red").sum()
    assert dead / (dead + wounded) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("terrain", ["open", "suburb", "urban", "base"])
def test_cover_protects_defenders_only(terrain):
    values = {f"combat.cover_{terrain}": 0.5, "combat.cover_stronghold": 0.5}
    s = engagement(200, 200, {"terrain": terrain}, values=values)
    fight(s.state, s.setting)
    strong = engagement(200, 200, {"terrain": terrain, "stronghold": True}, values=values)
    fight(strong.state, strong.setting)
    bare = engagement(200, 200, {"terrain": terrain}, values={f"combat.cover_{terrain}": 1.0})
    fight(bare.state, bare.setting)
    assert mean_losses(s, "red") / mean_losses(bare, "red") == pytest.approx(0.5, abs=0.04)
    assert mean_losses(strong, "red") / mean_losses(bare, "red") == pytest.approx(0.25, abs=0.03)
    assert mean_losses(s, "blue") == pytest.approx(mean_losses(bare, "blue"), abs=0.4)


def test_only_those_within_the_frontage_are_exposed_and_fire():
    wide = engagement(100, 100)
    narrow = engagement(800, 800, {"frontage_fighters": 100.0})
    for s in (wide, narrow):
        fight(s.state, s.setting)
    assert mean_losses(narrow, "red") == pytest.approx(mean_losses(wide, "red"), abs=0.2)
    assert mean_losses(narrow, "blue") == pytest.approx(mean_losses(wide, "blue"), abs=0.2)


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ({"readiness": 500}, {}),
        ({"supply": 0}, {"any_kind.effect_without_supply": 0.5}),
        ({}, {"reds.quality": 0.5}),
    ],
    ids=["tired", "unsupplied", "poor"],
)
def test_a_worse_unit_fires_less_and_is_hit_as_before(columns, values):
    usual, worse = engagement(values={"combat.enemy_exponent": 0.35}), None
    worse = engagement(values=values | {"combat.enemy_exponent": 0.35})
    worse.set("r", **columns)
    for s in (usual, worse):
        fight(s.state, s.setting)
    ratio = mean_losses(worse, "blue") / mean_losses(usual, "blue")
    assert ratio == pytest.approx(0.5**0.35, abs=0.05)
    assert mean_losses(worse, "red") == pytest.approx(mean_losses(usual, "red"), abs=0.2)


def test_air_strikes_suppress_the_fire_of_those_they_fall_on():
    values = {
        "combat.enemy_exponent": 0.35,
        "air.suppression_per_strike": 0.25,
        "air.suppression_floor": 0.3,
    }
    means = []
    for strikes in (0, 2, 10):
        s = engagement(values=values)
        s.state.tally["air_strikes"][:, s.faction("red"), s.place("A")] = strikes
        fight(s.state, s.setting)
        means.append((mean_losses(s, "red"), mean_losses(s, "blue")))
    assert means[1][0] / means[0][0] == pytest.approx(0.5**0.35, abs=0.05)
    assert means[2][0] / means[0][0] == pytest.approx(0.3**0.35, abs=0.05)
    assert means[2][1] == pytest.approx(means[0][1], abs=0.2)


def test_units_whose_command_lacks_a_leader_fire_less():
    s = engagement(
        200,
        200,
        place={"province": "North"},
        units=[
            ("r", "reds", "A", 200),
            ("head", "reds", "Red home", 50, {"headquarters": True, "province": "North"}),
            ("b", "blues", "A", 200),
        ],
        values={"command.gap_loss": 0.5, "combat.enemy_exponent": 1.0},
    )
    s.state.command_gap_until[::2] = s.state.day
    fight(s.state, s.setting)
    lost = losses(s, "blue")
    assert lost[::2].mean() / lost[1::2].mean() == pytest.approx(0.5, abs=0.06)
    lost = losses(s, "red")
    assert lost[::2].mean() / lost[1::2].mean() == pytest.approx(1.0, abs=0.08)


def test_noise_spreads_losses_and_leaves_their_mean():
    calm = engagement(200, 200)
    wild = engagement(200, 200, values={"combat.sigma_engagement": 0.5, "combat.sigma_city": 0.3})
    for s in (calm, wild):
        fight(s.state, s.setting)
    spread = wild.ledger("killed", "red").std()
    assert losses(wild, "red").std() > 1.3 * losses(calm, "red").std() > 0
    assert mean_losses(wild, "red") == pytest.approx(mean_losses(calm, "red"), rel=0.06)
    assert spread > 0


def test_the_noise_of_an_engagement_persists_and_that_of_a_day_does_not():
    """With losses of many, two days of one engagement go together; two days' own noise does not."""
    for sigma, correlated in (("combat.sigma_engagement", True), ("combat.sigma_day", False)):
        s = engagement(20_000, 20_000, {"frontage_fighters": 100_000.0}, values={sigma: 0.8})
        of_day = []
        for s.state.day in (0, 1):
            for ledger in s.state.ledger.values():
                ledger[:] = 0
            s.set("r", strength=20_000)
            s.set("b", strength=20_000)
            fight(s.state, s.setting)
            of_day.append(np.log(losses(s, "red")))
        correlation = np.corrcoef(of_day)[0, 1]
        assert (correlation > 0.95) == correlated
        assert correlated or abs(correlation) < 0.1


# The contact line: districts close to each other.


def line(km=1.0, replicates=REPLICATES, values=None, units=None, **more) -> Situation:
    return Situation(
        scenario_with(
            {"West": "red", "East": "blue"},
            [("West", "East", km, "street")],
            units or [("r", "reds", "West", 200), ("b", "blues", "East", 200)],
            values=NO_NOISE | {"combat.contact_line": 0.5} | (values or {}),
            **more,
        ),
        replicates,
    )


def test_neighbours_within_reach_exchange_fire_across_the_line():
    s = line()
    fight(s.state, s.setting)
    rate = s.setting.parameters.column("combat.attrition_of_defenders_per_day")[0, 0]
    expected = 200 * (1 - np.exp(-0.5 * rate))
    assert mean_losses(s, "red") == pytest.approx(expected, abs=0.2)
    assert mean_losses(s, "blue") == pytest.approx(expected, abs=0.2)
    assert not s.state.engaged.any()


def test_beyond_reach_there_is_no_contact_line():
    s = line(km=4.0, replicates=50)
    fight(s.state, s.setting)
    assert not losses(s, "red").any()


def test_who_is_engaged_in_his_own_place_takes_no_fire_from_beside():
    alone = engagement()
    in_place = [("r", "reds", "A", 100), ("b", "blues", "A", 100)]
    beside = engagement(
        units=[*in_place, ("b2", "blues", "Blue home", 900)],
        values={"combat.contact_reach_km": 25.0, "combat.contact_line": 1.0},
    )
    for s in (alone, beside):
        fight(s.state, s.setting)
    np.testing.assert_array_equal(losses(beside, "red"), losses(alone, "red"))


def neighbours_of_green(hostile) -> Situation:
    """Red and green stand side by side in West, blue beside them in East, and white far away."""
    kinds = {name: (name[:-1], "militia") for name in ("reds", "blues", "greens", "whites")}
    s = Situation(
        scenario_with(
            {"West": "red", "East": "blue", "Far": "white"},
            [("West", "East", 1.0, "street"), ("East", "Far", 50.0)],
            [
                ("r", "reds", "West", 200),
                ("g", "greens", "West", 300),
                ("b", "blues", "East", 200),
                ("w", "whites", "Far", 100),
            ],
            kinds=kinds,
            hostile=hostile,
            values=NO_NOISE | {"combat.contact_line": 0.5},
        ),
        REPLICATES,
    )
    fight(s.state, s.setting)
    return s


def test_co_belligerents_side_by_side_are_one_side_along_the_line():
    """Losses are shared by more, by the kernel's power of the side's strength."""
    alone = neighbours_of_green([("red", "blue")])
    together = neighbours_of_green([("red", "blue"), ("green", "blue")])
    power = alone.setting.parameters.column("combat.own_exponent")[0, 0] - 1.0
    ratio = mean_losses(together, "red") / mean_losses(alone, "red")
    assert ratio == pytest.approx(2.5**power, abs=0.05)


def test_a_common_enemy_far_away_makes_nobody_a_co_belligerent():
    alone = neighbours_of_green([("red", "blue")])
    common = neighbours_of_green([("red", "blue"), ("red", "white"), ("green", "white")])
    np.testing.assert_array_equal(losses(common, "red"), losses(alone, "red"))
    assert not losses(common, "green").any()


def test_the_reach_is_the_scenarios_and_no_replicates_own():
    s = line(replicates=2)
    with pytest.raises(ValueError, match=r"contact_reach_km.*the scenario's own"):
        Situation(
            s.simulation.setting.scenario, 2, parameters={"combat.contact_reach_km": [0.5, 3.0]}
        )
