"""Factions in a place as bits say the same as arrays with an axis of factions."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.state import faction_bits as bits
from sim.state.picking import bit_sets
from sim.state.presence import (
    any_beside,
    enemies_by_place,
    friends_by_place,
    held_by_enemy,
    held_by_friend,
)

REPLICATES, PLACES, SLOTS = 5, 7, 3


@pytest.fixture(params=[1, 3, 8, 9, 40])
def situation(request):
    """Some state, strengths ``[R, F, P]`` and neighbours ``[P, N]``."""
    factions = request.param
    rng = np.random.default_rng(factions)
    stance = rng.integers(-1, 2, (REPLICATES, factions, factions))
    stance = (
        np.triu(stance, 1) + np.triu(stance, 1).transpose(0, 2, 1) + np.eye(factions, dtype=int)
    )
    state = SimpleNamespace(
        stance=stance, controller=rng.integers(-1, factions, (REPLICATES, PLACES))
    )
    strength = rng.integers(0, 3, (REPLICATES, factions, PLACES)) * 10.0
    return state, strength, rng.integers(0, PLACES + 1, (PLACES, SLOTS))


def unpacked(values: np.ndarray, factions: int) -> np.ndarray:
    """Bits ``[R, P]`` as bool ``[R, F, P]``."""
    shifts = np.arange(factions, dtype=np.uint64)[None, :, None]
    return ((values.astype(np.uint64)[:, None] >> shifts) & np.uint64(1)) == 1


def test_bits_hold_a_mask_and_what_is_beside(situation):
    _, strength, slots = situation
    factions = strength.shape[1]
    packed = bits.as_bits(strength > 0)
    np.testing.assert_array_equal(unpacked(packed, factions), strength > 0)
    beside = bits.any_beside_bits(packed, slots)
    joined = np.zeros((PLACES, PLACES + 1), dtype=np.bool_)
    np.put_along_axis(joined, slots, True, axis=1)
    expected = any_beside(strength > 0, bit_sets(joined[:, :-1]))
    np.testing.assert_array_equal(unpacked(beside, factions), expected)


def test_who_meets_enemies_and_friends(situation):
    state, strength, _ = situation
    present = bits.as_bits(strength > 0)
    enemies, friends = enemies_by_place(strength, state), friends_by_place(strength, state)
    np.testing.assert_array_equal(bits.meets(present, bits.hostile_bits(state)), enemies > 0)
    np.testing.assert_array_equal(bits.meets(present, bits.allied_bits(state)), friends > 0)


def test_who_is_related_to_the_holder(situation):
    state, strength, _ = situation
    factions = strength.shape[1]
    enemy = bits.of_controller(state, bits.hostile_bits(state))
    friend = bits.of_controller(state, bits.allied_bits(state))
    np.testing.assert_array_equal(unpacked(enemy, factions), held_by_enemy(state))
    np.testing.assert_array_equal(unpacked(friend, factions), held_by_friend(state))


def test_sums_over_related_factions_at_chosen_cells(situation):
    state, strength, _ = situation
    cell, *where = bits.cells_of(strength > 0)
    total = bits.sum_of(strength, state.stance < 0, *where)
    np.testing.assert_array_equal(total, enemies_by_place(strength, state).reshape(-1)[cell])
