"""The value of an outcome in each replicate, and its form in JSON and in Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pyarrow as pa

OutcomeKind = Literal["number", "duration", "date", "category", "truth"]

NOT_BY_THE_END = "not by the end"
NOT_SIMULATED = "not simulated"

DATE32_EPOCH = date(1970, 1, 1).toordinal()  # from which Arrow's date32 counts days

QUANTILES: dict[str, float] = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


@dataclass(frozen=True)
class OutcomeValues:
    """One outcome of R replicates.

    Attributes
    ----------
    kind : str
        ``number``, ``duration`` (days), ``date`` (day index, 0 is the first day simulated),
        ``category`` (index in ``labels``) or ``truth``.
    values : array, shape ``[R]``
        int64 or float64 for numbers, int64 for durations, dates and categories, bool for truth
        values. Always finite. Where ``by_end`` is false the entry is zero and means nothing.
    by_end : bool array, shape ``[R]``
        False where the outcome is "not by the end": a category of its own, never a number.
    labels : tuple of str
        Names of the categories; empty for the other kinds.

    Raises
    ------
    ValueError
        If shapes differ, a value is not finite, or a category has no label.
    """

    kind: OutcomeKind
    values: NDArray[Any]
    by_end: NDArray[np.bool_]
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.values.ndim != 1 or self.values.shape != self.by_end.shape:
            raise ValueError(
                f"values of shape {self.values.shape} and by_end of shape {self.by_end.shape} "
                "must both be one value a replicate"
            )
        if not np.isfinite(self.values).all():
            raise ValueError(f"a {self.kind} must be finite in every replicate")
        if self.kind == "category" and self.values.size:
            low, high = int(self.values.min()), int(self.values.max())
            if low < 0 or high >= len(self.labels):
                raise ValueError(f"category {low} to {high} outside the {len(self.labels)} labels")

    @classmethod
    def joined(cls, parts: Sequence[OutcomeValues]) -> OutcomeValues:
        """Return one outcome of several batches, in their order; labels must agree."""
        first = parts[0]
        if any((part.kind, part.labels) != (first.kind, first.labels) for part in parts):
            raise ValueError("batches of one outcome must have the same kind and labels")
        values = np.concatenate([part.values for part in parts])
        return cls(first.kind, values, np.concatenate([p.by_end for p in parts]), first.labels)

    @property
    def replicates(self) -> int:
        """Number of replicates, R."""
        return int(self.values.shape[0])

    def one(self, replicate: int = 0, *, start: date) -> int | float | bool | str | date:
        """Return the value of one replicate as a plain Python object.

        Parameters
        ----------
        replicate : int
            Index on the replicate axis.
        start : date
            Date of day 0.

        Returns
        -------
        int, float, bool, str or date
            The string "not by the end" where that is the outcome.
        """
        if not self.by_end[replicate]:
            return NOT_BY_THE_END
        return self._plain(self.values[replicate].item(), start)

    def _plain(self, value: Any, start: date) -> int | float | bool | str | date:
        if self.kind == "date":
            return start + timedelta(days=int(value))
        if self.kind == "category":
            return self.labels[value]
        plain: int | float | bool = value
        return plain


def outcome_values(
    kind: OutcomeKind,
    values: ArrayLike,
    by_end: ArrayLike | None = None,
    labels: tuple[str, ...] = (),
) -> OutcomeValues:
    """Return values of one kind, with zeros put where the outcome is not there by the end.

    Parameters
    ----------
    kind : str
        See :class:`OutcomeValues`.
    values : array_like, shape ``[R]``
    by_end : bool array_like, shape ``[R]``, optional
        All true if not given.
    labels : tuple of str
        Names of the categories.
    """
    array = np.asarray(values)
    if array.dtype != np.bool_:
        array = array.astype(np.float64 if array.dtype.kind == "f" else np.int64)
    reached = np.ones(array.shape, np.bool_) if by_end is None else np.asarray(by_end, np.bool_)
    return OutcomeValues(kind, np.where(reached, array, array.dtype.type(0)), reached, labels)


def _json_value(value: int | float | bool | str | date) -> int | float | bool | str:
    return value.isoformat() if isinstance(value, date) else value


def replicate_json(
    outcome: OutcomeValues,
    replicate: int = 0,
    *,
    start: date,
    unit: str,
    reported: str | None,
) -> dict[str, Any]:
    """Return ``{value, unit, reported}`` of one replicate, ready for JSON.

    Dates are ISO text; the value is the string "not by the end" where that is the outcome.
    """
    value = _json_value(outcome.one(replicate, start=start))
    return {"value": value, "unit": unit, "reported": reported}


def ensemble_json(
    outcome: OutcomeValues,
    *,
    start: date,
    unit: str,
    reported: str | None,
) -> dict[str, Any]:
    """Return the spread of an outcome over an ensemble, ready for JSON.

    Returns
    -------
    dict
        For numbers, durations and dates ``p05 p25 p50 p75 p95`` over the replicates in which the
        outcome is there by the end (None if there is no such replicate); for categories and truth
        values ``shares``, of all replicates. Always ``not_by_end`` (share of all replicates),
        ``unit`` and ``reported``.

    Raises
    ------
    ValueError
        If there is no replicate.
    """
    if outcome.replicates == 0:
        raise ValueError("an ensemble needs at least one replicate")
    spread: dict[str, Any] = (
        {"shares": _shares(outcome)}
        if outcome.kind in ("category", "truth")
        else _quantiles(outcome, start)
    )
    not_by_end = float(np.count_nonzero(~outcome.by_end) / outcome.replicates)
    return {**spread, "not_by_end": not_by_end, "unit": unit, "reported": reported}


def _quantiles(outcome: OutcomeValues, start: date) -> dict[str, Any]:
    reached = outcome.values[outcome.by_end]
    if reached.size == 0:
        return dict.fromkeys(QUANTILES)
    # A quantile of dates has to be one of the dates.
    method: Literal["nearest", "linear"] = "nearest" if outcome.kind == "date" else "linear"
    found = np.quantile(reached, list(QUANTILES.values()), method=method)
    if outcome.kind == "date":
        days = [start + timedelta(days=int(day)) for day in found]
        return {name: day.isoformat() for name, day in zip(QUANTILES, days, strict=True)}
    return {name: float(number) for name, number in zip(QUANTILES, found, strict=True)}


def _shares(outcome: OutcomeValues) -> dict[str, float]:
    labels = outcome.labels if outcome.kind == "category" else ("false", "true")
    codes = outcome.values[outcome.by_end].astype(np.int64)
    counts = np.bincount(codes, minlength=len(labels))
    named = zip(labels, counts.tolist(), strict=True)
    shares = {label: count / outcome.replicates for label, count in named}
    if outcome.kind == "truth":
        return shares
    return {label: share for label, share in shares.items() if share > 0}


def outcome_columns(outcomes: Mapping[str, OutcomeValues], *, start: date) -> dict[str, pa.Array]:
    """Return the columns that an ensemble's Parquet table has for its outcomes.

    Each outcome gives two columns: ``<id>``, typed (int64, double, date32, bool or text) and
    null exactly where the outcome is not there by the end; and ``<id>_state``, the text
    ``"value"`` or ``"not by the end"``. There is never a NaN, and a reader who drops nulls can
    still count what was dropped.

    Parameters
    ----------
    outcomes : mapping of str to OutcomeValues
    start : date
        Date of day 0, which turns day indices into dates.
    """
    import pyarrow as pa

    columns: dict[str, pa.Array] = {}
    for name, outcome in outcomes.items():
        values: NDArray[Any] = outcome.values
        if outcome.kind == "date":
            values = np.datetime64(start, "D") + values.astype("timedelta64[D]")
        elif outcome.kind == "category":
            values = np.array(outcome.labels, dtype=object)[values]
        typed = pa.string() if outcome.kind == "category" else None
        columns[name] = pa.array(values, typed, mask=~outcome.by_end)
        state = np.where(outcome.by_end, "value", NOT_BY_THE_END)
        columns[f"{name}_state"] = pa.array(state.tolist(), pa.string())
    return columns


def outcome_of_column(column: pa.ChunkedArray, kind: OutcomeKind, start: int) -> OutcomeValues:
    """Return the outcome that a column of :func:`outcome_columns` holds, as it was before.

    Parameters
    ----------
    column : pyarrow ChunkedArray, length R
        Null where the outcome is not there by the end.
    kind : str
        Of the measure; a column of whole numbers may be a number or a duration.
    start : int
        Ordinal of the date of day 0.

    Returns
    -------
    OutcomeValues
        The labels of a category are those that occur, in alphabetical order.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    there = np.asarray(column.is_valid())
    if kind == "category":
        coded = column.combine_chunks().dictionary_encode()
        found: list[str] = coded.dictionary.to_pylist()
        labels = tuple(sorted(found)) or ("none",)
        code_of = np.array([labels.index(label) for label in found] or [0], dtype=np.int64)
        codes = code_of[np.asarray(pc.fill_null(coded.indices, 0)).astype(np.int64)]
        return outcome_values("category", codes, there, labels)
    if kind == "date":
        epoch = DATE32_EPOCH - start
        days = np.asarray(pc.fill_null(column.cast(pa.int32()), 0)).astype(np.int64) + epoch
        return outcome_values("date", days, there)
    empty = False if kind == "truth" else 0
    return outcome_values(kind, np.asarray(pc.fill_null(column, empty)), there)
