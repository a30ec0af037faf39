"""Targets that ship can be read, and whatever cannot be is refused in a sentence."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.kinds import WORD_BINS, report_model
from calibration.possible import FRACTIONS
from calibration.structures import BetaPrior, Kind, Must, Role, Target
from calibration.target_file import FOLDER, TargetsError, load_targets
from sim.console.guard import sentences_of
from sim.outcomes.compute import MEASURES
from sim.scenario import load
from sim.scenario.find import find_scenarios
from sim.scenario.schema import Scenario

SHIPPED = ("campaign-2015", "hasakeh-2015")
PAGE = (Path(__file__).parents[2] / "docs" / "targets.md").read_text(encoding="utf-8")

DEAD = {
    "outcome": "is_killed_true",
    "kind": "at_least",
    "role": "fit",
    "reported": 287,
    "most": 3000,
    "why": "made up",
}
HEAD = {
    "scenario": "hasakeh-2015",
    "source": "made up",
    "completeness": {"alpha": 14, "beta": 9, "source": "made up"},
}


@pytest.fixture(scope="module")
def siege():
    return load("hasakeh-2015")


@pytest.fixture(scope="module")
def campaign():
    return load("campaign-2015")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("targets") / "made-up.toml"


def in_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {in_toml(each)}" for name, each in value.items()) + "}"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def written(file, rows, head=HEAD):
    lines = [f"{name} = {in_toml(value)}" for name, value in head.items()]
    for row in rows:
        lines += ["[[targets]]", *(f"{name} = {in_toml(value)}" for name, value in row.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def with_fields(**fields):
    """The dead of Islamic State, with other fields; None leaves one out."""
    return {name: value for name, value in {**DEAD, **fields}.items() if value is not None}


def a_row(kind, outcome, reported, role="fit", **fields):
    row = {"outcome": outcome, "kind": kind, "role": role, "reported": reported, "why": "made up"}
    return {**row, **fields}


def refused(scenario, path):
    """Return the sentences with which targets are refused."""
    with pytest.raises(TargetsError) as error:
        load_targets(scenario, path)
    return [str(fault) for fault in error.value.faults]


# What ships


@pytest.mark.parametrize("name", SHIPPED)
def test_the_targets_that_ship_can_be_read(name):
    targets = load_targets(load(name))
    assert targets.scenario == name
    assert targets.path == FOLDER / f"{name}.toml"
    assert targets.fitted
    assert all(row.label and row.why for row in targets.rows)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_agrees_with_what_the_outcomes_say_was_reported(name):
    scenario = load(name)
    outcomes = {row.id: row for row in scenario.outcomes}
    compared = 0
    for target in load_targets(scenario).rows:
        outcome = outcomes.get(target.outcome.removesuffix("_true"))
        if outcome is None or outcome.reported_value is None:
            continue
        if target.kind == "true_or_false" and not isinstance(outcome.reported_value, bool):
            continue
        shown = target.reported
        assert (str(shown) if isinstance(shown, date) else shown) == outcome.reported_value
        compared += 1
    assert compared > len(outcomes) / 3


def test_both_files_say_the_same_of_the_siege_but_of_its_dates(siege, campaign):
    apart = {"siege_start", "siege_end"}
    of_siege = {row.id: row for row in load_targets(siege).rows if row.id not in apart}
    of_campaign = {row.id: row for row in load_targets(campaign).rows}
    limits = {"model_limit": ""}  # of another scenario, so it may be another
    for name, row in of_siege.items():
        assert of_campaign[name].model_copy(update=limits) == row.model_copy(update=limits)


def test_every_overlay_has_the_targets_of_its_base():
    overlays = [load(name) for name in find_scenarios() if len(load(name).folders) > 1]
    assert len(overlays) > 3
    for overlay in overlays:
        assert load_targets(overlay).scenario == overlay.folders[-1].name


def test_contained_is_no_more_places_than_islamic_state_held_at_the_start(campaign):
    held = sum(row.controller == "islamic_state" for row in campaign.control)
    target = next(row for row in load_targets(campaign).rows if row.id == "coalition_contained")
    assert target.at_most == held


def test_an_overlay_in_a_folder_of_its_own_has_the_targets_of_its_base(tmp_path):
    folder = tmp_path / "my-siege"
    folder.mkdir()
    text = 'base = "hasakeh-2015"\ntitle = "Mine"\nquestion = "What if?"\n'
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    assert load_targets(load(folder)).scenario == "hasakeh-2015"


def test_a_scenario_that_a_run_has_kept_has_the_targets_of_its_base():
    kept = Scenario.from_resolved(load("no-coalition-air").resolved())
    assert load_targets(kept).scenario == "campaign-2015"


def test_a_date_by_which_something_came_becomes_a_day_of_the_scenario(campaign):
    target = next(row for row in load_targets(campaign).rows if row.id == "latakia_front")
    assert campaign.start + timedelta(days=int(target.at_most)) == target.on_or_before


# What is refused


WRONG = {
    "unknown outcome": ({"outcome": "is_kiled_true"}, 'did you mean "is_killed_true"?'),
    "no outcome": ({"outcome": None}, "outcome: is missing"),
    "unknown kind": ({"kind": "atleast"}, 'did you mean "at_least"?'),
    "unknown role": ({"role": "fitted"}, 'did you mean "fit"?'),
    "unknown field": ({"noize": 1}, 'did you mean "noise"?'),
    "no reason": ({"why": None}, "is_killed_true.why: is missing"),
    "empty reason": ({"why": ""}, "is_killed_true.why: not allowed"),
    "date of a count": ({"kind": "date", "most": None}, "does not fit the outcome is_killed_true"),
    "negative count": ({"reported": -3}, "impossible for kind at_least: found -3"),
    "half a fighter": ({"reported": 2.5}, "impossible for kind at_least: found 2.5"),
    "count in words": ({"reported": "many"}, 'impossible for kind at_least: found "many"'),
    "truth for a count": ({"reported": True}, "impossible for kind at_least: found true"),
    "a list": ({"reported": [3]}, "is_killed_true.reported: not allowed"),
    "huge count": ({"reported": 10**30}, "too large"),
    "unknown word": ({"kind": "word", "reported": "umpteen", "most": None}, "thousands"),
    "number nothing rounds to": ({"kind": "about"}, "no number is rounded to it"),
    "no most": ({"most": None}, "is_killed_true.most: is missing"),
    "most too low": ({"most": 286}, "less than what was reported: found 286"),
    "counted twice": (
        {"completeness": True, "detection": {"alpha": 2, "beta": 2, "source": "s"}},
        "stands together with completeness",
    ),
    "no share": ({"detection": {"alpha": 0, "beta": 2, "source": "s"}}, "detection.alpha"),
    "no source": ({"detection": {"alpha": 1, "beta": 2}}, "detection.source: is missing"),
    "negative noise": ({"noise": -0.1}, "noise: not allowed: found -0.1"),
    "noise that is true": ({"noise": True}, "noise: not allowed: found true"),
    "a coin": ({"contamination": 0.5}, "contamination: not allowed: found 0.5"),
    "error of a count": ({"error_rate": 0.1}, "means nothing to a target of kind at_least"),
    "bad id": ({"id": "Is Killed"}, "id: not a name"),
    "must of labels": ({"must": ["among_three_likeliest"]}, "not asked of kind at_least"),
    "unknown must": ({"must": ["be_right"]}, "must: not allowed"),
    "given alone": ({"given": "siege_end"}, "means nothing without must"),
    "given nothing": ({"must": ["inside_50"], "given": "x_end"}, "unknown outcome"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_field_is_refused_in_one_sentence(siege, file, name):
    fields, part = WRONG[name]
    (sentence,) = refused(siege, written(file, [with_fields(**fields)]))
    assert sentence.startswith(str(file))
    assert part in sentence


IMPOSSIBLE = {
    "before the scenario": (a_row("date", "siege_end", date(2015, 6, 1)), "2015-06-23"),
    "a date as text": (a_row("date", "siege_end", "2015-07-28"), "a date from"),
    "longer than the run": (a_row("duration", "siege_days", 100), "from 0 to 99"),
    "district elsewhere": (a_row("category", "last_district", "Shaddadi"), "one of"),
    "more than there are": (a_row("word", "southern_districts_ejected", "dozens"), "several"),
    "a share as count": (a_row("exact", "ypg_share_end", 1, most=2), "a fraction and no count"),
    "share above 1": (
        a_row("true_or_false", "ypg_share_end", True, above=1.2),
        "passed by every value, or by none: found 1.2",
    ),
    "never below 0": (a_row("true_or_false", "car_bombs", True, at_most=-1), "from 0"),
    "both thresholds": (
        a_row("true_or_false", "car_bombs", True, above=1, at_most=5),
        "stands together with above",
    ),
    "no threshold": (a_row("true_or_false", "car_bombs", True), "above or at_most"),
    "threshold of a truth": (a_row("true_or_false", "city_divided", True, above=1), "a truth"),
    "threshold of a date": (a_row("true_or_false", "siege_end", True, above=1), "on_or_before"),
    "limit after the end": (
        a_row("true_or_false", "siege_end", True, on_or_before=date(2016, 1, 1)),
        "not a day of the scenario",
    ),
    "truth in words": (a_row("true_or_false", "city_divided", "yes"), "true or false"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_an_outcome_cannot_be_is_refused(siege, file, name):
    row, part = IMPOSSIBLE[name]
    (sentence,) = refused(siege, written(file, [row]))
    assert part in sentence


def test_a_time_of_day_is_no_date(siege, file):
    written(file, [a_row("date", "siege_end", date(2015, 7, 28))])
    file.write_text(file.read_text().replace("07-28", "07-28T06:00:00"))
    (sentence,) = refused(siege, file)
    assert "a date without a time" in sentence


def test_an_outcome_that_is_not_simulated_cannot_be_compared(campaign, file):
    row = a_row("category", "war_dead", "not simulated", role="context")
    sentences = refused(campaign, written(file, [row], {**HEAD, "scenario": "campaign-2015"}))
    assert "is not simulated" in sentences[0]


@pytest.mark.parametrize("value", ["not by the end", date(2015, 7, 28)])
def test_a_report_may_be_that_it_was_not_over(siege, file, value):
    targets = load_targets(siege, written(file, [a_row("date", "siege_end", value)]))
    assert targets.rows[0].reported == value


ORDER = {"before": "siege_start", "after": "siege_end", "kind": "order", "why": "made up"}
BOTH_DATES = [
    a_row("date", "siege_start", date(2015, 6, 25)),
    a_row("date", "siege_end", date(2015, 7, 28)),
]
TWICE = {
    "one outcome": [DEAD, {**DEAD, "id": "again"}],
    "reported and true": [DEAD, {**DEAD, "outcome": "is_killed"}],
    "start, end and length": [*BOTH_DATES, a_row("duration", "siege_days", 33)],
    "dead, children and share": [
        DEAD,
        {**DEAD, "outcome": "is_children_killed_true", "reported": 26},
        a_row("true_or_false", "child_share", True, at_most=0.15),
    ],
    "order of two dates": [*BOTH_DATES, {**ORDER, "role": "fit", "reported": True}],
}


@pytest.mark.parametrize("name", TWICE)
def test_nothing_is_fitted_twice(siege, file, name):
    rows = TWICE[name]
    (sentence,) = refused(siege, written(file, rows))
    assert "fitted" in sentence
    rest = [*rows[:-1], {**rows[-1], "role": "context"}]
    assert len(load_targets(siege, written(file, rest)).fitted) == len(rows) - 1


def test_an_order_of_which_one_date_is_fitted_may_be_fitted_too(siege, file):
    rows = [BOTH_DATES[0], {**ORDER, "role": "fit", "reported": True}]
    targets = load_targets(siege, written(file, rows))
    assert targets.rows[1].id == "siege_start_before_siege_end"
    assert "before" in targets.rows[1].label


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"after": "siege_start"}, "is the same as before"),
        ({"after": "car_bombs"}, "the outcome is no date"),
        ({"after": None}, "after: is missing"),
        ({"reported": 1}, "impossible for kind order"),
    ],
)
def test_an_order_is_of_two_dates(siege, file, fields, part):
    row = {"id": "x", **ORDER, "role": "check", "reported": True, **fields}
    row = {name: value for name, value in row.items() if value is not None}
    (sentence,) = refused(siege, written(file, [DEAD, row]))
    assert part in sentence


def test_an_id_stands_once(siege, file):
    (sentence,) = refused(siege, written(file, [DEAD, {**DEAD, "role": "check"}]))
    assert "is_killed_true.id: stands twice" in sentence


@pytest.mark.parametrize("rows", [[], [{**DEAD, "role": "check"}]])
def test_something_is_fitted(siege, file, rows):
    (sentence,) = refused(siege, written(file, rows))
    assert "nothing is fitted" in sentence


@pytest.mark.parametrize(
    ("head", "part"),
    [
        ({"scenario": "campaign-2015"}, "the targets are of another scenario"),
        ({"scenario": 3}, "scenario: not allowed"),
        ({"source": " "}, "source: not allowed"),
        ({"completeness": {"alpha": -1, "beta": 9, "source": "s"}}, "completeness.alpha"),
        ({"completeness": {"alpha": 1e9, "beta": 9, "source": "s"}}, "completeness.alpha"),
        ({"completeness": 0.6}, "completeness: not a table"),
        ({"target": 1}, 'did you mean "targets"?'),
    ],
)
def test_the_head_of_the_file_is_checked(siege, file, head, part):
    (sentence,) = refused(siege, written(file, [DEAD], {**HEAD, **head}))
    assert part in sentence


def test_a_head_without_its_keys_names_each(siege, file):
    sentences = refused(siege, written(file, [DEAD], {}))
    for name in HEAD:
        assert any(f"{name}: is missing" in sentence for sentence in sentences)


@pytest.mark.parametrize("text", ["targets = [", "targets = 3", "targets = [3]", "\udcff"])
def test_what_is_no_file_of_targets_is_refused(siege, file, text):
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert refused(siege, file)


def test_a_missing_file_is_named(siege, tmp_path):
    (sentence,) = refused(siege, tmp_path / "nowhere.toml")
    assert "nowhere.toml: cannot be read" in sentence


def test_a_scenario_without_targets_is_told_which_have_some():
    (sentence,) = refused(load("two-towns"), None)
    assert all(name in sentence for name in SHIPPED)


def test_the_command_line_knows_the_error(siege, file):
    written(file, [{**DEAD, "reported": -1, "noise": -1}, {**DEAD, "outcome": "x"}])
    with pytest.raises(TargetsError) as error:
        load_targets(siege, file)
    assert len(sentences_of(error.value)) == len(error.value.faults) == 2


ANYTHING = (
    st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates(date(1990, 1, 1), date(2030, 1, 1))
    | st.sampled_from([*WORD_BINS, "Zuhur", "not by the end", ""])
)
OUTCOMES = ("siege_days", "siege_end", "last_district", "car_bombs", "city_divided", "child_share")


MAYBE = st.none() | ANYTHING


@given(st.sampled_from(get_args(Kind)), st.sampled_from(OUTCOMES), ANYTHING, MAYBE, MAYBE)
def test_any_value_is_read_or_refused(siege, file, kind, outcome, reported, above, most):
    row = {"outcome": outcome, "kind": kind, "role": "fit", "why": "made up"}
    row |= {"reported": reported, "above": above, "most": most}
    written(file, [{name: value for name, value in row.items() if value is not None}])
    faults = []
    try:
        (target,) = load_targets(siege, file).rows
        model = report_model(target, start=siege.start, last_day=siege.days - 1)
        assert model.reported.values.shape == (1,)
    except TargetsError as error:
        faults = error.faults
    assert all(str(fault).endswith(".") for fault in faults)


# What the page and the lists say


def test_every_measure_of_a_share_or_a_ratio_is_known_as_a_fraction():
    named = {name for name in MEASURES if re.search("share|ratio", name)}
    assert named <= set(FRACTIONS) <= {n for n, m in MEASURES.items() if m.kind == "number"}


def test_the_page_tells_of_every_field_kind_role_word_and_requirement():
    told = set(re.findall(r"`([\w ]+)`", PAGE))
    fields = {*Target.model_fields, *BetaPrior.model_fields}
    words = {*get_args(Kind), *get_args(Role), *get_args(Must), *WORD_BINS, *fields}
    assert words - told == set()


def test_the_example_of_the_page_can_be_read(siege, file):
    file.write_text(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1], encoding="utf-8")
    kinds = {row.kind for row in load_targets(siege, file).rows}
    assert kinds == {"at_least", "duration", "true_or_false", "order"}
