"""Jobs of a sweep done at once, without simulating: what is left is what a sweep itself costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiments.jobs import Job
from sim.experiments.parts import part_bytes

SHARE_WITH_VALUE = 0.9  # of a made-up outcome; the rest is "not by the end"
_SAME: dict[str, bytes] = {}


def made_up(job: Job) -> bytes:
    """Return a part with the rows of a job, as large as a real one, and outcomes out of the air."""
    import pyarrow as pa

    runs = len(job)
    luck = np.random.default_rng(int(job.key[:15], 16))
    columns: dict[str, Any] = {
        "row_id": pa.array(job.row_ids, pa.string()),
        "scenario": pa.array([job.scenario.name] * runs, pa.string()),
        "seed": pa.array([job.seed] * runs, pa.int64()),
        "replicate": pa.array(job.replicates, pa.int64()),
    }
    columns |= {name: pa.array(values) for name, values in job.parameters.items()}
    for name in job.of.outcomes:
        there = luck.random(runs) < SHARE_WITH_VALUE
        columns[name] = pa.array(luck.integers(0, 3000, runs), mask=~there)
        columns[f"{name}_state"] = pa.array(np.where(there, "value", "not by the end"))
    return part_bytes(pa.table(columns), {"basis": job.of.basis})


def same_part(job: Job) -> bytes:
    """Return the part of the first job that this process was given, whatever the job."""
    if job.of.basis not in _SAME:
        _SAME[job.of.basis] = made_up(job)
    return _SAME[job.of.basis]
