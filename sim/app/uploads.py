"""Scenarios that visitors bring: a zip of a scenario's folder, from anybody.

Nothing is trusted: not the names in it, not the sizes that it claims, and not that what it says
can be simulated in the memory there is. What is wrong is told in sentences.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING

from sim.app.unzipping import UploadError, scenario_name, unpack
from sim.app.view import UPLOADED
from sim.engine.sources import load_checked
from sim.scenario import ScenarioError, find_scenarios
from sim.scenario.faults import Faults, listed, shown_value
from sim.scenario.reading import read_toml
from sim.scenario.tables import SCENARIO_FILE

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

# Measured with towns on a grid that all fight: at 400 places and 1,200 unit slots a run of 400 days
# takes 4 s and 100 MB, and each further replicate about 25 bytes for each place, faction and day:
# 13 MB at most. The largest theatre that ships has 110 places, 280 slots, 273 days and 210,210
# places by factions by days.
MOST_PLACES = 400
MOST_UNITS = 1_200
MOST_DAYS = 400
MOST_CELLS = 500_000
MOST_SUPPLY_LINES = 64
MOST_OUTCOMES = 60
MOST_ROWS = 10_000
"""Rows of all tables together: reading them costs up to 80 microseconds each, faults included."""

MOST_SENTENCES = 12
MOST_UPLOADS = 8
"""Scenarios that a session may bring before it must forget some."""


class Uploads:
    """The folders of one session's scenarios; gone when it ends, or with the process.

    Use it as a context, or call :meth:`close`.
    """

    def __init__(self) -> None:
        # Removes itself also where nobody closes it.
        self._home = TemporaryDirectory(prefix="khabur-upload-", ignore_cleanup_errors=True)
        self._count = 0

    @property
    def folder(self) -> Path:
        """Where the folders are."""
        return Path(self._home.name)

    def add(self, data: bytes, name: str = "") -> Scenario:
        """Return the scenario of a zip; see :func:`scenario_from_zip`."""
        if self._count >= MOST_UPLOADS:
            raise UploadError(
                f"You have uploaded {MOST_UPLOADS} scenarios, which is all that a session may; "
                "reload the page to begin anew."
            )
        scenario = scenario_from_zip(data, self.folder, name)
        self._count += 1
        return scenario

    def close(self) -> None:
        """Remove everything; may be called again."""
        self._home.cleanup()

    def __enter__(self) -> Uploads:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def scenario_from_zip(data: bytes, folder: Path, name: str = "") -> Scenario:
    """Unpack a zip of a scenario's folder, and return the scenario, checked.

    Parameters
    ----------
    data : bytes
        The zip.
    folder : Path
        Where a new folder for it is made; the caller removes it in the end.
    name : str
        Name of the zip, for a scenario whose files lie in no folder.

    Returns
    -------
    Scenario
        Its name begins with ``uploaded-``: it is none of those that ship, whatever it is called.

    Raises
    ------
    UploadError
        If it is no zip of a scenario, or too large; nothing is left in ``folder`` then.
    """
    files, top = unpack(data)
    check_rows(files)
    # A folder of its own around it: a base is looked for beside the scenario first.
    around = Path(mkdtemp(dir=folder))
    try:
        home = around / (UPLOADED + scenario_name(top or Path(name).stem))
        home.mkdir()
        for file, content in files.items():
            (home / file).write_bytes(content)
        check_base(home)
        scenario = _loaded(home)
        check_size(scenario)
    except BaseException:
        shutil.rmtree(around, ignore_errors=True)
        raise
    return scenario


def check_rows(files: Mapping[str, bytes]) -> None:
    """Check that tables are not so long that reading them takes long; raise UploadError if so."""
    tables = [content for name, content in files.items() if name.endswith(".csv")]
    rows = sum(max(table.count(b"\n"), table.count(b"\r")) for table in tables)
    if rows > MOST_ROWS:
        raise UploadError(f"The tables have {rows:,} rows in all; at most {MOST_ROWS:,} are read.")


def check_base(home: Path) -> None:
    """Check that what a scenario changes is a scenario that ships; raise UploadError if not."""
    faults = Faults()
    content = read_toml(home, SCENARIO_FILE, SCENARIO_FILE, faults)
    if content is None:
        raise UploadError(*map(str, _first_faults(faults)))
    base = content.get("base")
    shipped = find_scenarios()
    if base is not None and (not isinstance(base, str) or base not in shipped):
        found, allowed = shown_value(base), listed(shipped, 99)
        raise UploadError(
            f"{SCENARIO_FILE}, base: not a scenario that ships: found {found}; "
            f"allowed: one of {allowed}."
        )


def check_size(scenario: Scenario) -> None:
    """Check that a scenario can be simulated for a visitor; raise UploadError if not."""
    slots = sum(unit.units for unit in scenario.units)
    slots += sum(row.slots for row in scenario.reinforcements)
    cells = len(scenario.places) * len(scenario.factions) * scenario.days
    sentences = [
        f"The scenario has {count:,} {what}; at most {most:,} can be simulated here. "
        "The command line takes larger ones."
        for what, count, most in (
            ("places", len(scenario.places), MOST_PLACES),
            ("units, with those that reinforcements may bring,", slots, MOST_UNITS),
            ("days", scenario.days, MOST_DAYS),
            ("places by factions by days", cells, MOST_CELLS),
            ("supply lines", len(scenario.supply_lines), MOST_SUPPLY_LINES),
            ("outcomes", len(scenario.outcomes), MOST_OUTCOMES),
        )
        if count > most
    ]
    if sentences:
        raise UploadError(*sentences)


def _loaded(home: Path) -> Scenario:
    try:
        return load_checked(home)
    except ScenarioError as error:
        faults = [str(fault) for fault in error.faults]
        more = len(faults) - MOST_SENTENCES
        told = faults[:MOST_SENTENCES] + ([f"And {more} more faults."] if more > 0 else [])
        raise UploadError(*told) from None


def _first_faults(faults: Faults) -> list[object]:
    try:
        faults.raise_if_any()
    except ScenarioError as error:
        return list(error.faults[:MOST_SENTENCES])
    return ["scenario.toml: cannot be read."]
