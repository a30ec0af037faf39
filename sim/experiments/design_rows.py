"""The rows of a design: a point of its parameters in one of its scenarios.

A row's id is a hash of what is to be run, never of where the row stands. So a grid that grows,
more Sobol points or more replicates leave the ids of what is there as they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.posterior import ScenarioPosterior, posterior_of
from sim.engine.sources import load_checked
from sim.experiments.design_checks import (
    DesignError,
    check_scenarios,
    of_any_kind,
    raise_design_error,
)
from sim.experiments.design_model import SAMPLED, Design, Range, rounded
from sim.scenario import Fault, Scenario, ScenarioError, find_scenarios
from sim.scenario.faults import Faults
from sim.scenario.kinds import ANY_KIND
from sim.state.parameters import prior_quantile

if TYPE_CHECKING:
    from sim.scenario.rows import Parameter

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

ID_BYTES = 16  # a chance of one in 10**27 that two of a million rows share an id

# Sobol points are multiples of 2^-30, zero among them. Half a step more puts each strictly
# inside (0, 1), where every prior has a quantile.
HALF_STEP = 2.0**-31


@dataclass(frozen=True, eq=False)
class DesignRows:
    """The rows of a design, scenario after scenario, N in all.

    Attributes
    ----------
    scenario : int64 array, shape ``[N]``
        Index in the design's scenarios.
    names : tuple of str, length Q
        The design's parameters, sorted.
    values : float64 array, shape ``[N, Q]``
        In the parameters' units.
    ids : tuple of str, length N
        32 hexadecimal digits each, all different.
    posteriors : tuple of ScenarioPosterior or None
        For each scenario, what gives its other parameters.
    """

    scenario: Int64
    names: tuple[str, ...]
    values: Float64
    ids: tuple[str, ...]
    posteriors: tuple[ScenarioPosterior | None, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def parameters(self, rows: Int64) -> dict[str, Float64]:
        """Return the design's parameters of some rows by id, each of the shape of ``rows``."""
        return {name: self.values[rows, column] for column, name in enumerate(self.names)}


def load_scenarios(design: Design) -> tuple[Scenario, ...]:
    """Load the scenarios of a design, checked, in its order.

    A name means a scenario that ships with the package; a path is looked for beside the design's
    file, then from where the command runs. Where ``any_kind.x`` is a parameter and the design
    sets ``KIND.x``, the scenario gets that parameter, believed of as ``any_kind.x`` is.

    Raises
    ------
    DesignError
        If a scenario is missing or not sound, with everything that is wrong.
    """
    found: list[Scenario] = []
    faults: list[Fault] = []
    for text in design.scenarios:
        try:
            found.append(_with_own_parameters(load_checked(_place(text, design)), design))
        except ScenarioError as error:
            faults.extend(_placed(fault, text, design) for fault in error.faults)
    if faults:
        raise DesignError(faults)
    return tuple(found)


def rows_of(design: Design, scenarios: Sequence[Scenario]) -> DesignRows:
    """Return the rows of a design.

    Parameters
    ----------
    design : Design
    scenarios : sequence of Scenario
        As :func:`load_scenarios` gives them.

    Raises
    ------
    DesignError
        If the design does not fit its scenarios, or drawn points are not all different.
    ScenarioError
        If a posterior is missing, damaged or does not fit.
    """
    check_scenarios(design, scenarios)
    names = tuple(design.parameters)
    points = design.points_per_scenario
    unit = _unit_points(design) if design.method in SAMPLED else None
    blocks, ids, posteriors = [], [], []
    for scenario in scenarios:
        values = _grid(design) if unit is None else _drawn(design, scenario, unit)
        posterior = posterior_of(scenario, design.posterior)
        blocks.append(values)
        posteriors.append(posterior)
        ids.extend(_ids(names, values, _about(design, scenario, posterior)))
    different = len(set(ids))
    if different < len(ids):
        faults = Faults()
        message = f"only {different // len(scenarios):,} of the points are different"
        allowed = "a grid, fewer points, or a parameter with a range"
        faults.add(design.file, message, field="points", found=points, allowed=allowed)
        raise_design_error(faults)
    return DesignRows(
        scenario=np.repeat(np.arange(len(scenarios), dtype=np.int64), points),
        names=names,
        values=np.concatenate(blocks),
        ids=tuple(ids),
        posteriors=tuple(posteriors),
    )


def _place(text: str, design: Design) -> Any:
    """Return what a scenario's text means: a name, or a folder."""
    if design.folder is not None and text not in find_scenarios():
        beside = design.folder / text
        try:
            if beside.is_dir():
                return beside
        except (OSError, ValueError):
            pass
    return text


def _placed(fault: Fault, text: str, design: Design) -> Fault:
    """Return a fault of a scenario as one of the design that names it."""
    if fault.file == "scenario":  # there is no such scenario
        return replace(fault, file=design.file, field="scenarios")
    return replace(fault, file=f"{text.rstrip('/')}/{fault.file}")


def _with_own_parameters(scenario: Scenario, design: Design) -> Scenario:
    """Return a scenario that has the parameters ``KIND.x`` of a design."""
    added = []
    for name in design.parameters:
        group, _, rest = name.partition(".")
        general = f"{ANY_KIND}.{rest}"
        missing = name not in scenario.parameters and group in scenario.kinds
        if missing and of_any_kind(general) and general in scenario.parameters:
            row = scenario.parameters[general].model_dump(mode="json", exclude_none=True)
            added.append({**row, "id": name})
    if not added:
        return scenario
    content = scenario.resolved()
    content["parameters"] += added
    return Scenario.from_resolved(content).found_in(scenario.folders)


def _grid(design: Design) -> Float64:
    """Return the product of the lists of a grid, shape ``[n, Q]``, the last fastest."""
    columns = [
        setting.grid() if isinstance(setting, Range) else np.asarray(setting, dtype=np.float64)
        for setting in design.parameters.values()
    ]
    if not columns:
        return np.empty((1, 0))
    index = np.indices([len(column) for column in columns]).reshape(len(columns), -1)
    return np.stack([column[index[i]] for i, column in enumerate(columns)], axis=1)


def _unit_points(design: Design) -> Float64:
    """Draw the points of a design as quantiles, shape ``[n, Q]``."""
    from scipy.stats import qmc

    number, dimensions = design.points or 0, len(design.parameters)
    generator = np.random.default_rng(design.seed)
    # "seed" is the keyword of every SciPy from 1.13 on; "rng" came with 1.15.
    if design.method == "latin_hypercube":
        return np.asarray(qmc.LatinHypercube(dimensions, seed=generator).random(number))
    sequence = qmc.Sobol(dimensions, scramble=True, seed=generator)
    # A Sobol sequence is balanced, and SciPy silent, at powers of two alone. Fewer points are the
    # first of more.
    exponent = max(0, (number - 1).bit_length())
    return np.asarray(sequence.random_base2(exponent)[:number]) + HALF_STEP


def _drawn(design: Design, scenario: Scenario, unit: Float64) -> Float64:
    """Return the values of drawn points, shape ``[n, Q]``."""
    columns = []
    for column, (name, setting) in enumerate(design.parameters.items()):
        share = np.ascontiguousarray(unit[:, column])
        if isinstance(setting, Range):
            columns.append(setting.quantile(share))
        elif isinstance(setting, tuple):
            choice = np.minimum((share * len(setting)).astype(np.int64), len(setting) - 1)
            columns.append(np.asarray(setting, dtype=np.float64)[choice])
        else:
            columns.append(_of_prior(scenario.parameters[name], share))
    return np.stack(columns, axis=1)


def _of_prior(parameter: Parameter, share: Float64) -> Float64:
    low, high = float(parameter.low or 0.0), float(parameter.high or 0.0)
    return rounded(prior_quantile(parameter, share), low, high)


def _about(design: Design, scenario: Scenario, posterior: ScenarioPosterior | None) -> str:
    """Return all that the rows of a scenario share and their numbers depend on."""
    content = {
        "scenario": scenario.hash,
        "seed": design.seed,
        "last_day": (design.until or scenario.end).isoformat(),
        "prior": design.prior,
        "posterior": None if posterior is None else [posterior.posterior.sha256, posterior.ids],
    }
    return json.dumps(content, sort_keys=True)


def _ids(names: tuple[str, ...], values: Float64, about: str) -> list[str]:
    shared = hashlib.blake2b(about.encode(), digest_size=ID_BYTES)
    found = []
    for row in values.tolist():
        digest = shared.copy()
        settings = (f"\n{name}={value!r}" for name, value in zip(names, row, strict=True))
        digest.update("".join(settings).encode())
        found.append(digest.hexdigest())
    return found
