"""Commands of provinces, made from the scenario's rows."""

from __future__ import annotations

from dataclasses import dataclass

from sim.state.setting import Setting
from sim.state.state import NEVER


@dataclass
class Post:
    """The command of a kind in a province."""

    kind: str
    province: str
    headquarters: list[str]  # names of units
    gap_until: int = NEVER


def posts_of(setting: Setting) -> list[Post]:
    """Return the posts in the order in which headquarters name them."""
    posts: dict[tuple[str, str], Post] = {}
    for row in setting.scenario.units:
        if row.headquarters and row.province is not None:
            key = row.kind, row.province
            post = posts.setdefault(key, Post(*key, []))
            post.headquarters += [f"{row.id}/{n:02d}" for n in range(1, row.units + 1)]
    return list(posts.values())
