"""Runs that agree with what was reported, to look at: examples, not results.

Of the pool's runs those are taken which make all that was reported most probable, given what
happened in them. They are no sample of the posterior: they are the best of many thousands, and how
the best run went says little about how the campaign is likely to go.

Every vector of the pool has parameters and luck of its own. Its parameters are written to a table
of one row with every digit, and its seed and replicate are its luck, so that the command replays
the run to the bit.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from calibration.results import ExampleRow
from calibration.structures import Float64, Int64, Pool
from sim.engine.folders import ResultsError, reason, write_whole
from sim.engine.results import versions
from sim.outcomes.values import OutcomeValues

FOLDER = "examples"
NUMBER = 5

VERDICT = (
    "one vector of the priors, chosen because its run agrees with what was reported: "
    "an example, not a result"
)


def find_examples(
    pool: Pool,
    log_probability: Float64,
    shown: Sequence[str],
    folder: Path,
    number: int = NUMBER,
    named: str = "",
) -> list[ExampleRow]:
    """Choose the runs that agree best with all that was reported.

    Parameters
    ----------
    pool : Pool
    log_probability : float64 array, shape ``[N, T]``
        Of what was reported of each fitted target, given what happened in each run: from
        :meth:`calibration.analysis.Analysis.log_probability`.
    shown : sequence of str
        Ids of the outcomes to tell of each run. Of runs in which all of them are the same only the
        best is taken.
    folder : Path
        Of the calibration: the command names the table that :func:`write_examples` puts there.
    number : int
    named : str
        What the command calls the scenario, such as its folder; its name if not given.

    Returns
    -------
    list of ExampleRow
        The best first; fewer if there are not so many different ones. ``distance`` is the log
        probability that is lacking to a run which agrees with every target as well as any run of
        the pool does; 0 for such a run.

    Raises
    ------
    ValueError
        If the matrix is not that of the pool.
    """
    if log_probability.ndim != 2 or len(log_probability) != pool.size:
        raise ValueError(
            f"the log probabilities of {pool.size} runs are needed, "
            f"found shape {log_probability.shape}"
        )
    lacking = lacking_of(log_probability)
    called = named or pool.scenario.name
    examples: list[ExampleRow] = []
    told: list[dict[str, str]] = []
    for row in np.argsort(lacking, kind="stable").tolist():
        if len(examples) == number or not np.isfinite(lacking[row]):
            break
        outcomes = _in_words(pool, row, shown)
        if outcomes not in told:
            told.append(outcomes)
            name = f"example-{len(examples) + 1}"
            examples.append(
                ExampleRow(
                    name=name,
                    seed=int(pool.seed[row]),
                    replicate=int(pool.replicate[row]),
                    distance=float(lacking[row]),
                    outcomes=outcomes,
                    command=_command(pool, row, folder / FOLDER / f"{name}.csv", called),
                )
            )
    return examples


def lacking_of(log_probability: Float64) -> Float64:
    """Return the log probability that each run lacks to the best of each target; ``[N]``.

    A target that no run makes possible tells nothing about which is best and is left out.
    """
    best = log_probability.max(axis=0, initial=-np.inf)
    possible = np.isfinite(best)
    lacking: Float64 = (best[possible] - log_probability[:, possible]).sum(axis=1)
    return lacking


def write_examples(pool: Pool, examples: Sequence[ExampleRow], folder: Path, made: str) -> Path:
    """Write the parameters of each example, and beside them what they are.

    Parameters
    ----------
    pool : Pool
    examples : sequence of ExampleRow
    folder : Path
        Of the calibration.
    made : str
        The command that made it.

    Returns
    -------
    Path
        The folder of the tables, each with a column a parameter and one row: ``--posterior-from``
        reads them, and with one row every replicate takes that row.

    Raises
    ------
    ResultsError
        If it cannot be written.
    """
    target = folder / FOLDER
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ResultsError(f"{str(target)!r} cannot be written: {reason(fault)}.") from None
    for left in sorted(target.glob("example-*")):  # of other targets, fitted before
        if left.stem not in {example.name for example in examples}:
            left.unlink()
    for example in examples:
        values = pool.values[_row_of(pool, example)].tolist()
        # repr gives the shortest text that is read back as the same number, to the last bit.
        lines = [",".join(pool.ids), ",".join(repr(value) for value in values)]
        write_whole(target / f"{example.name}.csv", ("\n".join(lines) + "\n").encode())
        write_whole(target / f"{example.name}.toml", _about(pool, example, made).encode())
    return target


def _row_of(pool: Pool, example: ExampleRow) -> int:
    rows: Int64 = np.flatnonzero(
        (pool.seed == example.seed) & (pool.replicate == example.replicate)
    )
    if len(rows) != 1:
        raise ValueError(
            f"{example.name} is seed {example.seed} and replicate {example.replicate}, "
            f"which {len(rows)} vectors of the pool have"
        )
    return int(rows[0])


def _about(pool: Pool, example: ExampleRow, made: str) -> str:
    """Return the TOML file that a table of parameters has beside it."""
    texts = {
        "command": made,
        "scenario": pool.scenario.name,
        "scenario_hash": pool.scenario.hash,
        "made_with": f"khabur {versions()['khabur']}",
        "verdict": VERDICT,
        "replay": example.command,
    }
    lines = [f"{key} = {json.dumps(text)}" for key, text in texts.items()]
    numbers = {"draws": 1, "seed": example.seed, "replicate": example.replicate}
    lines += ["calibrated = false", *(f"{key} = {number}" for key, number in numbers.items())]
    return "\n".join(lines) + "\n"


def _command(pool: Pool, row: int, table: Path, named: str) -> str:
    words = ["khabur", "run", named]
    words += ["--seed", str(pool.seed[row]), "--replicate", str(pool.replicate[row])]
    return shlex.join([*words, "--posterior-from", table.as_posix()])


def _in_words(pool: Pool, row: int, shown: Sequence[str]) -> dict[str, str]:
    start = pool.scenario.start
    return {name: _told(pool.outcomes[name], row, start) for name in shown}


def _told(outcome: OutcomeValues, row: int, start: date) -> str:
    value = outcome.one(row, start=start)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.3g}"
    return str(value)
