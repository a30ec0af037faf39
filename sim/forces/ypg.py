"""A force that defends its own districts, joins late, and closes the ring before it clears."""

from __future__ import annotations

import numpy as np

from sim.forces.commander import Bool, Commander, Float64, Int64
from sim.forces.encirclement import cheapest_cut
from sim.forces.side import Side
from sim.state.picking import indices
from sim.state.state import Plan


class Ypg(Commander):
    """YPG with allies.

    Neutral at first: it fights only where the enemy enters or takes a place of its own. It joins
    once the enemy holds or stands in ``trigger_districts`` districts of cities that it shares, or
    holds any place that was its own. Then it plans a cut: the cheapest set of places whose capture
    leaves the enemy's districts without a road, planned anew every ``cut_plan_days``. Until that
    ring is closed, or for ``ring_patience_days``, other places but its own are less attractive by
    ``ring_first``. The days count from joining on, and anew for a city that the enemy enters after
    ``ring_memory_days`` without him. Its liking for a place also falls with the distance from
    home.
    """

    @classmethod
    def joins(cls, side: Side) -> Bool:
        """Return where the assault has reached the trigger or the kind's own places."""
        entered = (side.hostile | (side.enemies > 0)) & pocket_cities(side)
        taken = entered.sum(axis=1)
        enough = taken >= side.number("trigger_districts")[:, 0]
        attacked = (side.hostile & side.initially_held).any(axis=1)
        return enough | attacked

    @classmethod
    def plan_ahead(cls, side: Side, plan: Plan) -> None:
        """Remember what cities the enemy is in, and plan the ring anew where that is due."""
        _remember_cities(side, plan)
        due = plan.joined & (side.day - plan.cut_day >= side.number("cut_plan_days")[:, 0])
        if not due.any():
            return
        pocket = side.hostile & pocket_cities(side) & _of_cities(side, _patient(side, plan))
        plan.cut[due] = False
        plan.cut_day[due] = side.day
        rows = indices(due & pocket.any(axis=1))
        if len(rows) == 0:
            return
        cost = _cost_of_taking(side, rows)
        open_to_enemy = side.hostile[rows]
        plan.cut[rows] = cheapest_cut(
            side.theatre, open_to_enemy, pocket[rows], side.enemy_sources[rows], cost
        )

    @classmethod
    def attackable(cls, side: Side, plan: Plan) -> Bool:
        """Return its own lost places, and once it has joined all places of the enemy."""
        return side.hostile & (side.initially_held | plan.joined[:, None])

    @classmethod
    def preference(cls, side: Side, plan: Plan) -> Float64:
        """Return penalties for places off the ring while it is open and for those far away."""
        ring = side.hostile & plan.cut
        patient = _patient(side, plan).any(axis=1, keepdims=True)
        open_ring = ring.any(axis=1, keepdims=True) & patient
        off_ring = open_ring & ~ring & ~side.initially_held
        home = side.home
        if not home.any():
            return -side.number("ring_first") * off_ring
        far_m = side.theatre.free_road_m[home].min(axis=0)
        far = side.number("home_pull_per_10_km") * far_m / 10_000.0
        return -far - side.number("ring_first") * off_ring


def pocket_cities(side: Side) -> Bool:
    """Return the districts of shared cities that the enemy does not hold whole, bool ``[R, P]``."""
    return _of_cities(side, _in_cities(side, ~side.hostile) & side.shared_city)


def _in_cities(side: Side, places: Bool) -> Bool:
    """Return the cities of which some district is in a set ``[R, P]``; bool ``[R, C]``."""
    city, cities = side.theatre.city, len(side.theatre.city_names)
    found = np.zeros((len(places), cities), dtype=np.bool_)
    for number in np.flatnonzero(side.shared_city):
        found[:, number] = places[:, city == number].any(axis=1)
    return found


def _of_cities(side: Side, cities: Bool) -> Bool:
    """Return the districts of some cities ``[R, C]``; bool ``[R, P]``."""
    padded = np.zeros((len(cities), cities.shape[1] + 1), dtype=np.bool_)
    padded[:, :-1] = cities  # a place outside any city, -1, finds the last column
    return padded[:, side.theatre.city]


def _remember_cities(side: Side, plan: Plan) -> None:
    """Note the shared cities that the enemy is in today, and those that he has newly entered."""
    entered = _in_cities(side, (side.hostile | (side.enemies > 0)) & pocket_cities(side))
    new = entered & (side.day - plan.entered_day >= side.number("ring_memory_days"))
    plan.pocket_day[new] = side.day
    plan.entered_day[entered] = side.day


def _patient(side: Side, plan: Plan) -> Bool:
    """Return the cities round which the ring still comes first, bool ``[R, C]``."""
    since = np.maximum(plan.joined_day[:, None], plan.pocket_day)
    return side.day - since < side.number("ring_patience_days")


def _cost_of_taking(side: Side, rows: Int64) -> Int64:
    """Believed enemies, plus what every place costs, plus the way there; fighters, ``[n, P]``."""
    home = side.friendly[rows] | (side.friends[rows] > 0)
    road_m = side.theatre.free_road_m[None]
    near_m = np.where(home[:, :, None], road_m, road_m.max()).min(axis=1)
    cost = (
        side.enemies[rows]
        + side.number("cut_cost_per_place_fighters")[rows]
        + side.number("cut_cost_per_km_fighters")[rows] * near_m / 1000.0
    )
    return np.rint(cost).astype(np.int64)
