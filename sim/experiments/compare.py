"""Running scenarios side by side: one ensemble each, with the same luck, kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.ensemble import Ensemble
from sim.engine.ensemble_folder import read_outcomes, run_into_folder
from sim.engine.folders import write_whole
from sim.engine.posterior import PosteriorChoice, ScenarioPosterior
from sim.engine.results import json_bytes
from sim.experiments.comparison import OutcomeComparison, compare_outcomes

if TYPE_CHECKING:
    from datetime import date

    from sim.scenario.schema import Scenario


class ComparisonError(ValueError):
    """Scenarios that cannot be compared."""


Progress = Callable[[int, int], None]
COMPARISON_FILE = "comparison.json"
COMPARISON_FORMAT = "khabur comparison"


@dataclass(frozen=True)
class Comparison:
    """A base scenario and others beside it.

    Attributes
    ----------
    base : Scenario
    others : tuple of Scenario
    seed, replicates : int
    prior : bool
        Whether parameters were drawn from their priors.
    posteriors : dict of scenario name to ScenarioPosterior
        Empty where none was used.
    outcomes : dict of scenario name to list of OutcomeComparison
    folder : Path
        Holds an ensemble for each scenario, and ``comparison.json``.
    """

    base: Scenario
    others: tuple[Scenario, ...]
    seed: int
    replicates: int
    prior: bool
    posteriors: dict[str, ScenarioPosterior]
    outcomes: dict[str, list[OutcomeComparison]]
    folder: Path

    def to_json(self) -> dict[str, Any]:
        """Return plain values: what was compared, and each outcome by scenario and id."""
        return {
            "format": COMPARISON_FORMAT,
            "base": self.base.name,
            "base_hash": self.base.hash,
            "others": [
                {"scenario": other.name, "scenario_hash": other.hash} for other in self.others
            ],
            "seed": self.seed,
            "replicates": self.replicates,
            "prior": self.prior,
            "posteriors": {name: used.to_json() for name, used in self.posteriors.items()},
            "outcomes": {
                name: {entry.id: entry.to_json() for entry in compared}
                for name, compared in self.outcomes.items()
            },
        }


def compare_scenarios(
    base: Scenario,
    others: Sequence[Scenario],
    *,
    replicates: int,
    seed: int,
    folder: Path,
    prior: bool = False,
    posterior: PosteriorChoice | Sequence[ScenarioPosterior | None] = None,
    until: date | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Run an ensemble of each scenario and compare every other with the base.

    Parameters
    ----------
    base : Scenario
    others : sequence of Scenario
        With names that differ from each other and from the base's.
    replicates, seed : int
        Replicates 0 to ``replicates - 1`` of the seed, in every scenario.
    folder : path
        Gets a folder for each scenario, and ``comparison.json``. What is there already is not
        run again.
    prior : bool
        Draw each replicate's parameters from their priors, the same for all scenarios.
    posterior : see :class:`sim.Ensemble`, optional
        Give each replicate a row of a table of fitted parameters: the same row for all scenarios
        with the same table, as a base and its overlays. A sequence has what each scenario is to
        use, the base's first.
    until : date, optional
        Last day to simulate.
    workers : int
        Processes that share the work.
    progress : callable, optional
        Called with replicates done and in all, over all scenarios.

    Raises
    ------
    ComparisonError
        If two scenarios have the same name or share no outcome.
    ScenarioError
        If a posterior is missing, damaged or does not fit.
    ResultsError
        If the folder holds something else or cannot be written.
    """
    scenarios = (base, *others)
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ComparisonError(f"OTHER: found {twice[:80]!r} twice; allowed: different scenarios.")
    for other in others:
        if not {row.id for row in base.outcomes} & {row.id for row in other.outcomes}:
            raise ComparisonError(
                f"OTHER: scenarios {base.name!r} and {other.name!r} share no outcome; "
                "allowed: scenarios with an outcome of the same id."
            )
    tables = posterior if isinstance(posterior, list | tuple) else [posterior] * len(scenarios)
    ensembles = [
        Ensemble(
            scenario,
            replicates=replicates,
            seed=seed,
            prior=prior,
            posterior=table,
            until=until,
            workers=workers,
        )
        for scenario, table in zip(scenarios, tables, strict=True)
    ]
    found = {}
    total = replicates * len(scenarios)
    for number, ensemble in enumerate(ensembles):
        scenario = ensemble.scenario
        before = number * replicates

        def passed_on(done: int, _: int, before: int = before) -> None:
            if progress is not None:
                progress(before + done, total)

        written = run_into_folder(ensemble, folder / scenario.name, passed_on)
        found[scenario.name] = read_outcomes(written, scenario)
    comparison = Comparison(
        base=base,
        others=tuple(others),
        seed=seed,
        replicates=replicates,
        prior=prior,
        posteriors={
            ensemble.scenario.name: ensemble.posterior
            for ensemble in ensembles
            if ensemble.posterior is not None
        },
        outcomes={
            other.name: compare_outcomes(base, found[base.name], other, found[other.name])
            for other in others
        },
        folder=folder,
    )
    write_whole(folder / COMPARISON_FILE, json_bytes(comparison.to_json()))
    return comparison
