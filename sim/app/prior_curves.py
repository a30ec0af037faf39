"""The unknowns of a scenario as sliders: range, scale, words, and the prior to draw under each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.console.words import number_text
from sim.scenario.kinds import ANY_KIND
from sim.scenario.standard import standard_parameter_rows

if TYPE_CHECKING:
    from sim.scenario.rows import Parameter
    from sim.scenario.schema import Scenario

WIDE: Final = 10.0
"""A prior that is even on the log scale over more than this factor gets a slider that is, too."""

POINTS: Final = 33  # of a curve that is not straight

_PRIOR_WORDS: Final = {"uniform": "uniform", "log_uniform": "log-uniform"}
_SQUARE: Final = re.compile(r"\bkm2\b")
_SAID_BY_VALUE: Final = re.compile(r"per .+$|^km$")


def parameter_list(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the parameters of a scenario that have a prior, those to offer first at the front.

    First come the scenario's own amounts (its forces, streams and strikes), then what its kinds of
    unit have of their own, then what every scenario has; each in the order of their ids, so that
    those of a group stand together.

    Returns
    -------
    list of dict
        ``id``, ``label``, ``group`` (the id up to the dot), ``group_label``, ``unit`` (as it
        reads after a number; "1" where there is none), ``value`` (the scenario's own), ``low``,
        ``high``, ``low_text``, ``high_text``, ``scale`` ("linear" or "log"), ``prior_text``,
        ``curve`` (see :func:`prior_curve`), ``note`` and ``source``.
    """
    names = _Names(scenario)
    offered = [
        parameter
        for parameter in scenario.parameters.values()
        if parameter.prior != "fixed" and _has_effect(parameter, scenario)
    ]
    offered.sort(key=lambda parameter: (_rank(parameter, scenario), parameter.id))
    return [_slider(parameter, names) for parameter in offered]


def prior_curve(parameter: Parameter) -> list[list[float]]:
    """Return the density of a prior along its slider.

    Parameters
    ----------
    parameter : Parameter
        Not a fixed one.

    Returns
    -------
    list of [x, y]
        Position along the slider from 0 to 1, and density over the largest: the area over a
        stretch of the slider is in proportion to the probability of its values.
    """
    low, high = _range(parameter)
    if parameter.prior == "uniform" or scale_of(parameter) == "log":
        return [[0.0, 1.0], [1.0, 1.0]]
    # Even in the logarithm is 1/value in the value; the largest is at the low end.
    position: NDArray[np.float64] = np.linspace(0.0, 1.0, POINTS)
    density = low / (low + (high - low) * position)
    return np.stack([position, density], axis=1).round(4).tolist()


def scale_of(parameter: Parameter) -> str:
    """Return the scale of a parameter's slider, ``linear`` or ``log``."""
    low, high = _range(parameter)
    return "log" if parameter.prior == "log_uniform" and high / low > WIDE else "linear"


def unit_words(unit: str) -> str:
    """Return a unit as it reads after a number: ``fighters per day``; "1" stays."""
    if unit == "1":
        return unit
    return _SQUARE.sub("km²", unit.removeprefix("1").replace("/", " per ")).strip()


def _slider(parameter: Parameter, names: _Names) -> dict[str, Any]:
    group, _, name = parameter.id.partition(".")
    low, high = _range(parameter)
    unit = unit_words(parameter.unit)
    return {
        "id": parameter.id,
        "label": _without_unit(names.label(name), unit),
        "group": group,
        "group_label": names.group_label(group),
        "unit": unit,
        "value": float(parameter.value),
        "low": low,
        "high": high,
        "low_text": number_text(low),
        "high_text": number_text(high),
        "scale": scale_of(parameter),
        "prior_text": _PRIOR_WORDS[parameter.prior],
        "curve": prior_curve(parameter),
        "note": parameter.note,
        "source": parameter.source,
    }


def _without_unit(label: str, unit: str) -> str:
    """Return a label without what its value says anyway: ``per day``, ``km``."""
    said = _SAID_BY_VALUE.search(unit)
    return label if said is None else label.removesuffix(f" {said.group()}")


def _range(parameter: Parameter) -> tuple[float, float]:
    if parameter.low is None or parameter.high is None:
        raise ValueError(f"parameter {parameter.id!r} has no prior")
    return float(parameter.low), float(parameter.high)


def _has_effect(parameter: Parameter, scenario: Scenario) -> bool:
    """Tell whether a parameter counts: one of every kind may be overridden by each of them."""
    group, _, name = parameter.id.partition(".")
    return group != ANY_KIND or any(
        f"{kind}.{name}" not in scenario.parameters for kind in scenario.kinds
    )


def _rank(parameter: Parameter, scenario: Scenario) -> int:
    group = parameter.id.partition(".")[0]
    if group in scenario.kinds:
        return 1
    return 2 if group in _standard_groups() else 0


def _standard_groups() -> set[str]:
    return {str(row.text("id")).partition(".")[0] for row in standard_parameter_rows()}


class _Names:
    """How names inside an id are written: those of places and of sides, from the scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._kinds = {name: kind.label or name for name, kind in scenario.kinds.items()}
        places = {*scenario.cities, *(place.name for place in scenario.places)}
        self._written = {place.lower(): place for place in places}
        for side in (*scenario.factions.values(), *scenario.kinds.values()):
            for short in _short_names(side.label or ""):
                self._written.setdefault(short.lower(), short)
        self._most_words = max((name.count(" ") + 1 for name in self._written), default=1)

    def label(self, name: str) -> str:
        """Return the part of an id after the dot as a person writes it."""
        words = _SQUARE.sub("km²", name.replace("_", " ")).split(" ")
        found: list[str] = []
        while words:
            length = next(
                (n for n in range(self._most_words, 0, -1) if " ".join(words[:n]) in self._written),
                1,
            )
            joined = " ".join(words[:length])
            found.append(self._written.get(joined, joined))
            words = words[length:]
        text = " ".join(found)
        return text[:1].upper() + text[1:]

    def group_label(self, group: str) -> str:
        """Return the heading of a group: the label of a kind of unit, or the word itself."""
        if group == ANY_KIND:
            return "Kinds without a value of their own"
        return self._kinds.get(group) or group.replace("_", " ").capitalize()


def _short_names(label: str) -> list[str]:
    """Return the capitals by which a side is known: those in its label, and its initials."""
    words = re.findall(r"\w+", label)
    initials = "".join(word[0] for word in words if word[0].isupper())
    shouted = [word for word in words if len(word) > 1 and word.isupper()]
    return shouted + ([initials] if len(initials) > 1 and len(initials) == len(words) else [])
