"""Writing a posterior: the table, and how it was made, in files that a person can read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sim.engine.folders import ResultsError, write_whole
from sim.engine.results import versions
from sim.scenario.limits import TABLE_BYTES, TABLE_ROWS
from sim.scenario.posterior import NEEDED
from sim.scenario.tables import POSTERIOR_ABOUT_FILE, POSTERIOR_FILE


def save_posterior(
    folder: str | os.PathLike[str],
    ids: Sequence[str],
    values: ArrayLike,
    about: Mapping[str, Any],
) -> Path:
    """Write ``posterior.csv`` and ``posterior.toml`` into a folder, each whole or not at all.

    Parameters
    ----------
    folder : path
        A folder that is there: a scenario's, or that of a calibration.
    ids : sequence of str, length P
    values : array_like of float, shape ``[n, P]``
        Each row as likely as every other; written with six significant digits.
    about : mapping
        How it was made: ``command``, ``scenario``, ``scenario_hash``, ``verdict``, ``calibrated``;
        optional ``outside_prior`` (parameters that may leave the range of their prior, and why)
        and whatever else should be read: texts, numbers, truth values, dates, and tables and
        lists of them. ``draws`` and ``made_with`` are added.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    ValueError
        If the shapes do not agree, a value is not finite, or something is not said about it.
    ResultsError
        If it cannot be written, or is too large to be read again.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(ids) or not table.size:
        raise ValueError(f"values have the shape {table.shape}, but there are {len(ids)} ids")
    if not np.isfinite(table).all():
        raise ValueError("the values of a posterior must be finite")
    made_with = about.get("made_with", f"khabur {versions()['khabur']}")
    said = {**about, "made_with": made_with, "draws": len(table)}
    if missing := [name for name in NEEDED if name not in said]:
        raise ValueError(f"nothing is said about {', '.join(missing)}")
    lines = [",".join(ids), *(",".join(f"{value:.6g}" for value in row) for row in table.tolist())]
    told = _toml(said).encode()
    content = ("\n".join(lines) + "\n").encode()
    if len(content) > TABLE_BYTES or len(table) > TABLE_ROWS:
        raise ResultsError(
            f"A posterior of {len(table):,} draws and {len(content):,} bytes is too large; "
            f"at most {TABLE_ROWS:,} and {TABLE_BYTES:,} are allowed."
        )
    target = Path(folder) / POSTERIOR_FILE
    write_whole(target, content)
    write_whole(target.with_name(POSTERIOR_ABOUT_FILE), told)
    return target


def _toml(about: Mapping[str, Any]) -> str:
    """Return a TOML file: plain values first, in the order given, then tables and lists of them."""
    plain = {name: value for name, value in about.items() if not _tables(value)}
    lines = [
        f"# How {POSTERIOR_FILE}, beside this file, was made.",
        *(f"{_key(name)} = {_value(value)}" for name, value in plain.items()),
    ]
    for name, value in about.items():
        header = f"[{_key(name)}]" if isinstance(value, Mapping) else f"[[{_key(name)}]]"
        for table in _tables(value):
            rows = (f"{_key(key)} = {_value(part)}" for key, part in table.items())
            lines += ["", header, *rows]
    return "\n".join(lines) + "\n"


def _tables(value: Any) -> list[Mapping[str, Any]]:
    """Return the tables that a value is; none if it is plain, or a list that holds others too."""
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, list | tuple) and all(isinstance(part, Mapping) for part in value):
        return list(value)
    return []


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return repr(float(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_value, value)) + "]"
    raise ValueError(f"{type(value).__name__} cannot be written as TOML")
