"""A draw is a pure function of seed, replicate, day, stream and id."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.state import streams as module
from sim.state.stable_ids import stable_ids
from sim.state.streams import PURPOSES, StreamError, Streams, mix, register

IDS = stable_ids("unit", [f"unit {n}" for n in range(50)])
STREAM = "combat.losses"

GOLDEN = [0.843409845485772, 0.8454037708731009]

seeds = st.integers(-(2**70), 2**70)


def test_draws_lie_strictly_between_nought_and_one():
    drawn = Streams(1, np.arange(2000)).uniform(STREAM, 0, IDS)
    assert drawn.shape == (2000, 50)
    assert drawn.dtype == np.float64
    assert 0.0 < drawn.min() < drawn.max() < 1.0
    edges = np.array([0, 2**64 - 1], dtype=np.uint64)
    low, high = module._to_unit_interval(edges)
    assert 0.0 < low < high < 1.0


def test_draws_are_uniform_and_look_independent():
    drawn = Streams(1, np.arange(4000)).uniform(STREAM, 3, IDS)
    assert stats.kstest(drawn.ravel(), "uniform").pvalue > 1e-3
    correlation = np.corrcoef(drawn.T)
    assert np.abs(correlation - np.eye(50)).max() < 0.08
    neighbours = np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]
    assert abs(neighbours) < 0.01


@pytest.mark.parametrize("change", ["seed", "replicate", "day", "stream", "id"])
def test_every_part_of_the_key_makes_another_number(change):
    where = {"seed": 1, "replicate": 0, "day": 0, "stream": STREAM, "id": 0}
    other = where | {change: "morale.break" if change == "stream" else 2}

    def column(seed, replicate, day, stream, id):
        ids = stable_ids("unit", [f"{id} {n}" for n in range(4000)])
        return Streams(seed, [replicate]).uniform(stream, day, ids)[0]

    first, second = column(**where), column(**other)
    assert not (first == second).any()
    if change != "id":
        assert abs(np.corrcoef(first, second)[0, 1]) < 0.07


def test_all_streams_have_their_own_numbers():
    streams = Streams(1, [0])
    drawn = [streams.uniform(name, 0, IDS)[0] for name in PURPOSES]
    assert len(np.unique(drawn)) == len(PURPOSES) * len(IDS)


def test_days_in_a_row_look_independent():
    streams = Streams(9, np.arange(200))
    drawn = np.stack([streams.uniform(STREAM, day, IDS).ravel() for day in range(20)])
    correlation = np.corrcoef(drawn) - np.eye(20)
    assert np.abs(correlation).max() < 0.05


@given(seeds, st.lists(st.integers(0, 2**40), min_size=1, max_size=5), st.integers(-(2**20), 3000))
def test_a_replicates_numbers_do_not_depend_on_its_batch(seed, replicates, day):
    whole = Streams(seed, replicates).uniform(STREAM, day, IDS)
    for row, replicate in enumerate(replicates):
        alone = Streams(seed, [replicate]).uniform(STREAM, day, IDS)
        assert (alone[0] == whole[row]).all()


@given(seeds, st.integers(-(2**20), 3000))
def test_the_three_ways_to_draw_give_the_same_numbers(seed, day):
    streams = Streams(seed, [5, 3, 8])
    whole = streams.uniform(STREAM, day, IDS)
    rows, number = np.array([2, 0, 0, 1]), np.array([4, 0, 49, 7])
    some = streams.uniform_at(STREAM, day, rows, IDS[number])
    assert (some == whole[rows, number]).all()
    days = np.full(4, day)
    assert (streams.uniform_on_at(STREAM, days, rows, IDS[number]) == some).all()


def test_draws_on_different_days_are_those_of_each_day():
    streams = Streams(4, [0, 1])
    days, rows, number = np.array([0, 7, 7]), np.array([1, 0, 1]), np.array([2, 3, 2])
    together = streams.uniform_on_at(STREAM, days, rows, IDS[number])
    one_by_one = [
        streams.uniform(STREAM, int(day), IDS)[row, n]
        for day, row, n in zip(days, rows, number, strict=True)
    ]
    assert together.tolist() == one_by_one


def test_the_numbers_are_the_same_on_every_machine_and_in_every_version():
    drawn = Streams(7, [0, 381]).uniform("combat.losses", 12, stable_ids("unit", ["north/01"]))
    assert drawn[:, 0].tolist() == GOLDEN


def test_an_unknown_stream_is_refused():
    streams = Streams(1, [0])
    with pytest.raises(StreamError, match=r"'combat.luck' is not registered"):
        streams.uniform("combat.luck", 0, IDS)
    with pytest.raises(StreamError, match="not registered"):
        streams.uniform_at("combat.luck", 0, np.array([0]), IDS[:1])


def test_a_user_may_register_a_stream_of_his_own_once(monkeypatch):
    monkeypatch.setattr(module, "PURPOSES", dict(PURPOSES))
    monkeypatch.setattr(module, "_CONSTANTS", dict(module._CONSTANTS))
    register("mine.weather", "whether it rains")
    rain = Streams(1, [0]).uniform("mine.weather", 0, IDS)
    assert (rain != Streams(1, [0]).uniform(STREAM, 0, IDS)).all()
    with pytest.raises(StreamError, match="is in use"):
        register("mine.weather", "whether it snows")
    with pytest.raises(StreamError, match="is in use"):
        register(STREAM, "another use")


def test_the_mixer_loses_nothing():
    """It is a bijection: on many consecutive numbers no two collide."""
    mixed = mix(np.arange(200_000, dtype=np.uint64))
    assert len(np.unique(mixed)) == 200_000
    flipped = mix(np.arange(1000, dtype=np.uint64)) ^ mix(
        np.arange(1000, dtype=np.uint64) ^ np.uint64(1)
    )
    bits = np.unpackbits(flipped.view(np.uint8)).mean()
    assert bits == pytest.approx(0.5, abs=0.01)
