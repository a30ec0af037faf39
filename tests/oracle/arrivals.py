"""Formations and reinforcement streams (sim/rules/reinforcement)."""

from __future__ import annotations

from sim.state.state import FULL, HOLD
from tests.oracle.pieces import Stream, Unit
from tests.oracle.scalars import binomial, poisson
from tests.oracle.world import NEUTRAL, World


def arrive(world: World) -> None:
    """Bring in formations whose day has come, and what reinforcement streams have raised."""
    bring_formations(world)
    for stream in world.streams:
        _gather(world, stream)
    if world.streams:
        _bring_back(world)
    for stream in world.streams:
        _form_unit(world, stream)


def bring_formations(world: World) -> None:
    """Bring in formations whose day has come; those of the first day before that day begins."""
    for unit in world.units:
        if unit.stream is None and _may_arrive(world, unit):
            _enter(world, unit, unit.first_strength)


def _may_arrive(world: World, unit: Unit) -> bool:
    """A formation arrives once, and waits while a hostile faction holds its place.

    Those who are there from the start are let in at any rate: a place declared contested holds
    both sides.
    """
    if unit.arrives_day > world.day or unit.peak > 0 or unit.first_strength == 0:
        return False
    welcome = world.stance_to_holder(unit.faction, unit.start) >= NEUTRAL
    if not welcome and unit.arrives_day > 0:
        world.happened["formation waits"] += 1
        return False
    return True


def _gather(world: World, stream: Stream) -> None:
    """Let a Poisson number of fighters come while the stream's own faction holds its place."""
    if not _open(world, stream) or not _running(world, stream):
        return
    coming = poisson(world.draw("reinforcement.arrivals", stream.id), stream.fighters_per_day)
    coming = min(coming, max(round(stream.limit_fighters) - stream.raised, 0))
    stream.pool += coming
    stream.raised += coming


def _open(world: World, stream: Stream) -> bool:
    """Whether a stream's faction holds its place, and its side what it comes through."""
    if world.places[stream.place].controller != stream.faction:
        return False
    if stream.through is None or world.friend_holds(stream.faction, stream.through):
        return True
    world.happened["crossing shut"] += 1
    return False


def _running(world: World, stream: Stream) -> bool:
    in_time = stream.first_day <= world.day <= stream.last_day
    return in_time and not (stream.after_joining and world.kinds[stream.kind].joined_day is None)


def _inflow_index(world: World, kind: int) -> int:
    """Return the share of a kind's inflow that is open, thousandths."""
    running = [s for s in world.streams if s.kind == kind and _running(world, s)]
    everything = sum(round(FULL * stream.fighters_per_day) for stream in running)
    if everything == 0:
        return FULL
    flowing = [stream for stream in running if _open(world, stream)]
    return FULL * sum(round(FULL * s.fighters_per_day) for s in flowing) // everything


def child_share(world: World, kind: int, stream: Stream | None) -> float:
    """Return the share of children among those of a kind who arrive now."""
    share = world.of_kind(kind, "child_share_of_recruits")
    if stream is None:
        return share
    own = stream.children_permille
    share = share if own is None else own / FULL
    rise = world.of_kind(kind, "child_share_rise")
    shut = (FULL - _inflow_index(world, kind)) / FULL
    if rise * shut > 0:
        world.happened["more children among recruits"] += 1
    return max(share, min(share * (1.0 + rise * shut), 0.9))


def _bring_back(world: World) -> None:
    """Let fighters who left the theatre join the first stream of their kind."""
    for kind in world.kinds:
        streams = [stream for stream in world.streams if stream.kind == kind.number]
        if not streams:
            continue
        uniform = world.draw("reinforcement.returned", kind.id)
        back = binomial(uniform, kind.away, world.of_kind(kind.number, "return_per_day"))
        streams[0].pool += back
        kind.away -= back
        world.ledger["returned"][kind.faction] += back
        world.happened["fighters came back"] += back


def _form_unit(world: World, stream: Stream) -> None:
    """Raise one unit in the first free slot when enough fighters have gathered."""
    held = world.places[stream.place].controller == stream.faction
    if not held or stream.pool < stream.unit_fighters:
        return
    for unit in stream.slots:
        if not unit.active and unit.wounded == 0:
            stream.pool -= stream.unit_fighters
            _enter(world, unit, stream.unit_fighters)
            world.happened["unit raised"] += 1
            return


def _enter(world: World, unit: Unit, fighters: int) -> None:
    """Put a unit into the theatre at its starting place, fresh and supplied."""
    stream = None if unit.stream is None else world.streams[unit.stream]
    share = child_share(world, unit.kind, stream)
    unit.active = True
    unit.strength = unit.peak = fighters
    unit.children = binomial(world.draw("reinforcement.children", unit.id), fighters, share)
    unit.leaders = min(unit.first_leaders, fighters)
    unit.place = unit.destination = unit.start
    unit.next_place = None
    unit.road_left_m = 0
    unit.operation = None
    unit.posture = HOLD
    unit.readiness = unit.supply = FULL
    unit.broken_until = None
    world.ledger["arrived"][unit.faction] += fighters
