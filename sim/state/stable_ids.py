"""Stable ids: numbers hashed from names, so that luck follows the name and not the array index."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


class IdCollisionError(ValueError):
    """Two different names hash to the same id; rename one of them."""


def stable_id(prefix: str, name: str) -> int:
    """Return the 64-bit id of a name, the same on every machine and in every version.

    Parameters
    ----------
    prefix : str
        What is named, such as ``"unit"`` or ``"place"``: a place and a unit of the same name
        do not share their luck.
    name : str
        The name as it stands in the scenario.
    """
    digest = blake2b(f"{prefix}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def stable_ids(prefix: str, names: Iterable[str]) -> NDArray[np.uint64]:
    """Return the ids of several names, uint64 of shape ``[names]``.

    Raises
    ------
    IdCollisionError
        If two different names have one id (about one chance in 10**13 for a thousand names).
    """
    seen: dict[int, str] = {}
    ids = []
    for name in names:
        number = stable_id(prefix, name)
        if seen.setdefault(number, name) != name:
            raise IdCollisionError(f"{prefix} names {seen[number]!r} and {name!r} share an id")
        ids.append(number)
    return np.array(ids, dtype=np.uint64)
