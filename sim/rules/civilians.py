"""People flee from fighting along roads that nobody fights on, and go home when it is quiet.

Where they go is a gravity law: the larger and the nearer a place, the more come to it (Zipf 1946,
"The P1 P2/D hypothesis: on the intercity movement of persons", American Sociological Review 11;
there with the first power of distance). docs/civilians.md has the equations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.people import People
from sim.state.picking import indices
from sim.state.presence import any_beside, strength_by_place
from sim.state.setting import Setting
from sim.state.state import State
from sim.theatre.ways import pack_places

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


def move_civilians(
    state: State,
    setting: Setting,
    people: People,
    *,
    terror: Float64 | None = None,
    killed: Int64 | None = None,
) -> None:
    """Let the people of the day die, flee and come home, in place; after supply.

    Parameters
    ----------
    terror : float64 array, shape ``[R, F]``, optional
        How feared each faction is; 0, nobody more than others, if not given.
    killed : int64 array, shape ``[R, P]``, optional
        Civilians killed in each place today; no more die than are there.
    """
    if killed is not None:
        _bury(people, killed)
    struck = _struck_today(state, setting)
    beside = _beside_a_fight(state, setting)
    alarm = _alarm(state, setting, struck, beside, terror)
    people.unsafe_day[alarm > 0] = state.day
    people.fought_day[state.engaged] = state.day
    _flee(state, setting, people, alarm, state.engaged | struck)
    _go_home(state, setting, people)


def _bury(people: People, killed: Int64) -> None:
    """Take the dead from residents and guests alike, and from the roll of those away."""
    everyone = people.residents + people.displaced
    dead = np.minimum(killed, everyone)
    guests = dead * people.displaced // np.maximum(everyone, 1)
    people.dead += dead
    people.residents -= dead - guests
    people.displaced -= guests
    people.away -= _in_proportion(people.away, guests.sum(axis=1))


def _struck_today(state: State, setting: Setting) -> Bool:
    struck = np.zeros_like(state.engaged)
    for faction in sorted(set(setting.air_wings.faction.tolist())):
        struck |= state.tally["air_strikes"][:, faction] > 0
    return struck


def _beside_a_fight(state: State, setting: Setting) -> Bool:
    """Return the places within contact reach of one that is fought over, ``[R, P]``."""
    replicates, places = state.engaged.shape
    replicate, place = np.divmod(indices(state.engaged), places)
    beside = np.zeros((replicates, places + 1), dtype=np.bool_)  # the last is no place
    beside[replicate[:, None], setting.beside_near[place]] = True
    return beside[:, :-1]


def _alarm(
    state: State, setting: Setting, struck: Bool, beside: Bool, terror: Float64 | None
) -> Float64:
    """Return the reason to flee, ``[R, P]``: 1 in a fight, less beside one or under strikes."""
    value = setting.parameters.column
    alarm = np.maximum(
        beside * value("civilians.flight_beside_fight"),
        struck * value("civilians.flight_where_struck"),
    )
    alarm[state.engaged] = 1.0
    if terror is not None and terror.any():
        fear = _fear(state, setting, terror)
        waiting = value("civilians.flight_from_terror") * fear
        alarm = np.where(alarm > 0, alarm * (1.0 + fear), waiting)
    return alarm


def _fear(state: State, setting: Setting, terror: Float64) -> Float64:
    """Return the terror of the most feared enemy in each place or within contact reach of it.

    Enemies are those hostile to the faction that held the place at the start: its people's side.
    """
    strength = strength_by_place(state, setting)
    fear = np.zeros(state.controller.shape)
    for faction in range(strength.shape[1]):
        here = strength[:, faction] > 0
        here |= any_beside(here, setting.joined_near)
        here &= state.stance[:, faction, setting.controller] < 0
        here &= setting.controller >= 0
        fear = np.maximum(fear, here * terror[:, faction, None])
    return fear


def _flee(state: State, setting: Setting, people: People, alarm: Float64, fire: Bool) -> None:
    """Let a share of the people of each frightened place go where it is quiet.

    Those whom every road leads through fire, or to nobody, stay.
    """
    cell = indices(alarm)
    replicate, place = np.divmod(cell, setting.theatre.P)
    uniform = _rounding(setting, "civilians.flight", state.day, replicate, place)
    from_home, onward = _who_leave(setting, people, cell, alarm, uniform)
    leaving = indices(from_home + onward)
    if len(leaving) == 0:
        return
    cell, uniform = cell.take(leaving), uniform.take(leaving)
    from_home, onward = from_home.take(leaving), onward.take(leaving)
    replicate, place = np.divmod(cell, setting.theatre.P)
    welcome = _welcome(state, setting, people, replicate, place, alarm, fire)
    edges = np.cumsum(welcome, axis=1, out=welcome)
    somewhere = edges[:, -1] > 0
    from_home, onward = from_home * somewhere, onward * somewhere
    people.residents.reshape(-1)[cell] -= from_home
    people.away.reshape(-1)[cell] += from_home
    people.displaced.reshape(-1)[cell] -= onward
    _arrive(people, replicate, _upto(from_home + onward, edges, uniform))


def _rounding(setting: Setting, stream: str, day: int, replicate: Int64, place: Int64) -> Float64:
    """Draw what is added to a number before its fraction is cut off, ``[n]``."""
    uniform = setting.streams.uniform_at(stream, day, replicate, setting.place_ids.take(place))
    # Far enough below 1 that adding it to a whole number never gives the next one.
    return np.minimum(uniform, 1.0 - 2.0**-16)


def _who_leave(
    setting: Setting, people: People, cell: NDArray[np.intp], alarm: Float64, uniform: Float64
) -> tuple[Int64, Int64]:
    """Return how many residents and how many guests want to leave each cell of ``[R, P]``."""
    replicate, place = np.divmod(cell, setting.theatre.P)
    value = setting.parameters.column
    share = value("civilians.flight_share_per_day")[:, 0].take(replicate)
    chance = np.minimum(share * alarm.reshape(-1).take(cell), 1.0)
    staying = value("civilians.staying_share")[:, 0].take(replicate)
    staying = np.floor(staying * setting.theatre.population.take(place))
    willing = np.maximum(people.residents.reshape(-1).take(cell) - staying, 0.0)
    guests = people.displaced.reshape(-1).take(cell)
    return _whole(willing, chance, uniform), _whole(guests, chance, uniform)


def _whole(number: Float64 | Int64, share: Float64, uniform: Float64) -> Int64:
    """Return a share of a number of people, rounded up or down with the right mean."""
    return (number * share + uniform).astype(np.int64)


def _welcome(
    state: State,
    setting: Setting,
    people: People,
    replicate: Int64,
    place: Int64,
    alarm: Float64,
    fire: Bool,
) -> Float64:
    """Return how much each goal draws those who flee from each start, ``[n, G]``.

    Nobody goes where there is reason to flee or where nobody lives, or by a road through fire.
    """
    goal = people.ways.goal
    population = setting.theatre.population[goal]
    quiet = alarm[:, goal] == 0
    # The more guests there are for each inhabitant, the less room is left.
    room = population * population / (population + people.displaced[:, goal]) * quiet
    drawn = people.ways.shortest_open(
        people.draw, place, pack_places(fire).take(replicate, axis=0), quiet.take(replicate, axis=0)
    )
    drawn *= room.take(replicate, axis=0)
    side = setting.controller.take(place)
    row = replicate * len(setting.factions) + side
    passable = state.passable.reshape(-1, setting.theatre.P).take(row, axis=0, mode="clip")
    enemy = ~passable[:, goal] & (side >= 0)[:, None]
    across = setting.parameters.column("civilians.across_lines")[:, 0].take(replicate)
    drawn *= np.where(enemy, across[:, None], 1.0)
    return drawn


def _upto(number: Int64, edges: Float64, uniform: Float64) -> Int64:
    """Share ``number[n]`` people out by cumulative weights, ``[n, G]``; return cumulative shares.

    Each share is its expectation rounded up or down (systematic sampling); sums are exact.
    """
    total = np.where(edges[:, -1] > 0, edges[:, -1], 1.0)
    upto = edges / total[:, None]
    upto *= number[:, None]
    upto += uniform[:, None]
    return upto.astype(np.int64)


def _steps(upto: Int64) -> Int64:
    """Return the differences along the last axis, the first from 0."""
    steps = upto.copy()
    steps[:, 1:] -= upto[:, :-1]
    return steps


def _arrive(people: People, replicate: Int64, upto: Int64) -> None:
    """Add arrivals, given by what has come up to each goal, to the guests of their replicates."""
    # Rows of a replicate stand together: sum all rows so far, then take differences.
    last = np.append(indices(replicate[1:] != replicate[:-1]), len(replicate) - 1)
    so_far = np.cumsum(upto, axis=0).take(last, axis=0)
    so_far[1:] -= so_far[:-1].copy()
    people.displaced[replicate[last][:, None], people.ways.goal] += _steps(so_far)


def _go_home(state: State, setting: Setting, people: People) -> None:
    """Let a share of those away go back to where it has been quiet for a while."""
    value = setting.parameters.column
    last_alarm = state.day - np.rint(value("civilians.quiet_days")).astype(np.int64)
    cell = indices((people.unsafe_day <= last_alarm) & (people.away > 0))
    if len(cell) == 0:
        return
    replicate, place = np.divmod(cell, setting.theatre.P)
    share = value("civilians.return_share_per_day")[:, 0].take(replicate)
    lost = _home_lost(state, setting, replicate, place)
    share = share * np.where(lost, value("civilians.across_lines")[:, 0].take(replicate), 1.0)
    uniform = _rounding(setting, "civilians.return", state.day, replicate, place)
    back = np.zeros_like(people.away)
    away = people.away.reshape(-1).take(cell)
    back.reshape(-1)[cell] = _whole(away, np.minimum(share, 1.0), uniform)
    people.displaced -= _guests_who_leave(people, back)
    people.away -= back
    people.residents += back


def _home_lost(state: State, setting: Setting, replicate: Int64, home: Int64) -> Bool:
    """Return whether each home is held by an enemy of who held it at the start, ``[n]``."""
    side = setting.controller.take(home)
    cell = (replicate * len(setting.factions) + side) * setting.theatre.P + home
    return ~state.passable.reshape(-1).take(cell, mode="clip") & (side >= 0)


def _guests_who_leave(people: People, back: Int64) -> Int64:
    """Say which hosts ``back[R, P]`` people, by home, leave; most come from nearby.

    Guests carry no home with them: hosts give up guests in proportion to their number and to how
    near they are to the homes; what a host cannot give is taken from all in proportion.
    """
    number = back.sum(axis=1)
    # Whole numbers below 2**53, so that the product is exact in any order.
    pull = back.astype(np.float64) @ people.homeward
    pull *= people.displaced
    edges = np.cumsum(pull, axis=1, out=pull)
    taken = np.minimum(_steps(_upto(number, edges, np.zeros(len(number)))), people.displaced)
    left = number - taken.sum(axis=1)
    short = indices(left)
    if len(short):
        taken[short] += _in_proportion(people.displaced[short] - taken[short], left[short])
    return taken


def _in_proportion(stock: Int64, number: Int64) -> Int64:
    """Take ``number[n]`` out of ``stock[n, P]``, each in proportion; no more than there is."""
    edges = np.cumsum(stock, axis=1)
    return _steps(number[:, None] * edges // np.maximum(edges[:, -1:], 1))
