"""Write the golden results: outcomes of the siege of Hasakeh for three seeds.

    python -m tests.golden.make

They change whenever the model or the scenario does; write them anew then, in the same commit, and
say in its message why results moved. A change that is meant to be a mere clean-up must leave them
as they are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SCENARIO = "hasakeh-2015"
SEEDS = (1, 2, 3)
FILE = Path(__file__).with_name("hasakeh-2015.json")


def golden_results() -> dict[str, Any]:
    """Return by seed the value of every outcome, and totals of the whole run by faction."""
    from sim.engine.simulation import Simulation
    from sim.engine.sources import load_checked
    from sim.outcomes.compute import compute_outcomes, outcomes_json

    scenario = load_checked(SCENARIO)
    found: dict[str, Any] = {"scenario": SCENARIO, "scenario_hash": scenario.hash, "seeds": {}}
    for seed in SEEDS:
        history = Simulation(scenario, seed=seed, replicates=[0]).run()
        outcomes = compute_outcomes(scenario, history)
        table = outcomes_json(scenario, outcomes, start=scenario.start, replicate=0)
        found["seeds"][str(seed)] = {
            "outcomes": {name: row["value"] for name, row in table.items()},
            "killed": _by_faction(history, history.killed.sum(axis=(0, 1, 3))),
            "fighters_at_end": _by_faction(history, history.strength[-1].sum(axis=(0, 2))),
        }
    return found


def _by_faction(history: Any, totals: Any) -> dict[str, int]:
    return dict(zip(history.factions, totals.tolist(), strict=True))


if __name__ == "__main__":
    FILE.write_text(json.dumps(golden_results(), indent=2) + "\n", encoding="utf-8")
    print(f"{FILE.name} written")
