"""Commands of provinces: which headquarters command which kind of unit where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.state.setting import Setting

Int64 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Posts:
    """Posts, C in all: the command of one kind of unit in one province; read-only.

    Attributes
    ----------
    unit, post : int64 arrays, shape ``[H]``
        The units that are headquarters of a province, and the post that each fills.
    of_kind : int64 array, shape ``[K, P]``
        The post that commands units of a kind in a place, -1 for none.
    number : int
        C, how many posts there are.
    """

    unit: Int64
    post: Int64
    of_kind: Int64
    number: int


def posts_of(setting: Setting) -> Posts | None:
    """Return the posts of a scenario, None without any; ask by ``setting.derived(posts_of)``."""
    posts: dict[tuple[str, str], int] = {}
    unit, post = [], []
    for formation in setting.scenario.units:
        if formation.headquarters and formation.province is not None:
            number = posts.setdefault((formation.kind, formation.province), len(posts))
            names = [f"{formation.id}/{n:02d}" for n in range(1, formation.units + 1)]
            unit += [setting.roster.names.index(name) for name in names]
            post += [number] * len(names)
    if not posts:
        return None
    of_kind = np.full((len(setting.kinds), setting.theatre.P), -1, dtype=np.int64)
    for place in setting.scenario.places:
        for kind, name in enumerate(setting.kinds):
            found = posts.get((name, place.province or ""), -1)
            of_kind[kind, setting.theatre.index(place.name)] = found
    return Posts(np.array(unit, np.int64), np.array(post, np.int64), of_kind, len(posts))
