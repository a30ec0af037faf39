"""Ratios of one run of the benchmarks, beside their targets.

    python -m benchmarks.report .benchmarks/latest.json

prints tables in Markdown. The exit status is 1 only where a ratio is far beyond its target, or,
where the target is not reached yet, far beyond what was reached: times differ from machine to
machine, ratios less so. Seconds are never judged.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHUNK = 256  # runs of a chunk of the siege

Found = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Ratio:
    """A figure that must hold.

    ``gross`` is where it is taken for a fault: half of the target, or, where the target is not
    reached yet, half of what was reached when this was written.
    """

    name: str
    target: float
    gross: float
    at_least: bool
    of: Callable[[Found], float]
    digits: int = 2

    def line(self, found: Found) -> tuple[str, bool]:
        """Return the row of the table, and whether the figure is no gross fault."""
        bound = f"{'at least' if self.at_least else 'at most'} {self.target:g}"
        try:
            value = self.of(found)
        except KeyError:
            return f"| {self.name} | {bound} | not measured | |", True
        reached = value >= self.target if self.at_least else value <= self.target
        sound = value >= self.gross if self.at_least else value <= self.gross
        verdict = "reached" if reached else "not reached"
        return f"| {self.name} | {bound} | {value:.{self.digits}f} | {verdict} |", sound


def median(found: Found, name: str) -> float:
    """Return the median seconds of a benchmark."""
    return float(found[name]["median"])


def info(found: Found, name: str, key: str) -> float:
    """Return a number that a benchmark noted."""
    return float(found[name]["extra"][key])


def per_replicate(found: Found, name: str) -> float:
    """Return the median seconds of a replicate."""
    return median(found, name) / info(found, name, "replicates")


def over_mesa(found: Found) -> float:
    """Return the replicates a second of the ensemble over those of the plain Mesa model."""
    return per_replicate(found, "test_plain_mesa") / per_replicate(found, "test_ensemble")


def over_oracle(found: Found) -> float:
    """Return the replicates a second of the ensemble over those of the scalar oracle."""
    return per_replicate(found, "test_scalar_oracle") / per_replicate(found, "test_ensemble")


def kernel_over_c(found: Found) -> float:
    """Return the time of the numpy kernel over that of C, for the larger batch."""
    return median(found, "test_numpy_kernel[1000]") / median(found, "test_c_kernel[1000]")


def day_over_floor(found: Found) -> float:
    """Return the time of some whole days over that of their floors."""
    days = [name for name in found if name.startswith("test_whole_day[")]
    if not days:
        raise KeyError("test_whole_day")
    floors = [name.replace("whole_day", "floor") for name in days]
    return sum(median(found, d) for d in days) / sum(median(found, f) for f in floors)


def cost_at_10000(found: Found) -> float:
    """Return the cost of a replicate in an ensemble of 10,000 over that in one of 1,000."""
    return seconds(found, "test_one_process[10000]") / seconds(found, "test_one_process[1000]")


def seconds(found: Found, name: str) -> float:
    """Return the seconds of a replicate that a child process reported."""
    return info(found, name, "seconds") / info(found, name, "replicates")


def peak_mb(found: Found) -> float:
    """Return the peak memory of 10,000 replicates."""
    return info(found, "test_one_process[10000]", "peak_mb")


def two_over_one(found: Found) -> float:
    """Return the speed of two processes over that of one."""
    if "test_two_processes[1000]" in found:
        two, one = "test_two_processes[1000]", "test_one_process[1000]"
    else:
        two, one = "test_two_processes[512]", "test_one_process[256]"
    return seconds(found, one) / seconds(found, two)


def over_batch_run(found: Found) -> float:
    """Return the runs a second of a sweep over those of Mesa's own batch_run."""
    return per_replicate(found, "test_batch_run") / per_replicate(found, "test_sweep")


def two_workers_over_one(found: Found) -> float:
    """Return the speed of a sweep with two workers over that with one.

    Of whole sweeps if they are long; else of what comes after every worker's first chunk.
    """
    one, two = (found[f"test_sweep_workers[{workers}]"]["extra"] for workers in (1, 2))
    if one["runs"] == two["runs"]:
        return float(one["seconds"] / two["seconds"])
    return float(one["steady_seconds"] / two["steady_seconds"])


MUST_HOLD = (
    Ratio("replicates a second, ensemble / plain Mesa", 50, 3.5, True, over_mesa, 1),
    Ratio("combat kernel, numpy / C", 2.5, 8, False, kernel_over_c),
    Ratio("whole day / floor", 3, 30, False, day_over_floor, 1),
    Ratio("cost of a replicate, 10,000 / 1,000", 1.0, 1.5, False, cost_at_10000),
    Ratio("peak memory at 10,000 replicates, MB", 1000, 2000, False, peak_mb, 0),
    Ratio("two processes / one", 1.7, 0.85, True, two_over_one),
    Ratio("sweep, two workers / one", 1.7, 0.85, True, two_workers_over_one),
)


def load(path: Path) -> Found:
    """Read the JSON that pytest-benchmark writes."""
    content = json.loads(path.read_text())
    return {
        row["name"]: {"median": row["stats"]["median"], "extra": row["extra_info"]}
        for row in content["benchmarks"]
    }


def speeds(found: Found) -> list[str]:
    """Return the table of absolute speeds."""
    lines = ["| what | time | unit |", "|---|---|---|"]

    def add(what: str, name: str, scale: float, key: str, unit: str) -> None:
        if name in found:
            value = median(found, name) * scale / info(found, name, key)
            lines.append(f"| {what} | {value:.3g} | {unit} |")

    add("ensemble", "test_ensemble", 1e3, "replicates", "ms a replicate")
    add("one replicate alone", "test_one_replicate_alone", 1e3, "replicates", "ms a replicate")
    add("plain Mesa", "test_plain_mesa", 1e3, "replicates", "ms a replicate")
    add("scalar oracle", "test_scalar_oracle", 1e3, "replicates", "ms a replicate")
    add("kernel, numpy", "test_numpy_kernel[1000]", 1e9, "unit_days", "ns a unit-day")
    add("kernel, C", "test_c_kernel[1000]", 1e9, "unit_days", "ns a unit-day")
    for day in (10, 50, 90):
        add(f"floor, day {day}", f"test_floor[{day}]", 1e9, "unit_days", "ns a unit-day")
        add(f"whole day {day}", f"test_whole_day[{day}]", 1e9, "unit_days", "ns a unit-day")
    return lines


def growth(found: Found) -> list[str]:
    """Return the table of growth: cost by size."""
    lines = [
        "| benchmark | replicates | units | places | days | ms a replicate | ns a unit-day |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in found.items():
        extra = row["extra"]
        if "units" not in extra:
            continue
        cost = row["median"] / extra["replicates"]
        unit_days = cost / (extra["units"] * extra["days"])
        sizes = " | ".join(str(extra[key]) for key in ("replicates", "units", "places", "days"))
        lines.append(f"| {name[5:]} | {sizes} | {cost * 1e3:.1f} | {unit_days * 1e9:.0f} |")
    return lines


def campaign(found: Found) -> list[str]:
    """Return the table of the larger scenario; empty where it was not measured."""
    if "test_campaign_batch" not in found:
        return []
    batch, bare = (
        1e3 * per_replicate(found, f"test_{name}_batch") for name in ("campaign", "bare")
    )
    alone = 1e3 * median(found, "test_campaign_alone")
    mesa = 1e3 * median(found, "test_bare_plain_mesa")
    many = info(found, "test_campaign_batch", "replicates")
    floors = [name for name in found if name.startswith("test_campaign_floor_and_day[")]
    over_floor = sum(info(found, name, "whole_day_seconds") for name in floors) / sum(
        median(found, name) for name in floors
    )
    one, two = (
        info(found, f"test_campaign_processes[{workers}]", "child_seconds") for workers in (1, 2)
    )
    memory = info(found, "test_campaign_processes[1]", "child_mb")
    return [
        "| the campaign | |",
        "|---|---|",
        f"| ms a replicate, in batches of {many:.0f} | {batch:.0f} |",
        f"| ms for one replicate alone | {alone:.0f} |",
        f"| whole day / floor | {over_floor:.1f} |",
        f"| ms a replicate with the siege's rules alone | {bare:.0f} |",
        f"| ms a replicate of plain Mesa, the siege's rules | {mesa:.0f} |",
        f"| replicates a second, ensemble / plain Mesa | {mesa / bare:.1f} |",
        f"| two processes / one | {one / two:.2f} |",
        f"| peak memory of one process, MB | {memory:.0f} |",
    ]


def processes(found: Found) -> list[str]:
    """Return the table of time and memory of ensembles in processes of their own."""
    lines = [
        "| replicates | processes | ms a replicate | peak MB | MB a worker |",
        "|" + "---|" * 5,
    ]
    for name, row in found.items():
        extra = row["extra"]
        if "peak_mb" in extra:
            numbers = f"{extra['replicates']} | {extra['workers']}"
            worker = f"{extra['worker_mb']:.0f}" if extra["workers"] > 1 else ""
            cost = 1e3 * seconds(found, name)
            lines.append(f"| {numbers} | {cost:.1f} | {extra['peak_mb']:.0f} | {worker} |")
    return lines


def sweeps(found: Found) -> list[str]:
    """Return the table of what a sweep does and costs; empty where it was not measured."""
    if not {"test_batch_run", "test_sweep"} <= set(found):
        return []
    days = info(found, "test_sweep", "simulated_days")
    of_run = per_replicate(found, "test_sweep")
    lines = [
        f"| sweeps of {days:.0f} days, in chunks of {CHUNK} | |",
        "|---|---|",
        f"| runs a second, sweep / Mesa's batch_run | {over_batch_run(found):.1f} |",
        f"| runs a second, sweep | {1 / of_run:.1f} |",
        f"| runs a second, Mesa's batch_run | {1 / per_replicate(found, 'test_batch_run'):.2f} |",
    ]
    for where in ("inline", "processes", "dask"):
        name = f"test_overhead_of_a_chunk[{where}]"
        if name in found:
            cost = info(found, name, "chunk_seconds")
            share = cost * info(found, name, "workers") / (CHUNK * of_run)
            said = f"{1e3 * cost:.1f} ms, {100 * share:.2f}% of its simulation"
            lines.append(f"| overhead of a chunk, {where} | {said} |")
    return lines


def whole_sweeps(found: Found) -> list[str]:
    """Return the table of simulated sweeps in processes of their own."""
    lines = [
        "| runs | days | workers | seconds | ms a run | peak MB | MB a worker | "
        "of these at a quarter | kB a run on disk |",
        "|" + "---|" * 9,
    ]
    for workers in (1, 2):
        extra = found.get(f"test_sweep_workers[{workers}]", {}).get("extra")
        if extra is None:
            continue
        runs = extra["runs"]
        memory = [f"{extra['sweep_mb']:.0f}", "", f"{extra['quarter_mb']:.0f}"]
        if workers > 1:
            memory[1] = f"{extra['sweep_worker_mb']:.0f}"
            memory[2] += f", {extra['quarter_worker_mb']:.0f}"
        cells = [runs, extra["simulated_days"], workers, f"{extra['seconds']:.1f}"]
        cells += [f"{1e3 * extra['seconds'] / runs:.1f}", *memory]
        cells.append(f"{1e3 * extra['disk_mb'] / runs:.2f}")
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines if len(lines) > 2 else []


def resumed(found: Found) -> list[str]:
    """Return the table of sweeps of made-up runs: memory, and resuming when 99% is done."""
    rows = [row["extra"] for row in found.values() if "made_up" in row["extra"]]
    if not rows:
        return []
    rows.sort(key=lambda extra: extra["made_up"])
    lines = [
        "| made-up runs | chunks | MB at the start | peak MB | MB on disk | seconds to resume | "
        "of that the design | share of the sweep's time |",
        "|" + "---|" * 8,
    ]
    for extra in rows:
        runs, cost = extra["made_up"], extra["resume_seconds"]
        share = ""
        if "test_sweep" in found:
            share = f"{100 * cost / (runs * per_replicate(found, 'test_sweep')):.2f}%"
        cells = f"{runs:,} | {extra['chunks']:,}"
        for name in ("opened_mb", "store_mb", "disk_mb"):
            cells += f" | {extra[name]:.0f}"
        lines.append(f"| {cells} | {cost:.1f} | {extra['design_seconds']:.1f} | {share} |")
    return lines


def main() -> int:
    """Print the tables and return the exit status."""
    found = load(Path(sys.argv[1] if len(sys.argv) > 1 else ".benchmarks/latest.json"))
    print("| must hold | target | measured | |\n|---|---|---|---|")
    sound = True
    for ratio in MUST_HOLD:
        line, fine = ratio.line(found)
        print(line if fine else f"{line} far beyond what was reached before")
        sound &= fine
    if "test_scalar_oracle" in found:
        print(f"\nThe ensemble is {over_oracle(found):.0f} times as fast as the scalar oracle.")
    tables = (speeds, growth, processes, campaign, sweeps, whole_sweeps, resumed)
    for table in (make(found) for make in tables):
        if table:
            print("\n" + "\n".join(table))
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
