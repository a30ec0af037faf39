"""What the app's page on calibration shows, as plain data."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.app_data import calibrated_scenarios, drawn_of, fit_of, home_of, page_of
from calibration.app_parameters import BINS
from calibration.app_targets import LATE, target_row
from calibration.report.words import Calendar
from calibration.results import TargetRow
from sim.engine.posterior import posterior_of
from sim.scenario import find_scenarios, load
from tests.calibration.report.made_up import made_up_findings

SHIPPED = sorted(calibrated_scenarios())


@pytest.fixture(params=SHIPPED)
def folder(request: pytest.FixtureRequest) -> Path:
    return calibrated_scenarios()[request.param]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A scenario with a posterior, to be damaged."""
    return Path(shutil.copytree(calibrated_scenarios()["hasakeh-2015"], tmp_path / "hasakeh-2015"))


def made_up(name: str, **changes: Any) -> dict[str, Any]:
    findings = made_up_findings()
    row = next(row for row in findings.targets if row.id == name)
    return target_row(TargetRow(**{**vars(row), **changes}), Calendar.of(findings))


def changed(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_both_fitted_scenarios_ship_a_posterior_and_their_overlays_use_it() -> None:
    assert {"hasakeh-2015", "campaign-2015"} <= set(SHIPPED)
    assert home_of("hasakeh-2015") == "hasakeh-2015"
    assert home_of("two-towns") is None
    assert home_of("no such scenario") is None
    overlay = next(name for name in find_scenarios() if home_of(name) not in (None, name))
    assert home_of(overlay) in SHIPPED


def test_a_page_is_plain_data_and_holds_all_that_it_shows(folder: Path) -> None:
    page = page_of(folder)
    assert page["problem"] == ""
    assert json.loads(json.dumps(page, allow_nan=False)) == page
    assert page["targets"][0]["role"] == "fit"
    assert page["ensemble"] == f"/ensemble?scenario={folder.name}&posterior=yes"


def test_the_headline_counts_the_requirements_that_hold(folder: Path) -> None:
    page = page_of(folder)
    rows = [row for row in page["requirements"] if row["holds"] is not None]
    holding = sum(row["holds"] for row in rows)
    assert page["headline"].endswith(f"{holding} of {len(rows)} requirements hold")
    assert page["headline"].startswith("CALIBRATED" if page["calibrated"] else "NOT CALIBRATED")


def test_every_place_lies_on_its_axis(folder: Path) -> None:
    for group in page_of(folder)["targets"]:
        for row in group["rows"]:
            for places in (row["prior_at"], row["posterior_at"], row["reported_at"]):
                assert places == sorted(places)
                assert 0 <= places[0] <= places[-1] <= 1
            marks = [place for place, _ in row["marks"]]
            assert len(marks) >= 2
            assert marks == sorted(marks)


def test_the_parameters_are_those_that_were_fitted_identified_ones_first(folder: Path) -> None:
    page, scenario = page_of(folder), load(folder)
    rows = page["parameters"]
    flags = [row["identified"] for row in rows]
    assert flags == sorted(flags, reverse=True)
    assert page["identified"] == sum(flags) > 0
    told = f"not identify {len(rows) - page['identified']} of {len(rows)} parameters"
    posterior = posterior_of(scenario, True)
    assert posterior is not None
    verdict = tomllib.loads((folder / "posterior.toml").read_text(encoding="utf-8"))["verdict"]
    assert verdict.endswith(f"{told}.")
    shown = {row["id"] for row in rows} | {row["id"] for row in page["set_aside"]}
    assert set(posterior.ids) == shown - {"report.completeness"}


def test_bars_are_the_density_over_the_prior(folder: Path) -> None:
    for row in page_of(folder)["parameters"]:
        assert len(row["bars"]) == BINS
        assert np.mean(row["bars"]) == pytest.approx(1.0, abs=0.002)
        assert row["at"] == sorted(row["at"])


def test_the_draws_are_about_as_narrow_as_the_calibration_says(folder: Path) -> None:
    """1,000 draws are not the fit's neighbours, but their contraction is near."""
    fit = fit_of(folder)
    for row, column in zip(fit.page["parameters"], fit.columns, strict=True):
        assert column.id == row["id"]
        assert column.contraction == pytest.approx(row["contraction"], abs=0.05)


def test_a_draw_is_the_row_that_a_run_takes(folder: Path) -> None:
    fit, scenario = fit_of(folder), load(folder)
    posterior = posterior_of(scenario, True)
    assert posterior is not None
    taken = posterior.draw(seed=7, replicates=[381])
    drawn = drawn_of(fit, seed=7, replicate=381)
    assert drawn["link"] == f"/?scenario={folder.name}&seed=7&replicate=381&posterior=yes"
    assert drawn["row"] == posterior.rows(seed=7, replicates=[381])[0] + 1
    for column in fit.columns:
        if column.id in taken:
            assert column.values[drawn["row"] - 1] == taken[column.id][0]
    assert len(drawn["at"]) == len(drawn["words"]) == len(fit.columns)


def test_a_page_is_worked_out_once_for_all_visitors(copy: Path) -> None:
    assert page_of(copy) is page_of(copy)


def test_a_file_that_changes_is_read_again(copy: Path) -> None:
    assert page_of(copy)["calibrated"]
    change = "calibrated = true", "calibrated = false"
    changed(copy / "posterior.toml", lambda text: text.replace(*change))
    page = page_of(copy)
    assert not page["calibrated"]
    assert page["headline"].startswith("NOT CALIBRATED")


def test_without_predictions_the_page_says_how_they_are_made(copy: Path) -> None:
    (copy / "predictive.csv").unlink()
    page = page_of(copy)
    assert page["targets"] == []
    assert "khabur calibrate hasakeh-2015 --out DIR --ship" in page["targets_note"]
    assert page["parameters"]


def test_damaged_predictions_are_told_and_the_rest_is_shown(copy: Path) -> None:
    changed(copy / "predictive.csv", lambda text: text.replace(",date,context,", ",date,guess,", 1))
    page = page_of(copy)
    assert "hasakeh-2015/predictive.csv, row 2, role" in page["targets_note"]
    assert page["parameters"]


def test_a_posterior_of_an_earlier_version_is_shown_without_what_it_does_not_keep(
    copy: Path,
) -> None:
    changed(copy / "posterior.toml", lambda text: text[: text.index("\n[identified]")] + "\n")
    page = page_of(copy)
    assert page["identified"] is None
    assert page["requirements"] == []
    assert page["headline"] == "CALIBRATED"
    assert page["verdict"].startswith("CALIBRATED")
    contractions = [row["contraction"] for row in page["parameters"]]
    assert contractions == sorted(contractions, reverse=True)


def test_requirements_that_are_none_are_left_out(copy: Path) -> None:
    odd = '[[requirements]]\nholds = "perhaps"\nsentence = "odd"\n\n[[requirements]]'
    changed(copy / "posterior.toml", lambda text: text.replace("[[requirements]]", odd, 1))
    first = page_of(copy)["requirements"][0]
    assert (first["sentence"], first["holds"], first["wanted"]) == ("odd", None, "")


def test_a_scenario_without_posterior_says_so() -> None:
    page = page_of(find_scenarios()["two-towns"])
    assert "two-towns has no posterior" in page["problem"]
    assert drawn_of(fit_of(find_scenarios()["two-towns"]), seed=0, replicate=0) == {}


def test_a_damaged_posterior_is_told(copy: Path) -> None:
    changed(copy / "posterior.csv", lambda text: text.replace("air.sigma", "air.sigmas", 1))
    assert "unknown parameter" in page_of(copy)["problem"]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    assert page_of(tmp_path / "gone")["problem"]


def test_what_is_not_by_the_end_stands_behind_the_last_day() -> None:
    row = made_up("siege_days")
    assert row["late"] == 1 - LATE
    assert row["prior_at"][-1] > 1 - LATE > row["posterior_at"][-1]
    assert row["remark"] == "not by the end 21% → 8%"


def test_a_number_reported_lies_between_those_around_it() -> None:
    row = made_up("is_killed")
    low, quarter, median, three_quarters, high = row["posterior_at"]
    assert row["reported_at"][0] == row["reported_at"][1]
    assert quarter < row["reported_at"][0] < median < three_quarters < high
    assert high / low == pytest.approx(447 / 206, rel=0.01)


def test_a_word_reaches_over_its_counts_on_a_logarithmic_axis() -> None:
    row = made_up("foot_bombers")
    assert row["reported_at"][0] < row["reported_at"][1]
    assert [words for _, words in row["marks"]][:4] == ["0", "1", "3", "10"]


def test_a_label_shows_how_likely_it_is_reported() -> None:
    row = made_up("last_district")
    assert (row["prior_at"], row["posterior_at"]) == ([0, 0.11], [0, 0.31])
    assert (row["prior"], row["posterior"]) == ("11% Zuhur", "31% Zuhur")
    assert row["reported_at"] == [1, 1]
    assert row["remark"] == "else other 25%"
    assert made_up("city_divided")["remark"] == ""


def test_what_lies_outside_is_marked() -> None:
    assert not made_up("kobane_east")["inside"]
    assert made_up("car_bombs")["inside"]


def test_a_count_of_nothing_but_zeros_has_an_axis() -> None:
    nothing = made_up_findings().targets[0].prior_spread
    assert nothing is not None
    zeros = type(nothing)(0, 0, 0, 0, 0)
    row = made_up("days_fought", prior_spread=zeros, posterior_spread=zeros)
    assert row["prior_at"] == [0, 0, 0, 0, 0]
    assert row["marks"][0] == [0, "0"]
