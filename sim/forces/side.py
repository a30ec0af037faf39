"""What a kind of agent knows of the war on a day: its own side, read-only."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.forces.orders import Orders, choose
from sim.forces.picture import Picture
from sim.state.elementary import exp, normal_quantile
from sim.state.picking import indices, pick
from sim.state.presence import any_beside
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import HOLD, WITHDRAW, Plan, State
from sim.theatre.roads import INFINITE_M as NO_ROAD_M
from sim.theatre.theatre import Theatre

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

_UNIT_ARRAYS = (
    "strength",
    "wounded",
    "place",
    "next_place",
    "readiness",
    "supply",
    "posture",
    "operation",
    "active",
)


class Side:
    """The knowledge of one kind of agent; R replicates, M members, P places.

    Attributes
    ----------
    day : int
    strength, wounded, place, next_place, readiness, supply, posture, operation, active, broken
        Its own members, arrays of shape ``[R, M]`` as in :class:`sim.state.state.State`.
    static : bool array, shape ``[M]``
    names : tuple of str
    fighters, friends : float64 arrays, shape ``[R, P]``
        Fighters of its faction, and of the faction and its allies, in each place.
    enemies : float64 array, shape ``[R, P]``
        What it believes of the enemy: where it sees, the true number times an error; elsewhere
        an assumed garrison in every place that the enemy holds.
    held, friendly, hostile : bool arrays, shape ``[R, P]``
        Places held by its faction; by it or an ally; by an enemy.
    frontline : bool array, shape ``[R, P]``
    struck, changed_day : int64 arrays, shape ``[R, P]``
        Recent air strikes in thousandths; day on which control of the place last changed.
    road_m : int32 array, shape ``[R, P, P]``
        Shortest roads through places that no enemy holds, metres.
    supplied : bool array, shape ``[R, P]``
        Places joined by road to a source of its goods.
    plan : Plan
        Its kind's own rows of the plan: arrays of shape ``[R, G]``, ``[R, P]`` and ``[R]``.
    """

    def __init__(self, state: State, setting: Setting, kind: int, picture: Picture) -> None:
        self._setting = setting
        self._kind = kind
        self.kind = setting.kinds[kind]
        self.day = state.day
        self.members = _frozen(indices(setting.roster.kind == kind))
        faction = int(setting.kind_faction[kind])
        self._faction = faction
        for name in _UNIT_ARRAYS:
            setattr(self, name, _frozen(getattr(state, name)[:, self.members]))
        self.broken = _frozen(state.broken_until[:, self.members] >= state.day)
        self.static = _frozen(setting.roster.static[self.members])
        self.names = tuple(setting.roster.names[m] for m in self.members)
        self.ids = _frozen(setting.roster.ids[self.members])
        self.fighters = _frozen(picture.strength[:, faction])
        self.friends = _frozen(picture.friends[:, faction])
        self.friendly = _frozen(picture.friendly[:, faction])
        self.hostile = _frozen(picture.hostile[:, faction])
        self.frontline = _frozen(picture.frontline[:, faction])
        self.held = _frozen(state.controller == faction)
        self.struck = _frozen(state.struck)
        self.changed_day = _frozen(state.changed_day)
        self.road_m = _frozen(state.road_m[:, faction])
        self.supplied = _frozen(state.supplied[:, faction])
        self._visible = picture.visible[:, faction]
        self._true_enemies = picture.enemies[:, faction]
        self._stance = state.stance[:, faction]
        self._car_bombs = _frozen(state.car_bombs[:, kind])
        plan = {name: getattr(state.plan, name)[:, kind] for name in vars(state.plan)}
        self.plan = Plan(**{name: _frozen(values) for name, values in plan.items()})

    strength: Int64
    wounded: Int64
    place: Int64
    next_place: Int64
    readiness: Int64
    supply: Int64
    posture: Int64
    operation: Int64
    active: Bool

    @property
    def theatre(self) -> Theatre:
        """Places and routes."""
        return self._setting.theatre

    @property
    def near(self) -> Bool:
        """Neighbour slots within contact reach, bool ``[P, N]``."""
        return _frozen(self._setting.near)

    @property
    def car_bombs(self) -> Int64:
        """Car bombs in stock, int64 ``[R]``."""
        return self._car_bombs

    @cached_property
    def standing(self) -> Bool:
        """Members who stand in a place with someone fit to fight, bool ``[R, M]``."""
        return _frozen(self.active & (self.next_place < 0) & (self.strength > 0))

    @cached_property
    def enemies(self) -> Float64:
        """What the side believes of the enemy's strength by place, float64 ``[R, P]``."""
        ids = self._setting.place_ids ^ self._setting.kind_ids[self._kind]
        week = self.day // 7
        uniform = self._setting.streams.uniform("forces.estimate", week, ids)
        error = exp(normal_quantile(uniform) * self.number("estimate_sigma"))
        seen = np.rint(self._true_enemies * error)
        assumed = np.where(self.hostile, self.number("assumed_garrison_fighters"), 0.0)
        return _frozen(np.where(self._visible, seen, assumed))

    @cached_property
    def enemy_sources(self) -> Bool:
        """Places where goods of hostile factions come from, bool ``[R, P]``."""
        hostile = self._stance < 0
        sources = self._setting.sources
        found = np.zeros(self.hostile.shape, dtype=np.bool_)
        for faction in range(sources.shape[0]):
            found |= hostile[:, faction, None] & sources[faction]
        return _frozen(found & self.hostile)

    @cached_property
    def air_support(self) -> Bool:
        """Whether an air wing that flies serves this side's requests today, bool ``[R, 1]``."""
        wings = self._setting.air_wings
        flying = (wings.first_day <= self.day) & (self.day <= wings.last_day)
        ours = flying & wings.supports[:, self._faction]
        return np.asarray((ours & (wings.strikes_per_day > 0)).any(axis=1, keepdims=True))

    @cached_property
    def initially_held(self) -> Bool:
        """Places that its faction held when the scenario began, bool ``[P]``."""
        return _frozen(self._setting.controller == self._faction)

    def number(self, name: str) -> Float64:
        """Return a parameter of this kind, float64 ``[R, 1]``."""
        return _frozen(self._setting.parameters.of_kind(self.kind, name)[:, None])

    def parameter(self, name: str) -> Float64:
        """Return a parameter by its full id, float64 ``[R, 1]``."""
        return _frozen(self._setting.parameters.column(name))

    def draw(self, name: str) -> Float64:
        """Draw a number in (0, 1) for each member, fresh every day; float64 ``[R, M]``.

        Draws of different names are independent; the same name gives the same numbers.
        """
        ids = self.ids ^ np.uint64(stable_id("draw", name))
        return self._setting.streams.uniform("forces.draw", self.day, ids)

    def stream(self, stream: str, ids: NDArray[np.uint64], day: int | None = None) -> Float64:
        """Draw from a registered stream, keyed by this kind; float64 ``[R, n]``."""
        keyed = ids ^ self._setting.kind_ids[self._kind]
        return self._setting.streams.uniform(stream, self.day if day is None else day, keyed)

    @property
    def place_ids(self) -> NDArray[np.uint64]:
        """Stable ids of the places, uint64 ``[P]``."""
        return _frozen(self._setting.place_ids)

    def at_place(self, values: NDArray) -> NDArray:
        """Read an array by place, ``[R, P]``, where each member stands; ``[R, M]``."""
        return pick(values, self.place)

    def sum_at_places(self, values: NDArray, where: Bool) -> Float64:
        """Sum whole numbers of members by the place where they stand; float64 ``[R, P]``."""
        places = self.theatre.P
        row, member = np.nonzero(where)
        total = np.bincount(
            row * places + self.place[row, member],
            weights=values[row, member],
            minlength=len(where) * places,
        )
        return total.astype(np.float64).reshape(-1, places)

    def any_beside(self, values: Bool) -> Bool:
        """Return where a place joined by road has a property; bool, last axis places."""
        return any_beside(values, self._setting.beside)

    def hold(self) -> Orders:
        """Orders to stay and fight where one stands; the operation in force goes on.

        A member on the road goes on to the next place and stops there.
        """
        nothing = np.zeros_like(self.place)
        return Orders(
            destination=np.where(self.next_place >= 0, self.next_place, self.place),
            posture=np.full_like(self.place, HOLD),
            air_request=nothing,
            car_bombs=nothing,
            foot_bombers=nothing,
            operation=self.operation,
        )

    def fall_back(self, who: Bool | None = None) -> Orders:
        """Orders to leave for the nearest stronghold, or else the nearest safe place, of one's own.

        A member with no road to such a place stays, as do one in a safe stronghold without a road
        to another, and those whom ``who[R, M]`` leaves out.
        """
        return self.withdraw(self.hold(), self.standing if who is None else who)

    def withdraw(self, orders: Orders, who: Bool) -> Orders:
        """Change orders so that members fall back, where they have somewhere to go.

        Parameters
        ----------
        orders : Orders
            What those do who are not named or cannot leave.
        who : bool array, shape ``[R, M]``
        """
        safe = self.friendly & (self._true_enemies == 0)
        strong = safe & self.theatre.stronghold
        leaving = who & self.standing
        goal = self.nearest(strong, leaving)
        second_best = leaving & (goal < 0) & ~self.at_place(strong)
        goal = np.where(goal >= 0, goal, self.nearest(safe, second_best))
        return orders.but(
            goal >= 0, destination=goal, posture=WITHDRAW, operation=-1, air_request=0
        )

    def nearest(self, places: Bool, who: Bool) -> Int64:
        """Return the nearest other place of a set ``[R, P]`` by open road; int64 ``[R, M]``.

        It is -1 where no road leads to such a place, and for members whom ``who[R, M]`` leaves out.
        """
        goal = np.full(self.place.shape, -1, dtype=np.int64)
        row, member = np.nonzero(who)
        here = self.place[row, member]
        usable = places[row]
        usable[np.arange(len(row)), here] = False
        length = np.where(usable, self.road_m[row, here], np.int32(NO_ROAD_M))
        nearest = length.argmin(axis=1)
        reached = length[np.arange(len(row)), nearest] < NO_ROAD_M
        goal[row, member] = np.where(reached, nearest, -1)
        return goal

    @staticmethod
    def where(mask: Bool, these: Orders, those: Orders) -> Orders:
        """Return ``these`` orders where ``mask[R, M]`` is true and ``those`` elsewhere."""
        return choose(mask, these, those)


def _frozen(values: NDArray) -> NDArray:
    view = values.view()
    view.setflags(write=False)
    return view
