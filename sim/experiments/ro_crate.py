"""A sweep's folder described for machines: an RO-Crate.

RO-Crate Metadata Specification 1.1, https://w3id.org/ro/crate/1.1, with the sweep as an action
that software did, as in the Process Run Crate profile 0.5,
https://w3id.org/ro/wfrun/process/0.5. Everything is taken from the manifest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sim.experiments.manifest import MANIFEST

CRATE = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_SPECIFICATION = "https://w3id.org/ro/crate/1.1"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_PARQUET = "application/vnd.apache.parquet"
_LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"

Entity = dict[str, Any]


def ro_crate(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata of a sweep's folder, as ``ro-crate-metadata.json`` has it.

    Parameters
    ----------
    manifest : mapping
        As :func:`sim.experiments.manifest.manifest_of` makes it.
    """
    files = _files(manifest)
    inputs = [_property(name, value) for name, value in _settings(manifest)]
    inputs += [_parameter(name, about) for name, about in manifest["parameters"].items()]
    outcomes = [_outcome(name, about) for name, about in manifest["outcomes"].items()]
    graph: list[Entity] = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": _link(_SPECIFICATION),
            "about": _link("./"),
        },
        _root(manifest, files, outcomes),
        *files,
        _action(manifest, files, inputs),
        *_contextual(manifest),
        *inputs,
        *outcomes,
    ]
    return {"@context": _CONTEXT, "@graph": graph}


def _root(manifest: Mapping[str, Any], files: list[Entity], outcomes: list[Entity]) -> Entity:
    scenarios = ", ".join(manifest["scenarios"])
    return {
        "@id": "./",
        "@type": "Dataset",
        "conformsTo": _link(_PROFILE),
        "name": manifest["title"] or f"Sweep of {scenarios}",
        "description": (
            f"{manifest['runs']} simulated campaigns ({manifest['rows']} points in parameters and "
            f"scenarios, {manifest['replicates']} replicates each) of {scenarios}, with the "
            "outcomes of each."
        ),
        "datePublished": manifest["finished"] or manifest["started"],
        "license": _link("#licence"),
        "hasPart": [_link(file["@id"]) for file in files],
        "mentions": _link("#sweep"),
        "variableMeasured": [_link(outcome["@id"]) for outcome in outcomes],
    }


def _files(manifest: Mapping[str, Any]) -> list[Entity]:
    scenarios = [
        _file(about["file"], f"Scenario {name}: {about['title']}", "application/json")
        for name, about in manifest["scenarios"].items()
    ]
    return [
        _file(MANIFEST, "What was run, with which versions", "application/json"),
        _file(manifest["rows_file"], "Rows of the design", _PARQUET),
        *scenarios,
        {
            "@id": "parts/",
            "@type": "Dataset",
            "name": "Outcomes of the runs",
            "description": "Apache Parquet files with one row a run.",
        },
    ]


def _file(path: str, name: str, encoding: str) -> Entity:
    return {"@id": quote(path), "@type": "File", "name": name, "encodingFormat": encoding}


def _action(manifest: Mapping[str, Any], files: list[Entity], inputs: list[Entity]) -> Entity:
    made = ("parts/", MANIFEST)
    used = [file["@id"] for file in files if file["@id"] not in made]
    found: Entity = {
        "@id": "#sweep",
        "@type": "CreateAction",
        "name": "Sweep",
        "instrument": _link("#khabur"),
        "object": [_link(name) for name in (*used, *(each["@id"] for each in inputs))],
        "result": _link("parts/"),
        "startTime": manifest["started"],
    }
    if manifest["command"]:
        found["description"] = manifest["command"]
    if manifest["finished"]:
        found["endTime"] = manifest["finished"]
        found["actionStatus"] = _link("http://schema.org/CompletedActionStatus")
    return found


def _contextual(manifest: Mapping[str, Any]) -> list[Entity]:
    versions = dict(manifest["versions"])
    return [
        {
            "@id": "#khabur",
            "@type": "SoftwareApplication",
            "name": "Khabur",
            "description": "An agent-based simulation of a territorial campaign.",
            "softwareVersion": versions.pop("khabur"),
            "softwareRequirements": [f"{name} {version}" for name, version in versions.items()],
            "license": _link(_LICENCE),
        },
        {"@id": _LICENCE, "@type": "CreativeWork", "name": "Apache License 2.0"},
        {
            "@id": "#licence",
            "@type": "CreativeWork",
            "name": "No licence stated",
            "description": "Whoever made these results has not said how they may be used.",
        },
        {"@id": _PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
    ]


def _settings(manifest: Mapping[str, Any]) -> list[tuple[str, Any]]:
    hashes = [
        (f"{key} of {name}", about[key])
        for name, about in manifest["scenarios"].items()
        for key in ("scenario_hash", "until", "prior")
    ]
    named = [(key, manifest[key]) for key in ("seed", "first_replicate", "replicates")]
    return named + hashes


def _property(name: str, value: Any) -> Entity:
    return {"@id": _name("setting", name), "@type": "PropertyValue", "name": name, "value": value}


def _parameter(name: str, about: Mapping[str, Any]) -> Entity:
    return {
        "@id": _name("parameter", name),
        "@type": "PropertyValue",
        "name": name,
        "unitText": about["unit"],
        "minValue": about["lowest"],
        "maxValue": about["highest"],
    }


def _outcome(name: str, about: Mapping[str, Any]) -> Entity:
    return {
        "@id": _name("outcome", name),
        "@type": "PropertyValue",
        "name": name,
        "unitText": about["unit"],
        "measurementTechnique": about["measure"],
    }


def _name(group: str, name: str) -> str:
    return f"#{group}-{quote(name, safe='')}"


def _link(name: str) -> dict[str, str]:
    return {"@id": name}
