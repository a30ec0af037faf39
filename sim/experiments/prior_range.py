"""Does what was reported lie within what the priors can produce? One row an outcome.

``python -m sim.experiments.prior_range SCENARIO [--replicates N] [--seed S] [--workers N]
[--write PAGE]`` prints the table, or puts it between the markers of a page. Nothing is fitted:
parameters are drawn from their priors.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.observers.wording import numbers_meant
from sim.outcomes.values import OutcomeValues

if TYPE_CHECKING:
    from sim.engine.ensemble import EnsembleResult

LOW, MIDDLE, HIGH = 0.01, 0.5, 0.99
LEAST_SHARE = 1 / 50  # of the replicates in which a category or truth value came as reported


@dataclass(frozen=True)
class PriorRange:
    """One outcome over draws from the priors.

    Attributes
    ----------
    id, label, unit, kind, reported : str
    low, middle, high : float, date or None
        1st, 50th and 99th percentile over the replicates in which it is there by the end; None
        for categories and truth values, or if there is no such replicate.
    by_end : float
        Share of the replicates in which it is there by the end.
    as_reported : float or None
        Share of the replicates with the reported category or truth value; None for numbers.
    within : bool or None
        Whether the range does not exclude what was reported: the number between ``low`` and
        ``high``, or the category in at least :data:`LEAST_SHARE`. None if nothing that can be
        compared was reported.
    """

    id: str
    label: str
    unit: str
    kind: str
    reported: str
    low: float | date | None
    middle: float | date | None
    high: float | date | None
    by_end: float
    as_reported: float | None
    within: bool | None


def prior_ranges(result: EnsembleResult) -> list[PriorRange]:
    """Return a row for every outcome of which something was reported, in the scenario's order."""
    scenario = result.scenario
    return [
        range_of(row, result.outcomes[row.id], scenario.start)
        for row in scenario.outcomes
        if row.reported and row.measure != "not_simulated"
    ]


def range_of(row: Any, values: OutcomeValues, start: date) -> PriorRange:
    """Return the range of one outcome.

    Parameters
    ----------
    row : Outcome
        A row of outcomes.toml.
    values : OutcomeValues
    start : date
        Date of day 0.
    """
    low = middle = high = as_reported = within = None
    reached = values.values[values.by_end]
    if values.kind in ("truth", "category"):
        as_reported = _share_as_reported(row, values)
        within = None if as_reported is None else as_reported >= LEAST_SHARE
    elif reached.size:
        numbers = np.quantile(reached.astype(np.float64), (LOW, MIDDLE, HIGH), method="nearest")
        wanted = _numbers_reported(row, values.kind, start)
        if wanted is not None:
            within = bool(numbers[0] <= wanted[1] and wanted[0] <= numbers[2])
        low, middle, high = (_plain(float(n), values.kind, start) for n in numbers)
    elif _numbers_reported(row, values.kind, start) is not None:
        within = False
    return PriorRange(
        id=row.id,
        label=row.label or row.id,
        unit=row.unit,
        kind=values.kind,
        reported=row.reported,
        low=low,
        middle=middle,
        high=high,
        by_end=float(values.by_end.mean()),
        as_reported=as_reported,
        within=within,
    )


def _share_as_reported(row: Any, values: OutcomeValues) -> float | None:
    if row.reported_value is None:
        return None
    if values.kind == "truth":
        same = values.values == row.reported_value
    elif row.reported_value in values.labels:
        same = values.values == values.labels.index(row.reported_value)
    else:
        return 0.0
    return float(np.mean(same & values.by_end))


def _numbers_reported(row: Any, kind: str, start: date) -> tuple[float, float] | None:
    """Return the least and the largest number that the report can mean."""
    value = row.reported_value
    if kind == "date":
        day = date.fromisoformat(value) if isinstance(value, str) else value
        return None if day is None else (float((day - start).days),) * 2
    if value is not None:
        return float(value), float(value)
    first_words = row.reported.split(":")[0].split(";")[0].split(",")[0].strip()
    try:
        least, most = numbers_meant(first_words)
    except ValueError:
        return None
    return float(least), np.inf if most is None else float(most)


def _plain(number: float, kind: str, start: date) -> float | date:
    return start + timedelta(days=round(number)) if kind == "date" else number


def markdown(ranges: list[PriorRange]) -> str:
    """Return the rows as a table in Markdown."""
    heads = ("outcome", "reported", "1st", "50th", "99th", "there by the end", "not excluded")
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in ranges:
        middle = _text(row.middle, row.unit)
        if row.as_reported is not None:
            middle = f"as reported in {100 * row.as_reported:.1f}%"
        cells = (
            f"`{row.id}`",
            row.reported.replace("|", "/"),
            _text(row.low, row.unit),
            middle,
            _text(row.high, row.unit),
            f"{100 * row.by_end:.0f}%",
            {True: "yes", False: "**no**", None: "-"}[row.within],
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _text(value: float | date | None, unit: str) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.day} {value:%b}"
    if unit == "share":
        return f"{100 * value:.0f}%"
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"


def put_between_markers(page: str, name: str, content: str) -> str:
    """Return a page with what stands between two markers replaced.

    The markers are the comments ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``.

    Raises
    ------
    ValueError
        If the page does not have both.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"the page has no markers {begin} and {end}")
    return pattern.sub(lambda _: f"{begin}\n\n{content}\n{end}", page)


def main() -> None:
    """Run the ensemble and print or write the table."""
    parser = argparse.ArgumentParser(description="What the priors can produce, beside the reports.")
    parser.add_argument("scenario")
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--write", type=Path, metavar="PAGE")
    asked = parser.parse_args()

    from sim.console.progress import WorkProgress
    from sim.engine.ensemble import Ensemble

    many = Ensemble(
        asked.scenario,
        replicates=asked.replicates,
        seed=asked.seed,
        prior=True,
        workers=asked.workers,
    )
    with WorkProgress(many.scenario.name, "replicates") as progress:
        result = many.run(progress)
    table = (
        f"{asked.replicates} replicates of `{many.scenario.name}`, seed {asked.seed}, parameters "
        f"drawn from their priors.\n\n{markdown(prior_ranges(result))}"
    )
    if asked.write is None:
        print(table)
    else:
        page = asked.write.read_text(encoding="utf-8")
        name = f"prior range of {many.scenario.name}"
        asked.write.write_text(put_between_markers(page, name, table), encoding="utf-8")


if __name__ == "__main__":
    main()
