"""The command line: ``khabur``.

Nothing heavy is imported before a command needs it. Exit status: 0 done, 2 bad input (a sentence
for each fault on standard error), 1 a fault of Khabur's, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.console import app as app_command
from sim.console import comparing, experiments, fitting
from sim.console.fitted import as_choice, check_own_posterior, chosen_posteriors
from sim.console.guard import BAD_INPUT, STOPPED, BadInputError, complain, guarded, our_fault
from sim.console.options import (
    AsJson,
    Folder,
    OnlyFolder,
    OptionalScenario,
    Posterior,
    PosteriorFrom,
    Prior,
    ScenarioName,
    Seed,
    Settings,
    Traceback,
    Until,
    Version,
    Workers,
    parsed_settings,
    parsed_until,
    short_hash,
)
from sim.console.present import present, present_ensemble, print_json

app = typer.Typer(
    name="khabur",
    help="Khabur simulates a territorial campaign: one run to look at, thousands to trust.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def khabur(version: Version = False, traceback: Traceback = False) -> None:
    """Khabur simulates a territorial campaign: one run to look at, thousands to trust."""


@app.command()
@guarded
def scenarios(as_json: AsJson = False) -> None:
    """List the scenarios and the question each asks."""
    from sim.console.listing import listed_scenarios, show_scenarios

    listed = listed_scenarios()
    if as_json:
        print_json({"scenarios": listed})
    else:
        show_scenarios(listed)


@app.command()
@guarded
def validate(
    scenario: OptionalScenario = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a scenario.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check a scenario, and its posterior if it has one, and name every fault.

    Each with its file, row and field, what was found and what is allowed.
    """
    from sim.engine.sources import load_checked
    from sim.scenario import ScenarioError, json_schema

    if schema:
        print_json(json_schema())
        return
    if scenario is None:
        raise BadInputError("Name a scenario or a folder, or ask for --schema.")
    from sim.console.listing import faults_json, show_valid

    try:
        loaded = load_checked(scenario)
        check_own_posterior(loaded)
    except ScenarioError as error:
        if not as_json:
            raise
        print_json({"scenario": scenario, "valid": False, "faults": faults_json(error.faults)})
        raise typer.Exit(BAD_INPUT) from None
    if as_json:
        print_json({"scenario": loaded.name, "valid": True, "faults": []})
    else:
        show_valid(loaded)


@app.command()
@guarded
def run(
    scenario: ScenarioName,
    seed: Seed = 0,
    replicate: Annotated[
        int, typer.Option(metavar="NUMBER", min=0, max=2**31 - 1, help="Which replicate.")
    ] = 0,
    until: Until = None,
    settings: Settings = None,
    prior: Prior = False,
    posterior: Posterior = False,
    posterior_from: PosteriorFrom = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the run goes.", show_default=False)
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a run that is in the --out folder.")
    ] = False,
    as_json: AsJson = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print the run folder and nothing else.")
    ] = False,
) -> None:
    """Simulate one run and show what happened.

    Everything it records goes to its run folder.
    """
    from sim.engine.results import check_target, default_folder, load_run, write_run
    from sim.engine.sources import load_checked

    values = parsed_settings(settings or [])
    loaded = load_checked(scenario, values)
    last = parsed_until(until, loaded)
    [fitted] = chosen_posteriors([loaded], posterior, posterior_from)
    choices = {"set": values, "until": until, "prior": prior, **as_choice([fitted])}
    folder = out if out is not None else default_folder(loaded.name, seed, replicate)
    if out is None and any(choices.values()):
        folder = folder.with_name(f"{folder.name}-{short_hash(choices)}")
    replace = overwrite or out is None
    check_target(folder, overwrite=replace)

    from sim.console.progress import WorkProgress
    from sim.engine.run import run_campaign

    with WorkProgress(loaded.name, "days", quiet=quiet or as_json) as progress:
        record = run_campaign(
            loaded,
            seed=seed,
            replicate=replicate,
            until=last,
            prior=prior,
            posterior=fitted,
            progress=progress,
        )
    write_run(folder, record, overwrite=replace)
    if quiet and not as_json:
        print(folder)
    else:
        present(load_run(folder), as_json)


@app.command()
@guarded
def ensemble(
    scenario: ScenarioName,
    replicates: Annotated[
        int, typer.Option(metavar="NUMBER", min=1, max=10_000_000, help="How many.")
    ] = 200,
    seed: Seed = 0,
    until: Until = None,
    settings: Settings = None,
    prior: Prior = False,
    posterior: Posterior = False,
    posterior_from: PosteriorFrom = None,
    out: Folder = None,
    workers: Workers = 1,
    as_json: AsJson = False,
    quiet: OnlyFolder = False,
) -> None:
    """Simulate many runs and show the spread.

    One row a replicate goes to the folder as it is finished; the same command again does only
    what is missing.
    """
    from sim.engine.sources import load_checked

    values = parsed_settings(settings or [])
    loaded = load_checked(scenario, values)
    last = parsed_until(until, loaded)
    folder = out if out is not None else Path("runs") / f"{loaded.name}-seed{seed}-x{replicates}"
    [fitted] = chosen_posteriors([loaded], posterior, posterior_from)
    choices = {"set": values, "until": until, "prior": prior, **as_choice([fitted])}
    if out is None and any(choices.values()):
        folder = folder.with_name(f"{folder.name}-{short_hash(choices)}")

    from sim.console.progress import WorkProgress
    from sim.engine.ensemble import Ensemble
    from sim.engine.ensemble_folder import run_into_folder
    from sim.engine.loading import read_json

    many = Ensemble(
        loaded,
        replicates=replicates,
        seed=seed,
        prior=prior,
        posterior=fitted,
        until=last,
        workers=workers,
    )
    with WorkProgress(loaded.name, "replicates", quiet=quiet or as_json) as progress:
        written = run_into_folder(many, folder, progress)
    if quiet and not as_json:
        print(folder)
        return
    present_ensemble(read_json(written / "run.json"), folder, as_json)


@app.command()
@guarded
def show(
    run_folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder of a run or of an ensemble.")
    ],
    as_json: AsJson = False,
) -> None:
    """Print a run or an ensemble from its folder."""
    from sim.engine.loading import load_ensemble_info
    from sim.engine.results import load_run

    if info := load_ensemble_info(run_folder):
        present_ensemble(info, run_folder, as_json)
        return
    present(load_run(run_folder), as_json)


@app.command()
@guarded
def brief(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    on: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="Which day; the last one if not given."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, markdown or json.")
    ] = "text",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it there; printed if not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the situation on a day of a run, as a news desk would.

    Every statement that was reported stands beside what the run has of it as of that day.
    """
    from sim.console.brief import FORMATS, brief_of, rendered, write_file

    form = "json" if as_json else form
    if form not in FORMATS:
        raise BadInputError(f"--format: found {form[:80]!r}; allowed: {', '.join(FORMATS)}.")
    written = rendered(brief_of(run_folder, on), form)
    if out is not None:
        write_file(out, written)
    else:
        print(written, end="")


@app.command()
@guarded
def calibrate(
    scenario: ScenarioName,
    out: Folder = None,
    targets: fitting.TargetsFile = None,
    vectors: fitting.Vectors = 51_200,
    seed: Seed = 1,
    workers: fitting.AllWorkers = None,
    fresh: fitting.Fresh = 1000,
    data_sets: fitting.DataSets = 500,
    alternatives: fitting.Alternatives = 5120,
    record: fitting.Record = 200,
    fit_only: fitting.FitOnly = False,
    second_opinion: fitting.SecondOpinion = False,
    ship: fitting.Ship = False,
    as_json: AsJson = False,
    quiet: OnlyFolder = False,
) -> None:
    """Fit the parameters to what was reported, and judge the fit.

    Leaves the pool, the posterior, what was found and one report in the folder. The same command
    again simulates only what is missing; with other targets the pool is used again.
    """
    from calibration import console
    from calibration.settings import Settings

    settings = Settings(
        vectors=vectors,
        seed=seed,
        workers=workers or console.available_cores(),
        fresh=fresh,
        data_sets=data_sets,
        alternative_vectors=alternatives,
        record_replicates=record,
        simulate=not fit_only,
        second_opinion=second_opinion,
    )
    asked = console.Asked(scenario, out, targets, settings, ship)
    done = console.run_calibration(asked, quiet=quiet or as_json)
    if as_json:
        print_json(console.calibration_json(done))
    elif quiet:
        print(done.folder)
    else:
        console.show_calibration(done)


@app.command()
@guarded
def battles(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV table of battles.")],
    as_json: AsJson = False,
) -> None:
    """Replay historical battles through the kernel."""
    from sim.experiments.battles import replay_battles

    result = replay_battles(file)
    print(result.to_json() if as_json else result.to_text())


comparing.add_commands(app)
experiments.add_commands(app)
app_command.add_command(
    app, pages=[("/calibration", "Calibration", "calibration.app_page:CalibrationPage")]
)


def main() -> None:
    """Run the command line; the entry point of ``khabur``."""
    try:
        app()
    except KeyboardInterrupt:
        complain("Stopped.")
        sys.exit(STOPPED)
    except Exception as fault:
        sys.exit(our_fault(fault))


if __name__ == "__main__":
    main()
