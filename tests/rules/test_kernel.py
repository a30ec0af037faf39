"""The combat kernel: sides, shared fire, the loss rate, the noise and the losses of units."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules import kernel

FACTIONS = 5


def hostility(pairs, factions=FACTIONS, replicates=1) -> np.ndarray:
    hostile = np.zeros((replicates, factions, factions), dtype=bool)
    for a, b in pairs:
        hostile[:, a, b] = hostile[:, b, a] = True
    return hostile


def one_place(strength, pairs, effective=None):
    strength = np.array(strength, dtype=float)
    fire = strength if effective is None else np.array(effective, dtype=float)
    own, enemy = kernel.fire_received(
        strength[None, None], fire[None, None], hostility(pairs, strength.size)
    )
    return own[0, 0], enemy[0, 0]


@st.composite
def battlefields(draw, factions=FACTIONS, replicates=3, places=4):
    cells = replicates * places * factions
    strength = draw(st.lists(st.integers(0, 400), min_size=cells, max_size=cells))
    present = draw(st.lists(st.booleans(), min_size=cells, max_size=cells))
    quality = draw(st.lists(st.floats(0.1, 2.0), min_size=factions, max_size=factions))
    pairs = [(a, b) for a in range(factions) for b in range(a)]
    chosen = draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    shape = (replicates, places, factions)
    n = (np.array(strength) * np.array(present)).reshape(shape).astype(float)
    hostile = hostility([p for p, yes in zip(pairs, chosen, strict=True) if yes], factions)
    return n, n * np.array(quality), np.repeat(hostile, replicates, axis=0)


def test_two_enemies_fire_at_each_other():
    own, enemy = one_place([200, 90], [(0, 1)], effective=[180.0, 45.0])
    assert own.tolist() == [200, 90]
    assert enemy.tolist() == [45.0, 180.0]


def test_neutrals_without_an_enemy_in_common_fight_nobody():
    own, enemy = one_place([200, 90, 30], [])
    assert own.tolist() == [200, 90, 30]
    assert not enemy.any()


def test_co_belligerents_form_one_side():
    own, enemy = one_place([100, 60, 200], [(0, 2), (1, 2)])
    assert own.tolist() == [160, 160, 200]
    assert enemy.tolist() == [200, 200, 160]


def test_a_faction_that_shares_no_enemy_stands_aside():
    own, enemy = one_place([100, 60, 200], [(0, 2)])
    assert own.tolist() == [100, 60, 200]
    assert enemy.tolist() == [200, 0, 100]


def test_three_mutual_enemies_share_their_fire():
    own, enemy = one_place([100, 100, 100], [(0, 1), (0, 2), (1, 2)])
    assert own.tolist() == [100, 100, 100]
    assert enemy.tolist() == [100, 100, 100]
    _, enemy = one_place([300, 100, 100], [(0, 1), (0, 2), (1, 2)])
    # Each of the small ones turns three quarters of its fire on the large one.
    assert enemy.tolist() == [150, 175, 175]


def test_an_enemy_of_one_ally_only_fires_at_that_ally():
    # 0 and 1 share the enemy 2; 3 is hostile to 0 alone. All of 3's fire falls on 0.
    own, enemy = one_place([100, 50, 80, 40], [(0, 2), (1, 2), (0, 3)])
    assert own[0] == 150
    assert enemy.tolist() == [120, 80, 150, 100]


@settings(max_examples=100, deadline=None)
@given(battlefields())
def test_all_fire_falls_on_someone_who_is_hostile(field):
    n, fire, hostile = field
    own, enemy = kernel.fire_received(n, fire, hostile)
    present = n > 0
    met = (hostile[:, None] & present[:, :, None, :] & present[..., None]).any(axis=-1)
    assert np.all(enemy[~met] == 0)
    assert np.all(enemy[met] > 0)
    assert np.all(own >= n)


@settings(max_examples=100, deadline=None)
@given(battlefields())
def test_merging_co_belligerents_changes_neither_side(field):
    n, fire, hostile = field
    hostile = hostile.copy()
    # Factions 0 and 1 become neutral to each other, with the same enemies: merge 1 into 0.
    hostile[:, 1, 2:], hostile[:, 2:, 1] = hostile[:, 0, 2:], hostile[:, 2:, 0]
    hostile[:, 0, 1] = hostile[:, 1, 0] = False
    own, enemy = kernel.fire_received(n, fire, hostile)
    merged_n, merged_fire = n.copy(), fire.copy()
    for merged in (merged_n, merged_fire):
        merged[..., 0] += merged[..., 1]
        merged[..., 1] = 0
    own_merged, enemy_merged = kernel.fire_received(merged_n, merged_fire, hostile)
    met = enemy_merged[..., 0] > 0
    for f in (0, 1):
        there = met & (n[..., f] > 0)
        assert np.array_equal(own[..., f][there], own_merged[..., 0][there])
        np.testing.assert_allclose(enemy[..., f][there], enemy_merged[..., 0][there], rtol=1e-12)
    np.testing.assert_allclose(enemy[..., 2:], enemy_merged[..., 2:], rtol=1e-12)
    assert np.array_equal(own[..., 2:], own_merged[..., 2:])


@settings(max_examples=60, deadline=None)
@given(battlefields(), st.integers(0, FACTIONS))
def test_an_absent_faction_changes_no_bit_for_the_others(field, position):
    n, fire, hostile = field
    own, enemy = kernel.fire_received(n, fire, hostile)
    wider = [np.insert(x, position, 0.0, axis=-1) for x in (n, fire)]
    hostile_to_all = np.insert(np.insert(hostile, position, True, axis=1), position, True, axis=2)
    own_wider, enemy_wider = kernel.fire_received(*wider, hostile_to_all)
    assert np.array_equal(np.delete(own_wider, position, axis=-1), own)
    assert np.array_equal(np.delete(enemy_wider, position, axis=-1), enemy)


@settings(max_examples=60, deadline=None)
@given(battlefields(), st.integers(0, 2), st.integers(0, 3))
def test_a_place_in_a_replicate_is_the_same_alone_to_the_bit(field, replicate, place):
    n, fire, hostile = field
    own, enemy = kernel.fire_received(n, fire, hostile)
    cell = np.s_[replicate : replicate + 1, place : place + 1]
    own_alone, enemy_alone = kernel.fire_received(
        n[cell], fire[cell], hostile[replicate : replicate + 1]
    )
    assert np.array_equal(own[cell], own_alone)
    assert np.array_equal(enemy[cell], enemy_alone)


def test_nobody_is_lost_without_enemies_or_without_own_strength():
    rate = kernel.loss_rate_per_day([0.0, 100.0, 0.0], [50.0, 0.0, 0.0], 0.05, 0.6, 0.3, 200.0)
    assert rate.tolist() == [0.0, 0.0, 0.0]


def test_at_reference_strength_the_rate_is_the_attrition_constant():
    for p, q in [(0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.6, 0.3)]:
        assert kernel.loss_rate_per_day(200.0, 200.0, 0.03, p, q, 200.0) == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("p", "q", "doubled_own", "doubled_enemy"),
    [(0.0, 1.0, 1.0, 2.0), (1.0, 1.0, 2.0, 2.0), (1.0, 0.0, 2.0, 1.0)],
    ids=["square", "linear", "logarithmic"],
)
def test_the_classical_laws_are_special_cases(p, q, doubled_own, doubled_enemy):
    def lost_a_day(own, enemy):
        return own * kernel.loss_rate_per_day(own, enemy, 0.02, p, q, 100.0)

    base = lost_a_day(150.0, 80.0)
    assert lost_a_day(300.0, 80.0) / base == pytest.approx(doubled_own)
    assert lost_a_day(150.0, 160.0) / base == pytest.approx(doubled_enemy)


def test_posture_terrain_and_noise_multiply_the_rate():
    plain = kernel.loss_rate_per_day(150.0, 80.0, 0.02, 0.6, 0.3, 200.0)
    scaled = kernel.loss_rate_per_day(150.0, 80.0, 0.02, 0.6, 0.3, 200.0, 0.5, 0.4, 3.0)
    assert scaled == pytest.approx(plain * 0.6)


def test_the_rate_has_the_same_bits_in_any_batch():
    rng = np.random.default_rng(0)
    own, enemy = rng.integers(0, 900, (2, 40, 30)).astype(float)
    noise = rng.lognormal(size=(40, 30))
    attrition = rng.uniform(0.01, 0.1, (40, 1))
    whole = kernel.loss_rate_per_day(own, enemy, attrition, 0.6, 0.3, 200.0, noise=noise)
    row = kernel.loss_rate_per_day(own[7], enemy[7], attrition[7], 0.6, 0.3, 200.0, noise=noise[7])
    assert np.array_equal(whole[7], row)
    column = kernel.loss_rate_per_day(
        own[:, 3], enemy[:, 3], attrition[:, 0], 0.6, 0.3, 200.0, noise=noise[:, 3]
    )
    assert np.array_equal(whole[:, 3], column)


def test_loss_probability_is_exact_for_small_rates_and_never_above_one():
    assert kernel.loss_probability(1e-12, 1.0) == pytest.approx(1e-12, rel=1e-9)
    assert kernel.loss_probability(0.0, 1.0) == 0.0
    assert kernel.loss_probability(1e9, 1.0) == 1.0
    two_half_days = 1 - (1 - kernel.loss_probability(0.2, 0.5)) ** 2
    assert two_half_days == pytest.approx(float(kernel.loss_probability(0.2, 1.0)))


def test_noise_has_mean_one_whatever_its_spread():
    z = np.random.default_rng(1).standard_normal((3, 400_000))
    assert kernel.lognormal_noise(z[0], 0.7).mean() == pytest.approx(1.0, abs=0.01)
    combined = kernel.combined_noise(z[0], z[1], z[2], 0.5, 0.3, 0.4)
    assert combined.mean() == pytest.approx(1.0, abs=0.01)
    assert np.log(combined).std() == pytest.approx(np.sqrt(0.5**2 + 0.3**2 + 0.4**2), abs=0.01)
    assert np.all(kernel.lognormal_noise(z[0], 0.0) == 1.0)


def test_splitting_a_unit_in_two_leaves_the_mean_loss_unchanged():
    rng = np.random.default_rng(5)
    u = rng.random((3, 300_000))
    whole = kernel.unit_losses(u[0], 120, 0.04)
    halves = kernel.unit_losses(u[1], 60, 0.04) + kernel.unit_losses(u[2], 60, 0.04)
    assert whole.mean() == pytest.approx(4.8, abs=0.02)
    assert halves.mean() == pytest.approx(4.8, abs=0.02)
    assert halves.var() == pytest.approx(whole.var(), rel=0.02)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 8), st.floats(0, 1), st.floats(1e-9, 1 - 1e-9))
def test_a_small_unit_loses_whole_fighters_and_never_more_than_it_has(strength, chance, uniform):
    lost = kernel.unit_losses(uniform, strength, chance)
    assert lost.dtype == np.int64
    assert 0 <= lost <= strength
