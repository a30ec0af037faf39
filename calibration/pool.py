"""The pool: parameter vectors from the priors, each simulated once with luck of its own.

The pool is made of blocks, each a scrambled Sobol sequence of its own and an ensemble of its own
seed, so that one block can be fitted and the other can test the fit. An ensemble's folder keeps
every finished chunk, so a pool that was stopped goes on where it was.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.block_table import (
    block_folder,
    joined,
    outcomes_of,
    read_table,
    table_path,
    vectors_in,
    write_table,
)
from calibration.structures import Float64, Pool
from sim.engine.ensemble import Ensemble, usual_chunk
from sim.engine.ensemble_folder import run_into_folder, write_whole
from sim.engine.folders import ResultsError, check_target, reason
from sim.engine.loading import read_json
from sim.engine.results import json_bytes, versions
from sim.state.parameters import prior_quantile

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

BLOCKS = 2
VECTORS = 51_200
"""Vectors of all blocks: 20,000 proved too few for clean rank tests on a toy, 50,000 enough."""

POOL_FORMAT = "khabur pool"
MOST_CHUNK = 256  # vectors at once; see sim.engine.ensemble

# Sobol points are multiples of 2^-30, zero among them. Half a step more puts each in the middle of
# its cell, strictly inside (0, 1), where every prior has a quantile and the logit is finite.
HALF_STEP = 2.0**-31

Progress = Callable[[int, int], None]


def sobol_points(
    scenario: Scenario, seed: int, number: int
) -> tuple[tuple[str, ...], Float64, Float64]:
    """Draw scrambled Sobol points through the priors of a scenario's parameters.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Of the scramble. Fewer points of the same seed are the first of more.
    number : int
        Of points, n.

    Returns
    -------
    ids : tuple of str, length P
        Parameters with a prior, in the scenario's order.
    unit : float64 array, shape ``[n, P]``
        Quantiles of the priors, strictly between 0 and 1.
    values : float64 array, shape ``[n, P]``
        The values there, in the parameters' units.

    Raises
    ------
    ValueError
        If no parameter has a prior or no point is asked for.
    """
    from scipy.stats import qmc

    uncertain = {name: p for name, p in scenario.parameters.items() if p.prior != "fixed"}
    if not uncertain:
        raise ValueError(f"no parameter of scenario {scenario.name!r} has a prior to draw from")
    if number < 1:
        raise ValueError(f"number must be at least 1, found {number}")
    # "seed" is the keyword of every SciPy from 1.13 on; "rng" came with 1.15.
    sequence = qmc.Sobol(len(uncertain), scramble=True, seed=np.random.default_rng(seed))
    # A Sobol sequence is balanced, and SciPy silent, at powers of two alone.
    exponent = max(0, (number - 1).bit_length())
    unit = np.ascontiguousarray(sequence.random_base2(exponent)[:number]) + HALF_STEP
    columns = [prior_quantile(p, unit[:, i]) for i, p in enumerate(uncertain.values())]
    return tuple(uncertain), unit, np.stack(columns, axis=1)


def make_pool(
    scenario: Scenario,
    folder: str | os.PathLike[str],
    *,
    vectors: int = VECTORS,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> Pool:
    """Simulate a pool, or what is still missing of it, and read it.

    Parameters
    ----------
    scenario : Scenario
    folder : path
        New, or holding some or all of the same pool. Pools of seeds next to each other would
        share a block; take seeds that are :data:`BLOCKS` apart for pools of their own.
    vectors : int
        Of all blocks together; a multiple of :data:`BLOCKS`.
    seed : int
        Block b has seed ``seed + b``.
    workers : int
        Processes that share the work; they change no result.
    progress : callable, optional
        Called with vectors done and in all; first with those found in the folder.

    Returns
    -------
    Pool

    Raises
    ------
    ResultsError
        If the folder holds something else, or cannot be written.
    ValueError
        If the number of vectors does not fit, or the scenario has no priors.
    """
    size = _block_size(vectors)
    target = _open_folder(scenario, Path(folder), vectors, seed)
    done = [vectors_in(target, seed + block, size) for block in range(BLOCKS)]
    if progress is not None:
        progress(sum(done), vectors)
    for block in range(BLOCKS):
        if table_path(target, seed + block).is_file():
            continue
        ids, _, values = sobol_points(scenario, seed + block, size)
        ensemble = Ensemble(
            scenario,
            replicates=size,
            seed=seed + block,
            parameters={name: values[:, i] for i, name in enumerate(ids)},
            chunk=_chunk(scenario),
            workers=workers,
        )

        def count(in_block: int, _size: int, block: int = block) -> None:
            done[block] = in_block
            if progress is not None:
                progress(sum(done), vectors)

        run_into_folder(ensemble, block_folder(target, seed + block), count)
        write_table(scenario, target, seed + block, ids, values)
    return read_pool(scenario, target, vectors, seed)


def read_pool(
    scenario: Scenario, folder: str | os.PathLike[str], vectors: int = VECTORS, seed: int = 0
) -> Pool:
    """Read a finished pool.

    Outcomes that are not simulated (``not_simulated`` in the scenario) are left out.

    Raises
    ------
    ResultsError
        If it is another pool (scenario, seed, number of vectors, version), damaged or unfinished.
    ValueError
        If the number of vectors does not fit.
    """
    size = _block_size(vectors)
    path = Path(folder)
    _check_same(path, _about(scenario, vectors, seed))
    done = sum(vectors_in(path, seed + block, size) for block in range(BLOCKS))
    if done < vectors:
        raise ResultsError(f"The pool in {str(path)!r} has {done} of {vectors} vectors so far.")
    units, values, outcomes = [], [], []
    for block in range(BLOCKS):
        ids, unit, drawn = sobol_points(scenario, seed + block, size)
        table = read_table(scenario, path, seed + block, ids, drawn)
        units.append(unit)
        values.append(drawn)
        outcomes.append(outcomes_of(table, scenario))
    return Pool(
        scenario=scenario,
        ids=ids,
        unit=np.concatenate(units),
        values=np.concatenate(values),
        block=np.repeat(np.arange(BLOCKS, dtype=np.int64), size),
        seed=np.repeat(seed + np.arange(BLOCKS, dtype=np.int64), size),
        replicate=np.tile(np.arange(size, dtype=np.int64), BLOCKS),
        outcomes={name: joined([part[name] for part in outcomes]) for name in outcomes[0]},
    )


def _block_size(vectors: int) -> int:
    if vectors < BLOCKS or vectors % BLOCKS:
        raise ValueError(f"the number of vectors must be a multiple of {BLOCKS}, found {vectors}")
    return vectors // BLOCKS


def _chunk(scenario: Scenario) -> int:
    """Return vectors at once; twice the usual, since a pool is long and few other things run."""
    return min(MOST_CHUNK, 2 * usual_chunk(scenario))


def _about(scenario: Scenario, vectors: int, seed: int) -> dict[str, Any]:
    """Return what tells one pool from another."""
    return {
        "format": POOL_FORMAT,
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "seed": seed,
        "vectors": vectors,
        "khabur": versions()["khabur"],
    }


_WORDS = {
    "scenario": "scenario",
    "seed": "seed",
    "vectors": "number of vectors",
    "khabur": "version of Khabur",
}


def _check_same(folder: Path, wanted: dict[str, Any]) -> None:
    """Refuse a folder that holds no pool, or another one than is wanted."""
    if not (folder / "pool.json").is_file():
        raise ResultsError(f"There is no pool in {str(folder)!r}.")
    found = read_json(folder / "pool.json")
    if found.get("format") != POOL_FORMAT:
        raise ResultsError(f"{str(folder / 'pool.json')!r} does not describe a pool of Khabur.")
    for key, word in _WORDS.items():
        if found.get(key) != wanted[key]:
            raise ResultsError(
                f"The pool in {str(folder)!r} is of {word} {found.get(key)!r:.80}, "
                f"not {wanted[key]!r:.80}; name another folder."
            )
    if found.get("scenario_hash") != wanted["scenario_hash"]:
        raise ResultsError(
            f"The pool in {str(folder)!r} was made before scenario {wanted['scenario']!r} "
            "was changed; name another folder."
        )


def _open_folder(scenario: Scenario, folder: Path, vectors: int, seed: int) -> Path:
    """Return the folder of a pool, made if it is new."""
    about = _about(scenario, vectors, seed)
    if (folder / "pool.json").exists():
        _check_same(folder, about)
        return folder.resolve()
    target = check_target(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ResultsError(f"{str(target)!r} cannot be written: {reason(fault)}.") from None
    write_whole(target / "pool.json", json_bytes(about))
    return target
