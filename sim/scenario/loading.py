"""Loading a scenario by name or folder, with the bases it lies on."""

from __future__ import annotations

import os
from pathlib import Path

from sim.scenario import limits
from sim.scenario.build import build
from sim.scenario.faults import Faults, listed
from sim.scenario.find import NAME_RULE, find_scenarios, is_folder_name, is_scenario_folder
from sim.scenario.folder import Layer, read_layer
from sim.scenario.overlay import raw_scenario
from sim.scenario.schema import Scenario
from sim.scenario.standard import standard_parameter_rows
from sim.scenario.tables import SCENARIO_FILE


def load(name_or_folder: str | os.PathLike[str]) -> Scenario:
    """Return a scenario; see `sim.scenario.load`."""
    faults = Faults()
    folder = _folder(name_or_folder, faults)
    faults.raise_if_any()
    layers = _layers(folder, faults)
    if "base" in layers[0].broken or layers[0].base is not None:
        faults.raise_if_any()  # the chain of bases has no end: nothing to check rows against
    standard = standard_parameter_rows()
    raw = raw_scenario(layers, standard, folder.name, faults)
    ids = frozenset(name for row in standard if (name := row.text("id")))
    scenario = build(raw, faults, standard=ids)
    return scenario.found_in([layer.folder for layer in reversed(layers)])


def _folder(name_or_folder: str | os.PathLike[str], faults: Faults) -> Path:
    """Return the folder that is meant: a scenario that ships with the package comes first."""
    text = os.fspath(name_or_folder)
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        faults.add("scenario", "not a name", found=text, allowed="a name or a folder")
        return Path()
    shipped = find_scenarios()
    if isinstance(name_or_folder, str) and text in shipped:
        return shipped[text].resolve()
    if not os.path.isdir(text):  # noqa: PTH112 - Path.is_dir may raise
        near = faults.nearest(text, shipped)
        allowed = f"a folder, or one of {listed(shipped) or 'no scenario at all'}"
        faults.add("scenario", f"no such scenario or folder{near}", found=text, allowed=allowed)
        return Path()
    folder = Path(text).resolve()
    if not is_folder_name(folder.name):
        message = "the folder's name cannot be a scenario's"
        faults.add("scenario", message, found=folder.name, allowed=NAME_RULE)
    return folder


def _layers(folder: Path, faults: Faults) -> list[Layer]:
    """Return the folders that make up the scenario, the one without a base first."""
    layers = [read_layer(folder, "", faults)]
    seen = [folder]
    while (name := layers[0].base) is not None:
        file = layers[0].shown + SCENARIO_FILE
        base = _base(name, seen[-1], file, faults)
        if base is None:
            break
        if base in seen:
            chain = " - ".join(each.name for each in (*seen, base))
            message = "the bases go round in a circle"
            faults.add(file, message, field="base", found=chain, allowed="a base without it")
            break
        if len(seen) > limits.BASES:
            allowed = f"at most {limits.BASES}"
            faults.add(file, "too many bases", field="base", found=len(seen), allowed=allowed)
            break
        layers.insert(0, read_layer(base, f"{base.name}/", faults))
        seen.append(base)
    return layers


def _base(name: str, folder: Path, file: str, faults: Faults) -> Path | None:
    """Return the folder of a base: beside the overlay, or one that ships with the package."""
    shipped = find_scenarios()
    if not is_folder_name(name):
        faults.add(file, "not a scenario's name", field="base", found=name, allowed=NAME_RULE)
        return None
    sibling = folder.parent / name
    if is_scenario_folder(sibling):
        return sibling.resolve()
    if name in shipped:
        return shipped[name].resolve()
    near = faults.nearest(name, shipped)
    allowed = f"a folder beside this one, or one of {listed(shipped) or 'no scenario at all'}"
    faults.add(file, f"no such base{near}", field="base", found=name, allowed=allowed)
    return None
