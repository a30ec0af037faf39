"""Reports of a pool: each row has luck of its own, whatever is asked for with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from calibration.reports import (
    draw_completeness,
    draw_reports,
    report_models,
    reported_of,
    truths_of,
)
from calibration.structures import BetaPrior, Target
from sim.outcomes.values import outcome_values

ROWS = 400
SEEN = BetaPrior(alpha=6, beta=3, source="a toy")


@dataclass(frozen=True)
class Siege:
    """What a scenario tells reports."""

    start: date = date(2015, 6, 20)
    days: int = 103


def _target(name, kind, reported, **fields):
    fields = {"outcome": name, "contamination": 0.1, "most": 2000} | fields
    return Target(id=name, kind=kind, role="fit", reported=reported, why="a toy", **fields)


TARGETS = (
    _target("dead", "at_least", 287, noise=0.2, completeness=True),
    _target("children", "exact", 26, noise=0.2, detection=SEEN),
    _target("days", "duration", 33, noise=2.0),
    _target("cut", "date", date(2015, 7, 27), noise=3.0),
    _target("last", "category", "Zuhur", error_rate=0.1),
    _target("many", "true_or_false", True, outcome="dead", above=200, error_rate=0.1),
    _target("first", "order", True, outcome="", before="cut", after="fall", error_rate=0.1),
)


@pytest.fixture(scope="module")
def outcomes():
    row = np.arange(ROWS)
    return {
        "dead": outcome_values("number", 100 + row),
        "children": outcome_values("number", row % 50),
        "days": outcome_values("duration", row % 90, row % 7 > 0),
        "cut": outcome_values("date", row % 100, row % 5 > 0),
        "fall": outcome_values("date", (7 * row) % 100, row % 3 > 0),
        "last": outcome_values("category", row % 2, row % 7 > 0, labels=("Zuhur", "Nashwa")),
    }


@pytest.fixture(scope="module")
def models(outcomes):
    return report_models(TARGETS, Siege(), outcomes)


@pytest.fixture(scope="module")
def luck():
    """Two blocks, of two seeds, with the same replicates."""
    return {"seed": np.arange(ROWS) // (ROWS // 2) + 11, "replicate": np.arange(ROWS) % (ROWS // 2)}


def _drawn(models, outcomes, luck, rows=slice(None), fit_seed=1, names=None):
    chosen = {name: models[name] for name in names or models}
    truths = {
        name: outcome_values(each.kind, each.values[rows], each.by_end[rows], each.labels)
        for name, each in truths_of(models, outcomes).items()
    }
    return draw_reports(
        chosen,
        truths,
        fit_seed=fit_seed,
        completeness=np.full(ROWS, 0.7)[rows],
        **{name: each[rows] for name, each in luck.items()},
    )


def _same(first, second):
    return np.array_equal(first.values, second.values) and np.array_equal(
        first.by_end, second.by_end
    )


def test_a_report_is_the_same_whatever_rows_are_drawn_with_it(models, outcomes, luck):
    whole = _drawn(models, outcomes, luck)
    for rows in (np.array([3]), np.arange(ROWS)[::-1], np.arange(150, 260)):
        part = _drawn(models, outcomes, luck, rows)
        assert all(_same(part[name], whole[name].at(rows)) for name in models)


def test_a_report_is_the_same_whatever_targets_are_drawn_with_it(models, outcomes, luck):
    whole = _drawn(models, outcomes, luck)
    part = _drawn(models, outcomes, luck, names=("last", "dead"))
    assert list(part) == ["last", "dead"]
    assert all(_same(part[name], whole[name]) for name in part)


def test_another_fit_or_another_seed_gives_other_reports(models, outcomes, luck):
    first, other = (_drawn(models, outcomes, luck, fit_seed=seed) for seed in (1, 2))
    again = _drawn(models, outcomes, luck | {"seed": luck["seed"] + 1})
    for name in models:
        assert not _same(first[name], other[name])
        assert not _same(first[name], again[name])


def test_rows_with_the_same_replicate_of_two_seeds_have_luck_of_their_own(models, outcomes, luck):
    half = ROWS // 2
    first, second = slice(0, half), slice(half, ROWS)
    same_truths = {
        name: outcome_values(each.kind, np.tile(each.values[first], 2), None, each.labels)
        for name, each in outcomes.items()
    }
    reports = _drawn(models, same_truths, luck)
    assert all(not _same(each.at(first), each.at(second)) for each in reports.values())


def test_two_targets_of_one_outcome_have_luck_of_their_own(outcomes, luck):
    twice = [TARGETS[0], TARGETS[0].model_copy(update={"id": "dead_again"})]
    reports = _drawn(report_models(twice, Siege(), outcomes), outcomes, luck)
    assert not _same(reports["dead"], reports["dead_again"])


def test_the_completeness_follows_its_prior_and_belongs_to_the_row(luck):
    prior = BetaPrior(alpha=8, beta=2, source="a toy")
    many = {"seed": np.full(20_000, 5), "replicate": np.arange(20_000)}
    unit, share = draw_completeness(prior, fit_seed=1, **many)
    assert ((unit > 0) & (unit < 1)).all()
    assert share.mean() == pytest.approx(0.8, abs=0.005)
    assert share.var() == pytest.approx(0.16 / 11, rel=0.05)
    few = {name: each[[70, 5]] for name, each in many.items()}
    assert (draw_completeness(prior, fit_seed=1, **few)[1] == share[[70, 5]]).all()
    assert (draw_completeness(prior, fit_seed=2, **few)[1] != share[[70, 5]]).all()


def test_what_was_reported_has_one_row_in_the_form_of_reports(models):
    reported = reported_of(models)
    assert {name: each.values.tolist() for name, each in reported.items()} == {
        "dead": [287],
        "children": [26],
        "days": [33],
        "cut": [37],
        "last": [1],
        "many": [1],
        "first": [1],
    }
    assert models["last"].labels == ("Nashwa", "Zuhur", "not by the end")


def test_what_was_reported_has_a_probability_under_every_truth(models, outcomes):
    for name, happened in truths_of(models, outcomes).items():
        likely = models[name].log_probability(models[name].reported, happened, np.full(ROWS, 0.7))
        assert likely.shape == (ROWS,)
        assert np.isfinite(likely).all()
        assert (likely <= 0).all()
