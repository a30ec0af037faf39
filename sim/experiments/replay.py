"""Which run of a job that raised is at fault, and how to do that run alone.

A job's runs are simulated together, so an exception does not say whose it is. Where it was
raised, the job is cut in halves until one run is left that raises by itself. Its number travels
as a note on the exception, so within its traceback, whichever executor ran the job.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable

import numpy as np

from sim.experiments.failures import Failure
from sim.experiments.jobs import Job, replay_of, run_job

_NOTE = "Of {} runs in this job, number {} raises by itself."
_NOTED = re.compile(r"^Of \d+ runs in this job, number (\d+) raises by itself\.$", re.MULTILINE)

TOGETHER = "the same khabur sweep command: no run of the job is known to fail by itself"


def run_or_blame(job: Job) -> bytes:
    """Run a job as :func:`sim.experiments.jobs.run_job`; if it raises, note which run it is."""
    try:
        return run_job(job)
    except (Exception, SystemExit) as fault:
        guilty = _guilty(job)
        if guilty is not None:
            fault.add_note(_NOTE.format(len(job), guilty + 1))
        raise


def with_replay(job: Job, failure: Failure) -> Failure:
    """Return a failure whose ``replay`` does the run at fault alone, if it is known."""
    noted = _NOTED.findall(failure.traceback)
    number = int(noted[-1]) if noted else 0
    known = 1 <= number <= len(job)
    replay = command_for(_part(job, number - 1, number)) if known else TOGETHER
    return failure.model_copy(update={"replay": replay})


def command_for(job: Job) -> str:
    """Return the command that does a job's first run alone: ``khabur run`` where that can do it.

    It has no way to say which classes replace a scenario's own; then it is Python.
    """
    return _python_for(job) if job.of.kinds else replay_of(job)


def _guilty(job: Job) -> int | None:
    """Return the index of a run that raises by itself; None if there is none."""
    first, last = 0, len(job)
    while last - first > 1:
        middle = (first + last) // 2
        if _raises(_part(job, first, middle)):
            last = middle
        elif _raises(_part(job, middle, last)):
            first = middle
        else:
            return None
    return first


def _part(job: Job, first: int, last: int) -> Job:
    number = np.arange(len(job))
    return job.only((first <= number) & (number < last))


def _raises(job: Job) -> bool:
    try:
        run_job(job)
    except (Exception, SystemExit):
        return True
    return False


def _python_for(job: Job) -> str:
    of = job.of
    scenario = [_literal(shlex.split(replay_of(job))[2])]  # khabur run SCENARIO
    if values := {name: float(column[0]) for name, column in sorted(job.parameters.items())}:
        scenario.append(_literal(values))
    words = [f"load_scenario({', '.join(scenario)})", f"seed={of.seed}"]
    words.append(f"replicate={int(job.replicates[0])}")
    if of.until != of.scenario.end:
        words.append(f"until=date.fromisoformat({_literal(of.until.isoformat())})")
    words += ["prior=True"] * of.prior + ["posterior=True"] * (of.posterior is not None)
    named = [f"{_literal(name)}: {kind.__qualname__}" for name, kind in sorted(of.kinds.items())]
    words.append(f"kinds={{{', '.join(named)}}}")
    lines = [
        "from datetime import date",
        "from sim import load_scenario",
        "from sim.engine.run import run_campaign",
        *_imports(of.kinds.values()),
        f"run_campaign({', '.join(words)})",
    ]
    script = "; ".join(lines)
    if all(map(_has_address, of.kinds.values())):
        return f"python -c {shlex.quote(script)}"
    return f"in Python, where the classes of the kinds are defined: {script}"


def _literal(value: object) -> str:
    """Return a text or a dict of numbers as Python with double quotes, which a shell leaves be."""
    return json.dumps(value, ensure_ascii=False)


def _has_address(kind: type) -> bool:
    """Tell whether a class can be imported by name."""
    return kind.__module__ != "__main__" and "<locals>" not in kind.__qualname__


def _imports(kinds: Iterable[type]) -> list[str]:
    found = {
        (kind.__module__, kind.__qualname__.partition(".")[0])
        for kind in kinds
        if _has_address(kind)
    }
    return [f"from {module} import {name}" for module, name in sorted(found)]
