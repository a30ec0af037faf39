"""Strikes on depots, workshops, columns and headquarters; claims, dates and factors of wings."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.air_strikes import strike
from sim.state.people import initial_people
from sim.state.state import NEVER
from tests.situations import NO_NOISE, Situation, day, scenario_with

KINDS = {
    "reds": ("red", "militia"),
    "blues": ("blue", "militia"),
    "fliers": ("coalition", "militia"),
}
WING = {"id": "wing", "faction": "coalition", "strikes_per_day": 5.0, "supports": "red"}
GIVEN = [{"wing": "wing", "date": day(0), "strikes": 10}]
DEPOT = {"faction": "blue", "place": "Depot", "goods_per_day": 100.0}
WORKSHOP = {"id": "w", "kind": "blues", "place": "Depot", "share": 1.0}
HEADQUARTERS = {"headquarters": True, "leaders": 1}


def situation(replicates=400, values=None, wing=None, **tables):
    """Red asks for strikes at A, where blue attacks; blue's column, head and depot are behind."""
    return Situation(
        scenario_with(
            {
                "A": {"controller": "red", "contested_by": "blue"},
                "Road": "blue",
                "Depot": {"controller": "blue", "population": 1000},
            },
            [("A", "Road", 20.0), ("Road", "Depot", 20.0)],
            [
                ("r", "reds", "A", 100),
                ("b", "blues", "A", 300),
                ("column", "blues", "Road", 200),
                ("head", "blues", "Depot", 100, HEADQUARTERS),
                ("own column", "reds", "A", 100),
            ],
            kinds=KINDS,
            hostile=[("red", "blue"), ("coalition", "blue")],
            allied=[("red", "coalition")],
            values=NO_NOISE | {"air.killed_per_strike": 1.0} | (values or {}),
            air=[WING | (wing or {})],
            **tables,
        ),
        replicates,
    )


def flown(s: Situation, *places: str) -> np.ndarray:
    """Strikes at some places, or everywhere, ``[R]``."""
    strikes = s.state.tally["air_strikes"].sum(axis=1)
    return strikes[:, [s.place(name) for name in places]].sum(axis=1) if places else strikes.sum(1)


def struck(s: Situation) -> Situation:
    """Let the wing fly; red asks at A."""
    s.order("r", air_request=10)
    strike(s.state, s.setting)
    return s


def march(s: Situation, unit: str, to: str) -> None:
    s.set(unit, next_place=s.place(to), road_left_m=10_000)


def test_the_strikes_given_for_a_date_are_flown_whatever_the_rate():
    s = struck(situation(sorties=GIVEN))
    assert (flown(s, "A") == 10).all()


def test_on_other_dates_a_wing_flies_at_its_rate():
    s = struck(situation(1000, sorties=[GIVEN[0] | {"date": day(3)}]))
    assert flown(s).mean() == pytest.approx(5, abs=0.3)


def test_strikes_given_for_a_date_on_which_the_wing_is_away_are_ignored():
    s = struck(situation(sorties=GIVEN, wing={"from": day(1)}))
    assert not flown(s).any()


@pytest.mark.parametrize("given", [GIVEN, []])
def test_a_factor_multiplies_the_strikes_from_its_day_on(given):
    event = {"event": "air_factor", "a": "wing"}
    s = situation(
        1000,
        sorties=given,
        events=[
            event | {"date": day(0), "value": 0.25},
            event | {"date": day(5), "value": 2.0},
        ],
    )
    struck(s)
    assert flown(s).mean() == pytest.approx(2.5 if given else 1.25, abs=0.2)
    s.state.day = 9
    s.state.tally["air_strikes"][:] = 0
    struck(s)
    assert flown(s).mean() == pytest.approx(10, abs=0.5)


def test_claims_beyond_the_map_take_their_share():
    claims = [
        {"id": "north", "wing": "wing", "weight": 20.0},
        {"id": "later", "wing": "wing", "weight": 20.0, "from": day(5)},
    ]
    s = struck(situation(sorties=GIVEN, claims=claims))
    assert flown(s).mean() == pytest.approx(10 * 10 / 30, abs=0.4)
    s.state.day = 6
    s.state.tally["air_strikes"][:] = 0
    struck(s)
    assert flown(s).mean() == pytest.approx(5 * 10 / 50, abs=0.3)


def test_without_a_request_only_deep_and_dynamic_strikes_are_flown():
    shares = {"deep_share": 0.5}
    claims = [{"id": "north", "wing": "wing", "weight": 20.0}]
    s = situation(sorties=GIVEN, wing=shares, supply=[DEPOT], claims=claims)
    strike(s.state, s.setting)
    assert not flown(s, "A").any()
    assert flown(s, "Depot").mean() == pytest.approx(5, abs=0.4)


def test_deep_strikes_keep_goods_from_the_enemy_for_the_day():
    values = {"air.interdiction_per_strike": 0.03}
    s = struck(situation(values=values, sorties=GIVEN, wing={"deep_share": 1.0}, supply=[DEPOT]))
    assert (flown(s, "Depot") == 10).all()
    assert (s.state.interdicted[:, s.faction("blue")] == 300).all()
    assert not s.state.interdicted[:, s.faction("red")].any()
    assert not s.ledger("killed", "blue").any()
    s.state.day += 1
    s.morning()
    assert not s.state.interdicted.any()


def test_no_more_than_all_goods_are_kept_away():
    values = {"air.interdiction_per_strike": 0.5}
    s = struck(situation(values=values, sorties=GIVEN, wing={"deep_share": 1.0}, supply=[DEPOT]))
    assert (s.state.interdicted[:, s.faction("blue")] == 1000).all()


@pytest.mark.parametrize("holder", ["red", None])
def test_goods_that_no_enemy_holds_are_not_struck(holder):
    s = situation(sorties=GIVEN, wing={"deep_share": 1.0}, supply=[DEPOT], workshops=[WORKSHOP])
    s.hold("Depot", holder)
    struck(s)
    assert not flown(s, "Depot").any()
    assert (flown(s, "A") == 10).all()  # what finds no target flies in contact


def test_a_workshop_that_is_found_and_struck_is_out_of_action_for_days():
    values = {"air.workshop_found_per_day": 1.0, "air.workshop_days": 7.0}
    s = situation(values=values, sorties=GIVEN, wing={"deep_share": 1.0}, workshops=[WORKSHOP])
    assert (s.state.workshop_out_until == NEVER).all()
    struck(s)
    assert (s.state.workshop_out_until == 6).all()


def test_a_workshop_that_is_not_found_is_not_struck():
    values = {"air.workshop_found_per_day": 0.3}
    s = struck(
        situation(1000, values, wing={"deep_share": 1.0}, sorties=GIVEN, workshops=[WORKSHOP])
    )
    found = s.state.workshop_out_until[:, 0] >= 0
    assert found.mean() == pytest.approx(0.3, abs=0.06)
    assert ((flown(s, "Depot") > 0) == found).all()


def test_dynamic_strikes_hit_the_enemy_on_the_march_alone():
    values = {"air.killed_per_strike_moving": 2.0, "air.headquarters_found_per_day": 0.0}
    s = situation(2000, values, sorties=GIVEN, wing={"dynamic_share": 1.0})
    march(s, "column", "A")
    march(s, "own column", "Road")
    struck(s)
    assert (flown(s, "Road") == 10).all()
    assert s.ledger("killed", "blue").mean() == pytest.approx(20, rel=0.25)  # it saturates
    assert (s.of("b", "strength") == 300).all()
    assert not s.ledger("killed", "red").any()


def test_a_headquarters_is_struck_when_found_and_its_leader_may_fall():
    values = {"air.headquarters_found_per_day": 0.4, "air.leader_killed_per_strike": 0.05}
    s = struck(situation(2000, values, sorties=GIVEN, wing={"dynamic_share": 1.0}))
    found = flown(s, "Depot") > 0
    assert found.mean() == pytest.approx(0.4, abs=0.05)
    assert (flown(s, "A")[~found] == 10).all()
    fell = s.tally("headquarters_killed", "blue", "Depot")
    assert set(fell.tolist()) <= {0, 1}
    assert not fell[~found].any()
    # By chance with those of the fighters who fall, and as a target.
    aimed = 1 - np.exp(-0.5)
    assert fell[found].mean() == pytest.approx(aimed + (1 - aimed) * 0.15, abs=0.06)
    assert (s.of("head", "leaders") == 1 - fell).all()
    assert (s.of("head", "leader_lost") == (fell > 0)).all()
    assert (s.ledger("killed", "blue") == s.state.tally["killed"].sum(axis=(1, 2))).all()


def test_each_task_gets_its_share():
    values = {"air.headquarters_found_per_day": 0.0}
    shares = {"deep_share": 0.2, "dynamic_share": 0.3}
    s = situation(1000, values, sorties=GIVEN, wing=shares, supply=[DEPOT])
    march(s, "column", "A")
    struck(s)
    assert (flown(s) == 10).all()
    parts = [flown(s, name).mean() for name in ("Depot", "Road", "A")]
    assert parts == pytest.approx([2, 3, 5], abs=0.25)


def test_strikes_kill_civilians_where_people_live():
    s = situation(
        1000,
        sorties=GIVEN,
        wing={"deep_share": 1.0, "collateral": 0.5},
        supply=[DEPOT],
        civilians={"simulate": True},
    )
    s.state.people = initial_people(s.setting)
    struck(s)
    killed = s.state.civilians_killed
    assert killed[:, s.place("Depot")].mean() == pytest.approx(5, abs=0.3)
    assert not np.delete(killed, s.place("Depot"), axis=1).any()


def test_fewer_civilians_die_where_people_have_fled():
    s = situation(
        1000,
        sorties=GIVEN,
        wing={"deep_share": 1.0, "collateral": 0.5},
        supply=[DEPOT],
        civilians={"simulate": True},
    )
    s.state.people = initial_people(s.setting)
    s.state.people.residents[:] = 200
    struck(s)
    assert s.state.civilians_killed.sum(axis=1).mean() == pytest.approx(1, abs=0.15)
    s.state.civilians_killed[:] = 0
    s.state.people.residents[:] = 0
    struck(s)
    assert not s.state.civilians_killed.any()
