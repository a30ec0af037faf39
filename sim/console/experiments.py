"""The commands that run many replicates by a plan: sweep, sensitivity, report."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.console.guard import BadInputError, complain, guarded
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

Designs = Annotated[
    list[str],
    typer.Argument(metavar="DESIGN", help="A design file (.toml), or scenarios: names or folders."),
]
Varied = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUES",
        help="Vary a parameter: A,B,C or LOW..HIGH or log:LOW..HIGH or prior; may be repeated.",
    ),
]
Replicates = Annotated[
    int | None,
    typer.Option(metavar="NUMBER", min=1, help="Of each row; 1 if not given.", show_default=False),
]
OptionalSeed = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        min=0,
        max=2**63 - 1,
        help="Which luck; 0 if not given.",
        show_default=False,
    ),
]
Points = Annotated[
    int | None,
    typer.Option(metavar="NUMBER", min=1, help="Of a Latin hypercube or Sobol sequence."),
]
Sampling = Annotated[
    str | None,
    typer.Option("--method", metavar="METHOD", help="grid, latin_hypercube or sobol."),
]
Wanted = Annotated[
    list[str] | None,
    typer.Option("--outcome", metavar="ID", help="Keep this outcome; may be repeated; else all."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Run on the dask cluster of this scheduler."),
]
SchedulerFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Run on the dask cluster whose scheduler wrote this file."),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Say how many runs, how long and how much disk; run nothing."),
]


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
    """Run a design: many parameters, scenarios and replicates, one row a run.

    The same command again does only what is missing. A design that has grown keeps what it has.
    """
    options = {
        "settings": settings or (),
        "method": method,
        "points": points,
        "replicates": replicates,
        "seed": seed,
        "outcomes": outcomes,
        "prior": prior,
        "posterior": posterior,
        "until": until,
    }
    asked = _design(design, options)
    from sim.experiments.sweep import jobs_of_design, run_sweep

    if dry_run:
        _estimate(asked, workers, as_json)
        return
    executors = _executors(workers, scheduler, scheduler_file)
    jobs, notes = jobs_of_design(asked)
    complain(*notes)
    folder = out if out is not None else Path("runs") / f"sweep-{asked.hash[:8]}"
    from sim.console.progress import WorkProgress

    with WorkProgress(asked.title or "sweep", "runs", quiet=quiet or as_json) as progress:
        done = run_sweep(
            asked,
            folder,
            executors=executors,
            jobs=jobs,
            command=shlex.join(["khabur", "sweep", *design]),
            progress=progress,
        )
    _show_sweep(done, folder, as_json=as_json, quiet=quiet)
    if not done.complete:
        raise typer.Exit(1)


def _design(named: list[str], options: dict[str, Any]) -> Design:
    """Return the design of a file, or of scenarios and options."""
    from sim.experiments.design import design_from_options, load_design

    given = sorted(name for name, value in options.items() if value)
    if len(named) == 1 and named[0].endswith(".toml"):
        if given:
            raise BadInputError(
                f"--{given[0].replace('settings', 'set')}: found beside a design file; "
                "allowed: say it in the file, or name scenarios in place of the file."
            )
        return load_design(Path(named[0]))
    chosen = {**options, "seed": options["seed"] or 0, "replicates": options["replicates"] or 1}
    return design_from_options(named, **chosen)


def _executors(workers: int, scheduler: str | None, scheduler_file: Path | None) -> ExecutorFactory:
    from sim.experiments.executors import dask_cluster
    from sim.experiments.sweep import local

    if scheduler is None and scheduler_file is None:
        return local(workers)
    return dask_cluster(scheduler, scheduler_file)


def _estimate(design: Design, workers: int, as_json: bool) -> None:
    from sim.experiments.design_estimate import estimate_design
    from sim.experiments.design_rows import load_scenarios, rows_of

    scenarios = load_scenarios(design)
    found = estimate_design(design, scenarios, rows_of(design, scenarios), workers=workers)
    if as_json:
        print_json(found.to_json())
    else:
        print(found.to_text())


def _show_sweep(done: Sweep, folder: Path, *, as_json: bool, quiet: bool) -> None:
    told = done.manifest
    if as_json:
        keys = ("runs", "runs_done", "complete", "jobs_failed")
        found = {key: told[key] for key in keys}
        print_json({**found, "done_before": done.done_before, "folder": str(folder)})
    elif quiet:
        print(folder)
    else:
        before = f", {done.done_before:,} of them before" if done.done_before else ""
        print(f"{told['runs_done']:,} of {told['runs']:,} runs are done{before}.")
        print(f"Folder: {folder}")
        print(f"A page of it: khabur report {shlex.quote(str(folder))}")
    if done.failures:
        complain(
            f"{len(done.failures)} chunks of runs failed; why, and how to replay each, is in "
            f"{str(done.folder / 'failures')!r}. The same command tries them again."
        )


def sensitivity(
    scenario: ScenarioName,
    method: Annotated[
        Literal["morris", "sobol"],
        typer.Option(help="morris screens all parameters, sobol shares out the variance."),
    ] = "morris",
    parameters: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="ID", help="Vary this one; may be repeated; else all."),
    ] = None,
    outcomes: Wanted = None,
    trajectories: Annotated[
        int, typer.Option(metavar="NUMBER", min=2, help="Of Morris's design.")
    ] = 20,
    points: Annotated[
        int, typer.Option(metavar="NUMBER", min=2, help="Of each of Sobol's samples: a power of 2.")
    ] = 128,
    replicates: Annotated[int, typer.Option(metavar="NUMBER", min=2, help="Of each point.")] = 4,
    seed: Seed = 0,
    until: Until = None,
    out: Folder = None,
    workers: Workers = 1,
    as_json: AsJson = False,
    quiet: OnlyFolder = False,
) -> None:
    """Show which parameters matter for which outcomes, and how much is luck.

    Draws a heat map into the folder. The same command again does only what is missing.
    """
    from sim.engine.sources import load_checked

    loaded = load_checked(scenario)
    last = parsed_until(until, loaded)
    folder = out
    if folder is None:
        choices = {
            "parameters": parameters,
            "outcomes": outcomes,
            "until": until,
            "trajectories": trajectories,
            "points": points,
            "replicates": replicates,
        }
        about = f"{loaded.name}-{method}-seed{seed}-{short_hash(choices)}"
        folder = Path("runs") / f"sensitivity-{about}"
    from sim.console.progress import WorkProgress
    from sim.experiments.sensitivity.run import sensitivity as analyse

    with WorkProgress(f"{method} of {loaded.name}", "runs", quiet=quiet or as_json) as progress:
        result = analyse(
            loaded,
            method=method,
            parameters=parameters,
            outcomes=outcomes,
            trajectories=trajectories,
            points=points,
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


ResultFolder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER",
        help="Of a run, an ensemble, a comparison, a sweep, a sensitivity or a calibration.",
    ),
]
OnlyFile = Annotated[bool, typer.Option("--quiet", help="Print the file and nothing else.")]


def report(folder: ResultFolder, quiet: OnlyFile = False) -> None:
    """Make one HTML page of a folder of results: a file that needs no network."""
    from sim.experiments.report.write import write_report

    page = write_report(folder)
    print(page if quiet else f"Page: {page}")
