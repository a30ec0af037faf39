"""What a faction sees of the war on a morning, and what a kind believes of its enemies."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.places import Place

if TYPE_CHECKING:
    from benchmarks.plain_mesa.commander import Commander
    from benchmarks.plain_mesa.model import Siege


class Picture:
    """Lists by place, for one faction."""

    def __init__(self, model: Siege, faction: int) -> None:
        places = model.places
        self.faction = faction
        self.supplied = model.roads[faction].supplied
        self.roads = model.roads[faction]
        self.friendly = [model.held_by_friend(place, faction) for place in places]
        self.hostile = [model.held_by_enemy(place, faction) for place in places]
        enemies = [place.enemies[faction] > 0 for place in places]
        ours = [f or p.friends[faction] > 0 for f, p in zip(self.friendly, places, strict=True)]
        threat = [h or e for h, e in zip(self.hostile, enemies, strict=True)]
        self.visible = [
            ours[p.index] or any(ours[road.there.index] for road in p.roads) for p in places
        ]
        self.frontline = [
            self.friendly[p.index]
            and (enemies[p.index] or any(threat[road.there.index] for road in p.roads))
            for p in places
        ]


class Beliefs:
    """What a kind believes of the strength of its enemies; errors last a week."""

    def __init__(self, commander: Commander) -> None:
        self.commander = commander
        self.errors: list[float] = []

    def of(self, picture: Picture) -> list[float]:
        """Return the believed enemies by place."""
        model, traits = self.commander.model, self.commander.traits
        if model.day % 7 == 0 or not self.errors:
            draws = model.rng.standard_normal(len(model.places)).tolist()
            self.errors = [exp(draw * traits.estimate_sigma) for draw in draws]
        return [
            round(place.enemies[picture.faction] * error)
            if visible
            else traits.assumed_garrison_fighters * hostile
            for place, error, visible, hostile in zip(
                model.places, self.errors, picture.visible, picture.hostile, strict=True
            )
        ]


def beside(place: Place, values: list[bool]) -> bool:
    """Say whether a place joined by road has a property."""
    return any(values[road.there.index] for road in place.roads)
