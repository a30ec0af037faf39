"""The situation on one day of a run in numbers: what a brief makes sentences from.

Everything is read off the first replicate of a history that ends on the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.observers.brief_names import RECENT_DAYS, WEEK_DAYS
from sim.observers.brief_records import Change, CitySiege, Claims, Losses, Situation, SupplyLine
from sim.outcomes.history import History
from sim.outcomes.measures_lines import line_open, recorded_lines
from sim.outcomes.measures_siege import last_district
from sim.outcomes.registry import lacks
from sim.outcomes.selection import area_indices, districts_of
from sim.outcomes.siege import siege_of, sieges_asked_about
from sim.state.dated import stances_and_truces


def situation(
    scenario: Any,
    history: History,
    *,
    reports: Iterable[Mapping[str, Any]] = (),
    territory_km2: Mapping[str, float] | None = None,
) -> Situation:
    """Return the situation on the last day of a history.

    Parameters
    ----------
    scenario : Scenario
    history : History
        Of one replicate and at least one day.
    reports : iterable of mapping
        Rows of the run's reports; those after the day are left out.
    territory_km2 : mapping of faction to float, optional
        Land that each faction holds on the day.
    """
    today = history.days - 1
    recent = min(RECENT_DAYS, history.days)
    hostile = hostile_on(scenario, history, today)
    changes, back = changes_since(history, history.days - recent)
    ground = on_the_ground(history)
    return Situation(
        day=history.date(today),
        start=history.start,
        recent_from=history.date(today - recent),
        city_of={
            place: history.cities[city]
            for place, city in zip(history.places, history.city.tolist(), strict=True)
            if city >= 0
        },
        sieges=tuple(
            city_siege(history, city, attacker, around, hostile)
            for (city, attacker), around in sieges_asked_about(scenario.outcomes).items()
            if city in history.cities and attacker in history.factions
        ),
        changes=changes,
        there_and_back=back,
        places=len(history.places),
        held=holders(history, history.controller[today, 0]),
        held_at_start=holders(history, history.initial_controller[0]),
        first_rank=first_rank(scenario, history, today),
        fighting=tuple(names_where(history, history.engaged[today, 0])),
        losses={name: losses(history, name, slice(None)) for name in ground},
        recent_losses={name: losses(history, name, slice(-recent, None)) for name in ground},
        air_strikes=strikes(history),
        territory_km2={f: km2 for f, km2 in (territory_km2 or {}).items() if km2 > 0},
        lines=supply_lines(scenario, history),
        supply=supply_index(history),
        people={
            what: int(getattr(history, what)[today, 0].sum())
            for what in ("displaced", "in_need", "reached")
            if not lacks(history, what)
        },
        claims=media_claims(reports, history, history.days - recent),
    )


def hostile_on(scenario: Any, history: History, day: int) -> NDArray[np.bool_]:
    """Return which factions are hostile to each other on a day, truces heeded, ``[F, F]``."""
    hostile = history.hostile_at_start.copy()
    changes = stances_and_truces(scenario)[0] if scenario.events else ()
    for since, a, b, stance in changes:
        if since <= day:
            hostile[a, b] = hostile[b, a] = stance < 0
    return hostile


def on_the_ground(history: History) -> list[str]:
    """Return the factions that held a place or had fighters on some day."""
    stood = np.asarray(history.strength[:, 0].any(axis=(0, 2)))
    return [
        name
        for number, name in enumerate(history.factions)
        if stood[number]
        or (history.controller[:, 0] == number).any()
        or (history.initial_controller[0] == number).any()
    ]


def names_where(history: History, mask: NDArray[np.bool_]) -> list[str]:
    """Return the names of the places where a mask ``[P]`` is true."""
    return [history.places[place] for place in np.flatnonzero(mask)]


def holders(history: History, controller: NDArray[np.int8]) -> dict[str, int]:
    """Return how many places each faction holds, most first."""
    numbers = np.bincount(controller[controller >= 0], minlength=len(history.factions))
    order = sorted(range(len(numbers)), key=lambda f: (-numbers[f], f))
    return {history.factions[f]: int(numbers[f]) for f in order if numbers[f]}


def losses(
    history: History,
    faction: str,
    days: slice | NDArray[np.bool_],
    places: NDArray[np.int64] | None = None,
) -> Losses:
    """Return what a faction lost on some days, everywhere or in some places."""
    side = history.factions.index(faction)
    where: Any = slice(None) if places is None else places

    def total(name: str) -> int:
        return int(getattr(history, name)[days][:, 0, side][:, where].sum())

    return Losses(
        killed=total("killed"),
        reported=total("reported_killed"),
        reported_children=total("reported_children"),
        leaders=total("leaders_killed"),
        headquarters=total("headquarters_killed"),
    )


def city_siege(
    history: History,
    city: str,
    attacker: str,
    around: tuple[str, ...],
    hostile: NDArray[np.bool_],
) -> CitySiege:
    """Return the siege of a city by an attacker as it stands on the last day."""
    districts = districts_of(history, city)
    side = history.factions.index(attacker)
    siege = siege_of(history, districts, side)
    began, ended = bool(siege.began[0]), bool(siege.ended[0])
    scope = np.union1d(districts, area_indices(history, places=around))
    days = siege.days_of(history.days, days_after=1)[:, 0]
    present = history.strength[-1, 0][:, districts] > 0
    enemies = np.any(hostile[:, :, None] & present[None], axis=1)
    controller = history.controller[-1, 0, districts]
    last = last_district(history, city=city, attacker=attacker) if ended else None
    area = history.area_km2[districts]
    held = holders(history, controller)

    def used(weapon: str, who: Any = slice(None)) -> int:
        return int(getattr(history, weapon)[days][:, 0, who][..., scope].sum())

    return CitySiege(
        city=city,
        attacker=attacker,
        around=bool(around),
        districts=len(districts),
        held=held,
        share={
            name: float(area[controller == history.factions.index(name)].sum() / area.sum())
            for name in held
        },
        standing=tuple(history.places[place] for place in districts[present[side]]),
        contested=tuple(
            history.places[place] for place in districts[np.any(present & enemies, axis=0)]
        ),
        first_day=history.date(int(siege.first_day[0])) if began else None,
        last_day=history.date(int(siege.last_day[0])) if ended else None,
        last_district=str(last.one(start=history.start)) if last is not None else None,
        losses={name: losses(history, name, days, scope) for name in on_the_ground(history)},
        car_bombs=used("car_bombs", side),
        foot_bombers=used("foot_bombers", side),
        air_strikes=used("air_strikes"),
    )


def changes_since(
    history: History, first: int
) -> tuple[tuple[Change, ...], tuple[tuple[str, str | None], ...]]:
    """Return what changed hands from day ``first`` on, net, and the places that went and came back.

    Changes are grouped by who took from whom, the largest group first. The loser is who held the
    place last before its holder of today, not who held it on day ``first``.
    """

    def name(code: int) -> str | None:
        return history.factions[code] if code >= 0 else None

    over_time = np.concatenate([history.initial_controller[None, 0], history.controller[:, 0]])
    recent = over_time[first:]
    moved = recent[1:] != recent[:-1]
    groups: dict[tuple[str | None, str | None], list[tuple[str, int]]] = {}
    back: list[tuple[str, str | None]] = []
    for place in np.flatnonzero(moved.any(axis=0)).tolist():
        old, new = int(recent[0, place]), int(recent[-1, place])
        if old == new:
            back.append((history.places[place], name(new)))
            continue
        others = np.flatnonzero((recent[:, place] != new) & (recent[:, place] >= 0))
        loser = int(recent[others[-1], place]) if len(others) else -1
        day = first + int(np.flatnonzero(moved[:, place])[-1])
        groups.setdefault((name(new), name(loser)), []).append((history.places[place], day))
    changes = [
        Change(taker, loser, tuple(p for p, _ in rows), history.date(max(d for _, d in rows)))
        for (taker, loser), rows in groups.items()
    ]
    return tuple(sorted(changes, key=lambda change: -len(change.places))), tuple(back)


def first_rank(scenario: Any, history: History, day: int) -> dict[str, tuple[str, ...]]:
    """Return the towns of the first rank that each faction holds, none if none has a rank."""
    found: dict[str, list[str]] = {}
    for row in scenario.places:
        if getattr(row, "rank", 0) != 1:
            continue
        holder = int(history.controller[day, 0, history.places.index(row.name)])
        if holder >= 0:
            found.setdefault(history.factions[holder], []).append(row.name)
    return {faction: tuple(names) for faction, names in found.items()}


def strikes(history: History) -> dict[str, tuple[int, int]]:
    """Return the air strikes of each faction that flew any: in all, and in the last week."""
    by_day = history.air_strikes[:, 0].sum(axis=2, dtype=np.int64)
    return {
        name: (int(by_day[:, side].sum()), int(by_day[-WEEK_DAYS:, side].sum()))
        for side, name in enumerate(history.factions)
        if by_day[:, side].any()
    }


def supply_lines(scenario: Any, history: History) -> tuple[SupplyLine, ...]:
    """Return the scenario's supply lines: as recorded, else by who holds their places."""
    found = []
    for row in getattr(scenario, "supply_lines", ()):
        places = as_names(row.places)
        allies = [f for f in history.factions if scenario.stance(row.faction, f) == "allied"]
        if not lacks(history, "lines_open") and row.id in recorded_lines(history):
            by_day = line_open(history, line=row.id)[:, 0]
        else:
            by_day = line_open(history, places=places, faction=row.faction, allies=allies)[:, 0]
        now = bool(by_day[-1])
        other = np.flatnonzero(by_day != now)
        side = {row.faction, *allies}
        holder = {
            place: int(history.controller[-1, 0, history.places.index(place)]) for place in places
        }
        who = {place: history.factions[h] if h >= 0 else None for place, h in holder.items()}
        found.append(
            SupplyLine(
                label=getattr(row, "label", "") or f"{places[0]} to {places[-1]}",
                faction=row.faction,
                is_open=now,
                since=history.start + timedelta(days=int(other[-1])) if len(other) else None,
                lost=tuple((place, holds) for place, holds in who.items() if holds not in side),
            )
        )
    return tuple(found)


def as_names(places: Any) -> tuple[str, ...]:
    """Return the places of a line, which a table may give joined by ``+``."""
    if isinstance(places, str):
        return tuple(name.strip() for name in places.split("+"))
    return tuple(places)


def supply_index(history: History) -> dict[str, int]:
    """Return each faction's supply index on the last day, thousandths of that at the start.

    Only of factions whose index has ever differed from the start's.
    """
    if history.supply_index is None:
        return {}
    index: NDArray[Any] = history.supply_index[:, 0]
    changed = np.flatnonzero(np.any(index != 1000, axis=0) & np.any(index, axis=0))
    return {history.factions[side]: int(index[-1, side]) for side in changed}


_MEDIA = "state_media of "


def media_claims(
    reports: Iterable[Mapping[str, Any]], history: History, first: int
) -> tuple[Claims, ...]:
    """Return what media claimed from day ``first`` to the last day of the history."""
    found: dict[str, Claims] = {}
    for row in reports:
        observer = str(row.get("observer") or "")
        if not observer.startswith(_MEDIA) or not first <= row["day"] < history.days:
            continue
        faction = observer.removeprefix(_MEDIA)
        claims = found.setdefault(faction, Claims(faction, {}, {}, {}))
        what, about, place = row["what"], str(row["about"]), str(row["place"])
        if what == "killed":
            claims.killed[about] = claims.killed.get(about, 0) + int(row["number"] or 0)
        elif what in ("captured", "cleared"):
            getattr(claims, what)[place] = bool(row["true_number"])
    return tuple(found.values())
