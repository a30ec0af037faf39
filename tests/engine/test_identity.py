"""The promise: a replicate is the same to the last bit however it is run."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.engine.results import write_run
from sim.engine.run import run_campaign
from sim.engine.simulation import Simulation
from sim.scenario import Scenario
from sim.state.parameters import draw_from_priors
from tests.arrays import (
    arrays_of_history,
    arrays_of_state,
    assert_same_bits,
    rows_of_history,
    rows_of_state,
)
from tests.random_scenarios import START, random_scenario, scenarios

SEED = 7


def run(scenario: Scenario, replicates, parameters=None, until=None) -> Simulation:
    simulation = Simulation(
        scenario, seed=SEED, replicates=replicates, parameters=parameters, until=until
    )
    simulation.run()
    return simulation


def assert_same_replicate(these: Simulation, those: Simulation, replicate: int) -> None:
    """Fail unless a replicate has the same history and final state in two batches."""
    rows = [
        [int(np.flatnonzero(each.setting.replicates == replicate)[0])] for each in (these, those)
    ]
    assert_same_bits(
        rows_of_history(these.history, rows[0]), rows_of_history(those.history, rows[1])
    )
    assert_same_bits(rows_of_state(these.state, rows[0]), rows_of_state(those.state, rows[1]))


def column(parameters: dict, rows) -> dict:
    return {name: values[rows] for name, values in parameters.items()}


@settings(max_examples=8)
@given(scenarios(), st.data())
def test_a_replicate_is_the_same_alone_and_in_any_batch(scenario, data):
    whole = run(scenario, [5, 381, 0, 12, 3])
    assert_same_replicate(run(scenario, [381]), whole, 381)
    assert_same_replicate(run(scenario, [3, 381]), whole, 3)
    order = data.draw(st.permutations([5, 381, 0, 12, 3, 7]))
    larger = run(scenario, order)
    for replicate in (5, 381, 0, 12, 3):
        assert_same_replicate(larger, whole, replicate)


@settings(max_examples=4)
@given(scenarios())
def test_it_is_so_too_where_every_replicate_has_its_own_parameters(scenario):
    numbers = np.array([5, 381, 0, 12, 3])
    drawn = draw_from_priors(scenario, seed=SEED, replicates=numbers)
    whole = run(scenario, numbers, drawn)
    alone = draw_from_priors(scenario, seed=SEED, replicates=[381])
    assert_same_bits(column(drawn, [1]), alone)
    assert_same_replicate(run(scenario, [381], alone), whole, 381)
    backwards = [4, 3, 2, 1, 0]
    reordered = run(scenario, numbers[backwards], column(drawn, backwards))
    for replicate in numbers:
        assert_same_replicate(reordered, whole, replicate)


@settings(max_examples=4)
@given(scenarios())
def test_a_campaign_is_that_replicate_of_the_ensemble(scenario):
    whole = run(scenario, [2, 381, 9])
    campaign = sim.Campaign(scenario, seed=SEED, replicate=381).run()
    assert_same_replicate(campaign.simulation, whole, 381)


def test_hasakeh_is_the_same_alone_and_in_any_batch(hasakeh):
    until = date(2015, 7, 31)
    whole = run(hasakeh, [381, 3, 12], until=until)
    for replicate in (381, 12):
        assert_same_replicate(run(hasakeh, [replicate], until=until), whole, replicate)
    assert_same_replicate(run(hasakeh, [12, 40, 41, 381], until=until), whole, 381)


def test_hasakeh_is_the_same_in_any_batch_with_parameters_from_the_priors(hasakeh):
    until = date(2015, 7, 31)
    numbers = np.array([381, 3, 12])
    drawn = draw_from_priors(hasakeh, seed=SEED, replicates=numbers)
    whole = run(hasakeh, numbers, drawn, until)
    assert_same_replicate(run(hasakeh, [12], column(drawn, [2]), until), whole, 12)
    record = run_campaign(hasakeh, seed=SEED, replicate=3, prior=True, until=until)
    assert_same_bits(arrays_of_history(record.history), rows_of_history(whole.history, [1]))


def test_the_size_of_the_chunks_and_the_number_of_workers_change_no_outcome():
    scenario = random_scenario(3)
    results = [
        sim.Ensemble(scenario, seed=SEED, replicates=7, prior=True, chunk=chunk, workers=n).run()
        for chunk, n in ((256, 1), (1, 1), (3, 1), (4, 2))
    ]
    for result in results[1:]:
        assert_same_bits(result.parameters, results[0].parameters)
        for name, outcome in results[0].outcomes.items():
            np.testing.assert_array_equal(result.outcomes[name].values, outcome.values)
            np.testing.assert_array_equal(result.outcomes[name].by_end, outcome.by_end)


def test_an_ensemble_that_begins_later_runs_the_same_replicates():
    scenario = random_scenario(3)
    whole = sim.Ensemble(scenario, seed=SEED, replicates=6, prior=True).run()
    tail = sim.Ensemble(scenario, seed=SEED, replicates=2, first=4, prior=True).run()
    assert tail.replicates.tolist() == [4, 5]
    for name, outcome in whole.outcomes.items():
        np.testing.assert_array_equal(tail.outcomes[name].values, outcome.values[4:])


# Settings of the map and the kernel that hardly ever vary between replicates: they may too.
SELDOM_VARIED = (
    "air.memory_days",
    "control.void_days",
    "any_kind.march_km_per_day",
    "any_kind.groups",
    "any_kind.reach_km",
    "any_kind.cut_plan_days",
)


@pytest.mark.parametrize("name", SELDOM_VARIED)
def test_any_parameter_may_differ_between_replicates(name):
    for number in (1, 8):
        scenario = random_scenario(number)
        usual = float(scenario.parameters[name].value)
        values = np.array([usual * 2.0, usual, usual * 0.5])
        whole = run(scenario, [1, 2, 3], {name: values})
        for row in range(3):
            alone = run(scenario, [row + 1], {name: values[[row]]})
            assert_same_replicate(alone, whole, row + 1)


def test_the_order_of_days_run_and_looked_at_changes_nothing():
    scenario = random_scenario(5)
    at_once = run(scenario, [1])
    by_day = Simulation(scenario, seed=SEED, replicates=[1])
    while not by_day.finished:
        by_day.step()
        assert by_day.history.days == by_day.day
    assert_same_bits(arrays_of_history(by_day.history), arrays_of_history(at_once.history))


def test_a_run_that_stops_early_is_the_beginning_of_the_whole():
    scenario = random_scenario(5)
    whole = run(scenario, [1, 2])
    early = run(scenario, [1, 2], until=START.replace(day=4))
    assert early.history.days == 4
    assert_same_bits(arrays_of_history(early.history), arrays_of_history(whole.history.first(4)))


def test_the_same_seed_gives_the_same_bytes_on_disk(tmp_path):
    scenario = random_scenario(2)
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        write_run(folder, run_campaign(scenario, seed=SEED, replicate=3))
    contents = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert contents[0].keys() == contents[1].keys()
    assert {"run.json", "daily.parquet", "units.parquet"} <= contents[0].keys()
    assert [name for name in contents[0] if contents[0][name] != contents[1][name]] == []


def test_another_seed_or_replicate_gives_another_battle():
    scenario = random_scenario(2)
    usual = arrays_of_history(run(scenario, [3]).history)
    other_replicate = arrays_of_history(run(scenario, [4]).history)
    other = Simulation(scenario, seed=SEED + 1, replicates=[3])
    other_seed = arrays_of_history(other.run())
    for changed in (other_replicate, other_seed):
        assert (changed["killed"] != usual["killed"]).any()


# Things that never meet the others: what is added changes nothing for those who were there.


@settings(max_examples=8)
@given(scenarios())
def test_an_isolated_place_changes_nothing_elsewhere(scenario):
    content = with_island(scenario.resolved())
    assert_undisturbed(scenario, Scenario.from_resolved(content))


@settings(max_examples=8)
@given(scenarios(), st.integers(0, 3))
def test_a_unit_on_an_island_changes_nothing_for_its_comrades(scenario, kind):
    # Nobody slips off an island, or he might come back to the mainland with the recruits.
    scenario = scenario.with_values({"any_kind.slip_out_per_day": 0.0})
    content = with_island(scenario.resolved())
    kinds = [row["name"] for row in content["kinds"]]
    content["units"].insert(0, island_unit(kinds[kind % len(kinds)]))
    assert_undisturbed(scenario, Scenario.from_resolved(content), ledger=False)


@settings(max_examples=8)
@given(scenarios(), st.sampled_from(["army", "militia", "ypg", "islamic_state"]))
def test_a_faction_on_an_island_changes_nothing_for_the_others(scenario, decides):
    content = with_island(scenario.resolved(), holder="islanders")
    # First in every table, so that every index moves; hostile to all, whom it cannot reach.
    content["factions"].insert(0, {"name": "islanders"})
    content["kinds"].insert(0, {"name": "hermits", "faction": "islanders", "decides": decides})
    content["relations"] += [
        {"a": "islanders", "b": name, "stance": "hostile"} for name in scenario.factions
    ]
    content["units"].insert(0, island_unit("hermits"))
    # No row of supply.csv: a depot on the island would be a target for those who fly.
    content["air"].append(
        {"id": "kites", "faction": "islanders", "strikes_per_day": 3.0, "supports": "islanders"}
    )
    assert_undisturbed(scenario, Scenario.from_resolved(content))


def with_island(content: dict, holder: str | None = None) -> dict:
    where = {"latitude": 10.0, "longitude": 10.0, "isolated": True}
    content["places"].insert(0, {"name": "Island", "kind": "town"} | where)
    content["control"].insert(0, {"place": "Island"} | ({"controller": holder} if holder else {}))
    return content


def island_unit(kind: str) -> dict:
    return {"id": "castaways", "kind": kind, "place": "Island", "fighters": 90.0, "units": 2}


def assert_undisturbed(usual: Scenario, larger: Scenario, *, ledger: bool = True) -> None:
    """Fail unless places and factions of the usual scenario have the same history in a larger."""
    histories = [Simulation(each, seed=SEED, replicates=[0, 6]).run() for each in (usual, larger)]
    old, new = histories
    place = [new.places.index(name) for name in old.places]
    faction = [new.factions.index(name) for name in old.factions]
    these, those = arrays_of_history(old), arrays_of_history(new)
    for name, values in those.items():
        values = values[:, :, faction] if name not in ("controller", "engaged") else values
        those[name] = values if name == "ledger" else values[..., place]
    holders = those["controller"]
    back = np.full(len(new.factions) + 1, -9, dtype=np.int8)
    back[faction], back[-1] = np.arange(len(faction)), -1
    those["controller"] = back[holders]
    if not ledger:
        del these["ledger"], those["ledger"]
    assert_same_bits(these, those)


def test_no_array_of_the_state_is_shared_between_replicates():
    simulation = run(random_scenario(1), [0, 1])
    for name, values in arrays_of_state(simulation.state).items():
        assert values.shape[0] == 2, name
        assert 0 not in values.strides[:1] or values.size == 0, name
