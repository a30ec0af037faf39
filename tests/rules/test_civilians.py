"""People flee from fighting to where it is quiet, and come home; nobody is lost on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.simulation import Simulation
from sim.rules.aid import count_people_in_need
from sim.rules.civilians import move_civilians
from sim.scenario import Scenario
from sim.state.people import initial_people, note_roads
from tests.random_scenarios import random_scenario
from tests.rules.peopled import ROADS, Peopled

MOVING = ("residents", "displaced", "away", "dead", "unsafe_day", "fought_day")


def test_everybody_is_at_home_at_first():
    s = Peopled()
    assert s.people.residents[0].tolist() == s.setting.theatre.population.tolist()
    assert not s.people.displaced.any()
    assert not s.people.away.any()


def test_nobody_flees_while_it_is_quiet():
    s = Peopled()
    s.evening()
    assert s.people.residents[0].tolist() == s.setting.theatre.population.tolist()


def test_people_flee_a_fight_and_its_neighbourhood():
    s = Peopled()
    s.fight_at("Front")
    s.evening()
    assert s.count("away", "Front") == pytest.approx(0.2 * 8000, abs=1)
    assert s.count("away", "Quarter") == pytest.approx(0.1 * 8000, abs=1)
    assert s.count("away", "Near") == s.count("away", "Far") == 0


def test_some_never_leave():
    s = Peopled()
    s.fight_at("Front")
    for _ in range(100):
        s.state.day += 1
        s.evening()
    assert s.count("residents", "Front") == pytest.approx(2000, abs=5)


def test_most_go_to_the_nearest_quiet_place():
    s = Peopled()
    s.fight_at("Front")
    s.evening()
    assert s.count("displaced", "Quarter") == 0  # beside the fight
    near, far = s.count("displaced", "Near"), s.count("displaced", "Far")
    assert near > 5 * far > 0
    assert near + far + s.count("displaced", "Behind") == s.people.away.sum()


def test_the_larger_place_draws_more():
    s = Peopled(
        population={"Front": 10_000, "Town": 2000, "City": 20_000},
        roads=[("Front", "Town", 10), ("Front", "City", 10)],
    )
    s.fight_at("Front")
    s.evening()
    assert s.count("displaced", "City") == pytest.approx(10 * s.count("displaced", "Town"), rel=0.1)


def test_a_place_full_of_guests_draws_less():
    s = Peopled(
        population={"Front": 10_000, "A": 1000, "B": 1000},
        roads=[("Front", "A", 10), ("Front", "B", 10)],
    )
    s.people.displaced[:, s.place("A")] = s.people.away[:, s.place("B")] = 1000
    s.people.unsafe_day[:, s.place("B")] = s.state.day  # nobody goes home to B today
    s.fight_at("Front")
    s.evening()
    assert 2 * (s.count("displaced", "A") - 1000) == pytest.approx(s.count("displaced", "B"), abs=2)


def test_nobody_flees_through_fire():
    s = Peopled()
    s.fight_at("Front", "Near")
    s.evening()
    assert s.count("displaced", "Far") == pytest.approx(0.2 * 8000, abs=1)  # those of Near alone
    assert s.count("away", "Quarter") == 0
    assert s.count("away", "Front") == s.count("displaced", "Behind") > 0


def test_those_whom_no_road_leads_away_stay():
    s = Peopled(roads=[("Quarter", "Near", 10), ("Near", "Far", 100)], isolated=("Front", "Behind"))
    s.fight_at("Front")
    s.evening()
    assert not s.people.away.any()


def test_a_road_that_is_closed_is_no_way_out():
    s, shorter = Peopled(), Peopled(roads=ROADS[:3], isolated=("Behind",))
    note_roads(s.people, shorter.setting.theatre)
    s.fight_at("Front", "Near")
    s.evening()
    assert s.count("away", "Front") == s.count("displaced", "Behind") == 0


def test_few_flee_to_the_enemy():
    def to_behind(holder: str) -> int:
        s = Peopled(holders={"Behind": holder})
        s.fight_at("Front")
        s.evening()
        return s.count("displaced", "Behind")

    assert 0 < to_behind("blue") < 0.5 * to_behind("red")
    assert to_behind("green") == to_behind("red")


def test_it_is_home_that_tells_who_the_enemy_is_and_not_who_holds_it_now():
    def to_behind(front: str) -> int:
        s = Peopled(holders={"Behind": "blue"})
        s.hold("Front", front)
        s.fight_at("Front")
        s.evening()
        return s.count("displaced", "Behind")

    assert to_behind("blue") == to_behind("red")


def test_strikes_from_the_air_drive_people_out():
    wing = {"id": "jets", "faction": "blue", "strikes_per_day": 1.0, "supports": "blue"}
    s = Peopled(air=[wing])
    s.state.tally["air_strikes"][:, s.faction("blue"), s.place("Far")] = 2
    s.evening()
    assert s.count("away", "Far") == pytest.approx(0.02 * 8000, abs=1)
    assert s.people.away.sum() == s.count("away", "Far")


class TestTerror:
    def away(self, terror: float | None, fight: bool = False) -> list[int]:
        """People away from Front, Quarter, Near and Far after a day with blues in Near."""
        s = Peopled(
            holders={"Behind": "blue"},
            roads=[("Front", "Quarter", 1), ("Quarter", "Near", 1), ("Near", "Far", 100)],
            units=[("b", "blues", "Behind", 100)],
            isolated=("Behind",),
        )
        s.move("b", "Near")
        if fight:
            s.fight_at("Near")
        feared = np.zeros((1, len(s.setting.factions)))
        feared[:, s.faction("blue")] = terror or 0.0
        s.evening(terror=None if terror is None else feared)
        return s.people.away[0, :4].tolist()

    def test_people_flee_from_the_feared_before_a_fight(self):
        away = self.away(1.0)
        for place in (1, 2):  # Quarter, Near
            assert away[place] == pytest.approx(0.2 * 0.05 * 8000, abs=1)
        assert away[0] == away[3] == 0

    def test_more_flee_a_fight_with_the_feared(self):
        assert self.away(1.0, fight=True)[2] == pytest.approx(0.4 * 8000, abs=1)
        assert self.away(None, fight=True)[2] == pytest.approx(0.2 * 8000, abs=1)

    def test_without_terror_an_enemy_nearby_moves_nobody(self):
        assert not any(self.away(0.0))
        assert not any(self.away(None))


def test_people_come_home_once_it_has_been_quiet_for_a_while():
    s = Peopled()
    s.fight_at("Front")
    s.evening()
    gone = s.people.away.sum()
    s.quiet_days(2)
    assert s.people.away.sum() == gone
    s.quiet_days(1)
    assert s.people.away.sum() == pytest.approx(0.9 * gone, abs=2)
    s.quiet_days(200)
    assert s.people.away.sum() == 0
    assert s.people.residents[0].tolist() == s.setting.theatre.population.tolist()


def test_few_come_home_to_the_enemy():
    s = Peopled()
    s.fight_at("Front")
    s.evening()
    gone = s.count("away", "Front")
    s.hold("Front", "blue")
    s.quiet_days(3)
    assert s.count("away", "Front") == pytest.approx((1 - 0.2 * 0.1) * gone, abs=1)


def test_guests_nearby_go_home_first():
    s = Peopled()
    s.people.away[:, s.place("Quarter")] = 2000
    s.people.displaced[:, s.place("Near")] = s.people.displaced[:, s.place("Far")] = 1000
    s.evening()
    near, far = (1000 - s.count("displaced", name) for name in ("Near", "Far"))
    assert near + far == 200
    assert near > 5 * far > 0


def test_the_dead_are_residents_and_guests_and_no_more_than_there_are():
    s = Peopled()
    s.people.displaced[:, s.place("Near")] = s.people.away[:, s.place("Far")] = 5000
    s.people.residents[:, s.place("Far")] -= 5000
    killed = np.zeros((1, s.setting.theatre.P), np.int64)
    killed[0, s.place("Near")], killed[0, s.place("Behind")] = 300, 10**6
    s.evening(killed=killed)
    assert s.count("dead", "Near") == 300
    assert s.count("residents", "Near") == 9800
    assert s.count("dead", "Behind") == 1000
    assert s.count("residents", "Behind") == 0
    assert s.people.away.sum() == s.people.displaced.sum()


def test_a_theatre_without_people_is_at_peace_with_the_rule():
    s = Peopled(population=dict.fromkeys(("Front", "Quarter", "Near", "Far", "Behind"), 0))
    s.fight_at("Front")
    s.evening(killed=np.ones((1, 5), np.int64))
    s.aid()
    assert not s.everyone().any()


# What holds whatever happens.


def with_people(number: int) -> Scenario:
    luck = np.random.default_rng(number)
    content = random_scenario(number).resolved()
    for row in content["places"]:
        row["population"] = int(luck.choice([0, 300, 30_000]))
    return Scenario.from_resolved(content)


def days_of(number: int, replicates: list[int], parameters=None):
    """Yield simulation and people, before and after each day of a random scenario."""
    simulation = Simulation(
        with_people(number), seed=number, replicates=replicates, parameters=parameters
    )
    people = initial_people(simulation.setting)
    numbers = np.asarray(replicates)[:, None]
    while not simulation.finished:
        simulation.step()
        simulation.state.day -= 1
        before = {name: getattr(people, name).copy() for name in MOVING}
        places = np.arange(simulation.setting.theatre.P)
        killed = (numbers + places + simulation.state.day) % 5
        move_civilians(simulation.state, simulation.setting, people, killed=killed)
        count_people_in_need(simulation.state, simulation.setting, people)
        yield simulation, people, before
        simulation.state.day += 1


VIOLENT = {
    "civilians.flight_share_per_day": 0.5,
    "civilians.quiet_days": 1.0,
    "civilians.return_share_per_day": 0.3,
}


@settings(max_examples=12, deadline=None)
@given(number=st.integers(0, 400))
def test_people_are_conserved(number):
    for simulation, people, _ in days_of(number, [0, 3, 8], VIOLENT):
        population = simulation.setting.theatre.population.sum()
        alive = people.residents + people.displaced
        assert (alive.sum(axis=1) + people.dead.sum(axis=1) == population).all()
        assert (people.away.sum(axis=1) == people.displaced.sum(axis=1)).all()
        for name in ("residents", "displaced", "away", "dead", "in_need", "reached"):
            assert getattr(people, name).min() >= 0
        assert (people.in_need <= alive).all()
        assert (people.reached <= people.in_need).all()


@settings(max_examples=12, deadline=None)
@given(number=st.integers(0, 400))
def test_nobody_flees_a_quiet_place_or_to_one_under_fire(number):
    for simulation, people, before in days_of(number, [1, 2], VIOLENT):
        state = simulation.state
        fire = state.engaged | (state.tally["air_strikes"] > 0).any(axis=1)
        alarmed = people.unsafe_day == state.day
        assert alarmed[fire].all()
        fled = people.away > before["away"]
        assert not (fled & ~alarmed).any()
        came = people.displaced > before["displaced"]
        assert not (came & (alarmed | (simulation.setting.theatre.population == 0))).any()


@settings(max_examples=6, deadline=None)
@given(number=st.integers(0, 400))
def test_a_replicate_is_the_same_alone_and_in_any_batch(number):
    rising = {"civilians.flight_share_per_day": np.array([0.1, 0.3, 0.5, 0.6])}
    batch = days_of(number, [5, 2, 9, 7], rising)
    alone = days_of(number, [9], {"civilians.flight_share_per_day": 0.5})
    for (_, many, _), (_, one, _) in zip(batch, alone, strict=True):
        for name in (*MOVING, "aid_permille", "in_need", "reached"):
            assert (getattr(many, name)[2] == getattr(one, name)[0]).all(), name
