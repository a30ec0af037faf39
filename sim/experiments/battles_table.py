"""Reading a table of historical battles, in the columns of CDB90."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.state.elementary import FloatArray
from sim.state.stable_ids import stable_ids

COLUMNS = ("stra", "strd", "casa", "casd", "caldays", "post1", "year")
"""Columns read: strengths and casualties of attacker and defender, calendar days, the defender's
posture and the year. Other columns are ignored."""

MOST_FIGHTERS = 100_000_000
MOST_DAYS = 2_000
_EARLIEST_YEAR, _LATEST_YEAR = -3000, 3000
_MISSING = frozenset({"", "na", "nan", "n/a", "none", "null"})
_LARGEST_FILE_BYTES = 200_000_000


class BattlesError(ValueError):
    """A table of battles that cannot be used, said in one sentence.

    Attributes
    ----------
    file, row, field, found, allowed
        Where the fault is (the header is row 1; None where it does not apply) and what it is.
    """

    def __init__(
        self,
        file: str,
        message: str,
        row: int | None = None,
        field: str | None = None,
        found: str | None = None,
        allowed: str | None = None,
    ) -> None:
        self.file, self.row, self.field = file, row, field
        self.found, self.allowed = found, allowed
        where = file if row is None else f"{file}, row {row}"
        super().__init__(f"{where}: {message}")


@dataclass(frozen=True)
class Battles:
    """Battles that can be replayed, as arrays of length n; index 0 attacker, 1 defender.

    Attributes
    ----------
    name : tuple of str
        Name of the battle, or its row.
    strength : float64 [2, n]
        Fighters at the start.
    casualties : float64 [2, n]
        Killed, wounded, captured and missing together, above 0.
    days : int64 [n]
        Calendar days.
    posture : tuple of str
        The defender's posture, as CDB90 codes it.
    year : int64 [n]
    dropped : int
        Rows left out because a value was missing, or a strength or casualty figure was zero.
    """

    name: tuple[str, ...]
    strength: FloatArray
    casualties: FloatArray
    days: npt.NDArray[np.int64]
    posture: tuple[str, ...]
    year: npt.NDArray[np.int64]
    dropped: int = 0

    @property
    def n(self) -> int:
        """Return how many battles there are."""
        return len(self.name)

    def ids(self) -> npt.NDArray[np.uint64]:
        """Return an id of each battle, from what goes in and not from its row or its outcome."""
        keys = [
            f"{a:g};{d:g};{days};{posture};{year}"
            for a, d, days, posture, year in zip(
                self.strength[0],
                self.strength[1],
                self.days,
                self.posture,
                self.year,
                strict=True,
            )
        ]
        return stable_ids("battle", keys)

    def take(self, index: npt.NDArray[np.intp]) -> Battles:
        """Return the battles ``index``, in that order."""
        return Battles(
            name=tuple(self.name[i] for i in index),
            strength=self.strength[:, index],
            casualties=self.casualties[:, index],
            days=self.days[index],
            posture=tuple(self.posture[i] for i in index),
            year=self.year[index],
        )


def read_battles(path: str | Path) -> Battles:
    """Read a CSV table with the columns of CDB90.

    Parameters
    ----------
    path
        A comma-separated file in UTF-8 with a header. It needs :data:`COLUMNS`; ``name`` is used
        where there is one; other columns are ignored.

    Raises
    ------
    BattlesError
        When the file cannot be read, a column is missing, or a value is not allowed.
    """
    path = Path(path)
    rows = _read_rows(path)
    file = path.name
    parsed = [(row, record, _parse(file, row, record)) for row, record in rows]
    usable = [
        (row, record, values)
        for row, record, values in parsed
        if all(value is not None and value > 0 for name, value in values.items() if name != "year")
        and values["year"] is not None
    ]
    if not usable:
        raise BattlesError(file, "no row has both strengths, both casualties, days and a year")
    columns = {
        name: np.array([values[name] for _, _, values in usable], dtype=np.float64)
        for name in COLUMNS
        if name != "post1"
    }
    return Battles(
        name=tuple((record.get("name") or "").strip() or f"row {row}" for row, record, _ in usable),
        strength=np.stack([columns["stra"], columns["strd"]]),
        casualties=np.stack([columns["casa"], columns["casd"]]),
        days=columns["caldays"].astype(np.int64),
        posture=tuple((record["post1"] or "").strip().upper() for _, record, _ in usable),
        year=columns["year"].astype(np.int64),
        dropped=len(parsed) - len(usable),
    )


def _read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return (line number, record) of every row that is not blank."""
    file = path.name
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise BattlesError(file, "the file is larger than 200 MB, the largest allowed")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 text (byte {error.start}), a CSV file in UTF-8 is needed"
        raise BattlesError(file, message) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BattlesError(str(path), f"the file cannot be read ({reason})") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="", restval="")
    try:
        header = [(name or "").strip() for name in reader.fieldnames or []]
        reader.fieldnames = header
        _check_header(file, header)
        return [(reader.line_num, record) for record in reader]
    except csv.Error as error:
        message = f"the line is not comma-separated text ({error})"
        raise BattlesError(file, message, row=reader.line_num) from None


def _check_header(file: str, header: list[str]) -> None:
    for name in COLUMNS:
        if header.count(name) != 1:
            found = "missing" if name not in header else "there more than once"
            message = f"column {name!r} is {found}; needed, once each: {', '.join(COLUMNS)}"
            raise BattlesError(file, message, 1, name, found, ", ".join(COLUMNS))


def _parse(file: str, row: int, record: dict[str, str]) -> dict[str, float | None]:
    fighters = (0.0, float(MOST_FIGHTERS), False)
    limits = {
        **dict.fromkeys(("stra", "strd", "casa", "casd"), fighters),
        "caldays": (1.0, float(MOST_DAYS), True),
        "year": (float(_EARLIEST_YEAR), float(_LATEST_YEAR), True),
    }
    return {
        name: _number(file, row, name, record.get(name) or "", *limit)
        for name, limit in limits.items()
    }


def _number(
    file: str, row: int, field: str, text: str, low: float, high: float, whole: bool
) -> float | None:
    text = text.strip()
    if text.lower() in _MISSING:
        return None
    kind = "a whole number" if whole else "a number"
    allowed = f"{kind} from {low:,.0f} to {high:,.0f}, or blank"
    if field == "year":
        allowed = f"{kind} from {low:.0f} to {high:.0f}, or blank"
    try:
        value = float(text.replace("_", "?"))  # Python would read 1_000 as a number
    except ValueError:
        value = np.nan
    if not low <= value <= high or (whole and value != int(value)):
        shown = text if len(text) <= 40 else text[:37] + "..."
        message = f"field {field!r} is {shown!r}, allowed is {allowed}"
        raise BattlesError(file, message, row, field, shown, allowed)
    return value
