"""What a sweep is to run: the design, frozen."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
)

from sim.scenario import cells
from sim.scenario.row_base import KEY, words
from sim.state.elementary import exp, log

Float64 = NDArray[np.float64]

PRIOR: Final = "prior"
SCALES: Final = ("linear", "log")
SAMPLED: Final = ("latin_hypercube", "sobol")
"""Methods that draw points, so that `points` says how many."""

METHODS: Final = ("grid", *SAMPLED)

MOST_ROWS: Final = 1_000_000
"""Most rows of a design: points times scenarios."""

MOST_RUNS: Final = 100_000_000
"""Most runs: rows times replicates; weeks of two cores even for small scenarios."""

MOST_SEED: Final = 2**63 - 1
MOST_REPLICATE: Final = 2**31 - 1

DIGITS: Final = 12
"""Significant digits of a value from a range: it reads as it was meant, and does not hang on the
last bit of a processor's logarithm."""

SETTING: Final = 'a number, a list of numbers, a range such as {low = 1, high = 2}, or "prior"'


def _scenario_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not text")
    if not value.strip() or "\0" in value:
        raise ValueError("not a name")
    return value


def _seed(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not a whole number")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def _listed(value: object) -> object:
    """Return a single number as a list of one."""
    single = isinstance(value, int | float) and not isinstance(value, bool)
    return (value,) if single else value


class Range(BaseModel):
    """An interval of values of a parameter.

    Attributes
    ----------
    low, high
        In the parameter's unit.
    scale
        `linear`, or `log`: equal steps, or equal chances, of the logarithm.
    steps
        How many values a grid takes of it, both ends among them; None where points are drawn.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: Annotated[float, cells.Number] = Field(description="a number below high")
    high: Annotated[float, cells.Number] = Field(description="a number above low")
    scale: Annotated[Literal["linear", "log"], cells.word_of(SCALES)] = Field(
        "linear", description=words(SCALES)
    )
    steps: Annotated[int, Field(ge=2, le=MOST_ROWS), cells.Whole] | None = Field(
        None, description=f"a whole number from 2 to {MOST_ROWS:,}"
    )

    def quantile(self, probability: ArrayLike) -> Float64:
        """Return the values at shares of the way from low (0) to high (1), any shape.

        They are rounded to :data:`DIGITS` digits; 0 and 1 give the ends themselves.
        """
        share = np.asarray(probability, dtype=np.float64)
        if self.scale == "log":
            ends = log(np.array([self.low, self.high]))
            values = exp(ends[0] + (ends[1] - ends[0]) * share)
        else:
            values = self.low + (self.high - self.low) * share
        values = np.where(share == 1.0, self.high, np.where(share == 0.0, self.low, values))
        return rounded(values, self.low, self.high)

    def grid(self) -> Float64:
        """Return the values that a grid takes, shape ``[steps]``."""
        steps = self.steps or 2
        # The same share gives the same value whatever the steps: a finer grid keeps its points.
        return self.quantile(np.arange(steps) / (steps - 1))


def rounded(values: Float64, low: float, high: float) -> Float64:
    """Return values rounded to :data:`DIGITS` digits, kept between low and high; any shape."""
    texts = (f"{value:.{DIGITS}g}" for value in values.ravel().tolist())
    plain = np.fromiter((float(text) for text in texts), np.float64, values.size)
    return plain.reshape(values.shape).clip(low, high)


def _tag(value: object) -> str:
    if isinstance(value, Range | dict):
        return "range"
    return "prior" if isinstance(value, str) else "values"


def _in_order(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sorted(values))


def _by_id(parameters: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(parameters.items()))


Values = Annotated[
    tuple[Annotated[float, cells.Number], ...], BeforeValidator(_listed), AfterValidator(_in_order)
]
Setting: TypeAlias = Annotated[
    Annotated[Range, Tag("range")]
    | Annotated[Values, Tag("values")]
    | Annotated[Literal["prior"], Tag("prior")],
    Discriminator(_tag),
]
"""What a design says of a parameter: a range, values in ascending order, or `prior`."""

Truth = Annotated[bool, BeforeValidator(_truth)]
ScenarioText = Annotated[str, BeforeValidator(_scenario_text)]


class Design(BaseModel):
    """The runs of a sweep: points in parameters, times scenarios, times replicates.

    Made by :func:`sim.experiments.design.load_design` and its like, which check what a field by
    itself does not show. Frozen; treat the dictionary as frozen too. Two designs are equal if all
    fields are; where it was read is none. The order of parameters, and of values of a parameter,
    means nothing: both are sorted.

    Attributes
    ----------
    title
        What it is.
    scenarios
        Names or folders, overlays among them.
    seed
        Of the luck of all runs, and of the points that are drawn.
    replicates, first_replicate
        Each row is run with replicates `first_replicate` to `first_replicate + replicates - 1`,
        the same for all rows.
    method
        `grid`, `latin_hypercube` or `sobol`; None is a grid too.
    points
        How many points are drawn; None for a grid.
    parameters
        By id: a range, a tuple of values, or `"prior"`. They win over whatever else says
        something of the parameter.
    outcomes
        Ids of the outcomes wanted; None for all.
    prior, posterior
        Whether other parameters are drawn from their priors, or taken from the posterior that
        lies with the scenario, which wins over the priors; by default they keep their values.
    until
        Last day to simulate; None for the scenario's end.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: cells.Text = Field("", description="text of one line")
    scenarios: tuple[ScenarioText, ...] = Field(
        min_length=1, description='names or folders of scenarios, such as ["hasakeh-2015"]'
    )
    seed: Annotated[int, Field(ge=0, le=MOST_SEED), BeforeValidator(_seed)] = Field(
        0, description=f"a whole number from 0 to {MOST_SEED}"
    )
    replicates: Annotated[int, Field(ge=1, le=MOST_RUNS), cells.Whole] = Field(
        1, description=f"a whole number from 1 to {MOST_RUNS:,}"
    )
    first_replicate: Annotated[int, Field(ge=0, le=MOST_REPLICATE), cells.Whole] = Field(
        0, description=f"a whole number from 0 to {MOST_REPLICATE:,}"
    )
    method: (
        Annotated[Literal["grid", "latin_hypercube", "sobol"], cells.word_of(METHODS)] | None
    ) = Field(None, description=words(METHODS))
    points: Annotated[int, Field(ge=1, le=MOST_ROWS), cells.Whole] | None = Field(
        None, description=f"a whole number from 1 to {MOST_ROWS:,}"
    )
    parameters: Annotated[dict[cells.ParameterId, Setting], AfterValidator(_by_id)] = Field(
        default_factory=dict, description=f"by id of a parameter, {SETTING}"
    )
    outcomes: tuple[Annotated[cells.Key, Field(description=KEY)], ...] | None = Field(
        None, min_length=1, description='ids of outcomes, such as ["siege_days"]'
    )
    prior: Truth = Field(default=False, description="true or false")
    posterior: Truth = Field(default=False, description="true or false")
    until: cells.Day | None = Field(None, description="a date such as 2015-07-29")

    _file: str = PrivateAttr(default="design")
    _folder: Path | None = PrivateAttr(default=None)

    @property
    def file(self) -> str:
        """What faults call the design: its file as it was named."""
        return self._file

    @property
    def folder(self) -> Path | None:
        """Folder of the design's file, where its scenarios may lie; None if it has none."""
        return self._folder

    def found_in(self, file: str, folder: Path | None) -> Design:
        """Note where the design was read, and return it."""
        self._file, self._folder = file, folder
        return self

    @property
    def points_per_scenario(self) -> int:
        """Number of points: those drawn, or the product of the lengths of a grid's lists."""
        if self.method in SAMPLED:
            return self.points or 0
        number = 1
        for setting in self.parameters.values():
            if isinstance(setting, Range):
                number *= setting.steps or 0
            elif isinstance(setting, tuple):
                number *= len(setting)
        return number

    @property
    def hash(self) -> str:
        """SHA-256 of everything but the title, in hexadecimal.

        Scenarios count by what the design calls them, not by what they say: the ids of the rows
        (:mod:`sim.experiments.design_rows`) hold that.
        """
        content = self.to_json()
        content.pop("title", None)
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return plain values, of which :func:`sim.experiments.design.design_of` makes it again."""
        return self.model_dump(mode="json", exclude_none=True)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Design):
            return NotImplemented
        return self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.hash)
