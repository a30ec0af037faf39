"""Elementary effects against known ones, with luck added."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.sensitivity.faults import MissingLibraryError
from sim.experiments.sensitivity.morris import (
    NEEDS_SALIB,
    MorrisDesign,
    analyse_morris,
    elementary_effects,
    morris_design,
)
from tests.experiments.sensitivity.stand_ins import (
    g_function,
    trajectories,
    with_luck,
    with_shared_luck,
)

SLOPES = np.array([3.0, -2.0, 0.0, 0.5])


def test_a_linear_outcome_has_its_slopes_as_effects() -> None:
    design = trajectories(4, 10, seed=1)
    values = with_shared_luck(design.points @ SLOPES, 3, 5.0, seed=1)
    found = analyse_morris(design, values, seed=1)
    np.testing.assert_allclose(found.mu, SLOPES, atol=1e-12)
    np.testing.assert_allclose(found.mu_star, np.abs(SLOPES), atol=1e-12)
    np.testing.assert_allclose(found.sigma, 0, atol=1e-12)
    np.testing.assert_allclose(found.noise, 0, atol=1e-12)
    assert found.within_noise.tolist() == [False, False, True, False]


def test_interaction_shows_as_spread_of_the_effects() -> None:
    design = trajectories(3, 30, seed=2)
    x = design.points
    values = np.repeat((x[..., 0] + 4 * x[..., 1] * x[..., 2])[..., None], 2, axis=2)
    found = analyse_morris(design, values, seed=1)
    assert found.sigma[0] == pytest.approx(0)
    assert (found.sigma[1:] > 0.5).all()
    assert (found.low <= found.mu_star + 1e-12).all()
    assert (found.mu_star <= found.high + 1e-12).all()


def test_parameters_of_the_g_function_are_ranked_by_their_weights() -> None:
    design = trajectories(4, 40, seed=3)
    # On four levels |4x - 2| has two values only: the outcome is looked at a little beside them.
    values = with_luck(g_function(design.points * 0.9), 4, 0.1, seed=4)
    found = analyse_morris(design, values, seed=1)
    assert found.mu_star.argsort().tolist() == [3, 2, 1, 0]
    assert found.within_noise.tolist()[::3] == [False, True]


@pytest.mark.parametrize("replicates", [2, 4])
def test_luck_alone_is_seldom_taken_for_an_effect(replicates: int) -> None:
    design = trajectories(40, 10, seed=5)
    taken = [
        ~analyse_morris(
            design, with_luck(np.zeros((10, 41)), replicates, 1.0, seed), seed=seed
        ).within_noise
        for seed in range(10)
    ]
    assert np.mean(taken) < 0.03


def test_the_noise_is_the_effect_that_luck_alone_gives() -> None:
    design = trajectories(40, 20, seed=6)
    found = analyse_morris(design, with_luck(np.zeros((20, 41)), 4, 2.0, seed=7), seed=1)
    assert found.noise.mean() == pytest.approx(found.mu_star.mean(), rel=0.1)


def test_a_rare_event_that_luck_brings_is_no_effect() -> None:
    design = trajectories(40, 10, seed=8)
    happened = np.random.default_rng(9).random((10, 41, 4)) < 0.01
    found = analyse_morris(design, happened.astype(float), seed=1)
    assert found.mu_star.max() > 0
    assert found.within_noise.mean() > 0.97


def test_luck_that_is_shared_lowers_the_noise() -> None:
    design = trajectories(4, 10, seed=1)
    values = design.points @ SLOPES
    shared, own = (
        analyse_morris(design, share(values, 4, 5.0, seed=1), seed=1)
        for share in (with_shared_luck, with_luck)
    )
    assert (shared.noise < 0.01 * own.noise).all()
    assert own.within_noise[3]
    assert not shared.within_noise[3]


def test_points_that_are_no_trajectories_are_refused() -> None:
    points = trajectories(3, 2, seed=1).points.copy()
    points[0, 2] = points[0, 1]
    with pytest.raises(ValueError, match="one a step"):
        MorrisDesign(points)
    with pytest.raises(ValueError, match="no trajectories"):
        MorrisDesign(points[:, :3])


@pytest.mark.parametrize(
    ("numbers", "message"),
    [({"trajectories": 1, "levels": 4}, "2 or more"), ({"trajectories": 5, "levels": 3}, "even")],
)
def test_a_design_of_senseless_numbers_is_refused(numbers: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        morris_design(3, seed=1, **numbers)


@pytest.mark.parametrize("found", [None, "1.5.1"])
def test_without_salib_there_is_one_sentence(
    found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib import metadata

    def version(name: str) -> str:
        if found is None:
            raise metadata.PackageNotFoundError(name)
        return found

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(MissingLibraryError) as raised:
        morris_design(3, trajectories=5, levels=4, seed=1)
    assert str(raised.value) == NEEDS_SALIB
    assert NEEDS_SALIB.count(".") == 2  # one ends the sentence, one stands in a version
    assert "'analysis'" in NEEDS_SALIB


class TestWithSALib:
    """What SALib draws, and that its own analysis agrees."""

    @pytest.fixture(autouse=True)
    def _salib(self) -> None:
        pytest.importorskip("SALib")

    @pytest.mark.parametrize("parameters", [1, 5])
    def test_the_sampler_gives_trajectories_on_the_grid(self, parameters: int) -> None:
        state = np.random.get_state()[1].copy()  # noqa: NPY002
        design, same, other = (
            morris_design(parameters, trajectories=6, levels=4, seed=seed) for seed in (1, 1, 2)
        )
        np.testing.assert_array_equal(design.points, same.points)
        assert (design.points != other.points).any()
        assert set(np.round(design.points.ravel() * 3, 9)) <= {0, 1, 2, 3}
        np.testing.assert_allclose(np.abs(design.steps), 2 / 3)
        np.testing.assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002

    def test_its_own_analysis_finds_the_same_effects(self) -> None:
        from SALib.analyze import morris

        design = morris_design(4, trajectories=8, levels=4, seed=3)
        values = with_luck(g_function(design.points * 0.9), 3, 0.1, seed=4)
        found = analyse_morris(design, values, seed=1)
        problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
        theirs = morris.analyze(
            problem, design.points.reshape(-1, 4), values.mean(-1).ravel(), seed=1
        )
        for name in ("mu", "mu_star", "sigma"):
            np.testing.assert_allclose(getattr(found, name), np.asarray(theirs[name]), atol=1e-12)
        np.testing.assert_allclose(
            elementary_effects(design, values).mean(axis=(0, 1)), found.mu, atol=1e-12
        )
