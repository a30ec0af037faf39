"""Colours of factions that people tell apart, whatever colours they see and whatever the theme.

A scenario may give a faction a colour; here it becomes two near it, one for a light page and one
for a dark page, moved as little as it takes. What a scenario says is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

GROUNDS: Final = {"light": ("#ffffff", "#f3ecdc"), "dark": ("#14191e", "#222d39")}
"""Grounds: what colours are drawn on in each theme, the page and what lies on it."""

LEAST_CONTRAST: Final = 3.0
"""Contrast of a colour with its grounds: WCAG 2.1, criterion 1.4.11, for what is not text."""

LEAST_DISTANCE: Final = 15.0
"""Distance of two colours in CIELAB (CIE 1976), as anybody sees them.

A difference of 2.3 is just noticed (M. Mahy, L. Van Eycken and A. Oosterlinck, 1994, "Evaluation
of uniform color spaces developed after the adoption of CIELAB and CIELUV", Color Research and
Application 19(2), 105-121). Lands are drawn at some four tenths of full strength, which leaves
about that share of the distance: still twice what is just noticed. More is to be had, but moves
seven colours so far that they are no longer those of the scenario.
"""

HATCHES: Final = 8
"""Number of patterns, the first of which is none."""

_USUAL: Final = (
    "#2a6fb0",
    "#b4443c",
    "#3f8f4f",
    "#d9a400",
    "#7a5aa6",
    "#3b3b3b",
    "#2b8c8c",
    "#b05a94",
)
"""Colours of factions that have none, in order."""

VISIONS: Final = ("normal", "protanopia", "deuteranopia", "tritanopia")

_SEEN: Final = np.array(
    [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ]
)
"""What each of `VISIONS` makes of linear red, green and blue, at full severity.

G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, 2009, "A physiologically-based model for
simulation of color vision deficiency", IEEE Transactions on Visualization and Computer Graphics
15(6), 1291-1298: the matrices of severity 1.0 that its authors publish with it.
"""

_XYZ: Final = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
"""CIE XYZ of linear red, green and blue of sRGB (IEC 61966-2-1)."""

_WHITE: Final = _XYZ.sum(axis=1)
_BEND: Final = 6 / 29  # where the cube root of CIELAB gives way to a straight line

_STEPS: Final = (2.0, 6.0, 6.0)
"""Steps in which colours are moved: lightness, chroma, degrees of hue."""

_COSTS: Final = (1.0, 0.7, 1.5)
"""What a move costs by its distance in CIELAB along lightness, chroma and hue: hue says who it is,
so that it goes last."""


def faction_colours(colours: Sequence[str | None], ground: Sequence[bool]) -> list[dict[str, Any]]:
    """Return two colours and a pattern for each faction.

    Parameters
    ----------
    colours
        The scenario's colour of each faction as ``#rrggbb``, or None.
    ground
        Which factions have units on the ground: those that hold land need a pattern most.

    Returns
    -------
    list of dict
        ``light`` and ``dark``, colours for the themes of `GROUNDS`: every two are `LEAST_DISTANCE`
        or more apart for each of `VISIONS`, and `LEAST_CONTRAST` from the grounds; with more
        factions than that leaves room for, as far apart as can be had. The first faction keeps
        its colour if the grounds allow it, each later one moves aside for those before. ``hatch``,
        0 to 7: all different for up to eight factions on the ground.
    """
    own = tuple(c or _USUAL[i % len(_USUAL)] for i, c in enumerate(colours))
    order = sorted(range(len(own)), key=lambda faction: not ground[faction])
    shades = {theme: _apart(own, grounds) for theme, grounds in GROUNDS.items()}
    return [
        {
            "light": shades["light"][faction],
            "dark": shades["dark"][faction],
            "hatch": order.index(faction) % HATCHES,
        }
        for faction in range(len(own))
    ]


def distance(one: str, other: str, vision: str = "normal") -> float:
    """Return how far apart two colours are in CIELAB, as somebody with that vision sees them."""
    seen = _as_seen(_linear(np.array([_numbers(one), _numbers(other)])))
    return float(_apart_by(seen[:1], seen[1])[0, VISIONS.index(vision)])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.1 defines it, 1 to 21."""
    light = _luminance(_linear(np.array([_numbers(one), _numbers(other)])))
    return float((light.max() + 0.05) / (light.min() + 0.05))


@cache
def _apart(own: tuple[str, ...], grounds: tuple[str, ...]) -> tuple[str, ...]:
    """Return a colour near each of `own` that stands out, far enough from the others."""
    least = LEAST_DISTANCE
    while (found := _chosen(own, grounds, least)) is None:
        least *= 0.8  # more factions than there is room for
    return found


def _chosen(own: tuple[str, ...], grounds: tuple[str, ...], least: float) -> tuple[str, ...] | None:
    """Return the nearest colours that are `least` apart, one after another; None if none is."""
    coded, seen = _lattice()
    background = _luminance(_linear(np.array([_numbers(each) for each in grounds])))
    free = _stands_out(_luminance(_linear(coded)), background)
    chosen: list[str] = []
    for colour in own:
        wanted = _linear(np.array(_numbers(colour)))
        as_seen = _as_seen(wanted)
        taken = [_as_seen(_linear(np.array(_numbers(each)))) for each in chosen]
        if _stands_out(_luminance(wanted), background) and all(
            _apart_by(as_seen, each).min() >= least for each in taken
        ):
            chosen.append(colour)
        elif free.any():
            cost = np.where(free, _cost(seen[:, 0], as_seen[0]), np.inf)
            as_seen = seen[np.argmin(cost)]
            chosen.append(_code(coded[np.argmin(cost)]))
        else:
            return None
        free = free & (_apart_by(seen, as_seen).min(axis=-1) >= least)
    return tuple(chosen)


@cache
def _lattice() -> tuple[Reals, Reals]:
    """Return the colours to choose from: as coded, [n, 3], and in CIELAB as seen, [n, 4, 3]."""
    lightness = np.arange(0.0, 100.1, _STEPS[0])
    chroma = np.arange(0.0, 132.1, _STEPS[1])
    hue = np.radians(np.arange(0.0, 359.9, _STEPS[2]))
    light, strong, turn = (each.ravel() for each in np.meshgrid(lightness, chroma, hue))
    linear = _from_lab(np.stack([light, strong * np.cos(turn), strong * np.sin(turn)], axis=-1))
    shown = linear[((linear >= -1e-6) & (linear <= 1 + 1e-6)).all(axis=1)]
    whole = np.rint(255 * _coded(np.clip(shown, 0.0, 1.0))).astype(np.int64)
    number = np.unique(whole @ np.array([1 << 16, 1 << 8, 1]))
    coded = np.stack([number >> 16, number >> 8 & 255, number & 255], axis=-1) / 255
    return coded, _as_seen(_linear(coded))


def _cost(lab: Reals, own: Reals) -> Reals:
    """Return what it costs to move a colour to others, [n]; rounded, so that ties are ties."""
    chroma, own_chroma = np.hypot(lab[:, 1], lab[:, 2]), np.hypot(own[1], own[2])
    along = ((lab[:, 1:] - own[1:]) ** 2).sum(axis=1)
    hue2 = np.maximum(along - (chroma - own_chroma) ** 2, 0.0)
    moves2 = ((lab[:, 0] - own[0]) ** 2, (chroma - own_chroma) ** 2, hue2)
    total = sum(cost**2 * move2 for cost, move2 in zip(_COSTS, moves2, strict=True))
    return np.round(np.sqrt(total), 6)


def _stands_out(luminance: Reals, grounds: Reals) -> NDArray[np.bool_]:
    """Return whether colours [...] have enough contrast with all grounds [g]."""
    high, low = (f(luminance[..., None], grounds) for f in (np.maximum, np.minimum))
    return np.asarray(((high + 0.05) / (low + 0.05) >= LEAST_CONTRAST).all(axis=-1))


def _apart_by(seen: Reals, one: Reals) -> Reals:
    """Return the distances in CIELAB of colours [..., 4, 3] from one of them, [..., 4]."""
    return np.asarray(np.sqrt(((seen - one) ** 2).sum(axis=-1)))


def _as_seen(linear: Reals) -> Reals:
    """Return linear colours [..., 3] in CIELAB as each of `VISIONS` sees them, [..., 4, 3]."""
    return _lab(np.clip(np.einsum("vij,...j->...vi", _SEEN, linear), 0.0, 1.0))


def _lab(linear: Reals) -> Reals:
    share = linear @ _XYZ.T / _WHITE
    bent = np.where(share > _BEND**3, np.cbrt(share), share / (3 * _BEND**2) + 4 / 29)
    x, y, z = np.moveaxis(bent, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _from_lab(lab: Reals) -> Reals:
    light = (lab[..., 0] + 16) / 116
    bent = np.stack([light + lab[..., 1] / 500, light, light - lab[..., 2] / 200], axis=-1)
    share = np.where(bent > _BEND, bent**3, 3 * _BEND**2 * (bent - 4 / 29))
    return np.asarray(share * _WHITE @ np.linalg.inv(_XYZ).T)


def _linear(coded: Reals) -> Reals:
    """Return linear colours of those coded as sRGB does, 0 to 1."""
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def _coded(linear: Reals) -> Reals:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _luminance(linear: Reals) -> Reals:
    return np.asarray(linear @ _XYZ[1])


def _numbers(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def _code(coded: Reals) -> str:
    return "#" + bytes(np.rint(255 * coded).astype(np.uint8).tolist()).hex()
