"""The people who live in a theatre: where they are, and what has come over their homes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.state.setting import Setting
from sim.state.state import NEVER
from sim.theatre.roads import INFINITE_M
from sim.theatre.theatre import Theatre
from sim.theatre.ways import Ways, ways_out

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

NEAR_KM = 20.0
"""Distance by road at which a place draws a quarter of the people that it would draw next door,
and gives home a quarter of its guests: estimate, 10 to 40."""


@dataclass
class People:
    """Civilians of a batch, whole persons; R replicates, P places.

    The sum of ``residents``, ``displaced`` and ``dead`` over all places stays that of the
    population at the start, and ``away`` sums to what ``displaced`` sums to.

    Attributes
    ----------
    residents : int64 array, shape ``[R, P]``
        People of the place who are at home.
    displaced : int64 array, shape ``[R, P]``
        Guests: people of other places who stay here.
    away : int64 array, shape ``[R, P]``
        People of the place who are guests elsewhere.
    dead : int64 array, shape ``[R, P]``
        Civilians killed in the place since the start.
    unsafe_day, fought_day : int64 arrays, shape ``[R, P]``
        Last day on which people had reason to flee the place, and on which it was fought over;
        ``NEVER`` before.
    aid_permille : int64 array, shape ``[R, P]``
        Access for aid, thousandths, since convoys were last planned.
    in_need, reached : int64 arrays, shape ``[R, P]``
        People in need today; those of them whom aid reaches.
    ways : Ways
        Ways from each place to those where people live; changes with the routes alone.
    draw : float64 array, shape ``[N, P, G]``
        Share that the length of each way leaves of what its goal draws; changes with the
        routes alone.
    homeward : float64 array, shape ``[P, P]``
        How readily guests at one place go home to another: whole numbers from 1 to 1000;
        changes with the routes alone.
    aid_hub : bool array, shape ``[P]``
        Places from which aid sets out; does not change.
    """

    residents: Int64
    displaced: Int64
    away: Int64
    dead: Int64
    unsafe_day: Int64
    fought_day: Int64
    aid_permille: Int64
    in_need: Int64
    reached: Int64
    ways: Ways
    draw: Float64
    homeward: Float64
    aid_hub: NDArray[np.bool_]


def initial_people(setting: Setting) -> People:
    """Return everybody at home; a place whose population the scenario leaves out has none."""
    shape = (len(setting.replicates), setting.theatre.P)

    def zeros() -> Int64:
        return np.zeros(shape, dtype=np.int64)

    ways, draw, homeward = _roads_of_people(setting.theatre)
    return People(
        residents=np.tile(setting.theatre.population, (shape[0], 1)),
        displaced=zeros(),
        away=zeros(),
        dead=zeros(),
        unsafe_day=np.full(shape, NEVER, dtype=np.int64),
        fought_day=np.full(shape, NEVER, dtype=np.int64),
        aid_permille=zeros(),
        in_need=zeros(),
        reached=zeros(),
        ways=ways,
        draw=draw,
        homeward=homeward,
        aid_hub=_aid_hubs(setting),
    )


def note_roads(people: People, theatre: Theatre) -> None:
    """Bring what people know of roads up to date when routes have been opened or closed."""
    people.ways, people.draw, people.homeward = _roads_of_people(theatre)


def _roads_of_people(theatre: Theatre) -> tuple[Ways, Float64, Float64]:
    """Return ``ways``, ``draw`` and ``homeward`` of :class:`People`."""
    ways = ways_out(theatre, np.flatnonzero(theatre.population))
    road_m = theatre.road_distances_m(np.ones((1, theatre.P), dtype=np.bool_))[0]
    return ways, _near(ways.length_m), np.maximum(np.rint(1000.0 * _near(road_m)), 1.0)


def _near(road_m: NDArray[np.int32]) -> Float64:
    far = 1.0 + road_m / (1000.0 * NEAR_KM)
    return np.where(road_m < INFINITE_M, 1.0 / (far * far), 0.0)


def _aid_hubs(setting: Setting) -> NDArray[np.bool_]:
    """Aid comes the way goods come; where no table says whence, it is everywhere, as goods are."""
    hub = np.zeros(setting.theatre.P, dtype=np.bool_)
    for row in setting.scenario.supply:
        if getattr(row, "what", "depot") != "oil":
            hub[setting.theatre.index(row.place)] = True
    return hub if hub.any() else ~hub
