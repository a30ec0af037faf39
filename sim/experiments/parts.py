"""The parts of a sweep: Parquet files that a job or the merging of many parts made.

Parts of jobs are small, and opening thousands of files takes far longer than reading their rows:
:func:`merge_parts` makes one of many. The merged part is whole before those that it holds are
removed, and names them; so after a crash nothing is lost, and what is there twice is known.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.folders import ResultsError, reason, write_whole

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

PARTS = "parts"
MERGED = "merged-"  # how the name of a merged part begins
_NAME = re.compile(rf"({MERGED})?[0-9a-f]{{64}}\.parquet")
_ABOUT = b"khabur"  # key of the note in a part's Parquet metadata
_MOST_ROWS = 50_000_000

# Rows are read with what tells which they are.
KEYS = ("row_id", "replicate")


def part_bytes(table: pa.Table, about: dict[str, Any]) -> bytes:
    """Return a table as a Parquet file: the same bytes for the same table and note.

    Parameters
    ----------
    table : pyarrow.Table
    about : dict
        Note for the file's metadata: ``basis``, the hash of what its numbers depend on but rows
        and replicates; a merged part's ``merges``, the keys of the parts that it holds.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    noted = table.replace_schema_metadata({_ABOUT: json.dumps(about, sort_keys=True).encode()})
    sink = pa.BufferOutputStream()
    pq.write_table(noted, sink, compression="zstd")
    written: bytes = sink.getvalue().to_pybytes()
    return written


def part_path(folder: Path, key: str) -> Path:
    """Return where the part of a job is."""
    return folder / PARTS / f"{key}.parquet"


@dataclass(frozen=True)
class Parts:
    """The parts in a folder.

    Attributes
    ----------
    unmerged : list of Path
        Each that of one job, sorted by name.
    merged : dict of Path to tuple of str
        The keys of the jobs of which each holds the runs.
    """

    unmerged: list[Path]
    merged: dict[Path, tuple[str, ...]]

    @classmethod
    def of(cls, folder: Path) -> Parts:
        """Look what parts a sweep's folder has.

        Raises
        ------
        ResultsError
            If the folder or a merged part cannot be read.
        """
        files = part_files(folder)
        merged = [path for path in files if path.name.startswith(MERGED)]
        unmerged = [path for path in files if not path.name.startswith(MERGED)]
        return cls(unmerged, {path: _merges(path) for path in merged})

    def by_key(self) -> dict[str, Path]:
        """Return the file that holds the runs of each job, by the job's key."""
        found = {path.stem: path for path in self.unmerged}
        for path, keys in self.merged.items():
            found.update(dict.fromkeys(keys, path))
        return found

    def twice(self) -> list[Path]:
        """Return the files whose rows are in a merged part too."""
        held = {key for keys in self.merged.values() for key in keys}
        return [path for path in self.unmerged if path.stem in held]


def part_files(folder: Path) -> list[Path]:
    """Return the files of the parts, sorted by name; anything else there is passed over.

    Raises
    ------
    ResultsError
        If the folder cannot be read.
    """
    try:
        return sorted(path for path in (folder / PARTS).iterdir() if _NAME.fullmatch(path.name))
    except FileNotFoundError:
        return []
    except OSError as fault:
        raise ResultsError(f"{str(folder)!r} cannot be read: {reason(fault)}.") from None


@dataclass(frozen=True)
class Part:
    """A part that was read.

    Attributes
    ----------
    path : Path
    basis : str
    merges : tuple of str
        Keys of the parts that it holds, if it is merged.
    table : pyarrow.Table
    """

    path: Path
    basis: str
    merges: tuple[str, ...]
    table: pa.Table


def read_part(path: Path, columns: Sequence[str] | None = None) -> Part:
    """Read a part, or some columns of it; those that it does not have are left out.

    Parameters
    ----------
    path : Path
    columns : sequence of str, optional
        All if not given. ``row_id`` and ``replicate`` are always read.

    Raises
    ------
    ResultsError
        If it is damaged or no part of a sweep.
    """
    import pyarrow as pa

    with _opened(path) as file:
        schema = file.schema_arrow
        basis, merges = _note(path, schema)
        if schema.field("row_id").type != pa.string() or schema.field("replicate").type != "int64":
            raise ResultsError(f"{str(path)!r} is no part of a sweep of Khabur.")
        wanted = None
        if columns is not None:
            wanted = [name for name in schema.names if name in KEYS or name in columns]
        try:
            table = file.read(columns=wanted, use_threads=False)
        except (pa.ArrowException, OSError) as fault:
            raise _damaged(path, fault) from None
    return Part(path, basis, merges, table.replace_schema_metadata(None))


def _merges(path: Path) -> tuple[str, ...]:
    """Return the keys of the jobs of which a merged part holds the runs."""
    with _opened(path) as file:
        return _note(path, file.schema_arrow)[1]


def _opened(path: Path) -> pq.ParquetFile:
    """Open a Parquet file; what is not a plain file could keep a reader waiting for ever."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ResultsError(f"{str(path)!r} is not a plain file.")
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as fault:
        raise _damaged(path, fault) from None
    if file.metadata.num_rows > _MOST_ROWS:
        raise ResultsError(f"{str(path)!r} has more than {_MOST_ROWS:,} rows.")
    return file


def _damaged(path: Path, fault: Exception) -> ResultsError:
    if isinstance(fault, OSError) and fault.errno:
        return ResultsError(f"{str(path)!r} cannot be read: {reason(fault)}.")
    first = str(fault).partition("\n")[0].rstrip(".")
    return ResultsError(
        f"{str(path)!r} is damaged ({first:.200}); "
        "remove it, and the same command does again what it held."
    )


def _note(path: Path, schema: pa.Schema) -> tuple[str, tuple[str, ...]]:
    try:
        note = json.loads((schema.metadata or {})[_ABOUT])
        basis, merges = note["basis"], tuple(note.get("merges", ()))
        sound = isinstance(basis, str) and all(isinstance(key, str) for key in merges)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        sound = False
    if not sound or not set(KEYS) <= set(schema.names):
        raise ResultsError(f"{str(path)!r} is no part of a sweep of Khabur.")
    return basis, merges


def merge_parts(folder: Path, paths: Iterable[Path]) -> None:
    """Put the rows of some parts in one part for each scenario, and remove those.

    Raises
    ------
    ResultsError
        If a part is damaged or the folder cannot be written.
    """
    by_basis: dict[str, list[Part]] = {}
    for path in paths:
        part = read_part(path)
        by_basis.setdefault(part.basis, []).append(part)
    for basis, parts in by_basis.items():
        _merge(folder, basis, parts)


def _merge(folder: Path, basis: str, parts: list[Part]) -> None:
    import pyarrow as pa

    keys = sorted({key for part in parts for key in (part.merges or (part.path.stem,))})
    table = pa.concat_tables([part.table for part in parts]).combine_chunks()
    name = MERGED + hashlib.sha256("\n".join(keys).encode()).hexdigest()
    merged = folder / PARTS / f"{name}.parquet"
    write(merged, part_bytes(table, {"basis": basis, "merges": keys}))
    remove(part.path for part in parts if part.path != merged)


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    ResultsError
        If it cannot be written.
    """
    try:
        write_whole(path, content)
    except OSError as fault:  # a disk that has become read-only lets nothing be tidied up either
        raise ResultsError(f"{str(path)!r} cannot be written: {reason(fault)}.") from None


def remove(paths: Iterable[Path]) -> None:
    """Remove files that are there.

    Raises
    ------
    ResultsError
        If the system refuses.
    """
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as fault:
            raise ResultsError(f"{str(path)!r} cannot be removed: {reason(fault)}.") from None
