"""State media claim more and earlier than is true, and nothing of their own losses."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.simulation import Simulation
from sim.observers.state_media import Claims, MediaMemory, first_memory, publish, speaking
from sim.state.state import begin_day
from tests.arrays import arrays_of_history, assert_same_bits
from tests.oracle.abandoned_town import abandoned_town
from tests.oracle.day import new_world, simulate_day
from tests.oracle.state_media import Claim, new_desks
from tests.oracle.state_media import publish as publish_one_by_one
from tests.random_scenarios import random_scenario
from tests.situations import Situation, scenario_with

ALL_SPEAK = {"any_kind.state_media": 1.0}
DISTRICT = {"kind": "district", "city": "City", "area_km2": 1.0}


class Evenings:
    """The media of a situation, evening after evening; nothing happens but what a test does."""

    def __init__(self, replicates: int = 1, allied=(), **values: float) -> None:
        named = {f"state_media.{name}": value for name, value in values.items()}
        self.s = Situation(
            scenario_with(
                {"A": DISTRICT | {"controller": "red"}, "B": "blue", "C": "green"},
                [("A", "B", 10), ("B", "C", 10)],
                [("r", "reds", "A", 100), ("b", "blues", "B", 100), ("g", "greens", "C", 100)],
                values={"reds.state_media": 1.0, "blues.state_media": 1.0} | named,
                allied=allied,
            ),
            replicates,
        )
        self.memory: MediaMemory = first_memory(self.s.setting)

    def die(self, faction: str, place: str, dead: int) -> None:
        tally = self.s.state.tally["killed"]
        tally[:, self.s.faction(faction), self.s.place(place)] += dead

    def evening(self) -> Claims:
        state, setting = self.s.state, self.s.setting
        claims = publish(self.memory, state, setting, state.day)
        state.day += 1
        begin_day(state, setting)
        return claims

    def killed(self, claims: Claims, teller: str, about: str, place: str) -> np.ndarray:
        s = self.s
        return claims.killed[:, s.faction(teller), s.faction(about), s.place(place)]

    def told(self, places: np.ndarray, teller: str) -> list[str]:
        """Names of the places of the first replicate that media name."""
        names = self.s.setting.theatre.names
        return [names[place] for place in np.flatnonzero(places[0, self.s.faction(teller)])]


def test_media_claim_more_than_died_the_next_day():
    e = Evenings(1000, inflation=1.7, delay_days=1.0)
    e.die("red", "A", 20)
    e.s.move("b", "A")
    assert not e.evening().killed.any()
    claims = e.evening()
    claimed = e.killed(claims, "blue", "red", "A")
    assert (claimed >= 20).all()
    assert claimed.mean() == pytest.approx(34, abs=4 * np.sqrt(14 / 1000))
    assert claimed.var() == pytest.approx(14, rel=0.2)
    blue, red, place = e.s.faction("blue"), e.s.faction("red"), e.s.place("A")
    assert (claims.truly_killed[:, blue, red, place] == 20).all()
    assert not e.evening().killed.any()


def test_claims_come_out_over_some_days():
    e = Evenings(1000, inflation=1.0, delay_days=2.0)
    e.s.move("b", "A")
    e.die("red", "A", 64)
    told = [e.killed(e.evening(), "blue", "red", "A").mean() for _ in range(5)]
    np.testing.assert_allclose(told, [0, 32, 16, 8, 4], atol=0.6)


def test_two_sides_that_tell_of_each_other_do_not_share_luck():
    e = Evenings(200, inflation=2.0, delay_days=1.0)
    e.s.move("b", "A")
    e.die("red", "A", 20)
    e.die("blue", "A", 20)
    e.evening()
    claims = e.evening()
    of_red, of_blue = (e.killed(claims, *who, "A") for who in (("blue", "red"), ("red", "blue")))
    assert abs(np.corrcoef(of_red, of_blue)[0, 1]) < 4 / np.sqrt(200)


def test_an_inflation_below_one_claims_fewer():
    e = Evenings(1000, inflation=0.5, delay_days=1.0)
    e.s.move("b", "A")
    e.die("red", "A", 40)
    e.evening()
    claimed = e.killed(e.evening(), "blue", "red", "A")
    assert (claimed <= 40).all()
    assert claimed.mean() == pytest.approx(20, abs=4 * np.sqrt(10 / 1000))


def test_media_tell_neither_of_their_own_dead_nor_of_neutrals():
    e = Evenings(1, delay_days=1.0)
    for place in ("A", "B", "C"):
        e.s.move("b", place)
        for faction in ("red", "blue", "green"):
            e.die(faction, place, 10)
        e.evening()
    told = e.evening().killed[0].sum(axis=2) > 0
    assert not told.diagonal().any()
    assert not told[e.s.faction("green")].any()
    assert not told[:, e.s.faction("green")].any()


def test_only_dead_where_the_side_fought_are_claimed():
    e = Evenings(1, delay_days=1.0)
    e.die("red", "C", 30)
    e.evening()
    assert not e.evening().killed.any()
    e.die("red", "C", 30)
    e.s.state.tally["air_strikes"][:, e.s.faction("blue"), e.s.place("C")] = 1
    e.evening()
    assert e.killed(e.evening(), "blue", "red", "C")[0] >= 30


def test_dead_of_an_enemy_of_allies_are_claimed_by_both():
    e = Evenings(1, allied=[("blue", "green")], delay_days=1.0)
    e.s.move("g", "A")
    e.die("red", "A", 10)
    e.evening()
    assert e.killed(e.evening(), "blue", "red", "A")[0] >= 10


def test_a_capture_is_claimed_on_the_day_by_who_took_it():
    e = Evenings()
    assert not e.evening().captured.any()
    e.s.move("b", "A")
    e.s.set("r", strength=0)
    e.s.hold("A", "blue")
    claims = e.evening()
    assert e.told(claims.captured, "blue") == ["A"]
    assert e.told(claims.captured, "red") == []
    assert e.told(claims.cleared, "blue") == []
    assert not e.evening().captured.any()


def clear(e: Evenings, share: float) -> None:
    """Let blue stand alone in A, with a share of it cleared."""
    e.s.move("b", "A")
    e.s.move("r", "B")
    e.s.state.captor[:, e.s.place("A")] = e.s.faction("blue")
    e.s.state.cleared_m2[:, e.s.place("A")] = round(share * 1e6)


def test_a_district_is_cleared_when_half_of_it_is_and_is_told_of_once():
    e = Evenings()
    clear(e, 0.49)
    assert e.told(e.evening().cleared, "blue") == []
    clear(e, 0.5)
    claims = e.evening()
    assert e.told(claims.cleared, "blue") == ["A"]
    assert not claims.holds[0, e.s.faction("blue"), e.s.place("A")]
    clear(e, 0.7)
    assert e.told(e.evening().cleared, "blue") == []
    e.s.hold("A", "blue")
    claims = e.evening()
    assert e.told(claims.captured, "blue") == e.told(claims.cleared, "blue") == []


def test_a_claim_that_fell_through_can_be_made_again():
    e = Evenings()
    clear(e, 0.6)
    assert e.told(e.evening().cleared, "blue") == ["A"]
    e.s.move("b", "B")
    e.s.move("r", "A")
    assert e.told(e.evening().cleared, "blue") == []
    clear(e, 0.6)
    assert e.told(e.evening().cleared, "blue") == ["A"]


def test_a_district_is_cleared_when_the_enemy_in_it_is_weak():
    e = Evenings()
    e.s.move("b", "A")
    e.s.set("r", strength=25)
    assert e.told(e.evening().cleared, "blue") == []
    e.s.set("r", strength=24)
    claims = e.evening()
    assert e.told(claims.cleared, "blue") == ["A"]
    assert not claims.alone[0, e.s.faction("blue"), e.s.place("A")]
    assert e.told(claims.cleared, "red") == []


def test_a_district_is_cleared_when_the_last_enemy_leaves_it():
    e = Evenings()
    e.s.move("b", "A")
    assert e.told(e.evening().cleared, "red") == []
    e.s.move("b", "B")
    claims = e.evening()
    assert e.told(claims.cleared, "red") == ["A"]
    assert claims.alone[0, e.s.faction("red"), e.s.place("A")]


def test_places_outside_cities_are_told_of_only_when_taken():
    e = Evenings()
    e.s.move("r", "B")
    e.s.set("b", strength=5)
    assert not e.evening().cleared.any()


def test_nobody_has_media_unless_a_scenario_says_so():
    simulation = Simulation(random_scenario(1), seed=1, replicates=[0])
    memory = first_memory(simulation.setting)
    assert not speaking(simulation.setting).any()
    while not simulation.finished:
        simulation.step()
        claims = publish(memory, simulation.state, simulation.setting, simulation.day - 1)
        for told in (claims.killed, claims.captured, claims.cleared):
            assert not told.any()


def test_media_change_nothing_in_the_theatre():
    scenario = random_scenario(2)
    silent = Simulation(scenario, seed=1, replicates=[0, 1]).run()
    loud = Simulation(scenario, seed=1, replicates=[0, 1], parameters=ALL_SPEAK).run()
    assert_same_bits(arrays_of_history(silent), arrays_of_history(loud))


def claims_of(scenario, replicates: list[int]) -> list[Claims]:
    simulation = Simulation(scenario, seed=1, replicates=replicates, parameters=ALL_SPEAK)
    memory, days = first_memory(simulation.setting), []
    while not simulation.finished:
        simulation.step()
        days.append(publish(memory, simulation.state, simulation.setting, simulation.day - 1))
    return days


def test_claims_are_the_same_in_any_batch():
    scenario = random_scenario(3)
    alone, batch = claims_of(scenario, [5]), claims_of(scenario, [7, 5, 0])
    assert any(day.killed.any() for day in alone)
    for one, three in zip(alone, batch, strict=True):
        for name, values in vars(one).items():
            np.testing.assert_array_equal(values[0], getattr(three, name)[1])


def as_list(claims: Claims, row: int) -> list[Claim]:
    found: list[Claim] = []
    for teller, about, place in np.argwhere(claims.killed[row]).tolist():
        at = row, teller, about, place
        number, true = int(claims.killed[at]), int(claims.truly_killed[at])
        found.append((teller, "killed", about, place, number, true))
    for what, true_of in (("captured", claims.holds), ("cleared", claims.alone)):
        for teller, place in np.argwhere(getattr(claims, what)[row]).tolist():
            true = int(true_of[row, teller, place])
            found.append((teller, what, teller, place, 1, true))
    return sorted(found)


def compare(scenario, seed: int, parameters: dict[str, float]) -> set[str]:
    """Run the engine and the oracle side by side; return what was claimed."""
    engine = Simulation(scenario, seed=seed, replicates=[1, 0], parameters=parameters)
    world = new_world(scenario, seed, 0, parameters)
    memory, desks = first_memory(engine.setting), new_desks(world)
    happened: set[str] = set()
    for day in range(engine.days):
        engine.step()
        simulate_day(world)
        claims = publish(memory, engine.state, engine.setting, day)
        expected = sorted(publish_one_by_one(world, desks, day))
        assert as_list(claims, 1) == expected
        happened |= {what for _, what, *_ in expected}
    return happened


@pytest.mark.parametrize("inflation", [0.6, 2.0])
def test_the_oracle_claims_the_same(inflation):
    values = ALL_SPEAK | {"state_media.inflation": inflation, "state_media.delay_days": 1.7}
    happened = set().union(*(compare(random_scenario(number), 1, values) for number in range(8)))
    happened |= compare(abandoned_town(), 1, values)
    assert happened == {"killed", "captured", "cleared"}
