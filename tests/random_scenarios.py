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
    content = _plain_content(number)
    # Each addition draws from its own numbers: what it draws leaves all else as it was.
    _limit_goods(np.random.default_rng([number, 1]), content)
    _date_events(np.random.default_rng([number, 2]), content)
    _task_wings(np.random.default_rng([number, 4]), content)
    _fear_and_command(np.random.default_rng([number, 5]), content)
    _people(np.random.default_rng([number, 6]), content)
    return content


def _set(content: dict[str, Any], values: dict[str, float]) -> None:
    """Set parameters of a scenario in place; those of kinds are added."""
    known = [row for row in content["parameters"] if row["id"] not in values]
    content["parameters"] = known + [fixed(name, value) for name, value in values.items()]


def _task_wings(rng: np.random.Generator, content: dict[str, Any]) -> None:
    """Give most wings deep and dynamic targets, dates, claims and factors; change in place."""
    days = range((date.fromisoformat(content["end"]) - START).days + 1)
    content["sorties"], content["claims"] = [], []
    for wing in content["air"]:
        if rng.random() < 0.6:
            wing["deep_share"] = round(float(rng.uniform(0.0, 0.5)), 2)
            wing["dynamic_share"] = round(float(rng.uniform(0.0, 0.5)), 2)
        if rng.random() < 0.4:
            content["sorties"] += [
                {
                    "wing": wing["id"],
                    "date": (START + timedelta(days=day)).isoformat(),
                    "strikes": int(rng.integers(0, 8)),
                }
                for day in days
                if rng.random() < 0.4
            ]
        if rng.random() < 0.4:
            until = START + timedelta(days=int(rng.integers(0, len(days))))
            content["claims"] += [
                {"id": f"{wing['id']} 1", "wing": wing["id"], "weight": 60.0},
                {
                    "id": f"{wing['id']} 2",
                    "wing": wing["id"],
                    "weight": 25.5,
                    "until": until.isoformat(),
                },
            ]
        if rng.random() < 0.5:
            content["events"].append(
                {
                    "date": (START + timedelta(days=int(rng.integers(0, len(days))))).isoformat(),
                    "event": "air_factor",
                    "a": wing["id"],
                    "value": float(rng.choice([0.0, 0.5, 1.75])),
                }
            )
    _set(
        content,
        {
            "air.headquarters_found_per_day": 0.5,
            "air.workshop_found_per_day": 0.5,
            "air.leader_killed_per_strike": 1.0,
            "air.workshop_days": 3.0,
            "air.interdiction_per_strike": 0.1,
        },
    )


def _fear_and_command(rng: np.random.Generator, content: dict[str, Any]) -> None:
    """Make some kinds feared, and most headquarters those of a province; change in place."""
    if rng.random() < 0.4:
        return
    feared = {f"{kind['name']}.terror": 1.5 for kind in content["kinds"] if rng.random() < 0.3}
    for place in content["places"]:
        province = str(rng.choice(["North", "South", ""]))
        place["province"] = province or None
    known = [place["province"] for place in content["places"] if place["province"]]
    for unit in content["units"]:
        if known and unit["headquarters"] and rng.random() < 0.8:
            unit["province"] = str(rng.choice(known))
            unit["leaders"] = 1
    _set(content, {"command.gap_days": float(rng.integers(0, 4)), **feared})


def _people(rng: np.random.Generator, content: dict[str, Any]) -> None:
    """Let people live in the places of some scenarios; change in place."""
    moving_roads = any("route" in event["event"] for event in content["events"])
    if moving_roads or rng.random() < 0.5:
        return
    for place in content["places"]:
        place["population"] = int(rng.choice([0, 500, 20_000]))
    for wing in content["air"]:
        wing["collateral"] = 1.5
    content["civilians"] = {"simulate": True}
    _set(content, {"civilians.quiet_days": 2.0, "civilians.aid_every_days": 2.0})


def _limit_goods(rng: np.random.Generator, content: dict[str, Any]) -> None:
    """Give most scenarios depots, oil, supply lines, workshops, crossings; change in place."""
    if rng.random() < 0.3:
        return
    places = [place["name"] for place in content["places"]]
    kind_names = [kind["name"] for kind in content["kinds"]]
    supply = content["supply"]
    for faction in [row["faction"] for row in supply]:
        known = {row["place"] for row in supply if row["faction"] == faction}
        for place in _shuffled(rng, [name for name in places if name not in known])[:2]:
            if rng.random() < 0.6:
                supply.append({"faction": faction, "place": place})
    for row in supply:
        if rng.random() < 0.8:
            row["goods_per_day"] = float(rng.integers(0, 200))
            row["stock"] = float(rng.integers(0, 600))
            row["what"] = str(rng.choice(["depot", "crossing"]))
    for faction in sorted({row["faction"] for row in supply}):
        free = set(places) - {row["place"] for row in supply if row["faction"] == faction}
        if free and rng.random() < 0.6:
            place = str(rng.choice(sorted(free)))
            oil = {"what": "oil", "goods_per_day": float(rng.integers(1, 100))}
            supply.append({"faction": faction, "place": place, **oil})
    content["supply_lines"] = [
        {
            "id": f"line {number}",
            "faction": str(rng.choice([row["name"] for row in content["factions"]])),
            "places": [route["a"], route["b"]],
        }
        for number, route in enumerate(content["routes"])
        if rng.random() < 0.4
    ]
    content["workshops"] = [
        {"id": f"{kind} {n}", "kind": kind, "place": str(rng.choice(places)), "share": 0.4}
        for kind in kind_names
        if rng.random() < 0.5
        for n in range(int(rng.integers(1, 3)))
    ]
    for row in content["reinforcements"]:
        row["through"] = str(rng.choice(places)) if rng.random() < 0.5 else None
        row["children"] = 0.3 if rng.random() < 0.3 else None
    more = {"supply.half_distance_km": 15.0, "supply.depot_days": 3.0}
    more["any_kind.replacements_per_day"] = float(rng.choice([0.0, 0.1, 0.5]))
    more["any_kind.child_share_rise"] = float(rng.choice([0.0, 0.7, 5.0]))
    content["parameters"] = [
        row | fixed(row["id"], more[row["id"]]) if row["id"] in more else row
        for row in content["parameters"]
    ]


def _date_events(rng: np.random.Generator, content: dict[str, Any]) -> None:
    """Give most scenarios routes that close, truces, agreements, decisions to leave; in place."""
    if rng.random() < 0.3:
        return
    days = (date.fromisoformat(content["end"]) - START).days + 1
    factions = [row["name"] for row in content["factions"]]
    places = [row["name"] for row in content["places"]]

    def on(first: int) -> str:
        return (START + timedelta(days=int(rng.integers(first, days)))).isoformat()

    events = content["events"]
    for route in content["routes"][:3]:
        if rng.random() < 0.5:
            event = str(rng.choice(["close_route", "open_route"]))
            events.append({"date": on(0), "event": event, "places": [route["a"], route["b"]]})
    if rng.random() < 0.7:
        who = [str(rng.choice(factions)), str(rng.choice(content["kinds"])["name"])]
        left = _shuffled(rng, places)[: int(rng.integers(1, 5))]
        leaves = {"event": "withdraw", "a": who[int(rng.integers(0, 2))], "places": left}
        events.append({"date": on(1), **leaves})
    if rng.random() < 0.6:
        truce = {"event": "policy", "a": "truce", "factions": factions[: rng.integers(2, 4)]}
        first = int(rng.integers(0, days - 3))
        for day_, value in ((first, 1.0), (first + 3, 0.0)):
            when = (START + timedelta(days=day_)).isoformat()
            events.append({"date": when, **truce, "value": value})
    if rng.random() < 0.3:
        agreement = {"event": "policy", "a": "access_agreement", "value": 0.6}
        events.append({"date": on(0), **agreement, "factions": factions[:1]})
    for row in content["places"]:
        row["home_of"] = str(rng.choice(factions)) if rng.random() < 0.4 else None
    more = {
        "any_kind.stock_at_start": float(rng.choice([0.1, 0.6])),
        "any_kind.look_ahead": float(rng.choice([0.0, 0.8])),
        "any_kind.foreign_ground": float(rng.choice([0.0, 1.5])),
        "any_kind.home_bonus": float(rng.choice([0.0, 2.0])),
        "any_kind.relieves_allies": float(rng.choice([0.0, 1.0])),
        "any_kind.front_request": float(rng.choice([0.0, 0.4])),
        "air.target_reach_km": float(rng.choice([0.0, 15.0])),
        "any_kind.ring_memory_days": float(rng.choice([1.0, 3.0])),
        "any_kind.fills_void": 1.0,
    }
    content["parameters"] = [
        row | fixed(row["id"], more[row["id"]]) if row["id"] in more else row
        for row in content["parameters"]
    ]


def _plain_content(number: int) -> dict[str, Any]:
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
