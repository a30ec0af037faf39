"""Everything that changes during a run, in arrays with the replicate axis first.

R replicates, U units, P places, F factions, K kinds, G groups that a kind can send on operations
at once, S reinforcement streams. Persistent state is whole numbers (fighters, metres, thousandths),
so that sums are exact in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.state.air import air_tasks
from sim.state.ledger import COUNTS, LEDGER
from sim.state.posts import posts_of
from sim.state.setting import Setting
from sim.state.stores import initial_goods, initial_lines_open, initial_supply_index

if TYPE_CHECKING:
    from sim.state.people import People

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

NEVER = -(2**20)
GROUPS = 4
FULL = 1000  # readiness and supply are in thousandths

# What a unit has been told to do where it stands or goes.
POSTURES = ("hold", "attack", "withdraw", "infiltrate", "break_out")
HOLD, ATTACK, WITHDRAW, INFILTRATE, BREAK_OUT = range(len(POSTURES))

# What a group does.
PHASES = ("idle", "staging", "assault", "rest")
IDLE, STAGING, ASSAULT, REST = range(len(PHASES))


@dataclass
class Plan:
    """Operations of every kind.

    Attributes
    ----------
    target, staging, phase, since, fighters : int64 arrays, shape ``[R, K, G]``
        Objective and place of assembly (place index, -1 none), phase (index in ``PHASES``), day
        on which the phase began, fighters at the start.
    relief : bool array, shape ``[R, K, G]``
        Whether the group relieves a place of its own side rather than attacks.
    cut : bool array, shape ``[R, K, P]``
        Places whose capture leaves the enemy's pocket no road.
    cut_day : int64 array, shape ``[R, K]``
        Day on which the cut was last planned.
    joined_day : int64 array, shape ``[R, K]``
        Day on which the kind joined the fight for places that are not its own; ``NEVER`` before.
    entered_day : int64 array, shape ``[R, K, C]``
        Last day on which the enemy held or stood in a city that the kind shares; -1 before.
    pocket_day : int64 array, shape ``[R, K, C]``
        Day on which the enemy entered a city that had been free of him for long; ``NEVER`` before.
    stock : int64 array, shape ``[R, K]``
        Means for operations, in thousandths of a full stock.
    """

    target: Int64
    staging: Int64
    phase: Int64
    since: Int64
    fighters: Int64
    relief: Bool
    cut: Bool
    cut_day: Int64
    joined_day: Int64
    entered_day: Int64
    pocket_day: Int64
    stock: Int64

    @property
    def joined(self) -> Bool:
        """Whether the kind has joined the fight for places that are not its own, ``[R, K]``."""
        return self.joined_day != NEVER


@dataclass
class State:
    """The arrays of a batch.

    Attributes
    ----------
    day : int
        Index of the day being simulated.
    strength, wounded, children, leaders : int64 arrays, shape ``[R, U]``
        Fighters fit to fight; wounded under treatment; children among the fit; leaders alive.
    peak : int64 array, shape ``[R, U]``
        Fighters when the unit was last raised.
    active : bool array, shape ``[R, U]``
        Whether the unit is in the theatre.
    place, next_place, road_left_m : int64 arrays, shape ``[R, U]``
        Where it stands or last stood; where it marches to (-1 none); how far that still is.
    destination, posture, operation : int64 arrays, shape ``[R, U]``
        Orders in force; ``operation`` is the group, -1 for none.
    readiness, supply : int64 arrays, shape ``[R, U]``
        Thousandths.
    broken_until : int64 array, shape ``[R, U]``
        Day until which a broken unit recovers.
    leader_lost, surprised : bool arrays, shape ``[R, U]``
        Whether that happened to the unit today.
    controller, captor, cleared_m2 : int64 arrays, shape ``[R, P]``
        Who holds a place; who clears it, and how much of it is cleared.
    engaged_since, changed_day, empty_since : int64 arrays, shape ``[R, P]``
        Day on which the present engagement began (``NEVER`` if none), on which control last
        changed, and since which a withdrawal has left the place empty.
    struck : int64 array, shape ``[R, P]``
        Recent air strikes, in thousandths of a strike, fading.
    stance : int64 array, shape ``[R, F, F]``
    car_bombs, away : int64 arrays, shape ``[R, K]``
        Car bombs in stock; fighters who left the theatre and may come back.
    pool, raised : int64 arrays, shape ``[R, S]``
        Reinforcements waiting to form a unit; all that the stream has brought.
    unseen, unseen_children : int64 arrays, shape ``[R, F, P]``
        Deaths that the monitor has heard of and not yet published.
    passable : bool array, shape ``[R, F, P]``
        Places that a faction can march and drive through.
    road_m : int32 array, shape ``[R, F, P, P]``
        Shortest roads through passable places, metres.
    supplied : bool array, shape ``[R, F, P]``
        Places that a road joins to a source of the faction's goods.
    plan : Plan
    orders : dict of str to array ``[R, U]``
        Requests of the day: ``air_request``, ``car_bombs``, ``foot_bombers``.
    tally : dict of str to int64 array, shape ``[R, F, P]``
        What happened today; keys in ``COUNTS``.
    ledger : dict of str to int64 array, shape ``[R, F]``
        Movements of fighters today.
    engaged : bool array, shape ``[R, P]``
        Places where hostile factions fought today.
    people : People or None
        Civilians, where the scenario simulates them.
    civilians_killed : int64 array, shape ``[R, P]``, or None
        Civilians killed today, by whomever; None where the scenario does not simulate them.
    supply_index : int64 array, shape ``[R, F]``, or None
        Goods that come in today, in thousandths of those at the start; None where the scenario
        does not say how many.
    lines_open : bool array, shape ``[R, L]``, or None
        Whether each supply line is open; None where the scenario has none.
    given_up : bool array, shape ``[R, K, P]``, or None
        Places that a kind has been told to leave for good; None where no event says so.
    policies : dict of str to int64 array
        Policies that some event of the scenario starts, in thousandths: ``access_agreement`` by
        the faction that it binds, ``[R, F]``, and ``truce`` by pair, ``[R, F, F]``.
    goods : int64 array, shape ``[R, N]``, or None
        Person-days of goods in each depot of :class:`sim.state.stores.Stores`; None where the
        scenario does not say how many goods come in.
    interdicted : int64 array, shape ``[R, F]``, or None
        Goods of today that never come in, struck on their way, in thousandths.
    workshop_out_until : int64 array, shape ``[R, W]``, or None
        Last day on which each workshop is out of action; None where the scenario has none.
    command_gap_until : int64 array, shape ``[R, C]``, or None
        Last day on which each post of :class:`sim.state.posts.Posts` lacks a leader; None where
        the scenario has no post.
    """

    day: int
    strength: Int64
    wounded: Int64
    children: Int64
    leaders: Int64
    peak: Int64
    active: Bool
    place: Int64
    next_place: Int64
    road_left_m: Int64
    destination: Int64
    posture: Int64
    operation: Int64
    readiness: Int64
    supply: Int64
    broken_until: Int64
    leader_lost: Bool
    surprised: Bool
    controller: Int64
    captor: Int64
    cleared_m2: Int64
    engaged_since: Int64
    changed_day: Int64
    empty_since: Int64
    struck: Int64
    stance: Int64
    car_bombs: Int64
    away: Int64
    pool: Int64
    raised: Int64
    unseen: Int64
    unseen_children: Int64
    passable: Bool
    road_m: Int32
    supplied: Bool
    plan: Plan
    engaged: Bool
    orders: dict[str, Int64] = field(default_factory=dict)
    tally: dict[str, Int64] = field(default_factory=dict)
    ledger: dict[str, Int64] = field(default_factory=dict)
    people: People | None = None
    civilians_killed: Int64 | None = None
    supply_index: Int64 | None = None
    lines_open: Bool | None = None
    given_up: Bool | None = None
    policies: dict[str, Int64] = field(default_factory=dict)
    goods: Int64 | None = None
    interdicted: Int64 | None = None
    workshop_out_until: Int64 | None = None
    command_gap_until: Int64 | None = None

    @property
    def standing(self) -> Bool:
        """Units that stand in a place with someone fit to fight, bool ``[R, U]``."""
        return self.active & (self.next_place < 0) & (self.strength > 0)


def initial_state(setting: Setting) -> State:
    """Return the state before day 0; formations enter through the reinforcement rule."""
    replicates, units = setting.roster.strength.shape
    places, factions, kinds = setting.theatre.P, len(setting.factions), len(setting.kinds)
    streams = len(setting.arrivals.ids)

    def of_units(value: int = 0) -> Int64:
        return np.full((replicates, units), value, dtype=np.int64)

    def of_places(value: int = 0) -> Int64:
        return np.full((replicates, places), value, dtype=np.int64)

    def of_kinds(value: int = 0) -> Int64:
        return np.full((replicates, kinds), value, dtype=np.int64)

    start = np.broadcast_to(setting.roster.place, (replicates, units))
    by_faction = (replicates, factions, places)
    return State(
        day=0,
        strength=of_units(),
        wounded=of_units(),
        children=of_units(),
        leaders=of_units(),
        peak=of_units(),
        active=of_units() > 0,
        place=start.copy(),
        next_place=of_units(-1),
        road_left_m=of_units(),
        destination=start.copy(),
        posture=of_units(HOLD),
        operation=of_units(-1),
        readiness=of_units(FULL),
        supply=of_units(FULL),
        broken_until=of_units(NEVER),
        leader_lost=of_units() > 0,
        surprised=of_units() > 0,
        controller=np.tile(setting.controller, (replicates, 1)),
        captor=of_places(-1),
        cleared_m2=of_places(),
        engaged_since=of_places(NEVER),
        changed_day=of_places(NEVER),
        empty_since=of_places(NEVER),
        struck=of_places(),
        stance=np.tile(setting.stance, (replicates, 1, 1)),
        car_bombs=np.rint(setting.parameters.by_kind("car_bombs_at_start")).astype(np.int64),
        away=of_kinds(),
        pool=np.zeros((replicates, streams), dtype=np.int64),
        raised=np.zeros((replicates, streams), dtype=np.int64),
        unseen=np.zeros(by_faction, dtype=np.int64),
        unseen_children=np.zeros(by_faction, dtype=np.int64),
        passable=np.zeros(by_faction, dtype=np.bool_),
        road_m=np.zeros((*by_faction, places), dtype=np.int32),
        supplied=np.zeros(by_faction, dtype=np.bool_),
        plan=_no_plan(setting),
        engaged=np.zeros((replicates, places), dtype=np.bool_),
        given_up=np.zeros((replicates, kinds, places), np.bool_) if setting.withdrawals else None,
        policies=_no_policies(setting),
        supply_index=initial_supply_index(setting),
        lines_open=initial_lines_open(setting),
        goods=initial_goods(setting),
        workshop_out_until=_workshops_whole(setting),
        command_gap_until=_no_gap_in_command(setting),
    )


def _no_gap_in_command(setting: Setting) -> Int64 | None:
    posts = setting.derived(posts_of)
    if posts is None:
        return None
    return np.full((len(setting.replicates), posts.number), NEVER, dtype=np.int64)


def _workshops_whole(setting: Setting) -> Int64 | None:
    shape = (len(setting.replicates), len(setting.scenario.workshops))
    return np.full(shape, NEVER, dtype=np.int64) if shape[1] else None


def _no_policies(setting: Setting) -> dict[str, Int64]:
    replicates, factions = len(setting.replicates), len(setting.factions)
    policies = {}
    if setting.access_events:
        policies["access_agreement"] = np.zeros((replicates, factions), dtype=np.int64)
    if setting.truce_events:
        policies["truce"] = np.zeros((replicates, factions, factions), dtype=np.int64)
    return policies


def _no_plan(setting: Setting) -> Plan:
    replicates, kinds = len(setting.replicates), len(setting.kinds)
    of_cities = (replicates, kinds, len(setting.theatre.city_names))

    def of_groups(value: int) -> Int64:
        return np.full((replicates, kinds, GROUPS), value, dtype=np.int64)

    return Plan(
        target=of_groups(-1),
        staging=of_groups(-1),
        phase=of_groups(IDLE),
        since=of_groups(NEVER),
        fighters=of_groups(0),
        relief=of_groups(0) > 0,
        cut=np.zeros((replicates, kinds, setting.theatre.P), dtype=np.bool_),
        cut_day=np.full((replicates, kinds), NEVER, dtype=np.int64),
        joined_day=np.full((replicates, kinds), NEVER, dtype=np.int64),
        entered_day=np.full(of_cities, -1, dtype=np.int64),
        pocket_day=np.full(of_cities, NEVER, dtype=np.int64),
        stock=np.rint(FULL * setting.parameters.by_kind("stock_at_start")).astype(np.int64),
    )


def begin_day(state: State, setting: Setting) -> None:
    """Clear what belongs to one day only."""
    replicates, factions = state.stance.shape[:2]
    shape = (replicates, factions, setting.theatre.P)
    state.tally = {name: np.zeros(shape, dtype=np.int64) for name in COUNTS}
    state.ledger = {name: np.zeros((replicates, factions), dtype=np.int64) for name in LEDGER}
    state.leader_lost = np.zeros_like(state.leader_lost)
    state.surprised = np.zeros_like(state.surprised)
    state.engaged = np.zeros_like(state.engaged)
    if setting.scenario.civilians.simulate:
        state.civilians_killed = np.zeros((replicates, setting.theatre.P), dtype=np.int64)
    if setting.derived(air_tasks).interdicts:
        state.interdicted = np.zeros((replicates, factions), dtype=np.int64)
