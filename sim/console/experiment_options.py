"""The options of the commands that run many replicates by a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Designs = Annotated[
    list[str],
    typer.Argument(metavar="DESIGN", help="A design file (.toml), or scenarios: names or folders."),
]
Varied = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUES",
        help="Vary a parameter; may be repeated. VALUES: A,B,C; LOW..HIGH:STEPS in a grid; "
        "LOW..HIGH or prior where points are drawn; log:LOW..HIGH on the log scale.",
    ),
]
Replicates = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER", min=1, help="Runs of each row; 1 if not given.", show_default=False
    ),
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
    typer.Option(metavar="NUMBER", min=1, help="How many to draw: of latin_hypercube and sobol."),
]
Sampling = Annotated[
    str | None,
    typer.Option(
        "--method",
        metavar="METHOD",
        help="How rows are chosen: grid, latin_hypercube or sobol; grid if not given.",
    ),
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
    typer.Option(
        "--dry-run",
        help="Try a few runs, say how many runs, how long and how much disk; write nothing.",
    ),
]
Method = Annotated[
    Literal["morris", "sobol"],
    typer.Option(help="morris screens many parameters, sobol shares out the variance."),
]
VariedOnes = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="ID", help="Vary this one; may be repeated; else all."),
]
AnalysedOnes = Annotated[
    list[str] | None,
    typer.Option("--outcome", metavar="ID", help="Ask for this one; may be repeated; else all."),
]
Trajectories = Annotated[
    int | None,
    typer.Option(metavar="NUMBER", min=2, help="Paths of the morris design; 20 if not given."),
]
SobolPoints = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        min=2,
        help="Of each of the two sobol samples, a power of two; 128 if not given.",
    ),
]
PointReplicates = Annotated[
    int,
    typer.Option(metavar="NUMBER", min=2, help="Runs of each point, to tell luck from effect."),
]
SensitivityFolder = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where the results go.", show_default=False),
]
ResultFolder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER",
        help="Of a run, an ensemble, a comparison, a sweep, a sensitivity analysis or a "
        "calibration.",
    ),
]
OnlyFile = Annotated[bool, typer.Option("--quiet", help="Print the file and nothing else.")]
