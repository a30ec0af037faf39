"""A fan says how far replicates spread, whoever came first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.app.fans import FAN_SERIES, LEVELS, fan, percentiles
from sim.app.recording import SERIES

whole = arrays.arrays(
    np.int32,
    st.tuples(st.integers(1, 12), st.integers(1, 3), st.integers(1, 4)),
    elements=st.integers(-(10**6), 10**6),
)


@given(whole)
def test_percentiles_are_numpys(values):
    expected = np.percentile(values, LEVELS, axis=0)
    np.testing.assert_allclose(percentiles(values, LEVELS), expected, rtol=1e-12, atol=1e-9)


@given(whole, st.randoms(use_true_random=False))
def test_percentiles_hang_on_no_order_of_the_replicates(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    assert percentiles(values, LEVELS).tobytes() == percentiles(values[order], LEVELS).tobytes()


def test_percentiles_leave_their_input_alone():
    values = np.array([[3], [1], [2]], np.int32)
    percentiles(values, [50])
    assert values.ravel().tolist() == [3, 1, 2]


def test_one_replicate_is_its_own_fan():
    values = np.array([[7.5, 8.5]], np.float32)
    assert percentiles(values, [5, 95]).tolist() == [[7.5, 8.5], [7.5, 8.5]]


def test_a_fan_shows_those_factions_that_have_anything():
    values = np.zeros((4, 3, 2), np.int32)
    values[:, 2] = [[0, 1], [0, 2], [0, 3], [0, 4]]
    shown = fan("killed", values)
    assert shown["factions"] == [2]
    assert shown["levels"] == [5, 25, 50, 75, 95]
    drawn = np.frombuffer(shown["values"], "<f4").reshape(1, 5, 2)
    assert drawn[0, :, 0].tolist() == [0, 0, 0, 0, 0]
    assert drawn[0, :, 1].tolist() == pytest.approx([1.15, 1.75, 2.5, 3.25, 3.85])


def test_a_series_of_zeros_has_no_fan_for_anybody():
    shown = fan("strength", np.zeros((4, 3, 2), np.int32))
    assert shown["factions"] == []
    assert shown["values"] == b""


def test_fans_have_the_words_of_the_recording():
    for name in FAN_SERIES:
        shown = fan(name, np.ones((2, 1, 1), np.int32))
        assert (shown["id"], shown["label"], shown["unit"]) == (name, *SERIES[name][1:])
