"""The commands that run many replicates by a plan: sweep, sensitivity, report."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.console.experiment_options import (
    AnalysedOnes,
    Designs,
    DryRun,
    Method,
    OnlyFile,
    OptionalSeed,
    PointReplicates,
    Points,
    Replicates,
    ResultFolder,
    Sampling,
    Scheduler,
    SchedulerFile,
    SensitivityFolder,
    SobolPoints,
    Trajectories,
    Varied,
    VariedOnes,
    Wanted,
)
from sim.console.guard import OUR_FAULT, BadInputError, complain, guarded
from sim.console.options import (
    AsJson,
    Folder,
    OnlyFolder,
    Posterior,
    Prior,
    ScenarioName,
    Seed,
    Until,
    Workers,
    parsed_until,
    short_hash,
)
from sim.console.present import print_json

if TYPE_CHECKING:
    from sim.experiments.design import Design
    from sim.experiments.executors import ExecutorFactory
    from sim.experiments.sweep import Sweep


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (sweep, sensitivity, report):
        app.command()(guarded(command))


def sweep(
    design: Designs,
    out: Folder = None,
    settings: Varied = None,
    method: Sampling = None,
    points: Points = None,
    replicates: Replicates = None,
    seed: OptionalSeed = None,
    outcomes: Wanted = None,
    prior: Prior = False,
    posterior: Posterior = False,
    until: Until = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    scheduler_file: SchedulerFile = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: OnlyFolder = False,
) -> None:
    """Run a design: many parameters, scenarios and replicates.

    Each point of the parameters in each scenario is a row, and each row is run with the same
    replicates. The same command again does only what is missing; a design that has grown keeps
    what it has.
    """
    options = {
        "settings": settings,
        "method": method,
        "points": points,
        "replicates": replicates,
        "seed": seed,
        "outcomes": outcomes,
        "prior": prior or None,
        "posterior": posterior or None,
        "until": until,
    }
    given = {name: value for name, value in options.items() if value is not None}
    asked = _design(design, given)
    if dry_run:
        _estimate(asked, workers, as_json)
        return
    from sim.console.progress import WorkProgress
    from sim.experiments.sweep import jobs_of_design, run_sweep

    jobs, notes = jobs_of_design(asked)
    complain(*notes)
    executors = _executors(workers, scheduler, scheduler_file)
    folder = out if out is not None else Path("runs") / f"sweep-{asked.hash[:8]}"
    with WorkProgress(asked.title or "sweep", "runs", quiet=quiet or as_json) as progress:
        done = run_sweep(
            asked,
            folder,
            executors=executors,
            jobs=jobs,
            command=_command(design, given),
            progress=progress,
        )
    _show_sweep(done, folder, as_json=as_json, quiet=quiet)
    if not done.complete:
        raise typer.Exit(OUR_FAULT)


_OPTION = {"settings": "set", "outcomes": "outcome"}  # where they are not called alike


def _design(named: list[str], given: dict[str, Any]) -> Design:
    """Return the design of a file, or of scenarios and options."""
    from sim.experiments.design import design_from_options, load_design

    files = [name for name in named if name.endswith(".toml")]
    if not files:
        return design_from_options(named, **given)
    if len(named) > 1:
        raise BadInputError(
            f"DESIGN: found {files[0][:80]!r} and {len(named) - 1} more; "
            "allowed: one design file, or scenarios."
        )
    for name in given:
        raise BadInputError(
            f"--{_OPTION.get(name, name)}: found beside a design file; "
            "allowed: say it in the file, or name scenarios in place of the file."
        )
    return load_design(Path(files[0]))


def _command(named: list[str], given: dict[str, Any]) -> str:
    """Return the command that does the same again, on any machine: without its folder."""
    words = ["khabur", "sweep", *named]
    for name, value in given.items():
        option = f"--{_OPTION.get(name, name)}"
        if value is True:
            words.append(option)
            continue
        for each in value if isinstance(value, list) else [value]:
            words += [option, str(each)]
    return shlex.join(words)


def _executors(workers: int, scheduler: str | None, scheduler_file: Path | None) -> ExecutorFactory:
    from sim.experiments.executors import dask_cluster
    from sim.experiments.sweep import local

    if scheduler is None and scheduler_file is None:
        return local(workers)
    if workers > 1:
        raise BadInputError(
            f"--workers: found {workers} beside a scheduler; allowed: one of the two."
        )
    cluster = dask_cluster(scheduler, scheduler_file)
    cluster().shutdown()  # one that does not answer is known before anything is written
    return cluster


def _estimate(design: Design, workers: int, as_json: bool) -> None:
    from sim.experiments.design_estimate import estimate_design
    from sim.experiments.design_rows import load_scenarios, rows_of
    from sim.experiments.sweep import notes_of

    scenarios = load_scenarios(design)
    rows = rows_of(design, scenarios)
    complain(*notes_of(rows))
    found = estimate_design(design, scenarios, rows, workers=workers)
    if as_json:
        print_json(found.to_json())
    else:
        print(found.to_text())


def _show_sweep(done: Sweep, folder: Path, *, as_json: bool, quiet: bool) -> None:
    told = done.manifest
    if as_json:
        keys = ("seed", "replicates", "rows", "runs", "runs_done", "complete", "jobs_failed")
        found = {"scenarios": list(told["scenarios"]), **{key: told[key] for key in keys}}
        print_json({**found, "done_before": done.done_before, "folder": str(folder)})
    elif quiet:
        print(folder)
    else:
        before = f", {done.done_before:,} of them before" if done.done_before else ""
        print(f"{told['runs_done']:,} of {told['runs']:,} runs are done{before}.")
        print(f"Folder: {folder}")
        print(f"A page of it: khabur report {shlex.quote(str(folder))}")
    if done.failures:
        chunks = "1 chunk" if len(done.failures) == 1 else f"{len(done.failures):,} chunks"
        complain(
            f"{chunks} of runs failed; why, and how to replay it, is in "
            f"{str(folder / 'failures')!r}, and the same command tries again."
        )


def sensitivity(
    scenario: ScenarioName,
    method: Method = "morris",
    parameters: VariedOnes = None,
    outcomes: AnalysedOnes = None,
    trajectories: Trajectories = None,
    points: SobolPoints = None,
    replicates: PointReplicates = 4,
    seed: Seed = 0,
    until: Until = None,
    out: SensitivityFolder = None,
    workers: Workers = 1,
    as_json: AsJson = False,
    quiet: OnlyFolder = False,
) -> None:
    """Show which parameters matter for which outcomes, and how much is luck.

    Draws a heat map into the folder. The same command again does only what is missing.
    """
    from sim.engine.sources import load_checked

    _check_size(method, trajectories, points)
    loaded = load_checked(scenario)
    last = parsed_until(until, loaded)
    size = {"trajectories": trajectories or 20, "points": points or 128, "replicates": replicates}
    folder = out
    if folder is None:
        asked = {"parameters": parameters, "outcomes": outcomes, "until": until, **size}
        about = f"{loaded.name}-{method}-seed{seed}-{short_hash(asked)}"
        folder = Path("runs") / f"sensitivity-{about}"
    from sim.console.progress import WorkProgress
    from sim.experiments.sensitivity.run import sensitivity as analyse

    with WorkProgress(f"{method} of {loaded.name}", "runs", quiet=quiet or as_json) as progress:
        result = analyse(
            loaded,
            method=method,
            parameters=parameters,
            outcomes=outcomes,
            trajectories=size["trajectories"],
            points=size["points"],
            replicates=replicates,
            seed=seed,
            until=last,
            folder=folder,
            workers=workers,
            progress=progress,
        )
    if as_json:
        print_json({**result.to_json(), "folder": str(folder)})
    elif quiet:
        print(folder)
    else:
        from sim.console.sensitivity_report import show_sensitivity

        show_sensitivity(result, folder)


def _check_size(method: str, trajectories: int | None, points: int | None) -> None:
    """Refuse what the method would not look at."""
    if method == "morris" and points is not None:
        raise BadInputError("--points: found with the method morris; allowed: --trajectories.")
    if method == "sobol" and trajectories is not None:
        raise BadInputError("--trajectories: found with the method sobol; allowed: --points.")


def report(folder: ResultFolder, quiet: OnlyFile = False) -> None:
    """Make one HTML page of a folder of results: a file that needs no network."""
    from sim.experiments.report.write import write_report

    page = write_report(folder)
    print(page if quiet else f"Page: {page}")
