"""A small scenario, targets and a pool made in numpy: nothing here is simulated."""

from pathlib import Path

import numpy as np
import pytest

from calibration.structures import BetaPrior, Pool, Target, Targets
from sim.outcomes.values import outcome_values
from sim.scenario import load
from sim.scenario.schema import Scenario
from sim.state.parameters import prior_quantile

TOY_PARAMETERS = (
    "air.sigma",
    "combat.attrition_of_attackers_per_day",
    "combat.contact_line",
    "monitor.seen_share",
)
SIEGE = {"city": "Town", "attacker": "red"}
TOY_OUTCOMES = [
    ("blue_killed", "deaths", "fighters", {"faction": "blue"}),
    ("north_taken", "first_day_held", "date", {"place": "North", "faction": "red"}),
    ("siege_start", "siege_first_day", "date", SIEGE),
    ("siege_days", "siege_days", "days", SIEGE),
    ("last_district", "last_district", "district", SIEGE),
    ("south_held", "holds_place", "true or false", {"place": "South", "faction": "red"}),
]


@pytest.fixture(scope="session")
def toy_scenario() -> Scenario:
    """Two towns that are districts of one city, six outcomes, and four parameters with a prior."""
    content = load("two-towns").resolved()
    content["name"] = "toy"
    content["cities"] = [{"name": "Town"}]
    for place in content["places"]:
        place["city"] = "Town"
    for row in content["parameters"]:
        if row["id"] not in TOY_PARAMETERS:
            row["prior"] = "fixed"
            row.pop("low", None)
            row.pop("high", None)
    content["outcomes"] = [
        {"id": name, "measure": measure, "unit": unit, "arguments": arguments}
        for name, measure, unit, arguments in TOY_OUTCOMES
    ]
    return Scenario.from_resolved(content)


@pytest.fixture(scope="session")
def toy_pool(toy_scenario: Scenario) -> Pool:
    """2,000 vectors, whose outcomes follow from the parameters and some luck.

    Each of the first three parameters moves an outcome or two; the last moves none.
    """
    number, days = 2_000, toy_scenario.days
    random = np.random.default_rng(5)
    unit = random.uniform(size=(number, len(TOY_PARAMETERS)))
    rows = [toy_scenario.parameters[name] for name in TOY_PARAMETERS]
    values = np.stack([prior_quantile(row, unit[:, i]) for i, row in enumerate(rows)], axis=1)

    def about(column: int, luck: float) -> np.ndarray:
        return unit[:, column] + luck * random.normal(size=number)

    killed = np.rint(100 * np.exp(about(0, 0.2)))
    first = np.rint(days * about(1, 0.1)).astype(int)
    length = np.rint(days * about(2, 0.1)).astype(int)
    last = (about(2, 0.2) > 0.5).astype(int)
    began = (first >= 0) & (first < days)
    over = (length >= 0) & (first + length < days) & began
    outcomes = {
        "blue_killed": outcome_values("number", killed.astype(int)),
        "north_taken": outcome_values("date", first, began),
        "siege_start": outcome_values("date", first, began),
        "siege_days": outcome_values("duration", length, over),
        "last_district": outcome_values("category", last, over, ("North", "South", "none")),
        "south_held": outcome_values("truth", about(1, 0.2) > 0.5),
    }
    half = number // 2
    return Pool(
        scenario=toy_scenario,
        ids=TOY_PARAMETERS,
        unit=unit,
        values=values,
        block=np.repeat([0, 1], half),
        seed=np.repeat([0, 1], half),
        replicate=np.tile(np.arange(half), 2),
        outcomes=outcomes,
    )


@pytest.fixture(scope="session")
def toy_targets() -> Targets:
    """One target of most kinds for the toy scenario."""
    shared = {"role": "fit", "why": "made up"}
    day = {"noise": 1.0, "discrepancy": 1.0, **shared}
    count = {"noise": 0.1, "completeness": True, "most": 2_000, **shared}
    rows = (
        Target(id="blue_killed", outcome="blue_killed", kind="at_least", reported=120, **count),
        Target(id="siege_days", outcome="siege_days", kind="duration", reported=9, **day),
        Target(
            id="last_district",
            outcome="last_district",
            kind="category",
            reported="South",
            error_rate=0.1,
            **shared,
        ),
        Target(
            id="south_held",
            outcome="south_held",
            kind="true_or_false",
            reported=True,
            error_rate=0.05,
            **shared,
        ),
    )
    completeness = BetaPrior(alpha=14, beta=9, source="made up")
    return Targets("toy", "made up", completeness, rows, Path("toy.toml"))
