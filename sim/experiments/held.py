"""Which runs of some jobs are in parts that were made for other jobs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiments.parts import KEYS, read_part

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.experiments.jobs import Job


def not_held(
    jobs: Sequence[Job], paths: Iterable[Path], bases: Collection[str]
) -> list[NDArray[np.bool_]]:
    """Tell which (row, replicate) pairs of each job no part holds.

    Parameters
    ----------
    jobs : sequence of Job
    paths : iterable of Path
        Parts to look in.
    bases : collection of str
        Those of the jobs; parts of others do not count.

    Returns
    -------
    list of bool array, each of shape ``[n]`` of its job

    Raises
    ------
    ResultsError
        If a part is damaged.
    """
    import pyarrow as pa

    parts = [
        part.table.select(KEYS)
        for part in (read_part(path, KEYS) for path in paths)
        if part.basis in bases
    ]
    lengths = [len(job) for job in jobs]
    if not (parts and jobs):
        return [np.ones(length, dtype=np.bool_) for length in lengths]
    held = pa.concat_tables(parts)
    ids = pa.chunked_array([pa.array(job.row_ids, pa.string()) for job in jobs])
    replicates = np.concatenate([job.replicates for job in jobs])
    new = ~_is_in(ids, replicates, held)
    return np.split(new, np.cumsum(lengths)[:-1])


def _is_in(
    ids: pa.ChunkedArray, replicates: NDArray[np.int64], held: pa.Table
) -> NDArray[np.bool_]:
    """Tell which pairs are in a table; pairs become numbers, for a million are compared at once."""
    import pyarrow.compute as pc

    known = pc.unique(held["row_id"])
    held_replicates = held["replicate"].to_numpy()
    first, last = int(held_replicates.min()), int(held_replicates.max())
    span = last - first + 1

    def numbered(rows: pa.ChunkedArray, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        row = pc.fill_null(pc.index_in(rows, value_set=known), -1).to_numpy().astype(np.int64)
        among = (row >= 0) & (numbers >= first) & (numbers <= last)
        return np.where(among, row * span + (numbers - first), -1)

    return np.isin(numbered(ids, replicates), numbered(held["row_id"], held_replicates))
