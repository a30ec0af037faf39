"""Small random scenarios, valid and violent, from a number: 2-4 factions on 3-10 places.

``random_scenario(number)`` is a pure function of the number; ``scenarios()`` is the hypothesis
strategy over it. The parameters are drawn so that within a few days everything happens that can
happen to a fighter: death, wounds, capture, flight, bombs, strikes from the air, return.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.scenario import Scenario
from sim.scenario.standard import standard_parameter_rows

START = date(2015, 1, 1)
DECIDES = ("army", "militia", "ypg", "islamic_state")


@cache
def standard_parameters() -> tuple[dict[str, Any], ...]:
    """Rows of the standard parameters, as a resolved scenario holds them."""
    return tuple(dict(row.cells) for row in standard_parameter_rows())


def fixed(name: str, value: float) -> dict[str, Any]:
    """Row of a parameter that is known."""
    return {
        "id": name,
        "value": value,
        "unit": "1",
        "prior": "fixed",
        "low": None,
        "high": None,
        "source": "estimate",
    }


def with_parameters(rows: dict[str, float]) -> list[dict[str, Any]]:
    """Return the standard parameters with some values replaced or added."""
    standard = [dict(row) for row in standard_parameters() if row["id"] not in rows]
    return standard + [fixed(name, value) for name, value in rows.items()]


@cache
def random_scenario(number: int) -> Scenario:
    """Return the valid scenario that belongs to a number."""
    return Scenario.from_resolved(random_content(number))


def scenarios(most: int = 2**16) -> st.SearchStrategy[Scenario]:
    """Strategy of random scenarios; a failing example prints as its number."""
    return st.integers(0, most - 1).map(random_scenario)


def random_content(number: int) -> dict[str, Any]:
    """Return the resolved description of the scenario that belongs to a number."""
    rng = np.random.default_rng(number)
    days = int(rng.integers(5, 26))
    factions = [f"faction_{letter}" for letter in "abcd"[: rng.integers(2, 5)]]
    relations = _relations(rng, factions)
    kinds = _kinds(rng, factions)
    places, routes = _map(rng)
    control = _control(rng, places, factions)
    return {
        "name": f"random-{number}",
        "title": f"Random scenario {number}",
        "question": "Does everything add up?",
        "start": START.isoformat(),
        "end": (START + timedelta(days=days - 1)).isoformat(),
        "factions": [{"name": name} for name in factions],
        "kinds": kinds,
        "cities": [{"name": "Twin"}] if any(place["city"] for place in places) else [],
        "relations": relations,
        "places": places,
        "routes": routes,
        "control": control,
        "units": _units(rng, kinds, control, relations, days),
        "reinforcements": _reinforcements(rng, kinds, control),
        "air": _air(rng, factions),
        "supply": _supply(rng, factions, control),
        "events": _events(rng, factions, days),
        "parameters": _parameters(rng, kinds),
        "outcomes": [
            {
                "id": "killed",
                "measure": "deaths",
                "arguments": {"faction": factions[0]},
                "unit": "fighters",
            }
        ],
    }


def _relations(rng: np.random.Generator, factions: list[str]) -> list[dict[str, str]]:
    pairs = [(a, b) for i, a in enumerate(factions) for b in factions[i + 1 :]]
    # The first two always fight, so that no scenario is at peace.
    stances = ["hostile", *rng.choice(["hostile", "neutral", "allied"], len(pairs) - 1)]
    return [
        {"a": a, "b": b, "stance": str(stance)}
        for (a, b), stance in zip(pairs, stances, strict=True)
    ]


def _kinds(rng: np.random.Generator, factions: list[str]) -> list[dict[str, str]]:
    """Return one or two kinds a faction; the first four scenarios' worth cover all classes."""
    order = list(rng.permutation(DECIDES))
    kinds = []
    for faction in factions:
        for _ in range(int(rng.integers(1, 3))):
            decides = str(order[len(kinds) % len(order)])
            name = f"{decides}_{faction[-1]}{len(kinds)}"
            kinds.append({"name": name, "faction": faction, "decides": decides})
    return kinds


def _map(rng: np.random.Generator) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return places on a random connected network: a tree and some roads more."""
    number = int(rng.integers(3, 11))
    with_city = rng.random() < 0.7
    places = []
    for i in range(number):
        in_city = with_city and i < number // 2
        places.append(
            {
                "name": f"Place {i}",
                "kind": "district" if in_city else str(rng.choice(["town", "village", "base"])),
                "latitude": 36.0 + 0.01 * float(rng.integers(0, 100)),
                "longitude": 40.0 + 0.01 * float(rng.integers(0, 100)),
                "city": "Twin" if in_city else None,
                "area_km2": round(float(rng.uniform(0.1, 2.0)), 2),
                "terrain": str(rng.choice(["open", "suburb", "urban", "base"])),
                "value": round(float(rng.uniform(0.5, 3.0)), 1),
                "stronghold": bool(rng.random() < 0.25),
                "frontage_fighters": float(rng.integers(60, 300)) if rng.random() < 0.3 else None,
            }
        )
    pairs = [(int(rng.integers(0, i)), i) for i in range(1, number)]
    for _ in range(int(rng.integers(0, number))):
        a, b = sorted(int(x) for x in rng.integers(0, number, 2))
        if a != b and (a, b) not in pairs:
            pairs.append((a, b))
    routes = [_route(rng, places, a, b) for a, b in pairs]
    return places, routes


def _route(rng: np.random.Generator, places: list, a: int, b: int) -> dict[str, Any]:
    close = bool(places[a]["city"] and places[b]["city"])
    km = rng.uniform(0.5, 2.4) if close else rng.uniform(1.0, 30.0)
    classes = ["street"] if close else ["highway", "primary", "secondary", "track"]
    return {
        "a": places[a]["name"],
        "b": places[b]["name"],
        "km": round(float(km), 1),
        "class": str(rng.choice(classes)),
    }


def _control(rng: np.random.Generator, places: list, factions: list[str]) -> list[dict]:
    holders: list[str | None] = [*factions, None]
    chosen = [holders[int(i)] for i in rng.integers(0, len(holders), len(places))]
    chosen[: len(factions)] = factions[: len(places)]
    return [
        {"place": place["name"], "controller": holder}
        for place, holder in zip(places, _shuffled(rng, chosen), strict=True)
    ]


def _shuffled(rng: np.random.Generator, items: list) -> list:
    return [items[int(i)] for i in rng.permutation(len(items))]


def _units(
    rng: np.random.Generator, kinds: list, control: list, relations: list, days: int
) -> list[dict[str, Any]]:
    """Return formations where no enemy of theirs rules."""
    rows = []
    for kind in kinds:
        enemies = {
            row["b"] if row["a"] == kind["faction"] else row["a"]
            for row in relations
            if row["stance"] == "hostile" and kind["faction"] in (row["a"], row["b"])
        }
        open_to_it = [row["place"] for row in control if row["controller"] not in enemies]
        if not open_to_it:
            continue
        for n in range(int(rng.integers(1, 4))):
            units = int(rng.integers(1, 4))
            later = START + timedelta(days=int(rng.integers(1, days)))
            rows.append(
                {
                    "id": f"{kind['name']} {n}",
                    "kind": kind["name"],
                    "place": str(rng.choice(open_to_it)),
                    "fighters": float(units * rng.integers(10, 160)),
                    "units": units,
                    "arrives": later.isoformat() if rng.random() < 0.15 else None,
                    "static": bool(rng.random() < 0.15),
                    "leaders": int(rng.integers(0, 5)),
                    "headquarters": bool(rng.random() < 0.2),
                }
            )
    return rows


def _reinforcements(rng: np.random.Generator, kinds: list, control: list) -> list[dict[str, Any]]:
    rows = []
    for kind in kinds:
        own = [row["place"] for row in control if row["controller"] == kind["faction"]]
        if own and rng.random() < 0.6:
            rows.append(
                {
                    "id": f"recruits of {kind['name']}",
                    "kind": kind["name"],
                    "place": str(rng.choice(own)),
                    "fighters_per_day": float(rng.integers(5, 60)),
                    "unit_fighters": int(rng.integers(20, 60)),
                    "slots": int(rng.integers(1, 4)),
                    "limit_fighters": int(rng.integers(50, 400)) if rng.random() < 0.5 else None,
                    "when": "joined" if rng.random() < 0.2 else "always",
                }
            )
    return rows


def _air(rng: np.random.Generator, factions: list[str]) -> list[dict[str, Any]]:
    rows = []
    for faction in factions:
        if rng.random() < 0.4:
            other = str(rng.choice(factions))
            rows.append(
                {
                    "id": f"wing of {faction}",
                    "faction": faction,
                    "strikes_per_day": round(float(rng.uniform(0.5, 6.0)), 1),
                    "supports": "+".join(dict.fromkeys([faction, other])),
                }
            )
    return rows


def _supply(rng: np.random.Generator, factions: list[str], control: list) -> list[dict[str, str]]:
    """Return a source of goods for most factions, mostly in a place of its own."""
    rows = []
    for faction in factions:
        own = [row["place"] for row in control if row["controller"] == faction]
        anywhere = [row["place"] for row in control]
        if rng.random() < 0.9:
            choice = own if own and rng.random() < 0.8 else anywhere
            rows.append({"faction": faction, "place": str(rng.choice(choice))})
    return rows


def _events(rng: np.random.Generator, factions: list[str], days: int) -> list[dict[str, str]]:
    if len(factions) < 3 or rng.random() < 0.5:
        return []
    return [
        {
            "date": (START + timedelta(days=int(rng.integers(0, days)))).isoformat(),
            "event": "stance",
            "a": factions[0],
            "b": factions[2],
            "stance": str(rng.choice(["hostile", "neutral", "allied"])),
        }
    ]


def _parameters(rng: np.random.Generator, kinds: list) -> list[dict[str, Any]]:
    """Return parameters of a bloody, restless war, with short times."""
    rows: dict[str, float] = {
        "combat.attrition_of_attackers_per_day": 0.1,
        "combat.attrition_of_defenders_per_day": 0.1,
        "control.void_days": 1.0,
        "any_kind.march_km_per_day": float(rng.choice([8.0, 20.0, 60.0])),  # nights on the road
        "any_kind.attempt_per_day": 0.9,
        "any_kind.reaction_per_day": 0.9,
        "any_kind.least_score": -20.0,
        "any_kind.least_chance_of_success": 0.05,
        "any_kind.caution": 0.5,
        "any_kind.least_group_fighters": 20.0,
        "any_kind.rest_days": 2.0,
        "any_kind.groups": 3.0,
        "any_kind.clearing_km2_per_fighter_day": 0.02,
        "any_kind.slip_out_per_day": 0.1,
        "any_kind.return_per_day": 0.2,
        "any_kind.recovery_days": 5.0,
        "any_kind.supply_days": 3.0,
        "any_kind.captured_when_cornered": 0.3,
        "any_kind.child_share_of_recruits": 0.2,
    }
    for kind in kinds:
        name = kind["name"]
        if kind["decides"] == "islamic_state":
            rows |= {
                f"{name}.car_bombs_at_start": 4.0,
                f"{name}.car_bombs_most": 6.0,
                f"{name}.car_bombs_built_per_day": 1.0,
                f"{name}.car_bombs_per_assault": 2.0,
                f"{name}.foot_bombers_per_assault": 1.0,
                f"{name}.child_bomber_share": 0.5,
                f"{name}.infiltration_per_day": 0.3,
                f"{name}.break_out_per_day": 0.3,
            }
        if rng.random() < 0.3:
            rows[f"{name}.fills_void"] = 1.0
        if rng.random() < 0.5:
            rows[f"{name}.quality"] = round(float(rng.uniform(0.6, 1.5)), 2)
    return with_parameters(rows)
