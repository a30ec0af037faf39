"""A small scenario for what the others leave out: a void that is filled, and a long retreat."""

from __future__ import annotations

from typing import Any

from sim.scenario import Scenario
from tests.random_scenarios import START, fixed, with_parameters


def abandoned_town() -> Scenario:
    """An army starves in a town amid neutrals and leaves it; a militia breaks far from any refuge.

    The enemy sits on the army's only source of goods. Its stronghold lies beyond a village of the
    neutrals, who take over what it leaves. The militia's outpost is stormed from a camp close by;
    its depot is more than a day's march away.
    """
    return Scenario.from_resolved(
        {
            "name": "abandoned-town",
            "title": "The abandoned town",
            "question": "Who takes a town that its garrison leaves?",
            "start": START.isoformat(),
            "end": "2015-01-20",
            "factions": [{"name": name} for name in ("government", "neutrals", "attackers")],
            "kinds": [
                {"name": "army", "faction": "government", "decides": "army"},
                {"name": "militia", "faction": "government", "decides": "militia"},
                {"name": "neutrals", "faction": "neutrals", "decides": "ypg"},
                {"name": "attackers", "faction": "attackers", "decides": "islamic_state"},
            ],
            "cities": [],
            "relations": [{"a": "government", "b": "attackers", "stance": "hostile"}],
            "places": [
                _place("Fort", "base", stronghold=True),
                _place("Village", "village"),
                _place("Town", "town"),
                _place("Outpost", "village"),
                _place("Camp", "village"),
                _place("Depot", "base"),
            ],
            "routes": [
                _route("Fort", "Village", 5.0, "primary"),
                _route("Village", "Town", 2.0, "primary"),
                _route("Outpost", "Camp", 1.5, "primary"),
                _route("Outpost", "Depot", 45.0, "track"),
                _route("Depot", "Fort", 80.0, "primary"),
            ],
            "control": [
                {"place": "Fort", "controller": "government"},
                {"place": "Village", "controller": "neutrals"},
                {"place": "Town", "controller": "government"},
                {"place": "Outpost", "controller": "government"},
                {"place": "Camp", "controller": "attackers"},
                {"place": "Depot", "controller": "government"},
            ],
            "units": [
                _formation("garrison", "army", "Town", 120, 2),
                _formation("neighbours", "neutrals", "Village", 150, 2),
                _formation("outpost", "militia", "Outpost", 90, 3),
                _formation("storm", "attackers", "Camp", 600, 5),
            ],
            "reinforcements": [],
            "air": [],
            "supply": [
                {"faction": "government", "place": "Camp"},
                {"faction": "neutrals", "place": "Village"},
                {"faction": "attackers", "place": "Camp"},
            ],
            "events": [],
            "parameters": with_parameters(
                {
                    "any_kind.supply_days": 3.0,
                    "any_kind.break_hazard_per_day": 1.0,
                    "any_kind.attempt_per_day": 0.9,
                    "neutrals.fills_void": 1.0,
                }
            ),
            "outcomes": [
                {
                    "id": "killed",
                    "measure": "deaths",
                    "arguments": {"faction": "government"},
                    "unit": "fighters",
                }
            ],
        }
    )


def town_given_up() -> Scenario:
    """The same town, but told on the third day to leave; its garrison marches a village a day."""
    content = abandoned_town().resolved()
    leaves = {"event": "withdraw", "a": "army", "places": ["Town"]}
    content["events"] = [{"date": "2015-01-03", **leaves}]
    content["parameters"].append(fixed("army.march_km_per_day", 2.0))
    return Scenario.from_resolved(content)


def _place(name: str, kind: str, *, stronghold: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "latitude": 36.5,
        "longitude": 40.7,
        "stronghold": stronghold,
    }


def _route(a: str, b: str, km: float, class_: str) -> dict[str, Any]:
    return {"a": a, "b": b, "km": km, "class": class_}


def _formation(name: str, kind: str, place: str, fighters: float, units: int) -> dict[str, Any]:
    return {"id": name, "kind": kind, "place": place, "fighters": fighters, "units": units}
