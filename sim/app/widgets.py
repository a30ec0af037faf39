"""What stands in the page and is drawn by the browser: one widget for each view.

A view is an ES module of ``browser/`` that exports ``render`` as anywidget asks for it. The
server hands the modules out as files, so that they import one another as any page's would, and a
browser keeps them.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

BROWSER = Path(__file__).parent / "browser"
"""Folder of the modules and styles that the browser loads."""

ADDRESS = "khabur"
"""Where the server hands that folder out, below its root."""

_LOADER = """
const root = location.origin + (globalThis.solara?.rootPath ?? "");
const view = import(`${root}/ADDRESS/VIEW.js`);
export default {
  async render(context) {
    return (await view).render(context);
  },
};
"""


def loader(view: str) -> str:
    """Return the module of a widget: it fetches that of the view and does as it says."""
    return _LOADER.replace("ADDRESS", ADDRESS).replace("VIEW", view)


class Replay(anywidget.AnyWidget):
    """A recorded run: map, timeline, outcomes beside what was reported, brief of the day.

    Attributes
    ----------
    theatre, recording : dict
        As :mod:`sim.app.geometry` and :mod:`sim.app.recording` make them.
    sheets : dict
        What is known on each day, as far as it has been worked out: :mod:`sim.app.day_sheets`.
    day : int
        Day index where the browser stands; the browser tells it when it comes to rest.
    playing : bool
        Whether it starts by itself.
    """

    _esm = loader("replay")
    theatre = traitlets.Dict().tag(sync=True)
    recording = traitlets.Dict().tag(sync=True)
    sheets = traitlets.Dict().tag(sync=True)
    day = traitlets.Int(0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)


class Futures(anywidget.AnyWidget):
    """Many replicates at once: shares on the map, fan charts, distributions.

    Attributes
    ----------
    theatre : dict
        As :mod:`sim.app.geometry` makes it.
    futures, other : dict
        As :mod:`sim.app.futures` makes them; ``other`` is empty where nothing is compared.
    day : int
        Day index where the browser stands.
    wanted : dict
        What the visitor clicked: ``replicate``, and ``of``, which is ``futures`` or ``other``.
    """

    _esm = loader("futures")
    theatre = traitlets.Dict().tag(sync=True)
    futures = traitlets.Dict().tag(sync=True)
    other = traitlets.Dict().tag(sync=True)
    day = traitlets.Int(0).tag(sync=True)
    wanted = traitlets.Dict().tag(sync=True)


class Sliders(anywidget.AnyWidget):
    """Parameters, each with its prior drawn under its slider.

    Attributes
    ----------
    parameters : list of dict
        As :func:`sim.app.prior_curves.parameter_list` makes them.
    values : dict of parameter id to float
        Those that differ from the scenario's; the browser sets it when a slider comes to rest.
    """

    _esm = loader("sliders")
    parameters: traitlets.List[dict] = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)


class CopyLink(anywidget.AnyWidget):
    """A button that copies the address of the page, day included.

    Attributes
    ----------
    own : bool
        Whether the scenario is the visitor's own, which no link can carry.
    """

    _esm = loader("copy_link")
    own = traitlets.Bool(False).tag(sync=True)


class UploadZone(anywidget.AnyWidget):
    """Where a zip is dropped, or chosen.

    Attributes
    ----------
    most : int
        Bytes that are allowed; of a larger file one byte more is sent.
    file : dict
        ``name`` and ``content`` of the file that was brought last; the browser writes it.
    """

    _esm = loader("upload")
    most = traitlets.Int(0).tag(sync=True)
    file = traitlets.Dict().tag(sync=True)
