"""Running scenarios side by side: one ensemble each, with the same luck, kept on disk."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.ensemble import Ensemble
from sim.engine.ensemble_folder import read_outcomes, run_into_folder
from sim.engine.folders import write_whole
from sim.engine.posterior import PosteriorChoice, ScenarioPosterior
from sim.engine.results import json_bytes
from sim.engine.sources import load_checked
from sim.experiments.comparison import (
    NOT_SIMULATED,
    ComparisonError,
    OutcomeComparison,
    compare_outcomes,
)
from sim.experiments.precision import (
    Precision,
    ReplicatesNeeded,
    needed_json,
    replicates_needed,
    wanted_precision,
)

if TYPE_CHECKING:
    from datetime import date

    from sim.outcomes.values import OutcomeValues
    from sim.scenario.schema import Scenario


__all__ = [
    "COMPARISON_FILE",
    "COMPARISON_FORMAT",
    "Comparison",
    "ComparisonError",
    "compare_scenarios",
    "scenarios_to_compare",
]

Progress = Callable[[int, int], None]
COMPARISON_FILE = "comparison.json"
COMPARISON_FORMAT = "khabur comparison"
COMPARISON_VERSION = 1
_MOST_NAME = 80  # letters of the name of a scenario in which something was set


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
    needed : dict of scenario name to list of ReplicatesNeeded
        What the wanted precision costs; empty where none was wanted.
    """

    base: Scenario
    others: tuple[Scenario, ...]
    seed: int
    replicates: int
    prior: bool
    posteriors: dict[str, ScenarioPosterior]
    outcomes: dict[str, list[OutcomeComparison]]
    folder: Path
    needed: dict[str, list[ReplicatesNeeded]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain values: what was compared, and each outcome by scenario and id."""
        return {
            "format": COMPARISON_FORMAT,
            "format_version": COMPARISON_VERSION,
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
            "replicates_needed": needed_json(self.needed),
        }


def scenarios_to_compare(
    base: str | os.PathLike[str],
    others: Iterable[str | os.PathLike[str]],
    *,
    values: Mapping[str, Any] | None = None,
    other_values: Mapping[str, Any] | None = None,
) -> list[Scenario]:
    """Load the scenarios of a comparison and set values in them.

    Parameters
    ----------
    base : str or path
    others : iterable of str or path
        The base itself may be among them if ``other_values`` sets something.
    values : mapping, optional
        By dotted name, set in all scenarios.
    other_values : mapping, optional
        Set in the others alone, so that it is part of the difference. They then carry what was
        set in their names. It wins over ``values``.

    Returns
    -------
    list of Scenario
        The base first.

    Raises
    ------
    ScenarioError
        If a scenario is not sound, or a name or value is not allowed.
    """
    everywhere, difference = dict(values or {}), dict(other_values or {})
    found = [load_checked(base, everywhere)]
    for other in others:
        scenario = load_checked(other, {**everywhere, **difference})
        if difference:
            name = _name_with(scenario.name, difference)
            scenario = scenario.model_copy(update={"name": name})
        found.append(scenario)
    return found


def _name_with(name: str, values: Mapping[str, Any]) -> str:
    """Return a name that says what was set, and that a folder may have."""
    settings = [f"{key}={value}" for key, value in values.items()]
    words = re.sub(r"[^\w.=+-]|\.{2,}", "_", "-".join([name, *settings]))
    if len(words) <= _MOST_NAME:
        return words
    return f"{name[: _MOST_NAME - 9]}-{sha256(words.encode()).hexdigest()[:8]}"


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
    precision: Iterable[str | Precision] = (),
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
    precision : iterable of str or Precision
        Half-widths that the intervals of differences are to have: ``2`` (in the outcome's unit),
        ``5%`` (of the base's mean; of shares, percentage points), either after ``OUTCOME=``. The
        comparison then says how many replicates they take.
    workers : int
        Processes that share the work.
    progress : callable, optional
        Called with replicates done and in all, over all scenarios.

    Raises
    ------
    ComparisonError
        If two scenarios have the same name or share no outcome, or a precision is not sound.
    ScenarioError
        If a posterior is missing, damaged or does not fit.
    ResultsError
        If the folder holds something else or cannot be written.
    """
    scenarios = (base, *others)
    _check_comparable(base, others)
    shared = [row.id for row in base.outcomes if row.measure != NOT_SIMULATED]
    wanted = wanted_precision(precision, shared)
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
    found = _run_all(ensembles, folder, progress)
    compared = {
        other.name: compare_outcomes(base, found[base.name], other, found[other.name])
        for other in others
    }
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
        outcomes=compared,
        folder=folder,
        needed={name: replicates_needed(each, wanted) for name, each in compared.items()},
    )
    write_whole(folder / COMPARISON_FILE, json_bytes(comparison.to_json()))
    return comparison


def _check_comparable(base: Scenario, others: Sequence[Scenario]) -> None:
    names = [scenario.name for scenario in (base, *others)]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ComparisonError(f"OTHER: found {twice[:80]!r} twice; allowed: different scenarios.")
    for other in others:
        if not {row.id for row in base.outcomes} & {row.id for row in other.outcomes}:
            raise ComparisonError(
                f"OTHER: scenarios {base.name!r} and {other.name!r} share no outcome; "
                "allowed: scenarios with an outcome of the same id."
            )


def _run_all(
    ensembles: Sequence[Ensemble], folder: Path, progress: Progress | None
) -> dict[str, dict[str, OutcomeValues]]:
    """Run what is missing of each ensemble, and return the outcomes by scenario and id."""
    found = {}
    total = sum(len(ensemble.numbers) for ensemble in ensembles)
    before = 0
    for ensemble in ensembles:

        def passed_on(done: int, _: int, before: int = before) -> None:
            if progress is not None:
                progress(before + done, total)

        scenario = ensemble.scenario
        written = run_into_folder(ensemble, folder / scenario.name, passed_on)
        found[scenario.name] = read_outcomes(written, scenario)
        before += len(ensemble.numbers)
    return found
