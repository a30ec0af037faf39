"""Small sweeps for tests: a grid of one or two parameters in random scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.experiments.design import Design, design_of
from sim.experiments.design_rows import rows_of
from sim.experiments.jobs import Job, Jobs, jobs_of, run_job
from sim.experiments.store import Store, open_store
from sim.scenario import Scenario
from tests.random_scenarios import random_scenario

GRID = {"combat.killed_share": [0.22, 0.25, 0.33], "combat.contact_line": [0.1, 0.8]}


def with_outcomes(scenario: Scenario, place_index: int) -> Scenario:
    """Return a scenario with an outcome that is a date."""
    content = scenario.resolved()
    place = {"place": scenario.places[place_index].name, "faction": list(scenario.factions)[1]}
    falls = {"id": "falls", "measure": "first_day_held", "arguments": place, "unit": "date"}
    content["outcomes"] = [*content["outcomes"], falls]
    return Scenario.from_resolved(content)


SCENARIO = with_outcomes(random_scenario(3), 1)  # the date comes in a quarter of the runs
OTHER = with_outcomes(random_scenario(8), 0)  # and here in all


def design_for(*scenarios: Scenario, **fields: Any) -> Design:
    """Return a design of six points, two replicates each, unless fields say otherwise."""
    content: dict[str, Any] = {"parameters": GRID, "replicates": 2, "seed": 5, **fields}
    return design_of({"scenarios": [each.name for each in scenarios or (SCENARIO,)], **content})


def jobs_for(*scenarios: Scenario, chunk: int | None = 4, **fields: Any) -> Jobs:
    """Return the jobs of such a design."""
    scenarios = scenarios or (SCENARIO,)
    design = design_for(*scenarios, **fields)
    return jobs_of(design, scenarios, rows_of(design, scenarios), chunk=chunk)


def opened(
    folder: Path,
    *scenarios: Scenario,
    chunk: int | None = 4,
    merge_after: int = 256,
    **fields: Any,
) -> Store:
    """Open a folder for such a design."""
    jobs = jobs_for(*scenarios, chunk=chunk, **fields)
    design = design_for(*scenarios, **fields)
    return open_store(folder, design, jobs, command="a test", merge_after=merge_after)


def swept(folder: Path, *scenarios: Scenario, most: int | None = None, **fields: Any) -> Store:
    """Run what is missing of such a sweep, or some jobs of it, into a folder."""
    store = opened(folder, *scenarios, **fields)
    for job in store.missing[:most]:
        store.keep(job, run_job(job))
    store.close()
    return store


def parts_by_key() -> dict[str, bytes]:
    """Return every part of the plain sweep in jobs of three, and of that with three replicates."""
    jobs = [*jobs_for(chunk=3), *jobs_for(chunk=3, replicates=3)]
    return {job.key: run_job(job) for job in jobs}


def keep(store: Store, parts: dict[str, bytes], most: int | None = None) -> list[Job]:
    """Keep missing jobs of which the parts are known, and return them."""
    kept = store.missing[:most]
    for job in kept:
        store.keep(job, parts.get(job.key) or run_job(job))
    return kept


def names(folder: Path) -> set[str]:
    """Return the files below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
