"""The spread of an ensemble's outcomes beside what was reported."""

from __future__ import annotations

from datetime import date
from typing import Any

from sim.console.fitted import parameters_text
from sim.console.screen import Screen, cell
from sim.console.words import long_date, outcome_text, short_date

MOST_CATEGORIES = 8
MOST_LABEL = 34  # letters of a line; longer labels are wrapped


def show_ensemble(info: dict[str, Any], labels: dict[str, str], folder: object) -> None:
    """Print an ensemble: heading, the spread of each outcome, the folder."""
    screen = Screen()
    screen.show(cell(info["title"]), style="bold")
    screen.show(cell(info["question"]))
    values = parameters_text(info["prior"], info.get("posterior"), "the scenario's own")
    screen.show(
        f"{cell(info['scenario'])}, seed {info['seed']}, {info['replicates']:,} replicates from "
        f"{info['first_replicate']}; {info['days']} days to "
        f"{long_date(date.fromisoformat(info['end']))}; parameters: {values}"
    )
    screen.heading("Spread of outcomes, beside what was reported")
    table = screen.table()
    table.add_column("outcome", max_width=MOST_LABEL)
    for name in ("5%", "median", "95%"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("not by end", justify="right", no_wrap=True)
    table.add_column("reported")
    for name, outcome in info["outcomes"].items():
        table.add_row(
            labels.get(name, cell(name)),
            *_spread(outcome),
            _share(outcome["not_by_end"]),
            _reported(outcome),
        )
    screen.show(table)
    shares = {
        name: outcome["shares"]
        for name, outcome in info["outcomes"].items()
        if len(outcome.get("shares", {})) > 2
    }
    if shares:
        screen.heading("Shares of replicates")
        for name, found in shares.items():
            screen.show(f"{labels.get(name, cell(name))}: {_shares(found)}")
    screen.show()
    screen.show(f"Folder: {cell(folder)}")


def _spread(outcome: dict[str, Any]) -> tuple[str, str, str]:
    if "shares" in outcome:
        shares = outcome["shares"]
        return ("", f"yes {_share(shares.get('true', 0.0))}" if "true" in shares else "", "")
    found = (outcome[name] for name in ("p05", "p50", "p95"))
    p05, p50, p95 = ("-" if x is None else _value(x, outcome["unit"]) for x in found)
    return p05, p50, p95


def _value(value: Any, unit: str) -> str:
    """Return a value without its unit, which would make the columns wide."""
    if isinstance(value, str):
        return short_date(date.fromisoformat(value))
    if unit == "share":
        return outcome_text(value, unit)
    return outcome_text(round(value) if abs(value) >= 10 else round(value, 1), "")


def _share(share: float) -> str:
    return f"{100 * share:.0f}%" if share else "-"


def _reported(outcome: dict[str, Any]) -> str:
    return cell(outcome["reported"]) or "-"


def _shares(shares: dict[str, float]) -> str:
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    parts = [f"{cell(name)} {100 * share:.0f}%" for name, share in ranked[:MOST_CATEGORIES]]
    rest = sum(share for _, share in ranked[MOST_CATEGORIES:])
    return ", ".join(parts) + (f", others {100 * rest:.0f}%" if rest else "")
