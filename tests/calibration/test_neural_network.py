"""The network against posteriors that are known; what needs sbi is skipped without it."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np
import pytest
import typer
from scipy.special import ndtr
from scipy.stats import norm

from calibration.neural_network import check_sbi, learn
from sim.console.guard import guarded
from tests.calibration.fit.toys import linear, linear_posterior, there

needs_sbi = pytest.mark.skipif(not find_spec("sbi"), reason="needs the extra khabur[sbi]")
REPORTS = ("sum", "difference")


@pytest.fixture(scope="module")
def network():
    toy = linear(rows=4_096)
    fit = toy.fit()
    return fit, learn(fit.columns, toy.unit[:, :2], seed=1, epochs=50)


def test_without_sbi_a_command_ends_with_status_2_and_one_sentence(monkeypatch, capsys):
    for name in ("sbi", "sbi.inference"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(typer.Exit) as caught:
        guarded(check_sbi)()
    assert caught.value.exit_code == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.endswith("pip install 'khabur[sbi]'.")


def test_no_pass_over_the_pool_is_refused():
    with pytest.raises(ValueError, match="0 passes"):
        learn(np.zeros((10, 1)), np.full((10, 1), 0.5), seed=1, epochs=0)


@needs_sbi
@pytest.mark.parametrize("said", [(0.0, 0.0), (1.5, 0.5), (-1.0, 1.0)])
def test_the_network_finds_a_posterior_that_is_known(network, said):
    fit, learnt = network
    mean, covariance = linear_posterior(np.array(said))
    mean, deviation = mean[:2], np.sqrt(np.diag(covariance))[:2]
    reports = {name: there(np.array([value])) for name, value in zip(REPORTS, said, strict=True)}
    draws = learnt.draws(fit.features.columns_of(reports), 8_000, seed=2)[0]
    normal = norm.ppf(draws)
    assert np.abs((np.median(normal, axis=0) - mean) / deviation).max() < 0.25
    np.testing.assert_allclose(normal.std(axis=0), deviation, rtol=0.15)
    low, high = ndtr(mean - 1.645 * deviation), ndtr(mean + 1.645 * deviation)
    np.testing.assert_allclose(((draws > low) & (draws < high)).mean(axis=0), 0.9, atol=0.05)
    expected = covariance[0, 1] / deviation.prod()
    assert np.corrcoef(normal.T)[0, 1] == pytest.approx(expected, abs=0.1)


@needs_sbi
def test_draws_of_several_data_sets_are_those_of_each(network):
    fit, learnt = network
    several = learnt.draws(fit.columns[:3], 4_000, seed=1)
    assert several.shape == (3, 4_000, 2)
    for place in range(3):
        alone = learnt.draws(fit.columns[place : place + 1], 4_000, seed=2)[0]
        np.testing.assert_allclose(several[place].mean(axis=0), alone.mean(axis=0), atol=0.03)


@needs_sbi
def test_nothing_is_printed_or_warned_of_however_training_ends(capfd, recwarn):
    toy = linear(rows=256)
    columns = toy.fit().columns
    assert learn(columns, toy.unit[:, :2], seed=1, epochs=3).epochs == 3
    assert learn(columns, toy.unit[:, :2], seed=1, epochs=400).epochs < 400
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list
