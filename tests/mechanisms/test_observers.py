"""What is reported moves with those who report, and the truth does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.engine.simulation import Simulation
from sim.observers.state_media import first_memory, publish
from sim.outcomes.history import History
from tests.arrays import arrays_of_history, assert_same_bits
from tests.mechanisms import corners
from tests.mechanisms.pairs import Run, assert_higher, assert_lower, with_values

IS, GOVERNMENT = "islamic_state", "government"
MID_JULY = 22  # days after the start


def assert_same_truth(one: History, other: History) -> None:
    truth = [
        {
            name: values
            for name, values in arrays_of_history(history).items()
            if not name.startswith("reported")
        }
        for history in (one, other)
    ]
    assert_same_bits(*truth)


def reported(run: Run) -> np.ndarray:
    """Dead of Islamic State that the monitor has published by mid-July."""
    return run.history.reported_killed[:MID_JULY, :, run.faction(IS)].sum(axis=(0, 2))


@pytest.mark.parametrize(
    "values",
    [
        {"monitor.seen_share": 0.45, "monitor.seen_share_of_children": 0.45},
        {"monitor.delay_days": 10},
    ],
    ids=["that sees less", "that is slower"],
)
def test_a_monitor_reports_fewer_dead_by_mid_july(siege, values):
    run = Run(with_values(corners.siege(), values))
    assert_lower(reported(run), reported(siege))
    assert_same_truth(run.history, siege.history)


def claims() -> Callable[[Simulation], np.ndarray]:
    """Watch what the government's media claim of Islamic State's dead each day, ``[R]``."""
    memory = None

    def watch(simulation: Simulation) -> np.ndarray:
        nonlocal memory
        state, setting = simulation.state, simulation.setting
        if memory is None:
            memory = first_memory(setting)
        told = publish(memory, state, setting, state.day - 1)
        teller, about = (setting.factions.index(name) for name in (GOVERNMENT, IS))
        return told.killed[:, teller, about].sum(axis=1)

    return watch


def with_media(inflation: float) -> Run:
    values = {"army.state_media": 1, "state_media.inflation": inflation}
    return Run(with_values(corners.siege(), values), watch=claims())


def test_state_media_claim_more_and_sooner_than_the_monitor_and_change_nothing(siege):
    modest, boastful = with_media(1.0), with_media(1.9)
    assert_lower(modest.watched.sum(axis=0), boastful.watched.sum(axis=0))
    claimed = boastful.watched[:MID_JULY].sum(axis=0)
    assert_higher(claimed, reported(boastful))
    for run in (modest, boastful):
        assert_same_truth(run.history, siege.history)
