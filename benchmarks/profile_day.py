"""Where the time of a batch goes: by phase of the day, and by function.

python -m benchmarks.profile_day [replicates] [scenario]
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from inspect import isfunction
from typing import Any

import sim.engine.day as day
from sim.engine.simulation import Simulation
from sim.engine.sources import load_checked
from sim.scenario.schema import Scenario

# The functions that a day calls, as far as its module names them.
PHASES = tuple(
    name for name in day.simulate_day.__code__.co_names if isfunction(getattr(day, name, None))
)
MOST_FUNCTIONS = 25


def by_phase(scenario: Scenario, replicates: int) -> dict[str, float]:
    """Return the seconds of each phase of a run, ``record`` and ``rest`` included."""
    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, function: Callable) -> Callable:
        def call(*arguments: Any, **named: Any) -> Any:
            begin = time.process_time()
            result = function(*arguments, **named)
            spent[name] += time.process_time() - begin
            return result

        return call

    batch = Simulation(scenario, seed=7, replicates=range(replicates))
    originals = {name: getattr(day, name) for name in PHASES}
    batch._record = timed("record", batch._record)
    begin = time.process_time()
    try:
        for name, function in originals.items():
            setattr(day, name, timed(name, function))
        batch.run()
    finally:
        for name, function in originals.items():
            setattr(day, name, function)
    total = time.process_time() - begin
    return {**spent, "rest": total - sum(spent.values()), "total": total}


def by_function(scenario: Scenario, replicates: int) -> pstats.Stats:
    """Return a profile of a run by function."""
    batch = Simulation(scenario, seed=7, replicates=range(replicates))
    profile = cProfile.Profile()
    profile.runcall(batch.run)
    return pstats.Stats(profile)


def main() -> None:
    """Print both tables, the phases in Markdown."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 256
    scenario = load_checked(sys.argv[2] if len(sys.argv) > 2 else "hasakeh-2015")
    Simulation(scenario, seed=1, replicates=[0]).run()
    spent = by_phase(scenario, replicates)
    print("| phase | ms a replicate | share |\n|---|---|---|")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        share = seconds / spent["total"]
        print(f"| {name} | {1e3 * seconds / replicates:.2f} | {share:.1%} |")
    by_function(scenario, replicates).strip_dirs().sort_stats("tottime").print_stats(MOST_FUNCTIONS)


if __name__ == "__main__":
    main()
