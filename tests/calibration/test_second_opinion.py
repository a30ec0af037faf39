"""The comparison with neural posterior estimation; what needs sbi is skipped without it."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from calibration.analysis import analyse
from calibration.second_opinion import agreement, coverage, second_opinion
from calibration.structures import COMPLETENESS
from sim.console.guard import BadInputError

needs_sbi = pytest.mark.skipif(not find_spec("sbi"), reason="needs the extra khabur[sbi]")
KNOWN = (COMPLETENESS, "air.sigma", "combat.contact_line")


@pytest.fixture(scope="module")
def analysis(toy_pool, toy_targets):
    return analyse(toy_pool, toy_targets, seed=3)


@pytest.fixture
def without_sbi(monkeypatch):
    for name in ("sbi", "sbi.inference"):
        monkeypatch.setitem(sys.modules, name, None)


def test_without_sbi_one_sentence_says_how_to_install_it(without_sbi, analysis):
    with pytest.raises(BadInputError) as caught:
        second_opinion(analysis, identified=KNOWN, seed=1)
    (sentence,) = caught.value.sentences
    assert sentence.startswith("--second-opinion: sbi cannot be imported")
    assert sentence.endswith("pip install 'khabur[sbi]'.")


def test_a_parameter_that_is_not_fitted_is_refused(analysis):
    with pytest.raises(ValueError, match=r"'air\.speed' is not fitted"):
        second_opinion(analysis, identified=["air.speed"], seed=1)


@pytest.mark.parametrize("data_sets", [0, 201])
def test_data_sets_that_the_pool_cannot_spare_are_refused(analysis, data_sets):
    with pytest.raises(ValueError, match=f"{data_sets} data sets of a pool of 2000"):
        second_opinion(analysis, identified=KNOWN, seed=1, data_sets=data_sets)


def test_coverage_is_the_share_of_truths_within_the_interval():
    draws = np.linspace(0, 1, 1001)[None, :, None] * np.array([1.0, 0.5])
    truth = np.tile(np.linspace(0.0005, 0.9995, 1000)[:, None], (1, 2))
    found = coverage(np.repeat(draws, 1000, axis=0), truth, 0.9)
    np.testing.assert_allclose(found, [0.9, 0.45], atol=0.002)


def row(parameter, difference):
    return {
        "parameter": parameter,
        "difference_sd": difference,
        "width_ratio": 1.1,
        "sbi_spread_sd": 0.08,
        "sbi_coverage_90": 0.91,
    }


def test_the_parameter_that_is_farthest_apart_is_named():
    said = agreement([row("first", 0.1), row("second", -0.75)])
    assert "1 of the 2 identified" in said
    assert "farthest is second, 0.75 apart" in said
    assert "Two networks lie up to 0.08 apart" in said


def test_where_nothing_is_identified_there_is_nothing_to_compare():
    assert "No parameter is identified" in agreement([])


@pytest.fixture(scope="module")
def opinion(analysis):
    return second_opinion(analysis, identified=KNOWN, seed=5, epochs=15, data_sets=60)


@needs_sbi
def test_both_posteriors_of_every_identified_parameter_are_given(opinion, analysis):
    assert [each["parameter"] for each in opinion] == [n for n in analysis.ids if n in KNOWN]
    assert len({tuple(each) for each in opinion}) == 1
    for each in opinion:
        assert each["p05"] < each["median"] < each["p95"]
        assert each["sbi_p05"] < each["sbi_median"] < each["sbi_p95"]


@needs_sbi
def test_values_are_in_the_parameters_own_unit(opinion, analysis):
    for each in opinion:
        if each["parameter"] != COMPLETENESS:
            parameter = analysis.pool.scenario.parameters[each["parameter"]]
            assert parameter.low <= each["sbi_p05"] < each["sbi_p95"] <= parameter.high
        else:
            assert 0 < each["sbi_p05"] < each["sbi_p95"] < 1


@needs_sbi
def test_the_two_methods_agree_on_a_pool_of_toys(opinion):
    assert max(abs(each["difference_sd"]) for each in opinion) < 0.6
    assert all(0.7 < each["width_ratio"] < 1.4 for each in opinion)
    assert min(each["sbi_coverage_90"] for each in opinion) > 0.8


@needs_sbi
def test_a_wrong_posterior_of_the_fit_is_told_from_the_networks(analysis):
    moved = replace(analysis.posterior, unit=analysis.posterior.unit**4)
    rows = second_opinion(
        replace(analysis, posterior=moved), identified=KNOWN, seed=5, epochs=5, data_sets=20
    )
    assert all(abs(each["difference_sd"]) > 0.6 for each in rows)


def numpy_state():
    return np.random.get_state()[1].tolist()  # noqa: NPY002 - nothing here may touch it


@needs_sbi
def test_the_same_seed_gives_the_same_rows_and_leaves_no_trace(
    analysis, capfd, tmp_path, monkeypatch
):
    import torch

    monkeypatch.chdir(tmp_path)
    before = torch.random.get_rng_state(), numpy_state(), random.getstate()
    threads = torch.get_num_threads()
    done = []

    def opinion():
        return second_opinion(
            analysis,
            identified=KNOWN,
            seed=2,
            epochs=2,
            data_sets=20,
            progress=lambda number, of: done.append((number, of)),
        )

    first = opinion()
    assert torch.equal(torch.random.get_rng_state(), before[0])
    assert numpy_state() == before[1]
    assert random.getstate() == before[2]
    torch.rand(5)
    assert opinion() == first
    assert torch.get_num_threads() == threads
    assert done == [(1, 2), (2, 2)] * 2
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


@needs_sbi
def test_nothing_identified_gives_no_rows(analysis):
    assert second_opinion(analysis, identified=(), seed=1) == []
