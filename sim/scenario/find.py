"""Where scenarios are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import os
import re
from pathlib import Path

_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]*", re.ASCII)
_PACKAGE = Path(__file__).resolve().parent.parent

NAME_RULE = (
    "a name of at most 80 letters, digits, blanks and . _ -, beginning with a letter or digit,"
    " without .."
)


def is_folder_name(name: str) -> bool:
    """Return whether a scenario may be called so: a plain folder name, never a path."""
    return bool(_FOLDER_NAME.fullmatch(name)) and ".." not in name and len(name) <= 80


def scenarios_folder() -> Path:
    """Return the folder of the scenarios that ship with the package."""
    inside = _PACKAGE / "scenarios"
    return inside if inside.is_dir() else _PACKAGE.parent / "scenarios"


def find_scenarios() -> dict[str, Path]:
    """Return the folders of the scenarios that ship with the package, by name, in order of name."""
    home = scenarios_folder()
    try:
        folders = sorted(home.iterdir())
    except OSError:
        return {}
    return {
        folder.name: folder
        for folder in folders
        if is_folder_name(folder.name) and is_scenario_folder(folder)
    }


def is_scenario_folder(folder: Path) -> bool:
    """Return whether the folder has a `scenario.toml`; never raises."""
    return os.path.isfile(folder / "scenario.toml")  # noqa: PTH113 - Path.is_file may raise
