"""Reading a run folder, which may come from a stranger: nothing is unpickled, all is checked."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.columns import COLUMNS, OPTIONAL_TABLES
from sim.engine.folders import MOST_BYTES, ResultsError, read_bytes
from sim.engine.parquet import read_table
from sim.outcomes.registry import as_date

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# What run.json calls itself. The version goes up when a column or key changes its meaning.
FORMAT = "khabur run"
ENSEMBLE_FORMAT = "khabur ensemble"
FORMAT_VERSION = 1


class Run:
    """A run that was read from its folder.

    Attributes
    ----------
    folder : Path
    info : dict
        What run.json says.
    scenario : dict
        The resolved scenario, as ``Scenario.from_resolved`` takes it.
    tables : dict of str to pyarrow.Table
        By name; ``run["daily"]`` and ``run.daily`` give pandas frames.
    """

    def __init__(
        self,
        folder: Path,
        info: dict[str, Any],
        scenario: dict[str, Any],
        tables: Mapping[str, pa.Table],
    ) -> None:
        self.folder = folder
        self.info = info
        self.scenario = scenario
        self.tables = dict(tables)
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table as a pandas frame.

        Raises
        ------
        KeyError
            If a run has no such table.
        """
        if name not in self._frames:
            self._frames[name] = frame(self.tables[name])
        return self._frames[name]

    def __repr__(self) -> str:
        info = self.info
        which = f"seed {info['seed']}, replicate {info['replicate']}, {info['days']} days"
        return f"<Run of {info['scenario']}: {which}>"

    @property
    def outcomes(self) -> dict[str, Any]:
        """Outcomes by id: ``value``, ``unit``, ``reported``."""
        found: dict[str, Any] = self.info["outcomes"]
        return found

    @cached_property
    def daily(self) -> pd.DataFrame:
        """One row a day and faction."""
        return self["daily"]

    @cached_property
    def places(self) -> pd.DataFrame:
        """One row a day and place."""
        return self["places"]

    @cached_property
    def units(self) -> pd.DataFrame:
        """One row a day and active unit."""
        return self["units"]

    @cached_property
    def engagements(self) -> pd.DataFrame:
        """One row a day, place and faction in an engagement."""
        return self["engagements"]

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event."""
        return self["events"]

    @cached_property
    def reports(self) -> pd.DataFrame:
        """One row a published report."""
        return self["reports"]


def frame(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a pandas frame, dates as datetime64, never an object from a file."""
    found: pd.DataFrame = table.to_pandas(date_as_object=False, ignore_metadata=True)
    return found


def load_run(folder: str | os.PathLike[str]) -> Run:
    """Read a run folder.

    Parameters
    ----------
    folder : path
        A folder that :func:`write_run` made; it may come from a stranger.

    Returns
    -------
    Run

    Raises
    ------
    ResultsError
        If the folder, or one of its files, is missing, damaged or not Khabur's.
    """
    path = Path(folder)
    if not path.is_dir():
        raise ResultsError(f"There is no run folder {str(path)!r}.")
    info = read_json(path / "run.json")
    if info.get("format") != FORMAT:
        raise ResultsError(f"{str(path / 'run.json')!r} does not describe a run of Khabur.")
    if info.get("format_version") != FORMAT_VERSION:
        raise ResultsError(
            f"{str(path / 'run.json')!r} has format version {info.get('format_version')!r:.40}, "
            f"but this Khabur reads version {FORMAT_VERSION}."
        )
    check_info(path / "run.json", info)
    scenario = read_json(path / "scenario.json")
    tables = {
        name: read_table(path / f"{name}.parquet", name, info)
        for name in COLUMNS
        if name in info["tables"] or name not in OPTIONAL_TABLES
    }
    if tables["daily"]["faction"].to_pylist() != info["factions"] * info["days"]:
        raise ResultsError(f"{str(path / 'daily.parquet')!r} lacks days or factions of run.json.")
    return Run(path, info, scenario, tables)


def load_ensemble_info(folder: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Read the ``run.json`` of a folder that holds an ensemble; None if it holds none."""
    path = Path(folder) / "run.json"
    if not path.is_file():
        return None
    info = read_json(path)
    return info if info.get("format") == ENSEMBLE_FORMAT else None


# What a reader relies on in run.json; the rest may be anything.
_NEEDED: dict[str, type] = {
    "scenario": str,
    "title": str,
    "question": str,
    "seed": int,
    "replicate": int,
    "days": int,
    "start": str,
    "factions": list,
    "parameters": dict,
    "outcomes": dict,
    "tables": dict,
}


def check_info(path: Path, info: dict[str, Any]) -> None:
    """Check that run.json has what a reader relies on.

    Raises
    ------
    ResultsError
        If a key is missing or of another type.
    """
    for key, kind in _NEEDED.items():
        if not isinstance(info.get(key), kind):
            raise ResultsError(f"{str(path)!r} is damaged: {key!r} must be a {kind.__name__}.")
    if info["days"] < 0 or not all(isinstance(name, str) for name in info["factions"]):
        raise ResultsError(f"{str(path)!r} is damaged: days or factions make no sense.")
    for key in ("start", "end") if info["days"] else ("start",):
        if as_date(info.get(key)) is None:
            raise ResultsError(f"{str(path)!r} is damaged: {key!r} must be a date.")
    for name, outcome in info["outcomes"].items():
        if not isinstance(outcome, dict) or not {"value", "unit", "reported"} <= outcome.keys():
            raise ResultsError(f"{str(path)!r} is damaged: outcome {name!r:.80} is incomplete.")
    for name in COLUMNS:
        missing = name not in info["tables"] and name in OPTIONAL_TABLES
        if not missing and not isinstance(info["tables"].get(name), dict):
            raise ResultsError(f"{str(path)!r} is damaged: it lists no table {name!r}.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is not a finite number")
    return number


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds an object.

    Raises
    ------
    ResultsError
        If it is missing, unreadable or holds something else.
    """
    try:
        content = read_bytes(path, MOST_BYTES)
        value = json.loads(content, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError) as fault:
        raise ResultsError(f"{str(path)!r} is not JSON that can be read: {fault}.") from None
    if not isinstance(value, dict):
        raise ResultsError(f"{str(path)!r} must hold an object.")
    return value
