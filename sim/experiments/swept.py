"""What the jobs of one scenario of a sweep have in common, and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.engine.posterior import ScenarioPosterior
from sim.engine.results import versions
from sim.engine.run import provenance
from sim.engine.simulation import commanders_of
from sim.forces import Commander

if TYPE_CHECKING:
    from sim.experiments.design import Design
    from sim.experiments.design_rows import DesignRows
    from sim.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class SweptScenario:
    """What all jobs of one scenario of a sweep have in common.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    names : tuple of str, length Q
        The design's parameters, sorted.
    prior : bool
        Whether parameters that are not in the design are drawn from their priors.
    posterior : ScenarioPosterior or None
        The table that gives them instead, where it has them.
    outcomes : tuple of str
        Outcomes wanted, in the scenario's order.
    kinds : dict of kind to class
        Commanders that replace the scenario's own.
    until : date
        Last day to simulate.
    """

    scenario: Scenario
    seed: int
    names: tuple[str, ...]
    prior: bool
    posterior: ScenarioPosterior | None
    outcomes: tuple[str, ...]
    kinds: Mapping[str, type[Commander]]
    until: date

    @cached_property
    def about(self) -> dict[str, Any]:
        """All that the numbers depend on but the rows and replicates, as plain values."""
        used = self.posterior
        table = None if used is None else {"sha256": used.posterior.sha256, "ids": list(used.ids)}
        commanders = commanders_of(self.scenario, self.kinds)
        return {
            "khabur": versions()["khabur"],
            "scenario_hash": self.scenario.hash,
            "seed": self.seed,
            "until": self.until.isoformat(),
            "parameters": list(self.names),
            "prior": self.prior,
            "posterior": table,
            "outcomes": list(self.outcomes),
            "kinds": {name: provenance(kind) for name, kind in commanders.items()},
        }

    @cached_property
    def basis(self) -> str:
        """Hash of :attr:`about`, in hex."""
        return hashlib.sha256(json.dumps(self.about, sort_keys=True).encode()).hexdigest()

    @property
    def drawn(self) -> tuple[str, ...]:
        """Parameters that are not the design's and differ between replicates, sorted."""
        uncertain = {k for k, p in self.scenario.parameters.items() if p.prior != "fixed"}
        fitted = set() if self.posterior is None else set(self.posterior.ids)
        return tuple(sorted((fitted | (uncertain if self.prior else set())) - set(self.names)))


def swept_scenarios(
    design: Design,
    scenarios: Sequence[Scenario],
    rows: DesignRows,
    kinds: Mapping[str, type[Commander]],
) -> list[SweptScenario]:
    """Return what the jobs of each scenario have in common; errors as :func:`jobs_of`."""
    unknown = set(kinds).difference(*(scenario.kinds for scenario in scenarios))
    if unknown:
        raise ValueError(f"kind {min(unknown)!r} is in none of the scenarios")
    found = [
        SweptScenario(
            scenario=scenario,
            seed=design.seed,
            names=tuple(sorted(rows.names)),
            prior=design.prior,
            posterior=posterior,
            outcomes=_wanted(scenario, design.outcomes),
            kinds={name: kind for name, kind in kinds.items() if name in scenario.kinds},
            until=design.until or scenario.end,
        )
        for scenario, posterior in zip(scenarios, rows.posteriors, strict=True)
    ]
    for each in found:
        commanders_of(each.scenario, each.kinds)  # refuses what is no commander
    return found


def _wanted(scenario: Scenario, outcomes: Iterable[str] | None) -> tuple[str, ...]:
    names = tuple(row.id for row in scenario.outcomes)
    return names if outcomes is None else tuple(name for name in names if name in set(outcomes))
