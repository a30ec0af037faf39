"""What a visitor looks at: scenario, luck, parameters and day. A link carries it, and nothing else.

Whatever is not in a view is worked out from it, so that a link shows others the very same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from sim.engine.sources import load_checked
from sim.scenario import ScenarioError, find_scenarios
from sim.scenario.faults import listed, printable, shown_value

if TYPE_CHECKING:
    from sim.scenario import Fault
    from sim.scenario.schema import Scenario

PREFERRED = "hasakeh-2015"
"""The scenario that is shown first, where it ships."""

UPLOADED = "uploaded-"
"""How names of uploaded scenarios begin, so that none is taken for one that ships."""

MOST_SEED = 2**63 - 1
MOST_REPLICATE = 2**31 - 1
MOST_REPLICATES = 1024
"""Most replicates of an ensemble in the app; the command line has no such limit."""

_A_PARAMETER = "the id of a parameter of the scenario"


@dataclass(frozen=True)
class View:
    """What is looked at.

    Attributes
    ----------
    scenario : str
        Name of a scenario.
    seed, replicate : int
        Which luck; a replicate is the same one in any ensemble.
    parameters : mapping of parameter id to float
        Values that differ from the scenario's; treat it as frozen.
    posterior : bool
        Whether the other parameters are drawn from the scenario's posterior.
    day : date or None
        The day that is shown; None for the first.
    other : str or None
        Name of a scenario that the ensemble is compared with.
    replicates : int
        Size of the ensemble.
    """

    scenario: str
    seed: int = 0
    replicate: int = 0
    parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    posterior: bool = False
    day: date | None = None
    other: str | None = None
    replicates: int = 256

    def __post_init__(self) -> None:
        # Sorted floats, whatever came in: equal views are written the same way.
        values = {name: float(self.parameters[name]) for name in sorted(self.parameters)}
        object.__setattr__(self, "parameters", values)


def first_day(scenario: Scenario, view: View) -> int:
    """Return the index of the day that is shown first: the view's, or else the first."""
    return 0 if view.day is None else (view.day - scenario.start) // timedelta(days=1)


def standing_at(view: View, scenario: Scenario, day: int, asked: int) -> View:
    """Return a view with the day where the visitor stands, so that it stays when others change.

    Parameters
    ----------
    view : View
    scenario : Scenario
    day, asked : int
        Day index where they stand, and the one where the view put them.
    """
    return view if day == asked else replace(view, day=scenario.start + timedelta(days=day))


def first_scenario() -> str:
    """Return the name of the scenario that is shown where a visitor names none."""
    shipped = find_scenarios()
    return PREFERRED if PREFERRED in shipped or not shipped else next(iter(shipped))


@lru_cache(maxsize=64)
def shipped_scenario(name: str) -> Scenario:
    """Return a scenario that ships with the package, checked; never reads another folder.

    Raises
    ------
    LookupError
        If none of that name ships.
    ScenarioError
        If it is not sound.
    """
    if name not in find_scenarios():
        raise LookupError(name)
    return load_checked(name)


def scenario_of_view(view: View) -> Scenario:
    """Return the scenario of a view with the view's values set in it.

    Raises
    ------
    LookupError, ScenarioError
        As :func:`shipped_scenario`, and if a value is not allowed.
    """
    scenario = shipped_scenario(view.scenario)
    return scenario.with_values(view.parameters) if view.parameters else scenario


def view_faults(view: View, uploads: Mapping[str, Scenario] | None = None) -> tuple[str, ...]:
    """Return what is wrong with a view, a sentence each; nothing if it can be shown.

    Parameters
    ----------
    view : View
    uploads : mapping of name to Scenario, optional
        The visitor's own scenarios, which it may name too.
    """
    own = uploads or {}
    name_faults = [
        *_name_fault("scenario", view.scenario, own),
        *(() if view.other is None else _name_fault("with", view.other, own)),
    ]
    faults = [*name_faults, *_number_faults(view)]
    if view.other == view.scenario:
        allowed = "another scenario than the one that is looked at"
        faults.append(sentence("with", view.other, allowed))
    if not name_faults:
        try:
            scenario = own.get(view.scenario) or shipped_scenario(view.scenario)
            faults += _scenario_faults(view, scenario)
        except ScenarioError as error:
            faults.append(str(error.faults[0]))
    return tuple(faults)


def sentence(field_name: str, found: object, allowed: str) -> str:
    """Return the sentence on a part of a view that is not allowed."""
    return f"{field_name}: found {shown_value(found)}; allowed: {allowed}."


def _name_fault(field_name: str, name: str, own: Mapping[str, Scenario]) -> list[str]:
    shipped = find_scenarios()
    if name in own or name in shipped:
        return []
    if name.startswith(UPLOADED):
        allowed = "a scenario that ships, or one that you upload again: links carry no tables"
        return [sentence(field_name, name, allowed)]
    return [sentence(field_name, name, f"one of {listed((*own, *shipped), 99)}")]


def _number_faults(view: View) -> list[str]:
    return [
        sentence(name, number, f"a whole number from {least} to {most}")
        for name, number, least, most in (
            ("seed", view.seed, 0, MOST_SEED),
            ("replicate", view.replicate, 0, MOST_REPLICATE),
            ("replicates", view.replicates, 1, MOST_REPLICATES),
        )
        if not least <= number <= most
    ]


def _scenario_faults(view: View, scenario: Scenario) -> list[str]:
    faults = []
    if view.day is not None and not scenario.start <= view.day <= scenario.end:
        days = f"a date from {scenario.start} to {scenario.end}"
        faults.append(sentence("day", view.day, days))
    odd = [name for name in view.parameters if name.startswith("scenario.")]
    faults += [sentence("set", name, _A_PARAMETER) for name in odd]
    values = {name: value for name, value in view.parameters.items() if name not in odd}
    try:
        scenario = scenario.with_values(values) if values else scenario
    except ScenarioError as error:
        return faults + [_value_sentence(fault) for fault in error.faults]
    return faults + (_posterior_faults(scenario) if view.posterior else [])


def _value_sentence(fault: Fault) -> str:
    unknown = fault.message.startswith("unknown")
    found = "" if unknown else f": found {fault.found}"
    allowed = _A_PARAMETER if unknown else fault.allowed
    return f"set {printable(fault.field)}: {fault.message}{found}; allowed: {allowed}."


def _posterior_faults(scenario: Scenario) -> list[str]:
    from sim.engine.posterior import posterior_of
    from sim.scenario.posterior import NoPosteriorError

    try:
        posterior_of(scenario, True)
    except NoPosteriorError:
        found = f"yes, but {scenario.name} has no fitted parameters"
        return [f"posterior: found {found}; allowed: no."]
    except ScenarioError as error:
        return [f"posterior: {error.faults[0]}"]
    return []
