"""Reports of a run are dated, worded and stand beside the truth."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.campaign import Campaign
from sim.engine.columns import COLUMNS
from sim.engine.run import run_campaign
from sim.engine.tables import run_tables
from sim.observers.reports import COUNTED, monitor_reports, state_media
from sim.observers.wording import numbers_meant
from tests.outcomes.histories import random_history
from tests.random_scenarios import random_scenario


@pytest.fixture(scope="module")
def history():
    return random_history(3, 40, 1)


@pytest.fixture(scope="module")
def loud():
    """A run in which all factions have media."""
    return run_campaign(random_scenario(3), seed=1, parameters={"any_kind.state_media": 1.0})


def test_a_report_has_the_columns_of_the_table(history):
    keys = {*COLUMNS["reports"]} - {"date"}
    assert all(set(report) == keys for report in monitor_reports(history))


def test_the_monitors_numbers_are_what_it_published(history):
    reports = monitor_reports(history)
    for what, (published, _) in COUNTED.items():
        total = sum(report["number"] for report in reports if report["what"] == what)
        assert total == getattr(history, published).sum()


def test_the_truth_beside_the_reports_adds_up_to_what_happened_until_the_last(history):
    reports = monitor_reports(history)
    for what, (_, truth) in COUNTED.items():
        by_cell: dict[tuple[str, str], list[dict]] = {}
        for report in (report for report in reports if report["what"] == what):
            by_cell.setdefault((report["about"], report["place"]), []).append(report)
        for (faction, place), told in by_cell.items():
            at = history.factions.index(faction), history.places.index(place)
            happened = getattr(history, truth)[: told[-1]["day"] + 1, 0, at[0], at[1]].sum()
            assert sum(report["true_number"] for report in told) == happened


def test_words_of_the_monitor_are_a_lower_bound(history):
    for report in monitor_reports(history):
        if report["what"] == "killed":
            words = " ".join(report["words"].split()[:3])
            assert numbers_meant(words) == (report["number"], None)


def test_changes_of_hands_are_reported_on_the_day(history):
    captured = [row for row in monitor_reports(history) if row["what"] == "captured"]
    before = np.concatenate([history.initial_controller[None], history.controller])
    changed = (before[1:] != before[:-1]) & (before[1:] >= 0)
    assert len(captured) == changed.sum()


def test_reports_of_a_run_are_in_order_of_days_with_those_of_media(loud):
    reports = run_tables(loud)["reports"]
    assert (np.diff(reports["day"]) >= 0).all()
    media = {state_media(faction) for faction in loud.history.factions}
    assert set(reports["observer"]) & media
    assert set(reports["observer"]) <= media | {"monitor"}


def test_media_claim_no_fewer_dead_than_there_are(loud):
    reports = run_tables(loud)["reports"]
    mine = np.array([observer != "monitor" for observer in reports["observer"]])
    killed = mine & (reports["what"] == "killed")
    assert killed.any()
    assert reports["number"][killed].sum() >= reports["true_number"][killed].sum() > 0


def test_media_tell_only_of_enemies_dead_and_their_own_captures(loud):
    for report in loud.reports:
        own = report["observer"] == state_media(report["about"])
        assert own == (report["what"] in ("captured", "cleared"))


def test_a_campaign_keeps_the_same_reports(loud):
    values = {"any_kind.state_media": 1.0}
    campaign = Campaign(random_scenario(3), seed=1, parameters=values).run()
    assert list(campaign.record().reports) == list(loud.reports)


def test_without_media_only_the_monitor_reports():
    record = run_campaign(random_scenario(3), seed=1)
    assert set(run_tables(record)["reports"]["observer"]) == {"monitor"}
