"""Reading the rows of a folder: an ensemble's or a sweep's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.engine import ensemble_folder
from sim.engine.folders import ResultsError
from sim.experiments.manifest import MANIFEST, read_manifest
from sim.experiments.parts import part_files, read_part
from sim.experiments.rows_table import read_row_ids

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_ATTEMPTS = 10  # a sweep that is still running may merge the parts that are being read


def load_results(
    folder: str | os.PathLike[str], columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read the rows of an ensemble's or a sweep's folder, finished or not.

    Parameters
    ----------
    folder : path
        It may come from a stranger: nothing is unpickled.
    columns : sequence of str, optional
        Those wanted, in that order; all if not given. Of a large sweep it saves time and memory.

    Returns
    -------
    pandas.DataFrame
        One row a run. An ensemble: ``replicate``, the parameters by id, and for each outcome
        ``<id>`` (null where it is not there by the end) and ``<id>_state``, in order of
        replicate. A sweep: ``row_id``, ``scenario``, ``seed``, ``replicate``, the design's
        parameters, those that were drawn, outcomes in the same way; in order of scenario, row of
        the design and replicate. What only one of several scenarios has is null in the others.

    Raises
    ------
    ResultsError
        If the folder holds neither, has no finished run yet or is damaged, or lacks a column.
    """
    path = Path(folder)
    if (path / MANIFEST).is_file():
        return load_sweep(path, columns)
    frame = ensemble_folder.load_results(path)
    if columns is None:
        return frame
    _check_columns(path, columns, frame.columns)
    return frame[list(columns)]


def load_sweep(folder: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read the rows of a sweep's folder; see :func:`load_results`."""
    import pandas as pd

    manifest = read_manifest(folder)
    table = _table(folder, manifest, columns)
    order = _order(folder, manifest, table)
    names = table.schema.names if columns is None else list(columns)
    found: dict[str, pd.Series] = {}
    for name in names:  # one by one, so that the whole is never there twice
        column = table[name]
        if columns is None:
            table = table.drop_columns([name])
        found[name] = (column if order is None else column.take(order)).to_pandas(
            date_as_object=False
        )
    return pd.DataFrame(found, copy=False)


def _table(folder: Path, manifest: dict[str, Any], columns: Sequence[str] | None) -> pa.Table:
    """Read the parts, in any order; rows of other sweeps are left out."""
    import pyarrow as pa

    bases = {each["basis"] for each in manifest["scenarios"].values()}
    for attempt in range(_ATTEMPTS):
        paths = part_files(folder)
        try:
            parts = [read_part(path, columns) for path in paths]
            break
        except ResultsError:
            if attempt == _ATTEMPTS - 1 or all(path.exists() for path in paths):
                raise
    tables = [part.table for part in parts if part.basis in bases]
    if not tables:
        raise ResultsError(f"The sweep in {str(folder)!r} has no finished run yet.")
    try:
        table = pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as fault:
        first = str(fault).partition("\n")[0].rstrip(".")
        raise ResultsError(
            f"The scenarios of {str(folder)!r} have outcomes that do not stand in one column "
            f"({first:.200}); name the columns wanted."
        ) from None
    _check_columns(folder, columns or (), table.schema.names)
    return table


def _check_columns(folder: Path, wanted: Sequence[str], there: Iterable[str]) -> None:
    lacking = [name for name in wanted if name not in set(there)]
    if lacking:
        raise ResultsError(f"The results in {str(folder)!r} have no column {lacking[0]!r:.80}.")


def _order(folder: Path, manifest: dict[str, Any], table: pa.Table) -> NDArray[np.int64] | None:
    """Return the indices of the design's runs in order, each once; None if they are in order."""
    import pyarrow.compute as pc

    ids = read_row_ids(folder / manifest["rows_file"])
    found = pc.index_in(table["row_id"], value_set=ids)
    row = pc.fill_null(found, -1).to_numpy().astype(np.int64)
    replicate = table["replicate"].to_numpy()
    first = manifest["first_replicate"]
    wanted = (row >= 0) & (replicate >= first) & (replicate < first + manifest["replicates"])
    order = np.flatnonzero(wanted)
    order = order[np.lexsort((replicate[order], row[order]))]
    again = (np.diff(row[order]) == 0) & (np.diff(replicate[order]) == 0)
    order = order[np.concatenate([np.ones(min(1, len(order)), dtype=bool), ~again])]
    if not len(order):
        raise ResultsError(f"The sweep in {str(folder)!r} has no finished run yet.")
    if len(order) == len(table) and (np.diff(order) == 1).all():
        return None
    return order
