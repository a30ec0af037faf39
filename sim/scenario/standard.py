"""The parameters that ship with the engine: every scenario has them unless it says otherwise."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sim.scenario.faults import Faults
from sim.scenario.raw import RawRow
from sim.scenario.reading import read_table
from sim.scenario.rows import columns
from sim.scenario.tables import TABLES

STANDARD_PARAMETERS_FILE = Path(__file__).with_name("standard_parameters.csv")


def standard_parameter_rows() -> tuple[RawRow, ...]:
    """Return the rows of the standard table.

    Raises
    ------
    ScenarioError
        If the table is broken.
    """
    return _rows(STANDARD_PARAMETERS_FILE)


@lru_cache(maxsize=4)
def _rows(file: Path) -> tuple[RawRow, ...]:
    faults = Faults()
    known = columns(TABLES["parameters"].model)
    obligatory = [name for name, needed in known.items() if needed]
    read = read_table(file.parent, file.name, file.name, known, obligatory, faults)
    faults.raise_if_any()
    return tuple(read or ())
