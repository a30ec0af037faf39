"""Ensembles drawn from the priors, some replicates at a time, of which little is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.engine.chunks import worker_pool
from sim.engine.simulation import Simulation
from sim.engine.sources import load_checked
from sim.experiments.validation import counts
from sim.experiments.validation.control import holdings, places_in, sides_of
from sim.experiments.validation.record import recorded_places
from sim.outcomes.history import History
from sim.outcomes.selection import districts_of, held_over_time, place_indices, side_of
from sim.state.parameters import draw_from_priors

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

CHUNK = 16
"""Replicates at once: the record of the campaign takes some 10 MB each."""

Arrays = dict[str, NDArray]
"""Arrays by name, each with the replicates first."""

Keep = Callable[["Scenario", History], Arrays]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """Some replicates of a scenario, and what to keep of their history.

    ``parameters`` has a value a replicate of those that are not drawn from their priors.
    """

    scenario: Scenario
    seed: int
    replicates: NDArray[np.int64]
    keep: Keep
    parameters: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


def run_job(job: Job) -> Arrays:
    """Simulate some replicates, and keep what is asked for.

    Parameters that the job does not give are drawn from their priors.
    """
    drawn = draw_from_priors(job.scenario, seed=job.seed, replicates=job.replicates)
    simulation = Simulation(
        job.scenario,
        seed=job.seed,
        replicates=job.replicates,
        parameters={**drawn, **job.parameters},
    )
    return job.keep(job.scenario, simulation.run())


def run_ensemble(
    scenario: Scenario,
    keep: Keep,
    *,
    replicates: int,
    seed: int,
    chunk: int = CHUNK,
    workers: int = 1,
    progress: Progress | None = None,
    parameters: Mapping[str, NDArray[np.float64]] | None = None,
) -> Arrays:
    """Return what ``keep`` takes from each history, joined over all replicates, in their order.

    Neither ``chunk`` nor ``workers`` changes a result. ``parameters`` has values, one a replicate,
    instead of draws from the priors; parameters that it does not name are drawn as they would be
    without it.
    """
    jobs = jobs_of(
        scenario, keep, replicates=replicates, seed=seed, chunk=chunk, parameters=parameters
    )
    parts: dict[int, Arrays] = {}
    for number, part in run_jobs(jobs, workers):
        parts[number] = part
        if progress is not None:
            progress(sum(len(jobs[done].replicates) for done in parts), replicates)
    return {
        name: np.concatenate([parts[number][name] for number in range(len(jobs))])
        for name in parts[0]
    }


def jobs_of(
    scenario: Scenario,
    keep: Keep,
    *,
    replicates: int,
    seed: int,
    chunk: int = CHUNK,
    parameters: Mapping[str, NDArray[np.float64]] | None = None,
) -> list[Job]:
    """Share replicates 0, 1, ... out in jobs of ``chunk`` each, with their parameters."""
    numbers = np.arange(replicates, dtype=np.int64)
    spans = [slice(start, start + chunk) for start in range(0, replicates, chunk)]
    return [
        Job(
            scenario,
            seed,
            numbers[span],
            keep,
            {name: values[span] for name, values in (parameters or {}).items()},
        )
        for span in spans
    ]


def run_jobs(jobs: Sequence[Job], workers: int) -> Iterator[tuple[int, Arrays]]:
    """Run jobs and give number and result of each as it is finished."""
    if workers == 1 or len(jobs) < 2:
        yield from ((number, run_job(job)) for number, job in enumerate(jobs))
        return
    with worker_pool(min(workers, len(jobs))) as pool:
        number_of: dict[Future[Arrays], int] = {
            pool.submit(run_job, job): number for number, job in enumerate(jobs)
        }
        running = set(number_of)
        try:
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield number_of[future], future.result()
        finally:  # when the caller stops, jobs that have not begun are not begun
            for future in running:
                future.cancel()


def campaign() -> Scenario:
    """Return the scenario of the campaign."""
    return load_checked("campaign-2015")


def kobane() -> Scenario:
    """Return the scenario of the siege of Kobane."""
    return load_checked("kobane-2014")


def hasakeh() -> Scenario:
    """Return the scenario of the siege of Hasakeh, with its people followed.

    They act on nothing, so the siege is the same as without them.
    """
    from sim.scenario.rows import Civilians

    followed = {"civilians": Civilians(simulate=True)}
    return load_checked("hasakeh-2015").model_copy(update=followed)


def _control(scenario: Scenario, history: History) -> Arrays:
    places = places_in(scenario, recorded_places())
    return {"held": holdings(history, places, sides_of(scenario))}


def _displaced(scenario: Scenario, history: History) -> Arrays:
    population = sum(place.population or 0 for place in scenario.places if place.city == "Hasakeh")
    return {
        "away": counts.people_away(history, "Hasakeh", population).astype(np.int32),
        "guests": counts.guests_in(history, "Hasakeh").astype(np.int32),
        "siege_first_day": counts.siege_first_day(history, "Hasakeh", "islamic_state"),
    }


def keep_of_siege(scenario: Scenario, history: History) -> Arrays:
    """Keep who held which place, and the people of Hasakeh."""
    return {**_control(scenario, history), **_displaced(scenario, history)}


def keep_of_campaign(scenario: Scenario, history: History) -> Arrays:
    """Keep who held which place, the people of Hasakeh, and the coalition's strikes."""
    area = counts.area_of_places(scenario)
    strikes = counts.strikes_by_month(history, "coalition", area)
    return {**keep_of_siege(scenario, history), "strikes": strikes}


def keep_of_kobane(scenario: Scenario, history: History) -> Arrays:
    """Keep the dead by day, the suicide attacks, and how the siege went."""
    from sim.outcomes.measures_control import share_of_city
    from sim.outcomes.measures_siege import siege_first_day

    allies, enemy = ("ypg", "fsa"), ("islamic_state",)
    bombs = history.car_bombs + history.foot_bombers
    entered = siege_first_day(history, city="Kobane", attacker="islamic_state")
    town = _held_whole(history, districts_of(history, "Kobane"))
    centre = _held_whole(history, place_indices(history, ["Kobane"]))
    november = (date(2014, 11, 1) - history.start).days
    return {
        "is_reported": counts.cumulative(history.reported_killed, history, enemy),
        "is_true": counts.cumulative(history.killed, history, enemy),
        "allies_reported": counts.cumulative(history.reported_killed, history, allies),
        "allies_true": counts.cumulative(history.killed, history, allies),
        "civilians": counts.civilians_dead(history),
        "suicide_attacks": counts.cumulative(bombs, history, enemy),
        "entered": np.where(entered.by_end, entered.values, -1),
        "freed": first_day_freed(town, since=november),
        "never_lost": np.asarray(town[:, november + 1 :].all(axis=1)),
        "centre_held": np.asarray(centre.all(axis=1)),
        "share_january": share_of_city(
            history, city="Kobane", faction="ypg", date="2015-01-01"
        ).values,
    }


def first_day_freed(held: NDArray[np.bool_], since: int, days_held: int = 5) -> NDArray[np.int64]:
    """Return the first day from ``since`` on which a town was freed for some days; -1 if never.

    Parameters
    ----------
    held : bool array, shape ``[R, D + 1]``
        Whether its own side held all of it; column 0 is before day 0. A town that was not lost
        on the day before is not freed.
    """
    replicates, columns = held.shape
    freed = np.zeros((replicates, columns - 1), np.bool_)
    for day in range(since, columns - days_held):
        freed[:, day] = held[:, day + 1 : day + 1 + days_held].all(axis=1) & ~held[:, day]
    return np.where(freed.any(axis=1), freed.argmax(axis=1), -1)


def _held_whole(history: History, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether the YPG and its allies held all of some places, ``[R, D + 1]``."""
    held = held_over_time(history, places, side_of(history, "ypg", ["fsa"]))
    return np.asarray(held.all(axis=2).T, np.bool_)
