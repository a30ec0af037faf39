"""What a fresh process of the pool does first, so that no visitor waits for imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.app.day_sheets import day_sheets
from sim.app.future_parts import run_part
from sim.app.recording import record_run
from sim.engine.chunks import Chunk
from sim.engine.sources import load_checked
from sim.scenario import find_scenarios

if TYPE_CHECKING:
    from pathlib import Path

_TABLES = ("places.csv", "routes.csv", "control.csv", "units.csv")  # that a whole scenario has
_DAYS = 3


def warm_up() -> None:
    """Do a little of everything that the app asks of its workers, with a small scenario."""
    folders = [folder for folder in find_scenarios().values() if _is_whole(folder)]
    if not folders:
        return
    scenario = load_checked(min(folders, key=_size))
    part = Chunk(scenario, 0, np.arange(2, dtype=np.int64), {}, False, {}, None)
    run_part(part)
    day_sheets(record_run(scenario, seed=0).packed, range(_DAYS))


def _is_whole(folder: Path) -> bool:
    """Tell whether a folder holds all of a scenario; an overlay is a small thing on a large one."""
    return all((folder / name).is_file() for name in _TABLES)


def _size(folder: Path) -> int:
    return sum((folder / name).stat().st_size for name in _TABLES)
