"""State media: what a faction's own media claim, more and earlier than is true.

They claim enemy dead in the places where their side fought, times ``state_media.inflation``; they
claim captures on the day, and a district as cleared before it is. They never tell of losses of
their own. Their side is the faction and its allies.

What is claimed changes nothing in the theatre, so that media need not be followed in an ensemble:
what they remember is kept here and not in the state of the run, and luck comes from a stream of
their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.state.binomial import binomial, poisson
from sim.state.picking import indices
from sim.state.presence import (
    any_beside,
    enemies_by_place,
    friends_by_place,
    held_by_enemy,
    strength_by_place,
)
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import State
from sim.state.streams import mix

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

STREAM = "state_media.claims"
CLAIMED, PUBLISHED = (stable_id("claim", name) for name in ("claimed", "published"))
"""The two parts that a claim's id plays, so that one stream serves both draws."""

WEAPONS = ("air_strikes", "car_bombs", "foot_bombers")


@dataclass
class MediaMemory:
    """What the media of each faction remember from one day to the next.

    The first F axis of ``waiting`` and ``dead`` is the faction whose media they are, the second
    the faction of which they tell.

    Attributes
    ----------
    waiting : int64 array, shape ``[R, F, F, P]``
        Dead claimed and not yet published.
    dead : int64 array, shape ``[R, F, F, P]``
        True dead in places where the side fought, since media last told of them.
    controller : int64 array, shape ``[R, P]``
        Who held each place the evening before, -1 for nobody.
    disputed : bool array, shape ``[R, F, P]``
        Places that an enemy held, or stood in, the evening before.
    claimed : bool array, shape ``[R, F, P]``
        Disputed places that media have already called cleared.
    """

    waiting: Int64
    dead: Int64
    controller: Int64
    disputed: Bool
    claimed: Bool


@dataclass(frozen=True)
class Claims:
    """What media publish on a day.

    Attributes
    ----------
    killed : int64 array, shape ``[R, F, F, P]``
        Enemy dead: by the faction whose media they are, the faction of the dead, the place.
    truly_killed : int64 array, shape ``[R, F, F, P]``
        True dead in places where the side fought, from the last claim to the day before, beside
        each claim; 0 elsewhere.
    captured, cleared : bool arrays, shape ``[R, F, P]``
        Places that the side is said to have taken or cleared.
    holds, alone : bool arrays, shape ``[R, F, P]``
        Whether the side truly holds the place, and holds it with no enemy inside.
    """

    killed: Int64
    truly_killed: Int64
    captured: Bool
    cleared: Bool
    holds: Bool
    alone: Bool


def speaking(setting: Setting) -> Bool:
    """Return which factions have media, bool ``[R, F]``: one of its kinds has ``state_media``."""
    by_kind = setting.parameters.by_kind("state_media") >= 0.5
    speaks = np.zeros((by_kind.shape[0], len(setting.factions)), dtype=np.bool_)
    for kind, faction in enumerate(setting.kind_faction):
        speaks[:, faction] |= by_kind[:, kind]
    return speaks


def first_memory(setting: Setting) -> MediaMemory:
    """Return what media know before the first day: who holds which place."""
    replicates, factions = len(setting.replicates), len(setting.factions)
    controller = np.tile(setting.controller, (replicates, 1))
    stance = np.tile(setting.stance, (replicates, 1, 1))
    pairs = (replicates, factions, factions, setting.theatre.P)
    hostile = _held(stance < 0, controller)
    return MediaMemory(
        waiting=np.zeros(pairs, dtype=np.int64),
        dead=np.zeros(pairs, dtype=np.int64),
        controller=controller,
        disputed=hostile,
        claimed=np.zeros_like(hostile),
    )


def publish(memory: MediaMemory, state: State, setting: Setting, day: int) -> Claims:
    """Publish what media claim on the evening of a day, and remember it, in place.

    Parameters
    ----------
    memory : MediaMemory
    state : State
        As it is in the evening of the day: the day's counts are still in ``state.tally``.
    setting : Setting
    day : int
        Index of the day that has been simulated.
    """
    speaks = speaking(setting)
    strength = strength_by_place(state, setting)
    side = friends_by_place(strength, state)
    enemies = enemies_by_place(strength, state)
    killed, truly_killed = _publish_dead(memory, setting, day)
    _claim_dead(memory, state, setting, day, speaks, side)
    holds = _held(state.stance > 0, state.controller)
    captured, cleared = _claim_places(memory, state, setting, side, enemies, holds)
    return Claims(
        killed=killed,
        truly_killed=truly_killed,
        captured=captured & speaks[:, :, None],
        cleared=cleared & speaks[:, :, None],
        holds=holds,
        alone=holds & (enemies == 0),
    )


def _publish_dead(memory: MediaMemory, setting: Setting, day: int) -> tuple[Int64, Int64]:
    """Publish each of the dead claimed until yesterday with chance 1 / ``delay_days``."""
    published = np.zeros_like(memory.waiting)
    cell = indices(memory.waiting)
    if len(cell):
        row = cell // memory.waiting[0].size
        delay = setting.parameters.column("state_media.delay_days")[row, 0]
        uniform = setting.streams.uniform_at(STREAM, day, row, _ids(setting, cell, PUBLISHED))
        waiting = memory.waiting.reshape(-1)[cell]
        published.reshape(-1)[cell] = binomial(uniform, waiting, 1.0 / np.maximum(delay, 1.0))
    told = published > 0
    truly_killed = np.where(told, memory.dead, 0)
    memory.waiting = memory.waiting - published
    memory.dead = np.where(told, 0, memory.dead)
    return published, truly_killed


def _claim_dead(
    memory: MediaMemory, state: State, setting: Setting, day: int, speaks: Bool, side: Float64
) -> None:
    """Claim the enemy's dead of the day where the side fought, to be published from tomorrow on.

    The claim is the true number and Poisson((inflation - 1) * number) more; an inflation below
    one gives Binomial(number, inflation).
    """
    told = (speaks[:, :, None] & (state.stance < 0))[:, :, :, None]
    told = told & _fought(state, setting, side)[:, :, None, :]
    dead = np.where(told, state.tally["killed"][:, None], 0)
    cell = indices(dead)
    if not len(cell):
        return
    row = cell // dead[0].size
    inflation = setting.parameters.column("state_media.inflation")[row, 0]
    uniform = setting.streams.uniform_at(STREAM, day, row, _ids(setting, cell, CLAIMED))
    number = dead.reshape(-1)[cell]
    more = number + poisson(uniform, (inflation - 1.0) * number)
    claim = np.where(inflation < 1.0, binomial(uniform, number, inflation), more)
    memory.waiting.reshape(-1)[cell] += claim
    memory.dead += dead


def _fought(state: State, setting: Setting, side: Float64) -> Bool:
    """Return where a side fought today, bool ``[R, F, P]``.

    It stands there or within contact reach, has dead there, or used a weapon there.
    """
    tally = state.tally
    active = tally["killed"] + sum(tally[weapon] for weapon in WEAPONS)
    present = side > 0
    fought = present | any_beside(present, setting.joined_near)
    return np.asarray(fought | (friends_by_place(active.astype(np.float64), state) > 0))


def _claim_places(
    memory: MediaMemory,
    state: State,
    setting: Setting,
    side: Float64,
    enemies: Float64,
    holds: Bool,
) -> tuple[Bool, Bool]:
    """Return what a side is said to have taken and to have cleared, bool ``[R, F, P]`` each.

    A place that comes to the side is claimed that day. A district that is disputed is claimed as
    cleared once ``state_media.cleared_share`` of it is, or once the enemies inside are fewer than
    ``state_media.weak_enemy_share`` of the side's fighters there, or when the last enemy has left
    it. Each is told once, until the side has left the place or the dispute is over.
    """
    column = setting.parameters.column
    in_city = setting.theatre.city >= 0
    enough_m2 = column("state_media.cleared_share") * setting.theatre.area_m2
    half = _held(state.stance > 0, state.captor) & (state.cleared_m2 >= enough_m2)[:, None]
    weak = column("state_media.weak_enemy_share")[:, :, None] * side
    disputed = held_by_enemy(state) | (enemies > 0)
    early = in_city & disputed & (half | ((enemies > 0) & (enemies < weak)))
    new = ~memory.claimed
    before = _held(state.stance > 0, memory.controller)
    changed = (state.controller != memory.controller)[:, None]
    captured = holds & ~before & changed & new
    freed = in_city & memory.disputed & ~disputed & holds & (side > 0)
    cleared = (early | freed) & new & ~captured
    memory.claimed = (memory.claimed | early) & disputed & ((side > 0) | holds)
    memory.disputed = disputed
    memory.controller = state.controller.copy()
    return captured, cleared


def _held(stands: Bool, holder: Int64) -> Bool:
    """Return where a faction stands so (bool ``[R, F, F]``) to a holder ``[R, P]`` that exists."""
    rows = np.arange(len(holder))[:, None]
    so = stands[rows, :, np.maximum(holder, 0)] & (holder >= 0)[:, :, None]
    return np.asarray(so.transpose(0, 2, 1))


def _ids(setting: Setting, cell: NDArray[np.intp], part: int) -> NDArray[np.uint64]:
    """Return the id of a claim for each flat cell of ``[R, F, F, P]``.

    The one who is told of is scrambled, so that two factions which tell of each other do not
    share luck.
    """
    factions, places = len(setting.factions), setting.theatre.P
    teller = setting.faction_ids[cell // (factions * places) % factions]
    about = mix(setting.faction_ids)[cell // places % factions]
    return np.asarray(setting.place_ids[cell % places] ^ teller ^ about ^ np.uint64(part))
