"""The design's rows as a table on disk: what each row id stands for, and in which order."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.folders import MOST_BYTES, ResultsError, read_bytes
from sim.experiments.parts import part_bytes

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.experiments.jobs import Jobs

_NAME = re.compile(r"rows-[0-9a-f]{16}\.parquet")


def rows_table(jobs: Jobs) -> tuple[str, bytes]:
    """Return the name and the content of the table of a design's rows.

    It has the columns ``row_id``, ``scenario`` and the design's parameters, scenario after
    scenario in the design's order. Its name holds the hash of its content.
    """
    import pyarrow as pa

    rows = jobs.rows
    names = np.array([of.scenario.name for of in jobs.of], dtype=object)
    columns: dict[str, Any] = {
        "row_id": pa.array(rows.ids, pa.string()),
        "scenario": pa.array(names[rows.scenario], pa.string()),
    }
    columns |= {name: pa.array(rows.values[:, column]) for column, name in enumerate(rows.names)}
    table = pa.table(columns)
    order = np.argsort(rows.scenario, kind="stable")
    if (np.diff(order) < 0).any():
        table = table.take(order)
    content = part_bytes(table, {"rows": len(rows)})
    return f"rows-{hashlib.sha256(content).hexdigest()[:16]}.parquet", content


def is_rows_table(path: Path) -> bool:
    """Tell by its name whether a file is a table of rows."""
    return _NAME.fullmatch(path.name) is not None


def read_row_ids(path: Path) -> pa.Array:
    """Read the ids of a design's rows, in order.

    Raises
    ------
    ResultsError
        If the file is missing or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = read_bytes(path, MOST_BYTES)
    try:
        table = pq.ParquetFile(pa.BufferReader(content)).read(columns=["row_id"])
    except (pa.ArrowException, OSError) as fault:
        raise ResultsError(f"{str(path)!r} is not Parquet that can be read: {fault}.") from None
    if table.schema.names != ["row_id"] or table["row_id"].type != pa.string():
        raise ResultsError(f"{str(path)!r} is no table of a sweep's rows.")
    return table["row_id"].combine_chunks()
