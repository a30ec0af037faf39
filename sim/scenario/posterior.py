"""A posterior: a plain table of parameter values, each row as likely as every other.

`posterior.csv` has a column for each parameter and a row for each draw; `posterior.toml` beside it
says how it was made. They may lie in a scenario's folder or anywhere else, and are no part of a
scenario: not of its hash, nor of what is stored with a run.
"""

from __future__ import annotations

import csv
import hashlib
import io
import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.scenario import limits
from sim.scenario.cells import as_number
from sim.scenario.faults import Faults, ScenarioError, printable
from sim.scenario.reading import is_there, read_text, read_toml

if TYPE_CHECKING:
    from sim.scenario.rows import Parameter
    from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

MOST_FAULTS = 20  # cells of a table that are told one by one
ROUNDING = 1e-5  # of a value written with six digits: so far out of its range it is still meant

NEEDED: dict[str, tuple[type, str]] = {
    "command": (str, "text: the command that made the table"),
    "scenario": (str, "text: the name of the scenario that it was made for"),
    "scenario_hash": (str, "text: the hash of that scenario"),
    "made_with": (str, "text: Khabur and its version"),
    "verdict": (str, "text: a sentence"),
    "calibrated": (bool, "true or false"),
    "draws": (int, "a whole number: the rows of the table"),
}
"""Keys of posterior.toml; there may be others."""

OUTSIDE_PRIOR = "outside_prior"
"""Optional table of posterior.toml: parameters that may leave the range of their prior, and why."""

_PLAIN = frozenset(string.digits + "+-.eE")


class NoPosteriorError(ScenarioError):
    """A scenario that has no posterior; the message says how to make one."""

    def __init__(self, sentence: str) -> None:
        ValueError.__init__(self, sentence)
        self.faults = []

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[Any, ...]]:
        return type(self), (str(self),)


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of some parameters, each row with the same weight.

    Attributes
    ----------
    ids : tuple of str, length P
    values : float64 array, shape ``[n, P]``
        In the units of the parameters.
    about : dict
        What posterior.toml says (:data:`NEEDED`, and more); empty where nothing is known.
    file : str
        What faults call the table.
    path : Path or None
        Where it was read.
    lines : int64 array, shape ``[n]``
        Line of each row in the file, the header being 1; without a file, number of the row.
    sha256 : str
        Of the file; of ids and values where there is no file.
    """

    ids: tuple[str, ...]
    values: Float64
    about: Mapping[str, Any]
    file: str
    path: Path | None
    lines: Int64
    sha256: str

    @property
    def draws(self) -> int:
        """Number of rows, n."""
        return len(self.values)

    @property
    def outside_prior(self) -> frozenset[str]:
        """Parameters that may leave the range of their prior."""
        return frozenset(self.about.get(OUTSIDE_PRIOR, ()))


def read_posterior(path: Path, shown: str) -> Posterior:
    """Read a table and what is said about it in the TOML file of the same name beside it.

    Parameters
    ----------
    path
        The table, ``posterior.csv`` or another name.
    shown
        What faults call the table.

    Raises
    ------
    ScenarioError
        If it is missing or damaged, with everything that is wrong.
    """
    faults = Faults()
    if not is_there(path.parent, path.name):
        faults.add(shown, "the file is missing", allowed="a table with a column for each parameter")
        faults.raise_if_any()
    text = read_text(path.parent, path.name, shown, limits.TABLE_BYTES, faults)
    table = None if text is None else _table(text, shown, faults)
    about = _about(path, shown, faults)
    if table is not None and about.get("draws", len(table[1])) != len(table[1]):
        message = "the number of rows is not that which the TOML file beside it names as draws"
        faults.add(shown, message, found=len(table[1]), allowed=str(about["draws"]))
    faults.raise_if_any()
    assert text is not None
    assert table is not None
    ids, values, lines = table
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Posterior(ids, values, about, shown, path, lines, digest)


def posterior_of_table(table: Mapping[str, ArrayLike], about: Mapping[str, Any]) -> Posterior:
    """Return a posterior from columns by parameter id (a dict, or a pandas frame).

    Raises
    ------
    ValueError
        If columns are not one-dimensional, of the same length, finite, and at least one row long.
    """
    ids = tuple(str(name) for name, _ in table.items())
    columns = [np.asarray(column, dtype=np.float64) for _, column in table.items()]
    shapes = {column.shape for column in columns}
    if len(shapes) != 1 or columns[0].ndim != 1 or not len(columns[0]):
        raise ValueError(
            "a posterior needs columns of the same length, a number for each draw, "
            f"but these have the shapes {sorted(shapes)}"
        )
    values = np.stack(columns, axis=1)
    if not np.isfinite(values).all():
        name = ids[int(np.flatnonzero(~np.isfinite(values).all(axis=0))[0])]
        raise ValueError(f"parameter {name!r} of the posterior must be finite")
    digest = hashlib.sha256("\n".join(ids).encode() + np.ascontiguousarray(values).tobytes())
    lines = np.arange(1, len(values) + 1)
    return Posterior(ids, values, dict(about), "posterior", None, lines, digest.hexdigest())


def check_columns(
    posterior: Posterior, scenario: Scenario, names: Collection[str] | None = None
) -> None:
    """Check that a table fits the scenario that it was made for.

    Parameters
    ----------
    posterior
    scenario
    names
        Columns to check; all of them if not given.

    Raises
    ------
    ScenarioError
        If a column is no parameter of the scenario, or one without a prior, or a value lies
        outside the range of its prior (by more than rounding to six digits explains).
    """
    faults = Faults()
    header = None if posterior.path is None else 1
    allowed = f"a parameter of {scenario.name} that has a prior"
    for column, name in enumerate(posterior.ids):
        if names is not None and name not in names:
            continue
        parameter = scenario.parameters.get(name)
        if parameter is None:
            message = f"unknown parameter{faults.nearest(name, scenario.parameters)}"
            faults.add(posterior.file, message, row=header, found=name, allowed=allowed)
        elif parameter.prior == "fixed":
            message = "the parameter has no prior"
            faults.add(posterior.file, message, row=header, found=name, allowed=allowed)
        elif name not in posterior.outside_prior:
            _check_range(posterior, column, parameter, faults)
    faults.raise_if_any()


def _check_range(posterior: Posterior, column: int, parameter: Parameter, faults: Faults) -> None:
    values = posterior.values[:, column]
    low, high = bounds(parameter)
    slack = ROUNDING * np.abs(values)
    outside = np.flatnonzero((values < low - slack) | (values > high + slack))
    for row in outside[:MOST_FAULTS]:
        faults.add(
            posterior.file,
            "outside the range of its prior",
            row=int(posterior.lines[row]),
            field=parameter.id,
            found=float(values[row]),
            allowed=f"{low:g} to {high:g}",
        )


def bounds(parameter: Parameter) -> tuple[float, float]:
    """Return the range of a parameter's prior."""
    assert parameter.low is not None
    assert parameter.high is not None
    return float(parameter.low), float(parameter.high)


def _table(text: str, shown: str, faults: Faults) -> tuple[tuple[str, ...], Float64, Int64] | None:
    """Return ids, values and line numbers, or None (and faults)."""
    rows = _rows(text, shown, faults)
    if rows is None:
        return None
    if len(rows) < 2:
        message = "has no row" if rows else "is empty"
        allowed = "a header of parameter ids and a row for each draw"
        faults.add(shown, message, allowed=allowed)
        return None
    (_, header), body = rows[0], rows[1:]
    before = len(faults)
    for name in sorted({name for name in header if header.count(name) > 1}):
        faults.add(shown, "column stands twice", row=1, found=name, allowed="once")
    for number, line in [row for row in body if len(row[1]) != len(header)][:MOST_FAULTS]:
        message = "number of cells is not that of the header"
        faults.add(shown, message, row=number, found=len(line), allowed=str(len(header)))
    if len(faults) > before:
        return None
    values = _numbers(header, body, shown, faults)
    if values is None:
        return None
    return tuple(header), values, np.array([number for number, _ in body], dtype=np.int64)


def _rows(text: str, shown: str, faults: Faults) -> list[tuple[int, list[str]]] | None:
    """Return line number and cells of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    number = 1
    try:
        for line in reader:
            cells = [cell.strip() for cell in line]
            if any(cells):
                rows.append((number, cells))
            if len(rows) > limits.TABLE_ROWS + 1:
                allowed = f"at most {limits.TABLE_ROWS:,}"
                faults.add(shown, "has too many rows", row=number, allowed=allowed)
                return None
            number = reader.line_num + 1
    except csv.Error as error:
        allowed = "cells separated by commas, quotes closed"
        faults.add(shown, "is not valid CSV", row=number, found=str(error), allowed=allowed)
        return None
    if rows and len(rows[0][1]) > limits.POSTERIOR_COLUMNS:
        allowed = f"at most {limits.POSTERIOR_COLUMNS:,}"
        faults.add(shown, "has too many columns", found=len(rows[0][1]), allowed=allowed)
        return None
    return rows


def _numbers(
    header: list[str], body: list[tuple[int, list[str]]], shown: str, faults: Faults
) -> Float64 | None:
    """Return the cells as numbers, or None (and a fault for each that is none)."""
    # Plain characters alone: numpy would also read 1_000, nan and the digits of other scripts.
    if all(_PLAIN.issuperset("".join(line)) for _, line in body):
        try:
            values = np.array([line for _, line in body]).astype(np.float64)
        except ValueError:
            values = np.array(np.nan)
        if np.isfinite(values).all():
            return values
    numbers: list[list[float]] = []
    told = 0
    for number, line in body:
        numbers.append([])
        for name, cell in zip(header, line, strict=True):
            try:
                numbers[-1].append(as_number(cell))
            except ValueError as error:
                message, found = (str(error), cell) if cell else ("is blank", None)
                where: dict[str, Any] = {"row": number, "field": name, "found": found}
                faults.add(shown, message, allowed="a finite number", **where)
                told += 1
            if told == MOST_FAULTS:
                return None
    return None if told else np.array(numbers)


def _about(path: Path, shown: str, faults: Faults) -> dict[str, Any]:
    """Return what the TOML file beside a table says; nothing if there is none."""
    file = path.with_suffix(".toml")
    shown = shown.removesuffix(path.name) + file.name
    if not is_there(file.parent, file.name):
        return {}
    about = read_toml(file.parent, file.name, shown, faults)
    if about is None:
        return {}
    for name, (kind, allowed) in NEEDED.items():
        value = about.get(name)
        if value is None:
            faults.add(shown, "is missing", field=name, allowed=allowed)
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            message = f"not {allowed.partition(':')[0]}"
            faults.add(shown, message, field=name, found=about.pop(name), allowed=allowed)
        elif isinstance(value, str):
            about[name] = printable(" ".join(value.split()), limits.CELL_CHARACTERS)
    reasons = about.get(OUTSIDE_PRIOR, {})
    if not isinstance(reasons, dict) or not all(isinstance(why, str) for why in reasons.values()):
        allowed = "ids of parameters, each with a text that says why"
        faults.add(shown, "not a table of texts", field=OUTSIDE_PRIOR, allowed=allowed)
        del about[OUTSIDE_PRIOR]
    return about
