"""What is known on each day of a run: the brief of the day, and the outcomes so far.

A sheet takes milliseconds and a run has hundreds, so they are worked out in batches by the pool,
beside the replay: the last day first, then from the first day on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.app.recording import recording_key, unpack_record
from sim.app.words import rows_of, value_text
from sim.engine.report_table import report_table
from sim.engine.tables import daily_table
from sim.observers.brief import Brief, as_of_then, write_brief
from sim.outcomes.compute import compute_outcomes, outcomes_json

if TYPE_CHECKING:
    from sim.engine.record import RunRecord
    from sim.scenario.schema import Scenario

BATCHES = 8

Sheet = dict[str, Any]


def batches_of_days(days: int, batches: int = BATCHES, shown: int = 0) -> list[list[int]]:
    """Return the days of a run in the order in which their sheets are worked out.

    Parameters
    ----------
    days : int
        Days recorded, D.
    batches : int
        Number of batches after the first, which holds the last day alone.
    shown : int
        Day index that somebody looks at: its batch comes before the other ones.

    Returns
    -------
    list of list of int
        Day indices, each once; batches are about equally long and none is empty.
    """
    if days == 0:
        return []
    parts = np.array_split(np.arange(days - 1), batches)
    rest = [part.tolist() for part in parts if len(part)]
    return [[days - 1], *sorted(rest, key=lambda part: shown not in part)]


def day_sheets(packed: bytes, days: Iterable[int]) -> dict[str, Any]:
    """Return the sheets of some days: a job of the pool.

    Parameters
    ----------
    packed : bytes
        The record, as :func:`sim.app.recording.pack_record` packs it.
    days : iterable of int
        Day indices.

    Returns
    -------
    dict
        ``key`` of the recording, ``days`` (sheets by day index, as text) and ``complete``:
        whether these are all days of the run. A sheet has ``headline``, ``paragraphs`` (pairs of
        topic and text) and ``values`` (text by outcome id).

    Raises
    ------
    ValueError
        If a day is not recorded.
    """
    record = unpack_record(packed)
    sheets = {str(day): sheet for day, sheet in sheets_of(record, days)}
    complete = len(sheets) == record.history.days
    return {"key": recording_key(record), "days": sheets, "complete": complete}


def merged(sheets: Mapping[str, Any], batch: Mapping[str, Any], days: int) -> dict[str, Any]:
    """Return sheets with those of a batch added.

    Parameters
    ----------
    sheets, batch : mapping
        As :func:`day_sheets` returns them; ``sheets`` may be empty. Sheets of another recording
        than the batch's are dropped.
    days : int
        Days of the run, D.
    """
    before = sheets["days"] if sheets.get("key") == batch["key"] else {}
    together = {**before, **batch["days"]}
    return {"key": batch["key"], "days": together, "complete": len(together) == days}


def sheets_of(record: RunRecord, days: Iterable[int]) -> Iterator[tuple[int, Sheet]]:
    """Yield each day with its sheet."""
    history, scenario = record.history, record.scenario
    reports = rows_of(report_table(record))
    territory = territory_by_day(record)
    for day in days:
        brief = write_brief(
            scenario,
            history,
            day,
            seed=record.seed,
            replicate=record.replicate,
            reports=reports,
            territory_km2=territory[day] if 0 <= day < history.days else None,
        )
        yield day, sheet_of(record, brief, day)


def territory_by_day(record: RunRecord) -> list[dict[str, float]]:
    """Return the land that each faction holds, km2, by day; empty dicts without a territory."""
    history = record.history
    if record.territory is None:
        return [{} for _ in range(history.days)]
    shape = history.days, len(history.factions)
    held = daily_table(record)["territory_km2"].reshape(shape).tolist()
    return [dict(zip(history.factions, of_day, strict=True)) for of_day in held]


def sheet_of(record: RunRecord, brief: Brief, day: int) -> Sheet:
    """Return the sheet of a day from its brief."""
    is_last = day == record.history.days - 1
    found = values_at_the_end(record) if is_last else values_so_far(record, brief, day)
    return {
        "headline": brief.headline,
        "paragraphs": [list(pair) for pair in brief.paragraphs],
        "values": {row.id: value_text(row, found[row.id]) for row in record.scenario.outcomes},
    }


def values_at_the_end(record: RunRecord) -> dict[str, Any]:
    """Return the values of all outcomes over the whole run: nothing is to come any more."""
    return _values(record.scenario, record, record.history.days)


def values_so_far(record: RunRecord, brief: Brief, day: int) -> dict[str, Any]:
    """Return the values of all outcomes as of a day.

    The brief has measured those of which something was reported; the others are measured here.
    """
    found = {statement.id: statement.value for statement in brief.statements}
    rows = tuple(row for row in record.scenario.outcomes if row.id not in found)
    rest = _values(record.scenario.model_copy(update={"outcomes": rows}), record, day + 1)
    return found | {row.id: as_of_then(row, rest[row.id], brief.situation) for row in rows}


def _values(scenario: Scenario, record: RunRecord, days: int) -> dict[str, Any]:
    past = record.history.first(days)
    measured = compute_outcomes(scenario, past)
    told = outcomes_json(scenario, measured, start=past.start, replicate=0)
    return {name: each["value"] for name, each in told.items()}
