"""Reading the targets of a scenario: a TOML file, checked against the scenario's outcomes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from calibration.structures import BetaPrior, Kind, Must, Role, Target, Targets
from calibration.target_checks import check_target, label_of
from calibration.target_doubles import check_together
from sim.outcomes.compute import check_scenario_outcomes
from sim.outcomes.registry import OutcomeError
from sim.scenario import load
from sim.scenario.faults import Faults, ScenarioError, listed
from sim.scenario.find import find_scenarios
from sim.scenario.folder import listed_rows
from sim.scenario.raw import Origin, RawRow
from sim.scenario.reading import read_toml

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

FOLDER = Path(__file__).resolve().parent / "targets"

Model = TypeVar("Model", bound=BaseModel)

_SHOWN_FOLDER = "calibration/targets"
_SECTIONS = ("scenario", "source", "completeness", "targets")
_ID = re.compile(r"[a-z][a-z0-9_]{0,119}", re.ASCII)
_LARGEST_SHAPE = 10_000.0
_LARGEST_COUNT = 1_000_000_000

ALLOWED: dict[str, str] = {
    "id": "a name of at most 120 small letters, digits and _, beginning with a letter",
    "outcome": "the id of an outcome",
    "before": "the id of an outcome that is a date",
    "after": "the id of an outcome that is a date",
    "kind": listed(get_args(Kind)),
    "role": listed(get_args(Role)),
    "reported": "a number, a text, a date, true or false",
    "noise": "a number from 0 to 400",
    "discrepancy": "a number from 0 to 400",
    "error_rate": "a number from 0 to below 0.5",
    "contamination": "a number from 0 to below 0.5",
    "most": f"a whole number from 0 to {_LARGEST_COUNT:,}",
    "completeness": "true or false",
    "detection": "a table with alpha, beta and source",
    "above": "a number",
    "at_most": "a number",
    "on_or_before": "a date",
    "label": "a text",
    "why": "a text that is not empty",
    "model_limit": "a text",
    "must": f"a list of {listed(get_args(Must))}",
    "given": "the id of an outcome",
    "alpha": f"a number above 0, at most {_LARGEST_SHAPE:,.0f}",
    "beta": f"a number above 0, at most {_LARGEST_SHAPE:,.0f}",
    "source": "a text that is not empty",
}
"""What each field may be, as a fault says it."""


class TargetsError(ScenarioError):
    """Targets that cannot be used; `faults` lists everything that is wrong with them.

    A kind of :class:`~sim.scenario.faults.ScenarioError`, so that the command line says each fault
    in a sentence and ends with status 2, as for a scenario.
    """


def load_targets(scenario: Scenario, path: str | os.PathLike[str] | None = None) -> Targets:
    """Read what was reported of a scenario.

    Parameters
    ----------
    scenario : Scenario
    path : path, optional
        The file; the one that ships for the scenario, or for the base that it lies on, if not
        given.

    Returns
    -------
    Targets
        Checked: each target fits its outcome and what was reported is possible.

    Raises
    ------
    TargetsError
        If there is no such file, or anything in it cannot be; one sentence a fault.
    OutcomeError
        If the scenario's own outcomes cannot be measured.
    """
    if unmeasurable := check_scenario_outcomes(scenario):
        raise OutcomeError(unmeasurable)
    faults = Faults()
    lineage = names_of(scenario)
    file, shown = _file(lineage, path, faults)
    content = read_toml(file.parent, file.name, shown, faults)
    if content is None:
        _refuse(faults)
    for name in content:
        if name not in _SECTIONS:
            near = faults.nearest(name, _SECTIONS)
            faults.add(shown, f"unknown key{near}", found=name, allowed=listed(_SECTIONS))
    head = RawRow(content, Origin(shown))
    name = _text(head, "scenario", faults)
    if name and name not in lineage:
        head.fault(faults, "scenario", "the targets are of another scenario", listed(lineage))
    source = _text(head, "source", faults)
    completeness = _beta(content.get("completeness"), Origin(shown, prefix="completeness."), faults)
    rows = _targets(content.get("targets", []), scenario, shown, faults)
    if len(faults) or completeness is None:
        _refuse(faults)
    return Targets(name, source, completeness, rows, file)


def names_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the name of a scenario, then those of the bases that it lies on.

    A scenario that was not read from a folder does not know its bases: they are those of the
    scenario that ships under its name, and none if none does.
    """
    folders = scenario.folders
    if not folders and scenario.name in find_scenarios():
        folders = load(scenario.name).folders
    return tuple(dict.fromkeys((scenario.name, *(folder.name for folder in folders))))


def _refuse(faults: Faults) -> NoReturn:
    try:
        faults.raise_if_any()
    except ScenarioError as error:
        raise TargetsError(error.faults) from None
    raise AssertionError("refused without a fault")


def _file(
    lineage: tuple[str, ...], path: str | os.PathLike[str] | None, faults: Faults
) -> tuple[Path, str]:
    """Return the file, and what faults call it."""
    if path is not None:
        return Path(path).resolve(), os.fspath(path)
    for name in lineage:
        file = FOLDER / f"{name}.toml"
        if file.is_file():
            return file, f"{_SHOWN_FOLDER}/{file.name}"
    shipped = sorted(file.stem for file in FOLDER.glob("*.toml") if "." not in file.stem)
    faults.add(
        f"{_SHOWN_FOLDER}/{lineage[0]}.toml",
        "the scenario has no targets",
        allowed=f"a file of your own, or one of the scenarios {listed(shipped)}",
    )
    _refuse(faults)


def _text(row: RawRow, name: str, faults: Faults) -> str:
    value = row.cells.get(name)
    if isinstance(value, str) and value.strip():
        return value
    message = "is missing" if value is None else "not allowed"
    row.fault(faults, name, message, ALLOWED["source"])
    return ""


def _beta(cells: Any, origin: Origin, faults: Faults) -> BetaPrior | None:
    """Return the Beta prior that a table describes, None (and faults) if it does not."""
    if not isinstance(cells, dict):
        message = "is missing" if cells is None else "not a table"
        field = origin.prefix.rstrip(".")
        faults.add(origin.file, message, field=field, found=cells, allowed=ALLOWED["detection"])
        return None
    row = _without_unknown(RawRow(cells, origin), tuple(BetaPrior.model_fields), faults)
    for name in ("alpha", "beta"):
        value = row.cells.get(name)
        if isinstance(value, int | float) and not value <= _LARGEST_SHAPE:
            row.fault(faults, name, "not allowed", ALLOWED[name])
            return None
    return _validated(BetaPrior, row, faults)


def _targets(content: Any, scenario: Scenario, shown: str, faults: Faults) -> tuple[Target, ...]:
    found: list[tuple[Target, RawRow]] = []
    for row in listed_rows(content, "targets", shown, faults):
        named = _named(row)
        target = _target(named, faults)
        if target is not None:
            check_target(target, named, scenario, faults)
            found.append((_completed(target, scenario), named))
    check_together(found, scenario, faults)
    if not any(row.cells.get("role") == "fit" for _, row in found) and not len(faults):
        allowed = 'at least one target with role "fit"'
        faults.add(shown, "nothing is fitted", field="targets", allowed=allowed)
    return tuple(target for target, _ in found)


def _named(row: RawRow) -> RawRow:
    """Return a row with its id; faults name it by the id instead of by its number."""
    cells = dict(row.cells)
    given = cells.get("outcome")
    if {"before", "after"} <= cells.keys():
        given = f"{cells['before']}_before_{cells['after']}"
    if given is not None:
        cells.setdefault("id", given)
    known = cells.get("id")
    if not isinstance(known, str) or not _ID.fullmatch(known):
        return RawRow(cells, row.origin)
    return RawRow(cells, Origin(row.origin.file, prefix=f"{known}."))


def _target(row: RawRow, faults: Faults) -> Target | None:
    """Return the target of a row, None (and faults) if it is none."""
    before = len(faults)
    row = _without_unknown(row, tuple(Target.model_fields), faults)
    cells = dict(row.cells)
    if "id" in cells and not (isinstance(cells["id"], str) and _ID.fullmatch(cells["id"])):
        row.fault(faults, "id", "not a name", ALLOWED["id"])
    elif "id" not in cells:
        row.fault(faults, "outcome", "is missing", ALLOWED["outcome"])
    if isinstance(cells.get("must"), list):
        cells["must"] = tuple(cells["must"])
    if "detection" in cells:
        origin = Origin(row.origin.file, prefix=f"{row.origin.prefix}detection.")
        cells["detection"] = _beta(cells["detection"], origin, faults)
    if isinstance(cells.get("reported"), datetime):
        row.fault(faults, "reported", "a time of day", "a date without a time")
    for name in ("most", "reported"):
        if isinstance(cells.get(name), int) and cells[name] > _LARGEST_COUNT:
            row.fault(faults, name, "too large", f"at most {_LARGEST_COUNT:,}")
    if len(faults) > before:
        return None
    return _validated(Target, RawRow(cells, row.origin), faults)


def _without_unknown(row: RawRow, known: tuple[str, ...], faults: Faults) -> RawRow:
    for name in row.cells:
        if name not in known:
            near = faults.nearest(name, known)
            row.fault(faults, name, f"unknown field{near}", listed(known, 99))
    return RawRow({name: row.cells[name] for name in row.cells if name in known}, row.origin)


def _validated(model: type[Model], row: RawRow, faults: Faults) -> Model | None:
    """Return a model of the cells, None (and one fault a field) if they do not fit."""
    try:
        return model.model_validate(dict(row.cells), strict=True)
    except ValidationError as error:
        _add_faults(row, error, faults)
        return None


def _add_faults(row: RawRow, error: ValidationError, faults: Faults) -> None:
    for name in dict.fromkeys(str(each["loc"][0]) for each in error.errors()):
        if name not in row.cells:
            row.fault(faults, name, "is missing", ALLOWED[name])
            continue
        choices = {"kind": get_args(Kind), "role": get_args(Role)}.get(name, ())
        near = faults.nearest(row.cells[name], choices)
        message = f"unknown {name}{near}" if choices else "not allowed"
        row.fault(faults, name, message, ALLOWED[name])


def _completed(target: Target, scenario: Scenario) -> Target:
    """Return a target with what follows from others of its fields."""
    more: Mapping[str, Any] = {"label": target.label or label_of(target, scenario)}
    if target.on_or_before is not None:
        more = {**more, "at_most": float((target.on_or_before - scenario.start).days)}
    return target.model_copy(update=dict(more))
