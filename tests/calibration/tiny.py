"""A scenario folder and targets so small that a whole calibration of them takes seconds."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from calibration.analysis import Analysis, analyse
from calibration.calibrate import Calibration, calibrate
from calibration.pool import make_pool
from calibration.settings import Settings, Watch, Work
from calibration.target_file import load_targets
from sim.scenario import find_scenarios, load
from sim.scenario.schema import Scenario

NAME = "tiny"
OPEN = (
    "combat.attrition_of_attackers_per_day",
    "combat.attrition_of_defenders_per_day",
    "any_kind.attempt_per_day",
    "monitor.seen_share",
    "monitor.seen_share_of_children",
)
"""Parameters of the tiny scenario that have a prior; all others are fixed."""

OUTCOMES = """\
[[outcomes]]
id = "north_taken"
measure = "first_day_held"
unit = "date"
label = "first day in North"
arguments = { place = "North", faction = "red" }

[[outcomes]]
id = "blue_killed"
measure = "deaths"
unit = "fighters"
arguments = { faction = "blue" }

[[outcomes]]
id = "red_killed"
measure = "deaths"
unit = "fighters"
arguments = { faction = "red" }

[[outcomes]]
id = "siege_days"
measure = "siege_days"
unit = "days"
arguments = { city = "Town", attacker = "red" }

[[outcomes]]
id = "last_district"
measure = "last_district"
unit = "district"
arguments = { city = "Town", attacker = "red" }

[[outcomes]]
id = "weddings"
measure = "not_simulated"
unit = "weddings"
"""

TARGETS = """\
scenario = "tiny"
source = "made up"

[completeness]
alpha = 14
beta = 9
source = "made up"

[[targets]]
outcome = "north_taken"
kind = "date"
role = "fit"
reported = 2015-06-22
noise = 1
discrepancy = 2
must = ["inside_50"]
why = "made up"

[[targets]]
outcome = "blue_killed"
kind = "at_least"
role = "fit"
reported = 5
completeness = true
noise = 0.1
discrepancy = 0.1
most = 60
must = ["median_within_20_percent"]
given = "north_taken"
why = "made up"

[[targets]]
outcome = "siege_days"
kind = "duration"
role = "fit"
reported = 8
noise = 1
why = "made up"

[[targets]]
outcome = "last_district"
kind = "category"
role = "check"
reported = "North"
error_rate = 0.1
must = ["among_three_likeliest"]
why = "made up"
"""

COMMAND = "khabur calibrate tiny"
SETTINGS = Settings(vectors=400, seed=3, fresh=40, data_sets=50, alternative_vectors=0)


def write_scenario(folder: Path) -> Path:
    """Write a copy of two-towns in which five parameters are open and North is a city."""
    shutil.copytree(find_scenarios()["two-towns"], folder)
    (folder / "outcomes.toml").write_text(OUTCOMES)
    (folder / "parameters.csv").write_text(_parameters())
    places = (folder / "places.csv").read_text().splitlines()
    towns = [f"{places[0]},city", f"{places[1]},Town", *(f"{row}," for row in places[2:])]
    (folder / "places.csv").write_text("\n".join(towns) + "\n")
    with (folder / "scenario.toml").open("a") as scenario:
        scenario.write('\n[cities.Town]\nlabel = "Town"\n')
    return folder


def _parameters() -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["id", "value", "unit", "prior", "source"])
    for row in load("two-towns").parameters.values():
        if row.prior != "fixed" and row.id not in OPEN:
            writer.writerow([row.id, row.value, row.unit, "fixed", "made up"])
    return table.getvalue()


@contextmanager
def unwatched(_what: str, _unit: str) -> Iterator[Callable[[int, int], None]]:
    """Take the progress of a stage and say nothing."""
    yield lambda _done, _total: None


def write_targets(path: Path, text: str = TARGETS) -> Path:
    """Write a file of targets."""
    path.write_text(text)
    return path


def work(folder: Path, settings: Settings = SETTINGS, watch: Watch = unwatched) -> Work:
    """Return where and how the tiny scenario is calibrated."""
    return Work(folder, settings, COMMAND, "tiny", watch)


def calibrated(
    scenario: Scenario, targets: Path, folder: Path, settings: Settings = SETTINGS
) -> Calibration:
    """Calibrate the tiny scenario."""
    return calibrate(scenario, load_targets(scenario, targets), work(folder, settings))


def analysed(scenario: Scenario, targets: Path, pool: Path) -> Analysis:
    """Fit the tiny scenario, without any check of the fit."""
    made = make_pool(scenario, pool, vectors=SETTINGS.vectors, seed=SETTINGS.seed)
    return analyse(made, load_targets(scenario, targets), seed=SETTINGS.seed)
