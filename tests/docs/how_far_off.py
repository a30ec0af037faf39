"""How far off the model is before it is calibrated: draws from the priors beside the reports.

``python -m tests.docs.how_far_off`` prints the tables that README.md shows.
"""

from __future__ import annotations

from datetime import date
from typing import Any

SCENARIO = "hasakeh-2015"
DRAWS = 200
SEED = 1


def measured() -> dict[str, dict[str, Any]]:
    """Return the spread of every outcome over the draws, by id, for those that were reported."""
    import sim

    result = sim.Ensemble(SCENARIO, replicates=DRAWS, seed=SEED, prior=True).run()
    named = {row.id: row.reported_value for row in result.scenario.outcomes}
    return {
        name: {**spread, "reported_value": named[name]}
        for name, spread in result.summary().items()
        if spread["reported"]
    }


def tables() -> str:
    """Return the tables as Markdown: outcomes with a size, then names and yes or no."""
    sized, named = [], []
    for name, spread in measured().items():
        not_over = _percent(spread["not_by_end"])
        reported = spread["reported"].split(":")[0].split(";")[0]
        if "p50" in spread:
            unit = spread["unit"]
            values = [_text(spread[key], unit) for key in ("p05", "p50", "p95")]
            sized.append([f"`{name}`", reported, *values, not_over])
        else:
            as_reported = spread["shares"].get(_label(spread["reported_value"]), 0.0)
            named.append([f"`{name}`", reported, _percent(as_reported), not_over])
    heads = ["outcome", "reported", "5th", "50th", "95th", "not over by the end"]
    return (
        _markdown(heads, sized)
        + "\n"
        + _markdown(["outcome", "reported", "draws in which it came so", heads[-1]], named)
    )


def _label(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: float | str | None, unit: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B}"
    return _percent(value) if unit == "share" else f"{value:.0f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _markdown(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    print(tables(), end="")
