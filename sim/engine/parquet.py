"""Tables of a run as Parquet: the same bytes for the same table, and reading with distrust."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.columns import COLUMNS, Table
from sim.engine.folders import MOST_BYTES, ResultsError, read_bytes

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_ROWS = 50_000_000


def arrow_schema(name: str) -> pa.Schema:
    """Return the columns of a table as Arrow has them."""
    import pyarrow as pa

    types = {
        "date": pa.date32(),
        "int": pa.int64(),
        "real": pa.float64(),
        "truth": pa.bool_(),
        "text": pa.string(),
    }
    return pa.schema([(column, types[kind]) for column, kind in COLUMNS[name].items()])


def arrow_table(name: str, table: Table) -> pa.Table:
    """Return a table as Arrow has it, None as null."""
    import pyarrow as pa

    schema = arrow_schema(name)
    columns = [pa.array(table[field.name], field.type, from_pandas=False) for field in schema]
    return pa.table(columns, schema=schema)


def parquet_bytes(name: str, table: Table) -> bytes:
    """Return a table as the bytes of a Parquet file, the same for the same table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(arrow_table(name, table), sink, compression="zstd")
    written: bytes = sink.getvalue().to_pybytes()
    return written


def read_table(path: Path, name: str, info: dict[str, Any]) -> pa.Table:
    """Read a Parquet file and check that it is the table that run.json lists.

    Raises
    ------
    ResultsError
        If it is missing, damaged, or has other columns or rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = read_bytes(path, MOST_BYTES)
    if hashlib.sha256(content).hexdigest() != info["tables"][name].get("sha256"):
        raise ResultsError(f"{str(path)!r} is damaged: it is not the file that run.json lists.")
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        if file.metadata.num_rows > _MOST_ROWS:
            raise ResultsError(f"{str(path)!r} has more than {_MOST_ROWS:,} rows.")
        table: pa.Table = file.read()
    except (pa.ArrowException, OSError) as fault:
        raise ResultsError(f"{str(path)!r} is not Parquet that can be read: {fault}.") from None
    schema = arrow_schema(name)
    if not table.schema.equals(schema, check_metadata=False):
        raise ResultsError(f"{str(path)!r} has other columns than a table {name!r} of a run.")
    for column, kind in COLUMNS[name].items():
        if table[column].null_count and kind not in ("text", "real"):
            raise ResultsError(f"{str(path)!r} has rows without {column!r}.")
    return table.replace_schema_metadata(None)
