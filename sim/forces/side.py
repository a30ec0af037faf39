"""What a kind of agent knows of the war on a day: its own side, read-only."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from sim.forces.members import Members, frozen
from sim.forces.orders import Orders, choose
from sim.forces.picture import Picture
from sim.state.air import air_tasks
from sim.state.elementary import exp, normal_quantile
from sim.state.picking import indices
from sim.state.presence import any_beside
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import HOLD, WITHDRAW, Plan, State
from sim.theatre.roads import INFINITE_M as NO_ROAD_M
from sim.theatre.theatre import Theatre

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

T = TypeVar("T")


class Side(Members):
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
    given_up : bool array, shape ``[R, P]``, or None
        Places that its kind has been told to leave for good; None where no event says so.
    at_truce : bool array, shape ``[R, P]``, or None
        Places held by somebody with whom there is a truce; None where no event begins one.
    plan : Plan
        Its kind's own rows of the plan: arrays of shape ``[R, G]``, ``[R, P]`` and ``[R]``.
    """

    def __init__(self, state: State, setting: Setting, kind: int, picture: Picture) -> None:
        super().__init__(state, setting, kind)
        self._faction = int(setting.kind_faction[kind])
        self._picture = picture.of(self._faction)
        self.fighters = self._picture.strength
        self.friends = self._picture.friends
        self.friendly = self._picture.friendly
        self.hostile = self._picture.hostile
        self.held = self._picture.held
        self.struck = frozen(state.struck)
        self.changed_day = frozen(state.changed_day)
        self.road_m = frozen(state.road_m[:, self._faction])
        self.supplied = frozen(state.supplied[:, self._faction])
        self.given_up = None if state.given_up is None else frozen(state.given_up[:, kind])
        self.at_truce = self._picture.at_truce
        plan = {name: getattr(state.plan, name)[:, kind] for name in vars(state.plan)}
        self.plan = Plan(**{name: frozen(values) for name, values in plan.items()})
        self._once: dict[Callable, object] = {}

    @cached_property
    def frontline(self) -> Bool:
        """Own and allied places that touch one that an enemy holds or stands in, ``[R, P]``."""
        return frozen(self._picture.frontline)

    @cached_property
    def safe(self) -> Bool:
        """Places of its side without an enemy and not given up by it, bool ``[R, P]``."""
        return frozen(self.but_given_up(self._picture.safe))

    def but_given_up(self, places: Bool) -> Bool:
        """Return a set of places ``[..., P]`` without those that the kind has given up."""
        return places if self.given_up is None else places & ~self.given_up

    @cached_property
    def left_by_others(self) -> Bool | None:
        """Places that a kind of a faction which is no enemy has given up, bool ``[R, P]``.

        None where no event of the scenario says that somebody leaves.
        """
        if self._state.given_up is None:
            return None
        stance = self._state.stance[:, self._faction, self._setting.kind_faction]
        others = (stance >= 0) & (self._setting.kind_faction != self._faction)
        return frozen((self._state.given_up & others[:, :, None]).any(axis=1))

    @property
    def theatre(self) -> Theatre:
        """Places and routes."""
        return self._setting.theatre

    @property
    def near(self) -> Bool:
        """Neighbour slots within contact reach, bool ``[P, N]``."""
        return frozen(self._setting.near)

    @property
    def car_bombs(self) -> Int64:
        """Car bombs in stock, int64 ``[R]``."""
        return frozen(self._state.car_bombs[:, self._kind])

    @cached_property
    def enemies(self) -> Float64:
        """What the side believes of the enemy's strength by place, float64 ``[R, P]``."""
        enemies = np.rint(self._picture.enemies * self.weekly("forces.estimate", self._error))
        garrison = self.number("assumed_garrison_fighters")
        np.copyto(enemies, 0.0, where=~self._picture.visible)
        np.copyto(enemies, garrison, where=self.hostile & ~self._picture.visible)
        return frozen(enemies)

    def _error(self, uniform: Float64) -> Float64:
        return exp(normal_quantile(uniform) * self.number("estimate_sigma"))

    @cached_property
    def foes(self) -> Float64:
        """Believed enemies where its faction's fighters stand, elsewhere 0; float64 ``[R, P]``."""
        return frozen(self.enemies * (self.fighters > 0))

    @cached_property
    def foes_here(self) -> Float64:
        """Believed enemies in the place of each member, float64 ``[R, M]``; see ``foes``."""
        return frozen(self.at_place(self.foes))

    @cached_property
    def enemy_sources(self) -> Bool:
        """Places where goods of hostile factions come from, bool ``[R, P]``."""
        hostile = self._state.stance[:, self._faction] < 0
        sources = self._setting.sources
        found = np.zeros(self.hostile.shape, dtype=np.bool_)
        for faction in range(sources.shape[0]):
            found |= hostile[:, faction, None] & sources[faction]
        return frozen(found & self.hostile)

    @cached_property
    def air_support(self) -> Bool:
        """Whether an air wing that flies serves this side's requests today, bool ``[R, 1]``."""
        wings = self._setting.air_wings
        flying = (wings.first_day <= self.day) & (self.day <= wings.last_day)
        ours = flying & wings.supports[:, self._faction]
        # A wing that the weather or an order keeps on the ground gives nobody confidence.
        ours = ours & (self._setting.derived(air_tasks).factor[self.day] > 0)
        return np.asarray((ours & (wings.strikes_per_day > 0)).any(axis=1, keepdims=True))

    @cached_property
    def initially_held(self) -> Bool:
        """Places that its faction held when the scenario began, bool ``[P]``."""
        return frozen(self._setting.controller == self._faction)

    @property
    def home(self) -> Bool:
        """Places that its faction held when the scenario began, or else its allies, ``[P]``."""
        return self._setting.derived(_homes)[self._faction]

    @property
    def shared_city(self) -> Bool:
        """Whether each city is one of the kind's own, bool ``[C]``.

        A district of it was held by its faction or an ally when the scenario began, and a unit of
        the kind stood in it or is raised there.
        """
        return self._setting.derived(_shared_cities)[self._kind]

    @property
    def own_community(self) -> Bool:
        """Places where the community of its faction lives, bool ``[P]``."""
        return self._setting.home_of == self._faction

    def number(self, name: str) -> Float64:
        """Return a parameter of this kind, float64 ``[R, 1]``."""
        return self._column(self.kind, name)

    def number_at(self, name: str, rows: Int64) -> Float64:
        """Return a parameter of this kind in some rows of the batch, float64 ``[n]``."""
        return self.number(name).reshape(-1).take(rows)

    def parameter(self, name: str) -> Float64:
        """Return a parameter by its full id, float64 ``[R, 1]``."""
        return self._column("", name)

    def _column(self, kind: str, name: str) -> Float64:
        known = self._setting.worked_out
        if (kind, name) not in known:
            values = self._setting.parameters
            column = values.of_kind(kind, name)[:, None] if kind else values.column(name)
            known[kind, name] = frozen(column)
        return known[kind, name]

    def once(self, work: Callable[[Side], T]) -> T:
        """Return ``work(side)``, worked out when it is first asked for."""
        if work not in self._once:
            self._once[work] = work(self)
        return cast(T, self._once[work])

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

    def stream_at(self, stream: str, rows: Int64, ids: NDArray[np.uint64]) -> Float64:
        """Draw what :meth:`stream` would, for chosen (row, id) pairs; all of shape ``[n]``."""
        keyed = ids ^ self._setting.kind_ids[self._kind]
        return self._setting.streams.uniform_at(stream, self.day, rows, keyed)

    def weekly(self, stream: str, of: Callable[[Float64], Float64]) -> Float64:
        """Return a function of draws by place that are fresh every week, float64 ``[R, P]``."""
        known, week = self._setting.worked_out, self.day // 7
        if (stream, self.kind, week) not in known:
            known.pop((stream, self.kind, week - 1), None)
            drawn = of(self.stream(stream, self.place_ids, week))
            known[stream, self.kind, week] = frozen(drawn)
        return known[stream, self.kind, week]

    @property
    def place_ids(self) -> NDArray[np.uint64]:
        """Stable ids of the places, uint64 ``[P]``."""
        return frozen(self._setting.place_ids)

    def any_beside(self, values: Bool) -> Bool:
        """Return where a place joined by road has a property; bool, last axis places."""
        return any_beside(values, self._setting.joined)

    def hold(self) -> Orders:
        """Orders to stay and fight where one stands; the operation in force goes on.

        A member on the road goes on to the next place and stops there.
        """
        nothing = np.zeros_like(self.place)
        destination = self.place.copy()
        np.copyto(destination, self.next_place, where=self.next_place >= 0)
        return Orders(
            destination=destination,
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
        leaving = indices(who & self.standing)
        if len(leaving) == 0:
            return orders
        strong = self.safe & self.theatre.stronghold
        goal = self._nearest(strong, leaving)
        second_best = indices((goal < 0) & ~self.at_place_of(strong, leaving))
        if len(second_best):
            goal[second_best] = self._nearest(self.safe, leaving[second_best])
        going = indices(goal >= 0)
        return orders.but_at(
            leaving[going], destination=goal[going], posture=WITHDRAW, operation=-1, air_request=0
        )

    def _nearest(self, places: Bool, members: Int64) -> Int64:
        """Return the nearest other place of a set ``[R, P]`` by open road; int64 ``[n]``.

        It is -1 where no road leads to such a place. Members are flat indices in ``[R, M]``.
        """
        row, here = members // len(self.members), self.place.reshape(-1).take(members)
        length = np.where(places[row], self.road_m[row, here], np.int32(NO_ROAD_M))
        number = np.arange(len(members))
        length[number, here] = NO_ROAD_M
        nearest = length.argmin(axis=1)
        return np.where(length[number, nearest] < NO_ROAD_M, nearest, -1)

    @staticmethod
    def where(mask: Bool, these: Orders, those: Orders) -> Orders:
        """Return ``these`` orders where ``mask[R, M]`` is true and ``those`` elsewhere."""
        return choose(mask, these, those)


def _homes(setting: Setting) -> Bool:
    """Return the places where each faction is at home, bool ``[F, P]``; see :class:`Side`."""
    held = setting.controller == np.arange(len(setting.factions))[:, None]
    allies = (setting.stance > 0).astype(np.int64) @ held > 0
    return frozen(np.where(held.any(axis=1, keepdims=True), held, allies))


def _shared_cities(setting: Setting) -> Bool:
    """Return the cities that each kind shares, bool ``[K, C]``; see :class:`Side`."""
    city, cities = setting.theatre.city, len(setting.theatre.city_names)
    held = setting.controller == np.arange(len(setting.factions))[:, None]
    friendly = (setting.stance > 0).astype(np.int64) @ held > 0
    shared = np.zeros((len(setting.kinds), cities), dtype=np.bool_)
    for kind, faction in enumerate(setting.kind_faction):
        start = np.zeros(setting.theatre.P, dtype=np.bool_)
        start[setting.roster.place[setting.units_of_kind[kind]]] = True
        for number in range(cities):
            inside = city == number
            shared[kind, number] = start[inside].any() and friendly[faction, inside].any()
    return frozen(shared)
