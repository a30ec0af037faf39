"""What Mesa's own page shows of a campaign: the network of places, and lines by day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from sim.app.colours import faction_colours

if TYPE_CHECKING:
    from sim.engine.campaign import Campaign

INK = "#111111"
NOBODY = "#b5b5b5"
MOST_LABELS = 14
LABEL_ROOM = (0.2, 0.05)
"""Share of the picture's width and height that a label takes."""


def colours_of(model: Campaign) -> list[str]:
    """Return a colour for each faction, in their order: those of the map, on a light page."""
    setting = model.simulation.setting
    own = [setting.scenario.factions[name].colour for name in setting.factions]
    return [shades["light"] for shades in faction_colours(own, setting.has_units.tolist())]


def places_figure(model: Campaign) -> Figure:
    """Return the network: places by who holds them and by the fighters there, roads between.

    A dark ring marks places where there was fighting on the last day.
    """
    setting, state = model.simulation.setting, model.simulation.state
    theatre, colours = setting.theatre, colours_of(model)
    where = np.stack([theatre.longitude, theatre.latitude], axis=1)
    fighters = np.bincount(
        state.place[0][state.active[0]],
        weights=state.strength[0][state.active[0]],
        minlength=theatre.P,
    )
    held = state.controller[0]
    figure, axes = _figure()
    axes.add_collection(LineCollection(_roads(model, where), colors=NOBODY, linewidths=0.7))
    marks = 14 + fighters / 8
    colour_of_place = [colours[faction] if faction >= 0 else NOBODY for faction in held]
    axes.scatter(*where.T, s=marks, c=colour_of_place, alpha=0.85, linewidths=0, zorder=2)
    fought = _fought(model)
    rings = {"facecolors": "none", "edgecolors": INK, "linewidths": 1.4, "zorder": 3}
    axes.scatter(*where[fought].T, s=marks[fought], **rings)
    for name, spot in labels(model, where):
        text = {"xytext": (5, 4), "textcoords": "offset points", "fontsize": 7, "zorder": 4}
        axes.annotate(name, spot, **text)
    stretch = 1 / np.cos(np.deg2rad(theatre.latitude.mean()))
    axes.set_aspect(stretch, adjustable="datalim")
    axes.set_title(f"{setting.scenario.title}: {_day(model)}", fontsize=10, pad=18)
    about = {"transform": axes.transAxes, "ha": "center", "va": "bottom", "fontsize": 7.5}
    axes.text(0.5, 1.01, "Dots grow with the fighters there. Ring: fought over that day.", **about)
    axes.set_axis_off()
    axes.margins(0.06)
    _legend(figure, model, np.unique(held[held >= 0]).tolist())
    return figure


def factions_figure(model: Campaign) -> Figure:
    """Return strength by day and the dead so far by day, a line for each faction on the ground."""
    # The history as it is now: Mesa's page may be stepping the model in another thread.
    setting, history = model.simulation.setting, model.history
    colours = colours_of(model)
    figure, (above, below) = _figure(rows=2)
    strength = history.strength[:, 0].sum(axis=2)
    dead = history.killed[:, 0].sum(axis=2).cumsum(axis=0)
    days = np.arange(1, history.days + 1)
    ground = np.flatnonzero(setting.has_units)
    for axes, table, label in ((above, strength, "Fighters"), (below, dead, "Killed so far")):
        for faction in ground:
            line = {"color": colours[faction], "linewidth": 1.6, "marker": ".", "markersize": 3}
            axes.plot(days, table[:, faction], **line)
        axes.set_ylabel(label, fontsize=9)
        axes.set_xlim(0, setting.days)
        axes.set_ylim(0, max(10.0, 1.06 * table.max(initial=0)))
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    below.set_xlabel("Day", fontsize=9)
    _legend(figure, model, ground.tolist())
    return figure


def _figure(rows: int = 1) -> tuple[Figure, Any]:
    figure = Figure(figsize=(6.0, 5.3), layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.12))
    return figure, figure.subplots(rows, sharex=rows > 1)


def _roads(model: Campaign, where: np.ndarray) -> list[np.ndarray]:
    index = model.simulation.setting.theatre.index
    return [where[[index(a), index(b)]] for a, b in model.space.G.edges]


def _fought(model: Campaign) -> np.ndarray:
    if not model.day:
        return np.zeros(model.simulation.setting.theatre.P, dtype=bool)
    return model.history.engaged[model.day - 1, 0]


def labels(model: Campaign, where: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Return names and spots of cities and of the places worth most, where there is room.

    Parameters
    ----------
    model : Campaign
    where : float64 array, shape ``[P, 2]``
        Where the places are drawn.
    """
    theatre, scenario = model.simulation.setting.theatre, model.simulation.setting.scenario
    wanted = [
        (scenario.cities[name].label, where[theatre.city == number].mean(axis=0))
        for number, name in enumerate(theatre.city_names)
    ]
    order = sorted(range(theatre.P), key=lambda place: (-theatre.value[place], place))
    wanted += [(theatre.names[place], where[place]) for place in order if theatre.city[place] < 0]
    room = np.ptp(where, axis=0) * LABEL_ROOM
    placed: list[tuple[str, np.ndarray]] = []
    for name, spot in wanted:
        if all((np.abs(spot - other) > room).any() for _, other in placed):
            placed.append((name, spot))
    return placed[:MOST_LABELS]


def _day(model: Campaign) -> str:
    if not model.day:
        return f"before {model.history.date(0)}"
    return f"{model.history.date(model.day - 1)}"


def _legend(figure: Figure, model: Campaign, factions: Iterable[int]) -> None:
    setting, colours = model.simulation.setting, colours_of(model)
    marks = [
        Line2D(
            [],
            [],
            marker="o",
            linestyle="",
            color=colours[faction],
            label=setting.scenario.factions[setting.factions[faction]].label,
        )
        for faction in factions
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=4, frameon=False, fontsize=8)
