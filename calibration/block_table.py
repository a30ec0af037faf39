"""The table of one finished block of a pool: its vectors and their outcomes.

A block is simulated as an ensemble of many small parts. Once all are there, what the calibration
needs of them is kept as one table, which reads ten times faster.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from calibration.structures import Float64, Int64
from sim.engine.ensemble_folder import PARTS, read_parts, write_whole
from sim.engine.folders import ResultsError
from sim.outcomes.compute import MEASURES
from sim.outcomes.registry import NOT_COMPARED
from sim.outcomes.values import OutcomeValues, outcome_of_column, outcome_values

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.scenario.rows import Outcome
    from sim.scenario.schema import Scenario


def block_folder(folder: Path, seed: int) -> Path:
    """Return the folder of the ensemble that is a block of the pool in ``folder``."""
    return folder / f"seed-{seed}"


def table_path(folder: Path, seed: int) -> Path:
    """Return where a finished block is kept as one table, which reads ten times faster."""
    return folder / f"seed-{seed}.parquet"


def vectors_in(folder: Path, seed: int, size: int) -> int:
    """Return how many vectors of a block are finished, going by the names of its parts."""
    if table_path(folder, seed).is_file():
        return size
    parts = (block_folder(folder, seed) / PARTS).glob("replicates-[0-9]*-[0-9]*.parquet")
    spans = [path.stem.split("-")[1:] for path in parts]
    return sum(int(last) - int(first) + 1 for first, last in spans)


def write_table(
    scenario: Scenario, folder: Path, seed: int, ids: tuple[str, ...], values: Float64
) -> None:
    """Keep a finished block as one table: its vectors and outcomes.

    Parameters
    ----------
    scenario : Scenario
    folder : Path
        Of the pool.
    seed : int
        Of the block.
    ids : tuple of str, length P
        Parameters that the pool varies.
    values : float64 array, shape ``[n, P]``
        What they have to be.

    Raises
    ------
    ResultsError
        If the parts are not whole or hold other vectors, or the table cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = read_parts(block_folder(folder, seed))
    _check_rows(table, ids, values, block_folder(folder, seed))
    names = [row.id for row in _simulated(scenario)]
    sink = pa.BufferOutputStream()
    pq.write_table(table.select(["replicate", *ids, *names]), sink, compression="zstd")
    write_whole(table_path(folder, seed), sink.getvalue().to_pybytes())


def read_table(
    scenario: Scenario, folder: Path, seed: int, ids: tuple[str, ...], values: Float64
) -> pa.Table:
    """Read a finished block, from its table or, before that is written, from its parts.

    Parameters are those of :func:`write_table`.

    Raises
    ------
    ResultsError
        If it is damaged, not whole, or holds other vectors or lacks an outcome.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = table_path(folder, seed)
    if not path.is_file():
        path = block_folder(folder, seed)
        table = read_parts(path)
    else:
        try:
            table = pq.ParquetFile(path).read()
        except (pa.ArrowException, OSError) as fault:
            said = f"{str(path)!r} is damaged; delete it, and it is made again: {fault}."
            raise ResultsError(said) from None
    _check_rows(table, ids, values, path)
    if lacking := [row.id for row in _simulated(scenario) if row.id not in table.column_names]:
        raise ResultsError(f"{str(path)!r} lacks outcome {lacking[0]!r}.")
    return table


def _check_rows(table: pa.Table, ids: tuple[str, ...], values: Float64, path: Path) -> None:
    """Check that a block has all its vectors, and that they are those of its Sobol sequence."""
    there = set(table.column_names)
    if not {"replicate", *ids} <= there or not np.array_equal(
        table["replicate"].to_numpy(), np.arange(len(values))
    ):
        raise ResultsError(
            f"{str(path)!r} has {table.num_rows} of {len(values)} vectors, or not all parameters."
        )
    for i, name in enumerate(ids):
        if not np.array_equal(table[name].to_numpy(), values[:, i]):
            raise ResultsError(
                f"The vectors in {str(path)!r} are not those of its seed: {name!r} differs."
            )


def _simulated(scenario: Scenario) -> list[Outcome]:
    return [row for row in scenario.outcomes if row.measure not in NOT_COMPARED]


def outcomes_of(table: pa.Table, scenario: Scenario) -> dict[str, OutcomeValues]:
    """Return the outcomes of a block by id, but for those that are not simulated.

    The labels of a category are those that occur in the block, in alphabetical order.
    """
    start = scenario.start.toordinal()
    return {
        row.id: outcome_of_column(table[row.id], MEASURES[row.measure].kind, start)
        for row in _simulated(scenario)
    }


def joined(parts: list[OutcomeValues]) -> OutcomeValues:
    """Join the blocks of one outcome; a category gets the labels of all of them."""
    # A block in which a category is never there by the end knows none of its labels.
    knowing = [part for part in parts if part.by_end.any()] or parts
    labels = tuple(sorted({label for part in knowing for label in part.labels}))
    alike = [_relabelled(part, labels) if labels else part for part in parts]
    return OutcomeValues.joined(alike)


def _relabelled(outcome: OutcomeValues, labels: tuple[str, ...]) -> OutcomeValues:
    new = [labels.index(label) if label in labels else 0 for label in outcome.labels]
    codes: Int64 = np.array(new, dtype=np.int64)[outcome.values]
    return outcome_values("category", codes, outcome.by_end, labels)
