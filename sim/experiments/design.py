"""Designs of sweeps: read from a TOML file, from plain values, or from options of a command.

Whatever is wrong is one sentence, with file, field, what was found and what is allowed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from pydantic import ValidationError

from sim.experiments.design_checks import DesignError, check_shape, raise_design_error
from sim.experiments.design_model import SETTING, Design, Range
from sim.scenario.faults import Faults
from sim.scenario.reading import read_toml

__all__ = [
    "Design",
    "DesignError",
    "Range",
    "design_from_options",
    "design_of",
    "load_design",
]

COMMAND_LINE: Final = "command line"
MOST_DOTS: Final = 8  # in the id of a parameter; thousands would exhaust the stack

_KEYS = ("scenario", *Design.model_fields)
_RANGE_KEYS = tuple(Range.model_fields)
_RANGE = re.compile(r"(?P<log>log:)?(?P<low>[^:]+?)\.\.(?P<high>[^:]+)(:(?P<steps>.*))?")
_RANGE_ERRORS = frozenset({"greater_than_equal", "less_than_equal"})


def load_design(path: str | os.PathLike[str]) -> Design:
    """Read a design from a TOML file.

    Raises
    ------
    DesignError
        If the file cannot be read or says something that makes no sense, with everything that is
        wrong. Scenarios are not looked at yet: see
        :func:`sim.experiments.design_rows.load_scenarios`.
    """
    shown = os.fspath(path)
    faults = Faults()
    try:
        real = Path(path).resolve()
    except (OSError, RuntimeError, ValueError):  # a link to itself; a name with a null
        allowed = "a TOML file with a design"
        faults.add("design", "cannot be read", found=shown, allowed=allowed)
        raise_design_error(faults)
    if "\0" in shown:
        faults.add("design", "cannot be read", found=shown, allowed="the name of a file")
        raise_design_error(faults)
    content = read_toml(real.parent, real.name, shown, faults)
    raise_design_error(faults)
    assert content is not None
    return design_of(content, file=shown, folder=real.parent)


def design_of(
    content: Mapping[str, Any], *, file: str = "design", folder: Path | None = None
) -> Design:
    """Return the design that plain values describe, as TOML or JSON has them.

    Parameters
    ----------
    content : mapping
        The fields of :class:`Design`; ``scenario`` may stand for ``scenarios``.
    file : str
        What faults call it.
    folder : Path, optional
        Where scenarios that are named by a relative path are looked for first.

    Raises
    ------
    DesignError
        If it makes no sense, with everything that is wrong.
    """
    faults = Faults()
    plain = _gathered(content, file, faults)
    design: Design | None = None
    try:
        design = Design.model_validate(plain).found_in(file, folder)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            _note(cast("dict[str, Any]", item), file, faults)
    if design is not None and not len(faults):
        check_shape(design, faults)
    raise_design_error(faults)
    assert design is not None
    return design


def design_from_options(
    scenarios: Sequence[str],
    settings: Sequence[str] = (),
    *,
    title: str = "",
    seed: int = 0,
    replicates: int = 1,
    first_replicate: int = 0,
    method: str | None = None,
    points: int | None = None,
    outcomes: Sequence[str] | None = None,
    prior: bool = False,
    posterior: bool = False,
    until: str | date | None = None,
) -> Design:
    """Return the design that options of a command describe.

    Parameters
    ----------
    scenarios : sequence of str
        Names or folders.
    settings : sequence of str
        ``name=VALUE``, ``name=A,B,C``, ``name=LOW..HIGH``, ``name=log:LOW..HIGH`` (on the log
        scale), either with ``:STEPS`` at its end in a grid, or ``name=prior``.
    title, seed, replicates, first_replicate, method, points, outcomes, prior, posterior, until
        See :class:`Design`.

    Raises
    ------
    DesignError
        If they make no sense, with everything that is wrong.
    """
    faults = Faults()
    parameters: dict[str, Any] = {}
    for text in settings:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            allowed = "name=value, name=a,b,c, name=low..high or name=prior"
            faults.add(
                COMMAND_LINE, "not a setting", field="parameters", found=text, allowed=allowed
            )
        elif name in parameters:
            field = f"parameters.{name}"
            faults.add(COMMAND_LINE, "is set twice", field=field, found=value, allowed="once")
        else:
            parameters[name] = _parsed(value)
    raise_design_error(faults)
    content = {
        "title": title,
        "scenarios": list(scenarios),
        "seed": seed,
        "replicates": replicates,
        "first_replicate": first_replicate,
        "method": method,
        "points": points,
        "parameters": parameters,
        "outcomes": None if outcomes is None else list(outcomes),
        "prior": prior,
        "posterior": posterior,
        "until": until,
    }
    given = {name: value for name, value in content.items() if value is not None}
    return design_of(given, file=COMMAND_LINE)


def _parsed(text: str) -> Any:
    """Return a setting as a TOML file would have it."""
    if text == "prior":
        return text
    found = _RANGE.fullmatch(text)
    if found is None:
        return [part.strip() for part in text.split(",")]
    ends = {"low": found["low"].strip(), "high": found["high"].strip()}
    steps = {} if found["steps"] is None else {"steps": found["steps"].strip()}
    return {**ends, **steps, "scale": "log" if found["log"] else "linear"}


def _gathered(content: Mapping[str, Any], file: str, faults: Faults) -> dict[str, Any]:
    """Return the fields under the names of the model, parameters by their dotted ids."""
    if not isinstance(content, Mapping):
        faults.add(file, "not a design", found=content, allowed="a table of fields")
        raise_design_error(faults)
    plain = dict(content)
    if "scenario" in plain:
        named = plain.pop("scenario")
        if "scenarios" in plain:
            allowed = "one of scenario and scenarios"
            faults.add(
                file, "stands beside scenarios", field="scenario", found=named, allowed=allowed
            )
        elif isinstance(named, str):
            plain["scenarios"] = [named]
        else:
            plain["scenarios"] = ["scenario"]  # so that nothing else is said to be missing
            allowed = "a name or a folder; scenarios takes a list"
            faults.add(file, "not text", field="scenario", found=named, allowed=allowed)
    parameters = plain.get("parameters")
    if isinstance(parameters, dict):
        flat: dict[str, Any] = {}
        _flatten(parameters, "", flat, file, faults)
        plain["parameters"] = flat
    return plain


def _flatten(
    table: dict[str, Any], prefix: str, flat: dict[str, Any], file: str, faults: Faults
) -> None:
    """Gather settings by dotted id; TOML reads ``a.b = 1`` as a table in a table."""
    for key, value in table.items():
        name = f"{prefix}{key}"
        if name.count(".") > MOST_DOTS:
            message = "not the id of a parameter"
            faults.add(file, message, field="parameters", found=name, allowed="fewer dots")
        elif isinstance(value, dict) and not _is_range(name, value):
            _flatten(value, f"{name}.", flat, file, faults)
        elif name in flat:
            faults.add(file, "is set twice", field=f"parameters.{name}", allowed="once")
        elif name in _KEYS:
            message = "a field of the design stands below [parameters]"
            faults.add(file, message, field=name, found=value, allowed="a line above it")
        else:
            flat[name] = value


def _is_range(name: str, table: dict[str, Any]) -> bool:
    """Tell a range from a group of parameters: it has no table in it, and its name has a dot."""
    return "." in name and (
        any(key in _RANGE_KEYS for key in table)
        or not any(isinstance(value, dict | list) for value in table.values())
    )


def _note(item: dict[str, Any], file: str, faults: Faults) -> None:
    """Note what pydantic found wrong."""
    place = item["loc"]
    tagged = place[0] == "parameters" and len(place) > 2  # the third says which kind of setting
    where = [*place[:2], *place[3:]] if tagged else list(place)
    message, found, allowed = _message(item), item["input"], _allowed(place)
    if item["type"] == "extra_forbidden":
        known = _RANGE_KEYS if tagged else _KEYS
        found, allowed = where.pop(), ", ".join(known)
        message += faults.nearest(found, known)
    elif item["type"] == "missing":
        found = None
    elif allowed.startswith("one of "):
        message += faults.nearest(found, allowed.removeprefix("one of ").split(", "))
    field = ".".join(part for part in where if isinstance(part, str))
    if where and isinstance(where[-1], int):
        field += f", value {where[-1] + 1}"
    faults.add(file, message, field=field, found=found, allowed=allowed)


def _allowed(place: tuple[str | int, ...]) -> str:
    """Return what may stand at a place of a design."""
    if place[0] == "parameters" and len(place) > 1:
        if place[-1] == "[key]":
            return "the id of a parameter, a dotted name such as combat.killed_share"
        if place[-1] in _RANGE_KEYS:
            return Range.model_fields[str(place[-1])].description or ""
        return "a number" if isinstance(place[-1], int) else SETTING
    model = Design.model_fields.get(str(place[0]))
    return "" if model is None else model.description or ""


def _message(item: dict[str, Any]) -> str:
    """Return in a few words what is wrong."""
    kind = item["type"]
    if kind in _RANGE_ERRORS:
        return "out of range"
    known = {
        "missing": "is missing",
        "extra_forbidden": "unknown key",
        "too_short": "is empty",
        "tuple_type": "not a list",
        "dict_type": "not a table",
        "literal_error": "not a known word",
    }
    if kind == "value_error":
        return str(item["ctx"]["error"])
    return known.get(kind, str(item["msg"]).lower())
