"""What a page is made of, and the page as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Paragraph:
    """Words; ``absent`` for those that say what is not there."""

    kind: ClassVar[str] = "paragraph"
    words: str
    absent: bool = False


@dataclass(frozen=True)
class Heading:
    """The title of a part of a section."""

    kind: ClassVar[str] = "heading"
    words: str


@dataclass(frozen=True)
class Figure:
    """A drawing with what it shows below it."""

    kind: ClassVar[str] = "figure"
    drawn: Markup
    caption: str


@dataclass(frozen=True)
class Table:
    """Rows below their heads; a head that begins with ``#`` is that of a column of numbers."""

    kind: ClassVar[str] = "table"
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Folded:
    """What is shown only to those who ask."""

    kind: ClassVar[str] = "folded"
    summary: str
    blocks: Sequence[Block]


Block: TypeAlias = Paragraph | Heading | Figure | Table | Folded


@dataclass(frozen=True)
class Section:
    """A part of a page with a title; ``id`` is unique in the page."""

    id: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes
    ----------
    title, question : str
    answer : sequence of str
        What it says, in a few sentences; the first is written large.
    facts : sequence of (str, str)
        A few large numbers, each with what it counts.
    sections : sequence of Section
        The first holds the figure that answers the question.
    made : sequence of (str, str)
        How it was made: what, and words.
    """

    title: str
    question: str
    answer: Sequence[str]
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    made: Sequence[tuple[str, str]] = field(default=())


def environment(*folders: Path) -> Environment:
    """Return templates of these folders, and of this one; whatever they are given is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader([*folders, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(page: Page) -> str:
    """Return the page as HTML; the same page gives the same text."""
    return environment().get_template("page.html.jinja").render(page=page)
