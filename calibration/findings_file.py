"""The findings of a calibration as a JSON file, so that its report can be written again."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from calibration.results import Findings
from sim.engine.ensemble_folder import write_whole
from sim.engine.folders import ResultsError
from sim.engine.loading import read_json
from sim.engine.results import json_bytes

FORMAT = "khabur findings"
FORMAT_VERSION = 1  # goes up when a field changes its meaning


def write_findings(path: Path, findings: Findings) -> Path:
    """Write findings as JSON, whole or not at all.

    Raises
    ------
    ValueError
        If a number is infinite or not a number; nothing is written then.
    TypeError
        If a value is none that JSON knows, such as an array's element; nothing is written then.
    sim.engine.folders.ResultsError
        If the file cannot be written.
    """
    plain = asdict(findings)
    _check_plain(plain, "")
    about = {"format": FORMAT, "format_version": FORMAT_VERSION, "findings": plain}
    write_whole(path, json_bytes(about))
    return path


def read_findings(path: Path) -> Findings:
    """Read findings back.

    Raises
    ------
    sim.engine.folders.ResultsError
        If there are none, of this version, in the file, or a field is missing or not what it
        has to be.
    """
    from pydantic import TypeAdapter, ValidationError

    about = read_json(path)
    if about.get("format") != FORMAT:
        raise ResultsError(f"{str(path)!r} does not hold the findings of a calibration.")
    if about.get("format_version") != FORMAT_VERSION:
        found = about.get("format_version")
        raise ResultsError(
            f"{str(path)!r} holds findings of version {found!r}; {FORMAT_VERSION} can be read."
        )
    try:
        return TypeAdapter(Findings).validate_json(json.dumps(about.get("findings")), strict=True)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "findings"
        raise ResultsError(
            f"{str(path)!r}, {where}: {first['msg']}; found {first['input']!r:.80}."
        ) from None


def _check_plain(value: Any, where: str) -> None:
    if isinstance(value, dict):
        for name, part in value.items():
            _check_plain(part, f"{where}.{name}" if where else str(name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            _check_plain(part, f"{where}[{index}]")
    elif not isinstance(value, str | int | float | None):
        raise TypeError(f"The findings' {where} is of type {type(value).__name__}.")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"The findings' {where} is {value}, which JSON cannot hold.")
