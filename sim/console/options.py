"""The options that commands share, and what their texts mean."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.console.guard import DONE, BadInputError

if TYPE_CHECKING:
    from datetime import date

    from sim.scenario import Scenario


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if not wanted:
        return
    from importlib import metadata

    try:
        print(f"khabur {metadata.version('khabur')}")
    except metadata.PackageNotFoundError:
        print("khabur (from a checkout that is not installed)")
    raise typer.Exit(DONE)


def ask_for_tracebacks(wanted: bool) -> None:
    """Remember that the user wants to see tracebacks."""
    if wanted:
        os.environ["KHABUR_TRACEBACK"] = "1"


Version = Annotated[
    bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
]
Traceback = Annotated[
    bool,
    typer.Option("--traceback", callback=ask_for_tracebacks, help="Show where a failure happened."),
]
ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="Its name, or a folder.")]
OptionalScenario = Annotated[
    str | None,
    typer.Argument(metavar="SCENARIO", help="Its name, or a folder.", show_default=False),
]
Seed = Annotated[int, typer.Option(metavar="NUMBER", min=0, max=2**63 - 1, help="Which luck.")]
Until = Annotated[
    str | None, typer.Option(metavar="DATE", help="Last day to simulate, such as 2015-07-29.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; may be repeated."),
]
Prior = Annotated[
    bool, typer.Option("--prior", help="Draw the parameters from what is believed of them.")
]
Posterior = Annotated[
    bool,
    typer.Option(
        "--posterior",
        help="Draw fitted parameters from the scenario's posterior; what it lacks keeps its value, "
        "or with --prior is drawn from its prior.",
    ),
]
PosteriorFrom = Annotated[
    str | None,
    typer.Option(
        "--posterior-from",
        metavar="WHERE",
        help="The same, from another table: a file, a calibration's folder, or a scenario.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Folder = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where the rows go.", show_default=False)
]
Workers = Annotated[int, typer.Option(metavar="NUMBER", min=1, max=256, help="Processes to use.")]
OnlyFolder = Annotated[bool, typer.Option("--quiet", help="Print the folder and nothing else.")]


def parsed_settings(settings: list[str]) -> dict[str, str]:
    """Return ``name=value`` texts as a dict; the scenario reads the values as it reads a table.

    Raises
    ------
    BadInputError
        If a text has no ``=``, or a name is set twice.
    """
    values: dict[str, str] = {}
    for setting in settings:
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not (name and equals and value):
            raise BadInputError(f"--set: found {setting[:80]!r}; allowed: name=value.")
        if name in values:
            raise BadInputError(f"--set: {name[:80]!r} is set twice.")
        values[name] = value
    return values


def parsed_until(text: str | None, scenario: Scenario) -> date | None:
    """Return the last day to simulate.

    Raises
    ------
    BadInputError
        If it is not a date of the scenario.
    """
    if text is None:
        return None
    from datetime import date

    allowed = f"a date from {scenario.start} to {scenario.end}"
    try:
        until = date.fromisoformat(text)
    except ValueError:
        until = None
    if until is None or not scenario.start <= until <= scenario.end:
        raise BadInputError(f"--until: found {text[:80]!r}; allowed: {allowed}.")
    return until


def short_hash(choices: dict[str, Any]) -> str:
    """Return eight digits that tell runs of other settings apart in the name of their folder."""
    from hashlib import sha256

    return sha256(json.dumps(choices, sort_keys=True).encode()).hexdigest()[:8]
