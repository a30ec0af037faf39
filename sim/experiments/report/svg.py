"""Drawing in SVG that keeps its text the same size however wide the page is.

What lies along the x axis is given in percent of the width, what lies along the y axis in pixels,
so that nothing is scaled. Colours are classes of ``figures.css``, light and dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

NOTHING = Markup("")


def drawing(parts: Iterable[Markup], height: float, description: str, css: str = "") -> Markup:
    """Return parts as one drawing, ``height`` pixels high and as wide as there is room.

    ``description`` is said to those who cannot see it; without one the drawing is decoration.
    """
    inner = NOTHING.join(parts)
    label = (
        Markup('role="img" aria-label="{}"').format(description)
        if description
        else Markup('aria-hidden="true"')
    )
    return Markup('<svg class="drawing {}" width="100%" height="{}" {}>{}</svg>').format(
        css, _short(height), label, inner
    )


def rectangle(
    x: float,
    y: float,
    width: float,
    height: float,
    css: str = "",
    *,
    fill: str = "",
    opacity: float | None = None,
    title: str = "",
) -> Markup:
    """Return a rectangle: x and width in percent, y and height in pixels.

    ``fill`` is a colour from data, ``#rrggbb``; ``title`` is shown when pointed at.
    """
    look = Markup(' style="fill:{}"').format(fill) if fill else NOTHING
    if opacity is not None:
        look += Markup(' fill-opacity="{}"').format(_short(opacity))
    words = Markup("<title>{}</title>").format(title) if title else NOTHING
    return Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"{}>{}</rect>').format(
        css, _short(x), _short(y), _short(width), _short(height), look, words
    )


def segment(x1: float, y1: float, x2: float, y2: float, css: str = "") -> Markup:
    """Return a straight line."""
    return Markup('<line class="{}" x1="{}%" y1="{}" x2="{}%" y2="{}"></line>').format(
        css, _short(x1), _short(y1), _short(x2), _short(y2)
    )


def words_at(x: float, y: float, words: str, css: str = "", anchor: str = "middle") -> Markup:
    """Return words whose base line is at ``y``; ``anchor`` is start, middle or end."""
    return Markup('<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>').format(
        css, _short(x), _short(y), anchor, words
    )


def dot(x: float, y: float, radius: float, css: str = "", title: str = "") -> Markup:
    """Return a dot."""
    inner = Markup("<title>{}</title>").format(title) if title else NOTHING
    return Markup('<circle class="{}" cx="{}%" cy="{}" r="{}">{}</circle>').format(
        css, _short(x), _short(y), _short(radius), inner
    )


def diamond(x: float, y: float, size: float, css: str = "", title: str = "") -> Markup:
    """Return a diamond, ``size`` pixels from its middle to each corner."""
    reach = _short(size)
    path = f"M0 -{reach}L{reach} 0L0 {reach}L-{reach} 0Z"
    inner = Markup("<title>{}</title>").format(title) if title else NOTHING
    return Markup(
        '<svg x="{}%" y="{}" width="1" height="1" overflow="visible">'
        '<path class="{}" d="{}">{}</path></svg>'
    ).format(_short(x), _short(y), css, path, inner)


def pointer(x: float, y: float, size: float, right: bool, css: str = "") -> Markup:
    """Return an arrow head that says that something lies beyond the edge."""
    reach = _short(size if right else -size)
    path = f"M0 -{_short(size)}L{reach} 0L0 {_short(size)}Z"
    return Markup(
        '<svg x="{}%" y="{}" width="1" height="1" overflow="visible">'
        '<path class="{}" d="{}"></path></svg>'
    ).format(_short(x), _short(y), css, path)


def curve(
    points: Sequence[tuple[float, float]],
    height: float,
    css: str = "",
    *,
    colour: str = "",
    closed: bool = False,
) -> Markup:
    """Return a line through points: x in percent of the width, y in pixels of ``height``.

    The line is stretched with the page, its thickness is not. ``closed`` fills what it surrounds.
    """
    if not points:
        return NOTHING
    way = "L".join(f"{_short(10 * x)} {_short(y)}" for x, y in points)
    property_name = "fill" if closed else "stroke"
    look = Markup(' style="{}:{}"').format(property_name, colour) if colour else NOTHING
    return Markup(
        '<svg width="100%" height="{}" viewBox="0 0 1000 {}" preserveAspectRatio="none">'
        '<path class="{}" d="M{}"{} vector-effect="non-scaling-stroke"></path></svg>'
    ).format(_short(height), _short(height), css, way + ("Z" if closed else ""), look)


def _short(value: float) -> str:
    """Return a number with two decimals at most."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


__all__ = [
    "NOTHING",
    "Markup",
    "curve",
    "diamond",
    "dot",
    "drawing",
    "escape",
    "pointer",
    "rectangle",
    "segment",
    "words_at",
]
