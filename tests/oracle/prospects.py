"""What an objective is worth beyond itself (sim/forces/prospects)."""

from __future__ import annotations

from tests.oracle.knowledge import Knowledge
from tests.oracle.scalars import log


def prospect(know: Knowledge, place: int, attackable: list[bool], relief: bool) -> float:
    """Return what is added to the score of a place: what lies behind it, and whose home it is."""
    there = know.world.places[place]
    added = 0.0
    if attackable[place]:
        behind = [
            know.world.places[p].value
            for p in there.neighbours
            if attackable[p] and not know.any_beside(p, lambda q: know.friendly[q])
        ]
        best = max(behind, default=0.0)
        share = know.number("look_ahead")
        added = log(1.0 + share * best / max(there.value, 1e-6))
        know.world.happened["looked ahead"] += share * best > 0
    own = there.home_of == know.faction
    added = added - know.number("foreign_ground") * (not own)
    return added + know.number("home_bonus") * (relief and own)
