"""The elementary functions give an element the same bits wherever it stands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.state import elementary

FUNCTIONS = {
    "exp": lambda x: elementary.exp(x - 3.0),
    "expm1": lambda x: elementary.expm1(x - 3.0),
    "log": elementary.log,
    "log1p": elementary.log1p,
    "power": lambda x: elementary.power(x, -0.75),
    "normal_quantile": lambda x: elementary.normal_quantile(x / 100.0),
}
NAMES = sorted(FUNCTIONS)


def bits(x) -> np.ndarray:
    return np.ascontiguousarray(x, dtype=np.float64).view(np.int64)


def one_by_one(function, values: np.ndarray) -> np.ndarray:
    flat = [function(np.array([value]))[0] for value in values.ravel()]
    return np.array(flat).reshape(values.shape)


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    return np.random.default_rng(11).uniform(1e-3, 99.0, size=(7, 11, 13))


@pytest.mark.parametrize("name", NAMES)
def test_bits_do_not_depend_on_shape_stride_or_position(name, values):
    function = FUNCTIONS[name]
    expected = one_by_one(function, values)
    views = {
        "whole": np.s_[:],
        "every other": np.s_[::2, ::3, ::5],
        "backwards": np.s_[::-1, :, ::-1],
        "a column": np.s_[:, :, 4],
        "a tail": np.s_[6, 10, 5:],
        "unaligned start": np.s_[1:, 3:, 1:],
    }
    for label, view in views.items():
        assert np.array_equal(bits(function(values[view])), bits(expected[view])), label
    assert np.array_equal(bits(function(values.T)), bits(expected.T))
    assert np.array_equal(bits(function(np.asfortranarray(values))), bits(expected))


@pytest.mark.parametrize("name", NAMES)
def test_bits_are_the_same_for_every_length_and_offset(name, values):
    function = FUNCTIONS[name]
    flat = values.ravel()
    expected = one_by_one(function, flat[:100])
    for length in range(1, 70):
        for offset in (0, 1, 2, 3, 5, 8, 13):
            piece = function(flat[offset : offset + length])
            assert np.array_equal(bits(piece), bits(expected[offset : offset + length]))


@pytest.mark.parametrize("name", NAMES)
def test_a_broadcast_operand_and_a_scalar_give_the_bits_of_one_element(name):
    function = FUNCTIONS[name]
    one = function(np.array([0.7]))[0]
    assert np.all(bits(function(np.broadcast_to(np.float64(0.7), (5, 9)))) == bits(one))
    assert function(0.7).shape == ()
    assert bits(function(0.7)) == bits(one)


def test_power_agrees_with_numpy_and_handles_zero():
    base = np.random.default_rng(3).uniform(0.0, 50.0, 1000)
    exponent = np.random.default_rng(4).uniform(-3.0, 3.0, 1000)
    np.testing.assert_allclose(elementary.power(base, exponent), base**exponent, rtol=1e-13)
    result = elementary.power([0.0, 0.0, 0.0, 5.0], [0.5, 0.0, -1.0, 0.0])
    assert result.tolist() == [0.0, 1.0, np.inf, 1.0]


def test_normal_quantile_is_symmetric_about_one_half():
    u = np.linspace(0.001, 0.5, 200)
    low, high = elementary.normal_quantile(u), elementary.normal_quantile(1.0 - u)
    np.testing.assert_allclose(low, -high, atol=1e-12)
    assert elementary.normal_quantile(0.975) == pytest.approx(1.959963984540054)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-700.0, 700.0), min_size=1, max_size=40), st.integers(1, 4))
def test_exp_of_any_values_has_the_bits_of_one_at_a_time(numbers, stride):
    x = np.array(numbers)
    assert np.array_equal(
        bits(elementary.exp(x[::stride])), bits(one_by_one(elementary.exp, x)[::stride])
    )
