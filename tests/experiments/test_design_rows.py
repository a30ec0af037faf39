"""Rows of a design: which points, and ids that follow what a row says and nothing else."""

import shutil
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.chunks import Chunk, run_chunk
from sim.engine.sources import load_checked
from sim.experiments.design import DesignError, design_of
from sim.experiments.design_rows import load_scenarios, rows_of
from sim.scenario.posterior import NoPosteriorError
from sim.state.parameters import prior_quantile
from tests.docs.pages import ROOT

TWO_TOWNS = load_checked("two-towns")
KILLED = "combat.killed_share"  # uniform from 0.22 to 0.33
LINE = "combat.contact_line"  # log-uniform from 0.1 to 0.8
NAMES = (KILLED, LINE, "air.sigma")

FEW = settings(max_examples=40)


def rows(**content):
    design = design_of({"scenario": "two-towns", **content})
    return rows_of(design, [TWO_TOWNS])


def by_id(found):
    """Return the values of each row by its id."""
    lines = (tuple(row) for row in found.values.tolist())
    return dict(zip(found.ids, lines, strict=True))


def values_in(low, high):
    return st.lists(
        st.floats(low, high, allow_subnormal=False), min_size=1, max_size=4, unique=True
    )


grids = st.fixed_dictionaries(
    {KILLED: values_in(0.22, 0.33), LINE: values_in(0.1, 0.8), "air.sigma": values_in(0.4, 1.2)}
)


@FEW
@given(grid=grids, more=grids, extra=st.integers(0, 100))
def test_a_larger_grid_and_more_replicates_keep_the_ids_of_what_was_there(grid, more, extra):
    before = rows(parameters=grid)
    larger = {name: sorted({*grid[name], *more[name]}) for name in NAMES}
    after = rows(parameters=larger, replicates=1 + extra, first_replicate=extra)
    assert by_id(before).items() <= by_id(after).items()


@FEW
@given(grid=grids, order=st.permutations(NAMES))
def test_the_order_of_keys_and_of_values_means_nothing(grid, order):
    before = rows(parameters=grid)
    after = rows(parameters={name: grid[name][::-1] for name in order})
    assert after.ids == before.ids
    assert np.array_equal(after.values, before.values)


@FEW
@given(grid=grids, more=grids)
def test_rows_with_another_value_have_another_id(grid, more):
    before, after = by_id(rows(parameters=grid)), by_id(rows(parameters=more))
    assert len(set(before.values())) == len(before)
    for identity in before.keys() & after.keys():
        assert before[identity] == after[identity]
    assert set(before.values()) & set(after.values()) == {
        before[identity] for identity in before.keys() & after.keys()
    }


def test_whatever_changes_a_row_s_numbers_changes_its_id():
    base = {"parameters": {KILLED: [0.25]}}
    changes = [
        {},
        {"seed": 1},
        {"prior": True},
        {"until": "2015-06-10"},
        {"parameters": {KILLED: [np.nextafter(0.25, 1).item()]}},
        {"parameters": {"combat.cover_open": [0.95]}},
        {"parameters": {KILLED: [0.25], "air.sigma": [0.8]}},
        {"parameters": {}},
    ]
    ids = [identity for change in changes for identity in rows(**{**base, **change}).ids]
    assert len(set(ids)) == len(changes)
    other = TWO_TOWNS.with_values({"combat.own_exponent": 0.6})
    design = design_of({"scenario": "two-towns", **base})
    assert rows_of(design, [other]).ids[0] not in ids


def test_the_scenario_s_own_last_day_is_no_change():
    assert rows(until=TWO_TOWNS.end).ids == rows().ids


def test_a_grid_is_the_product_of_its_lists_the_last_fastest():
    span = {"low": 0.22, "high": 0.32, "steps": 3}
    found = rows(method="grid", parameters={KILLED: span, "air.sigma": [0.5, 1]})
    assert found.names == ("air.sigma", KILLED)
    assert found.values.tolist() == [
        [0.5, 0.22], [0.5, 0.27], [0.5, 0.32], [1, 0.22], [1, 0.27], [1, 0.32]
    ]  # fmt: skip


def test_steps_on_a_log_scale_have_equal_ratios():
    found = rows(parameters={LINE: {"low": 0.1, "high": 0.8, "scale": "log", "steps": 4}})
    assert found.values[:, 0].tolist() == [0.1, 0.2, 0.4, 0.8]


@FEW
@given(steps=st.integers(2, 40), finer=st.integers(2, 12), scale=st.sampled_from(["linear", "log"]))
def test_a_finer_grid_keeps_its_points(steps, finer, scale):
    def of(number):
        span = {"low": 0.13, "high": 0.77, "scale": scale, "steps": number}
        return rows(parameters={LINE: span})

    coarse, fine = of(steps), of((steps - 1) * finer + 1)
    assert set(coarse.ids) <= set(fine.ids)
    assert coarse.values.min() == 0.13
    assert coarse.values.max() == 0.77


MIXED = {
    KILLED: "prior",
    LINE: {"low": 0.2, "high": 0.8, "scale": "log"},
    "air.sigma": [0.5, 0.7, 0.9, 1.1],
}


@FEW
@given(few=st.integers(1, 200), more=st.integers(1, 200), seed=st.integers(0, 2**63 - 1))
def test_more_sobol_points_begin_with_those_of_fewer(few, more, seed):
    of = {"method": "sobol", "seed": seed, "parameters": MIXED}
    before, after = rows(points=few, **of), rows(points=few + more, **of)
    assert after.ids[:few] == before.ids
    assert np.array_equal(after.values[:few], before.values)


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube"])
def test_points_that_are_drawn_fill_ranges_priors_and_lists_evenly(method):
    found = rows(method=method, points=64, seed=5, parameters=MIXED)
    columns = found.parameters(np.arange(64))
    assert set(Counter(columns["air.sigma"].tolist()).values()) == {16}
    for name, low, high in ((KILLED, 0.22, 0.33), (LINE, np.log(0.2), np.log(0.8))):
        values = columns[name] if name == KILLED else np.log(columns[name])
        cells = np.floor((values - low) / (high - low) * 64).astype(int)
        assert sorted(cells.tolist()) == list(range(64))


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube"])
def test_the_points_follow_the_seed_and_not_the_order_of_the_keys(method):
    def points(seed, parameters=MIXED):
        return rows(method=method, points=16, seed=seed, parameters=parameters).values

    backwards = {name: MIXED[name] for name in reversed(MIXED)}
    assert np.array_equal(points(3), points(3, backwards))
    assert not np.array_equal(points(3), points(4))


def test_a_prior_is_drawn_as_the_scenario_believes():
    as_prior = rows(method="sobol", points=32, parameters={LINE: "prior"})
    span = {"low": 0.1, "high": 0.8, "scale": "log"}
    as_range = rows(method="sobol", points=32, parameters={LINE: span})
    assert np.allclose(as_prior.values, as_range.values, rtol=1e-11, atol=0)
    middle = prior_quantile(TWO_TOWNS.parameters[LINE], np.array([0.5]))
    assert abs(np.median(as_prior.values) / middle[0] - 1) < 0.1


def overlay(folder, name, line):
    """Write a scenario on two-towns with one parameter of its own."""
    (folder / name).mkdir()
    (folder / name / "scenario.toml").write_text(
        'base = "two-towns"\ntitle = "T"\nquestion = "Q?"\n'
    )
    head = "edit,id,value,unit,prior,low,high,source\n"
    (folder / name / "parameters.csv").write_text(head + line + "\n")
    return str(folder / name)


def test_a_parameter_of_the_design_wins_over_the_overlay_s(tmp_path):
    own = overlay(tmp_path, "own", f"replace,{KILLED},0.33,1,fixed,,,made up")
    content = {"scenarios": ["two-towns", own], "parameters": {KILLED: [0.23, 0.25]}}
    design = design_of({**content, "until": "2015-06-02", "prior": True})
    scenarios = load_scenarios(design)
    found = rows_of(design, scenarios)
    assert found.scenario.tolist() == [0, 0, 1, 1]
    assert found.values[:, 0].tolist() == [0.23, 0.25, 0.23, 0.25]
    assert len(set(found.ids)) == 4
    chunk = Chunk(
        scenario=scenarios[1],
        seed=0,
        replicates=np.zeros(2, dtype=np.int64),
        parameters=found.parameters(np.array([2, 3])),
        prior=design.prior,
        kinds={},
        until=design.until,
    )
    assert run_chunk(chunk).parameters[KILLED].tolist() == [0.23, 0.25]


def test_a_prior_that_an_overlay_took_away_is_told(tmp_path):
    own = overlay(tmp_path, "own", f"replace,{KILLED},0.33,1,fixed,,,made up")
    design = design_of(
        {
            "scenarios": ["two-towns", own],
            "method": "sobol",
            "points": 2,
            "parameters": {KILLED: "prior"},
        }
    )
    with pytest.raises(DesignError, match="the parameter has no prior in own"):
        rows_of(design, load_scenarios(design))


def test_each_scenario_draws_from_its_own_prior(tmp_path):
    own = overlay(tmp_path, "own", f"replace,{KILLED},0.3,1,uniform,0.29,0.31,made up")
    design = design_of(
        {
            "scenarios": ["two-towns", own],
            "method": "latin_hypercube",
            "points": 10,
            "parameters": {KILLED: "prior"},
        }
    )
    found = rows_of(design, load_scenarios(design))
    share = (found.values[10:, 0] - 0.29) / 0.02
    assert np.allclose(share, (found.values[:10, 0] - 0.22) / 0.11, atol=1e-9)


def test_a_kind_may_get_a_parameter_of_its_own():
    name = "red_force.break_hazard_per_day"
    design = design_of(
        {"scenario": "two-towns", "method": "sobol", "points": 4, "parameters": {name: "prior"}}
    )
    scenarios = load_scenarios(design)
    general = scenarios[0].parameters["any_kind.break_hazard_per_day"]
    assert scenarios[0].parameters[name] == general.model_copy(update={"id": name})
    values = rows_of(design, scenarios).values
    assert ((values > general.low) & (values < general.high)).all()
    with pytest.raises(DesignError, match=f'did you mean "{name}"'):
        rows(parameters={name[:-1]: [0.5]})


def test_a_posterior_is_part_of_what_a_row_says(tmp_path):
    home = tmp_path / "fitted"
    shutil.copytree(ROOT / "scenarios" / "two-towns", home)
    ids = []
    for table in (None, "0.25\n0.26\n", "0.25\n0.27\n"):
        if table is not None:
            (home / "posterior.csv").write_text(f"{KILLED}\n{table}")
        design = design_of({"scenario": str(home), "posterior": table is not None})
        found = rows_of(design, load_scenarios(design))
        ids.append(found.ids[0])
        assert (found.posteriors[0] is None) == (table is None)
    assert len(set(ids)) == 3
    assert found.posteriors[0].ids == (KILLED,)


def test_a_posterior_that_is_not_there_is_told():
    with pytest.raises(NoPosteriorError, match="two-towns has no posterior"):
        rows(posterior=True)


def test_the_number_of_scenarios_must_be_the_design_s():
    design = design_of({"scenario": "two-towns"})
    with pytest.raises(DesignError, match="the scenarios given are not those of the design"):
        rows_of(design, [TWO_TOWNS, TWO_TOWNS.with_values({KILLED: 0.3})])


def test_the_values_of_a_range_are_written_in_few_digits():
    found = rows(parameters={KILLED: {"low": 0.22, "high": 0.32, "steps": 11}})
    assert [repr(value) for value in found.values[:4, 0].tolist()] == [
        "0.22", "0.23", "0.24", "0.25"
    ]  # fmt: skip
