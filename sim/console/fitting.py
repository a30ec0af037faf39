"""The options of the command that fits a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

TargetsFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="What was reported; the scenario's own if not given.",
        show_default=False,
    ),
]
Vectors = Annotated[
    int, typer.Option(metavar="NUMBER", min=2, max=10_000_000, help="Draws from the priors.")
]
AllWorkers = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        min=1,
        max=256,
        help="Processes to use; all cores if not given.",
        show_default=False,
    ),
]
Fresh = Annotated[
    int, typer.Option(metavar="NUMBER", min=2, max=100_000, help="Fitted draws that are run anew.")
]
DataSets = Annotated[
    int,
    typer.Option(
        "--data-sets",
        metavar="NUMBER",
        min=20,
        max=100_000,
        help="Synthetic data sets that try the fit.",
    ),
]
Alternatives = Annotated[
    int,
    typer.Option(
        metavar="NUMBER",
        min=0,
        max=10_000_000,
        help="Draws of each model with a mechanism switched off; 0 for none.",
    ),
]
Record = Annotated[
    int,
    typer.Option(
        metavar="NUMBER",
        min=0,
        max=100_000,
        help="Runs held against what was not fitted; 0 for none.",
    ),
]
FitOnly = Annotated[
    bool, typer.Option("--fit-only", help="Simulate nothing but the pool: a fit takes seconds.")
]
Ship = Annotated[
    bool, typer.Option("--ship", help="Put the posterior into the scenario's folder too.")
]
SecondOpinion = Annotated[
    bool,
    typer.Option(
        "--second-opinion", help="Fit once more by neural posterior estimation; needs khabur[sbi]."
    ),
]
