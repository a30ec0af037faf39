"""Zips of scenarios, sound and not."""

import io
import zipfile

from sim.scenario import find_scenarios


def two_towns(**changed):
    """Return the tutorial's files by name, with some of them changed: ``file_csv=content``."""
    folder = find_scenarios()["two-towns"]
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name, content in changed.items():
        files[name.replace("_", ".")] = content
    return files


def zipped(files, folder="my-towns"):
    """Return a zip of files by name, in a folder."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}/{name}" if folder else name, content)
    return data.getvalue()


def changed_towns(title="Three armies, two towns", column=900):
    """Return a zip of the tutorial with a title of its own and a larger column."""
    files = two_towns()
    files["scenario.toml"] = files["scenario.toml"].replace(b"Two towns", title.encode(), 1)
    files["units.csv"] = files["units.csv"].replace(b"600,4", f"{column},6".encode())
    return zipped(files)
