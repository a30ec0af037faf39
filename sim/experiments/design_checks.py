"""What must hold between the fields of a design, and between a design and its scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sim.experiments.design_model import (
    MOST_REPLICATE,
    MOST_ROWS,
    MOST_RUNS,
    PRIOR,
    SAMPLED,
    Design,
    Range,
)
from sim.scenario.faults import Faults, ScenarioError, listed
from sim.scenario.kinds import ANY_KIND, WITHOUT_PRIOR

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

DRAWN = "the methods latin_hypercube and sobol"


class DesignError(ScenarioError):
    """A design that cannot be run; `faults` lists everything that is wrong with it."""


def raise_design_error(faults: Faults) -> None:
    """Raise `DesignError` with all faults if there are any."""
    try:
        faults.raise_if_any()
    except ScenarioError as error:
        raise DesignError(error.faults) from None


def check_shape(design: Design, faults: Faults) -> None:
    """Note what is wrong with a design whatever its scenarios say."""
    _check_points(design, faults)
    for name, setting in design.parameters.items():
        if isinstance(setting, Range):
            _check_range(design, name, setting, faults)
        elif isinstance(setting, tuple):
            _check_values(design, name, setting, faults)
        elif design.method not in SAMPLED:
            allowed = f"a list, or a range with steps; prior needs one of {DRAWN}"
            _add(design, faults, f"parameters.{name}", "a grid has no prior", PRIOR, allowed)
    for field, names in (("scenarios", design.scenarios), ("outcomes", design.outcomes or ())):
        for text in _repeated(names):
            _add(design, faults, field, "stands twice", text, "each once")
    if design.first_replicate + design.replicates - 1 > MOST_REPLICATE:
        last = design.first_replicate + design.replicates - 1
        message = "the last replicate's number is too large"
        _add(design, faults, "replicates", message, last, f"at most {MOST_REPLICATE:,}")
    if not len(faults):
        _check_size(design, faults)


def _check_points(design: Design, faults: Faults) -> None:
    if design.method in SAMPLED:
        if design.points is None:
            allowed = f"how many points {design.method} is to draw"
            _add(design, faults, "points", "is missing", None, allowed)
        if not design.parameters:
            message = f"{design.method} has no parameter to draw"
            _add(design, faults, "parameters", message, None, "one parameter at least")
        return
    if design.points is not None:
        what = "there is no method" if design.method is None else "a grid draws no points"
        _add(design, faults, "points", what, design.points, f"points with {DRAWN}")
    if design.method == "grid" and not design.parameters:
        message = "a grid has no parameter"
        _add(design, faults, "parameters", message, None, "one parameter at least, or no method")


def _check_range(design: Design, name: str, span: Range, faults: Faults) -> None:
    field = f"parameters.{name}"
    if span.low >= span.high:
        _add(design, faults, f"{field}.low", "not below high", span.low, f"below {span.high:g}")
    if span.scale == "log" and span.low <= 0:
        message = "not positive, but the scale is log"
        _add(design, faults, f"{field}.low", message, span.low, "a number above 0")
    if design.method in SAMPLED:
        if span.steps is not None:
            message = f"{design.method} takes no steps"
            _add(design, faults, f"{field}.steps", message, span.steps, "steps in a grid")
    elif span.steps is None:
        allowed = f"how many values the grid takes of the range; or points with one of {DRAWN}"
        _add(design, faults, f"{field}.steps", "is missing", None, allowed)


def _check_values(design: Design, name: str, values: tuple[float, ...], faults: Faults) -> None:
    if not values:
        _add(design, faults, f"parameters.{name}", "the list is empty", None, "one number at least")
    for value in _repeated(values):
        _add(design, faults, f"parameters.{name}", "stands twice", value, "each value once")


def _check_size(design: Design, faults: Faults) -> None:
    rows = design.points_per_scenario * len(design.scenarios)
    if rows > MOST_ROWS:
        found = f"{rows:,}" if rows < 10**18 else "more than 10^18"
        allowed = f"at most {MOST_ROWS:,}"
        message = f"too many rows (points times scenarios), {found}"
        _add(design, faults, "", message, None, allowed)
    elif rows * design.replicates > MOST_RUNS:
        message = f"too many runs (rows times replicates), {rows * design.replicates:,}"
        _add(design, faults, "replicates", message, None, f"at most {MOST_RUNS:,}")


def check_scenarios(design: Design, scenarios: Sequence[Scenario]) -> None:
    """Check that a design makes sense, and that its scenarios know what it speaks of.

    Parameters
    ----------
    design : Design
    scenarios : sequence of Scenario
        In the design's order, as :func:`sim.experiments.design_rows.load_scenarios` gives them.

    Raises
    ------
    DesignError
        If anything is wrong, with all of it.
    """
    faults = Faults()
    check_shape(design, faults)
    if len(scenarios) != len(design.scenarios):
        message = "the scenarios given are not those of the design"
        found = ", ".join(scenario.name for scenario in scenarios)
        _add(design, faults, "scenarios", message, found, listed(design.scenarios))
    _check_different(design, scenarios, faults)
    for scenario in scenarios:
        _check_until(design, scenario, faults)
        _check_outcomes(design, scenario, faults)
        known = [name for name in design.parameters if _is_known(design, name, scenario, faults)]
        _check_priors(design, known, scenario, faults)
        _check_extremes(design, known, scenario, faults)
    raise_design_error(faults)


def _check_different(design: Design, scenarios: Sequence[Scenario], faults: Faults) -> None:
    names: set[str] = set()
    first: dict[str, str] = {}
    for scenario in scenarios:
        if scenario.name in names:
            message = "two scenarios have the same name"
            _add(design, faults, "scenarios", message, scenario.name, "different names")
        elif (other := first.setdefault(scenario.hash, scenario.name)) != scenario.name:
            message = f"the scenario says the same as {other}"
            _add(design, faults, "scenarios", message, scenario.name, "different scenarios")
        names.add(scenario.name)


def _check_until(design: Design, scenario: Scenario, faults: Faults) -> None:
    if design.until is not None and not scenario.start <= design.until <= scenario.end:
        message = f"not a date of {scenario.name}"
        allowed = f"a date from {scenario.start} to {scenario.end}"
        faults.add(design.file, message, field="until", found=design.until, allowed=allowed)


def _check_outcomes(design: Design, scenario: Scenario, faults: Faults) -> None:
    known = [row.id for row in scenario.outcomes]
    for name in design.outcomes or ():
        if name not in known:
            message = f"unknown outcome of {scenario.name}{faults.nearest(name, known)}"
            allowed = f"one of {listed(known)}" if known else "none: the scenario has no outcome"
            _add(design, faults, "outcomes", message, name, allowed)


def _is_known(design: Design, name: str, scenario: Scenario, faults: Faults) -> bool:
    field = f"parameters.{name}"
    if name in WITHOUT_PRIOR:
        message = "the parameter is the same in all runs of a scenario"
        _add(design, faults, field, message, name, "another parameter; change it in the scenario")
        return False
    if name in scenario.parameters:
        return True
    near = faults.nearest(name, names_to_set(scenario))
    allowed = "a parameter of the scenario"
    _add(design, faults, field, f"unknown parameter of {scenario.name}{near}", name, allowed)
    return False


def names_to_set(scenario: Scenario) -> list[str]:
    """Return the parameters that may be set: the scenario's, and ``KIND.x`` for ``any_kind.x``."""
    general = [name.partition(".")[2] for name in scenario.parameters if of_any_kind(name)]
    own = [f"{kind}.{rest}" for kind in scenario.kinds for rest in general]
    return [
        name for name in dict.fromkeys([*scenario.parameters, *own]) if name not in WITHOUT_PRIOR
    ]


def of_any_kind(name: str) -> bool:
    """Tell whether a parameter is one that each kind of unit may have of its own."""
    return name.startswith(f"{ANY_KIND}.")


def _check_priors(design: Design, names: Iterable[str], scenario: Scenario, faults: Faults) -> None:
    for name in names:
        if design.parameters[name] == PRIOR and scenario.parameters[name].prior == "fixed":
            message = f"the parameter has no prior in {scenario.name}"
            allowed = "a list of numbers or a range"
            _add(design, faults, f"parameters.{name}", message, PRIOR, allowed)


def _check_extremes(
    design: Design, names: Iterable[str], scenario: Scenario, faults: Faults
) -> None:
    """Check the least and the largest values as if they were set by hand: the same is allowed."""
    ends: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for name in names:
        setting = design.parameters[name]
        if isinstance(setting, Range):
            ends[0][name], ends[1][name] = setting.low, setting.high
        elif isinstance(setting, tuple) and setting:
            ends[0][name], ends[1][name] = setting[0], setting[-1]
    for values in filter(None, ends):
        try:
            scenario.with_values(values)
        except ScenarioError as error:
            for fault in error.faults:
                field = f"parameters.{fault.field}" if fault.field in values else "parameters"
                message = f"{scenario.name} does not allow it: {fault.message}"
                found = values.get(fault.field, fault.found or None)
                _add(design, faults, field, message, found, fault.allowed)


def _add(
    design: Design, faults: Faults, field: str, message: str, found: object, allowed: str
) -> None:
    faults.add(design.file, message, field=field, found=found, allowed=allowed)


def _repeated(values: Iterable[str] | Iterable[float]) -> list[str | float]:
    """Return what occurs more than once, each once, in order."""
    seen: dict[str | float, int] = {}
    for value in values:
        seen[value] = seen.get(value, 0) + 1
    return [value for value, number in seen.items() if number > 1]
