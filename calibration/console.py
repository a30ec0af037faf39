"""What ``khabur calibrate`` does with its options, and what it prints."""

from __future__ import annotations

import os
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.calibrate import Calibration, calibrate
from calibration.prior_check import PriorPredictiveError
from calibration.report.words import Calendar, share, spread_words
from calibration.results import Findings, TargetRow
from calibration.second_opinion import agreement
from calibration.settings import Settings, Work
from calibration.target_file import load_targets
from sim.console.guard import BadInputError
from sim.console.progress import WorkProgress
from sim.console.screen import Screen, cell
from sim.engine.folders import write_whole
from sim.engine.sources import load_checked
from sim.scenario.tables import POSTERIOR_ABOUT_FILE, POSTERIOR_FILE, PREDICTIVE_FILE

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Asked:
    """The options of the command.

    Attributes
    ----------
    scenario : str
    folder : Path or None
        Where it goes; ``runs/calibrate-<scenario>-seed<seed>`` if not given.
    targets : Path or None
        Another file of targets.
    settings : Settings
    ship : bool
        Whether the posterior also goes into the scenario's folder.
    """

    scenario: str
    folder: Path | None
    targets: Path | None
    settings: Settings
    ship: bool


def run_calibration(asked: Asked, *, quiet: bool) -> Calibration:
    """Calibrate as asked.

    Raises
    ------
    BadInputError
        If a number makes no sense, or the prior cannot produce what was reported.
    ScenarioError, ResultsError
        If scenario, targets or folder are not sound.
    """
    settings = asked.settings
    if settings.vectors < 2 * settings.data_sets or settings.vectors % 2:
        raise BadInputError(
            f"--vectors: found {settings.vectors}; allowed: an even number of at least "
            f"{2 * settings.data_sets}, twice the synthetic data sets."
        )
    if settings.alternative_vectors % 2:
        raise BadInputError(
            f"--alternatives: found {settings.alternative_vectors}; allowed: 0 or an even number."
        )
    scenario = load_checked(asked.scenario)
    targets = load_targets(scenario, asked.targets)
    folder = asked.folder
    if folder is None:
        folder = Path("runs") / f"calibrate-{scenario.name}-seed{settings.seed}"
    try:
        work = Work(
            folder=folder,
            settings=settings,
            command=command_of(asked),
            named=asked.scenario,
            watch=lambda what, unit: WorkProgress(what, unit, quiet=quiet),
        )
        done = calibrate(scenario, targets, work)
    except PriorPredictiveError as fault:
        raise BadInputError(*(check.sentence for check in fault.checks)) from None
    if asked.ship:
        ship(done, scenario)
    return done


def available_cores() -> int:
    """Return how many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def command_of(asked: Asked) -> str:
    """Return the command that does the same again, on any machine: without its folder."""
    settings, usual = asked.settings, Settings()
    words = ["khabur", "calibrate", asked.scenario]
    if asked.targets is not None:
        words += ["--targets", str(asked.targets)]
    for name, option in (
        ("vectors", "--vectors"),
        ("seed", "--seed"),
        ("fresh", "--fresh"),
        ("data_sets", "--data-sets"),
        ("alternative_vectors", "--alternatives"),
        ("record_replicates", "--record"),
    ):
        if getattr(settings, name) != getattr(usual, name):
            words += [option, str(getattr(settings, name))]
    if not settings.simulate:
        words.append("--fit-only")
    if settings.second_opinion:
        words.append("--second-opinion")
    return shlex.join(words)


def ship(done: Calibration, scenario: Scenario) -> Path:
    """Put the posterior into the scenario's folder, where ``--posterior`` finds it.

    Raises
    ------
    BadInputError
        If the scenario has no folder.
    ResultsError
        If it cannot be written.
    """
    if not scenario.folders:
        raise BadInputError(f"--ship: {scenario.name} was not read from a folder.")
    home = scenario.folders[0]
    for name in (POSTERIOR_FILE, POSTERIOR_ABOUT_FILE, PREDICTIVE_FILE):
        write_whole(home / name, (done.folder / name).read_bytes())
    return home


def calibration_json(done: Calibration) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    found = done.findings
    return {
        "scenario": found.scenario,
        "calibrated": found.calibrated,
        "verdict": found.verdict,
        "vectors": found.vectors,
        "seeds": found.seeds,
        "requirements": [asdict(row) for row in found.requirements],
        "targets": [asdict(row) for row in found.targets],
        "not_identified": found.not_identified,
        "folder": str(done.folder),
    }


def show_calibration(done: Calibration) -> None:
    """Print what was reported beside prior and posterior, the requirements and the verdict."""
    found, screen = done.findings, Screen()
    screen.show(f"{cell(found.title)}: fitted to what was reported", style="bold")
    screen.show(
        f"{found.vectors:,} vectors, seeds {' and '.join(map(str, found.seeds))}; {found.source}"
    )
    screen.show()
    _show_targets(screen, found)
    screen.show()
    _show_requirements(screen, found)
    screen.show()
    screen.show(cell(found.verdict))
    screen.show()
    if found.second_opinion:
        screen.show(cell(agreement(found.second_opinion)))
        screen.show()
    screen.show(f"Report: {cell(done.folder / 'report.html')}")
    screen.show(f"Posterior: {cell(done.folder / 'posterior.csv')}")


def _show_targets(screen: Screen, found: Findings) -> None:
    calendar = Calendar.of(found)
    table = screen.table()
    table.add_column("outcome")
    table.add_column("reported", justify="right")
    table.add_column("prior (5% to 95%)", justify="right")
    after = "fitted, run anew" if found.predictive_replicates else "fitted, nearest"
    table.add_column(after, justify="right")
    table.add_column("within", justify="right", no_wrap=True)
    for row in found.targets:
        if row.role != "fit":
            continue
        table.add_row(
            cell(row.label),
            cell(row.reported),
            cell(_said(row, calendar, after=False)),
            cell(_said(row, calendar, after=True)),
            "yes" if row.inside_posterior_90 else "NO",
        )
    screen.show(table)


def _said(row: TargetRow, calendar: Calendar, *, after: bool) -> str:
    """Return median and interval, or how likely the reported label is."""
    spread = row.posterior_spread if after else row.prior_spread
    if spread is not None:
        return spread_words(spread, row, calendar)
    shares = row.posterior_shares if after else row.prior_shares
    return share(shares.get(row.reported_label or "", 0.0))


def _show_requirements(screen: Screen, found: Findings) -> None:
    table = screen.table()
    table.add_column("what must hold")
    table.add_column("wanted", justify="right")
    table.add_column("measured", justify="right")
    table.add_column("holds", justify="right", no_wrap=True)
    words = {True: "yes", False: "NO", None: "-"}
    for row in found.requirements:
        table.add_row(cell(row.sentence), cell(row.wanted), cell(row.measured), words[row.holds])
    screen.show(table)
