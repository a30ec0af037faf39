"""Rows of a figure: what it is, a drawing as wide as there is room, and what it says in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.experiments.report.scales import Scale
from sim.experiments.report.svg import NOTHING, Markup, drawing


@dataclass(frozen=True)
class Words:
    """A line of words beside a drawing; ``css`` names its look."""

    words: str
    css: str = ""


def strip(
    what: str, below: str, drawn: Markup, result: Sequence[Words | str], css: str = ""
) -> Markup:
    """Return a row; the first line of the result is large, the others are small."""
    small = Markup("<small>{}</small>").format(below) if below else NOTHING
    return Markup(
        '<div class="strip {}"><div class="what">{}{}</div><div>{}</div>'
        '<div class="result">{}</div></div>'
    ).format(css, what, small, drawn, _lines(result))


def band(what: str, drawn: Markup, css: str = "") -> Markup:
    """Return a narrow row without numbers."""
    return Markup(
        '<div class="strip band {}"><div class="what" title="{}">{}</div><div>{}</div></div>'
    ).format(css, what, what, drawn)


def title(words: str, result: str = "") -> Markup:
    """Return the title of the rows below it, and that of their numbers."""
    return Markup(
        '<div class="strip title"><div class="what">{}</div><div class="result">{}</div></div>'
    ).format(words, result)


def axis(scale: Scale, *, narrow: bool = False) -> Markup:
    """Return the axis of the rows above it."""
    if narrow:
        return band("", scale.axis(), "scale")
    return strip("", "", scale.axis(), (), "scale")


def strips(rows: Iterable[Markup]) -> Markup:
    """Return rows as one figure."""
    return Markup('<div class="strips">{}</div>').format(NOTHING.join(rows))


def legend(entries: Iterable[tuple[Markup, str]]) -> Markup:
    """Return what marks mean: each as parts 26 pixels wide and 14 high, and in words."""
    items = [Markup("<li>{}{}</li>").format(_sample(part), words) for part, words in entries]
    return Markup('<ul class="legend">{}</ul>').format(NOTHING.join(items))


def _sample(part: Markup) -> Markup:
    return Markup('<svg width="26" height="14" aria-hidden="true">{}</svg>').format(part)


def _lines(lines: Sequence[Words | str]) -> Markup:
    found = [line if isinstance(line, Words) else Words(line) for line in lines]
    parts = []
    for number, line in enumerate(found):
        tag = "span" if number == 0 or line.css.startswith("line") else "small"
        parts.append(Markup('<{0} class="{1}">{2}</{0}>').format(Markup(tag), line.css, line.words))
    return NOTHING.join(parts)


__all__ = ["Words", "axis", "band", "drawing", "legend", "strip", "strips", "title"]
