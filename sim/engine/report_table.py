"""The reports of a run: those of the monitor, and those that the engine noted day by day."""

from __future__ import annotations

from sim.engine.columns import COLUMNS, Table, row_columns, row_day
from sim.engine.record import RunRecord
from sim.observers.reports import monitor_reports


def report_table(record: RunRecord) -> Table:
    """Return one row a report, by day; of a day the monitor's before those of others."""
    history = record.history
    rows = [*monitor_reports(history), *(dict(report) for report in record.reports)]
    rows.sort(key=lambda row: row_day(row, history.start))  # stable: rows of a day keep their order
    return row_columns(rows, history, tuple(COLUMNS["reports"]))
