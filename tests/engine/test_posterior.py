"""Running with fitted parameters: which table, which row, and who wins over it."""

from __future__ import annotations

import shutil
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.engine.ensemble_folder import load_results, run_into_folder
from sim.engine.loading import read_json
from sim.engine.posterior import posterior_of
from sim.engine.posterior_files import save_posterior
from sim.engine.run import run_campaign
from sim.experiments.compare import compare_scenarios
from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.posterior import NoPosteriorError
from sim.state.parameters import draw_from_priors, posterior_rows
from tests.engine.posteriors import (
    DRAWS,
    about,
    columns_of,
    copy_of_two_towns,
    overlay_of,
    table_of,
    with_posterior,
)


@pytest.fixture
def towns(tmp_path):
    """A copy of the tutorial that has a posterior."""
    return with_posterior(copy_of_two_towns(tmp_path))


def values(result) -> dict[str, list]:
    return {name: found.values.tolist() for name, found in result.outcomes.items()}


def run_of(folder, **choices):
    return sim.Ensemble(folder, **{"replicates": 5, "posterior": True} | choices).run()


def test_each_replicate_has_one_row_of_the_table(towns):
    names, table = table_of(towns)
    result = run_of(towns, replicates=40, seed=3)
    drawn = np.stack([result.parameters[name] for name in names], axis=1)
    rows = posterior_rows(DRAWS, seed=3, replicates=np.arange(40))
    np.testing.assert_allclose(drawn, table[rows], rtol=1e-5)
    assert set(rows) == set(range(DRAWS))


def test_a_replicate_has_the_same_row_alone_in_a_batch_and_with_two_workers(towns):
    together = run_of(towns, replicates=6, chunk=2)
    shared = run_of(towns, replicates=6, chunk=2, workers=2)
    alone = run_of(towns, replicates=1, first=4)
    assert values(together) == values(shared)
    for name in together.parameters:
        assert together.parameters[name].tolist() == shared.parameters[name].tolist()
        assert together.parameters[name][4] == alone.parameters[name][0]
    assert {name: found[4] for name, found in values(together).items()} == {
        name: found[0] for name, found in values(alone).items()
    }


def test_a_run_and_a_mesa_campaign_have_the_row_of_their_replicate(towns):
    batch = run_of(towns, seed=9)
    record = run_campaign(load(towns), seed=9, replicate=3, posterior=True)
    campaign = sim.Campaign(towns, seed=9, replicate=3, posterior=True)
    mesa = campaign.simulation.setting.parameters.table()
    for name in columns_of(towns):
        assert record.parameters[name] == batch.parameters[name][3] == mesa[name][0]
    assert record.posterior == campaign.record().posterior
    assert record.posterior["row"] == posterior_rows(DRAWS, seed=9, replicates=[3])[0]


@given(draws=st.integers(1, 10_000), seed=st.integers(0, 2**63 - 1), first=st.integers(0, 2**30))
def test_a_row_is_always_one_of_the_table(draws, seed, first):
    rows = posterior_rows(draws, seed=seed, replicates=np.arange(first, first + 20))
    assert ((rows >= 0) & (rows < draws)).all()


def test_all_rows_are_equally_likely():
    counts = np.bincount(posterior_rows(10, seed=1, replicates=np.arange(20_000)), minlength=10)
    assert (abs(counts - 2000) < 4 * np.sqrt(2000 * 0.9)).all()


def test_values_that_are_given_win_over_the_table(towns):
    name, other, _ = columns_of(towns)
    plain = run_of(towns)
    result = run_of(towns, parameters={name: 0.5})
    assert (result.parameters[name] == 0.5).all()
    assert result.parameters[other].tolist() == plain.parameters[other].tolist()


def test_a_value_set_by_hand_wins_over_the_table(towns):
    name = columns_of(towns)[0]
    scenario = load(towns)
    value = scenario.parameters[name].value
    fixed = scenario.with_values({name: value})
    assert fixed.folders == scenario.folders
    result = run_of(fixed)
    assert (result.parameters[name] == value).all()
    assert posterior_of(fixed, True).kept == (name,)
    every = {name: scenario.parameters[name].value for name in columns_of(towns)}
    assert posterior_of(scenario.with_values(every), True).ids == ()
    assert run_of(scenario.with_values(every), replicates=1).parameters[name] == [value]


def test_what_the_table_lacks_keeps_its_value_or_is_drawn_from_its_prior(towns):
    names, scenario = columns_of(towns), load(towns)
    drawn = draw_from_priors(scenario, seed=0, replicates=np.arange(5))
    others = [name for name in drawn if name not in names]
    kept, mixed = run_of(towns), run_of(towns, prior=True)
    for name in others:
        assert (kept.parameters[name] == scenario.parameters[name].value).all()
        np.testing.assert_array_equal(mixed.parameters[name], drawn[name])
    for name in names:
        np.testing.assert_array_equal(mixed.parameters[name], kept.parameters[name])


def test_an_overlay_has_the_rows_of_its_base_but_for_what_it_sets(towns):
    name, other, third = columns_of(towns)
    parameter = load(towns).parameters[other]
    row = f"replace,{other},{parameter.value!r},1,uniform,{parameter.low!r},1e3,estimate\n"
    value = load(towns).parameters[name].value
    overlay = overlay_of(towns, f'[set]\n"{name}" = {value!r}\n', row)
    base, over = run_of(towns), run_of(overlay)
    assert (over.parameters[name] == value).all()
    assert (over.parameters[other] == parameter.value).all()
    assert over.parameters[third].tolist() == base.parameters[third].tolist()
    assert len(set(over.parameters[third])) > 1
    assert posterior_of(load(overlay), True).notes == ()


def test_an_overlay_may_have_a_posterior_of_its_own(towns):
    overlay = overlay_of(towns)
    names, table = table_of(towns)
    (overlay / "posterior.csv").write_text(f"{names[0]}\n{table[3, 0]:.6g}\n")
    with pytest.warns(UserWarning, match="no posterior.toml beside it"):
        result = run_of(overlay)
    np.testing.assert_allclose(result.parameters[names[0]], table[3, 0], rtol=1e-5)


def test_a_comparison_pairs_replicates_with_the_same_row(towns, tmp_path):
    overlay = overlay_of(towns)
    folder = tmp_path / "compared"
    compared = compare_scenarios(
        load(towns), [load(overlay)], replicates=4, seed=1, folder=folder, posterior=True
    )
    one, two = (load_results(folder / name) for name in ("two-towns", "overlay"))
    for name in columns_of(towns):
        assert one[name].tolist() == two[name].tolist()
    told = compared.to_json()["posteriors"]
    assert told["two-towns"]["sha256"] == told["overlay"]["sha256"]


def test_a_table_may_be_handed_over_as_columns_or_by_its_place(towns, tmp_path):
    import pandas as pd

    names, table = table_of(towns)
    columns = {name: table[:, column] for column, name in enumerate(names)}
    elsewhere = shutil.copytree(towns, tmp_path / "elsewhere", ignore=lambda *_: ["scenario.toml"])
    expected = run_of(towns)
    for choice in (elsewhere, elsewhere / "posterior.csv", str(towns), towns / "posterior.csv"):
        assert values(run_of(towns, posterior=choice)) == values(expected)
    for choice in (columns, pd.DataFrame(columns)):
        result = run_of(towns, posterior=choice)
        for name in names:
            np.testing.assert_allclose(
                result.parameters[name], expected.parameters[name], rtol=1e-5
            )


def test_of_another_scenarios_table_only_what_is_known_here_is_used(tmp_path):
    towns = copy_of_two_towns(tmp_path)
    other = copy_of_two_towns(tmp_path, "other-towns")
    header = "id,value,unit,prior,low,high,source\n"
    units = (other / "units.csv").read_text().replace("North,150", "North,garrison.fighters")
    (other / "units.csv").write_text(units)
    (other / "parameters.csv").write_text(
        f"{header}garrison.fighters,150,fighters,uniform,100,200,made up\n"
    )
    names, table = table_of(other)
    garrison = np.full(DRAWS, 120.0)
    save_posterior(other, [*names, "garrison.fighters"], np.c_[table, garrison], about(other))
    found = posterior_of(load(towns), other)
    assert found.ids == tuple(names)
    assert any("two-towns runs with the posterior of other-towns" in note for note in found.notes)
    with pytest.warns(UserWarning, match="posterior of other-towns"):
        run_of(towns, posterior=other)
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("posterior.csv", "posterior.toml"):
        shutil.move(other / name, moved / name)
    assert posterior_of(load(towns), moved).ids == tuple(names)
    shutil.rmtree(other)
    assert posterior_of(load(towns), moved).ids == tuple(names)
    (moved / "posterior.csv").write_text("garrison.fighters\n" + DRAWS * "120\n")
    with pytest.raises(ScenarioError, match="no column is a parameter of two-towns"):
        posterior_of(load(towns), moved)


def test_a_scenario_that_has_forgotten_its_folder_finds_a_shipped_one_by_its_name(towns):
    forgotten = Scenario.from_resolved(load(towns).resolved())
    assert forgotten.folders == ()
    assert forgotten == load(towns)
    with pytest.raises(NoPosteriorError):
        posterior_of(forgotten, True)  # the tutorial that ships has no posterior
    assert posterior_of(forgotten, towns).ids == tuple(columns_of(towns))


def test_a_posterior_is_no_part_of_the_scenario(towns, tmp_path):
    plain = load(copy_of_two_towns(tmp_path, "plain"))
    assert load(towns).hash == plain.hash
    assert "posterior" not in str(load(towns).resolved())


def test_the_folder_says_which_table_was_used_and_holds_no_other(towns, tmp_path):
    target = tmp_path / "folder"
    run_into_folder(sim.Ensemble(towns, replicates=2, posterior=True), target)
    told = read_json(target / "run.json")["posterior"]
    assert told == posterior_of(load(towns), True).to_json()
    assert told["draws"] == DRAWS
    assert told["calibrated"] is True
    for other in ({}, {"posterior": {columns_of(towns)[0]: [0.05]}}):
        with pytest.raises(ValueError, match="holds other results"):
            run_into_folder(sim.Ensemble(towns, replicates=2, **other), target)


def test_a_ready_posterior_is_not_warned_of_again(towns):
    with_posterior(towns, calibrated=False)
    ready = posterior_of(load(towns), True)
    assert [note for note in ready.notes if "NOT CALIBRATED: Made up for a test." in note]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run_of(towns, posterior=ready)
    with pytest.warns(UserWarning, match="NOT CALIBRATED"):
        run_of(towns)


def test_a_posterior_of_an_older_version_is_used_with_a_warning(towns):
    (towns / "units.csv").write_text((towns / "units.csv").read_text().replace("150", "160"))
    with pytest.warns(UserWarning, match="made for another version of the scenario two-towns"):
        run_of(towns)


def test_a_scenario_without_a_posterior_says_how_to_make_one(tmp_path):
    towns = copy_of_two_towns(tmp_path)
    with pytest.raises(ScenarioError) as caught:
        sim.Ensemble(towns, replicates=1, posterior=True)
    make = "make one with: khabur calibrate two-towns --out DIR --ship"
    assert str(caught.value) == f"two-towns has no posterior; {make}"
    with pytest.raises(ScenarioError) as caught:
        sim.Campaign(overlay_of(towns), posterior=True)
    assert str(caught.value) == f"overlay has no posterior, nor has its base two-towns; {make}"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"combat.killed_shar": [0.2]}, 'unknown parameter (did you mean "combat.killed_share"?)'),
        ({"combat.killed_share": [0.2, 9.0]}, "row 2, combat.killed_share: outside the range"),
        ({"air.target_reach_km": [5.0]}, "the parameter has no prior"),
        ({"combat.killed_share": [0.2, np.nan]}, "must be finite"),
        ({"combat.killed_share": [0.2], "combat.contact_line": [0.1, 0.2]}, "the same length"),
        ({"combat.killed_share": []}, "the same length"),
        ({}, "the same length"),
    ],
)
def test_a_table_handed_over_that_does_not_fit_is_refused(towns, table, said):
    with pytest.raises(ValueError, match=r".") as caught:
        sim.Ensemble(towns, replicates=1, posterior=table)
    assert said in str(caught.value)
