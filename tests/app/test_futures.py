"""Many replicates come out the same however they were split, and as each does alone."""

import itertools
import threading
import time
from datetime import date, timedelta

import numpy as np
import pytest

import sim
from sim.app import future_runs
from sim.app.fans import LEVELS
from sim.app.future_parts import run_part
from sim.app.future_runs import FuturesRun, part_sizes
from sim.app.futures import Wish, futures_dict
from sim.app.worker_process import StoppedError
from sim.app.workers import Workers
from sim.engine.posterior import posterior_of
from sim.engine.run import run_campaign
from sim.engine.sources import load_checked
from sim.engine.tables import daily_table

DAYS = 12
CHANGED = {"siege.first_wave_fighters": 640.0, "islamic_state.caution": 0.7}


@pytest.fixture(scope="module")
def workers():
    """Return two workers."""
    pool = Workers(2)
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def towns():
    """Return a small scenario."""
    return load_checked("two-towns")


@pytest.fixture(scope="module")
def wish(hasakeh):
    """Return the first days of the siege, with fitted and with chosen parameters."""
    return Wish(
        scenario=hasakeh,
        seed=7,
        replicates=9,
        parameters=CHANGED,
        posterior=posterior_of(hasakeh, True),
        until=hasakeh.start + timedelta(days=DAYS - 1),
    )


@pytest.fixture(scope="module")
def whole(wish):
    """Return all of it in one part."""
    return run_part(wish.chunk(0, wish.replicates))


def arrays_of(futures, places, factions):
    """Return shares of holders ``[D, P, F + 1]`` and the fans by id, ``[factions, levels, D]``."""
    days = futures["days"]
    held = np.frombuffer(futures["held"], np.uint8).reshape(days, places, factions + 1)
    fans = {
        each["id"]: np.frombuffer(each["values"], "<f4").reshape(-1, len(LEVELS), days)
        for each in futures["fans"]
    }
    return held, fans


def test_a_replicate_has_the_outcomes_that_it_has_in_an_ensemble(wish, whole):
    ensemble = sim.Ensemble(
        wish.scenario,
        seed=wish.seed,
        replicates=wish.replicates,
        parameters=CHANGED,
        posterior=True,
        until=wish.until,
        chunk=4,
    ).run()
    assert whole.outcomes.keys() == ensemble.outcomes.keys()
    for name, values in ensemble.outcomes.items():
        assert whole.outcomes[name].values.tobytes() == values.values.tobytes(), name
        assert whole.outcomes[name].by_end.tolist() == values.by_end.tolist(), name


def test_a_replicate_goes_day_by_day_as_it_does_alone(wish, whole):
    record = run_campaign(
        wish.scenario, seed=7, replicate=5, parameters=CHANGED, posterior=True, until=wish.until
    )
    table = daily_table(record)
    columns = {
        "reported_killed": "reported_killed_total_fighters",
        "killed": "killed_total_fighters",
        "strength": "strength_fighters",
        "districts_held": "districts_held",
        "places_held": "places_held",
        "territory_km2": "territory_km2",
    }
    assert whole.series.keys() == columns.keys()
    for name, column in columns.items():
        alone = table[column].reshape(DAYS, -1).T
        np.testing.assert_array_equal(whole.series[name][5], alone.astype(np.float32), name)
    alone = run_part(wish.chunk(5, 1))
    holders = np.where(record.history.controller[:, 0] < 0, 4, record.history.controller[:, 0])
    assert (alone.holders.argmax(axis=2) == holders).all()
    assert (alone.holders.sum(axis=2) == 1).all()


def test_the_result_hangs_on_no_split_and_no_order(wish, whole):
    expected = futures_dict(wish, [whole], 1.0)
    splits = ([(0, 9)], [(0, 2), (2, 3), (5, 4)], [(0, 1), (1, 8)])
    for split in splits[1:]:
        parts = [run_part(wish.chunk(*rows)) for rows in split]
        for order in itertools.permutations(parts):
            assert futures_dict(wish, order, 1.0) == expected


def test_holders_are_shares_of_the_replicates(wish, whole):
    places, factions = len(wish.scenario.places), len(wish.scenario.factions)
    held, _ = arrays_of(futures_dict(wish, [whole], 0.0), places, factions)
    assert (np.abs(held.astype(int).sum(axis=2) - 255) <= factions).all()
    np.testing.assert_allclose(held / 255, whole.holders / wish.replicates, atol=0.5 / 255 + 1e-9)
    assert ((held > 0) & (held < 255)).any()


def test_fans_of_shown_factions_lie_in_order_and_totals_never_fall(wish, whole):
    futures = futures_dict(wish, [whole], 0.0)
    _, fans = arrays_of(futures, len(wish.scenario.places), len(wish.scenario.factions))
    for each in futures["fans"]:
        values = fans[each["id"]]
        assert len(values) == len(each["factions"]) > 0
        assert (np.diff(values, axis=1) >= 0).all()
        median = np.median(whole.series[each["id"]][:, each["factions"]], axis=0)
        np.testing.assert_allclose(values[:, 2], median, rtol=1e-6)
    assert (np.diff(fans["killed"], axis=2) >= 0).all()


def test_the_picture_says_what_it_is_of(wish, whole):
    futures = futures_dict(wish, [whole], 1.23456)
    assert (futures["scenario"], futures["seed"]) == ("hasakeh-2015", 7)
    assert (futures["done"], futures["of"], futures["days"]) == (9, 9, DAYS)
    assert (futures["start"], futures["seconds"]) == ("2015-06-23", 1.235)
    assert futures["factions"] == list(wish.scenario.factions)
    assert futures["label"] == futures["title"] == wish.scenario.title
    assert np.frombuffer(futures["numbers"], "<i4").tolist() == list(range(9))


def test_outcomes_are_in_the_form_in_which_they_were_reported(hasakeh):
    wish = Wish(scenario=hasakeh, seed=7, replicates=6, parameters={})
    futures = futures_dict(wish, [run_part(wish.chunk(0, 6))], 0.0)
    outcomes = {each["id"]: each for each in futures["outcomes"]}
    assert list(outcomes) == [row.id for row in hasakeh.outcomes]
    start = outcomes["siege_start"]
    assert start["kind"] == "date"
    assert hasakeh.start + timedelta(days=start["reported_value"]) == date(2015, 6, 25)
    assert outcomes["siege_days"]["kind"] == "days"
    assert outcomes["siege_days"]["reported_value"] == 33
    assert outcomes["last_district"]["reported_value"] == "Zuhur"
    names = {place.name for place in hasakeh.places} | {"none", None}
    assert set(outcomes["last_district"]["values"]) <= names
    assert set(outcomes["city_divided"]["values"]) <= {True, False, None}
    for days, end in zip(
        outcomes["siege_days"]["values"], outcomes["siege_end"]["values"], strict=True
    ):
        assert (days is None) == (end is None)
    assert None in outcomes["siege_days"]["values"]


def test_what_is_not_simulated_is_left_out():
    scenario = load_checked("campaign-2015")
    wish = Wish(scenario, 0, 1, {}, until=scenario.start)
    futures = futures_dict(wish, [run_part(wish.chunk(0, 1))], 0.0)
    not_simulated = {row.id for row in scenario.outcomes if row.measure == "not_simulated"}
    assert not_simulated
    shown = {each["id"] for each in futures["outcomes"]}
    assert shown == {row.id for row in scenario.outcomes} - not_simulated


def test_wishes_with_one_seed_share_their_luck(wish, whole):
    scenario = wish.scenario.with_values(CHANGED)
    other = Wish(
        scenario=scenario,
        seed=7,
        replicates=9,
        parameters={},
        posterior=posterior_of(scenario, True),
        until=wish.until,
    )
    # The same values, said in another place: another wish, but the same luck and the same run.
    part = run_part(other.chunk(0, 9))
    for name, values in whole.series.items():
        assert part.series[name].tobytes() == values.tobytes(), name
    assert other.key != wish.key


def test_keys_tell_wishes_and_pictures_apart(hasakeh, whole, wish):
    def key(**changed):
        given = {"scenario": hasakeh, "seed": 7, "replicates": 9, "parameters": {}, **changed}
        return Wish(**given).key

    keys = [
        key(),
        key(seed=8),
        key(parameters=CHANGED),
        key(posterior=posterior_of(hasakeh, True)),
        key(until=hasakeh.start),
        key(scenario=load_checked("ypg-neutral")),
    ]
    assert len(set(keys)) == len(keys)
    assert key(parameters=dict(reversed(CHANGED.items()))) == key(parameters=CHANGED)
    assert key(replicates=10) == key()  # the first nine are the same
    part = run_part(wish.chunk(0, 4))
    assert futures_dict(wish, [part], 0.0)["key"] != futures_dict(wish, [whole], 0.0)["key"]


def test_no_replicates_are_no_wish(hasakeh):
    with pytest.raises(ValueError, match="at least 1"):
        Wish(scenario=hasakeh, seed=0, replicates=0, parameters={})


@pytest.mark.parametrize("replicates", [1, 31, 32, 33, 64, 100, 256, 1000])
@pytest.mark.parametrize("count", [1, 2, 3, 8])
@pytest.mark.parametrize("most", [1, 16, 80, 256])
def test_parts_are_all_of_an_ensemble_and_none_is_too_large(replicates, count, most):
    sizes = part_sizes(replicates, count, most)
    assert sum(sizes) == replicates
    assert max(sizes) <= most
    assert min(sizes) >= 1
    assert sizes[0] == min(max(1, most // 8), replicates)


def test_two_workers_are_done_at_about_the_same_time():
    first, large, last = part_sizes(256, 2, 256)
    cost = 256 // future_runs.COST_SHARE
    assert first == 32
    assert abs((first + cost + last + cost) - (large + cost)) <= 1


def test_workers_beyond_two_share_what_the_first_part_leaves():
    assert part_sizes(256, 8, 256) == [32] * 8


def test_a_run_gives_a_first_picture_and_ends_with_them_all(towns, workers):
    wish = Wish(scenario=towns, seed=3, replicates=100, parameters={})
    pictures = list(FuturesRun(wish, workers))
    done = [each["done"] for each in pictures]
    assert done == sorted(set(done))
    assert done[-1] == 100
    at_once = futures_dict(wish, [run_part(wish.chunk(0, 100))], pictures[-1]["seconds"])
    assert pictures[-1] == at_once


def test_pictures_do_not_come_too_often(towns, workers, monkeypatch):
    monkeypatch.setattr(future_runs, "usual_chunk", lambda scenario: 1)
    wish = Wish(scenario=towns, seed=3, replicates=24, parameters={}, until=towns.start)
    times = [(picture["done"], time.monotonic()) for picture in FuturesRun(wish, workers)]
    assert times[-1][0] == 24
    gaps = [later - earlier for (_, earlier), (_, later) in itertools.pairwise(times)]
    # The last one does not wait.
    assert all(gap > future_runs.SECONDS_BETWEEN - 0.05 for gap in gaps[:-1])
    assert len(times) < 24


def test_a_run_that_is_dropped_ends_and_frees_the_workers(hasakeh, workers):
    run = FuturesRun(Wish(scenario=hasakeh, seed=1, replicates=512, parameters={}), workers)
    ended = threading.Event()

    def follow() -> None:
        for _ in run:
            pass
        ended.set()

    following = threading.Thread(target=follow)
    following.start()
    time.sleep(0.3)
    run.drop()
    assert ended.wait(30)
    following.join()
    # All that is left ends within a day of the simulation, not after all of them.
    started = time.monotonic()
    assert workers.submit(abs, -1).result(30) == 1
    assert time.monotonic() - started < 10


def test_a_run_that_was_dropped_at_once_has_no_pictures(towns, workers):
    run = FuturesRun(Wish(scenario=towns, seed=1, replicates=64, parameters={}), workers)
    run.drop()
    assert list(run) == []


def test_leaving_off_drops_the_rest(hasakeh, workers):
    run = FuturesRun(Wish(hasakeh, 1, 256, {}, until=hasakeh.start), workers)
    for _ in run:
        break
    assert list(run) == []


def test_what_goes_wrong_in_a_part_is_raised(towns, workers):
    wish = Wish(scenario=towns, seed=1, replicates=64, parameters={"no.such": 1.0})
    with pytest.raises(ValueError, match=r"no\.such"):
        list(FuturesRun(wish, workers))
    assert not isinstance(workers.submit(abs, -1).exception(30), StoppedError)


def test_two_runs_at_once_do_not_mix(towns, workers):
    wishes = [Wish(scenario=towns, seed=seed, replicates=40, parameters={}) for seed in (1, 2)]
    runs = [FuturesRun(wish, workers) for wish in wishes]
    for run, wish in zip(runs, wishes, strict=True):
        last = list(run)[-1]
        assert last == futures_dict(wish, [run_part(wish.chunk(0, 40))], last["seconds"])
