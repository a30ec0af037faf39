"""The model against the record: what is scored, and how perfect and naive runs fare."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from calibration.record import record_scores, share_better
from calibration.record import runs as record_runs
from calibration.record.article import DATA, _rows
from calibration.record.baselines import STAYS
from calibration.record.control_rows import changes_since, check_days
from calibration.record.scores import columns_shared, rows_of_runs
from calibration.results import ScoreRow
from calibration.structures import COMPLETENESS
from sim.experiments.validation import ensembles
from sim.experiments.validation.control import places_in
from sim.experiments.validation.record import (
    LAST_DAY,
    holding_of,
    recorded_changes,
    recorded_dead,
    recorded_displaced,
    recorded_places,
)
from sim.scenario.schema import Scenario


@pytest.fixture(scope="module")
def campaign() -> Scenario:
    return ensembles.campaign()


@pytest.fixture(scope="module")
def hasakeh() -> Scenario:
    return ensembles.hasakeh()


@pytest.fixture(scope="module")
def kobane() -> Scenario:
    return ensembles.kobane()


def as_recorded(scenario: Scenario, *, changes: bool = True) -> ensembles.Arrays:
    """Return two runs that went as the record tells, or in which nothing changed."""
    places = places_in(scenario, recorded_places())
    days = [scenario.start + timedelta(days=number) for number in range(scenario.days)]
    held = [[place.last_known(scenario.start) for place in places]]
    held += [
        [place.last_known(min(day, LAST_DAY) if changes else scenario.start) for place in places]
        for day in days
    ]
    away = np.zeros((2, scenario.days))
    for row in recorded_displaced():
        away[:, (row.day - scenario.start).days] = (row.low + row.high) / 2
    return {"held": np.array([held, held], np.uint8), "away": away}


def dead_as_recorded(kobane: Scenario) -> ensembles.Arrays:
    found = {name: np.zeros((2, kobane.days)) for name in ("is_reported", "allies_reported")}
    for row in recorded_dead():
        column = (row.day - kobane.start).days
        found["is_reported"][:, column] = row.islamic_state
        found["allies_reported"][:, column] = row.allies
    return found


def rows_of(
    scenario: Scenario, kobane: Scenario | None = None, *, changes: bool = True
) -> list[ScoreRow]:
    kept = as_recorded(scenario, changes=changes)
    kept_runs = {f"{scenario.name}-{which}": kept for which in ("posterior", "prior")}
    if kobane is not None:
        dead = dead_as_recorded(kobane)
        kept_runs |= {f"{kobane.name}-{which}": dead for which in ("posterior", "prior")}
    return rows_of_runs(scenario, kobane, kept_runs)


@pytest.mark.parametrize("name", ["campaign", "hasakeh"])
def test_runs_that_go_as_recorded_beat_every_naive_forecast_that_errs(
    name: str, request: pytest.FixtureRequest, kobane: Scenario
) -> None:
    rows = rows_of(request.getfixturevalue(name), kobane if name == "campaign" else None)
    assert all(row.better for row in rows if row.naive > 0)
    assert share_better(rows) > 0.95


def test_runs_in_which_nothing_changes_are_no_better_than_that_forecast(
    campaign: Scenario, hasakeh: Scenario
) -> None:
    for scenario in (campaign, hasakeh):
        rows = rows_of(scenario, changes=False)
        assert not any(row.better for row in rows if row.group.endswith("dates of changes"))
        assert not any(row.better for row in rows if row.naive_name == STAYS)
    # In the campaign that forecast is the best one for some months: the runs tie with it.
    tied = [row for row in rows_of(campaign, changes=False) if row.naive_name == STAYS]
    assert tied
    assert all(row.posterior == row.naive for row in tied)


def test_what_the_article_tells_is_not_among_the_rows(
    campaign: Scenario, hasakeh: Scenario
) -> None:
    for scenario in (campaign, hasakeh):
        dates = [row.what for row in rows_of(scenario) if row.group.endswith("dates of changes")]
        for told in ("Kobane", "Tal Abyad", "Palmyra", "Sarrin", "Zuhur", "Sharia"):
            assert not any(what.startswith(told) for what in dates)
        # How Nashwa East was lost is the start of the siege; that it was won back is not told.
        east = [what for what in dates if what.startswith("Nashwa East")]
        assert east == ["Nashwa East, IS to YPG, 20 Jul"]


def test_all_other_changes_of_the_record_are_among_the_rows(campaign: Scenario) -> None:
    dates = [row for row in rows_of(campaign) if row.group.endswith("dates of changes")]
    assert len(dates) == len(recorded_changes()) - len(_rows("article_changes.csv"))
    assert len({row.what for row in dates}) == len(dates)


def test_a_passage_before_the_start_is_not_waited_for_again(
    campaign: Scenario, hasakeh: Scenario
) -> None:
    def falls(scenario: Scenario) -> list[int]:
        changes = changes_since(places_in(scenario, recorded_places()), scenario.start)
        return [
            change.nth
            for change in changes
            if change.place == "Ahdath prison" and change.loser == holding_of("government")
        ]

    assert falls(campaign) == [1, 2]
    assert falls(hasakeh) == [1]


def test_the_tables_of_the_article_name_changes_and_places_of_the_record() -> None:
    known = {(c.earliest.isoformat(), c.place) for c in recorded_changes()}
    assert {(row["date"], row["place"]) for row in _rows("article_changes.csv")} <= known
    places = {place.name for place in recorded_places()}
    assert {row["place"] for row in _rows("article_places.csv")} <= places
    assert (DATA / "README.md").is_file()


def test_holders_are_compared_at_ends_of_months_or_by_week(
    campaign: Scenario, hasakeh: Scenario
) -> None:
    months = [day.isoformat()[5:] for day in check_days(campaign.start)]
    assert months == ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-29"]
    weeks = [day.isoformat()[5:] for day in check_days(hasakeh.start)]
    assert weeks == ["07-01", "07-08", "07-15", "07-22", "07-29"]


def test_kobane_takes_what_both_scenarios_define_alike(
    campaign: Scenario, kobane: Scenario
) -> None:
    names = [
        "islamic_state.break_hazard_per_day",
        "monitor.seen_share",
        "campaign.ypg_kobane_fighters",
        "army.reaction_per_day",
    ]
    columns = {name: np.arange(3.0) for name in names}
    shared = columns_shared(campaign, kobane, columns)
    assert set(shared) == {"islamic_state.break_hazard_per_day", "monitor.seen_share"}
    assert shared["monitor.seen_share"] is columns["monitor.seen_share"]
    own = kobane.parameters["monitor.seen_share"].model_copy(update={"high": 0.7})
    changed = kobane.model_copy(update={"parameters": {**kobane.parameters, own.id: own}})
    assert set(columns_shared(campaign, changed, columns)) == {names[0]}


def test_scores_are_those_of_runs_kept_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {
        "islamic_state.break_hazard_per_day": np.array([0.6, 0.5, 0.6]),
        COMPLETENESS: np.full(3, 0.7),
    }
    settings = {"replicates": 2, "seed": 5, "workers": 1, "folder": tmp_path}
    told: list[tuple[int, int]] = []
    first = record_scores(
        "hasakeh-2015",
        columns,
        progress=lambda *done: told.append(done),
        **settings,  # type: ignore[arg-type]
    )
    assert told == [(0, 4), (2, 4), (4, 4)]
    assert {row.group.split(": ")[0] for row in first} == {"hasakeh-2015"}
    assert any(row.posterior != row.prior for row in first)

    def run_nothing(jobs: list[ensembles.Job], _: int) -> list[tuple[int, ensembles.Arrays]]:
        assert not jobs
        return []

    monkeypatch.setattr(record_runs, "run_jobs", run_nothing)
    assert record_scores("hasakeh-2015", columns, **settings) == first  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "columns", "words"),
    [
        ("two-towns", {}, "no record of scenario 'two-towns'"),
        ("hasakeh-2015", {"siege.tanks": np.ones(2)}, "'siege.tanks' is not a parameter"),
        ("hasakeh-2015", {"siege.ypg_fighters": np.ones(1)}, "each of 2 replicates"),
        ("hasakeh-2015", {"siege.ypg_fighters": np.full(2, np.nan)}, "must be finite"),
    ],
)
def test_what_cannot_be_scored_is_refused_before_anything_is_run(
    name: str, columns: dict[str, np.ndarray], words: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=words):
        record_scores(name, columns, replicates=2, seed=1, workers=1, folder=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
