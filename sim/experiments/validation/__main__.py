"""``python -m sim.experiments.validation``: write the tables and figures of docs/validation.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sim.experiments.validation import ensembles, tables_control, tables_counts, tables_dates
from sim.experiments.validation.ensembles import Arrays, run_ensemble
from sim.experiments.validation.markdown import table
from sim.experiments.validation.page import with_tables
from sim.experiments.validation.tables_control import Control
from sim.experiments.validation.tables_summary import summary

REPLICATES, SEED = 200, 1


def main(arguments: list[str] | None = None) -> int:
    """Run the ensembles and write the page; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m sim.experiments.validation",
        description="Hold draws from the priors against the record, in docs/validation.md.",
    )
    parser.add_argument("--replicates", type=int, default=REPLICATES, help="of each scenario")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=1, help="processes that share the work")
    parser.add_argument("--page", type=Path, default=Path("docs/validation.md"))
    parser.add_argument("--figures", type=Path, default=Path("docs/figures"))
    given = parser.parse_args(arguments)
    if given.replicates < 10 or given.workers < 1:
        parser.error("at least 10 replicates and 1 worker are needed")
    if not given.page.is_file():
        parser.error(f"there is no page {str(given.page)!r}")
    kept = _run_all(given.replicates, given.seed, given.workers)
    page = given.page.read_text(encoding="utf-8")
    given.page.write_text(with_tables(page, tables(kept, given)), encoding="utf-8")
    from sim.experiments.validation.figures import draw_figures

    draw_figures(kept, given.figures)
    return 0


def _run_all(replicates: int, seed: int, workers: int) -> dict[str, Arrays]:
    jobs = {
        "campaign": (ensembles.campaign(), ensembles.keep_of_campaign),
        "hasakeh": (ensembles.hasakeh(), ensembles.keep_of_siege),
        "kobane": (ensembles.kobane(), ensembles.keep_of_kobane),
    }
    kept = {}
    for name, (scenario, keep) in jobs.items():

        def show(done: int, total: int, scenario: str = scenario.name) -> None:
            print(f"{scenario}: {done} of {total} replicates", file=sys.stderr, flush=True)

        kept[name] = run_ensemble(
            scenario, keep, replicates=replicates, seed=seed, workers=workers, progress=show
        )
    return kept


def tables(kept: dict[str, Arrays], given: argparse.Namespace) -> dict[str, str]:
    """Return every table of the page, by its name there."""
    scenarios = {
        "campaign": ensembles.campaign(),
        "hasakeh": ensembles.hasakeh(),
        "kobane": ensembles.kobane(),
    }
    whole = Control.of(scenarios["campaign"], kept["campaign"])
    siege = Control.of(scenarios["hasakeh"], kept["hasakeh"])
    kobane = (scenarios["kobane"], kept["kobane"])
    return {
        "runs": table(
            ["scenario", "draws from the priors", "seed", "scenario hash"],
            [
                [f"`{each.name}`", str(given.replicates), str(given.seed), f"`{each.hash[:12]}`"]
                for each in scenarios.values()
            ],
        ),
        "summary": summary(whole, siege, scenarios["kobane"], kept),
        "occurrence": tables_control.occurrence(whole),
        "groups": tables_control.groups(whole, "Hasakeh"),
        "reliability": tables_control.reliability(whole),
        "misses": tables_control.misses(whole),
        "situations": tables_control.situations(whole),
        "order": tables_dates.order(whole, "Hasakeh"),
        "dates summary": tables_dates.dates_summary(whole),
        "dates": tables_dates.dates(whole),
        "siege occurrence": tables_control.occurrence(siege),
        "siege order": tables_dates.order(siege, "Hasakeh"),
        "siege dates summary": tables_dates.dates_summary(siege),
        "siege dates": tables_dates.dates(siege),
        "strikes": tables_counts.strikes(kept["campaign"]),
        "strikes scores": tables_counts.strikes_scores(kept["campaign"]),
        "displaced": tables_counts.displaced_by_date(scenarios["hasakeh"], kept["hasakeh"]),
        "displaced campaign": tables_counts.displaced_since_attack(kept["campaign"]),
        "kobane dead": tables_counts.dead_of_kobane(*kobane),
        "kobane summary": tables_counts.dead_of_kobane_summary(*kobane),
        "kobane course": tables_counts.course_of_kobane(*kobane),
    }


if __name__ == "__main__":
    sys.exit(main())
