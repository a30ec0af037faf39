"""Jobs: what a run gives is the same in whatever job it is, and a key names all it hangs on."""

from __future__ import annotations

import io
import json
import pickle
import shlex
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim import cli
from sim.engine import ensemble, results
from sim.engine.sources import load_checked
from sim.experiments import swept
from sim.experiments.design import design_of
from sim.experiments.design_rows import load_scenarios, rows_of
from sim.experiments.jobs import Job, Jobs, jobs_of, joined, replay_of, run_job
from sim.forces import KINDS
from tests.engine.posteriors import columns_of, copy_of_two_towns, with_posterior
from tests.experiments.sweeps import GRID, OTHER, SCENARIO, design_for, jobs_for
from tests.random_scenarios import START, scenarios

KEYS = ["row_id", "replicate"]


def table_of(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


def rows_of_jobs(jobs) -> list[dict]:
    """Return the rows of all jobs, sorted."""
    table = pa.concat_tables([table_of(run_job(job)) for job in jobs])
    return table.sort_by([(name, "ascending") for name in KEYS]).to_pylist()


@pytest.fixture(scope="module")
def alone() -> list[dict]:
    """Every run of the design in a job of its own."""
    return rows_of_jobs(jobs_for(chunk=1))


@pytest.mark.parametrize("chunk", [7, 64])
def test_a_run_is_the_same_to_the_bit_in_a_job_of_any_size(alone, chunk):
    assert rows_of_jobs(jobs_for(chunk=chunk)) == alone


@settings(max_examples=5)
@given(order=st.permutations(range(12)), cut=st.integers(1, 11))
def test_a_run_is_the_same_among_any_others_in_any_order(alone, order, cut):
    whole = jobs_for(chunk=12)[0]
    pieces = [np.array(order[:cut]), np.array(order[cut:])]
    shuffled = [
        Job(whole.of, tuple(whole.row_ids[i] for i in at), whole.replicates[at], whole.values[at])
        for at in pieces
    ]
    assert rows_of_jobs(shuffled) == alone


@settings(max_examples=3)
@given(scenario=scenarios())
def test_chunks_change_no_run_of_a_random_scenario_with_priors(scenario):
    fields = {"prior": True, "replicates": 3, "parameters": {"combat.killed_share": [0.22, 0.33]}}
    few = rows_of_jobs(jobs_for(scenario, chunk=2, **fields))
    assert few == rows_of_jobs(jobs_for(scenario, chunk=64, **fields))


def test_runs_are_those_of_an_ensemble_with_the_same_parameters(alone):
    frame = table_of(run_job(jobs_for(chunk=64)[0])).to_pandas()
    for values, rows in frame.groupby(sorted(GRID)):
        given_values = dict(zip(sorted(GRID), values, strict=True))
        same = sim.Ensemble(SCENARIO, seed=5, replicates=2, parameters=given_values).run()
        assert rows["killed"].tolist() == same.outcomes["killed"].values.tolist()
        falls = same.outcomes["falls"]
        assert (rows["falls_state"] == "value").tolist() == falls.by_end.tolist()
        dates = [START + timedelta(days=int(day)) for day in falls.values[falls.by_end]]
        assert rows["falls"].dropna().tolist() == dates
    assert 0 < frame["falls"].notna().sum() < len(frame)


def test_a_run_is_the_campaign_of_its_seed_replicate_and_parameters(alone):
    frame = table_of(run_job(jobs_for(chunk=64)[0])).to_pandas()
    for row in (frame.iloc[3], frame.iloc[10]):
        campaign = sim.Campaign(
            SCENARIO,
            seed=int(row["seed"]),
            replicate=int(row["replicate"]),
            parameters={name: row[name] for name in GRID},
        )
        campaign.run()
        assert campaign.outcomes()["killed"]["value"] == row["killed"]


def test_rows_share_luck_by_replicate_number():
    job = jobs_for(chunk=12)[0]
    values = np.repeat(job.values[:1], 8, axis=0)
    replicates = np.tile(np.arange(4), 2)
    frame = table_of(run_job(Job(job.of, ("a",) * 4 + ("b",) * 4, replicates, values))).to_pandas()
    first, second = frame[:4]["killed"].tolist(), frame[4:]["killed"].tolist()
    assert first == second
    assert len(set(first)) > 1


def test_the_posterior_is_that_of_an_ensemble_and_what_the_design_sets_wins(tmp_path):
    folder = with_posterior(copy_of_two_towns(tmp_path))
    names = columns_of(folder)
    middle = load_checked(folder).parameters[names[0]].value
    design = design_of(
        {
            "scenario": str(folder),
            "parameters": {names[0]: [middle]},
            "posterior": True,
            "replicates": 5,
        }
    )
    loaded = load_scenarios(design)
    (job,) = jobs_of(design, loaded, rows_of(design, loaded))
    table = table_of(run_job(job))
    same = sim.Ensemble(folder, replicates=5, posterior=True, parameters={names[0]: middle}).run()
    assert table["blue_killed"].to_pylist() == same.outcomes["blue_killed"].values.tolist()
    for name in names:
        assert table[name].to_pylist() == same.parameters[name].tolist()
    assert len(set(table[names[1]].to_pylist())) > 1


def test_drawn_parameters_stand_beside_those_of_the_design():
    table = table_of(run_job(jobs_for(chunk=2, prior=True)[0]))
    plain = table_of(run_job(jobs_for(chunk=2)[0]))
    start = ["row_id", "scenario", "seed", "replicate", *sorted(GRID)]
    end = ["killed", "killed_state", "falls", "falls_state"]
    assert plain.schema.names == [*start, *end]
    assert table.schema.names[: len(start)] == start
    drawn = table.schema.names[len(start) : -len(end)]
    uncertain = {k for k, p in SCENARIO.parameters.items() if p.prior != "fixed"}
    assert drawn == sorted(uncertain - set(GRID))
    assert table.schema.names[-len(end) :] == end


def test_only_the_outcomes_wanted_are_kept():
    table = table_of(run_job(jobs_for(outcomes=["falls"])[0]))
    assert table.schema.names[-2:] == ["falls", "falls_state"]
    assert "killed" not in table.schema.names


def test_a_key_names_all_that_the_numbers_depend_on(monkeypatch):
    plain = jobs_for(chunk=64)
    others = {
        "seed": jobs_for(chunk=64, seed=6),
        "until": jobs_for(chunk=64, until=str(SCENARIO.end - timedelta(days=1))),
        "prior": jobs_for(chunk=64, prior=True),
        "outcomes": jobs_for(chunk=64, outcomes=["killed"]),
        "replicates": jobs_for(chunk=64, first_replicate=1),
        "scenario": jobs_for(OTHER, chunk=64),
        "values": jobs_for(chunk=64, parameters={**GRID, "combat.contact_line": [0.1, 0.7]}),
    }
    monkeypatch.setattr(swept, "versions", lambda: {**results.versions(), "khabur": "9.9"})
    others["version"] = jobs_for(chunk=64)
    keys = {name: jobs[0].key for name, jobs in others.items()}
    monkeypatch.undo()
    assert len({plain[0].key, *keys.values()}) == len(keys) + 1, keys
    assert plain[0].key == jobs_for(chunk=64)[0].key


def test_a_key_does_not_hang_on_the_order_of_dictionaries_or_of_outcomes():
    backwards = dict(reversed(list(GRID.items())))
    one = jobs_for(outcomes=["killed", "falls"])
    two = jobs_for(outcomes=["falls", "killed"], parameters=backwards)
    assert [job.key for job in one] == [job.key for job in two]
    assert [job.key for job in one] == [job.key for job in jobs_for()]
    assert run_job(one[0]) == run_job(two[0])


def test_other_rules_of_an_agent_are_another_job():
    kind, about = next(iter(SCENARIO.kinds.items()))

    class Stubborn(KINDS[about.decides]):
        """An agent of a user's own."""

    rows = rows_of(design_for(), (SCENARIO,))
    own = jobs_of(design_for(), (SCENARIO,), rows, kinds={kind: Stubborn}, chunk=4)
    assert own[0].key != jobs_for(chunk=4)[0].key
    with pytest.raises(ValueError, match="'navy' is in none of the scenarios"):
        jobs_of(design_for(), (SCENARIO,), rows, kinds={"navy": Stubborn})
    with pytest.raises(ValueError, match=r"subclass of sim\.forces\.Commander"):
        jobs_of(design_for(), (SCENARIO,), rows, kinds={kind: int})


def test_a_job_gives_the_same_bytes_again_and_after_a_journey():
    job = jobs_for(chunk=5)[1]
    sent = pickle.loads(pickle.dumps(job))
    assert sent.key == job.key
    assert run_job(sent) == run_job(job)


def test_jobs_follow_the_rows_of_each_scenario_and_hold_every_run_once():
    jobs = jobs_for(SCENARIO, OTHER, chunk=5)
    rows = rows_of(design_for(SCENARIO, OTHER), (SCENARIO, OTHER))
    pairs = [pair for job in jobs for pair in zip(job.row_ids, job.replicates, strict=True)]
    assert pairs == [(row, replicate) for row in rows.ids for replicate in (0, 1)]
    assert [len(job) for job in jobs] == [5, 5, 2, 5, 5, 2]
    assert [job.scenario.name for job in jobs] == [SCENARIO.name] * 3 + [OTHER.name] * 3
    assert jobs.runs == 24
    assert [job.key for job in jobs[2:4]] == [jobs[2].key, jobs[3].key]
    assert jobs[-1].key == jobs[5].key


def test_the_size_of_a_job_is_that_of_a_chunk_of_an_ensemble():
    assert [len(job) for job in jobs_for(chunk=None, replicates=100)] == [256, 256, 88]
    assert ensemble.usual_chunk(SCENARIO) == 256
    with pytest.raises(ValueError, match="chunk is 0; at least 1"):
        jobs_for(chunk=0)


def test_small_jobs_are_joined_but_not_those_of_different_scenarios():
    jobs = jobs_for(SCENARIO, OTHER, chunk=3)
    made = joined(jobs[:], most=7)
    assert [len(job) for job in made] == [6, 6, 6, 6]
    assert rows_of_jobs(made) == rows_of_jobs(jobs)


def test_a_million_runs_take_no_memory_before_they_are_asked_for():
    jobs = jobs_for(chunk=None, replicates=200_000)
    assert isinstance(jobs, Jobs)
    assert jobs.runs == 1_200_000
    last = jobs[len(jobs) - 1]
    assert last.replicates[-1] == 199_999
    assert last.row_ids[-1] == jobs.rows.ids[-1]


def test_the_command_that_replays_a_job_gives_its_first_run(tmp_path, capsys):
    folder = with_posterior(copy_of_two_towns(tmp_path))
    name = columns_of(folder)[0]
    fields = {"scenario": str(folder), "parameters": {name: "prior"}, "method": "sobol"}
    more = {"points": 2, "posterior": True, "prior": True, "replicates": 3, "first_replicate": 4}
    design = design_of({**fields, **more})
    loaded = load_scenarios(design)
    job = jobs_of(design, loaded, rows_of(design, loaded), chunk=2)[1]
    command = replay_of(job)
    assert command.startswith(f"khabur run {folder} --seed 0 --replicate 6 --prior --posterior")
    words = [*shlex.split(command)[1:], "--json", "--out", str(tmp_path / "run")]
    cli.app(words, standalone_mode=False)
    run = json.loads(capsys.readouterr().out)
    row = table_of(run_job(job)).to_pylist()[0]
    assert run["outcomes"]["blue_killed"]["value"] == row["blue_killed"]
    assert sim.load_run(tmp_path / "run").info["parameters"][name] == row[name]


def test_a_job_of_a_shipped_scenario_is_replayed_by_its_name():
    design = design_of({"scenario": "two-towns", "until": "2015-06-05"})
    loaded = load_scenarios(design)
    (job,) = jobs_of(design, loaded, rows_of(design, loaded))
    assert replay_of(job) == "khabur run two-towns --seed 0 --replicate 0 --until 2015-06-05"
