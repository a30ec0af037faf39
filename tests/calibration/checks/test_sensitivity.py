"""How far a fit moves when an assumption changes."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.analysis import Analysis, analyse
from calibration.checks.sensitivity import Change, changes, other_priors, sensitivity
from calibration.results import SensitivityRow
from calibration.structures import COMPLETENESS, BetaPrior, Pool, Targets


@pytest.fixture(scope="module")
def rows(toy_pool: Pool, toy_targets: Targets) -> dict[str, SensitivityRow]:
    found = sensitivity(
        toy_targets, lambda targets: analyse(toy_pool, targets, seed=1), toy_pool.scenario.days - 1
    )
    return {row.what: row for row in found}


def by(rows: dict[str, SensitivityRow], beginning: str) -> SensitivityRow:
    (row,) = (row for what, row in rows.items() if what.startswith(beginning))
    return row


def test_one_assumption_is_changed_at_a_time(toy_targets: Targets) -> None:
    found = {change.what.split(" (")[0]: change.targets for change in changes(toy_targets)}
    assert list(found) == [
        "model discrepancy times 2",
        "model discrepancy times 0.5",
        "contamination 0",
        "contamination 0.05",
        "narrower prior of the completeness",
        "wider prior of the completeness",
        "higher prior of the completeness",
    ]
    for what, targets in found.items():
        assert (targets.completeness != toy_targets.completeness) is ("completeness" in what)
        for row, own in zip(targets.rows, toy_targets.rows, strict=True):
            assert (row.contamination != own.contamination) is ("contamination" in what)
            doubled = {"model discrepancy times 2": 2, "model discrepancy times 0.5": 0.5}
            assert row.discrepancy == own.discrepancy * doubled.get(what, 1)


def test_targets_without_contamination_get_none(toy_targets: Targets) -> None:
    pure = replace(
        toy_targets,
        rows=tuple(row.model_copy(update={"contamination": 0.0}) for row in toy_targets.rows),
    )
    assert all(row.contamination == 0 for change in changes(pure) for row in change.targets.rows)


def test_other_priors_keep_the_mean_but_for_the_higher() -> None:
    prior = BetaPrior(alpha=14, beta=9, source="made up")
    found = dict(other_priors(prior))
    mean = {word: each.alpha / (each.alpha + each.beta) for word, each in found.items()}
    assert mean["narrower"] == mean["wider"] == 14 / 23
    assert mean["higher"] == 0.85
    assert found["narrower"].alpha > prior.alpha > found["wider"].alpha


def test_an_assumption_that_stays_moves_nothing(toy_pool: Pool, toy_targets: Targets) -> None:
    (row,) = sensitivity(
        toy_targets,
        lambda targets: analyse(toy_pool, targets, seed=1),
        toy_pool.scenario.days - 1,
        changed=[Change("nothing", toy_targets)],
    )
    assert (row.what, row.largest_shift, row.mean_shift) == ("nothing", 0, 0)
    assert row.targets == len(toy_targets.fitted)


def test_a_higher_completeness_moves_the_completeness(rows: dict[str, SensitivityRow]) -> None:
    row = by(rows, "higher")
    assert row.parameter == COMPLETENESS
    assert row.largest_shift > 1
    assert row.largest_shift > row.mean_shift > 0


def test_the_completeness_is_compared_as_a_share_and_not_as_a_quantile(
    toy_pool: Pool, toy_targets: Targets
) -> None:
    """A prior of the same middle leaves the median where it was, whatever its quantiles."""
    narrower = dict(other_priors(toy_targets.completeness))["narrower"]
    (row,) = sensitivity(
        toy_targets,
        lambda targets: analyse(toy_pool, targets, seed=1),
        toy_pool.scenario.days - 1,
        parameters=(COMPLETENESS,),
        changed=[Change("narrower", replace(toy_targets, completeness=narrower))],
    )
    assert row.parameter == COMPLETENESS
    assert row.largest_shift < 0.3


def test_only_the_parameters_asked_for_are_compared(toy_pool: Pool, toy_targets: Targets) -> None:
    asked = ("combat.contact_line",)
    found = sensitivity(
        toy_targets,
        lambda targets: analyse(toy_pool, targets, seed=1),
        toy_pool.scenario.days - 1,
        parameters=asked,
        changed=changes(toy_targets)[:1],
    )
    assert found[0].parameter == asked[0]
    assert found[0].largest_shift == found[0].mean_shift


def test_targets_are_counted_where_the_fit_still_holds_them(
    toy_pool: Pool, toy_targets: Targets
) -> None:
    impossible = [
        row.model_copy(update={"reported": 2_000}) if row.kind == "at_least" else row
        for row in toy_targets.rows
    ]
    beyond = replace(toy_targets, rows=tuple(impossible))
    counted = []
    for targets in (toy_targets, beyond):
        (row,) = sensitivity(
            targets,
            lambda each: analyse(toy_pool, each, seed=1),
            toy_pool.scenario.days - 1,
            changed=[Change("nothing", targets)],
        )
        counted.append(row.targets_inside)
    assert counted[0] == 4
    assert counted[1] < 4


def test_a_posterior_without_width_has_no_shift(toy_pool: Pool, toy_targets: Targets) -> None:
    """Nothing is divided by nothing where a single neighbour is left."""

    def single(targets: Targets) -> Analysis:
        return analyse(toy_pool, targets, seed=1, neighbours=1)

    found = sensitivity(
        toy_targets, single, toy_pool.scenario.days - 1, changed=changes(toy_targets)[:1]
    )
    assert np.isfinite(found[0].largest_shift)
