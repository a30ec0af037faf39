"""Running the points of a design through the engine, in parts that are kept as they are done."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.chunks import Chunk, run_chunk
from sim.engine.ensemble import usual_chunk
from sim.engine.folders import MOST_BYTES, ResultsError, read_bytes, reason, write_whole
from sim.engine.results import versions
from sim.experiments.executors import ExecutorFactory
from sim.experiments.failures import Failure
from sim.experiments.runner import run_jobs
from sim.experiments.sensitivity.faults import SensitivityError
from sim.outcomes.values import OutcomeValues
from sim.state.parameters import prior_quantile

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]
Progress = Callable[[int, int], None]

PARTS = "parts"
FAILURES = "failures"


@dataclass(frozen=True)
class Points:
    """The runs of a design.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    names : tuple of str
        Parameters that differ between points.
    points : float64 array, shape ``[blocks, points, k]``
        Quantiles of their priors.
    replicates : int
        Of each point, R. Block b has the replicates ``b R`` to ``b R + R - 1``, so that points
        of a block share their luck and blocks do not.
    until : date or None
        Last day to simulate.
    """

    scenario: Scenario
    seed: int
    names: tuple[str, ...]
    points: Float64
    replicates: int
    until: date | None

    @property
    def runs(self) -> int:
        """Number of runs, in the order block, point, replicate."""
        return self.points.shape[0] * self.points.shape[1] * self.replicates

    @property
    def days(self) -> int:
        """Days simulated of each."""
        return ((self.until or self.scenario.end) - self.scenario.start).days + 1

    def key(self) -> str:
        """Return the hash of all that the numbers depend on."""
        about = [self.scenario.hash, self.seed, self.names, self.replicates, self.until]
        digest = hashlib.sha256(repr([*about, self.points.shape, versions()["khabur"]]).encode())
        digest.update(np.ascontiguousarray(self.points).tobytes())
        return digest.hexdigest()

    def parts(self) -> list[Part]:
        """Return the parts that are run one by one."""
        size = usual_chunk(self.scenario)
        return [self._part(first, first + size) for first in range(0, self.runs, size)]

    def _part(self, first: int, last: int) -> Part:
        rows = np.arange(first, min(last, self.runs))
        point, replicate = np.divmod(rows, self.replicates)
        block = point // self.points.shape[1]
        quantiles = self.points.reshape(-1, len(self.names))[point]
        parameters = self.scenario.parameters
        return Part(
            name=f"runs-{rows[0]:08d}-{rows[-1]:08d}",
            chunk=Chunk(
                scenario=self.scenario,
                seed=self.seed,
                replicates=block * self.replicates + replicate,
                parameters={
                    name: prior_quantile(parameters[name], quantiles[:, column])
                    for column, name in enumerate(self.names)
                },
                prior=False,
                kinds={},
                until=self.until,
            ),
        )


@dataclass(frozen=True)
class Part:
    """Some runs of a design; can be sent to another process."""

    name: str
    chunk: Chunk


def run_part(part: Part) -> bytes:
    """Simulate a part and return its outcomes as an ``.npz`` file."""
    return _npz(run_chunk(part.chunk).outcomes)


def evaluate(
    points: Points,
    *,
    executors: ExecutorFactory,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, OutcomeValues]:
    """Run all points and return their outcomes, in the order block, point, replicate.

    Parameters
    ----------
    points : Points
    executors : callable
        Where parts run: :mod:`sim.experiments.executors`.
    folder : Path, optional
        Keeps each part as soon as it is done; what is there already is not run again.
    progress : callable, optional
        Called with runs done and in all.

    Raises
    ------
    SensitivityError
        If a part failed; the others are kept.
    ResultsError
        If the folder cannot be written or a part in it is damaged.
    """
    parts = points.parts()
    keeper = _Keeper(folder, points.runs, progress)
    missing = [part for part in parts if not keeper.has(part)]
    keeper.finished = points.runs - sum(len(part.chunk.replicates) for part in missing)
    run_jobs(
        missing,
        run_part,
        executors=executors,
        done=keeper.done,
        failed=keeper.failed,
        replay=lambda part: f"the same command again runs {part.name}, which is missing",
    )
    if keeper.failures:
        name, first = next(iter(keeper.failures.items()))
        raise SensitivityError(
            f"{len(keeper.failures)} of {len(parts)} parts failed; the first, {name}: "
            f"{first.type}: {first.message}"
        )
    return _joined([keeper.outcomes(part) for part in parts])


class _Keeper:
    """Keeps parts on disk, or in memory if there is no folder."""

    def __init__(self, folder: Path | None, runs: int, progress: Progress | None) -> None:
        self.folder = folder
        self.runs = runs
        self.progress = progress
        self.finished = 0
        self.kept: dict[str, bytes] = {}
        self.failures: dict[str, Failure] = {}

    def has(self, part: Part) -> bool:
        return self.folder is not None and self._path(self.folder, part).is_file()

    def done(self, part: Part, content: bytes) -> None:
        if self.folder is None:
            self.kept[part.name] = content
        else:
            write_whole(_made(self._path(self.folder, part)), content)
        self.finished += len(part.chunk.replicates)
        if self.progress is not None:
            self.progress(self.finished, self.runs)

    def failed(self, part: Part, failure: Failure) -> None:
        self.failures[part.name] = failure
        if self.folder is not None:
            path = _made(self.folder / FAILURES / f"{part.name}.json")
            write_whole(path, failure.to_json())

    def outcomes(self, part: Part) -> dict[str, OutcomeValues]:
        if self.folder is None:
            return _read_npz(self.kept.pop(part.name), part, part.name)
        path = self._path(self.folder, part)
        return _read_npz(read_bytes(path, MOST_BYTES), part, str(path))

    @staticmethod
    def _path(folder: Path, part: Part) -> Path:
        return folder / PARTS / f"{part.name}.npz"


def _made(path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ResultsError(f"{str(path)!r} cannot be written: {reason(fault)}.") from None
    return path


def _npz(outcomes: dict[str, OutcomeValues]) -> bytes:
    arrays: dict[str, NDArray[Any]] = {}
    for name, found in outcomes.items():
        arrays[f"{name}.values"] = found.values
        arrays[f"{name}.by_end"] = found.by_end
        arrays[f"{name}.kind"] = np.array(found.kind)
        arrays[f"{name}.labels"] = np.array(found.labels, dtype=np.str_)
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()


def _read_npz(content: bytes, part: Part, shown: str) -> dict[str, OutcomeValues]:
    from zipfile import BadZipFile

    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        found = {
            row.id: OutcomeValues(
                kind=str(arrays[f"{row.id}.kind"]),  # type: ignore[arg-type]
                values=arrays[f"{row.id}.values"],
                by_end=arrays[f"{row.id}.by_end"],
                labels=tuple(str(label) for label in arrays[f"{row.id}.labels"]),
            )
            for row in part.chunk.scenario.outcomes
        }
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as fault:
        raise ResultsError(f"{shown!r} is damaged ({fault}); delete it to run it again.") from None
    if any(values.replicates != len(part.chunk.replicates) for values in found.values()):
        raise ResultsError(f"{shown!r} has another number of runs; delete it to run it again.")
    return found


def _joined(parts: list[dict[str, OutcomeValues]]) -> dict[str, OutcomeValues]:
    return {name: OutcomeValues.joined([part[name] for part in parts]) for name in parts[0]}
