"""How much work a calibration does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from calibration.pool import VECTORS

DATA_SETS = 500
FRESH = 1000
DRAWS = 1000
"""Rows of the posterior table."""

RECORD_REPLICATES = 200
RECORD_SEED_APART = 700

Watch = Callable[[str, str], AbstractContextManager[Callable[[int, int], None]]]
"""Given what is done and its unit, something to call with how many are done and in all."""


@dataclass(frozen=True)
class Settings:
    """How much work a calibration does.

    Attributes
    ----------
    vectors : int
        Of the pool.
    seed : int
        Of the pool, and of all luck that comes after it.
    workers : int
        Processes that simulate; they change no result.
    fresh : int
        Draws from the posterior that are run anew, twice each.
    data_sets : int
        Synthetic data sets.
    alternative_vectors : int
        Of each model with a mechanism switched off; 0 to leave them out.
    record_replicates : int
        Runs for the checks that are not fitted; 0 to leave them out.
    simulate : bool
        Whether anything but the pool is simulated. Without it a fit takes seconds, and the
        report says what was not looked at.
    second_opinion : bool
        Whether to fit once more by neural posterior estimation; needs the extra ``sbi``.
    """

    vectors: int = VECTORS
    seed: int = 1
    workers: int = 1
    fresh: int = FRESH
    data_sets: int = DATA_SETS
    alternative_vectors: int = VECTORS // 10
    record_replicates: int = RECORD_REPLICATES
    simulate: bool = True
    second_opinion: bool = False


@dataclass(frozen=True)
class Work:
    """Where and how a calibration works.

    Attributes
    ----------
    folder : Path
    settings : Settings
    command : str
        The command that asked for it; it stands in the report and beside the posterior.
    named : str
        What commands call the scenario: its name, or its folder.
    watch : callable
        Makes the progress of each stage visible.
    """

    folder: Path
    settings: Settings
    command: str
    named: str
    watch: Watch
