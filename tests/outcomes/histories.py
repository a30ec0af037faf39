"""Histories and runs made up for tests: small by hand, or random but consistent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.engine.record import RunRecord
from sim.outcomes.history import History, empty_history

START = date(2015, 6, 20)
FACTIONS = ("government", "ypg", "islamic_state", "coalition")
PLACES = ("North", "Centre", "South", "Edge", "Village", "Far town")
CITY = np.array([0, 0, 0, 0, -1, -1])
AREA = np.array([4.0, 3.0, 2.0, 1.0, 0.5, 9.0])
GOVERNMENT, YPG, ISLAMIC_STATE, COALITION = range(4)
NORTH, CENTRE, SOUTH, EDGE, VILLAGE, FAR = range(6)


def history(days: int = 20, replicates: int = 1) -> History:
    """Return a record of peace: YPG holds North, the government the rest, IS the far town."""
    hostile = np.zeros((4, 4), np.bool_)
    hostile[ISLAMIC_STATE, :] = hostile[:, ISLAMIC_STATE] = True
    hostile[ISLAMIC_STATE, ISLAMIC_STATE] = False
    before = np.array([YPG, GOVERNMENT, GOVERNMENT, GOVERNMENT, -1, ISLAMIC_STATE], np.int8)
    record = empty_history(
        start=START,
        days=days,
        places=PLACES,
        factions=FACTIONS,
        city=CITY,
        cities=("Riverton",),
        area_km2=AREA,
        hostile_at_start=hostile,
        initial_controller=np.tile(before, (replicates, 1)),
    )
    record.controller[:] = before
    return record


def stand(record: History, days: Any, place: int = SOUTH, *, replicate: int = 0) -> None:
    """Let 50 fighters of IS stand in a place on some days."""
    record.strength[days, replicate, ISLAMIC_STATE, place] = 50


def random_history(seed: int, days: int = 40, replicates: int = 3) -> History:
    """Return a random history: counts of the dead that agree with each other."""
    draw = np.random.default_rng(seed)
    record = history(days, replicates)
    shape = record.strength.shape
    present = draw.random(shape) < 0.3
    present[:, :, COALITION] = False
    record.strength[:] = draw.integers(1, 200, shape) * present
    record.controller[:] = draw.integers(-1, 3, record.controller.shape)
    record.engaged[:] = draw.random(record.engaged.shape) < 0.4
    record.killed[:] = draw.poisson(1.5, shape) * present
    record.children_killed[:] = draw.binomial(record.killed, 0.1)
    record.leaders_killed[:] = draw.random(shape) < 0.02
    record.headquarters_killed[:] = record.leaders_killed & (draw.random(shape) < 0.1)
    record.reported_killed[:] = draw.binomial(record.killed, 0.7)
    record.reported_children[:] = np.minimum(record.children_killed, record.reported_killed)
    record.car_bombs[:, :, ISLAMIC_STATE] = draw.random(shape)[:, :, 0] < 0.05
    record.foot_bombers[:, :, ISLAMIC_STATE] = draw.random(shape)[:, :, 0] < 0.05
    record.air_strikes[:, :, COALITION] = draw.poisson(0.2, shape)[:, :, 0]
    record.ledger[:] = draw.integers(0, 30, record.ledger.shape)
    return record


@dataclass(frozen=True)
class Row:
    """A row of outcomes.toml."""

    id: str
    measure: str
    arguments: dict[str, Any] = field(default_factory=dict)
    unit: str = "1"
    reported: str = ""
    reported_value: Any = None


SIEGE = {"city": "Riverton", "attacker": "islamic_state"}
DURING = {"city": "Riverton", "during_siege_by": "islamic_state"}

OUTCOMES = (
    Row("siege_days", "siege_days", SIEGE, "days", "33 days", 33),
    Row("siege_start", "siege_first_day", SIEGE, "date", "25 June"),
    Row("last_district", "last_district", SIEGE, "district", "South", "South"),
    Row(
        "is_killed", "deaths", {"faction": "islamic_state", "reported": True, **DURING}, "fighters"
    ),
    Row("child_share", "child_share_of_dead", {"faction": "islamic_state", **DURING}),
    Row("wali_killed", "headquarters_killed", {"faction": "islamic_state"}, "true or false"),
)


def scenario(outcomes: tuple[Row, ...] = OUTCOMES) -> Any:
    """Return what the results need of a scenario."""
    return SimpleNamespace(
        name="riverton",
        title="The siege of Riverton",
        question="Who holds the south at the end?",
        hash="0" * 64,
        outcomes=outcomes,
        events=(),
        resolved=lambda: {"name": "riverton", "places": list(PLACES)},
    )


def run_record(seed: int = 7, days: int = 40, units: int = 6) -> RunRecord:
    """Return a random run."""
    record = random_history(seed, days, 1)
    draw = np.random.default_rng(seed + 1)
    shape = (days, units)
    sides = [FACTIONS[unit % 3] for unit in range(units)]
    unit_days = {
        "strength": draw.integers(0, 200, shape),
        "wounded": draw.integers(0, 20, shape),
        "place": draw.integers(0, len(PLACES), shape),
        "next_place": draw.integers(-1, len(PLACES), shape),
        "readiness": draw.integers(0, 1001, shape),
        "supply": draw.integers(0, 1001, shape),
        "posture": draw.integers(0, 2, shape),
        "active": draw.random(shape) < 0.9,
    }
    return RunRecord(
        scenario=scenario(),
        seed=seed,
        replicate=0,
        parameters={"combat.attrition": 0.05},
        kinds={"army": {"class": "sim.forces.army.Army", "source_sha256": "0" * 64}},
        history=record,
        unit_names=tuple(f"unit {unit}" for unit in range(units)),
        unit_kinds=tuple(f"kind of {side}" for side in sides),
        unit_factions=tuple(sides),
        unit_days=unit_days,
        postures=("hold", "attack"),
        events=[{"day": 3, "event": "ypg_joins", "faction": "ypg", "detail": "2 districts lost"}],
    )
