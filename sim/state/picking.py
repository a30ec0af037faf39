"""Reading arrays by index, with less overhead than NumPy's general functions.

One replicate's day is hundreds of small array operations, so that a microsecond a call counts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray


@lru_cache(maxsize=64)
def rows_of(number: int) -> NDArray[np.int64]:
    """Return the row numbers 0 .. number - 1 as a read-only column, int64 ``[number, 1]``."""
    rows = np.arange(number, dtype=np.int64)[:, None]
    rows.setflags(write=False)
    return rows


def pick(values: NDArray[Any], index: NDArray[np.int64]) -> NDArray[Any]:
    """Read row by row: ``values[R, N]`` at ``index[R, M]`` gives ``[R, M]``."""
    picked: NDArray[Any] = values.reshape(-1).take(rows_of(len(values)) * values.shape[1] + index)
    return picked


def indices(mask: NDArray[Any]) -> NDArray[np.intp]:
    """Return the flat indices of what is true or not 0, as ``numpy.flatnonzero`` does."""
    found: NDArray[np.intp] = mask.reshape(-1).nonzero()[0]
    return found


def row_and_column(
    index: NDArray[np.int64], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split flat indices of an array ``[R, width]``; several times as fast as ``numpy.divmod``."""
    row = index // width
    return row, index - row * width


def bit_sets(mask: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack rows of truths ``[n, M]`` into words of 64 bits, uint64 ``[n, M / 64 rounded up]``.

    Which bit stands for which column depends on the machine; sets are only to be compared.
    """
    rows, columns = mask.shape
    words = -(-columns // 64)
    padded = np.zeros((rows, 64 * words), dtype=np.bool_)
    padded[:, :columns] = mask
    return np.packbits(padded, axis=1).view(np.uint64)
