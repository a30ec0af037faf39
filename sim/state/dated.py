"""What the dated events of a scenario come to, by day index."""

from __future__ import annotations

from itertools import combinations, groupby
from typing import TYPE_CHECKING

from sim.theatre.theatre import Theatre

if TYPE_CHECKING:
    from sim.scenario.rows import Event
    from sim.scenario.schema import Scenario

STANCES = {"hostile": -1, "neutral": 0, "allied": 1}


def stances_and_truces(
    scenario: Scenario,
) -> tuple[tuple[tuple[int, int, int, int], ...], tuple[tuple[int, int, int, bool], ...]]:
    """Return changes of stance and of truces, (day, a, b, stance) and (day, a, b, begins).

    Factions that are hostile are neutral while a truce between them is in force, and hostile
    again when it ends. A change of stance during a truce shows when it ends, unless the new
    stance is friendlier than the truce.
    """
    factions = tuple(scenario.factions)
    pairs = [tuple(sorted(pair)) for pair in combinations(range(len(factions)), 2)]
    stance = dict.fromkeys(pairs, STANCES["neutral"])
    for relation in scenario.relations:
        stance[_pair(factions, relation.a, relation.b)] = STANCES[relation.stance]
    truce = dict.fromkeys(pairs, False)
    shown, kept = dict(stance), dict(truce)
    stances, truces = [], []
    for date, events in groupby(scenario.events, key=lambda row: row.date):
        day = (date - scenario.start).days
        for row in events:
            if row.event == "stance":
                stance[_pair(factions, row.a, row.b)] = STANCES[row.stance]
            elif row.event == "policy" and row.a == "truce":
                for a, b in combinations(row.factions, 2):
                    truce[_pair(factions, a, b)] = bool(row.value)
        for pair in pairs:
            held = truce[pair] and stance[pair] == STANCES["hostile"]
            seen = STANCES["neutral"] if held else stance[pair]
            if seen != shown[pair]:
                stances.append((day, *pair, seen))
            if held != kept[pair]:
                truces.append((day, *pair, held))
            shown[pair], kept[pair] = seen, held
    return tuple(stances), tuple(truces)


def _pair(factions: tuple[str, ...], a: str, b: str) -> tuple[int, int]:
    first, second = sorted((factions.index(a), factions.index(b)))
    return first, second


def access_agreements(scenario: Scenario) -> tuple[tuple[int, tuple[int, ...], float], ...]:
    """Return (day, factions that are bound, share of full access)."""
    factions = tuple(scenario.factions)
    return tuple(
        (
            _day(scenario, row),
            tuple(factions.index(name) for name in row.factions or factions),
            row.value or 0.0,
        )
        for row in scenario.events
        if row.event == "policy" and row.a == "access_agreement"
    )


def withdrawals(
    scenario: Scenario, theatre: Theatre
) -> tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]:
    """Return (day, kinds that leave, places that they give up)."""
    return tuple(
        (
            _day(scenario, row),
            _kinds(scenario, row.a),
            tuple(theatre.index(name) for name in row.places),
        )
        for row in scenario.events
        if row.event == "withdraw"
    )


def _kinds(scenario: Scenario, name: str) -> tuple[int, ...]:
    """Return the kinds of a faction, or else the kind of that name."""
    whole = name in scenario.factions
    return tuple(
        number
        for number, (kind, about) in enumerate(scenario.kinds.items())
        if (about.faction if whole else kind) == name
    )


def theatres_by_day(scenario: Scenario) -> dict[int, Theatre]:
    """Return the theatre from each day on that opens or closes a route."""
    is_open = {frozenset((row.a, row.b)): row.open for row in scenario.routes}
    changes = [row for row in scenario.events if row.event in ("close_route", "open_route")]
    theatres = {}
    for date, events in groupby(changes, key=lambda row: row.date):
        for row in events:
            is_open[frozenset(row.places)] = row.event == "open_route"
        routes = [
            row.model_copy(update={"open": is_open[frozenset((row.a, row.b))]})
            for row in scenario.routes
        ]
        theatres[(date - scenario.start).days] = Theatre.build(scenario.places, routes)
    return theatres


def _day(scenario: Scenario, row: Event) -> int:
    return (row.date - scenario.start).days
