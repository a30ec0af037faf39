"""The command that holds scenarios beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.console.fitted import as_choice, chosen_posteriors
from sim.console.guard import guarded
from sim.console.options import (
    AsJson,
    Folder,
    OnlyFolder,
    Posterior,
    PosteriorFrom,
    Prior,
    Seed,
    Settings,
    Until,
    Workers,
    parsed_settings,
    parsed_until,
    short_hash,
)
from sim.console.present import present_comparison

Base = Annotated[str, typer.Argument(metavar="BASE", help="A scenario: its name, or a folder.")]
Others = Annotated[
    list[str], typer.Argument(metavar="OTHER...", help="Scenarios to hold against it.")
]
Pairs = Annotated[
    int, typer.Option(metavar="NUMBER", min=2, max=10_000_000, help="How many of each.")
]
OtherSettings = Annotated[
    list[str] | None,
    typer.Option(
        "--set-other",
        metavar="NAME=VALUE",
        help="Set a parameter in the others alone; the base may then be among them.",
    ),
]
Precision = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[OUTCOME=]WIDTH",
        help="Say how many replicates bring an interval's half-width down to this: 2 or 5%.",
    ),
]


def add_commands(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(guarded(compare))


def compare(
    base: Base,
    others: Others,
    replicates: Pairs = 200,
    seed: Seed = 0,
    until: Until = None,
    settings: Settings = None,
    other_settings: OtherSettings = None,
    prior: Prior = False,
    posterior: Posterior = False,
    posterior_from: PosteriorFrom = None,
    precision: Precision = None,
    out: Folder = None,
    workers: Workers = 1,
    as_json: AsJson = False,
    quiet: OnlyFolder = False,
) -> None:
    """Show what a difference makes, outcome by outcome.

    Replicates of all scenarios share their luck, and differences are taken pair by pair. The same
    command again does only what is missing.
    """
    from sim.experiments.compare import compare_scenarios, scenarios_to_compare

    values, other_values = parsed_settings(settings or []), parsed_settings(other_settings or [])
    loaded = scenarios_to_compare(base, others, values=values, other_values=other_values)
    last = parsed_until(until, loaded[0])
    fitted = chosen_posteriors(loaded, posterior, posterior_from)
    names = [scenario.name for scenario in loaded]
    folder = out
    if folder is None:
        choices = {
            "names": names,
            "set": values,
            "set_other": other_values,
            "until": until,
            "prior": prior,
            **as_choice(fitted),
        }
        about = f"{names[0]}-seed{seed}-x{replicates}-{short_hash(choices)}"
        folder = Path("runs") / f"compare-{about}"

    from sim.console.progress import WorkProgress

    with WorkProgress(f"{len(names)} scenarios", "replicates", quiet=quiet or as_json) as progress:
        comparison = compare_scenarios(
            loaded[0],
            loaded[1:],
            replicates=replicates,
            seed=seed,
            folder=folder,
            prior=prior,
            posterior=fitted,
            until=last,
            precision=precision or (),
            workers=workers,
            progress=progress,
        )
    present_comparison(comparison, as_json, quiet)
